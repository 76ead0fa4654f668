//! [`Spill`]: the temporary files of a bundle. Many copies share one: a process may not have a handle for each. The system
//! deletes a file when the program ends, however it ends.

use std::fs::File;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use crate::problem::TEMPORARY;

/// Temporary files that nothing is written to at this moment. There are as many as copies that were made at once.
#[derive(Debug, Default)]
pub(crate) struct Spill {
    idle: Mutex<Vec<SpillFile>>,
}

/// A temporary file without a name, which one copy after the other is appended to.
#[derive(Debug)]
pub(crate) struct SpillFile {
    file: Arc<File>,
    end: u64,
}

impl Spill {
    /// A file to append to: an idle one, or a new one.
    pub(crate) fn lend(&self) -> io::Result<SpillFile> {
        if let Some(file) = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop() {
            return Ok(file);
        }
        let file = tempfile::tempfile().map_err(|error| temporary(&error))?;
        Ok(SpillFile { file: Arc::new(file), end: 0 })
    }

    /// Number of idle files.
    #[cfg(test)]
    pub(crate) fn files(&self) -> usize {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Takes a file back.
    pub(crate) fn take_back(&self, file: SpillFile) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(file);
    }
}

impl SpillFile {
    /// The file, for readers.
    pub(crate) fn file(&self) -> Arc<File> {
        Arc::clone(&self.file)
    }

    /// Position of the next byte.
    pub(crate) fn end(&self) -> u64 {
        self.end
    }

    /// Gives up what was written from `start` on.
    pub(crate) fn rewind(&mut self, start: u64) {
        self.end = start;
    }

    /// Appends bytes.
    pub(crate) fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        write_at(&self.file, self.end, bytes).map_err(|error| temporary(&error))?;
        self.end += bytes.len() as u64;
        Ok(())
    }
}

/// Writes at a position, independent of readers of the handle.
#[cfg(unix)]
pub(crate) fn write_at(file: &File, at: u64, bytes: &[u8]) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, at)
}

#[cfg(windows)]
pub(crate) fn write_at(file: &File, mut at: u64, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        let count = std::os::windows::fs::FileExt::seek_write(file, bytes, at)?;
        if count == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        at += count as u64;
        bytes = bytes.get(count..).unwrap_or_default();
    }
    Ok(())
}

/// An error of a temporary file, with what to do.
pub(crate) fn temporary(error: &io::Error) -> io::Error {
    let variable = if cfg!(windows) { "TEMP" } else { "TMPDIR" };
    let folder = std::env::temp_dir();
    io::Error::other(format!(
        "{TEMPORARY} in {}: {error}; make room there, or name another folder in {variable}",
        folder.display()
    ))
}
