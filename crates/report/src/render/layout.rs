//! Lays out a document in lines of a given width, for a terminal or a screen. The caller chooses the colors.

use std::io;

use spoglight_text::humanize::grouped;
use spoglight_text::sanitize::clean;
use unicode_width::UnicodeWidthStr;

pub use super::wrap::Line;
use super::{columns, wrap};
use crate::document::{
    CountedItem, Document, EvidenceItem, EvidenceList, Heading, Node, Notice, NoticeKind, Paragraph,
    RichText, Row, Section, Span, Steps, Style, TextBlock,
};
use crate::render_options::RenderOptions;

/// Maximum number of columns of text: longer lines are hard to read.
const WIDEST: usize = 110;

/// Minimum number of columns of text at any indent.
const NARROWEST: usize = 20;

/// Columns of the labels, with the space after them.
const LABEL: usize = 10;

/// Maximum number of lines that are shown of one piece of evidence; the JSON report has all of them.
const EVIDENCE_LINES: usize = 4;

/// Columns of a rule.
const RULE: usize = 100;

/// Receives the lines, from top to bottom.
pub type Sink<'a> = dyn FnMut(Line) -> io::Result<()> + 'a;

/// Lays out a document.
pub fn layout(document: &Document, options: &RenderOptions, sink: &mut Sink<'_>) -> io::Result<()> {
    let width = options.width.clamp(40, WIDEST);
    let mut page = Page { width, table_width: options.table_width, sink, gap: Gap::Top };
    if let Some(heading) = &document.heading {
        page.heading(heading, 0)?;
    }
    page.nodes(&document.nodes, 0)
}

/// Lines of at most `width` columns of a sentence of the program, in which code between backticks stays whole.
pub fn sentence(text: &str, width: usize) -> Vec<String> {
    let joined = |line: Line| line.into_iter().map(|span| span.text).collect();
    lines(&RichText::prose(text), 0, width).into_iter().map(joined).collect()
}

/// Kind of the last output. It decides whether a blank line must follow.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Gap {
    /// Nothing, or a rule.
    Top,
    /// A heading or a node.
    Node,
    /// The end of a section.
    Section,
}

struct Page<'a, 'b> {
    width: usize,
    table_width: usize,
    sink: &'a mut Sink<'b>,
    gap: Gap,
}

impl Page<'_, '_> {
    fn nodes(&mut self, nodes: &[Node], indent: usize) -> io::Result<()> {
        nodes.iter().try_for_each(|node| self.node(node, indent))
    }

    fn node(&mut self, node: &Node, indent: usize) -> io::Result<()> {
        let is_rule = matches!(node, Node::Rule(_));
        if self.gap == Gap::Section && !is_rule || self.gap == Gap::Node && matches!(node, Node::Section(_)) {
            (self.sink)(Line::new())?;
        }
        self.gap = Gap::Node;
        match node {
            Node::Section(section) => self.section(section, indent)?,
            Node::Paragraph(paragraph) => self.paragraph(paragraph, indent)?,
            Node::Notice(notice) => self.notice(notice, indent)?,
            Node::Row(row) => self.row(row, indent)?,
            Node::List(list) => self.list(list, indent)?,
            Node::Steps(steps) => self.steps(steps, indent)?,
            Node::Command { label, command } => self.command(label, command, indent)?,
            Node::Evidence(evidence) => self.evidence(evidence, indent)?,
            Node::Counted(items) => self.counted(items, indent)?,
            Node::Table(table) => {
                let width = self.width;
                columns::write(
                    table,
                    indent,
                    self.table_width,
                    &mut |line| (self.sink)(line),
                    &|text, hanging| lines(&text, hanging, width),
                )?;
            }
            Node::Rule(severity) => {
                let rule = "-".repeat(self.width.min(RULE));
                (self.sink)(vec![Span::new(Style::Severity(*severity), rule)])?;
            }
        }
        self.gap = match node {
            Node::Rule(_) => Gap::Top,
            Node::Section(_) => Gap::Section,
            _ => Gap::Node,
        };
        Ok(())
    }

