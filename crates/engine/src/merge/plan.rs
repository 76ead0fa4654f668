//! [`Plan`]: which blocks are read for which slice of time.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::{Index, Merge, Wanted};
use crate::Piece;
use spoglight_time::{At, Clock, Moment};

/// Bytes of the blocks of a slice, for each thread.
const SLICE: u64 = 6 << 20;

/// Nanoseconds of the coarsest clock.
const STEP: i64 = 1_000_000_000;

/// Which events of a block are wanted: those that have a moment, or the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Want {
    Placed,
    Unplaced,
}

/// A block to read.
#[derive(Debug, Clone)]
pub(super) struct Job {
    /// Place of its source.
    pub(super) source: usize,
    /// Its place among the blocks of that.
    pub(super) piece: usize,
    /// Stamp of the last message before it that has one, or of the first of the file.
    pub(super) before: Option<At>,
    /// Latest moment before it.
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
    pub(super) pieces: Vec<Job>,
}

/// See the [module](self).
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) slices: Vec<Slice>,
    /// Blocks with events that have no place in time, in the order of their sources.
    pub(super) unplaced_pieces: Vec<Job>,
    /// Events in these, as far as the scan knows.
    pub(super) unplaced: u64,
    pub(super) bytes: u64,
    pub(super) passed_over: u64,
}

impl Plan {
    pub(super) fn of(merge: &Merge<'_>, wanted: &Wanted, threads: usize) -> Plan {
        let mut plan = Plan::default();
        let mut placed: Vec<(Job, u64)> = Vec::new();
        for (source, (facts, index)) in merge.sources.iter().zip(merge.index).enumerate() {
            plan.source(source, &facts.clock, index, wanted, &mut placed);
        }
        placed.sort_by_key(|(job, _)| (job.from, job.source, job.piece));
        let most = if wanted.slice > 0 { wanted.slice } else { SLICE * threads.max(1) as u64 };
        plan.cut(placed, most);
        plan
    }

    /// Looks at the blocks of a source.
    fn source(
        &mut self,
        source: usize,
        clock: &Clock,
        index: &Index<'_>,
        wanted: &Wanted,
        placed: &mut Vec<(Job, u64)>,
    ) {
        let opening = index.opening;
        let (mut before, mut latest) = (None, i64::MIN);
        for (number, piece) in index.blocks.iter().enumerate() {
            let carried = before.or(opening);
            let reach = reach(piece, clock, carried);
            let mut job = Job { source, piece: number, before: carried, latest, from: 0, to: 0 };
            if piece.events > 0 {
                if let Some((from, to)) = reach.placed {
                    (job.from, job.to) = (from, to);
                    // the clock of the last may count in seconds
                    let is_outside = wanted.from.is_some_and(|start| to.saturating_add(STEP) < start)
                        || wanted.to.is_some_and(|end| end <= from);
                    if is_outside {
                        self.passed_over += piece.size;
                    } else {
                        self.bytes += piece.size;
                        placed.push((job.clone(), piece.size));
                    }
                }
                if reach.has_unplaced {
                    self.unplaced += piece.events;
                    self.unplaced_pieces.push(job);
                }
            }
            for at in [piece.local.map(|pair| pair.1), piece.utc.map(|pair| pair.1), piece.closing]
                .into_iter()
                .flatten()
            {
                if let Moment::Utc(utc) = clock.moment(&at) {
                    latest = latest.max(utc);
                }
            }
            before = piece.closing.or(before);
        }
    }

    /// Cuts time where the blocks that begin in a stretch are as many bytes as a slice may have.
    fn cut(&mut self, placed: Vec<(Job, u64)>, most: u64) {
        let mut ends: BTreeSet<i64> = BTreeSet::new();
        let mut sum = 0;
        for (job, size) in &placed {
            if sum >= most {
                ends.insert(job.from);
                sum = 0;
            }
            sum += size;
        }
        // where one block reaches far, and others end within it, it is cut at their ends, too: nothing more is read for that
        let mut ends = ends.into_iter().collect::<Vec<_>>();
        ends.sort_unstable_by_key(|end| Reverse(*end));
        let mut slices: Vec<Slice> = Vec::new();
        let mut slice = Slice { to: ends.pop().unwrap_or(i64::MAX), pieces: Vec::new() };
        for (job, _) in placed {
            while job.from >= slice.to {
                let next = ends.pop().unwrap_or(i64::MAX);
                slices.push(std::mem::replace(&mut slice, Slice { to: next, pieces: Vec::new() }));
            }
            slice.pieces.push(job);
        }
        slice.to = i64::MAX;
        slices.push(slice);
        self.slices = slices;
    }
}

/// What a block holds.
struct Reach {
    /// The moments of the events that have one.
    placed: Option<(i64, i64)>,
    has_unplaced: bool,
}

/// The moments that events of a block may have, those without a stamp of their own included.
fn reach(piece: &Piece, clock: &Clock, before: Option<At>) -> Reach {
    let spans = [piece.utc, piece.local].into_iter().flatten().map(|pair| clock.reach(pair));
    let carried = before.filter(|_| piece.carries && piece.undated == 0);
    let carried = carried.map(|at| (clock.moment(&at), clock.moment(&at)));
    let (mut placed, mut has_unplaced): (Option<(i64, i64)>, bool) = (None, piece.undated > 0);
    let has_stamps = piece.utc.is_some() || piece.local.is_some();
    for (from, to) in spans.chain(carried) {
        match (from, to) {
            (Moment::Utc(from), Moment::Utc(to)) => {
                let known = placed.get_or_insert((from, to));
                *known = (known.0.min(from), known.1.max(to));
            }
            _ => has_unplaced = true,
        }
    }
    has_unplaced |= !has_stamps && before.is_none();
    Reach { placed, has_unplaced }
}
