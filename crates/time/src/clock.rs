//! From a stamp to a moment: the [`Clock`] of a source knows its zone, which of the two passes through a repeated hour a
//! line lies in, and how far its server's clock is ahead.
//!
//! Nothing is ever without an answer: a stamp in an hour that a spring night leaves out is placed as if nobody had moved
//! the clock, and marked. Only a zone that nobody knows leaves a time local.

use std::sync::Arc;

use super::dst_fold::DstFold;
use super::timestamp::Timestamp;
use super::wall::{Passes, SourceTime};
use super::zone::Zone;

/// A moment, and what is to be known of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResolvedTime {
    /// The moment.
    pub moment: Timestamp,
    /// Its stamp is one that the clocks of its zone did not show: they were set forward over it.
    pub is_skipped: bool,
    /// Its stamp was shown twice that night.
    pub is_repeated: bool,
}

/// The clock by which the stamps of a source become moments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    /// Its zone, with the evidence.
    pub zone: Arc<Zone>,
    /// The hours that its server's nights repeat and in which it has lines.
    pub folds: Arc<[DstFold]>,
    /// Nanoseconds by which the clock of its server is ahead, taken off every moment.
    pub ahead: i64,
}

impl Clock {
    /// A clock in a zone.
    pub fn of(zone: Arc<Zone>) -> Clock {
        Clock { zone, folds: Arc::new([]), ahead: 0 }
    }

    /// The moment of a stamp.
    pub fn moment(&self, at: &SourceTime) -> Timestamp {
        self.place(at).moment
    }

    /// The moment of a stamp, and whether it is in an hour that was repeated or left out.
    pub fn place(&self, at: &SourceTime) -> ResolvedTime {
        let known = at.stamp.utc().filter(|_| !self.zone.overrules);
        let (nanos, is_skipped, is_repeated) = match (known, self.zone.rules_of(at.of)) {
            (Some(utc), _) => (utc, false, false),
            (None, Some(zone)) => {
                let found = Passes::of(at.stamp.wall, zone);
                let fold = self.folds.iter().find(|fold| fold.of == at.of && fold.holds(at.stamp.wall));
                let is_second = fold.is_some_and(|fold| fold.is_second(at.offset));
                let utc = if is_second { found.last } else { found.first };
                (utc, found.is_skipped, found.first != found.last)
            }
            (None, None) => {
                let moment = Timestamp::Local(at.stamp.wall.saturating_sub(self.ahead));
                return ResolvedTime { moment, is_skipped: false, is_repeated: false };
            }
        };
        ResolvedTime { moment: Timestamp::Utc(nanos.saturating_sub(self.ahead)), is_skipped, is_repeated }
    }

    /// The earliest and the latest moment that stamps between two of a source may be, wherever they stand.
    pub fn bounds(&self, (from, to): (SourceTime, SourceTime)) -> (Timestamp, Timestamp) {
        let known = |at: &SourceTime| at.stamp.utc().is_some() && !self.zone.overrules;
        let edge = |at: &SourceTime, last: bool| match self.zone.rules_of(at.of).filter(|_| !known(at)) {
            Some(zone) => {
                let passes = Passes::of(at.stamp.wall, zone);
                let utc = if last { passes.last } else { passes.first };
                Timestamp::Utc(utc.saturating_sub(self.ahead))
            }
            None => self.moment(at),
        };
        (edge(&from, false), edge(&to, true))
    }
}
