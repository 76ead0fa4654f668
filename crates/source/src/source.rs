//! [`Source`]: one log, in a folder or in an archive.

use std::io::{self, Read};
use std::sync::Arc;

use crate::content::Content;
use crate::mtime::ModifiedTime;

/// A log to read: where it lies and what it is called.
#[derive(Debug, Clone)]
pub struct Source {
    /// Its name in reports, with `/` on every system: the path as the user gave it and what is below; inside an
    /// archive behind `!`.
    pub path: String,
    /// The server it is from, if the user, its name or the folders around it tell.
    pub host: Option<String>,
    /// Bytes that it says it has.
    pub size: u64,
    /// When it was written last.
    pub written: ModifiedTime,
    pub(crate) content: Arc<dyn Content>,
}

impl Source {
    /// Whether another look at it, by its name, found the same: as many bytes, written at the same time.
    pub fn is_as(&self, now: &Source) -> bool {
        // what was unpacked has another size by now than the one it was packed with
        self.written == now.written && (self.size == now.size || now.content.now().is_none())
    }

    /// Whether reading may begin anywhere.
    pub fn can_seek(&self) -> bool {
        self.content.can_seek()
    }

    /// Opens it at `offset` bytes and hands the stream to `use_it`. What cannot seek begins at 0 only.
    pub fn read<T>(&self, offset: u64, use_it: impl FnOnce(&mut dyn Read) -> io::Result<T>) -> io::Result<T> {
        let mut use_it = Some(use_it);
        let mut answer = None;
        self.content.read(&self.path, offset, &mut |stream| {
            if let Some(use_it) = use_it.take() {
                answer = Some(use_it(stream));
            }
            Ok(())
        })?;
        answer.unwrap_or_else(|| Err(io::Error::other("the archive did not open its entry")))
    }
}
