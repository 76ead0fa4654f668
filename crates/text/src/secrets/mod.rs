//! Masks passwords, tokens, keys, session ids and card numbers in text that leaves the program: the secret is replaced,
//! the word before it stays.
//!
//! A word that announces a secret is known in many spellings (`rules`); the end of the secret after it is found by
//! `value`. In doubt more is masked: a masked word can be looked up in the log, a leaked password cannot be taken back.
//!
//! This masks the lines that a report shows. A signature counts the secrets of a collection, because signatures search
//! the whole text.

mod rules;
mod stems;
mod value;

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{LazyLock, OnceLock};

use memchr::{memchr, memchr3};

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use regex::Regex;

use rules::{End, SecretRule};
use stems::Stems;

/// Replacement of a secret.
const MASK: &str = "***";

/// Bytes at the end of a value in which another name may begin a longer one.
const OVERLAP: usize = 1024;

/// A rule with its compiled pattern.
struct Compiled {
    pattern: Regex,
    end: End,
}

/// A rule, and its pattern, which is compiled when a text first needs it. A test proves that each can be compiled.
struct Spelling {
    rule: &'static SecretRule,
    compiled: OnceLock<Option<Compiled>>,
}

/// The spellings, in their order. There are at most 64.
static SPELLINGS: LazyLock<Vec<Spelling>> =
    LazyLock::new(|| rules::all().map(|rule| Spelling { rule, compiled: OnceLock::new() }).collect());

impl Spelling {
    fn compiled(&self) -> Option<&Compiled> {
        let compile = || {
            let pattern = Regex::new(&rules::expanded(self.rule.pattern)).ok()?;
            Some(Compiled { pattern, end: self.rule.end })
        };
        self.compiled.get_or_init(compile).as_ref()
    }

    /// Returns whether a text that has one of its words may match.
    fn may_match(&self, text: &str) -> bool {
        self.rule.signs.is_empty() || self.rule.signs.iter().any(|sign| text.contains(sign))
    }
}

/// The searches for the words of all rules: every text with a secret contains at least one.
struct Words {
    /// The words that contain no other: most texts have none of these, and fewer words are a faster search.
    stems: Stems,
    /// All words.
    all: AhoCorasick,
    /// The rules of each word, as bits.
    rules: Vec<u64>,
}

static WORDS: LazyLock<Option<Words>> = LazyLock::new(|| {
    let mut rules_of: BTreeMap<String, u64> = BTreeMap::new();
    for (at, rule) in rules::all().enumerate() {
        for word in rule.words {
            *rules_of.entry(word.to_ascii_lowercase()).or_default() |= 1 << at;
        }
    }
    let contains_another =
        |word: &String| rules_of.keys().any(|other| other != word && word.contains(other.as_str()));
    let stems = rules_of.keys().filter(|word| !contains_another(word));
    let all = AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::Standard)
        .kind(Some(AhoCorasickKind::DFA))
        .build(rules_of.keys())
        .ok()?;
    Some(Words {
        stems: Stems::new(stems.map(String::as_str))?,
        all,
        rules: rules_of.values().copied().collect(),
    })
});

/// Returns whether a text certainly has no secret. This is faster than to search for one: most lines of a log are frames of
/// stack traces, which are known by their beginning and end.
pub fn has_none(text: &[u8]) -> bool {
    let Some(words) = WORDS.as_ref() else { return false };
    // lines between frames are searched as one text: a secret may be on the line below its word
    let (mut from, mut at) = (0, 0);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let end = memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
        let line = rest.get(..end).unwrap_or_default();
        if is_frame(line) {
            if at > from && !is_plain(words, text.get(from..at).unwrap_or_default()) {
                return false;
            }
            from = at + end;
        } else if may_be_encoded(line) {
            return false;
        }
        at += end;
    }
    from >= text.len() || is_plain(words, text.get(from..).unwrap_or_default())
}

/// Returns whether a text has no word of a rule and no number of a card.
fn is_plain(words: &Words, text: &[u8]) -> bool {
    let mut is_searched = false;
    let mut is_card = |at: usize| {
        if is_searched || !may_be_card(text, at) {
            return false;
        }
        is_searched = true;
        let mut found = Vec::new();
        numbers(text, &mut found);
        !found.is_empty()
    };
    !words.stems.is_in_or(text, &mut is_card)
}

