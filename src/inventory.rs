//! [`Inventory`]: what a collection holds, server by server. A view of an [`Analysis`]; it adds nothing to it.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::analysis::{Analysis, CannotTell, SourceFacts, Totals, Warning};
use crate::bundle::{Origin, role_of};
use crate::timeline::Moment;

/// Name and version of the JSON form.
pub const SCHEMA: &str = "spoglight-inventory/1";

/// What a collection holds.
#[derive(Debug, Serialize)]
pub struct Inventory<'a> {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// Version of the program.
    pub version: &'static str,
    /// What was looked at, as the user named it.
    pub inputs: &'a [String],
    /// The servers, by name; files of which nobody knows the server stand under none.
    pub servers: Vec<Server<'a>>,
    /// What the collection cannot answer, and what would.
    pub cannot_tell: &'a [CannotTell],
    /// What was not read, or not wholly.
    pub warnings: &'a [Warning],
    /// Sums over all sources.
    pub totals: &'a Totals,
}

/// A server, with its logs.
#[derive(Debug, Serialize)]
pub struct Server<'a> {
    /// Its name; `None` for files whose server is not known.
    pub host: Option<&'a str>,
    /// What it does, from the logs that it has.
    pub role: Option<&'static str>,
    /// Messages of all its logs.
    pub events: u64,
    /// Bytes of them.
    pub bytes: u64,
    /// Earliest stamp.
    pub first: Option<Moment>,
    /// Latest stamp.
    pub last: Option<Moment>,
    /// Its logs: those that are one log, cut by rotation, stand together in the order of time.
    pub logs: Vec<Log<'a>>,
}

/// One log, of one file or of several that a rotation made.
#[derive(Debug, Serialize)]
pub struct Log<'a> {
    /// The name that its files share.
    pub name: &'a str,
    /// The program that wrote it.
    #[serde(flatten)]
    pub origin: &'a Origin,
    /// Its files, in the order of time.
    pub files: Vec<&'a SourceFacts>,
}

impl<'a> Inventory<'a> {
    /// The inventory of what was analysed.
    pub fn of(analysis: &'a Analysis) -> Inventory<'a> {
        let mut hosts: BTreeMap<Option<&str>, BTreeMap<&str, Vec<&SourceFacts>>> = BTreeMap::new();
        for source in &analysis.sources {
            hosts.entry(source.host.as_deref()).or_default().entry(&source.log).or_default().push(source);
        }
        // files of an unknown server last
        let unknown = hosts.remove_entry(&None);
        Inventory {
            schema: SCHEMA,
            version: analysis.version,
            inputs: &analysis.inputs,
            servers: hosts.into_iter().chain(unknown).map(|(host, logs)| server(host, logs)).collect(),
            cannot_tell: &analysis.cannot_tell,
            warnings: &analysis.warnings,
            totals: &analysis.totals,
        }
    }
}

fn server<'a>(host: Option<&'a str>, logs: BTreeMap<&'a str, Vec<&'a SourceFacts>>) -> Server<'a> {
    let sources = || logs.values().flatten().copied();
    let origins: Vec<&Origin> = sources().map(|source| &source.origin).collect();
    Server {
        host,
        role: host.and_then(|_| role_of(&origins)),
        events: sources().map(|source| source.events).sum(),
        bytes: sources().map(|source| source.bytes).sum(),
        first: sources().filter_map(|source| source.first).reduce(Moment::earlier),
        last: sources().filter_map(|source| source.last).reduce(Moment::later),
        logs: logs
            .into_iter()
            .filter_map(|(name, mut files)| {
                files.sort_by_key(|file| (file.first.map(Moment::nanos), file.path.as_str()));
                let origin = &files.first()?.origin;
                Some(Log { name, origin, files })
            })
            .collect(),
    }
}
