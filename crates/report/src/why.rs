//! The why-not page: why a signature, a rule or a check did not match, condition by condition, with the nearest line.

use spoglight_diagnosis::why_not::{ConditionResult, NearMiss, WhyNotCheck, WhyNotRule, WhyNotSignature};
use spoglight_model::FindingId;
use spoglight_model::analysis::{CoverageGap, Evidence, Finding, InconclusiveReason, Outcome};
use spoglight_text::humanize::{counted, grouped};

use crate::document::words::span;
use crate::document::{
    Document, EvidenceItem, EvidenceList, Heading, Node, RichText, Section, Style, finding,
};
use crate::explain::shows_in;

/// Lines of each kind that are shown.
const SHOWN: usize = 3;

/// The reason why a signature did not match, or its place in the report.
pub fn signature(why: &WhyNotSignature) -> Document {
    let signature = &why.signature;
    if let Some(finding) = &why.finding {
        return page(&signature.id, &found(std::slice::from_ref(finding)), found_rows(finding));
    }
    let answer = match (why.hits.count, why.reasons.is_empty()) {
        (1.., _) if why.under.is_empty() => "It matched, but is not a finding by itself.",
        (1.., _) => "It matched, and another finding explains it.",
        (0, true) => "Not found: the logs that would show it were searched.",
        (0, false) => "Cannot tell: the collected files do not rule it out.",
    };
    let nodes = vec![Node::row("Title", RichText::prose(&signature.title))];
    let nodes = nodes.into_iter().chain(conditions(why));
    let nodes = nodes.chain([
        Node::rows("Explained", explained(why)),
        missing(&why.reasons),
        Node::row("Shows in", shows_in(signature)),
    ]);
    page(&signature.id, answer, nodes.flatten().collect())
}

/// The answer that there are findings: severity and title of the first.
fn found(findings: &[impl std::borrow::Borrow<Finding>]) -> String {
    let first = findings.first().map(std::borrow::Borrow::borrow);
    let first = first.map_or_else(String::new, |finding: &Finding| {
        format!(": {}  {}", finding.severity.word(), finding.title)
    });
    format!("Found{first}")
}

/// What a finding is about, in short: the report has the rest.
fn found_rows(finding: &Finding) -> Vec<Node> {
    let rows = [
        finding::when_row(finding),
        finding::where_row(finding),
        Node::row("Cause", RichText::prose(&finding.cause)),
        lines(&finding.evidence),
        Some(see(&finding.id)),
    ];
    rows.into_iter().flatten().collect()
}

fn see(id: &str) -> Node {
    Node::Command { label: "See".to_owned(), command: format!("spoglight explain {id}") }
}

/// The result of a check: what it found, that it looked and found nothing, or what it needs.
pub fn check(why: &WhyNotCheck) -> Document {
    let answer = match (&*why.findings, &*why.gaps, why.result.outcome) {
        ([_, ..], ..) => found(&why.findings),
        ([], [gap, ..], _) => format!("It has a question: {}.", gap.about),
        ([], [], Outcome::CannotTell) => "Cannot tell.".to_owned(),
        ([], [], _) => "Not found: it looked, and nothing is wrong.".to_owned(),
    };
    let mut nodes = vec![Node::row("Title", RichText::prose(why.check.title))];
    nodes.extend(why.findings.iter().flat_map(found_rows).map(Some));
    let gap = |gap: &CoverageGap| RichText::prose(&format!("{}: {}. {}", gap.about, gap.why, gap.advice));
    nodes.push(Node::rows("Question", why.gaps.iter().map(gap).collect()));
    nodes.push(Node::row("Note", RichText::prose(why.result.note.as_deref().unwrap_or_default())));
    nodes.push(missing(&why.result.reasons));
    nodes.push(Node::row("Looks at", RichText::prose(why.check.guide.looks_at)));
    if why.findings.is_empty() {
        nodes.push(Some(see(why.check.id.0)));
    }
    page(why.check.id.0, &answer, nodes.into_iter().flatten().collect())
}

fn page(id: &str, answer: &str, nodes: Vec<Node>) -> Document {
    let heading = Heading::new(format!("{id}: {answer}"));
    Document::new(id, vec![Node::Section(Section { heading, nodes })])
}

/// The conditions of a signature, in the order in which they are tried.
fn conditions(why: &WhyNotSignature) -> Vec<Option<Node>> {
    let matching = &why.signature.matching;
    let literals: Vec<String> = matching.any.iter().map(|literal| format!("{literal:?}")).collect();
    let events = matching.event.iter().map(|event| {
        let ids: Vec<String> = event.ids.iter().map(u16::to_string).collect();
        RichText::plain(format!("{} {}", event.provider, ids.join(", ")))
    });
    let mut nodes = vec![Node::rows("Events", events.collect())];
    if literals.is_empty() {
        return nodes;
    }
    let mut values = vec![RichText::plain(format!("{}: {}", messages(&why.literals), literals.join(", ")))];
    if why.literals.count == 0 {
        values.push(RichText::plain(if why.words.count == 0 {
            "nor do any of their longer words".to_owned()
        } else {
            format!("but words of them appear in {}; the nearest lines:", messages(&why.words))
        }));
    }
    nodes.push(Node::rows("Literals", values));
    nodes.push(lines(&why.words.evidence).filter(|_| why.literals.count == 0));
    if let Some(pattern) = matching.pattern.as_ref().filter(|_| why.literals.count > 0) {
        let text = format!("matches {} of them: ", grouped(why.pattern.count));
        nodes.push(Node::row("Pattern", RichText::plain(text).and(Style::Code, pattern)));
        nodes.push(evidence(why.near.iter().take(SHOWN).map(near_miss).collect()));
    }
    if why.pattern.count > why.hits.count {
        nodes.push(Node::row("Not", excluded(why)));
    }
    if why.hits.count > 0 {
        nodes.push(Node::row("Hits", RichText::plain(messages(&why.hits))));
        nodes.push(lines(&why.hits.evidence));
    }
    nodes
}

