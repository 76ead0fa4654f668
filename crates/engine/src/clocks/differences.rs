//! Differences of the clocks of servers in a collection, and their application.

use std::collections::BTreeMap;

use spoglight_model::ClockSkew;
use spoglight_parsers::{ClockSource, Precision, RawTimestamp};
use spoglight_source::Bundle;
use spoglight_time::{Clock, SourceTime, Timestamp};

use super::{host_of, measured, outputs, skew};
use crate::ids::{AllIds, Sighting};
use crate::scanned::ScannedSource;
use crate::tally::Tally;

/// Differences of the clocks of servers, by identifiers that they share and by outputs of commands; subtracted from their
/// times if `apply` is set.
pub fn skews(
    bundle: &Bundle,
    scanned: &[ScannedSource<'_>],
    clocks: &mut [Clock],
    apply: bool,
) -> Vec<ClockSkew> {
    let all = || bundle.sources.iter().zip(scanned);
    let ids = all().zip(&*clocks).filter_map(|((source, one), clock)| {
        let host = host_of(source, one).filter(|_| one.copy_of.is_none() && one.repeats.is_none())?;
        Some((host, moments(&one.tally.get(), clock)))
    });
    let (mut skews, compared) = skew::estimate(ids, skew::LEAST);
    let shown = outputs::shown(&bundle.sources, scanned);
    if !shown.is_empty() {
        let logs = all().filter(|(_, one)| one.tally.get().first.is_some());
        let hosts = logs.filter_map(|(source, one)| host_of(source, one)).collect();
        measured::add(&mut skews, &shown, &hosts, &compared);
    }
    if apply {
        let mut ahead: BTreeMap<&str, i64> = BTreeMap::new();
        for skew in &skews {
            *ahead.entry(&skew.host).or_default() += skew.ahead;
        }
        for ((source, one), clock) in bundle.sources.iter().zip(scanned).zip(clocks) {
            let host = host_of(source, one);
            clock.ahead += host.and_then(|host| ahead.get(host)).copied().unwrap_or(0);
        }
        for skew in &mut skews {
            skew.applied = true;
        }
    }
    skews
}

/// The identifiers of a source by their moments.
fn moments(tally: &Tally, clock: &Clock) -> AllIds {
    let mut ids = AllIds::default();
    for (id, seen) in tally.ids.iter() {
        ids.add(id, Sighting { first: seen.first - clock.ahead, last: seen.last - clock.ahead, ..seen });
    }
    for (id, seen) in tally.local_ids.iter() {
        let moment = |wall| {
            let stamp = RawTimestamp { wall, offset: None, precision: Precision::MILLI };
            clock.moment(&SourceTime { stamp, of: ClockSource::Program, offset: 0 })
        };
        if let (Timestamp::Utc(first), Timestamp::Utc(last)) = (moment(seen.first), moment(seen.last)) {
            ids.add(id, Sighting { first, last, ..seen });
        }
    }
    ids
}
