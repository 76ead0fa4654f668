//! [`SourceId`]: the identity of a source within its collection.

use std::fmt::{self, Display, Formatter};

use serde::Serialize;

/// Position of a source in its collection: an index into [`Bundle::sources`](crate::Bundle) and into every list that is in
/// the same order. Serialized and displayed as that number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct SourceId(u32);

impl SourceId {
    /// The source at position `index`. Positions above [`u32::MAX`] do not exist: a collection has far fewer files.
    #[must_use]
    pub fn new(index: usize) -> SourceId {
        SourceId(u32::try_from(index).unwrap_or(u32::MAX))
    }

    /// Position in the lists of the collection.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl Display for SourceId {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}
