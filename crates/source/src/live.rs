//! Files that are still written: the file at a path at this moment, its size, and its bytes.
//!
//! Nothing is cached. A file is opened as `File::open` does it, which on Windows lets its writer continue, rename,
//! truncate and delete; nothing is mapped. The identity of a file and its bytes come from the same handle, so that a
//! file that takes the name of another between two calls is noticed.
//!
//! Times are those of the disk, and only good for comparing two states of a file. No file is written here.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::archives::kind_of;
use crate::kind::not_text;
pub use crate::open_file::{FileFacts, FileId, FileKind, Live, facts, id_of_file, open};

/// An entry of a directory listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Path of the entry.
    pub path: PathBuf,
    /// Type of the entry.
    pub kind: FileKind,
}

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

/// Bytes at the start of a file that [`not_a_log`] needs.
pub const JUDGED: usize = 1024;

/// Description and advice for a file that begins with `head` and is not a log that can be followed.
pub fn not_a_log(head: &[u8]) -> Option<(&'static str, &'static str)> {
    if kind_of(head).is_some() {
        return Some((
            "an archive, which does not grow",
            "`spoglight analyze` and `spoglight timeline` read archives",
        ));
    }
    if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") || every_other_is_zero(head) {
        return None;
    }
    not_text(head).map(|found| (found.what, found.advice))
}

/// UTF-16 without a mark, in a language with few letters.
fn every_other_is_zero(head: &[u8]) -> bool {
    let zeros = |from: usize| head.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let half = head.len() / 2;
    half > 0 && ((even == 0 && odd * 10 > half * 4) || (odd == 0 && even * 10 > half * 4))
}
