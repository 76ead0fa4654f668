//! Timestamp layouts, read digit by digit: no allocation, no locale, no zone data.
//!
//! A library that reads timestamps by a pattern is 10 to 20 times slower, and timestamps are read for every message.
//! Values are checked (no 31 June, no 25 o'clock), because a line that only looks like a timestamp must not begin a
//! message.

mod fields;
#[cfg(test)]
mod tests;

use crate::{Precision, RawTimestamp};
pub(crate) use fields::fraction as fraction_of;
pub(crate) use fields::offset;
use fields::{MONTH_BYTES, clock, ends, english_month, four, fraction, half_day, month_day, two};
pub(crate) use fields::{any_month, clear_zone, clock_time, days, half_of_day, join};

/// Bytes of a layout `YYYY-MM-DD HH:MM:SS`.
const ISO_LENGTH: usize = 19;

/// Reads `YYYY-MM-DD HH:MM:SS` at the start of `text`, with a space or `T` between, an optional fraction after `.` or
/// `,`, and an optional offset (`Z`, `+0200`, `+02:00`, ` GMT-0400`, ` +0200`). Returns the timestamp and its length
/// in bytes.
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

/// Reads `DD/Mon/YYYY:HH:MM:SS +0200`, as access logs write it in brackets; the month is English.
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
/// may follow two spaces; the zone is an offset, or a name, of which only `UTC` and `GMT` are clear.
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

/// Reads `Mon DD HH:MM:SS.mmm ZONE`, Cisco's form without a year. The wall time is in the year 2000. The zone is an
/// offset or a name, as in [`cisco`].
pub(crate) fn cisco_without_year(text: &[u8]) -> Option<(RawTimestamp, usize)> {
    let (month, day, rest) = month_day(text)?;
    let &[b' ', h1, h2, b':', n1, n2, b':', s1, s2, ref after @ ..] = rest else { return None };
    let (nanos, precision, taken) = fraction(after);
    let wall = join(days(2000, month, day)?, clock([h1, h2, n1, n2, s1, s2])?, nanos);
    let zone = after.get(taken..)?;
    let (offset, zone_taken) = offset(zone).map_or((None, 0), |(east, taken)| (Some(east), taken));
    Some((RawTimestamp { wall, offset, precision }, text.len() - zone.len() + zone_taken))
}

/// Reads `MM/DD/YY HH:MM:SS` or `MM/DD/YYYY HH:MM:SS` with an optional fraction.
pub(crate) fn month_day_year(text: &[u8]) -> Option<(RawTimestamp, usize)> {
    let &[m1, m2, b'/', d1, d2, b'/', ref rest @ ..] = text else { return None };
    let (year, rest) = match *rest {
        [y1, y2, b' ', ref rest @ ..] => (short_year(two(y1, y2)?), rest),
        [y1, y2, y3, y4, b' ', ref rest @ ..] => (four(y1, y2, y3, y4)?, rest),
        _ => return None,
    };
    let &[h1, h2, b':', n1, n2, b':', s1, s2, ref after @ ..] = rest else { return None };
    let (nanos, precision, taken) = fraction(after);
    let day = days(year, two(m1, m2)?, two(d1, d2)?)?;
    let wall = join(day, clock([h1, h2, n1, n2, s1, s2])?, nanos);
    Some((RawTimestamp { wall, offset: None, precision }, text.len() - after.len() + taken))
}

/// The year of two digits: these programs are from the nineties and later.
pub(crate) fn short_year(two: u32) -> i64 {
    i64::from(two) + if two >= 90 { 1900 } else { 2000 }
}

/// Days since 1970-01-01 of `2024/08/13` or `2024-08-13` at the start of `text`.
pub(crate) fn date(text: &[u8]) -> Option<i64> {
    let &[y1, y2, y3, y4, one @ (b'/' | b'-'), m1, m2, two_, d1, d2, ref rest @ ..] = text else {
        return None;
    };
    (one == two_ && ends(rest)).then_some(())?;
    days(four(y1, y2, y3, y4)?, two(m1, m2)?, two(d1, d2)?)
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

/// Reads `MMM dd, yyyy h:mm:ss AM`, as java.util.logging's own formatter writes it: month and half of the day are in
/// the language of the JVM, in UTF-8 or its code page; a month may be a number. One space follows.
pub(crate) fn java_util_logging(text: &[u8]) -> Option<(RawTimestamp, usize)> {
    // the comma after the day is the only one in a timestamp, and it is near the start
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

/// Reads `HH:MM:SS`, with milliseconds after a colon as ICM's process logs write it, or with a fraction as Java's
/// loggers do, or without. It has no date: the wall time is that of 1970-01-01.
pub(crate) fn time_of_day(text: &[u8]) -> Option<(RawTimestamp, usize)> {
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
pub(crate) fn long_date(text: &[u8]) -> Option<i64> {
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
