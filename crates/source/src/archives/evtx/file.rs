//! [`EvtxFile`]: some chunks of an event log as its decoder wants them: with a header, and whole.
//!
//! The header is made, so that of a torn log does not matter, and a last chunk that is cut is filled with zeros. Chunks are
//! compared with their checksums on the way.

use std::cell::RefCell;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::rc::Rc;

use super::damage::Damage;
use super::{CHUNK, HEADER, MAGIC};
use crate::shared::Shared;

/// First bytes of a chunk.
pub(super) const CHUNK_MAGIC: &[u8] = b"ElfChnk\0";

/// Bytes of the header of a chunk.
const CHUNK_HEADER: usize = 512;

/// Flag in the headers of parts without checksums.
const NO_CHECKSUM: u32 = 4;

/// Consecutive chunks of an event log, after a header.
pub(super) struct EvtxFile {
    file: Shared,
    damage: Rc<RefCell<Damage>>,
    header: Vec<u8>,
    chunks: Range<u64>,
    position: u64,
    /// A chunk, and its number among these.
    chunk: Option<(u64, Vec<u8>)>,
}

impl EvtxFile {
    pub(super) fn new(file: Shared, chunks: Range<u64>, damage: Rc<RefCell<Damage>>) -> EvtxFile {
        // the decoder looks for chunks itself, and wants no more of the header than this
        let mut header = vec![0; HEADER as usize];
        for (at, bytes) in [
            (0, MAGIC),
            (32, &128u32.to_le_bytes()),
            (36, &1u16.to_le_bytes()),
            (38, &3u16.to_le_bytes()),
            (40, &4096u16.to_le_bytes()),
            (120, &NO_CHECKSUM.to_le_bytes()),
        ] {
            if let Some(place) = header.get_mut(at..at + bytes.len()) {
                place.copy_from_slice(bytes);
            }
        }
        EvtxFile { file, damage, header, chunks, position: 0, chunk: None }
    }

    fn length(&self) -> u64 {
        HEADER + (self.chunks.end - self.chunks.start) * CHUNK
    }

    /// Reads a whole chunk, and compares it with its checksums.
    fn load(&mut self, number: u64) -> io::Result<()> {
        let mut bytes = self.chunk.take().map(|(_, bytes)| bytes).unwrap_or_default();
        bytes.clear();
        let in_log = self.chunks.start + number;
        self.file.seek(SeekFrom::Start(HEADER + in_log * CHUNK))?;
        (&mut self.file).take(CHUNK).read_to_end(&mut bytes)?;
        let is_whole = bytes.len() as u64 == CHUNK;
        bytes.resize(CHUNK as usize, 0);
        // one that is cut is named already
        let is_verified = !is_whole || !bytes.starts_with(CHUNK_MAGIC) || is_verified(&bytes);
        self.damage.borrow_mut().reads(in_log, long(&bytes, 32), is_verified);
        self.chunk = Some((number, bytes));
        Ok(())
    }
}

impl Read for EvtxFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.position >= self.length() {
            return Ok(0);
        }
        let count = if self.position < HEADER {
            copy(self.header.get(self.position as usize..).unwrap_or_default(), buffer)
        } else {
            let (number, at) = ((self.position - HEADER) / CHUNK, (self.position - HEADER) % CHUNK);
            let is_known = self.chunk.as_ref().is_some_and(|(known, _)| *known == number);
            if !is_known && at == 0 && buffer.len() <= CHUNK_HEADER {
                // the decoder looks for the oldest chunk; their order is known
                buffer.fill(0);
                buffer.len()
            } else {
                if !is_known {
                    self.load(number)?;
                }
                let chunk = self.chunk.as_ref().map_or(&[][..], |(_, bytes)| bytes);
                copy(chunk.get(at as usize..).unwrap_or_default(), buffer)
            }
        };
        self.position += count as u64;
        Ok(count)
    }
}

impl Seek for EvtxFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let to = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.length().checked_add_signed(by),
            SeekFrom::Current(by) => self.position.checked_add_signed(by),
        };
        self.position = to.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.position)
    }
}

/// Copies as many bytes as both have.
pub(super) fn copy(from: &[u8], to: &mut [u8]) -> usize {
    let count = from.len().min(to.len());
    if let (Some(to), Some(from)) = (to.get_mut(..count), from.get(..count)) {
        to.copy_from_slice(from);
    }
    count
}

/// Returns whether a chunk has the checksums of its header and of its records.
fn is_verified(chunk: &[u8]) -> bool {
    if number(chunk, 120) & NO_CHECKSUM != 0 {
        return true;
    }
    let part = |from: usize, to: usize| chunk.get(from..to);
    let (Some(head), Some(lists)) = (part(0, 120), part(128, CHUNK_HEADER)) else { return false };
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(head);
    hasher.update(lists);
    let Some(records) = part(CHUNK_HEADER, number(chunk, 48) as usize) else { return false };
    hasher.finalize() == number(chunk, 124) && crc32fast::hash(records) == number(chunk, 52)
}

/// The number in eight bytes at a position; 0 if there are none.
pub(super) fn long(bytes: &[u8], at: usize) -> u64 {
    u64::from(number(bytes, at)) | u64::from(number(bytes, at + 4)) << 32
}

/// The number in four bytes at a position; 0 if there are none.
fn number(bytes: &[u8], at: usize) -> u32 {
    let four = bytes.get(at..at + 4).and_then(|four| four.try_into().ok());
    four.map_or(0, u32::from_le_bytes)
}
