//! What an archive kind must do, and the list of kinds.

use std::fmt::Debug;
use std::io::{self, Read};
use std::path::Path;

use super::Bundle;

/// Bytes at the start of a file that are enough to know an archive by.
pub(super) const MAGIC_BYTES: u64 = 512;

/// The archive kinds that are opened. A new kind is one file and one line here.
pub(super) const ARCHIVES: &[&dyn ArchiveKind] = &[&super::zip::Zip];

/// A kind of archive.
pub(super) trait ArchiveKind: Sync {
    /// Whether a file that begins with these bytes is one.
    fn recognises(&self, head: &[u8]) -> bool;

    /// Opens the archive at `path`, called `name`, and adds its entries and its problems to `bundle`.
    fn open(&self, path: &Path, name: &str, bundle: &mut Bundle);
}

/// An archive that is open.
pub(super) trait Archive: Debug + Send + Sync {
    /// Opens the entry at `index` and hands on its bytes, unpacked, and how many bytes it has packed.
    fn read(&self, index: usize, use_it: &mut dyn FnMut(&mut dyn Read, u64)) -> io::Result<()>;
}
