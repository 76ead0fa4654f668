//! Time layouts, read digit by digit: no allocation, no locale, no zone data.
//!
//! A library that reads stamps from a pattern is 10 to 20 times slower than this, and stamps are read for every
//! message. Values are checked (no 31 June, no 25 o'clock), because a line that only looks like a stamp must not
//! begin a message.

use crate::words::{HALVES, MONTHS};
use crate::{Precision, RawTimestamp};

/// Bytes of a layout `YYYY-MM-DD HH:MM:SS`.
const ISO_LENGTH: usize = 19;

/// Reads `YYYY-MM-DD HH:MM:SS` at the start of `text`, with a blank or `T` between, an optional fraction after `.` or
/// `,`, and an optional offset (`Z`, `+0200`, `+02:00`, ` GMT-0400`, ` +0200`). Answers the stamp and how many bytes
/// it took.
pub fn iso(text: &[u8]) -> Option<(RawTimestamp, usize)> {
    let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b' ' | b'T', h1, h2, b':', n1, n2, b':', s1, s2, ..] =
        text
    else {
        return None;
    };
    let year = four(y1, y2, y3, y4)?;
    let day = days(year, two(m1, m2)?, two(d1, d2)?)?;
    let (nanos, precision, taken) = fraction(text.get(ISO_LENGTH..).unwrap_or_default());
    let wall = join(day, clock([h1, h2, n1, n2, s1, s2])?, nanos);
    let mut length = ISO_LENGTH + taken;
    let after = text.get(length..).unwrap_or_default();
    let offset = offset(after).map(|(east, taken)| {
        length += taken;
        east
    });
    Some((RawTimestamp { wall, offset, precision }, length))
}

/// Reads `DD-Mon-YYYY HH:MM:SS` with an optional fraction, as Tomcat's one-line formatter writes it: the month is
/// English whatever the language of the JVM (it formats with `Locale.US` since Tomcat 7.0.23).
pub fn day_month_year(text: &[u8]) -> Option<(RawTimestamp, usize)> {
    const LENGTH: usize = 20;
    let &[d1, d2, b'-', a, b, c, b'-', y1, y2, y3, y4, b' ', h1, h2, b':', n1, n2, b':', s1, s2, ..] = text
    else {
        return None;
    };
    let day = days(four(y1, y2, y3, y4)?, english_month([a, b, c])?, two(d1, d2)?)?;
    let (nanos, precision, taken) = fraction(text.get(LENGTH..).unwrap_or_default());
    let wall = join(day, clock([h1, h2, n1, n2, s1, s2])?, nanos);
    Some((RawTimestamp { wall, offset: None, precision }, LENGTH + taken))
}

/// Reads `MM/DD/YYYY hh:mm:ss AM`.
pub fn american(text: &[u8]) -> Option<(RawTimestamp, usize)> {
    let &[
        m1,
        m2,
        b'/',
        d1,
        d2,
        b'/',
        y1,
        y2,
        y3,
        y4,
        b' ',
        h1,
        h2,
        b':',
        n1,
        n2,
        b':',
        s1,
        s2,
        b' ',
        half,
        b'M',
        ..,
    ] = text
    else {
        return None;
    };
    let add = match half {
        b'A' => 0,
        b'P' => 12,
        _ => return None,
    };
    let second = half_day(two(h1, h2)?, add, [n1, n2, s1, s2])?;
    let wall = join(days(four(y1, y2, y3, y4)?, two(m1, m2)?, two(d1, d2)?)?, second, 0);
    Some((RawTimestamp { wall, offset: None, precision: Precision::SECOND }, 22))
}

/// Reads `DD/Mon/YYYY:HH:MM:SS +0200`, as access logs write it between brackets; the month is English.
pub fn access_log(text: &[u8]) -> Option<(RawTimestamp, usize)> {
    const LENGTH: usize = 20;
    let &[d1, d2, b'/', a, b, c, b'/', y1, y2, y3, y4, b':', h1, h2, b':', n1, n2, b':', s1, s2, ..] = text
    else {
        return None;
    };
    let day = days(four(y1, y2, y3, y4)?, english_month([a, b, c])?, two(d1, d2)?)?;
    let wall = join(day, clock([h1, h2, n1, n2, s1, s2])?, 0);
    let (east, taken) = offset(text.get(LENGTH..)?)?;
    Some((RawTimestamp { wall, offset: Some(east), precision: Precision::SECOND }, LENGTH + taken))
}

