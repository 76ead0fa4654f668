//! The verdict: the answer in one sentence, the input, and the limits of the result.

use std::collections::BTreeSet;

use spoglight_model::analysis::{Analysis, GapKind, SourceFacts, VerdictKind};
use spoglight_text::humanize::{counted, grouped};
use spoglight_time::ZoneConfidence;

use super::words::{bytes, to_second};
use super::{Document, Heading, Node, Paragraph, RichText, Span, Style};

/// The verdict itself.
pub(super) fn heading(analysis: &Analysis) -> Heading {
    let verdict = &analysis.verdict;
    let style = match verdict.kind {
        VerdictKind::Failure => Style::Severity(verdict.severity),
        VerdictKind::NoFailure => Style::Severity(None),
        VerdictKind::CannotTell | VerdictKind::NothingKnown | VerdictKind::NothingRead => Style::Warning,
    };
    Heading::tagged(Span::new(style, verdict.headline.as_str()), &verdict.text)
}

/// The page of an analysis without findings.
pub fn nothing_found(analysis: &Analysis) -> Document {
    Document { title: String::new(), heading: Some(heading(analysis)), nodes: remarks(analysis) }
}

/// The input, and the limits of the result.
pub(super) fn remarks(analysis: &Analysis) -> Vec<Node> {
    let remarks =
        [nothing_known(analysis), incomplete(analysis), doubtful_zones(analysis), unknown_zones(analysis)];
    let warning =
        |text: String| Node::warning(RichText::prose_in(Style::Warning, &text), RichText::default());
    std::iter::once(totals(analysis)).chain(remarks.into_iter().flatten().map(warning)).collect()
}

fn totals(analysis: &Analysis) -> Node {
    let totals = &analysis.totals;
    let span = match (totals.first, totals.last) {
        (Some(first), Some(last)) => format!(", {} to {} UTC", to_second(first), to_second(last)),
        _ => String::new(),
    };
    let files = counted(totals.sources, "file", "files");
    let text = format!("{files}, {} events, {}{span}", grouped(totals.events), bytes(totals.bytes));
    Node::paragraph(RichText::styled(Style::Faint, text))
}

fn nothing_known(analysis: &Analysis) -> Option<String> {
    (analysis.totals.bytes > 0 && analysis.is_void()).then(|| {
        "Collect the logs of ECE and PCCE: `spoglight formats list` names the formats, `spoglight formats test FILE` shows why \
         a file is not recognized"
            .to_owned()
    })
}

fn incomplete(analysis: &Analysis) -> Option<String> {
    if analysis.verdict.is_complete {
        return None;
    }
    let gaps = analysis.coverage_gaps.iter().filter(|gap| gap.kind == GapKind::Incomplete);
    let gaps: BTreeSet<&str> = gaps.map(|gap| gap.id.as_str()).collect();
    let faults = analysis.checks.iter().filter(|check| gaps.contains(check.id.as_str()));
    let titles: Vec<&str> = faults.map(|check| check.title.as_str()).collect();
    (!titles.is_empty()).then(|| format!("{}: see what to collect, at the end", titles.join("; ")))
}

fn doubtful_zones(analysis: &Analysis) -> Option<String> {
    let is_doubtful =
        |source: &&SourceFacts| source.first.is_some() && source.zone.confidence == ZoneConfidence::Doubtful;
    let first = analysis.sources.iter().find(is_doubtful)?;
    let count = analysis.sources.iter().filter(is_doubtful).count();
    let files = counted(count, "file", "files");
    Some(format!("The time zone of {files} is doubtful: {}", first.zone.evidence))
}

fn unknown_zones(analysis: &Analysis) -> Option<String> {
    let is_local = |source: &&SourceFacts| source.first.is_some_and(|first| !first.is_utc());
    let count = analysis.sources.iter().filter(is_local).count();
    let files = counted(count, "file uses", "files use");
    let text = format!(
        "{files} local time of an unknown time zone: add --tz ZONE, or --tz SERVER=ZONE for one server, with ZONE as \
         America/New_York"
    );
    (count > 0).then_some(text)
}

/// The verdict again at the end: a terminal shows the end of a long report first.
pub(super) fn closing(analysis: &Analysis) -> Option<Node> {
    let worst = analysis.findings.first()?;
    let tag = Span::new(Style::Severity(Some(worst.severity)), worst.severity.word());
    let text = format!("{}. Cause and fix: finding 1, at the top.", worst.title.trim_end_matches('.'));
    Some(Node::Paragraph(Paragraph { tag: Some(tag), text: RichText::plain(text) }))
}
