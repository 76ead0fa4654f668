//! Event logs of Windows (`.evtx`), read as one XML event a line, which is a format of logs.
//!
//! A log is a header of 4 KiB and chunks of 64 KiB, each with all that its records need. The header is not needed: a log that
//! was copied while it was written, or not closed, has an old one. A full log writes over its oldest chunk, which is then
//! anywhere; chunks are read in the order of their records, a few at a time, so memory does not grow with the log. Those of a
//! large log are decoded by several threads. They are threads of their own: a thread of the pool that waits for others would
//! begin the next log, and a server has hundreds of logs.
//!
//! A chunk that cannot be decoded, a record that cannot, and a checksum that does not match are named when the log was read;
//! the rest is used. The last chunk of a log that was not closed has no checksum yet.
//!
//! The text of an event is not in the log, but in a library of its provider: the line has the data of the event.

mod damage;
mod decode;
mod file;
#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) mod writer;

use std::collections::VecDeque;
use std::io::{self, Read, Seek as _, SeekFrom};
use std::ops::Range;
use std::sync::Arc;
use std::thread;

use super::archive::{ArchiveKind, out_of_order};
use crate::content::{Content, Use};
use crate::limits::Budget;
use crate::meter::{Expansion, Meter};
use crate::mtime::ModifiedTime;
use crate::noticed::Anomaly;
use crate::shared::Shared;
use crate::sink::Sink;
use crate::verified::VerifiedReader;
use damage::Damage;
use decode::{Decoded, decode};

/// First bytes of an event log.
const MAGIC: &[u8] = b"ElfFile\0";

/// Bytes of the header.
const HEADER: u64 = 4096;

/// Bytes of a chunk.
const CHUNK: u64 = 64 << 10;

/// Flag in the header of a log that was not closed, and its position.
const DIRTY: (u64, u8) = (120, 1);

/// Chunks that are decoded together: they share what the decoder learns of their templates.
const UNIT: u64 = 16;

/// Threads for one log.
const THREADS: usize = 4;

/// Event logs of Windows.
pub(super) struct Evtx;

impl ArchiveKind for Evtx {
    fn recognises(&self, head: &[u8]) -> bool {
        head.starts_with(MAGIC)
    }

    fn magic(&self) -> &'static [u8] {
        MAGIC
    }

    fn open(&self, content: Arc<dyn Content>, name: &str, depth: usize, bundle: &mut dyn Sink) {
        let Some((mut file, broken)) = out_of_order(&*content, name, bundle) else { return };
        if let Some(error) = broken {
            let what = format!("breaks off after {} bytes: {error}", file.length());
            let advice = crate::problem::advice_for(&what);
            bundle.problem(name, what, advice);
        }
        if file.length() <= HEADER {
            return bundle.problem(
                name,
                format!("is an event log of {} bytes without any event", file.length()),
                "export the log again: `wevtutil epl System system.evtx`",
            );
        }
        let chunks = (file.length() - HEADER).div_ceil(CHUNK);
        let first = oldest_chunk(&mut file, chunks);
        let mut flags = [0];
        let is_dirty = read_at(&mut file, DIRTY.0, &mut flags) && flags[0] & DIRTY.1 != 0;
        let budget = Arc::clone(bundle.budget());
        let log = EventLog { file, chunks, first, is_dirty, meter: Meter::default(), budget };
        bundle.add(Arc::new(log), name.to_owned(), depth + 1, ModifiedTime::default());
    }
}

/// The chunk with the lowest number of a record: the order of the records begins there.
fn oldest_chunk(file: &mut Shared, chunks: u64) -> u64 {
    let mut oldest = (u64::MAX, 0);
    for chunk in 0..chunks {
        let mut head = [0; 40];
        if !read_at(file, HEADER + chunk * CHUNK, &mut head) || !head.starts_with(file::CHUNK_MAGIC) {
            continue;
        }
        let (first, last) = (file::long(&head, 24), file::long(&head, 32));
        // a range that is reversed shows nothing
        if first <= last && first < oldest.0 {
            oldest = (first, chunk);
        }
    }
    oldest.1
}

/// Fills a buffer from a position. Returns whether there are enough bytes.
fn read_at(file: &mut Shared, at: u64, buffer: &mut [u8]) -> bool {
    file.seek(SeekFrom::Start(at)).and_then(|_| file.read_exact(buffer)).is_ok()
}