/// Reads `Mon DD YYYY HH:MM:SS.mmm ZONE`, as Cisco's log message format writes it. The day has one or two digits and
/// may stand behind two blanks; the zone is an offset, or a name of which only `UTC` and `GMT` say where that is.
pub fn cisco(text: &[u8]) -> Option<(RawTimestamp, usize)> {
    let (month, day, rest) = month_day(text)?;
    let &[b' ', y1, y2, y3, y4, b' ', h1, h2, b':', n1, n2, b':', s1, s2, ref after @ ..] = rest else {
        return None;
    };
    let (nanos, precision, taken) = fraction(after);
    let wall = join(days(four(y1, y2, y3, y4)?, month, day)?, clock([h1, h2, n1, n2, s1, s2])?, nanos);
    let zone = after.get(taken..)?;
    let (offset, zone_taken) = offset(zone).map_or((None, 0), |(east, taken)| (Some(east), taken));
    Some((RawTimestamp { wall, offset, precision }, text.len() - zone.len() + zone_taken))
}

/// Reads `Sat Nov 21 16:40:13.816 2026`, as C programs write it, with or without the fraction.
pub fn ctime(text: &[u8]) -> Option<(RawTimestamp, usize)> {
    let &[w1, w2, w3, b' ', ref rest @ ..] = text else { return None };
    if ![w1, w2, w3].iter().all(u8::is_ascii_alphabetic) {
        return None;
    }
    let (month, day, rest) = month_day(rest)?;
    let &[b' ', h1, h2, b':', n1, n2, b':', s1, s2, ref after @ ..] = rest else { return None };
    let (nanos, precision, taken) = fraction(after);
    let &[b' ', y1, y2, y3, y4, ref after @ ..] = after.get(taken..)? else { return None };
    let wall = join(days(four(y1, y2, y3, y4)?, month, day)?, clock([h1, h2, n1, n2, s1, s2])?, nanos);
    Some((RawTimestamp { wall, offset: None, precision }, text.len() - after.len()))
}

/// Reads `MMM dd, yyyy h:mm:ss AM`, as java.util.logging's own formatter writes it: month and half of the day are in the
/// language of the JVM, in UTF-8 or its code page; a month may be a number. What follows begins behind one blank.
pub fn java_util_logging(text: &[u8]) -> Option<(RawTimestamp, usize)> {
    // the comma behind the day is the only one that a stamp has, and it stands near
    let comma = memchr::memchr(b',', text.get(..MONTH_BYTES).unwrap_or(text))?;
    let &[ref month @ .., b' ', d1, d2] = text.get(..comma)? else { return None };
    let &[b' ', y1, y2, y3, y4, b' ', ref after @ ..] = text.get(comma + 1..)? else { return None };
    let (hour, after) = match *after {
        [h, b':', ref rest @ ..] => (two(b'0', h)?, rest),
        [h1, h2, b':', ref rest @ ..] => (two(h1, h2)?, rest),
        _ => return None,
    };
    let &[n1, n2, b':', s1, s2, b' ', ref after @ ..] = after else { return None };
    let (add, half) = half_of_day(after)?;
    let day = days(four(y1, y2, y3, y4)?, any_month(month)?, two(d1, d2)?)?;
    let wall = join(day, half_day(hour, add, [n1, n2, s1, s2])?, 0);
    let taken = text.len() - after.len() + half;
    Some((RawTimestamp { wall, offset: None, precision: Precision::SECOND }, taken))
}

/// `AM` or `PM` in any language: the hours that it adds, and its bytes.
pub(crate) fn half_of_day(text: &[u8]) -> Option<(u32, usize)> {
    // the longest that fits: `A. M.` holds a blank itself
    let fits = |rest: &[u8]| {
        rest.first().is_none_or(|byte| byte.is_ascii_punctuation() || byte.is_ascii_whitespace())
    };
    let halves = HALVES.iter().filter(|(word, _)| text.strip_prefix(*word).is_some_and(fits));
    halves.max_by_key(|(word, _)| word.len()).map(|(word, add)| (*add, word.len()))
}

/// Bytes in which the comma of a stamp must stand: the longest month in any language and charset, and the day.
const MONTH_BYTES: usize = 24;

