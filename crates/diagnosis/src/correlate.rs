//! Correlation of hits: the rules of `signatures/correlations/`, and symptoms near a failure that explains them. (Hits
//! inside one message were already related when it was read.)
//!
//! A rule never assumes a zone: hits without a known UTC time are only compared with those of their own server. If a
//! log ends before the window of an absent step does, the result is *cannot tell*.

mod alarms;
mod covered;
mod effects;
mod hits;
mod matching;
mod occurrences;
mod overlaps;

use std::collections::BTreeMap;

use spoglight_signatures::{Library, Rule, Severity, SignatureKind};

use crate::coverage::LogCoverage;
use crate::finding::Cause;
pub(super) use alarms::close as close_alarms;
use effects::{Effects, Root, top};
use matching::Matches;
pub(super) use occurrences::Occurrences;
use spoglight_model::analysis::{CheckResult, CoverageGap, Finding, GapKind, Outcome, Related};
use spoglight_time::Timestamp;
use spoglight_time::units::MINUTE;

/// A symptom belongs to a failure of which a message is at most this long before or after it, in nanoseconds. People click
/// again, and a gadget may wait for a time-out of some minutes before it gives up.
const NEAR: i64 = 5 * MINUTE;

/// Effects and results of the rules.
pub(super) struct Correlated {
    effects: Effects,
    parents: BTreeMap<usize, Root>,
    /// Result of every rule.
    pub(super) results: Vec<CheckResult>,
    /// Questions that the rules ask.
    pub(super) asks: Vec<CoverageGap>,
}

/// Runs all rules.
pub(super) fn run(
    library: &Library,
    rules: &[Rule],
    occurrences: &Occurrences<'_>,
    causes: &[Cause],
    coverage: &LogCoverage<'_>,
) -> Correlated {
    let ids: Vec<&str> = library.iter().map(|signature| signature.id.as_str()).collect();
    let (mut effects, mut results, mut asks) = (Effects::default(), Vec::new(), Vec::new());
    for (place, rule) in rules.iter().enumerate() {
        let matches = matching::run(rule, &ids, occurrences);
        let in_message = rule.in_message && is_in_message(rule, &ids, causes);
        let matches = believed(rule, library, matches, coverage);
        effects.add((place, rule), &matches, library, occurrences);
        if let Some(ask) = rule.then.ask.as_ref().filter(|_| !matches.all.is_empty()) {
            asks.push(CoverageGap {
                id: rule.id.clone().into(),
                number: rule.number.clone(),
                about: ask.about.clone(),
                why: ask.why.clone(),
                advice: ask.advice.clone(),
                kind: GapKind::Incomplete,
            });
        }
        let found = in_message || !matches.all.is_empty();
        let seen = (library, ids.as_slice(), occurrences);
        let reasons = if found { Vec::new() } else { covered::reasons(rule, &matches, seen, coverage) };
        results.push(CheckResult {
            id: rule.id.clone().into(),
            number: rule.number.clone(),
            title: rule.title.clone(),
            outcome: Outcome::of(found, &reasons),
            note: None,
            reasons,
        });
    }
    let parents = effects.parents(occurrences);
    Correlated { effects, parents, results, asks }
}

/// Hits of one step of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepSeen {
    /// Its name.
    pub name: String,
    /// Its hits, whether or not they meet the other conditions of the rule.
    pub count: usize,
    /// Time of the first hit.
    pub first: Option<Timestamp>,
    /// The last.
    pub last: Option<Timestamp>,
}

/// Hits of each step of a rule.
pub(super) fn steps(rule: &Rule, library: &Library, occurrences: &Occurrences<'_>) -> Vec<StepSeen> {
    let ids: Vec<&str> = library.iter().map(|signature| signature.id.as_str()).collect();
    let seen = |step: &spoglight_signatures::RuleStep| {
        let places = hits::places(rule, step, &ids, occurrences);
        let moment = |place: Option<&usize>| Some(occurrences.get(*place?).filter(|one| one.is_dated)?.shown);
        StepSeen {
            name: step.name.clone(),
            count: places.len(),
            first: moment(places.first()),
            last: moment(places.last()),
        }
    };
    rule.steps.iter().map(seen).collect()
}

