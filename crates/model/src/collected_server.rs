//! [`CollectedServer`]: a collection that `spoglight collect` made of one server.

use schemars::JsonSchema;
use serde::Serialize;

/// A collection that `spoglight collect` made of one server, as its manifest describes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CollectedServer {
    /// The server.
    pub host: String,
    /// Path of the manifest.
    pub manifest: String,
    /// Version of the program that made it.
    pub program: String,
    /// What the server does, as far as its files show it.
    pub role: Option<String>,
    /// Its time zone, as an IANA name.
    pub zone: Option<String>,
    /// When it was made, in UTC as RFC 3339.
    pub collected: String,
    /// Start of the time that its logs cover, in UTC as RFC 3339; `None` if all were taken.
    pub from: Option<String>,
    /// Number of files that were taken.
    pub files: u64,
    /// Number of files that were found and not taken.
    pub left_out: u64,
    /// Names of the logs that were not taken because they do not cover that time, without folders.
    #[serde(skip)]
    pub outside: Vec<String>,
}

impl CollectedServer {
    /// Returns whether one of these collections left out a log of a server because it does not cover the time that was asked for.
    /// Names are compared without case, as Windows does.
    pub fn has_left_out(collections: &[CollectedServer], host: Option<&str>, name: &str) -> bool {
        let is_of = |one: &&CollectedServer| host.is_some_and(|host| one.host.eq_ignore_ascii_case(host));
        collections
            .iter()
            .filter(is_of)
            .any(|one| one.outside.iter().any(|known| known.eq_ignore_ascii_case(name)))
    }
}
