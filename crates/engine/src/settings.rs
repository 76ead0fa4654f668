//! [`Settings`]: how to analyze.

use crate::user_formats::UserFormats;
use crate::user_signatures::UserSignatures;
use spoglight_source::{HostRules, Opening};
use spoglight_text::charset::CharsetRules;
use spoglight_time::{ClockOffsetRules, Timestamp, ZoneRules};

/// How to analyze.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Zones of sources that write local time: the first whose selector matches, else the first without one.
    pub zones: ZoneRules,
    /// Offsets of the clocks of servers that are ahead or behind, by the same rule.
    pub skews: ClockOffsetRules,
    /// Correct times by the clock differences that the logs show.
    pub apply_skews: bool,
    /// Charsets of sources that are detected wrongly, by the same rule.
    pub charsets: CharsetRules,
    /// Servers of sources whose paths name none, or the wrong one.
    pub hosts: HostRules,
    /// Formats that the user described.
    pub formats: UserFormats,
    /// Signatures that the user described.
    pub signatures: UserSignatures,
    /// The time of the incident, if it is known.
    pub incident: Option<Timestamp>,
    /// Limits of what archives may unpack to, and their passwords.
    pub opening: Opening,
    /// Number of threads; 0 means one for each core.
    pub threads: usize,
}
