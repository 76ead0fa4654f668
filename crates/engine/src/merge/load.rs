//! [`Loader`]: reads one block of a source, takes it apart into events with their moments, and renders those of a slice.

use super::batch::{Key, MergedBlock};
use super::input::{Merge, MergeSource};
use super::plan::{BlockJob, TimeFilter};
use super::request::{MergeRequest, Render};
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
    block: usize,
    bytes: Vec<u8>,
    marks: Vec<MessageStart>,
    /// Positions of the lines that name columns.
    columns: Vec<usize>,
    /// Its events, in the order of their moments.
    items: Vec<Item>,
    /// Number of these that went out.
    used: usize,
    pub(super) problem: Option<Missing>,
}

/// An event of it.
#[derive(Debug, Clone, Copy)]
struct Item {
    when: i64,
    moment: Option<Timestamp>,
    /// Position of its message among the marks.
    mark: u32,
    flags: PlacementFlags,
}

impl Loaded {
    /// Returns true once all of its events went out.
    pub(super) fn is_empty(&self) -> bool {
        self.used >= self.items.len()
    }
}

impl Loader<'_> {
    /// Reads a block.
    pub(super) fn load(&self, job: &BlockJob, want: TimeFilter) -> Loaded {
        let mut loaded = Loaded {
            source: job.source,
            block: job.block,
            bytes: Vec::new(),
            marks: Vec::new(),
            columns: Vec::new(),
            items: Vec::new(),
            used: 0,
            problem: None,
        };
        let log = self.merge.source(job.source);
        let meta = log.block(job.block);
        loaded.problem = log.read(job.source, meta, &mut loaded.bytes);
        self.merge.progress.advance(meta.size);
        let dates = meta.dates.as_deref().cloned().unwrap_or_default();
        let mut reading = Reading::new(log.mix, log.charset, dates);
        let block = Block { bytes: &loaded.bytes, offset: meta.offset, mid_line: meta.mid_line };
        reading.marks(&block, &mut loaded.marks);
        loaded.columns = columns::named(log.mix, &loaded.bytes);
        loaded.items = self.items(job, &log, &reading, &loaded, want);
        // events in the window are nearly always in order
        if !loaded.items.is_sorted_by_key(|item| item.when) && want == TimeFilter::Placed {
            loaded.items.sort_by_key(|item| item.when);
        }
        loaded
    }

    /// The events of a block to read, with their moments.
    fn items(
        &self,
        job: &BlockJob,
        log: &MergeSource<'_>,
        reading: &Reading<'_>,
        loaded: &Loaded,
        want: TimeFilter,
    ) -> Vec<Item> {
        let (clock, meta) = (&log.facts.clock, log.block(job.block));
        let whole = !self.wanted.has_window();
        let newest_first = log.index.is_newest_first;
        let mut items = Vec::with_capacity(loaded.marks.len());
        let mut state = PlacementState::resume(job.before.map(|at| clock.moment(&at)), job.latest);
        for (number, mark) in loaded.marks.iter().enumerate() {
            let at = reading.at(mark, &loaded.bytes, meta.offset, meta.size);
            let is_undated = at.is_none() && reading.is_undated(mark);
            let Placement { moment, flags } = state.place(clock, newest_first, at.as_ref(), is_undated);
            let when = if let Some(Timestamp::Utc(utc)) = moment {
                let step = mark.head.stamp.map_or(1, |stamp| i64::from(stamp.precision.0));
                (want == TimeFilter::Placed && (whole || self.wanted.holds(utc, step))).then_some(utc)
            } else {
                (want == TimeFilter::Unplaced).then_some(0)
            };
            items.extend(when.map(|when| Item { when, moment, mark: number as u32, flags }));
        }
        items
    }

    /// Renders the events of a block before `to`, the end of a slice.
    pub(super) fn take(&self, loaded: &mut Loaded, to: i64) -> MergedBlock {
        let mut out = MergedBlock { source: loaded.source, keys: Vec::new(), text: Vec::new() };
        let rest = loaded.items.get(loaded.used..).unwrap_or_default();
        let count = if to == i64::MAX { rest.len() } else { rest.partition_point(|item| item.when < to) };
        let ready = rest.get(..count).unwrap_or_default();
        let log = self.merge.source(loaded.source);
        let meta = log.block(loaded.block);
        out.keys.reserve(ready.len());
        for item in ready {
            self.render(loaded, &log, meta, item, &mut out);
        }
        loaded.used += count;
        out
    }

    /// Renders an event, unless the filter of the request leaves it out.
    fn render(
        &self,
        loaded: &Loaded,
        log: &MergeSource<'_>,
        meta: &BlockMeta,
        item: &Item,
        out: &mut MergedBlock,
    ) {
        let at = item.mark as usize;
        let mark = loaded.marks.get(at).expect("an item is of a mark of its block");
        let end = loaded.marks.get(at + 1).map_or(loaded.bytes.len(), |next| next.start);
        let raw = loaded.bytes.get(mark.start..end).unwrap_or_default();
        // the lines above the first message of a file belong to none
        let lead =
            if meta.lines == 0 && at == 0 { loaded.bytes.get(..mark.start).unwrap_or_default() } else { &[] };
        let offset = meta.offset + share(mark.start, loaded.bytes.len(), meta.size);
        let text = log.charset.text_of(raw);
        let format = log.mix.format(mark.format);
        let mut entry = PlacedEvent::new(log.facts, item.moment, mark.head, &text, format);
        if item.moment.is_none() {
            // a time of day without a date
            entry.stamp = entry.event().stamp;
        }
        entry.line = meta.lines + mark.line + 1;
        entry.offset = offset;
        entry.marks = item.flags;
        entry.raw = raw;
        entry.columns = format.columns().and_then(|_| {
            columns::of_event(&loaded.bytes, mark.start, &loaded.columns, meta.columns.as_deref())
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
        out.keys.push(Key {
            when: item.when,
            moment: item.moment,
            offset,
            end: out.text.len(),
            level: mark.head.level,
            flags: item.flags,
            hash: if self.wanted.once { mark_of(raw) } else { 0 },
        });
    }
}
