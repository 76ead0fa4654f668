//! Clock differences between servers, from identifiers that two of them wrote: a request and its trace, a task and its
//! dialogue.
//!
//! The time between two writings of one identifier is the clock difference and the travel time of the request. Travel times
//! are short and differ, a clock difference is the same for all; so the median of many differences is taken, and only if most
//! are close to it.
//!
//! If one server writes an identifier both before and after the other does, as a caller that gets an answer, the times of the
//! other must be between: these are bounds.

use std::collections::{BTreeMap, BTreeSet};

use spoglight_model::ClockSkew;

use crate::ids::{AllIds, Sighting};
use spoglight_time::units::SECOND;

/// Messages with an identifier, on each server, above which it is not that of one request.
const RARE: u32 = 12;

/// Identifiers that two servers must share.
const ENOUGH: usize = 4;

/// Servers that may share an identifier, at most.
const SHARERS: usize = 32;

/// Pairs of servers that are compared, at most.
const PAIRS: usize = 4096;

/// Servers that a difference names, at most.
const NAMED: usize = 20;

/// Nanoseconds around the median within which most differences must be.
pub(super) const CLOSE: i64 = 3 * SECOND;

/// Minimum clock difference that is reported, in nanoseconds.
pub const LEAST: i64 = 3 * SECOND;

/// Identifiers of a server by their hash: when each was written, and how often.
type Sightings = BTreeMap<u64, Sighting>;

/// Result of comparing the identifiers that two servers share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Apart {
    /// Nanoseconds by which the second is ahead.
    ahead: i64,
    /// Bounds of that.
    bounds: Option<(i64, i64)>,
    /// Number of identifiers that agree.
    shared: usize,
}

/// Two servers that share identifiers: their indexes, and the result of the comparison.
struct Pair {
    one: usize,
    other: usize,
    apart: i64,
    bounds: Option<(i64, i64)>,
    shared: usize,
}

/// The servers whose clocks differ from those of the others by more than `least` nanoseconds, from the identifiers that
/// sources of each wrote, by their moments.
///
/// Also returns the servers that share enough identifiers with another one to be compared.
pub fn estimate<'s>(
    sources: impl Iterator<Item = (&'s str, AllIds)>,
    least: i64,
) -> (Vec<ClockSkew>, BTreeSet<&'s str>) {
    let mut hosts: BTreeMap<&str, Sightings> = BTreeMap::new();
    for (host, ids) in sources {
        let known = hosts.entry(host).or_default();
        for (id, seen) in ids.iter() {
            known.entry(id).and_modify(|known| known.add(seen)).or_insert(seen);
        }
    }
    let hosts: Vec<(&str, Sightings)> = hosts.into_iter().collect();
    let mut pairs = Vec::new();
    for (one, other) in candidates(&hosts) {
        let (Some((_, ids)), Some((_, others))) = (hosts.get(one), hosts.get(other)) else { continue };
        if let Some(Apart { ahead, bounds, shared }) = compare(ids, others) {
            pairs.push(Pair { one, other, apart: ahead, bounds, shared });
        }
    }
    let names: Vec<&str> = hosts.iter().map(|(name, _)| *name).collect();
    let compared = pairs.iter().flat_map(|pair| [pair.one, pair.other]);
    let compared = compared.filter_map(|index| names.get(index).copied()).collect();
    (judge(&names, &pairs, least), compared)
}

/// The pairs of servers that share enough identifiers to be compared, in their order; of very many those that share most.
/// An identifier of many servers is not that of one request.
fn candidates(hosts: &[(&str, Sightings)]) -> Vec<(usize, usize)> {
    let ids = hosts.iter().enumerate().flat_map(|(host, (_, ids))| {
        ids.iter().filter(|(_, seen)| seen.count <= RARE).map(move |(id, _)| (*id, host))
    });
    let mut ids: Vec<(u64, usize)> = ids.collect();
    ids.sort_unstable();
    let mut shared: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for group in ids.chunk_by(|one, other| one.0 == other.0).filter(|group| group.len() <= SHARERS) {
        for (place, (_, one)) in group.iter().enumerate() {
            for (_, other) in group.iter().skip(place + 1) {
                *shared.entry((*one, *other)).or_default() += 1;
            }
        }
    }
    let mut pairs: Vec<((usize, usize), usize)> =
        shared.into_iter().filter(|(_, count)| *count >= ENOUGH).collect();
    if pairs.len() > PAIRS {
        pairs.sort_by_key(|(_, count)| std::cmp::Reverse(*count)); // stable: then by server
        pairs.truncate(PAIRS);
        pairs.sort_unstable();
    }
    pairs.into_iter().map(|(pair, _)| pair).collect()
}

