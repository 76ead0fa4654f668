//! [`Source`]: one log, in a folder or in an archive.

use std::io::{self, Read};
use std::sync::Arc;

use crate::content::Content;
use crate::extract::Extract;
use crate::mtime::ModifiedTime;
use crate::on_disk::{FileChange, OnDisk};

/// A log to read: its name and its content.
#[derive(Debug, Clone)]
pub struct Source {
    /// Name in reports, with `/` on every system: the path as the user gave it and the path below it; in an archive
    /// after `!`.
    pub path: Arc<str>,
    /// Server that wrote it, from the user, the file name or the folders around it.
    pub host: Option<Arc<str>>,
    /// Size in bytes, which an archive declares; of a file on disk when it was found: bytes that are added later are not
    /// read.
    pub size: u64,
    /// Modification time.
    pub written: ModifiedTime,
    pub(crate) content: Arc<dyn Content>,
    /// The text that it was taken out of.
    pub(crate) extract: Option<Arc<Extract>>,
}

impl Source {
    /// Returns whether a later state of the source is unchanged: the same file, size and modification time.
    pub fn is_as(&self, now: &Source) -> bool {
        let id = |source: &Source| source.content.file().map(OnDisk::id);
        // an unpacked entry no longer has its compressed size
        self.written == now.written && id(self) == id(now) && (self.size == now.size || !now.can_seek())
    }

    /// Change of its file on disk because of which it cannot be read as it was when it was found; `None` if none was
    /// noticed.
    pub fn change(&self) -> Option<FileChange> {
        self.content.file()?.change()
    }

    /// Bytes that were added to its file on disk after it was found, as far as it was noticed. They are not read.
    pub fn grown(&self) -> u64 {
        self.content.file().map_or(0, OnDisk::grown)
    }

    /// The extract that it was taken out of, if it was.
    pub fn extract(&self) -> Option<&Arc<Extract>> {
        self.extract.as_ref()
    }

    /// Maximum number of bytes that reading it may unpack, without those that were unpacked before.
    pub fn unpacks(&self) -> u64 {
        self.content.expansion().more
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
