//! Hidden levels: the level of a message whose format gives it none, from the words of its text.
//!
//! `!!ERROR!!`, `la-lgr Fail: Assertion failed`, `Exception in thread "main"` are failures, whatever the format. The level
//! is used only to list messages that no signature matches; the message itself stays without a level.
//!
//! The words are data. A literal search passes over lines without one; only a line with one is read word by word. Words in
//! names, paths and settings (`error.log`, `ErrorDocument`, `rootLogger=ERROR`), negations (`no error`, `0 errors`,
//! `error=0`) and lines that give themselves a lower level (`INFO`, `[debug]`) do not count.
//!
//! Doubt: a sentence may report a failure that was handled. It counts as a warning, not as an error.

mod words;

use std::sync::LazyLock;

use regex::bytes::Regex;
use spoglight_parsers::Level;

use words::{CODE, LEVEL_KEYS, NOT_AFTER, NOT_BEFORE, NOTHING, OPENING, PHRASES, STEMS, WORDS, Word};

/// Bytes of a line that are read.
const LINE: usize = 1024;

/// Lines of a message that are read.
const LINES: usize = 64;

/// Finds the lines that may have one of the words in ASCII.
static ASCII: LazyLock<Option<Regex>> = LazyLock::new(|| alternation(STEMS.iter().copied()));

/// The same for the other words.
static OTHER: LazyLock<Option<Regex>> =
    LazyLock::new(|| alternation(WORDS.iter().map(|word| word.text).filter(|word| !word.is_ascii())));

fn alternation<'w>(words: impl Iterator<Item = &'w str>) -> Option<Regex> {
    Regex::new(&words.map(regex::escape).collect::<Vec<_>>().join("|")).ok()
}

/// The literal searches for a text: each finds messages that may show a failure.
pub(crate) fn searches(text: &[u8]) -> impl Iterator<Item = &'static Regex> {
    // most logs have no other letters
    let other = if text.is_ascii() { None } else { OTHER.as_ref() };
    ASCII.as_ref().into_iter().chain(other)
}

/// The level that a message shows by its words; `None` if it shows no failure.
pub(crate) fn of(message: &[u8]) -> Option<Level> {
    let mut lines = message.split(|byte| *byte == b'\n').map(|line| line.get(..LINE).unwrap_or(line));
    let first = lines.next().unwrap_or_default();
    if is_code(first) {
        return None;
    }
    let shown = of_line(first);
    if shown.best.is_some_and(|level| level <= Level::Error) || shown.least > Level::Warn {
        return shown.level();
    }
    // the text of an exception is on the line below
    let is_trace = lines.take(LINES).map(<[u8]>::trim_ascii).any(opens_a_trace);
    if is_trace { Some(Level::Error.max(shown.least)) } else { shown.level() }
}

/// A label without a value, or with its value in a column: `Source:        Application Error`.
fn is_label(line: &[u8]) -> bool {
    let colon = memchr::memchr(b':', line);
    let value = colon.and_then(|colon| line.get(colon + 1..)).unwrap_or_default();
    line.ends_with(b":") || value.starts_with(b"  ") || value.starts_with(b"\t")
}

/// A comment, a line of markup.
fn is_code(line: &[u8]) -> bool {
    let line = line.trim_ascii_start();
    match line {
        [b'#' | b';', ..] | [b'/', b'/', ..] | [b'*', b' ', ..] => true,
        [b'<', next, ..] => next.is_ascii_alphabetic() || b"!?/".contains(next),
        _ => false,
    }
}

/// Returns whether a line begins with an exception: `java.io.IOException: text`.
pub(crate) fn opens_a_trace(line: &[u8]) -> bool {
    let line = line.strip_prefix(b"Caused by: ").unwrap_or(line);
    let name = line.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"._$".contains(byte)).count();
    let (name, rest) = line.split_at(name);
    is_throwable(name) && name.contains(&b'.') && (rest.is_empty() || rest.starts_with(b":"))
}

fn is_throwable(name: &[u8]) -> bool {
    ["Exception", "Error"].iter().any(|end| name.len() > end.len() && name.ends_with(end.as_bytes()))
}

/// What the words of a line show.
struct Shown {
    best: Option<Level>,
    /// The level that the line gives itself: no word of it is more severe.
    least: Level,
}

impl Shown {
    fn level(&self) -> Option<Level> {
        self.best.map(|best| best.max(self.least)).filter(|level| *level <= Level::Warn)
    }

    fn take(&mut self, level: Level) {
        if level <= Level::Warn {
            self.best = Some(self.best.map_or(level, |best| best.min(level)));
        }
    }
}

