//! [`Timestamp`]: the moment of an event.

use std::fmt;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Serialize, Serializer};
use spoglight_parsers::RawTimestamp;

use super::wall::{Passes, on_wall};

/// The moment of an event.
///
/// Text and JSON are RFC 3339 with milliseconds: `2026-11-21T13:31:09.940Z`. A time whose zone is not known has no
/// `Z`, because it is not a moment yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Timestamp {
    /// Nanoseconds since 1970 in UTC.
    Utc(i64),
    /// Nanoseconds since 1970 on a wall clock whose zone is unknown.
    Local(i64),
}

impl Timestamp {
    /// The moment of a timestamp in that zone; in a repeated hour the first of the two.
    pub fn new(stamp: &RawTimestamp, zone: Option<Tz>) -> Timestamp {
        match (stamp.utc(), zone) {
            (Some(utc), _) => Timestamp::Utc(utc),
            (None, Some(zone)) => Timestamp::Utc(Passes::new(stamp.wall, zone).first),
            (None, None) => Timestamp::Local(stamp.wall),
        }
    }

    /// Nanoseconds since 1970, in UTC or on the wall clock.
    pub fn nanos(self) -> i64 {
        match self {
            Timestamp::Utc(nanos) | Timestamp::Local(nanos) => nanos,
        }
    }

    /// Returns whether the zone is known.
    pub fn is_utc(self) -> bool {
        matches!(self, Timestamp::Utc(_))
    }

    /// The earlier of two. A time in UTC wins over a local time, because only it can be compared.
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

    /// Date and time of day with milliseconds and without a zone, in `zone` if this is a moment in UTC and a zone is
    /// given.
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
        Timestamp::new(&stamp, Some(zone)).to_string()
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
