//! Checks the header of a 7z archive before the crate reads it: the memory for the list of files, which is compressed
//! itself and which the crate unpacks without a limit, and whether it is encrypted.
//!
//! A small archive may hold a large list, so the list is limited to an eighth of the limit for a dictionary. The list of
//! files takes some ten times its own bytes of memory, and of files without names a hundred times, so its files are
//! counted before.

use std::fmt::Write as _;
use std::io::{self, Cursor, Read, Seek as _, SeekFrom};

use sevenz_rust2::{Archive, BlockDecoder, Password};

use crate::decoders::too_large;
use crate::limits::Limits;
use crate::shared::Shared;

/// Bytes of the first header.
const FIRST: u64 = 32;

const END: u8 = 0;
const PACK_INFO: u8 = 6;
const UNPACK_INFO: u8 = 7;
const SUB_STREAMS: u8 = 8;
const SIZE: u8 = 9;
const CRC: u8 = 10;
const FOLDER: u8 = 11;
const UNPACK_SIZE: u8 = 12;
const ENCODED: u8 = 23;
const HEADER: u8 = 1;
const PROPERTIES: u8 = 2;
const MAIN_STREAMS: u8 = 4;
const FILES: u8 = 5;
const COUNTS: u8 = 13;

const LZMA: &[u8] = &[3, 1, 1];
const LZMA2: &[u8] = &[0x21];
const PPMD: &[u8] = &[3, 4, 1];
const AES: &[u8] = &[6, 0xf1, 7, 1];

/// The header of an archive.
pub(super) struct Header {
    bytes: Vec<u8>,
    /// Position of the end of the archive.
    pub(super) end: u64,
    /// Whether the list of files is encrypted.
    pub(super) is_locked: bool,
}

/// Reads the header; an error if it is missing, or unpacking it needs more memory than allowed.
pub(super) fn read(file: &Shared, limits: &Limits) -> io::Result<Header> {
    let most = limits.dictionary / 8;
    let mut reader = file.clone();
    let mut first = [0; FIRST as usize];
    reader.read_exact(&mut first)?;
    if first[8..].iter().all(|byte| *byte == 0) {
        return Err(io::Error::other("its header is empty: the program that wrote it was stopped"));
    }
    let number = |at: usize| {
        first.get(at..at + 8).and_then(|bytes| bytes.try_into().ok()).map_or(0, u64::from_le_bytes)
    };
    let (offset, size) = (number(12), number(20));
    let end = FIRST.checked_add(offset).and_then(|start| start.checked_add(size));
    let Some(end) = end.filter(|end| *end <= file.length()) else {
        return Err(io::Error::other("its list of files, at its end, is missing"));
    };
    if size > most {
        return Err(too_large("a list of files", Some(size), most));
    }
    let mut bytes = vec![0; size as usize];
    reader.seek(SeekFrom::Start(FIRST + offset))?;
    reader.read_exact(&mut bytes)?;
    let [ENCODED, encoded @ ..] = bytes.as_slice() else {
        return Ok(Header { bytes, end, is_locked: false });
    };
    let Some((needs, _)) = Walk(encoded).needs() else {
        return Err(io::Error::other(DAMAGED));
    };
    if needs.unpacked > most {
        return Err(too_large("a list of files", Some(needs.unpacked), most));
    }
    if needs.memory > limits.dictionary {
        return Err(too_large("a dictionary", Some(needs.memory), limits.dictionary));
    }
    let is_locked = needs.is_locked;
    Ok(Header { bytes, end, is_locked })
}

/// Bytes of memory of a file in the list.
const FILE: u64 = 224;

impl Header {
    /// Number of files in the list, and the bytes of memory that reading it takes. A list that cannot be understood has as
    /// many files as bytes; one that cannot be unpacked has none. Fails if its description is damaged.
    pub(super) fn size(&self, file: &Shared, password: &Password) -> io::Result<(u64, u64)> {
        let unpacked;
        let list = if let [ENCODED, encoded @ ..] = self.bytes.as_slice() {
            unpacked = unpack(encoded, file, password)?;
            &unpacked
        } else {
            &self.bytes
        };
        let bytes = list.len() as u64;
        let files = Walk(list).files().map_or(bytes, |files| files.min(bytes));
        Ok((files, files * FILE + 2 * bytes))
    }
}

