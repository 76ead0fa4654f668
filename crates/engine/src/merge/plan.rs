//! [`Plan`]: the blocks to read for each slice of time.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::input::{BlockIndex, Merge};
use super::request::MergeRequest;
use crate::block_meta::BlockMeta;
use spoglight_source::SourceId;
use spoglight_time::units::SECOND;
use spoglight_time::{Clock, SourceTime, Timestamp};

/// Bytes of the blocks of a slice, for each thread.
const SLICE: u64 = 6 << 20;

/// Step of the coarsest clock, in nanoseconds.
const STEP: i64 = SECOND;

/// Events of a block to read: those with a moment, or the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TimeFilter {
    Placed,
    Unplaced,
}

/// A block to read.
#[derive(Debug, Clone)]
pub(super) struct BlockJob {
    /// Its source.
    pub(super) source: SourceId,
    /// Its position among the blocks of that.
    pub(super) block: usize,
    /// Timestamp of the last event before it that has one, or of the first of the file.
    pub(super) before: Option<SourceTime>,
    /// Latest moment before it, in nanoseconds since 1970.
    pub(super) latest: i64,
    /// Earliest and latest moment in it.
    from: i64,
    to: i64,
}

/// A stretch of time.
#[derive(Debug, Default)]
pub(super) struct Slice {
    /// Its end: the first moment that is not in it.
    pub(super) to: i64,
    /// Blocks that begin in it.
    pub(super) blocks: Vec<BlockJob>,
}

/// The slices of time in which blocks are read.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) slices: Vec<Slice>,
    /// Blocks with events that have no known moment, in the order of their sources.
    pub(super) unplaced_blocks: Vec<BlockJob>,
    /// Events in these, as far as the scan knows.
    pub(super) unplaced: u64,
    pub(super) bytes: u64,
    pub(super) passed_over: u64,
}

impl Plan {
    pub(super) fn new(merge: &Merge<'_>, wanted: &MergeRequest, threads: usize) -> Plan {
        let mut plan = Plan::default();
        let mut placed: Vec<(BlockJob, u64)> = Vec::new();
        for (source, (facts, index)) in merge.sources.iter().zip(merge.index).enumerate() {
            plan.source(SourceId::new(source), &facts.clock, index, wanted, &mut placed);
        }
        placed.sort_by_key(|(job, _)| (job.from, job.source, job.block));
        let most = if wanted.slice > 0 { wanted.slice } else { SLICE * threads.max(1) as u64 };
        plan.cut(placed, most);
        plan
    }

    /// Adds the blocks of a source.
    fn source(
        &mut self,
        source: SourceId,
        clock: &Clock,
        index: &BlockIndex<'_>,
        wanted: &MergeRequest,
        placed: &mut Vec<(BlockJob, u64)>,
    ) {
        let opening = index.opening;
        let (mut before, mut latest) = (None, i64::MIN);
        for (number, block) in index.blocks.iter().enumerate() {
            let carried = before.or(opening);
            let span = span(block, clock, carried);
            let mut job = BlockJob { source, block: number, before: carried, latest, from: 0, to: 0 };
            if block.events > 0 {
                if let Some((from, to)) = span.placed {
                    (job.from, job.to) = (from, to);
                    // the clock of the last may count in seconds
                    let is_outside = wanted.from.is_some_and(|start| to.saturating_add(STEP) < start)
                        || wanted.to.is_some_and(|end| end <= from);
                    if is_outside {
                        self.passed_over += block.size;
                    } else {
                        self.bytes += block.size;
                        placed.push((job.clone(), block.size));
                    }
                }
                if span.has_unplaced {
                    self.unplaced += block.events;
                    self.unplaced_blocks.push(job);
                }
            }
            for at in [block.local.map(|pair| pair.1), block.utc.map(|pair| pair.1), block.closing]
                .into_iter()
                .flatten()
            {
                if let Timestamp::Utc(utc) = clock.moment(&at) {
                    latest = latest.max(utc);
                }
            }
            before = block.closing.or(before);
        }
    }

    /// Cuts time into slices whose blocks are about `most` bytes.
    fn cut(&mut self, placed: Vec<(BlockJob, u64)>, most: u64) {
        let mut ends: BTreeSet<i64> = BTreeSet::new();
        let mut sum = 0;
        for (job, size) in &placed {
            if sum >= most {
                ends.insert(job.from);
                sum = 0;
            }
            sum += size;
        }
        let mut ends = ends.into_iter().collect::<Vec<_>>();
        ends.sort_unstable_by_key(|end| Reverse(*end));
        let mut slices: Vec<Slice> = Vec::new();
        let mut slice = Slice { to: ends.pop().unwrap_or(i64::MAX), blocks: Vec::new() };
        for (job, _) in placed {
            while job.from >= slice.to {
                let next = ends.pop().unwrap_or(i64::MAX);
                slices.push(std::mem::replace(&mut slice, Slice { to: next, blocks: Vec::new() }));
            }
            slice.blocks.push(job);
        }
        slice.to = i64::MAX;
        slices.push(slice);
        self.slices = slices;
    }
}

/// Time span of a block.
struct BlockSpan {
    /// Earliest and latest moment of the events that have one, in nanoseconds since 1970.
    placed: Option<(i64, i64)>,
    has_unplaced: bool,
}

/// The moments that events of a block may have, with those that inherit theirs.
fn span(block: &BlockMeta, clock: &Clock, before: Option<SourceTime>) -> BlockSpan {
    let spans = [block.utc, block.local].into_iter().flatten().map(|pair| clock.bounds(pair));
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
