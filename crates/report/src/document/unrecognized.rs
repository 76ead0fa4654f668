//! Unrecognized errors and warnings: messages at fatal, error or warn that no signature matches.

use spoglight_model::analysis::{UnrecognizedError, UnrecognizedErrors};
use spoglight_parsers::Level;
use spoglight_text::humanize::{counted, grouped};
use spoglight_text::source_path::file_name;

use super::finding::item;
use super::words::span;
use super::{CountedItem, Document, EvidenceList, Heading, Node, RichText, Section, Style};

/// The sections of unrecognized errors and, after them, of unrecognized warnings; none if there are none.
pub(super) fn sections(all: &UnrecognizedErrors) -> impl Iterator<Item = Node> {
    let errors = section("Unrecognized errors", all.errors, all.distinct, &all.shown);
    let warnings = section("Unrecognized warnings", all.warnings, all.distinct_warnings, &all.shown_warnings);
    errors.into_iter().chain(warnings)
}

fn section(title: &str, messages: u64, distinct: u64, shown: &[UnrecognizedError]) -> Option<Node> {
    if shown.is_empty() {
        return None;
    }
    let messages = counted(messages as usize, "message", "messages");
    let aside = format!(": {messages}, {} distinct", grouped(distinct));
    let text = RichText::styled(Style::Strong, title).and(Style::Faint, aside);
    let items = shown.iter().map(counted_item).collect();
    Node::section(Heading { tag: None, text }, vec![Node::Counted(items)])
}

/// The page of one unrecognized error or warning.
pub fn unrecognized_error(error: &UnrecognizedError) -> Document {
    let times = counted(error.count as usize, "message", "messages");
    let count = format!("{times} at {}, no signature matches", error.level);
    let evidence = EvidenceList { label: "Evidence".to_owned(), items: vec![item(&error.example)] };
    let rows = [
        Node::row("Count", RichText::plain(count)),
        Node::row("When", RichText::plain(when(error))),
        Node::row("Where", RichText::plain(error.hosts.join(", "))),
        Some(Node::Evidence(evidence)),
    ];
    let title = if error.level == Level::Warn.name() { "Unrecognized warning" } else { "Unrecognized error" };
    let section = Section { heading: Heading::new(title), nodes: rows.into_iter().flatten().collect() };
    Document::new(title, vec![Node::Section(section)])
}

fn when(error: &UnrecognizedError) -> String {
    match (error.first, error.last) {
        (Some(first), Some(last)) => span(first, last, None),
        _ => "without a time".to_owned(),
    }
}

fn counted_item(error: &UnrecognizedError) -> CountedItem {
    let new = if error.is_newest { "new, " } else { "" };
    let on = if error.hosts.is_empty() { String::new() } else { format!(", {}", error.hosts.join(", ")) };
    let place = format!("{}:{}", file_name(&error.example.source), error.example.line);
    let details = format!("{new}{}{on}, {place}", when(error));
    let text = error.example.text.trim().to_owned();
    CountedItem { count: error.count, text, details: RichText::styled(Style::Faint, details) }
}
