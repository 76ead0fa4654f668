//! Identifiers in messages, with the times at which they were written: sessions, activities, dialogues, requests. The same
//! one in the logs of two servers shows the difference of their clocks.
//!
//! An identifier is not recognized by a list of names: it is a word of letters and digits, long enough to be rare. Of a large
//! collection only the messages of some minutes in every other hour are read, because every byte of them must be.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};
use spoglight_model::Empty;
use spoglight_parsers::RawTimestamp;
use spoglight_time::units::MINUTE;

/// Kind of a byte between words.
const SEPARATOR: u32 = 0;

/// Kind of every byte: that between words, 1 for a letter, 2 for a digit.
const KINDS: [u32; 256] = {
    let mut kinds = [SEPARATOR; 256];
    let mut byte = 0;
    while byte < 128 {
        let letter = byte as u8;
        kinds[byte] = letter.is_ascii_alphabetic() as u32 + 2 * letter.is_ascii_digit() as u32;
        byte += 1;
    }
    kinds
};

/// Shortest word that is one, in bytes.
const SHORTEST: usize = 6;

/// Longest.
const LONGEST: usize = 64;

/// Identifiers that are kept of a source: those with the smallest hashes, so that all sources keep the same.
pub(crate) const KEPT: usize = 1024;

/// Bytes of a collection up to which all messages are read.
const SMALL: u64 = 64 << 20;

/// Of a larger collection: minutes that are read ...
const MINUTES: i64 = 12;

/// ... out of this number where the moment is known ...
const OF: i64 = 120;

/// ... and out of this one where only wall clock time is: it may be off by some half hours, and must show the same minutes.
const OF_LOCAL: i64 = 30;

/// Minutes of the hour at which they begin: away from the times of scheduled jobs.
const FROM: i64 = 7;

/// Times at which an identifier was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sighting {
    /// The first time, in nanoseconds since 1970, in UTC or wall clock time.
    pub first: i64,
    /// The last time.
    pub last: i64,
    /// Messages that hold it.
    pub count: u32,
}

impl Sighting {
    /// Adds those of another source.
    pub fn add(&mut self, other: Sighting) {
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        self.count = self.count.saturating_add(other.count);
    }
}

/// Identifiers of a source in the order of their hashes: a list, because a map has room for eleven, and most of a hundred
/// thousand files have one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestIds(Vec<(u64, Sighting)>);

/// Identifiers of many sources.
#[derive(Debug, Clone, Default)]
pub struct AllIds(BTreeMap<u64, Sighting>);

/// Messages that are read for identifiers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sampling {
    all: bool,
}

impl Sampling {
    /// Samples for a collection of `size` bytes.
    pub(super) fn of(size: u64) -> Sampling {
        Sampling { all: size <= SMALL }
    }

    /// The time of a message to read, in UTC or wall clock time; `None` to skip it.
    pub(super) fn wants(self, stamp: &RawTimestamp) -> Option<i64> {
        let time = stamp.order();
        let of = if stamp.offset.is_some() { OF } else { OF_LOCAL };
        (self.all || (time / MINUTE - FROM).rem_euclid(of) < MINUTES).then_some(time)
    }
}

impl Empty for RequestIds {
    const EMPTY: &'static RequestIds = &RequestIds(Vec::new());
}

impl RequestIds {
    /// Keeps the identifiers of a message.
    pub(super) fn read(&mut self, line: &[u8], time: i64) {
        let (mut start, mut counts) = (0, 0);
        for (at, byte) in line.iter().enumerate() {
            let kind = KINDS.get(usize::from(*byte)).copied().unwrap_or(SEPARATOR);
            if kind == SEPARATOR {
                self.word(line, start..at, counts, time);
                (start, counts) = (at + 1, 0);
            } else {
                counts += kind >> 1;
            }
        }
        self.word(line, start..line.len(), counts, time);
    }

    /// Keeps a word with this number of digits, if it is an identifier.
    #[inline]
    fn word(&mut self, line: &[u8], word: Range<usize>, digits: u32, time: i64) {
        // numbers such as a count or a port are short, and words have no digits
        if digits > 1 && (SHORTEST..=LONGEST).contains(&word.len()) {
            let bytes = line.get(word).unwrap_or_default().iter();
            let hash = bytes.fold(SEED, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(PRIME));
            self.keep(hash.wrapping_mul(MIX), Sighting { first: time, last: time, count: 1 });
        }
    }

    fn keep(&mut self, id: u64, seen: Sighting) {
        if self.0.len() >= KEPT && self.0.last().is_some_and(|(last, _)| id > *last) {
            return;
        }
        match self.0.binary_search_by_key(&id, |(known, _)| *known) {
            Ok(at) => {
                if let Some((_, known)) = self.0.get_mut(at) {
                    known.add(seen);
                }
            }
            Err(at) => {
                self.0.truncate(KEPT - 1);
                self.0.insert(at, (id, seen));
            }
        }
    }

    /// Number of identifiers.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Keeps those with the smallest hashes, and no memory for more.
    pub(crate) fn keep_first(&mut self, count: usize) {
        self.0.truncate(count);
        self.0.shrink_to_fit();
    }

    /// Adds those of the part that follows.
    pub(super) fn append(&mut self, next: RequestIds) {
        next.0.into_iter().for_each(|(id, seen)| self.keep(id, seen));
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (u64, Sighting)> {
        self.0.iter().copied()
    }
}

impl AllIds {
    /// Adds an identifier. Those of all sources are as many as `Kept` leaves.
    pub fn add(&mut self, id: u64, seen: Sighting) {
        self.0.entry(id).and_modify(|known| known.add(seen)).or_insert(seen);
    }

    /// The times of an identifier.
    pub fn get(&self, id: u64) -> Option<&Sighting> {
        self.0.get(&id)
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
