//! Causes and findings: the hits of one signature in all sources become one cause, and each cause becomes a finding.

use std::collections::BTreeMap;
use std::sync::Arc;

use spoglight_signatures::{Library, Severity};

use crate::steps;
use spoglight_engine::facts;
use spoglight_engine::{Hit, ScanHits, SignatureTally};
use spoglight_model::SourceName;
use spoglight_model::analysis::{Evidence, Finding, KnownNoise, Related, SourceFacts};
use spoglight_time::{SourceTime, Timestamp, Zone};

/// Lines of evidence that a finding shows.
const SHOWN_EVIDENCE: usize = 5;

/// Values of one capture, callers and peers that a finding names.
const SHOWN_VALUES: usize = 10;

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
    captures: BTreeMap<String, Vec<(String, u64)>>,
    /// Values that were captured together, in the order of the names, with their count.
    together: steps::Together,
    peers: Vec<String>,
    callers: Vec<String>,
    evidence: Vec<Evidence>,
}

/// Joins the hits of all sources.
pub(super) fn gather(library: &Library, sources: &[SourceFacts], found: &[ScanHits]) -> Vec<Cause> {
    let mut causes: Vec<Cause> =
        (0..library.len()).map(|signature| Cause { signature, ..Cause::default() }).collect();
    let mut seen: BTreeMap<(usize, Option<&str>), Seen> = BTreeMap::new();
    for (source, found) in sources.iter().zip(found) {
        for (signature, hits) in &found.hits {
            let Some(cause) = causes.get_mut(*signature) else { continue };
            let moment = |at: &SourceTime| source.clock.moment(at);
            let edge = |ends: [Option<SourceTime>; 2], choose: fn(Timestamp, Timestamp) -> Timestamp| {
                ends.iter().flatten().map(moment).reduce(choose)
            };
            let of_server = seen.entry((*signature, source.host.as_deref())).or_default();
            let new = if source.copy_of.is_some() { 0 } else { of_server.new_in(hits) };
            cause.count += new;
            cause.span(
                edge([hits.first, hits.opening], Timestamp::earlier),
                edge([hits.last, hits.closing], Timestamp::later),
            );
            if let Some(host) = &source.host {
                note(&mut cause.hosts, host);
            }
            for (name, values) in &hits.captures {
                let known = cause.captures.entry(name.clone()).or_default();
                for (value, count) in values {
                    match known.iter_mut().find(|(other, _)| other == value) {
                        Some((_, sum)) => *sum += count,
                        None => known.push((value.clone(), *count)),
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
            let outer = outer_severity(library, *signature, &hits.related);
            cause.outer = cause.outer.into_iter().chain(outer).min();
            for (related, count) in hits.related.iter().filter(|_| new > 0) {
                *cause.related.entry(*related).or_default() += count;
            }
            for evidence in &hits.evidence {
                evidence.caller.iter().for_each(|caller| note(&mut cause.callers, caller));
                evidence.peer.iter().for_each(|peer| note(&mut cause.peers, peer));
                cause.evidence.push(facts::evidence(source, evidence, evidence.text.clone()));
            }
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

/// Messages of one server that a signature hit, by the hash of their first line, with how often one file has each.
#[derive(Default)]
pub(super) struct Seen(BTreeMap<u64, u32>);

impl Seen {
    /// The hits of a file without those of messages that another file repeats, as `tomcat9-stderr.*` repeats
    /// `catalina.*`.
    pub(super) fn new_of<'h>(&mut self, hits: &'h [Hit]) -> Vec<&'h Hit> {
        let is_new = self.are_new(hits.iter().map(|hit| hit.mark));
        hits.iter().zip(is_new).filter(|(_, is_new)| *is_new).map(|(hit, _)| hit).collect()
    }

    /// Returns for each message of a file whether it is new, by the hashes of the messages.
    pub(super) fn are_new(&mut self, marks: impl Iterator<Item = u64>) -> Vec<bool> {
        let mut counts: BTreeMap<u64, u32> = BTreeMap::new();
        let is_new = |mark: u64| {
            let count = counts.entry(mark).or_default();
            *count += 1;
            *count > self.0.get(&mark).copied().unwrap_or(0)
        };
        let new = marks.map(is_new).collect();
        for (mark, count) in counts {
            let known = self.0.entry(mark).or_default();
            *known = count.max(*known);
        }
        new
    }

    /// Number of new hits of a file. Exact if all hits were kept; otherwise scaled from the kept ones.
    fn new_in(&mut self, hits: &SignatureTally) -> u64 {
        self.new_count(hits.count, hits.hits.iter().map(|hit| hit.mark))
    }

    /// Number of new messages among `count` of a file, from the hashes of those that were kept.
    pub(super) fn new_count(&mut self, count: u64, kept: impl Iterator<Item = u64>) -> u64 {
        let is_new = self.are_new(kept);
        let repeated = is_new.iter().filter(|is_new| !**is_new).count();
        count - (repeated as u128 * u128::from(count) / is_new.len().max(1) as u128) as u64
    }
}

impl Cause {
    /// Subsumes another cause, with everything that it explains.
    pub(super) fn take(&mut self, other: Cause) {
        *self.related.entry(other.signature).or_default() += other.count;
        for (related, count) in other.related {
            *self.related.entry(related).or_default() += count;
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

    /// The best lines: the earliest of all, then the earliest of each further source, then the rest by time.
    fn best_evidence(&mut self) -> Vec<Evidence> {
        let mut left = std::mem::take(&mut self.evidence);
        left.sort_by_key(|evidence| {
            let time = evidence.time.map(|time| (!time.is_utc(), time.nanos()));
            (time.is_none(), time, evidence.source.clone(), evidence.offset)
        });
        let mut sources: Vec<SourceName> = Vec::new();
        let (first_of_source, rest): (Vec<_>, Vec<_>) = left.into_iter().partition(|evidence| {
            let new = !sources.contains(&evidence.source);
            if new {
                sources.push(evidence.source.clone());
            }
            new
        });
        first_of_source.into_iter().chain(rest).take(SHOWN_EVIDENCE).collect()
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
    let describe = |mut cause: Cause| {
        let place = cause.signature;
        let signature = library.get(cause.signature)?;
        let related = cause.related.iter().filter_map(|(place, count)| {
            let related = library.get(*place)?;
            Some(Related { id: related.id.clone(), title: related.title.clone(), count: *count })
        });
        let related = related.collect();
        let evidence = cause.best_evidence();
        let names = library.capture_names(cause.signature);
        let [confirm, fix] =
            [&signature.confirm, &signature.fix].map(|steps| steps::fill(steps, names, &cause.together));
        let captures = cause.captures.into_iter().map(|(name, mut values)| {
            values.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
            (name, values.into_iter().take(SHOWN_VALUES).map(|(value, _)| value).collect())
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
