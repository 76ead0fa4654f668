//! The end of a secret: where the value after `password=` is over.

use std::ops::Range;

/// Quotation marks that open a value, each with the one that closes it. `"`, `'` and the grave accent may have backslashes
/// before them, any number where JSON is in JSON.
const QUOTES: [(&str, &str); 6] = [
    ("\\u0022", "\\u0022"),
    ("&quot;", "&quot;"),
    ("&apos;", "&apos;"),
    ("&#34;", "&#34;"),
    ("%22", "%22"),
    ("\u{201c}", "\u{201d}"),
];

/// Bytes that may end a value without quotes, if another field or nothing follows.
const DELIMITERS: [char; 8] = [',', ';', '&', '|', '\u{ff0c}', '\u{ff1b}', '\u{3001}', '\u{3002}'];

/// Words that are no secret, in lower case.
const NO_SECRETS: [&str; 17] = [
    "null",
    "(null)",
    "nil",
    "none",
    "true",
    "false",
    "yes",
    "no",
    "empty",
    "blank",
    "undefined",
    "unset",
    "masked",
    "hidden",
    "removed",
    "redacted",
    "<null>",
];

/// Words with which a message goes on after `password: `, in lower case: they are about the secret.
const ORDINARY: [&str; 41] = [
    "a",
    "an",
    "at",
    "authentication",
    "bad",
    "cannot",
    "could",
    "does",
    "error",
    "expired",
    "expires",
    "failed",
    "failure",
    "has",
    "incorrect",
    "invalid",
    "is",
    "it",
    "length",
    "locked",
    "minimum",
    "maximum",
    "mismatch",
    "missing",
    "must",
    "needs",
    "no",
    "not",
    "old",
    "only",
    "please",
    "required",
    "should",
    "too",
    "unknown",
    "use",
    "user",
    "was",
    "wrong",
    "you",
    "your",
];

/// Maximum number of words that a value without quotes may have.
const WORDS: usize = 6;

/// Returns whether a value is a word for no secret, or is masked already.
pub(super) fn is_no_secret(value: &str) -> bool {
    let value = value.trim();
    value.chars().all(|one| matches!(one, '*' | '@' | 'x' | 'X' | '\u{2022}' | '.' | '-'))
        || NO_SECRETS.iter().any(|word| value.eq_ignore_ascii_case(word))
}

/// Byte range of the value that begins at `at`, after `password=` and its spaces, in a line that ends at `line_end`; `None` if
/// there is none.
pub(super) fn after(text: &str, at: usize, line_end: usize) -> Option<Range<usize>> {
    let line = text.get(at..line_end)?;
    // the next field of a record of ECE
    if line.starts_with("<@>") {
        return None;
    }
    // a block of YAML: the value is on the next line
    if matches!(line.trim_end(), "|" | ">" | "|-" | ">-" | "|+" | ">+") {
        let next = text.get(line_end..)?.trim_start();
        let at = text.len() - next.len();
        return if next.is_empty() { None } else { after(text, at, end_of_line(text, at)) };
    }
    let slashes = line.bytes().take_while(|byte| *byte == b'\\').count();
    let plain = line.get(..slashes + 1).filter(|open| open.ends_with(['"', '\'', '`']));
    let named = QUOTES.iter().copied().find(|(open, _)| line.starts_with(open));
    if let Some((open, close)) = plain.map(|open| (open, open)).or(named) {
        let inside = line.get(open.len()..)?;
        let start = at + open.len();
        let end = closing(inside, close).unwrap_or_else(|| inside.trim_end().len());
        return usable(text, start..start + end);
    }
    if let Some(end) = list(line) {
        return usable(text, at..at + end);
    }
    let end = at + bare(line);
    let is_ordinary = |word: &str| {
        let word = word.trim_end_matches([',', '.', ';', ':', '!']);
        ORDINARY.iter().any(|known| word.eq_ignore_ascii_case(known))
    };
    if text.get(at..end).is_some_and(is_ordinary)
        && text.get(..at).is_some_and(|before| before.ends_with(' '))
    {
        return None;
    }
    usable(text, at..end)
}

