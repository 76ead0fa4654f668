//! [`Dates`]: dates for timestamps that are only times of day, from headings, from the file name, and from midnights;
//! and years for those that have month and day only.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::units::{DAY, HOUR};
use spoglight_parsers::RawTimestamp;

use spoglight_text::source_path::file_name;

/// Time that goes back by more than this has passed midnight. At the end of DST clocks go back an hour, and threads
/// that overtake each other some milliseconds.
const BACK: i64 = 3 * HOUR;

/// Gives the timestamps of one source their dates, in the order of its lines.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dates {
    /// Days since 1970-01-01 of the message before; `None` until a date is known.
    day: Option<i64>,
    /// Time of day of the message before, in nanoseconds.
    before: Option<i64>,
    /// Of timestamps without a year: that of the message before, and the midnight before the first.
    in_year: Option<(i64, i64)>,
}

/// Timestamps without a year that go back by more than this have passed the end of a year.
const LATE: i64 = 200 * DAY;

impl Dates {
    /// The date in the name of a file: `PG1A-opc_261121.txt`, `rtd_960208_094839.txt`, `server.log.2016-05-01`,
    /// `console.2016-05-01.log` and `in261121.log` begin on that day.
    pub fn from_name(path: &str) -> Dates {
        let name = file_name(path);
        Dates { day: short_date(name).or_else(|| iso_date(name)), ..Dates::default() }
    }

    /// Sets the day of the messages that follow, from a heading.
    pub fn heading(&mut self, day: i64) {
        (self.day, self.before) = (Some(day), None);
    }

    /// Takes the day from a timestamp with a date, for the following ones without.
    pub fn seen(&mut self, stamp: RawTimestamp) -> RawTimestamp {
        // a line in UTC among lines in local time may be a day off, so only local times count
        if stamp.offset.is_none() {
            (self.day, self.before) = (Some(stamp.wall.div_euclid(DAY)), Some(stamp.wall.rem_euclid(DAY)));
        }
        stamp
    }

    /// A timestamp in the year 2000 in its own year, the one that is nearest to the day that is known; `None` if none is
    /// known.
    pub fn year(&mut self, stamp: RawTimestamp) -> Option<RawTimestamp> {
        let known = self.day?;
        let from_epoch = |day: i64| NaiveDate::from_epoch_days(i32::try_from(day).ok()?);
        let (date, year) = (from_epoch(stamp.wall.div_euclid(DAY))?, from_epoch(known)?.year());
        let days = (year - 1..=year + 1).filter_map(|year| date.with_year(year));
        let day = days.map(|date| i64::from(date.to_epoch_days())).min_by_key(|day| (day - known).abs())?;
        self.day = Some(day);
        Some(RawTimestamp { wall: day.saturating_mul(DAY) + stamp.wall.rem_euclid(DAY), ..stamp })
    }

    /// A timestamp in the year 2000 as the time since the midnight before the first one.
    pub fn day_of_year(&mut self, stamp: RawTimestamp) -> Option<RawTimestamp> {
        let (before, first) = self.in_year.unwrap_or((stamp.wall, stamp.wall.div_euclid(DAY) * DAY));
        // a leap year, as 2000 is
        let first = if stamp.wall < before - LATE { first - 366 * DAY } else { first };
        self.in_year = Some((stamp.wall, first));
        Some(RawTimestamp { wall: (stamp.wall - first).max(0), ..stamp })
    }

    /// The timestamp with its date; `None` if the date is not known.
    pub fn date(&mut self, stamp: RawTimestamp) -> Option<RawTimestamp> {
        let day = self.day.as_mut()?;
        if self.before.is_some_and(|before| stamp.wall < before - BACK) {
            *day += 1;
        }
        self.before = Some(stamp.wall);
        Some(RawTimestamp { wall: day.saturating_mul(DAY).saturating_add(stamp.wall), ..stamp })
    }
}

/// The day of six digits, after an underscore or after `in` at the start.
fn short_date(name: &str) -> Option<i64> {
    let parts = name.split('_').skip(1).chain(name.strip_prefix("in"));
    parts.into_iter().find_map(|part| {
        let digits = part.split('.').next().filter(|part| part.len() == 6)?;
        let number = |range: std::ops::Range<usize>| digits.get(range)?.parse::<u32>().ok();
        let (year, month, day) = (number(0..2)?, number(2..4)?, number(4..6)?);
        // two digits of a year: these programs are from the nineties and later
        let year = if year >= 90 { 1900 + year } else { 2000 + year };
        epoch_day(year as i32, month, day)
    })
}

