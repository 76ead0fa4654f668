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

fn longest<'a>(process: &'a str, sources: &'a [SourceFacts], ahead: &[i64]) -> Option<ServicesOverlap<'a>> {
    let mut servers: BTreeMap<String, Writer<'a>> = BTreeMap::new();
    for (place, (source, ahead)) in sources.iter().zip(ahead).enumerate() {
        let Some(host) = source.host.as_deref().filter(|_| !source.is_second()) else { continue };
        if source.origin.process.as_deref() != Some(process) {
            continue;
        }
        // a server may be called with and without its domain
        let host = host.split('.').next().unwrap_or(host).to_ascii_lowercase();
        let server = servers.entry(host).or_default();
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
    let servers: Vec<(&Writer<'a>, Busy)> =
        servers.values().map(|server| (server, Busy::shifted(server.files.iter().copied()))).collect();
    let mut longest: Option<ServicesOverlap<'a>> = None;
    for (place, (one, busy)) in servers.iter().enumerate() {
        for (other, other_busy) in servers.iter().skip(place + 1) {
            for (span, other) in pairs(one, other) {
                let (from, until) = (span.from.max(other.from), span.until.min(other.until));
                let known = longest.as_ref().map_or(SHORTEST - 1, |known| known.until - known.from);
                // a process that waits while the other server owns the services may keep its id
                let is_writing = |busy: &Busy| busy.longest_silence(from, until) * 2 <= until - from;
                if until - from > known && is_writing(busy) && is_writing(other_busy) {
                    longest = Some(ServicesOverlap { process, runs: [span.start, other.start], from, until });
                }
            }
        }
    }
    longest
}

fn pairs<'s, 'a>(
    one: &'s Writer<'a>,
    other: &'s Writer<'a>,
) -> impl Iterator<Item = (&'s Span<'a>, &'s Span<'a>)> {
    one.spans.values().flat_map(move |span| other.spans.values().map(move |other| (span, other)))
}
