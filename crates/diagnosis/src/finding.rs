//! Causes and findings: the hits of one signature in all sources become one cause, and each cause becomes a finding.

use std::collections::BTreeMap;
use std::sync::Arc;

use spoglight_signatures::{Library, Severity};

use crate::steps;
use spoglight_engine::facts;
use spoglight_engine::{Hit, RawEvidence, ScanHits, SignatureTally};
use spoglight_model::SourceName;
use spoglight_model::analysis::{Evidence, Finding, KnownNoise, Related, SourceFacts};
use spoglight_time::{SourceTime, Timestamp, Zone};

/// Lines of evidence that a finding shows.
const SHOWN_EVIDENCE: usize = 5;

/// Values of one capture, callers and peers that a finding names.
const SHOWN_VALUES: usize = 10;

/// Different values of one capture that are counted; those that come after them are left out.
const KEPT_VALUES: usize = 1 << 12;

/// Different values that were captured together, and are kept.
const KEPT_TOGETHER: usize = 1 << 10;

/// The hits of one signature, over all sources.
#[derive(Debug, Default)]
pub(super) struct Cause {
    pub(super) signature: usize,
    pub(super) count: u64,
    pub(super) first: Option<Timestamp>,
    pub(super) last: Option<Timestamp>,
    pub(super) related: BTreeMap<usize, u64>,
    /// The most severe signature among those of outer exceptions whose cause this is.
    outer: Option<Severity>,
    zone: Option<Arc<Zone>>,
    hosts: Vec<String>,
    captures: BTreeMap<Box<str>, BTreeMap<Box<str>, u64>>,
    /// Values that were captured together, in the order of the names, with their count.
    together: steps::Together,
    peers: Vec<String>,
    callers: Vec<String>,
    evidence: BestLines,
}

/// The lines that a finding shows: the earliest line of each source, the earliest first, then the other lines by time. Only
/// as many are kept as are shown.
#[derive(Debug, Default)]
struct BestLines {
    of_sources: Vec<(LineOrder, Evidence)>,
    others: Vec<(LineOrder, Evidence)>,
}

/// Order of lines: by time, those in UTC before those in local time and those without a time last; then by source and
/// position.
type LineOrder = (bool, Option<(bool, i64)>, SourceName, u64);

/// Joins the hits of all sources.
pub(super) fn gather(library: &Library, sources: &[SourceFacts], found: &[ScanHits]) -> Vec<Cause> {
    let mut causes: Vec<Cause> =
        (0..library.places()).map(|signature| Cause { signature, ..Cause::default() }).collect();
    let mut seen: Seen<(usize, Option<&str>)> = Seen::default();
    for (source, found) in sources.iter().zip(found) {
        for (signature, hits) in &found.hits {
            let Some(cause) = causes.get_mut(signature) else { continue };
            let moment = |at: &SourceTime| source.clock.moment(at);
            let edge = |ends: [Option<SourceTime>; 2], choose: fn(Timestamp, Timestamp) -> Timestamp| {
                ends.iter().flatten().map(moment).reduce(choose)
            };
            let of_server = (signature, source.host.as_deref());
            let new = if source.copy_of.is_some() { 0 } else { seen.new_in(of_server, hits, &source.path) };
            cause.count += new;
            cause.span(
                edge([hits.first, hits.opening], Timestamp::earlier),
                edge([hits.last, hits.closing], Timestamp::later),
            );
            if let Some(host) = &source.host {
                note(&mut cause.hosts, host);
            }
            for (name, values) in &hits.captures {
                if !cause.captures.contains_key(name) {
                    cause.captures.insert(name.clone(), BTreeMap::new());
                }
                let Some(known) = cause.captures.get_mut(name) else { continue };
                for (value, count) in values {
                    if let Some(sum) = known.get_mut(value) {
                        *sum += count;
                    } else if known.len() < KEPT_VALUES {
                        known.insert(value.clone(), *count);
                    }
                }
            }
            for hit in &hits.hits {
                if let Some(count) = cause.together.get_mut(&hit.values) {
                    *count += 1;
                } else if cause.together.len() < KEPT_TOGETHER {
                    cause.together.insert(hit.values.clone(), 1);
                }
            }
            let outer = outer_severity(library, signature, &hits.related);
            cause.outer = cause.outer.into_iter().chain(outer).min();
            for (related, count) in hits.related.iter().filter(|_| new > 0) {
                *cause.related.entry(*related).or_default() += count;
            }
            for evidence in &hits.evidence {
                evidence.caller.iter().for_each(|caller| note(&mut cause.callers, caller));
                evidence.peer.iter().for_each(|peer| note(&mut cause.peers, peer));
            }
            cause.evidence.add(source, &hits.evidence);
            if cause.zone.is_none() && source.zone.rules.is_some() {
                cause.zone = Some(Arc::clone(&source.zone));
            }
        }
    }
    causes.retain(|cause| cause.count > 0);
    causes
}

