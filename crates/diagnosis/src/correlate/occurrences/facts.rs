//! Facts that no single line shows, derived from the sources, their artifacts and the hits.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDateTime;
use spoglight_artifacts::Artifact;
use spoglight_model::analysis::SourceFacts;
use spoglight_parsers::{Precision, RawTimestamp};
use spoglight_signatures::{Fact, ProvenFact};
use spoglight_time::Timestamp;
use spoglight_topology::Topology;

use super::super::overlaps::{self, SourceRun};
use super::{HANDOVER, Occurrence, Occurrences, STOPPING, What};
use crate::busy::Busy;
use crate::check::{at, has_trace_levels};

impl Occurrences<'_> {
    /// Restarts of processes.
    pub(super) fn processes(&mut self) {
        for (place, source) in self.sources.iter().enumerate().filter(|(_, source)| !source.is_second()) {
            let process = source.origin.process.as_deref().unwrap_or_default();
            for run in source.process_runs.iter().skip(1) {
                if let Some(first) = run.first {
                    self.fact(Fact::ProcessChanged, first, place, run.offset, run.line, &[process]);
                }
            }
        }
    }

    /// Services processes that move to another server.
    pub(super) fn services(&mut self, topology: &Topology) {
        for process in topology.services().map(|process| &*process.name) {
            let mut spans: BTreeMap<&str, (i64, i64, usize)> = BTreeMap::new();
            let of_it = |source: &&SourceFacts| source.origin.process.as_deref() == Some(process);
            for (place, source) in self.sources.iter().enumerate().filter(|(_, source)| of_it(source)) {
                let (Some(host), Some(Timestamp::Utc(first)), Some(Timestamp::Utc(last))) =
                    (source.host.as_deref(), source.first, source.last)
                else {
                    continue;
                };
                let span = spans.entry(host).or_insert((first, last, place));
                if first < span.0 {
                    span.2 = place;
                }
                (span.0, span.1) = (span.0.min(first), span.1.max(last));
            }
            let mut spans: Vec<_> = spans.into_iter().collect();
            spans.sort_by_key(|(_, (first, ..))| *first);
            let moves: Vec<_> = spans
                .windows(2)
                .filter_map(|pair| match pair {
                    [(before, (_, end, _)), (now, (first, _, place))]
                        if first >= end && first - end <= HANDOVER =>
                    {
                        Some((*first, *place, (*before).to_owned(), (*now).to_owned()))
                    }
                    _ => None,
                })
                .collect();
            for (utc, place, before, now) in moves {
                self.fact(Fact::ServicesMoved, Timestamp::Utc(utc), place, 0, 1, &[&before, &now, process]);
            }
        }
    }

    /// Services processes that run on two servers at the same time.
    pub(super) fn overlaps(&mut self, topology: &Topology) {
        let overlaps = overlaps::of(self.sources, &self.ahead, topology);
        let from = overlaps.iter().map(|overlap| overlap.from).min();
        let until = overlaps.iter().map(|overlap| overlap.until).max();
        let text = |time: Option<i64>| time.map_or_else(String::new, |time| at(Timestamp::Utc(time)));
        let (from, until) = (text(from), text(until));
        let mut told = BTreeSet::new();
        for overlap in overlaps {
            for SourceRun { source, run } in overlap.runs {
                if let Some(first) = run.first.filter(|_| told.insert((source, run.offset))) {
                    let values = [overlap.process, &from, &until];
                    self.fact(Fact::ServicesOverlap, first, source, run.offset, run.line, &values);
                }
            }
        }
    }

    /// Processes that write after the service of their server stopped.
    pub(super) fn services_back(&mut self, topology: &Topology) {
        let is_stop = |one: &&Occurrence<'_>| match one.what {
            What::Signature(place) => {
                let signature = self.library.get(place);
                signature.is_some_and(|one| one.facts.contains(&ProvenFact::ServiceStopped))
            }
            What::Fact(_) => false,
        };
        let stops = self.all.iter().filter(is_stop).filter(|one| one.shown.is_utc());
        let stops: BTreeSet<(i64, Option<&str>)> =
            stops.map(|one| (one.utc, self.source(one).and_then(|source| source.host.as_deref()))).collect();
        let mut of_host: BTreeMap<Option<&str>, Vec<i64>> = BTreeMap::new();
        for (utc, host) in stops {
            // the last messages may be of the stop itself
            of_host.entry(host).or_default().push(utc.saturating_add(STOPPING));
        }
        let mut spans: BTreeMap<Option<&str>, Vec<(i64, i64, usize)>> = BTreeMap::new();
        let all = self.sources.iter().zip(&self.ahead).enumerate();
        for (place, (source, ahead)) in all.filter(|(_, (source, _))| has_trace_levels(source, topology)) {
            let host = source.host.as_deref();
            if of_host.contains_key(&host) {
                let busy = Busy::shifted([(source, *ahead)]);
                let own = busy.spans().iter().map(|(start, end)| (*start, *end, place));
                spans.entry(host).or_default().extend(own);
            }
        }
        let mut back = BTreeSet::new();
        for (host, stops) in &of_host {
            if let Some(spans) = spans.get_mut(host) {
                back.extend(first_after(stops, spans));
            }
        }
        for (utc, place) in back {
            let shown = Timestamp::Utc(utc.saturating_add(self.ahead_of(place)));
            self.fact(Fact::ServiceBack, shown, place, 0, 1, &[]);
        }
    }

    /// Expired certificates: collected ones, and those that a message reports.
    pub(super) fn certificates(&mut self, artifacts: &[(&SourceFacts, &Artifact)]) {
        for (source, artifact) in artifacts {
            let place = source.id.index();
            if let Artifact::Certificates(file) = artifact {
                for certificate in &file.certificates {
                    let subject = certificate.subject.clone();
                    let end = Timestamp::Utc(certificate.not_after);
                    self.fact(Fact::CertificateEnded, end, place, 0, 1, &[&subject]);
                }
            }
        }
        let says_so = |one: &&Occurrence<'_>| match one.what {
            What::Signature(place) => self
                .library
                .get(place)
                .is_some_and(|signature| signature.facts.contains(&ProvenFact::CertificateExpired)),
            What::Fact(_) => false,
        };
        let said: Vec<_> = self.all.iter().filter(says_so).collect();
        let mut ended: BTreeMap<i64, (Timestamp, usize, u64, u64)> = BTreeMap::new();
        for one in said {
            // Java prints it in the zone of the log
            let zone = self.source(one).and_then(|source| source.zone.rules);
            let wall = self.value(one, "not_after").and_then(|text| date(&text));
            if let Some(wall) = wall {
                let end =
                    Timestamp::new(&RawTimestamp { wall, offset: None, precision: Precision::SECOND }, zone);
                // the zone is unknown: exact to the day only
                let end = if one.shown.is_utc() { Timestamp::Utc(end.nanos()) } else { end };
                ended.entry(wall).or_insert((end, one.source, one.offset, one.line));
            }
        }
        for (end, source, offset, line) in ended.into_values() {
            self.fact(Fact::CertificateEnded, end, source, offset, line, &[""]);
        }
    }
}

