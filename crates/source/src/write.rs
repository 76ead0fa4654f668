//! Writes files as a whole: a reader sees the old content or the new one, never a part.

use std::error::Error;
use std::fmt;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Bytes collected in memory before each write to the disk.
const BUFFER: usize = 64 << 10;

/// How safely a file is on the disk when [`write_atomically`] returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// The system writes it later: a power failure may lose it.
    Buffered,
    /// It survives a power failure. Slower.
    Synced,
}

/// A file that could not be written, with its name.
#[derive(Debug)]
pub struct WriteError {
    /// The file that was to be written.
    pub path: PathBuf,
    /// What went wrong.
    pub error: io::Error,
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} cannot be written: {}", self.path.display(), self.error)
    }
}

impl Error for WriteError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.error)
    }
}

/// Writes `path` through a temporary file in the same folder that is renamed when it is complete. Returns what `write`
/// returned. If anything fails the temporary file is removed and `path` is as it was before.
///
/// A file that exists keeps its permissions, and a link stays: the file to which it leads is written. A device, a pipe or
/// a socket cannot be replaced and is written directly.
pub fn write_atomically<T>(
    path: &Path,
    durability: Durability,
    write: impl FnOnce(&mut dyn Write) -> io::Result<T>,
) -> Result<T, WriteError> {
    let failed = |error| WriteError { path: path.to_owned(), error };
    let target = target(path).map_err(failed)?;
    let known = std::fs::metadata(&target).ok();
    if known.as_ref().is_some_and(|known| !known.is_file() && !known.is_dir()) {
        return write_through(&target, write).map_err(failed);
    }
    let temporary = temporary_path(&target);
    let written = write_to(&temporary, durability, write).and_then(|answer| {
        if let Some(known) = known.filter(std::fs::Metadata::is_file) {
            std::fs::set_permissions(&temporary, known.permissions())?;
        }
        std::fs::rename(&temporary, &target).map(|()| answer)
    });
    written.map_err(|error| {
        let _ = std::fs::remove_file(&temporary);
        WriteError { path: path.to_owned(), error }
    })
}

/// Links that lead from one to the next.
const LINKS: usize = 40;

/// The file that a path means, after all links; the last one may lead to a file that does not exist yet.
fn target(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..LINKS {
        match std::fs::read_link(&path) {
            // a relative target begins in the folder of the link
            Ok(next) => path = path.parent().map_or_else(|| next.clone(), |folder| folder.join(&next)),
            Err(_) => return Ok(path),
        }
    }
    Err(io::Error::other("too many links"))
}

/// Writes a device, a pipe or a socket.
#[expect(clippy::disallowed_methods, reason = "only this package opens files")]
fn write_through<T>(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<T>) -> io::Result<T> {
    let mut out = BufWriter::with_capacity(BUFFER, std::fs::OpenOptions::new().write(true).open(path)?);
    let answer = write(&mut out)?;
    out.flush()?;
    Ok(answer)
}

fn write_to<T>(
    path: &Path,
    durability: Durability,
    write: impl FnOnce(&mut dyn Write) -> io::Result<T>,
) -> io::Result<T> {
    let mut out = BufWriter::with_capacity(BUFFER, File::create(path)?);
    let answer = write(&mut out)?;
    let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    if durability == Durability::Synced {
        file.sync_all()?;
    }
    Ok(answer)
}

/// A name beside `path` that no other process uses.
fn temporary_path(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let listed = std::fs::read_dir(folder).expect("a listing").flatten();
        listed.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
    }

    #[expect(clippy::disallowed_methods, reason = "a test reads back its own small file")]
    fn content(path: &Path) -> String {
        std::fs::read_to_string(path).expect("a file")
    }

    #[test]
    fn a_file_is_replaced_as_a_whole_or_not_at_all() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("report.txt");
        for (text, durability) in [("old", Durability::Buffered), ("new", Durability::Synced)] {
            let answer =
                write_atomically(&path, durability, |out| out.write_all(text.as_bytes()).map(|()| 7));
            assert_eq!(answer.expect("it can be written"), 7);
            assert_eq!(content(&path), text);
        }
        let failed = write_atomically(&path, Durability::Buffered, |out| {
            out.write_all(b"half")?;
            Err::<(), _>(io::Error::other("no more"))
        });
        let error = failed.expect_err("the writer failed");
        assert!(error.to_string().contains("report.txt cannot be written: no more"), "{error}");
        assert_eq!(content(&path), "new");
        assert_eq!(names(folder.path()), ["report.txt"]);
    }

    #[test]
    fn a_folder_that_does_not_exist_is_an_error_with_the_name_of_the_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("none").join("x.json");
        let error = write_atomically(&path, Durability::Buffered, |_| Ok(())).expect_err("no folder");
        assert_eq!((error.path.as_path(), error.error.kind()), (&*path, io::ErrorKind::NotFound));
    }
}
