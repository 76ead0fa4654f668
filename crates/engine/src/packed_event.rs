//! [`PackedEvent`]: one event of a source in sixteen bytes: its time, its level, and the position of its bytes in its block. A
//! scan writes it with the timestamp of its line; [`place`] gives it its moment once the clock of the source is known.
//!
//! It does not hold its source and block: packed events are kept in the order of their blocks.

use serde::{Deserialize, Serialize};
use spoglight_parsers::{ClockSource, Level, Precision, RawTimestamp};

use crate::block_meta::BlockMeta;
use crate::placement::{Placement, PlacementFlags, PlacementState};
use spoglight_time::{Clock, SourceTime, Timestamp};

/// Seconds of a quarter of an hour: nearly every offset is a multiple of it.
const QUARTER: i32 = 15 * 60;

/// One event of a source. Its time and flags are only known once it was [placed](place).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackedEvent {
    /// Nanoseconds since 1970: wall clock time before it is placed, its moment afterwards.
    when: i64,
    /// Number of bits of each field, from the lowest bit: 22 start in its block, 23 length, 4 level; before it is placed: 7
    /// offset of its timestamp in quarters of an hour, from 1, 1 has a timestamp, 2 the clock of that, 1 only its date is
    /// missing; afterwards: 2 kind of its moment, 4 flags.
    bits: u64,
}

const LENGTH: u32 = 22;
const LEVEL: u32 = 45;
const REST: u32 = 49;

/// Added to an offset in quarters of an hour: 0 means no offset, and the least, 16 hours west, is 1.
const WEST: i32 = 65;

/// Kind of the moment of a placed event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TimeKind {
    Nothing,
    Local,
    Utc,
}

impl PackedEvent {
    /// The event as the scan reads it. `start` and `length` are bytes of the text of a block, of 4 MiB at most.
    pub(crate) fn scanned(
        start: usize,
        length: usize,
        level: Level,
        stamp: Option<RawTimestamp>,
        of: ClockSource,
        is_undated: bool,
    ) -> PackedEvent {
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
            // no place on earth has that offset: in UTC it is the same moment
            Some((stamp, Some(_))) => (stamp.order(), WEST),
        };
        PackedEvent { when, bits: bits | (offset as u64) << REST }
    }

    /// Position of its first byte in the text of its block.
    pub fn start(&self) -> usize {
        (self.bits & 0x3f_ffff) as usize
    }

    /// Its bytes there, with the lines below it.
    pub fn length(&self) -> usize {
        (self.bits >> LENGTH & 0x7f_ffff) as usize
    }

    /// Its bytes, out of the text of its block.
    pub fn bytes_in<'b>(&self, block: &'b [u8]) -> &'b [u8] {
        let end = (self.start() + self.length()).min(block.len());
        block.get(self.start()..end).unwrap_or_default()
    }

    /// Its level.
    pub fn level(&self) -> Level {
        Level::ALL.get((self.bits >> LEVEL & 0xf) as usize).copied().unwrap_or_default()
    }

    /// Its moment, once it is placed.
    pub fn moment(&self) -> Option<Timestamp> {
        match self.known() {
            TimeKind::Nothing => None,
            TimeKind::Local => Some(Timestamp::Local(self.when)),
            TimeKind::Utc => Some(Timestamp::Utc(self.when)),
        }
    }

    /// Its moment in nanoseconds since 1970, if that is known in UTC.
    pub fn utc(&self) -> Option<i64> {
        (self.known() == TimeKind::Utc).then_some(self.when)
    }

    /// Peculiarities of its place in time, once it is placed.
    pub fn marks(&self) -> PlacementFlags {
        let bit = |at: u32| self.bits >> (REST + at) & 1 == 1;
        PlacementFlags { inherited: bit(2), late: bit(3), skipped: bit(4), repeated: bit(5) }
    }

    fn known(&self) -> TimeKind {
        match self.bits >> REST & 3 {
            2 => TimeKind::Utc,
            1 => TimeKind::Local,
            _ => TimeKind::Nothing,
        }
    }

    fn stamp(&self) -> Option<RawTimestamp> {
        let rest = self.bits >> REST;
        let east = (rest & 0x7f) as i32;
        let offset = (east > 0).then(|| (east - WEST) * QUARTER);
        // the precision does not matter to a clock
        (rest >> 7 & 1 == 1).then_some(RawTimestamp { wall: self.when, offset, precision: Precision::MILLI })
    }

    fn of(&self) -> ClockSource {
        match self.bits >> (REST + 8) & 3 {
            1 => ClockSource::System,
            2 => ClockSource::Nowhere,
            _ => ClockSource::Program,
        }
    }

    fn is_undated(&self) -> bool {
        self.bits >> (REST + 10) & 1 == 1
    }

    fn placed(&self, place: Placement) -> PackedEvent {
        let (known, when) = match place.moment {
            None => (0u64, 0),
            Some(Timestamp::Local(nanos)) => (1, nanos),
            Some(Timestamp::Utc(nanos)) => (2, nanos),
        };
        let bit = |is: bool, at: u32| u64::from(is) << at;
        let flags = place.flags;
        let flags =
            bit(flags.inherited, 2) | bit(flags.late, 3) | bit(flags.skipped, 4) | bit(flags.repeated, 5);
        PackedEvent { when, bits: self.bits & ((1 << REST) - 1) | (known | flags) << REST }
    }
}

/// The moment of the first timestamp of some events that are not placed yet, by their clock.
pub fn opening(rows: &[PackedEvent], clock: &Clock) -> Option<Timestamp> {
    let first = rows.iter().find_map(|row| Some((row.stamp()?, row.of())))?;
    Some(clock.moment(&SourceTime { stamp: first.0, of: first.1, offset: 0 }))
}

/// Places the events of the blocks `pieces` of one source in time and returns them in the same order. `before` is the state
/// after the events above them.
pub fn place(
    rows: &[PackedEvent],
    pieces: &[BlockMeta],
    clock: &Clock,
    newest_first: bool,
    before: &mut PlacementState,
) -> Box<[PackedEvent]> {
    let mut placed = Vec::with_capacity(rows.len());
    let mut rest = rows;
    for piece in pieces {
        let (here, next) = rest.split_at(rest.len().min(piece.events as usize));
        rest = next;
        for row in here {
            let offset = piece.offset + row.start() as u64;
            let at = row.stamp().map(|stamp| SourceTime { stamp, of: row.of(), offset });
            placed.push(row.placed(before.place(clock, newest_first, at.as_ref(), row.is_undated())));
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
            let of = [ClockSource::Program, ClockSource::System, ClockSource::Nowhere][of];
            let level = Level::ALL[level];
            let stamp = RawTimestamp { wall, offset: offset.map(|east| east * QUARTER), precision: Precision::MILLI };
            let row = PackedEvent::scanned(start, length, level, Some(stamp), of, undated);
            prop_assert_eq!((row.start(), row.length(), row.level()), (start, length, level));
            prop_assert_eq!((row.stamp(), row.of(), row.is_undated()), (Some(stamp), of, undated));
            let flags = PlacementFlags { inherited: true, late: undated, skipped: !undated, repeated: true };
            let placed = row.placed(Placement { moment: Some(Timestamp::Local(wall)), flags });
            prop_assert_eq!((placed.moment(), placed.marks()), (Some(Timestamp::Local(wall)), flags));
            prop_assert_eq!((placed.start(), placed.length(), placed.level()), (start, length, level));
            prop_assert_eq!(PackedEvent::scanned(start, length, level, None, of, undated).stamp(), None);
        }
    }
}
