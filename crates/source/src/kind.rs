//! Files that are not text, recognised by their first bytes.

/// First bytes of files that occur in bundles and are not logs, with a description and advice.
const KNOWN: &[(&[u8], &str, &str)] = &[
    (b"Rar!\x1a\x07", "a RAR archive", UNPACK),
    (b"ElfFile\0", "a Windows event log (.evtx)", "export it as text or CSV in the Event Viewer"),
    (b"\xfe\xed\xfe\xed", "a Java keystore", "list it with `keytool -list -v -keystore FILE`"),
    (b"MZ", "a Windows program or library", NOTHING),
    (b"\x7fELF", "a program", NOTHING),
    (b"\xca\xfe\xba\xbe", "a Java class file", NOTHING),
    (b"JAVA PROFILE", "a Java heap dump", "open it in a heap analyser"),
    (b"%PDF", "a PDF", "open it in a reader"),
    (b"\x89PNG", "a picture", "open it in a viewer"),
    (b"\xff\xd8\xff", "a picture", "open it in a viewer"),
    (b"\xd0\xcf\x11\xe0", "an Office document", "open it in its program"),
    (b"SQLite format 3\0", "an SQLite database", NOTHING),
];

const UNPACK: &str = "unpack it and point spoglight at the folder";
const NOTHING: &str = "it is not a log; nothing to do";

/// Returns whether [`not_text`] described a document or a picture, which users send instead of a log.
pub fn is_document(what: &str) -> bool {
    ["a PDF", "a picture", "an Office document"].iter().any(|kind| what.contains(kind))
}

/// Control bytes per 100 that text may contain. Logs contain some: Active Directory ends its error text with a NUL.
const CONTROL_PERCENT: usize = 5;

/// Description and advice for a file that begins with `head` and is not text. The caller excludes UTF-16 before.
pub fn not_text(head: &[u8]) -> Option<(&'static str, &'static str)> {
    if let Some((_, what, advice)) = KNOWN.iter().find(|(magic, _, _)| head.starts_with(magic)) {
        return Some((what, advice));
    }
    let control = head.iter().filter(|byte| matches!(byte, 0..=8 | 14..=26 | 28..=31)).count();
    if control == head.len() && !head.is_empty() {
        return Some((
            "filled with zero or control bytes",
            "its writer was stopped, or the copy failed: collect it again",
        ));
    }
    (control * 100 > head.len() * CONTROL_PERCENT)
        .then_some(("binary data", "if it is a log, convert it to text first"))
}
