//! Services components whose processes run on two servers at the same time. Only the server that owns the Distributed
//! Systems Manager runs them, so a handover has no overlap: its process ids end on one server before those of the other
//! begin.

use std::collections::BTreeMap;

use crate::busy::Busy;
use spoglight_model::analysis::{ProcessRun, SourceFacts};
use spoglight_time::Timestamp;
use spoglight_time::units::MINUTE;
use spoglight_topology::Topology;

/// Nanoseconds of the shortest overlap: a handover may take some minutes, and clocks differ.
const SHORTEST: i64 = 30 * MINUTE;

/// Most processes of one component that are compared with each other, the longest first.
const MOST: usize = 256;

/// A process on a server.
#[derive(Debug, Clone, Copy)]
pub(super) struct SourceRun<'a> {
    /// Index of the file with its first message.
    pub(super) source: usize,
    pub(super) run: &'a ProcessRun,
}

/// Two processes of one component that ran on two servers at the same time.
#[derive(Debug)]
pub(super) struct ServicesOverlap<'a> {
    pub(super) process: &'a str,
    pub(super) runs: [SourceRun<'a>; 2],
    /// Start and end, in nanoseconds in UTC.
    pub(super) from: i64,
    pub(super) until: i64,
}

/// First and last message of a process by its id, in nanoseconds in UTC.
struct Span<'a> {
    from: i64,
    until: i64,
    start: SourceRun<'a>,
}

/// A server on which a component writes.
#[derive(Default)]
struct Writer<'a> {
    /// Its processes, by id.
    spans: BTreeMap<u64, Span<'a>>,
    /// Its files, each with the clock offset.
    files: Vec<(&'a SourceFacts, i64)>,
}

/// Returns the longest overlap of each component. `ahead` is the clock offset of each source.
pub(super) fn of<'a>(
    sources: &'a [SourceFacts],
    ahead: &[i64],
    topology: &'a Topology,
) -> Vec<ServicesOverlap<'a>> {
    topology.services().filter_map(|process| longest(&process.name, sources, ahead)).collect()
}

/// Name of a server without its domain: it may be called with it.
fn short(host: &str) -> String {
    host.split('.').next().unwrap_or(host).to_ascii_lowercase()
}

/// Returns whether two servers have logs of a process.
fn is_on_two(process: &str, sources: &[SourceFacts]) -> bool {
    let of_process = sources.iter().filter(|source| source.origin.process.as_deref() == Some(process));
    let mut hosts = of_process.filter_map(|source| source.host.as_deref());
    let first = hosts.next();
    // most files in a row are of one server
    hosts.any(|host| Some(host) != first && first.is_some_and(|first| short(first) != short(host)))
}

fn longest<'a>(process: &'a str, sources: &'a [SourceFacts], ahead: &[i64]) -> Option<ServicesOverlap<'a>> {
    if !is_on_two(process, sources) {
        return None;
    }
    let mut servers: BTreeMap<String, Writer<'a>> = BTreeMap::new();
    for (place, (source, ahead)) in sources.iter().zip(ahead).enumerate() {
        let Some(host) = source.host.as_deref().filter(|_| !source.is_second()) else { continue };
        if source.origin.process.as_deref() != Some(process) {
            continue;
        }
        let server = servers.entry(short(host)).or_default();
        server.files.push((source, *ahead));
        for run in &source.process_runs {
            let (Some(Timestamp::Utc(first)), Some(Timestamp::Utc(last))) = (run.first, run.last) else {
                continue;
            };
            let (from, until) = (first - ahead, last - ahead);
            let start = SourceRun { source: place, run };
            let span = server.spans.entry(run.process).or_insert(Span { from, until, start });
            if from < span.from {
                (span.from, span.start) = (from, start);
            }
            span.until = span.until.max(until);
        }
    }
    let busy: Vec<Busy> =
        servers.values().map(|server| Busy::shifted(server.files.iter().copied())).collect();
    let spans = servers.values().enumerate();
    let mut spans: Vec<(usize, &Span<'a>)> =
        spans.flat_map(|(server, writer)| writer.spans.values().map(move |span| (server, span))).collect();
    // an overlap is no longer than the shorter of the two
    spans.sort_by_key(|(_, span)| std::cmp::Reverse(span.until - span.from));
    spans.truncate(MOST);
    let mut longest: Option<ServicesOverlap<'a>> = None;
    let length = |longest: &Option<ServicesOverlap<'a>>| {
        longest.as_ref().map_or(SHORTEST - 1, |known| known.until - known.from)
    };
    for (place, (server, one)) in spans.iter().enumerate() {
        if one.until - one.from <= length(&longest) {
            break;
        }
        for (other_server, other) in spans.iter().take(place) {
            let (from, until) = (one.from.max(other.from), one.until.min(other.until));
            // a process that waits while the other server owns the services may keep its id
            let is_writing = |server: usize| {
                busy.get(server).is_some_and(|busy| busy.longest_silence(from, until) * 2 <= until - from)
            };
            if server != other_server
                && until - from > length(&longest)
                && is_writing(*server)
                && is_writing(*other_server)
            {
                // the server that is first by name comes first
                let runs =
                    if server < other_server { [one.start, other.start] } else { [other.start, one.start] };
                longest = Some(ServicesOverlap { process, runs, from, until });
            }
        }
    }
    longest
}