/// A month in any language: by name, or as a number with or without a character behind it (`11`, `11月`).
pub(crate) fn any_month(name: &[u8]) -> Option<u32> {
    if let &[a, b, c] = name
        && let Some(month) = english_month([a, b, c])
    {
        return Some(month);
    }
    if !name.first()?.is_ascii_digit() {
        return MONTHS.iter().find(|(known, _)| *known == name).map(|(_, month)| *month);
    }
    let digits = name.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let number = name.get(..digits).filter(|number| matches!(number.len(), 1 | 2))?;
    let month = number.iter().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
    ((1..=12).contains(&month) && name.len() <= digits + 3).then_some(month)
}

/// Reads `HH:MM:SS`, with milliseconds behind a colon as ICM's process logs write it, or with a fraction as Java's
/// loggers do, or without. It has no date: the wall time is that of 1970-01-01.
pub fn time_of_day(text: &[u8]) -> Option<(RawTimestamp, usize)> {
    let &[h1, h2, b':', n1, n2, b':', s1, s2, ref after @ ..] = text else { return None };
    let second = clock([h1, h2, n1, n2, s1, s2])?;
    let (nanos, precision, taken) = match *after {
        [b':', a, b, c, ..] => ((two(b'0', a)? * 100 + two(b, c)?) * 1_000_000, Precision::MILLI, 4),
        [b':', ..] => return None,
        _ => fraction(after),
    };
    ends(after.get(taken..)?)
        .then_some((RawTimestamp { wall: join(0, second, nanos), offset: None, precision }, 8 + taken))
}

/// Days since 1970-01-01 of `February 8, 2007`.
pub fn long_date(text: &[u8]) -> Option<i64> {
    const NAMES: [&[u8]; 12] = [
        b"January",
        b"February",
        b"March",
        b"April",
        b"May",
        b"June",
        b"July",
        b"August",
        b"September",
        b"October",
        b"November",
        b"December",
    ];
    let (month, rest) =
        NAMES.iter().zip(1..).find_map(|(name, month)| Some((month, text.strip_prefix(*name)?)))?;
    let (day, rest) = match *rest {
        [b' ', d1, d2, b',', ref rest @ ..] => (two(d1, d2)?, rest),
        [b' ', d, b',', ref rest @ ..] => (two(b'0', d)?, rest),
        _ => return None,
    };
    let &[b' ', y1, y2, y3, y4, ref rest @ ..] = rest else { return None };
    ends(rest).then_some(())?;
    days(four(y1, y2, y3, y4)?, month, day)
}

/// `Nov 21`, `Nov  1` or `Nov 1`, and what follows. A logger that takes the month from the locale writes it in any
/// language.
fn month_day(text: &[u8]) -> Option<(u32, u32, &[u8])> {
    let (month, rest) = match *text {
        [a, b, c, b' ', ref rest @ ..] if a.is_ascii_uppercase() => (english_month([a, b, c])?, rest),
        [a, ..] if a.is_ascii_lowercase() || a.is_ascii_digit() || a >= 0x80 => {
            let end = memchr::memchr(b' ', text.get(..MONTH_BYTES).unwrap_or(text))?;
            let (name, rest) = text.split_at(end);
            let rest = rest.get(1..)?;
            // before the names of all languages are looked through
            rest.trim_ascii_start().first().filter(|byte| byte.is_ascii_digit())?;
            (any_month(name)?, rest)
        }
        _ => return None,
    };
    let rest = rest.strip_prefix(b" ").unwrap_or(rest);
    match *rest {
        [d1, d2, ref rest @ ..] if d1.is_ascii_digit() && d2.is_ascii_digit() => {
            Some((month, two(d1, d2)?, rest))
        }
        [d, ref rest @ ..] if d.is_ascii_digit() => Some((month, u32::from(d - b'0'), rest)),
        _ => None,
    }
}

/// Reads an offset from UTC: `Z`, `+02:00`, `-0500`, each also after one blank; `GMT` and `UTC` alone or with such an
/// offset behind them. Answers seconds east of UTC and the bytes taken.
pub fn offset(text: &[u8]) -> Option<(i32, usize)> {
    let (text, mut taken) = match text {
        [b' ', rest @ ..] => (rest, 1),
        _ => (text, 0),
    };
    let (digits, named) = match text {
        [b'G', b'M', b'T', rest @ ..] | [b'U', b'T', b'C', rest @ ..] => (rest, true),
        [b'Z', rest @ ..] => return ends(rest).then_some((0, taken + 1)),
        _ => (text, false),
    };
    taken += if named { 3 } else { 0 };
    let read = match *digits {
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2, ref rest @ ..] => {
            signed(sign, [h1, h2, m1, m2], rest, 6)
        }
        [sign @ (b'+' | b'-'), h1, h2, m1, m2, ref rest @ ..] => signed(sign, [h1, h2, m1, m2], rest, 5),
        _ => None,
    };
    match read {
        Some((east, more)) => Some((east, taken + more)),
        None if named && ends(digits) => Some((0, taken)),
        None => None,
    }
}

