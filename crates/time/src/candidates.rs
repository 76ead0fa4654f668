//! Time zones that match the observed offsets: a server that wrote `-0500` in November and `-0400` in July is in New
//! York, or in a zone with the same rules.
//!
//! Several zones nearly always match. That does no harm as long as they agree during the time that the logs cover;
//! where they differ, the report must say so.

use crate::units::DAY;
use std::sync::LazyLock;

use chrono_tz::Tz;

use super::dst_fold::change;
use super::wall::east;

/// An observed offset of a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Observation {
    /// Time of the observation, in nanoseconds since 1970.
    pub utc: i64,
    /// Seconds east of UTC.
    pub east: i32,
}

/// Zones of most contact centers. This list decides only which of several equivalent names is shown, and which zone
/// is tried first where zones differ.
const USUAL: &[Tz] = &[
    Tz::America__New_York,
    Tz::America__Chicago,
    Tz::America__Denver,
    Tz::America__Los_Angeles,
    Tz::America__Phoenix,
    Tz::America__Halifax,
    Tz::America__Sao_Paulo,
    Tz::America__Mexico_City,
    Tz::America__Bogota,
    Tz::America__Santiago,
    Tz::Europe__London,
    Tz::Europe__Berlin,
    Tz::Europe__Athens,
    Tz::Europe__Istanbul,
    Tz::Europe__Moscow,
    Tz::Africa__Johannesburg,
    Tz::Africa__Lagos,
    Tz::Africa__Cairo,
    Tz::Asia__Dubai,
    Tz::Asia__Karachi,
    Tz::Asia__Kolkata,
    Tz::Asia__Dhaka,
    Tz::Asia__Bangkok,
    Tz::Asia__Shanghai,
    Tz::Asia__Tokyo,
    Tz::Australia__Sydney,
    Tz::Australia__Adelaide,
    Tz::Pacific__Auckland,
    Tz::Pacific__Honolulu,
    Tz::America__Anchorage,
];

/// Zones with the same rules during the time of the logs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alike {
    /// The best known of them.
    pub zone: Tz,
    /// Number of these zones.
    pub count: usize,
    /// Their offset at the beginning, and its changes.
    pub course: Course,
}

/// Offsets of a zone between two moments.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Course {
    /// Seconds east of UTC at the beginning.
    pub east: i32,
    /// Moments at which the offset changes, in nanoseconds since 1970, and the offset from then on.
    pub changes: Vec<(i64, i32)>,
}

/// Every zone with a place, best known first. Names of the old kind (`US/Eastern`, `EST5EDT`) are other names of
/// these.
static PLACES: LazyLock<Vec<Tz>> = LazyLock::new(|| {
    const CONTINENTS: &[&str] = &[
        "Africa/",
        "America/",
        "Antarctica/",
        "Asia/",
        "Atlantic/",
        "Australia/",
        "Europe/",
        "Indian/",
        "Pacific/",
        "Etc/GMT",
        "UTC",
    ];
    let has_place = |zone: &Tz| CONTINENTS.iter().any(|start| zone.name().starts_with(start));
    let others = chrono_tz::TZ_VARIANTS.iter().copied().filter(has_place);
    USUAL.iter().copied().chain(others.filter(|zone| !USUAL.contains(zone))).collect()
});

/// The zones that match all observations, best known first. Zones that agree between the two moments are one entry.
pub fn fit(seen: &[Observation], from: i64, to: i64) -> Vec<Alike> {
    let mut groups: Vec<Alike> = Vec::new();
    let fits = |zone: &&Tz| seen.iter().all(|seen| east(**zone, seen.utc) == seen.east);
    for zone in PLACES.iter().filter(fits) {
        let course = course(*zone, from, to);
        match groups.iter_mut().find(|group| group.course == course) {
            Some(group) => group.count += 1,
            None => groups.push(Alike { zone: *zone, count: 1, course }),
        }
    }
    groups
}

/// Offsets of a zone between two moments.
pub fn course(zone: Tz, from: i64, to: i64) -> Course {
    let mut course = Course { east: east(zone, from), changes: Vec::new() };
    let (mut at, mut before) = (from, course.east);
    while at < to {
        let next = at.saturating_add(DAY).min(to);
        let now = east(zone, next);
        if now != before {
            course.changes.push((change(zone, at, next), now));
            before = now;
        }
        at = next;
    }
    course
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Incident;

    fn at(text: &str) -> i64 {
        let time: Incident = text.parse().expect("a time");
        time.moment(None).expect("its zone").nanos()
    }

    fn seen(list: &[(&str, i32)]) -> Vec<Observation> {
        list.iter().map(|(time, hours)| Observation { utc: at(time), east: hours * 3600 }).collect()
    }

    #[test]
    fn summer_and_winter_make_a_place() {
        let one = seen(&[("2026-11-21T12:00Z", -5)]);
        let groups = fit(&one, at("2026-11-20T00:00Z"), at("2026-11-22T00:00Z"));
        assert_eq!(groups.len(), 1, "they agree in two days of November");
        assert_eq!(groups[0].zone, Tz::America__New_York);
        assert!(groups[0].count > 20);

        let groups = fit(&one, at("2026-10-20T00:00Z"), at("2026-11-22T00:00Z"));
        let names: Vec<&str> = groups.iter().map(|group| group.zone.name()).collect();
        assert!(names.len() > 1 && names.contains(&"America/Bogota"), "not in the weeks before: {names:?}");

        let both = seen(&[("2026-11-01T05:59Z", -4), ("2026-11-01T06:01Z", -5)]);
        let groups = fit(&both, at("2026-10-20T00:00Z"), at("2026-11-22T00:00Z"));
        assert_eq!(groups.len(), 1, "{groups:?}");
        assert_eq!(groups[0].course.changes, [(at("2026-11-01T06:00Z"), -5 * 3600)]);

        let nowhere = seen(&[("2026-11-21T12:00Z", -5), ("2026-11-22T12:00Z", 3)]);
        assert!(fit(&nowhere, at("2026-11-21T00:00Z"), at("2026-11-22T00:00Z")).is_empty());
    }
}
