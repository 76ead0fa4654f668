//! Clock skew between servers, by request ids and by outputs of commands.

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
    /// Number of request ids that show it; 0 if only the output of a command does.
    pub shared: usize,
    /// `true` if more than two servers were compared, or an output of a command shows which one is wrong: with two servers
    /// alone it is unknown.
    pub is_sure: bool,
    /// Output of a command that also shows it, or alone shows it.
    pub measured: Option<MeasuredSkew>,
    /// `true` if it was subtracted from the times of its server.
    pub applied: bool,
}

/// Difference of a clock that a command measured, such as `w32tm /stripchart`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MeasuredSkew {
    /// Path of the file with the output.
    pub file: String,
    /// Line of the output, counted from 1.
    pub line: u64,
    /// The command.
    pub command: &'static str,
    /// Time at which it was taken, as the output writes it, by the clock of the server.
    pub taken: Option<String>,
    /// Nanoseconds by which the clock of the server is ahead of the other.
    #[serde(rename = "ahead_ns")]
    pub ahead: i64,
    /// The other server.
    pub against: Option<String>,
}

impl ClockSkew {
    /// The differences by request ids that are not yet subtracted from times, in nanoseconds, by server. An output of a
    /// command alone shows the clock at another time than the logs, so it moves no event unless the user asks for it.
    pub fn by_host(skews: &[ClockSkew]) -> BTreeMap<&str, i64> {
        let open = skews.iter().filter(|skew| !skew.applied && skew.shared > 0);
        let mut hosts: BTreeMap<&str, i64> = BTreeMap::new();
        for skew in open {
            *hosts.entry(&skew.host).or_default() += skew.ahead;
        }
        hosts
    }
}
