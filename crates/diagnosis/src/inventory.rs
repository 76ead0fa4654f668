//! [`Inventory`]: the contents of a collection by server. A view of an [`Analysis`] without further data.

use serde::Serialize;

use crate::rotation_set::{Hole, LogSet, Overlap, sets};
use spoglight_model::CollectedServer;
use spoglight_model::analysis::{Analysis, CheckResult, CoverageGap, SourceFacts, Totals, Warning};
use spoglight_time::Timestamp;
use spoglight_topology::{Origin, Topology};

/// Name and version of the JSON form.
pub const SCHEMA: &str = "spoglight-inventory/2";

/// The contents of a collection.
#[derive(Debug, Serialize)]
pub struct Inventory<'a> {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// Version of the program.
    pub version: &'static str,
    /// The inputs, as the user gave them.
    pub inputs: &'a [String],
    /// Time of the incident, if one was given.
    pub incident: Option<Timestamp>,
    /// The servers, by name; the entry without a name has the files of unknown servers.
    pub servers: Vec<Server<'a>>,
    /// Questions that the collection cannot answer, with advice.
    pub coverage_gaps: &'a [CoverageGap],
    /// Result of every check of the collection.
    pub checks: &'a [CheckResult],
    /// Files that were not read, or only in part.
    pub warnings: &'a [Warning],
    /// Sums over all sources.
    pub totals: &'a Totals,
}

/// A server, with its logs.
#[derive(Debug, Serialize)]
pub struct Server<'a> {
    /// Its name; `None` for files whose server is not known.
    pub host: Option<&'a str>,
    /// Its role, derived from its logs.
    pub role: Option<&'static str>,
    /// Messages of all its logs.
    pub events: u64,
    /// Bytes of all its logs.
    pub bytes: u64,
    /// Earliest timestamp.
    pub first: Option<Timestamp>,
    /// Latest timestamp.
    pub last: Option<Timestamp>,
    /// Its logs; rotated files of one log are together, in the order of time.
    pub logs: Vec<InventoryLog<'a>>,
}

/// One log, of one file or of several rotated files.
#[derive(Debug, Serialize)]
pub struct InventoryLog<'a> {
    /// The name that its files share.
    pub name: &'a str,
    /// The program that wrote it.
    #[serde(flatten)]
    pub origin: &'a Origin,
    /// Missing files, by number.
    pub holes: Vec<Hole>,
    /// Files that cover the same time.
    pub overlaps: Vec<Overlap>,
    /// Its files, in the order of time.
    pub files: Vec<&'a SourceFacts>,
}

impl<'a> Inventory<'a> {
    /// The inventory of an analysis.
    pub fn of(analysis: &'a Analysis) -> Inventory<'a> {
        let mut hosts: Vec<(Option<&str>, Vec<LogSet<'_>>)> = Vec::new();
        for set in sets(&analysis.sources) {
            match hosts.last_mut() {
                Some((host, sets)) if *host == set.host => sets.push(set),
                _ => hosts.push((set.host, vec![set])),
            }
        }
        Inventory {
            schema: SCHEMA,
            version: analysis.version,
            inputs: &analysis.inputs,
            incident: analysis.incident,
            servers: hosts
                .into_iter()
                .map(|(host, sets)| server(host, sets, &analysis.collections))
                .collect(),
            coverage_gaps: &analysis.coverage_gaps,
            checks: &analysis.checks,
            warnings: &analysis.warnings,
            totals: &analysis.totals,
        }
    }
}

fn server<'a>(host: Option<&'a str>, sets: Vec<LogSet<'a>>, collections: &[CollectedServer]) -> Server<'a> {
    let sources = || sets.iter().flat_map(|set| set.files.iter().copied());
    let origins: Vec<&Origin> = sources().map(|source| &source.origin).collect();
    Server {
        host,
        role: host.and_then(|_| Topology::embedded().role(&origins)),
        events: sources().filter(|source| !source.is_second()).map(|source| source.events).sum(),
        bytes: sources().map(|source| source.bytes).sum(),
        first: sources().filter_map(|source| source.first).reduce(Timestamp::earlier),
        last: sources().filter_map(|source| source.last).reduce(Timestamp::later),
        logs: sets.into_iter().filter_map(|set| log(set, collections)).collect(),
    }
}

fn log<'a>(set: LogSet<'a>, collections: &[CollectedServer]) -> Option<InventoryLog<'a>> {
    let origin = &set.files.first()?.origin;
    Some(InventoryLog {
        name: set.name,
        origin,
        holes: set.holes(collections),
        overlaps: set.overlaps(),
        files: set.files,
    })
}
