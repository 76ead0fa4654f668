//! Applies a filter to every event: block by block, on all cores, from a given moment on, so that the events on the screen
//! come first.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;
use regex::bytes::Regex;
use spoglight_parsers::Level;
use spoglight_signatures::Library;

use super::event_id::EventId;
use super::index::{EventIndex, IndexSegment};
use spoglight_engine::PackedEvent;
use spoglight_engine::columns;
use spoglight_engine::event::PlacedEvent;
use spoglight_model::analysis::SourceFacts;
use spoglight_query::{Field, Query, Subject};

/// Blocks that are searched before the first answer.
const FIRST: usize = 8;
/// Blocks that are searched before each later one, at most.
const MOST: usize = 256;

/// A filter of events.
#[derive(Debug, Clone, Default)]
pub struct EventFilter {
    /// They pass this query.
    pub query: Query,
    /// Their source is none of these, by position.
    pub hidden: Vec<bool>,
    /// Their template equals all of these that are wanted, and none of the others.
    pub shapes: Vec<TemplateFilter>,
}

/// A template of messages that are equal but for numbers, ids and the like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateFilter {
    /// As [`PlacedEvent::template`] writes it.
    pub shape: Vec<u8>,
    /// Only events with other templates are wanted.
    pub is_out: bool,
}

/// Results so far.
#[derive(Debug)]
pub struct FilterProgress<'a> {
    /// Events that pass, by their numbers.
    pub bits: &'a Bits,
    /// All events between the start and this moment were searched.
    pub frontier: i64,
    /// Bytes of text that were searched, and bytes of all.
    pub done: (u64, u64),
    /// No more results come.
    pub is_last: bool,
}

/// A bit for every event.
#[derive(Debug, Clone, Default)]
pub struct Bits(Vec<u64>);

impl Bits {
    fn of(count: usize) -> Bits {
        Bits(vec![0; count.div_ceil(64)])
    }

    fn set(&mut self, event: EventId) {
        let number = event.number();
        if let Some(word) = self.0.get_mut(number as usize / 64) {
            *word |= 1 << (number % 64);
        }
    }

    /// Returns true for an event that is in the set.
    pub fn has(&self, event: EventId) -> bool {
        let number = event.number();
        self.0.get(number as usize / 64).is_some_and(|word| word >> (number % 64) & 1 == 1)
    }
}

/// A block to search.
struct FilterJob {
    part: usize,
    block: usize,
    /// The first moment in it, or none.
    from: i64,
    size: u64,
}

impl EventFilter {
    /// Returns true if every event passes.
    pub fn is_all(&self) -> bool {
        self.query.is_all() && self.shapes.is_empty() && !self.hidden.contains(&true)
    }

    /// Returns true if the text of an event must be read.
    fn needs_text(&self) -> bool {
        let needs = self.query.needs();
        needs.text || needs.parsed || needs.findings || !self.shapes.is_empty()
    }

    fn hides(&self, source: usize) -> bool {
        self.hidden.get(source).copied().unwrap_or(false)
    }

