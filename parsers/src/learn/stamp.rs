//! Timestamps of an unknown layout at the start of a text, as the letters of Java's date formats describe them.

use crate::layout::{any_month, half_of_day, offset};
use crate::pattern::epoch;

/// The date of a timestamp, as far as its digits show what they are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum DateForm {
    /// None, or one without a year, so that only the time of day is known.
    #[default]
    Missing,
    /// Every number has one meaning.
    Certain,
    /// Three numbers of which the order of day, month and year is not known: with their separator, and whether the year has
    /// four digits and so is the last.
    Numbers { values: [u32; 3], separator: u8, has_century: bool },
}

/// A timestamp whose layout is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FoundStamp {
    /// The date as a pattern; empty for [`DateForm::Numbers`] and without a date.
    pub(super) date: String,
    pub(super) form: DateForm,
    /// Everything after the date as a pattern, with the separator between them.
    pub(super) time: String,
    /// One of its numbers has one digit, so that all of this kind may have one.
    pub(super) short_date: bool,
    pub(super) short_hour: bool,
    /// Bytes of the date with the separator after it, and of all.
    pub(super) date_length: usize,
    pub(super) length: usize,
}

impl FoundStamp {
    /// What timestamps of one layout have in common.
    pub(super) fn key(&self) -> (String, String, bool) {
        let form = match self.form {
            DateForm::Missing => String::new(),
            DateForm::Certain => self.date.replace("dd", "d").replace("MM", "M"),
            DateForm::Numbers { separator, has_century, .. } => format!("{}{has_century}", separator as char),
        };
        (form, self.time.replace("HH", "H").replace("hh", "h"), matches!(self.form, DateForm::Missing))
    }
}

/// Reads a number of up to `most` digits: its value and its digits.
fn number(text: &[u8], most: usize) -> Option<(u32, usize)> {
    let digits = text.iter().take(most + 1).take_while(|byte| byte.is_ascii_digit()).count();
    let value = text.iter().take(digits).fold(0, |sum, byte| sum * 10 + u32::from(byte - b'0'));
    (1..=most).contains(&digits).then_some((value, digits))
}

/// Reads the timestamp at the start of a text.
pub(super) fn read(text: &[u8]) -> Option<FoundStamp> {
    for (unit, pattern) in [(1_000_000, "epoch-millis"), (1_000_000_000, "epoch-seconds")] {
        if let Some((_, length)) = epoch(text, unit) {
            let sound = text.get(length).is_none_or(|byte| b" ,;|]\t:".contains(byte));
            return sound.then(|| FoundStamp {
                date: pattern.to_owned(),
                form: DateForm::Certain,
                time: String::new(),
                short_date: false,
                short_hour: false,
                date_length: length,
                length,
            });
        }
    }
    let (date, form, short_date, date_length) = date(text).unwrap_or_default();
    let after = text.get(date_length..)?;
    let (separator, taken) = if date_length == 0 { (String::new(), 0) } else { between(after)? };
    let (time, short_hour, length) = time(after.get(taken..)?)?;
    let length = date_length + taken + length;
    // a longer number or a word is no end of a timestamp
    if text.get(length).is_some_and(u8::is_ascii_alphanumeric) {
        return None;
    }
    Some(FoundStamp {
        date,
        form,
        time: format!("{separator}{time}"),
        short_date,
        short_hour,
        date_length: date_length + taken,
        length,
    })
}

type FoundDate = (String, DateForm, bool, usize);

fn date(text: &[u8]) -> Option<FoundDate> {
    let weekday = text.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    // `Sat, 21 Nov 2026`, `Sat Nov 21`
    let (front, start) = match text.get(weekday..) {
        Some([b',', b' ', ..]) if weekday == 3 => ("EEE, ", 5),
        Some([b' ', next, ..])
            if weekday == 3 && any_month(text.get(..3)?).is_none() && next.is_ascii_alphabetic() =>
        {
            ("EEE ", 4)
        }
        _ => ("", 0),
    };
    let (pattern, form, short, length) = numbers(text.get(start..)?).or_else(|| named(text.get(start..)?))?;
    let front = if matches!(form, DateForm::Certain) { front } else { "" };
    Some((format!("{front}{pattern}"), form, short, start + length))
}

/// Three numbers, or eight digits.
fn numbers(text: &[u8]) -> Option<FoundDate> {
    if let Some((value, 8)) = number(text, 8) {
        let (year, month, day) = (value / 10_000, value / 100 % 100, value % 100);
        let is_sound = (1990..2100).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
        return is_sound.then(|| ("yyyyMMdd".to_owned(), DateForm::Certain, false, 8));
    }
    let (first, digits) = number(text, 4)?;
    let separator = *text.get(digits).filter(|byte| b"/.-".contains(byte))?;
    let mut at = digits + 1;
    if let Some((second, taken)) = number(text.get(at..)?, 2) {
        at += taken;
        (text.get(at) == Some(&separator)).then_some(())?;
        at += 1;
        let (third, last) = number(text.get(at..)?, 4)?;
        at += last;
        if digits == 4 && last <= 2 {
            let short = taken == 1 || last == 1;
            let sign = separator as char;
            let is_sound =
                (1990..2100).contains(&first) && (1..=12).contains(&second) && (1..=31).contains(&third);
            let pattern = if short { format!("yyyy{sign}M{sign}d") } else { format!("yyyy{sign}MM{sign}dd") };
            return is_sound.then_some((pattern, DateForm::Certain, short, at));
        }
        let is_year = last == 2 && digits <= 2 || last == 4 && digits <= 2 && (1990..2100).contains(&third);
        let form = DateForm::Numbers { values: [first, second, third], separator, has_century: last == 4 };
        return is_year.then_some((String::new(), form, digits == 1 || taken == 1, at));
    }
    // `21-Nov-2026`
    let (month, taken) = month(text.get(at..)?)?;
    at += taken;
    (text.get(at) == Some(&separator) && digits <= 2 && (1..=31).contains(&first) && month > 0)
        .then_some(())?;
    let (year, last) = number(text.get(at + 1..)?, 4)?;
    let letters = if last == 4 && (1990..2100).contains(&year) { "yyyy" } else { "yy" };
    let is_sound = last == letters.len();
    let day = if digits == 1 { "d" } else { "dd" };
    let sign = separator as char;
    is_sound
        .then(|| (format!("{day}{sign}MMM{sign}{letters}"), DateForm::Certain, digits == 1, at + 1 + last))
}

