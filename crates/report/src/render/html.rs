//! One static page of HTML: no script, no external resources, light or dark like the reader's system.
//!
//! All output goes through `Html::text`, which escapes, or through `Html::tag`, which takes constants only.

use crate::report::Report;
use std::io::{self, Write};

use spoglight_parsers::Level;
use spoglight_signatures::Severity;
use spoglight_text::humanize::grouped;
use spoglight_text::sanitize::clean;

use crate::document::{
    Align, CountedItem, Document, EvidenceItem, EvidenceList, Heading, Node, Notice, NoticeKind, Paragraph,
    RichText, Row, Section, Span, Steps, Style, Table, TextBlock, is_web,
};

/// The report.
pub(crate) const REPORT: Report =
    Report { name: "html", write: |subject, _, out| write(&subject.document(), out) };

/// Deepest heading that HTML has.
const DEEPEST: usize = 6;

/// Style sheet of a page.
pub(super) const STYLE: &str = include_str!("style.css");

/// Writes a document.
pub fn write(document: &Document, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Html { out };
    page.tag("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")?;
    page.tag("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n")?;
    page.tag("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")?;
    page.tag("<meta name=\"color-scheme\" content=\"light dark\">\n<title>")?;
    page.text(&document.title)?;
    page.tag("</title>\n<style>\n")?;
    page.tag(STYLE)?;
    page.tag("</style>\n</head>\n<body>\n<main>\n")?;
    let mut depth = 1;
    if let Some(heading) = &document.heading {
        page.heading(heading, depth)?;
        depth += 1;
    }
    page.nodes(&document.nodes, depth)?;
    page.tag("</main>\n</body>\n</html>\n")
}

struct Html<'a> {
    out: &'a mut dyn Write,
}

