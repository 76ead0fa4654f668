//! How far the clock of a server is apart from those of the others.

use serde::Serialize;

/// How far the clock of a server is ahead of those of most others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Skew {
    /// The server.
    pub host: String,
    /// Nanoseconds; negative if it is behind.
    #[serde(rename = "ahead_ns")]
    pub ahead: i64,
    /// Between which two numbers it must be, in nanoseconds, where requests went there and back.
    #[serde(rename = "bounds_ns")]
    pub bounds: Option<(i64, i64)>,
    /// Servers that it was compared with.
    pub against: Vec<String>,
    /// Identifiers that say so.
    pub shared: usize,
    /// Whether more than two servers were compared: of two nobody can say which is wrong.
    pub is_sure: bool,
    /// Whether it was taken off the times of its server.
    pub applied: bool,
}
