//! [`Row`]: one message of a source in sixteen bytes: when it was, how grave it is, and where its bytes lie in its block. A
//! scan writes it with the stamp as the line says it; `place` puts it in time once the clock of the source is known.
//!
//! It does not say of which source and block it is: rows stand in the order of their blocks, and who keeps them knows.

use spoglight_parsers::{ClockOf, Level, Precision, Stamp};

use super::Piece;
use crate::event::Marks;
use spoglight_time::{At, Clock, Moment};

/// Nanoseconds by which an event may stand behind a later one without being marked.
const LATE: i64 = 1_000_000_000;

/// Nanoseconds of a quarter of an hour: nearly every offset is so many of these.
const QUARTER: i32 = 15 * 60;

/// See the [module](self).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// Nanoseconds since 1970: on the wall before it is placed, of its moment afterwards.
    when: i64,
    /// From the lowest bit: 22 where it starts in its block, 23 its length, 4 its level; then before it is placed: 7 the
    /// offset of its stamp in quarters of an hour, from 1, 1 whether it has a stamp, 2 whose clock that is, 1 whether
    /// only its date is missing; and afterwards: 2 what is known of its moment, 4 marks.
    bits: u64,
}

const LENGTH: u32 = 22;
const LEVEL: u32 = 45;
const REST: u32 = 49;

/// What stands for no offset is 0, so that the least, 16 hours west, is 1.
const WEST: i32 = 65;

/// What is known of the moment of a placed row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    Nothing,
    Local,
    Utc,
}

impl Row {
    /// As the scan sees it. `start` and `length` are bytes of the text of a block, of 4 MiB at most.
    pub(crate) fn scanned(
        start: usize,
        length: usize,
        level: Level,
        stamp: Option<Stamp>,
        of: ClockOf,
        is_undated: bool,
    ) -> Row {
        let bits = (start as u64 & 0x3f_ffff)
            | (length as u64 & 0x7f_ffff) << LENGTH
            | (level.index() as u64) << LEVEL
            | u64::from(stamp.is_some()) << (REST + 7)
            | (of as u64) << (REST + 8)
            | u64::from(is_undated) << (REST + 10);
        let (when, offset) = match stamp.map(|stamp| (stamp, stamp.offset)) {
            None => (0, 0),
            Some((stamp, None)) => (stamp.wall, 0),
            Some((stamp, Some(east))) if east % QUARTER == 0 && (-64..=62).contains(&(east / QUARTER)) => {
                (stamp.wall, east / QUARTER + WEST)
            }
            // no place on earth is there: in UTC it is the same moment
            Some((stamp, Some(_))) => (stamp.order(), WEST),
        };
        Row { when, bits: bits | (offset as u64) << REST }
    }

    /// Where it starts in the text of its block, in bytes.
    pub fn start(&self) -> usize {
        (self.bits & 0x3f_ffff) as usize
    }

    /// Its bytes there, the lines below it included.
    pub fn length(&self) -> usize {
        (self.bits >> LENGTH & 0x7f_ffff) as usize
    }

    /// Its bytes in those of its block.
    pub fn bytes_in<'b>(&self, block: &'b [u8]) -> &'b [u8] {
        let end = (self.start() + self.length()).min(block.len());
        block.get(self.start()..end).unwrap_or_default()
    }

    /// How grave it is.
    pub fn level(&self) -> Level {
        Level::ALL.get((self.bits >> LEVEL & 0xf) as usize).copied().unwrap_or_default()
    }

    /// When it was, once it is placed.
    pub fn moment(&self) -> Option<Moment> {
        match self.known() {
            Known::Nothing => None,
            Known::Local => Some(Moment::Local(self.when)),
            Known::Utc => Some(Moment::Utc(self.when)),
        }
    }

    /// Its moment in nanoseconds since 1970, if it has a place on the timeline.
    pub fn utc(&self) -> Option<i64> {
        (self.known() == Known::Utc).then_some(self.when)
    }

    /// What is peculiar to its place in time, once it is placed.
    pub fn marks(&self) -> Marks {
        let bit = |at: u32| self.bits >> (REST + at) & 1 == 1;
        Marks { inherited: bit(2), late: bit(3), skipped: bit(4), repeated: bit(5) }
    }

    fn known(&self) -> Known {
        match self.bits >> REST & 3 {
            2 => Known::Utc,
            1 => Known::Local,
            _ => Known::Nothing,
        }
    }

    fn stamp(&self) -> Option<Stamp> {
        let rest = self.bits >> REST;
        let east = (rest & 0x7f) as i32;
        let offset = (east > 0).then(|| (east - WEST) * QUARTER);
        // how exact it is does not matter to a clock
        (rest >> 7 & 1 == 1).then_some(Stamp { wall: self.when, offset, precision: Precision::MILLI })
    }

    fn of(&self) -> ClockOf {
        match self.bits >> (REST + 8) & 3 {
            1 => ClockOf::System,
            2 => ClockOf::Nowhere,
            _ => ClockOf::Program,
        }
    }

    fn is_undated(&self) -> bool {
        self.bits >> (REST + 10) & 1 == 1
    }

    fn placed(&self, moment: Option<Moment>, marks: Marks) -> Row {
        let (known, when) = match moment {
            None => (0u64, 0),
            Some(Moment::Local(nanos)) => (1, nanos),
            Some(Moment::Utc(nanos)) => (2, nanos),
        };
        let bit = |is: bool, at: u32| u64::from(is) << at;
        let marks =
            bit(marks.inherited, 2) | bit(marks.late, 3) | bit(marks.skipped, 4) | bit(marks.repeated, 5);
        Row { when, bits: self.bits & ((1 << REST) - 1) | (known | marks) << REST }
    }
}

