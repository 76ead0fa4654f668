//! [`Plan`]: the blocks to read for each slice of time.

use std::ops::Range;

use super::input::{BlockIndex, Merge};
use super::key::Key;
use super::request::MergeRequest;
use super::sizes::{BLOCK, EVENT};
use crate::block_meta::BlockMeta;
use spoglight_source::SourceId;
use spoglight_time::units::SECOND;
use spoglight_time::{Clock, SourceTime, Timestamp};

/// Step of the coarsest clock, in nanoseconds.
const STEP: i64 = SECOND;

/// Events of a block to read: those with a moment, or the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TimeFilter {
    Placed,
    Unplaced,
}

/// A block to read.
#[derive(Debug, Clone, Copy)]
pub(super) struct BlockJob {
    /// Its source.
    pub(super) source: SourceId,
    /// Its position among the blocks of that.
    pub(super) block: u32,
    /// What is known at its start.
    pub(super) carried: Carried,
}

/// What the blocks of a source above a block leave to it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Carried {
    /// Timestamp of the last event that has one, or the first of the file.
    pub(super) before: Option<SourceTime>,
    /// Latest moment, in nanoseconds since 1970.
    pub(super) latest: i64,
}

/// A stretch of the order of all events.
#[derive(Debug)]
pub(super) struct Slice {
    /// Its end: the first place that is not in it; `None` if it is the last.
    pub(super) to: Option<Key>,
    /// Blocks that begin in it, as positions in the plan.
    blocks: Range<usize>,
}

/// The slices in which blocks are read. A collection may have a million files of one block each, so a block is few bytes.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) slices: Vec<Slice>,
    /// Blocks with placed events, with their earliest moments, in the order of these.
    placed: Vec<(i64, SourceId, u32)>,
    /// Blocks with events that have no known moment, in the order of their sources.
    unplaced_blocks: Vec<(SourceId, u32)>,
    /// What all blocks but the first of each source carry, source by source.
    carried: Vec<Carried>,
    /// Position in `carried` of the second block of each source.
    second: Vec<u32>,
    /// Events in the unplaced blocks, as far as the scan knows.
    pub(super) unplaced: u64,
    pub(super) bytes: u64,
    pub(super) passed_over: u64,
}

impl Plan {
    /// Plans slices whose blocks need about `most` bytes of memory.
    pub(super) fn new(merge: &Merge<'_>, wanted: &MergeRequest, most: u64) -> Plan {
        let mut plan = Plan::default();
        for (source, (facts, index)) in merge.sources.iter().zip(merge.index).enumerate() {
            plan.source(SourceId::new(source), &facts.clock, index, wanted);
        }
        plan.placed.sort_unstable();
        plan.cut(merge, most);
        plan
    }

    /// Adds the blocks of a source.
    fn source(&mut self, source: SourceId, clock: &Clock, index: &BlockIndex<'_>, wanted: &MergeRequest) {
        self.second.push(u32::try_from(self.carried.len()).unwrap_or(u32::MAX));
        let mut carried = Carried { before: None, latest: i64::MIN };
        let blocks = index.blocks();
        for (number, block) in blocks.all.iter().enumerate() {
            let before = carried.before.or(blocks.opening);
            let span = span(block, clock, before);
            if number > 0 {
                self.carried.push(Carried { before, ..carried });
            }
            let number = number as u32;
            if block.events > 0 {
                if let Some((from, to)) = span.placed {
                    // the clock of the last may count in seconds
                    let is_outside = wanted.from.is_some_and(|start| to.saturating_add(STEP) < start)
                        || wanted.to.is_some_and(|end| end <= from);
                    if is_outside {
                        self.passed_over += block.size;
                    } else {
                        self.bytes += block.size;
                        self.placed.push((from, source, number));
                    }
                }
                if span.has_unplaced {
                    self.unplaced += block.events;
                    self.unplaced_blocks.push((source, number));
                }
            }
            for at in [
                block.local.as_ref().map(|pair| pair.1),
                block.utc.as_ref().map(|pair| pair.1),
                block.closing,
            ]
            .into_iter()
            .flatten()
            {
                if let Timestamp::Utc(utc) = clock.moment(&at) {
                    carried.latest = carried.latest.max(utc);
                }
            }
            carried.before = block.closing.or(carried.before);
        }
    }

