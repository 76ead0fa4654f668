//! Decodes chunks to lines.

use std::cell::RefCell;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use evtx::{EvtxParser, ParserSettings, RenderedChunkItem};
use memchr::memchr2;

use super::damage::Damage;
use super::file::EvtxFile;
use crate::shared::Shared;

/// Bytes of lines after which a unit ends early: events are a few times larger as text, a hostile log a thousand times.
const MOST: usize = 16 << 20;

/// The events of some chunks.
#[derive(Default)]
pub(super) struct Decoded {
    /// One event a line.
    pub(super) lines: Vec<u8>,
    /// What was lost of them.
    pub(super) damage: Damage,
    /// Chunks that were decoded or are lost: all, unless their lines are long.
    pub(super) taken: u64,
}

/// Decodes consecutive chunks of a log.
pub(super) fn decode(file: &mut Shared, chunks: Range<u64>) -> Decoded {
    let mut decoded = Decoded::default();
    let mut next = chunks.start;
    while next < chunks.end && decoded.lines.len() < MOST {
        let damage = Rc::new(RefCell::new(Damage::default()));
        let lines = &mut decoded.lines;
        let rest = next..chunks.end;
        // logs are untrusted input, and a failure of the decoder must not end the run
        let outcome = catch_unwind(AssertUnwindSafe(|| add_lines(file.clone(), &rest, &damage, lines)));
        let mut damage = damage.take();
        next = outcome.unwrap_or_else(|_| damage.fails(next)).max(next + 1);
        decoded.damage.merge(damage);
    }
    decoded.taken = next.min(chunks.end) - chunks.start;
    decoded
}

/// Adds the events of chunks as lines. Returns the number of the chunk after the last that was decoded.
fn add_lines(file: Shared, chunks: &Range<u64>, damage: &Rc<RefCell<Damage>>, lines: &mut Vec<u8>) -> u64 {
    let file = EvtxFile::new(file, chunks.clone(), Rc::clone(damage));
    let Ok(parser) = EvtxParser::from_read_seek(file) else { return chunks.end };
    let mut parser = parser.with_configuration(ParserSettings::new().indent(false));
    for chunk in parser.chunks_xml_bytes(false) {
        for item in &chunk.items {
            if let RenderedChunkItem::Failed(error) = item {
                damage.borrow_mut().lost(error, chunks.start);
            }
        }
        for (_, record) in chunk.records() {
            add_line(record, lines);
        }
        if lines.len() >= MOST {
            return damage.borrow().current() + 1;
        }
    }
    chunks.end
}

/// Adds an event as one line: without the XML declaration, with line ends as the escapes that XML has for them.
fn add_line(record: &[u8], lines: &mut Vec<u8>) {
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
        lines.extend_from_slice(before);
        lines.extend_from_slice(if after.starts_with(b"\n") { b"&#10;" } else { b"&#13;" });
        rest = after.get(1..).unwrap_or_default();
    }
    lines.extend_from_slice(rest);
    lines.push(b'\n');
}
