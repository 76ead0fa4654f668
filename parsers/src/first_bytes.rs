//! [`FirstBytes`]: possible first bytes of a message, as a filter for lines in files of other formats.

/// A set of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ByteClass {
    /// This byte.
    Byte(u8),
    /// `0` to `9`.
    Digit,
    /// `A` to `Z`.
    Upper,
    /// `a` to `z`.
    Lower,
    /// `0` to `9`, `A` to `Z`, `a` to `z`.
    Alphanumeric,
}

/// The first bytes of a line, one class for each.
pub type FirstBytes = &'static [ByteClass];

use ByteClass::{Alphanumeric, Byte, Digit, Lower, Upper};

/// The first bytes of most log messages. Frames of a stack trace fail at their first byte, and most lines of text at their
/// fourth.
pub const COMMON: &[FirstBytes] = &[
    &[Digit],
    &[Byte(b'*')],
    &[Byte(b'['), Alphanumeric],
    &[Byte(b'<'), Digit],
    &[Byte(b'{'), Byte(b'"')],
    &[Byte(b'#'), Byte(b' ')],
    // `Nov 21 2026`
    &[Upper, Lower, Lower, Byte(b' ')],
];

impl ByteClass {
    /// Returns whether the byte is in the set.
    pub(crate) fn contains(self, byte: u8) -> bool {
        match self {
            ByteClass::Byte(own) => byte == own,
            ByteClass::Digit => byte.is_ascii_digit(),
            ByteClass::Upper => byte.is_ascii_uppercase(),
            ByteClass::Lower => byte.is_ascii_lowercase(),
            ByteClass::Alphanumeric => byte.is_ascii_alphanumeric(),
        }
    }
}

/// Returns whether a line begins with one of these.
pub(crate) fn begins(line: &[u8], allowed: &[FirstBytes]) -> bool {
    let fits = |classes: &FirstBytes| {
        line.len() >= classes.len() && classes.iter().zip(line).all(|(class, byte)| class.contains(*byte))
    };
    allowed.iter().any(fits)
}

#[cfg(test)]
mod tests {
    use super::{COMMON, begins};

    #[test]
    fn stack_frames_and_sentences_are_not_messages() {
        for line in ["2026-11-21", "[main]", "<134>", "{\"time\"", "# A fatal", "Nov 21, 2026", "*Nov"] {
            assert!(begins(line.as_bytes(), COMMON), "{line}");
        }
        for line in
            ["", "\tat a.b(C.java:1)", " 2026", "Caused by: x", "[ x", "<log4j:event", "No", "{ \"a\""]
        {
            assert!(!begins(line.as_bytes(), COMMON), "{line}");
        }
    }
}
