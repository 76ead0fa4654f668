//! Unrecognized errors of all sources: the most frequent, and the newest of the others.

use std::collections::BTreeMap;

use spoglight_engine::{Error, ScanHits};
use spoglight_model::analysis::{Evidence, SourceFacts, UnrecognizedError, UnrecognizedErrors};
use spoglight_time::Timestamp;

/// Number of the most frequent and of the newest errors that are shown.
const SHOWN: usize = 5;

/// Server names that are kept per error.
const HOSTS: usize = 10;

struct Kind<'a> {
    count: u64,
    first: Option<Timestamp>,
    last: Option<Timestamp>,
    hosts: Vec<String>,
    /// The first of them, and its source.
    example: (&'a SourceFacts, &'a Error),
}

/// Joins the unrecognized errors of all sources. `facts` and `found` have the same order.
pub(super) fn gather(facts: &[SourceFacts], found: &[ScanHits]) -> UnrecognizedErrors {
    let mut kinds: BTreeMap<u64, Kind<'_>> = BTreeMap::new();
    let mut errors = 0;
    // a message in two files is counted in one of them
    for (source, found) in facts.iter().zip(found).filter(|(source, _)| !source.is_second()) {
        errors += found.unrecognized.other;
        for (key, error) in found.unrecognized.iter() {
            errors += error.count;
            let moment =
                |at: &Option<spoglight_time::SourceTime>| at.as_ref().map(|at| source.clock.moment(at));
            let (first, last) = (moment(&error.first), moment(&error.last));
            let kind = kinds.entry(key).or_insert_with(|| Kind {
                count: 0,
                first,
                last,
                hosts: Vec::new(),
                example: (source, error),
            });
            kind.count += error.count;
            if let Some(first) =
                first.filter(|first| kind.first.is_none_or(|known| first.earlier(known) != known))
            {
                kind.first = Some(first);
                kind.example = (source, error);
            }
            if let Some(last) = last {
                kind.last = Some(kind.last.map_or(last, |known| known.later(last)));
            }
            if let Some(host) =
                source.host.as_ref().filter(|host| kind.hosts.len() < HOSTS && !kind.hosts.contains(host))
            {
                kind.hosts.push(host.clone());
            }
        }
    }
    let distinct = kinds.len() as u64;
    let mut all: Vec<Kind<'_>> = kinds.into_values().collect();
    let place = |kind: &Kind<'_>| (kind.example.0.path.clone(), kind.example.1.line);
    all.sort_by_cached_key(|kind| (std::cmp::Reverse(kind.count), place(kind)));
    let mut rest = all.split_off(all.len().min(SHOWN));
    let mut most: Vec<UnrecognizedError> = all.into_iter().map(|kind| shown(kind, false)).collect();
    rest.sort_by_cached_key(|kind| {
        let first = kind.first.filter(|first| first.is_utc()).map(Timestamp::nanos);
        (std::cmp::Reverse(first), place(kind))
    });
    most.extend(rest.into_iter().take(SHOWN).map(|kind| shown(kind, true)));
    UnrecognizedErrors { errors, distinct, shown: most }
}

fn shown(kind: Kind<'_>, is_newest: bool) -> UnrecognizedError {
    let (source, error) = kind.example;
    UnrecognizedError {
        level: error.level.name(),
        count: kind.count,
        first: kind.first,
        last: kind.last,
        hosts: kind.hosts,
        is_newest,
        example: Evidence {
            source: source.name(),
            line: error.line,
            offset: error.offset,
            event_line: error.line,
            time: error.first.as_ref().map(|at| source.clock.moment(at)),
            text: error.text.clone(),
        },
    }
}