/// Nanoseconds by which the second is ahead, if enough identifiers agree.
fn compare(one: &Sightings, other: &Sightings) -> Option<Apart> {
    let shared = one.iter().filter_map(|(id, seen)| {
        let other = other.get(id)?;
        (seen.count <= RARE && other.count <= RARE).then_some((*seen, *other))
    });
    let shared: Vec<(Sighting, Sighting)> = shared.collect();
    let mut apart: Vec<i64> = shared.iter().map(|(one, other)| other.first - one.first).collect();
    if apart.len() < ENOUGH {
        return None;
    }
    // where most of them are together: the middle of the narrowest interval that holds half of them
    apart.sort_unstable();
    let half = apart.len().div_ceil(2);
    let narrowest = apart.windows(half).min_by_key(|some| some[half - 1] - some[0])?;
    let ahead = narrowest[half / 2];
    let close = apart.iter().filter(|one| (**one - ahead).abs() <= CLOSE).count();
    (close >= ENOUGH && close * 2 > apart.len()).then(|| Apart {
        ahead,
        bounds: bounds(&shared, ahead),
        shared: close,
    })
}

/// The two bounds of a clock difference: a server that writes an identifier first and last has the other between. Identifiers
/// that are far from most are of something else.
fn bounds(shared: &[(Sighting, Sighting)], ahead: i64) -> Option<(i64, i64)> {
    let (mut least, mut most) = (Vec::new(), Vec::new());
    for (one, other) in shared {
        let (lasts, firsts) = (other.last - one.last, other.first - one.first);
        let is_there_and_back = one.first < one.last || other.first < other.last;
        if is_there_and_back && (firsts - ahead).abs() <= CLOSE {
            least.push(lasts.min(firsts));
            most.push(lasts.max(firsts));
        }
    }
    // the narrowest of them, without the outermost tenth: one that is wrong would rule
    least.sort_unstable();
    most.sort_unstable();
    let (least, most) = (*least.get(least.len().checked_sub(1)? * 9 / 10)?, *most.get(most.len() / 10)?);
    Some((least.min(most), least.max(most)))
}

/// Finds the server that is wrong: it differs from more of the others than agree with it.
fn judge(names: &[&str], pairs: &[Pair], least: i64) -> Vec<ClockSkew> {
    let mut of_server: BTreeMap<usize, (Vec<Mine>, Vec<Mine>)> = BTreeMap::new();
    for pair in pairs {
        for (index, mine) in Mine::both(pair) {
            let (apart, near) = of_server.entry(index).or_default();
            if mine.ahead.abs() >= least { apart } else { near }.push(mine);
        }
    }
    let mut skews = Vec::new();
    for (index, (apart, near)) in &of_server {
        let Some(name) = names.get(*index) else { continue };
        // of two that disagree, the one that agrees with fewer servers is wrong; if there are only two, the second is
        // named, by convention
        let friends = |of: usize| of_server.get(&of).map_or(0, |(_, near)| near.len());
        let strangers = |of: usize| of_server.get(&of).map_or(0, |(apart, _)| apart.len());
        let is_wrong = |Mine { other, .. }: &Mine| {
            let (mine, theirs) = (near.len(), friends(*other));
            mine < theirs
                || mine == theirs && apart.len() > 1
                || mine == theirs && other < index && strangers(*other) == 1
        };
        let mut against: Vec<Mine> = apart.iter().filter(|one| is_wrong(one)).copied().collect();
        let names_of = against.iter().filter_map(|one| names.get(one.other)).take(NAMED);
        let names_of: Vec<String> = names_of.map(|name| (*name).to_owned()).collect();
        against.sort_by_key(|one| one.ahead);
        let Some(middle) = against.get(against.len() / 2) else { continue };
        skews.push(ClockSkew {
            host: (*name).to_owned(),
            ahead: middle.ahead,
            bounds: middle.bounds,
            against: names_of,
            shared: against.iter().map(|one| one.shared).sum(),
            is_sure: against.iter().any(|one| friends(one.other) > 0) || against.len() > 1,
            measured: None,
            applied: false,
        });
    }
    skews
}

