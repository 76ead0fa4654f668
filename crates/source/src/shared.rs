//! [`Shared`]: a reader with random access to an archive, which several threads read at once, each at its own position.
//!
//! Only copies in temporary files are [mapped](crate::mapped), and few of them: an archive that a user truncates while it is
//! mapped ends the process.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use crate::handles::DiskFile;
use crate::limits::Held;
use crate::mapped::Mapped;

/// Bytes of read-ahead through a handle: the directory of an archive is read field by field.
const AHEAD: usize = 4 << 10;

/// A reader of a file, or of a part of it; clones share the file and have their own position.
#[derive(Debug, Clone)]
pub(crate) struct Shared {
    bytes: Bytes,
    /// Start of the part in the file.
    start: u64,
    length: u64,
    /// Position in the part.
    position: u64,
    ahead: Ahead,
}

/// Bytes of a handle that were read ahead, and their position in the file. A clone reads elsewhere and starts with
/// none.
#[derive(Debug, Default)]
struct Ahead(Option<Box<(u64, Vec<u8>)>>);

impl Clone for Ahead {
    fn clone(&self) -> Ahead {
        Ahead(None)
    }
}

impl Ahead {
    /// Reads a few bytes at a position.
    fn read(&mut self, bytes: &Bytes, at: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let is_known = |read: &(u64, Vec<u8>)| (read.0..read.0 + read.1.len() as u64).contains(&at);
        if !self.0.as_deref().is_some_and(is_known) {
            let mut read = self.0.take().map(|read| read.1).unwrap_or_default();
            read.resize(AHEAD, 0);
            let count = bytes.read(at, &mut read)?;
            read.truncate(count);
            self.0 = Some(Box::new((at, read)));
        }
        let Some((from, read)) = self.0.as_deref() else { return Ok(0) };
        let from = usize::try_from(at - from).unwrap_or(usize::MAX);
        read.get(from..).unwrap_or_default().read(buffer)
    }
}

#[derive(Debug, Clone)]
enum Bytes {
    Disk(Arc<DiskFile>),
    /// A temporary file.
    Handle(Arc<File>),
    Memory(Arc<Held>),
    /// A part of a temporary file.
    Mapped(Arc<Mapped>),
    /// Consecutive files, and the start of each.
    Parts(Arc<[(u64, Shared)]>),
}

impl Bytes {
    /// Reads at a position of the whole.
    fn read(&self, at: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let from = usize::try_from(at).unwrap_or(usize::MAX);
        match self {
            Bytes::Disk(file) => file.read_at(at, buffer),
            Bytes::Memory(held) => held.bytes().get(from..).unwrap_or_default().read(buffer),
            Bytes::Mapped(map) => map.bytes().get(from..).unwrap_or_default().read(buffer),
            Bytes::Handle(file) => read_at(file, at, buffer),
            Bytes::Parts(parts) => {
                let part = parts.partition_point(|(start, _)| *start <= at).checked_sub(1);
                let Some((start, part)) = part.and_then(|part| parts.get(part)) else { return Ok(0) };
                let left = usize::try_from(part.length.saturating_sub(at - start)).unwrap_or(usize::MAX);
                let most = buffer.len().min(left);
                part.bytes.read(part.start + at - start, buffer.get_mut(..most).unwrap_or_default())
            }
        }
    }
}

/// Reads at a position, independent of other readers of the handle.
pub(crate) fn read_at(file: &File, at: u64, buffer: &mut [u8]) -> io::Result<usize> {
    #[cfg(unix)]
    return std::os::unix::fs::FileExt::read_at(file, buffer, at);
    #[cfg(windows)]
    return std::os::windows::fs::FileExt::seek_read(file, buffer, at);
}

impl Shared {
    /// Opens the file at `path`.
    pub(crate) fn open(path: &Path) -> io::Result<Shared> {
        let file = DiskFile::open(path)?;
        Ok(Shared::whole(file.length(), Bytes::Disk(file)))
    }

    /// A reader of these bytes.
    pub(crate) fn from_memory(held: Held) -> Shared {
        Shared::whole(held.bytes().len() as u64, Bytes::Memory(Arc::new(held)))
    }

    /// A reader of `length` bytes at `start` of a temporary file, which are not written to any more.
    pub(crate) fn from_temporary(file: Arc<File>, start: u64, length: u64) -> Shared {
        match Mapped::of_temporary(&file, start, length) {
            Some(map) => Shared::whole(length, Bytes::Mapped(Arc::new(map))),
            None => Shared::whole(start + length, Bytes::Handle(file)).part(start, length),
        }
    }

    fn whole(length: u64, bytes: Bytes) -> Shared {
        Shared { bytes, start: 0, length, position: 0, ahead: Ahead(None) }
    }

    /// A reader of these files, one after the other.
    pub(crate) fn joined(files: Vec<Shared>) -> Shared {
        let mut length = 0;
        let parts: Vec<(u64, Shared)> = files
            .into_iter()
            .map(|file| {
                let start = length;
                length += file.length;
                (start, file)
            })
            .collect();
        Shared::whole(length, Bytes::Parts(parts.into()))
    }

    /// A reader of a part, or of as much of it as exists.
    pub(crate) fn part(&self, start: u64, length: u64) -> Shared {
        let start = start.min(self.length);
        Shared {
            bytes: self.bytes.clone(),
            start: self.start + start,
            length: length.min(self.length - start),
            position: 0,
            ahead: Ahead(None),
        }
    }

    /// Size in bytes.
    pub(crate) fn length(&self) -> u64 {
        self.length
    }
}

impl Read for Shared {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.length.saturating_sub(self.position)).unwrap_or(usize::MAX);
        let most = buffer.len().min(left);
        let buffer = buffer.get_mut(..most).unwrap_or_default();
        let at = self.start + self.position;
        let count = match &self.bytes {
            Bytes::Disk(_) | Bytes::Handle(_) | Bytes::Parts(_) if buffer.len() < AHEAD => {
                self.ahead.read(&self.bytes, at, buffer)?
            }
            bytes => bytes.read(at, buffer)?,
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