/// `21 Nov 2026`, `Nov 21, 2026`, `Nov 21 2026`, and `Nov 21` without a year.
fn named(text: &[u8]) -> Option<FoundDate> {
    if let Some((day, digits)) = number(text, 2) {
        (text.get(digits) == Some(&b' ') && (1..=31).contains(&day)).then_some(())?;
        let (_, taken) = month(text.get(digits + 1..)?)?;
        let at = digits + 1 + taken;
        (text.get(at) == Some(&b' ')).then_some(())?;
        let (year, 4) = number(text.get(at + 1..)?, 4)? else { return None };
        let letters = if digits == 1 { "d MMM yyyy" } else { "dd MMM yyyy" };
        return (1990..2100)
            .contains(&year)
            .then(|| (letters.to_owned(), DateForm::Certain, digits == 1, at + 5));
    }
    let (_, taken) = month(text)?;
    let spaces = text.get(taken..)?.iter().take(3).take_while(|byte| **byte == b' ').count();
    let (day, digits) = number(text.get(taken + spaces..)?, 2)?;
    (spaces > 0 && (1..=31).contains(&day)).then_some(())?;
    let at = taken + spaces + digits;
    let letter = if digits == 1 { "d" } else { "dd" };
    let after = text.get(at..)?;
    for comma in [", ", " "] {
        if let Some(rest) = after.strip_prefix(comma.as_bytes())
            && let Some((year, 4)) = number(rest, 4)
            && (1990..2100).contains(&year)
        {
            let pattern = format!("MMM {letter}{comma}yyyy");
            return Some((pattern, DateForm::Certain, digits == 1, at + comma.len() + 4));
        }
    }
    Some((String::new(), DateForm::Missing, digits == 1, at))
}

/// The number of a month by its name, and the bytes of the name.
fn month(text: &[u8]) -> Option<(u32, usize)> {
    let end = text.iter().take(20).position(|byte| b" -/,".contains(byte)).unwrap_or(text.len().min(20));
    let month = any_month(text.get(..end)?)?;
    (!text.first()?.is_ascii_digit()).then_some((month, end))
}

/// What is between date and time, as a pattern, and its bytes.
fn between(text: &[u8]) -> Option<(String, usize)> {
    for (sign, pattern) in [
        (" - ", " - "),
        (", ", ", "),
        ("T", "'T'"),
        (",", ","),
        ("_", "_"),
        (":", ":"),
        ("-", "-"),
        (" ", " "),
    ] {
        if text.starts_with(sign.as_bytes()) {
            let spaces = text.get(sign.len()..)?.iter().take_while(|byte| **byte == b' ').count();
            let spaces = if sign.ends_with(' ') { spaces } else { 0 };
            return Some((pattern.to_owned(), sign.len() + spaces));
        }
    }
    None
}

/// The time of day with fraction, half of the day and offset: its pattern, whether the hour has one digit, its bytes.
fn time(text: &[u8]) -> Option<(String, bool, usize)> {
    let (hour, digits) = number(text, 2)?;
    let (&[b':', n1, n2, b':', s1, s2], mut at) =
        (text.get(digits..digits + 6)?.first_chunk::<6>()?, digits + 6)
    else {
        return None;
    };
    let is_sound = [n1, n2, s1, s2].iter().all(u8::is_ascii_digit) && n1 < b'6' && s1 <= b'6' && hour < 24;
    is_sound.then_some(())?;
    let mut rest = String::from(":mm:ss");
    if let Some(sign @ (b'.' | b',' | b':')) = text.get(at).copied()
        && let Some((_, taken)) = number(text.get(at + 1..)?, 9)
    {
        rest.push(sign as char);
        rest.push_str("SSS");
        at += 1 + taken;
    }
    let after = text.get(at..)?;
    let spaces = after.iter().take_while(|byte| **byte == b' ').count();
    let mut hour_letter = 'H';
    if let Some((_, taken)) = half_of_day(after.get(spaces..)?)
        && (1..=12).contains(&hour)
        && after.get(spaces + taken).is_none_or(|byte| !byte.is_ascii_alphanumeric())
    {
        hour_letter = 'h';
        rest.push_str(if spaces > 0 { " a" } else { "a" });
        at += spaces + taken;
    }
    let after = text.get(at..)?;
    let (before, inner) = match after {
        [b' ', inner @ ..] => (" ", inner),
        _ => ("", after),
    };
    let signed = matches!(inner.first(), Some(b'+' | b'-' | b'Z'));
    if signed
        && let Some((_, taken)) = offset(inner)
        && inner.get(taken).is_none_or(|byte| !byte.is_ascii_alphanumeric())
    {
        rest.push_str(before);
        rest.push('X');
        at += before.len() + taken;
    }
    Some((format!("{hour_letter}{hour_letter}{rest}"), digits == 1, at))
}
