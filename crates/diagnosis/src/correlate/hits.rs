//! The hits of the steps of a rule, each with the attributes that the rule requires to be the same.

use spoglight_signatures::{Rule, RuleStep};

use super::occurrences::{Occurrence, Occurrences, What};

/// Common attributes of a group, and its clock last; `None` is an unknown value that matches every value.
pub(super) type Key = Vec<Option<String>>;

/// The hits of one step, in the order of time, with the attributes of the rule's `same`.
pub(super) struct Hits {
    pub(super) all: Vec<(i64, usize, Key)>,
}

impl Hits {
    pub(super) fn between<'h>(
        &'h self,
        from: i64,
        to: i64,
        key: &'h Key,
    ) -> impl Iterator<Item = (i64, usize)> + 'h {
        let start = self.all.partition_point(|(utc, ..)| *utc < from);
        let end = self.all.partition_point(|(utc, ..)| *utc <= to);
        let some = self.all.get(start..end.max(start)).unwrap_or_default();
        some.iter().filter(move |(.., own)| is_alike(own, key)).map(|(utc, place, _)| (*utc, *place))
    }

    /// Returns whether some of them that could belong to a group use another clock.
    pub(super) fn is_elsewhere(&self, key: &Key) -> bool {
        let Some((clock, common)) = key.split_last() else { return false };
        self.all.iter().any(|(.., own)| own.last() != Some(clock) && own.iter().zip(common).all(is_same))
    }
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
    hits(rule, step, library, occurrences).all.into_iter().map(|(_, place, _)| place).collect()
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
    let places: Vec<usize> = if let Some(fact) = step.fact {
        let of_it = |(place, one): (usize, &Occurrence<'_>)| (one.what == What::Fact(fact)).then_some(place);
        occurrences.all.iter().enumerate().filter_map(of_it).collect()
    } else {
        let signatures = library.iter().enumerate().filter(|(_, id)| step.is_of(id));
        signatures.flat_map(|(place, _)| occurrences.of_signature(place)).copied().collect()
    };
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
    let keyed = places.into_iter().filter_map(|place| {
        let one = occurrences.get(place)?;
        let mut key: Key = Vec::new();
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
        Some((one.utc, place, key))
    });
    Hits { all: keyed.collect() }
}
