//! Zones that outputs of commands show: `tzutil /g`, `systeminfo`. It is the zone of the system's own clock, which a program
//! has, too, unless it was given another. The output shows the setting at the time it was taken.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use chrono_tz::Tz;
use spoglight_artifacts::{Artifact, COLLECTED, COLLECTED_FOR, CommandContent, CommandOutput, SystemInfo};
use spoglight_source::Source;
use spoglight_text::source_path::file_name;
use spoglight_time::ZoneConfidence;
use spoglight_time::wall::east;
use spoglight_time::zone::by_name;

use crate::scanned::ScannedSource;

/// The zone of each server, by its name in small letters and without its domain; `None` if files show several.
pub(super) type Zones<'s> = BTreeMap<String, Option<ShownZone<'s>>>;

/// The zone of a server, as a file shows it.
pub(super) struct ShownZone<'s> {
    pub(super) zone: Tz,
    /// Its name there.
    pub(super) name: String,
    /// Name of the file.
    pub(super) file: &'s str,
    pub(super) confidence: ZoneConfidence,
}

/// An output of a command whose server is known.
#[derive(Clone, Copy)]
pub(super) struct Shown<'s> {
    /// The server: that which the output names, else that of its file.
    pub(super) host: &'s str,
    pub(super) output: &'s CommandOutput,
    /// Path of its file.
    pub(super) path: &'s str,
}

/// The outputs of commands whose server is known, without those of a second copy of a file.
pub(super) fn shown<'s>(sources: &'s [Source], scanned: &'s [ScannedSource<'_>]) -> Vec<Shown<'s>> {
    let mut known: BTreeSet<String> = BTreeSet::new();
    known.extend(sources.iter().filter_map(|source| source.host.as_deref()).map(short));
    // a folder that is called after a server
    let by_path =
        |path: &'s str| path.split(['/', '!']).rev().skip(1).find(|folder| known.contains(&short(folder)));
    let mut shown = Vec::new();
    for (source, one) in sources.iter().zip(scanned).filter(|(_, one)| one.copy_of.is_none()) {
        let Some(file) = one.artifact.as_deref().and_then(Artifact::outputs) else { continue };
        shown.extend(file.outputs.iter().filter_map(|output| {
            let host = output.host.as_deref().or(source.host.as_deref()).or_else(|| by_path(&source.path))?;
            Some(Shown { host, output, path: &source.path })
        }));
    }
    shown
}

/// The zones that outputs show.
pub(super) fn zones<'s>(sources: &'s [Source], scanned: &'s [ScannedSource<'_>]) -> Zones<'s> {
    let mut zones = Zones::new();
    for Shown { host, output, path } in shown(sources, scanned) {
        let CommandContent::System(system) = &output.content else { continue };
        let Some((zone, name)) = zone_of(system) else { continue };
        let confidence = match output.command {
            COLLECTED => ZoneConfidence::Certain,
            COLLECTED_FOR => ZoneConfidence::Given,
            // a list or a page that was saved at any time
            _ => ZoneConfidence::Likely,
        };
        let shown = ShownZone { zone, name, file: file_name(path), confidence };
        match zones.entry(short(host)) {
            Entry::Vacant(entry) => {
                entry.insert(Some(shown));
            }
            Entry::Occupied(mut entry) => match entry.get_mut() {
                Some(known) if known.zone == zone && shown.confidence < known.confidence => *known = shown,
                Some(known) if known.zone == zone => {}
                known => *known = None,
            },
        }
    }
    zones
}

/// The name of a server in small letters, without its domain.
pub(super) fn short(host: &str) -> String {
    host.split('.').next().unwrap_or(host).to_ascii_lowercase()
}

/// The zone that an output shows, and its name there.
fn zone_of(system: &SystemInfo) -> Option<(Tz, String)> {
    if let Some(name) = &system.zone_name {
        return Some((by_name(name)?, name.clone()));
    }
    let text = system.zone_text.as_deref()?;
    let (offset, places) = text.strip_prefix('(')?.split_once(')')?;
    let offset = standard(offset)?;
    let places = places.trim();
    let fits = |zone: &Tz| winter(*zone) == offset;
    let american = AMERICAN.iter().find(|(start, _)| places.starts_with(start)).map(|(_, zone)| *zone);
    let of_city = || {
        places.split(',').find_map(|place| {
            let city = place.trim().replace(' ', "_");
            let mut zones = chrono_tz::TZ_VARIANTS.iter().copied();
            zones.find(|zone| {
                let name = zone.name().rsplit('/').next().unwrap_or_default();
                city.len() > 3 && name.eq_ignore_ascii_case(&city) && fits(zone)
            })
        })
    };
    Some((american.filter(fits).or_else(of_city)?, text.to_owned()))
}

/// Beginnings of names that are no cities.
const AMERICAN: &[(&str, Tz)] = &[
    ("Eastern Time", Tz::America__New_York),
    ("Central Time", Tz::America__Chicago),
    ("Mountain Time", Tz::America__Denver),
    ("Pacific Time", Tz::America__Los_Angeles),
];

/// Seconds east of UTC in `UTC+01:00`.
fn standard(text: &str) -> Option<i32> {
    let rest = text.strip_prefix("UTC").or_else(|| text.strip_prefix("GMT"))?;
    if rest.is_empty() {
        return Some(0);
    }
    let (hours, minutes) = rest.get(1..)?.split_once(':')?;
    let seconds = hours.parse::<i32>().ok()? * 3600 + minutes.parse::<i32>().ok()? * 60;
    match rest.as_bytes().first() {
        Some(b'+') => Some(seconds),
        Some(b'-') => Some(-seconds),
        _ => None,
    }
}

/// Seconds east of UTC without daylight saving time: the lesser of January and July.
fn winter(zone: Tz) -> i32 {
    /// 15 January and 15 July 2024, noon, in nanoseconds since 1970.
    const HALVES: [i64; 2] = [1_705_320_000_000_000_000, 1_721_044_800_000_000_000];
    HALVES.into_iter().map(|moment| east(zone, moment)).min().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_of_systeminfo() {
        let zone = |text: &str| {
            let system = SystemInfo { zone_text: Some(text.to_owned()), ..SystemInfo::default() };
            zone_of(&system).map(|(zone, _)| zone.name())
        };
        for (text, name) in [
            ("(UTC+01:00) Amsterdam, Berlin, Bern, Rom, Stockholm, Wien", Some("Europe/Amsterdam")),
            ("(UTC-05:00) Eastern Time (US & Canada)", Some("America/New_York")),
            ("(UTC+05:30) Chennai, Kolkata, Mumbai, New Delhi", Some("Asia/Kolkata")),
            ("(UTC+08:00) Beijing, Chongqing, Hong Kong, Urumqi", Some("Asia/Chongqing")),
            ("(UTC) Dublin, Edinburgh, Lisbon, London", Some("Europe/Dublin")),
            ("(UTC+01:00) Nowhere", None),
            ("(UTC+02:00) Berlin", None),
        ] {
            assert_eq!(zone(text), name, "{text}");
        }
    }
}
