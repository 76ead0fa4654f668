//! A page of the notebook: what is known of one failure, whether or not it was found anywhere.

use std::io::{self, Write};

use spoglight_signatures::{Kind, Library, Signature};

use super::Look;
use super::clean::clean;
use super::page::{LABEL, Page};
use super::text::{certainty, severity_word};

/// Sample lines that are shown.
const SAMPLES: usize = 3;

/// Writes the page of a signature.
pub fn write(library: &Library, signature: &Signature, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::new(look, out);
    let word = severity_word(signature.severity);
    let title = page.wrap(&signature.title, word.len() + 2);
    writeln!(
        page.out,
        "{}  {}",
        page.paint.severity(Some(signature.severity), word),
        page.paint.strong(title.trim_start())
    )?;
    let kind = match signature.kind {
        Kind::Failure => "failure",
        Kind::Symptom => "symptom: folded under what explains it",
        Kind::Secret => "secret: counted, never shown",
        Kind::Marker => "mark: says something only together with other lines",
        Kind::Harmless => "harmless: looks like a failure and is none",
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
    let unless: Vec<&str> = signature.false_positives.iter().map(|one| one.trim_end_matches('.')).collect();
    page.row("Unless", &unless.join("; "))?;
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
    for (index, reference) in signature.references.iter().enumerate() {
        let text = page.unbroken(&clean(reference), LABEL + 2);
        page.labelled(if index == 0 { "See" } else { "" }, &text)?;
    }
    Ok(())
}
