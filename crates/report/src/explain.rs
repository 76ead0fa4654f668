//! The explain page: everything known about one failure, found or not.

use spoglight_signatures::{
    Fact, Library, Presence, Rule, RuleStep, Signature, SignatureId, SignatureKind, StepWindow,
};

use spoglight_diagnosis::CheckDescription;

use crate::document::finding::{false_positives, references};
use crate::document::words::certainty;
use crate::document::{Document, Heading, Node, RichText, Section, Span, Style};

/// Sample lines that are shown.
const SAMPLES: usize = 3;

/// The page of a signature.
pub fn signature(library: &Library, signature: &Signature) -> Document {
    let tag = Span::new(Style::Severity(Some(signature.severity)), signature.severity.word());
    let heading = Heading::tagged(tag, &signature.title);
    let samples = signature.hits.iter().take(SAMPLES);
    let samples = samples.map(|sample| RichText::plain(sample.text.trim())).collect();
    let is_root = |other: &&Signature| other.explains.contains(&signature.id);
    let causes = library.iter().filter(is_root).map(|other| other.id.as_str());
    let row = library.position(&signature.id).and_then(|place| library.code_row(place));
    let entry = row.and_then(|row| row.entry());
    let nodes = [
        Node::row("Id", id(signature)),
        Node::row("Cause", RichText::prose(&signature.cause)),
        Node::steps("Confirm", &signature.confirm_steps()),
        Node::steps("Fix", &signature.fix_steps()),
        false_positives(&signature.false_positives),
        related(library, "Explains", signature.explains.iter().map(SignatureId::as_str)),
        related(library, "Follows", causes),
        related(library, "In detail", entry.into_iter()),
        related(library, "Ends with", signature.resolved.iter().map(|one| one.by.as_str())),
        Node::row("Certain", RichText::prose(signature.proves.as_deref().unwrap_or_default())),
        Node::row("Only in", RichText::plain(signature.only_in.join(", "))),
        Node::row("Shows in", shows_in(signature)),
        Node::rows("Example", samples),
        references(&signature.references),
    ];
    page(&signature.title, heading, nodes)
}

fn page<const N: usize>(title: &str, heading: Heading, nodes: [Option<Node>; N]) -> Document {
    let section = Section { heading, nodes: nodes.into_iter().flatten().collect() };
    Document::new(title, vec![Node::Section(section)])
}

fn id(signature: &Signature) -> RichText {
    let kind = match signature.kind {
        SignatureKind::Failure => "failure",
        SignatureKind::Symptom => "symptom: listed under the finding that explains it",
        SignatureKind::Secret => "secret: counted, never shown",
        SignatureKind::Marker => "marker: used only together with other messages",
        SignatureKind::Harmless => "harmless: looks like a failure and is not one",
    };
    let facts = format!(" ({}), {kind}, confidence: {}", signature.area, certainty(signature.confidence));
    RichText::styled(Style::Id, signature.id.as_str()).and(Style::Plain, facts)
}

/// Logs in which a signature shows.
pub(crate) fn shows_in(signature: &Signature) -> RichText {
    let places: Vec<String> = signature.shows_in.iter().map(ToString::to_string).collect();
    RichText::plain(places.join("; "))
}

fn related<'a>(library: &Library, label: &str, ids: impl Iterator<Item = &'a str>) -> Option<Node> {
    let value = |id: &str| {
        let title = library.find(id).map_or("", |other| other.title.as_str());
        RichText::styled(Style::Id, id).and(Style::Plain, format!(": {title}"))
    };
    Node::rows(label, ids.map(value).collect())
}

/// The page of a check of the collection.
pub fn check(check: &CheckDescription) -> Document {
    let number = check.number.map_or_else(String::new, |number| format!(" {number}"));
    let id = RichText::styled(Style::Id, check.id.0).and(Style::Plain, format!(" (check{number})"));
    let nodes = [
        Node::row("Id", id),
        Node::row("Cause", RichText::prose(check.guide.cause)),
        Node::row("Looks at", RichText::prose(check.guide.looks_at)),
        Node::row("Needs", RichText::prose(check.guide.needs)),
        Node::row("If it cannot tell", RichText::prose(&sentence(check.guide.unclear))),
    ];
    page(check.title, Heading::new(check.title), nodes)
}

/// A text as a sentence: with a capital, and a full stop.
fn sentence(text: &str) -> String {
    let end = if text.ends_with(['.', '?', '`']) { "" } else { "." };
    capital(text) + end
}

/// The page of a rule, which looks at several hits.
pub fn rule(library: &Library, rule: &Rule) -> Document {
    let raised = rule.then.raise.as_ref();
    let severity = raised.map(|own| own.severity);
    let tag = severity.map(|severity| Span::new(Style::Severity(Some(severity)), severity.word()));
    let heading = Heading { tag, ..Heading::new(&rule.title) };
    let number = rule.number.as_deref().unwrap_or("custom");
    let id = RichText::styled(Style::Id, rule.id.as_str()).and(Style::Plain, format!(" (rule {number})"));
    let mut nodes = vec![Node::row("Id", id)];
    if let Some(own) = raised {
        nodes.push(Node::row("Cause", RichText::prose(&own.cause)));
        nodes.push(Node::steps("Confirm", &own.confirm));
        nodes.push(Node::steps("Fix", &own.fix));
        nodes.push(false_positives(&own.false_positives));
    }
    let known = |name: &String| match name.strip_suffix('?') {
        Some(name) => format!("{name} (if known)"),
        None => name.clone(),
    };
    let same: Vec<String> = rule.same.iter().map(known).collect();
    nodes.push(Node::row("Same", RichText::plain(same.join(", "))));
    let step = |step: &RuleStep| (capital(&step.name), condition(library, step));
    nodes.extend(rule.steps.iter().map(step).map(|(name, text)| Node::row(&name, RichText::plain(text))));
    nodes.extend(consequences(rule));
    nodes.push(references(raised.map_or(&[], |own| &own.references)));
    let nodes = nodes.into_iter().flatten().collect();
    Document::new(&rule.title, vec![Node::Section(Section { heading, nodes })])
}

