//! [`Pattern`]: timestamps in a layout that is given as text, with the letters of Java's date formats, because the
//! configurations of such logs use them: `dd MMM yyyy HH:mm:ss,SSS`.
//!
//! Slower than the readers of [`crate::layout`], which cover the layouts of most logs.

use crate::layout::{any_month, clock_time, days, half_of_day, join, offset, short_year};
use crate::{Precision, RawTimestamp};

/// A layout of timestamps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    pieces: Vec<PatternItem>,
    dated: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum PatternItem {
    /// A number with a minimum and maximum number of digits.
    Number(Field, usize, usize),
    /// Name of a month in any language.
    MonthName,
    /// Half of the day in any language.
    Half,
    /// Digits after the second.
    Fraction,
    /// `+0200`, `Z`.
    Offset,
    /// A name, of which only UTC and GMT are used.
    ZoneName,
    /// Letters without information.
    Weekday,
    /// Seconds or milliseconds since 1970 in UTC, with the nanoseconds of the unit.
    Epoch(i64),
    /// One or more spaces.
    Blanks,
    /// This byte.
    Byte(u8),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Year,
    YearOfCentury,
    Month,
    Day,
    Hour,
    HourOfHalf,
    Minute,
    Second,
}

/// Reason why a pattern cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternError(pub String);

impl std::fmt::Display for PatternError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for PatternError {}

impl Pattern {
    /// Parses a pattern: `yyyy yy MM M MMM dd d EEE HH H hh h mm ss SSS a X XXX Z z` and `'text'`; or `epoch-millis`,
    /// `epoch-seconds`. Other characters match themselves; a space matches one or more.
    pub fn new(text: &str) -> Result<Pattern, PatternError> {
        let pieces = match text {
            "epoch-millis" => vec![PatternItem::Epoch(1_000_000)],
            "epoch-seconds" => vec![PatternItem::Epoch(1_000_000_000)],
            _ => pieces(text)?,
        };
        let has = |wanted: &dyn Fn(&PatternItem) -> bool| pieces.iter().any(wanted);
        let number =
            |wanted: Field| has(&|piece| matches!(piece, PatternItem::Number(field, ..) if *field == wanted));
        let epoch = has(&|piece| matches!(piece, PatternItem::Epoch(_)));
        let year = number(Field::Year) || number(Field::YearOfCentury);
        let month = number(Field::Month) || has(&|piece| *piece == PatternItem::MonthName);
        let day = number(Field::Day);
        if !epoch && (year || month || day) && !(year && month && day) {
            return Err(PatternError(
                "a date needs year, month and day (y, M, d), or none of them".to_owned(),
            ));
        }
        if !(epoch || number(Field::Hour) || number(Field::HourOfHalf)) {
            return Err(PatternError("it has no hour (HH, or hh with a)".to_owned()));
        }
        if number(Field::HourOfHalf) && !has(&|piece| *piece == PatternItem::Half) {
            return Err(PatternError("a 12-hour clock (h) needs AM or PM (a)".to_owned()));
        }
        Ok(Pattern { pieces, dated: epoch || year })
    }

    /// Returns whether its timestamps have a date.
    pub fn is_dated(&self) -> bool {
        self.dated
    }

    /// Reads a timestamp at the start of `text`; returns it and its length in bytes. Without a date it is a time of
    /// 1970-01-01.
    pub fn read(&self, text: &[u8]) -> Option<(RawTimestamp, usize)> {
        let (mut year, mut month, mut day) = (1970, 1, 1);
        let (mut hour, mut minute, mut second, mut half) = (0, 0, 0, None);
        let (mut nanos, mut precision, mut east) = (0, Precision::SECOND, None);
        let mut rest = text;
        for piece in &self.pieces {
            let taken = match piece {
                PatternItem::Number(field, least, most) => {
                    let digits = rest.iter().take(*most).take_while(|byte| byte.is_ascii_digit()).count();
                    let value =
                        rest.iter().take(digits).fold(0u32, |sum, digit| sum * 10 + u32::from(digit - b'0'));
                    match field {
                        Field::Year => year = i64::from(value),
                        Field::YearOfCentury => year = short_year(value),
                        Field::Month => month = value,
                        Field::Day => day = value,
                        Field::Hour | Field::HourOfHalf => hour = value,
                        Field::Minute => minute = value,
                        Field::Second => second = value,
                    }
                    (digits >= *least).then_some(digits)?
                }
                PatternItem::MonthName => {
                    let end = rest.iter().take(20).position(|byte| ends_month(*byte))?;
                    month = any_month(rest.get(..end)?)?;
                    end
                }
                PatternItem::Half => {
                    let (add, taken) = half_of_day(rest)?;
                    half = Some(add);
                    taken
                }
                PatternItem::Fraction => {
                    let mut unit = Precision::SECOND.0;
                    let digits = rest.iter().take(9).take_while(|byte| byte.is_ascii_digit());
                    let taken = digits
                        .map(|digit| {
                            unit /= 10;
                            nanos += u32::from(digit - b'0') * unit;
                        })
                        .count();
                    precision = Precision(unit);
                    (taken > 0).then_some(taken)?
                }
                PatternItem::Offset => {
                    let (read, taken) = offset(rest).or_else(|| hours(rest))?;
                    east = Some(read);
                    taken
                }
                PatternItem::ZoneName => {
                    let end = rest.iter().take(8).take_while(|byte| byte.is_ascii_alphabetic()).count();
                    if matches!(rest.get(..end), Some(b"UTC" | b"GMT" | b"Z")) {
                        east = Some(0);
                    }
                    (end > 0).then_some(end)?
                }
                PatternItem::Weekday => rest
                    .iter()
                    .take(24)
                    .take_while(|byte| byte.is_ascii_alphabetic() || **byte >= 0x80)
                    .count(),
                PatternItem::Epoch(unit) => {
                    let (stamp, taken) = epoch(rest, *unit)?;
                    return Some((stamp, text.len() - rest.len() + taken));
                }
                PatternItem::Blanks => {
                    let blanks = rest.iter().take_while(|byte| **byte == b' ').count();
                    (blanks > 0).then_some(blanks)?
                }
                PatternItem::Byte(byte) => (rest.first() == Some(byte)).then_some(1)?,
            };
            rest = rest.get(taken..)?;
        }
        let hour = match half {
            Some(add) if (1..=12).contains(&hour) => hour % 12 + add,
            Some(_) => return None,
            None => hour,
        };
        let wall = join(days(year, month, day)?, clock_time(hour, minute, second)?, nanos);
        Some((RawTimestamp { wall, offset: east, precision }, text.len() - rest.len()))
    }
}

