//! [`Loader`]: reads one block of a source, takes it apart into events with their moments, and renders events of it.

use rayon::prelude::*;

use super::batch::{Piece, RenderedEvent};
use super::input::{Merge, MergeSource};
use super::key::Key;
use super::plan::{BlockJob, TimeFilter};
use super::request::{MergeRequest, Render};
use super::sizes::{BLOCK, EVENT};
use crate::block_meta::BlockMeta;
use crate::columns;
use crate::event::PlacedEvent;
use crate::missing::Missing;
use crate::placement::{Placement, PlacementFlags, PlacementState};
use crate::reading::{MessageStart, Reading, share};
use crate::sketch::mark_of;
use spoglight_source::SourceId;
use spoglight_text::messages::Block;
use spoglight_time::Timestamp;

/// How blocks are loaded and written.
pub(super) struct Loader<'a> {
    pub(super) merge: &'a Merge<'a>,
    pub(super) wanted: &'a MergeRequest,
    pub(super) render: Render<'a>,
}

/// A block in memory, of which some events may have gone out.
pub(super) struct Loaded {
    source: SourceId,
    block: u32,
    /// Where it is in its file.
    place: BlockPlace,
    bytes: Vec<u8>,
    marks: Vec<MessageStart>,
    /// Positions of the lines that name columns.
    columns: Vec<usize>,
    /// Its events, in the order of their moments.
    items: Vec<Item>,
    /// The moments of events that are not placed; empty if all are.
    moments: Vec<Option<Timestamp>>,
    /// Number of items that went out.
    used: usize,
    pub(super) problem: Option<Missing>,
}

/// The parts of a [`BlockMeta`] that each event of it needs.
struct BlockPlace {
    offset: u64,
    size: u64,
    lines: u64,
    columns: Option<Box<[u8]>>,
}

/// An event of it.
#[derive(Debug, Clone, Copy)]
struct Item {
    when: i64,
    /// Position of its message among the marks.
    mark: u32,
    /// Bytes of the message.
    length: u32,
    flags: PlacementFlags,
}

/// An event of one of several blocks. These are in the order of their sources and positions, so that entries have the
/// order of their [keys](Key).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    when: i64,
    /// Position of the block.
    loaded: u32,
    /// Position of the event among the items of the block.
    item: u32,
}

impl Entry {
    /// Its place in the order of all events.
    pub(super) fn key(&self, blocks: &[Loaded]) -> Option<Key> {
        let loaded = blocks.get(self.loaded as usize)?;
        loaded.items.get(self.item as usize).map(|item| loaded.key(item))
    }

    /// Bytes of its message.
    pub(super) fn length(&self, blocks: &[Loaded]) -> usize {
        let loaded = blocks.get(self.loaded as usize);
        loaded.and_then(|loaded| loaded.items.get(self.item as usize)).map_or(0, |item| item.length as usize)
    }
}

impl Loaded {
    /// All of its events went out.
    pub(super) fn is_empty(&self) -> bool {
        self.used >= self.items.len()
    }

    /// Bytes of memory.
    pub(super) fn cost(&self) -> usize {
        self.bytes.capacity() + self.marks.len() * EVENT + BLOCK
    }

    /// Its place among other blocks: that of its source and its position in that.
    pub(super) fn place(&self) -> (SourceId, u32) {
        (self.source, self.block)
    }

    /// Moment of its last event; of equal blocks, the later one in its source is later.
    pub(super) fn last(&self) -> Option<Key> {
        self.items.last().map(|item| self.key(item))
    }

    fn key(&self, item: &Item) -> Key {
        Key { when: item.when, source: self.source, block: self.block, mark: item.mark }
    }

    /// Takes the events that are left before `to`, or all: adds them to `entries`, as those of the block at position
    /// `number`.
    pub(super) fn take(&mut self, number: u32, to: Option<Key>, entries: &mut Vec<Entry>) {
        let rest = self.items.get(self.used..).unwrap_or_default();
        let count = to.map_or(rest.len(), |to| rest.partition_point(|item| self.key(item) < to));
        let taken = self.used..self.used + count;
        let items = taken.clone().zip(self.items.get(taken.clone()).unwrap_or_default());
        entries.extend(items.map(|(at, item)| Entry { when: item.when, loaded: number, item: at as u32 }));
        self.used = taken.end;
    }
}

