//! Fast formatting of times: millions of them are printed. It parses no format string and allocates nothing.

use chrono_tz::Tz;

use spoglight_time::units::{DAY, SECOND};
use spoglight_time::wall::{east, on_wall};

/// Writes `2026-11-21 17:11:43.253` for nanoseconds of wall clock time, with `between` between date and time, and
/// `digits` decimal places of the second.
pub fn wall(nanos: i64, between: u8, digits: usize, out: &mut Vec<u8>) {
    let (days, rest) = (nanos.div_euclid(DAY), nanos.rem_euclid(DAY));
    let (year, month, day) = date(days);
    if (0..=9999).contains(&year) {
        pair(year / 100, out);
        pair(year % 100, out);
    } else {
        out.extend_from_slice(year.to_string().as_bytes());
    }
    for part in [month, day] {
        out.push(b'-');
        pair(part, out);
    }
    out.push(between);
    let seconds = rest / SECOND;
    pair(seconds / 3600, out);
    out.push(b':');
    pair(seconds / 60 % 60, out);
    out.push(b':');
    pair(seconds % 60, out);
    if digits > 0 {
        out.push(b'.');
        let mut fraction = rest % SECOND;
        for _ in 0..digits.min(9) {
            out.push(b'0' + (fraction / 100_000_000) as u8);
            fraction = fraction % 100_000_000 * 10;
        }
    }
}

/// Whether the wall time of an event whose date is not known has month and day, so that only the year is missing: see
/// [`Format::has_day`](spoglight_parsers::Format::has_day).
pub fn has_day(nanos: i64) -> bool {
    nanos.div_euclid(DAY) != 0
}

/// Writes the wall time of an event whose date is not known: `????-??-?? 17:11:43.253`, or `????-11-21 17:11:43.253` if
/// only the year is missing.
pub fn undated(nanos: i64, digits: usize, out: &mut Vec<u8>) {
    let start = out.len();
    wall(nanos, b' ', digits, out);
    let missing: &[u8] = if has_day(nanos) { b"????" } else { b"????-??-??" };
    out.iter_mut().skip(start).zip(missing).for_each(|(byte, sign)| *byte = *sign);
}

/// Writes the offset of a zone at a moment: `Z`, or `-05:00`.
pub fn offset(utc: i64, zone: Tz, out: &mut Vec<u8>) {
    let east = east(zone, utc);
    if zone == Tz::UTC {
        return out.push(b'Z');
    }
    out.push(if east < 0 { b'-' } else { b'+' });
    pair(i64::from(east.abs()) / 3600, out);
    out.push(b':');
    pair(i64::from(east.abs()) / 60 % 60, out);
}

/// Wall clock time in a zone at a moment, in nanoseconds.
pub fn shown(utc: i64, zone: Tz) -> i64 {
    if zone == Tz::UTC { utc } else { on_wall(utc, Some(zone)) }
}

/// Number of decimal places of the second for a precision in nanoseconds.
pub fn digits(precision: u32) -> usize {
    match precision {
        1_000_000_000.. => 0,
        1_000_000.. => 3,
        1_000.. => 6,
        _ => 9,
    }
}

fn pair(number: i64, out: &mut Vec<u8>) {
    out.extend_from_slice(&[b'0' + (number / 10 % 10) as u8, b'0' + (number % 10) as u8]);
}

/// Year, month and day of a day since 1970, by Howard Hinnant's algorithm: years begin in March.
fn date(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_same_as_a_calendar(nanos in any::<i64>()) {
            let mut out = Vec::new();
            wall(nanos, b'T', 9, &mut out);
            let time = chrono::DateTime::<chrono::Utc>::from_timestamp_nanos(nanos);
            let expected = time.format("%Y-%m-%dT%H:%M:%S%.9f").to_string();
            prop_assert_eq!(String::from_utf8_lossy(&out), expected);
        }
    }

    #[test]
    fn offsets_have_signs() {
        let text = |zone: Tz| {
            let mut out = Vec::new();
            offset(1_795_000_000 * SECOND, zone, &mut out);
            String::from_utf8_lossy(&out).into_owned()
        };
        assert_eq!(text(Tz::UTC), "Z");
        assert_eq!(text(Tz::America__St_Johns), "-03:30");
        assert_eq!(text(Tz::Asia__Kolkata), "+05:30");
        assert_eq!([digits(1_000_000_000), digits(1_000_000), digits(1_000), digits(1)], [0, 3, 6, 9]);
    }
}
