//! Helpers for file names and bytes that every reader needs.

use std::borrow::Cow;

use encoding_rs::{Encoding, WINDOWS_1252};

/// The file's own name, after the last `/` or `!`, in lower case.
pub(crate) fn file_name(path: &str) -> String {
    path.rsplit(['/', '\\', '!']).next().unwrap_or(path).to_lowercase()
}

/// Decodes a text file, and returns whether it begins with a byte order mark. Text that is neither UTF-8 nor marked
/// is decoded as Windows' western code page: the names that matter are ASCII, and the rest must only not be lost.
pub(crate) fn text(bytes: &[u8]) -> (Cow<'_, str>, bool) {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let (text, _) = encoding.decode_without_bom_handling(bytes.get(mark..).unwrap_or_default());
        return (text, true);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => (Cow::Borrowed(text), false),
        Err(_) => (WINDOWS_1252.decode_without_bom_handling(bytes).0, false),
    }
}

/// Lines with text at the beginning of a file by which it is taken for a log.
const ASKED: usize = 40;

/// Lines of a log that there must be among them. Those below a message, such as a stack trace, have no time.
const LEAST: usize = 4;

/// Returns whether a file begins like a log, so that readers which look at the lines of texts need not look at it: several of
/// its first lines have a time of day near their beginning.
pub(crate) fn is_log(head: &[u8]) -> bool {
    let lines = head.split(|byte| *byte == b'\n').filter(|line| line.len() > 1).take(ASKED);
    lines.filter(|line| is_timed(line)).take(LEAST).count() == LEAST
}

/// Returns whether a line has a time of day near its beginning. The samples of a clock and the list of core dumps have one,
/// too, and are no log.
fn is_timed(line: &[u8]) -> bool {
    let Some(at) = time_of_day(line) else { return false };
    let is_sample = at == 0 && line.get(8..10) == Some(b", ");
    let is_core = line.get(at + 8..).is_some_and(|rest| rest.trim_ascii_start().starts_with(b"core."));
    !is_sample && !is_core
}

/// Position of a time of day near the beginning of a line. Bytes in hexadecimal (`3b:12:34:56:9a`) are none.
pub(crate) fn time_of_day(line: &[u8]) -> Option<usize> {
    const NEAR: usize = 48;
    let head = line.get(..line.len().min(NEAR)).unwrap_or_default();
    let is_time = |time: &[u8]| {
        time.iter()
            .enumerate()
            .all(|(at, byte)| if at == 2 || at == 5 { *byte == b':' } else { byte.is_ascii_digit() })
    };
    let at = head.windows(8).position(is_time)?;
    (!is_hex_dump(line, at)).then_some(at)
}

/// Returns whether a position is in a run of four bytes in hexadecimal, or more, with `:` between them.
fn is_hex_dump(line: &[u8], at: usize) -> bool {
    let is_of_run = |byte: &&u8| byte.is_ascii_hexdigit() || **byte == b':';
    let (before, after) = line.split_at_checked(at).unwrap_or_default();
    let from = at - before.iter().rev().take(200).take_while(is_of_run).count();
    let to = at + after.iter().take(200).take_while(is_of_run).count();
    let run = line.get(from..to).unwrap_or_default();
    let parts = run.split(|byte| *byte == b':').filter(|part| !part.is_empty());
    parts.clone().count() > 3 && parts.clone().all(|part| part.len() == 2)
}

/// Bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