/// Returns whether a line is a frame of a stack trace in which nothing can be a secret: a tab, `at `, a name without spaces,
/// and a file of Java with the number of a line.
fn is_frame(line: &[u8]) -> bool {
    let Some(frame) = line.strip_prefix(b"\tat ").and_then(|rest| rest.trim_ascii_end().strip_suffix(b")"))
    else {
        return false;
    };
    let digits = frame.iter().rev().take(6).take_while(|byte| byte.is_ascii_digit()).count();
    let (name, _) = frame.split_at(frame.len() - digits);
    name.strip_suffix(b".java:").is_some_and(|name| !has_separator(name))
}

/// Returns whether a name has a space or a byte that may be between a word and its secret.
#[expect(clippy::needless_bitwise_bool, reason = "a lazy operator is a branch for each byte")]
fn has_separator(name: &[u8]) -> bool {
    const BLOCK: usize = 16;
    let is_one = |byte: u8| (byte == b' ') | (byte == b'=') | (byte == b'"') | (byte == b':');
    let Some(last) = name.last_chunk() else { return name.iter().any(|byte| is_one(*byte)) };
    // without a branch for each byte, so that the compiler compares a block at once
    let mut found = [0; BLOCK];
    for block in name.as_chunks::<BLOCK>().0.iter().chain([last]) {
        for (found, byte) in found.iter_mut().zip(block) {
            *found |= u8::from(is_one(*byte));
        }
    }
    found.iter().fold(0, |all, one| all | one) != 0
}

/// Returns whether [`encoded_lines`] may find this line.
fn may_be_encoded(line: &[u8]) -> bool {
    if line.len() < ENCODED {
        return false;
    }
    let line = line.trim_ascii();
    line.len() >= ENCODED && memchr3(b' ', b'.', b':', line).is_none()
}

thread_local! {
    /// Values that this thread has masked.
    static MASKED: Cell<u64> = const { Cell::new(0) };
}

/// Returns how many values this thread has masked.
pub fn masked() -> u64 {
    MASKED.get()
}

/// Adds values that another thread has masked.
pub fn add_masked(count: u64) {
    MASKED.set(MASKED.get() + count);
}

/// Returns the text without secrets, and counts them, see [`masked`].
pub fn mask(text: &str) -> Cow<'_, str> {
    masked_at(text, spans(text)).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// Returns the text of an event without secrets, and counts them, see [`masked`]; `None` if it has none. Bytes that are not
/// UTF-8 are replaced.
pub fn mask_event(text: &[u8]) -> Option<String> {
    if has_none(text) {
        return None;
    }
    let text = String::from_utf8_lossy(text);
    masked_at(&text, search(&text))
}

/// The text with its secrets replaced, which are counted; `None` if there are none.
fn masked_at(text: &str, spans: Vec<Range<usize>>) -> Option<String> {
    if spans.is_empty() {
        return None;
    }
    add_masked(spans.len() as u64);
    let mut masked = String::with_capacity(text.len());
    let mut from = 0;
    for span in spans {
        masked.push_str(text.get(from..span.start).unwrap_or_default());
        masked.push_str(MASK);
        from = span.end;
    }
    masked.push_str(text.get(from..).unwrap_or_default());
    Some(masked)
}

/// Byte ranges of the secrets in a text, in order and apart from each other.
pub fn spans(text: &str) -> Vec<Range<usize>> {
    if WORDS.as_ref().is_some_and(|words| words.stems.is_in(text.as_bytes())) {
        return search(text);
    }
    let mut found = Vec::new();
    numbers(text.as_bytes(), &mut found);
    encoded_lines(text, &mut found);
    joined(found)
}

/// The same for a text that may have a word of a rule.
fn search(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut has_run = 0_u64;
    if let Some(words) = WORDS.as_ref() {
        for hit in words.all.find_overlapping_iter(text) {
            let mut left = words.rules.get(hit.pattern().as_usize()).copied().unwrap_or_default() & !has_run;
            has_run |= left;
            while left != 0 {
                let spelling = SPELLINGS.get(left.trailing_zeros() as usize);
                left &= left - 1;
                if let Some(spelling) = spelling.filter(|spelling| spelling.may_match(text))
                    && let Some(compiled) = spelling.compiled()
                {
                    compiled.search(text, &mut found);
                }
            }
        }
    }
    numbers(text.as_bytes(), &mut found);
    encoded_lines(text, &mut found);
    joined(found)
}

