//! The report for a ticket: a summary that is enough for the one who reads only that, then the report with its findings in
//! the order of an investigation: cause, evidence, confirmation, fix.

use spoglight_model::analysis::{Analysis, Finding, GapKind};
use spoglight_text::humanize::{counted, grouped};

use super::view::{Detail, ReportView};
use super::words::{span, to_second};
use super::{
    Document, Heading, Node, RichText, Row, Section, Style, TextBlock, analysis, blocks, bounds, finding,
};

/// Findings that the summary names.
const FINDINGS: usize = 3;

/// Missing things that the summary names.
const MISSING: usize = 2;

/// Letters of a sentence of the summary; the sections have all of it.
const SENTENCE: usize = 200;

/// The report of an analysis for a ticket. A report of chosen findings has no summary.
pub fn ticket(analysis: &Analysis, view: &ReportView) -> Document {
    let summary = (view.detail != Detail::Chosen).then(|| summary(analysis));
    analysis::build_with(analysis, view, finding::ticket_section, summary.into_iter().collect())
}

fn summary(analysis: &Analysis) -> Node {
    let mut values = vec![line("Input", RichText::plain(input(analysis)))];
    if let Some(incident) = analysis.incident {
        values.push(line("Incident", RichText::plain(format!("{incident}"))));
    }
    let mut hosts: Vec<&str> = Vec::new();
    for host in analysis.findings.iter().flat_map(|finding| &finding.hosts) {
        if !hosts.contains(&host.as_str()) {
            hosts.push(host);
        }
    }
    if !hosts.is_empty() {
        values.push(line("Servers with findings", RichText::plain(bounds::names(&hosts))));
    }
    for (number, finding) in (1..).zip(analysis.findings.iter().take(FINDINGS)) {
        values.push(line(&format!("Finding {number}"), one_line(finding)));
    }
    let more = analysis.findings.len().saturating_sub(FINDINGS);
    if more > 0 {
        values.push(RichText::plain(format!("and {} more, below", counted(more, "finding", "findings"))));
    }
    values.push(line("Missing", missing(analysis)));
    values.extend(next(analysis).map(|next| line("Next", next)));
    values.push(line("Made by", RichText::plain(made_by(analysis))));
    let list = Node::List(Row { label: String::new(), values });
    Node::Section(Section { heading: Heading::new("Summary"), nodes: vec![list] })
}

fn line(label: &str, text: RichText) -> RichText {
    RichText::styled(Style::Strong, format!("{label}:")).and(Style::Plain, " ").then(text)
}

fn input(analysis: &Analysis) -> String {
    let totals = &analysis.totals;
    let files = counted(totals.sources, "file", "files");
    let events = counted(totals.events as usize, "event", "events");
    match (totals.first, totals.last) {
        (Some(first), Some(last)) => {
            format!("{files}, {events}, {} to {} UTC", to_second(first), to_second(last))
        }
        _ => format!("{files}, {events}"),
    }
}

fn one_line(finding: &Finding) -> RichText {
    let mut facts = Vec::new();
    if !finding.hosts.is_empty() {
        facts.push(format!("on {}", bounds::names(&finding.hosts)));
    }
    if let (Some(first), Some(last)) = (finding.first, finding.last) {
        let zone = if first.is_utc() { "UTC" } else { "local time" };
        facts.push(format!("{} {zone}", span(first, last, None)));
    }
    if finding.count > 0 {
        facts.push(counted(finding.count as usize, "message", "messages"));
    }
    let facts = if facts.is_empty() { String::new() } else { format!(" ({})", facts.join(", ")) };
    RichText::styled(Style::Severity(Some(finding.severity)), finding.severity.word())
        .and(Style::Plain, format!(" {}{facts}, ", finding.title))
        .and(Style::Id, finding.id.as_str())
}

/// The logs and files that are missing, or not complete.
fn missing(analysis: &Analysis) -> RichText {
    if analysis.is_void() {
        return RichText::plain("everything: no log that spoglight knows was read");
    }
    let gaps = || analysis.coverage_gaps.iter();
    // what was not collected or not read comes before what a log does not show
    let first = gaps().filter(|gap| gap.kind == GapKind::Incomplete);
    let ordered: Vec<_> = first.chain(gaps().filter(|gap| gap.kind != GapKind::Incomplete)).collect();
    let files = analysis.warnings.len();
    let mut parts: Vec<String> =
        ordered.iter().take(MISSING).map(|gap| short(&format!("{}: {}", gap.about, gap.why))).collect();
    let more = ordered.len().saturating_sub(MISSING);
    if more > 0 {
        parts.push(format!("{} more questions, below", grouped(more as u64)));
    }
    if files > 0 {
        parts.push(format!("{} not read, or not completely", counted(files, "file", "files")));
    }
    if parts.is_empty() {
        return RichText::plain("nothing is known to be missing");
    }
    RichText::prose(&parts.join("; "))
}

/// What to do next: the first step of the fix of the first finding, else what to collect.
fn next(analysis: &Analysis) -> Option<RichText> {
    if let Some(finding) = analysis.findings.first() {
        let step = finding.confirm.first().or(finding.fix.first())?;
        return Some(RichText::plain("confirm finding 1, then fix it: ").then(inline(step)));
    }
    if analysis.is_void() {
        return Some(RichText::prose(
            "collect the logs of ECE and PCCE; `spoglight formats list` names the formats that are known",
        ));
    }
    let gap = analysis.coverage_gaps.first()?;
    Some(RichText::prose(&short(&gap.advice)))
}

/// A step as one sentence, with its commands in it.
fn inline(step: &str) -> RichText {
    blocks(step).into_iter().fold(RichText::default(), |text, block| {
        let between = if text.is_empty() { "" } else { " " };
        let text = text.and(Style::Plain, between);
        match block {
            TextBlock::Text(more) => text.then(more),
            TextBlock::Command(command) => text.and(Style::Code, command),
        }
    })
}

/// The beginning of a long sentence. A backtick that is left alone would be text.
fn short(text: &str) -> String {
    match text.char_indices().nth(SENTENCE) {
        Some((end, _)) => format!("{} ...", text.get(..end).unwrap_or_default().trim_end()),
        None => text.to_owned(),
    }
}

fn made_by(analysis: &Analysis) -> String {
    format!("spoglight {}, library {}", analysis.version, analysis.library)
}
