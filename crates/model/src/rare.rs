//! [`Rare`]: a part of a structure that is empty in most of a hundred thousand files.

use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A value that takes eight bytes as long as it is the default one.
#[derive(Debug, Clone)]
pub struct Rare<T>(Option<Box<T>>);

/// A type with a default value that takes no memory.
pub trait Empty: Default + 'static {
    /// That value.
    const EMPTY: &'static Self;
}

impl<T: 'static> Empty for Vec<T> {
    const EMPTY: &'static Vec<T> = &Vec::new();
}

impl<K: Ord + 'static, V: 'static> Empty for BTreeMap<K, V> {
    const EMPTY: &'static BTreeMap<K, V> = &BTreeMap::new();
}

impl<T> Default for Rare<T> {
    fn default() -> Rare<T> {
        Rare(None)
    }
}

impl<T> Rare<T> {
    /// The default value.
    pub const fn new() -> Rare<T> {
        Rare(None)
    }

    /// A value that is boxed already, and not the default one.
    pub fn boxed(value: Box<T>) -> Rare<T> {
        Rare(Some(value))
    }

    /// The value, if it is not the default one.
    pub fn get_mut(&mut self) -> Option<&mut T> {
        self.0.as_deref_mut()
    }
}

impl<T: Default> Rare<T> {
    /// The value itself.
    pub fn into_inner(self) -> T {
        self.0.map(|value| *value).unwrap_or_default()
    }
}

impl<T: Empty> Deref for Rare<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.0.as_deref().unwrap_or(T::EMPTY)
    }
}

impl<T: Empty> DerefMut for Rare<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.0.get_or_insert_default()
    }
}

#[expect(clippy::into_iter_without_iter, reason = "the value has one")]
impl<'a, T: Empty> IntoIterator for &'a Rare<T>
where
    &'a T: IntoIterator,
{
    type Item = <&'a T as IntoIterator>::Item;
    type IntoIter = <&'a T as IntoIterator>::IntoIter;

    fn into_iter(self) -> Self::IntoIter {
        (**self).into_iter()
    }
}

impl<T: Empty + PartialEq> Rare<T> {
    /// Returns the memory of a value that is the default one.
    pub fn shrink(&mut self) {
        if **self == *T::EMPTY {
            self.0 = None;
        }
    }
}

impl<T: Empty + PartialEq> From<T> for Rare<T> {
    fn from(value: T) -> Rare<T> {
        if value == *T::EMPTY { Rare(None) } else { Rare(Some(Box::new(value))) }
    }
}

impl<T: Empty + PartialEq> PartialEq for Rare<T> {
    fn eq(&self, other: &Rare<T>) -> bool {
        **self == **other
    }
}

impl<T: Empty + Eq> Eq for Rare<T> {}

impl<T: Empty + Serialize> Serialize for Rare<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        T::serialize(self, serializer)
    }
}

impl<'de, T: Empty + PartialEq + Deserialize<'de>> Deserialize<'de> for Rare<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Rare<T>, D::Error> {
        T::deserialize(deserializer).map(Rare::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_takes_no_memory() {
        assert_eq!(size_of::<Rare<Vec<u64>>>(), 8);
        let mut rare: Rare<Vec<u64>> = Rare::default();
        assert!(rare.is_empty() && rare.get_mut().is_none());
        assert_eq!(rare, Rare::from(Vec::new()));
        rare.push(7);
        assert_eq!(*rare, [7]);
        assert_ne!(rare, Rare::default());
        assert_eq!(rare.into_inner(), [7]);
    }
}
