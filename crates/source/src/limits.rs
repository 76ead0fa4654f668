//! Limits for unpacking. Every decoder is read through [`Capped`], which counts the bytes of its output, not those
//! that a header promises. [`Silence`](crate::silence::Silence) limits decoders without output.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::meter::Meter;
use crate::noticed::Noticed;
use crate::spill::Spill;

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
    /// Bytes of memory for the lists of all files, entries and problems, with their names.
    pub memory: u64,
    /// Seconds that a decoder may take without output. In each it may take 4 MiB of input.
    pub silence: u64,
    /// Bytes of memory that a decoder may use for its dictionary or window.
    pub dictionary: u64,
}

impl Limits {
    /// Bytes of an entry before its ratio counts.
    pub const FREE: u64 = 64 << 20;

    /// Maximum number of bytes out of an entry of `packed` compressed bytes, with those of the read that exceeds a limit.
    pub(crate) fn most_of(&self, packed: u64) -> u64 {
        let most = self.ratio.saturating_mul(packed.max(1).saturating_add(1)).max(Limits::FREE);
        most.min(self.entry).saturating_add(CHUNK as u64)
    }
}

/// Bytes that a decoder gives at a time.
const CHUNK: usize = 1 << 20;

/// Bytes of the limits over all entries: what is left, or what a reader needs at most.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Need {
    pub(crate) unpacked: u64,
    pub(crate) temporary: u64,
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
            memory: 224 << 20,
            silence: 60,
            dictionary: 128 << 20,
        }
    }
}

/// Bytes of copied archives that are in memory; further ones are in temporary files.
const HELD: u64 = 16 << 20;

/// The limits, what is used of them, and the problems of entries; shared by all readers of a bundle.
#[derive(Debug, Default)]
pub(crate) struct Budget {
    limits: Limits,
    used: AtomicU64,
    temporary: AtomicU64,
    entries: AtomicU64,
    memory: AtomicU64,
    held: AtomicU64,
    /// Size of the file that is being opened, and bytes of the archives in it that were copied.
    opened: AtomicU64,
    copied: AtomicU64,
    noticed: Noticed,
    pub(crate) spill: Spill,
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

    /// Counts the next `count` bytes of an entry, of which `from` were given; returns how many of them are within the limit.
    fn admit(&self, meter: &Meter, from: u64, count: u64) -> u64 {
        let new = (from + count).saturating_sub(meter.counted().max(from));
        if new == 0 {
            return count;
        }
        let granted = self.grant(new);
        meter.count(granted);
        count - (new - granted)
    }

