//! [`Alerts`]: the findings of each diagnosis, their numbers, and what is news about them: a finding is new, more severe, has
//! more notes, comes again, or is probably over.
//!
//! A failure that comes again is one line, and at most one in ten seconds: a program that fails in a loop would hide all else.
//! One failure is often several messages, so those of the first two seconds are a part of it.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use spoglight_model::FindingId;
use spoglight_model::analysis::{Finding, SourceFacts};
use spoglight_signatures::{Library, Severity};
use spoglight_time::Timestamp;

use crate::endings::{Endings, SeenHit};
use crate::intervals::{AGAIN, SETTLE};
use crate::output::{Again, Memory, Remembered, Resolved, Shown};

/// Findings so far.
#[derive(Default)]
pub(crate) struct Alerts {
    /// By their ids.
    known: BTreeMap<String, Known>,
    /// Numbers of findings by the signatures that they are about, by position in the library.
    numbers: BTreeMap<usize, usize>,
    findings: Vec<Finding>,
    /// Number of the last new finding.
    last: usize,
    endings: Endings,
}

/// What was shown of a finding.
#[derive(Debug)]
struct Known {
    number: usize,
    /// Position of its signature in the library, if it is one of a signature.
    place: Option<usize>,
    /// Messages that earlier runs counted.
    base: u64,
    /// It was shown in this run.
    is_shown: bool,
    /// The most severe that it was.
    severity: Severity,
    /// Number of notes of rules.
    notes: usize,
    /// Messages of this run up to the last time it was shown.
    told: u64,
    /// The same with those that need not be shown.
    seen: u64,
    /// A signature that it is about hit since it was shown: a rule may also count messages of before.
    is_hit: bool,
    /// Messages of its effects that need not be shown.
    effects: u64,
    /// The last message of an effect since it was shown: the title of the effect, and its time.
    effect: Option<(String, Option<Timestamp>)>,
    /// It is not shown again before.
    quiet: u64,
    /// Messages before are a part of the failure that was shown.
    settled: u64,
    /// An end that is not shown before.
    quiet_end: u64,
}

impl Alerts {
    /// Findings of the last diagnosis.
    pub(crate) fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The number of a finding; 0 if it has none.
    pub(crate) fn number(&self, finding: &Finding) -> usize {
        self.known.get(&*key(finding)).map_or(0, |known| known.number)
    }

    /// Numbers of findings by the signatures that they are about, by position in the library.
    pub(crate) fn numbers(&self) -> &BTreeMap<usize, usize> {
        &self.numbers
    }

    /// Takes what an earlier run knew.
    pub(crate) fn restore(&mut self, memory: &Memory, library: &Library) {
        for Remembered { id, number, count } in &memory.findings {
            self.last = self.last.max(*number);
            self.known.insert(id.clone(), Known { base: *count, ..Known::new(*number) });
        }
        self.name(library);
    }

    /// What the next run should know.
    pub(crate) fn memory(&self) -> Memory {
        let mut findings: Vec<Remembered> = self
            .known
            .iter()
            .map(|(id, known)| {
                let own = self.findings.iter().find(|finding| key(finding) == *id);
                let count = known.base + own.map_or(known.seen, |finding| finding.count.max(known.seen));
                Remembered { id: id.clone(), number: known.number, count }
            })
            .collect();
        findings.sort_by_key(|one| one.number);
        Memory { findings }
    }

    /// Takes the findings of a diagnosis, and the hits since the last one. Returns what is news.
    pub(crate) fn update(
        &mut self,
        findings: Vec<Finding>,
        hits: Vec<SeenHit>,
        library: &Library,
        sources: &[SourceFacts],
        now: u64,
    ) -> Vec<Shown> {
        let mut shown = Vec::new();
        for finding in &findings {
            let known = self.known.entry(key(finding).into_owned()).or_insert_with(|| {
                self.last += 1;
                Known::new(self.last)
            });
            let number = known.number;
            let is_old = known.base > 0;
            let severity = known.severity;
            known.severity = severity.min(finding.severity);
            let notes = std::mem::replace(&mut known.notes, finding.notes.len());
            if known.is_shown && finding.severity >= severity {
                if finding.notes.len() > notes {
                    shown.push(Shown::More { finding: Box::new(finding.clone()), number });
                }
                if now < known.settled {
                    known.seen = known.seen.max(finding.count);
                    known.effects = known.effects.max(effects(finding));
                }
                continue;
            }
            if !known.is_shown && is_old {
                // at once, whatever its messages are
                (known.is_shown, known.quiet) = (true, 0);
                continue;
            }
            known.show(finding, now);
            shown.push(Shown::Finding { finding: Box::new(finding.clone()), number });
        }
        self.findings = findings;
        shown.extend(self.joined());
        self.name(library);
        self.mark_hit(&hits, library);
        self.endings.take(hits, library, sources);
        shown.extend(self.due(now));
        shown
    }

    /// Numbers the signatures that findings are about.
    fn name(&mut self, library: &Library) {
        self.numbers.clear();
        for (id, known) in &self.known {
            self.numbers.extend(library.position(id).map(|place| (place, known.number)));
        }
        for finding in &self.findings {
            let Some(known) = self.known.get_mut(&*key(finding)) else { continue };
            known.place = match &finding.id {
                FindingId::Signature(id) => library.position(id),
                _ => None,
            };
            for place in finding.related.iter().filter_map(|related| library.position(&related.id)) {
                self.numbers.insert(place, known.number);
            }
        }
        // an effect of one finding may also be a finding of its own
        for known in self.findings.iter().filter_map(|finding| self.known.get(&*key(finding))) {
            self.numbers.extend(known.place.map(|place| (place, known.number)));
        }
    }

