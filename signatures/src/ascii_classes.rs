//! Patterns whose character classes are of bytes: `\w` and `[^"]` of Unicode are automata of some hundred states each, and a
//! pattern with ten of them takes megabytes and milliseconds. Logs are searched as bytes anyway.
//!
//! A large class (`\w`, `\s`, `.`, `[^:]`) keeps its ASCII characters, and has all other bytes if it has letters such as `é`.
//! So `\w+` still matches `müller`; `\s` and `\d` are those of ASCII. A small class (`[:：]`) and text outside ASCII stay as
//! they are. `\b` is a boundary of ASCII words. Case folding leaves out the Kelvin sign and the long s.
//!
//! Doubt: `.{1,60}` counts bytes, and a capture may end within a character; the rest of it is dropped where a value is kept.

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{
    Capture, Class, ClassBytes, ClassBytesRange, ClassUnicode, Hir, HirKind, Look, Repetition,
};

/// Characters outside ASCII from which on a class is large.
const LARGE: usize = 16;

/// A letter of every class of letters outside ASCII.
const LETTER: char = 'é';

/// Letters outside ASCII that are other cases of `k` and `s`.
const FOLDED: [char; 2] = ['\u{212a}', '\u{17f}'];

/// The pattern with classes of bytes, `^` and `$` at lines; `None` if it is invalid.
pub(crate) fn of(pattern: &str) -> Option<String> {
    let hir = ParserBuilder::new().multi_line(true).utf8(false).build().parse(pattern).ok()?;
    Some(narrow(hir).to_string())
}

fn narrow(hir: Hir) -> Hir {
    match hir.into_kind() {
        HirKind::Empty => Hir::empty(),
        HirKind::Literal(literal) => Hir::literal(literal.0),
        HirKind::Class(Class::Unicode(class)) => Hir::class(of_class(class)),
        HirKind::Class(class) => Hir::class(class),
        HirKind::Look(look) => Hir::look(match look {
            Look::WordUnicode => Look::WordAscii,
            Look::WordUnicodeNegate => Look::WordAsciiNegate,
            Look::WordStartUnicode => Look::WordStartAscii,
            Look::WordEndUnicode => Look::WordEndAscii,
            Look::WordStartHalfUnicode => Look::WordStartHalfAscii,
            Look::WordEndHalfUnicode => Look::WordEndHalfAscii,
            other => other,
        }),
        HirKind::Repetition(Repetition { min, max, greedy, sub }) => {
            Hir::repetition(Repetition { min, max, greedy, sub: Box::new(narrow(*sub)) })
        }
        HirKind::Capture(Capture { index, name, sub }) => {
            Hir::capture(Capture { index, name, sub: Box::new(narrow(*sub)) })
        }
        HirKind::Concat(parts) => Hir::concat(parts.into_iter().map(narrow).collect()),
        HirKind::Alternation(parts) => Hir::alternation(parts.into_iter().map(narrow).collect()),
    }
}

fn of_class(class: ClassUnicode) -> Class {
    let is_ascii = |range: &&regex_syntax::hir::ClassUnicodeRange| range.start().is_ascii();
    let ascii = class.ranges().iter().filter(is_ascii).map(|range| {
        let end = u8::try_from(range.end()).map_or(0x7f, |end| end.min(0x7f));
        ClassBytesRange::new(u8::try_from(range.start()).unwrap_or(0x7f), end)
    });
    let mut bytes = ClassBytes::new(ascii);
    let outside =
        |letter: char| class.ranges().iter().any(|range| (range.start()..=range.end()).contains(&letter));
    let others = class.ranges().iter().map(|range| {
        let start = u32::from(range.start()).max(0x80);
        (u32::from(range.end()) + 1).saturating_sub(start) as usize
    });
    let folded =
        if bytes.ranges().is_empty() { 0 } else { FOLDED.into_iter().filter(|one| outside(*one)).count() };
    match others.sum::<usize>() {
        count if count <= folded => Class::Bytes(bytes),
        count if count < LARGE => Class::Unicode(class),
        _ => {
            if outside(LETTER) {
                bytes.push(ClassBytesRange::new(0x80, 0xff));
            }
            Class::Bytes(bytes)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use regex::bytes::Regex;

    #[test]
    fn large_classes_match_the_same_text() {
        for (pattern, text, found) in [
            (r"user (?P<user>\w+) failed", "user müller failed", Some("user müller failed")),
            (r"user (?P<user>[\w.]+)", "user j.müller@x", Some("user j.müller")),
            (r#"name="[^"\r\n]*""#, "name=\"größe\" x", Some("name=\"größe\"")),
            (r"\W+", "ü: ", Some(": ")),
            (r"a\sb", "a\u{a0}b", None),
            (r"\d+", "٣4", Some("4")),
            ("(?i)disk", "DISK", Some("DISK")),
            ("[:：] ?x", "： x", Some("： x")),
            ("密码|пароль", "пароль=1", Some("пароль")),
            (r"\bdisk\b", "a disk.", Some("disk")),
            (r"^b$", "a\nb\nc", Some("b")),
            (r"(?s)a.*c", "a\nü\nc", Some("a\nü\nc")),
        ] {
            let narrowed = of(pattern).unwrap_or_else(|| panic!("{pattern} is invalid"));
            let regex = Regex::new(&narrowed).unwrap_or_else(|error| panic!("{narrowed}: {error}"));
            let is = regex
                .find(text.as_bytes())
                .map(|found| String::from_utf8_lossy(found.as_bytes()).into_owned());
            assert_eq!(is.as_deref(), found, "{pattern} as {narrowed}");
        }
        assert_eq!(of("("), None);
    }

    #[test]
    fn names_of_captures_stay() {
        let regex =
            Regex::new(&of(r"(?P<host>[\w.]+):(?P<port>\d+)").expect("a pattern")).expect("it compiles");
        assert_eq!(regex.capture_names().flatten().collect::<Vec<_>>(), ["host", "port"]);
    }
}
