//! [`Incident`]: the time at which something went wrong, as the user gives it.

use std::str::FromStr;

use chrono::{DateTime, NaiveDateTime, Utc};
use chrono_tz::Tz;
use spoglight_parsers::{Precision, RawTimestamp};

use super::timestamp::Timestamp;

/// Layouts of a date and a time of day, with a space instead of `T` between them.
const LAYOUTS: &[&str] = &["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M"];

/// A time with an offset, or a time on a wall clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Incident(RawTimestamp);

impl Incident {
    /// The moment; `zone` is the zone of a time without an offset. `None` if there is neither.
    pub fn moment(&self, zone: Option<Tz>) -> Option<Timestamp> {
        Some(Timestamp::new(&self.0, zone)).filter(|moment| moment.is_utc())
    }
}

impl FromStr for Incident {
    type Err = String;

    fn from_str(text: &str) -> Result<Incident, String> {
        let wrong = || {
            format!(
                "{text:?} is not a time; write 2026-11-21T13:31Z (UTC), 2026-11-21T08:31-05:00, or \"2026-11-21 08:31\" with --tz"
            )
        };
        let date = "2026-11-21".len();
        let mut spaced = text.trim().to_owned();
        if spaced.get(date..=date).is_some_and(|between| between.eq_ignore_ascii_case("T")) {
            spaced.replace_range(date..=date, " ");
        }
        let (wall, offset) = offset_of(&spaced);
        let wall =
            LAYOUTS.iter().find_map(|layout| NaiveDateTime::parse_from_str(wall.trim_end(), layout).ok());
        let wall: DateTime<Utc> = wall.ok_or_else(wrong)?.and_utc();
        let wall = wall.timestamp_nanos_opt().ok_or_else(wrong)?;
        Ok(Incident(RawTimestamp { wall, offset, precision: Precision::SECOND }))
    }
}

/// The text before an offset, and the offset in seconds east of UTC.
fn offset_of(text: &str) -> (&str, Option<i32>) {
    for utc in ["Z", "z", " UTC", " GMT"] {
        if let Some(wall) = text.strip_suffix(utc) {
            return (wall, Some(0));
        }
    }
    // after the date, which has hyphens, too
    let Some(at) = text.rfind(['+', '-']).filter(|at| *at > "2026-11-21".len()) else { return (text, None) };
    let (wall, offset) = text.split_at(at);
    let digits: String = offset.chars().filter(char::is_ascii_digit).collect();
    let east = match (digits.len(), digits.parse::<i32>()) {
        (2, Ok(hours)) => hours * 3600,
        (4, Ok(both)) => both / 100 * 3600 + both % 100 * 60,
        _ => return (text, None),
    };
    (wall, Some(if offset.starts_with('-') { -east } else { east }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_people_write_times() {
        let york = Some(chrono_tz::America::New_York);
        for (text, zone, moment) in [
            ("2026-11-21T13:31Z", None, Some("2026-11-21T13:31:00.000Z")),
            ("2026-11-21 13:31:09.940 UTC", None, Some("2026-11-21T13:31:09.940Z")),
            ("2026-11-21T08:31-05:00", None, Some("2026-11-21T13:31:00.000Z")),
            ("2026-11-21 08:31:00 +0530", york, Some("2026-11-21T03:01:00.000Z")),
            ("2026-11-21 08:31", york, Some("2026-11-21T13:31:00.000Z")),
            ("2026-11-21 08:31", None, None),
        ] {
            let incident: Incident = text.parse().expect("a time");
            assert_eq!(incident.moment(zone).map(|moment| moment.to_string()).as_deref(), moment, "{text}");
        }
        for text in ["", "yesterday", "2026-11-21", "2026-13-21T10:00Z", "10:00", "2026-11-21T10:00+1"] {
            assert!(text.parse::<Incident>().is_err(), "{text}");
        }
    }
}
