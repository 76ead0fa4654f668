//! The archive kinds that are opened, one file each.

mod archive;
mod lock;

use crate::content::Content;
use crate::kind::not_text;
use archive::ArchiveKind;

/// Declares the modules of the archive kinds and the list of them. A module may have several kinds.
macro_rules! archives {
    ($($module:ident: $($kind:ident),+;)+) => {
        $(mod $module;)+

        /// The archive kinds; the first that recognises a file opens it.
        const ARCHIVES: &[&dyn ArchiveKind] = &[$($(&$module::$kind),+),+];
    };
}

// A new archive kind is one file and one line here.
archives! {
    zip: Zip;
    sevenz: SevenZ;
    tar: Tar;
    compressed: GZIP, BZIP2, XZ, ZSTD;
    evtx: Evtx;
    event_lines: EVENTS;
}

/// Bytes at the start of a file that are enough to recognise an archive.
pub(crate) const MAGIC_BYTES: u64 = 512;

/// Returns the kind of a file that begins with these bytes; `None` if it is no archive.
pub(crate) fn kind_of(head: &[u8]) -> Option<&'static dyn ArchiveKind> {
    ARCHIVES.iter().find(|kind| kind.recognises(head)).copied()
}

/// The first bytes of each kind of archive that is opened, in the order of the kinds: enough to be recognised.
pub fn archive_magics() -> impl Iterator<Item = &'static [u8]> {
    ARCHIVES.iter().map(|kind| kind.magic())
}

/// Returns the kind of an archive with something in front of it, which begins with these bytes. Only a file that is not
/// text, or is named like an archive, is looked at.
pub(crate) fn kind_by_end(
    head: &[u8],
    name: &str,
    content: &dyn Content,
) -> Option<&'static dyn ArchiveKind> {
    let is_named =
        name.get(name.len().saturating_sub(4)..).is_some_and(|end| end.eq_ignore_ascii_case(".zip"));
    if head.is_empty() || !is_named && not_text(head).is_none() {
        return None;
    }
    let file = content.seekable().ok()??;
    ARCHIVES.iter().find(|kind| kind.recognises_end(&file)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_recognised_by_its_first_bytes() {
        for (kind, magic) in ARCHIVES.iter().zip(archive_magics()) {
            assert!(kind.recognises(magic), "{magic:?}");
            assert_eq!(kind_of(magic).map(ArchiveKind::magic), Some(magic));
        }
    }
}
