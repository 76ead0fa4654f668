//! Single compressed files: gz, bz2, xz, zst. Each holds one log, or another archive, such as a tar.

use std::sync::Arc;

use super::archive::ArchiveKind;
use crate::content::{Content, Decode, Unpacked};
use crate::decoders;
use crate::meter::Meter;
use crate::mtime::ModifiedTime;
use crate::sink::Sink;

/// A kind of compressed file.
pub(super) struct Packed {
    pub(super) magic: &'static [u8],
    pub(super) recognises: fn(&[u8]) -> bool,
    pub(super) decode: Decode,
}

/// gzip.
pub(super) const GZIP: Packed = Packed {
    magic: b"\x1f\x8b\x08",
    recognises: |head| head.starts_with(b"\x1f\x8b\x08"),
    decode: decoders::gzip,
};

/// bzip2.
pub(super) const BZIP2: Packed =
    Packed { magic: b"BZh91AY&SY", recognises: decoders::is_bzip2, decode: decoders::bzip2 };

/// xz.
pub(super) const XZ: Packed =
    Packed { magic: b"\xfd7zXZ\0", recognises: |head| head.starts_with(b"\xfd7zXZ\0"), decode: decoders::xz };

/// zstd.
pub(super) const ZSTD: Packed =
    Packed { magic: b"\x28\xb5\x2f\xfd", recognises: decoders::is_zstd, decode: decoders::zstd };

impl ArchiveKind for Packed {
    fn recognises(&self, head: &[u8]) -> bool {
        (self.recognises)(head)
    }

    fn magic(&self) -> &'static [u8] {
        self.magic
    }

    fn open(&self, content: Arc<dyn Content>, name: &str, depth: usize, bundle: &mut dyn Sink) {
        let budget = Arc::clone(bundle.budget());
        let inner = Unpacked { packed: content, decode: self.decode, meter: Meter::default(), budget };
        bundle.add(Arc::new(inner), name.to_owned(), depth + 1, ModifiedTime::default());
    }
}