/// The events of a log, as lines of XML.
#[derive(Debug)]
struct EventLog {
    file: Shared,
    chunks: u64,
    /// The chunk with the oldest records.
    first: u64,
    is_dirty: bool,
    meter: Meter,
    budget: Arc<Budget>,
}

impl Content for EventLog {
    fn read(&self, name: &str, _: u64, use_it: Use<'_>) -> io::Result<()> {
        let mut lines =
            Lines { log: self, next: 0, unit: 1, ready: VecDeque::new(), at: 0, damage: Damage::default() };
        let length = self.file.length();
        let rest = (length - HEADER) % CHUNK;
        if rest > 0 {
            lines.damage.add(self.chunks - 1, &format!("ends after {rest} of its {CHUNK} bytes"));
        }
        use_it(&mut VerifiedReader::new(&mut lines, name, (length, &self.meter), None, &self.budget))?;
        if lines.next >= self.chunks
            && let Some(what) = lines.damage.told(self.is_dirty)
        {
            self.budget.noticed().add(name, Anomaly::Chunks, self.meter.counted(), what);
        }
        Ok(())
    }

    fn size(&self) -> u64 {
        self.file.length()
    }

    fn expansion(&self) -> Expansion {
        self.meter.expansion(self.budget.limits().most_of(self.file.length()))
    }
}

impl EventLog {
    /// The chunks of the next unit: those from place `at` in the order of the records, at most `most`.
    fn unit(&self, at: u64, most: u64) -> Range<u64> {
        let start = (self.first + at) % self.chunks;
        let left = (self.chunks - at).min(self.chunks - start);
        start..start + left.min(most)
    }
}

/// The lines of a log, chunk after chunk.
struct Lines<'l> {
    log: &'l EventLog,
    /// Chunks that were decoded.
    next: u64,
    /// Chunks of the next unit: the first is small, because many readers look at the start only.
    unit: u64,
    /// Lines that wait, and the bytes of the first that were given.
    ready: VecDeque<Vec<u8>>,
    at: usize,
    damage: Damage,
}

impl Lines<'_> {
    /// Decodes the next units. Returns whether there are lines.
    fn fill(&mut self) -> bool {
        while self.ready.is_empty() && self.next < self.log.chunks {
            let is_large = self.log.chunks - self.next >= 2 * UNIT && self.unit == UNIT;
            let threads = thread::available_parallelism().map_or(1, usize::from).min(THREADS);
            let mut units = Vec::new();
            let mut at = self.next;
            while at < self.log.chunks && units.len() < if is_large { threads } else { 1 } {
                let unit = self.log.unit(at, self.unit);
                at += unit.end - unit.start;
                units.push(unit);
            }
            self.unit = (4 * self.unit).min(UNIT);
            for (unit, decoded) in units.iter().zip(decode_all(&self.log.file, &units)) {
                self.damage.merge(decoded.damage);
                self.next += decoded.taken;
                if !decoded.lines.is_empty() {
                    self.ready.push_back(decoded.lines);
                }
                // it ended early, because its lines are long: the units after it are not next
                if decoded.taken < unit.end - unit.start {
                    break;
                }
            }
        }
        !self.ready.is_empty()
    }
}

/// Decodes units, each by a thread of its own if there are several.
fn decode_all(file: &Shared, units: &[Range<u64>]) -> Vec<Decoded> {
    let Some((first, others)) = units.split_first() else { return Vec::new() };
    thread::scope(|scope| {
        let others: Vec<_> =
            others.iter().map(|unit| scope.spawn(move || decode(&mut file.clone(), unit.clone()))).collect();
        let first = decode(&mut file.clone(), first.clone());
        let others = others.into_iter().map_while(|other| other.join().ok());
        std::iter::once(first).chain(others).collect()
    })
}

impl Read for Lines<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() || self.ready.is_empty() && !self.fill() {
            return Ok(0);
        }
        let Some(lines) = self.ready.front() else { return Ok(0) };
        let rest = lines.get(self.at..).unwrap_or_default();
        let count = file::copy(rest, buffer);
        self.at += count;
        if self.at == lines.len() {
            self.ready.pop_front();
            self.at = 0;
        }
        Ok(count)
    }
}
