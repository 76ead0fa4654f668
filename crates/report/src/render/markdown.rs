//! Markdown, for a ticket or a wiki: CommonMark with the tables of GitHub.
//!
//! Text is escaped, so that nothing in a log is a link, an image, HTML or a heading.

use crate::report::Report;
use std::io::{self, Write};

use spoglight_text::humanize::grouped;
use spoglight_text::sanitize::clean;

use crate::document::{
    Align, CountedItem, Document, EvidenceItem, EvidenceList, Heading, Node, Notice, NoticeKind, Paragraph,
    RichText, Row, Section, Span, Steps, Style, Table, TextBlock, is_web,
};

/// The report.
pub(crate) const REPORT: Report =
    Report { name: "markdown", has_case: false, write: |subject, _, out| write(&subject.ticket(), out) };

/// Deepest heading that Markdown has.
const DEEPEST: usize = 6;

/// Writes a document.
pub fn write(document: &Document, out: &mut dyn Write) -> io::Result<()> {
    write_below(document, 0, out)
}

/// Writes a document as a part of a page, below a heading of a depth from 1; 0 if there is none.
pub fn write_below(document: &Document, above: usize, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page { out };
    let mut depth = above + 1;
    if let Some(text) = &document.heading {
        page.heading(text, depth)?;
        depth += 1;
    }
    page.nodes(&document.nodes, depth)
}

struct Page<'a> {
    out: &'a mut dyn Write,
}

