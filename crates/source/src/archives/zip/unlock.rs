//! Decrypts entries: ZipCrypto and AES.
//!
//! The crate decrypts and unpacks in one step, so it gets a header that declares no compression: its output is
//! decrypted and still compressed. The header is a copy of the one in the file, with the method and the sizes
//! changed.

use std::cell::Cell;
use std::io::{self, Read, Seek as _, SeekFrom};

use ::zip::read::{ZipReadOptions, read_zipfile_from_stream_with_options};
use ::zip::result::ZipError;

use crate::content::Use;
use crate::shared::Shared;

/// Bytes of a local header without its name and extra fields.
const FIXED: usize = 30;

/// The extra field of AES: its id and length; version, vendor, strength and the compression method follow.
const AES: [u8; 4] = [0x01, 0x99, 7, 0];

/// Position of the extra field of AES among the extra fields of an entry.
pub(super) fn find_aes(fields: &[u8]) -> Option<usize> {
    let mut at = 0;
    while let Some([_, _, low, high]) = fields.get(at..at + 4) {
        let length = 4 + usize::from(u16::from_le_bytes([*low, *high]));
        if fields.get(at..at + length).is_some_and(|field| field.starts_with(&AES)) {
            return Some(at);
        }
        at += length;
    }
    None
}

/// Encryption of an entry.
pub(super) struct Locked {
    flags: u16,
    /// Time and date.
    stamp: [u8; 4],
    crc: u32,
    packed: u64,
    aes: Option<[u8; 11]>,
}

impl Locked {
    /// Reads the local header at `at`; checksum and compressed size come from the directory, because the header may
    /// have none.
    pub(super) fn read(file: &Shared, at: u64, crc: u32, packed: u64) -> io::Result<Locked> {
        let mut file = file.clone();
        file.seek(SeekFrom::Start(at))?;
        let mut fixed = [0; FIXED];
        file.read_exact(&mut fixed)?;
        let number = |at: usize| u16::from_le_bytes([fixed[at], fixed[at + 1]]);
        let (name, extra) = (number(26), number(28));
        let mut fields = vec![0; usize::from(name) + usize::from(extra)];
        file.read_exact(&mut fields)?;
        let fields = fields.get(usize::from(name)..).unwrap_or_default();
        let aes = find_aes(fields).and_then(|at| fields.get(at..at + 11)?.try_into().ok());
        let stamp = [fixed[10], fixed[11], fixed[12], fixed[13]];
        Ok(Locked { flags: number(6), stamp, crc, packed, aes })
    }

    pub(super) fn is_aes(&self) -> bool {
        self.aes.is_some()
    }

    /// Decrypts `data`, the bytes after the header, and passes them on. A wrong password is an error.
    ///
    /// Writers do not agree on whether an entry with a data descriptor proves its password by its time or by its
    /// checksum, so the other way is tried if the first fails: the first twelve bytes of `data` are all it needs.
    pub(super) fn unlock(&self, data: &mut dyn Read, password: &str, use_it: Use<'_>) -> io::Result<()> {
        let mut head = Vec::new();
        data.take(12).read_to_end(&mut head)?;
        let mut outcome = self.attempt(self.flags, &head, data, password, use_it)?;
        if !outcome && self.flags & DESCRIPTOR != 0 && self.aes.is_none() {
            outcome = self.attempt(self.flags & !DESCRIPTOR, &head, data, password, use_it)?;
        }
        if outcome { Ok(()) } else { Err(io::Error::other("the password is wrong")) }
    }

    /// Returns `false` if the password is wrong; nothing was read of `data` then.
    fn attempt(
        &self,
        flags: u16,
        head: &[u8],
        data: &mut dyn Read,
        password: &str,
        use_it: Use<'_>,
    ) -> io::Result<bool> {
        let is_closed = Cell::new(false);
        let header = self.header(flags);
        let mut source = Closing { data: header.as_slice().chain(head).chain(data), is_closed: &is_closed };
        let options = ZipReadOptions::new()
            .password(Some(password.as_bytes()))
            .ignore_crc32(true)
            .override_compressed_size(self.packed)
            .override_uncompressed_size(u64::MAX);
        match read_zipfile_from_stream_with_options(&mut source, options) {
            Ok(Some(mut entry)) => {
                let outcome = use_it(&mut entry);
                is_closed.set(true);
                outcome.map(|()| true)
            }
            Ok(None) => Err(io::ErrorKind::InvalidData.into()),
            Err(ZipError::InvalidPassword) => Ok(false),
            Err(ZipError::Io(error)) => Err(error),
            Err(error) => Err(io::Error::new(io::ErrorKind::InvalidData, error.to_string())),
        }
    }

    /// A header with the same content, but without compression, and with the sizes in an extra field, where they may
    /// be large.
    fn header(&self, flags: u16) -> Vec<u8> {
        let aes = self.aes.map(|mut aes| {
            aes[9..].fill(0);
            aes
        });
        let aes = aes.as_ref().map_or(&[][..], |aes| &aes[..]);
        let method: u16 = if aes.is_empty() { 0 } else { 99 };
        let mut header = b"PK\x03\x04\x33\0".to_vec();
        header.extend(flags.to_le_bytes());
        header.extend(method.to_le_bytes());
        header.extend(self.stamp);
        header.extend(self.crc.to_le_bytes());
        header.extend([0xff; 8]); // both sizes: see the extra field
        header.extend([0, 0]); // no name
        header.extend((20 + aes.len() as u16).to_le_bytes());
        header.extend([1, 0, 16, 0]);
        header.extend(self.packed.to_le_bytes());
        header.extend(self.packed.to_le_bytes());
        header.extend(aes);
        header
    }
}

/// Bit of the flags: sizes and checksum follow the data.
const DESCRIPTOR: u16 = 8;

/// A stream that can be closed: the crate reads an entry to its end when it is dropped, which may be gigabytes away.
struct Closing<'a, R> {
    data: R,
    is_closed: &'a Cell<bool>,
}

impl<R: Read> Read for Closing<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.is_closed.get() { Ok(0) } else { self.data.read(buffer) }
    }
}
