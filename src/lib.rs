//! Finds out why a Cisco Enterprise Chat and Email (ECE) system with Packaged Contact Center Enterprise (PCCE) is
//! broken, from the logs that both sides write.
//!
//! Three steps make an analysis: choose the settings, analyze the paths, use or write the result.
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

pub use spoglight_artifacts as artifacts;
pub use spoglight_diagnosis as diagnosis;
pub use spoglight_diagnosis::analyze;
pub use spoglight_engine as engine;
pub use spoglight_engine::Settings;
pub use spoglight_model as model;
pub use spoglight_model::analysis::Analysis;
pub use spoglight_parsers as parsers;
pub use spoglight_query as query;
pub use spoglight_report as report;
pub use spoglight_signatures as signatures;
pub use spoglight_source as source;
pub use spoglight_text as text;
pub use spoglight_time as time;
