//! Which zone a source is in, and how that is known.

use std::borrow::Cow;
use std::str::FromStr;

use chrono_tz::Tz;
use serde::Serialize;
use spoglight_parsers::Stamp;

use super::Moment;
use crate::globs::{Rule, Rules};

/// The zone of a source, with its evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Zone {
    /// IANA name, or `UTC`, or an offset such as `-04:00`; `None` if it is not known.
    pub name: Option<String>,
    /// How it is known.
    pub evidence: Cow<'static, str>,
    /// How sure that is: `certain`, `given`, `none`.
    pub confidence: &'static str,
    /// The rules of the zone, where stamps do not bring their offset along.
    #[serde(skip)]
    pub rules: Option<Tz>,
    /// Whether `rules` beat an offset in a line.
    #[serde(skip)]
    overrules: bool,
}

impl Zone {
    /// Every line says its offset: the smallest and the largest, in seconds east of UTC.
    pub fn written(offsets: (i32, i32)) -> Zone {
        let name = match offsets {
            (0, 0) => "UTC".to_owned(),
            (one, other) if one == other => offset_name(one),
            (one, other) => format!("{} to {}", offset_name(one), offset_name(other)),
        };
        Zone {
            name: Some(name),
            evidence: "offset in every line".into(),
            confidence: "certain",
            rules: None,
            overrules: false,
        }
    }

    /// Every line says an offset, and there is a reason not to rely on it.
    pub fn doubted(offsets: (i32, i32), doubt: &str) -> Zone {
        Zone {
            evidence: format!("offset in every line, but {doubt}; --tz beats it").into(),
            confidence: "doubtful",
            ..Zone::written(offsets)
        }
    }

    /// The moment of a stamp of this source.
    pub fn moment(&self, stamp: &Stamp) -> Moment {
        let offset = stamp.offset.filter(|_| !self.overrules);
        Moment::of(&Stamp { offset, ..*stamp }, self.rules)
    }

    /// The user said so, and offsets in the lines do not count, because they cannot be relied on.
    pub fn given_over(rule: &ZoneRule) -> Zone {
        Zone { overrules: true, ..Zone::given(rule) }
    }

    /// The format is in UTC by its rule.
    pub fn by_rule(rule: &str) -> Zone {
        Zone {
            name: Some("UTC".to_owned()),
            evidence: rule.to_owned().into(),
            confidence: "certain",
            rules: None,
            overrules: false,
        }
    }

    /// The user said so.
    pub fn given(rule: &ZoneRule) -> Zone {
        Zone {
            name: Some(rule.value.0.name().to_owned()),
            evidence: format!("--tz {}", rule.written).into(),
            confidence: "given",
            rules: Some(rule.value.0),
            overrules: false,
        }
    }

    /// Local time, and nobody said where.
    pub fn unknown() -> Zone {
        let evidence = "none in the lines, and no --tz for it".into();
        Zone { name: None, evidence, confidence: "none", rules: None, overrules: false }
    }

    /// There are no stamps, so there is nothing to know.
    pub fn without_stamps() -> Zone {
        Zone { name: None, evidence: "no stamps".into(), confidence: "none", rules: None, overrules: false }
    }
}

fn offset_name(east: i32) -> String {
    let sign = if east < 0 { '-' } else { '+' };
    format!("{sign}{:02}:{:02}", east.abs() / 3600, east.abs() / 60 % 60)
}

/// A zone that the user named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Named(pub Tz);

/// One `--tz`: a zone for all sources, or for those that a glob fits.
pub type ZoneRule = Rule<Named>;

/// All `--tz` of a run.
pub type ZoneRules = Rules<Named>;

impl FromStr for Named {
    type Err = String;

    fn from_str(name: &str) -> Result<Named, String> {
        let mut zones = chrono_tz::TZ_VARIANTS.iter().copied();
        let zone = zones.find(|zone| zone.name().eq_ignore_ascii_case(name));
        zone.map(Named).ok_or_else(|| no_such_zone(name))
    }
}

fn no_such_zone(name: &str) -> String {
    let wanted = name.trim().to_lowercase().replace(' ', "_");
    let city = wanted.rsplit('/').next().unwrap_or(&wanted);
    let near = chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name());
    let near: Vec<&str> =
        near.filter(|name| city.len() > 2 && name.to_lowercase().contains(city)).take(3).collect();
    if near.is_empty() {
        format!("no time zone is called {name:?}; give an IANA name such as America/New_York or Europe/Rome")
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
    fn written_offsets_have_names() {
        assert_eq!(Zone::written((0, 0)).name.as_deref(), Some("UTC"));
        assert_eq!(Zone::written((-14_400, -14_400)).name.as_deref(), Some("-04:00"));
        assert_eq!(Zone::written((-18_000, -14_400)).name.as_deref(), Some("-05:00 to -04:00"));
    }
}
