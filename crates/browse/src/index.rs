//! [`Index`]: where every event of a collection lies, and their order in time: sixteen bytes an event, and four for its place
//! in the order.
//!
//! Events have numbers, in the order of sources and of their lines. A number stays what it is while a collection is still
//! being read, because what is read later comes behind.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::sync::Arc;

use spoglight_parsers::formats::Mix;

use spoglight_engine::{Piece, Row};
use spoglight_source::Source;
use spoglight_text::charset::Charset;

/// Numbers share the first part that is looked at with all that have the same digits but for so many bits.
const NEAR: u32 = 12;

/// A source, and how its bytes are read.
pub struct Log<'s> {
    /// Place among the sources.
    pub at: usize,
    pub(super) source: Source,
    pub(super) charset: Charset,
    pub(super) mix: Mix<'s>,
}

/// Some blocks of a source that lie one behind the other.
#[derive(Clone)]
pub struct Part<'s> {
    /// The source.
    pub log: Arc<Log<'s>>,
    pub(super) pieces: Arc<[Piece]>,
    /// For each block its first row, and the earliest and latest moment in it, if it has any.
    blocks: Arc<[Within]>,
    pub(super) rows: Arc<[Row]>,
}

/// What lies in a block.
#[derive(Debug, Clone, Copy)]
pub(super) struct Within {
    pub(super) first: u32,
    pub(super) span: Option<(i64, i64)>,
}

impl<'s> Part<'s> {
    pub(super) fn new(log: Arc<Log<'s>>, pieces: Arc<[Piece]>, rows: Box<[Row]>) -> Part<'s> {
        let mut first = 0;
        let blocks = pieces.iter().map(|piece| {
            let here = first as usize..(first as usize + piece.events as usize).min(rows.len());
            let moments = rows.get(here.clone()).unwrap_or_default().iter().filter_map(Row::utc);
            let span = moments.fold(None, |span: Option<(i64, i64)>, utc| {
                Some(span.map_or((utc, utc), |(from, to)| (from.min(utc), to.max(utc))))
            });
            first = here.end as u32;
            Within { first: here.start as u32, span }
        });
        let blocks = blocks.collect();
        Part { log, pieces, blocks, rows: rows.into() }
    }

    /// The block of a row.
    pub(super) fn block_of(&self, row: usize) -> usize {
        // blocks without a message begin where the next one does
        self.blocks.partition_point(|block| block.first as usize <= row).saturating_sub(1)
    }

    pub(super) fn within(&self, block: usize) -> Option<Within> {
        self.blocks.get(block).copied()
    }

    /// The rows of a block.
    pub(super) fn rows_of(&self, block: usize) -> std::ops::Range<usize> {
        let first =
            |block: usize| self.blocks.get(block).map_or(self.rows.len(), |within| within.first as usize);
        first(block)..first(block + 1)
    }

    /// How many blocks it has.
    pub(super) fn count(&self) -> usize {
        self.blocks.len()
    }
}

/// See the [module](self).
#[derive(Default)]
pub struct Index<'s> {
    parts: Vec<Part<'s>>,
    /// The number of the first event of each part.
    bases: Vec<u32>,
    /// The part in which every so manyth number lies: the way to all others is short from there.
    near: Vec<u32>,
    /// Numbers of events: those that have a place in time in its order, then the others source by source.
    order: Arc<[u32]>,
    placed: usize,
}

impl<'s> Index<'s> {
    /// Of parts in the order of sources, and of blocks in these.
    pub(super) fn of(parts: Vec<Part<'s>>) -> Index<'s> {
        let mut bases = Vec::with_capacity(parts.len());
        let mut count = 0u32;
        for part in &parts {
            bases.push(count);
            // what goes beyond four thousand million events is not shown
            count = count.saturating_add(part.rows.len() as u32);
        }
        let part_of = |number: u32| bases.partition_point(|base| *base <= number).saturating_sub(1) as u32;
        let near = (0..=count >> NEAR).map(|at| part_of(at << NEAR)).collect();
        let mut index = Index { parts, bases, near, order: Arc::new([]), placed: 0 };
        let (order, placed) = index.merged(count as usize);
        (index.order, index.placed) = (order, placed);
        index
    }

    fn merged(&self, count: usize) -> (Arc<[u32]>, usize) {
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
            order.push(number);
            match streams.get_mut(at).and_then(Stream::next) {
                Some((when, number)) => *top = Reverse((when, number, at)),
                None => drop(PeekMut::pop(top)),
            }
        }
        let placed = order.len();
        for (part, base) in self.parts.iter().zip(&self.bases) {
            let unplaced = (*base..).zip(part.rows.iter()).filter(|(_, row)| row.utc().is_none());
            order.extend(unplaced.map(|(number, _)| number));
        }
        (order.into(), placed)
    }

