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

/// Returns the kind of a file that begins with `head` and is not text. The caller excludes UTF-16 before.
pub fn not_text(head: &[u8]) -> Option<NotText> {
    if let Some((_, kind, what, advice)) = KNOWN.iter().find(|(magic, ..)| head.starts_with(magic)) {
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
