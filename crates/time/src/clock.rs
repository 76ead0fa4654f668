//! [`Clock`]: resolves the timestamps of a source to moments. It knows the zone of the source, the pass through a
//! repeated hour that a line belongs to, and the offset of the server's clock.
//!
//! Every timestamp gets an answer: one in an hour that a DST transition skips is placed as if the clock had not been
//! moved, and marked. Only an unknown zone leaves a time local.

use std::sync::Arc;

use super::dst_fold::DstFold;
use super::timestamp::Timestamp;
use super::wall::{Passes, SourceTime};
use super::zone::Zone;

/// A moment, and its marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResolvedTime {
    /// The moment.
    pub moment: Timestamp,
    /// The clocks of the zone never showed this time: they were set forward over it.
    pub is_skipped: bool,
    /// The clocks of the zone showed this time twice.
    pub is_repeated: bool,
}

/// Resolves the timestamps of a source to moments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    /// Its zone, with the evidence.
    pub zone: Arc<Zone>,
    /// The repeated hours in which the source has lines.
    pub folds: Arc<[DstFold]>,
    /// Nanoseconds by which the server's clock is ahead, subtracted from every moment.
    pub ahead: i64,
}

impl Clock {
    /// A clock in a zone.
    pub fn new(zone: Arc<Zone>) -> Clock {
        Clock { zone, folds: Arc::default(), ahead: 0 }
    }

    /// The moment of a timestamp.
    pub fn moment(&self, at: &SourceTime) -> Timestamp {
        self.place(at).moment
    }

    /// The moment of a timestamp, and whether it is in a repeated or skipped hour.
    pub fn place(&self, at: &SourceTime) -> ResolvedTime {
        let known = at.stamp.utc().filter(|_| !self.zone.overrules);
        let (nanos, is_skipped, is_repeated) = match (known, self.zone.rules_of(at.of)) {
            (Some(utc), _) => (utc, false, false),
            (None, Some(zone)) => {
                let found = Passes::new(at.stamp.wall, zone);
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

    /// The earliest and the latest moment of the timestamps between two of a source, wherever they are in the file.
    pub fn bounds(&self, (from, to): (SourceTime, SourceTime)) -> (Timestamp, Timestamp) {
        let known = |at: &SourceTime| at.stamp.utc().is_some() && !self.zone.overrules;
        let edge = |at: &SourceTime, last: bool| match self.zone.rules_of(at.of).filter(|_| !known(at)) {
            Some(zone) => {
                let passes = Passes::new(at.stamp.wall, zone);
                let utc = if last { passes.last } else { passes.first };
                Timestamp::Utc(utc.saturating_sub(self.ahead))
            }
            None => self.moment(at),
        };
        (edge(&from, false), edge(&to, true))
    }
}
