//! [`Sketch`]: a few messages of a source, to recognize them in another.

use serde::{Deserialize, Serialize};
use spoglight_model::Empty;
use spoglight_time::units::MILLI;

/// Hashes of messages that a [`Sketch`] keeps.
const SKETCH: usize = 128;

/// A few messages of a source, by the hash of their first line, chosen by their content: two sources with the same messages
/// choose the same.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sketch(
    /// In their order.
    Vec<u64>,
);

impl Empty for Sketch {
    const EMPTY: &'static Sketch = &Sketch(Vec::new());
}

impl Sketch {
    /// Returns true for timestamps of messages that may be kept: one of eight, by the last digits.
    pub(super) fn wants(stamp: &spoglight_parsers::RawTimestamp) -> bool {
        let millis = (stamp.wall / MILLI) as u64;
        millis.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 61 == 0
    }

    /// Keeps a message, if its hash is among the smallest.
    pub(super) fn keep(&mut self, mark: u64) {
        if self.0.len() >= SKETCH && self.0.last().is_some_and(|last| mark >= *last) {
            return;
        }
        if let Err(place) = self.0.binary_search(&mark) {
            self.0.truncate(SKETCH - 1);
            // most files have few messages
            if self.0.is_empty() {
                self.0.reserve_exact(1);
            }
            self.0.insert(place, mark);
        }
    }

    /// Number of messages.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The messages, by their hash.
    pub(super) fn iter(&self) -> impl Iterator<Item = u64> {
        self.0.iter().copied()
    }

    /// Number of messages of this sketch that can be searched in others, and number of these that are in one of them.
    pub(super) fn shared(&self, others: &[&Sketch]) -> (usize, usize) {
        // above the largest of a full sketch nothing is known of its source
        let known = |sketch: &Sketch| match sketch.0.last() {
            Some(last) if sketch.0.len() >= SKETCH => *last,
            _ => u64::MAX,
        };
        let most = others.iter().map(|other| known(other)).fold(known(self), u64::min);
        let asked = self.0.iter().filter(|mark| **mark <= most);
        let is_in = |mark: &u64| others.iter().any(|other| other.0.binary_search(mark).is_ok());
        asked.fold((0, 0), |(asked, found), mark| (asked + 1, found + usize::from(is_in(mark))))
    }
}

/// Hash of a line, to recognize it in another file: eight bytes at a time. Not a cryptographic hash: lines with the same
/// hash can be forged.
pub(crate) fn mark_of(line: &[u8]) -> u64 {
    const PRIME: u64 = 0x9e37_79b9_7f4a_7c15;
    let line = line.trim_ascii_end();
    let mix = |hash: u64, word: u64| (hash.rotate_left(23) ^ word).wrapping_mul(PRIME);
    let (words, rest) = line.as_chunks::<8>();
    let hash = words.iter().fold(line.len() as u64, |hash, word| mix(hash, u64::from_le_bytes(*word)));
    let hash = rest.iter().fold(hash, |hash, byte| mix(hash, u64::from(*byte)));
    // the smallest are kept, so the upper bits must be as good as the lower
    (hash ^ (hash >> 32)).wrapping_mul(PRIME)
}