const DAMAGED: &str = "the description of its list of files is damaged";

/// Unpacks the list of files, which `encoded` describes in the way in which the streams of an archive are described: the
/// crate reads it as the only file of another archive. A list with a wrong password or damaged bytes is empty.
fn unpack(encoded: &[u8], file: &Shared, password: &Password) -> io::Result<Vec<u8>> {
    let damaged = || io::Error::other(DAMAGED);
    let (needs, length) = Walk(encoded).needs().ok_or_else(damaged)?;
    let mut next = vec![HEADER, MAIN_STREAMS];
    next.extend(encoded.get(..length).unwrap_or_default());
    next.extend([SUB_STREAMS, END, END, FILES, 1, END, END]);
    let mut start = 0u64.to_le_bytes().to_vec();
    start.extend((next.len() as u64).to_le_bytes());
    start.extend(crc32fast::hash(&next).to_le_bytes());
    let mut archive = b"7z\xbc\xaf\x27\x1c\0\x04".to_vec();
    archive.extend(crc32fast::hash(&start).to_le_bytes());
    archive.extend(start);
    archive.extend(next);
    let archive = Archive::read(&mut Cursor::new(archive), password).map_err(|_| damaged())?;
    let (mut list, mut file) = (Vec::new(), file.clone());
    let decoder = BlockDecoder::new(1, 0, &archive, password, &mut file);
    let outcome = decoder.for_each_entries(&mut |_, stream| {
        stream.take(needs.unpacked).read_to_end(&mut list)?;
        Ok(false)
    });
    Ok(outcome.map(|_| list).unwrap_or_default())
}

/// Bytes of memory that a coder needs for its dictionary. That of LZMA grows with its output.
pub(super) fn memory(id: &[u8], properties: &[u8], unpacked: u64) -> u64 {
    let number = |at: usize| {
        let bytes = properties.get(at..at + 4).and_then(|bytes| bytes.try_into().ok());
        u64::from(bytes.map_or(0, u32::from_le_bytes))
    };
    match (id, properties.first()) {
        (LZMA, _) => number(1).min(unpacked),
        (LZMA2, Some(bits @ 0..40)) => {
            let dictionary = u64::from(2 | bits & 1) << (bits / 2 + 11);
            dictionary.min(unpacked)
        }
        (LZMA2, Some(_)) => unpacked.min(u32::MAX.into()),
        (PPMD, _) => number(1),
        _ => 0,
    }
}

/// An id in hexadecimal, for messages.
pub(super) fn hex(id: &[u8]) -> String {
    id.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Memory and password that reading the list of files needs.
#[derive(Default)]
struct Needs {
    unpacked: u64,
    memory: u64,
    is_locked: bool,
}

/// Reads a description of streams from its start. Every method returns `None` if it ends too early.
struct Walk<'a>(&'a [u8]);

impl<'a> Walk<'a> {
    /// What the description of the list of files needs, and the length of it that matters, in bytes.
    fn needs(mut self) -> Option<(Needs, usize)> {
        let (mut needs, all) = (Needs::default(), self.0.len());
        loop {
            match self.byte()? {
                PACK_INFO => self.pack_info()?,
                UNPACK_INFO => drop(self.unpack_info(&mut needs)?),
                // the rest does not affect memory
                END | SUB_STREAMS => return Some((needs, all - self.0.len() - 1)),
                _ => return None,
            }
        }
    }

    /// Number of files in a list of files.
    fn files(mut self) -> Option<u64> {
        let mut known = Vec::new();
        if self.byte()? != HEADER {
            return None;
        }
        loop {
            match self.byte()? {
                PROPERTIES => {
                    while self.byte()? != END {
                        let size = self.number()?;
                        self.take(size)?;
                    }
                }
                MAIN_STREAMS | END => {}
                PACK_INFO => self.pack_info()?,
                UNPACK_INFO => known = self.unpack_info(&mut Needs::default())?,
                SUB_STREAMS => self.sub_streams(&known)?,
                FILES => return self.number(),
                _ => return None,
            }
        }
    }

