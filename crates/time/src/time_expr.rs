//! [`TimeExpr`]: a time as a user writes it.
//!
//! ```text
//! 2026-11-21T13:31Z   2026-11-21 08:31   2026-11-21   13:31:05
//! -2h   +30m   @incident-5m   @start+1h   @end
//! ```
//!
//! A date or time without an offset is in the zone in which times are shown. A time of day alone needs logs of a
//! single day.

use crate::units::DAY;
use std::str::FromStr;

use chrono::{NaiveDate, NaiveTime};
use chrono_tz::Tz;
use spoglight_parsers::{Precision, RawTimestamp};

use super::incident::Incident;
use super::timestamp::Timestamp;
use spoglight_parsers::duration::duration;

/// A time as a user writes it: absolute, or a distance from a known time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeExpr {
    /// A date and a time of day.
    Time(Incident),
    /// The beginning of a day, in nanoseconds on the wall clock.
    Day(i64),
    /// A time of day, in nanoseconds.
    Clock(i64),
    /// Nanoseconds from an anchor.
    From(Anchor, i64),
}

/// Start of a distance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// The default: the end of the logs, or for the end of a window its beginning.
    Usual,
    /// The time of the incident.
    Incident,
    /// The first message.
    Start,
    /// The last message.
    End,
}

/// The times and the zone that expressions are resolved with.
#[derive(Debug, Clone, Copy, Default)]
pub struct ResolveContext {
    /// First and last message whose moment is known, in nanoseconds since 1970.
    pub span: Option<(i64, i64)>,
    /// Time of the incident, in nanoseconds since 1970.
    pub incident: Option<i64>,
    /// Time of [`Anchor::Usual`], in nanoseconds since 1970.
    pub usual: Option<i64>,
    /// The zone of times without an offset.
    pub zone: Option<Tz>,
}

impl TimeExpr {
    /// The moment, in nanoseconds since 1970; the error names what is missing.
    pub fn resolve(&self, known: &ResolveContext) -> Result<i64, String> {
        let zone = || known.zone.ok_or("the time has no zone: add Z or an offset such as -05:00");
        let at = |wall| -> Result<i64, String> {
            let stamp = RawTimestamp { wall, offset: None, precision: Precision::SECOND };
            Ok(Timestamp::new(&stamp, Some(zone()?)).nanos())
        };
        let empty = "no message has a time to count from";
        match *self {
            TimeExpr::Time(time) => {
                let moment = time.moment(known.zone).map(Timestamp::nanos);
                moment.ok_or_else(|| zone().err().unwrap_or(empty).to_owned())
            }
            TimeExpr::Day(wall) => at(wall),
            TimeExpr::Clock(time) => {
                let (first, last) = known.span.ok_or(empty)?;
                let day = |utc: i64| {
                    let wall = super::wall::on_wall(utc, known.zone);
                    wall.div_euclid(DAY)
                };
                if day(first) != day(last) {
                    return Err(
                        "the logs cover more than one day: give the date, as 2026-11-21T13:31Z".to_owned()
                    );
                }
                at(day(first) * DAY + time)
            }
            TimeExpr::From(anchor, span) => {
                let from = match anchor {
                    Anchor::Usual => known.usual.ok_or(empty)?,
                    Anchor::Start => known.span.ok_or(empty)?.0,
                    Anchor::End => known.span.ok_or(empty)?.1,
                    Anchor::Incident => known.incident.ok_or("--incident TIME is missing")?,
                };
                Ok(from.saturating_add(span))
            }
        }
    }
}

impl FromStr for TimeExpr {
    type Err = String;

    fn from_str(text: &str) -> Result<TimeExpr, String> {
        let text = text.trim();
        if let Some(anchored) = text.strip_prefix('@') {
            let end = anchored.find(['+', '-']).unwrap_or(anchored.len());
            let (name, span) = anchored.split_at(end);
            let anchor = match name {
                "incident" => Anchor::Incident,
                "start" => Anchor::Start,
                "end" => Anchor::End,
                _ => {
                    return Err(format!(
                        "{text:?} has an unknown anchor; write @incident-5m, @start+1h, or @end"
                    ));
                }
            };
            let span = if span.is_empty() { Some(0) } else { duration(span) };
            let span = span.ok_or_else(|| format!("{text:?} has no duration after the name, such as -5m"))?;
            return Ok(TimeExpr::From(anchor, span));
        }
        if text.starts_with(['+', '-']) {
            let span = duration(text).ok_or_else(|| wrong(text))?;
            return Ok(TimeExpr::From(Anchor::Usual, span));
        }
        if let Ok(date) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
            return Ok(TimeExpr::Day(i64::from(date.to_epoch_days()) * DAY));
        }
        let clock =
            ["%H:%M:%S%.f", "%H:%M"].iter().find_map(|form| NaiveTime::parse_from_str(text, form).ok());
        if let Some(time) = clock {
            let since = time.signed_duration_since(NaiveTime::MIN);
            return since.num_nanoseconds().map(TimeExpr::Clock).ok_or_else(|| wrong(text));
        }
        text.parse().map(TimeExpr::Time).map_err(|_| wrong(text))
    }
}

fn wrong(text: &str) -> String {
    format!(
        "{text:?} is not a time; write 2026-11-21T13:31Z, 2026-11-21T08:31-05:00, \"2026-11-21 13:31\", 13:31, -2h, or @incident-5m"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_people_name_them() {
        let at = |text: &str| {
            let time: Incident = text.parse().expect("a time");
            time.moment(None).expect("its zone").nanos()
        };
        let york = Some(Tz::America__New_York);
        let known = ResolveContext {
            span: Some((at("2026-11-21T12:00Z"), at("2026-11-21T18:00Z"))),
            incident: Some(at("2026-11-21T13:31Z")),
            usual: Some(at("2026-11-21T18:00Z")),
            zone: Some(Tz::UTC),
        };
        let in_york = ResolveContext { zone: york, ..known };
        for (text, known, moment) in [
            ("2026-11-21T13:31Z", &known, "2026-11-21T13:31Z"),
            ("2026-11-21 08:31", &in_york, "2026-11-21T13:31Z"),
            ("2026-11-21", &in_york, "2026-11-21T05:00Z"),
            ("13:31:05", &known, "2026-11-21T13:31:05Z"),
            ("08:31", &in_york, "2026-11-21T13:31Z"),
            ("-2h", &known, "2026-11-21T16:00Z"),
            ("@incident-5m", &known, "2026-11-21T13:26Z"),
            ("@start+1h", &known, "2026-11-21T13:00Z"),
            ("@end", &known, "2026-11-21T18:00Z"),
        ] {
            let point: TimeExpr = text.parse().expect(text);
            assert_eq!(point.resolve(known), Ok(at(moment)), "{text}");
        }
    }

    #[test]
    fn what_is_missing_is_said() {
        let known = ResolveContext::default();
        for (text, missing) in [
            ("-2h", "no message"),
            ("@incident", "--incident"),
            ("2026-11-21", "no zone"),
            ("2026-11-21 10:00", "no zone"),
            ("10:00", "no message"),
        ] {
            let point: TimeExpr = text.parse().expect(text);
            assert!(point.resolve(&known).expect_err(text).contains(missing), "{text}");
        }
        for text in ["", "yesterday", "@noon", "@end-x", "-2x", "25:00", "2026-11-31"] {
            assert!(text.parse::<TimeExpr>().is_err(), "{text}");
        }
    }
}
