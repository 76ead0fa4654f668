//! Single compressed files: gz, bz2, xz, zst. Each holds one log, or another archive, such as a tar.

use std::sync::Arc;

use super::archive::ArchiveKind;
use crate::content::{Content, Decode, Unpacked};
use crate::decoders;
use crate::mtime::ModifiedTime;
use crate::sink::Sink;

/// A kind of compressed file.
pub(super) struct Packed {
    magic: &'static [u8],
    decode: Decode,
}

/// gzip.
pub(super) const GZIP: Packed = Packed { magic: b"\x1f\x8b\x08", decode: decoders::gzip };

/// bzip2.
pub(super) const BZIP2: Packed = Packed { magic: b"BZh", decode: decoders::bzip2 };

/// xz.
pub(super) const XZ: Packed = Packed { magic: b"\xfd7zXZ\0", decode: decoders::xz };

/// zstd.
pub(super) const ZSTD: Packed = Packed { magic: b"\x28\xb5\x2f\xfd", decode: decoders::zstd };

impl ArchiveKind for Packed {
    fn recognises(&self, head: &[u8]) -> bool {
        // after its magic, bzip2 has a digit for the size of its blocks, and the mark of a block
        head.starts_with(self.magic) && (self.magic != b"BZh" || head.get(4..10) == Some(b"1AY&SY"))
    }

    fn magic(&self) -> &'static [u8] {
        if self.magic == b"BZh" { b"BZh91AY&SY" } else { self.magic }
    }

    fn open(&self, content: Arc<dyn Content>, name: &str, depth: usize, bundle: &mut dyn Sink) {
        let budget = Arc::clone(bundle.budget());
        let inner = Unpacked { packed: content, decode: self.decode, budget };
        bundle.add(Arc::new(inner), name.to_owned(), depth + 1, ModifiedTime::default());
    }
}
