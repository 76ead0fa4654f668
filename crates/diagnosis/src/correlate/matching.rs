//! Matching of one rule: the places in time where its steps come together.
//!
//! The hits of the anchor are grouped by the attributes that the rule requires to be the same, and each group is split
//! into *instances*: a hit, a crowd of hits, or a rhythm that stops. For each instance the other steps are searched in
//! their windows.

use std::collections::{BTreeMap, BTreeSet};

use spoglight_signatures::{Presence, Rule, RuleStep, StepWindow};

use super::occurrences::{Occurrence, Occurrences, What};

/// Limit for the instances of an anchor.
const INSTANCES: usize = 20_000;

/// Number of its periods without a hit after which a rhythm has stopped.
const PERIODS: i64 = 5;

/// One match of a rule.
#[derive(Debug)]
pub(super) struct Match {
    /// Hits of every step, as indices of occurrences; the anchor first.
    pub(super) steps: Vec<Vec<usize>>,
    /// Start and end, in nanoseconds in UTC.
    pub(super) start: i64,
    pub(super) end: i64,
    /// `true` if a bracket has no end: it was still open when the logs ended.
    pub(super) is_open: bool,
}

/// Matches of a rule.
#[derive(Debug, Default)]
pub(super) struct Matches {
    pub(super) all: Vec<Match>,
    /// Inconclusive instances: the logs end before their windows do.
    pub(super) unknown: usize,
    /// All hits of the anchor.
    pub(super) anchors: Vec<usize>,
}

/// Common attributes of a group, and its clock last; `None` matches every value.
type Key = Vec<Option<String>>;

struct Instance {
    hits: Vec<usize>,
    start: i64,
    end: i64,
    key: Key,
}

/// The hits of one step, in the order of time, with the attributes of the rule's `same`.
struct Hits {
    all: Vec<(i64, usize, Key)>,
}

impl Hits {
    fn between<'h>(&'h self, from: i64, to: i64, key: &'h Key) -> impl Iterator<Item = (i64, usize)> + 'h {
        let start = self.all.partition_point(|(utc, ..)| *utc < from);
        let end = self.all.partition_point(|(utc, ..)| *utc <= to);
        let some = self.all.get(start..end.max(start)).unwrap_or_default();
        some.iter().filter(move |(.., own)| is_alike(own, key)).map(|(utc, place, _)| (*utc, *place))
    }
}

impl Hits {
    /// Returns whether some of them use another clock than a group.
    fn is_elsewhere(&self, key: &Key) -> bool {
        self.all.iter().any(|(.., own)| own.last() != key.last())
    }
}

fn is_alike(one: &Key, other: &Key) -> bool {
    one.iter().zip(other).all(|(one, other)| one.is_none() || other.is_none() || one == other)
}