impl Page<'_> {
    fn nodes(&mut self, nodes: &[Node], depth: usize) -> io::Result<()> {
        nodes.iter().try_for_each(|node| self.node(node, depth))
    }

    fn node(&mut self, node: &Node, depth: usize) -> io::Result<()> {
        match node {
            Node::Section(Section { heading, nodes }) => {
                self.heading(heading, depth)?;
                self.nodes(nodes, depth + 1)
            }
            Node::Paragraph(paragraph) => self.paragraph(paragraph),
            Node::Notice(notice) => self.notice(notice),
            Node::Row(row) => self.row(row),
            Node::List(list) => self.list(list),
            Node::Steps(steps) => self.steps(steps),
            Node::Command { label, command } => {
                self.label(label)?;
                self.block(command, "")
            }
            Node::Evidence(evidence) => self.evidence(evidence),
            Node::Counted(items) => {
                items.iter().try_for_each(|item| self.counted(item)).and_then(|()| self.end())
            }
            Node::Table(table) => self.table(table),
            Node::Rule(_) => writeln!(self.out, "---\n"),
        }
    }

    fn end(&mut self) -> io::Result<()> {
        writeln!(self.out)
    }

    fn heading(&mut self, heading: &Heading, depth: usize) -> io::Result<()> {
        let marks = "#".repeat(depth.min(DEEPEST));
        let tag = heading.tag.as_ref().map_or_else(String::new, |tag| format!("{}: ", escaped(&tag.text)));
        // a heading is strong by itself
        let text: String = heading.text.0.iter().map(plain_if_strong).collect();
        writeln!(self.out, "{marks} {tag}{text}\n")
    }

    fn paragraph(&mut self, paragraph: &Paragraph) -> io::Result<()> {
        let tag = paragraph.tag.as_ref().map_or_else(String::new, |tag| format!("{} ", strong(&tag.text)));
        let text = inline(&paragraph.text);
        writeln!(self.out, "{}\n", if tag.is_empty() { at_start(text) } else { tag + &text })
    }

    fn notice(&mut self, notice: &Notice) -> io::Result<()> {
        let word = match notice.kind {
            NoticeKind::Question => "Question",
            NoticeKind::Warning => "Warning",
        };
        writeln!(self.out, "> **{word}:** {}", inline(&notice.text))?;
        if !notice.advice.is_empty() {
            writeln!(self.out, ">\n> {}", at_start(inline(&notice.advice)))?;
        }
        self.end()
    }

    fn label(&mut self, label: &str) -> io::Result<()> {
        if label.is_empty() { Ok(()) } else { writeln!(self.out, "{}\n", strong(&format!("{label}:"))) }
    }

    fn row(&mut self, row: &Row) -> io::Result<()> {
        if let ([value], false) = (row.values.as_slice(), row.label.is_empty()) {
            return writeln!(self.out, "{} {}\n", strong(&format!("{}:", row.label)), inline(value));
        }
        self.list(row)
    }

    fn list(&mut self, list: &Row) -> io::Result<()> {
        self.label(&list.label)?;
        for value in &list.values {
            writeln!(self.out, "- {}", at_start(inline(value)))?;
        }
        self.end()
    }

    fn steps(&mut self, steps: &Steps) -> io::Result<()> {
        self.label(&steps.label)?;
        for (number, step) in (1..).zip(&steps.steps) {
            let mark = format!("{number}. ");
            let indent = " ".repeat(mark.len());
            for (index, block) in step.iter().enumerate() {
                match block {
                    TextBlock::Text(text) => {
                        let left = if index == 0 { &mark } else { &indent };
                        writeln!(self.out, "{left}{}\n", at_start(inline(text)))?;
                    }
                    TextBlock::Command(command) => {
                        if index == 0 {
                            writeln!(self.out, "{mark}Run:\n")?;
                        }
                        self.block(command, &indent)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// A block of code, whose fence is longer than any run of backticks in it.
    fn block(&mut self, text: &str, indent: &str) -> io::Result<()> {
        let text = clean(text);
        let fence = "`".repeat(longest_run(&text).max(2) + 1);
        writeln!(self.out, "{indent}{fence}text\n{indent}{text}\n{indent}{fence}\n")
    }

    fn evidence(&mut self, evidence: &EvidenceList) -> io::Result<()> {
        self.label(&evidence.label)?;
        evidence.items.iter().try_for_each(|item| self.item(item))
    }

    fn item(&mut self, item: &EvidenceItem) -> io::Result<()> {
        let byte = item.offset.map_or_else(String::new, |offset| format!(" (byte {offset})"));
        let time = item.time.as_ref().map_or_else(String::new, |time| format!(", {}", escaped(time)));
        writeln!(self.out, "- {}{byte}{time}\n", code(&format!("{}:{}", item.source, item.line)))?;
        if let Some(text) = &item.text {
            self.block(text, "  ")?;
        }
        if item.note.is_empty() {
            return Ok(());
        }
        writeln!(self.out, "  {}\n", at_start(inline(&item.note)))
    }

    fn counted(&mut self, item: &CountedItem) -> io::Result<()> {
        writeln!(
            self.out,
            "- {}x {}  \n  {}",
            grouped(item.count),
            code(&item.text),
            at_start(inline(&item.details))
        )
    }

    fn table(&mut self, table: &Table) -> io::Result<()> {
        let titles: Vec<String> =
            table.columns.iter().map(|column| in_cell(&escaped(&column.title))).collect();
        let rules = table.columns.iter().map(|column| match column.align {
            Align::Left => "---",
            Align::Right => "---:",
        });
        writeln!(self.out, "| {} |\n| {} |", titles.join(" | "), rules.collect::<Vec<_>>().join(" | "))?;
        for row in &table.rows {
            let cell = |(cell, style): (&String, Style)| in_cell(&span(&Span::new(style, cell)));
            let styles = table.columns.iter().map(|column| row.style(column));
            let cells: Vec<String> = row.cells.iter().zip(styles).map(cell).collect();
            writeln!(self.out, "| {} |", cells.join(" | "))?;
        }
        self.end()
    }
}

fn inline(text: &RichText) -> String {
    text.0.iter().map(span).collect()
}

fn plain_if_strong(part: &Span) -> String {
    if part.style == Style::Strong { escaped(&part.text) } else { span(part) }
}

fn span(span: &Span) -> String {
    match span.style {
        Style::Code | Style::Path | Style::Id => code(&span.text),
        Style::Strong | Style::Severity(_) | Style::Level(_) => strong(&span.text),
        Style::Link if is_link(&span.text) => format!("<{}>", span.text),
        Style::Plain | Style::Faint | Style::Warning | Style::Link => escaped(&span.text),
    }
}

/// Returns true if an address can be written unchanged between angle brackets.
fn is_link(text: &str) -> bool {
    is_web(text) && text.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>`|\\".contains(&byte))
}

fn strong(text: &str) -> String {
    let inner = escaped(text.trim());
    if inner.is_empty() { inner } else { format!("**{inner}**") }
}

/// An invisible character between two letters that would together be a link or a mention. A backslash is not enough:
/// sites look for links and mentions in the text of the page, after the backslashes are gone.
const JOINER: &str = "&#8288;";

/// Text in which every special character is escaped, and nothing is an address or a mention.
fn escaped(text: &str) -> String {
    let text = clean(text);
    let mut out = String::with_capacity(text.len() + 8);
    let mut before = ' ';
    for (at, letter) in text.char_indices() {
        let after = text.get(at + letter.len_utf8()..).unwrap_or_default();
        match letter {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '$' | '!' | '#' | '@' => {
                out.extend(['\\', letter]);
            }
            _ => out.push(letter),
        }
        let is_joined = match letter {
            // a mention, a mail address, an issue
            '@' | '#' => after.starts_with(|next: char| next.is_alphanumeric() || next == '_'),
            // the address of a page
            ':' => after.starts_with("//"),
            'w' | 'W' => after.starts_with('.') && is_www(text.get(..=at).unwrap_or_default()),
            _ => false,
        };
        // a mail address in two parts is none
        if is_joined || letter == '@' && before.is_alphanumeric() {
            out.push_str(JOINER);
        }
        before = letter;
    }
    out
}

/// Returns whether a text ends with the word `www`.
fn is_www(text: &str) -> bool {
    let mut letters = text.chars().rev();
    letters.by_ref().take(3).all(|letter| letter.eq_ignore_ascii_case(&'w'))
        && !letters.next().is_some_and(char::is_alphanumeric)
}

/// Escapes text at the start of a block, where a few more characters are special.
fn at_start(text: String) -> String {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    match text.as_bytes().get(digits) {
        Some(b'.' | b')') if digits > 0 && !matches!(text.as_bytes().get(digits + 1), Some(b'0'..=b'9')) => {
            format!("{}\\{}", &text[..digits], &text[digits..])
        }
        Some(b'-' | b'+' | b'=' | b':') if digits == 0 => format!("\\{text}"),
        // four spaces would begin a code block
        Some(b' ') if digits == 0 => text.trim_start().to_owned(),
        _ => text,
    }
}

/// Code between backticks: more of them than the longest run in the code.
fn code(text: &str) -> String {
    let text = clean(text);
    let text = text.trim();
    if text.is_empty() {
        return String::new();
    }
    let ticks = "`".repeat(longest_run(text) + 1);
    let space = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{ticks}{space}{text}{space}{ticks}")
}

/// Text of a table cell. A bar would end the cell even in code.
fn in_cell(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut is_escaped = false;
    for letter in text.chars() {
        if letter == '|' && !is_escaped {
            out.push('\\');
        }
        is_escaped = letter == '\\' && !is_escaped;
        out.push(letter);
    }
    out
}

/// Length of the longest run of backticks.
pub(crate) fn longest_run(text: &str) -> usize {
    text.split(|letter| letter != '`').map(str::len).max().unwrap_or(0)
}

/// Text in which every special character is escaped, for other writers of Markdown.
pub(crate) fn escape(text: &str) -> String {
    escaped(text)
}

/// Code between backticks, for other writers of Markdown.
pub(crate) fn code_span(text: &str) -> String {
    code(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_has_a_meaning_of_its_own() {
        assert_eq!(
            escaped("<b> [x](y) *a* `c` ![i](j) a|b"),
            "&lt;b&gt; \\[x\\](y) \\*a\\* \\`c\\` \\!\\[i\\](j) a\\|b"
        );
        assert_eq!(
            escaped("a@b.test @c #1 http://d"),
            "a\\@&#8288;b.test \\@&#8288;c \\#&#8288;1 http:&#8288;//d"
        );
        assert_eq!(escaped("www.a.test, xwww.a, a #, b @ c"), "www&#8288;.a.test, xwww.a, a \\#, b \\@ c");
        assert_eq!(at_start("1. a".to_owned()), "1\\. a");
        assert_eq!(at_start("12.6 a".to_owned()), "12.6 a");
        assert_eq!(at_start("- a".to_owned()), "\\- a");
        assert_eq!(at_start("12 a".to_owned()), "12 a");
        assert_eq!(code("a``b`"), "``` a``b` ```");
        assert_eq!(in_cell(&code("a|b\\|c")), "`a\\|b\\\\\\|c`".replace("\\\\\\|", "\\|"));
    }

    #[test]
    fn only_whole_addresses_are_links() {
        assert!(is_link("https://a.test/b?c=d"));
        assert!(!is_link("https://a.test/<b>"));
        assert!(!is_link("javascript:alert(1)"));
    }
}
