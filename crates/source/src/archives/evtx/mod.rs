//! Event logs of Windows (`.evtx`), read as one XML event a line, which is a format of logs.
//!
//! A log is a header of 4 KiB and chunks of 64 KiB, each with all that its records need. The header is not needed: a log that
//! was copied while it was written, or not closed, has an old one. Chunks are decoded one by one, in the order of their
//! records, so memory does not grow with the log. A full log writes over its oldest chunk, which is then anywhere.
//!
//! A chunk that cannot be decoded, a record that cannot, and a checksum that does not match are named when the log was read;
//! the rest is used. The last chunk of a log that was not closed has no checksum yet.
//!
//! The text of an event is not in the log, but in a library of its provider: the line has the data of the event.

mod damage;
mod file;
#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) mod writer;

use std::cell::RefCell;
use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;

use evtx::{EvtxParser, ParserSettings, RenderedChunk, RenderedChunkItem};
use memchr::memchr2;

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
use file::EvtxFile;

/// First bytes of an event log.
const MAGIC: &[u8] = b"ElfFile\0";

/// Bytes of the header.
const HEADER: u64 = 4096;

/// Bytes of a chunk.
const CHUNK: u64 = 64 << 10;

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
        let Some((file, broken)) = out_of_order(&*content, name, bundle) else { return };
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
        let budget = Arc::clone(bundle.budget());
        let log = EventLog { file, meter: Meter::default(), budget };
        bundle.add(Arc::new(log), name.to_owned(), depth + 1, ModifiedTime::default());
    }
}

/// The events of a log, as lines of XML.
#[derive(Debug)]
struct EventLog {
    file: Shared,
    meter: Meter,
    budget: Arc<Budget>,
}

impl Content for EventLog {
    fn read(&self, name: &str, _: u64, use_it: Use<'_>) -> io::Result<()> {
        let damage = Rc::new(RefCell::new(Damage::default()));
        let file = EvtxFile::new(self.file.clone(), Rc::clone(&damage));
        let settings = ParserSettings::new().indent(false).num_threads(1);
        let mut parser =
            EvtxParser::from_read_seek(file).map_err(io::Error::other)?.with_configuration(settings);
        let chunks = parser.chunks_xml_bytes(false);
        let mut lines = Lines { chunks, damage, line: Vec::new(), at: 0, given: 0, ended: false };
        let length = self.file.length();
        use_it(&mut VerifiedReader::new(&mut lines, name, (length, &self.meter), None, &self.budget))?;
        if lines.ended
            && let Some(what) = lines.damage.borrow().told()
        {
            self.budget.noticed().add(name, Anomaly::Chunks, lines.given, what);
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

/// The lines of the chunks of a log.
struct Lines<I> {
    chunks: I,
    damage: Rc<RefCell<Damage>>,
    /// The lines of a chunk.
    line: Vec<u8>,
    /// Bytes of them that were given.
    at: usize,
    /// Bytes that were given in all.
    given: u64,
    ended: bool,
}

impl<I: Iterator<Item = RenderedChunk>> Lines<I> {
    /// Decodes the next chunk with a record. Returns whether there is one.
    fn fill(&mut self) -> bool {
        self.at = 0;
        self.line.clear();
        while self.line.is_empty() && !self.ended {
            // logs are untrusted input, and a failure of the decoder must not end the run
            let Ok(chunk) = catch_unwind(AssertUnwindSafe(|| self.chunks.next())) else {
                self.damage.borrow_mut().ends_early();
                self.ended = true;
                break;
            };
            let Some(chunk) = chunk else {
                self.ended = true;
                break;
            };
            let lost = chunk.items.iter().filter_map(|item| match item {
                RenderedChunkItem::Failed(error) => Some(error),
                RenderedChunkItem::Record { .. } => None,
            });
            lost.for_each(|error| self.damage.borrow_mut().lost(error));
            for (_, record) in chunk.records() {
                add_line(record, &mut self.line);
            }
        }
        !self.line.is_empty()
    }
}

impl<I: Iterator<Item = RenderedChunk>> Read for Lines<I> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() || self.at == self.line.len() && !self.fill() {
            return Ok(0);
        }
        let rest = self.line.get(self.at..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        let (Some(to), Some(from)) = (buffer.get_mut(..count), rest.get(..count)) else { return Ok(0) };
        to.copy_from_slice(from);
        self.at += count;
        self.given += count as u64;
        Ok(count)
    }
}

/// Adds an event as one line: without the XML declaration, with line ends as the escapes that XML has for them.
fn add_line(record: &[u8], out: &mut Vec<u8>) {
    let mut rest = match record.strip_prefix(b"<?xml") {
        Some(declared) => {
            let end = memchr::memmem::find(declared, b"?>").map_or(0, |end| end + 2);
            declared.get(end..).unwrap_or_default()
        }
        None => record,
    }
    .trim_ascii();
    while let Some(at) = memchr2(b'\n', b'\r', rest) {
        let (before, after) = rest.split_at(at);
        out.extend_from_slice(before);
        out.extend_from_slice(if after.starts_with(b"\n") { b"&#10;" } else { b"&#13;" });
        rest = after.get(1..).unwrap_or_default();
    }
    out.extend_from_slice(rest);
    out.push(b'\n');
}
