//! [`Held`]: what a merge holds while it goes through time: blocks in memory, and runs of events in temporary files.

use std::io;

use rayon::prelude::*;

use super::batch::{Batch, Piece};
use super::key::Key;
use super::load::{Entry, Loaded, Loader};
use super::plan::{BlockJob, TimeFilter};
use super::queue::QueueWriter;
use super::runs::Runs;
use super::sizes::Sizes;
use crate::missing::Missing;

/// Bytes for which an event counts in a batch besides its text: its data, and what its output format adds to the text.
const RENDERED: usize = 256;

/// Least bytes of a batch, if its events become much longer when they are rendered.
const LEAST_BATCH: usize = 64 << 10;

/// Why a merge ends before all events went out.
pub(super) enum Stop {
    /// The sink needs no more.
    Enough,
    /// Events that have to wait cannot be kept.
    Failed(io::Error),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Stop {
        Stop::Failed(error)
    }
}

/// Blocks of which some events went out, and events that wait in temporary files.
pub(super) struct Held<'a> {
    loader: Loader<'a>,
    sizes: Sizes,
    queue: QueueWriter<'a>,
    /// In the order of their sources and positions, once a slice of theirs goes out.
    open: Vec<Loaded>,
    runs: Runs<'a>,
    /// Bytes of the next batch before it is rendered.
    batch: usize,
    /// The number of events that are still needed.
    left: u64,
    /// Events after it are not needed.
    bound: Option<Key>,
    pub(super) problems: Vec<Missing>,
}

