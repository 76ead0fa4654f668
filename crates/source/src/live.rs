//! Files that are still written: the file at a path at this moment, its size, and its bytes.
//!
//! Nothing is cached. A file is opened as `File::open` does it, which on Windows lets its writer continue, rename,
//! truncate and delete; nothing is mapped. The identity of a file and its bytes come from the same handle, so that a
//! file that takes the name of another between two calls is noticed.
//!
//! Times are those of the disk, and only good for comparing two states of a file. No file is written here.

use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};
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

/// An entry of a directory listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Path of the entry.
    pub path: PathBuf,
    /// Type of the entry.
    pub kind: FileKind,
}

/// A file that is open for reading.
#[derive(Debug)]
pub struct Live(File);

/// Lists `folder`, in no order. Links are not followed.
pub fn list(folder: &Path) -> io::Result<Vec<Listed>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = match entry.file_type() {
            Ok(kind) if kind.is_file() => FileKind::File,
            Ok(kind) if kind.is_dir() => FileKind::Folder,
            Ok(kind) if kind.is_symlink() => FileKind::Link,
            Ok(_) => FileKind::Other,
            // deleted since it was listed
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        found.push(Listed { path: entry.path(), kind });
    }
    Ok(found)
}

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
