//! Nodes of a document as HTML.

use askama::Template;
use spoglight_parsers::Level;
use spoglight_signatures::Severity;

use crate::document::Column;
use crate::document::{
    Align, EvidenceItem, Heading, Node, NoticeKind, Section, Span, Style, TableRow, TextBlock, is_web,
};

/// Deepest heading that HTML has.
const DEEPEST: usize = 6;

/// A list of nodes, with the level of the headings in it.
#[derive(Template)]
#[template(path = "nodes.html")]
pub(super) struct Nodes<'a> {
    pub(super) nodes: &'a [Node],
    pub(super) level: usize,
}

/// A heading of a level.
#[derive(Template)]
#[template(path = "heading.html")]
pub(super) struct HeadingLine<'a> {
    pub(super) heading: &'a Heading,
    pub(super) level: usize,
}

impl HeadingLine<'_> {
    fn level(&self) -> usize {
        self.level.clamp(1, DEEPEST)
    }
}

/// A node, and how it begins and ends a list of labels.
struct Placed<'a> {
    node: &'a Node,
    begins: bool,
    ends: bool,
}

impl<'a> Nodes<'a> {
    pub(super) fn at(nodes: &'a [Node], level: usize) -> Nodes<'a> {
        Nodes { nodes, level }
    }

    /// The nodes. Labelled ones that follow each other are one list.
    fn placed(&self) -> impl Iterator<Item = Placed<'a>> {
        let nodes = self.nodes;
        let is_labelled = |at: Option<usize>| at.and_then(|at| nodes.get(at)).is_some_and(is_labelled);
        nodes.iter().enumerate().map(move |(at, node)| {
            let own = is_labelled(Some(at));
            Placed {
                node,
                begins: own && !is_labelled(at.checked_sub(1)),
                ends: own && !is_labelled(Some(at + 1)),
            }
        })
    }

    fn heading(&self, section: &'a Section) -> HeadingLine<'a> {
        HeadingLine { heading: &section.heading, level: self.level }
    }

    fn below(&self, section: &'a Section) -> Nodes<'a> {
        Nodes::at(&section.nodes, self.level + 1)
    }
}

fn is_labelled(node: &Node) -> bool {
    matches!(node, Node::Row(_) | Node::List(_) | Node::Steps(_) | Node::Command { .. } | Node::Evidence(_))
}

impl NoticeKind {
    pub(super) fn class(self) -> &'static str {
        match self {
            NoticeKind::Question => "question",
            NoticeKind::Warning => "warning",
        }
    }
}

impl EvidenceItem {
    pub(super) fn place(&self) -> String {
        format!("{}:{}", self.source, self.line)
    }
}

impl Column {
    pub(super) fn class(&self) -> &'static str {
        if self.align == Align::Right { "right" } else { "" }
    }
}

impl TableRow {
    /// Its cells as spans, each with the class of its column.
    pub(super) fn spans<'t>(&'t self, columns: &'t [Column]) -> impl Iterator<Item = (Span, &'static str)> {
        self.cells
            .iter()
            .zip(columns)
            .map(|(cell, column)| (Span::new(self.style(column), cell), column.class()))
    }
}

impl Span {
    pub(super) fn is_link(&self) -> bool {
        self.style == Style::Link && is_web(&self.text)
    }

    pub(super) fn is_code(&self) -> bool {
        matches!(self.style, Style::Code | Style::Id | Style::Path)
    }

    pub(super) fn class(&self) -> &'static str {
        match self.style {
            Style::Plain | Style::Link => "",
            Style::Strong => "strong",
            Style::Faint => "faint",
            Style::Warning => "warning",
            Style::Code => "code",
            Style::Id => "id",
            Style::Path => "path",
            Style::Severity(severity) => severity_class(severity),
            Style::Level(level) => level_class(level),
        }
    }
}

/// Class of a severity; `None` is the absence of findings.
pub(super) fn severity_class(severity: Option<Severity>) -> &'static str {
    match severity {
        Some(Severity::Critical) => "severity critical",
        Some(Severity::High) => "severity high",
        Some(Severity::Medium) => "severity medium",
        Some(Severity::Low | Severity::Info) => "severity low",
        None => "severity none",
    }
}

/// Class of a level.
pub(super) fn level_class(level: Level) -> &'static str {
    match level {
        Level::Fatal | Level::Error => "error",
        Level::Warn => "warn",
        _ => "",
    }
}
