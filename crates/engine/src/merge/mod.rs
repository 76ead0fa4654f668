//! Merge: all events of all sources in one order of time.
//!
//! The scan recorded the time span of each block of each source. Time is cut into slices that hold about as many bytes each,
//! also within a moment; for a slice the blocks that begin in it are read, on all cores, and the events that are before its
//! end are sorted, rendered and handed out in batches. Blocks with later events stay in memory, up to a limit. Beyond it,
//! their events are rendered and wait in temporary files, each in order. So memory depends neither on the size of the
//! collection nor on the order of its events, an event is read once, and blocks outside the time window are never read.
//!
//! Events are in the order of their moments; of equal moments in the order of sources, and within a source in the order of
//! lines. The order does not depend on the threads.
//!
//! An event without a timestamp follows the one before it in its file. An event without a moment, because its date or the zone
//! of its server is not known, comes at the end, source by source in its own order: it is never put where it might not
//! belong.

mod batch;
mod duplicates;
mod held;
mod input;
mod key;
mod load;
mod plan;
mod queue;
mod request;
mod runs;
mod seen;
mod sizes;

use std::io;

pub use input::{BlockIndex, Merge};
pub use request::{MergeRequest, MergeSink, MergedEvent, Render, Summary};

use duplicates::Duplicates;
use held::{Held, Stop};
use load::Loader;
use plan::{Plan, TimeFilter};
use queue::{Queue, QueueWriter};
use sizes::Sizes;

impl Merge<'_> {
    /// Hands all events of the request to `sink`, in order.
    ///
    /// Fails if the sink does, or if events that are out of order need more temporary files than there may be; a source that
    /// cannot be read is in the summary.
    pub fn run(
        &self,
        wanted: &MergeRequest,
        threads: usize,
        render: Render<'_>,
        sink: MergeSink<'_>,
    ) -> io::Result<Summary> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().map_err(io::Error::other)?;
        let sizes = Sizes::new(wanted.slice, pool.current_num_threads());
        let queue = Queue::new(sizes.queue);
        let (writer, reader) = queue.ends();
        let most = wanted.limit.unwrap_or(u64::MAX);
        let mut summary = Summary::default();
        let mut outcome = Ok(());
        let made = std::thread::scope(|scope| {
            let loader = Loader { merge: self, wanted, render };
            // the writer goes with the worker, so that the end of its work is the end of the queue
            let worker = scope.spawn(|| pool.install(move || produce(loader, sizes, writer)));
            let mut once = wanted.once.then(|| Duplicates::new(self.bundle, self.sources));
            while let Some(batch) = reader.next() {
                outcome = batch.hand_out(once.as_mut(), most, &mut summary, sink);
                if outcome.is_err() || summary.events >= most {
                    break;
                }
            }
            drop(reader);
            worker.join()
        });
        outcome?;
        let made = made.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        summary.bytes = made.bytes;
        summary.passed_over = made.passed_over;
        summary.left_out = made.left_out;
        summary.problems = made.problems;
        Ok(summary)
    }
}

/// Reads and renders all events of a request, and writes them to a queue. Returns what is known of the blocks.
fn produce(loader: Loader<'_>, sizes: Sizes, queue: QueueWriter<'_>) -> io::Result<Summary> {
    let (merge, wanted) = (loader.merge, loader.wanted);
    let plan = Plan::new(merge, wanted, sizes.slice);
    merge.progress.begin(plan.bytes);
    let left_out = if wanted.has_window() { plan.unplaced } else { 0 };
    let mut held = Held::new(loader, sizes, queue);
    match send_all(&mut held, merge, wanted, &plan, sizes) {
        Ok(()) | Err(Stop::Enough) => {}
        Err(Stop::Failed(error)) => return Err(error),
    }
    Ok(Summary {
        left_out,
        bytes: plan.bytes,
        passed_over: plan.passed_over,
        problems: held.problems,
        ..Summary::default()
    })
}

fn send_all(
    held: &mut Held<'_>,
    merge: &Merge<'_>,
    wanted: &MergeRequest,
    plan: &Plan,
    sizes: Sizes,
) -> Result<(), Stop> {
    for slice in &plan.slices {
        held.load(&plan.jobs(merge, slice), TimeFilter::Placed);
        if wanted.any_order && !wanted.once {
            held.send_as_read()?;
        } else {
            held.send(slice.to)?;
            held.shrink()?;
        }
    }
    if !wanted.has_window() {
        for jobs in plan.unplaced_jobs(merge, sizes.slice) {
            held.load(&jobs, TimeFilter::Unplaced);
            held.send_as_read()?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
