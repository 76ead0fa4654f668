//! Matching of one rule: the places in time where its steps come together.
//!
//! The hits of the anchor are grouped by the attributes that the rule requires to be the same, and each group is split
//! into *instances*: a hit, a crowd of hits, or a rhythm that stops. For each instance the other steps are searched in
//! their windows.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use spoglight_signatures::{Presence, Rule, RuleStep, StepWindow};

use super::hits::{Hits, Key, hits, resets};
use super::occurrences::{Occurrence, Occurrences, What};
use spoglight_time::units::SECOND;

/// Limit for the instances of an anchor.
const INSTANCES: usize = 20_000;

/// Limit for the hits that the instances of a rule are compared with. A hundred files with the same two failures stay
/// below it.
const COMPARED: usize = 32_000_000;

/// Limit for the hits that the matches of a rule hold.
const HELD: usize = 4_000_000;

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
    /// Instances that were not compared: there are more than the limits allow.
    pub(super) skipped: usize,
    /// All hits of the anchor.
    pub(super) anchors: Vec<usize>,
}

struct Instance {
    hits: Vec<usize>,
    start: i64,
    end: i64,
    key: Rc<Key>,
}

/// Runs a rule.
pub(super) fn run(rule: &Rule, library: &[&str], occurrences: &Occurrences<'_>) -> Matches {
    let Some((anchor, others)) = rule.steps.split_first() else { return Matches::default() };
    let anchors = hits(rule, anchor, library, occurrences);
    let mut matches =
        Matches { anchors: anchors.all.iter().map(|(_, place)| *place).collect(), ..Matches::default() };
    let resets = resets(rule, anchor, library, occurrences);
    let instances = instances(anchor, &anchors, &resets, occurrences);
    if instances.is_empty() {
        return matches;
    }
    let others = others.iter().map(|step| hits(rule, step, library, occurrences));
    let steps: Vec<Hits> = std::iter::once(anchors).chain(others).collect();
    let (mut compared, mut held) = (0usize, 0usize);
    for (place, instance) in instances.iter().enumerate() {
        if place >= INSTANCES || compared > COMPARED || held > HELD {
            matches.skipped = instances.len() - place;
            break;
        }
        match one(rule, instance, &steps, occurrences, &mut compared) {
            Judgement::Yes(found) => {
                held += found.steps.iter().map(Vec::len).sum::<usize>();
                matches.all.push(found);
            }
            Judgement::No => {}
            Judgement::Unknown => matches.unknown += 1,
        }
    }
    matches
}

/// The instances of an anchor, in the order of time.
fn instances(anchor: &RuleStep, hits: &Hits, resets: &Hits, occurrences: &Occurrences<'_>) -> Vec<Instance> {
    let mut instances = Vec::new();
    for (key, group) in &hits.groups {
        let mut group = group.clone();
        if anchor.first {
            let mut known: Vec<What> = Vec::new();
            group.retain(|(_, place)| {
                let new = occurrences.get(*place).map(|one| one.what).filter(|what| !known.contains(what));
                known.extend(new);
                new.is_some()
            });
        }
        if let Some(StepWindow(quiet)) = anchor.opens {
            let mut before: Option<i64> = None;
            group.retain(|(utc, _)| {
                let opens = before.is_none_or(|before| {
                    utc - before > quiet
                        || resets.first_between(before.saturating_add(1), *utc, key).is_some()
                });
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
                key: Rc::clone(key),
            }));
        }
    }
    instances.sort_by_key(|instance| instance.start);
    instances
}

/// Instances where a rhythm stops although its log continues.
fn silences(
    group: &[(i64, usize)],
    key: &Rc<Key>,
    least: i64,
    occurrences: &Occurrences<'_>,
) -> Vec<Instance> {
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
            found.push(Instance { hits: vec![*place], start: *utc, end: next, key: Rc::clone(key) });
        }
    }
    found
}

/// Crowds: windows with enough hits and enough different values; adjacent crowds are joined.
fn crowds(
    anchor: &RuleStep,
    group: &[(i64, usize)],
    key: &Rc<Key>,
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
                        key: Rc::clone(key),
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
        // if a value is unknown, so is their number
        && step.at_most.iter().all(|(name, most)| {
            let is_known = |place: &usize| {
                occurrences.get(*place).and_then(|one| occurrences.attribute(one, name, None)).is_some()
            };
            different(name) <= *most && places.iter().all(is_known)
        })
}

enum Judgement {
    Yes(Match),
    No,
    Unknown,
}