/// Reports of a rule: if its steps occur together, and otherwise.
fn consequences(rule: &Rule) -> Vec<Option<Node>> {
    let notes = [&rule.then.note, &rule.then.open].into_iter().flatten();
    let ask = rule.then.ask.as_ref().map(|ask| format!("{}: {}. {}.", ask.about, ask.why, ask.advice));
    let otherwise = rule.otherwise.as_ref().and_then(|otherwise| otherwise.note.as_deref());
    vec![
        Node::rows("Notes", notes.map(|text| RichText::prose(text)).collect()),
        Node::row("Asks", RichText::prose(&ask.unwrap_or_default())),
        Node::steps("Fix first", &rule.then.fix),
        Node::row("Subsumes", subsumed(rule)),
        Node::row("Otherwise", RichText::prose(otherwise.unwrap_or_default())),
    ]
}

/// Findings that a rule lists under another.
fn subsumed(rule: &Rule) -> RichText {
    if rule.then.fold.is_empty() {
        return RichText::default();
    }
    let under = rule.then.under.as_deref().or(rule.steps.first().map(|step| step.name.as_str()));
    let under = if rule.then.raise.is_some() { "the finding" } else { under.unwrap_or_default() };
    RichText::plain(format!("{} under {under}", rule.then.fold.join(", ")))
}

fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The conditions of a step of a rule, in words.
fn condition(library: &Library, step: &RuleStep) -> String {
    let mut parts = vec![subject(library, step)];
    if !step.not.is_empty() {
        parts.push(format!("but not {}", step.not.join(", ")));
    }
    for (name, wanted) in &step.filter {
        parts.push(format!("with {name} like {}", wanted.0.as_str().trim_matches(['^', '$'])));
    }
    if step.count > 1 {
        parts.push(format!("at least {} times", step.count));
    }
    for (name, least) in &step.distinct {
        parts.push(format!("of at least {least} different {name}s"));
    }
    for (name, most) in &step.at_most {
        parts.push(format!("of at most {most} different {name}"));
    }
    parts.extend(timing(step));
    let text = parts.join(", ");
    match step.presence {
        Presence::Required => text,
        Presence::Optional => format!("{text} (if there is any)"),
        Presence::Absent => format!("none of {text}"),
    }
}

fn subject(library: &Library, step: &RuleStep) -> String {
    let is_known =
        |name: &&String| name.ends_with('*') || library.iter().any(|known| known.id == name.as_str());
    let of = || step.of.iter().filter(is_known).map(String::as_str).collect::<Vec<_>>().join(", ");
    let fact = match step.fact {
        Some(Fact::CertificateEnded) => "a certificate ended".to_owned(),
        Some(Fact::ProcessChanged) => "a process was restarted".to_owned(),
        Some(Fact::ServicesMoved) => "the services moved to another server".to_owned(),
        Some(Fact::ServiceBack) => "a process of the server writes after its service stopped".to_owned(),
        Some(Fact::ServicesOverlap) => "services processes ran on two servers at the same time".to_owned(),
        None => return of(),
    };
    if step.of.is_empty() { fact } else { format!("{}, or {fact}", of()) }
}

/// Time conditions of a step.
fn timing(step: &RuleStep) -> Vec<String> {
    let mut parts = Vec::new();
    if let Some(within) = step.within {
        parts.push(format!("within {within}"));
    }
    if step.first {
        parts.push("for the first time".to_owned());
    }
    if let Some(stops) = step.stops {
        parts.push(format!("at regular intervals that stop for more than {stops}"));
    }
    if let Some(opens) = step.opens {
        let after = step.resets.join(", ");
        let after = if after.is_empty() { after } else { format!(", or the first since one of {after}") };
        parts.push(format!("the first for {opens}{after}"));
    }
    if let Some(after) = &step.after {
        parts.push(format!("after the first of {after}"));
    }
    match (step.from, step.to, &step.until) {
        (None, None, None) if step.refutes.is_some() => parts.push("since the first step".to_owned()),
        (None, Some(to), None) if step.refutes.is_some() => {
            parts.push(format!("since the first step, to {}", side(Some(to))));
        }
        (from, to, None) if from.or(to).is_some() => {
            parts.push(format!("from {} to {}", side(from), side(to)));
        }
        (_, to, Some(until)) => {
            let more = to.map_or_else(String::new, |to| format!(" and {to} more"));
            parts.push(format!("until the first of {until}{more}"));
        }
        _ => {}
    }
    if step.explained {
        parts.push("if the first step explains it".to_owned());
    }
    if step.in_log {
        parts.push("in the time that the log covers".to_owned());
    }
    if let Some(refuted) = &step.refutes {
        parts.push(format!("for each {refuted}"));
    }
    parts
}

fn side(window: Option<StepWindow>) -> String {
    match window {
        Some(window) if window.0 != 0 => {
            format!("{window} {}", if window.0 < 0 { "before" } else { "after" })
        }
        _ => "it".to_owned(),
    }
}