/// What is known of the rows before.
#[derive(Debug, Clone, Copy)]
pub struct Before {
    /// The moment of the last one that has one.
    pub(crate) moment: Option<Moment>,
    /// The latest.
    pub(crate) latest: i64,
}

impl Before {
    /// Before all rows of a source; `opening` is its first stamp.
    pub fn all(opening: Option<Moment>) -> Before {
        Before { moment: opening, latest: i64::MIN }
    }
}

/// The first stamp of some rows that were not placed yet, as their clock has it.
pub fn opening(rows: &[Row], clock: &Clock) -> Option<Moment> {
    let first = rows.iter().find_map(|row| Some((row.stamp()?, row.of())))?;
    Some(clock.moment(&At { stamp: first.0, of: first.1, offset: 0 }))
}

/// Puts rows in time, block after block: `pieces` are their blocks. The answer has them in the same order.
///
/// A message without a stamp stands where the one before it does; one of which only the date is missing has no place.
pub fn place(
    rows: &[Row],
    pieces: &[Piece],
    clock: &Clock,
    newest_first: bool,
    before: &mut Before,
) -> Box<[Row]> {
    let mut placed = Vec::with_capacity(rows.len());
    let mut rest = rows;
    for piece in pieces {
        let (here, next) = rest.split_at(rest.len().min(piece.events as usize));
        rest = next;
        for row in here {
            let at = row.stamp().map(|stamp| At {
                stamp,
                of: row.of(),
                offset: piece.offset + row.start() as u64,
            });
            let is_undated = row.is_undated();
            let mut marks = Marks { inherited: at.is_none() && !is_undated, ..Marks::default() };
            let moment = match &at {
                Some(at) => {
                    let here = clock.place(at);
                    (marks.skipped, marks.repeated) = (here.is_skipped, here.is_repeated);
                    before.moment = Some(here.moment);
                    before.moment
                }
                None if is_undated => None,
                None => before.moment,
            };
            if let Some(Moment::Utc(utc)) = moment {
                marks.late = !newest_first && !marks.inherited && utc < before.latest.saturating_sub(LATE);
                before.latest = before.latest.max(utc);
            }
            placed.push(row.placed(moment, marks));
        }
    }
    placed.into_boxed_slice()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_goes_in_comes_out(
            start in 0usize..4 << 20,
            length in 0usize..=4 << 20,
            level in 0usize..Level::COUNT,
            wall in any::<i64>(),
            offset in prop::option::of(-56i32..=56),
            of in 0usize..3,
            undated in any::<bool>(),
        ) {
            let of = [ClockOf::Program, ClockOf::System, ClockOf::Nowhere][of];
            let level = Level::ALL[level];
            let stamp = Stamp { wall, offset: offset.map(|east| east * QUARTER), precision: Precision::MILLI };
            let row = Row::scanned(start, length, level, Some(stamp), of, undated);
            prop_assert_eq!((row.start(), row.length(), row.level()), (start, length, level));
            prop_assert_eq!((row.stamp(), row.of(), row.is_undated()), (Some(stamp), of, undated));
            let marks = Marks { inherited: true, late: undated, skipped: !undated, repeated: true };
            let placed = row.placed(Some(Moment::Local(wall)), marks);
            prop_assert_eq!((placed.moment(), placed.marks()), (Some(Moment::Local(wall)), marks));
            prop_assert_eq!((placed.start(), placed.length(), placed.level()), (start, length, level));
            prop_assert_eq!(Row::scanned(start, length, level, None, of, undated).stamp(), None);
        }
    }
}
