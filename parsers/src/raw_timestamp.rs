//! [`RawTimestamp`]: a time as a line shows it.

use serde::{Deserialize, Serialize};

/// Precision of a timestamp: the value of its last digit in nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Precision(pub u32);

impl Precision {
    /// Whole seconds: the event is anywhere in that second.
    pub const SECOND: Precision = Precision(1_000_000_000);
    /// Milliseconds.
    pub const MILLI: Precision = Precision(1_000_000);
}

/// A time as a line shows it. Its moment depends on the zone of the source, which this package does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RawTimestamp {
    /// Time of the wall clock: nanoseconds from 1970-01-01 00:00:00 *on that clock*.
    pub wall: i64,
    /// Seconds east of UTC, if the line shows them.
    pub offset: Option<i32>,
    /// Value of the last digit.
    pub precision: Precision,
}

impl RawTimestamp {
    /// Nanoseconds since 1970 in UTC, if the line shows the offset.
    pub fn utc(&self) -> Option<i64> {
        self.offset.map(|east| self.wall.saturating_sub(i64::from(east) * 1_000_000_000))
    }

    /// A number that orders the timestamps of one source: UTC where it is known, else the wall clock.
    pub fn order(&self) -> i64 {
        self.utc().unwrap_or(self.wall)
    }
}
