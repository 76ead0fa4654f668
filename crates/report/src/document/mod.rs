//! [`Document`]: the contents of a report, as data. It is built once; renderers decide only its look.
//!
//! Nothing here is escaped. Text may come from a log; every renderer escapes it for its own output.

mod analysis;
pub(crate) mod bounds;
mod collected;
pub(crate) mod command;
mod coverage_bar;
pub mod finding;
mod gaps;
pub mod live;
mod noise;
mod notes;
mod overview;
mod rich_text;
mod sources;
mod table;
mod ticket;
mod unrecognized;
mod verdict;
mod versions;
mod view;
mod warnings;
pub mod words;

pub use analysis::build;
pub(crate) use analysis::{AnalysisParts, parts};
pub(crate) use coverage_bar::{BAR, CoverageBar};
pub use gaps::coverage_gap;
pub use noise::known_noise;
pub use rich_text::{RichText, Span, Style, TextBlock, blocks, is_web};
pub(crate) use sources::common_folder;
pub use table::{Align, Column, Table, TableRow, WidthClass};
pub use ticket::ticket;
pub use unrecognized::unrecognized_error;
pub use verdict::nothing_found;
pub use view::{Detail, ReportView};
pub use warnings::warning;

use spoglight_signatures::Severity;

/// A report, or a page of one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document {
    /// Name of the document, for the title of a window.
    pub title: String,
    /// Heading of the document.
    pub heading: Option<Heading>,
    /// Everything below it, in order.
    pub nodes: Vec<Node>,
}

impl Document {
    /// A document of nodes, without a heading of its own.
    pub fn new(title: impl Into<String>, nodes: Vec<Node>) -> Document {
        Document { title: title.into(), heading: None, nodes }
    }
}

/// A heading.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Heading {
    /// A word before it, such as a severity.
    pub tag: Option<Span>,
    /// The heading itself.
    pub text: RichText,
}

impl Heading {
    /// A heading without a word before it.
    pub fn new(text: impl Into<String>) -> Heading {
        Heading { tag: None, text: RichText::styled(Style::Strong, text) }
    }

    /// A heading with a word before it.
    pub fn tagged(tag: Span, text: impl Into<String>) -> Heading {
        Heading { tag: Some(tag), ..Heading::new(text) }
    }
}

/// A heading and what belongs to it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Section {
    /// Its heading.
    pub heading: Heading,
    /// Its nodes, in order.
    pub nodes: Vec<Node>,
}

/// Text, with a word before it if there is one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Paragraph {
    /// A word before it, as a severity.
    pub tag: Option<Span>,
    /// The text.
    pub text: RichText,
}

/// Kind of a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeKind {
    /// A question that the input cannot answer.
    Question,
    /// Something that limits the result.
    Warning,
}

/// A notice about the result, with advice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its kind.
    pub kind: NoticeKind,
    /// The notice.
    pub text: RichText,
    /// Advice; may be empty.
    pub advice: RichText,
}

/// A label with its values, each on a line of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// The label.
    pub label: String,
    /// Its values.
    pub values: Vec<RichText>,
}

/// A label with numbered steps.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Steps {
    /// The label.
    pub label: String,
    /// The steps, in order.
    pub steps: Vec<Vec<TextBlock>>,
}

/// A line that proves something, with its place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EvidenceItem {
    /// Path of its source.
    pub source: String,
    /// Its number, from 1.
    pub line: u64,
    /// Byte at which it begins, from 0; `None` if only the line is known.
    pub offset: Option<u64>,
    /// When its message was written.
    pub time: Option<String>,
    /// The line; `None` if it is the same as that of the item before.
    pub text: Option<String>,
    /// Note on it.
    pub note: RichText,
}

/// Lines that prove something.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EvidenceList {
    /// The label; may be empty.
    pub label: String,
    /// The lines.
    pub items: Vec<EvidenceItem>,
}

/// Similar messages with their count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CountedItem {
    /// Number of messages.
    pub count: u64,
    /// One of them.
    pub text: String,
    /// Servers and times of the messages.
    pub details: RichText,
}

/// An element of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// A heading and the nodes below it.
    Section(Section),
    /// Text.
    Paragraph(Paragraph),
    /// A notice about the result.
    Notice(Notice),
    /// A label and its values.
    Row(Row),
    /// A label and several alternatives.
    List(Row),
    /// A label and numbered steps.
    Steps(Steps),
    /// A label and a command to copy, never wrapped.
    Command {
        /// The label; may be empty.
        label: String,
        /// The command.
        command: String,
    },
    /// Lines that prove something.
    Evidence(EvidenceList),
    /// Similar messages with their count.
    Counted(Vec<CountedItem>),
    /// A table.
    Table(Table),
    /// A horizontal rule in the color of a severity.
    Rule(Option<Severity>),
}

impl Node {
    /// A paragraph without a word before it.
    pub fn paragraph(text: RichText) -> Node {
        Node::Paragraph(Paragraph { tag: None, text })
    }

    /// A label with one value; `None` if the value is empty.
    pub fn row(label: &str, value: RichText) -> Option<Node> {
        Node::rows(label, vec![value])
    }

    /// A label with several values; `None` if there are none.
    pub fn rows(label: &str, values: Vec<RichText>) -> Option<Node> {
        let values: Vec<_> = values.into_iter().filter(|value| !value.is_empty()).collect();
        (!values.is_empty()).then(|| Node::Row(Row { label: label.to_owned(), values }))
    }

    /// A label with alternatives; `None` if there are none.
    pub fn list(label: &str, values: Vec<RichText>) -> Option<Node> {
        (!values.is_empty()).then(|| Node::List(Row { label: label.to_owned(), values }))
    }

    /// A label with numbered steps; `None` if there are none.
    pub fn steps(label: &str, steps: &[String]) -> Option<Node> {
        let steps: Vec<_> = steps.iter().map(|step| blocks(step)).collect();
        (!steps.is_empty()).then(|| Node::Steps(Steps { label: label.to_owned(), steps }))
    }

    /// A question that the input cannot answer, with advice.
    pub fn question(text: RichText, advice: RichText) -> Node {
        Node::Notice(Notice { kind: NoticeKind::Question, text, advice })
    }

    /// A limit of the result, with advice.
    pub fn warning(text: RichText, advice: RichText) -> Node {
        Node::Notice(Notice { kind: NoticeKind::Warning, text, advice })
    }

    /// A section with a heading of words only; `None` if it has no nodes.
    pub fn section(heading: Heading, nodes: Vec<Node>) -> Option<Node> {
        (!nodes.is_empty()).then_some(Node::Section(Section { heading, nodes }))
    }
}
