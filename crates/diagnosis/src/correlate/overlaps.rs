//! Services components whose processes live on two servers at the same time. Only the server that owns the Distributed
//! Systems Manager runs them, so a handover has no overlap: its process ids end on one server before those of the other
//! begin.

use std::collections::BTreeMap;

use spoglight_model::analysis::{ProcessRun, SourceFacts};
use spoglight_time::Timestamp;
use spoglight_time::units::MINUTE;
use spoglight_topology::Topology;

/// Nanoseconds of the shortest overlap: a handover may take some minutes, and clocks differ.
const SHORTEST: i64 = 30 * MINUTE;

/// A process on a server.
#[derive(Debug, Clone, Copy)]
pub(super) struct Life<'a> {
    /// Index of the file with its first message.
    pub(super) source: usize,
    pub(super) run: &'a ProcessRun,
}

/// Two processes of one component that lived on two servers at the same time.
#[derive(Debug)]
pub(super) struct Overlap<'a> {
    pub(super) process: &'a str,
    pub(super) lives: [Life<'a>; 2],
    /// Start and end, in nanoseconds in UTC.
    pub(super) from: i64,
    pub(super) until: i64,
}

/// First and last message of a process by its id, in nanoseconds in UTC.
struct Span<'a> {
    from: i64,
    until: i64,
    life: Life<'a>,
}

/// Returns the longest overlap of each component. `ahead` is the clock offset of each source.
pub(super) fn of<'a>(sources: &'a [SourceFacts], ahead: &[i64], topology: &'a Topology) -> Vec<Overlap<'a>> {
    topology.services().filter_map(|process| longest(&process.name, sources, ahead)).collect()
}

fn longest<'a>(process: &'a str, sources: &'a [SourceFacts], ahead: &[i64]) -> Option<Overlap<'a>> {
    let mut spans: BTreeMap<String, BTreeMap<u64, Span<'a>>> = BTreeMap::new();
    for (place, (source, ahead)) in sources.iter().zip(ahead).enumerate() {
        let Some(host) = source.host.as_deref().filter(|_| !source.is_second()) else { continue };
        if source.origin.process.as_deref() != Some(process) {
            continue;
        }
        // a server may be called with and without its domain
        let host = host.split('.').next().unwrap_or(host).to_ascii_lowercase();
        let of_server = spans.entry(host).or_default();
        for run in &source.process_runs {
            let (Some(Timestamp::Utc(first)), Some(Timestamp::Utc(last))) = (run.first, run.last) else {
                continue;
            };
            let (from, until) = (first - ahead, last - ahead);
            let life = Life { source: place, run };
            let span = of_server.entry(run.process).or_insert(Span { from, until, life });
            if from < span.from {
                (span.from, span.life) = (from, life);
            }
            span.until = span.until.max(until);
        }
    }
    let servers: Vec<&BTreeMap<u64, Span<'a>>> = spans.values().collect();
    let mut longest: Option<Overlap<'a>> = None;
    for (place, one) in servers.iter().enumerate() {
        for (span, other) in servers.iter().skip(place + 1).flat_map(|other| pairs(one, other)) {
            let (from, until) = (span.from.max(other.from), span.until.min(other.until));
            let known = longest.as_ref().map_or(SHORTEST - 1, |known| known.until - known.from);
            if until - from > known {
                longest = Some(Overlap { process, lives: [span.life, other.life], from, until });
            }
        }
    }
    longest
}

fn pairs<'s, 'a>(
    one: &'s BTreeMap<u64, Span<'a>>,
    other: &'s BTreeMap<u64, Span<'a>>,
) -> impl Iterator<Item = (&'s Span<'a>, &'s Span<'a>)> {
    one.values().flat_map(move |span| other.values().map(move |other| (span, other)))
}