/// Discards the matches of a rule with an absent step if the logs would not have shown that step.
fn believed(rule: &Rule, library: &Library, mut matches: Matches, coverage: &LogCoverage<'_>) -> Matches {
    use spoglight_signatures::Presence::Absent;
    let is_blind = |step: &spoglight_signatures::RuleStep| {
        // the answer is in the same log as the question, so only a trace level that is too low can hide it
        step.presence == Absent
            && step.until.is_none()
            && library.iter().any(|one| step.is_of(&one.id))
            && library.iter().filter(|one| step.is_of(&one.id)).all(|one| {
                !one.shows_in.is_empty() && one.shows_in.iter().all(|shows| coverage.is_blind(shows))
            })
    };
    if rule.then.raise.is_some() && rule.steps.iter().any(is_blind) {
        matches.unknown += matches.all.len();
        matches.all.clear();
    }
    matches
}

/// Returns whether hits of its second step were subsumed by one of its first in the same message.
fn is_in_message(rule: &Rule, ids: &[&str], causes: &[Cause]) -> bool {
    let [first, second, ..] = rule.steps.as_slice() else { return false };
    let is_of =
        |step: &spoglight_signatures::RuleStep, place: usize| ids.get(place).is_some_and(|id| step.is_of(id));
    causes.iter().any(|cause| {
        is_of(first, cause.signature) && cause.related.keys().any(|related| is_of(second, *related))
    })
}

impl Correlated {
    /// Subsumes causes under those that explain them, or under the findings that rules raised.
    pub(super) fn subsume(
        &mut self,
        library: &Library,
        occurrences: &Occurrences<'_>,
        causes: Vec<Cause>,
    ) -> Vec<Cause> {
        let mut known: BTreeMap<usize, Cause> =
            causes.into_iter().map(|cause| (cause.signature, cause)).collect();
        // a marker is not a finding, so it cannot subsume a cause
        self.parents.retain(|_, root| match root {
            Root::Signature(signature) => known.contains_key(signature),
            Root::Rule(rule) => self.effects.raised.contains_key(rule),
        });
        for child in self.parents.keys().copied().collect::<Vec<_>>() {
            let root = top(Root::Signature(child), &self.parents);
            let Some(mut cause) = known.remove(&child) else { continue };
            // several failures may each explain a part, as a page may fail to load for several reasons
            for (part, hits) in self.effects.parts(child) {
                if let Root::Signature(other) = top(part, &self.parents)
                    && Root::Signature(other) != root
                    && let Some(other) = known.get_mut(&other)
                {
                    let count = (hits as u64).min(cause.count.saturating_sub(1));
                    other.explain(child, count);
                    cause.count -= count;
                }
            }
            match root {
                Root::Signature(signature) => match known.get_mut(&signature) {
                    Some(root) => root.take(cause),
                    None => _ = known.insert(child, cause),
                },
                Root::Rule(rule) => {
                    if let Some(finding) = self.effects.raised.get_mut(&rule) {
                        take(finding, library, &cause);
                    }
                }
            }
        }
        self.symptoms(library, occurrences, known.into_values().collect())
    }

    /// Subsumes symptoms under the failures that explain them and happened at the same time. Each message belongs to
    /// one failure, and the whole symptom to the one that explains most of them, if half of them are explained at all;
    /// of several, to the one that began first.
    fn symptoms(
        &mut self,
        library: &Library,
        occurrences: &Occurrences<'_>,
        causes: Vec<Cause>,
    ) -> Vec<Cause> {
        let is_symptom = |cause: &Cause| {
            library.get(cause.signature).is_some_and(|one| one.kind == SignatureKind::Symptom)
        };
        let (symptoms, mut failures): (Vec<_>, Vec<_>) = causes.into_iter().partition(is_symptom);
        failures.sort_by_key(|failure| {
            (failure.first.map(|first| (!first.is_utc(), first.nanos())), failure.signature)
        });
        let mut alone = Vec::new();
        for mut symptom in symptoms {
            let explain = failures.iter().map(|one| one.signature);
            let explain: Vec<usize> =
                explain.filter(|failure| library.explains(*failure, symptom.signature)).collect();
            let (mut parts, explained) = occurrences.explained(symptom.signature, &explain, NEAR);
            // the first of those that explain most
            parts.sort_by_key(|(_, hits)| std::cmp::Reverse(hits.len()));
            let Some(((main, _), others)) = parts.split_first().filter(|_| explained) else {
                alone.push(symptom);
                continue;
            };
            for (failure, hits) in others {
                let count = (hits.len() as u64).min(symptom.count.saturating_sub(1));
                if let Some(other) = failures.iter_mut().find(|one| one.signature == *failure) {
                    other.explain(symptom.signature, count);
                    symptom.count -= count;
                }
            }
            self.parents.insert(symptom.signature, Root::Signature(*main));
            let main = failures.iter_mut().find(|one| one.signature == *main);
            self.effects.explain(symptom.signature, &parts);
            match main {
                Some(failure) => failure.take(symptom),
                None => alone.push(symptom),
            }
        }
        failures.extend(alone);
        failures
    }

