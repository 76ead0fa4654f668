//! Lengths of time in nanoseconds, the unit of every moment and duration in this code base.

/// Nanoseconds of a millisecond.
pub const MILLI: i64 = 1_000_000;

/// Nanoseconds of a second.
pub const SECOND: i64 = 1_000 * MILLI;

/// Nanoseconds of a minute.
pub const MINUTE: i64 = 60 * SECOND;

/// Nanoseconds of an hour.
pub const HOUR: i64 = 60 * MINUTE;

/// Nanoseconds of a day of 24 hours.
pub const DAY: i64 = 24 * HOUR;

/// Nanoseconds of a week.
pub const WEEK: i64 = 7 * DAY;
