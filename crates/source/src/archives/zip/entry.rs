//! An entry of a zip archive: found, decrypted, unpacked, counted and compared with the directory.
//!
//! The crate lists and decrypts. It does not unpack here, because its readers stop at a wrong size or checksum, and
//! the bytes before it would be lost. Its directory is not kept, because it takes several hundred bytes an entry.

use std::io::{self, Read};
use std::sync::Arc;

use ::zip::read::ZipFile;

use super::unlock::Locked;
use crate::content::{Content, Use};
use crate::decoders::{self, Stream};
use crate::limits::{Budget, Limits};
use crate::meter::{Expansion, Meter};
use crate::shared::Shared;
use crate::verified::{Declared, VerifiedReader};

/// Parts that all entries of an archive share.
#[derive(Debug)]
pub(super) struct Archive {
    pub(super) file: Shared,
    pub(super) budget: Arc<Budget>,
}

/// An entry of an archive.
pub(super) struct ZipEntry {
    pub(super) archive: Arc<Archive>,
    pub(super) facts: ZipEntryFacts,
    /// The password, if it is encrypted.
    pub(super) password: Option<Arc<str>>,
    pub(super) meter: Meter,
}

impl std::fmt::Debug for ZipEntry {
    // the password must not appear in messages
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Entry").field("header", &self.facts.header).finish_non_exhaustive()
    }
}

/// Declarations about an entry, of the directory or of its own header, and its positions.
#[derive(Debug, Clone, Copy)]
pub(super) struct ZipEntryFacts {
    /// Positions of its local header, and of its data.
    pub(super) header: u64,
    pub(super) data: u64,
    pub(super) size: u64,
    pub(super) packed: u64,
    pub(super) crc: u32,
    pub(super) method: u16,
    pub(super) flags: u16,
}

impl ZipEntryFacts {
    /// The facts of an entry of the directory, or of a local header without positions.
    pub(super) fn new<R: Read>(entry: &ZipFile<'_, R>) -> ZipEntryFacts {
        let header = entry.header_start();
        ZipEntryFacts {
            header,
            data: entry.data_start().unwrap_or(header),
            size: entry.size(),
            packed: entry.compressed_size(),
            crc: entry.crc32(),
            method: method_of(entry),
            flags: entry.flags().as_u16(),
        }
    }
}

/// Receives the bytes of an entry and the declarations about it.
pub(super) type UseEntry<'a> = &'a mut dyn FnMut(&mut dyn Read, ZipEntryFacts) -> io::Result<()>;

impl Archive {
    /// Opens an entry and passes on its bytes, with the declarations about it.
    pub(super) fn entry(
        &self,
        facts: ZipEntryFacts,
        password: Option<&str>,
        use_it: UseEntry<'_>,
    ) -> io::Result<()> {
        let mut raw = self.file.part(facts.data, facts.packed);
        let limits = self.budget.limits();
        let Some(password) = password else {
            return use_it(&mut *decoder(Box::new(&mut raw), facts, limits)?, facts);
        };
        let locked = Locked::read(&self.file, facts.header, facts.crc, facts.packed)?;
        // authenticated encryption needs no checksum, and writes zero
        let facts = ZipEntryFacts { crc: if locked.is_aes() { 0 } else { facts.crc }, ..facts };
        locked.unlock(&mut raw, password, &mut |stream| {
            use_it(&mut *decoder(Box::new(stream), facts, limits)?, facts)
        })
    }

    /// Returns whether a password opens an entry. One wrong password in 256 passes the check, so the compressed bytes
    /// are tried, too, unless the password opened another entry.
    pub(super) fn opens(&self, facts: ZipEntryFacts, password: &str, is_proven: bool) -> bool {
        let mut fits = false;
        let tried = self.entry(facts, Some(password), &mut |stream, facts| {
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
        self.archive.entry(self.facts, self.password.as_deref(), &mut |stream, facts| {
            let crc = (self.password.is_none() || facts.crc != 0).then_some(facts.crc);
            let says = Declared { size: facts.size, crc };
            let counted = (facts.packed, &self.meter);
            use_it(&mut VerifiedReader::new(stream, name, counted, Some(says), &self.archive.budget))
        })
    }

    fn size(&self) -> u64 {
        self.facts.size
    }

    fn expansion(&self) -> Expansion {
        self.meter.expansion(self.archive.budget.limits().most_of(self.facts.packed))
    }
}

/// Creates the decoder of an entry.
fn decoder<'a>(packed: Stream<'a>, facts: ZipEntryFacts, limits: &Limits) -> io::Result<Stream<'a>> {
    // with this bit LZMA ends at a mark, else at its size
    let ends_at_mark = facts.flags & 2 != 0;
    match facts.method {
        0 => Ok(packed),
        8 => Ok(decoders::deflate(packed, limits)),
        9 => Ok(decoders::deflate64(packed, limits)),
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
fn method_of<R: Read>(entry: &ZipFile<'_, R>) -> u16 {
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
