//! [`SeenTable`]: how often sources have each of very many messages, in a temporary file.

use std::hash::{BuildHasher as _, RandomState};
use std::io;

use spoglight_source::{Bundle, Scratch, SourceId};

/// A message of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct MessageKey {
    /// Hash of its bytes.
    pub(super) hash: u64,
    /// Number of the server.
    pub(super) host: u32,
}

/// How often sources have a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seen {
    /// Most that a source before the last one has.
    before: u32,
    /// The last source that has it.
    last: SourceId,
    /// How often that has it.
    count: u32,
}

impl Seen {
    /// A message that no source had before.
    pub(super) fn first(source: SourceId) -> Seen {
        Seen { before: 0, last: source, count: 1 }
    }

    /// Counts a message of a source. Returns true if another source had it before.
    pub(super) fn count(&mut self, source: SourceId) -> bool {
        if self.last != source {
            *self = Seen { before: self.before.max(self.count), last: source, count: 0 };
        }
        self.count = self.count.saturating_add(1);
        // the same twice in one file is twice
        self.before >= self.count
    }
}

/// Bytes of a slot: hash, number of the server and 1, and the three numbers of [`Seen`]. All are 0 if it is free.
const SLOT: usize = 24;

/// Bytes that are read at a time to look for a message, and to enlarge the table.
const PROBE: usize = 10 * SLOT;
const COPY: usize = 2_000 * SLOT;

/// Messages in a temporary file: a hash table that is never more than half full. Its positions are hashed with a random
/// key, because messages are untrusted input.
pub(super) struct SeenTable<'a> {
    bundle: &'a Bundle,
    file: Scratch,
    /// Number of slots, a power of two.
    slots: u64,
    used: u64,
    random: RandomState,
}

impl<'a> SeenTable<'a> {
    /// A table with room for so many messages; it grows if there are more.
    pub(super) fn new(bundle: &'a Bundle, messages: u64) -> io::Result<SeenTable<'a>> {
        let slots = (messages * 4).next_power_of_two();
        let file = bundle.zeroed_scratch(slots * SLOT as u64)?;
        Ok(SeenTable { bundle, file, slots, used: 0, random: RandomState::new() })
    }

    /// Adds a message that is not in the table.
    pub(super) fn insert(&mut self, key: MessageKey, seen: Seen) -> io::Result<()> {
        let (at, _) = self.find(key)?;
        self.used += 1;
        self.write(at, key, seen)
    }

    /// Counts a message of a source. Returns true if another source had it before.
    pub(super) fn count(&mut self, key: MessageKey, source: SourceId) -> io::Result<bool> {
        let (at, seen) = self.find(key)?;
        let Some(mut seen) = seen else {
            self.used += 1;
            self.write(at, key, Seen::first(source))?;
            if self.used > self.slots / 2 {
                self.grow()?;
            }
            return Ok(false);
        };
        let is_known = seen.count(source);
        self.write(at, key, seen)?;
        Ok(is_known)
    }

    /// The slot of a message, and its counts if it is there.
    fn find(&self, key: MessageKey) -> io::Result<(u64, Option<Seen>)> {
        let mut at = self.random.hash_one(key) & (self.slots - 1);
        let mut slots = [0; PROBE];
        loop {
            let count = self.file.read_at(at * SLOT as u64, &mut slots)? / SLOT;
            for slot in slots.as_chunks::<SLOT>().0.get(..count).unwrap_or_default() {
                match decoded(slot) {
                    None => return Ok((at, None)),
                    Some((known, seen)) if known == key => return Ok((at, Some(seen))),
                    Some(_) => at += 1,
                }
            }
            if at >= self.slots {
                at = 0;
            } else if count == 0 {
                return Err(io::Error::other("a temporary file is shorter than what was written to it"));
            }
        }
    }

    fn write(&mut self, at: u64, key: MessageKey, seen: Seen) -> io::Result<()> {
        self.file.write_at(at * SLOT as u64, &encoded(key, seen))
    }

    fn grow(&mut self) -> io::Result<()> {
        let mut larger = SeenTable::new(self.bundle, self.slots)?;
        let mut bytes = vec![0; COPY];
        let mut at = 0;
        loop {
            let count = self.file.read_at(at, &mut bytes)? / SLOT;
            if count == 0 {
                break;
            }
            at += (count * SLOT) as u64;
            let slots = bytes.as_chunks::<SLOT>().0.get(..count).unwrap_or_default();
            for (key, seen) in slots.iter().filter_map(decoded) {
                larger.insert(key, seen)?;
            }
        }
        *self = larger;
        Ok(())
    }
}

fn encoded(key: MessageKey, seen: Seen) -> [u8; SLOT] {
    let numbers = [key.host + 1, seen.before, seen.last.index() as u32, seen.count];
    let bytes = key.hash.to_le_bytes().into_iter().chain(numbers.into_iter().flat_map(u32::to_le_bytes));
    let mut slot = [0; SLOT];
    slot.iter_mut().zip(bytes).for_each(|(place, byte)| *place = byte);
    slot
}

fn decoded(slot: &[u8; SLOT]) -> Option<(MessageKey, Seen)> {
    let hash = u64::from_le_bytes(*slot.first_chunk()?);
    let number =
        |at: usize| slot.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |four| u32::from_le_bytes(*four));
    let host = number(8).checked_sub(1)?;
    let seen = Seen { before: number(12), last: SourceId::new(number(16) as usize), count: number(20) };
    Some((MessageKey { hash, host }, seen))
}
