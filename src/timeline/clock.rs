//! [`Moment`]: a stamp with all that is known of its zone.

use std::fmt;

use chrono::{DateTime, LocalResult, NaiveDateTime, Offset, TimeZone, Utc};
use chrono_tz::Tz;
use serde::{Serialize, Serializer};
use spoglight_parsers::Stamp;

const SECOND: i64 = 1_000_000_000;

/// When something happened.
///
/// Prints, and stands in JSON, as RFC 3339 with milliseconds: `2026-11-21T13:31:09.940Z`. A time whose zone is not
/// known has no `Z` behind it, because it is no moment yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Moment {
    /// Nanoseconds since 1970 in UTC.
    Utc(i64),
    /// Nanoseconds since 1970 on a clock whose zone is unknown.
    Local(i64),
}

impl Moment {
    /// The moment of a stamp, of a source in that zone.
    pub fn of(stamp: &Stamp, zone: Option<Tz>) -> Moment {
        match (stamp.utc(), zone) {
            (Some(utc), _) => Moment::Utc(utc),
            (None, Some(zone)) => Moment::Utc(to_utc(stamp.wall, zone)),
            (None, None) => Moment::Local(stamp.wall),
        }
    }

    /// Nanoseconds since 1970, of whichever clock.
    pub fn nanos(self) -> i64 {
        match self {
            Moment::Utc(nanos) | Moment::Local(nanos) => nanos,
        }
    }

    /// Whether the zone is known.
    pub fn is_utc(self) -> bool {
        matches!(self, Moment::Utc(_))
    }

    /// The earlier of two; one whose zone is known beats one whose is not, because only it can be compared.
    #[must_use]
    pub fn earlier(self, other: Moment) -> Moment {
        self.choose(other, |a, b| a <= b)
    }

    /// The later of two, with the same preference.
    #[must_use]
    pub fn later(self, other: Moment) -> Moment {
        self.choose(other, |a, b| a >= b)
    }

    fn choose(self, other: Moment, first: impl Fn(i64, i64) -> bool) -> Moment {
        match (self, other) {
            (Moment::Utc(_), Moment::Local(_)) => self,
            (Moment::Local(_), Moment::Utc(_)) => other,
            _ if first(self.nanos(), other.nanos()) => self,
            _ => other,
        }
    }

    /// Date and time of day with milliseconds and without a zone: in `zone` if this is a moment and one is given.
    pub fn on_the_wall(self, zone: Option<Tz>) -> String {
        let shown = match (self, zone) {
            (Moment::Utc(nanos), Some(zone)) => {
                let utc = DateTime::<Utc>::from_timestamp_nanos(nanos);
                let east = zone.offset_from_utc_datetime(&utc.naive_utc()).fix().local_minus_utc();
                nanos.saturating_add(i64::from(east) * SECOND)
            }
            _ => self.nanos(),
        };
        DateTime::<Utc>::from_timestamp_nanos(shown).format("%Y-%m-%d %H:%M:%S%.3f").to_string()
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = DateTime::<Utc>::from_timestamp_nanos(self.nanos()).format("%Y-%m-%dT%H:%M:%S%.3f");
        write!(f, "{text}{}", if self.is_utc() { "Z" } else { "" })
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The moment at which a wall clock in `zone` showed `wall`.
///
/// In the hour that an autumn night repeats it is the first of the two; in the one that a spring night leaves out it
/// is the moment that many clocks would have shown had nobody moved them. Nothing is ever without an answer.
fn to_utc(wall: i64, zone: Tz) -> i64 {
    let naive: NaiveDateTime = DateTime::<Utc>::from_timestamp_nanos(wall).naive_utc();
    let east = match zone.offset_from_local_datetime(&naive) {
        LocalResult::Single(offset) => offset.fix(),
        LocalResult::Ambiguous(one, other) => {
            let (one, other) = (one.fix(), other.fix());
            if one.local_minus_utc() >= other.local_minus_utc() { one } else { other }
        }
        LocalResult::None => {
            let before = naive - chrono::Duration::hours(3);
            match zone.offset_from_local_datetime(&before) {
                LocalResult::Single(offset) | LocalResult::Ambiguous(offset, _) => offset.fix(),
                LocalResult::None => zone.offset_from_utc_datetime(&naive).fix(),
            }
        }
    };
    wall.saturating_sub(i64::from(east.local_minus_utc()) * SECOND)
}

#[cfg(test)]
mod tests {
    use super::*;
    use spoglight_parsers::stamp;

    fn utc(text: &str, zone: Tz) -> String {
        let (stamp, _) = stamp::iso(text.as_bytes()).expect("a stamp");
        Moment::of(&stamp, Some(zone)).to_string()
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
        let local = Moment::Local(0);
        assert_eq!(local.to_string(), "1970-01-01T00:00:00.000");
        assert_eq!(local.earlier(Moment::Utc(5)), Moment::Utc(5));
        assert_eq!(Moment::Utc(7).earlier(Moment::Utc(5)), Moment::Utc(5));
        assert_eq!(Moment::Utc(7).later(Moment::Utc(5)), Moment::Utc(7));
    }
}