/// A pair from the side of one of the two.
#[derive(Debug, Clone, Copy)]
struct Mine {
    other: usize,
    ahead: i64,
    bounds: Option<(i64, i64)>,
    shared: usize,
}

impl Mine {
    /// The pair from both sides, each with the index of its server.
    fn both(pair: &Pair) -> [(usize, Mine); 2] {
        let Pair { one, other, apart, bounds, shared } = *pair;
        let turned = bounds.map(|(least, most)| (-most, -least));
        [
            (other, Mine { other: one, ahead: apart, bounds, shared }),
            (one, Mine { other, ahead: -apart, bounds: turned, shared }),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(names: &[&str], pairs: &[(usize, usize, i64)]) -> Vec<(String, i64, bool)> {
        let pairs: Vec<Pair> = pairs
            .iter()
            .map(|(one, other, apart)| Pair {
                one: *one,
                other: *other,
                apart: apart * SECOND,
                bounds: None,
                shared: 9,
            })
            .collect();
        let skews = judge(names, &pairs, 60 * SECOND);
        skews.into_iter().map(|skew| (skew.host, skew.ahead / SECOND, skew.is_sure)).collect()
    }

    #[test]
    fn the_one_that_disagrees_with_the_others_is_wrong() {
        let names = ["ADS", "APP", "SVC", "WEB"];
        assert_eq!(wrong(&names, &[(0, 1, 1), (0, 3, 0), (1, 3, -1)]), []);
        assert_eq!(wrong(&names, &[(0, 1, 530), (0, 3, 0), (1, 3, -530)]), [("APP".to_owned(), 530, true)]);
        assert_eq!(wrong(&names, &[(0, 1, -95), (1, 3, 95)]), [("APP".to_owned(), -95, true)]);
        // of two alone it is not known
        assert_eq!(wrong(&names, &[(0, 1, 90)]), [("APP".to_owned(), 90, false)]);
        assert_eq!(wrong(&names, &[]), []);
    }

    #[test]
    fn servers_that_share_nothing_are_not_compared() {
        let seen = |id: u64| (id, Sighting { first: 0, last: 0, count: 1 });
        // each shares four with the next, and one with all others
        let ids = |host: u64| (0..8).map(|id| seen(1 + host * 4 + id)).chain([seen(0)]).collect();
        let names: Vec<String> = (0..50).map(|host| format!("S{host:02}")).collect();
        let hosts: Vec<(&str, Sightings)> = names.iter().map(String::as_str).zip((0..50).map(ids)).collect();
        let next: Vec<(usize, usize)> = (0..49).map(|host| (host, host + 1)).collect();
        assert_eq!(candidates(&hosts), next);
    }

    #[test]
    fn most_identifiers_must_say_the_same() {
        let ids = |times: &[i64]| -> Sightings {
            let seen = |time: &i64| Sighting { first: time * SECOND, last: time * SECOND, count: 1 };
            times.iter().enumerate().map(|(id, time)| (id as u64, seen(time))).collect()
        };
        let one = ids(&[0, 100, 200, 300, 400, 500]);
        let apart = compare(&one, &ids(&[95, 195, 296, 395, 9, 5000]));
        assert_eq!(apart, Some(Apart { ahead: 95 * SECOND, bounds: None, shared: 4 }));
        assert_eq!(
            compare(&one, &ids(&[95, 700, 20, 9000, 9, 5000])),
            None,
            "they have nothing to do with each other"
        );
        assert_eq!(compare(&one, &ids(&[95, 195])), None, "too few");
    }

    #[test]
    fn who_asks_and_gets_an_answer_has_the_other_between() {
        // ten requests a minute apart: the first server writes before and after, the clock of the second is 95 s ahead
        let seen = |first: i64, last: i64| Sighting { first: first * SECOND, last: last * SECOND, count: 2 };
        let one: Sightings = (0..10).map(|id| (id, seen(id as i64 * 60, id as i64 * 60 + 5))).collect();
        let other: Sightings =
            (0..10).map(|id| (id, seen(id as i64 * 60 + 96, id as i64 * 60 + 97))).collect();
        let apart = compare(&one, &other).expect("they share ten");
        assert_eq!(apart.bounds, Some((92 * SECOND, 96 * SECOND)));
    }
}