fn of_line(line: &[u8]) -> Shown {
    let mut shown = Shown { best: None, least: Level::Fatal };
    let line = line.trim_ascii();
    if is_label(line) {
        return shown;
    }
    let lower = line.to_ascii_lowercase();
    let mut at = 0;
    while let Some(word) = next_word(line, at) {
        at = word.end;
        let text = Place { line, lower: &lower, start: word.start, end: word.end };
        if shown.best.is_none() && shown.least == Level::Fatal {
            shown.least = text.own_level().unwrap_or(Level::Fatal);
        }
        if let Some(level) = text.level() {
            shown.take(level);
        }
    }
    for (phrase, level) in PHRASES {
        if let Some(start) = memchr::memmem::find(&lower, phrase.as_bytes()) {
            let place = Place { line, lower: &lower, start, end: start + phrase.len() };
            if !place.is_joined() && !place.is_negated() {
                shown.take(*level);
            }
        }
    }
    shown
}

/// A word in a line.
struct Place<'a> {
    line: &'a [u8],
    lower: &'a [u8],
    start: usize,
    end: usize,
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}

/// The colon of Chinese and Japanese; it separates words.
const COLON: &[u8] = "：".as_bytes();

fn next_word(line: &[u8], from: usize) -> Option<std::ops::Range<usize>> {
    let start = from + line.get(from..)?.iter().position(|byte| is_word(*byte))?;
    let rest = line.get(start..)?;
    let length = rest.iter().take_while(|byte| is_word(**byte)).count();
    match memchr::memmem::find(rest.get(..length)?, COLON) {
        Some(0) => next_word(line, start + COLON.len()),
        Some(colon) => Some(start..start + colon),
        None => Some(start..start + length),
    }
}

