//! Wraps spans into lines. Paths and links are never cut. Code is broken at its spaces only if it is too long for a line;
//! a command that is too long for the rest of its line has one of its own.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::document::command::is_command;
use crate::document::{RichText, Span, Style};

/// Spans of one line.
pub type Line = Vec<Span>;

/// Pieces without a space between them, and the spaces after them.
#[derive(Default)]
struct Word {
    pieces: Vec<Span>,
    width: usize,
    spaces: usize,
    /// `true` if it must not be cut.
    is_whole: bool,
    /// `true` if nothing else may be on its line.
    is_alone: bool,
}

impl Word {
    fn push(&mut self, style: Style, text: &str) {
        self.width += text.width();
        self.is_whole |= matches!(style, Style::Path | Style::Link);
        match self.pieces.last_mut() {
            Some(last) if last.style == style => last.text.push_str(text),
            _ => self.pieces.push(Span::new(style, text)),
        }
    }
}

/// Lines of a sanitized text; only lines with paths and links may be wider than `width`.
pub(crate) fn wrap(text: &RichText, width: usize) -> Vec<Line> {
    let mut lines = Lines { width, all: Vec::new(), line: Vec::new(), used: 0, spaces: 0 };
    for word in words(text, width) {
        lines.add(word);
    }
    lines.finish()
}

fn words(text: &RichText, width: usize) -> Vec<Word> {
    let mut words = vec![Word::default()];
    for span in &text.0 {
        if span.style == Style::Code && span.text.width() + 2 > width && is_command(&span.text) {
            let mut word = Word { is_whole: true, is_alone: true, ..Word::default() };
            word.push(span.style, &span.text);
            words.push(word);
            continue;
        }
        let quoted;
        let (text, is_one) = match span.style {
            Style::Code => {
                quoted = format!("`{}`", span.text);
                (quoted.as_str(), quoted.width() <= width)
            }
            Style::Path | Style::Link => (span.text.as_str(), true),
            _ => (span.text.as_str(), false),
        };
        if is_one {
            add(&mut words, span.style, text);
            continue;
        }
        let is_after_command = words.last().is_some_and(|last| last.is_alone);
        let text = if is_after_command { text.trim_start_matches(['.', ':', ';', ',', ' ']) } else { text };
        for part in text.split_inclusive(' ') {
            let word = part.trim_end_matches(' ');
            if !word.is_empty() {
                add(&mut words, span.style, word);
            }
            if let Some(last) = words.last_mut().filter(|last| !last.pieces.is_empty() && !last.is_alone) {
                last.spaces += part.len() - word.len();
            }
        }
    }
    words.retain(|word| !word.pieces.is_empty());
    words
}

/// Adds to the last word, or begins another if there is a space between.
fn add(words: &mut Vec<Word>, style: Style, text: &str) {
    match words.last_mut() {
        Some(last) if last.spaces == 0 && !last.is_alone => last.push(style, text),
        _ => {
            let mut word = Word::default();
            word.push(style, text);
            words.push(word);
        }
    }
}

struct Lines {
    width: usize,
    all: Vec<Line>,
    line: Line,
    used: usize,
    /// Spaces between the line and what comes next.
    spaces: usize,
}

impl Lines {
    fn add(&mut self, word: Word) {
        if self.used > 0 && (word.is_alone || self.used + self.spaces + word.width > self.width) {
            self.end();
        }
        let gap = if self.used == 0 { 0 } else { self.spaces };
        if word.width > self.width && !word.is_whole {
            self.cut(word.pieces);
        } else {
            self.push(gap, word.pieces, word.width);
        }
        self.spaces = word.spaces;
        if word.is_alone {
            self.end();
        }
    }

    fn push(&mut self, gap: usize, pieces: Vec<Span>, width: usize) {
        self.used += gap + width;
        for (index, piece) in pieces.into_iter().enumerate() {
            if let Some(last) = self.line.last_mut() {
                last.text += &" ".repeat(if index == 0 { gap } else { 0 });
            }
            match self.line.last_mut() {
                Some(last) if last.style == piece.style => last.text += &piece.text,
                _ => self.line.push(piece),
            }
        }
    }

    /// Cuts a word that fits no line.
    fn cut(&mut self, pieces: Vec<Span>) {
        for piece in pieces {
            let mut part = String::new();
            for letter in piece.text.chars() {
                part.push(letter);
                // some characters are wider together than alone
                if self.used + part.width().max(letter.width().unwrap_or(0)) > self.width
                    && (self.used > 0 || part.len() > letter.len_utf8())
                {
                    part.pop();
                    self.keep(piece.style, &mut part);
                    self.end();
                    part.push(letter);
                }
            }
            self.keep(piece.style, &mut part);
        }
    }

    fn keep(&mut self, style: Style, part: &mut String) {
        let part = std::mem::take(part);
        if !part.is_empty() {
            let width = part.width();
            self.push(0, vec![Span::new(style, part)], width);
        }
    }

    fn end(&mut self) {
        self.all.push(std::mem::take(&mut self.line));
        (self.used, self.spaces) = (0, 0);
    }

    fn finish(mut self) -> Vec<Line> {
        if !self.line.is_empty() || self.all.is_empty() {
            self.end();
        }
        self.all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn lines(text: &RichText, width: usize) -> Vec<String> {
        let line = |line: &Vec<Span>| line.iter().map(|span| span.text.as_str()).collect();
        wrap(text, width).iter().map(line).collect()
    }

    #[test]
    fn code_stays_together_where_it_fits_and_paths_are_never_cut() {
        let text = RichText::prose("use `a b c` and `d e f g h i j k l`");
        assert_eq!(lines(&text, 11), ["use `a b c`", "and `d e f", "g h i j k", "l`"]);
        let text =
            RichText::plain("in ").and(Style::Path, "a/very/long path").and(Style::Plain, ":1 abcdefghij");
        assert_eq!(lines(&text, 8), ["in", "a/very/long path:1", "abcdefgh", "ij"]);
    }

    #[test]
    fn a_command_that_does_not_fit_has_a_line_of_its_own() {
        let text = RichText::prose("First `net start w3svc`, then look (`net stop w3svc`).");
        assert_eq!(lines(&text, 14), ["First", "net start w3svc", "then look (", "net stop w3svc", ")."]);
        assert_eq!(lines(&text, 40), ["First `net start w3svc`, then look", "(`net stop w3svc`)."]);
    }

    proptest! {
        #[test]
        fn a_word_that_fits_is_never_broken(text in "[a-z é主]{0,80}", width in 2..30_usize) {
            let all = lines(&RichText::plain(text.as_str()), width);
            for word in text.split(' ').filter(|word| word.width() <= width && !word.is_empty()) {
                prop_assert!(all.iter().any(|line| line.split(' ').any(|one| one == word)), "{word:?} in {all:?}");
            }
        }

        #[test]
        fn no_line_is_too_wide_and_no_letter_is_lost(text in "[ a-zé主]{0,80}", width in 2..30_usize) {
            let all = lines(&RichText::plain(text.as_str()), width);
            prop_assert!(all.iter().all(|line| line.width() <= width), "{all:?}");
            let letters = |text: &str| text.chars().filter(|letter| *letter != ' ').collect::<String>();
            prop_assert_eq!(letters(&all.concat()), letters(&text));
        }
    }
}
