//! [`Zone`]: the time zone of a source, and the evidence for it.

use std::borrow::Cow;
use std::str::FromStr;
use std::sync::{Arc, LazyLock};

use chrono_tz::Tz;
use serde::Serialize;
use spoglight_parsers::ClockSource;
use windows_timezones::WindowsTimezone;

use crate::units::DAY;
use crate::wall::east;
use spoglight_text::selector::{PerSource, Selector};

/// The zone of a source, with its evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Zone {
    /// IANA name, or `UTC`, or an offset such as `-04:00`; `None` if it is not known.
    pub name: Option<String>,
    /// Evidence for the zone.
    pub evidence: Cow<'static, str>,
    /// Confidence in the zone.
    pub confidence: ZoneConfidence,
    /// IANA names of other zones that match as well: the best known of each group with the same rules.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<String>,
    /// Rules of the zone, for timestamps without an offset.
    #[serde(skip)]
    pub rules: Option<Tz>,
    /// Rules of the system's own clock, if they differ.
    #[serde(skip)]
    pub system: Option<Tz>,
    /// Whether `rules` overrule an offset in a line.
    #[serde(skip)]
    pub overrules: bool,
}

/// Confidence in a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ZoneConfidence {
    /// Every line shows it, or the program's own settings do.
    Certain,
    /// The user gave it.
    Given,
    /// Several facts support it.
    Likely,
    /// One fact supports it.
    Possible,
    /// There is a reason to doubt it.
    Doubtful,
    /// The zone is not known.
    None,
}

impl ZoneConfidence {
    /// Name in reports and JSON.
    pub fn name(self) -> &'static str {
        match self {
            ZoneConfidence::Certain => "certain",
            ZoneConfidence::Given => "given",
            ZoneConfidence::Likely => "likely",
            ZoneConfidence::Possible => "possible",
            ZoneConfidence::Doubtful => "doubtful",
            ZoneConfidence::None => "none",
        }
    }
}

impl Zone {
    fn new(name: Option<String>, evidence: impl Into<Cow<'static, str>>, confidence: ZoneConfidence) -> Zone {
        Zone {
            name,
            evidence: evidence.into(),
            confidence,
            candidates: Vec::new(),
            rules: None,
            system: None,
            overrules: false,
        }
    }

    /// Every line shows its offset: the smallest and the largest, in seconds east of UTC.
    pub fn written(offsets: (i32, i32)) -> Zone {
        let name = match offsets {
            (0, 0) => "UTC".to_owned(),
            (one, other) if one == other => offset_name(one),
            (one, other) => format!("{} to {}", offset_name(one), offset_name(other)),
        };
        Zone::new(Some(name), "offset in every line", ZoneConfidence::Certain)
    }

    /// Every line shows an offset, and there is a reason to doubt it.
    pub fn doubted(offsets: (i32, i32), doubt: &str) -> Zone {
        Zone {
            evidence: format!("offset in every line, but {doubt}; --tz overrules it").into(),
            confidence: ZoneConfidence::Doubtful,
            ..Zone::written(offsets)
        }
    }

    /// The format is always in UTC.
    pub fn by_rule(rule: &str) -> Zone {
        Zone::new(Some("UTC".to_owned()), rule.to_owned(), ZoneConfidence::Certain)
    }

    /// The user gave the zone.
    pub fn given(rule: &ZoneRule) -> Zone {
        let name = rule.value.0.name().to_owned();
        let zone = Zone::new(Some(name), format!("--tz {}", rule.written), ZoneConfidence::Given);
        Zone { rules: Some(rule.value.0), ..zone }
    }

    /// The zone was inferred.
    pub fn inferred(name: String, rules: Tz, evidence: String, confidence: ZoneConfidence) -> Zone {
        Zone { rules: Some(rules), ..Zone::new(Some(name), evidence, confidence) }
    }

    /// The same zone, overruling offsets in the lines, because they are doubtful.
    #[must_use]
    pub fn over(self) -> Zone {
        Zone { overrules: true, ..self }
    }

