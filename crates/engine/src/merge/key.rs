//! [`Key`]: the place of an event in the order of all events.

use spoglight_source::SourceId;

/// The place of an event in the order of all events: its moment, then its source, then its position in that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    /// Nanoseconds since 1970; 0 for all events without a moment, which have an order of their own.
    pub(super) when: i64,
    pub(super) source: SourceId,
    /// Position of its block among those of its source.
    pub(super) block: u32,
    /// Position of its message among those of its block.
    pub(super) mark: u32,
}

impl Key {
    /// The first place in a block whose earliest moment is `when`.
    pub(super) fn of_block(when: i64, source: SourceId, block: u32) -> Key {
        Key { when, source, block, mark: 0 }
    }
}