fn signed(sign: u8, [h1, h2, m1, m2]: [u8; 4], rest: &[u8], taken: usize) -> Option<(i32, usize)> {
    let (hours, minutes) = (two(h1, h2)?, two(m1, m2)?);
    // Pacific/Kiritimati is +14; 18 is what ISO 8601 libraries allow
    if hours > 18 || minutes > 59 || !ends(rest) {
        return None;
    }
    let east = (hours * 3600 + minutes * 60) as i32;
    Some((if sign == b'-' { -east } else { east }, taken))
}

/// Whether a number or zone is over here: no letter or digit follows.
fn ends(rest: &[u8]) -> bool {
    rest.first().is_none_or(|byte| !byte.is_ascii_alphanumeric())
}

/// Reads `.123`, `,123` and so on up to nanoseconds: nanoseconds, value of the last digit, bytes taken.
fn fraction(text: &[u8]) -> (u32, Precision, usize) {
    let [b'.' | b',', digits @ ..] = text else {
        return (0, Precision::SECOND, 0);
    };
    let (mut nanos, mut unit, mut taken) = (0u32, Precision::SECOND.0, 0);
    for digit in digits.iter().take(9).take_while(|byte| byte.is_ascii_digit()) {
        unit /= 10;
        nanos += u32::from(digit - b'0') * unit;
        taken += 1;
    }
    if taken == 0 { (0, Precision::SECOND, 0) } else { (nanos, Precision(unit), taken + 1) }
}

/// Seconds of the day of the six digits of `HH:MM:SS`; a leap second (`:60`) is the last of its minute.
fn clock([h1, h2, n1, n2, s1, s2]: [u8; 6]) -> Option<i64> {
    clock_time(two(h1, h2)?, two(n1, n2)?, two(s1, s2)?)
}

/// The same of a clock with two halves of twelve hours; `add` is what the half adds.
fn half_day(hour: u32, add: u32, [n1, n2, s1, s2]: [u8; 4]) -> Option<i64> {
    let hour = (1..=12).contains(&hour).then_some(hour % 12 + add)?;
    clock_time(hour, two(n1, n2)?, two(s1, s2)?)
}

pub(crate) fn clock_time(hour: u32, minute: u32, second: u32) -> Option<i64> {
    (hour < 24 && minute < 60 && second <= 60)
        .then(|| i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second.min(59)))
}

pub(crate) fn join(day: i64, second: i64, nanos: u32) -> i64 {
    (day * 86_400 + second).saturating_mul(1_000_000_000).saturating_add(i64::from(nanos))
}

fn two(tens: u8, ones: u8) -> Option<u32> {
    (tens.is_ascii_digit() && ones.is_ascii_digit())
        .then(|| u32::from(tens - b'0') * 10 + u32::from(ones - b'0'))
}

fn four(a: u8, b: u8, c: u8, d: u8) -> Option<i64> {
    Some(i64::from(two(a, b)?) * 100 + i64::from(two(c, d)?))
}

fn english_month(name: [u8; 3]) -> Option<u32> {
    Some(match &name {
        b"Jan" => 1,
        b"Feb" => 2,
        b"Mar" => 3,
        b"Apr" => 4,
        b"May" => 5,
        b"Jun" => 6,
        b"Jul" => 7,
        b"Aug" => 8,
        b"Sep" => 9,
        b"Oct" => 10,
        b"Nov" => 11,
        b"Dec" => 12,
        _ => return None,
    })
}