/// The most severe of the related signatures that the root does not explain by its definition: they hit in an outer
/// exception of its messages, so a failure as severe as theirs is its consequence.
fn outer_severity(library: &Library, root: usize, related: &BTreeMap<usize, u64>) -> Option<Severity> {
    let mut explained = vec![root];
    while let Some(next) = related
        .keys()
        .find(|one| !explained.contains(one) && explained.iter().any(|known| library.explains(*known, **one)))
    {
        explained.push(*next);
    }
    let outer = related.keys().filter(|one| !explained.contains(one));
    outer.filter_map(|one| library.get(*one)).map(|signature| signature.severity).min()
}

/// Messages in the files of each scope, such as those of one signature and server, by their identity, with how often one
/// file has each.
pub(super) struct Seen<S>(BTreeMap<(S, Identity), u32>);

impl<S> Default for Seen<S> {
    fn default() -> Seen<S> {
        Seen(BTreeMap::new())
    }
}

/// Identity of a message: the hash of its first line, its time, and its file if it has no time.
type Identity = (u64, Option<(i64, Option<i32>)>, Option<Arc<str>>);

/// The identity of the message of a hit. Equal lines without a time can be of two failures.
fn identity(hit: &Hit, path: &Arc<str>) -> Identity {
    let time = hit.at.map(|at| (at.stamp.wall, at.stamp.offset)).or(hit.since.map(|at| (at, None)));
    let file = (time.is_none() && !hit.has_clock).then(|| Arc::clone(path));
    (hit.mark, time, file)
}

impl<S: Copy + Ord> Seen<S> {
    /// The hits of a file without those of messages that another file repeats, as `tomcat9-stderr.*` repeats
    /// `catalina.*`: the same first line at the same time.
    pub(super) fn new_of<'h>(&mut self, scope: S, hits: &'h [Hit], path: &Arc<str>) -> Vec<&'h Hit> {
        let is_new = self.are_new(scope, hits.iter().map(|hit| identity(hit, path)));
        hits.iter().zip(is_new).filter(|(_, is_new)| *is_new).map(|(hit, _)| hit).collect()
    }

    /// Returns for each message of a file whether it is new.
    fn are_new(&mut self, scope: S, messages: impl Iterator<Item = Identity>) -> Vec<bool> {
        let mut counts: BTreeMap<Identity, u32> = BTreeMap::new();
        let is_new = |message: Identity| {
            let known = self.0.get(&(scope, message.clone())).copied().unwrap_or(0);
            let count = counts.entry(message).or_default();
            *count += 1;
            *count > known
        };
        let new = messages.map(is_new).collect();
        for (message, count) in counts {
            let known = self.0.entry((scope, message)).or_default();
            *known = count.max(*known);
        }
        new
    }

    /// Number of new hits of a file. Exact if all hits were kept; otherwise scaled from the kept ones.
    fn new_in(&mut self, scope: S, hits: &SignatureTally, path: &Arc<str>) -> u64 {
        let is_new = self.are_new(scope, hits.hits.iter().map(|hit| identity(hit, path)));
        new_among(hits.count, &is_new)
    }

    /// Number of new messages among `count` of a file, from the hashes of those that were kept, which contain their time.
    pub(super) fn new_count(&mut self, scope: S, count: u64, kept: impl Iterator<Item = u64>) -> u64 {
        let is_new = self.are_new(scope, kept.map(|mark| (mark, None, None)));
        new_among(count, &is_new)
    }
}