    /// The hits that the finding of each signature subsumes: of a symptom with several causes only its own part.
    pub(super) fn under(&self) -> BTreeMap<usize, Vec<usize>> {
        let mut under: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (root, hits) in self.effects.hits_by_root() {
            if let Root::Signature(signature) = top(root, &self.parents) {
                under.entry(signature).or_default().extend(hits);
            }
        }
        under
    }

    /// Applies the notes, severities and fixes of rules to the findings, and adds the findings that rules raised.
    pub(super) fn apply_notes(self, library: &Library, findings: Vec<(usize, Finding)>) -> Vec<Finding> {
        let Effects { notes, own_notes, changes, raised, .. } = self.effects;
        let mut changed: BTreeMap<usize, Severity> = BTreeMap::new();
        let mut all: Vec<(Root, Finding)> = findings
            .into_iter()
            .map(|(signature, finding)| (Root::Signature(signature), finding))
            .chain(raised.into_iter().map(|(rule, finding)| (Root::Rule(rule), finding)))
            .collect();
        for (root, severity, fix) in changes {
            if let (Root::Signature(signature), Some(severity)) = (root, severity) {
                changed.insert(signature, severity);
            }
            // only the finding itself changes: the severity of a symptom is not that of its cause
            if let Some((_, finding)) = all.iter_mut().find(|(known, _)| *known == root) {
                finding.severity = severity.unwrap_or(finding.severity);
                let own = std::mem::take(&mut finding.fix);
                finding.fix = fix.into_iter().chain(own).collect();
            }
        }
        let notes = notes.into_iter().map(|(root, note)| (top(root, &self.parents), note));
        for (root, note) in notes.chain(own_notes) {
            if let Some((_, finding)) = all.iter_mut().find(|(known, _)| *known == root)
                && !finding.notes.iter().any(|known| known.rule == note.rule)
            {
                finding.notes.push(note);
            }
        }
        all.into_iter().map(|(_, finding)| at_least_as_severe(finding, library, &changed)).collect()
    }
}

/// Gives a finding at least the severity of the most severe message that it subsumes: a page that does not load is no
/// less severe because its reason is known.
fn at_least_as_severe(
    mut finding: Finding,
    library: &Library,
    changed: &BTreeMap<usize, Severity>,
) -> Finding {
    // a secret does not cause what its line shows
    let own = library.position(finding.id.as_str()).and_then(|place| library.get(place));
    if own.is_some_and(|one| one.kind == SignatureKind::Secret) {
        return finding;
    }
    let severity = |related: &Related| {
        let place = library.position(&related.id)?;
        changed.get(&place).copied().or_else(|| Some(library.get(place)?.severity))
    };
    // the most severe is the least in their order
    let worst = finding.related.iter().filter_map(severity).min();
    finding.severity = worst.map_or(finding.severity, |worst| worst.min(finding.severity));
    finding
}

/// Subsumes a cause under a finding that a rule raised.
fn take(finding: &mut Finding, library: &Library, cause: &Cause) {
    for (signature, count) in cause.related.iter().chain([(&cause.signature, &cause.count)]) {
        let Some(one) = library.get(*signature) else { continue };
        match finding.related.iter_mut().find(|related| related.id == one.id) {
            Some(related) => related.count += count,
            None => {
                finding.related.push(Related { id: one.id.clone(), title: one.title.clone(), count: *count });
            }
        }
    }
}
