//! Why a signature or a rule says nothing: condition by condition, with the nearest line.

use std::io::{self, Write};

use super::Look;
use super::page::{LABEL, Page};
use super::words::span;
use spoglight_diagnosis::why_not::{Held, Near, Why, WhyRule};
use spoglight_model::analysis::{Answer, Doubt, Evidence};
use spoglight_text::humanize::{counted, grouped};
use spoglight_text::sanitize::clean;

/// Lines of each kind that are shown.
const SHOWN: usize = 3;

/// Writes why a signature says nothing, or where it stands in the report.
pub fn write(why: &Why, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::new(look, out);
    let signature = &why.signature;
    let answer = match (why.is_finding, why.hits.count, why.doubts.is_empty()) {
        (true, ..) => "It is a finding.",
        (false, 1.., _) if why.under.is_empty() => "It hit, and it is no finding by itself.",
        (false, 1.., _) => "It hit, and another finding explains it.",
        (false, 0, true) => "Not found.",
        (false, 0, false) => "Not found, which says nothing: where it would show is missing.",
    };
    writeln!(page.out, "{}", page.paint.strong(&format!("{}: {answer}", signature.id)))?;
    page.row("Is about", &signature.title)?;
    let literals: Vec<String> = signature.matching.any.iter().map(|one| format!("{one:?}")).collect();
    page.row("Literals", &format!("{}: {}", messages(&why.literals), literals.join(", ")))?;
    if why.literals.count == 0 {
        let text = if why.words.count == 0 {
            "nor does any of their longer words stand anywhere".to_owned()
        } else {
            format!("but words of them stand in {}; the nearest lines:", messages(&why.words))
        };
        page.row("", &text)?;
        lines(&mut page, &why.words.evidence)?;
    }
    if let Some(pattern) = signature.matching.pattern.as_ref().filter(|_| why.literals.count > 0) {
        page.row("Pattern", &format!("fits {} of them: {pattern}", grouped(why.pattern.count)))?;
        for near in why.near.iter().take(SHOWN) {
            nearest(&mut page, near)?;
        }
    }
    if let Some(not) = signature.matching.not.as_ref().filter(|_| why.pattern.count > why.hits.count) {
        let out = why.pattern.count - why.hits.count;
        page.row("Not", &format!("takes {} of these out again: {not}", grouped(out)))?;
    }
    if why.hits.count > 0 {
        page.row("Hits", &messages(&why.hits))?;
        lines(&mut page, &why.hits.evidence)?;
    }
    for (index, (id, count)) in why.under.iter().enumerate() {
        let text = format!("{} of them are folded under {id}", grouped(*count));
        page.row(if index == 0 { "Folded" } else { "" }, &text)?;
    }
    doubts(&mut page, &why.doubts)?;
    let places: Vec<String> = signature.shows_in.iter().map(ToString::to_string).collect();
    page.row("Shows in", &places.join("; "))
}

/// Writes why a rule says nothing, or that it spoke.
pub fn write_rule(why: &WhyRule, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::new(look, out);
    let answer = match why.judged.answer {
        Answer::Found => "It spoke.",
        Answer::NotFound => "It did not speak.",
        Answer::CannotTell => "It cannot tell.",
    };
    writeln!(page.out, "{}", page.paint.strong(&format!("{}: {answer}", why.rule.id)))?;
    page.row("Is about", &why.rule.title)?;
    for step in &why.steps {
        let when = match (step.first, step.last) {
            (Some(first), Some(last)) => format!(", {}", span(first, last, None)),
            _ => String::new(),
        };
        let hits = counted(step.count, "hit", "hits");
        page.row("Step", &format!("{}: {hits}{when}", step.name))?;
    }
    let is_there = why.steps.iter().all(|step| step.count > 0);
    if why.judged.answer == Answer::NotFound && is_there {
        page.row("So", "everything it asks for is there, and not in the time, on the server or with the values that it asks for")?;
    }
    doubts(&mut page, &why.judged.doubts)?;
    page.row("See", &format!("spoglight explain {}, for what it asks for", why.rule.id))
}

fn messages(held: &Held) -> String {
    match held.count {
        0 => "stand in no message".to_owned(),
        count => counted(count as usize, "message", "messages"),
    }
}

fn nearest(page: &mut Page<'_>, near: &Near) -> io::Result<()> {
    line(page, &near.evidence)?;
    let Some(reach) = &near.reach else { return Ok(()) };
    let fits = near.evidence.text.get(reach.fits.clone()).unwrap_or_default();
    let text = if fits.is_empty() {
        format!("nothing fits; it begins with {}", reach.wants)
    } else {
        format!("fits up to {fits:?}, then wants {}", reach.wants)
    };
    let text = page.wrap(&clean(&text), LABEL + 6);
    writeln!(page.out, "{text}")
}

fn lines(page: &mut Page<'_>, all: &[Evidence]) -> io::Result<()> {
    all.iter().take(SHOWN).try_for_each(|evidence| line(page, evidence))
}

fn line(page: &mut Page<'_>, evidence: &Evidence) -> io::Result<()> {
    let place = page.unbroken(&clean(&format!("{}:{}", evidence.source, evidence.line)), LABEL + 2);
    page.labelled("", &place)?;
    let text = page.wrap(clean(&evidence.text).trim(), LABEL + 4);
    for line in text.lines().take(SHOWN) {
        writeln!(page.out, "{}", page.paint.faint(line))?;
    }
    Ok(())
}

fn doubts(page: &mut Page<'_>, all: &[Doubt]) -> io::Result<()> {
    for (index, doubt) in all.iter().enumerate() {
        page.row(if index == 0 { "Missing" } else { "" }, &format!("{}: {}", doubt.why, doubt.advice))?;
    }
    Ok(())
}
