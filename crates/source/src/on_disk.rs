//! [`OnDisk`]: a file on disk, as it was when it was found.
//!
//! A server renames, replaces, truncates and deletes its logs, also while they are read, and a run opens a log once for
//! each segment and block. So a file is identified by more than its path: by its number on the disk, its length, and
//! sums of its first and last bytes. Only the bytes up to that length are read, whatever the path leads to by now.
//!
//! The first [`MOST_HELD`] files stay open, so that even a deleted one can be read. Others are opened for every read and
//! compared with what was found; a file that was renamed within its folder is found there by its number. On Windows no
//! file stays open: the name of a deleted file is not free before its last handle is closed, and the server could not
//! begin its next log.
//!
//! Limits: bytes in the middle of a file that are written again in place are not noticed. On disks whose file numbers
//! change from one look to the next (some network drives), a file that was renamed is not found.

use std::fmt;
use std::fs;
use std::io::{self, Read};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::live::{self, FileFacts, FileId, Live};
use crate::mtime::ModifiedTime;

/// Files that stay open at the same time, in the whole process: far fewer than a process may open.
const MOST_HELD: usize = if cfg!(windows) { 0 } else { 128 };

/// Bytes at the start and at the end of a file that are compared.
const COMPARED: u64 = 512;

/// Files of a folder that are opened to find one that was renamed.
const LOOKED_AT: usize = 2000;

/// Change of a file since it was found, because of which it cannot be read as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileChange {
    /// It is shorter.
    Truncated,
    /// It has other bytes.
    Overwritten,
    /// Its path leads to another file, and it is not in its folder any more.
    Replaced,
    /// Its path leads to no file, and it is not in its folder any more.
    Gone,
}

impl fmt::Display for FileChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            FileChange::Truncated => "it was truncated while it was read",
            FileChange::Overwritten => "it was emptied and written again while it was read",
            FileChange::Replaced => "it was replaced by another file while it was read",
            FileChange::Gone => "it was deleted or moved to another folder while it was read",
        })
    }
}

impl From<FileChange> for io::Error {
    fn from(change: FileChange) -> io::Error {
        io::Error::other(change.to_string())
    }
}

/// Consumer of an open file.
type Consumer<'a> = &'a mut dyn FnMut(&mut dyn Read) -> io::Result<()>;

/// A file on disk, as it was when it was found.
#[derive(Debug)]
pub(crate) struct OnDisk {
    path: FoundAt,
    file: FileId,
    size: u64,
    /// Modification time in nanoseconds since 1970.
    written: u64,
    /// Sums of its first and of its last bytes.
    sums: (u32, u32),
    held: Option<Held>,
    /// `None` for nearly all files.
    later: Mutex<Option<Box<Later>>>,
}

/// The path under which a file was found. Nearly always it is the name of the source, and shares its memory.
#[derive(Debug)]
enum FoundAt {
    Listed(Arc<str>),
    Other(Box<PathBuf>),
}

/// What was noticed about a file after it was found.
#[derive(Debug, Default)]
struct Later {
    /// Its path, if it was renamed.
    renamed: Option<PathBuf>,
    change: Option<FileChange>,
    /// Bytes that were added to it.
    grown: u64,
}

/// A file that stays open.
#[derive(Debug)]
struct Held(Live);

/// Number of [`Held`].
static HELD: AtomicUsize = AtomicUsize::new(0);

impl Held {
    /// Keeps a file open, unless too many are.
    fn keep(file: Live, most: usize) -> Option<Held> {
        let more = |held: usize| (held < most).then_some(held + 1);
        HELD.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).is_ok().then(|| Held(file))
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        HELD.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The open file of an [`OnDisk`].
enum Handle<'a> {
    Held(&'a Live),
    Opened(Live),
}

impl Deref for Handle<'_> {
    type Target = Live;

    fn deref(&self) -> &Live {
        match self {
            Handle::Held(file) => file,
            Handle::Opened(file) => file,
        }
    }
}

impl OnDisk {
    /// The file at `path` as it is now, with its modification time.
    pub(crate) fn open(path: &Path) -> io::Result<(OnDisk, ModifiedTime)> {
        OnDisk::open_within(path, MOST_HELD)
    }

    /// The same; it stays open if fewer than `most` files do.
    fn open_within(path: &Path, most: usize) -> io::Result<(OnDisk, ModifiedTime)> {
        let file = live::open(path)?;
        let facts = file.facts()?;
        let sums = sums(&file, facts.size)?;
        let found = OnDisk {
            path: FoundAt::Other(Box::new(path.to_owned())),
            file: facts.file,
            size: facts.size,
            written: facts.written,
            sums,
            held: Held::keep(file, most),
            later: Mutex::new(None),
        };
        Ok((found, ModifiedTime::from_nanos(facts.written)))
    }

    /// Identity of the file.
    pub(crate) fn id(&self) -> FileId {
        self.file
    }

    /// Change that was noticed since the file was found.
    pub(crate) fn change(&self) -> Option<FileChange> {
        self.later().as_ref()?.change
    }

    /// Number of bytes that were added since the file was found, as far as it was noticed.
    pub(crate) fn grown(&self) -> u64 {
        self.later().as_ref().map_or(0, |later| later.grown)
    }

    /// Path under which it was found.
    pub(crate) fn path(&self) -> &Path {
        match &self.path {
            FoundAt::Listed(name) => Path::new(&**name),
            FoundAt::Other(path) => path,
        }
    }

    /// Shares the memory of the name of its source, if that is its path.
    pub(crate) fn listed_as(&mut self, name: &Arc<str>) {
        if self.path().as_os_str() == &**name {
            self.path = FoundAt::Listed(Arc::clone(name));
        }
    }