/// Runs a rule.
pub(super) fn run(rule: &Rule, library: &[&str], occurrences: &Occurrences<'_>) -> Matches {
    let Some((anchor, others)) = rule.steps.split_first() else { return Matches::default() };
    let anchors = hits(rule, anchor, library, occurrences);
    let mut matches =
        Matches { anchors: anchors.all.iter().map(|(_, place, _)| *place).collect(), ..Matches::default() };
    let instances = instances(anchor, &anchors, occurrences);
    if instances.is_empty() {
        return matches;
    }
    let others = others.iter().map(|step| hits(rule, step, library, occurrences));
    let steps: Vec<Hits> = std::iter::once(anchors).chain(others).collect();
    for instance in instances.iter().take(INSTANCES) {
        match one(rule, instance, &steps, occurrences) {
            Judgement::Yes(found) => matches.all.push(found),
            Judgement::No => {}
            Judgement::Unknown => matches.unknown += 1,
        }
    }
    matches
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

/// The hits of a step.
fn hits(rule: &Rule, step: &RuleStep, library: &[&str], occurrences: &Occurrences<'_>) -> Hits {
    let signatures = library.iter().enumerate().filter(|(_, id)| step.is_of(id));
    let mut places: Vec<usize> =
        signatures.flat_map(|(place, _)| occurrences.of_signature(place)).copied().collect();
    if let Some(fact) = step.fact {
        let of_it = |(place, one): (usize, &Occurrence<'_>)| (one.what == What::Fact(fact)).then_some(place);
        places.extend(occurrences.all.iter().enumerate().filter_map(of_it));
    }
    places.sort_unstable();
    let fits = |place: &usize| {
        let Some(one) = occurrences.get(*place) else { return false };
        step.filter
            .iter()
            .all(|(name, wanted)| occurrences.value(one, name).is_some_and(|value| wanted.0.is_match(&value)))
    };
    let keyed = places.into_iter().filter(fits).filter_map(|place| {
        let one = occurrences.get(place)?;
        let common = rule.same.iter().map(|name| occurrences.attribute(one, name, step.thread.as_deref()));
        let key: Key = common.chain([Some(occurrences.clock(one))]).collect();
        // a hit without a thread is in no group of a thread
        let is_known = rule.same.iter().zip(&key).all(|(name, value)| name != "thread" || value.is_some());
        is_known.then_some((one.utc, place, key))
    });
    Hits { all: keyed.collect() }
}

/// The instances of an anchor, in the order of time.
fn instances(anchor: &RuleStep, hits: &Hits, occurrences: &Occurrences<'_>) -> Vec<Instance> {
    let mut groups: BTreeMap<&Key, Vec<(i64, usize)>> = BTreeMap::new();
    for (utc, place, key) in &hits.all {
        groups.entry(key).or_default().push((*utc, *place));
    }
    let mut instances = Vec::new();
    for (key, mut group) in groups {
        if anchor.first {
            let mut known: Vec<What> = Vec::new();
            group.retain(|(_, place)| {
                let new = occurrences.get(*place).map(|one| one.what).filter(|what| !known.contains(what));
                known.extend(new);
                new.is_some()
            });
        }
        if let Some(StepWindow(quiet)) = anchor.opens {
            let mut before = None;
            group.retain(|(utc, _)| {
                let opens = before.is_none_or(|before| utc - before > quiet);
                before = Some(*utc);
                opens
            });
        }
        if let Some(StepWindow(least)) = anchor.stops {
            instances.extend(silences(&group, key, least, occurrences));
        } else if anchor.count > 1
            || !anchor.distinct.is_empty()
            || !anchor.at_most.is_empty()
            || anchor.within.is_some()
        {
            instances.extend(crowds(anchor, &group, key, occurrences));
        } else {
            instances.extend(group.into_iter().map(|(utc, place)| Instance {
                hits: vec![place],
                start: utc,
                end: utc,
                key: key.clone(),
            }));
        }
    }
    instances.sort_by_key(|instance| instance.start);
    instances
}

/// Instances where a rhythm stops although its log continues.
fn silences(group: &[(i64, usize)], key: &Key, least: i64, occurrences: &Occurrences<'_>) -> Vec<Instance> {
    let mut periods: Vec<i64> =
        group.iter().zip(group.iter().skip(1)).map(|((one, _), (next, _))| next - one).collect();
    if periods.len() < 2 {
        return Vec::new(); // two hits are not a rhythm
    }
    periods.sort_unstable();
    let usual = periods.get(periods.len() / 2).copied().unwrap_or(0);
    let silence = least.max(usual.saturating_mul(PERIODS));
    let mut found = Vec::new();
    for (at, (utc, place)) in group.iter().enumerate() {
        let Some(one) = occurrences.get(*place) else { continue };
        let next = group.get(at + 1).map_or_else(|| occurrences.end_of_log(one), |(next, _)| *next);
        // the log itself must go on: while it is silent, nothing is known of the rhythm
        if next - utc > silence
            && occurrences.is_whole(one, next)
            && next - utc - occurrences.longest_silence(one, *utc, next) > silence
        {
            found.push(Instance { hits: vec![*place], start: *utc, end: next, key: key.clone() });
        }
    }
    found
}

/// Crowds: windows with enough hits and enough different values; adjacent crowds are joined.
fn crowds(
    anchor: &RuleStep,
    group: &[(i64, usize)],
    key: &Key,
    occurrences: &Occurrences<'_>,
) -> Vec<Instance> {
    let window = anchor.within.map_or(i64::MAX, |StepWindow(within)| within);
    let mut crowd = Crowd::of(anchor, group, occurrences);
    let mut found: Vec<Instance> = Vec::new();
    let mut end = 0;
    let mut done = 0; // hits before it are in a crowd
    for (start, (from, _)) in group.iter().enumerate() {
        while group.get(end).is_some_and(|(utc, _)| utc.saturating_sub(*from) <= window) {
            crowd.count(end, 1);
            end += 1;
        }
        if end > done && crowd.is_enough() {
            let new = group.get(start.max(done)..end).unwrap_or_default();
            let last = new.last().map_or(*from, |(utc, _)| *utc);
            let places = new.iter().map(|(_, place)| *place);
            match found.last_mut().filter(|_| start < done) {
                Some(before) => {
                    before.hits.extend(places);
                    before.end = last;
                }
                None => {
                    found.push(Instance {
                        hits: places.collect(),
                        start: *from,
                        end: last,
                        key: key.clone(),
                    });
                }
            }
            done = end;
        }
        crowd.count(start, -1);
    }
    // the maximum applies to a whole crowd
    found.retain(|crowd| is_crowd(anchor, &crowd.hits, occurrences));
    found
}

/// Required number of different values of a name, the value of each hit, and the count of each value.
type Different = (usize, Vec<Option<String>>, BTreeMap<String, i32>);

/// A window that moves over a group: its number of hits and of different values.
struct Crowd<'s> {
    step: &'s RuleStep,
    /// The hits that count.
    counts: Vec<bool>,
    values: Vec<Different>,
    here: i32,
}

impl<'s> Crowd<'s> {
    fn of(step: &'s RuleStep, group: &[(i64, usize)], occurrences: &Occurrences<'_>) -> Crowd<'s> {
        let value = |name: &str, place: usize| occurrences.attribute(occurrences.get(place)?, name, None);
        let values = |(name, least): (&String, &usize)| {
            let all = group.iter().map(|(_, place)| value(name, *place)).collect();
            (*least, all, BTreeMap::new())
        };
        let values = step.distinct.iter().map(values).collect();
        Crowd { step, counts: spaced(step, group), values, here: 0 }
    }

    /// Adds or removes a hit.
    fn count(&mut self, at: usize, sum: i32) {
        if self.counts.get(at).copied().unwrap_or(false) {
            self.here += sum;
        }
        for (_, all, here) in &mut self.values {
            let Some(Some(value)) = all.get(at) else { continue };
            let count = here.entry(value.clone()).or_default();
            *count += sum;
            if *count == 0 {
                here.remove(value);
            }
        }
    }

    fn is_enough(&self) -> bool {
        usize::try_from(self.here).is_ok_and(|here| here >= self.step.count)
            && self.values.iter().all(|(least, _, here)| here.len() >= *least)
    }
}

