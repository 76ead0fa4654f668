//! Effects of the rules that matched: subsumed causes, notes, changed severities, and raised findings.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use spoglight_parsers::duration::spoken;
use spoglight_signatures::{Library, Rule, Severity};

use super::matching::{Match, Matches};
use super::occurrences::{Occurrence, Occurrences, What};
use crate::bounds::MOST_HOSTS;
use crate::check::at;
use spoglight_model::analysis::{Evidence, Finding, Note};
use spoglight_text::source_path::file_name;
use spoglight_time::Timestamp;

/// Values that a sentence lists before it only gives the number of the others.
const NAMED: usize = 4;

/// Lines of evidence of a finding that a rule raised.
const EVIDENCE: usize = 5;

/// Origin of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Root {
    /// A signature, by its index in the library.
    Signature(usize),
    /// A rule that raises a finding, by its index.
    Rule(usize),
}

/// Effects of all rules, collected rule by rule.
#[derive(Debug, Default)]
pub(super) struct Effects {
    /// Subsumed hits of signatures, in the order of the rules.
    subsumed: Vec<(usize, Root, BTreeSet<usize>)>,
    /// Index in `subsumed` of each signature and root.
    places: BTreeMap<(usize, Root), usize>,
    /// Notes and their findings.
    pub(super) notes: Vec<(Root, Note)>,
    /// Notes that are only true of the finding itself, and not of one that subsumes it.
    pub(super) own_notes: Vec<(Root, Note)>,
    /// Changed severities and added fixes.
    pub(super) changes: Vec<(Root, Option<Severity>, Vec<String>)>,
    /// Raised findings, by the index of their rule.
    pub(super) raised: BTreeMap<usize, Finding>,
}

impl Effects {
    /// Adds the effects of a rule.
    pub(super) fn add(
        &mut self,
        (place, rule): (usize, &Rule),
        matches: &Matches,
        library: &Library,
        occurrences: &Occurrences<'_>,
    ) {
        let says = NoteTemplate { rule, library, occurrences };
        if matches.all.is_empty() {
            let Some(otherwise) = &rule.otherwise else { return };
            let anchors = Match { steps: vec![matches.anchors.clone()], start: 0, end: 0, is_open: false };
            let text = otherwise.note.as_deref().map(|text| says.fill(text, &[&anchors]));
            let is_timed = |root: &Root| match root {
                Root::Signature(signature) => occurrences.is_timed(*signature),
                Root::Rule(_) => true,
            };
            for root in says.signatures(&matches.anchors).into_iter().filter(is_timed) {
                if let Some(text) = &text {
                    self.own_notes.push((root, note(rule, text)));
                }
                if otherwise.severity.is_some() || !otherwise.fix.is_empty() {
                    self.changes.push((root, otherwise.severity, otherwise.fix.clone()));
                }
            }
            return;
        }
        let all: Vec<&Match> = matches.all.iter().collect();
        if let Some(finding) = says.raise(&all) {
            self.raised.insert(place, finding);
        }
        let then = &rule.then;
        let is_raised = then.raise.is_some();
        // matches by finding: the hits of a step may be of several signatures
        let mut of: BTreeMap<Root, Vec<&Match>> = BTreeMap::new();
        for found in &all {
            let root = match &then.under {
                None if is_raised => Some(Root::Rule(place)),
                under => {
                    let step = under.as_deref().and_then(|name| rule.step(name)).unwrap_or(0);
                    found.steps.get(step).and_then(|hits| says.earliest(hits)).map(Root::Signature)
                }
            };
            // a fact is not a finding: it subsumes nothing, and the note goes to another step
            for step in then.fold.iter().filter_map(|name| rule.step(name)) {
                for hit in found.steps.get(step).into_iter().flatten() {
                    if let Some(What::Signature(signature)) = occurrences.get(*hit).map(|one| one.what)
                        && let Some(root) = root.filter(|root| *root != Root::Signature(signature))
                    {
                        self.subsume(signature, root, *hit);
                    }
                }
            }
            let on = match then.on.as_deref().and_then(|name| rule.step(name)) {
                Some(step) => found.steps.get(step).map(|hits| says.signatures(hits)).unwrap_or_default(),
                None => root.into_iter().collect(),
            };
            for root in on {
                of.entry(root).or_default().push(found);
            }
        }
        for (root, found) in of {
            let template = match &then.open {
                Some(open) if found.iter().any(|one| one.is_open) => Some(open),
                _ => then.note.as_ref(),
            };
            let text = template.map(|text| says.fill(text, &found));
            self.add_note(rule, root, text.as_deref());
            if then.raise.is_none() && (then.severity.is_some() || !then.fix.is_empty()) {
                self.changes.push((root, then.severity, then.fix.clone()));
            }
        }
    }

