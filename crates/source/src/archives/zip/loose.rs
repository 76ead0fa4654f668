//! An entry of a zip archive that is found by its own header, without the directory.

use std::fmt;
use std::io::{self, Read, Seek as _, SeekFrom};
use std::sync::Arc;

use ::zip::read::{ZipReadOptions, read_zipfile_from_stream_with_options};

use super::entry::{Archive, ZipEntryFacts};
use super::entry_name;
use super::unlock::find_aes;
use crate::content::{Content, Use};
use crate::meter::{Expansion, Meter};
use crate::mtime::ModifiedTime;
use crate::shared::Shared;
use crate::verified::{Declared, VerifiedReader};

/// Bytes of a local header without its name and extra fields.
const FIXED: u64 = 30;

/// Bits of the flags: the data is encrypted; sizes and checksum follow the data.
const ENCRYPTED: u16 = 1;
const DESCRIPTOR: u16 = 8;

/// A local header.
pub(super) struct Header {
    pub(super) name: String,
    pub(super) is_folder: bool,
    pub(super) written: ModifiedTime,
    pub(super) facts: ZipEntryFacts,
    /// Whether the sizes are in the header.
    pub(super) has_sizes: bool,
}

impl Header {
    pub(super) fn is_locked(&self) -> bool {
        self.facts.flags & ENCRYPTED != 0
    }

    /// Returns whether a record with the sizes follows the data.
    pub(super) fn has_record(&self) -> bool {
        self.facts.flags & DESCRIPTOR != 0
    }

    /// Reads the header at a position; `None` if there is none, or not all of it.
    pub(super) fn read(file: &Shared, at: u64) -> Option<Header> {
        let mut reader = file.clone();
        let mut fixed = [0; FIXED as usize];
        reader.seek(SeekFrom::Start(at)).ok()?;
        reader.read_exact(&mut fixed).ok()?;
        let short = |at: usize| u16::from_le_bytes([fixed[at], fixed[at + 1]]);
        let long = |at: usize| u64::from(short(at)) | u64::from(short(at + 2)) << 16;
        let (name, extra) = (usize::from(short(26)), usize::from(short(28)));
        let length = FIXED + (name + extra) as u64;
        if !fixed.starts_with(b"PK\x03\x04") || at + length > file.length() {
            return None;
        }
        let mut bytes = fixed.to_vec();
        bytes.resize(length as usize, 0);
        reader.read_exact(bytes.get_mut(FIXED as usize..)?).ok()?;
        // the crate asks for the password of AES before it tells the name: it sees another field, and the method
        let fields = bytes.get_mut(FIXED as usize + name..)?;
        if let Some(aes) = find_aes(fields) {
            let method = fields.get(aes + 9..aes + 11)?.to_vec();
            fields.get_mut(aes..aes + 2)?.fill(0xff);
            bytes.get_mut(8..10)?.copy_from_slice(&method);
        }
        // the crate reads the data of an entry to its end, so it gets none; the size is for those without one
        let mut alone = bytes.as_slice();
        let options = ZipReadOptions::new().ignore_encryption_flag(true).override_compressed_size(0);
        let entry = read_zipfile_from_stream_with_options(&mut alone, options).ok()??;
        let mut facts = ZipEntryFacts { header: at, data: at + length, ..ZipEntryFacts::new(&entry) };
        let has_record = facts.flags & DESCRIPTOR != 0;
        let mut has_sizes = !has_record;
        if has_record {
            // some writers know the sizes nevertheless
            let (packed, size) = (long(18), long(22));
            has_sizes = packed > 0 && packed < u64::from(u32::MAX) && size < u64::from(u32::MAX);
            (facts.packed, facts.size, facts.crc) = (packed, size, long(14) as u32);
        }
        Some(Header {
            name: entry_name(entry.name(), entry.name_raw()),
            is_folder: entry.is_dir(),
            written: ModifiedTime::from_zip(&entry),
            facts,
            has_sizes,
        })
    }
}

/// The data of an entry: as much of it as there is.
pub(super) struct LooseEntry {
    pub(super) archive: Arc<Archive>,
    pub(super) facts: ZipEntryFacts,
    /// The size and checksum that its header, or the record after its data, declares.
    pub(super) says: Option<Declared>,
    /// The password, if it is encrypted.
    pub(super) password: Option<Arc<str>>,
    pub(super) meter: Meter,
    /// Why the rest of the entry is missing, if its archive could not be copied as a whole.
    pub(super) missing: Option<Arc<str>>,
}

impl fmt::Debug for LooseEntry {
    // the password must not appear in messages
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LooseEntry").field("header", &self.facts.header).finish_non_exhaustive()
    }
}

/// A stream that ends with the reason why its rest is missing, whatever its decoder reports.
struct Missing<'a> {
    inner: &'a mut dyn Read,
    why: Option<&'a str>,
}

impl Read for Missing<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match (self.inner.read(buffer), self.why) {
            (Ok(0) | Err(_), Some(why)) if !buffer.is_empty() => Err(io::Error::other(why)),
            (outcome, _) => outcome,
        }
    }
}

impl Content for LooseEntry {
    fn read(&self, name: &str, _: u64, use_it: Use<'_>) -> io::Result<()> {
        self.archive.entry(self.facts, self.password.as_deref(), &mut |stream, facts| {
            let says = self.says.map(|says| {
                let has_crc = self.password.is_none() || facts.crc != 0;
                Declared { crc: says.crc.filter(|_| has_crc), ..says }
            });
            let mut stream = Missing { inner: stream, why: self.missing.as_deref() };
            let counted = (facts.packed, &self.meter);
            use_it(&mut VerifiedReader::new(&mut stream, name, counted, says, &self.archive.budget))
        })
    }

    fn size(&self) -> u64 {
        self.says.map_or(self.facts.packed, |says| says.size)
    }

    fn expansion(&self) -> Expansion {
        self.meter.expansion(self.archive.budget.limits().most_of(self.facts.packed))
    }
}
