//! Normal forms of a message: undoes the changes that a ticket, a mail, a web page or a narrow terminal made to a
//! log.
//!
//! Literals and patterns are tried on the message itself first; only if the result is doubtful are its normal forms
//! made, one after the other: with entities, full-width characters and spaces replaced; with its lines joined,
//! without spaces after a dot in a dotted name; with its lines joined without a space where a wrap split a word.
//!
//! Stack frames are left out: they name the caller, and joined to one line they would mix many lines. The joined
//! length is limited, because a pattern must not match across a whole file.

use std::borrow::Cow;
use std::sync::LazyLock;

use memchr::{memchr, memchr_iter, memchr2, memmem};
use spoglight_parsers::grammar::is_frame;

/// Bytes of a message that are used.
const LONGEST: usize = 16 << 10;

/// Maximum number of joined lines.
const LINES: usize = 64;

/// HTML entities that tools write into logs, and their characters.
const ENTITIES: &[(&[u8], &[u8])] = &[
    (b"lt", b"<"),
    (b"gt", b">"),
    (b"amp", b"&"),
    (b"quot", b"\""),
    (b"apos", b"'"),
    (b"nbsp", b" "),
    (b"ndash", b"-"),
    (b"mdash", b"-"),
    (b"lsquo", b"'"),
    (b"rsquo", b"'"),
    (b"ldquo", b"\""),
    (b"rdquo", b"\""),
];

/// The normal forms of a message, each only if it differs from the one before.
pub(crate) fn forms(message: &[u8]) -> Vec<Vec<u8>> {
    let message = message.get(..LONGEST).unwrap_or(message);
    let mut forms = Vec::new();
    let plain = plain(message);
    let lines = plain.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let lines: Vec<&[u8]> = lines.filter(|line| !line.is_empty() && !is_frame(line)).take(LINES).collect();
    if lines.iter().skip(1).any(|line| !is_of_a_trace(line)) {
        forms.push(undotted(&lines.join(&b' ')));
        forms.push(lines.concat());
    } else if let Some(line) = lines.iter().find(|line| memmem::find(line, b". ").is_some()) {
        let undotted = undotted(line);
        if undotted != *line {
            forms.push(undotted);
        }
    }
    if let Cow::Owned(plain) = plain {
        forms.insert(0, plain);
    }
    forms
}

/// Returns whether a line begins like one between the frames of a stack trace: no wrap made it.
fn is_of_a_trace(line: &[u8]) -> bool {
    if [&b"Caused by: "[..], b"Suppressed: ", b"... "].iter().any(|start| line.starts_with(start)) {
        return true;
    }
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || b"_$.".contains(byte);
    let length = line.iter().take_while(is_name).count();
    let name = line.get(..length).unwrap_or_default();
    let dots = memchr_iter(b'.', name).count();
    dots >= 2 && !name.ends_with(b".") && matches!(line.get(length), None | Some(b':'))
}

/// Replaces entities, full-width characters, typographic quotes, and repeated spaces.
fn plain(text: &[u8]) -> Cow<'_, [u8]> {
    static SPACES: LazyLock<memmem::Finder<'static>> = LazyLock::new(|| memmem::Finder::new(b"  "));
    let is_plain = memchr(b'&', text).is_none() && text.is_ascii() && SPACES.find(text).is_none();
    if is_plain {
        return Cow::Borrowed(text);
    }
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(&byte) = rest.first() {
        let (length, is) = match byte {
            b'&' => entity(rest),
            0xc2 | 0xe2 | 0xe3 | 0xef => wide(rest),
            b'\t' => (1, Some(Cow::Borrowed(&b" "[..]))),
            _ => (1, None),
        };
        let (part, next) = rest.split_at(length.clamp(1, rest.len()));
        match is.as_deref().unwrap_or(part) {
            b" " if out.last() == Some(&b' ') => {}
            part => out.extend_from_slice(part),
        }
        rest = next;
    }
    if out == text { Cow::Borrowed(text) } else { Cow::Owned(out) }
}

