//! [`Runs`]: rendered events that wait in temporary files for their place in the order.
//!
//! A *run* is a temporary file of events in order. All runs are read at once, each from its start, and the least of their
//! next events is the next of all. When there are many runs of a level, they are merged into one of the next level: so the
//! files that are open, and the memory to read ahead in each, are few, and an event is written once for each level, which are
//! two for some 200 GB.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io;

use spoglight_parsers::Level;
use spoglight_source::{Bundle, Scratch, SourceId};
use spoglight_time::Timestamp;

use super::batch::{Piece, RenderedEvent};
use super::key::Key;
use super::sizes::Sizes;
use crate::placement::PlacementFlags;

/// Bytes of an event before its text.
const HEAD: usize = 8 + 4 + 4 + 4 + 8 + 1 + 1 + 4;

/// Bytes that are written at a time.
const WRITE: usize = 256 << 10;

/// All runs of a merge.
pub(super) struct Runs<'a> {
    bundle: &'a Bundle,
    sizes: Sizes,
    /// The runs, and `None` where one came to its end.
    files: Vec<Option<Run>>,
    /// The key of the next event of each run, and the position of the run.
    next: BinaryHeap<Reverse<(Key, usize)>>,
}

/// A run that is written.
pub(super) struct RunWriter {
    file: Scratch,
    buffer: Vec<u8>,
    events: u64,
    last: Option<Key>,
}

/// A run that is read.
struct Run {
    file: Scratch,
    level: u32,
    /// Position in the file of the end of the buffer.
    read: u64,
    buffer: Vec<u8>,
    /// Bytes of the buffer that were used.
    used: usize,
}

impl RunWriter {
    /// Appends an event, which must be after all before it.
    pub(super) fn write(&mut self, event: &RenderedEvent, text: &[u8]) -> io::Result<()> {
        let length = u32::try_from(text.len())
            .map_err(|_| io::Error::other("an event of more than 4 GB cannot be kept in a temporary file"))?;
        self.buffer.extend_from_slice(&encoded(event, length));
        if self.buffer.len() + text.len() > WRITE {
            self.file.write(&self.buffer)?;
            self.buffer.clear();
        }
        if text.len() > WRITE {
            self.file.write(text)?;
        } else {
            self.buffer.extend_from_slice(text);
        }
        self.events += 1;
        self.last = Some(event.key);
        Ok(())
    }

    /// Number of events.
    pub(super) fn events(&self) -> u64 {
        self.events
    }

    /// The key of the last event.
    pub(super) fn last(&self) -> Option<Key> {
        self.last
    }
}

impl Run {
    /// Makes the next `count` bytes available in the buffer, or fewer at the end.
    fn fill(&mut self, count: usize, ahead: usize) -> io::Result<&[u8]> {
        if self.buffer.len() - self.used < count {
            self.buffer.drain(..self.used);
            self.used = 0;
            let mut filled = self.buffer.len();
            self.buffer.resize(count.max(ahead), 0);
            while filled < count {
                let read = self.file.read_at(self.read, self.buffer.get_mut(filled..).unwrap_or_default())?;
                if read == 0 {
                    break;
                }
                filled += read;
                self.read += read as u64;
            }
            self.buffer.truncate(filled);
            // a long text does not keep its memory
            if count <= ahead && self.buffer.capacity() > ahead * 2 {
                self.buffer.shrink_to(ahead);
            }
        }
        Ok(self.buffer.get(self.used..self.used + count).unwrap_or_default())
    }

    /// The next event and the length of its text; `None` at the end.
    fn head(&mut self, ahead: usize) -> io::Result<Option<(RenderedEvent, usize)>> {
        Ok(self.fill(HEAD, ahead)?.first_chunk::<HEAD>().map(decoded))
    }
}