/// End of the line at this offset.
pub(super) fn end_of_line(text: &str, at: usize) -> usize {
    let rest = text.as_bytes().get(at..).unwrap_or_default();
    at + memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len())
}

/// The same in a sentence: a word of letters alone, as in "the password is expired", is no secret.
pub(super) fn in_prose(text: &str, at: usize, line_end: usize) -> Option<Range<usize>> {
    let range = after(text, at, line_end)?;
    let value = text.get(range.clone())?;
    let is_quoted = range.start > at;
    let word = value.trim_end_matches([',', '.', ';', ':', '!', '?', ')']);
    let mut letters = word.chars();
    let is_word = letters.next().is_some_and(char::is_alphabetic)
        && letters.all(|one| {
            one.is_lowercase() || one == '-' || one == '\'' || one.is_alphabetic() && !one.is_uppercase()
        });
    (is_quoted || !is_word).then_some(range)
}

/// Shortest strong password, in bytes.
const STRONG: usize = 8;

/// The same for a word that is a secret only if it looks like one: letters of both cases with digits, or letters and digits
/// with a sign.
pub(super) fn strong(text: &str, at: usize, line_end: usize) -> Option<Range<usize>> {
    let range = after(text, at, line_end)?;
    let value = text.get(range.clone())?;
    let has = |kind: fn(char) -> bool| value.chars().any(kind);
    let is_mixed = has(char::is_uppercase) && has(char::is_lowercase);
    let has_sign = has(|one| "!@#$%^&*".contains(one));
    let is_strong = value.len() >= STRONG
        && has(char::is_alphabetic)
        && has(|one| one.is_ascii_digit())
        && (is_mixed || has_sign)
        && !value.contains(['(', '/', ':', '.']);
    is_strong.then_some(range)
}

/// Longest list or object that is masked as a whole, in bytes.
const LIST: usize = 400;

/// Length of a list or an object in brackets at the start of a line: `["a", "b"]`, `{"value": "x"}`. `None` if there is none,
/// or it has no end.
fn list(line: &str) -> Option<usize> {
    if !["[\"", "['", "[\\", "{\"", "{'", "{\\"].iter().any(|open| line.starts_with(open)) {
        return None;
    }
    let mut depth = 0_u32;
    for (at, byte) in line.bytes().enumerate().take(LIST) {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return Some(at + 1);
        }
    }
    None
}

/// Byte ranges of the texts in single quotes in a list of SQL: `'a', N'b', 3`.
pub(super) fn literals(text: &str, list: Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = list.start;
    while let Some(open) = text.get(at..list.end).and_then(|rest| rest.find('\'')) {
        let start = at + open + 1;
        let rest = text.get(start..list.end).unwrap_or_default();
        let end = start + rest.find('\'').unwrap_or(rest.len());
        found.extend(usable(text, start..end));
        at = end + 1;
    }
    found
}

fn usable(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let value = text.get(range.clone())?;
    (!value.trim().is_empty() && !is_no_secret(value)).then_some(range)
}

/// Offset of the mark that closes a value: not escaped, and not doubled.
fn closing(inside: &str, close: &str) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + inside.get(from..)?.find(close)?;
        let backslashes = inside.get(..at)?.bytes().rev().take_while(|byte| *byte == b'\\').count();
        let after = inside.get(at + close.len()..)?;
        let is_doubled = close.len() == 1 && after.starts_with(close);
        // one more backslash is a mark inside the value
        let is_escaped =
            if close.len() == 1 { backslashes % 2 == 1 } else { close.starts_with('\\') && backslashes > 0 };
        // a mark in the middle of a word does not close: it's
        let is_inner = close == "'" && after.chars().next().is_some_and(char::is_alphanumeric);
        if !is_doubled && !is_escaped && !is_inner {
            return Some(at);
        }
        from = at + close.len() * if is_doubled { 2 } else { 1 };
    }
}