impl BestLines {
    /// Adds the lines of a source, which are all of one signature.
    fn add(&mut self, source: &SourceFacts, lines: &[RawEvidence]) {
        let order = |line: &RawEvidence| -> LineOrder {
            let time = line.stamp.as_ref().map(|at| source.clock.moment(at));
            let time = time.map(|time| (!time.is_utc(), time.nanos()));
            (time.is_none(), time, source.name(), line.offset)
        };
        let mut lines: Vec<(LineOrder, &RawEvidence)> =
            lines.iter().map(|line| (order(line), line)).collect();
        lines.sort_by(|(one, _), (other, _)| one.cmp(other));
        for (place, (order, line)) in lines.into_iter().enumerate() {
            let list = if place == 0 { &mut self.of_sources } else { &mut self.others };
            let at = list.partition_point(|(known, _)| *known <= order);
            if at < SHOWN_EVIDENCE {
                list.truncate(SHOWN_EVIDENCE - 1);
                list.insert(at, (order, facts::evidence(source, line, line.text.clone())));
            }
        }
    }

    fn shown(self) -> Vec<Evidence> {
        let all = self.of_sources.into_iter().chain(self.others).map(|(_, evidence)| evidence);
        all.take(SHOWN_EVIDENCE).collect()
    }
}

fn new_among(count: u64, is_new: &[bool]) -> u64 {
    let repeated = is_new.iter().filter(|is_new| !**is_new).count();
    count - (repeated as u128 * u128::from(count) / is_new.len().max(1) as u128) as u64
}

impl Cause {
    /// Subsumes another cause, with everything that it explains.
    pub(super) fn take(&mut self, other: Cause) {
        self.explain(other.signature, other.count);
        for (related, count) in other.related {
            self.explain(related, count);
        }
    }

    /// Subsumes some hits of another signature.
    pub(super) fn explain(&mut self, signature: usize, count: u64) {
        if count > 0 {
            *self.related.entry(signature).or_default() += count;
        }
    }

    fn span(&mut self, first: Option<Timestamp>, last: Option<Timestamp>) {
        if let Some(first) = first {
            self.first = Some(self.first.map_or(first, |known| known.earlier(first)));
        }
        if let Some(last) = last {
            self.last = Some(self.last.map_or(last, |known| known.later(last)));
        }
    }
}

fn note(list: &mut Vec<String>, value: &str) {
    if list.len() < SHOWN_VALUES && !list.iter().any(|known| known == value) {
        list.push(value.to_owned());
    }
}

/// Describes causes of harmless lines with the texts of the library.
pub(super) fn describe_known_noise(library: &Library, causes: Vec<Cause>) -> Vec<KnownNoise> {
    let describe = |cause: Cause| {
        let signature = library.get(cause.signature)?;
        Some(KnownNoise {
            id: signature.id.clone(),
            title: signature.title.clone(),
            count: cause.count,
            hosts: cause.hosts,
            why: signature.cause.trim().to_owned(),
        })
    };
    causes.into_iter().filter_map(describe).collect()
}

/// Describes each cause with the texts of the library. Returns the findings with their signatures.
pub(super) fn describe(library: &Library, causes: Vec<Cause>) -> Vec<(usize, Finding)> {
    let describe = |cause: Cause| {
        let place = cause.signature;
        let signature = library.get(cause.signature)?;
        let related = cause.related.iter().filter_map(|(place, count)| {
            let related = library.get(*place)?;
            Some(Related { id: related.id.clone(), title: related.title.clone(), count: *count })
        });
        let related = related.collect();
        let evidence = cause.evidence.shown();
        let names = library.capture_names(cause.signature);
        let [confirm, fix] =
            [&signature.confirm, &signature.fix].map(|steps| steps::fill(steps, names, &cause.together));
        let captures = cause.captures.into_iter().map(|(name, values)| {
            let mut values: Vec<(Box<str>, u64)> = values.into_iter().collect();
            values.sort_by_key(|(_, count)| std::cmp::Reverse(*count)); // stable: then by value
            let values = values.into_iter().take(SHOWN_VALUES).map(|(value, _)| value.into_string());
            (name.into_string(), values.collect())
        });
        let finding = Finding {
            captures: captures.collect(),
            title: signature.title.clone(),
            severity: cause.outer.map_or(signature.severity, |outer| outer.min(signature.severity)),
            confidence: signature.confidence,
            count: cause.count,
            first: cause.first,
            last: cause.last,
            zone: cause.zone,
            hosts: cause.hosts,
            peers: cause.peers,
            callers: cause.callers,
            evidence,
            related,
            cause: signature.cause.clone(),
            confirm,
            fix,
            false_positives: signature.false_positives.clone(),
            references: signature.references.clone(),
            facts: signature.facts.clone(),
            called: signature.called.clone(),
            ..Finding::empty(signature.id.clone().into())
        };
        Some((place, finding))
    };
    causes.into_iter().filter_map(describe).collect()
}
