//! [`EventIndex`]: position of every event of a collection, and their order in time: sixteen bytes an event, and four for its
//! place in the order.
//!
//! Events have numbers, in the order of sources and of their lines. A number stays the same while a collection is still being
//! read, because events that are read later have higher numbers.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::sync::{Arc, OnceLock};

use spoglight_parsers::formats::FormatSet;

use spoglight_engine::{BlockMeta, PackedEvent};
use spoglight_source::{Source, SourceId};
use spoglight_text::charset::Charset;

use crate::event_id::EventId;

/// Bits by which numbers are grouped: all numbers of a group share the first segment to look at.
const NEAR: u32 = 12;

/// A source, with its charset and formats.
pub struct IndexedLog<'s> {
    /// Position among the sources.
    pub at: usize,
    pub(super) source: Source,
    pub(super) charset: Arc<Charset>,
    pub(super) mix: FormatSet<'s>,
    /// The first bytes of the source, once they were needed.
    pub(super) head: OnceLock<Box<[u8]>>,
}

/// Adjacent blocks of a source.
#[derive(Clone)]
pub struct IndexSegment<'s> {
    /// The source.
    pub log: Arc<IndexedLog<'s>>,
    pub(super) pieces: Arc<[BlockMeta]>,
    /// For each block its first row, and the earliest and latest moment in it, if it has any.
    blocks: Arc<[Within]>,
    pub(super) rows: Arc<[PackedEvent]>,
}

/// Events of a block.
#[derive(Debug, Clone, Copy)]
pub(super) struct Within {
    pub(super) first: u32,
    pub(super) span: Option<(i64, i64)>,
}

impl<'s> IndexSegment<'s> {
    pub(super) fn new(
        log: Arc<IndexedLog<'s>>,
        pieces: Arc<[BlockMeta]>,
        rows: Box<[PackedEvent]>,
    ) -> IndexSegment<'s> {
        let mut first = 0;
        let blocks = pieces.iter().map(|piece| {
            let here = first as usize..(first as usize + piece.events as usize).min(rows.len());
            let moments = rows.get(here.clone()).unwrap_or_default().iter().filter_map(PackedEvent::utc);
            let span = moments.fold(None, |span: Option<(i64, i64)>, utc| {
                Some(span.map_or((utc, utc), |(from, to)| (from.min(utc), to.max(utc))))
            });
            first = here.end as u32;
            Within { first: here.start as u32, span }
        });
        let blocks = blocks.collect();
        IndexSegment { log, pieces, blocks, rows: rows.into() }
    }

    /// The block of an event.
    pub(super) fn block_of(&self, row: usize) -> usize {
        // blocks without a message begin where the next one does
        self.blocks.partition_point(|block| block.first as usize <= row).saturating_sub(1)
    }

    pub(super) fn within(&self, block: usize) -> Option<Within> {
        self.blocks.get(block).copied()
    }

    /// The events of a block.
    pub(super) fn rows_of(&self, block: usize) -> std::ops::Range<usize> {
        let first =
            |block: usize| self.blocks.get(block).map_or(self.rows.len(), |within| within.first as usize);
        first(block)..first(block + 1)
    }

    /// Number of blocks.
    pub(super) fn count(&self) -> usize {
        self.blocks.len()
    }
}

/// Positions and order of all events of a collection.
#[derive(Default)]
pub struct EventIndex<'s> {
    parts: Vec<IndexSegment<'s>>,
    /// The number of the first event of each part.
    bases: Vec<u32>,
    /// The segment with the first number of each group: the segment of any other number is near.
    near: Vec<u32>,
    /// Numbers of events: those with a known moment in the order of time, then the others source by source.
    order: Arc<[EventId]>,
    placed: usize,
}

impl<'s> EventIndex<'s> {
    /// Makes an index of segments in the order of sources, and of blocks in these.
    pub(super) fn of(parts: Vec<IndexSegment<'s>>) -> EventIndex<'s> {
        let mut bases = Vec::with_capacity(parts.len());
        let mut count = 0u32;
        for part in &parts {
            bases.push(count);
            // events beyond four thousand million are not shown
            count = count.saturating_add(part.rows.len() as u32);
        }
        let part_of = |number: u32| bases.partition_point(|base| *base <= number).saturating_sub(1) as u32;
        let near = (0..=count >> NEAR).map(|at| part_of(at << NEAR)).collect();
        let mut index = EventIndex { parts, bases, near, order: Arc::new([]), placed: 0 };
        let (order, placed) = index.merged(count as usize);
        (index.order, index.placed) = (order, placed);
        index
    }

    fn merged(&self, count: usize) -> (Arc<[EventId]>, usize) {
        let mut order = Vec::with_capacity(count);
        let mut streams: Vec<Stream<'_>> = Vec::with_capacity(self.parts.len());
        let mut heap = BinaryHeap::with_capacity(self.parts.len());
        for (at, (part, base)) in self.parts.iter().zip(&self.bases).enumerate() {
            let mut stream = Stream::of(&part.rows, *base);
            if let Some((when, number)) = stream.next() {
                heap.push(Reverse((when, number, at)));
            }
            streams.push(stream);
        }
        // of equal moments the lower number comes first, and that is the order of sources and lines
        while let Some(mut top) = heap.peek_mut() {
            let Reverse((_, number, at)) = *top;
            order.push(EventId::new(number));
            match streams.get_mut(at).and_then(Stream::next) {
                Some((when, number)) => *top = Reverse((when, number, at)),
                None => drop(PeekMut::pop(top)),
            }
        }
        let placed = order.len();
        for (part, base) in self.parts.iter().zip(&self.bases) {
            let unplaced = (*base..).zip(part.rows.iter()).filter(|(_, row)| row.utc().is_none());
            order.extend(unplaced.map(|(number, _)| EventId::new(number)));
        }
        (order.into(), placed)
    }

    /// Number of events.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Returns true if it has no events.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// Numbers of all events, in their order.
    pub fn order(&self) -> &Arc<[EventId]> {
        &self.order
    }

    /// Number of these that have a known moment.
    pub fn placed(&self) -> usize {
        self.placed
    }

    pub(super) fn parts(&self) -> &[IndexSegment<'s>] {
        &self.parts
    }

    /// The log of a source, if it has events.
    pub(super) fn log(&self, source: usize) -> Option<&IndexedLog<'s>> {
        let part = self.parts.get(self.parts.partition_point(|part| part.log.at < source))?;
        Some(&*part.log).filter(|log| log.at == source)
    }