/// The day of a part between dots, as daily rotation adds it: `.2016-05-01`.
fn iso_date(name: &str) -> Option<i64> {
    name.split('.').skip(1).find_map(|part| {
        let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *part.as_bytes() else { return None };
        let digits = [y1, y2, y3, y4, m1, m2, d1, d2];
        digits.iter().all(u8::is_ascii_digit).then_some(())?;
        let number = |range: std::ops::Range<usize>| part.get(range)?.parse::<u32>().ok();
        let year = i32::try_from(number(0..4)?).ok().filter(|year| (1990..=2200).contains(year))?;
        epoch_day(year, number(5..7)?, number(8..10)?)
    })
}

fn epoch_day(year: i32, month: u32, day: u32) -> Option<i64> {
    NaiveDate::from_ymd_opt(year, month, day).map(|date| i64::from(date.to_epoch_days()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use spoglight_parsers::Precision;

    fn at(hour: i64) -> RawTimestamp {
        RawTimestamp { wall: hour * HOUR, offset: None, precision: Precision::MILLI }
    }

    #[test]
    fn names_say_the_day_of_the_first_message() {
        let day = |path: &str| Dates::from_name(path).day;
        assert_eq!(day("case/PG/PG1A-opc_261121.txt"), Some(20_778));
        assert_eq!(day("rtd_960208_094839.txt"), Some(9_534));
        assert_eq!(day("log/server.log.2026-11-21"), Some(20_778));
        assert_eq!(day("log/server.log.2026-11-21.gz"), Some(20_778));
        assert_eq!(day("console.2026-11-21.log"), Some(20_778));
        assert_eq!(day("W3SVC1/in261121.log"), Some(20_778));
        for path in ["export-2026-11-21.log", "server.log.2026-13-21", "a.2026-11-2é", "inside.log"] {
            assert_eq!(day(path), None, "{path}");
        }
        for path in ["cg1a-ctisvr.txt", "x_261321.txt", "x_2611210.txt", "case_261121/x.txt", "é_é261é1.txt"]
        {
            assert_eq!(day(path), None, "{path}");
        }
    }

    #[test]
    fn midnights_and_headings_move_the_day_and_disorder_does_not() {
        let mut dates = Dates::default();
        assert_eq!(dates.date(at(1)), None, "nothing says the day");
        dates.heading(100);
        let days: Vec<i64> = [23, 22, 23, 1, 5, 3, 0]
            .iter()
            .map(|hour| dates.date(at(*hour)).expect("a date").wall / DAY)
            .collect();
        assert_eq!(days, [100, 100, 100, 101, 101, 101, 101]);
        dates.heading(200);
        assert_eq!(dates.date(at(0)).expect("a date").wall / DAY, 200);
        dates.seen(RawTimestamp { wall: 300 * DAY + 5 * HOUR, ..at(0) });
        assert_eq!(dates.date(at(6)).expect("a date").wall / DAY, 300);
        assert_eq!(dates.date(at(1)).expect("a date").wall / DAY, 301);
    }

    #[test]
    fn a_year_is_that_of_the_nearest_known_day() {
        let stamp = |month, day| {
            let date = NaiveDate::from_ymd_opt(2000, month, day).expect("a date");
            RawTimestamp { wall: i64::from(date.to_epoch_days()) * DAY + HOUR, ..at(0) }
        };
        let read = |dates: &mut Dates, month, day| {
            let wall = dates.year(stamp(month, day))?.wall;
            Some(NaiveDate::from_epoch_days((wall / DAY) as i32).expect("a date").to_string())
        };
        let mut dates = Dates::default();
        assert_eq!(read(&mut dates, 3, 24), None, "nothing shows the year");
        dates.heading(epoch_day(2015, 12, 30).expect("a date"));
        assert_eq!(read(&mut dates, 12, 31).as_deref(), Some("2015-12-31"));
        assert_eq!(read(&mut dates, 1, 1).as_deref(), Some("2016-01-01"));
        assert_eq!(read(&mut dates, 2, 29).as_deref(), Some("2016-02-29"));
        let mut dates = Dates::default();
        let since: Vec<i64> = [(12, 31), (1, 1), (1, 3)]
            .iter()
            .filter_map(|(month, day)| dates.day_of_year(stamp(*month, *day)))
            .map(|stamp| stamp.wall / HOUR)
            .collect();
        assert_eq!(since, [1, 25, 73]);
    }
}
