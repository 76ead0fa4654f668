//! Finds the clock of each source: evidence is gathered server by server, the strongest decides, and a source whose server
//! gives none stays in local time.
//!
//! From strong to weak: the settings of the user; an offset in the line; `-Duser.timezone` in the log of a start; the zone
//! of the server in the manifest of a collection or in the output of a command, if it fits offsets in other logs; offsets in other logs of the folder, then of
//! the server; identifiers that a server in a known zone wrote, too; the modification time of a file against its last line;
//! the zone of the machine that packed a zip. Weak evidence also chooses between zones that fit the strong evidence.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use chrono_tz::Tz;
use spoglight_parsers::{ClockSource, Format};

use crate::ids::AllIds;
use crate::scanned::ScannedSource;
use crate::tally::Tally;
use spoglight_source::{Bundle, Source};
use spoglight_text::source_path::{file_name, folder};
use spoglight_time::candidates::{Alike, Observation, fit};
use spoglight_time::units::HOUR;
use spoglight_time::wall::east;
use spoglight_time::zone::{by_bias, by_name, offset_name};
use spoglight_time::{Clock, ClockOffsetRules, Timestamp, Zone, ZoneConfidence, ZoneRules};

mod differences;
mod dst;
mod group;
mod learned;
mod measured;
mod outputs;
pub mod skew;
mod weak;

pub use differences::skews;
use group::{Group, Seen};
pub use learned::{LogEvidence, learned};
use outputs::ShownZone;

/// Maximum number of shared zones: a collection has few different ones.
const SHARED: usize = 64;

/// Nanoseconds that wall clock time may be away from UTC.
const FAR: i64 = 14 * HOUR;

/// The clocks of all sources, in their order.
pub fn of(
    bundle: &Bundle,
    scanned: &[ScannedSource<'_>],
    zones: &ZoneRules,
    skews: &ClockOffsetRules,
) -> Vec<Clock> {
    let sources = &bundle.sources;
    let survey = Survey::of(sources, scanned);
    let mut known: BTreeMap<ClockScope<'_>, Arc<Zone>> = BTreeMap::new();
    let mut clocks = Vec::with_capacity(sources.len());
    let mut shared: Vec<Arc<Zone>> = Vec::new();
    for (index, (source, one)) in sources.iter().zip(scanned).enumerate() {
        let host = host_of(source, one);
        let place = ClockScope::of(source, one);
        let given = zones.find(&source.path, host);
        let mut conclude = || {
            let zone = known.entry(place).or_insert_with(|| Arc::new(survey.conclude(place)));
            Arc::clone(zone)
        };
        let rule = one.format.and_then(Format::zone_rule);
        let doubt = one.format.and_then(Format::offset_doubt);
        let tally = one.tally.get();
        let zone = match (tally.first, rule, tally.offsets.range()) {
            (None, ..) => Zone::without_stamps(),
            (_, Some(rule), _) => Arc::new(Zone::by_rule(rule)),
            (_, None, Some(offsets)) if !tally.has_local() => match (doubt, given) {
                (Some(_), Some(given)) => Arc::new(Zone::given(given).over()),
                (Some(doubt), None) => {
                    let found = conclude();
                    match found.rules {
                        Some(rules) if fits_whole_hours(rules, &tally) => {
                            Arc::new(Zone::clone(&found).over())
                        }
                        _ => Arc::new(Zone::doubted(offsets, doubt)),
                    }
                }
                (None, _) => Arc::new(Zone::written(offsets)),
            },
            _ => match given {
                // lines with another clock between these keep it
                Some(given) if !tally.beside.is_empty() => {
                    Arc::new(survey.with_system(Zone::given(given), place))
                }
                Some(given) => Arc::new(Zone::given(given)),
                None => conclude(),
            },
        };
        // most sources have one of a few zones
        let zone = if let Some(known) = shared.iter().find(|known| **known == zone) {
            Arc::clone(known)
        } else {
            shared.truncate(SHARED - 1);
            shared.insert(0, Arc::clone(&zone));
            zone
        };
        let ahead = skews.find(&source.path, host).map_or(0, |rule| rule.value.0);
        clocks.push(Clock { ahead, ..Clock::new(zone) });
        debug_assert_eq!(clocks.len(), index + 1);
    }
    dst::resolve(bundle, scanned, &mut clocks);
    clocks
}

/// The server of a source, from its name or its messages.
fn host_of<'s>(source: &'s Source, scanned: &'s ScannedSource<'_>) -> Option<&'s str> {
    source.host.as_deref().or(scanned.host.as_deref())
}

