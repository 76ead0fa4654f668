//! [`CountMap`]: a few names with their counts. A map takes ten times the memory, and a collection may have a hundred
//! thousand files.

use std::sync::Arc;

use serde::{Serialize, Serializer};

use crate::rare::Empty;
use crate::shared_text::shared_text;

/// Names in their order, each with its count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CountMap(Vec<(Arc<str>, u64)>);

impl Empty for CountMap {
    const EMPTY: &'static CountMap = &CountMap(Vec::new());
}

impl CountMap {
    /// No names.
    pub const fn new() -> CountMap {
        CountMap(Vec::new())
    }

    /// Adds to the count of a name.
    pub fn add(&mut self, name: &str, count: u64) {
        match self.0.binary_search_by(|(known, _)| (**known).cmp(name)) {
            Ok(at) => {
                if let Some((_, sum)) = self.0.get_mut(at) {
                    *sum += count;
                }
            }
            Err(at) => {
                self.0.reserve_exact(1);
                self.0.insert(at, (shared_text(name), count));
            }
        }
    }

    /// Removes all but the first names.
    pub fn keep_first(&mut self, count: usize) {
        self.0.truncate(count);
    }

    /// Returns whether it has no name.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The names, in their order, with their counts.
    pub fn as_slice(&self) -> &[(Arc<str>, u64)] {
        &self.0
    }

    /// Count of a name.
    pub fn get(&self, name: &str) -> u64 {
        self.iter().find(|(known, _)| *known == name).map_or(0, |(_, count)| count)
    }

    /// The names, in their order, with their counts.
    pub fn iter(&self) -> impl Iterator<Item = (&str, u64)> {
        self.0.iter().map(|(name, count)| (&**name, *count))
    }
}

impl Serialize for CountMap {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}
