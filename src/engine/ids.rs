//! Identifiers in messages, with when they were first written: sessions, activities, dialogues, requests. The same one in
//! the logs of two servers tells how far their clocks are apart.
//!
//! What an identifier is, no list of names says: it is a word of letters and digits, long enough to be rare. Only messages
//! whose offset is known are looked at, and of a large collection only those of some minutes in every few hours, because
//! every byte of them must be looked at.

use std::collections::BTreeMap;

use spoglight_parsers::Stamp;

/// Shortest word that is one, in bytes.
const SHORTEST: usize = 6;

/// Longest.
const LONGEST: usize = 64;

/// Identifiers that are kept of a source: those with the smallest hashes, so that all sources keep the same.
const KEPT: usize = 1024;

/// Bytes of a collection up to which all messages are looked at.
const SMALL: u64 = 64 << 20;

/// Of a larger collection: minutes that are looked at ...
const MINUTES: i64 = 20;

/// ... of so many. No multiple of an hour, so that jobs at set times are not all that is seen.
const OF: i64 = 200;

/// Nanoseconds of a minute.
const MINUTE: i64 = 60 * 1_000_000_000;

/// When an identifier was first written, and how often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sighting {
    /// Nanoseconds since 1970 in UTC.
    pub first: i64,
    /// Messages that hold it.
    pub count: u32,
}

/// Identifiers by their hash.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ids(BTreeMap<u64, Sighting>);

/// Which messages are looked at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sampling {
    all: bool,
}

impl Sampling {
    /// For a collection of so many bytes.
    pub(super) fn of(size: u64) -> Sampling {
        Sampling { all: size <= SMALL }
    }

    /// The moment of a message to look at.
    pub(super) fn wants(self, stamp: &Stamp) -> Option<i64> {
        let utc = stamp.utc()?;
        (self.all || (utc / MINUTE).rem_euclid(OF) < MINUTES).then_some(utc)
    }
}

impl Ids {
    /// Keeps the identifiers of a message.
    pub(super) fn read(&mut self, line: &[u8], utc: i64) {
        let (mut hash, mut length, mut digits) = (SEED, 0, 0);
        // a blank at the end closes the last word
        for byte in line.iter().chain(b" ") {
            if byte.is_ascii_alphanumeric() {
                hash = (hash ^ u64::from(*byte)).wrapping_mul(PRIME);
                length += 1;
                digits += usize::from(byte.is_ascii_digit());
            } else if length > 0 {
                // numbers such as a count or a port are short, and words have no digits
                if (SHORTEST..=LONGEST).contains(&length) && digits > 1 {
                    self.keep(hash.wrapping_mul(MIX), Sighting { first: utc, count: 1 });
                }
                (hash, length, digits) = (SEED, 0, 0);
            }
        }
    }

    fn keep(&mut self, id: u64, seen: Sighting) {
        if let Some(known) = self.0.get_mut(&id) {
            known.first = known.first.min(seen.first);
            known.count = known.count.saturating_add(seen.count);
        } else if self.0.len() < KEPT || self.0.last_key_value().is_some_and(|(last, _)| id < *last) {
            self.0.insert(id, seen);
            if self.0.len() > KEPT {
                self.0.pop_last();
            }
        }
    }

    /// Adds those of the part that follows.
    pub(super) fn append(&mut self, next: Ids) {
        next.0.into_iter().for_each(|(id, seen)| self.keep(id, seen));
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (u64, Sighting)> {
        self.0.iter().map(|(id, seen)| (*id, *seen))
    }
}

// Fowler, Noll and Vo's hash; mixed once more, because the smallest are kept
const SEED: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0100_0000_01b3;
const MIX: u64 = 0x9e37_79b9_7f4a_7c15;