impl Place<'_> {
    fn word(&self) -> &[u8] {
        self.line.get(self.start..self.end).unwrap_or_default()
    }

    fn lower(&self) -> &[u8] {
        self.lower.get(self.start..self.end).unwrap_or_default()
    }

    fn before(&self) -> &[u8] {
        self.line.get(..self.start).unwrap_or_default()
    }

    fn after(&self) -> &[u8] {
        self.line.get(self.end..).unwrap_or_default()
    }

    /// The level that the line gives itself here, whether it is a failure or not: `INFO`, `[debug]`.
    fn own_level(&self) -> Option<Level> {
        (self.is_capital() && self.word().len() >= 4 && !self.is_joined() || self.is_bracketed())
            .then(|| Level::from_word(self.word()))
            .filter(|level| !matches!(level, Level::Unknown | Level::None))
    }

    /// The level of a word that shows a failure.
    fn level(&self) -> Option<Level> {
        let name_start = self.name_start();
        let name = self.line.get(name_start..self.end).unwrap_or_default();
        if is_throwable(name) && (self.after().is_empty() || self.after().starts_with(b":")) {
            let is_code = self.words_before().next().is_some_and(|word| CODE.contains(&word));
            let before = self.line.get(..name_start).and_then(<[u8]>::last);
            let is_value = before.is_some_and(|byte| b"\"'>(<".contains(byte));
            return (!is_code && !is_value && !self.is_denied()).then_some(Level::Error);
        }
        let lower = self.lower();
        let Word { stated, prose, .. } = WORDS.iter().find(|known| known.text.as_bytes() == lower)?;
        if self.is_joined() || self.is_negated() {
            return None;
        }
        let level = match self.key() {
            Some(key) if is_of(key, LEVEL_KEYS) => {
                // `Level: Error` of a copied event, whose text is below
                let is_all = self.after().trim_ascii().is_empty()
                    && self.before().trim_ascii_start().len() <= key.len() + 1 + self.blanks_before();
                if is_all { Level::None } else { *stated }
            }
            // a setting: log4j.rootLogger=ERROR
            Some(key) if key.contains(&b'.') => Level::None,
            None if self.is_stated() => *stated,
            Some(_) | None => *prose,
        };
        (level <= Level::Warn).then_some(level)
    }

    fn is_capital(&self) -> bool {
        self.word().iter().all(u8::is_ascii_uppercase)
    }

    fn is_bracketed(&self) -> bool {
        let pair = (self.before().last(), self.after().first());
        matches!(pair, (Some(b'['), Some(b']')) | (Some(b'|'), Some(b'|')) | (Some(b'<'), Some(b'>')))
    }

    /// It is in the place of a level.
    fn is_stated(&self) -> bool {
        let opens = self.before().is_empty()
            && self.word().first().is_some_and(u8::is_ascii_uppercase)
            && is_of(self.lower(), OPENING);
        let is_alone = !self.word().is_ascii()
            && (self.before().is_empty() || self.before().ends_with(b" "))
            && (self.after().is_empty() || self.after().starts_with(b" "));
        self.is_capital()
            || self.is_bracketed()
            || opens
            || is_alone
            || self.after().starts_with(b":")
            || self.after().starts_with(COLON)
            || self.is_coded() && self.after().starts_with(b"=")
    }

    /// It announces a code or a text of its own: `ErrorCode=5`.
    fn is_coded(&self) -> bool {
        [&b"code"[..], b"message"].iter().any(|end| self.lower().ends_with(end))
    }

    /// It is a part of a name, a path, an address: `error.log`, `/errors/`, `ERROR_CODE`, `x-error`.
    fn is_joined(&self) -> bool {
        let is_name = |byte: Option<&u8>| byte.is_some_and(|byte| is_word(*byte));
        let is_letter = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphabetic);
        let before = match self.before() {
            [.., b'/' | b'\\' | b'@' | b'&' | b'?' | b'%'] => true,
            [rest @ .., b'.' | b'-'] => is_letter(rest.last()),
            _ => false,
        };
        let after = match self.after() {
            [b'/' | b'\\' | b'@' | b'(', ..] => true,
            [b'.' | b'-', rest @ ..] => is_name(rest.first()),
            _ => false,
        };
        before || after
    }

    /// The key whose value it is, in lower case.
    fn key(&self) -> Option<&[u8]> {
        let before = self.lower.get(..self.start)?;
        let quoted = before.strip_suffix(b"\"").or_else(|| before.strip_suffix(b"'")).unwrap_or(before);
        let end = quoted.trim_ascii_end();
        let [before @ .., b'=' | b':'] = end else { return None };
        let before = before.strip_suffix(b"\"").unwrap_or(before);
        let length = before.iter().rev().take_while(|byte| is_word(**byte) || **byte == b'.').count();
        let key = before.get(before.len() - length..)?;
        // a label may end in a colon, and so may a part of a sentence
        let is_sentence = end.ends_with(b":") && !is_of(key, LEVEL_KEYS);
        (!key.is_empty() && !is_sentence).then_some(key)
    }

    fn blanks_before(&self) -> usize {
        self.before().iter().rev().take_while(|byte| byte.is_ascii_whitespace()).count()
    }

    /// Start of the dotted name that it ends.
    fn name_start(&self) -> usize {
        let dotted = self.before().iter().rev().take_while(|byte| is_word(**byte) || **byte == b'.').count();
        self.start - dotted
    }

    /// Words before the name that it ends, the nearest first, in lower case.
    fn words_before(&self) -> impl Iterator<Item = &str> {
        let before = self.lower.get(..self.name_start()).unwrap_or_default();
        // not beyond the end of a sentence or of a field
        let start = before.iter().rposition(|byte| b".;|:".contains(byte)).map_or(0, |at| at + 1);
        let part = before.get(start..).unwrap_or_default();
        let words = part.rsplit(|byte| !is_word(*byte)).filter(|word| !word.is_empty());
        words.filter_map(|word| std::str::from_utf8(word).ok())
    }

    fn is_negated(&self) -> bool {
        self.is_denied() || self.is_nothing()
    }

    /// A word before it takes its meaning: `no error`, `0 errors`.
    fn is_denied(&self) -> bool {
        let before = self.before().trim_ascii_end();
        let is_zero = match before {
            [b'0'] => true,
            [.., byte, b'0'] => b" ([,=\t".contains(byte),
            _ => false,
        };
        is_zero || self.words_before().take(2).any(|word| NOT_AFTER.contains(&word))
    }

    /// A value or a word after it takes its meaning: `error=0`, `Exception: none`, `error handler`.
    fn is_nothing(&self) -> bool {
        let after = self.lower.get(self.end..).unwrap_or_default();
        let near = after.trim_ascii_start();
        let code = near.strip_prefix(b"code").or_else(|| near.strip_prefix(b"number"));
        let is_value = matches!(near.first(), Some(b'=' | b':' | b'(' | b'['));
        let value = value(near);
        is_zero(value)
            || value.is_empty() && self.is_coded()
            || code.is_some_and(|code| is_zero(self::value(code)))
            || is_value && is_of(value, NOTHING)
            || !is_value && after.starts_with(b" ") && is_of(value, NOT_BEFORE)
    }
}

/// The first word of the text, which may be the value after `=` or `:`.
fn value(text: &[u8]) -> &[u8] {
    let text = text.trim_ascii_start();
    let text = text.strip_prefix(b"=").or_else(|| text.strip_prefix(b":")).unwrap_or(text).trim_ascii_start();
    let text = text.strip_prefix(b"\"").or_else(|| text.strip_prefix(b"(")).unwrap_or(text);
    let length = text.iter().take_while(|byte| is_word(**byte) || **byte == b'.').count();
    text.get(..length).unwrap_or_default()
}

/// `0`, `0x0`, `0.0`.
fn is_zero(value: &[u8]) -> bool {
    let number = value.strip_prefix(b"0x").unwrap_or(value);
    number.contains(&b'0') && number.iter().all(|byte| b"0.".contains(byte))
}

fn is_of(word: &[u8], list: &[&str]) -> bool {
    list.iter().any(|known| known.as_bytes() == word)
}

#[cfg(test)]
#[path = "hidden_level/tests.rs"]
mod tests;