    /// Events.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// Numbers of all events, in their order.
    pub fn order(&self) -> &Arc<[u32]> {
        &self.order
    }

    /// How many of these have a place in time.
    pub fn placed(&self) -> usize {
        self.placed
    }

    pub(super) fn parts(&self) -> &[Part<'s>] {
        &self.parts
    }

    /// The part of an event, and its place in that.
    pub(super) fn find(&self, number: u32) -> Option<(&Part<'s>, usize)> {
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

    /// When and how grave an event is, and where in its block it lies.
    pub fn row(&self, number: u32) -> Option<&Row> {
        let (part, at) = self.find(number)?;
        part.rows.get(at)
    }

    /// The source of an event, by its place.
    pub fn source(&self, number: u32) -> usize {
        self.find(number).map_or(0, |(part, _)| part.log.at)
    }

    /// What orders an event among all: those without a moment are last.
    pub fn key(&self, number: u32) -> (i64, u32) {
        (self.row(number).and_then(Row::utc).unwrap_or(i64::MAX), number)
    }

    /// Place of an event in its file, in bytes.
    pub fn offset(&self, number: u32) -> u64 {
        let Some((part, at)) = self.find(number) else { return 0 };
        let piece = part.pieces.get(part.block_of(at));
        let start = part.rows.get(at).map_or(0, Row::start);
        piece.map_or(0, |piece| piece.offset) + start as u64
    }

    /// The event of a source in which a byte lies.
    pub fn event_at(&self, source: usize, offset: u64) -> Option<u32> {
        let first = self.parts.partition_point(|part| part.log.at < source);
        let of_source = self.parts.get(first..)?.iter().take_while(|part| part.log.at == source);
        let begins = |part: &Part<'_>| part.pieces.first().map_or(0, |piece| piece.offset);
        let (at, part) = of_source.enumerate().take_while(|(_, part)| begins(part) <= offset).last()?;
        let block = part.pieces.partition_point(|piece| piece.offset <= offset).checked_sub(1)?;
        let into = offset.saturating_sub(part.pieces.get(block)?.offset) as usize;
        let rows = part.rows_of(block);
        let begun = part.rows.get(rows.clone())?.partition_point(|row| row.start() <= into);
        // before the first of a block lies what belongs to the last of the one before
        let row = (rows.start + begun).checked_sub(1);
        let base = self.base(first + at);
        match row {
            Some(row) => Some(base + row as u32),
            None => base.checked_sub(1).filter(|before| self.source(*before) == source).or(Some(base)),
        }
    }

    /// Events of each of so many sources.
    pub fn counts(&self, sources: usize) -> Vec<u64> {
        let mut counts = vec![0; sources];
        for part in &self.parts {
            if let Some(count) = counts.get_mut(part.log.at) {
                *count += part.rows.len() as u64;
            }
        }
        counts
    }

    /// Bytes that it takes.
    pub fn size(&self) -> usize {
        let part = |part: &Part<'_>| {
            size_of_val(&*part.rows) + size_of_val(&*part.pieces) + size_of_val(&*part.blocks)
        };
        self.parts.iter().map(part).sum::<usize>() + size_of_val(&*self.order)
    }
}

/// Events of a part that have a place in time, in its order.
struct Stream<'a> {
    rows: &'a [Row],
    base: u32,
    /// Their order, if it is not that of the file.
    sorted: Option<Vec<u32>>,
    next: usize,
}

impl<'a> Stream<'a> {
    fn of(rows: &'a [Row], base: u32) -> Stream<'a> {
        let is_sorted = rows.iter().filter_map(Row::utc).is_sorted();
        let sorted = (!is_sorted).then(|| {
            let mut sorted: Vec<u32> =
                (0u32..).zip(rows).filter(|(_, row)| row.utc().is_some()).map(|(at, _)| at).collect();
            sorted.sort_by_key(|at| rows.get(*at as usize).and_then(Row::utc));
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
