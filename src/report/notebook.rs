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
    let titles = |ids: &mut dyn Iterator<Item = &String>| {
        let titled = ids.map(|id| {
            let title = library.iter().find(|other| other.id == *id).map_or("", |other| other.title.as_str());
            format!("{id} ({title})")
        });
        titled.collect::<Vec<_>>().join("; ")
    };
    page.row("Explains", &titles(&mut signature.explains.iter()))?;
    let roots = library.iter().filter(|other| other.explains.contains(&signature.id)).map(|other| &other.id);
    page.row("Follows", &titles(&mut roots.into_iter()))?;
    let places: Vec<String> = signature.shows_in.iter().map(ToString::to_string).collect();
    page.row("Shows in", &places.join("; "))?;
    for (index, sample) in signature.hits.iter().take(SAMPLES).enumerate() {
        let text = page.wrap(clean(sample.text.trim()).trim(), LABEL + 2);
        page.labelled(if index == 0 { "Looks like" } else { "" }, &text)?;
    }
    for (index, reference) in signature.references.iter().enumerate() {
        let text = page.unbroken(&clean(reference), LABEL + 2);
        page.labelled(if index == 0 { "See" } else { "" }, &text)?;
    }
    Ok(())
}
