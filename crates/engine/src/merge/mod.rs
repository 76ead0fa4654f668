//! All events of all sources in one order of time.
//!
//! The scan has noted what lies in which block of which source. Time is cut into slices that hold about as many bytes
//! each; for a slice the blocks that reach into it are read, on all cores, and their events sorted. So memory depends on
//! the size of a slice and on how many sources are written to at once, not on the size of the collection, and blocks
//! outside the window that is asked for are never read.
//!
//! The order is that of moments; of equal ones that of sources, and within a source that of its lines. Whichever thread
//! read what, it is the same.
//!
//! A message without a stamp stands behind the one before it in its file. What has no moment, because nobody knows the
//! zone of its server, or its date, comes at the end, source by source in its own order: it is never put where it might
//! not belong.

mod load;
mod plan;

use std::collections::BTreeMap;
use std::io;
use std::sync::mpsc;

use rayon::prelude::*;
use spoglight_parsers::Level;
use spoglight_parsers::formats::Mix;
use spoglight_signatures::Library;

use crate::event::{Entry, Marks};
use load::{Loaded, Loader};
pub use load::{above, columns};
use plan::{Plan, Want};

use crate::{Piece, Progress, Scanned};
use spoglight_model::analysis::SourceFacts;
use spoglight_query::Query;
use spoglight_source::Bundle;
use spoglight_text::charset::Charset;
use spoglight_time::{At, Moment};

/// Which events are wanted.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Not before this moment, in nanoseconds since 1970.
    pub from: Option<i64>,
    /// Before this one.
    pub to: Option<i64>,
    /// Those that pass this.
    pub query: Query,
    /// What stands in two files is wanted once.
    pub once: bool,
    /// Signatures are looked for in every event that is shown.
    pub findings: bool,
    /// Bytes of the blocks that are merged at a time; 0 is what suits the machine. The result does not depend on it.
    pub slice: u64,
}

impl Wanted {
    fn has_window(&self) -> bool {
        self.from.is_some() || self.to.is_some()
    }

    /// Whether an event may be in the window that began at a moment, and whose clock counts in steps of so many
    /// nanoseconds: it lies anywhere in that step.
    fn holds(&self, when: i64, step: i64) -> bool {
        let last = when.saturating_add(step.max(1) - 1);
        self.from.is_none_or(|from| from <= last) && self.to.is_none_or(|to| when < to)
    }
}

/// One event on its way out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// When it was; `None` if it has no time at all.
    pub moment: Option<Moment>,
    /// Place of its source.
    pub source: usize,
    /// How grave it is.
    pub level: Level,
}

/// What came out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Events that were handed out.
    pub events: u64,
    /// Of these, events whose place in time is not known.
    pub unplaced: u64,
    /// Events that were left out because a window was asked for and their place in time is not known.
    pub left_out: u64,
    /// Events that were left out because they stand in another file, too.
    pub repeated: u64,
    /// Events that stand behind later ones in their file, by more than a second.
    pub late: u64,
    /// Events in an hour that the clocks of their zone leave out.
    pub skipped: u64,
    /// Bytes of blocks that were read.
    pub bytes: u64,
    /// Bytes of blocks that were not, because nothing in them was wanted.
    pub passed_over: u64,
    /// Why a source was not read to its end.
    pub problems: Vec<(usize, String)>,
}

/// What a scan noted of a source, for those who read on in it.
pub struct Index<'f> {
    charset: Option<Charset>,
    mix: Option<Mix<'f>>,
    /// The first stamp of the file.
    opening: Option<At>,
    /// Its newest message stands first, so that none of them is late.
    is_newest_first: bool,
    blocks: Box<[Piece]>,
}

impl<'f> Index<'f> {
    pub fn of(scanned: Scanned<'f>) -> Index<'f> {
        let tally = *scanned.tally;
        let is_newest_first = tally.is_newest_first();
        let blocks = tally.blocks.into_boxed_slice();
        Index { charset: scanned.charset, mix: scanned.mix, opening: tally.opening, is_newest_first, blocks }
    }
}

/// What a merge works on.
#[derive(Clone, Copy)]
pub struct Merge<'a> {
    /// Where the bytes are: every source can be read from any place.
    pub bundle: &'a Bundle,
    /// What is known of the sources, in their order.
    pub sources: &'a [SourceFacts],
    /// What the scan noted of them.
    pub index: &'a [Index<'a>],
    /// The signatures.
    pub library: &'a Library,
    /// Whoever wants to know how far it is.
    pub progress: &'a dyn Progress,
}

