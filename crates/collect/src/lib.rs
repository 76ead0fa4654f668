//! Collects what a diagnosis needs from one server: its logs that cover an incident, settings, certificates, and outputs of a
//! few commands, in one archive with a manifest.
//!
//! [`Plan::of`] finds the files, by the places of the topology or below given folders, and looks at the beginning and the end
//! of each log to see whether it covers the window. [`Plan::write`] copies them. Nothing is locked or changed: files are opened
//! with full sharing and only read, and nothing but the archive is written. Private keys are never copied.

mod commands;
mod judge;
mod keys;
mod look;
mod machine;
mod places;
mod plan;
mod priority;
#[cfg(test)]
mod tests;
mod window;
mod write;

pub use machine::{Machine, ThisMachine};
pub use plan::{Candidate, Plan, PlanStep, Request};
pub use priority::lower_priority;
pub use window::Window;
pub use write::{Collected, Feedback};

use chrono::{DateTime, SecondsFormat};
use spoglight_time::Timestamp;

/// A time in UTC as RFC 3339: `2026-11-21T18:00:00.123Z`.
pub(crate) fn rfc3339(nanos: i64) -> String {
    DateTime::from_timestamp_nanos(nanos).to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// The same for a timestamp, without `Z` if its zone is not known.
pub(crate) fn written(time: Timestamp) -> String {
    let text = rfc3339(time.nanos());
    if time.is_utc() { text } else { text.trim_end_matches('Z').to_owned() }
}
