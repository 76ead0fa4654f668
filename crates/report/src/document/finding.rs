//! A finding: the fault, its place and cause, the fix, and the lines that prove it.

use std::sync::Arc;

use spoglight_model::analysis::{Evidence, Finding};
use spoglight_signatures::fill::{PEER_HOST, PEER_PORT};
use spoglight_text::humanize::{counted, grouped};
use spoglight_text::source_path::file_name;
use spoglight_time::Zone;

use super::bounds;
use super::words::{certainty, span};
use super::{Document, EvidenceItem, EvidenceList, Heading, Node, RichText, Section, Span, Style};

/// A finding with all its details, as a page of its own.
pub fn page(number: usize, finding: &Finding) -> Document {
    Document::new(&finding.title, vec![Node::Section(section(number, finding))])
}

/// A finding as a section of a report: the fix first, then the evidence.
pub(super) fn section(number: usize, finding: &Finding) -> Section {
    let nodes = before_evidence(finding).into_iter().chain(evidence(&finding.evidence));
    let nodes = nodes.chain(rest(finding, Node::steps("Confirm", &finding.confirm)));
    Section { heading: heading(number, finding), nodes: nodes.collect() }
}

/// A finding as a section of a ticket: what it is, how it is proved, then the fix.
pub(super) fn ticket_section(number: usize, finding: &Finding) -> Section {
    let order = [
        cause(finding),
        evidence(&finding.evidence),
        Node::steps("Confirm", &finding.confirm),
        Node::steps("Fix", &finding.fix),
    ];
    let nodes = facts(finding).chain(order.into_iter().flatten()).chain(rest(finding, None));
    Section { heading: heading(number, finding), nodes: nodes.collect() }
}

/// What is before the evidence of a finding, and what is after it.
pub(crate) fn parts(finding: &Finding) -> (Vec<Node>, Vec<Node>) {
    (before_evidence(finding), rest(finding, Node::steps("Confirm", &finding.confirm)).collect())
}

/// What follows the fix and the evidence.
fn rest(finding: &Finding, confirm: Option<Node>) -> impl Iterator<Item = Node> {
    let related = finding.related.iter().fold(RichText::default(), |all, related| {
        let between = if all.is_empty() { "" } else { "; " };
        let times = format!("{between}{} ({}x ", related.title, grouped(related.count));
        all.and(Style::Plain, times).and(Style::Id, related.id.as_str()).and(Style::Plain, ")")
    });
    let sure = format!(", confidence: {}", certainty(finding.confidence));
    let rest = [
        confirm,
        Node::row("Explains", related),
        false_positives(&finding.false_positives),
        references(&finding.references),
        Node::row("Id", RichText::styled(Style::Id, finding.id.as_str()).and(Style::Plain, sure)),
    ];
    rest.into_iter().flatten()
}

/// Cases in which a finding is a false positive.
pub(crate) fn false_positives(all: &[String]) -> Option<Node> {
    let items = all.iter().map(|text| RichText::prose(text.trim_end_matches('.'))).collect();
    Node::list("False positive if", items)
}

/// References to read.
pub(crate) fn references(all: &[String]) -> Option<Node> {
    Node::rows("See", all.iter().map(|text| RichText::reference(text)).collect())
}

/// A line that proves something.
pub(crate) fn item(evidence: &Evidence) -> EvidenceItem {
    // only the line is known for settings
    let is_known = evidence.line == 1 || evidence.offset > 0;
    EvidenceItem {
        source: bounds::name(&evidence.source).into_owned(),
        line: evidence.line,
        offset: is_known.then_some(evidence.offset),
        time: evidence.time.map(|time| time.to_string()),
        text: Some(evidence.text.trim().to_owned()),
        note: RichText::default(),
    }
}

pub(super) fn heading(number: usize, finding: &Finding) -> Heading {
    let tag = format!("{number}. {}", finding.severity.word());
    Heading::tagged(Span::new(Style::Severity(Some(finding.severity)), tag), &finding.title)
}

