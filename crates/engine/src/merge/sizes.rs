//! [`Sizes`]: how much of everything a merge holds in memory at a time.

use crate::reading::MessageStart;

/// Bytes of memory of an event of a block, besides its text.
pub(super) const EVENT: usize = 128;

// the mark of an event, its item in a block, and its entry in a slice
const _: () =
    assert!(size_of::<MessageStart>() + 24 + 16 <= EVENT, "an event is counted with all of its parts");

/// Bytes of memory of a block, besides those of its events.
pub(super) const BLOCK: usize = 512;

/// How much a merge holds in memory at a time, in bytes. The result does not depend on it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sizes {
    /// Blocks that begin in a slice of time.
    pub(super) slice: u64,
    /// Blocks of which some events went out and others are in later slices. What exceeds it goes to temporary files.
    pub(super) open: usize,
    /// Events of a batch, before they are rendered.
    pub(super) batch: usize,
    /// Rendered batches that wait for the sink.
    pub(super) queue: usize,
    /// Read-ahead in a temporary file.
    pub(super) read: usize,
    /// Temporary files that are merged into one, and so the greatest number of them of one level.
    pub(super) fan: usize,
}

impl Sizes {
    /// Sizes for so many threads; all are small if `slice` is not 0.
    pub(super) fn new(slice: u64, threads: usize) -> Sizes {
        if slice > 0 {
            let size = usize::try_from(slice).unwrap_or(usize::MAX);
            return Sizes { slice, open: size, batch: size, queue: size, read: size.min(64 << 10), fan: 3 };
        }
        Sizes {
            slice: (12 << 20) * threads.clamp(1, 4) as u64,
            open: 48 << 20,
            batch: 3 << 20,
            queue: 16 << 20,
            read: 64 << 10,
            fan: 64,
        }
    }
}
