//! [`Mark`]: by what a log is known again, besides the number of its file, and how far it was read.
//!
//! The number of a deleted file may be given to a new one, a file may be truncated and filled again between two looks, and
//! a copy has another number. So a log is known by sums of its first bytes and of the last ones that were read. The last
//! ones come with the read that goes on behind them, in one call, so that bytes are only ever taken from a file that is
//! still the same one.
//!
//! The doubt: a file that was filled again with the same first and last bytes, and is longer, passes for the old one.

use std::io;

use serde::{Deserialize, Serialize};

use super::ports::Opened;

/// Bytes at the start of a log that are looked at.
pub(super) const HEAD: u64 = 1024;
/// Bytes before the place in it.
pub(super) const LAST: u64 = 256;

/// A few bytes of a log: how many, and their sum (FNV-1a, which can go on with the next byte).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sample {
    length: u64,
    sum: u64,
}

impl Sample {
    const NONE: Sample = Sample { length: 0, sum: 0xcbf2_9ce4_8422_2325 };

    fn of(bytes: &[u8]) -> Sample {
        Sample::NONE.and(bytes)
    }

    fn and(self, more: &[u8]) -> Sample {
        let sum =
            more.iter().fold(self.sum, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
        Sample { length: self.length + more.len() as u64, sum }
    }
}

/// See the [module](self).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Mark {
    /// The place up to which it was read.
    pub(super) at: u64,
    pub head: Sample,
    last: Sample,
}

/// What was found at the place of a mark.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// It is the same log; so many bytes stand behind the place, from this one of the buffer on.
    Same { from: usize, count: usize },
    /// The file is shorter, or holds something else.
    Other,
}

impl Mark {
    /// Of nothing that was read yet.
    pub(super) const START: Mark = Mark { at: 0, head: Sample::NONE, last: Sample::NONE };

    /// Of a file that was read, or passed over, up to `at`. A file that ends before is read up to its end. Its first bytes
    /// are looked at even if it is not read yet.
    pub(super) fn of(file: &impl Opened, at: u64) -> io::Result<Mark> {
        let mut bytes = [0; HEAD as usize];
        let head = read(file, 0, HEAD, &mut bytes)?;
        if (head.len() as u64) < at.min(HEAD) {
            return Ok(Mark { at: head.len() as u64, head: Sample::of(head), last: Sample::NONE });
        }
        let head = Sample::of(head);
        let last = at.min(LAST);
        let last = read(file, at - last, last, &mut bytes)?;
        Ok(Mark { at, head, last: Sample::of(last) })
    }

    /// Whether it says enough to know a log by.
    pub(super) fn says_something(&self) -> bool {
        self.head.length > 0
    }

    /// Whether it can have been made here: a state may be damaged.
    pub(super) fn is_sound(&self) -> bool {
        self.head.length <= HEAD
            && self.last.length <= LAST
            && self.last.length <= self.at
            && self.at < 1 << 60
    }

    /// Whether a file that begins with `head`, at least [`HEAD`] bytes if it has as many, can have anything to do with the
    /// log: what can be told without another look at its file.
    pub(super) fn may_begin(&self, head: &[u8]) -> bool {
        head.get(..self.head.length as usize).is_none_or(|head| Sample::of(head) == self.head)
    }

    /// Whether `file` is the log, and what it holds behind the place, at most `most` bytes.
    pub(super) fn look(&self, file: &impl Opened, most: usize, buffer: &mut Vec<u8>) -> io::Result<Look> {
        let before = self.last.length as usize;
        let wanted = before + most;
        if buffer.len() < wanted.max(HEAD as usize) {
            buffer.resize(wanted.max(HEAD as usize), 0);
        }
        // unless the read below sees it all
        let is_seen = self.last.length == self.at && self.head.length <= self.at;
        if self.head.length > 0 && !is_seen {
            let head = read(file, 0, self.head.length, buffer)?;
            if Sample::of(head) != self.head {
                return Ok(Look::Other);
            }
        }
        let bytes = read(file, self.at - before as u64, wanted as u64, buffer)?;
        Ok(match bytes.split_at_checked(before) {
            Some((last, more)) if Sample::of(last) == self.last => {
                Look::Same { from: before, count: more.len() }
            }
            _ => Look::Other,
        })
    }

    /// Whether `file` holds all that was read of the log.
    pub(super) fn is_in(&self, file: &impl Opened) -> io::Result<bool> {
        Ok(self.look(file, 0, &mut Vec::new())? != Look::Other)
    }

    /// Goes on behind `more`, which stands at the place; `before` are the bytes in front of it, as far as they are known.
    pub(super) fn advance(&mut self, before: &[u8], more: &[u8]) {
        let missing = (HEAD - self.head.length).min(more.len() as u64) as usize;
        if self.head.length == self.at {
            self.head = self.head.and(more.get(..missing).unwrap_or_default());
        }
        self.at += more.len() as u64;
        let of_more = more.len().min(LAST as usize);
        let of_before = before.len().min(LAST as usize - of_more);
        let old = before.get(before.len() - of_before..).unwrap_or_default();
        self.last = Sample::of(old).and(more.get(more.len() - of_more..).unwrap_or_default());
    }

    /// Whether the first `size` bytes of `copy` seem to be those of `file`.
    pub(super) fn is_copied(copy: &impl Opened, file: &impl Opened, size: u64) -> io::Result<bool> {
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

fn read<'a>(file: &impl Opened, at: u64, length: u64, buffer: &'a mut [u8]) -> io::Result<&'a [u8]> {
    let most = buffer.len().min(usize::try_from(length).unwrap_or(usize::MAX));
    let buffer = buffer.get_mut(..most).unwrap_or_default();
    let count = file.read_at(at, buffer)?;
    Ok(buffer.get(..count).unwrap_or_default())
}
