//! [`VerifiedReader`]: an entry of an archive, counted and compared with the size and checksum that the archive
//! declares. A problem is only known after the entry was read, so it is recorded in
//! [`Noticed`](crate::noticed::Noticed) and reported at the end.
//!
//! A stream that breaks off ends normally for its reader, because readers drop the block in which an error occurs.
//! Only a stream without any byte is an error.

use std::io::{self, Read};

use crate::limits::{Budget, Capped};
use crate::meter::Meter;
use crate::noticed::Anomaly;

/// Size and checksum that an archive declares for an entry.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Declared {
    pub(crate) size: u64,
    /// CRC-32 of the bytes, if it is declared.
    pub(crate) crc: Option<u32>,
}

/// The bytes of an entry, counted and compared with the declaration.
pub(crate) struct VerifiedReader<'a> {
    inner: Capped<'a>,
    name: &'a str,
    says: Option<Declared>,
    hasher: crc32fast::Hasher,
    given: u64,
    /// Bytes after which an earlier reader gave up, because the decoder was silent.
    silent_after: Option<u64>,
    ended: bool,
    budget: &'a Budget,
}

impl<'a> VerifiedReader<'a> {
    /// A reader of an entry of `packed` compressed bytes; `meter` counts its bytes over all readers.
    pub(crate) fn new(
        inner: &'a mut dyn Read,
        name: &'a str,
        (packed, meter): (u64, &'a Meter),
        says: Option<Declared>,
        budget: &'a Budget,
    ) -> VerifiedReader<'a> {
        let inner = Capped::new(inner, name, packed, meter, budget);
        VerifiedReader {
            inner,
            name,
            says,
            hasher: crc32fast::Hasher::new(),
            given: 0,
            silent_after: budget.noticed().silent_after(name),
            ended: false,
            budget,
        }
    }

    /// Compares a stream that ended normally.
    fn compare(&self) {
        let Some(Declared { size, crc }) = self.says else { return };
        let (given, noticed) = (self.given, self.budget.noticed());
        if given != size {
            noticed.wrong_size(self.name, given, size);
        } else if crc.is_some_and(|crc| crc != self.hasher.clone().finalize()) {
            noticed.wrong_checksum(self.name, given);
        }
    }

    /// Records a stream that ended with an error.
    fn broken(&self, error: &io::Error) {
        let (given, noticed) = (self.given, self.budget.noticed());
        if is_checksum(error) {
            let what = format!(
                "does not match its checksum after {given} bytes, which are used; the rest is not ({error})"
            );
            noticed.add(self.name, Anomaly::Checksum, given, what);
        } else {
            noticed.add(
                self.name,
                Anomaly::Broken,
                given,
                format!("breaks off after {given} bytes: {error}"),
            );
        }
    }
}

/// Returns whether the bytes are complete but wrong. The decoders have no error kind for it.
pub(crate) fn is_checksum(error: &io::Error) -> bool {
    error.to_string().to_ascii_lowercase().contains("checksum")
}

impl Read for VerifiedReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.ended || buffer.is_empty() || self.silent_after.is_some_and(|most| self.given >= most) {
            return Ok(0);
        }
        match self.inner.read(buffer) {
            Ok(0) => {
                self.ended = true;
                self.compare();
                Ok(0)
            }
            Ok(count) => {
                self.given += count as u64;
                if self.says.is_some_and(|says| says.crc.is_some()) {
                    self.hasher.update(buffer.get(..count).unwrap_or_default());
                }
                Ok(count)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted || self.given == 0 => Err(error),
            Err(error) => {
                self.ended = true;
                self.broken(&error);
                Ok(0)
            }
        }
    }
}