    fn add_note(&mut self, rule: &Rule, root: Root, text: Option<&str>) {
        if let Some(text) = text {
            self.notes.push((root, note(rule, text)));
        }
    }

    fn subsume(&mut self, signature: usize, root: Root, hit: usize) {
        let place = *self.places.entry((signature, root)).or_insert_with(|| {
            self.subsumed.push((signature, root, BTreeSet::new()));
            self.subsumed.len() - 1
        });
        if let Some((.., hits)) = self.subsumed.get_mut(place) {
            hits.insert(hit);
        }
    }

    /// Adds the hits of a symptom that each failure explains.
    pub(super) fn explain(&mut self, symptom: usize, parts: &[(usize, Vec<usize>)]) {
        for (failure, hits) in parts {
            for hit in hits {
                self.subsume(symptom, Root::Signature(*failure), *hit);
            }
        }
    }

    /// The subsumed hits of each root, in the order of the rules; a hit that several roots explain counts for the first rule.
    pub(super) fn hits_by_root(&self) -> impl Iterator<Item = (Root, Vec<usize>)> {
        let mut counted: BTreeSet<usize> = BTreeSet::new();
        self.subsumed.iter().map(move |(_, root, hits)| {
            (*root, hits.iter().copied().filter(|hit| counted.insert(*hit)).collect())
        })
    }

    /// Number of hits of a signature that each root explains; a hit that several explain counts for the first rule.
    pub(super) fn parts(&self, child: usize) -> Vec<(Root, usize)> {
        let mut counted: BTreeSet<usize> = BTreeSet::new();
        let of_it = self.subsumed.iter().filter(|(signature, ..)| *signature == child);
        of_it
            .map(|(_, root, hits)| (*root, hits.iter().filter(|hit| counted.insert(**hit)).count()))
            .collect()
    }

    /// The root that subsumes each signature as a whole: at least half of its hits must be explained, and the root that
    /// explains most wins. A signature never subsumes itself, also not indirectly.
    pub(super) fn parents(&self, occurrences: &Occurrences<'_>) -> BTreeMap<usize, Root> {
        let mut parents: BTreeMap<usize, Root> = BTreeMap::new();
        let mut children: Vec<usize> = Vec::new();
        for (signature, ..) in &self.subsumed {
            if !children.contains(signature) {
                children.push(*signature);
            }
        }
        for child in children {
            let parts = || self.subsumed.iter().filter(move |(signature, ..)| *signature == child);
            let explained: BTreeSet<usize> = parts().flat_map(|(.., hits)| hits).copied().collect();
            if explained.len() * 2 < occurrences.of_signature(child).len() {
                continue;
            }
            let mut under: Vec<(Root, usize)> = parts().map(|(_, root, hits)| (*root, hits.len())).collect();
            // of equals, the first rule wins
            under.sort_by_key(|(_, hits)| std::cmp::Reverse(*hits));
            let root = under.into_iter().map(|(root, _)| root).find(|root| {
                let top = top(*root, &parents);
                top != Root::Signature(child)
            });
            if let Some(root) = root {
                parents.insert(child, root);
            }
        }
        parents
    }
}

fn note(rule: &Rule, text: &str) -> Note {
    Note { rule: rule.id.clone(), number: rule.number.clone(), text: text.to_owned() }
}

/// The topmost root that explains a root; the root itself if nothing explains it.
pub(super) fn top(root: Root, parents: &BTreeMap<usize, Root>) -> Root {
    let mut root = root;
    for _ in 0..=parents.len() {
        match root {
            Root::Signature(signature) => match parents.get(&signature) {
                Some(parent) => root = *parent,
                None => break,
            },
            Root::Rule(_) => break,
        }
    }
    root
}

/// Fills the texts of a rule.
struct NoteTemplate<'a> {
    rule: &'a Rule,
    library: &'a Library,
    occurrences: &'a Occurrences<'a>,
}

