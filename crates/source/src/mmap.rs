//! Mapped archives: the only module that maps files, which is `unsafe`.
//!
//! An archive is a finished file, and several threads read its entries at once, each at its own position; a map suits
//! that well. Touched pages of a map count as memory of the program, though, so only small archives are mapped. A
//! large one, a temporary file, and one that cannot be mapped (a network drive, an empty file, a full address space)
//! are read at the position of each reader, through a shared handle.
//!
//! Doubt: a user may truncate the archive while it is read, and on Linux that ends the process. Growing logs are
//! never mapped, so this happens only if a user overwrites the archive during its analysis.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use memmap2::Mmap;

/// Maximum size of a mapped file in bytes.
const MAPPED: u64 = 64 << 20;

/// Bytes of read-ahead through a handle: the directory of an archive is read field by field.
const AHEAD: usize = 16 << 10;

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
    Mapped(Arc<Mmap>),
    Handle(Arc<File>),
    Memory(Arc<[u8]>),
    /// Consecutive files, and the start of each.
    Parts(Arc<[(u64, Shared)]>),
}

impl Bytes {
    /// Reads at a position of the whole.
    fn read(&self, at: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let from = usize::try_from(at).unwrap_or(usize::MAX);
        match self {
            Bytes::Mapped(map) => map.get(from..).unwrap_or_default().read(buffer),
            Bytes::Memory(bytes) => bytes.get(from..).unwrap_or_default().read(buffer),
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

/// Writes at a position, independent of other users of the handle.
pub(crate) fn write_at(file: &File, at: u64, bytes: &[u8]) -> io::Result<()> {
    #[cfg(unix)]
    return std::os::unix::fs::FileExt::write_all_at(file, bytes, at);
    #[cfg(windows)]
    {
        let (mut at, mut bytes) = (at, bytes);
        while !bytes.is_empty() {
            match std::os::windows::fs::FileExt::seek_write(file, bytes, at) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => {
                    at += count as u64;
                    bytes = bytes.get(count..).unwrap_or_default();
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

impl Shared {
    /// Opens the file at `path`.
    #[expect(clippy::disallowed_methods, reason = "only this package opens files")]
    pub(crate) fn open(path: &Path) -> io::Result<Shared> {
        Shared::from_file(File::open(path)?)
    }

    #[expect(clippy::disallowed_methods, reason = "only this package opens files")]
    fn from_file(file: File) -> io::Result<Shared> {
        let length = file.metadata()?.len();
        if length > MAPPED {
            return Shared::without_map(file);
        }
        #[expect(unsafe_code, reason = "see the module: archives are finished files")]
        // SAFETY: the file must not shrink while it is mapped. Only archives come here, and only for one analysis.
        let mapped = unsafe { Mmap::map(&file) };
        match mapped {
            Ok(map) => {
                let bytes = Bytes::Mapped(Arc::new(map));
                Ok(Shared { bytes, start: 0, length, position: 0, ahead: Ahead(None) })
            }
            Err(_) => Shared::without_map(file),
        }
    }

    /// A reader of these bytes.
    pub(crate) fn from_memory(bytes: Vec<u8>) -> Shared {
        Shared {
            length: bytes.len() as u64,
            bytes: Bytes::Memory(bytes.into()),
            start: 0,
            position: 0,
            ahead: Ahead(None),
        }
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
        Shared { bytes: Bytes::Parts(parts.into()), start: 0, length, position: 0, ahead: Ahead(None) }
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

    /// A reader of a file through a handle, without a map.
    pub(crate) fn without_map(file: File) -> io::Result<Shared> {
        let length = file.metadata()?.len();
        Ok(Shared { bytes: Bytes::Handle(Arc::new(file)), start: 0, length, position: 0, ahead: Ahead(None) })
    }
}

impl Read for Shared {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.length.saturating_sub(self.position)).unwrap_or(usize::MAX);
        let most = buffer.len().min(left);
        let buffer = buffer.get_mut(..most).unwrap_or_default();
        let at = self.start + self.position;
        let count = match &self.bytes {
            Bytes::Handle(_) | Bytes::Parts(_) if buffer.len() < AHEAD => {
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
