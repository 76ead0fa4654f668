//! From a stamp to a moment: the [`Clock`] of a source knows its zone, which of the two passes through a repeated hour a
//! line lies in, and how far its server's clock is ahead.
//!
//! Nothing is ever without an answer: a stamp in an hour that a spring night leaves out is placed as if nobody had moved
//! the clock, and marked. Only a zone that nobody knows leaves a time local.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, LocalResult, NaiveDateTime, Offset, TimeZone, Utc};
use chrono_tz::Tz;
use serde::{Serialize, Serializer};
use spoglight_parsers::{ClockSource, RawTimestamp};

use super::Zone;
use super::dst_fold::DstFold;
use crate::units::SECOND;

/// A stamp, and where in its source it stands: what its moment is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SourceTime {
    /// What the line says.
    pub stamp: RawTimestamp,
    /// Whose clock wrote it.
    pub of: ClockSource,
    /// Place of its message in the file, in bytes: it tells the two passes through a repeated hour apart.
    pub offset: u64,
}

impl SourceTime {
    /// A number that orders the stamps of one source: UTC where it is known, else the wall clock.
    pub fn order(&self) -> i64 {
        self.stamp.order()
    }
}

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

/// The moments at which the clocks of a zone showed a time: one, or two in a night in autumn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Passes {
    /// Nanoseconds since 1970 in UTC.
    pub first: i64,
    /// The same, unless the hour was repeated.
    pub last: i64,
    /// They never showed it: the moment is where it would have been had nobody set them forward.
    pub(crate) is_skipped: bool,
}

impl Passes {
    /// The passes of a wall time, in nanoseconds since 1970 as the clock showed it, through `zone`.
    pub fn of(wall: i64, zone: Tz) -> Passes {
        let naive: NaiveDateTime = DateTime::<Utc>::from_timestamp_nanos(wall).naive_utc();
        let utc =
            |offset: chrono::FixedOffset| wall.saturating_sub(i64::from(offset.local_minus_utc()) * SECOND);
        match zone.offset_from_local_datetime(&naive) {
            LocalResult::Single(offset) => {
                let utc = utc(offset.fix());
                Passes { first: utc, last: utc, is_skipped: false }
            }
            LocalResult::Ambiguous(one, other) => {
                let (one, other) = (utc(one.fix()), utc(other.fix()));
                Passes { first: one.min(other), last: one.max(other), is_skipped: false }
            }
            LocalResult::None => {
                // as it was three hours earlier
                let before = naive - chrono::Duration::hours(3);
                let offset = match zone.offset_from_local_datetime(&before) {
                    LocalResult::Single(offset) | LocalResult::Ambiguous(offset, _) => offset.fix(),
                    LocalResult::None => zone.offset_from_utc_datetime(&naive).fix(),
                };
                let utc = utc(offset);
                Passes { first: utc, last: utc, is_skipped: true }
            }
        }
    }
}

/// What a clock in a zone, or in UTC, showed at a moment: nanoseconds on the wall.
pub fn on_wall(utc: i64, zone: Option<Tz>) -> i64 {
    utc.saturating_add(zone.map_or(0, |zone| i64::from(east(zone, utc)) * SECOND))
}

/// Seconds east of UTC that the clocks of a zone were at a moment, in nanoseconds since 1970.
pub fn east(zone: Tz, utc: i64) -> i32 {
    let naive = DateTime::<Utc>::from_timestamp_nanos(utc).naive_utc();
    zone.offset_from_utc_datetime(&naive).fix().local_minus_utc()
}

/// When something happened.
///
/// Prints, and stands in JSON, as RFC 3339 with milliseconds: `2026-11-21T13:31:09.940Z`. A time whose zone is not
/// known has no `Z` behind it, because it is no moment yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Timestamp {
    /// Nanoseconds since 1970 in UTC.
    Utc(i64),
    /// Nanoseconds since 1970 on a clock whose zone is unknown.
    Local(i64),
}

