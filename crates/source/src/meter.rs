//! [`Meter`]: bytes of an entry that were unpacked, counted once however often the entry is read. And *waves*: limits over
//! all entries that give the same result for any number of threads.
//!
//! A limit over all entries ends at some entry. Which one that is must depend on the input alone, so what is read at the
//! same time, a wave, is so little that it cannot reach a limit, whatever its decoders do: the limits of single entries
//! bound it. The next wave begins with what is left. When not even the next item fits for certain, it is read alone, and
//! ends at the limit to the byte. Far from a limit everything is one wave.

use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use crate::bundle::Bundle;
use crate::limits::{Budget, Limits};

/// Bytes that a decoder gives at a time.
pub(crate) const CHUNK: usize = 1 << 20;

/// Bytes of an entry that were counted, and whether it was read to its end.
#[derive(Debug, Default)]
pub(crate) struct Meter(AtomicU64);

/// The bit of a [`Meter`] for an entry that was read to its end.
const ENDED: u64 = 1 << 63;

impl Meter {
    /// Bytes that were counted.
    fn counted(&self) -> u64 {
        self.0.load(Ordering::Relaxed) & !ENDED
    }

    /// The entry has no more bytes.
    pub(crate) fn end(&self) {
        self.0.fetch_or(ENDED, Ordering::Relaxed);
    }

    /// Limits of what the entry of so many compressed bytes may unpack to.
    pub(crate) fn expansion(&self, packed: u64, limits: &Limits) -> Expansion {
        let counted = self.counted();
        if self.0.load(Ordering::Relaxed) & ENDED != 0 {
            return Expansion { more: 0, whole: counted };
        }
        let most = limits.ratio.saturating_mul(packed.max(1).saturating_add(1)).max(Limits::FREE);
        let whole = most.min(limits.entry).saturating_add(CHUNK as u64);
        Expansion { more: whole.saturating_sub(counted), whole }
    }
}

/// Limits of what a content may unpack to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Expansion {
    /// Maximum number of bytes that were not counted yet.
    pub(crate) more: u64,
    /// Maximum number of bytes.
    pub(crate) whole: u64,
}

/// Bytes that an item of a wave needs at most of the limits over all entries.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Need {
    pub(crate) unpacked: u64,
    pub(crate) temporary: u64,
}

impl Budget {
    /// Counts the next `count` bytes of an entry, of which `from` were given; returns how many of them are within the limit.
    pub(crate) fn admit(&self, meter: &Meter, from: u64, count: u64) -> u64 {
        let new = (from + count).saturating_sub(meter.counted().max(from));
        if new == 0 {
            return count;
        }
        let granted = self.grant(new);
        meter.0.fetch_add(granted, Ordering::Relaxed);
        count - (new - granted)
    }

    /// Number of items, at least one, that cannot reach a limit together.
    fn wave(&self, needs: impl Iterator<Item = Need>) -> usize {
        let left = self.left();
        let (mut unpacked, mut temporary) = (0u64, 0u64);
        // at the limit every new byte is refused, in any order
        let fits = |sum: u64, left: u64| left == 0 || sum <= left;
        let fitting = needs.take_while(|need| {
            unpacked = unpacked.saturating_add(need.unpacked);
            temporary = temporary.saturating_add(need.temporary);
            fits(unpacked, left.unpacked) && fits(temporary, left.temporary)
        });
        fitting.count().max(1)
    }
}

impl Bundle {
    /// Calls `work` with every item, on all cores. `unpacks` is the maximum number of bytes that this unpacks, see
    /// [`Source::unpacks`](crate::Source::unpacks). Returns the results in the order of the items; they do not depend on
    /// the number of threads, even if the limits of the bundle are reached.
    pub fn each<T: Sync, R: Send>(
        &self,
        items: &[T],
        unpacks: impl Fn(&T) -> u64,
        work: impl Fn(&T) -> R + Sync,
    ) -> Vec<R> {
        self.in_waves(items, |item| Need { unpacked: unpacks(item), temporary: 0 }, work)
    }

    pub(crate) fn in_waves<T: Sync, R: Send>(
        &self,
        mut items: &[T],
        need: impl Fn(&T) -> Need,
        work: impl Fn(&T) -> R + Sync,
    ) -> Vec<R> {
        let mut results = Vec::with_capacity(items.len());
        while !items.is_empty() {
            let (wave, rest) = items.split_at(self.budget.wave(items.iter().map(&need)));
            // one at a time: the last ones should not wait for each other
            results.par_extend(wave.par_iter().with_max_len(1).map(&work));
            items = rest;
        }
        results
    }
}

#[cfg(test)]
mod tests;