/// Returns true if the offsets of a source are those of a zone, cut down to whole hours.
fn fits_whole_hours(zone: Tz, tally: &Tally) -> bool {
    tally.offsets.iter().all(|written| {
        // its UTC times are wrong by the same amount as its offset
        let real = east(zone, written.first);
        real / 3600 == written.east / 3600
    })
}

/// All evidence of zones in the sources.
struct Survey<'s> {
    sources: &'s [Source],
    scanned: &'s [ScannedSource<'s>],
    folders: BTreeMap<(Option<&'s str>, &'s str), Group<'s>>,
    hosts: BTreeMap<(Option<&'s str>, &'s str), Group<'s>>,
    /// Modification times of files in UTC, where they are reliable.
    written: Vec<Option<i64>>,
    /// Identifiers of all sources whose moments are known.
    ids: AllIds,
    packers: BTreeMap<&'s str, Vec<Observation>>,
    /// Zones that outputs of commands show.
    shown: outputs::Zones<'s>,
}

impl<'s> Survey<'s> {
    fn of(sources: &'s [Source], scanned: &'s [ScannedSource<'s>]) -> Survey<'s> {
        let mut survey = Survey {
            sources,
            scanned,
            folders: BTreeMap::new(),
            hosts: BTreeMap::new(),
            written: Vec::new(),
            ids: AllIds::default(),
            packers: BTreeMap::new(),
            shown: outputs::zones(sources, scanned),
        };
        for (index, (source, one)) in sources.iter().zip(scanned).enumerate() {
            let tally = one.tally.get();
            if tally.first.is_none() {
                continue;
            }
            let place = ClockScope::of(source, one);
            let folder = survey.folders.entry(place.folder).or_default();
            folder.add(index, &source.path, one.format, &tally);
            let host = survey.hosts.entry(place.host).or_default();
            host.add(index, &source.path, one.format, &tally);
        }
        if scanned.iter().any(|one| one.tally.get().has_local()) {
            for tally in scanned.iter().map(|one| one.tally.get()) {
                tally.ids.iter().for_each(|(id, seen)| survey.ids.add(id, seen));
            }
            survey.packers = weak::packers(sources, scanned);
            survey.written = weak::written(sources, scanned, &survey.packers);
        }
        survey
    }

    /// The zone of the local timestamps in a folder of a server.
    fn conclude(&self, place: ClockScope<'_>) -> Zone {
        let (Some(folder), Some(host)) = (self.folders.get(&place.folder), self.hosts.get(&place.host))
        else {
            return Zone::unknown();
        };
        let (from, to) = self.window(host);
        let programs = |group: &Group<'_>| group.seen(ClockSource::Program, "this folder");
        let systems = |group: &Group<'_>| group.seen(ClockSource::System, "this folder");
        let mut evidence: Vec<Seen> = vec![programs(folder)];
        evidence
            .push(Seen { told: programs(host).told.replace("this folder", "this server"), ..programs(host) });
        evidence.push(systems(folder));
        evidence
            .push(Seen { told: systems(host).told.replace("this folder", "this server"), ..systems(host) });
        evidence.push(weak::identifiers(host, self));
        evidence.push(weak::file_times(host, self));
        evidence.push(weak::packer(host, self));
        evidence.retain(|seen| !seen.observations.is_empty());
        let zone = named(folder, &evidence).or_else(|| named(host, &evidence));
        let zone = zone.or_else(|| named_by_system(host, &evidence, from, to));
        let zone = zone.or_else(|| self.shown(place, &evidence));
        let mut zone = zone.or_else(|| decide(&evidence, from, to)).unwrap_or_else(Zone::unknown);
        zone.system = self.system(&zone, [folder, host], from, to);
        tell_system(zone)
    }

    /// The zone that an output of a command shows for the server, unless other evidence contradicts it.
    fn shown(&self, place: ClockScope<'_>, evidence: &[Seen]) -> Option<Zone> {
        let ShownZone { zone, name, file, confidence } =
            self.shown.get(&outputs::short(place.host.0?))?.as_ref()?;
        let strong = evidence.first().filter(|seen| seen.confidence == Some(ZoneConfidence::Likely));
        let fits =
            strong.is_none_or(|seen| seen.observations.iter().all(|seen| east(*zone, seen.utc) == seen.east));
        let told = format!("the zone of the server in {file} ({name})");
        fits.then(|| Zone::inferred(zone.name().to_owned(), *zone, told, *confidence))
    }

    /// A zone that the user gave to a source that also has timestamps of the system's own clock.
    fn with_system(&self, mut zone: Zone, place: ClockScope<'_>) -> Zone {
        if let (Some(folder), Some(host)) = (self.folders.get(&place.folder), self.hosts.get(&place.host)) {
            let (from, to) = self.window(host);
            zone.system = self.system(&zone, [folder, host], from, to);
        }
        tell_system(zone)
    }

    /// The rules of the system's clock, if offsets show that they differ from those of the programs.
    fn system(&self, zone: &Zone, groups: [&Group<'_>; 2], from: i64, to: i64) -> Option<Tz> {
        let rules = zone.rules?;
        let seen = groups.into_iter().map(|group| group.seen(ClockSource::System, ""));
        let seen = seen.map(|seen| seen.observations).find(|seen| !seen.is_empty());
        let seen = seen.or_else(|| self.beside(zone, groups[0]))?;
        if seen.iter().all(|seen| east(rules, seen.utc) == seen.east) {
            return None;
        }
        fit(&seen, from, to).first().map(|alike| alike.zone)
    }

    /// Evidence from timestamps of the system's clock between those of programs.
    fn beside(&self, zone: &Zone, group: &Group<'_>) -> Option<Vec<Observation>> {
        let clock = Clock::new(Arc::new(zone.clone()));
        let members = group.members.iter().filter_map(|index| self.scanned.get(*index));
        let mut seen = Vec::new();
        for tally in members.map(|one| one.tally.get()) {
            for (at, before) in &tally.beside {
                // one pair without evidence, as after a long silence of the program, makes all of them none
                seen.push(weak::beside(at, clock.moment(before).nanos())?);
            }
        }
        (!seen.is_empty()).then_some(seen)
    }

    /// The time span of the local timestamps of a group, whatever their zone is.
    fn window(&self, group: &Group<'_>) -> (i64, i64) {
        let members = group.members.iter().filter_map(|index| self.scanned.get(*index));
        let (mut from, mut to) = (i64::MAX, i64::MIN);
        for tally in members.map(|one| one.tally.get()) {
            for pair in tally.local.iter().flatten() {
                (from, to) = (from.min(pair.0.stamp.wall), to.max(pair.1.stamp.wall));
            }
        }
        (from.saturating_sub(FAR), to.saturating_add(FAR))
    }
}

/// Adds that the system's own clock is in another zone, if it is.
fn tell_system(mut zone: Zone) -> Zone {
    if let Some(system) = zone.system {
        let told = format!(
            "{}; what the system itself wrote there, as thread dumps, is on the clock of {} or alike",
            zone.evidence,
            system.name()
        );
        zone.evidence = told.into();
    }
    zone
}

/// Scope of the evidence for a source: its folder first, then its server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct ClockScope<'s> {
    /// The folder, on the server that the path names: messages may name another, as each process of a router its own.
    folder: (Option<&'s str>, &'s str),
    /// The server. Files without a known server are of one server if they are in one folder.
    host: (Option<&'s str>, &'s str),
}

impl<'s> ClockScope<'s> {
    fn of(source: &'s Source, scanned: &'s ScannedSource<'_>) -> ClockScope<'s> {
        let folder = folder(&source.path);
        let host = host_of(source, scanned).map_or((None, folder), |host| (Some(host), ""));
        ClockScope { folder: (source.host.as_deref(), folder), host }
    }
}

/// The zone that a program was given by name, unless offsets of the same scope contradict it.
fn named(group: &Group<'_>, evidence: &[Seen]) -> Option<Zone> {
    let mut zones: Vec<(Tz, &str, &str)> = Vec::new();
    for (name, file) in &group.named {
        let zone = by_name(name).or_else(|| java_offset(name))?;
        if zones.iter().all(|(known, ..)| *known != zone) {
            zones.push((zone, name.as_str(), *file));
        }
    }
    // two programs in two zones: it is not known which file is of which
    let &[(zone, name, file)] = zones.as_slice() else { return None };
    let strong = evidence.first().filter(|seen| seen.confidence == Some(ZoneConfidence::Likely));
    let fits =
        strong.is_none_or(|seen| seen.observations.iter().all(|seen| east(zone, seen.utc) == seen.east));
    let told = format!("-Duser.timezone={name} in {}", file_name(file));
    fits.then(|| Zone::inferred(zone.name().to_owned(), zone, told, ZoneConfidence::Certain))
}

/// The zone that events of the system name, unless offsets of the server contradict it. A program may have another one.
fn named_by_system(group: &Group<'_>, evidence: &[Seen], from: i64, to: i64) -> Option<Zone> {
    let mut zones: Vec<(Tz, &str, &str)> = Vec::new();
    for (name, file) in &group.system {
        let zone = by_bias(name, from, to)?;
        if zones.iter().all(|(known, ..)| *known != zone) {
            zones.push((zone, name.split_once(' ').map_or(name.as_str(), |(_, name)| name), *file));
        }
    }
    // a server that was moved, or events of several servers in one log
    let &[(zone, name, file)] = zones.as_slice() else { return None };
    let mut strong = evidence.iter().filter(|seen| seen.confidence == Some(ZoneConfidence::Likely));
    let fits = strong.all(|seen| seen.observations.iter().all(|seen| east(zone, seen.utc) == seen.east));
    let told = format!("the Windows event 6013 in {} names the zone of the server, {name}", file_name(file));
    fits.then(|| Zone::inferred(zone.name().to_owned(), zone, told, ZoneConfidence::Likely))
}

/// `GMT+5`, as Java takes it: whole hours have a zone whose name counts the other way.
fn java_offset(name: &str) -> Option<Tz> {
    let hours = name.strip_prefix("GMT")?;
    let (sign, digits) = hours.split_at_checked(1)?;
    let hours: u32 = digits.split(':').next()?.parse().ok()?;
    let is_whole = digits.split(':').nth(1).is_none_or(|minutes| minutes == "00");
    let sign = match sign {
        "+" => '-',
        "-" => '+',
        _ => return None,
    };
    is_whole.then(|| by_name(&format!("Etc/GMT{sign}{hours}"))).flatten()
}

/// The zone that fits the strongest evidence, and as much of the weaker as does not contradict it.
fn decide(evidence: &[Seen], from: i64, to: i64) -> Option<Zone> {
    let mut chosen: Vec<Observation> = Vec::new();
    let mut told: Vec<&str> = Vec::new();
    let mut groups: Vec<Alike> = Vec::new();
    let mut confidence = None;
    for seen in evidence {
        // one group of zones with the same rules is the result: weaker evidence is not needed
        if groups.len() == 1 {
            break;
        }
        let mut both = chosen.clone();
        both.extend(&seen.observations);
        let fits = fit(&both, from, to);
        if fits.is_empty() || (!groups.is_empty() && fits.len() >= groups.len()) {
            continue;
        }
        (chosen, groups) = (both, fits);
        told.push(&seen.told);
        confidence = confidence.or(seen.confidence);
    }
    let (best, others) = groups.split_first()?;
    let mut evidence = told.join("; ");
    let (name, mut candidates) = match (best.count, best.course.changes.as_slice()) {
        (1, _) => (best.zone.name().to_owned(), Vec::new()),
        (_, []) => (offset_name(best.course.east), vec![best.zone.name().to_owned()]),
        _ => (best.zone.name().to_owned(), vec![best.zone.name().to_owned()]),
    };
    if best.count > 1 && others.is_empty() {
        let _ = write!(evidence, ", as in {}", best.zone.name());
    }
    let mut confidence = confidence?;
    if let Some(other) = others.first() {
        confidence = ZoneConfidence::Doubtful;
        let apart = first_difference(best, other).map_or_else(String::new, |moment| {
            format!(" from {} UTC on", moment.on_the_wall(None).get(..16).unwrap_or_default())
        });
        let _ = write!(
            evidence,
            "; {} fits, and so does {}, which differs{apart}: --tz decides",
            best.zone.name(),
            other.zone.name()
        );
        candidates = groups.iter().map(|group| group.zone.name().to_owned()).take(8).collect();
    }
    Some(Zone { candidates, ..Zone::inferred(name, best.zone, evidence, confidence) })
}

/// The first moment at which two courses differ.
fn first_difference(one: &Alike, other: &Alike) -> Option<Timestamp> {
    let (one, other) = (&one.course, &other.course);
    if one.east != other.east {
        return None;
    }
    let changes = one.changes.iter().chain(&other.changes);
    let apart = changes.filter(|change| !(one.changes.contains(change) && other.changes.contains(change)));
    apart.map(|(utc, _)| Timestamp::Utc(*utc)).reduce(Timestamp::earlier)
}

#[cfg(test)]
#[path = "clocks/tests.rs"]
mod tests;
