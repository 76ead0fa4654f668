//! The directory of a zip archive, with the memory that the crate needs for it counted while it reads.
//!
//! The crate keeps the whole directory, and an entry of 46 bytes takes several hundred bytes of memory. A declared number
//! of entries can be wrong, so the headers are counted that are read.

use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ::zip::ZipArchive;
use ::zip::result::ZipError;

use crate::limits::Budget;
use crate::shared::Shared;

/// Bytes of the header of an entry in the directory, without its name, extra fields and comment.
const HEADER: usize = 46;

/// Bytes of memory of an entry, without its name, extra fields and comment.
const ENTRY: u64 = 600;

/// A directory that was read, and the bytes that are counted for it.
pub(super) struct Directory {
    pub(super) archive: ZipArchive<Metered>,
    _counted: Counted,
}

/// Bytes that are counted until this is dropped.
struct Counted {
    bytes: Arc<AtomicU64>,
    budget: Arc<Budget>,
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.budget.release(self.bytes.load(Ordering::Relaxed));
    }
}

impl Directory {
    /// Reads the directory of `file`. Fails with an error that names `--max-memory` if it is too large.
    #[expect(clippy::disallowed_methods, reason = "every entry is read through Capped")]
    pub(super) fn open(file: Shared, budget: &Arc<Budget>) -> Result<Directory, ZipError> {
        let counted = Counted { bytes: Arc::default(), budget: Arc::clone(budget) };
        let metered = Metered { file, bytes: Arc::clone(&counted.bytes), budget: Arc::clone(budget) };
        Ok(Directory { archive: ZipArchive::new(metered)?, _counted: counted })
    }
}

/// A reader that counts the headers that are read through it.
pub(super) struct Metered {
    file: Shared,
    bytes: Arc<AtomicU64>,
    budget: Arc<Budget>,
}

impl Metered {
    fn count(&self, header: &[u8]) -> io::Result<()> {
        let number = |at: usize| {
            let bytes = header.get(at..at + 2).and_then(|bytes| bytes.try_into().ok());
            u64::from(bytes.map_or(0, u16::from_le_bytes))
        };
        // the name is kept twice, extra fields as a list of their values
        let bytes = ENTRY + 2 * number(28) + 3 * number(30) + number(32);
        if !self.budget.keep(bytes) {
            return Err(io::Error::other(self.budget.too_much("its list of entries")));
        }
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        Ok(())
    }
}

impl Read for Metered {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.len() != HEADER {
            return self.file.read(buffer);
        }
        let mut filled = 0;
        while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match self.file.read(rest)? {
                0 => break,
                count => filled += count,
            }
        }
        if filled == HEADER && buffer.starts_with(b"PK\x01\x02") {
            self.count(buffer)?;
        }
        Ok(filled)
    }
}

impl Seek for Metered {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}
