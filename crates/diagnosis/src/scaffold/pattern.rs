//! The search of a draft: a literal and a pattern of a line.
//!
//! The [template](spoglight_text::template) of a line shows which values vary. The rarest word is a guess: the class of
//! an exception, a code, else the longest run of words.

use std::fmt::Write as _;

use spoglight_text::template::shape;

/// Longest literal, in bytes.
const LITERAL: usize = 60;

/// Shortest single word that is used as a literal, in bytes.
const WORD: usize = 8;

/// A pattern that matches the line `text` of `message`, and similar ones, with the values that it captures.
pub(super) fn pattern(text: &str, message: &str) -> (String, Vec<(String, String)>) {
    let mut masked = Vec::new();
    shape(text.as_bytes(), &mut masked);
    let masked = String::from_utf8_lossy(&masked).into_owned();
    let mut pattern = String::new();
    let mut captures: Vec<(String, String)> = Vec::new();
    let mut rest = text.trim_start();
    let mut parts = masked.split('#').peekable();
    while let Some(part) = parts.next() {
        // a template has one space for several
        let fixed = fixed(rest, part);
        pattern.push_str(&regex::escape(rest.get(..fixed).unwrap_or_default()));
        rest = rest.get(fixed..).unwrap_or_default();
        let Some(next) = parts.peek() else { break };
        let first = next.chars().next();
        let end = match first {
            Some(' ') => rest.find(char::is_whitespace),
            Some(letter) => rest.find(letter).filter(|end| *end > 0),
            None => None,
        };
        let value = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        let name = format!("value{}", captures.len() + 1);
        let class = if value.bytes().all(|byte| byte.is_ascii_digit()) { r"\d+" } else { r"\S+?" };
        let _ = write!(pattern, "(?P<{name}>{class})");
        captures.push((name, value.to_owned()));
        rest = rest.get(value.len()..).unwrap_or_default();
    }
    if pattern.ends_with("+?)") {
        pattern.truncate(pattern.len() - 2);
        pattern.push(')');
    }
    // the pattern must match its own line first, also below the header of its record
    let is_right = regex::bytes::Regex::new(&pattern).is_ok_and(|made| {
        let found = message.lines().find_map(|line| made.captures(line.as_bytes()));
        found.is_some_and(|found| {
            captures
                .iter()
                .all(|(name, value)| found.name(name).is_some_and(|own| own.as_bytes() == value.as_bytes()))
        })
    });
    let (pattern, captures) =
        if is_right { (pattern, captures) } else { (regex::escape(text.trim()), Vec::new()) };
    // a secret is masked here, and not in the log
    (pattern.replace(r"\*\*\*", r"\S+"), captures)
}

/// Number of bytes of a text that a part of its template covers.
fn fixed(text: &str, part: &str) -> usize {
    let mut left = text.char_indices().peekable();
    for letter in part.chars() {
        if letter == ' ' {
            while left.next_if(|(_, one)| one.is_whitespace()).is_some() {}
        } else if left.next_if(|(_, one)| *one == letter).is_none() {
            break;
        }
    }
    left.peek().map_or(text.len(), |(at, _)| *at)
}

/// The words to search by.
pub(super) fn literal(text: &str) -> String {
    let words = || text.split(|letter: char| letter.is_whitespace() || "\"'()[]{}<>,;".contains(letter));
    let trimmed = |word: &str| word.trim_matches([':', '.', '=']).to_owned();
    let class = words().map(trimmed).find(|word| word.ends_with("Exception") || word.ends_with("Error"));
    // the class without its package, which some tools leave out
    let class = class.map(|class| class.rsplit('.').next().unwrap_or(&class).to_owned());
    let is_code = |word: &String| {
        word.len() >= WORD
            && word.bytes().any(|byte| byte.is_ascii_digit())
            && word.bytes().next().is_some_and(|byte| byte.is_ascii_uppercase())
            && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-')
    };
    let code = words().map(trimmed).find(is_code);
    if let Some(literal) = code.or(class).filter(|literal| literal.len() >= WORD) {
        return literal;
    }
    // else the longest run of words without a number
    let mut best = "";
    let mut start = None;
    let mut at = 0;
    for word in text.split_inclusive(char::is_whitespace) {
        let end = at + word.len();
        let has_number = word.bytes().any(|byte| byte.is_ascii_digit());
        start = if has_number { None } else { start.or(Some(at)) };
        let run = start.and_then(|start| text.get(start..end)).unwrap_or_default().trim();
        if run.len() > best.len() && run.len() <= LITERAL {
            best = run;
        }
        at = end;
    }
    if best.len() >= 4 { best.to_owned() } else { text.trim().chars().take(LITERAL).collect() }
}