    /// The segment of an event, and its position in that.
    pub(super) fn locate(&self, event: EventId) -> Option<(&IndexSegment<'s>, usize)> {
        let number = event.number();
        let first = *self.near.get((number >> NEAR) as usize)? as usize;
        let last =
            self.near.get((number >> NEAR) as usize + 1).map_or(self.bases.len(), |last| *last as usize + 1);
        let bases = self.bases.get(first..last.min(self.bases.len()))?;
        let at = first + bases.partition_point(|base| *base <= number).checked_sub(1)?;
        Some((self.parts.get(at)?, (number - self.bases.get(at)?) as usize))
    }

    /// Number of the first event of a part.
    pub(super) fn base(&self, part: usize) -> u32 {
        self.bases.get(part).copied().unwrap_or(0)
    }

    /// Moment, level and position of an event.
    pub fn row(&self, event: EventId) -> Option<&PackedEvent> {
        let (part, at) = self.locate(event)?;
        part.rows.get(at)
    }

    /// The source of an event.
    pub fn source(&self, event: EventId) -> SourceId {
        self.locate(event).map_or_else(SourceId::default, |(part, _)| SourceId::new(part.log.at))
    }

    /// Sort key of an event: those without a moment are last.
    pub fn key(&self, event: EventId) -> (i64, EventId) {
        (self.row(event).and_then(PackedEvent::utc).unwrap_or(i64::MAX), event)
    }

    /// Position of an event in its file, in bytes.
    pub fn offset(&self, event: EventId) -> u64 {
        let Some((part, at)) = self.locate(event) else { return 0 };
        let piece = part.pieces.get(part.block_of(at));
        let start = part.rows.get(at).map_or(0, PackedEvent::start);
        piece.map_or(0, |piece| piece.offset) + start as u64
    }

    /// The event of a source that contains a byte.
    pub fn event_at(&self, source: SourceId, offset: u64) -> Option<EventId> {
        let source = source.index();
        let first = self.parts.partition_point(|part| part.log.at < source);
        let of_source = self.parts.get(first..)?.iter().take_while(|part| part.log.at == source);
        let begins = |part: &IndexSegment<'_>| part.pieces.first().map_or(0, |piece| piece.offset);
        let (at, part) = of_source.enumerate().take_while(|(_, part)| begins(part) <= offset).last()?;
        let block = part.pieces.partition_point(|piece| piece.offset <= offset).checked_sub(1)?;
        let into = offset.saturating_sub(part.pieces.get(block)?.offset) as usize;
        let rows = part.rows_of(block);
        let begun = part.rows.get(rows.clone())?.partition_point(|row| row.start() <= into);
        // bytes before the first event of a block belong to the last one of the block before
        let row = (rows.start + begun).checked_sub(1);
        let base = self.base(first + at);
        let before = || base.checked_sub(1).map(EventId::new);
        let of_row = row.map(|row| EventId::new(base + row as u32));
        let is_of_source = |event: &EventId| self.source(*event).index() == source;
        of_row.or_else(|| before().filter(is_of_source)).or(Some(EventId::new(base)))
    }

    /// Number of events of each of `sources` sources.
    pub fn counts(&self, sources: usize) -> Vec<u64> {
        let mut counts = vec![0; sources];
        for part in &self.parts {
            if let Some(count) = counts.get_mut(part.log.at) {
                *count += part.rows.len() as u64;
            }
        }
        counts
    }

    /// Bytes of memory that it takes.
    pub fn size(&self) -> usize {
        let part = |part: &IndexSegment<'_>| {
            size_of_val(&*part.rows) + size_of_val(&*part.pieces) + size_of_val(&*part.blocks)
        };
        self.parts.iter().map(part).sum::<usize>() + size_of_val(&*self.order)
    }
}

/// Events of a segment that have a known moment, in the order of time.
struct Stream<'a> {
    rows: &'a [PackedEvent],
    base: u32,
    /// Their order, if it is not that of the file.
    sorted: Option<Vec<u32>>,
    next: usize,
}

impl<'a> Stream<'a> {
    fn of(rows: &'a [PackedEvent], base: u32) -> Stream<'a> {
        let is_sorted = rows.iter().filter_map(PackedEvent::utc).is_sorted();
        let sorted = (!is_sorted).then(|| {
            let mut sorted: Vec<u32> =
                (0u32..).zip(rows).filter(|(_, row)| row.utc().is_some()).map(|(at, _)| at).collect();
            sorted.sort_by_key(|at| rows.get(*at as usize).and_then(PackedEvent::utc));
            sorted
        });
        Stream { rows, base, sorted, next: 0 }
    }

    fn next(&mut self) -> Option<(i64, u32)> {
        loop {
            let at = match &self.sorted {
                Some(sorted) => *sorted.get(self.next)?,
                None => self.next as u32,
            };
            let row = self.rows.get(at as usize)?;
            self.next += 1;
            if let Some(utc) = row.utc() {
                return Some((utc, self.base + at));
            }
        }
    }
}
