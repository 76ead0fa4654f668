//! Whatever the bytes are: parsing answers, borrows from what it was given, and both parsers agree on what a message is.
//!
//! The check is that of the fuzz target, on random bytes that look like logs. `tests/it/fuzz.rs` runs it on every input on which
//! the target once failed.

#[path = "../../../fuzz/src/formats.rs"]
#[allow(missing_docs, clippy::expect_used)]
mod fuzz;

use proptest::prelude::*;
use spoglight_parsers::formats;

/// Bytes that look enough like logs to get past the first test of every format: pieces of their examples, and others.
fn loglike() -> impl Strategy<Value = Vec<u8>> {
    let examples: Vec<&[u8]> = formats::ALL.iter().map(|format| format.example().as_bytes()).collect();
    let piece = (prop::sample::select(examples), any::<prop::sample::Index>(), any::<prop::sample::Index>());
    let piece = piece.prop_map(|(example, from, to)| {
        let (from, to) = (from.index(example.len() + 1), to.index(example.len() + 1));
        example[from.min(to)..from.max(to)].to_vec()
    });
    let examples: Vec<Vec<u8>> =
        formats::ALL.iter().map(|format| format.example().as_bytes().to_vec()).collect();
    let pieces = prop_oneof![
        4 => piece,
        2 => prop::sample::select(examples),
        1 => Just(b"\n\tat x.Y.z(Y.java:1)\r\n".to_vec()),
        1 => Just(b"\n".to_vec()),
        1 => Just("严重 ".as_bytes().to_vec()),
        1 => Just(b"\xd1\xcf\xd6\xd8 [".to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..12),
    ];
    prop::collection::vec(pieces, 0..14).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn parsing_answers_and_borrows(message in loglike()) {
        fuzz::check(&message);
    }
}