    /// Applies the filter to every event, from the moment `from` on, then to those before it. `is_cancelled` is called often;
    /// after a cancellation there is no last answer.
    pub fn sift(
        &self,
        index: &EventIndex<'_>,
        facts: &[SourceFacts],
        library: &Library,
        from: i64,
        is_cancelled: &(dyn Fn() -> bool + Sync),
        answer: &mut dyn FnMut(FilterProgress<'_>),
    ) {
        let mut bits = Bits::of(index.len());
        if !self.needs_text() {
            self.by_rows(index, facts, &mut bits);
            return answer(FilterProgress { bits: &bits, frontier: i64::MAX, done: (0, 0), is_last: true });
        }
        let jobs = self.jobs(index, from);
        let total = jobs.iter().map(|job| job.size).sum();
        let buffers: Mutex<Vec<Vec<u8>>> = Mutex::default();
        let (mut rest, mut step, mut done) = (&*jobs, FIRST, 0);
        while !rest.is_empty() {
            let (now, next) = rest.split_at(step.min(rest.len()));
            let found: Vec<Vec<EventId>> = now
                .par_iter()
                .with_max_len(1)
                .map(|job| {
                    let (Some(part), false) = (index.parts().get(job.part), is_cancelled()) else {
                        return Vec::new();
                    };
                    let mut buffer =
                        buffers.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
                    let found = self.block(part, job.block, facts, library, &mut buffer);
                    buffers.lock().unwrap_or_else(PoisonError::into_inner).push(buffer);
                    let base = index.base(job.part);
                    found.into_iter().map(|row| EventId::new(base + row)).collect()
                })
                .collect();
            if is_cancelled() {
                return;
            }
            found.iter().flatten().for_each(|number| bits.set(*number));
            done += now.iter().map(|job| job.size).sum::<u64>();
            (rest, step) = (next, (step * 2).min(MOST));
            // events after `from` come first, in their order
            let frontier =
                rest.first().map_or(i64::MAX, |job| if job.from < from { i64::MAX } else { job.from });
            answer(FilterProgress { bits: &bits, frontier, done: (done, total), is_last: rest.is_empty() });
        }
        if jobs.is_empty() {
            answer(FilterProgress { bits: &bits, frontier: i64::MAX, done: (0, 0), is_last: true });
        }
    }

    /// The blocks, in the order in which they are searched.
    fn jobs(&self, index: &EventIndex<'_>, from: i64) -> Vec<FilterJob> {
        let mut jobs = Vec::new();
        for (number, part) in index.parts().iter().enumerate().filter(|(_, part)| !self.hides(part.log.at)) {
            for block in 0..part.count() {
                let (Some(within), Some(piece)) = (part.within(block), part.pieces.get(block)) else {
                    continue;
                };
                if part.rows_of(block).is_empty() {
                    continue;
                }
                // a block across the moment has events after it
                let begin = within
                    .span
                    .map_or(i64::MAX, |(start, end)| if end >= from { start.max(from) } else { start });
                jobs.push(FilterJob { part: number, block, from: begin, size: piece.size });
            }
        }
        jobs.sort_by_key(|job| (job.from < from, job.from));
        jobs
    }

    /// Sets the bits of events that pass by level and source alone.
    fn by_rows(&self, index: &EventIndex<'_>, facts: &[SourceFacts], bits: &mut Bits) {
        for (number, part) in index.parts().iter().enumerate().filter(|(_, part)| !self.hides(part.log.at)) {
            let Some(facts) = facts.get(part.log.at) else { continue };
            let format = part.log.mix.main().name();
            let passes = Level::ALL.map(|level| self.query.matches(&Bare { level, facts, format }));
            for (number, row) in (index.base(number)..).zip(part.rows.iter()) {
                if passes.get(row.level().index()).copied().unwrap_or(false) {
                    bits.set(EventId::new(number));
                }
            }
        }
    }

    /// The rows of a block that pass.
    fn block(
        &self,
        part: &IndexSegment<'_>,
        block: usize,
        facts: &[SourceFacts],
        library: &Library,
        bytes: &mut Vec<u8>,
    ) -> Vec<u32> {
        let (Some(piece), Some(facts)) = (part.pieces.get(block), facts.get(part.log.at)) else {
            return Vec::new();
        };
        // an event that cannot be read any more passes no filter; the reason is shown when it is opened
        if part.log.block(piece, bytes).is_err() && bytes.is_empty() {
            return Vec::new();
        }
        let log = &part.log;
        let needs = self.query.needs();
        // a line need not be parsed to look for a word in it
        let is_light = !needs.parsed && self.shapes.is_empty() && log.mix.count() == 1;
        let named = if is_light { Vec::new() } else { columns::named(&log.mix, bytes) };
        let ask = |at: usize| {
            let row = part.rows.get(at)?;
            let raw = row.bytes_in(bytes);
            let text = log.charset.text_of(raw);
            let mut entry = if is_light {
                log.entry_unread(facts, row, raw, &text)
            } else {
                let columns = columns::of_event(bytes, row.start(), &named, piece.columns.as_deref());
                log.entry(facts, row, raw, &text, columns)
            };
            if needs.findings {
                entry.find(library);
            }
            let passes = self.query.matches(&entry) && self.looks(&entry);
            passes.then_some(at as u32)
        };
        let rows = part.rows_of(block);
        match self.query.needle().filter(|_| log.charset.is_text(bytes)) {
            Some(needle) => with(needle, bytes, part, rows).filter_map(ask).collect(),
            None => rows.filter_map(ask).collect(),
        }
    }

    fn looks(&self, entry: &PlacedEvent<'_>) -> bool {
        if self.shapes.is_empty() {
            return true;
        }
        let shape = entry.template();
        self.shapes.iter().all(|wanted| (wanted.shape == shape) != wanted.is_out)
    }
}

/// The events of a block that contain a word, and a few that begin before it.
fn with<'a>(
    needle: &'a Regex,
    bytes: &'a [u8],
    part: &'a IndexSegment<'_>,
    mut rows: Range<usize>,
) -> impl Iterator<Item = usize> + 'a {
    let start = move |at: usize| part.rows.get(at).map_or(usize::MAX, PackedEvent::start);
    std::iter::from_fn(move || {
        let from = start(rows.start).min(bytes.len());
        if rows.is_empty() {
            return None;
        }
        let found = needle.find_at(bytes, from)?.start();
        let of_block = part.rows.get(rows.clone()).unwrap_or_default();
        let at = rows.start + of_block.partition_point(|row| row.start() <= found).saturating_sub(1);
        rows.start = at + 1;
        Some(at)
    })
}

/// An event of which only level and source are known.
struct Bare<'a> {
    level: Level,
    facts: &'a SourceFacts,
    format: &'a str,
}

impl Subject for Bare<'_> {
    fn level(&self) -> Level {
        self.level
    }

    fn text(&self) -> std::borrow::Cow<'_, [u8]> {
        std::borrow::Cow::Borrowed(b"")
    }

    fn field(&self, field: Field) -> Option<std::borrow::Cow<'_, [u8]>> {
        let text = match field {
            Field::Host => self.facts.host.as_deref()?,
            Field::Source => &self.facts.path,
            Field::Process => self.facts.origin.process.as_deref()?,
            Field::Format => self.format,
            _ => return None,
        };
        Some(std::borrow::Cow::Borrowed(text.as_bytes()))
    }

    fn findings(&self) -> &[&str] {
        &[]
    }
}