impl NoteTemplate<'_> {
    /// The signatures of some hits, each once.
    fn signatures(&self, hits: &[usize]) -> Vec<Root> {
        let mut all: BTreeSet<Root> = BTreeSet::new();
        for hit in hits {
            if let Some(What::Signature(signature)) = self.occurrences.get(*hit).map(|one| one.what) {
                all.insert(Root::Signature(signature));
            }
        }
        all.into_iter().collect()
    }

    /// The signature of the earliest of some hits.
    fn earliest(&self, hits: &[usize]) -> Option<usize> {
        hits.iter().filter_map(|hit| self.occurrences.get(*hit)).find_map(|one| match one.what {
            What::Signature(signature) => Some(signature),
            What::Fact(_) => None,
        })
    }

    /// Fills the placeholders of a sentence.
    fn fill(&self, text: &str, found: &[&Match]) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            let Some((name, tail)) = after.split_once('}') else {
                rest = after;
                break;
            };
            out.push_str(&self.value(name, found));
            rest = tail;
        }
        out.push_str(rest);
        out
    }

    fn value(&self, name: &str, found: &[&Match]) -> String {
        match name {
            "span" => return self.spans(found),
            "cases" => return found.len().to_string(),
            _ => {}
        }
        let (step, what) = name.split_once('.').unwrap_or((name, "count"));
        let Some(step) = self.rule.step(step) else { return "?".to_owned() };
        let mut hits: Vec<usize> =
            found.iter().filter_map(|one| one.steps.get(step)).flatten().copied().collect();
        hits.sort_unstable();
        hits.dedup();
        let ones = || hits.iter().filter_map(|hit| self.occurrences.get(*hit));
        match what {
            "count" => hits.len().to_string(),
            "first" => ones()
                .find(|one| one.is_dated)
                .or_else(|| ones().next())
                .map_or_else(|| "?".to_owned(), |one| shown(one.shown, one.is_dated)),
            "last" => ones().next_back().map_or_else(|| "?".to_owned(), |one| shown(one.shown, one.is_dated)),
            "end" => found
                .last()
                .map_or_else(|| "?".to_owned(), |one| shown(self.moment(one, one.end), self.is_dated(one))),
            "hosts" => listed(
                ones().filter_map(|one| self.occurrences.source(one)?.host.as_deref().map(str::to_owned)),
            ),
            "logs" => listed(ones().filter_map(|one| {
                let source = self.occurrences.source(one)?;
                Some(source.origin.process.as_deref().unwrap_or_else(|| file_name(&source.log)).to_owned())
            })),
            "title" => listed(ones().filter_map(|one| match one.what {
                What::Signature(signature) => Some(self.library.get(signature)?.title.clone()),
                What::Fact(_) => None,
            })),
            capture => listed(
                ones()
                    .filter_map(|one| self.occurrences.value(one, capture).map(std::borrow::Cow::into_owned)),
            ),
        }
    }

    fn is_dated(&self, found: &Match) -> bool {
        let anchor = found.steps.first().and_then(|hits| self.occurrences.get(*hits.first()?));
        anchor.is_none_or(|one| one.is_dated)
    }

    /// A time of a match, by the clock of the server of its anchor.
    fn moment(&self, found: &Match, utc: i64) -> Timestamp {
        let anchor = found.steps.first().and_then(|hits| self.occurrences.get(*hits.first()?));
        let shown = utc + anchor.map_or(0, |one| one.shown.nanos() - one.utc);
        if anchor.is_some_and(|one| !one.shown.is_utc()) {
            Timestamp::Local(shown)
        } else {
            Timestamp::Utc(shown)
        }
    }

    /// The times of brackets: `5 min 12 s, from 14:03:11 to 14:08:23 UTC`, and how many more there are. Overlapping
    /// brackets count as one: some messages repeat every minute.
    fn spans(&self, found: &[&Match]) -> String {
        let mut spans: Vec<(Timestamp, Timestamp, bool)> = Vec::new();
        for one in found {
            let (start, end) = (self.moment(one, one.start), self.moment(one, one.end));
            let is_dated = self.is_dated(one);
            match spans.last_mut().filter(|last| last.2 == is_dated && start.nanos() <= last.1.nanos()) {
                Some(last) => last.1 = last.1.later(end),
                None => spans.push((start, end, is_dated)),
            }
        }
        let length = |(start, end, _): &(Timestamp, Timestamp, bool)| end.nanos() - start.nanos();
        let Some(first) = spans.first() else { return "?".to_owned() };
        let (start, end) = (shown(first.0, first.2), shown(first.1, first.2));
        let mut text = format!("{}, from {start} to {end}", spoken(length(first)));
        if spans.len() > 1 {
            let rest: i64 = spans.iter().skip(1).map(length).sum();
            let _ = write!(text, ", and {} more times, {} in all", spans.len() - 1, spoken(rest));
        }
        text
    }

    /// The finding that the rule raises.
    fn raise(&self, found: &[&Match]) -> Option<Finding> {
        let page = self.rule.then.raise.as_ref()?;
        let mut hits: Vec<usize> =
            found.iter().filter_map(|one| one.steps.first()).flatten().copied().collect();
        hits.sort_unstable();
        hits.dedup();
        let ones = || hits.iter().filter_map(|hit| self.occurrences.get(*hit));
        let mut hosts: Vec<String> = Vec::new();
        let mut captures: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for one in ones() {
            if let Some(host) = self.occurrences.source(one).and_then(|source| source.host.as_deref())
                && hosts.len() < MOST_HOSTS
                && !hosts.iter().any(|known| known == host)
            {
                hosts.push(host.to_owned());
            }
            let names = match one.what {
                What::Signature(signature) => self.library.capture_names(signature),
                What::Fact(_) => &[],
            };
            for name in names {
                let Some(value) = self.occurrences.value(one, name) else { continue };
                let known = captures.entry(name.clone()).or_default();
                if known.len() < 10 && !known.iter().any(|known| *known == value) {
                    known.push(value.into_owned());
                }
            }
        }
        // the first of each server, then the others
        let mut servers: BTreeSet<Option<&str>> = BTreeSet::new();
        let host =
            |one: &Occurrence<'_>| self.occurrences.source(one).and_then(|source| source.host.as_deref());
        let (mut lines, others): (Vec<_>, Vec<_>) = ones().partition(|one| servers.insert(host(one)));
        lines.extend(others);
        lines.truncate(EVIDENCE);
        lines.sort_by_key(|one| one.utc);
        let evidence = lines.into_iter().filter_map(|one| {
            let source = self.occurrences.source(one)?;
            Some(Evidence {
                source: source.name(),
                line: one.line,
                offset: one.offset,
                event_line: one.line,
                time: one.is_dated.then_some(one.shown),
                text: String::new(), // filled later, see `quote`
            })
        });
        let zone = ones().find_map(|one| {
            let source = self.occurrences.source(one)?;
            source.zone.rules.is_some().then(|| source.zone.clone())
        });
        Some(Finding {
            number: self.rule.number.clone(),
            title: self.fill(&self.rule.title, found),
            severity: page.severity,
            confidence: page.confidence,
            count: hits.len() as u64,
            first: ones().find(|one| one.is_dated).map(|one| one.shown),
            last: ones().rev().find(|one| one.is_dated).map(|one| one.shown),
            zone,
            hosts,
            captures,
            evidence: evidence.collect(),
            cause: page.cause.trim().to_owned(),
            confirm: page.confirm.clone(),
            fix: page.fix.clone(),
            false_positives: page.false_positives.clone(),
            references: page.references.clone(),
            ..Finding::empty(self.rule.id.clone().into())
        })
    }
}

/// A time in a sentence; only the time of day if the date is unknown.
fn shown(moment: Timestamp, is_dated: bool) -> String {
    let text = at(moment);
    match text.split_once(' ') {
        Some((_, time)) if !is_dated => {
            format!("{} on an unknown day", time.trim_end_matches(" local time"))
        }
        _ => text,
    }
}

/// Different values in the order of their first appearance, and how many more.
fn listed(values: impl Iterator<Item = String>) -> String {
    let (mut all, mut known): (Vec<String>, BTreeSet<String>) = (Vec::new(), BTreeSet::new());
    for value in values {
        if !known.contains(&value) {
            if all.len() < NAMED {
                all.push(value.clone());
            }
            known.insert(value);
        }
    }
    let more = known.len() - all.len();
    match (all.is_empty(), more) {
        (true, _) => "?".to_owned(),
        (false, 0) => all.join(", "),
        (false, more) => format!("{} and {more} more", all.join(", ")),
    }
}
