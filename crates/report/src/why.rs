//! The why-not page: why a signature or a rule did not match, condition by condition, with the nearest line.

use spoglight_diagnosis::why_not::{ConditionResult, NearMiss, WhyNotRule, WhyNotSignature};
use spoglight_model::FindingId;
use spoglight_model::analysis::{Evidence, InconclusiveReason, Outcome};
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
    let answer = match (why.is_finding, why.hits.count, why.reasons.is_empty()) {
        (true, ..) => "It is a finding.",
        (false, 1.., _) if why.under.is_empty() => "It matched, but is not a finding by itself.",
        (false, 1.., _) => "It matched, and another finding explains it.",
        (false, 0, true) => "Not found.",
        (false, 0, false) => "Cannot tell: the collected files do not rule it out.",
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

fn page(id: &str, answer: &str, nodes: Vec<Node>) -> Document {
    let heading = Heading::new(format!("{id}: {answer}"));
    Document::new(id, vec![Node::Section(Section { heading, nodes })])
}

/// The conditions of a signature, in the order in which they are tried.
fn conditions(why: &WhyNotSignature) -> Vec<Option<Node>> {
    let matching = &why.signature.matching;
    let literals: Vec<String> = matching.any.iter().map(|literal| format!("{literal:?}")).collect();
    let mut values = vec![RichText::plain(format!("{}: {}", messages(&why.literals), literals.join(", ")))];
    let mut nodes = Vec::new();
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
    if let Some(not) = matching.not.as_ref().filter(|_| why.pattern.count > why.hits.count) {
        let text = format!("excludes {} of these: ", grouped(why.pattern.count - why.hits.count));
        nodes.push(Node::row("Not", RichText::plain(text).and(Style::Code, not)));
    }
    if why.hits.count > 0 {
        nodes.push(Node::row("Hits", RichText::plain(messages(&why.hits))));
        nodes.push(lines(&why.hits.evidence));
    }
    nodes
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
        Outcome::Found => "It matched.",
        Outcome::NotFound => "It did not match.",
        Outcome::CannotTell => "Cannot tell.",
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
    let nodes = [
        Node::row("Title", RichText::prose(&why.rule.title)),
        Node::rows("Step", steps.collect()),
        Node::row("So", RichText::plain(so)).filter(|_| is_near),
        missing(&why.result.reasons),
        Some(Node::Command {
            label: "See".to_owned(),
            command: format!("spoglight explain {}", why.rule.id),
        }),
    ];
    page(&why.rule.id, answer, nodes.into_iter().flatten().collect())
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
