//! How far the clocks of servers are apart, as identifiers tell that two of them wrote: a request and its trace, a task and its
//! dialogue.
//!
//! What is between two writings of one identifier is the skew and the way of the request. Ways are short and differ, a skew
//! is the same for all; so the middle of many differences is taken, and only if most lie close to it.

use std::collections::BTreeMap;

use crate::analysis::SourceFacts;
use crate::engine::Found;

/// Messages with an identifier, on each server, above which it is none of one request.
const RARE: u32 = 12;

/// Identifiers that two servers must share.
const ENOUGH: usize = 4;

/// Nanoseconds around the middle in which most differences must lie.
const CLOSE: i64 = 3 * SECOND;

const SECOND: i64 = 1_000_000_000;

/// How far the clock of a server is ahead of those of most others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skew {
    /// The server.
    pub host: String,
    /// Nanoseconds; negative if it is behind.
    pub ahead: i64,
    /// Servers that it was compared with.
    pub against: Vec<String>,
    /// Identifiers that say so.
    pub shared: usize,
    /// Whether more than two servers were compared: of two nobody can say which is wrong.
    pub is_sure: bool,
}

/// Identifiers of a server by their hash: when each was first written, and how often.
type Known = BTreeMap<u64, (i64, u32)>;

/// Two servers that share identifiers: their places, nanoseconds by which the second is ahead, and how many say so.
struct Pair {
    one: usize,
    other: usize,
    apart: i64,
    shared: usize,
}

/// The servers whose clocks are apart from those of the others by more than `least` nanoseconds.
pub fn estimate(facts: &[SourceFacts], found: &[Found], least: i64) -> Vec<Skew> {
    let mut hosts: BTreeMap<&str, Known> = BTreeMap::new();
    for (source, found) in facts.iter().zip(found) {
        let Some(host) = source.host.as_deref().filter(|_| !source.is_second()) else { continue };
        let known = hosts.entry(host).or_default();
        for (id, seen) in found.ids.iter() {
            let (first, count) = known.entry(id).or_insert((seen.first, 0));
            *first = seen.first.min(*first);
            *count = count.saturating_add(seen.count);
        }
    }
    let hosts: Vec<(&str, Known)> = hosts.into_iter().collect();
    let mut pairs = Vec::new();
    for (one, (_, ids)) in hosts.iter().enumerate() {
        for (other, (_, others)) in hosts.iter().enumerate().skip(one + 1) {
            if let Some((apart, shared)) = compare(ids, others) {
                pairs.push(Pair { one, other, apart, shared });
            }
        }
    }
    let names: Vec<&str> = hosts.iter().map(|(name, _)| *name).collect();
    judge(&names, &pairs, least)
}

/// By how much the second is ahead, and how many identifiers say so.
fn compare(one: &Known, other: &Known) -> Option<(i64, usize)> {
    let shared = one.iter().filter_map(|(id, (first, count))| {
        let (other, others) = other.get(id)?;
        (*count <= RARE && *others <= RARE).then(|| other - first)
    });
    let mut apart: Vec<i64> = shared.collect();
    if apart.len() < ENOUGH {
        return None;
    }
    // where most of them are together: the middle of the narrowest stretch that holds half of them
    apart.sort_unstable();
    let half = apart.len().div_ceil(2);
    let narrowest = apart.windows(half).min_by_key(|some| some[half - 1] - some[0])?;
    let middle = narrowest[half / 2];
    let close = apart.iter().filter(|one| (**one - middle).abs() <= CLOSE).count();
    (close >= ENOUGH && close * 2 > apart.len()).then_some((middle, close))
}

/// Which server is wrong: the one that is apart from more of the others than agree with it.
fn judge(names: &[&str], pairs: &[Pair], least: i64) -> Vec<Skew> {
    let mut skews = Vec::new();
    for (index, name) in names.iter().enumerate() {
        let mine: Vec<(usize, i64, usize)> = pairs
            .iter()
            .filter_map(|pair| match (pair.one == index, pair.other == index) {
                (true, _) => Some((pair.other, -pair.apart, pair.shared)),
                (_, true) => Some((pair.one, pair.apart, pair.shared)),
                _ => None,
            })
            .collect();
        let (apart, near): (Vec<_>, Vec<_>) =
            mine.into_iter().partition(|(_, ahead, _)| ahead.abs() >= least);
        // of two that disagree, the one with fewer friends is wrong; of two alone the second is named, as likely as not
        let friends = |of: usize| {
            pairs
                .iter()
                .filter(|pair| (pair.one == of || pair.other == of) && pair.apart.abs() < least)
                .count()
        };
        let is_wrong = |(other, ..): &(usize, i64, usize)| {
            let (mine, theirs) = (near.len(), friends(*other));
            mine < theirs
                || mine == theirs && apart.len() > 1
                || mine == theirs && *other < index && apart_of(pairs, *other, least) == 1
        };
        let against: Vec<(usize, i64, usize)> = apart.iter().filter(|one| is_wrong(one)).copied().collect();
        let mut ahead: Vec<i64> = against.iter().map(|(_, ahead, _)| *ahead).collect();
        ahead.sort_unstable();
        let Some(middle) = ahead.get(ahead.len() / 2) else { continue };
        skews.push(Skew {
            host: (*name).to_owned(),
            ahead: *middle,
            against: against
                .iter()
                .filter_map(|(other, ..)| names.get(*other))
                .map(|name| (*name).to_owned())
                .collect(),
            shared: against.iter().map(|(.., shared)| shared).sum(),
            is_sure: against.iter().any(|(other, ..)| friends(*other) > 0) || against.len() > 1,
        });
    }
    skews
}

/// Servers from which one is apart.
fn apart_of(pairs: &[Pair], of: usize, least: i64) -> usize {
    pairs.iter().filter(|pair| (pair.one == of || pair.other == of) && pair.apart.abs() >= least).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(names: &[&str], pairs: &[(usize, usize, i64)]) -> Vec<(String, i64, bool)> {
        let pairs: Vec<Pair> = pairs
            .iter()
            .map(|(one, other, apart)| Pair { one: *one, other: *other, apart: apart * SECOND, shared: 9 })
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
        // of two alone nobody knows
        assert_eq!(wrong(&names, &[(0, 1, 90)]), [("APP".to_owned(), 90, false)]);
        assert_eq!(wrong(&names, &[]), []);
    }

    #[test]
    fn most_identifiers_must_say_the_same() {
        let ids = |times: &[i64]| -> Known {
            times.iter().enumerate().map(|(id, time)| (id as u64, (time * SECOND, 1))).collect()
        };
        let one = ids(&[0, 100, 200, 300, 400, 500]);
        assert_eq!(compare(&one, &ids(&[95, 195, 296, 395, 9, 5000])), Some((95 * SECOND, 4)));
        assert_eq!(
            compare(&one, &ids(&[95, 700, 20, 9000, 9, 5000])),
            None,
            "they have nothing to do with each other"
        );
        assert_eq!(compare(&one, &ids(&[95, 195])), None, "too few");
    }
}