    /// Size in bytes when it was found.
    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// Passes on its bytes from a position up to the length when it was found.
    pub(crate) fn read(&self, from: u64, use_it: Consumer<'_>) -> io::Result<()> {
        let file = self.handle()?;
        let mut stream = Part { file: &file, at: from, end: self.size, is_short: false };
        let outcome = use_it(&mut stream);
        let is_short = stream.is_short;
        self.compare(&file, is_short)?;
        outcome
    }

    /// Compares the file with what was found, after bytes of it were read. Fails if these may be other bytes.
    fn compare(&self, file: &Live, is_short: bool) -> io::Result<()> {
        let facts = file.facts()?;
        if !is_short && self.is_untouched(&facts) {
            return Ok(());
        }
        if is_short || facts.size < self.size {
            self.note(FileChange::Truncated);
            // as far as it can be compared
            if facts.size < COMPARED.min(self.size) || sums(file, self.size)?.0 == self.sums.0 {
                return Ok(());
            }
        } else if sums(file, self.size)? == self.sums {
            let grown = facts.size - self.size;
            if grown > 0 {
                let mut later = self.later();
                let later = later.get_or_insert_default();
                later.grown = later.grown.max(grown);
            }
            return Ok(());
        }
        Err(self.note(FileChange::Overwritten).into())
    }

    fn is_untouched(&self, facts: &FileFacts) -> bool {
        facts.size == self.size && facts.written == self.written
    }

    /// The open file; fails if it cannot be found any more.
    fn handle(&self) -> io::Result<Handle<'_>> {
        let later = self.later();
        if let Some(change) = later.as_ref().and_then(|later| later.change)
            && change != FileChange::Truncated
        {
            return Err(change.into());
        }
        let renamed = later.as_ref().and_then(|later| later.renamed.clone());
        drop(later);
        if let Some(held) = &self.held {
            return Ok(Handle::Held(&held.0));
        }
        let mut change = FileChange::Replaced;
        for path in renamed.as_deref().into_iter().chain([self.path()]) {
            match live::open(path) {
                Ok(file) if self.is_same(&file)? => return Ok(Handle::Opened(file)),
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => change = FileChange::Gone,
                Err(error) => return Err(error),
            }
        }
        match self.find() {
            Some((path, file)) => {
                self.later().get_or_insert_default().renamed = Some(path);
                Ok(Handle::Opened(file))
            }
            None => Err(self.note(change).into()),
        }
    }

    /// Returns whether an open file is this one. Its number decides; where numbers change, its bytes do.
    fn is_same(&self, file: &Live) -> io::Result<bool> {
        let facts = file.facts()?;
        Ok(facts.file == self.file || facts.size >= self.size && sums(file, self.size)? == self.sums)
    }

    /// Finds the file in its folder by its number.
    fn find(&self) -> Option<(PathBuf, Live)> {
        let folder = self.path().parent().filter(|folder| !folder.as_os_str().is_empty());
        let entries = fs::read_dir(folder.unwrap_or(Path::new("."))).ok()?;
        let mut files: Vec<PathBuf> =
            entries.flatten().filter(|entry| self.may_be(entry)).map(|entry| entry.path()).collect();
        // `x.log` becomes `x.log.1` or `x.2026-11-21.log`
        let stem = self.path().file_stem()?.as_encoded_bytes();
        let is_other =
            |path: &PathBuf| !path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(stem));
        files.sort_by_key(is_other);
        files.into_iter().take(LOOKED_AT).find_map(|path| {
            let file = live::open(&path).ok()?;
            let is_it = file.facts().is_ok_and(|facts| facts.file == self.file);
            is_it.then_some((path, file))
        })
    }

    /// Returns whether an entry of a folder may be this file.
    #[cfg(unix)]
    fn may_be(&self, entry: &fs::DirEntry) -> bool {
        std::os::unix::fs::DirEntryExt::ino(entry) == self.file.index
            && entry.file_type().is_ok_and(|kind| kind.is_file())
    }

    #[cfg(not(unix))]
    #[expect(clippy::unused_self, reason = "a listing has no numbers of files here")]
    fn may_be(&self, entry: &fs::DirEntry) -> bool {
        entry.file_type().is_ok_and(|kind| kind.is_file())
    }

    /// Records a change; returns the most severe of all that were recorded.
    fn note(&self, change: FileChange) -> FileChange {
        let mut later = self.later();
        let known = &mut later.get_or_insert_default().change;
        *known.insert(known.map_or(change, |known| known.max(change)))
    }

    fn later(&self) -> MutexGuard<'_, Option<Box<Later>>> {
        self.later.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Sums of the first and of the last of `size` bytes of a file, as far as it has them.
fn sums(file: &Live, size: u64) -> io::Result<(u32, u32)> {
    let mut buffer = [0; COMPARED as usize];
    let mut sum = |at: u64, count: u64| {
        let part = buffer.get_mut(..count as usize).unwrap_or_default();
        let count = file.read_at(at, part)?;
        Ok::<u32, io::Error>(crc32fast::hash(part.get(..count).unwrap_or_default()))
    };
    let first = sum(0, COMPARED.min(size))?;
    // a small file has no other bytes
    let last = if size > COMPARED { sum(size - COMPARED, COMPARED)? } else { first };
    Ok((first, last))
}

/// The bytes of a file from a position up to the length that was found.
struct Part<'a> {
    file: &'a Live,
    at: u64,
    end: u64,
    /// The file ended before.
    is_short: bool,
}

impl Read for Part<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let most = buffer.len().min(left);
        let count = self.file.read_once(self.at, buffer.get_mut(..most).unwrap_or_default())?;
        self.is_short |= count == 0 && most > 0;
        self.at += count as u64;
        Ok(count)
    }
}

#[cfg(test)]
mod tests;
