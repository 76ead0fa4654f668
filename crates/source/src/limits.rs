//! Limits for unpacking. Every decoder is read through [`Capped`], which counts the bytes of its output, not those
//! that a header promises.

use std::io::{self, Read};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::noticed::Noticed;

/// Limits for unpacking archives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes out of all archives together.
    pub unpacked: u64,
    /// Bytes out of one entry.
    pub entry: u64,
    /// Bytes out for each byte in, of one entry, after its first [`Limits::FREE`] bytes.
    pub ratio: u64,
    /// Depth of archives in archives.
    pub depth: usize,
    /// Entries of all archives together.
    pub entries: u64,
    /// Bytes in temporary files.
    pub temporary: u64,
    /// Seconds that a decoder may take without output.
    pub silence: u64,
    /// Bytes of memory that a decoder may use for its dictionary or window.
    pub dictionary: u64,
}

impl Limits {
    /// Bytes of an entry before its ratio counts.
    pub const FREE: u64 = 64 << 20;
}

impl Default for Limits {
    /// 512 GiB, and 1000 to 1: deflate cannot exceed 1032 to 1, and logs are far below it. The largest dictionary
    /// that 7-Zip uses by its levels has 64 MiB.
    fn default() -> Limits {
        Limits {
            unpacked: 512 << 30,
            entry: 256 << 30,
            ratio: 1000,
            depth: 6,
            entries: 1_000_000,
            temporary: 64 << 30,
            silence: 60,
            dictionary: 128 << 20,
        }
    }
}

/// The limits, what is used of them, and the problems of entries; shared by all readers of a bundle.
#[derive(Debug, Default)]
pub(crate) struct Budget {
    limits: Limits,
    used: AtomicU64,
    temporary: AtomicU64,
    entries: AtomicU64,
    noticed: Noticed,
}

impl Budget {
    pub(crate) fn new(limits: Limits) -> Budget {
        Budget { limits, ..Budget::default() }
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Problems found while entries are read.
    pub(crate) fn noticed(&self) -> &Noticed {
        &self.noticed
    }

    /// Counts bytes written to a temporary file.
    pub(crate) fn spooled(&self, count: u64) -> io::Result<()> {
        let used = self.temporary.fetch_add(count, Ordering::Relaxed) + count;
        let most = self.limits.temporary;
        if used > most {
            return Err(io::Error::other(format!(
                "archives inside archives need more than {most} bytes in temporary files; raise --max-temporary, or \
                 unpack the outer archive and point spoglight at the folder"
            )));
        }
        Ok(())
    }

    /// Counts bytes of a computation in a temporary file, until they are [released](Budget::released).
    pub(crate) fn scratched(&self, count: u64) -> io::Result<()> {
        let used = self.temporary.fetch_add(count, Ordering::Relaxed) + count;
        let most = self.limits.temporary;
        if used > most {
            return Err(io::Error::other(format!(
                "the order of the events needs more than {most} bytes in temporary files; raise --max-temporary, or \
                 choose fewer events with --since, --until or a filter"
            )));
        }
        Ok(())
    }

    /// Bytes in a temporary file that is gone.
    pub(crate) fn released(&self, count: u64) {
        self.temporary.fetch_sub(count, Ordering::Relaxed);
    }

    /// Counts an entry; returns `false` if the limit is exceeded.
    pub(crate) fn admits_entry(&self) -> bool {
        self.entries.fetch_add(1, Ordering::Relaxed) < self.limits.entries
    }
}

/// The output of a decoder, counted against the limits.
pub(crate) struct Capped<'a> {
    inner: &'a mut dyn Read,
    entry: &'a str,
    packed: u64,
    given: u64,
    budget: &'a Budget,
}

impl<'a> Capped<'a> {
    /// A counted stream; `packed` is the compressed size of the entry in bytes.
    pub(crate) fn new(
        inner: &'a mut dyn Read,
        entry: &'a str,
        packed: u64,
        budget: &'a Budget,
    ) -> Capped<'a> {
        Capped { inner, entry, packed, given: 0, budget }
    }
}

impl Read for Capped<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let begun = Instant::now();
        let count = self.inner.read(buffer)?;
        let Limits { unpacked, entry, ratio, silence, .. } = self.budget.limits;
        if begun.elapsed() > Duration::from_secs(silence) {
            return Err(io::Error::other(format!(
                "{} produced no output for {silence} seconds, as archive bombs do; raise --max-silence if its disk is slow",
                self.entry
            )));
        }
        self.given += count as u64;
        let used = self.budget.used.fetch_add(count as u64, Ordering::Relaxed) + count as u64;
        if used > unpacked {
            return Err(io::Error::other(format!(
                "the archives unpack to more than {unpacked} bytes, reached in {}; raise --max-unpacked if that is expected",
                self.entry
            )));
        }
        if self.given > entry {
            return Err(io::Error::other(format!(
                "{} unpacks to more than {entry} bytes; raise --max-entry if that is expected",
                self.entry
            )));
        }
        if self.given > Limits::FREE && self.given / ratio > self.packed.max(1) {
            return Err(io::Error::other(format!(
                "{} unpacks to more than {ratio} times its size, as archive bombs do; raise --max-ratio if it is not one",
                self.entry
            )));
        }
        Ok(count)
    }
}
