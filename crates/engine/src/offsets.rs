//! [`Offsets`]: the offsets that stamps of a source bring along, each with when it was seen. They tell the zone of its server.

use spoglight_parsers::ClockOf;

/// Different offsets of a source that are kept: two a year.
const KEPT_OFFSETS: usize = 16;

/// An offset that stamps brought along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// Whose clock it is.
    pub of: ClockOf,
    /// Seconds east of UTC.
    pub east: i32,
    /// Earliest moment at which it was written, in nanoseconds since 1970.
    pub first: i64,
    /// Latest.
    pub last: i64,
}

/// Offsets that stamps of a source brought along.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Offsets(Vec<Written>);

impl Offsets {
    /// Notes one.
    pub(super) fn note(&mut self, new: Written) {
        // nearly always the same as before
        let known = self.0.iter().rposition(|known| known.of == new.of && known.east == new.east);
        let Some(at) = known else {
            if self.0.len() < KEPT_OFFSETS {
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
    pub fn iter(&self) -> impl Iterator<Item = &Written> {
        self.0.iter()
    }

    /// The smallest and the largest, in seconds east of UTC.
    pub fn range(&self) -> Option<(i32, i32)> {
        let east = || self.0.iter().map(|written| written.east);
        east().min().zip(east().max())
    }
}
