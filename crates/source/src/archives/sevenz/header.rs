//! Checks the header of a 7z archive before the crate reads it: the memory for the list of files, which is compressed
//! itself and which the crate unpacks without a limit, and whether it is encrypted.
//!
//! Doubt: a list of many files takes about ten times its own bytes of memory, and a small archive may hold a large
//! list, so the list is limited to an eighth of the limit for a dictionary.

use std::fmt::Write as _;
use std::io::{self, Read, Seek as _, SeekFrom};

use crate::decoders::too_large;
use crate::limits::Limits;
use crate::mmap::Shared;

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

const LZMA: &[u8] = &[3, 1, 1];
const LZMA2: &[u8] = &[0x21];
const PPMD: &[u8] = &[3, 4, 1];
const AES: &[u8] = &[6, 0xf1, 7, 1];

/// Returns whether the list of files is encrypted; an error if it is missing, or needs more memory than allowed.
pub(super) fn check(file: &Shared, limits: &Limits) -> io::Result<bool> {
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
    if end.is_none_or(|end| end > file.length()) {
        return Err(io::Error::other("its list of files, at its end, is missing"));
    }
    if size > most {
        return Err(too_large("a list of files", Some(size), most));
    }
    let mut bytes = vec![0; size as usize];
    reader.seek(SeekFrom::Start(FIRST + offset))?;
    reader.read_exact(&mut bytes)?;
    let [ENCODED, encoded @ ..] = bytes.as_slice() else { return Ok(false) };
    let Some(needs) = Walk(encoded).needs() else {
        return Err(io::Error::other("the description of its list of files is damaged"));
    };
    if needs.unpacked > most {
        return Err(too_large("a list of files", Some(needs.unpacked), most));
    }
    if needs.memory > limits.dictionary {
        return Err(too_large("a dictionary", Some(needs.memory), limits.dictionary));
    }
    Ok(needs.is_locked)
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
    fn needs(mut self) -> Option<Needs> {
        let mut needs = Needs::default();
        loop {
            match self.byte()? {
                PACK_INFO => self.pack_info()?,
                UNPACK_INFO => self.unpack_info(&mut needs)?,
                // the rest does not affect memory
                END | SUB_STREAMS => return Some(needs),
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
                CRC => self.checksums(streams)?,
                END => return Some(()),
                _ => return None,
            }
        }
    }

    fn unpack_info(&mut self, needs: &mut Needs) -> Option<()> {
        if self.byte()? != FOLDER {
            return None;
        }
        let folders = self.number()?;
        if self.byte()? != 0 {
            return None;
        }
        let (mut coders, mut outputs) = (Vec::new(), 0);
        for _ in 0..folders {
            outputs += self.folder(&mut coders)?;
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
                CRC => self.checksums(folders)?,
                END => return Some(()),
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

    fn checksums(&mut self, count: u64) -> Option<()> {
        let mut known = count;
        if self.byte()? == 0 {
            let bits = self.take(count.div_ceil(8))?;
            known = bits.iter().map(|byte| u64::from(byte.count_ones())).sum();
        }
        self.take(known.checked_mul(4)?).map(drop)
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
