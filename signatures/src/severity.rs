//! [`Severity`] of a failure.

use serde::{Deserialize, Serialize};

/// Severity of a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The product does not work.
    Critical,
    /// A function does not work, or will soon not work.
    High,
    /// Something works badly, or only for some users.
    Medium,
    /// Worth knowing.
    Low,
    /// A fact, not a failure.
    Info,
}

impl Severity {
    /// Its word at the head of a report: `CRITICAL`.
    pub const fn word(self) -> &'static str {
        match self {
            Severity::Critical => "CRITICAL",
            Severity::High => "HIGH",
            Severity::Medium => "MEDIUM",
            Severity::Low => "LOW",
            Severity::Info => "INFO",
        }
    }
}