impl Html<'_> {
    /// Writes markup: a constant, so that no text of a log can be in it.
    fn tag(&mut self, markup: &'static str) -> io::Result<()> {
        self.out.write_all(markup.as_bytes())
    }

    /// Writes text, escaped.
    fn text(&mut self, text: &str) -> io::Result<()> {
        let text = clean(text);
        let mut rest = text.as_ref();
        while let Some(at) = rest.find(['<', '>', '&', '"', '\'']) {
            let (plain, special) = rest.split_at(at);
            self.out.write_all(plain.as_bytes())?;
            self.tag(match special.as_bytes().first() {
                Some(b'<') => "&lt;",
                Some(b'>') => "&gt;",
                Some(b'&') => "&amp;",
                Some(b'"') => "&quot;",
                _ => "&#39;",
            })?;
            rest = special.get(1..).unwrap_or_default();
        }
        self.out.write_all(rest.as_bytes())
    }

    fn nodes(&mut self, nodes: &[Node], depth: usize) -> io::Result<()> {
        let mut is_list = false;
        for node in nodes {
            let is_labelled = label_of(node).is_some();
            if is_labelled != is_list {
                self.tag(if is_labelled { "<dl>\n" } else { "</dl>\n" })?;
            }
            is_list = is_labelled;
            self.node(node, depth)?;
        }
        self.tag(if is_list { "</dl>\n" } else { "" })
    }

    fn node(&mut self, node: &Node, depth: usize) -> io::Result<()> {
        if let Some(label) = label_of(node).filter(|label| !label.is_empty()) {
            self.tag("<dt>")?;
            self.text(label)?;
            self.tag("</dt>\n")?;
        }
        match node {
            Node::Section(section) => self.section(section, depth),
            Node::Paragraph(paragraph) => self.paragraph(paragraph),
            Node::Notice(notice) => self.notice(notice),
            Node::Row(row) => row.values.iter().try_for_each(|value| self.around("<dd>", value, "</dd>\n")),
            Node::List(list) => self.list(list),
            Node::Steps(steps) => self.steps(steps),
            Node::Command { command, .. } => {
                self.tag("<dd>")?;
                self.command(command)?;
                self.tag("</dd>\n")
            }
            Node::Evidence(evidence) => self.evidence(evidence),
            Node::Counted(items) => {
                self.tag("<ul class=\"counted\">\n")?;
                items.iter().try_for_each(|item| self.counted(item))?;
                self.tag("</ul>\n")
            }
            Node::Table(table) => self.table(table),
            Node::Rule(_) => self.tag("<hr>\n"),
        }
    }

    fn section(&mut self, section: &Section, depth: usize) -> io::Result<()> {
        self.tag("<section>\n")?;
        self.heading(&section.heading, depth)?;
        self.nodes(&section.nodes, depth + 1)?;
        self.tag("</section>\n")
    }

    fn heading(&mut self, heading: &Heading, depth: usize) -> io::Result<()> {
        const OPEN: [&str; DEEPEST] = ["<h1>", "<h2>", "<h3>", "<h4>", "<h5>", "<h6>"];
        const CLOSE: [&str; DEEPEST] = ["</h1>\n", "</h2>\n", "</h3>\n", "</h4>\n", "</h5>\n", "</h6>\n"];
        let at = depth.clamp(1, DEEPEST) - 1;
        self.tag(OPEN[at])?;
        self.word(heading.tag.as_ref())?;
        // a heading is strong by itself
        heading.text.0.iter().try_for_each(|span| match span.style {
            Style::Strong => self.text(&span.text),
            _ => self.span(span),
        })?;
        self.tag(CLOSE[at])
    }

    /// A word before a text.
    fn word(&mut self, tag: Option<&Span>) -> io::Result<()> {
        let Some(tag) = tag else { return Ok(()) };
        self.span(tag)?;
        self.tag(" ")
    }

    fn paragraph(&mut self, paragraph: &Paragraph) -> io::Result<()> {
        self.tag("<p>")?;
        self.word(paragraph.tag.as_ref())?;
        self.around("", &paragraph.text, "</p>\n")
    }

    fn notice(&mut self, notice: &Notice) -> io::Result<()> {
        self.tag(match notice.kind {
            NoticeKind::Question => "<aside class=\"question\">",
            NoticeKind::Warning => "<aside class=\"warning\">",
        })?;
        self.around("<p>", &notice.text, "</p>")?;
        if !notice.advice.is_empty() {
            self.around("<p>", &notice.advice, "</p>")?;
        }
        self.tag("</aside>\n")
    }

    fn list(&mut self, list: &Row) -> io::Result<()> {
        self.tag("<dd><ul>\n")?;
        list.values.iter().try_for_each(|value| self.around("<li>", value, "</li>\n"))?;
        self.tag("</ul></dd>\n")
    }

    fn steps(&mut self, steps: &Steps) -> io::Result<()> {
        self.tag("<dd><ol>\n")?;
        for step in &steps.steps {
            self.tag("<li>")?;
            for block in step {
                match block {
                    TextBlock::Text(text) => self.around("<p>", text, "</p>")?,
                    TextBlock::Command(command) => self.command(command)?,
                }
            }
            self.tag("</li>\n")?;
        }
        self.tag("</ol></dd>\n")
    }

    fn command(&mut self, command: &str) -> io::Result<()> {
        self.tag("<pre class=\"command\"><code>")?;
        self.text(command)?;
        self.tag("</code></pre>")
    }

    fn evidence(&mut self, evidence: &EvidenceList) -> io::Result<()> {
        self.tag("<dd><ul class=\"evidence\">\n")?;
        evidence.items.iter().try_for_each(|item| self.item(item))?;
        self.tag("</ul></dd>\n")
    }

    fn item(&mut self, item: &EvidenceItem) -> io::Result<()> {
        self.tag("<li><code class=\"path\">")?;
        self.text(&format!("{}:{}", item.source, item.line))?;
        self.tag("</code> <span class=\"faint\">")?;
        if let Some(offset) = item.offset {
            self.text(&format!("(byte {offset}) "))?;
        }
        self.text(item.time.as_deref().unwrap_or_default())?;
        self.tag("</span>")?;
        if let Some(text) = &item.text {
            self.tag("<pre>")?;
            self.text(text)?;
            self.tag("</pre>")?;
        }
        if !item.note.is_empty() {
            self.around("<p>", &item.note, "</p>")?;
        }
        self.tag("</li>\n")
    }

    fn counted(&mut self, item: &CountedItem) -> io::Result<()> {
        self.tag("<li><span class=\"count\">")?;
        self.text(&grouped(item.count))?;
        self.tag("x</span> <code>")?;
        self.text(&item.text)?;
        self.tag("</code><br>")?;
        self.around("", &item.details, "</li>\n")
    }

    fn table(&mut self, table: &Table) -> io::Result<()> {
        let right = |align| if align == Align::Right { " class=\"right\">" } else { ">" };
        self.tag("<div class=\"scroll\"><table>\n<thead><tr>")?;
        for column in &table.columns {
            self.tag("<th")?;
            self.tag(right(column.align))?;
            self.text(&column.title)?;
            self.tag("</th>")?;
        }
        self.tag("</tr></thead>\n<tbody>\n")?;
        for row in &table.rows {
            self.tag("<tr>")?;
            for (cell, column) in row.cells.iter().zip(&table.columns) {
                self.tag("<td")?;
                self.tag(right(column.align))?;
                self.span(&Span::new(row.style(column), cell))?;
                self.tag("</td>")?;
            }
            self.tag("</tr>\n")?;
        }
        self.tag("</tbody>\n</table></div>\n")
    }

    /// Text between two tags.
    fn around(&mut self, open: &'static str, text: &RichText, close: &'static str) -> io::Result<()> {
        self.tag(open)?;
        text.0.iter().try_for_each(|span| self.span(span))?;
        self.tag(close)
    }

    fn span(&mut self, span: &Span) -> io::Result<()> {
        if span.style == Style::Link && is_web(&span.text) {
            self.tag("<a rel=\"noreferrer\" href=\"")?;
            self.text(&span.text)?;
            self.tag("\">")?;
            self.text(&span.text)?;
            return self.tag("</a>");
        }
        let (open, close) = tags(span.style);
        self.tag(open)?;
        self.text(&span.text)?;
        self.tag(close)
    }
}

