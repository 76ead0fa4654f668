//! A page of text in lines that fit a terminal: labels on the left, text beside them.

use std::io::{self, Write};

use textwrap::{Options, WordSplitter};

use super::Look;
use super::paint::Paint;
use spoglight_text::sanitize::clean;

/// Columns that text may have at most: longer lines are hard to read.
const WIDEST: usize = 110;

/// Columns of the words before the text of a finding.
pub(super) const LABEL: usize = 10;

/// See the [module](self).
pub(super) struct Page<'a> {
    pub(super) out: &'a mut dyn Write,
    pub(super) paint: Paint,
    width: usize,
    pub(super) table_width: usize,
}

impl<'a> Page<'a> {
    pub(super) fn new(look: &Look, out: &'a mut dyn Write) -> Page<'a> {
        Page {
            out,
            paint: Paint { colour: look.colour },
            width: look.width.clamp(40, WIDEST),
            table_width: look.table_width,
        }
    }

    /// A label and its text; nothing if there is no text.
    pub(super) fn row(&mut self, label: &str, text: &str) -> io::Result<()> {
        if text.is_empty() {
            return Ok(());
        }
        let text = self.wrap(&clean(text.trim()), LABEL + 2);
        self.labelled(label, &text)
    }

    /// Numbered steps.
    pub(super) fn steps(&mut self, label: &str, steps: &[String]) -> io::Result<()> {
        for (index, step) in steps.iter().enumerate() {
            let step = format!("{}. {}", index + 1, clean(step.trim()));
            let indent = LABEL + 2 + if steps.len() > 9 { 4 } else { 3 };
            let mut lines = self.wrap(&step, indent);
            // the number hangs to the left of its step
            lines.replace_range(..indent - LABEL - 2, "");
            self.labelled(if index == 0 { label } else { "" }, &lines)?;
        }
        Ok(())
    }

    /// When a failure is not what it looks like.
    pub(super) fn unless(&mut self, false_positives: &[String]) -> io::Result<()> {
        let all: Vec<&str> = false_positives.iter().map(|one| one.trim_end_matches('.')).collect();
        self.row("Unless", &all.join("; "))
    }

    /// Where to read more: an address that is broken cannot be opened.
    pub(super) fn references(&mut self, references: &[String]) -> io::Result<()> {
        for (index, reference) in references.iter().enumerate() {
            let text = self.unbroken(&clean(reference), LABEL + 2);
            self.labelled(if index == 0 { "See" } else { "" }, &text)?;
        }
        Ok(())
    }

    /// `text` is wrapped already, its lines indented; the label takes the place of the first indent.
    pub(super) fn labelled(&mut self, label: &str, text: &str) -> io::Result<()> {
        writeln!(
            self.out,
            "  {} {}",
            self.paint.faint(format!("{label:<width$}", width = LABEL - 1)),
            text.trim_start()
        )
    }

    /// `text` in lines that fit, each behind `indent` blanks. Words are not cut but for those that fit no line.
    pub(super) fn wrap(&self, text: &str, indent: usize) -> String {
        self.fill(text, indent, true)
    }

    /// The same, for paths and addresses: a long word stands out over the margin rather than being cut.
    pub(super) fn unbroken(&self, text: &str, indent: usize) -> String {
        self.fill(text, indent, false)
    }

    fn fill(&self, text: &str, indent: usize, cut_words: bool) -> String {
        let blanks = " ".repeat(indent);
        let options = Options::new(self.width.max(indent + 20))
            .initial_indent(&blanks)
            .subsequent_indent(&blanks)
            .break_words(cut_words)
            .word_splitter(WordSplitter::NoHyphenation);
        textwrap::fill(text, options)
    }

    pub(super) fn heading(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "\n{}", self.paint.strong(text))
    }
}
