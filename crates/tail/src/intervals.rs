//! Times that events and logs wait, in nanoseconds of a clock that does not go back.

use spoglight_time::units;

/// Nanoseconds of a millisecond.
pub(crate) const MILLI: u64 = units::MILLI as u64;

/// Time without a byte after which a message is complete.
pub(crate) const HOLD: u64 = 40 * MILLI;

/// Time without a byte after which a line without its end is shown, if an event begins with it.
pub(crate) const HALF: u64 = 1_000 * MILLI;

/// The same if none does: it may be the rest of the last event, or the start of a timestamp. Programs that write block by block
/// end in the middle of a line each time.
pub(crate) const REST: u64 = 10_000 * MILLI;

/// Time that an event waits for those of other logs.
pub(crate) const MERGE: u64 = 30 * MILLI;

/// Time between two lines about a failure that comes again.
pub(crate) const AGAIN: u64 = 10_000 * MILLI;

/// Time after a finding was shown in which more messages are a part of the same failure.
pub(crate) const SETTLE: u64 = 2_000 * MILLI;

/// Time in which logs that come or go are gathered for one note.
pub(crate) const GATHER: u64 = 1_000 * MILLI;

/// Time in which many events are a flood.
pub(crate) const FLOOD: u64 = 10_000 * MILLI;

/// Time that a log is followed before its rhythm is known.
pub(crate) const STEADY: u64 = 600_000 * MILLI;

/// Shortest silence of a log that is noted.
pub(crate) const SILENCE: u64 = 300_000 * MILLI;

/// Time between two conclusions about zones.
pub(crate) const CONCLUDE: u64 = 1_000 * MILLI;

/// Time between two notes about the clock of a server.
pub(crate) const JUMPS: u64 = 60_000 * MILLI;

/// Time between two diagnoses while signatures hit.
pub(crate) const DIAGNOSE: u64 = 200 * MILLI;

/// Time after a hit at which it is diagnosed even while events wait.
pub(crate) const LATE: u64 = 500 * MILLI;

/// Time between two diagnoses while no signature hits: absences become true by time alone.
pub(crate) const IDLE: u64 = 5_000 * MILLI;