/// Reads a whole text as `H:MM:SS`, with one or two digits of the hour. The wall time is that of 1970-01-01.
pub(crate) fn clock_of_hours(text: &[u8]) -> Option<RawTimestamp> {
    let mut parts = text.split(|byte| *byte == b':');
    let mut number = || {
        let digits = parts.next().filter(|digits| matches!(digits.len(), 1 | 2))?;
        let sound = digits.iter().all(u8::is_ascii_digit);
        sound.then(|| digits.iter().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0')))
    };
    let (hour, minute, second) = (number()?, number()?, number()?);
    let wall = join(0, clock_time(hour, minute, second)?, 0);
    parts.next().is_none().then_some(RawTimestamp { wall, offset: None, precision: Precision::SECOND })
}

/// Returns whether a byte ends the name of a month, which may contain a dot, and bytes of any charset.
fn ends_month(byte: u8) -> bool {
    matches!(byte, b' ' | b'-' | b'/' | b',')
}

/// Milliseconds or seconds since 1970, with `unit` nanoseconds each. Only the years from 2001 on, so that it has 10
/// or 13 digits.
pub(crate) fn epoch(text: &[u8], unit: i64) -> Option<(RawTimestamp, usize)> {
    let digits = if unit == 1_000_000 { 13 } else { 10 };
    let number = text.get(..digits)?;
    let over = text.get(digits).is_none_or(|byte| !byte.is_ascii_digit());
    let sound = number.first() != Some(&b'0') && number.iter().all(u8::is_ascii_digit) && over;
    let value = number.iter().fold(0i64, |sum, digit| sum * 10 + i64::from(digit.wrapping_sub(b'0')));
    // 9,999,999,999 seconds are in the year 2286, beyond nanoseconds in 64 bits
    let wall = value.checked_mul(unit)?;
    sound.then_some((RawTimestamp { wall, offset: Some(0), precision: Precision(unit as u32) }, digits))
}

/// `-05`: an offset of hours only.
pub(crate) fn hours(text: &[u8]) -> Option<(i32, usize)> {
    let &[sign @ (b'+' | b'-'), h1 @ b'0'..=b'1', h2 @ b'0'..=b'9', ref rest @ ..] = text else {
        return None;
    };
    let east = (i32::from(h1 - b'0') * 10 + i32::from(h2 - b'0')) * 3600;
    let over = rest.first().is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte != b':');
    (over && east <= 18 * 3600).then_some((if sign == b'-' { -east } else { east }, 3))
}

