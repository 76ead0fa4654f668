//! A file that is open for reading: its identity, its facts, and its bytes at any position.
//!
//! It is opened as `File::open` does it, which on Windows lets its writer continue, rename, truncate and delete.

use std::fs::{self, File, Metadata};
use std::io;
use std::path::Path;
use std::time::UNIX_EPOCH;

/// Type of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A link. Only listings return it: a path is followed.
    Link,
    /// A device, pipe or socket.
    Other,
}

/// Identity of a file on its disk, whatever its name.
///
/// After a file is deleted, its number may be given to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId {
    /// The disk: device, or serial number of the volume.
    pub volume: u64,
    /// The file on it: inode, or file index.
    pub index: u64,
}

/// Facts about a file without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileFacts {
    /// Type of the file.
    pub kind: FileKind,
    /// Identity of the file.
    pub file: FileId,
    /// Size in bytes.
    pub size: u64,
    /// Modification time in nanoseconds since 1970, or 0 if it is not known.
    pub written: u64,
}

/// A file that is open for reading.
#[derive(Debug)]
pub struct Live(File);

/// Returns the facts about the file at `path`.
pub fn facts(path: &Path) -> io::Result<FileFacts> {
    let metadata = fs::metadata(path)?;
    #[cfg(windows)]
    {
        if metadata.is_file() {
            // the size and time in the folder lag behind while the file is open; those of a handle do not
            return open(path)?.facts();
        }
        Ok(facts_of(&metadata, FileId { volume: 0, index: 0 }))
    }
    #[cfg(not(windows))]
    Ok(facts_of(&metadata, id_of(&metadata)))
}

/// Opens the file at `path`.
#[expect(clippy::disallowed_methods, reason = "only this package opens files")]
pub fn open(path: &Path) -> io::Result<Live> {
    File::open(path).map(Live)
}

/// Returns the identity of an open regular file; `None` if it is something else, or has none on this system.
pub fn id_of_file(file: File) -> Option<FileId> {
    let facts = Live(file).facts().ok()?;
    (facts.kind == FileKind::File && facts.file != FileId { volume: 0, index: 0 }).then_some(facts.file)
}

#[cfg(unix)]
fn id_of(metadata: &Metadata) -> FileId {
    use std::os::unix::fs::MetadataExt;
    FileId { volume: metadata.dev(), index: metadata.ino() }
}

/// Other systems: all files have the same id, and only names and first bytes separate them.
#[cfg(not(any(unix, windows)))]
fn id_of(_: &Metadata) -> FileId {
    FileId { volume: 0, index: 0 }
}

fn facts_of(metadata: &Metadata, file: FileId) -> FileFacts {
    let kind = metadata.file_type();
    let kind = if kind.is_file() {
        FileKind::File
    } else if kind.is_dir() {
        FileKind::Folder
    } else {
        FileKind::Other
    };
    let since = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let written = since.and_then(|since| u64::try_from(since.as_nanos()).ok()).unwrap_or(0);
    FileFacts { kind, file, size: metadata.len(), written }
}

impl Live {
    /// Returns the facts about the open file.
    pub fn facts(&self) -> io::Result<FileFacts> {
        let metadata = self.0.metadata()?;
        #[cfg(windows)]
        {
            let told = winapi_util::file::information(&self.0)?;
            let file = FileId { volume: told.volume_serial_number(), index: told.file_index() };
            Ok(FileFacts { size: told.file_size(), ..facts_of(&metadata, file) })
        }
        #[cfg(not(windows))]
        Ok(facts_of(&metadata, id_of(&metadata)))
    }

    /// Reads at `at` until `buffer` is full or the file ends; returns the number of bytes read.
    pub fn read_at(&self, at: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let mut filled = 0;
        while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match self.read_once(at + filled as u64, rest) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(filled)
    }

    /// Reads once at `at`; returns the number of bytes read, 0 at the end of the file.
    #[cfg(unix)]
    pub(crate) fn read_once(&self, at: u64, buffer: &mut [u8]) -> io::Result<usize> {
        std::os::unix::fs::FileExt::read_at(&self.0, buffer, at)
    }

    /// Reads once at `at`; returns the number of bytes read, 0 at the end of the file.
    #[cfg(windows)]
    pub(crate) fn read_once(&self, at: u64, buffer: &mut [u8]) -> io::Result<usize> {
        std::os::windows::fs::FileExt::seek_read(&self.0, buffer, at)
    }
}
