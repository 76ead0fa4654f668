//! Finds out why a Cisco Enterprise Chat and Email (ECE) system with Packaged Contact Center Enterprise (PCCE) is
//! broken, from the logs that both write.
//!
//! - [`analyze`] reads folders, log files and archives and returns an [`Analysis`]: findings with cause, evidence and fix,
//!   facts about every file, and the questions that the logs cannot answer. [`report`] writes it.
//! - [`timeline`](fn@timeline) passes the events of all servers to a function, in time order.
//! - [`Library`] matches signatures against text.
//!
//! ```
//! use spoglight::{Settings, Severity, analyze, report};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let settings = Settings::builder().zone("America/New_York")?.build();
//! let analysis = analyze(&["samples/cases/untrusted-certificate".into()], &settings, &())?;
//!
//! let worst = &analysis.findings[0];
//! assert_eq!((worst.id.as_ref(), worst.severity), ("tls-pkix-path-building", Severity::Critical));
//! assert!(worst.evidence[0].source.ends_with("catalina.2026-11-21.log"));
//!
//! let mut json = Vec::new();
//! report::by_name("json").expect("a report").write(&analysis, &Default::default(), &mut json)?;
//! # Ok(())
//! # }
//! ```
//!
//! Without the default feature `cli` the library has no command line, browser or tail, and none of their dependencies.
//!
//! The packages `spoglight-*` are not meant to be used directly: only the items here follow semantic versioning.

mod timeline;

pub use spoglight_diagnosis::analyze;
pub use spoglight_engine::event::PlacedEvent;
pub use spoglight_engine::merge::{MergeRequest, MergedEvent, Summary};
pub use spoglight_engine::user_formats::FormatError;
pub use spoglight_engine::{Missing, Progress, Settings, SettingsBuilder, SettingsError};
pub use spoglight_model::analysis::{
    Analysis, CheckResult, CoverageGap, Evidence, Finding, InconclusiveReason, KnownNoise, LevelCounts, Note,
    Outcome, Related, SourceFacts, Totals, UnrecognizedError, UnrecognizedErrors, Verdict, Warning,
};
pub use spoglight_model::{CheckId, ClockSkew, FindingId, SourceName};
pub use spoglight_parsers::{Event, Level};
pub use spoglight_query::{Query, QueryError};
pub use spoglight_signatures::{Confidence, DefinitionError, Library, Severity, Signature, SignatureMatch};
pub use spoglight_source::{Limits, Opening, Passwords};
pub use spoglight_time::{Timestamp, Zone, ZoneConfidence};
pub use timeline::{Timeline, TimelineError, timeline};

/// Reports: functions that write an [`Analysis`] in a format.
pub mod report {
    pub use spoglight_report::json::schema;
    pub use spoglight_report::{ALL, RenderOptions, Report, ReportSubject, by_name, names};
}
