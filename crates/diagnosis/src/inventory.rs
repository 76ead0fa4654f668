//! [`Inventory`]: what a collection holds, server by server. A view of an [`Analysis`]; it adds nothing to it.

use serde::Serialize;

use crate::rotation_set::{Hole, LogSet, Overlap, sets};
use spoglight_model::analysis::{Analysis, CheckResult, CoverageGap, SourceFacts, Totals, Warning};
use spoglight_time::Timestamp;
use spoglight_topology::{Origin, Topology};

/// Name and version of the JSON form.
pub const SCHEMA: &str = "spoglight-inventory/2";

/// What a collection holds.
#[derive(Debug, Serialize)]
pub struct Inventory<'a> {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// Version of the program.
    pub version: &'static str,
    /// What was looked at, as the user named it.
    pub inputs: &'a [String],
    /// When it happened, if the user said so.
    pub incident: Option<Timestamp>,
    /// The servers, by name; files of which nobody knows the server stand under none.
    pub servers: Vec<Server<'a>>,
    /// What the collection cannot answer, and what would.
    pub coverage_gaps: &'a [CoverageGap],
    /// How every check of the collection ended.
    pub checks: &'a [CheckResult],
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
    pub first: Option<Timestamp>,
    /// Latest stamp.
    pub last: Option<Timestamp>,
    /// Its logs: those that are one log, cut by rotation, stand together in the order of time.
    pub logs: Vec<InventoryLog<'a>>,
}

/// One log, of one file or of several that a rotation made.
#[derive(Debug, Serialize)]
pub struct InventoryLog<'a> {
    /// The name that its files share.
    pub name: &'a str,
    /// The program that wrote it.
    #[serde(flatten)]
    pub origin: &'a Origin,
    /// Files that are missing between them, by number.
    pub holes: Vec<Hole>,
    /// Files that cover the same time.
    pub overlaps: Vec<Overlap>,
    /// Its files, in the order of time.
    pub files: Vec<&'a SourceFacts>,
}

impl<'a> Inventory<'a> {
    /// The inventory of what was analysed.
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
            servers: hosts.into_iter().map(|(host, sets)| server(host, sets)).collect(),
            coverage_gaps: &analysis.coverage_gaps,
            checks: &analysis.checks,
            warnings: &analysis.warnings,
            totals: &analysis.totals,
        }
    }
}

fn server<'a>(host: Option<&'a str>, sets: Vec<LogSet<'a>>) -> Server<'a> {
    let sources = || sets.iter().flat_map(|set| set.files.iter().copied());
    let origins: Vec<&Origin> = sources().map(|source| &source.origin).collect();
    Server {
        host,
        role: host.and_then(|_| Topology::embedded().role(&origins)),
        events: sources().filter(|source| !source.is_second()).map(|source| source.events).sum(),
        bytes: sources().map(|source| source.bytes).sum(),
        first: sources().filter_map(|source| source.first).reduce(Timestamp::earlier),
        last: sources().filter_map(|source| source.last).reduce(Timestamp::later),
        logs: sets.into_iter().filter_map(log).collect(),
    }
}

fn log(set: LogSet<'_>) -> Option<InventoryLog<'_>> {
    let origin = &set.files.first()?.origin;
    Some(InventoryLog {
        name: set.name,
        origin,
        holes: set.holes(),
        overlaps: set.overlaps(),
        files: set.files,
    })
}