/// The conditions of a signature that may exclude lines of its pattern.
fn excluded(why: &WhyNotSignature) -> RichText {
    let signature = &why.signature;
    let matching = &signature.matching;
    let mut reasons = Vec::new();
    if !signature.only_in.is_empty() {
        reasons.push(format!("it counts only in logs of {}", signature.only_in.join(" and ")));
    }
    if !matching.below.is_empty() {
        reasons.push(format!("it needs a stack frame of {}", matching.below.join(", ")));
    }
    if !matching.not_below.is_empty() {
        reasons.push("some stack frames exclude it".to_owned());
    }
    reasons.push("a line that only names an error does not count".to_owned());
    let text = format!("excludes {} of these: ", grouped(why.pattern.count - why.hits.count));
    match &matching.not {
        Some(not) => {
            RichText::plain(text).and(Style::Code, not).and(Style::Plain, format!("; {}", reasons.join("; ")))
        }
        None => RichText::plain(text).and(Style::Plain, reasons.join("; ")),
    }
}

fn explained(why: &WhyNotSignature) -> Vec<RichText> {
    let sentence = |(id, count): &(FindingId, u64)| {
        RichText::plain(format!("{} of them by ", grouped(*count))).and(Style::Id, id.as_str())
    };
    why.under.iter().map(sentence).collect()
}

/// The reason why a rule did not match, or a note that it did.
pub fn rule(why: &WhyNotRule) -> Document {
    let answer = match why.result.outcome {
        Outcome::Found if !why.findings.is_empty() => found(&why.findings),
        Outcome::Found => "It matched.".to_owned(),
        Outcome::NotFound => "Not found: the logs were searched.".to_owned(),
        Outcome::CannotTell => "Cannot tell.".to_owned(),
    };
    let steps = why.steps.iter().map(|step| {
        let when = match (step.first, step.last) {
            (Some(first), Some(last)) => format!(", {}", span(first, last, None)),
            _ => String::new(),
        };
        RichText::plain(format!("{}: {}{when}", step.name, counted(step.count, "hit", "hits")))
    });
    let is_near = why.result.outcome == Outcome::NotFound && why.steps.iter().all(|step| step.count > 0);
    let so = "all steps have hits, but not within the time, on the server or with the values that the rule requires";
    let of_rule = |finding: &Finding| {
        let note = finding.notes.iter().find(|note| note.rule == why.rule.id);
        note.map(|note| {
            RichText::styled(Style::Id, finding.id.as_str()).and(Style::Plain, format!(": {}", note.text))
        })
    };
    let nodes = [
        Node::row("Title", RichText::prose(&why.rule.title)),
        Node::rows("Step", steps.collect()),
        Node::rows("Note on", why.findings.iter().filter_map(of_rule).collect()),
        Node::row("So", RichText::plain(so)).filter(|_| is_near),
        missing(&why.result.reasons),
        Some(see(&why.rule.id)),
    ];
    page(&why.rule.id, &answer, nodes.into_iter().flatten().collect())
}

fn messages(result: &ConditionResult) -> String {
    match result.count {
        0 => "in no message".to_owned(),
        count => counted(count as usize, "message", "messages"),
    }
}

fn near_miss(near: &NearMiss) -> EvidenceItem {
    let note = near.reach.as_ref().map_or_else(String::new, |reach| {
        let fits = near.evidence.text.get(reach.fits.clone()).unwrap_or_default();
        if fits.is_empty() {
            format!("nothing matches; the pattern begins with {}", reach.wants)
        } else {
            format!("matches up to {fits:?}, then requires {}", reach.wants)
        }
    });
    EvidenceItem { note: RichText::plain(note), ..line(&near.evidence) }
}

fn lines(all: &[Evidence]) -> Option<Node> {
    evidence(all.iter().take(SHOWN).map(line).collect())
}

/// Lines below their row.
fn evidence(items: Vec<EvidenceItem>) -> Option<Node> {
    (!items.is_empty()).then(|| Node::Evidence(EvidenceList { label: String::new(), items }))
}

fn line(evidence: &Evidence) -> EvidenceItem {
    EvidenceItem { offset: None, ..finding::item(evidence) }
}

fn missing(reasons: &[InconclusiveReason]) -> Option<Node> {
    let value = |reason: &InconclusiveReason| RichText::prose(&format!("{}: {}", reason.why, reason.advice));
    Node::rows("Missing", reasons.iter().map(value).collect())
}