/// For each of some times in their order: the first time after it, or that time itself, at which a log wrote, and the first
/// such log.
fn first_after(times: &[i64], spans: &mut [(i64, i64, usize)]) -> Vec<(i64, usize)> {
    spans.sort_unstable_by_key(|(start, _, place)| (*start, *place));
    let mut next = 0;
    // those that began before the time, by their end
    let mut open: BTreeSet<(i64, usize)> = BTreeSet::new();
    let mut writing: BTreeSet<usize> = BTreeSet::new();
    let mut found = Vec::new();
    for time in times {
        // the times of one log are apart from each other
        while let Some((_, place)) = open.first().copied().filter(|(end, _)| end <= time) {
            open.pop_first();
            writing.remove(&place);
        }
        while let Some((_, end, place)) = spans.get(next).filter(|(start, ..)| start <= time) {
            if end > time {
                open.insert((*end, *place));
                writing.insert(*place);
            }
            next += 1;
        }
        let now = writing.first().map(|place| (*time, *place));
        found.extend(now.or_else(|| spans.get(next).map(|(start, _, place)| (*start, *place))));
    }
    found
}

/// A local date as Java prints it: `Sat Nov 21 09:00:00 EST 2026`. The abbreviation of the zone is ambiguous and
/// ignored.
fn date(text: &str) -> Option<i64> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let [_, month, day, time, _, year, ..] = words.as_slice() else { return None };
    let plain = format!("{month} {day} {time} {year}");
    let date = NaiveDateTime::parse_from_str(&plain, "%b %d %H:%M:%S %Y").ok()?;
    date.and_utc().timestamp_nanos_opt()
}

#[cfg(test)]
mod tests {
    use super::{date, first_after};

    #[test]
    fn the_first_log_that_writes_after_a_time() {
        let mut spans = [(0, 10, 3), (5, 8, 1), (20, 30, 2), (20, 25, 4), (40, 50, 1)];
        let times = [0, 6, 9, 10, 20, 28, 30, 60];
        let found = first_after(&times, &mut spans);
        assert_eq!(found, [(0, 3), (6, 1), (9, 3), (20, 2), (20, 2), (28, 2), (40, 1)]);
    }

    #[test]
    fn dates_of_java() {
        assert_eq!(date("Sat Nov 21 09:00:00 EST 2026"), Some(1_795_251_600_000_000_000));
        assert_eq!(date("yesterday"), None);
    }
}