    /// Local time in an unknown zone.
    pub fn unknown() -> Zone {
        let evidence = "unknown: no offset in the lines or in other logs of the server, and no --tz for it";
        Zone::new(None, evidence, ZoneConfidence::None)
    }

    /// The source has no timestamps. Shared by all such sources.
    pub fn without_stamps() -> Arc<Zone> {
        static NONE: LazyLock<Arc<Zone>> =
            LazyLock::new(|| Arc::new(Zone::new(None, "no timestamps", ZoneConfidence::None)));
        Arc::clone(&NONE)
    }

    /// The rules for timestamps of a clock.
    pub fn rules_of(&self, of: ClockSource) -> Option<Tz> {
        match of {
            ClockSource::System => self.system.or(self.rules),
            ClockSource::Program | ClockSource::Nowhere => self.rules,
        }
    }
}

/// An offset in seconds east of UTC as text: `-05:00`.
pub fn offset_name(east: i32) -> String {
    let sign = if east < 0 { '-' } else { '+' };
    format!("{sign}{:02}:{:02}", east.abs() / 3600, east.abs() / 60 % 60)
}

/// A zone that the user named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ZoneName(pub Tz);

/// One `--tz`: a zone for all sources, or for those that a glob matches.
pub type ZoneRule = Selector<ZoneName>;

/// All `--tz` of a run.
pub type ZoneRules = PerSource<ZoneName>;

impl FromStr for ZoneName {
    type Err = String;

    fn from_str(name: &str) -> Result<ZoneName, String> {
        by_name(name).map(ZoneName).ok_or_else(|| no_such_zone(name))
    }
}

/// The zone of that name: an IANA name in any case, or a Windows name as `tzutil /g` prints it, such as `W. Europe
/// Standard Time`.
pub fn by_name(name: &str) -> Option<Tz> {
    let name = name.trim();
    let mut zones = chrono_tz::TZ_VARIANTS.iter().copied();
    zones.find(|zone| zone.name().eq_ignore_ascii_case(name)).or_else(|| of_windows(name))
}

/// The zone of a Windows name. `tzutil` adds `_dstoff` where daylight saving time is switched off, which no zone has.
fn of_windows(name: &str) -> Option<Tz> {
    let zone: WindowsTimezone = name.parse().ok().or_else(|| {
        // in the spelling of the table, whatever the case of the letters
        let words = name.split(' ').map(|word| {
            let (first, rest) = word.split_at_checked(1).unwrap_or((word, ""));
            if word.len() <= 3 && word.chars().all(|one| one.is_ascii_uppercase()) {
                word.to_owned()
            } else {
                first.to_ascii_uppercase() + &rest.to_ascii_lowercase()
            }
        });
        words.collect::<Vec<_>>().join(" ").parse().ok()
    })?;
    Some(zone.into())
}

/// The zone that Windows writes with the minutes that its standard time is behind UTC: `-60 W. Europe Standard Time`. The name
/// is in the language of Windows: if no table has it, the minutes decide, but only if every zone with that standard time had
/// one offset all the time between two moments, in nanoseconds since 1970.
pub fn by_bias(text: &str, from: i64, to: i64) -> Option<Tz> {
    let (minutes, name) = text.split_once(' ')?;
    let english = name.replace(" Daylight Time", " Standard Time");
    if let Some(zone) = by_name(&english) {
        return Some(zone);
    }
    let seconds = i32::from(minutes.parse::<i16>().ok()?) * -60;
    // a server keeps its rules for some time before and after the event
    let (from, to) = (from.saturating_sub(YEAR), to.saturating_add(YEAR));
    let moments: Vec<i64> = std::iter::successors(Some(from), |at| at.checked_add(MONTH))
        .take_while(|at| *at < to)
        .take(MONTHS)
        .collect();
    let mut constant = None;
    for zone in chrono_tz::TZ_VARIANTS.iter().copied().filter(|zone| zone.name().contains('/')) {
        let offsets = || moments.iter().map(|at| east(zone, *at));
        // daylight saving time is ahead of standard time
        if offsets().min() == Some(seconds) {
            if offsets().any(|east| east != seconds) {
                return None;
            }
            constant = constant.or(Some(zone));
        }
    }
    // the zone with the name of the offset, not one of its places
    let hours = seconds / 3600;
    let fixed = (seconds % 3600 == 0).then(|| by_name(&format!("Etc/GMT{:+}", -hours))).flatten();
    constant.map(|zone| fixed.unwrap_or(zone))
}

