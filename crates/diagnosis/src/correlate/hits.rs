//! The hits of the steps of a rule, grouped by the attributes that the rule requires to be the same.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use spoglight_signatures::{Rule, RuleStep};

use super::occurrences::{Occurrence, Occurrences, What};

/// Common attributes of a group, and its clock last; `None` is an unknown value that matches every value.
pub(super) type Key = Vec<Option<String>>;

/// The hits of one step, with the attributes of the rule's `same`.
#[derive(Default)]
pub(super) struct Hits {
    /// Time and index of each, in the order of time.
    pub(super) all: Vec<(i64, usize)>,
    /// The same by their attributes.
    pub(super) groups: BTreeMap<Rc<Key>, Vec<(i64, usize)>>,
    /// Attributes of which one is unknown: groups that match several others.
    open: Vec<Rc<Key>>,
    /// Clocks of the hits, by their other attributes.
    clocks: BTreeMap<Vec<Option<String>>, BTreeSet<Option<String>>>,
}

impl Hits {
    fn add(&mut self, utc: i64, place: usize, key: Key) {
        self.all.push((utc, place));
        if let Some(group) = self.groups.get_mut(&key) {
            return group.push((utc, place));
        }
        if let Some((clock, common)) = key.split_last() {
            self.clocks.entry(common.to_vec()).or_default().insert(clock.clone());
        }
        let key = Rc::new(key);
        if !is_known(&key) {
            self.open.push(Rc::clone(&key));
        }
        self.groups.insert(key, vec![(utc, place)]);
    }

    /// The groups that match some attributes.
    fn alike<'h>(&'h self, key: &'h Key) -> impl Iterator<Item = &'h [(i64, usize)]> {
        let (own, open, all) = if is_known(key) {
            (self.groups.get(key), Some(&self.open), None)
        } else {
            (None, None, Some(&self.groups))
        };
        let open = open.into_iter().flatten().filter(|known| is_alike(known, key));
        let open = open.filter_map(|known| self.groups.get(known));
        let all = all.into_iter().flatten().filter(|(known, _)| is_alike(known, key));
        own.into_iter().chain(open).chain(all.map(|(_, group)| group)).map(Vec::as_slice)
    }

    /// The hits that match some attributes between two times, in the order of time.
    pub(super) fn between(&self, from: i64, to: i64, key: &Key) -> Vec<(i64, usize)> {
        let mut groups = 0;
        let mut some = Vec::new();
        for group in self.alike(key) {
            groups += 1;
            some.extend_from_slice(part(group, from, to));
        }
        if groups > 1 {
            some.sort_unstable_by_key(|(_, place)| *place);
        }
        some
    }

    /// The time of the first hit that matches some attributes between two times.
    pub(super) fn first_between(&self, from: i64, to: i64, key: &Key) -> Option<i64> {
        let first = |group| part(group, from, to).first().map(|(utc, _)| *utc);
        self.alike(key).filter_map(first).min()
    }

    /// Returns whether some of them that could belong to a group use another clock.
    pub(super) fn is_elsewhere(&self, key: &Key) -> bool {
        let Some((clock, common)) = key.split_last() else { return false };
        let is_other = |clocks: &BTreeSet<Option<String>>| clocks.iter().take(2).any(|own| own != clock);
        let own = self.clocks.get(common).filter(|_| is_known(common)).is_some_and(is_other);
        let is_alike = |known: &[Option<String>]| known.iter().zip(common).all(is_same);
        own || if is_known(common) {
            let mut open = self.open.iter().filter_map(|known| known.split_last());
            open.any(|(own, known)| own != clock && is_alike(known))
        } else {
            self.clocks.iter().any(|(known, clocks)| is_other(clocks) && is_alike(known))
        }
    }
}

/// The hits of a group between two times.
fn part(group: &[(i64, usize)], from: i64, to: i64) -> &[(i64, usize)] {
    let start = group.partition_point(|(utc, _)| *utc < from);
    let end = group.partition_point(|(utc, _)| *utc <= to);
    group.get(start..end.max(start)).unwrap_or_default()
}

fn is_known(key: &[Option<String>]) -> bool {
    key.iter().all(Option::is_some)
}

fn is_alike(one: &Key, other: &Key) -> bool {
    one.iter().zip(other).all(is_same)
}

fn is_same((one, other): (&Option<String>, &Option<String>)) -> bool {
    one.is_none() || other.is_none() || one == other
}

/// Indices of the hits of a step.
pub(super) fn places(
    rule: &Rule,
    step: &RuleStep,
    library: &[&str],
    occurrences: &Occurrences<'_>,
) -> Vec<usize> {
    hits(rule, step, library, occurrences).all.into_iter().map(|(_, place)| place).collect()
}

/// The hits that end the quiet time before the anchor.
pub(super) fn resets(
    rule: &Rule,
    anchor: &RuleStep,
    library: &[&str],
    occurrences: &Occurrences<'_>,
) -> Hits {
    let signatures = library.iter().enumerate().filter(|(_, id)| anchor.is_reset_by(id));
    keyed(
        rule,
        anchor,
        signatures.flat_map(|(place, _)| occurrences.of_signature(place)).copied(),
        occurrences,
    )
}

/// The hits of a step.
pub(super) fn hits(rule: &Rule, step: &RuleStep, library: &[&str], occurrences: &Occurrences<'_>) -> Hits {
    let signatures = library.iter().enumerate().filter(|(_, id)| step.is_of(id));
    let mut places: Vec<usize> =
        signatures.flat_map(|(place, _)| occurrences.of_signature(place)).copied().collect();
    if let Some(fact) = step.fact {
        let of_it = |(place, one): (usize, &Occurrence<'_>)| (one.what == What::Fact(fact)).then_some(place);
        places.extend(occurrences.all.iter().enumerate().filter_map(of_it));
    }
    let fits = |place: &usize| {
        let Some(one) = occurrences.get(*place) else { return false };
        step.filter.iter().all(|(name, wanted)| {
            let value = occurrences.value(one, name).map(std::borrow::Cow::into_owned);
            let value = value.or_else(|| occurrences.attribute(one, name, None));
            value.is_some_and(|value| wanted.0.is_match(&value))
        })
    };
    keyed(rule, step, places.into_iter().filter(fits), occurrences)
}

/// Some hits in the order of time, each with the attributes of the rule's `same`.
fn keyed(
    rule: &Rule,
    step: &RuleStep,
    places: impl Iterator<Item = usize>,
    occurrences: &Occurrences<'_>,
) -> Hits {
    let mut places: Vec<usize> = places.collect();
    places.sort_unstable();
    let mut hits = Hits::default();
    for place in places {
        let Some(one) = occurrences.get(place) else { continue };
        if let Some(key) = key(rule, step, one, occurrences) {
            hits.add(one.utc, place, key);
        }
    }
    hits
}

/// The attributes of a hit that the rule requires to be the same; `None` if one that must be known is not.
fn key(rule: &Rule, step: &RuleStep, one: &Occurrence<'_>, occurrences: &Occurrences<'_>) -> Option<Key> {
    let mut key: Key = Vec::with_capacity(rule.same.len() + 1);
    for name in &rule.same {
        let known = name.strip_suffix('?');
        let value = occurrences.attribute(one, known.unwrap_or(name), step.thread.as_deref());
        // a collection without names of servers is one server
        let value = value.or_else(|| (name == "host").then(String::new));
        if value.is_none() && known.is_none() {
            return None;
        }
        key.push(value);
    }
    key.push(Some(occurrences.clock(one)));
    Some(key)
}
