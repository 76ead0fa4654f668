//! Fields of timestamps: months, dates, times of day, fractions, offsets.

use crate::Precision;
use crate::month_words::{HALVES, MONTHS};

/// `AM` or `PM` in any language: the hours to add, and its length in bytes.
pub(crate) fn half_of_day(text: &[u8]) -> Option<(u32, usize)> {
    // the longest that fits: `A. M.` contains a space itself
    let fits = |rest: &[u8]| {
        rest.first().is_none_or(|byte| byte.is_ascii_punctuation() || byte.is_ascii_whitespace())
    };
    let halves = HALVES.iter().filter(|(word, _)| text.strip_prefix(*word).is_some_and(fits));
    halves.max_by_key(|(word, _)| word.len()).map(|(word, add)| (*add, word.len()))
}

/// Bytes within which the comma of a timestamp must be: the longest month in any language and charset, and the day.
pub(super) const MONTH_BYTES: usize = 24;

/// A month in any language: by name, or as a number with or without a character after it (`11`, `11月`).
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

/// `Nov 21`, `Nov  1` or `Nov 1`, and the rest. A logger that uses the month of the locale writes it in any language.
pub(super) fn month_day(text: &[u8]) -> Option<(u32, u32, &[u8])> {
    let (month, rest) = match *text {
        [a, b, c, b' ', ref rest @ ..] if a.is_ascii_uppercase() => (english_month([a, b, c])?, rest),
        [a, ..] if a.is_ascii_lowercase() || a.is_ascii_digit() || a >= 0x80 => {
            let end = memchr::memchr(b' ', text.get(..MONTH_BYTES).unwrap_or(text))?;
            let (name, rest) = text.split_at(end);
            let rest = rest.get(1..)?;
            // before the names of all languages are searched
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

/// Reads an offset from UTC: `Z`, `+02:00`, `-0500`, each also after one space; `GMT` and `UTC` alone or with such an
/// offset. Returns seconds east of UTC and the length in bytes.
pub(crate) fn offset(text: &[u8]) -> Option<(i32, usize)> {
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

/// Seconds east of UTC of a zone of letters that names one offset the world over. `EST`, `CST`, `PST`, `IST`, `BST` and
/// others are names of several, and give none.
pub(crate) fn clear_zone(name: &[u8]) -> Option<i32> {
    let minutes = match name {
        b"UTC" | b"GMT" | b"Z" => 0,
        b"PDT" => -7 * 60,
        b"AKDT" => -8 * 60,
        b"AKST" => -9 * 60,
        b"CET" => 60,
        b"CEST" | b"EET" => 2 * 60,
        b"EEST" | b"MSK" => 3 * 60,
        b"HKT" | b"SGT" | b"AWST" => 8 * 60,
        b"JST" | b"KST" => 9 * 60,
        b"ACST" => 9 * 60 + 30,
        b"AEST" => 10 * 60,
        b"ACDT" => 10 * 60 + 30,
        b"AEDT" => 11 * 60,
        b"NZST" => 12 * 60,
        b"NZDT" => 13 * 60,
        _ => return None,
    };
    Some(minutes * 60)
}

fn signed(sign: u8, [h1, h2, m1, m2]: [u8; 4], rest: &[u8], taken: usize) -> Option<(i32, usize)> {
    let (hours, minutes) = (two(h1, h2)?, two(m1, m2)?);
    // Pacific/Kiritimati is +14; ISO 8601 libraries allow 18
    if hours > 18 || minutes > 59 || !ends(rest) {
        return None;
    }
    let east = (hours * 3600 + minutes * 60) as i32;
    Some((if sign == b'-' { -east } else { east }, taken))
}

/// Returns whether a number or zone ends here: no letter or digit follows.
pub(super) fn ends(rest: &[u8]) -> bool {
    rest.first().is_none_or(|byte| !byte.is_ascii_alphanumeric())
}

/// Reads `.123`, `,123` and so on up to nanoseconds: nanoseconds, value of the last digit, length in bytes.
pub(crate) fn fraction(text: &[u8]) -> (u32, Precision, usize) {
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

/// Seconds of the day from the six digits of `HH:MM:SS`; a leap second (`:60`) is the last of its minute.
pub(super) fn clock([h1, h2, n1, n2, s1, s2]: [u8; 6]) -> Option<i64> {
    clock_time(two(h1, h2)?, two(n1, n2)?, two(s1, s2)?)
}

/// Seconds of the day on a clock of twelve hours; `add` are the hours of the half.
pub(super) fn half_day(hour: u32, add: u32, [n1, n2, s1, s2]: [u8; 4]) -> Option<i64> {
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

pub(super) fn two(tens: u8, ones: u8) -> Option<u32> {
    (tens.is_ascii_digit() && ones.is_ascii_digit())
        .then(|| u32::from(tens - b'0') * 10 + u32::from(ones - b'0'))
}

pub(super) fn four(a: u8, b: u8, c: u8, d: u8) -> Option<i64> {
    Some(i64::from(two(a, b)?) * 100 + i64::from(two(c, d)?))
}

pub(super) fn english_month(name: [u8; 3]) -> Option<u32> {
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

/// Days from 1970-01-01 to a date of the Gregorian calendar; `None` if the date does not exist. Years outside 1900 to
/// 2200 are rejected: no log is that old or new, and nanoseconds in 64 bits end in 2262.
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
