//! [`ResolvedBy`]: the line of a success after which a failure is probably over: a gateway is connected again, a program
//! completed its start.
//!
//! The line is that of a marker, so the search for it is the one that exists. It never proves that the failure is fixed: it may
//! come again, and then the success was that of a moment.

use serde::Deserialize;

use crate::id::SignatureId;

/// Where the line of a success must be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Vicinity {
    /// In a log of the same server.
    #[default]
    Server,
    /// In the same log, of which the rotated files are parts.
    Log,
}

/// A line after which a failure is probably over.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResolvedBy {
    /// The marker whose line it is.
    pub by: SignatureId,
    /// Captures that have equal values in both lines. `a|b` is the first of the two that has a value, which may be `a` in one
    /// line and `b` in the other; with a `?` at its end, neither line may have one, too.
    #[serde(default)]
    pub same: Vec<String>,
    /// Where it must be.
    #[serde(default)]
    pub within: Vicinity,
    /// Sample: the success of the first line of `[[hit]]` that has the captures.
    #[serde(default)]
    pub line: String,
    /// Sample: a line of the marker about something else. Required with captures.
    #[serde(default)]
    pub other: Option<String>,
}