/// Steps in which the offsets of zones are looked at.
const MONTH: i64 = 30 * DAY;
const YEAR: i64 = 366 * DAY;

/// Months that are looked at, at most.
const MONTHS: usize = 600;

fn no_such_zone(name: &str) -> String {
    let wanted = name.trim().to_lowercase().replace(' ', "_");
    let city = wanted.rsplit('/').next().unwrap_or(&wanted);
    let near = chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name());
    let near: Vec<&str> =
        near.filter(|name| city.len() > 2 && name.to_lowercase().contains(city)).take(3).collect();
    if near.is_empty() {
        format!(
            "no time zone is called {name:?}; give an IANA name such as America/New_York, or one of Windows such as \
             \"Eastern Standard Time\""
        )
    } else {
        format!("no time zone is called {name:?}; did you mean {}?", near.join(" or "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_zone_is_answered_with_a_right_one() {
        let problem = |text: &str| text.parse::<ZoneRule>().expect_err("no zone");
        assert!(problem("Rome").contains("Europe/Rome"), "{}", problem("Rome"));
        assert!(problem("x=New York").contains("America/New_York"));
        assert!(problem("Atlantis").contains("IANA name"));
        assert!(problem("[=Europe/Rome").contains("glob"));
    }

    #[test]
    fn the_minutes_decide_where_every_zone_with_them_is_the_same() {
        let from = 1_790_000_000_000_000_000;
        let zone = |text: &str| by_bias(text, from, from + 10 * DAY).map(Tz::name);
        assert_eq!(zone("-60 W. Europe Standard Time"), Some("Europe/Berlin"));
        assert_eq!(zone("300 Eastern Daylight Time"), Some("America/New_York"));
        assert_eq!(zone("-540 Tokio (Normalzeit)"), Some("Etc/GMT-9"));
        assert!(zone("-330 India (hora oficial)").is_some());
        assert_eq!(zone("-60 Mitteleuropaeische Zeit"), None, "Algiers has no daylight saving time");
        assert_eq!(zone("300 Hora est. oriental"), None);
        assert_eq!(zone("x"), None);
    }

    #[test]
    fn zones_have_names_on_windows_too() {
        for (name, zone) in [
            ("W. Europe Standard Time", Tz::Europe__Berlin),
            ("Eastern Standard Time", Tz::America__New_York),
            ("india standard time", Tz::Asia__Calcutta),
            ("Central Standard Time (Mexico)", Tz::America__Mexico_City),
            ("UTC", Tz::UTC),
            ("asia/kolkata", Tz::Asia__Kolkata),
        ] {
            assert_eq!(by_name(name), Some(zone), "{name}");
        }
        assert_eq!(by_name("Eastern Standard Time_dstoff"), None);
        let rule: ZoneRule = "PCCEADSA=W. Europe Standard Time".parse().expect("a zone");
        assert_eq!(rule.value.0, Tz::Europe__Berlin);
    }

    #[test]
    fn written_offsets_have_names() {
        assert_eq!(Zone::written((0, 0)).name.as_deref(), Some("UTC"));
        assert_eq!(Zone::written((-14_400, -14_400)).name.as_deref(), Some("-04:00"));
        assert_eq!(Zone::written((-18_000, -14_400)).name.as_deref(), Some("-05:00 to -04:00"));
    }
}