/// The label of a node that belongs to a list of labels.
fn label_of(node: &Node) -> Option<&str> {
    match node {
        Node::Row(row) | Node::List(row) => Some(&row.label),
        Node::Steps(steps) => Some(&steps.label),
        Node::Command { label, .. } => Some(label),
        Node::Evidence(evidence) => Some(&evidence.label),
        Node::Section(_)
        | Node::Paragraph(_)
        | Node::Notice(_)
        | Node::Counted(_)
        | Node::Table(_)
        | Node::Rule(_) => None,
    }
}

fn tags(style: Style) -> (&'static str, &'static str) {
    match style {
        Style::Plain | Style::Link => ("", ""),
        Style::Strong => ("<strong>", "</strong>"),
        Style::Faint => ("<span class=\"faint\">", "</span>"),
        Style::Warning => ("<span class=\"warning\">", "</span>"),
        Style::Code | Style::Id => ("<code>", "</code>"),
        Style::Path => ("<code class=\"path\">", "</code>"),
        Style::Severity(severity) => (severity_tag(severity), "</span>"),
        Style::Level(level) => (level_tag(level), "</span>"),
    }
}

fn severity_tag(severity: Option<Severity>) -> &'static str {
    match severity {
        Some(Severity::Critical) => "<span class=\"severity critical\">",
        Some(Severity::High) => "<span class=\"severity high\">",
        Some(Severity::Medium) => "<span class=\"severity medium\">",
        Some(Severity::Low | Severity::Info) => "<span class=\"severity low\">",
        None => "<span class=\"severity none\">",
    }
}

fn level_tag(level: Level) -> &'static str {
    match level {
        Level::Fatal | Level::Error => "<span class=\"high\">",
        Level::Warn => "<span class=\"medium\">",
        _ => "<span>",
    }
}