    /// Findings that were shown, and that are a part of another by now.
    fn joined(&mut self) -> Vec<Shown> {
        let mut shown = Vec::new();
        let own: BTreeSet<Cow<'_, str>> = self.findings.iter().map(key).collect();
        if !self.known.iter().any(|(id, known)| known.is_shown && !own.contains(id.as_str())) {
            return shown;
        }
        let mut under: BTreeMap<&str, &Finding> = BTreeMap::new();
        for finding in &self.findings {
            for related in &finding.related {
                under.entry(&related.id).or_insert(finding);
            }
        }
        let numbers: BTreeMap<String, usize> =
            self.known.iter().map(|(id, known)| (id.clone(), known.number)).collect();
        let gone = self.known.iter_mut().filter(|(id, known)| known.is_shown && !own.contains(id.as_str()));
        for (id, known) in gone {
            let Some(finding) = under.get(id.as_str()) else { continue };
            known.is_shown = false;
            let number = numbers.get(&*key(finding)).copied().unwrap_or_default();
            let text = format!("finding {} is a part of finding {number}: {}", known.number, finding.title);
            shown.push(Shown::Note(text));
        }
        shown
    }

    /// Marks the findings whose signatures hit. A finding of a rule or a check counts what it sees itself.
    fn mark_hit(&mut self, hits: &[SeenHit], library: &Library) {
        let places: BTreeSet<usize> = hits.iter().map(|hit| hit.signature).collect();
        for finding in &self.findings {
            let Some(known) = self.known.get_mut(&*key(finding)) else { continue };
            known.is_hit |= known.place.is_none_or(|place| places.contains(&place));
            for related in &finding.related {
                let Some(place) = library.position(&related.id).filter(|place| places.contains(place)) else {
                    continue;
                };
                let last = hits.iter().rev().find(|hit| hit.signature == place);
                known.effect = Some((related.title.clone(), last.and_then(|hit| hit.when)));
            }
            if !known.is_hit {
                known.seen = known.seen.max(finding.count);
            }
        }
    }

    /// Findings that came again or are probably over, and were not shown for long enough.
    pub(crate) fn due(&mut self, now: u64) -> Vec<Shown> {
        let mut shown = Vec::new();
        for finding in &self.findings {
            let Some(known) = self.known.get_mut(&*key(finding)).filter(|known| known.is_shown) else {
                continue;
            };
            if known.waits(finding) && now >= known.quiet {
                let (number, times) = (known.number, known.base + finding.count);
                let unshown = finding.count.saturating_sub(known.told + 1);
                let effect = known.effect.take().filter(|_| finding.count <= known.seen);
                known.show(finding, now);
                (known.quiet, known.settled) = (now.saturating_add(AGAIN), 0);
                let again = Again { number, finding: finding.clone(), times, unshown, effect };
                shown.push(Shown::Again(Box::new(again)));
            }
            let Some(place) = known.place.filter(|_| now >= known.quiet_end) else { continue };
            if let Some((evidence, open)) = self.endings.news(place) {
                // whether it comes again is what matters from here on
                (known.quiet, known.quiet_end) = (0, now.saturating_add(AGAIN));
                let resolved = Resolved { number: known.number, finding: finding.clone(), evidence, open };
                shown.push(Shown::Resolved(Box::new(resolved)));
            }
        }
        shown
    }

    /// Time at which something is shown that waits; `None` if nothing does.
    pub(crate) fn deadline(&self) -> Option<u64> {
        let of = |finding: &Finding| {
            let known = self.known.get(&*key(finding)).filter(|known| known.is_shown)?;
            let again = known.waits(finding).then_some(known.quiet);
            let end = known.place.filter(|place| self.endings.has_news(*place)).map(|_| known.quiet_end);
            again.into_iter().chain(end).min()
        };
        self.findings.iter().filter_map(of).min()
    }
}

/// What makes a finding the same: a check may have several of one id.
fn key(finding: &Finding) -> Cow<'_, str> {
    match &finding.id {
        FindingId::Check(id) => format!("{}: {}", id.0, finding.title).into(),
        _ => Cow::Borrowed(&finding.id),
    }
}

/// Number of messages of the effects of a finding.
fn effects(finding: &Finding) -> u64 {
    finding.related.iter().map(|related| related.count).sum()
}

impl Known {
    fn new(number: usize) -> Known {
        Known {
            number,
            place: None,
            base: 0,
            is_shown: false,
            severity: Severity::Info,
            notes: 0,
            told: 0,
            seen: 0,
            is_hit: false,
            effects: 0,
            effect: None,
            quiet: 0,
            settled: 0,
            quiet_end: 0,
        }
    }

    /// It came again, by a message of its own or an effect of it, and that was not shown.
    fn waits(&self, finding: &Finding) -> bool {
        finding.count > self.seen || self.effect.is_some() && effects(finding) > self.effects
    }

    /// It was shown as it is now.
    fn show(&mut self, finding: &Finding, now: u64) {
        let count = finding.count;
        (self.is_shown, self.told, self.seen, self.is_hit) = (true, count, count, false);
        (self.effects, self.effect) = (effects(finding), None);
        (self.quiet, self.settled) = (0, now.saturating_add(SETTLE));
    }
}
