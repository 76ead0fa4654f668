//! Archives on disk, with a limited number of open handles: a process may not have a handle for each of a hundred
//! thousand archives.
//!
//! The handles that were opened last stay open, because an archive with many entries is opened for each of them. An
//! archive that is opened again must be the same file, at least as long as before; else its reader gets an error.

use std::collections::VecDeque;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use crate::live::{self, FileFacts, Live};

/// Maximum number of handles that stay open. Some systems allow 256 for everything.
const OPEN: usize = 64;

/// The archives whose handles stay open, the oldest first.
static RECENT: Mutex<VecDeque<Weak<DiskFile>>> = Mutex::new(VecDeque::new());

/// An archive on disk, which is opened when it is read.
#[derive(Debug)]
pub(crate) struct DiskFile {
    path: Box<Path>,
    facts: FileFacts,
    handle: Mutex<Option<Arc<Live>>>,
}

impl DiskFile {
    /// Opens the file at `path`.
    pub(crate) fn open(path: &Path) -> io::Result<Arc<DiskFile>> {
        let live = live::open(path)?;
        let facts = live.facts()?;
        let file = Arc::new(DiskFile { path: path.into(), facts, handle: Mutex::new(Some(Arc::new(live))) });
        keep(&file);
        Ok(file)
    }

    /// Size in bytes when it was opened first.
    pub(crate) fn length(&self) -> u64 {
        self.facts.size
    }

    /// Reads at a position.
    pub(crate) fn read_at(self: &Arc<DiskFile>, at: u64, buffer: &mut [u8]) -> io::Result<usize> {
        self.handle()?.read_at(at, buffer)
    }

    fn handle(self: &Arc<DiskFile>) -> io::Result<Arc<Live>> {
        let live = {
            let mut handle = self.handle.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(live) = &*handle {
                return Ok(Arc::clone(live));
            }
            let live = Arc::new(live::open(&self.path)?);
            let facts = live.facts()?;
            if facts.file != self.facts.file || facts.size < self.facts.size {
                return Err(io::Error::other(
                    "it was replaced or truncated while it was read; read it again",
                ));
            }
            *handle = Some(Arc::clone(&live));
            live
        };
        keep(self);
        Ok(live)
    }
}

/// Keeps the handle of `file` open, and closes the one that was kept longest.
fn keep(file: &Arc<DiskFile>) {
    let mut recent = RECENT.lock().unwrap_or_else(PoisonError::into_inner);
    recent.push_back(Arc::downgrade(file));
    while recent.len() > OPEN {
        if let Some(oldest) = recent.pop_front().and_then(|oldest| oldest.upgrade()) {
            oldest.handle.lock().unwrap_or_else(PoisonError::into_inner).take();
        }
    }
}

/// Number of archives whose handles are open.
#[cfg(test)]
pub(crate) fn open_count() -> usize {
    let recent = RECENT.lock().unwrap_or_else(PoisonError::into_inner);
    let is_open = |file: &Arc<DiskFile>| file.handle.lock().unwrap_or_else(PoisonError::into_inner).is_some();
    recent.iter().filter_map(Weak::upgrade).filter(is_open).count()
}
