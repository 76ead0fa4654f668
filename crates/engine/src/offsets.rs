//! [`Offsets`]: the UTC offsets of the timestamps of a source, each with the time span in which it was seen. They show the
//! zone of its server.

use serde::{Deserialize, Serialize};
use spoglight_parsers::ClockSource;

/// Different offsets of a source that are kept: two a year.
const KEPT_OFFSETS: usize = 16;

/// A UTC offset of timestamps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenOffset {
    /// The clock that wrote it.
    pub of: ClockSource,
    /// Seconds east of UTC.
    pub east: i32,
    /// Earliest moment at which it was written, in nanoseconds since 1970.
    pub first: i64,
    /// Latest.
    pub last: i64,
}

/// UTC offsets of the timestamps of a source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offsets(Vec<SeenOffset>);

impl Offsets {
    /// None yet.
    pub const fn new() -> Offsets {
        Offsets(Vec::new())
    }

    /// Adds one.
    pub(super) fn note(&mut self, new: SeenOffset) {
        // nearly always the same as before
        let known = self.0.iter().rposition(|known| known.of == new.of && known.east == new.east);
        let Some(at) = known else {
            if self.0.len() < KEPT_OFFSETS {
                // nearly always one
                self.0.reserve_exact(1);
                self.0.push(new);
            }
            return;
        };
        if let Some(known) = self.0.get_mut(at) {
            known.first = known.first.min(new.first);
            known.last = known.last.max(new.last);
        }
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &SeenOffset> {
        self.0.iter()
    }

    /// The smallest and the largest, in seconds east of UTC.
    pub fn range(&self) -> Option<(i32, i32)> {
        let east = || self.0.iter().map(|written| written.east);
        east().min().zip(east().max())
    }
}
