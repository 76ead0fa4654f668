//! Which zone a source is in, and how that is known.

use std::str::FromStr;

use chrono_tz::Tz;
use globset::{GlobBuilder, GlobMatcher};
use serde::Serialize;

/// The zone of a source, with its evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Zone {
    /// IANA name, or `UTC`, or an offset such as `-04:00`; `None` if it is not known.
    pub name: Option<String>,
    /// How it is known.
    pub evidence: String,
    /// How sure that is: `certain`, `given`, `none`.
    pub confidence: &'static str,
    /// The rules of the zone, where stamps do not bring their offset along.
    #[serde(skip)]
    pub rules: Option<Tz>,
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
            evidence: "offset in every line".to_owned(),
            confidence: "certain",
            rules: None,
        }
    }

    /// The format is in UTC by its rule.
    pub fn by_rule(rule: &str) -> Zone {
        Zone { name: Some("UTC".to_owned()), evidence: rule.to_owned(), confidence: "certain", rules: None }
    }

    /// The user said so.
    pub fn given(rule: &ZoneRule) -> Zone {
        Zone {
            name: Some(rule.zone.name().to_owned()),
            evidence: format!("--tz {}", rule.written),
            confidence: "given",
            rules: Some(rule.zone),
        }
    }

    /// Local time, and nobody said where.
    pub fn unknown() -> Zone {
        let evidence = "none in the lines, and no --tz for it".to_owned();
        Zone { name: None, evidence, confidence: "none", rules: None }
    }

    /// There are no stamps, so there is nothing to know.
    pub fn without_stamps() -> Zone {
        Zone { name: None, evidence: "no stamps".to_owned(), confidence: "none", rules: None }
    }
}

fn offset_name(east: i32) -> String {
    let sign = if east < 0 { '-' } else { '+' };
    format!("{sign}{:02}:{:02}", east.abs() / 3600, east.abs() / 60 % 60)
}

/// One `--tz`: a zone for all sources, or for those that a glob fits.
#[derive(Debug, Clone)]
pub struct ZoneRule {
    glob: Option<GlobMatcher>,
    zone: Tz,
    written: String,
}

impl FromStr for ZoneRule {
    type Err = String;

    fn from_str(text: &str) -> Result<ZoneRule, String> {
        let (glob, name) = match text.rsplit_once('=') {
            Some((glob, name)) => (Some(glob), name),
            None => (None, text),
        };
        let mut zones = chrono_tz::TZ_VARIANTS.iter().copied();
        let zone = zones
            .find(|zone| zone.name().eq_ignore_ascii_case(name.trim()))
            .ok_or_else(|| no_such_zone(name))?;
        let glob = glob
            .map(|glob| GlobBuilder::new(&glob.replace('\\', "/")).case_insensitive(true).build())
            .transpose()
            .map_err(|error| format!("the part before `=` is not a glob: {error}"))?
            .map(|glob| glob.compile_matcher());
        Ok(ZoneRule { glob, zone, written: text.to_owned() })
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

/// All `--tz` of a run.
#[derive(Debug, Clone, Default)]
pub struct ZoneRules(pub Vec<ZoneRule>);

impl ZoneRules {
    /// The rule for the source at `path` of the server `host`: the first whose glob fits, else the first without one.
    ///
    /// A glob fits the name of the server, the path, or the end of the path from any folder on; `*` also passes `/`.
    pub fn find(&self, path: &str, host: Option<&str>) -> Option<&ZoneRule> {
        let fits = |rule: &&ZoneRule| {
            rule.glob.as_ref().is_some_and(|glob| {
                host.is_some_and(|host| glob.is_match(host))
                    || glob.is_match(path)
                    || path.match_indices(['/', '!']).any(|(at, _)| glob.is_match(&path[at + 1..]))
            })
        };
        self.0.iter().find(fits).or_else(|| self.0.iter().find(|rule| rule.glob.is_none()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(texts: &[&str]) -> ZoneRules {
        ZoneRules(texts.iter().map(|text| text.parse().expect(text)).collect())
    }

    #[test]
    fn a_glob_beats_the_rule_for_all_and_the_first_beats_the_rest() {
        let rules =
            rules(&["Europe/Rome", "PCCEADSA=America/New_York", "*/icm/*=Asia/Tokyo", "catalina*=UTC"]);
        let zone = |path, host| rules.find(path, host).map(|rule| rule.zone.name());
        assert_eq!(zone("case/x/catalina.out", Some("pcceadsa")), Some("America/New_York"));
        assert_eq!(zone("case/B/icm/tomcat/logs/catalina.log", None), Some("Asia/Tokyo"));
        assert_eq!(zone("case.zip!catalina.log", None), Some("UTC"));
        assert_eq!(zone("case/other.log", None), Some("Europe/Rome"));
    }

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