/// Days from 1970-01-01 to a date of the Gregorian calendar; `None` if there is no such date. Years outside 1900 to
/// 2200 are refused: no log is of that time, and nanoseconds in 64 bits end in 2262.
pub(crate) fn days(year: i64, month: u32, day: u32) -> Option<i64> {
    const BEFORE: [i64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    const LENGTH: [u32; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let index = (month as usize).checked_sub(1)?;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let longest = LENGTH.get(index)? + u32::from(leap && month == 2);
    if !(1900..=2200).contains(&year) || day == 0 || day > longest {
        return None;
    }
    let past = year - 1;
    let whole_years = past * 365 + past / 4 - past / 100 + past / 400;
    let in_year = BEFORE.get(index)? + i64::from(leap && month > 2) + i64::from(day) - 1;
    Some(whole_years + in_year - 719_162)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wall(text: &str) -> Option<i64> {
        iso(text.as_bytes()).map(|(stamp, _)| stamp.wall / 1_000_000_000)
    }

    #[test]
    fn days_agree_with_the_calendar() {
        assert_eq!(wall("1970-01-01 00:00:00"), Some(0));
        assert_eq!(wall("2000-02-29 12:00:00"), Some(951_825_600));
        assert_eq!(wall("2026-11-21 18:00:00"), Some(1_795_284_000));
        let mut day = wall("1999-12-31 00:00:00").expect("a date");
        for year in 2000..2030 {
            for month in 1..=12 {
                for date in 1..=31 {
                    if let Some(next) = wall(&format!("{year}-{month:02}-{date:02} 00:00:00")) {
                        assert_eq!(next, day + 86_400, "{year}-{month}-{date} follows the day before it");
                        day = next;
                    }
                }
            }
        }
    }

    #[test]
    fn no_such_time() {
        for text in [
            "2026-02-29 00:00:00",
            "2026-00-10 00:00:00",
            "2026-13-10 00:00:00",
            "2026-06-31 00:00:00",
            "2026-06-30 24:00:00",
            "2026-06-30 23:60:00",
            "2026-06-30 23:59:61",
            "0026-06-30 23:59:59",
            "2026-06-30_23:59:59",
            "2026-06-3a 23:59:59",
            "2026-06-30 23:59:5",
            "",
        ] {
            assert_eq!(wall(text), None, "{text}");
        }
    }

    #[test]
    fn fractions_and_offsets() {
        for (text, nanos, precision, offset, taken) in [
            ("2026-11-21 18:00:00 x", 0, 1_000_000_000, None, 19),
            ("2026-11-21 18:00:00.5x", 500_000_000, 100_000_000, None, 21),
            ("2026-11-21 18:00:00,123 INFO", 123_000_000, 1_000_000, None, 23),
            ("2026-11-21T18:00:00.123456789Z", 123_456_789, 1, Some(0), 30),
            ("2026-11-21 18:00:00.123 GMT-0400 <@>", 123_000_000, 1_000_000, Some(-14_400), 32),
            ("2026-11-21 18:00:00.123 GMT+05:30 <@>", 123_000_000, 1_000_000, Some(19_800), 33),
            ("2026-11-21 18:00:00.123 GMT <@>", 123_000_000, 1_000_000, Some(0), 27),
            ("2026-11-21T16:25:38.671-05:00 INFO", 671_000_000, 1_000_000, Some(-18_000), 29),
            ("2026-11-21 18:00:00 +0200]", 0, 1_000_000_000, Some(7_200), 25),
            ("2026-11-21 18:00:00 GMTX", 0, 1_000_000_000, None, 19),
            ("2026-11-21 18:00:00 -12345", 0, 1_000_000_000, None, 19),
            ("2026-11-21 18:00:00. ", 0, 1_000_000_000, None, 19),
        ] {
            let (stamp, length) = iso(text.as_bytes()).expect(text);
            assert_eq!(stamp.wall % 1_000_000_000, nanos, "{text}");
            assert_eq!((stamp.precision.0, stamp.offset, length), (precision, offset, taken), "{text}");
        }
    }

    #[test]
    fn stamps_in_the_language_of_the_jvm() {
        let second =
            |text: &[u8]| java_util_logging(text).map(|(stamp, taken)| (stamp.wall / 1_000_000_000, taken));
        let at = |hour: i64, minute: i64, second: i64| 1_795_219_200 + hour * 3600 + minute * 60 + second; // 21 Nov 2026
        for (text, moment) in [
            ("Nov 21, 2026 10:08:22 PM org.x.Y log", at(22, 8, 22)),
            ("nov 21, 2026 12:08:22 AM org.x.Y log", at(0, 8, 22)),
            ("十一月 21, 2026 5:11:06 上午 org.x.Y log", at(5, 11, 6)),
            ("11 21, 2026 6:08:39 午後 org.x.Y log", at(18, 8, 39)),
            ("11月 21, 2026 12:08:39 午後 org.x.Y log", at(12, 8, 39)),
            ("11월 21, 2026 6:08:39 오후 org.x.Y log", at(18, 8, 39)),
            ("nov. 21, 2026 6:08:39 P. M. org.x.Y log", at(18, 8, 39)),
            ("nov 21, 2026 6:08:39 P.\u{a0}M. org.x.Y log", at(18, 8, 39)),
            ("нояб. 21, 2026 6:08:39 PM org.x.Y log", at(18, 8, 39)),
            ("lis 21, 2026 6:08:39 ODP. org.x.Y log", at(18, 8, 39)),
        ] {
            let (wall, taken) = second(text.as_bytes()).expect(text);
            assert_eq!(wall, moment, "{text}");
            assert!(text.as_bytes()[taken..].starts_with(b" org."), "{text}");
        }
        // GBK
        assert_eq!(
            second(b"\xca\xae\xd2\xbb\xd4\xc2 21, 2026 5:11:06 \xcf\xc2\xce\xe7 x y"),
            Some((at(17, 11, 6), 28))
        );
        for text in [
            "Nov 21, 2026 13:08:22 PM x y",
            "Foo 21, 2026 1:08:22 PM x y",
            "Nov 21 2026 1:08:22 PM x y",
            "Nov 21, 2026 1:08:22 PMx y",
        ] {
            assert_eq!(second(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn times_without_a_date_and_the_dates_above_them() {
        let time =
            |text: &str| time_of_day(text.as_bytes()).map(|(stamp, taken)| (stamp.wall / 1_000_000, taken));
        assert_eq!(time("12:42:34:878 pg2A-pim2"), Some((45_754_878, 12)));
        assert_eq!(time("00:37:44 ra-rtr MDS"), Some((2_264_000, 8)));
        for text in ["24:00:00:000 x", "12:42:34:8789 x", "12:42:34:87", "12:42:34x", "1:42:34"] {
            assert_eq!(time(text), None, "{text}");
        }
        assert_eq!(long_date(b"February 8, 2007"), Some(13_552));
        assert_eq!(long_date(b"November 21, 2026:"), Some(20_778));
        assert_eq!(long_date(b"Smarch 21, 2026"), None);
    }

    #[test]
    fn stamps_of_other_programs() {
        type Reader = fn(&[u8]) -> Option<(RawTimestamp, usize)>;
        let readers: [(Reader, &str, i64, Option<i32>, usize); 9] = [
            (american, "11/21/2026 04:26:07 PM INFO", 1_795_278_367_000, None, 22),
            (american, "11/21/2026 12:26:07 AM INFO", 1_795_220_767_000, None, 22),
            (access_log, "22/Aug/2017:16:20:22 +0200]", 1_503_418_822_000, Some(7200), 26),
            (cisco, "Aug 22 2017 16:20:22.241 +0200: %CCBU", 1_503_418_822_241, Some(7200), 30),
            (cisco, "Feb  8 2007 05:37:44.658 +0000: %ICM", 1_170_913_064_658, Some(0), 30),
            (cisco, "Feb 8 2007 05:37:44.658 UTC: x", 1_170_913_064_658, Some(0), 27),
            (cisco, "Feb 8 2007 05:37:44.658 PST: x", 1_170_913_064_658, None, 23),
            (ctime, "Sat Nov 21 16:40:13.816 2026] [1:2]", 1_795_279_213_816, None, 28),
            (ctime, "Sun Nov  1 16:40:13 2026]", 1_793_551_213_000, None, 24),
        ];
        for (read, text, millis, offset, taken) in readers {
            let (stamp, length) = read(text.as_bytes()).expect(text);
            assert_eq!((stamp.wall / 1_000_000, stamp.offset, length), (millis, offset, taken), "{text}");
        }
        assert_eq!(access_log(b"22/Aug/2017:16:20:22"), None, "an access log has an offset");
        assert!(
            cisco("11月 22 2017 16:20:22.241 +0200".as_bytes()).is_some(),
            "log4j writes the month of the locale"
        );
        assert_eq!(cisco(b"xyz 22 2017 16:20:22.241 +0200"), None);
        assert_eq!(ctime(b"123 Nov 21 16:40:13 2026"), None);
    }

    #[test]
    fn tomcat_stamps_have_english_months() {
        let (stamp, length) = day_month_year(b"21-Nov-2026 18:00:00.123 GRAVE").expect("a stamp");
        assert_eq!((stamp.wall, length), (1_795_284_000_123_000_000, 24));
        assert_eq!(day_month_year(b"21-nov-2026 18:00:00.123"), None);
        assert_eq!(day_month_year(b"21-Nov-2026T18:00:00.123"), None);
    }
}
