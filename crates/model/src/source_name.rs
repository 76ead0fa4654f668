//! [`SourceName`]: a source of the collection with the name that reports write.

use std::fmt::{self, Display, Formatter};
use std::ops::Deref;
use std::sync::Arc;

use serde::{Serialize, Serializer};
use spoglight_source::SourceId;

/// A reference to a source: its identity, by which it is found again, and its path, by which it is written. Two are equal
/// if they are the same source. Serialized as the path.
#[derive(Debug, Clone, Eq)]
pub struct SourceName {
    /// Position in the sources of the collection.
    pub id: SourceId,
    /// Path with `/` on every system; in an archive after `!`.
    pub path: Arc<str>,
}

/// Wherever text is read, the name is its path.
impl Deref for SourceName {
    type Target = str;

    fn deref(&self) -> &str {
        &self.path
    }
}

impl PartialEq for SourceName {
    fn eq(&self, other: &SourceName) -> bool {
        self.id == other.id
    }
}

impl PartialOrd for SourceName {
    fn partial_cmp(&self, other: &SourceName) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for SourceName {
    fn cmp(&self, other: &SourceName) -> std::cmp::Ordering {
        self.path.cmp(&other.path).then(self.id.cmp(&other.id))
    }
}

impl Display for SourceName {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        out.pad(&self.path)
    }
}

impl Serialize for SourceName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.path)
    }
}