/// Attributes of a cookie, which are no secrets, in lower case.
const COOKIE_ATTRIBUTES: [&str; 6] = ["path", "domain", "expires", "max-age", "samesite", "version"];

/// Byte ranges of the values in a list of cookies: `a=1; b=2; Path=/`.
pub(super) fn cookies(text: &str, list: Range<usize>) -> Vec<Range<usize>> {
    let mut values = Vec::new();
    let mut at = list.start;
    for part in text.get(list).unwrap_or_default().split_inclusive(';') {
        let start = at;
        at += part.len();
        let Some((name, rest)) = part.split_once('=') else { continue };
        let name = name.trim().trim_start_matches(['"', '\'']);
        if !COOKIE_ATTRIBUTES.iter().any(|attribute| name.eq_ignore_ascii_case(attribute)) {
            let value = rest.trim_end_matches(';');
            let end = value.find(|one: char| one.is_whitespace() || one == ',').unwrap_or(value.len());
            let from = start + part.len() - rest.len();
            values.extend(usable(text, from..from + end));
        }
    }
    values
}

/// Length of a value without quotes at the start of a line.
fn bare(line: &str) -> usize {
    let mut end = word(line);
    let first = line.get(..end).unwrap_or_default();
    // a phrase in capitals: My Secret Phrase
    let is_name = |word: &str| {
        word.chars().next().is_some_and(char::is_uppercase)
            && word.chars().all(char::is_alphanumeric)
            && word.chars().any(char::is_lowercase)
    };
    let mut left = if is_name(first) { WORDS - 1 } else { 0 };
    while left > 0 {
        let Some(next) = line.get(end..).and_then(|rest| rest.strip_prefix(' ')) else { break };
        let length = word(next);
        let begins = next.chars().next().is_some_and(|one| one.is_uppercase() || one.is_ascii_digit());
        if !begins || is_key(next) {
            break;
        }
        end += 1 + length;
        left -= 1;
    }
    end
}

/// Length of the first word of a value: to white space, or to a delimiter or a closing mark with which it ends.
fn word(line: &str) -> usize {
    let mut open: Vec<char> = Vec::new();
    for (at, one) in line.char_indices() {
        let rest = line.get(at + one.len_utf8()..).unwrap_or_default();
        let is_last =
            rest.chars().next().is_none_or(|next| next.is_whitespace() || "\"'])},;<".contains(next));
        match one {
            _ if one.is_whitespace() => return at,
            '(' => open.push(')'),
            '[' => open.push(']'),
            '{' => open.push('}'),
            ')' | ']' | '}' if open.last() == Some(&one) => {
                open.pop();
            }
            ')' | ']' | '}' | '"' | '\'' | '`' if is_last && at > 0 => return at,
            // the end of an element, and of a field of an ECE record
            '<' if at > 0 && rest.starts_with('/') => return at,
            '\\' if at > 0 && rest.starts_with('"') => return at,
            '&' if rest.starts_with("quot;") || rest.starts_with("lt;") || rest.starts_with("gt;") => {
                return at;
            }
            _ if DELIMITERS.contains(&one)
                && at > 0
                && (is_last && !rest.starts_with(';') || is_key(rest)) =>
            {
                return at;
            }
            _ => {}
        }
    }
    line.len()
}

/// Returns whether a text begins with another field: `user=`, `"user":`, `ssl = `.
fn is_key(text: &str) -> bool {
    let text = text.trim_start();
    let text = text.trim_start_matches(['"', '\'', '\\', '{', '[']);
    let is_name = |one: &(usize, char)| one.1.is_alphanumeric() || "_-.$ ".contains(one.1);
    // a longer one is no name
    let name: usize = text.char_indices().take(41).take_while(is_name).map(|(_, one)| one.len_utf8()).sum();
    let after = text.get(name..).unwrap_or_default().trim_start_matches(['"', '\'', '\\']).trim_start();
    (1..=40).contains(&name) && after.starts_with(['=', ':', '\u{ff1d}', '\u{ff1a}'])
}
