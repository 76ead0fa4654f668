//! Clock skew between servers.

use std::collections::BTreeMap;

use serde::Serialize;

/// Difference between the clock of a server and those of most others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClockSkew {
    /// The server.
    pub host: String,
    /// Nanoseconds by which it is ahead; negative if it is late.
    #[serde(rename = "ahead_ns")]
    pub ahead: i64,
    /// Lower and upper bound in nanoseconds, if requests and their responses show them.
    #[serde(rename = "bounds_ns")]
    pub bounds: Option<(i64, i64)>,
    /// Servers with which it was compared.
    pub against: Vec<String>,
    /// Number of request ids that show it.
    pub shared: usize,
    /// `true` if more than two servers were compared: with two it is unknown which is wrong.
    pub is_sure: bool,
    /// `true` if it was subtracted from the times of its server.
    pub applied: bool,
}

impl ClockSkew {
    /// The differences that are not yet subtracted from times, in nanoseconds, by server.
    pub fn by_host(skews: &[ClockSkew]) -> BTreeMap<&str, i64> {
        let mut hosts: BTreeMap<&str, i64> = BTreeMap::new();
        for skew in skews.iter().filter(|skew| !skew.applied) {
            *hosts.entry(&skew.host).or_default() += skew.ahead;
        }
        hosts
    }
}