    /// Counts unpacked bytes; returns how many of them are within the limit.
    pub(crate) fn grant(&self, count: u64) -> u64 {
        let mut granted = 0;
        let more = |used: u64| {
            granted = count.min(self.limits.unpacked.saturating_sub(used));
            Some(used + granted)
        };
        let _ = self.used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more);
        granted
    }

    /// What is left of the limits over all entries.
    pub(crate) fn left(&self) -> Need {
        let left = |most: u64, used: &AtomicU64| most.saturating_sub(used.load(Ordering::Relaxed));
        Need {
            unpacked: left(self.limits.unpacked, &self.used),
            temporary: left(self.limits.temporary, &self.temporary),
        }
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

    /// Bytes of lists and names that may still be kept.
    pub(crate) fn memory_left(&self) -> u64 {
        self.limits.memory.saturating_sub(self.memory.load(Ordering::Relaxed))
    }

    /// Counts bytes of lists and names that are kept; returns `false`, and counts nothing, if they exceed the limit.
    pub(crate) fn keep(&self, bytes: u64) -> bool {
        reserve(&self.memory, bytes, self.limits.memory)
    }

    /// Counts bytes that are no longer kept.
    pub(crate) fn release(&self, bytes: u64) {
        self.memory.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// The error for lists and names of `what` that exceed the limit.
    pub(crate) fn too_much(&self, what: &str) -> String {
        format!(
            "{what} would exceed the {} MB that the lists of all files and entries may take; raise --max-memory",
            self.limits.memory.div_ceil(1 << 20)
        )
    }

    /// Bytes of copies in memory.
    #[cfg(test)]
    pub(crate) fn held(&self) -> u64 {
        self.held.load(Ordering::Relaxed)
    }

    /// Begins to open a file of `size` bytes: archives in it are copied in proportion to its size.
    pub(crate) fn begin(&self, size: u64) {
        self.opened.store(size, Ordering::Relaxed);
        self.copied.store(0, Ordering::Relaxed);
    }

    /// Counts copied bytes of archives inside the file that is being opened.
    pub(crate) fn copied(&self, count: u64) -> io::Result<()> {
        self.copied.fetch_add(count, Ordering::Relaxed);
        if self.is_bomb() { Err(io::Error::other(self.bomb())) } else { Ok(()) }
    }

    /// Whether the archives inside the file that is being opened are too large for it.
    pub(crate) fn is_bomb(&self) -> bool {
        let copied = self.copied.load(Ordering::Relaxed);
        copied > Limits::FREE && copied / self.limits.ratio > self.opened.load(Ordering::Relaxed).max(1)
    }

    /// The error for archives that are too large for the outermost one.
    pub(crate) fn bomb(&self) -> String {
        format!(
            "the archives inside the outermost one have more than {} times its size, as archive bombs do; raise \
             --max-ratio if it is not one",
            self.limits.ratio
        )
    }
}

/// Adds `bytes` to `used` if the sum is at most `most`.
fn reserve(used: &AtomicU64, bytes: u64, most: u64) -> bool {
    let sum = |used: u64| used.checked_add(bytes).filter(|sum| *sum <= most);
    used.try_update(Ordering::Relaxed, Ordering::Relaxed, sum).is_ok()
}

/// A copy of an archive in memory, counted as long as it exists.
#[derive(Debug)]
pub(crate) struct Held {
    bytes: Vec<u8>,
    /// Bytes that are counted for it.
    counted: u64,
    budget: Arc<Budget>,
}

impl Held {
    pub(crate) fn new(budget: Arc<Budget>) -> Held {
        Held { bytes: Vec::new(), counted: 0, budget }
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Appends bytes; returns `false`, and appends nothing, if it had more than `most` bytes, or all copies together too
    /// many.
    pub(crate) fn append(&mut self, bytes: &[u8], most: usize) -> bool {
        let length = self.bytes.len() + bytes.len();
        if length > most {
            return false;
        }
        if length > self.bytes.capacity() {
            let capacity = length.max(2 * self.bytes.capacity());
            let more = (capacity as u64).saturating_sub(self.counted);
            if !reserve(&self.budget.held, more, HELD) {
                return false;
            }
            self.counted += more;
            self.bytes.reserve_exact(capacity - self.bytes.len());
        }
        self.bytes.extend_from_slice(bytes);
        true
    }

    /// Returns the memory that it does not need.
    pub(crate) fn shrink(&mut self) {
        self.bytes.shrink_to_fit();
        let needs = self.bytes.len() as u64;
        self.budget.held.fetch_sub(self.counted.saturating_sub(needs), Ordering::Relaxed);
        self.counted = self.counted.min(needs);
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.budget.held.fetch_sub(self.counted, Ordering::Relaxed);
    }
}

/// The output of a decoder, counted against the limits.
pub(crate) struct Capped<'a> {
    inner: &'a mut dyn Read,
    entry: &'a str,
    packed: u64,
    given: u64,
    /// The limit over all entries is reached.
    is_over: bool,
    meter: &'a Meter,
    budget: &'a Budget,
}

impl<'a> Capped<'a> {
    /// A counted stream; `packed` is the compressed size of the entry in bytes, `meter` counts its bytes over all readers.
    pub(crate) fn new(
        inner: &'a mut dyn Read,
        entry: &'a str,
        packed: u64,
        meter: &'a Meter,
        budget: &'a Budget,
    ) -> Capped<'a> {
        Capped { inner, entry, packed, given: 0, is_over: false, meter, budget }
    }

    /// Counts the next bytes; returns how many of them are within the limits.
    fn count(&mut self, count: usize) -> io::Result<usize> {
        let Limits { unpacked, entry, ratio, .. } = self.budget.limits;
        let admitted = self.budget.admit(self.meter, self.given, count as u64);
        self.is_over = admitted < count as u64;
        self.given += admitted;
        if self.is_over && admitted == 0 {
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
        Ok(admitted as usize)
    }
}

impl Read for Capped<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.is_over {
            return self.count(1);
        }
        let most = buffer.len().min(CHUNK);
        let read = self.inner.read(buffer.get_mut(..most).unwrap_or_default());
        let counted = read.and_then(|count| self.count(count));
        let is_end = match &counted {
            Ok(count) => *count == 0 && most > 0,
            Err(error) => error.kind() != io::ErrorKind::Interrupted && !self.is_over,
        };
        if is_end {
            self.meter.end();
        }
        counted
    }
}
