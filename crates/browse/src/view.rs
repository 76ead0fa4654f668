//! [`View`]: the events that a filter leaves, in their order, with counts by level.

use std::ops::Range;
use std::sync::Arc;

use spoglight_parsers::Level;

use super::event_id::EventId;
use super::index::EventIndex;

/// Events between two positions for which the counts before them are kept.
const STRIDE: usize = 256;

/// Classes of levels, as a histogram shows them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Errors, and more severe.
    Error,
    /// Warnings.
    Warning,
    /// Information.
    Info,
    /// Everything else.
    Other,
}

impl Class {
    /// Number of classes.
    pub const COUNT: usize = 4;

    /// The class of a level.
    pub fn of(level: Level) -> Class {
        match level {
            Level::Fatal | Level::Error => Class::Error,
            Level::Warn => Class::Warning,
            Level::Info => Class::Info,
            _ => Class::Other,
        }
    }
}

/// Numbers of events by class.
pub type LevelTotals = [u32; Class::COUNT];

/// The events that a filter leaves, in their order.
#[derive(Debug, Clone, Default)]
pub struct View {
    numbers: Arc<[EventId]>,
    placed: usize,
    /// Events of each class before every [`STRIDE`]th.
    sums: Arc<[LevelTotals]>,
}

impl View {
    /// All events.
    pub fn all(index: &EventIndex<'_>) -> View {
        View::of(index, Arc::clone(index.order()))
    }

    /// Some events, in the order of the index.
    pub fn of(index: &EventIndex<'_>, numbers: Arc<[EventId]>) -> View {
        let mut sums = Vec::with_capacity(numbers.len() / STRIDE + 1);
        let mut counts = LevelTotals::default();
        for (at, number) in numbers.iter().enumerate() {
            if at % STRIDE == 0 {
                sums.push(counts);
            }
            add(&mut counts, index, *number);
        }
        let is_placed = |number: &EventId| index.row(*number).is_some_and(|row| row.utc().is_some());
        let placed = numbers.partition_point(is_placed);
        View { numbers, placed, sums: sums.into() }
    }

    /// Number of events.
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Returns true if it has no events.
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// Number of events with a known moment; they come first.
    pub fn placed(&self) -> usize {
        self.placed
    }

    /// The numbers of its events.
    pub fn numbers(&self) -> &[EventId] {
        &self.numbers
    }

    /// The number of the event at a position.
    pub fn get(&self, at: usize) -> Option<EventId> {
        self.numbers.get(at).copied()
    }

    /// The position of an event, or of the next one that is in the view.
    pub fn place_of(&self, index: &EventIndex<'_>, number: EventId) -> usize {
        let key = index.key(number);
        self.numbers.partition_point(|other| index.key(*other) < key)
    }

    /// The position of the first event at or after a moment.
    pub fn place_at(&self, index: &EventIndex<'_>, utc: i64) -> usize {
        let placed = self.numbers.get(..self.placed).unwrap_or_default();
        placed.partition_point(|number| index.key(*number).0 < utc)
    }

    /// The first and last moment.
    pub fn span(&self, index: &EventIndex<'_>) -> Option<(i64, i64)> {
        let first = self.numbers.first().filter(|_| self.placed > 0)?;
        let last = self.numbers.get(self.placed.checked_sub(1)?)?;
        Some((index.key(*first).0, index.key(*last).0))
    }

    /// Events of each class before a position.
    fn before(&self, index: &EventIndex<'_>, place: usize) -> LevelTotals {
        let place = place.min(self.numbers.len());
        let block = (place / STRIDE).min(self.sums.len().saturating_sub(1));
        let mut counts = self.sums.get(block).copied().unwrap_or_default();
        for number in self.numbers.get(block * STRIDE..place).unwrap_or_default() {
            add(&mut counts, index, *number);
        }
        counts
    }

    /// Events of each class in a range of positions.
    pub fn counts(&self, index: &EventIndex<'_>, range: Range<usize>) -> LevelTotals {
        let (mut counts, before) = (self.before(index, range.end), self.before(index, range.start));
        counts.iter_mut().zip(before).for_each(|(count, before)| *count = count.saturating_sub(before));
        counts
    }

    /// The position of the next event of a class in a range of positions, or of the one before.
    pub fn next_of_class(
        &self,
        class: Class,
        index: &EventIndex<'_>,
        at: usize,
        range: &Range<usize>,
        back: bool,
    ) -> Option<usize> {
        let is_error = |at: &usize| {
            self.get(*at)
                .and_then(|number| index.row(number))
                .is_some_and(|row| Class::of(row.level()) == class)
        };
        let errors = |block: usize| {
            let sum = |block: usize| self.sums.get(block).map(|counts| counts[class as usize]);
            // the rest of the last block is only known by counting
            sum(block + 1).zip(sum(block)).is_none_or(|(after, before)| after > before)
        };
        let whole = if back {
            range.start..at.min(range.end)
        } else {
            at.saturating_add(1).max(range.start)..range.end
        };
        let blocks = whole.start / STRIDE..whole.end.div_ceil(STRIDE);
        let within = |block: usize| (block * STRIDE).max(whole.start)..((block + 1) * STRIDE).min(whole.end);
        if back {
            blocks.rev().filter(|block| errors(*block)).find_map(|block| within(block).rev().find(is_error))
        } else {
            blocks.into_iter().filter(|block| errors(*block)).find_map(|block| within(block).find(is_error))
        }
    }

    /// Events of each class over time, in `columns` columns of the same length.
    pub fn histogram(
        &self,
        index: &EventIndex<'_>,
        (from, to): (i64, i64),
        columns: usize,
    ) -> Vec<LevelTotals> {
        let mut start = self.place_at(index, from);
        (1..=columns)
            .map(|column| {
                let end = self.place_at(index, border((from, to), column, columns));
                let counts = self.counts(index, start..end.max(start));
                start = end;
                counts
            })
            .collect()
    }
}

/// The moment at which a column begins; the last one ends after the last moment.
pub fn border((from, to): (i64, i64), column: usize, columns: usize) -> i64 {
    let length = i128::from(to) - i128::from(from) + 1;
    let columns = columns.max(1) as i128;
    let at = i128::from(from) + (length * column as i128 + columns - 1) / columns;
    i64::try_from(at).unwrap_or(i64::MAX)
}

fn add(counts: &mut LevelTotals, index: &EventIndex<'_>, number: EventId) {
    let class = index.row(number).map_or(Class::Other, |row| Class::of(row.level()));
    if let Some(count) = counts.get_mut(class as usize) {
        *count += 1;
    }
}
