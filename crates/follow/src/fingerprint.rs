//! [`Fingerprint`]: identifies a log besides the number of its file, and records how far it was read.
//!
//! The number of a deleted file may be given to a new one, a file may be truncated and filled again between two
//! looks, and a copy has another number. So a log is identified by hashes of its first bytes and of the last ones
//! that were read. The last ones are verified in the same read that continues after them, so that bytes are only
//! taken from a file that is still the same.
//!
//! Doubt: a file that was filled again with the same first and last bytes, and is longer, passes for the old one.

use std::io;

use serde::{Deserialize, Serialize};

use super::ports::OpenedFile;

/// Bytes at the start of a log that are hashed.
pub(super) const HEAD: u64 = 1024;
/// Bytes before the read position that are hashed.
pub(super) const LAST: u64 = 256;

/// A few bytes of a log: their number, and their hash (FNV-1a, which can continue with the next byte).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sample {
    length: u64,
    sum: u64,
}

impl Sample {
    const NONE: Sample = Sample { length: 0, sum: 0xcbf2_9ce4_8422_2325 };

    fn new(bytes: &[u8]) -> Sample {
        Sample::NONE.and(bytes)
    }

    fn and(self, more: &[u8]) -> Sample {
        let sum =
            more.iter().fold(self.sum, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
        Sample { length: self.length + more.len() as u64, sum }
    }
}

/// Identity of a log, and the position up to which it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Fingerprint {
    /// Position up to which the log was read.
    pub(super) at: u64,
    pub head: Sample,
    last: Sample,
}

/// Result of comparing a file with a fingerprint.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum FingerprintMatch {
    /// The same log; `count` bytes follow the position, from `from` of the buffer on.
    Same { from: usize, count: usize },
    /// The file is shorter, or holds other bytes.
    Other,
}

impl Fingerprint {
    /// The fingerprint of an unread log.
    pub(super) const START: Fingerprint = Fingerprint { at: 0, head: Sample::NONE, last: Sample::NONE };

    /// The fingerprint of a file that was read, or skipped, up to `at`. A file that ends before is read up to its
    /// end. Its first bytes are hashed even if it is not read yet.
    pub(super) fn new(file: &impl OpenedFile, at: u64) -> io::Result<Fingerprint> {
        let mut bytes = [0; HEAD as usize];
        let head = read(file, 0, HEAD, &mut bytes)?;
        if (head.len() as u64) < at.min(HEAD) {
            return Ok(Fingerprint { at: head.len() as u64, head: Sample::new(head), last: Sample::NONE });
        }
        let head = Sample::new(head);
        let last = at.min(LAST);
        let last = read(file, at - last, last, &mut bytes)?;
        Ok(Fingerprint { at, head, last: Sample::new(last) })
    }

    /// Returns whether it covers enough bytes to identify a log.
    pub(super) fn says_something(&self) -> bool {
        self.head.length > 0
    }

    /// Returns whether it is consistent: a state file may be damaged.
    pub(super) fn is_sound(&self) -> bool {
        self.head.length <= HEAD
            && self.last.length <= LAST
            && self.last.length <= self.at
            && self.at < 1 << 60
    }

    /// Returns whether a file that begins with `head`, at least [`HEAD`] bytes if it has as many, may be related to
    /// the log, without another read of the file.
    pub(super) fn may_begin(&self, head: &[u8]) -> bool {
        head.get(..self.head.length as usize).is_none_or(|head| Sample::new(head) == self.head)
    }

    /// Compares `file` with the log, and reads at most `most` bytes after the position.
    pub(super) fn look(
        &self,
        file: &impl OpenedFile,
        most: usize,
        buffer: &mut Vec<u8>,
    ) -> io::Result<FingerprintMatch> {
        let before = self.last.length as usize;
        let wanted = before + most;
        if buffer.len() < wanted.max(HEAD as usize) {
            buffer.resize(wanted.max(HEAD as usize), 0);
        }
        // unless the read below covers all of it
        let is_seen = self.last.length == self.at && self.head.length <= self.at;
        if self.head.length > 0 && !is_seen {
            let head = read(file, 0, self.head.length, buffer)?;
            if Sample::new(head) != self.head {
                return Ok(FingerprintMatch::Other);
            }
        }
        let bytes = read(file, self.at - before as u64, wanted as u64, buffer)?;
        Ok(match bytes.split_at_checked(before) {
            Some((last, more)) if Sample::new(last) == self.last => {
                FingerprintMatch::Same { from: before, count: more.len() }
            }
            _ => FingerprintMatch::Other,
        })
    }

    /// Returns whether `file` holds all bytes that were read of the log.
    pub(super) fn is_in(&self, file: &impl OpenedFile) -> io::Result<bool> {
        Ok(self.look(file, 0, &mut Vec::new())? != FingerprintMatch::Other)
    }

    /// Moves the position behind `more`, which begins there; `before` are the bytes before it, as far as they are
    /// known.
    pub(super) fn advance(&mut self, before: &[u8], more: &[u8]) {
        let missing = (HEAD - self.head.length).min(more.len() as u64) as usize;
        if self.head.length == self.at {
            self.head = self.head.and(more.get(..missing).unwrap_or_default());
        }
        self.at += more.len() as u64;
        let of_more = more.len().min(LAST as usize);
        let of_before = before.len().min(LAST as usize - of_more);
        let old = before.get(before.len() - of_before..).unwrap_or_default();
        self.last = Sample::new(old).and(more.get(more.len() - of_more..).unwrap_or_default());
    }

    /// Returns whether the first `size` bytes of `copy` seem to be those of `file`.
    pub(super) fn is_copied(copy: &impl OpenedFile, file: &impl OpenedFile, size: u64) -> io::Result<bool> {
        let (mut one, mut other) = ([0; HEAD as usize], [0; HEAD as usize]);
        let length = size.min(HEAD);
        for at in [0, (size - length) / 2, size - length] {
            let of_copy = read(copy, at, length, &mut one)?;
            if (of_copy.len() as u64) < length || of_copy != read(file, at, length, &mut other)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

fn read<'a>(file: &impl OpenedFile, at: u64, length: u64, buffer: &'a mut [u8]) -> io::Result<&'a [u8]> {
    let most = buffer.len().min(usize::try_from(length).unwrap_or(usize::MAX));
    let buffer = buffer.get_mut(..most).unwrap_or_default();
    let count = file.read_at(at, buffer)?;
    Ok(buffer.get(..count).unwrap_or_default())
}