/// The hits that count: those that do not follow another too soon.
fn spaced(anchor: &RuleStep, group: &[(i64, usize)]) -> Vec<bool> {
    let least = anchor.apart.map_or(0, |StepWindow(least)| least);
    let mut before: Option<i64> = None;
    let counts = |(utc, _): &(i64, usize)| {
        let counts = before.is_none_or(|before| utc - before >= least);
        if counts {
            before = Some(*utc);
        }
        counts
    };
    group.iter().map(counts).collect()
}

fn is_crowd(step: &RuleStep, places: &[usize], occurrences: &Occurrences<'_>) -> bool {
    let different = |name: &str| {
        let ones = places.iter().filter_map(|place| occurrences.get(*place));
        let values: BTreeSet<String> =
            ones.filter_map(|one| occurrences.attribute(one, name, None)).collect();
        values.len()
    };
    places.len() >= step.count
        && step.distinct.iter().all(|(name, least)| different(name) >= *least)
        // without values their number is unknown
        && step.at_most.iter().all(|(name, most)| (1..=*most).contains(&different(name)))
}

enum Judgement {
    Yes(Match),
    No,
    Unknown,
}

/// Searches the other steps of one instance.
fn one(rule: &Rule, instance: &Instance, steps: &[Hits], occurrences: &Occurrences<'_>) -> Judgement {
    let first = instance.hits.first().and_then(|place| occurrences.get(*place));
    let end_of_log = first.map_or(instance.end, |one| occurrences.end_of_log(one));
    let mut found = Match {
        steps: vec![instance.hits.clone()],
        start: instance.start,
        end: instance.end,
        is_open: false,
    };
    let mut is_unknown = false;
    let start_of_log = first.map_or(instance.start, |one| occurrences.start_of_log(one));
    let is_in_log = |place: usize| occurrences.get(place).is_some_and(|one| one.utc > start_of_log);
    for (step, hits) in rule.steps.iter().zip(steps).skip(1) {
        let (from, to) = window(rule, step, instance, steps, end_of_log, &mut found);
        let some: Vec<usize> = hits
            .between(from, to, &instance.key)
            .map(|(_, place)| place)
            .filter(|place| !instance.hits.contains(place) && (!step.in_log || is_in_log(*place)))
            .collect();
        match step.presence {
            Presence::Optional => {}
            Presence::Required if is_crowd(step, &some, occurrences) => {}
            Presence::Required => return Judgement::No,
            Presence::Absent if !some.is_empty() => return Judgement::No,
            // its window is not covered to the end, or a candidate has no comparable time: its absence is not certain
            Presence::Absent => {
                is_unknown |= step.until.is_none() && to > end_of_log && to != i64::MAX;
                is_unknown |= hits.is_elsewhere(&instance.key);
            }
        }
        found.steps.push(some);
    }
    if is_unknown { Judgement::Unknown } else { Judgement::Yes(found) }
}

/// The time window of a step.
fn window(
    rule: &Rule,
    step: &RuleStep,
    instance: &Instance,
    steps: &[Hits],
    end_of_log: i64,
    found: &mut Match,
) -> (i64, i64) {
    if step.from.or(step.to).is_none() && step.until.is_none() {
        return (i64::MIN, i64::MAX);
    }
    let nanos = |span: Option<StepWindow>| span.map_or(0, |StepWindow(nanos)| nanos);
    let from = instance.start.saturating_add(nanos(step.from));
    let mut end = instance.end;
    if let Some(closing) = step.until.as_deref().and_then(|name| rule.step(name)).and_then(|at| steps.get(at))
    {
        let after = instance.start.saturating_add(1);
        let closes = closing.between(after, i64::MAX, &instance.key).next();
        found.is_open = closes.is_none();
        let longest = step.longest.map(|StepWindow(longest)| instance.end.saturating_add(longest));
        end = closes.map_or(longest.unwrap_or(end_of_log), |(utc, _)| utc);
        found.end = found.end.max(end);
    }
    (from, end.saturating_add(nanos(step.to)))
}
