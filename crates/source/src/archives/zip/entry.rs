//! An entry of a zip archive: found, decrypted, unpacked, counted and compared with the directory.
//!
//! The crate finds and decrypts. It does not unpack here, because its readers stop at a wrong size or checksum, and
//! the bytes before it would be lost.

use std::io::{self, Read};
use std::sync::Arc;

use ::zip::ZipArchive;
use ::zip::read::ZipFile;
use ::zip::result::ZipError;

use super::unlock::Locked;
use crate::content::{Content, Use};
use crate::decoders::{self, Stream};
use crate::limits::{Budget, Limits};
use crate::meter::{Expansion, Meter};
use crate::mmap::Shared;
use crate::verified::{Declared, VerifiedReader};

/// Parts that all entries of an archive share.
#[derive(Debug)]
pub(super) struct Archive {
    pub(super) zip: ZipArchive<Shared>,
    pub(super) file: Shared,
    pub(super) budget: Arc<Budget>,
}

/// An entry of an archive.
pub(super) struct ZipEntry {
    pub(super) archive: Arc<Archive>,
    pub(super) index: usize,
    pub(super) password: Option<Arc<str>>,
    pub(super) meter: Meter,
}

impl std::fmt::Debug for ZipEntry {
    // the password must not appear in messages
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Entry").field("index", &self.index).finish_non_exhaustive()
    }
}

/// Declarations of the directory about an entry.
#[derive(Clone, Copy)]
struct ZipEntryFacts {
    method: u16,
    flags: u16,
    size: u64,
    packed: u64,
    crc: u32,
}

impl Archive {
    /// Opens an entry and passes on its bytes, with the declarations of the directory.
    fn entry(
        &self,
        index: usize,
        password: Option<&str>,
        use_it: &mut dyn FnMut(&mut dyn Read, ZipEntryFacts) -> io::Result<()>,
    ) -> io::Result<()> {
        // a clone shares the directory and the file, and has its own position
        let mut zip = ZipArchive::clone(&self.zip);
        let mut raw = zip.by_index_raw(index).map_err(to_io)?;
        let facts = ZipEntryFacts {
            method: method_of(&raw),
            flags: raw.flags().as_u16(),
            size: raw.size(),
            packed: raw.compressed_size(),
            crc: raw.crc32(),
        };
        let limits = self.budget.limits();
        let Some(password) = password.filter(|_| raw.encrypted()) else {
            return use_it(&mut *decoder(Box::new(&mut raw), facts, limits)?, facts);
        };
        let locked = Locked::read(&self.file, raw.header_start(), facts.crc, facts.packed)?;
        // authenticated encryption needs no checksum, and writes zero
        let facts = ZipEntryFacts { crc: if locked.is_aes() { 0 } else { facts.crc }, ..facts };
        locked.unlock(&mut raw, password, &mut |stream| {
            use_it(&mut *decoder(Box::new(stream), facts, limits)?, facts)
        })
    }

    /// Returns whether a password opens an entry. One wrong password in 256 passes the check, so the compressed bytes
    /// are tried, too, unless the password opened another entry.
    pub(super) fn opens(&self, index: usize, password: &str, is_proven: bool) -> bool {
        let mut fits = false;
        let tried = self.entry(index, Some(password), &mut |stream, facts| {
            let mut bytes = Vec::new();
            if !is_proven {
                stream.take(TRIED).read_to_end(&mut bytes)?;
            }
            let is_all = bytes.len() as u64 == facts.size && facts.size > 0 && facts.crc != 0;
            fits = !is_all || crc32fast::hash(&bytes) == facts.crc;
            Ok(())
        });
        tried.is_ok() && fits
    }
}

/// Bytes of an entry that are unpacked to try a password.
const TRIED: u64 = 64 << 10;

impl Content for ZipEntry {
    fn read(&self, name: &str, _: u64, use_it: Use<'_>) -> io::Result<()> {
        self.archive.entry(self.index, self.password.as_deref(), &mut |stream, facts| {
            let crc = (self.password.is_none() || facts.crc != 0).then_some(facts.crc);
            let says = Declared { size: facts.size, crc };
            let counted = (facts.packed, &self.meter);
            use_it(&mut VerifiedReader::new(stream, name, counted, Some(says), &self.archive.budget))
        })
    }

    fn size(&self) -> u64 {
        self.archive.zip.by_index_data(self.index).map_or(0, |entry| entry.size())
    }

    fn expansion(&self) -> Expansion {
        let packed = self.archive.zip.by_index_data(self.index).map_or(0, |entry| entry.compressed_size());
        self.meter.expansion(self.archive.budget.limits().most_of(packed))
    }
}

fn to_io(error: ZipError) -> io::Error {
    match error {
        ZipError::Io(error) => error,
        other => io::Error::new(io::ErrorKind::InvalidData, other.to_string()),
    }
}

/// Creates the decoder of an entry.
fn decoder<'a>(packed: Stream<'a>, facts: ZipEntryFacts, limits: &Limits) -> io::Result<Stream<'a>> {
    // with this bit LZMA ends at a mark, else at its size
    let ends_at_mark = facts.flags & 2 != 0;
    match facts.method {
        0 => Ok(packed),
        8 => Ok(decoders::deflate(packed)),
        9 => Ok(Box::new(deflate64::Deflate64Decoder::new(packed))),
        12 => Ok(decoders::bzip2(packed, limits)),
        14 => decoders::zip_lzma(packed, (!ends_at_mark).then_some(facts.size), limits),
        93 => Ok(decoders::zstd(packed, limits)),
        95 => Ok(decoders::xz(packed, limits)),
        other => Err(io::Error::new(io::ErrorKind::Unsupported, name_of(other))),
    }
}

/// Number of an entry's method.
#[expect(
    deprecated,
    reason = "a number is all that is common to methods that the crate was built with and without"
)]
pub(super) fn method_of(entry: &ZipFile<'_, Shared>) -> u16 {
    entry.compression().to_u16()
}

/// Name of an unsupported method.
pub(super) fn unsupported(method: u16) -> Option<String> {
    (!matches!(method, 0 | 8 | 9 | 12 | 14 | 93 | 95)).then(|| name_of(method))
}

fn name_of(method: u16) -> String {
    let name = match method {
        1 => "Shrink",
        2..=5 => "Reduce",
        6 => "Implode",
        10 => "PKWARE's DCL Implode",
        16 => "IBM's CMPSC",
        18 => "IBM's TERSE",
        19 => "IBM's LZ77",
        20 => "an early Zstandard",
        94 => "MP3",
        96 => "JPEG",
        97 => "WavPack",
        98 => "PPMd",
        99 => "AES without its parameters",
        _ => "an unknown method",
    };
    format!("{name} (method {method})")
}
