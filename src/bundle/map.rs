//! Archives in memory, without reading them there: the one place that maps files, and the one `unsafe` of the house.
//!
//! An archive is a finished file that nobody writes any more, and several threads read its entries at once, each at
//! a place of its own; that is what a map is good for. If mapping fails (a network drive, an empty file, a full
//! address space) the archive is read instead, through a handle that the readers share.
//!
//! The doubt: somebody may truncate the archive while we read it, and on Linux that ends the process. Logs that still
//! grow are never mapped, so this takes a person who overwrites the archive during its analysis.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use memmap2::Mmap;

/// A reader of a file, or of a part of it; clones share the file and have a position of their own.
#[derive(Debug, Clone)]
pub(super) struct Shared {
    bytes: Bytes,
    /// Where the part begins in the file.
    start: u64,
    length: u64,
    /// In the part.
    position: u64,
}

#[derive(Debug, Clone)]
enum Bytes {
    Mapped(Arc<Mmap>),
    Handle(Arc<Mutex<File>>),
    Memory(Arc<[u8]>),
    /// Files that follow one another, and where each begins.
    Parts(Arc<[(u64, Shared)]>),
}

impl Shared {
    /// Opens the file at `path`.
    #[expect(clippy::disallowed_methods, reason = "this is the door")]
    pub(super) fn open(path: &Path) -> io::Result<Shared> {
        Shared::of(File::open(path)?)
    }

    /// The file behind a handle.
    #[expect(clippy::disallowed_methods, reason = "this is the door")]
    pub(super) fn of(file: File) -> io::Result<Shared> {
        let length = file.metadata()?.len();
        #[expect(unsafe_code, reason = "see the module: archives are finished files")]
        // SAFETY: the file must not shrink while it is mapped. Only archives come here, and only for one analysis.
        let mapped = unsafe { Mmap::map(&file) };
        let bytes = match mapped {
            Ok(map) => Bytes::Mapped(Arc::new(map)),
            Err(_) => Bytes::Handle(Arc::new(Mutex::new(file))),
        };
        Ok(Shared { bytes, start: 0, length, position: 0 })
    }

    /// These bytes.
    pub(super) fn of_memory(bytes: Vec<u8>) -> Shared {
        Shared { length: bytes.len() as u64, bytes: Bytes::Memory(bytes.into()), start: 0, position: 0 }
    }

    /// These files, one behind the other.
    pub(super) fn joined(files: Vec<Shared>) -> Shared {
        let mut length = 0;
        let parts: Vec<(u64, Shared)> = files
            .into_iter()
            .map(|file| {
                let start = length;
                length += file.length;
                (start, file)
            })
            .collect();
        Shared { bytes: Bytes::Parts(parts.into()), start: 0, length, position: 0 }
    }

    /// A part of it, or what there is of that part.
    pub(super) fn part(&self, start: u64, length: u64) -> Shared {
        let start = start.min(self.length);
        Shared {
            bytes: self.bytes.clone(),
            start: self.start + start,
            length: length.min(self.length - start),
            position: 0,
        }
    }

    /// Bytes of it.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    #[cfg(test)]
    pub(super) fn without_map(file: File) -> io::Result<Shared> {
        let length = file.metadata()?.len();
        Ok(Shared { bytes: Bytes::Handle(Arc::new(Mutex::new(file))), start: 0, length, position: 0 })
    }
}

impl Read for Shared {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.length.saturating_sub(self.position)).unwrap_or(usize::MAX);
        let most = buffer.len().min(left);
        let buffer = buffer.get_mut(..most).unwrap_or_default();
        let at = self.start + self.position;
        let from = usize::try_from(at).unwrap_or(usize::MAX);
        let count = match &self.bytes {
            Bytes::Mapped(map) => map.get(from..).unwrap_or_default().read(buffer)?,
            Bytes::Memory(bytes) => bytes.get(from..).unwrap_or_default().read(buffer)?,
            Bytes::Parts(parts) => {
                let part = parts.partition_point(|(start, _)| *start <= at).checked_sub(1);
                let Some((start, part)) = part.and_then(|part| parts.get(part)) else { return Ok(0) };
                let mut part = part.clone();
                part.position = at - start;
                part.read(buffer)?
            }
            Bytes::Handle(file) => {
                let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
                file.seek(SeekFrom::Start(at))?;
                file.read(buffer)?
            }
        };
        self.position += count as u64;
        Ok(count)
    }
}

impl Seek for Shared {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.length.checked_add_signed(by),
            SeekFrom::Current(by) => self.position.checked_add_signed(by),
        };
        self.position =
            target.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "a seek before the start"))?;
        Ok(self.position)
    }
}
