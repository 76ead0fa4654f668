//! Text of a log, made harmless for a terminal.
//!
//! A log holds text that strangers typed: names, subjects, URLs. An escape sequence in it can rename the window, move
//! the cursor, or write to the clipboard; a bidirectional mark can make a line read as its opposite.

use std::borrow::Cow;
use std::fmt::Write as _;

/// `text` on one line, with invisible characters made visible: control characters as their pictures (NUL is `␀`, ESC
/// is `␛`), others as `U+202E`; tabs become spaces.
pub fn clean(text: &str) -> Cow<'_, str> {
    if is_printable(text) || !text.chars().any(|one| one == '\t' || is_dangerous(one)) {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len() + 16);
    for one in text.chars() {
        match one {
            '\t' => clean.push_str("    "),
            '\0'..='\x1f' => clean.push(char::from_u32(0x2400 + one as u32).unwrap_or('\u{fffd}')),
            '\x7f' => clean.push('\u{2421}'),
            _ if is_dangerous(one) => {
                let _ = write!(clean, "U+{:04X}", one as u32);
            }
            _ => clean.push(one),
        }
    }
    Cow::Owned(clean)
}

/// Returns whether a text has printable characters of ASCII only, as nearly all text of logs.
#[inline]
pub fn is_printable(text: &str) -> bool {
    // without an early end the compiler tests many bytes at once
    text.bytes().fold(true, |all, byte| all & (byte.wrapping_sub(b' ') < 0x5f))
}

/// Returns whether a character is a control character, a mark that changes the direction of text, a separator that some
/// terminals take for a line end, or invisible: with such characters a text looks like another one.
pub fn is_dangerous(one: char) -> bool {
    // nearly all text is below the first of them
    one.is_control()
        || one >= '\u{ad}'
            && matches!(one,
                '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}'
                | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_cannot_be_seen_is_shown() {
        assert_eq!(clean("data 52e, v2580\0]"), "data 52e, v2580\u{2400}]");
        assert_eq!(clean("a\x1b]0;title\x07b"), "a\u{241b}]0;title\u{2407}b");
        assert_eq!(clean("\tat x\u{9b}2J\u{202e}"), "    at xU+009B2JU+202E");
        assert_eq!(clean("pass\u{200b}word\u{ad}\u{e0041}\u{61c}"), "passU+200BwordU+00ADU+E0041U+061C");
        assert!(matches!(clean("Niccolò 严重 \u{26a0}\u{fe0f}"), Cow::Borrowed(_)));
    }

    proptest! {
        #[test]
        fn nothing_dangerous_is_left(text in any::<String>()) {
            prop_assert!(!clean(&text).chars().any(is_dangerous));
            prop_assert_eq!(is_printable(&text), text.chars().all(|one| (' '..='~').contains(&one)));
        }
    }
}
