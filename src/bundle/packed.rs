//! Files that were packed by themselves: gz, bz2, xz, zst. One of them holds one log, or another archive, such as a tar.

use std::io::{self, Read};
use std::sync::Arc;

use super::Bundle;
use super::archive::ArchiveKind;
use super::content::{Content, Decode, Unpacked};

/// A kind of packed file.
pub(super) struct Packed {
    magic: &'static [u8],
    decode: Decode,
}

/// gzip, of one or several members.
pub(super) const GZIP: Packed = Packed {
    magic: b"\x1f\x8b\x08",
    decode: |stream| Ok(Box::new(flate2::read::MultiGzDecoder::new(stream))),
};

/// bzip2.
pub(super) const BZIP2: Packed =
    Packed { magic: b"BZh", decode: |stream| Ok(Box::new(bzip2::read::MultiBzDecoder::new(stream))) };

/// xz.
pub(super) const XZ: Packed =
    Packed { magic: b"\xfd7zXZ\0", decode: |stream| Ok(Box::new(lzma_rust2::XzReader::new(stream, true))) };

/// zstd.
pub(super) const ZSTD: Packed = Packed { magic: b"\x28\xb5\x2f\xfd", decode: zstd };

fn zstd(stream: Box<dyn Read + '_>) -> io::Result<Box<dyn Read + '_>> {
    let decoder = ruzstd::decoding::StreamingDecoder::new(stream).map_err(io::Error::other)?;
    Ok(Box::new(decoder))
}

impl ArchiveKind for Packed {
    fn recognises(&self, head: &[u8]) -> bool {
        // bzip2 has a digit for the size of its blocks behind the magic, and a block's own mark
        head.starts_with(self.magic) && (self.magic != b"BZh" || head.get(4..10) == Some(b"1AY&SY"))
    }

    fn open(&self, content: Arc<dyn Content>, name: &str, depth: usize, bundle: &mut Bundle) {
        let budget = Arc::clone(&bundle.budget);
        let inner = Unpacked { packed: content, decode: self.decode, budget };
        bundle.add(Arc::new(inner), name.to_owned(), depth + 1);
    }
}