    fn section(&mut self, section: &Section, indent: usize) -> io::Result<()> {
        self.heading(&section.heading, indent)?;
        self.nodes(&section.nodes, indent + 2)
    }

    fn heading(&mut self, heading: &Heading, indent: usize) -> io::Result<()> {
        self.gap = Gap::Node;
        self.tagged(heading.tag.as_ref(), &heading.text, indent)
    }

    fn paragraph(&mut self, paragraph: &Paragraph, indent: usize) -> io::Result<()> {
        self.tagged(paragraph.tag.as_ref(), &paragraph.text, indent)
    }

    /// Writes text after a word, and aligns its further lines with the first. A tag that takes more than a third of the
    /// width has lines of its own.
    fn tagged(&mut self, tag: Option<&Span>, text: &RichText, indent: usize) -> io::Result<()> {
        let Some(tag) = tag else { return self.hanging(vec![blank(indent)], text, indent) };
        let word = clean(&tag.text).into_owned();
        let hanging = indent + word.width() + 2;
        if hanging > self.width / 3 {
            self.hanging(vec![blank(indent)], &RichText::styled(tag.style, word), indent + 2)?;
            return self.hanging(vec![blank(indent + 2)], text, indent + 2);
        }
        self.hanging(vec![blank(indent), Span::new(tag.style, word), blank(2)], text, hanging)
    }

    /// Writes text after `left`, the start of its first line.
    fn hanging(&mut self, left: Line, text: &RichText, indent: usize) -> io::Result<()> {
        let mut left = Some(left);
        for line in lines(text, indent, self.width) {
            let mut all = left.take().unwrap_or_else(|| vec![blank(indent)]);
            all.extend(line);
            (self.sink)(trimmed(all))?;
        }
        Ok(())
    }

    fn notice(&mut self, notice: &Notice, indent: usize) -> io::Result<()> {
        let mark = match notice.kind {
            NoticeKind::Question => "?",
            NoticeKind::Warning => "!",
        };
        let left = vec![blank(indent), Span::new(Style::Warning, mark), blank(1)];
        self.hanging(left, &notice.text, indent + 2)?;
        if notice.advice.is_empty() {
            return Ok(());
        }
        self.hanging(vec![blank(indent + 2)], &notice.advice, indent + 2)
    }

    /// Returns the start of the first line of a value: indent and label. A label that is too long has a line of its own.
    fn label(&mut self, label: &str, indent: usize) -> io::Result<Line> {
        let label = clean(label);
        let mut line =
            vec![blank(indent), Span::new(Style::Strong, format!("{label:<0$}", LABEL - 1)), blank(1)];
        if label.width() >= LABEL {
            (self.sink)(trimmed(std::mem::replace(&mut line, vec![blank(indent + LABEL)])))?;
        }
        Ok(line)
    }

    fn row(&mut self, row: &Row, indent: usize) -> io::Result<()> {
        let mut left = self.label(&row.label, indent)?;
        for value in &row.values {
            self.hanging(std::mem::replace(&mut left, vec![blank(indent + LABEL)]), value, indent + LABEL)?;
        }
        Ok(())
    }

    fn list(&mut self, list: &Row, indent: usize) -> io::Result<()> {
        let mut left = self.label(&list.label, indent)?;
        for value in &list.values {
            left.push(Span::new(Style::Plain, "- "));
            let left = std::mem::replace(&mut left, vec![blank(indent + LABEL)]);
            self.hanging(left, value, indent + LABEL + 2)?;
        }
        Ok(())
    }