type Part = (usize, Option<Cow<'static, [u8]>>);

/// The character of an entity, and its length.
fn entity(text: &[u8]) -> Part {
    let head = text.get(1..text.len().min(10)).unwrap_or_default();
    let Some(end) = memchr2(b';', b'&', head).filter(|end| head.get(*end) == Some(&b';')) else {
        return (1, None);
    };
    let name = head.get(..end).unwrap_or_default();
    let length = end + 2;
    if let Some((_, is)) = ENTITIES.iter().find(|(known, _)| *known == name) {
        return (length, Some(Cow::Borrowed(is)));
    }
    let number = match name {
        [b'#', b'x' | b'X', digits @ ..] => {
            std::str::from_utf8(digits).ok().and_then(|digits| u32::from_str_radix(digits, 16).ok())
        }
        [b'#', digits @ ..] => std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok()),
        _ => None,
    };
    match number.and_then(char::from_u32).filter(|letter| !letter.is_control()) {
        Some('\u{a0}') => (length, Some(Cow::Borrowed(b" "))),
        Some(letter) => (length, Some(Cow::Owned(letter.to_string().into_bytes()))),
        None => (1, None),
    }
}

/// The ASCII character for a full-width or typographic one.
fn wide(text: &[u8]) -> Part {
    let letter = match text {
        [0xc2, 0xa0, ..] => return (2, Some(Cow::Borrowed(b" "))),
        [first, second, third, ..] if first & 0xf0 == 0xe0 => {
            (u32::from(first & 0x0f) << 12) | (u32::from(second & 0x3f) << 6) | u32::from(third & 0x3f)
        }
        _ => return (1, None),
    };
    let is: &'static [u8] = match letter {
        // full-width forms are in the order of ASCII
        0xff01..=0xff5e => {
            let ascii = u8::try_from(letter - 0xff01 + 0x21).unwrap_or(b'?');
            return (3, Some(Cow::Owned(vec![ascii])));
        }
        0x3000 | 0x2002..=0x200a | 0x202f => b" ",
        0x200b | 0xfeff => b"",
        0x2018 | 0x2019 => b"'",
        0x201c | 0x201d => b"\"",
        0x2010..=0x2015 => b"-",
        0x3001 => b",",
        0x3002 => b".",
        _ => return (3, None),
    };
    (3, Some(Cow::Borrowed(is)))
}

/// A line without the spaces after a dot in a dotted name: `javax.naming. CommunicationException`.
fn undotted(line: &[u8]) -> Vec<u8> {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"_$.".contains(byte);
    let mut out: Vec<u8> = Vec::with_capacity(line.len());
    for (at, byte) in line.iter().enumerate() {
        let is_blank = *byte == b' ' && out.last() == Some(&b'.');
        if is_blank && line.get(at + 1).is_some_and(u8::is_ascii_alphabetic) {
            let word = out.iter().rev().take_while(|byte| is_name(byte)).count();
            let word = out.get(out.len() - word..).unwrap_or_default();
            let parts = memchr_iter(b'.', word).count();
            let is_package = [&b"java."[..], b"javax.", b"sun.", b"com.", b"org.", b"net.", b"io."]
                .iter()
                .any(|root| word.starts_with(root));
            if is_package && (parts > 1 || word.len() <= 6) {
                continue;
            }
        }
        out.push(*byte);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(message: &str) -> Vec<String> {
        forms(message.as_bytes())
            .into_iter()
            .map(|form| String::from_utf8_lossy(&form).into_owned())
            .collect()
    }

    #[test]
    fn what_is_as_it_should_be_has_no_other_form() {
        assert_eq!(texts("javax.naming.CommunicationException: dc01:636"), Vec::<String>::new());
        assert_eq!(texts("It ended. The next one began"), Vec::<String>::new());
        let trace =
            "a message\njava.io.IOException: x\n\tat a.B.c(D.java:1)\nCaused by: a.b.C: y\n\t... 2 more";
        assert_eq!(texts(trace), Vec::<String>::new());
    }

    #[test]
    fn wraps_are_undone() {
        assert_eq!(
            texts("javax.naming.\nCommunicationException: dc01"),
            ["javax.naming.CommunicationException: dc01", "javax.naming.CommunicationException: dc01"]
        );
        assert_eq!(texts("Rec\neived fatal alert")[1], "Received fatal alert");
        assert_eq!(texts("javax.naming. NamingException: x"), ["javax.naming.NamingException: x"]);
    }

    #[test]
    fn what_pages_and_widths_make_of_a_line() {
        assert_eq!(texts("alias &lt;a&gt; &quot;b&quot; it&#39;s &#x41;"), ["alias <a> \"b\" it's A"]);
        assert_eq!(texts("错误：LDAP，（data　52e）"), ["错误:LDAP,(data 52e)"]);
        assert_eq!(texts("a   b\u{a0}c"), ["a b c"]);
        assert_eq!(texts("a &; b &nothing; c &#0; d"), Vec::<String>::new());
    }
}
