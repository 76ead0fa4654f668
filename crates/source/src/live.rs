//! Files that are still written: which file a path leads to at this moment, how long it is, and its bytes.
//!
//! Every look is a fresh one. A file is opened as `File::open` does it, which on Windows lets its writer go on, rename,
//! truncate and delete; nothing is mapped. Which file it is and what is read come from the same handle, so that a file
//! that takes the name of another between two calls is noticed.
//!
//! Times are those that the disk says, and only good for *is it another one than before*. A file is never written here.

use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use super::archive::ARCHIVES;
use super::kind::not_text;

/// What a path leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A file.
    File,
    /// A folder.
    Folder,
    /// A link. Only listings have it: a path is followed.
    Link,
    /// A device, pipe or socket.
    Other,
}

/// Which file it is on its disk, whatever it is called.
///
/// Once a file is deleted its number may be given to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId {
    /// The disk: device, or serial number of the volume.
    pub volume: u64,
    /// The file on it: inode, or file index.
    pub index: u64,
}

/// What is known of a file without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileFacts {
    /// What it is.
    pub kind: FileKind,
    /// Which one it is.
    pub file: FileId,
    /// Bytes that it has.
    pub size: u64,
    /// When it was written last, in nanoseconds since 1970, or 0 if nothing says it.
    pub written: u64,
}

/// One line of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Where it lies.
    pub path: PathBuf,
    /// What it is.
    pub kind: FileKind,
}

/// A file that is open for reading.
#[derive(Debug)]
pub struct Live(File);

/// What lies in `folder`, in no order. Links are not followed.
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

/// What `path` leads to.
pub fn facts(path: &Path) -> io::Result<FileFacts> {
    let metadata = fs::metadata(path)?;
    #[cfg(windows)]
    {
        if metadata.is_file() {
            // what the folder says of size and time lags behind while the file is open; a handle knows better
            return open(path)?.facts();
        }
        Ok(facts_of(&metadata, FileId { volume: 0, index: 0 }))
    }
    #[cfg(not(windows))]
    Ok(facts_of(&metadata, id_of(&metadata)))
}

/// Opens the file at `path`.
#[expect(clippy::disallowed_methods, reason = "this is the door")]
pub fn open(path: &Path) -> io::Result<Live> {
    File::open(path).map(Live)
}

#[cfg(unix)]
fn id_of(metadata: &Metadata) -> FileId {
    use std::os::unix::fs::MetadataExt;
    FileId { volume: metadata.dev(), index: metadata.ino() }
}

/// Systems that say nothing better: all files are one, and only names and first bytes tell them apart.
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
    /// What the open file is.
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

    /// Reads at `at` until `buffer` is full or the file ends; says how many bytes came.
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

    #[cfg(unix)]
    fn read_once(&self, at: u64, buffer: &mut [u8]) -> io::Result<usize> {
        std::os::unix::fs::FileExt::read_at(&self.0, buffer, at)
    }

    #[cfg(windows)]
    fn read_once(&self, at: u64, buffer: &mut [u8]) -> io::Result<usize> {
        std::os::windows::fs::FileExt::seek_read(&self.0, buffer, at)
    }
}

/// Bytes at the start of a file by which [`not_a_log`] judges.
pub const JUDGED: usize = 1024;

/// If a file that begins with `head` is no log that can be followed: what it is, and what to do.
pub fn not_a_log(head: &[u8]) -> Option<(&'static str, &'static str)> {
    if ARCHIVES.iter().any(|kind| kind.recognises(head)) {
        return Some((
            "an archive, which is finished",
            "`spoglight analyze` and `spoglight timeline` read archives",
        ));
    }
    if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") || every_other_is_zero(head) {
        return None;
    }
    not_text(head).map(|found| (found.what, found.advice))
}

/// UTF-16 without a mark, of a language of few letters.
fn every_other_is_zero(head: &[u8]) -> bool {
    let zeros = |from: usize| head.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let half = head.len() / 2;
    half > 0 && ((even == 0 && odd * 10 > half * 4) || (odd == 0 && even * 10 > half * 4))
}