/// Searches the other steps of one instance, and adds the hits that it is compared with to `compared`.
fn one(
    rule: &Rule,
    instance: &Instance,
    steps: &[Hits],
    occurrences: &Occurrences<'_>,
    compared: &mut usize,
) -> Judgement {
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
        if let Some(refuted) = step.refutes.as_deref().and_then(|name| rule.step(name)) {
            if !refute(step, hits, instance, (rule, refuted), &mut found, (occurrences, compared)) {
                return Judgement::No;
            }
            is_unknown |= hits.is_elsewhere(&instance.key);
            found.steps.push(Vec::new());
            continue;
        }
        let Some((from, to)) = window(rule, step, instance, steps, end_of_log, &mut found) else {
            found.steps.push(Vec::new());
            continue;
        };
        let some = hits.between(from, to, &instance.key);
        *compared += 1 + some.len();
        let some: Vec<usize> = some
            .into_iter()
            .map(|(_, place)| place)
            // in the order of their indices
            .filter(|place| instance.hits.binary_search(place).is_err())
            .filter(|place| !step.in_log || step.presence == Presence::Absent || is_in_log(*place))
            .filter(|place| is_in_order(step, instance, *place, occurrences))
            .filter(|place| !step.explained || occurrences.can_explain(first, *place))
            .collect();
        match step.presence {
            Presence::Optional => {}
            Presence::Required if is_crowd(step, &some, occurrences) => {}
            Presence::Required => return Judgement::No,
            Presence::Absent if !some.is_empty() => return Judgement::No,
            // its window is not covered to the end, or a candidate has no comparable time: its absence is not certain
            Presence::Absent => {
                is_unknown |= step.until.is_none() && to > end_of_log && to != i64::MAX;
                is_unknown |= step.in_log && from < start_of_log;
                is_unknown |= hits.is_elsewhere(&instance.key);
            }
        }
        found.steps.push(some);
    }
    if is_unknown { Judgement::Unknown } else { Judgement::Yes(found) }
}

/// Removes the hits of a step that an absent step refutes. Returns whether enough hits are left.
fn refute(
    step: &RuleStep,
    hits: &Hits,
    instance: &Instance,
    (rule, refuted): (&Rule, usize),
    found: &mut Match,
    (occurrences, compared): (&Occurrences<'_>, &mut usize),
) -> bool {
    let Some(left) = found.steps.get_mut(refuted) else { return true };
    let last = instance.hits.last().and_then(|place| occurrences.get(*place));
    left.retain(|place| {
        let Some(one) = occurrences.get(*place) else { return false };
        // another log may count in seconds only
        let from = step
            .from
            .map_or(instance.end.saturating_sub(SECOND), |StepWindow(from)| one.utc.saturating_add(from));
        let to = one.utc.saturating_add(step.to.map_or(SECOND, |StepWindow(to)| to));
        let is_between = |other: &Occurrence<'_>| {
            let follows = step.from.is_some() || last.is_none_or(|last| is_after(other, last));
            let precedes = step.to.is_some() || is_after(one, other);
            follows && precedes
        };
        let others = hits.between(from, to, &instance.key);
        *compared += 1 + others.len();
        let others = others.into_iter().filter(|(_, other)| other != place);
        let others = others.filter(|(_, other)| occurrences.get(*other).is_some_and(is_between));
        others.take(step.count).count() < step.count
    });
    rule.steps
        .get(refuted)
        .is_none_or(|one| one.presence != Presence::Required || is_crowd(one, left, occurrences))
}

/// Returns whether a hit can follow another: in one file its line decides, because some logs count in seconds.
fn is_after(one: &Occurrence<'_>, before: &Occurrence<'_>) -> bool {
    one.source != before.source || (one.utc, one.offset) >= (before.utc, before.offset)
}

/// Returns whether a hit is on the side of the anchor on which its step is, if both are of the same moment.
fn is_in_order(step: &RuleStep, instance: &Instance, place: usize, occurrences: &Occurrences<'_>) -> bool {
    let ends = (instance.hits.first(), instance.hits.last());
    let ends = (ends.0.and_then(|hit| occurrences.get(*hit)), ends.1.and_then(|hit| occurrences.get(*hit)));
    let (Some(one), (Some(first), Some(last))) = (occurrences.get(place), ends) else { return true };
    let nanos = |span: Option<StepWindow>| span.map(|StepWindow(nanos)| nanos);
    let is_bounded = step.to.is_some() || step.until.is_some();
    let is_later = nanos(step.from).map_or(is_bounded, |from| from >= 0);
    let is_earlier = nanos(step.to).is_some_and(|to| to <= 0) && step.until.is_none();
    let is_ordered = |is_at: bool, before: &Occurrence<'_>, after: &Occurrence<'_>| {
        !is_at || before.utc != after.utc || is_after(after, before)
    };
    is_ordered(is_later, first, one) && is_ordered(is_earlier, one, last)
}

/// The time window of a step; `None` if it would begin after another step, of which there is no hit.
fn window(
    rule: &Rule,
    step: &RuleStep,
    instance: &Instance,
    steps: &[Hits],
    end_of_log: i64,
    found: &mut Match,
) -> Option<(i64, i64)> {
    let nanos = |span: Option<StepWindow>| span.map_or(0, |StepWindow(nanos)| nanos);
    let next = |name: &str| {
        let hits = rule.step(name).and_then(|at| steps.get(at))?;
        let after = instance.start.saturating_add(1);
        hits.first_between(after, i64::MAX, &instance.key)
    };
    if let Some(before) = &step.after {
        let from = next(before)?.saturating_add(nanos(step.from));
        return Some((from, step.to.map_or(i64::MAX, |StepWindow(to)| from.saturating_add(to))));
    }
    if step.from.or(step.to).is_none() && step.until.is_none() {
        return Some((i64::MIN, i64::MAX));
    }
    let from = instance.start.saturating_add(nanos(step.from));
    let mut end = instance.end;
    if let Some(closing) = step.until.as_deref().filter(|name| rule.step(name).is_some()) {
        let closes = next(closing);
        found.is_open = closes.is_none();
        let longest = step.longest.map(|StepWindow(longest)| instance.end.saturating_add(longest));
        end = closes.unwrap_or_else(|| longest.unwrap_or(end_of_log));
        found.end = found.end.max(end);
    }
    Some((from, end.saturating_add(nanos(step.to))))
}
