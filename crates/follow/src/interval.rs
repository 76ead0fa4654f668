//! [`Pace`]: how often a follower looks, and how much it takes at a time.

/// Nanoseconds of a second.
pub(super) const SECOND: u64 = 1_000_000_000;
/// Nanoseconds of a millisecond.
const MILLISECOND: u64 = 1_000_000;

/// Times are in nanoseconds, sizes in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Between two looks at a log that was just written to.
    pub busy: u64,
    /// Between two looks at a log that is still. A look costs a few microseconds on Linux and some ten on Windows.
    pub idle: u64,
    /// Looks at still logs in a second; more than so many logs are looked at less often than `idle` says.
    pub idle_looks: u64,
    /// Between two listings of all folders.
    pub listing: u64,
    /// At least between two listings, whatever happens.
    pub listing_at_least: u64,
    /// Taken from a log in its turn.
    pub turn: usize,
    /// Taken from all logs by one [`poll`](super::Follower::poll); at least one turn is.
    pub poll: usize,
    /// A log that is gone is waited for so long, because a listing may miss a file that is just renamed.
    pub gone: u64,
    /// A log that was deleted, or renamed to a name that is not followed, is read until it has been still for so long: its
    /// writer may have it open yet.
    pub linger: u64,
    /// Open handles that are kept, so that a file that is deleted is still read to its end: those of the logs that were
    /// written to last. Must be 0 on Windows, where a handle can keep the name of a deleted file from being used again.
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

    /// The longest time between two looks at one of `logs`.
    pub(super) fn idle_of(&self, logs: usize) -> u64 {
        self.idle.max((logs as u64).saturating_mul(SECOND / self.idle_looks.max(1)))
    }

    /// The time between two listings that find `paths`: a few hundred nanoseconds each, so that a thousandth is spent.
    pub(super) fn listing_of(&self, paths: usize) -> u64 {
        self.listing.max((paths as u64).saturating_mul(MILLISECOND / 5))
    }
}