    fn steps(&mut self, steps: &Steps, indent: usize) -> io::Result<()> {
        let mut left = self.label(&steps.label, indent)?;
        let hanging = indent + LABEL + if steps.steps.len() > 9 { 4 } else { 3 };
        for (number, step) in (1..).zip(&steps.steps) {
            let width = hanging - indent - LABEL;
            left.push(Span::new(Style::Plain, format!("{:<width$}", format!("{number}. "))));
            for block in step {
                let left = std::mem::replace(&mut left, vec![blank(hanging)]);
                match block {
                    TextBlock::Text(text) => self.hanging(left, text, hanging)?,
                    TextBlock::Command(command) => self.whole(left, Style::Code, command)?,
                }
            }
            left = vec![blank(indent + LABEL)];
        }
        Ok(())
    }

    fn command(&mut self, label: &str, command: &str, indent: usize) -> io::Result<()> {
        let left = self.label(label, indent)?;
        self.whole(left, Style::Code, command)
    }

    /// Writes one line that is never wrapped.
    fn whole(&mut self, mut left: Line, style: Style, text: &str) -> io::Result<()> {
        left.push(Span::new(style, clean(text)));
        (self.sink)(trimmed(left))
    }

    fn evidence(&mut self, evidence: &EvidenceList, indent: usize) -> io::Result<()> {
        let mut left = self.label(&evidence.label, indent)?;
        for item in &evidence.items {
            let left = std::mem::replace(&mut left, vec![blank(indent + LABEL)]);
            self.item(left, item, indent + LABEL)?;
        }
        Ok(())
    }

    fn item(&mut self, left: Line, item: &EvidenceItem, indent: usize) -> io::Result<()> {
        let byte = item.offset.map_or_else(String::new, |offset| format!(" (byte {offset})"));
        let place = RichText::styled(Style::Path, format!("{}:{}", item.source, item.line));
        self.hanging(left, &place.and(Style::Plain, byte), indent)?;
        if let Some(text) = &item.text {
            self.quote(text, indent + 2)?;
        }
        if item.note.is_empty() {
            return Ok(());
        }
        self.hanging(vec![blank(indent + 4)], &item.note, indent + 4)
    }

    /// The first lines of a message.
    fn quote(&mut self, text: &str, indent: usize) -> io::Result<()> {
        let all = lines(&RichText::plain(clean(text).trim()), indent, self.width);
        let more = all.len() > EVIDENCE_LINES;
        for mut line in all.into_iter().take(EVIDENCE_LINES) {
            line.insert(0, blank(indent));
            (self.sink)(trimmed(line))?;
        }
        if more {
            (self.sink)(vec![blank(indent), Span::new(Style::Faint, "...")])?;
        }
        Ok(())
    }

    fn counted(&mut self, items: &[CountedItem], indent: usize) -> io::Result<()> {
        let width = items.iter().map(|item| grouped(item.count).len()).max().unwrap_or(0);
        let hanging = indent + width + 3;
        for item in items {
            let count = Span::new(Style::Plain, format!("{:>width$}x  ", grouped(item.count)));
            let text = RichText::plain(clean(&item.text).trim());
            self.hanging(vec![blank(indent), count], &text, hanging)?;
            self.hanging(vec![blank(hanging)], &item.details, hanging)?;
        }
        Ok(())
    }
}

fn blank(columns: usize) -> Span {
    Span::new(Style::Plain, " ".repeat(columns))
}

/// Lines of a text that fit beside an indent, sanitized.
fn lines(text: &RichText, indent: usize, width: usize) -> Vec<Line> {
    let harmless = text.0.iter().map(|span| Span::new(span.style, clean(&span.text))).collect();
    wrap::wrap(&RichText(harmless), width.max(indent + NARROWEST) - indent)
}

/// A line without spaces at its end.
fn trimmed(mut line: Line) -> Line {
    while let Some(last) = line.last_mut() {
        last.text.truncate(last.text.trim_end_matches(' ').len());
        if !last.text.is_empty() {
            break;
        }
        line.pop();
    }
    line
}