/// The fault, its place and cause, and the fix.
pub(super) fn before_evidence(finding: &Finding) -> Vec<Node> {
    let order = [cause(finding), Node::steps("Fix", &finding.fix)];
    facts(finding).chain(order.into_iter().flatten()).collect()
}

fn cause(finding: &Finding) -> Option<Node> {
    Node::row("Cause", RichText::prose(&finding.cause))
}

/// Time and place of the fault, and what its messages name.
fn facts(finding: &Finding) -> impl Iterator<Item = Node> {
    let value = |(name, values): (&String, &Vec<String>)| format!("{name} = {}", values.join(" | "));
    // the address of the peer has a row of its own
    let is_own = |name: &&String| ![PEER_HOST, PEER_PORT].contains(&name.as_str());
    let details: Vec<String> = finding.captures.iter().filter(|(name, _)| is_own(name)).map(value).collect();
    let notes = finding.notes.iter().map(|note| RichText::prose(&note.text)).collect();
    let rows = [
        when_row(finding),
        where_row(finding),
        Node::row("Details", RichText::plain(details.join("; "))),
        Node::row("Peer", RichText::plain(peer(finding))),
        Node::row("Caller", RichText::plain(finding.callers.join(", "))),
        Node::rows("Also", notes),
    ];
    rows.into_iter().flatten()
}

/// The times of a finding.
pub(crate) fn when_row(finding: &Finding) -> Option<Node> {
    Node::row("When", RichText::plain(when(finding)))
}

/// The servers of a finding.
pub(crate) fn where_row(finding: &Finding) -> Option<Node> {
    Node::row("Where", RichText::plain(places(finding)))
}

/// The called systems: their names, and their addresses.
fn peer(finding: &Finding) -> String {
    let of = |name: &str| finding.captures.get(name).map_or(&[][..], Vec::as_slice);
    let addresses = match (of(PEER_HOST), of(PEER_PORT)) {
        ([host], [port]) => vec![format!("{host}:{port}")],
        (hosts, _) => hosts.to_vec(),
    };
    let parts = [finding.peers.join(", "), addresses.join(", ")];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ")
}

pub(super) fn evidence(all: &[Evidence]) -> Option<Node> {
    let mut items: Vec<EvidenceItem> = all.iter().map(item).collect();
    let mut shown: Option<&str> = None;
    for (item, evidence) in items.iter_mut().zip(all) {
        if shown == Some(&evidence.text) {
            item.text = None; // another place with the same text
        }
        shown = Some(&evidence.text);
    }
    (!items.is_empty()).then(|| Node::Evidence(EvidenceList { label: "Evidence".to_owned(), items }))
}

fn when(finding: &Finding) -> String {
    if finding.first.is_none() && finding.evidence.is_empty() {
        return String::new(); // no messages of its own: many messages together show it
    }
    // one failure can be written as several messages, so messages are counted, not failures
    let times = counted(finding.count as usize, "message", "messages");
    let (Some(first), Some(last)) = (finding.first, finding.last) else {
        return format!("{times} without a date");
    };
    let span = |zone| span(first, last, zone);
    // a zone of which the times are those of UTC adds nothing
    let differs = |zone: &&Arc<Zone>| zone.rules.is_some_and(|rules| span(Some(rules)) != span(None));
    match (first.is_utc(), finding.zone.as_ref().filter(differs)) {
        (true, Some(zone)) => {
            let name = zone.name.as_deref().unwrap_or_default();
            format!("{} UTC ({} {name}), {times}", span(None), span(zone.rules))
        }
        (true, None) => format!("{} UTC, {times}", span(None)),
        (false, _) => format!("{} local time, time zone unknown, {times}", span(None)),
    }
}

pub(super) fn places(finding: &Finding) -> String {
    let mut files: Vec<&str> = Vec::new();
    for evidence in &finding.evidence {
        let file = file_name(&evidence.source);
        if !files.contains(&file) {
            files.push(file);
        }
    }
    let (files, hosts) = (bounds::names(&files), bounds::names(&finding.hosts));
    match (hosts.is_empty(), files.is_empty()) {
        (true, _) => files,
        (false, true) => hosts,
        (false, false) => format!("{hosts}: {files}"),
    }
}
