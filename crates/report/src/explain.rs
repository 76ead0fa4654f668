//! A page of the notebook: what is known of one failure, whether or not it was found anywhere.

use std::io::{self, Write};

use spoglight_signatures::{Correlation, Fact, Library, Presence, RuleStep, Signature, SignatureKind};

use super::RenderOptions;
use super::page::{LABEL, PageWriter};
use super::text::{certainty, severity_word};
use spoglight_text::sanitize::clean;

/// Sample lines that are shown.
const SAMPLES: usize = 3;

/// Writes the page of a signature.
pub fn write(
    library: &Library,
    signature: &Signature,
    look: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut page = PageWriter::new(look, out);
    let word = severity_word(signature.severity);
    let title = page.wrap(&signature.title, word.len() + 2);
    writeln!(
        page.out,
        "{}  {}",
        page.paint.severity(Some(signature.severity), word),
        page.paint.strong(title.trim_start())
    )?;
    let kind = match signature.kind {
        SignatureKind::Failure => "failure",
        SignatureKind::Symptom => "symptom: folded under what explains it",
        SignatureKind::Secret => "secret: counted, never shown",
        SignatureKind::Marker => "mark: says something only together with other lines",
        SignatureKind::Harmless => "harmless: looks like a failure and is none",
    };
    page.row(
        "Id",
        &format!(
            "{} ({}), {kind}, confidence: {}",
            signature.id,
            signature.area,
            certainty(signature.confidence)
        ),
    )?;
    page.row("Cause", &signature.cause)?;
    page.steps("Confirm", &signature.confirm)?;
    page.steps("Fix", &signature.fix)?;
    page.unless(&signature.false_positives)?;
    let is_root = |other: &&Signature| other.explains.contains(&signature.id);
    let follows = library.iter().filter(is_root).map(|other| &other.id);
    for (label, ids) in
        [("Explains", signature.explains.iter().collect::<Vec<_>>()), ("Follows", follows.collect())]
    {
        for (index, id) in ids.into_iter().enumerate() {
            let title = library.iter().find(|other| other.id == *id).map_or("", |other| other.title.as_str());
            let text = page.wrap(&clean(&format!("{id}: {title}")), LABEL + 2);
            page.labelled(if index == 0 { label } else { "" }, &text)?;
        }
    }
    let places: Vec<String> = signature.shows_in.iter().map(ToString::to_string).collect();
    page.row("Shows in", &places.join("; "))?;
    for (index, sample) in signature.hits.iter().take(SAMPLES).enumerate() {
        let text = page.wrap(clean(sample.text.trim()).trim(), LABEL + 2);
        page.labelled(if index == 0 { "Example" } else { "" }, &text)?;
    }
    page.references(&signature.references)
}

/// Writes the page of a rule that looks at several hits.
pub fn write_rule(
    library: &Library,
    rule: &Correlation,
    look: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut page = PageWriter::new(look, out);
    let title = page.paint.strong(&rule.title);
    let raised = rule.then.raise.as_ref();
    match raised {
        Some(own) => {
            let word = page.paint.severity(Some(own.severity), severity_word(own.severity));
            writeln!(page.out, "{word}  {title}")?;
        }
        None => writeln!(page.out, "{title}")?,
    }
    let number = rule.number.as_deref().unwrap_or("of your own");
    page.row("Id", &format!("{} (rule {number})", rule.id))?;
    if let Some(own) = raised {
        page.row("Cause", own.cause.trim())?;
        page.steps("Confirm", &own.confirm)?;
        page.steps("Fix", &own.fix)?;
        page.unless(&own.false_positives)?;
    }
    if !rule.same.is_empty() {
        page.row("Same", &rule.same.join(", "))?;
    }
    for step in &rule.steps {
        page.row(&capital(&step.name), &condition(library, step))?;
    }
    for text in [&rule.then.note, &rule.then.open].into_iter().flatten() {
        page.row("Says", text)?;
    }
    if let Some(ask) = &rule.then.ask {
        page.row("Asks", &format!("{}: {}. {}.", ask.about, ask.why, ask.advice))?;
    }
    page.steps("Fix first", &rule.then.fix)?;
    if !rule.then.fold.is_empty() {
        let under = rule.then.under.as_deref().or(rule.steps.first().map(|step| step.name.as_str()));
        let under = if raised.is_some() { "the finding" } else { under.unwrap_or_default() };
        page.row("Folds", &format!("{} under {under}", rule.then.fold.join(", ")))?;
    }
    if let Some(otherwise) = rule.otherwise.as_ref().and_then(|otherwise| otherwise.note.as_ref()) {
        page.row("Otherwise", otherwise)?;
    }
    page.references(raised.map_or(&[], |own| &own.references))
}

fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// What a step of a rule wants, in words.
fn condition(library: &Library, step: &RuleStep) -> String {
    let mut parts = Vec::new();
    let named: Vec<&str> = step
        .of
        .iter()
        .filter(|name| name.ends_with('*') || library.iter().any(|one| one.id == name.as_str()))
        .map(String::as_str)
        .collect();
    parts.push(match step.fact {
        Some(Fact::CertificateEnded) => "a certificate ended".to_owned(),
        Some(Fact::ProcessChanged) => "a process was started anew".to_owned(),
        Some(Fact::ServicesMoved) => "the services moved to another server".to_owned(),
        None => named.join(", "),
    });
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
    if let Some(within) = step.within {
        parts.push(format!("within {within}"));
    }
    if step.first {
        parts.push("for the first time".to_owned());
    }
    if let Some(stops) = step.stops {
        parts.push(format!("in a rhythm that stops for more than {stops}"));
    }
    match (step.from, step.to, &step.until) {
        (from, to, None) if from.or(to).is_some() => {
            let side = |span: Option<spoglight_signatures::StepWindow>, word| match span {
                Some(span) if span.0 != 0 => {
                    format!("{span} {}", if span.0 < 0 { "before" } else { "behind" })
                }
                _ => word,
            };
            parts.push(format!("from {} to {}", side(from, "it".to_owned()), side(to, "it".to_owned())));
        }
        (_, to, Some(until)) => {
            let more = to.map_or_else(String::new, |to| format!(" and {to} more"));
            parts.push(format!("until the first of {until}{more}"));
        }
        _ => {}
    }
    let text = parts.join(", ");
    match step.presence {
        Presence::Required => text,
        Presence::Optional => format!("{text} (if there is any)"),
        Presence::Absent => format!("none of {text}"),
    }
}
