//! Finds out why a Cisco Enterprise Chat and Email (ECE) system with Packaged Contact Center Enterprise (PCCE) is
//! broken, from the logs that both sides write.
//!
//! The program `spoglight` is a thin face on this library. Three steps make an analysis: open what was collected,
//! run it, and use or print the result.
//!
//! ```
//! use spoglight::{Settings, analyze};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut settings = Settings::default();
//! settings.zones.0.push("America/New_York".parse()?);
//! let analysis = analyze(&["samples/cases/untrusted-certificate".into()], &settings, &())?;
//!
//! let worst = &analysis.findings[0];
//! assert_eq!(worst.id, "tls-pkix-path-building");
//! assert!(worst.evidence[0].source.ends_with("catalina.2026-11-21.log"));
//!
//! let mut report = Vec::new();
//! spoglight::report::by_name("json").expect("a format").write(&analysis, &Default::default(), &mut report)?;
//! # Ok(())
//! # }
//! ```
//!
//! `ARCHITECTURE.md` has the map of the house and what holds everywhere in it.

pub mod analysis;
pub mod browse;
pub mod bundle;
mod clocks;
pub mod collected;
pub mod counts;
pub mod diagnosis;
pub mod draft;
pub mod engine;
pub mod exhibits;
mod facts;
pub mod follow;
pub mod globs;
pub mod inventory;
mod memory;
pub mod merge;
pub mod names;
pub mod own_formats;
pub mod own_signatures;
pub mod query;
pub mod report;
pub mod sets;
pub mod shape;
pub mod tail;
pub mod text;
pub mod timeline;
pub mod tui;
pub mod why;

use std::path::PathBuf;

use spoglight_signatures::RuleError;

use analysis::Analysis;
use bundle::{HostRules, Opening};
use collected::{Collected, For};
use engine::Progress;
use own_formats::OwnFormats;
use own_signatures::OwnSignatures;
use text::charset::CharsetRules;
use timeline::{AheadRules, Moment, ZoneRules};

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

/// Analyses what lies at `paths`: folders, log files and archives.
///
/// Whatever cannot be read is a warning of the result, so this fails only if the library of signatures is broken.
pub fn analyze(
    paths: &[PathBuf],
    settings: &Settings,
    progress: &dyn Progress,
) -> Result<Analysis, RuleError> {
    let collected = Collected::survey(paths, settings, For::Diagnosis, 0, progress)?;
    let analysis = collected.diagnose(paths, settings)?;
    Ok(Analysis { sources: collected.sources, skews: collected.skews, ..analysis })
}
