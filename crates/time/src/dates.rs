//! [`Dates`]: dates for timestamps that are only times of day, from headings, from the file name, and from midnights.

use crate::units::{DAY, HOUR};
use spoglight_parsers::RawTimestamp;

use spoglight_text::source_path::file_name;

/// Time that goes back by more than this has passed midnight. At the end of DST clocks go back an hour, and threads
/// that overtake each other some milliseconds.
const BACK: i64 = 3 * HOUR;

/// Gives the timestamps of one source their dates, in the order of its lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dates {
    /// Days since 1970-01-01 of the message before; `None` until a date is known.
    day: Option<i64>,
    /// Time of day of the message before, in nanoseconds.
    before: Option<i64>,
}

impl Dates {
    /// The date in the name of a file: `PG1A-opc_261121.txt` and `rtd_960208_094839.txt` begin on that day.
    pub fn from_name(path: &str) -> Dates {
        let name = file_name(path);
        let day = name.split('_').skip(1).find_map(|part| {
            let digits = part.split('.').next().filter(|part| part.len() == 6)?;
            let number = |range: std::ops::Range<usize>| digits.get(range)?.parse::<u32>().ok();
            let (year, month, day) = (number(0..2)?, number(2..4)?, number(4..6)?);
            // two digits of a year: these programs are from the nineties and later
            let year = if year >= 90 { 1900 + year } else { 2000 + year };
            let date = chrono::NaiveDate::from_ymd_opt(year as i32, month, day)?;
            Some(i64::from(date.to_epoch_days()))
        });
        Dates { day, before: None }
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
}
