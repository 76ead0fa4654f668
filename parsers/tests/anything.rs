//! Whatever the bytes are: parsing answers, borrows from what it was given, and loses nothing of the line.

use proptest::prelude::*;
use spoglight_parsers::{Event, formats};

/// Bytes that look enough like logs to get past the first test of every format.
fn loglike() -> impl Strategy<Value = Vec<u8>> {
    let pieces = prop_oneof![
        Just(b"2026-11-21 13:31:09.940 GMT+0000 <@> ".to_vec()),
        Just(b"2011-05-01 19:02:23.758 GMT-04:00 <@> INFO <@> [1:a] <@> ".to_vec()),
        Just(b"21-Nov-2026 10:00:00.123 SEVERE [".to_vec()),
        Just(b"[2026-11-21T13:31:09,94Z] WARN ".to_vec()),
        Just(b"<@>".to_vec()),
        Just(b" <@> ".to_vec()),
        Just(b"] a.b.c ".to_vec()),
        Just(b"Key:".to_vec()),
        Just(b"\n\tat x.Y.z(Y.java:1)\r\n".to_vec()),
        Just("严重 ".as_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 0..12),
    ];
    prop::collection::vec(pieces, 0..14).prop_map(|pieces| pieces.concat())
}

/// The texts of an event, in the order in which they stand in the message.
fn texts<'a>(event: &Event<'a>) -> Vec<&'a [u8]> {
    let mut texts = vec![event.level_word, event.thread];
    texts.extend(event.fields.iter().flat_map(|(key, value)| [*key, *value]));
    texts.extend([event.class, event.method, event.message, event.rest]);
    texts
}

proptest! {
    #[test]
    fn parsing_answers_and_borrows(message in loglike()) {
        let bounds = message.as_ptr_range();
        for format in formats::ALL.iter().copied().chain([formats::TEXT]) {
            let line = message.split(|byte| *byte == b'\n').next().unwrap_or_default();
            let head = format.begin(line);
            let event = format.parse(&message);
            for text in texts(&event) {
                let range = text.as_ptr_range();
                prop_assert!(text.is_empty() || bounds.start <= range.start && range.end <= bounds.end);
            }
            if let (Some(head), false) = (head, line.contains(&b'\r')) {
                prop_assert_eq!(head.stamp, event.stamp);
            }
        }
        let _ = formats::detect(&message);
    }
}
