//! [`HitMap`]: the hits of a source by signature. A map of the standard library has room for eleven, and most of a
//! hundred thousand files have the hits of one.

use std::ops::Index;
use std::slice;

use serde::{Deserialize, Serialize};
use spoglight_model::Empty;

use super::SignatureTally;

/// Hits in the order of their signatures, by position in the library.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HitMap(Vec<(usize, Box<SignatureTally>)>);

impl Empty for HitMap {
    const EMPTY: &'static HitMap = &HitMap(Vec::new());
}

/// Reference to a pair, as a pair of references.
type AsPair<'a> = fn(&'a (usize, Box<SignatureTally>)) -> (usize, &'a SignatureTally);

impl HitMap {
    fn find(&self, signature: usize) -> Result<usize, usize> {
        self.0.binary_search_by_key(&signature, |(known, _)| *known)
    }

    /// The hits of a signature.
    pub fn get(&self, signature: usize) -> Option<&SignatureTally> {
        self.0.get(self.find(signature).ok()?).map(|(_, tally)| &**tally)
    }

    /// Returns whether a signature hit.
    pub fn contains(&self, signature: usize) -> bool {
        self.find(signature).is_ok()
    }

    /// The hits of a signature, to be changed; empty ones if it had none.
    pub(crate) fn of(&mut self, signature: usize) -> &mut SignatureTally {
        let at = self.find(signature).unwrap_or_else(|at| {
            self.0.reserve_exact(1);
            self.0.insert(at, (signature, Box::default()));
            at
        });
        #[expect(clippy::indexing_slicing, reason = "it was found or inserted there")]
        &mut self.0[at].1
    }

    /// Removes the hits of a signature.
    pub(crate) fn remove(&mut self, signature: usize) -> Option<Box<SignatureTally>> {
        self.find(signature).ok().map(|at| self.0.remove(at).1)
    }

    /// Number of signatures that hit.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns whether none hit.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Signatures with their hits.
    pub fn iter(&self) -> impl Iterator<Item = (usize, &SignatureTally)> {
        self.into_iter()
    }

    /// Signatures that hit.
    pub fn signatures(&self) -> impl Iterator<Item = usize> {
        self.0.iter().map(|(signature, _)| *signature)
    }

    /// Hits of each signature.
    pub fn values(&self) -> impl Iterator<Item = &SignatureTally> {
        self.0.iter().map(|(_, tally)| &**tally)
    }

    /// The same, to be changed.
    pub(crate) fn values_mut(&mut self) -> impl Iterator<Item = &mut SignatureTally> {
        self.0.iter_mut().map(|(_, tally)| &mut **tally)
    }

    /// Adds hits that follow these.
    pub(crate) fn append(&mut self, next: HitMap) {
        for (signature, hits) in next.0 {
            self.of(signature).append(*hits);
        }
    }
}

impl<'a> IntoIterator for &'a HitMap {
    type Item = (usize, &'a SignatureTally);
    type IntoIter = std::iter::Map<slice::Iter<'a, (usize, Box<SignatureTally>)>, AsPair<'a>>;

    fn into_iter(self) -> Self::IntoIter {
        let as_pair: AsPair<'a> = |(signature, tally)| (*signature, tally);
        self.0.iter().map(as_pair)
    }
}

impl FromIterator<(usize, SignatureTally)> for HitMap {
    fn from_iter<T: IntoIterator<Item = (usize, SignatureTally)>>(hits: T) -> HitMap {
        let mut map = HitMap::default();
        hits.into_iter().for_each(|(signature, hits)| *map.of(signature) = hits);
        map
    }
}

/// The hits of a signature that hit.
impl Index<usize> for HitMap {
    type Output = SignatureTally;

    fn index(&self, signature: usize) -> &SignatureTally {
        self.get(signature).expect("the signature hit")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_in_their_order() {
        let mut map = HitMap::default();
        for signature in [7, 3, 9, 3] {
            map.of(signature).count += 1;
        }
        let counts =
            |map: &HitMap| map.iter().map(|(signature, tally)| (signature, tally.count)).collect::<Vec<_>>();
        assert_eq!(counts(&map), [(3, 2), (7, 1), (9, 1)]);
        assert_eq!(map.remove(7).map(|tally| tally.count), Some(1));
        assert!(!map.contains(7) && map.get(7).is_none() && map.remove(7).is_none());
        map.append(HitMap::from_iter([
            (1, SignatureTally::default()),
            (9, SignatureTally { count: 4, ..map[9].clone() }),
        ]));
        assert_eq!(counts(&map), [(1, 0), (3, 2), (9, 5)]);
        assert_eq!(map.signatures().collect::<Vec<_>>(), [1, 3, 9]);
    }
}
