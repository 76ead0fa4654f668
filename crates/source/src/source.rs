//! [`Source`]: one log, in a folder or in an archive.

use std::io::{self, Read};
use std::sync::Arc;

use crate::content::Content;
use crate::mtime::ModifiedTime;

/// A log to read: its name and its content.
#[derive(Debug, Clone)]
pub struct Source {
    /// Name in reports, with `/` on every system: the path as the user gave it and the path below it; in an archive
    /// after `!`.
    pub path: Arc<str>,
    /// Server that wrote it, from the user, the file name or the folders around it.
    pub host: Option<String>,
    /// Declared size in bytes.
    pub size: u64,
    /// Modification time.
    pub written: ModifiedTime,
    pub(crate) content: Arc<dyn Content>,
}

impl Source {
    /// Returns whether a later state of the source is unchanged: the same size and modification time.
    pub fn is_as(&self, now: &Source) -> bool {
        // an unpacked entry no longer has its compressed size
        self.written == now.written && (self.size == now.size || now.content.now().is_none())
    }

    /// Whether reading may begin anywhere.
    pub fn can_seek(&self) -> bool {
        self.content.can_seek()
    }

    /// Opens the source at byte `offset` and passes the stream to `use_it`. Without seeking, `offset` must be 0.
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