impl Compiled {
    fn search(&self, text: &str, found: &mut Vec<Range<usize>>) {
        // in a long text without spaces each value would be searched for its end in all of it
        let (mut covered, mut line_end) = (0, 0);
        for captures in self.pattern.captures_iter(text) {
            let Some(end) = captures.get(0).map(|whole| whole.end()) else { continue };
            if end + OVERLAP < covered {
                continue;
            }
            if line_end < end {
                line_end = value::end_of_line(text, end);
            }
            let group = || captures.get(1).map_or(text.len()..text.len(), |list| list.range());
            let value = match self.end {
                End::Value if Self::is_complaint(text, &captures) => None,
                End::Value => value::after(text, end, line_end),
                End::Prose => value::in_prose(text, end, line_end),
                End::Strong => value::strong(text, end, line_end),
                End::Literals => {
                    found.extend(value::literals(text, group()));
                    None
                }
                End::Cookies => {
                    found.extend(value::cookies(text, group()));
                    None
                }
                End::Groups => {
                    let groups = captures.iter().skip(1).flatten().map(|group| group.range());
                    found.extend(groups.filter(|range| !value::is_no_secret(&text[range.clone()])));
                    None
                }
            };
            covered = value.as_ref().map_or(covered, |value| value.end);
            found.extend(value);
        }
    }
}

impl Compiled {
    /// Returns whether a match is a complaint: `unexpected token: }`, `"Invalid Credentials": 80090308`.
    fn is_complaint(text: &str, captures: &regex::Captures<'_>) -> bool {
        let Some(whole) = captures.get(0) else { return false };
        let before = text.get(..whole.start()).unwrap_or_default().trim_end();
        let word = before.rsplit(|one: char| !one.is_alphanumeric()).next().unwrap_or_default();
        let is_one_of = |words: &[&str]| words.iter().any(|known| word.eq_ignore_ascii_case(known));
        let is_plural =
            || whole.as_str().get(..11).is_some_and(|name| name.eq_ignore_ascii_case("credentials"));
        is_one_of(&["unexpected", "unrecognized", "unrecognised", "offending"])
            || is_one_of(&["invalid", "bad", "wrong", "incorrect", "missing", "no"]) && is_plural()
    }
}

/// Shortest line that is taken for a line of a key or an assertion in base64, in bytes.
const ENCODED: usize = 60;

/// Finds lines that are nothing but base64: those of a private key, an assertion or a ticket.
fn encoded_lines(text: &str, found: &mut Vec<Range<usize>>) {
    if text.len() < ENCODED {
        return;
    }
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        if line.len() < ENCODED {
            continue;
        }
        let bare = line.trim();
        // of most lines the first bytes show that they are not
        let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=_-".contains(&byte);
        if bare.len() < ENCODED || !bare.bytes().all(is_base64) {
            continue;
        }
        let count = |kind: fn(&u8) -> bool| bare.bytes().filter(kind).count();
        let few = bare.len() / 12;
        if count(u8::is_ascii_uppercase) > few
            && count(u8::is_ascii_lowercase) > few
            && count(u8::is_ascii_digit) > bare.len() / 30
            && count(|byte| b"/_-".contains(byte)) <= few
        {
            let start = start + line.len() - line.trim_start().len();
            found.push(start..start + bare.len());
        }
    }
}

/// Digits of the number of a payment card.
const CARD: usize = 16;

/// Returns whether eight bytes may be within the number of a card.
fn may_be_card(text: &[u8], at: usize) -> bool {
    let is_part = |byte: &&u8| byte.is_ascii_digit() || matches!(byte, b' ' | b'-');
    let digits = |bytes: &mut dyn Iterator<Item = &u8>| {
        // with the gaps between groups
        bytes.take(CARD + 3).take_while(is_part).filter(|byte| byte.is_ascii_digit()).count()
    };
    let (before, after) = text.split_at_checked(at).unwrap_or_default();
    digits(&mut before.iter().rev()) + digits(&mut after.iter()) >= CARD
}

/// Finds numbers of payment cards: 16 digits, plain or in groups of four, whose check digit is right.
fn numbers(bytes: &[u8], found: &mut Vec<Range<usize>>) {
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
