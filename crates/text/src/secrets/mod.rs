//! Masks passwords, tokens, keys, session ids and card numbers in text that leaves the program: the secret is replaced,
//! the word before it stays.
//!
//! A word that announces a secret is known in many spellings ([`rules`]); the end of the secret after it is found by
//! [`value`]. In doubt more is masked: a masked word can be looked up in the log, a leaked password cannot be taken back.
//!
//! This masks the lines that a report shows. A signature counts the secrets of a collection, because signatures search
//! the whole text.

mod rules;
mod value;

use std::borrow::Cow;
use std::ops::Range;
use std::sync::{LazyLock, OnceLock};

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use regex::Regex;

use rules::{End, RULES};

/// Replacement of a secret.
const MASK: &str = "***";

/// A rule with its compiled pattern.
struct Compiled {
    pattern: Regex,
    end: End,
}

/// Patterns of the rules, in the order of [`RULES`]; each is compiled when a text first needs it. A test proves that each
/// can be compiled.
static COMPILED: [OnceLock<Option<Compiled>>; RULES.len()] = [const { OnceLock::new() }; RULES.len()];

fn compiled(at: usize) -> Option<&'static Compiled> {
    let rule = RULES.get(at)?;
    let compile = || {
        let pattern = Regex::new(&rules::expanded(rule.pattern)).ok()?;
        Some(Compiled { pattern, end: rule.end })
    };
    COMPILED.get(at)?.get_or_init(compile).as_ref()
}

/// Words of which every text with a secret contains at least one, and the rule of each. Most texts contain none, and this
/// search is much faster than a pattern.
static WORDS: LazyLock<Option<(AhoCorasick, Vec<usize>)>> = LazyLock::new(|| {
    let words: Vec<(&str, usize)> = RULES
        .iter()
        .enumerate()
        .flat_map(|(at, rule)| rule.words.iter().map(move |word| (*word, at)))
        .collect();
    let search = AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::Standard)
        .kind(Some(AhoCorasickKind::DFA))
        .build(words.iter().map(|(word, _)| word));
    search.ok().map(|search| (search, words.into_iter().map(|(_, rule)| rule).collect()))
});

/// Returns the text without secrets.
pub fn mask(text: &str) -> Cow<'_, str> {
    let spans = spans(text);
    if spans.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut masked = String::with_capacity(text.len());
    let mut from = 0;
    for span in spans {
        masked.push_str(text.get(from..span.start).unwrap_or_default());
        masked.push_str(MASK);
        from = span.end;
    }
    masked.push_str(text.get(from..).unwrap_or_default());
    Cow::Owned(masked)
}

/// Byte ranges of the secrets in a text, in order and apart from each other.
pub fn spans(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut has_run = [false; RULES.len()];
    // most texts have no such word, and the search for one is faster than that for all
    if let Some((words, rule_of)) = WORDS.as_ref().filter(|(words, _)| words.is_match(text)) {
        for hit in words.find_overlapping_iter(text) {
            let Some(at) = rule_of.get(hit.pattern().as_usize()) else { continue };
            let Some(is_done) = has_run.get_mut(*at) else { continue };
            if !std::mem::replace(is_done, true)
                && let Some(rule) = compiled(*at)
            {
                rule.search(text, &mut found);
            }
        }
    }
    numbers(text, &mut found);
    joined(found)
}

impl Compiled {
    fn search(&self, text: &str, found: &mut Vec<Range<usize>>) {
        for captures in self.pattern.captures_iter(text) {
            match self.end {
                End::Value => {
                    let end = captures.get(0).map_or(text.len(), |whole| whole.end());
                    found.extend(value::after(text, end));
                }
                End::Cookies => {
                    let list = captures.get(1).map_or(text.len()..text.len(), |list| list.range());
                    found.extend(value::cookies(text, list));
                }
                End::Groups => {
                    let groups = captures.iter().skip(1).flatten().map(|group| group.range());
                    found.extend(groups.filter(|range| !value::is_no_secret(&text[range.clone()])));
                }
            }
        }
    }
}

/// Digits of the number of a payment card.
const CARD: usize = 16;

/// Finds numbers of payment cards: 16 digits, plain or in groups of four, whose check digit is right.
fn numbers(text: &str, found: &mut Vec<Range<usize>>) {
    let bytes = text.as_bytes();
    let mut at = 0;
    // a number of 16 digits has a digit at one of any four places in a row
    while at + CARD <= bytes.len() {
        if !bytes.get(at + 3).is_some_and(u8::is_ascii_digit) {
            at += 4;
            continue;
        }
        let before = bytes.get(..at + 3).unwrap_or_default();
        let start = at + 3 - before.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
        let (end, digits) = number(bytes, start);
        let is_apart = start == 0
            || bytes
                .get(start - 1)
                .is_none_or(|before| !before.is_ascii_alphanumeric() && !b"-._".contains(before));
        let is_over =
            bytes.get(end).is_none_or(|after| !after.is_ascii_alphanumeric() && !b"-_".contains(after));
        if is_apart && is_over && digits.is_some_and(|digits| is_card(&digits)) {
            found.push(start..end);
        }
        at = end.max(at + 4);
    }
}

/// End of a number, and its digits if there are 16; groups of four may have one space or hyphen between them.
fn number(bytes: &[u8], start: usize) -> (usize, Option<[u8; CARD]>) {
    let (mut end, mut count, mut digits) = (start, 0, [0; CARD]);
    while let Some(byte) = bytes.get(end) {
        if byte.is_ascii_digit() {
            if let Some(digit) = digits.get_mut(count) {
                *digit = byte - b'0';
            }
            count += 1;
        } else {
            let is_gap = matches!(byte, b' ' | b'-')
                && matches!(count, 4 | 8 | 12)
                && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
            if !is_gap {
                break;
            }
        }
        end += 1;
    }
    (end, (count == CARD).then_some(digits))
}

/// Returns whether digits can be those of a card: a first one that issuers use, and the check digit of Luhn.
fn is_card(digits: &[u8; CARD]) -> bool {
    let digit = |(at, digit): (usize, &u8)| {
        let value = u32::from(*digit) * if at % 2 == 0 { 2 } else { 1 };
        if value > 9 { value - 9 } else { value }
    };
    matches!(digits.first(), Some(2..=6)) && digits.iter().enumerate().map(digit).sum::<u32>() % 10 == 0
}

/// Ranges in order, those that touch as one.
fn joined(mut found: Vec<Range<usize>>) -> Vec<Range<usize>> {
    found.retain(|range| !range.is_empty());
    found.sort_by_key(|range| (range.start, range.end));
    let mut joined: Vec<Range<usize>> = Vec::with_capacity(found.len());
    for range in found {
        match joined.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => joined.push(range),
        }
    }
    joined
}

#[cfg(test)]
mod tests;
