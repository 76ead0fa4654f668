//! Merge: all events of all sources in one order of time.
//!
//! The scan recorded the time span of each block of each source. Time is cut into slices that hold about as many bytes each; for
//! a slice the blocks that reach into it are read, on all cores, and their events sorted. So memory depends on the size of a
//! slice and on how many sources are written to at once, not on the size of the collection, and blocks outside the time window
//! are never read.
//!
//! Events are in the order of their moments; of equal moments in the order of sources, and within a source in the order of
//! lines. The order does not depend on the threads.
//!
//! An event without a timestamp follows the one before it in its file. An event without a moment, because its date or the zone
//! of its server is not known, comes at the end, source by source in its own order: it is never put where it might not
//! belong.

mod batch;
mod input;
mod load;
mod plan;
mod request;

use std::io;
use std::sync::mpsc;

use rayon::prelude::*;

pub use input::{BlockIndex, Merge};
pub use request::{MergeRequest, MergeSink, MergedEvent, Render, Summary};

use batch::{Batch, Duplicates, MergedBlock};
use load::{Loaded, Loader};
use plan::{Plan, TimeFilter};

/// Slices that may be ready before they are taken.
const AHEAD: usize = 1;

impl Merge<'_> {
    /// Hands all events of the request to `sink`, in order.
    ///
    /// Fails if the sink does; a source that cannot be read is in the summary.
    pub fn run(
        &self,
        wanted: &MergeRequest,
        threads: usize,
        render: Render<'_>,
        sink: MergeSink<'_>,
    ) -> io::Result<Summary> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().map_err(io::Error::other)?;
        let (sender, receiver) = mpsc::sync_channel::<Batch>(AHEAD);
        let mut summary = Summary::default();
        let mut outcome = Ok(());
        std::thread::scope(|scope| {
            // the sender goes with the worker, so that the end of its work is the end of the channel
            let worker = scope.spawn(move || pool.install(|| self.produce(wanted, render, &sender)));
            let mut once = wanted.once.then(|| Duplicates::new(self.sources));
            while let Ok(batch) = receiver.recv() {
                if outcome.is_ok() {
                    outcome = batch.hand_out(once.as_mut(), &mut summary, sink);
                }
                if outcome.is_err() {
                    drop(receiver);
                    break;
                }
            }
            if let Ok(made) = worker.join() {
                summary.bytes = made.bytes;
                summary.passed_over = made.passed_over;
                summary.left_out = made.left_out;
                summary.problems = made.problems;
            }
        });
        outcome.map(|()| summary)
    }

    fn produce(
        &self,
        wanted: &MergeRequest,
        render: Render<'_>,
        sender: &mpsc::SyncSender<Batch>,
    ) -> Summary {
        let plan = Plan::new(self, wanted, rayon::current_num_threads());
        self.progress.begin(plan.bytes);
        let loader = Loader { merge: self, wanted, render };
        let mut summary = Summary {
            bytes: plan.bytes,
            passed_over: plan.passed_over,
            left_out: if wanted.has_window() { plan.unplaced } else { 0 },
            ..Summary::default()
        };
        let mut open: Vec<Loaded> = Vec::new();
        for slice in &plan.slices {
            let fresh =
                slice.blocks.par_iter().with_max_len(1).map(|job| loader.load(job, TimeFilter::Placed));
            let mut fresh: Vec<Loaded> = fresh.collect();
            open.append(&mut fresh);
            let blocks = open.par_iter_mut().with_max_len(1).map(|loaded| loader.take(loaded, slice.to));
            let batch = Batch::by_time(blocks.collect());
            for loaded in &mut open {
                summary.problems.extend(loaded.problem.take());
            }
            open.retain(|loaded| !loaded.is_empty());
            if sender.send(batch).is_err() {
                return summary; // the receiver was dropped
            }
        }
        if !wanted.has_window() {
            for jobs in plan.unplaced_blocks.chunks(rayon::current_num_threads() * 4) {
                let blocks = jobs.par_iter().with_max_len(1).map(|job| {
                    let mut loaded = loader.load(job, TimeFilter::Unplaced);
                    let block = loader.take(&mut loaded, i64::MAX);
                    (block, loaded.problem)
                });
                let (blocks, problems): (Vec<MergedBlock>, Vec<_>) = blocks.unzip();
                summary.problems.extend(problems.into_iter().flatten());
                if sender.send(Batch::as_read(blocks)).is_err() {
                    return summary;
                }
            }
        }
        summary
    }
}

#[cfg(test)]
mod tests;
