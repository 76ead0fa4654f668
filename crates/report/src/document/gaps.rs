//! Coverage gaps: questions that the input cannot answer, and what to collect.

use std::collections::{BTreeMap, BTreeSet};

use spoglight_model::analysis::{Analysis, CheckResult, CoverageGap, InconclusiveReason, Outcome};
use spoglight_text::humanize::counted;

use super::{Heading, Node, RichText, Style, bounds};

/// Advice where each failure has its own.
const IN_JSON: &str = "the JSON report lists what to collect for each of them (`signatures[].reasons`)";

/// Maximum number of signatures that one reason names.
const NAMED: usize = 3;

/// The section of coverage gaps; `None` if there are none.
pub(super) fn section(analysis: &Analysis) -> Option<Node> {
    // one sentence about missing logs: the list of logs to collect is above it
    let (missing, inconclusive): (Vec<_>, Vec<_>) =
        reasons(&analysis.signatures).into_iter().partition(|(reason, _)| reason.missing.is_some());
    let nodes = bounds::list(&analysis.coverage_gaps, "questions", coverage_gap);
    let nodes = nodes.chain(not_collected(&missing));
    let inconclusive = by_why(inconclusive);
    let not_ruled_out = |(reasons, ids): &SameWhy<'_>| not_ruled_out(reasons, ids);
    let nodes = nodes.chain(bounds::list(&inconclusive, "reasons", not_ruled_out));
    let nodes = nodes.chain(unchecked(&analysis.checks)).collect();
    Node::section(Heading::new("What this collection cannot answer, and what to collect"), nodes)
}

/// The number of coverage gaps, for a report without their section; `None` if there are none.
pub(super) fn count(analysis: &Analysis) -> Option<Node> {
    let count = analysis.coverage_gaps.len();
    let questions = counted(count, "question", "questions");
    let text = format!("{questions} that this collection cannot answer: `--full` shows what to collect");
    (count > 0).then(|| Node::question(RichText::prose_in(Style::Plain, &text), RichText::default()))
}

/// One coverage gap.
pub fn coverage_gap(gap: &CoverageGap) -> Node {
    question(&format!("{}: {}.", gap.about, gap.why), &gap.advice)
}

fn question(text: &str, advice: &str) -> Node {
    Node::question(RichText::prose(text), RichText::prose(advice))
}

/// Failures that were not searched, because no log that would show them was collected.
fn not_collected(missing: &[(&InconclusiveReason, Vec<&str>)]) -> Option<Node> {
    let (first, _) = missing.first()?;
    let ids: BTreeSet<&str> = missing.iter().flat_map(|(_, ids)| ids.iter().copied()).collect();
    let log = |(reason, ids): &(&InconclusiveReason, Vec<&str>)| {
        Some(format!("{} ({})", reason.missing.as_ref()?, ids.len()))
    };
    let logs: Vec<String> = missing.iter().filter_map(log).collect();
    let failures = counted(ids.len(), "known failure", "known failures");
    let advice = if missing.len() == 1 { &*first.advice } else { IN_JSON };
    Some(question(
        &format!("{failures} cannot be ruled out, because these were not collected: {}.", logs.join(", ")),
        advice,
    ))
}

/// Reasons of the same words, and the ids of all of them.
type SameWhy<'a> = (Vec<&'a InconclusiveReason>, Vec<&'a str>);

/// Joins reasons that differ only in their advice.
fn by_why<'a>(reasons: Vec<(&'a InconclusiveReason, Vec<&'a str>)>) -> Vec<SameWhy<'a>> {
    let mut joined: Vec<SameWhy<'a>> = Vec::new();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for (reason, ids) in reasons {
        let place = *places.entry(&reason.why).or_insert(joined.len());
        match joined.get_mut(place) {
            Some((known, all)) => {
                known.push(reason);
                all.extend(ids);
            }
            None => joined.push((vec![reason], ids)),
        }
    }
    joined
}

fn not_ruled_out(reasons: &[&InconclusiveReason], ids: &[&str]) -> Node {
    let some: Vec<&str> = ids.iter().take(NAMED).copied().collect();
    let more = if ids.len() > some.len() { ", ..." } else { "" };
    let failures = counted(ids.len(), "known failure", "known failures");
    let why = reasons.first().map_or("", |reason| &*reason.why);
    let text = format!("{failures} cannot be ruled out ({}{more}): {why}.", some.join(", "));
    let advice = match reasons {
        [only] => &*only.advice,
        _ => IN_JSON,
    };
    question(&text, advice)
}

/// Checks that have no input.
fn unchecked(checks: &[CheckResult]) -> Option<Node> {
    let checks = checks.iter().filter(|check| check.outcome == Outcome::CannotTell);
    let ids: Vec<&str> = checks.map(|check| check.id.as_str()).collect();
    let text = format!(
        "Not checked, because no file that was read shows it: {}. `spoglight explain ID` shows what each of them needs.",
        ids.join(", ")
    );
    (!ids.is_empty()).then(|| question(&text, ""))
}

/// Reasons for which signatures are inconclusive, with their ids; the most frequent first.
fn reasons(signatures: &[CheckResult]) -> Vec<(&InconclusiveReason, Vec<&str>)> {
    let mut reasons: BTreeMap<&InconclusiveReason, Vec<&str>> = BTreeMap::new();
    for signature in signatures {
        for reason in &signature.reasons {
            reasons.entry(reason).or_default().push(&signature.id);
        }
    }
    let mut reasons: Vec<_> = reasons.into_iter().collect();
    reasons.sort_by_key(|(reason, ids)| (std::cmp::Reverse(ids.len()), *reason));
    reasons
}
