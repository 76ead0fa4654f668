//! Limits on what archives may unpack to. Every decoder stands behind [`Capped`], which counts the bytes that really
//! come out, not those that a header promises.

use std::io::{self, Read};
use std::sync::atomic::{AtomicU64, Ordering};

/// How much may come out of archives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes out of all archives together.
    pub unpacked: u64,
    /// Bytes out for each byte in, of one entry, once it has given [`Limits::FREE`] bytes.
    pub ratio: u64,
}

impl Limits {
    /// Bytes that an entry may give before its ratio counts.
    pub const FREE: u64 = 64 << 20;
}

impl Default for Limits {
    /// 512 GiB, and 1000 to 1: deflate cannot do more than 1032 to 1, and logs are nowhere near it.
    fn default() -> Limits {
        Limits { unpacked: 512 << 30, ratio: 1000 }
    }
}

/// What is left of the limits.
#[derive(Debug, Default)]
pub(super) struct Budget {
    limits: Limits,
    used: AtomicU64,
}

impl Budget {
    pub(super) fn new(limits: Limits) -> Budget {
        Budget { limits, used: AtomicU64::new(0) }
    }
}

/// A decoder's output, counted.
pub(super) struct Capped<'a> {
    inner: &'a mut dyn Read,
    entry: &'a str,
    packed: u64,
    given: u64,
    budget: &'a Budget,
}

impl<'a> Capped<'a> {
    pub(super) fn new(
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
        let count = self.inner.read(buffer)?;
        self.given += count as u64;
        let used = self.budget.used.fetch_add(count as u64, Ordering::Relaxed) + count as u64;
        let Limits { unpacked, ratio } = self.budget.limits;
        if used > unpacked {
            return Err(io::Error::other(format!(
                "the archives unpack to more than {unpacked} bytes, reached in {}; raise --max-unpacked if that is right",
                self.entry
            )));
        }
        if self.given > Limits::FREE && self.given / ratio > self.packed.max(1) {
            return Err(io::Error::other(format!(
                "{} unpacks to more than {ratio} times its size, as archive bombs do; unpack it by hand if it is none",
                self.entry
            )));
        }
        Ok(count)
    }
}
