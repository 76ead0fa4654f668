//! [`Pace`]: intervals of a follower, and the amounts that it reads.

/// Nanoseconds of a second.
pub(super) const SECOND: u64 = 1_000_000_000;
/// Nanoseconds of a millisecond.
const MILLISECOND: u64 = 1_000_000;

/// Intervals in nanoseconds and amounts in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Interval of looks at a log that was just written.
    pub busy: u64,
    /// Interval of looks at a log that is still. A look costs a few microseconds on Linux and tens of them on
    /// Windows.
    pub idle: u64,
    /// Maximum number of looks at still logs in a second; more logs get a longer interval than `idle`.
    pub idle_looks: u64,
    /// Interval of listings of all folders.
    pub listing: u64,
    /// Minimum interval of listings, whatever happens.
    pub listing_at_least: u64,
    /// Bytes read of a log in one turn.
    pub turn: usize,
    /// Bytes read of all logs in one [`poll`](super::Follower::poll); at least one turn is made.
    pub poll: usize,
    /// Time to wait for a log that is gone, because a listing may miss a file during its renaming.
    pub gone: u64,
    /// Time that a deleted log, or one renamed to a name that is not followed, must be still before it ends: its
    /// writer may have it open.
    pub linger: u64,
    /// Number of open handles that are kept, so that a deleted file is still read to its end: those of the logs that
    /// were written last. Must be 0 on Windows, where a handle can keep the name of a deleted file from being used
    /// again.
    pub handles: usize,
}

impl Default for Pace {
    fn default() -> Pace {
        Pace {
            busy: 10 * MILLISECOND,
            idle: SECOND,
            idle_looks: 500,
            listing: SECOND,
            listing_at_least: 50 * MILLISECOND,
            turn: 256 << 10,
            poll: 4 << 20,
            gone: 2 * SECOND,
            linger: 60 * SECOND,
            handles: if cfg!(windows) { 0 } else { 128 },
        }
    }
}

impl Pace {
    /// The pace of Windows on any system: no handle is kept.
    pub fn without_handles() -> Pace {
        Pace { handles: 0, ..Pace::default() }
    }

    /// Longest interval of looks at one of `logs` logs.
    pub(super) fn idle_of(&self, logs: usize) -> u64 {
        self.idle.max((logs as u64).saturating_mul(SECOND / self.idle_looks.max(1)))
    }

    /// Interval of listings that find `paths` paths: a few hundred nanoseconds each, so that a thousandth of the time
    /// is spent.
    pub(super) fn listing_of(&self, paths: usize) -> u64 {
        self.listing.max((paths as u64).saturating_mul(MILLISECOND / 5))
    }
}
