//! [`MergeRequest`]: the events that a merge is asked for, and where they go.

use std::io;

use spoglight_parsers::Level;
use spoglight_query::Query;
use spoglight_source::SourceId;
use spoglight_time::Timestamp;

use crate::event::PlacedEvent;
use crate::missing::Missing;

/// The events that a merge is asked for.
#[derive(Debug, Clone, Default)]
pub struct MergeRequest {
    /// Start of the time window, in nanoseconds since 1970.
    pub from: Option<i64>,
    /// End of it: the first moment that is not in it.
    pub to: Option<i64>,
    /// Filter of events.
    pub query: Query,
    /// Hide duplicates: events that are in two files of a server.
    pub once: bool,
    /// Search every event that is shown for signatures.
    pub findings: bool,
    /// Number of events after which the merge ends; `None` for all.
    pub limit: Option<u64>,
    /// The order of the events does not matter, because they are only counted. It saves the memory for the order. With
    /// `once`, they are in order all the same.
    pub any_order: bool,
    /// Bytes of memory for the blocks that are merged at a time; 0 chooses a size for the machine. The result does not
    /// depend on it.
    pub slice: u64,
}

impl MergeRequest {
    /// A time window is given.
    pub(super) fn has_window(&self) -> bool {
        self.from.is_some() || self.to.is_some()
    }

    /// Returns true if an event may be in the window whose clock counts in steps of `step` nanoseconds and showed `when`: it may
    /// be anywhere in that step.
    pub(super) fn holds(&self, when: i64, step: i64) -> bool {
        let last = when.saturating_add(step.max(1) - 1);
        self.from.is_none_or(|from| from <= last) && self.to.is_none_or(|to| when < to)
    }
}

/// One event on its way out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MergedEvent {
    /// Its moment; `None` if it has no time at all.
    pub moment: Option<Timestamp>,
    /// Its source.
    pub source: SourceId,
    /// Its level.
    pub level: Level,
}

/// Counts of a merge.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Events that were handed out.
    pub events: u64,
    /// Of these, events without a known place in time.
    pub unplaced: u64,
    /// Events without a known place in time that were left out of a time window.
    pub left_out: u64,
    /// Duplicates that were left out.
    pub repeated: u64,
    /// Events below others of their file that are later by more than a second.
    pub late: u64,
    /// Events in an hour that the clocks of their zone skip.
    pub skipped: u64,
    /// Bytes of blocks that were read.
    pub bytes: u64,
    /// Bytes of blocks that were not read, because no event in them was asked for.
    pub passed_over: u64,
    /// Blocks of which bytes could not be read again.
    pub problems: Vec<Missing>,
}

/// Writes an event; called on many threads.
pub type Render<'r> = &'r (dyn Fn(&PlacedEvent<'_>, &mut Vec<u8>) + Sync);

/// Receives events in their order, each with the text that [`Render`] wrote.
pub type MergeSink<'s> = &'s mut dyn FnMut(&MergedEvent, &[u8]) -> io::Result<()>;
