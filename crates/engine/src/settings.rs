//! [`Settings`]: how to analyze.

use crate::user_formats::OwnFormats;
use crate::user_signatures::OwnSignatures;
use spoglight_source::{HostRules, Opening};
use spoglight_text::charset::CharsetRules;
use spoglight_time::{AheadRules, Moment, ZoneRules};

/// How to analyse.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Zones of sources that write local time: the first whose glob fits, else the first without one.
    pub zones: ZoneRules,
    /// Clocks of servers that are ahead, or behind, by the same rule.
    pub skews: AheadRules,
    /// Whether to set times right by what the logs say of clocks that are apart.
    pub apply_skews: bool,
    /// Charsets of sources whose own bytes say the wrong one, by the same rule.
    pub charsets: CharsetRules,
    /// Servers of sources that are not told, or told wrong, by their names.
    pub hosts: HostRules,
    /// Formats that the user described.
    pub formats: OwnFormats,
    /// Failures that the user knows.
    pub signatures: OwnSignatures,
    /// When it happened, if that is known.
    pub incident: Option<Moment>,
    /// How much archives may unpack to, and their passwords.
    pub opening: Opening,
    /// Threads; 0 is one for each core.
    pub threads: usize,
}
