//! Waves: limits over all entries that give the same result for any number of threads.
//!
//! A limit over all entries ends at some entry. Which one that is must depend on the input alone, so what is read at the
//! same time, a wave, is so little that it cannot reach a limit, whatever its decoders do: the limits of single entries
//! bound it. The next wave begins with what is left. When not even the next item fits for certain, it is read alone, and
//! ends at the limit to the byte. Far from a limit everything is one wave.

use rayon::prelude::*;

use crate::bundle::Bundle;
use crate::limits::Need;

/// Number of items, at least one, that cannot reach a limit together, of which so much is left.
fn wave(left: Need, needs: impl Iterator<Item = Need>) -> usize {
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

    /// Number of the first items that may be worked on at the same time, see [`Bundle::each`]: at least one.
    pub fn wave<T>(&self, items: &[T], unpacks: impl Fn(&T) -> u64) -> usize {
        wave(self.budget.left(), items.iter().map(|item| Need { unpacked: unpacks(item), temporary: 0 }))
    }

    pub(crate) fn in_waves<T: Sync, R: Send>(
        &self,
        mut items: &[T],
        need: impl Fn(&T) -> Need,
        work: impl Fn(&T) -> R + Sync,
    ) -> Vec<R> {
        let mut results = Vec::with_capacity(items.len());
        while !items.is_empty() {
            let (wave, rest) = items.split_at(wave(self.budget.left(), items.iter().map(&need)));
            // one at a time: the last ones should not wait for each other
            results.par_extend(wave.par_iter().with_max_len(1).map(&work));
            items = rest;
        }
        results
    }
}

#[cfg(test)]
mod tests;