impl Timestamp {
    /// The moment of a stamp in that zone; in an hour that was repeated the first of the two.
    pub fn of(stamp: &RawTimestamp, zone: Option<Tz>) -> Timestamp {
        match (stamp.utc(), zone) {
            (Some(utc), _) => Timestamp::Utc(utc),
            (None, Some(zone)) => Timestamp::Utc(Passes::of(stamp.wall, zone).first),
            (None, None) => Timestamp::Local(stamp.wall),
        }
    }

    /// Nanoseconds since 1970, of whichever clock.
    pub fn nanos(self) -> i64 {
        match self {
            Timestamp::Utc(nanos) | Timestamp::Local(nanos) => nanos,
        }
    }

    /// Whether the zone is known.
    pub fn is_utc(self) -> bool {
        matches!(self, Timestamp::Utc(_))
    }

    /// The earlier of two; one whose zone is known beats one whose is not, because only it can be compared.
    #[must_use]
    pub fn earlier(self, other: Timestamp) -> Timestamp {
        self.choose(other, |a, b| a <= b)
    }

    /// The later of two, with the same preference.
    #[must_use]
    pub fn later(self, other: Timestamp) -> Timestamp {
        self.choose(other, |a, b| a >= b)
    }

    fn choose(self, other: Timestamp, first: impl Fn(i64, i64) -> bool) -> Timestamp {
        match (self, other) {
            (Timestamp::Utc(_), Timestamp::Local(_)) => self,
            (Timestamp::Local(_), Timestamp::Utc(_)) => other,
            _ if first(self.nanos(), other.nanos()) => self,
            _ => other,
        }
    }

    /// Date and time of day with milliseconds and without a zone: in `zone` if this is a moment and one is given.
    pub fn on_the_wall(self, zone: Option<Tz>) -> String {
        let shown = match self {
            Timestamp::Utc(nanos) => on_wall(nanos, zone),
            Timestamp::Local(nanos) => nanos,
        };
        DateTime::<Utc>::from_timestamp_nanos(shown).format("%Y-%m-%d %H:%M:%S%.3f").to_string()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = DateTime::<Utc>::from_timestamp_nanos(self.nanos()).format("%Y-%m-%dT%H:%M:%S%.3f");
        write!(f, "{text}{}", if self.is_utc() { "Z" } else { "" })
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use spoglight_parsers::layout;

    fn utc(text: &str, zone: Tz) -> String {
        let (stamp, _) = layout::iso(text.as_bytes()).expect("a stamp");
        Timestamp::of(&stamp, Some(zone)).to_string()
    }

    #[test]
    fn summer_winter_and_the_nights_between() {
        let york = chrono_tz::America::New_York;
        for (wall, moment) in [
            ("2026-07-01 12:00:00", "2026-07-01T16:00:00.000Z"),
            ("2026-11-21 12:00:00.123", "2026-11-21T17:00:00.123Z"),
            ("2026-11-01 01:30:00", "2026-11-01T05:30:00.000Z"), // twice that night; the first
            ("2026-03-08 02:30:00", "2026-03-08T07:30:00.000Z"), // not that night
            ("2026-03-08 03:30:00", "2026-03-08T07:30:00.000Z"),
        ] {
            assert_eq!(utc(wall, york), moment, "{wall}");
        }
        assert_eq!(utc("2026-11-21 10:00:00", chrono_tz::Asia::Kolkata), "2026-11-21T04:30:00.000Z");
    }

    #[test]
    fn an_offset_in_the_line_beats_the_zone_of_the_source() {
        assert_eq!(
            utc("2011-05-01 19:02:23.758 GMT-0400", chrono_tz::Asia::Tokyo),
            "2011-05-01T23:02:23.758Z"
        );
    }

    #[test]
    fn a_time_without_zone_says_so_and_loses_to_one_that_has() {
        let local = Timestamp::Local(0);
        assert_eq!(local.to_string(), "1970-01-01T00:00:00.000");
        assert_eq!(local.earlier(Timestamp::Utc(5)), Timestamp::Utc(5));
        assert_eq!(Timestamp::Utc(7).earlier(Timestamp::Utc(5)), Timestamp::Utc(5));
        assert_eq!(Timestamp::Utc(7).later(Timestamp::Utc(5)), Timestamp::Utc(7));
    }
}
