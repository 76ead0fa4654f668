//! [`Meter`]: bytes of an entry that were unpacked, counted once however often the entry is read.

use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes of an entry that were counted, and whether it was read to its end.
#[derive(Debug, Default)]
pub(crate) struct Meter(AtomicU64);

/// The bit of a [`Meter`] for an entry that was read to its end.
const ENDED: u64 = 1 << 63;

impl Meter {
    /// Bytes that were counted.
    pub(crate) fn counted(&self) -> u64 {
        self.0.load(Ordering::Relaxed) & !ENDED
    }

    /// Counts more bytes.
    pub(crate) fn count(&self, bytes: u64) {
        self.0.fetch_add(bytes, Ordering::Relaxed);
    }

    /// The entry has no more bytes.
    pub(crate) fn end(&self) {
        self.0.fetch_or(ENDED, Ordering::Relaxed);
    }

    /// What the entry may unpack to, if it is at most so many bytes.
    pub(crate) fn expansion(&self, most: u64) -> Expansion {
        let counted = self.counted();
        if self.0.load(Ordering::Relaxed) & ENDED != 0 {
            return Expansion { more: 0, whole: counted };
        }
        Expansion { more: most.saturating_sub(counted), whole: most }
    }
}

/// What a content may unpack to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Expansion {
    /// Maximum number of bytes that were not counted yet.
    pub(crate) more: u64,
    /// Maximum number of bytes.
    pub(crate) whole: u64,
}