    /// Cuts the order of events into slices whose blocks need about `most` bytes of memory. A slice may end within a moment,
    /// so that the events of one moment may be many.
    fn cut(&mut self, merge: &Merge<'_>, most: u64) {
        let (mut start, mut sum) = (0, 0);
        for (number, &(from, source, block)) in self.placed.iter().enumerate() {
            if sum >= most {
                let to = Some(Key::of_block(from, source, block));
                self.slices.push(Slice { to, blocks: start..number });
                (start, sum) = (number, 0);
            }
            sum += cost(merge, source, block);
        }
        self.slices.push(Slice { to: None, blocks: start..self.placed.len() });
    }

    /// The blocks that begin in a slice.
    pub(super) fn jobs(&self, merge: &Merge<'_>, slice: &Slice) -> Vec<BlockJob> {
        let blocks = self.placed.get(slice.blocks.clone()).unwrap_or_default();
        blocks.iter().map(|&(_, source, block)| self.job(merge, source, block)).collect()
    }

    /// The blocks with events that have no known moment, in groups that need about `most` bytes of memory.
    pub(super) fn unplaced_jobs(&self, merge: &Merge<'_>, most: u64) -> impl Iterator<Item = Vec<BlockJob>> {
        let mut blocks = self.unplaced_blocks.iter().peekable();
        std::iter::from_fn(move || {
            let (mut jobs, mut sum) = (Vec::new(), 0);
            while let Some(&(source, block)) = blocks.next_if(|_| sum < most) {
                sum += cost(merge, source, block);
                jobs.push(self.job(merge, source, block));
            }
            (!jobs.is_empty()).then_some(jobs)
        })
    }

    fn job(&self, merge: &Merge<'_>, source: SourceId, block: u32) -> BlockJob {
        let second = self.second.get(source.index()).copied().unwrap_or(0) as usize;
        let carried = (block as usize).checked_sub(1).and_then(|above| self.carried.get(second + above));
        let carried = carried.copied().unwrap_or_else(|| {
            let opening = merge.index.get(source.index()).and_then(|index| index.blocks().opening);
            Carried { before: opening, latest: i64::MIN }
        });
        BlockJob { source, block, carried }
    }
}

/// Bytes of memory that a block needs.
fn cost(merge: &Merge<'_>, source: SourceId, block: u32) -> u64 {
    let block = merge.source(source).block(block);
    block.size + block.events * EVENT as u64 + BLOCK as u64
}

/// Time span of a block.
struct BlockSpan {
    /// Earliest and latest moment of the events that have one, in nanoseconds since 1970.
    placed: Option<(i64, i64)>,
    has_unplaced: bool,
}

/// The moments that events of a block may have, with those that inherit theirs.
fn span(block: &BlockMeta, clock: &Clock, before: Option<SourceTime>) -> BlockSpan {
    let spans = [&block.utc, &block.local].into_iter().flatten().map(|pair| clock.bounds(**pair));
    let carried = before.filter(|_| block.carries && block.undated == 0);
    let carried = carried.map(|at| (clock.moment(&at), clock.moment(&at)));
    let (mut placed, mut has_unplaced): (Option<(i64, i64)>, bool) = (None, block.undated > 0);
    let has_stamps = block.utc.is_some() || block.local.is_some();
    for (from, to) in spans.chain(carried) {
        match (from, to) {
            (Timestamp::Utc(from), Timestamp::Utc(to)) => {
                let known = placed.get_or_insert((from, to));
                *known = (known.0.min(from), known.1.max(to));
            }
            _ => has_unplaced = true,
        }
    }
    has_unplaced |= !has_stamps && before.is_none();
    BlockSpan { placed, has_unplaced }
}