impl Loader<'_> {
    /// Reads a block. Events after `bound` are left out.
    pub(super) fn load(&self, job: &BlockJob, want: TimeFilter, bound: Option<Key>) -> Loaded {
        let log = self.merge.source(job.source);
        let meta = log.block(job.block);
        let BlockMeta { offset, size, lines, .. } = *meta;
        let mut loaded = Loaded {
            source: job.source,
            block: job.block,
            place: BlockPlace { offset, size, lines, columns: meta.columns.clone() },
            bytes: Vec::new(),
            marks: Vec::new(),
            columns: Vec::new(),
            items: Vec::new(),
            moments: Vec::new(),
            used: 0,
            problem: None,
        };
        loaded.problem = log.read(job.source, &meta, &mut loaded.bytes);
        self.merge.progress.advance(meta.size);
        let dates = meta.dates.as_deref().cloned().unwrap_or_default();
        let mut reading = Reading::new(log.mix, log.charset, dates);
        let block = Block { bytes: &loaded.bytes, offset: meta.offset, mid_line: meta.mid_line };
        loaded.marks.reserve_exact(usize::try_from(meta.events).unwrap_or(0).min(loaded.bytes.len()));
        reading.marks(&block, &mut loaded.marks);
        loaded.columns = columns::named(log.mix, &loaded.bytes);
        self.items(job, &log, &reading, &mut loaded, want);
        // events in the window are nearly always in order
        if want == TimeFilter::Placed {
            if !loaded.items.is_sorted_by_key(|item| item.when) {
                loaded.items.sort_by_key(|item| item.when);
            }
            if let Some(bound) = bound {
                let count = loaded.items.partition_point(|item| loaded.key(item) <= bound);
                loaded.items.truncate(count);
            }
        }
        loaded
    }

    /// Finds the events of a block to read, with their moments.
    fn items(
        &self,
        job: &BlockJob,
        log: &MergeSource<'_>,
        reading: &Reading<'_>,
        loaded: &mut Loaded,
        want: TimeFilter,
    ) {
        let clock = &log.facts.clock;
        let whole = !self.wanted.has_window();
        let newest_first = log.index.is_newest_first;
        loaded.items.reserve_exact(loaded.marks.len());
        let carried = &job.carried;
        let mut state = PlacementState::resume(carried.before.map(|at| clock.moment(&at)), carried.latest);
        for (number, mark) in loaded.marks.iter().enumerate() {
            let at = reading.at(mark, &loaded.bytes, loaded.place.offset, loaded.place.size);
            let is_undated = at.is_none() && reading.is_undated(mark);
            let Placement { moment, flags } = state.place(clock, newest_first, at.as_ref(), is_undated);
            let when = if let Some(Timestamp::Utc(utc)) = moment {
                let step = mark.head.stamp.map_or(1, |stamp| i64::from(stamp.precision.0));
                (want == TimeFilter::Placed && (whole || self.wanted.holds(utc, step))).then_some(utc)
            } else {
                (want == TimeFilter::Unplaced).then_some(0)
            };
            let Some(when) = when else { continue };
            let end = loaded.marks.get(number + 1).map_or(loaded.bytes.len(), |next| next.start);
            let length = u32::try_from(end.saturating_sub(mark.start)).unwrap_or(u32::MAX);
            loaded.items.push(Item { when, mark: number as u32, length, flags });
            if want == TimeFilter::Unplaced {
                loaded.moments.push(moment);
            }
        }
    }

    /// Renders events of some blocks in their order, on all cores: the pieces are in order, too.
    pub(super) fn render(&self, blocks: &[Loaded], entries: &[Entry]) -> Vec<Piece> {
        /// Events that are worth the way to another thread.
        const LEAST: usize = 32;

        let share = entries.len().div_ceil(rayon::current_num_threads() * 2).max(LEAST);
        let pieces = entries.par_chunks(share).with_max_len(1).map(|entries| {
            let mut piece = Piece::default();
            piece.events.reserve_exact(entries.len());
            for entry in entries {
                if let Some(loaded) = blocks.get(entry.loaded as usize)
                    && let Some(item) = loaded.items.get(entry.item as usize)
                {
                    let moment = match loaded.moments.get(entry.item as usize) {
                        Some(moment) => *moment,
                        None => Some(Timestamp::Utc(item.when)),
                    };
                    self.render_one(loaded, item, moment, &mut piece);
                }
            }
            if piece.text.capacity() / 2 > piece.text.len() {
                piece.text.shrink_to_fit();
            }
            piece
        });
        pieces.collect()
    }

    /// Renders an event, unless the filter of the request leaves it out.
    fn render_one(&self, loaded: &Loaded, item: &Item, moment: Option<Timestamp>, out: &mut Piece) {
        let log = self.merge.source(loaded.source);
        let place = &loaded.place;
        let at = item.mark as usize;
        let mark = loaded.marks.get(at).expect("an item is of a mark of its block");
        let end = loaded.marks.get(at + 1).map_or(loaded.bytes.len(), |next| next.start);
        let raw = loaded.bytes.get(mark.start..end).unwrap_or_default();
        // the lines above the first message of a file belong to none
        let lead = if place.lines == 0 && at == 0 {
            loaded.bytes.get(..mark.start).unwrap_or_default()
        } else {
            &[]
        };
        let text = log.charset.text_of(raw);
        let format = log.mix.format(mark.format);
        let mut entry = PlacedEvent::new(log.facts, moment, mark.head, &text, format);
        if moment.is_none() {
            // a time of day without a date
            entry.stamp = entry.event().stamp;
        }
        let offset = place.offset + share(mark.start, loaded.bytes.len(), place.size);
        (entry.line, entry.offset) = log.facts.shown_position(place.lines + mark.line + 1, offset);
        entry.marks = item.flags;
        entry.raw = raw;
        entry.columns = format.columns().and_then(|_| {
            columns::of_event(&loaded.bytes, mark.start, &loaded.columns, place.columns.as_deref())
        });
        let lead = log.charset.text_of(lead);
        entry.lead = &lead;
        if self.wanted.findings || self.wanted.query.needs().findings {
            entry.find(self.merge.library);
        }
        if !self.wanted.query.is_all() && !self.wanted.query.matches(&entry) {
            return;
        }
        (self.render)(&entry, &mut out.text);
        out.events.push(RenderedEvent {
            key: loaded.key(item),
            moment,
            end: out.text.len(),
            hash: if self.wanted.once { mark_of(raw) } else { 0 },
            level: mark.head.level,
            flags: item.flags,
        });
    }
}
