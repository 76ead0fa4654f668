//! [`CountMap`]: a few names with their counts. A map takes ten times the memory, and a collection may have a hundred
//! thousand files.

use std::fmt::{self, Formatter};
use std::sync::Arc;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::rare::{Empty, Rare};
use crate::shared_text::shared_text;

/// Names in their order, each with its count.
#[derive(Debug, Clone)]
pub struct CountMap(Names);

/// A name with its count.
type Counted = (Arc<str>, u64);

#[derive(Debug, Clone)]
enum Names {
    /// Most files have one.
    One(Counted),
    /// None, or several.
    Many(Rare<Vec<Counted>>),
}

impl Default for CountMap {
    fn default() -> CountMap {
        CountMap::new()
    }
}

impl PartialEq for CountMap {
    fn eq(&self, other: &CountMap) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl Eq for CountMap {}

impl Empty for CountMap {
    const EMPTY: &'static CountMap = &CountMap::new();
}

impl CountMap {
    /// No names.
    pub const fn new() -> CountMap {
        CountMap(Names::Many(Rare::new()))
    }

    /// Adds to the count of a name.
    pub fn add(&mut self, name: &str, count: u64) {
        let names = match &mut self.0 {
            Names::One((known, sum)) if **known == *name => {
                *sum += count;
                return;
            }
            Names::Many(names) if names.is_empty() => {
                self.0 = Names::One((shared_text(name), count));
                return;
            }
            Names::One(only) => {
                self.0 = Names::Many(vec![only.clone()].into());
                return self.add(name, count);
            }
            Names::Many(names) => &mut **names,
        };
        match names.binary_search_by(|(known, _)| (**known).cmp(name)) {
            Ok(at) => {
                if let Some((_, sum)) = names.get_mut(at) {
                    *sum += count;
                }
            }
            Err(at) => {
                names.reserve_exact(1);
                names.insert(at, (shared_text(name), count));
            }
        }
    }

    /// Removes all but the first names.
    pub fn keep_first(&mut self, count: usize) {
        match &mut self.0 {
            Names::Many(names) if names.len() > count => names.truncate(count),
            Names::One(_) if count == 0 => *self = CountMap::new(),
            _ => {}
        }
    }

    /// Returns whether it has no name.
    pub fn is_empty(&self) -> bool {
        self.as_slice().is_empty()
    }

    /// The names, in their order, with their counts.
    pub fn as_slice(&self) -> &[(Arc<str>, u64)] {
        match &self.0 {
            Names::One(only) => std::slice::from_ref(only),
            Names::Many(names) => names,
        }
    }

    /// Count of a name.
    pub fn get(&self, name: &str) -> u64 {
        self.iter().find(|(known, _)| *known == name).map_or(0, |(_, count)| count)
    }

    /// The names, in their order, with their counts.
    pub fn iter(&self) -> impl Iterator<Item = (&str, u64)> {
        self.as_slice().iter().map(|(name, count)| (&**name, *count))
    }
}

impl Serialize for CountMap {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for CountMap {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<CountMap, D::Error> {
        struct Map;

        impl<'de> Visitor<'de> for Map {
            type Value = CountMap;

            fn expecting(&self, out: &mut Formatter<'_>) -> fmt::Result {
                out.write_str("names with counts")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<CountMap, A::Error> {
                let mut counts = CountMap::new();
                while let Some((name, count)) = map.next_entry::<&str, u64>()? {
                    counts.add(name, count);
                }
                Ok(counts)
            }
        }

        deserializer.deserialize_map(Map)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packed::{pack, unpack};

    fn map(names: &[(&str, u64)]) -> CountMap {
        let mut map = CountMap::new();
        for (name, count) in names {
            map.add(name, *count);
        }
        map
    }

    #[test]
    fn one_name_or_several() {
        assert_eq!(size_of::<CountMap>(), 24);
        let mut counts = map(&[("b", 1), ("b", 2)]);
        assert!(matches!(counts.0, Names::One(_)) && counts.get("b") == 3);
        counts.add("a", 5);
        counts.add("c", 1);
        counts.add("a", 1);
        assert_eq!(counts.iter().collect::<Vec<_>>(), [("a", 6), ("b", 3), ("c", 1)]);
        counts.keep_first(1);
        assert_eq!(counts, map(&[("a", 6)]));
        counts.keep_first(0);
        assert!(counts.is_empty() && counts == CountMap::default());
    }

    #[test]
    fn packed_counts_are_the_same() {
        for names in [&[][..], &[("a", 1)], &[("a", 1), ("b", u64::MAX)]] {
            assert_eq!(unpack::<CountMap>(&pack(&map(names))), map(names));
        }
    }
}