impl<'a> Held<'a> {
    pub(super) fn new(loader: Loader<'a>, sizes: Sizes, queue: QueueWriter<'a>) -> Held<'a> {
        // of duplicates more are needed than go out
        let limit = loader.wanted.limit.filter(|_| !loader.wanted.once);
        Held {
            runs: Runs::new(loader.merge.bundle, sizes),
            loader,
            sizes,
            queue,
            open: Vec::new(),
            batch: sizes.batch,
            left: limit.unwrap_or(u64::MAX),
            bound: None,
            problems: Vec::new(),
        }
    }

    /// Reads blocks.
    pub(super) fn load(&mut self, jobs: &[BlockJob], want: TimeFilter) {
        let (loader, bound) = (&self.loader, self.bound);
        let loaded = jobs.par_iter().with_max_len(1).map(|job| loader.load(job, want, bound));
        let mut loaded: Vec<Loaded> = loaded.collect();
        self.problems.extend(loaded.iter_mut().filter_map(|loaded| loaded.problem.take()));
        loaded.retain(|loaded| !loaded.is_empty());
        self.open.append(&mut loaded);
    }

    /// Sends all events before `to`, or all, in their order.
    pub(super) fn send(&mut self, to: Option<Key>) -> Result<(), Stop> {
        let entries = take(&mut self.open, to);
        let mut rest = entries.as_slice();
        loop {
            let (mut batch, later) = cut(&self.open, rest, self.batch);
            let next = later.first().and_then(|entry| entry.key(&self.open)).or(to);
            let mut waiting = Piece::default();
            while let Some(key) = self.runs.peek().filter(|key| next.is_none_or(|next| *key < next)) {
                if waiting.text.len() + waiting.events.len() * RENDERED >= self.sizes.batch {
                    // what is after the next one waits for the next batch
                    let count = batch.partition_point(|entry| entry.key(&self.open) < Some(key));
                    batch = batch.get(..count).unwrap_or_default();
                    break;
                }
                self.runs.pop(&mut waiting)?;
            }
            if batch.is_empty() && waiting.events.is_empty() {
                break;
            }
            let pieces = self.loader.render(&self.open, batch);
            self.adapt(&pieces);
            self.hand_over(Batch::merged(pieces, waiting))?;
            rest = rest.get(batch.len()..).unwrap_or_default();
        }
        self.open.retain(|loaded| !loaded.is_empty());
        Ok(())
    }

    /// Sends all events of all blocks that are loaded, block by block.
    pub(super) fn send_as_read(&mut self) -> Result<(), Stop> {
        self.open.sort_by_key(Loaded::place);
        let mut entries = Vec::new();
        for (number, loaded) in self.open.iter_mut().enumerate() {
            loaded.take(number as u32, None, &mut entries);
        }
        let mut rest = entries.as_slice();
        while !rest.is_empty() {
            let (batch, later) = cut(&self.open, rest, self.batch);
            let pieces = self.loader.render(&self.open, batch);
            self.adapt(&pieces);
            self.hand_over(Batch::as_read(pieces))?;
            rest = later;
        }
        self.open.clear();
        Ok(())
    }

    /// Makes the next batch smaller if the events of this one became much longer.
    fn adapt(&mut self, pieces: &[Piece]) {
        let bytes: usize = pieces.iter().map(Piece::bytes).sum();
        if bytes > self.sizes.batch * 2 {
            self.batch = (self.batch / 2).max(LEAST_BATCH.min(self.sizes.batch));
        } else if bytes < self.sizes.batch {
            self.batch = self.batch.saturating_mul(2).min(self.sizes.batch);
        }
    }

    fn hand_over(&mut self, batch: Batch) -> Result<(), Stop> {
        let count = batch.count();
        if count > 0 && !self.queue.send(batch) {
            return Err(Stop::Enough);
        }
        if self.left != u64::MAX {
            self.left = self.left.saturating_sub(count);
        }
        if self.left == 0 { Err(Stop::Enough) } else { Ok(()) }
    }

    /// Moves events to a temporary file, if the blocks in memory are too large: those of the blocks that end last.
    pub(super) fn shrink(&mut self) -> Result<(), Stop> {
        let mut cost: usize = self.open.iter().map(Loaded::cost).sum();
        if cost <= self.sizes.open {
            return Ok(());
        }
        self.open.sort_by_key(Loaded::last);
        let mut kept = self.open.len();
        while let Some(loaded) = self.open.get(..kept).and_then(<[Loaded]>::last)
            && cost > self.sizes.open / 2
        {
            cost -= loaded.cost();
            kept -= 1;
        }
        let mut blocks = self.open.split_off(kept);
        let entries = take(&mut blocks, None);
        let mut writer = self.runs.begin();
        let mut rest = entries.as_slice();
        while !rest.is_empty() && writer.events() < self.left {
            let (batch, later) = cut(&blocks, rest, self.batch);
            let pieces = self.loader.render(&blocks, batch);
            self.adapt(&pieces);
            for piece in pieces {
                for (event, text) in piece.iter() {
                    if writer.events() < self.left {
                        writer.write(event, text)?;
                    }
                }
            }
            rest = later;
        }
        if writer.events() >= self.left {
            // so many are before this one
            self.bound = self.bound.into_iter().chain(writer.last()).min();
        }
        self.runs.add(writer, self.left)?;
        Ok(())
    }
}

/// Takes the events before `to`, or all, of some blocks, in their order. Brings the blocks into the order of their places.
fn take(blocks: &mut [Loaded], to: Option<Key>) -> Vec<Entry> {
    blocks.sort_by_key(Loaded::place);
    let mut entries = Vec::new();
    for (number, loaded) in blocks.iter_mut().enumerate() {
        loaded.take(number as u32, to, &mut entries);
    }
    if !entries.is_sorted() {
        entries.par_sort_unstable();
    }
    entries
}

/// Cuts off the first entries, which make a batch of at most `most` bytes, or of one event.
fn cut<'e>(blocks: &[Loaded], entries: &'e [Entry], most: usize) -> (&'e [Entry], &'e [Entry]) {
    let mut sum = 0;
    let is_too_much = |(number, entry): (usize, &Entry)| {
        sum += entry.length(blocks) + RENDERED;
        sum > most && number > 0
    };
    let count = entries.iter().enumerate().position(is_too_much).unwrap_or(entries.len());
    entries.split_at(count)
}
