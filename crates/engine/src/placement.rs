//! Placement: where the events of a source belong in time.
//!
//! An event with a timestamp is where the clock of its source puts it. An event without one inherits the moment of the event
//! before it in its file. An event of which only the date is missing has no moment, and takes none from a neighbour.

use spoglight_time::units::SECOND;
use spoglight_time::{Clock, SourceTime, Timestamp};

/// Nanoseconds by which an event may be older than one above it in its file before it counts as late.
const LATE: i64 = SECOND;

/// Peculiarities of the place of an event in time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "four facts in any combination")]
pub struct PlacementFlags {
    /// It has no timestamp of its own, and has the moment of the event before it in its file.
    pub inherited: bool,
    /// It is below events of its file that are later by more than a second.
    pub late: bool,
    /// Its timestamp is in an hour that the clocks of its zone skip.
    pub skipped: bool,
    /// Its timestamp is in an hour that the clocks of its zone show twice, and the lines around it decided which one.
    pub repeated: bool,
}

/// Place of one event in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Placement {
    /// Its moment; local if the zone is not known, `None` if it has none.
    pub(crate) moment: Option<Timestamp>,
    /// Peculiarities of that.
    pub(crate) flags: PlacementFlags,
}

/// Places the events of one source, in the order of its lines. Copies of it resume from where it was copied.
#[derive(Debug, Clone, Copy)]
pub struct PlacementState {
    /// Moment of the last event that has one.
    moment: Option<Timestamp>,
    /// Latest moment so far, in nanoseconds since 1970.
    latest: i64,
}

impl PlacementState {
    /// The state before the first event of a source. `opening` is the moment of its first timestamp: events above that inherit
    /// it.
    pub fn new(opening: Option<Timestamp>) -> PlacementState {
        PlacementState::resume(opening, i64::MIN)
    }

    /// The state inside a source: `moment` is that of the last event before, `latest` the latest of all before, in
    /// nanoseconds since 1970.
    pub(crate) fn resume(moment: Option<Timestamp>, latest: i64) -> PlacementState {
        PlacementState { moment, latest }
    }

    /// Places the next event: `at` is its timestamp, `is_undated` is set if only the date of that is missing. No event of a
    /// file with the newest event first is late.
    #[inline]
    pub(crate) fn place(
        &mut self,
        clock: &Clock,
        newest_first: bool,
        at: Option<&SourceTime>,
        is_undated: bool,
    ) -> Placement {
        let mut flags =
            PlacementFlags { inherited: at.is_none() && !is_undated, ..PlacementFlags::default() };
        let moment = match at {
            Some(at) => {
                let here = clock.place(at);
                (flags.skipped, flags.repeated) = (here.is_skipped, here.is_repeated);
                self.moment = Some(here.moment);
                self.moment
            }
            None if is_undated => None,
            None => self.moment,
        };
        if let Some(Timestamp::Utc(utc)) = moment {
            flags.late = !newest_first && !flags.inherited && utc < self.latest.saturating_sub(LATE);
            self.latest = self.latest.max(utc);
        }
        Placement { moment, flags }
    }
}
