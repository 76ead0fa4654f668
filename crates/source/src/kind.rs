//! Files that are not text, recognised by their first bytes.

use crate::problem::ProblemKind::{self, Document, Keystore, Other};

/// A file that is not text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotText {
    /// Kind of the file, for the checks.
    pub kind: ProblemKind,
    /// Name with an article.
    pub what: &'static str,
    /// Advice for the user.
    pub advice: &'static str,
}

/// First bytes of files that occur in bundles and are not logs, with kind, name and advice.
const KNOWN: &[(&[u8], ProblemKind, &str, &str)] = &[
    (b"Rar!\x1a\x07", Other, "a RAR archive", UNPACK),
    (b"\xfe\xed\xfe\xed", Keystore, "a Java keystore", "list it with `keytool -list -v -keystore FILE`"),
    (b"MZ", Other, "a Windows program or library", NOTHING),
    (b"\x7fELF", Other, "a program", NOTHING),
    (b"\xca\xfe\xba\xbe", Other, "a Java class file", NOTHING),
    (b"JAVA PROFILE", Other, "a Java heap dump", "open it in a heap analyser"),
    (b"%PDF", Document, "a PDF", "open it in a reader"),
    (b"\x89PNG", Document, "a picture", "open it in a viewer"),
    (b"\xff\xd8\xff", Document, "a picture", "open it in a viewer"),
    (b"\xd0\xcf\x11\xe0", Document, "an Office document", "open it in its program"),
    (b"SQLite format 3\0", Other, "an SQLite database", NOTHING),
];

const UNPACK: &str = "unpack it and point spoglight at the folder";
const NOTHING: &str = "it is not a log; nothing to do";

/// Control bytes per 100 that text may contain. Logs contain some: Active Directory ends its error text with a NUL.
const CONTROL_PERCENT: usize = 5;

/// Bytes among which a file that begins with letters has a zero if it is not text: the header of a program has many.
const HEADER: usize = 64;

/// Returns whether a file begins like this. A text may begin with the same letters.
fn is_begun(head: &[u8], magic: &[u8]) -> bool {
    let is_word = magic.iter().all(|byte| byte.is_ascii_alphabetic() || *byte == b' ');
    let has_zero = || head.iter().take(HEADER).any(|byte| *byte == 0);
    head.starts_with(magic) && (!is_word || has_zero())
}

/// Returns the kind of a file that begins with `head` and is not text. The caller excludes UTF-16 before.
pub fn not_text(head: &[u8]) -> Option<NotText> {
    if let Some((_, kind, what, advice)) = KNOWN.iter().find(|(magic, ..)| is_begun(head, magic)) {
        return Some(NotText { kind: *kind, what, advice });
    }
    let control = head.iter().filter(|byte| matches!(byte, 0..=8 | 14..=26 | 28..=31)).count();
    if control == head.len() && !head.is_empty() {
        return Some(NotText {
            kind: Other,
            what: "filled with zero or control bytes",
            advice: "its writer was stopped, or the copy failed: collect it again",
        });
    }
    (control * 100 > head.len() * CONTROL_PERCENT).then_some(NotText {
        kind: Other,
        what: "binary data",
        advice: "if it is a log, convert it to text first",
    })
}

#[cfg(test)]
mod tests {
    use super::not_text;

    #[test]
    fn a_text_may_begin_with_the_letters_of_another_kind() {
        let what = |head: &[u8]| not_text(head).map(|found| found.what);
        for text in [&b"MZ"[..], b"MZ 10:00:00 restarted\n", b"JAVA PROFILE of the server\n"] {
            assert_eq!(what(text), None, "{}", String::from_utf8_lossy(text));
        }
        assert_eq!(what(b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff"), Some("a Windows program or library"));
        assert_eq!(what(b"JAVA PROFILE 1.0.2\0\0\0\0\x08"), Some("a Java heap dump"));
        assert_eq!(what(b"%PDF-1.7\n%\xe2\xe3"), Some("a PDF"));
    }
}