    /// Skips the sizes and checksums of the files in each folder; `known` shows which folders have a checksum.
    fn sub_streams(&mut self, known: &[bool]) -> Option<()> {
        let mut counts = vec![1; known.len()];
        loop {
            match self.byte()? {
                COUNTS => {
                    for count in &mut counts {
                        *count = self.number()?;
                    }
                }
                SIZE => {
                    for count in &counts {
                        (1..*count).try_for_each(|_| self.number().map(drop))?;
                    }
                }
                CRC => {
                    let unknown = counts.iter().zip(known).filter(|(count, known)| **count != 1 || !**known);
                    let count = unknown.map(|(count, _)| *count).try_fold(0u64, u64::checked_add)?;
                    self.checksums(count)?;
                }
                END => return Some(()),
                _ => return None,
            }
        }
    }

    fn pack_info(&mut self) -> Option<()> {
        self.number()?;
        let streams = self.number()?;
        loop {
            match self.byte()? {
                SIZE => (0..streams).try_for_each(|_| self.number().map(drop))?,
                CRC => drop(self.checksums(streams)?),
                END => return Some(()),
                _ => return None,
            }
        }
    }

    /// Adds what its folders need; returns for each folder whether it has a checksum.
    fn unpack_info(&mut self, needs: &mut Needs) -> Option<Vec<bool>> {
        if self.byte()? != FOLDER {
            return None;
        }
        let folders = self.number()?;
        if self.byte()? != 0 {
            return None;
        }
        let (mut coders, mut known, mut outputs) = (Vec::new(), Vec::new(), 0u64);
        for _ in 0..folders {
            outputs = outputs.checked_add(self.folder(&mut coders)?)?;
            known.push(false);
        }
        if self.byte()? != UNPACK_SIZE {
            return None;
        }
        for _ in 0..outputs {
            needs.unpacked = needs.unpacked.max(self.number()?);
        }
        needs.memory = coders.iter().map(|(id, properties)| memory(id, properties, needs.unpacked)).sum();
        needs.is_locked = coders.iter().any(|(id, _)| *id == AES);
        loop {
            match self.byte()? {
                CRC => known = self.checksums(folders)?,
                END => return Some(known),
                _ => return None,
            }
        }
    }

    /// Collects the coders of a folder; returns the number of its output streams.
    fn folder(&mut self, coders: &mut Vec<(&'a [u8], &'a [u8])>) -> Option<u64> {
        let (mut inputs, mut outputs) = (0u64, 0u64);
        for _ in 0..self.number()? {
            let flags = self.byte()?;
            let id = self.take(u64::from(flags & 0x0f))?;
            let (ins, outs) = if flags & 0x10 != 0 { (self.number()?, self.number()?) } else { (1, 1) };
            let length = if flags & 0x20 != 0 { self.number()? } else { 0 };
            coders.push((id, self.take(length)?));
            (inputs, outputs) = (inputs.checked_add(ins)?, outputs.checked_add(outs)?);
        }
        let bound = outputs.checked_sub(1)?;
        for _ in 0..bound {
            self.number()?;
            self.number()?;
        }
        let packed = inputs.checked_sub(bound)?;
        if packed > 1 {
            (0..packed).try_for_each(|_| self.number().map(drop))?;
        }
        Some(outputs)
    }

    /// Skips checksums; returns which of them are there.
    fn checksums(&mut self, count: u64) -> Option<Vec<bool>> {
        let known = if self.byte()? == 0 {
            let bits = self.take(count.div_ceil(8))?;
            let is_set = |at: usize| bits.get(at / 8).is_some_and(|byte| byte & (0x80 >> (at % 8)) != 0);
            (0..usize::try_from(count).ok()?).map(is_set).collect()
        } else {
            // each has four bytes, which limits their number
            vec![true; usize::try_from(count).ok().filter(|count| *count <= self.0.len())?]
        };
        let bytes = 4 * known.iter().filter(|known| **known).count() as u64;
        self.take(bytes)?;
        Some(known)
    }

    fn take(&mut self, count: u64) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(usize::try_from(count).ok()?)?;
        self.0 = rest;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    /// A number; the leading ones of its first byte are the number of bytes that follow.
    fn number(&mut self) -> Option<u64> {
        let first = self.byte()?;
        let more = first.leading_ones();
        let mut number = 0;
        for (place, byte) in self.take(more.into())?.iter().enumerate() {
            number |= u64::from(*byte) << (8 * place);
        }
        let high = if more >= 7 { 0 } else { u64::from(first & (0x7f >> more)) };
        Some(number | high << (8 * more.min(7)))
    }
}