impl<'a> Runs<'a> {
    pub(super) fn new(bundle: &'a Bundle, sizes: Sizes) -> Runs<'a> {
        Runs { bundle, sizes, files: Vec::new(), next: BinaryHeap::new() }
    }

    /// Begins a run.
    pub(super) fn begin(&self) -> RunWriter {
        RunWriter { file: self.bundle.scratch(), buffer: Vec::with_capacity(WRITE), events: 0, last: None }
    }

    /// Adds a run that is complete. `most` is the number of events that are needed at most of all runs.
    pub(super) fn add(&mut self, writer: RunWriter, most: u64) -> io::Result<()> {
        self.add_at(writer, 0)?;
        let mut level = 0;
        loop {
            let of_level = |run: &&Option<Run>| run.as_ref().is_some_and(|run| run.level == level);
            if self.files.iter().filter(of_level).count() < self.sizes.fan {
                return Ok(());
            }
            self.merge_level(level, most)?;
            level += 1;
        }
    }

    fn add_at(&mut self, mut writer: RunWriter, level: u32) -> io::Result<()> {
        writer.file.write(&writer.buffer)?;
        let mut run = Run { file: writer.file, level, read: 0, buffer: Vec::new(), used: 0 };
        let Some((event, _)) = run.head(self.sizes.read)? else { return Ok(()) };
        let free = self.files.iter().position(Option::is_none).unwrap_or(self.files.len());
        if free == self.files.len() {
            self.files.push(None);
        }
        if let Some(place) = self.files.get_mut(free) {
            *place = Some(run);
        }
        self.next.push(Reverse((event.key, free)));
        Ok(())
    }

    /// Merges the runs of a level into one of the next.
    fn merge_level(&mut self, level: u32, most: u64) -> io::Result<()> {
        let mut some = Runs::new(self.bundle, self.sizes);
        let heads = std::mem::take(&mut self.next).into_vec();
        for Reverse((key, at)) in heads {
            let place = self.files.get_mut(at);
            match place.and_then(|run| run.take_if(|run| run.level == level)) {
                Some(run) => {
                    some.next.push(Reverse((key, some.files.len())));
                    some.files.push(Some(run));
                }
                None => self.next.push(Reverse((key, at))),
            }
        }
        let mut writer = self.begin();
        let mut piece = Piece::default();
        while writer.events < most && some.pop(&mut piece)? {
            for (event, text) in piece.iter() {
                writer.write(event, text)?;
            }
            piece.events.clear();
            piece.text.clear();
        }
        self.add_at(writer, level + 1)
    }

    /// The key of the next event; `None` if none waits.
    pub(super) fn peek(&self) -> Option<Key> {
        self.next.peek().map(|Reverse((key, _))| *key)
    }

    /// Moves the next event to the end of `out`. Returns false if none waits.
    pub(super) fn pop(&mut self, out: &mut Piece) -> io::Result<bool> {
        let Some(Reverse((_, at))) = self.next.pop() else { return Ok(false) };
        let Some(place) = self.files.get_mut(at) else { return Ok(false) };
        let Some(run) = place else { return Ok(false) };
        let ahead = self.sizes.read;
        let Some((mut event, length)) = run.head(ahead)? else { return Err(too_short()) };
        let bytes = run.fill(HEAD + length, ahead)?;
        let text = bytes.get(HEAD..).filter(|text| text.len() == length).ok_or_else(too_short)?;
        out.text.extend_from_slice(text);
        event.end = out.text.len();
        out.events.push(event);
        run.used += HEAD + length;
        match run.head(ahead)? {
            Some((event, _)) => self.next.push(Reverse((event.key, at))),
            None => *place = None,
        }
        Ok(true)
    }
}

fn too_short() -> io::Error {
    io::Error::other("a temporary file with events out of order is shorter than what was written to it")
}

fn encoded(event: &RenderedEvent, length: u32) -> [u8; HEAD] {
    let RenderedEvent { key: Key { when, source, block, mark }, hash, level, flags, .. } = event;
    let source = source.index() as u32;
    let bits = [flags.inherited, flags.late, flags.skipped, flags.repeated];
    let flags = bits.iter().fold(0, |all, bit| all << 1 | u8::from(*bit));
    let mut out = [0; HEAD];
    let bytes = when.to_le_bytes().into_iter();
    let bytes = bytes.chain([source, *block, *mark, length].into_iter().flat_map(u32::to_le_bytes));
    let bytes = bytes.chain(hash.to_le_bytes()).chain([level.index() as u8, flags]);
    out.iter_mut().zip(bytes).for_each(|(place, byte)| *place = byte);
    out
}

/// The event, which has a known moment, and the length of its text.
fn decoded(bytes: &[u8; HEAD]) -> (RenderedEvent, usize) {
    let long = |at: usize| {
        bytes.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |eight| u64::from_le_bytes(*eight))
    };
    let short =
        |at: usize| bytes.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |four| u32::from_le_bytes(*four));
    let [level, bits] = *bytes.last_chunk().unwrap_or(&[0, 0]);
    let key = Key {
        when: long(0) as i64,
        source: SourceId::new(short(8) as usize),
        block: short(12),
        mark: short(16),
    };
    let is_set = |bit: u8| bits >> bit & 1 == 1;
    let flags =
        PlacementFlags { inherited: is_set(3), late: is_set(2), skipped: is_set(1), repeated: is_set(0) };
    let event = RenderedEvent {
        key,
        moment: Some(Timestamp::Utc(key.when)),
        end: 0,
        hash: long(24),
        level: Level::ALL.get(usize::from(level)).copied().unwrap_or_default(),
        flags,
    };
    (event, short(20) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use spoglight_source::Opening;

    fn event(when: i64, mark: u32, text: &str) -> RenderedEvent {
        let flags = PlacementFlags {
            late: mark.is_multiple_of(2),
            skipped: mark.is_multiple_of(3),
            ..PlacementFlags::default()
        };
        RenderedEvent {
            key: Key { when, source: SourceId::new(7), block: 3, mark },
            moment: Some(Timestamp::Utc(when)),
            end: text.len(),
            hash: u64::from(mark) << 40,
            level: Level::ALL[mark as usize % Level::COUNT],
            flags,
        }
    }

    #[test]
    fn an_event_is_read_as_it_was_written() {
        for mark in 0..20 {
            let event = event(-5 - i64::from(mark), mark, "text");
            let (read, length) = decoded(&encoded(&event, 4));
            assert_eq!((RenderedEvent { end: 4, ..read }, length), (event, 4));
        }
    }

    proptest! {
        #[test]
        fn runs_come_out_in_one_order(
            runs in prop::collection::vec(prop::collection::vec((0i64..20, 0usize..200), 0..30), 0..20),
            read in 1usize..300,
            fan in 2usize..5,
            most in prop_oneof![Just(u64::MAX), 0u64..40],
        ) {
            let bundle = Bundle::open(&[], &Opening::default());
            let mut all = Runs::new(&bundle, Sizes { read, fan, ..Sizes::new(1, 1) });
            let mut expected = Vec::new();
            for (number, run) in runs.iter().enumerate() {
                let events = run.iter().enumerate();
                let mut events: Vec<_> = events
                    .map(|(at, (when, length))| {
                        let text = "x".repeat(*length);
                        (event(*when, (number * 100 + at) as u32, &text), text)
                    })
                    .collect();
                events.sort_by_key(|(event, _)| event.key);
                let mut writer = all.begin();
                for (event, text) in &events {
                    writer.write(event, text.as_bytes()).expect("memory");
                }
                all.add(writer, most).expect("memory");
                expected.append(&mut events);
                prop_assert!(all.files.iter().flatten().count() <= (fan - 1) * 5);
            }
            expected.sort_by_key(|(event, _)| event.key);
            let mut piece = Piece::default();
            while all.pop(&mut piece).expect("memory") {}
            let read: Vec<_> = piece.iter().map(|(event, text)| (event.key, event.level, event.flags, text.len())).collect();
            let expected: Vec<_> =
                expected.iter().map(|(event, text)| (event.key, event.level, event.flags, text.len())).collect();
            if most == u64::MAX {
                prop_assert_eq!(&read, &expected);
            }
            let most = usize::try_from(most).unwrap_or(usize::MAX).min(expected.len());
            prop_assert_eq!(read.get(..most), expected.get(..most));
        }
    }
}