/// Writes an event; called on many threads.
pub type Render<'r> = &'r (dyn Fn(&Entry<'_>, &mut Vec<u8>) + Sync);

/// Takes events in their order, with what was written of each.
pub type Sink<'s> = &'s mut dyn FnMut(&Row, &[u8]) -> io::Result<()>;

/// Slices that may be ready before they are taken.
const AHEAD: usize = 1;

impl Merge<'_> {
    /// Hands all events that are wanted to `sink`, in order.
    ///
    /// Fails if the sink does; a source that cannot be read is in the summary.
    pub fn run(
        &self,
        wanted: &Wanted,
        threads: usize,
        render: Render<'_>,
        sink: Sink<'_>,
    ) -> io::Result<Summary> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().map_err(io::Error::other)?;
        let (sender, receiver) = mpsc::sync_channel::<Batch>(AHEAD);
        let mut summary = Summary::default();
        let mut outcome = Ok(());
        std::thread::scope(|scope| {
            // the sender goes with the worker, so that the end of its work is the end of the channel
            let worker = scope.spawn(move || pool.install(|| self.produce(wanted, render, &sender)));
            let mut once = Once::default();
            while let Ok(batch) = receiver.recv() {
                if outcome.is_ok() {
                    outcome = batch.hand_out(self, wanted.once.then_some(&mut once), &mut summary, sink);
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

    fn produce(&self, wanted: &Wanted, render: Render<'_>, sender: &mpsc::SyncSender<Batch>) -> Summary {
        let plan = Plan::of(self, wanted, rayon::current_num_threads());
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
            let fresh = slice.pieces.par_iter().with_max_len(1).map(|piece| loader.load(piece, Want::Placed));
            let mut fresh: Vec<Loaded> = fresh.collect();
            open.append(&mut fresh);
            let parts = open.par_iter_mut().with_max_len(1).map(|loaded| loader.take(loaded, slice.to));
            let batch = Batch::of(parts.collect());
            for loaded in &mut open {
                summary.problems.extend(loaded.problem.take());
            }
            open.retain(|loaded| !loaded.is_empty());
            if sender.send(batch).is_err() {
                return summary; // nobody wants more
            }
        }
        if !wanted.has_window() {
            for pieces in plan.unplaced_pieces.chunks(rayon::current_num_threads() * 4) {
                let parts = pieces.par_iter().with_max_len(1).map(|piece| {
                    let mut loaded = loader.load(piece, Want::Unplaced);
                    let part = loader.take(&mut loaded, i64::MAX);
                    (part, loaded.problem)
                });
                let (parts, problems): (Vec<Part>, Vec<_>) = parts.unzip();
                summary.problems.extend(problems.into_iter().flatten());
                // source by source, as they are read: no order of time
                if sender.send(Batch { parts, order: None }).is_err() {
                    return summary;
                }
            }
        }
        summary
    }
}

/// Events of one block that are ready to go out.
#[derive(Default)]
struct Part {
    source: usize,
    keys: Vec<Key>,
    text: Vec<u8>,
}

/// One of them.
#[derive(Debug, Clone, Copy)]
struct Key {
    when: i64,
    moment: Option<Moment>,
    /// Place in the file.
    offset: u64,
    /// End of what was written of it.
    end: usize,
    level: Level,
    marks: Marks,
    /// Hash of what it says, where that is asked for.
    hash: u64,
}

/// Events of a slice, with their order.
struct Batch {
    parts: Vec<Part>,
    /// Part and key, in the order of time; `None` if they come as they lie.
    order: Option<Vec<(u32, u32)>>,
}

impl Batch {
    fn of(parts: Vec<Part>) -> Batch {
        let mut order: Vec<(i64, usize, u64, u32, u32)> = Vec::new();
        for (number, part) in parts.iter().enumerate() {
            let keys = part.keys.iter().enumerate();
            order.extend(keys.map(|(at, key)| (key.when, part.source, key.offset, number as u32, at as u32)));
        }
        order.par_sort_unstable();
        let order = order.into_iter().map(|(.., part, key)| (part, key)).collect();
        Batch { parts, order: Some(order) }
    }

    fn hand_out(
        &self,
        merge: &Merge<'_>,
        mut once: Option<&mut Once>,
        summary: &mut Summary,
        sink: Sink<'_>,
    ) -> io::Result<()> {
        let in_order =
            self.order.as_ref().map(|order| order.iter().map(|(part, key)| (*part as usize, *key as usize)));
        let as_they_lie = self.parts.iter().enumerate().filter(|_| self.order.is_none());
        let as_they_lie =
            as_they_lie.flat_map(|(number, part)| (0..part.keys.len()).map(move |key| (number, key)));
        for (number, at) in in_order.into_iter().flatten().chain(as_they_lie) {
            let Some(part) = self.parts.get(number) else { continue };
            let Some(key) = part.keys.get(at) else { continue };
            if once.as_mut().is_some_and(|once| once.has(merge, part.source, key)) {
                summary.repeated += 1;
                continue;
            }
            let start =
                at.checked_sub(1).and_then(|before| part.keys.get(before)).map_or(0, |before| before.end);
            let row = Row { moment: key.moment, source: part.source, level: key.level };
            summary.events += 1;
            summary.unplaced += u64::from(!key.moment.is_some_and(Moment::is_utc));
            summary.late += u64::from(key.marks.late);
            summary.skipped += u64::from(key.marks.skipped);
            sink(&row, part.text.get(start..key.end).unwrap_or_default())?;
        }
        Ok(())
    }
}

/// Knows events again that stand in two files of a server.
#[derive(Default)]
struct Once {
    when: i64,
    /// Events of that moment, by server and what they say: how often each source has them.
    seen: BTreeMap<(Option<String>, u64), BTreeMap<usize, u32>>,
}

impl Once {
    /// Whether an event was handed out for another file.
    fn has(&mut self, merge: &Merge<'_>, source: usize, key: &Key) -> bool {
        if key.when != self.when {
            self.when = key.when;
            self.seen.clear();
        }
        let host = merge.sources.get(source).and_then(|facts| facts.host.clone());
        let counts = self.seen.entry((host, key.hash)).or_default();
        let mine = counts.get(&source).copied().unwrap_or(0) + 1;
        let others = counts.iter().filter(|(other, _)| **other != source).map(|(_, count)| *count).max();
        counts.insert(source, mine);
        // the same twice in one file is twice
        others.is_some_and(|others| others >= mine)
    }
}

#[cfg(test)]
mod tests;
