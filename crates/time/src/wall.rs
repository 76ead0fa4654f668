//! Wall clocks: the times that they show, and the moments of these times in a zone.

use crate::units::SECOND;
use chrono::{DateTime, LocalResult, NaiveDateTime, Offset, TimeZone, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use spoglight_parsers::{ClockSource, RawTimestamp};

/// A timestamp and its position in the source: the input for a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceTime {
    /// The timestamp as the line shows it.
    pub stamp: RawTimestamp,
    /// The clock that wrote it.
    pub of: ClockSource,
    /// Position of its message in the file, in bytes: it separates the two passes through a repeated hour.
    pub offset: u64,
}

impl SourceTime {
    /// A number that orders the timestamps of one source: UTC where it is known, else the wall clock.
    pub fn order(&self) -> i64 {
        self.stamp.order()
    }
}

/// The moments at which the clocks of a zone showed a time: one, or two in a repeated hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Passes {
    /// Nanoseconds since 1970 in UTC.
    pub first: i64,
    /// The second moment in a repeated hour, else the same.
    pub last: i64,
    /// The clocks never showed it: the moment is the one without the DST transition.
    pub(crate) is_skipped: bool,
}

impl Passes {
    /// The passes of a wall time, in nanoseconds since 1970 as the clock showed it, through `zone`.
    pub fn new(wall: i64, zone: Tz) -> Passes {
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
                // the offset of three hours earlier
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

/// Wall-clock time of a moment in a zone, or in UTC, in nanoseconds since 1970.
pub fn on_wall(utc: i64, zone: Option<Tz>) -> i64 {
    utc.saturating_add(zone.map_or(0, |zone| i64::from(east(zone, utc)) * SECOND))
}

/// Offset of a zone at a moment (nanoseconds since 1970), in seconds east of UTC.
pub fn east(zone: Tz, utc: i64) -> i32 {
    let naive = DateTime::<Utc>::from_timestamp_nanos(utc).naive_utc();
    zone.offset_from_utc_datetime(&naive).fix().local_minus_utc()
}
