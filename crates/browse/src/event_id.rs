//! [`EventId`]: the number of an event in one [`EventIndex`](crate::index::EventIndex).

use std::fmt::{self, Display, Formatter};

/// Number of an event in one [`EventIndex`](crate::index::EventIndex), in the order of sources and of their lines. Another
/// index may give the same event another number: an [`EventKey`](crate::event_key::EventKey) finds it there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId(u32);

impl EventId {
    /// The event with this number.
    #[must_use]
    pub fn new(number: u32) -> EventId {
        EventId(number)
    }

    /// Its number.
    #[must_use]
    pub fn number(self) -> u32 {
        self.0
    }
}

impl Display for EventId {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}
