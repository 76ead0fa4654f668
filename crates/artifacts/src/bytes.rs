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

/// Bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