fn pieces(text: &str) -> Result<Vec<PatternItem>, PatternError> {
    let mut pieces = Vec::new();
    let mut rest = text.chars().peekable();
    while let Some(one) = rest.next() {
        if one == '\'' {
            quoted(&mut rest, &mut pieces)?;
            continue;
        }
        if one == ' ' {
            while rest.next_if_eq(&' ').is_some() {}
            pieces.push(PatternItem::Blanks);
            continue;
        }
        if !one.is_ascii_alphabetic() {
            let mut bytes = [0; 4];
            pieces.extend(one.encode_utf8(&mut bytes).bytes().map(PatternItem::Byte));
            continue;
        }
        let mut count = 1;
        while rest.next_if_eq(&one).is_some() {
            count += 1;
        }
        // a single letter means one or two digits
        let number = |field| PatternItem::Number(field, count.min(2), 2);
        pieces.push(match (one, count) {
            ('y' | 'u', 2) => PatternItem::Number(Field::YearOfCentury, 2, 2),
            ('y' | 'u', _) => PatternItem::Number(Field::Year, 4, 4),
            ('M' | 'L', 3..) => PatternItem::MonthName,
            ('M' | 'L', _) => number(Field::Month),
            ('d', _) => number(Field::Day),
            ('H', _) => number(Field::Hour),
            ('h', _) => number(Field::HourOfHalf),
            ('m', _) => number(Field::Minute),
            ('s', _) => number(Field::Second),
            ('S' | 'n', _) => PatternItem::Fraction,
            ('a', _) => PatternItem::Half,
            ('X' | 'x' | 'Z', _) => PatternItem::Offset,
            ('z' | 'v', _) => PatternItem::ZoneName,
            ('E', _) => PatternItem::Weekday,
            _ => {
                return Err(PatternError(format!(
                    "the letter {one:?} is not known; put words between apostrophes, and see the letters of Java's \
                     SimpleDateFormat"
                )));
            }
        });
    }
    Ok(pieces)
}

/// `'T'`, and `''` for an apostrophe.
fn quoted(
    rest: &mut std::iter::Peekable<std::str::Chars<'_>>,
    pieces: &mut Vec<PatternItem>,
) -> Result<(), PatternError> {
    if rest.next_if_eq(&'\'').is_some() {
        pieces.push(PatternItem::Byte(b'\''));
        return Ok(());
    }
    loop {
        match rest.next() {
            Some('\'') => return Ok(()),
            Some(one) => {
                let mut bytes = [0; 4];
                pieces.extend(one.encode_utf8(&mut bytes).bytes().map(PatternItem::Byte));
            }
            None => return Err(PatternError("an apostrophe is not closed".to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pattern: &str, text: &str) -> Option<(i64, Option<i32>, usize)> {
        let pattern = Pattern::new(pattern).expect(pattern);
        pattern.read(text.as_bytes()).map(|(stamp, taken)| (stamp.wall / 1_000_000, stamp.offset, taken))
    }

    #[test]
    fn layouts_that_loggers_write() {
        for (pattern, text, millis, offset, taken) in [
            ("dd MMM yyyy HH:mm:ss,SSS", "21 nov. 2026 22:37:10,367 [main]", 1_795_300_630_367, None, 25),
            ("dd MMM yyyy HH:mm:ss,SSS", "21 11月 2026 22:37:09,855 [", 1_795_300_629_855, None, 26),
            ("dd/MM/yy HH:mm:ss:SSS z", "21/11/26 22:37:10:384 CET] main", 1_795_300_630_384, None, 25),
            (
                "yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
                "2026-11-21T16:37:27.490-05:00 x",
                1_795_279_047_490,
                Some(-18000),
                29,
            ),
            (
                "yyyy-MM-dd'T'HH:mm:ss.SSSX",
                "2026-11-21T16:34:54.275-05\"",
                1_795_278_894_275,
                Some(-18000),
                26,
            ),
            ("M/d/yyyy h:mm:ss a", "11/21/2026 4:26:07 PM,x", 1_795_278_367_000, None, 21),
            ("EEE MMM dd HH:mm:ss z yyyy", "Sat Nov 21 16:40:13 EST 2026", 1_795_279_213_000, None, 28),
            ("epoch-millis", "1795297047513 INFO", 1_795_297_047_513, Some(0), 13),
            ("HH:mm", "16:40 x", 60_000_000, None, 5),
        ] {
            assert_eq!(read(pattern, text), Some((millis, offset, taken)), "{pattern}: {text}");
        }
        for (pattern, text) in [
            ("yyyy-MM-dd HH:mm", "2026-02-30 10:00"),
            ("yyyy-MM-dd HH:mm", "2026-02-03 24:00"),
            ("M/d/yyyy h:mm:ss a", "11/21/2026 14:26:07 PM"),
            ("epoch-millis", "17952970475130"),
            ("epoch-millis", "9999999999999"),
            ("dd MMM yyyy HH:mm", "21 nix 2026 10:00"),
        ] {
            assert_eq!(read(pattern, text), None, "{pattern}: {text}");
        }
    }

    #[test]
    fn patterns_that_cannot_be_used_say_why() {
        for (pattern, why) in [
            ("yyyy-MM-dd", "no hour"),
            ("MM-dd HH:mm", "needs year"),
            ("yyyy-MM-dd hh:mm", "needs AM or PM"),
            ("yyyy-MM-dd HH:mm 'x", "not closed"),
            ("yyyy-MM-dd HH:mm b", "'b'"),
        ] {
            let error = Pattern::new(pattern).expect_err(pattern).to_string();
            assert!(error.contains(why), "{pattern}: {error}");
        }
    }
}
