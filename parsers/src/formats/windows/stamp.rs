//! Dates in the cultures of Windows: `11/21/2026 4:26:07 PM`, `21.11.2026 16:26:07`, `2021/8/27 下午 01:27:31`.
//!
//! The language of Windows and the region of its dates are two settings, so the words of an export do not decide. Dots
//! and dashes are unambiguous: the day is first unless the year is. In `11/12/2026` the order of day and month is not
//! in the line. Then the other lines of the file decide ([`Order::of`]): one with a number above 12 is enough. Without
//! such a line the month is first where the time has AM or PM, except in the form `5/03/2026` of Australia and New
//! Zealand, and the day is first otherwise.

use crate::layout::{days, half_of_day, join};
use crate::{Precision, RawTimestamp};

/// Order of day and month in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::formats) enum Order {
    /// No line decides: the form of each line does.
    Open,
    /// The day is first.
    DayFirst,
    /// The month is first.
    MonthFirst,
}

impl Order {
    /// The order that dates of a file show: the first date that can be read in one way only.
    pub(in crate::formats) fn of<'a>(dates: impl Iterator<Item = &'a [u8]>) -> Order {
        let mut dates = dates.filter_map(|text| Numbers::read(text));
        dates.find_map(|(numbers, _)| numbers.shows()).unwrap_or(Order::Open)
    }
}

/// The three numbers of a date, as written.
#[derive(Clone, Copy)]
struct Numbers {
    separator: u8,
    values: [u32; 3],
    digits: [usize; 3],
}

impl Numbers {
    /// Three numbers between equal separators at the start of a text, and the rest.
    fn read(text: &[u8]) -> Option<(Numbers, &[u8])> {
        let (mut values, mut digits) = ([0; 3], [0; 3]);
        let mut separator = None;
        let mut rest = text;
        for (place, (value, count)) in values.iter_mut().zip(&mut digits).enumerate() {
            if place > 0 {
                let own = *rest.first().filter(|byte| matches!(byte, b'/' | b'.' | b'-'))?;
                if separator.is_some_and(|known| known != own) {
                    return None;
                }
                separator = Some(own);
                rest = rest.get(1..)?;
                // Korea and Hungary write a space after the dot
                rest = rest.strip_prefix(b" ").unwrap_or(rest);
            }
            *count = rest.iter().take(5).take_while(|byte| byte.is_ascii_digit()).count();
            *value = rest.iter().take(*count).fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
            if *count == 0 || *count > 4 {
                return None;
            }
            rest = rest.get(*count..)?;
        }
        Some((Numbers { separator: separator?, values, digits }, rest))
    }

    /// The order, if the date can be read in one way only.
    fn shows(&self) -> Option<Order> {
        let [one, other, _] = self.values;
        match self.digits {
            [4, ..] => None,
            _ if self.separator != b'/' => None,
            _ if one > 12 && other <= 12 => Some(Order::DayFirst),
            _ if other > 12 && one <= 12 => Some(Order::MonthFirst),
            _ => None,
        }
    }

    /// Days since 1970-01-01.
    fn day(&self, order: Order, has_half: bool) -> Option<i64> {
        let [one, other, third] = self.values;
        let (year, month, day) = match (self.digits, self.separator) {
            ([4, ..], _) => (one, other, third),
            ([_, _, 4], b'.' | b'-') => (third, other, one),
            ([_, _, 4], _) => {
                let order = match (self.shows(), order) {
                    (Some(shown), _) => shown,
                    (None, Order::Open) if has_half && !self.is_australian() => Order::MonthFirst,
                    (None, Order::Open) => Order::DayFirst,
                    (None, known) => known,
                };
                if order == Order::MonthFirst { (third, one, other) } else { (third, other, one) }
            }
            _ => return None,
        };
        days(i64::from(year), month, day)
    }

    /// `5/03/2026`: only the month has a zero before it.
    fn is_australian(&self) -> bool {
        self.values.get(1).is_some_and(|month| *month < 10) && matches!(self.digits, [1, 2, _])
    }
}

/// Reads a date with a time that is the whole text. Local time in whole seconds.
pub(in crate::formats) fn read(text: &[u8], order: Order) -> Option<RawTimestamp> {
    if !text.first()?.is_ascii_digit() && *text.first()? < 0x80 {
        return None;
    }
    // marks for the direction of text, which Windows writes around dates, and spaces that do not break
    let plain: Vec<u8>;
    let text = if text.iter().any(|byte| *byte == 0xe2 || *byte == 0xc2) {
        plain = without_marks(text);
        &plain
    } else {
        text
    };
    let (mut numbers, mut rest) = (None, text);
    let mut half = None;
    // Korea and Taiwan write the half of the day before the time, and the translations of some pages before the date
    if let Some((add, taken)) = half_at(rest) {
        half = Some(add);
        rest = rest.get(taken..)?.trim_ascii_start();
    }
    if let Some((found, after)) = Numbers::read(rest) {
        numbers = Some(found);
        rest = after.strip_prefix(b".").unwrap_or(after);
        rest = rest.strip_prefix(b",").unwrap_or(rest).strip_prefix(b" ")?.trim_ascii_start();
    }
    let numbers = numbers?;
    if half.is_none()
        && let Some((add, taken)) = half_at(rest)
    {
        half = Some(add);
        rest = rest.get(taken..)?.trim_ascii_start();
    }
    let (time, after) = time(rest)?;
    let mut rest = after.trim_ascii_start();
    if half.is_none()
        && let Some((add, taken)) = half_at(rest)
    {
        half = Some(add);
        rest = rest.get(taken..)?;
    }
    let [hour, minute, second] = time;
    let hour = match half {
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(add) => hour % 12 + add,
        None => hour,
    };
    if !rest.is_empty() || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let day = numbers.day(order, half.is_some())?;
    let seconds = (hour * 60 + minute) * 60 + second;
    Some(RawTimestamp { wall: join(day, i64::from(seconds), 0), offset: None, precision: Precision::SECOND })
}

/// The half of the day at the start of a text: its hours, and the length of the word.
fn half_at(text: &[u8]) -> Option<(u32, usize)> {
    // the words of all languages are many
    text.first().filter(|first| !first.is_ascii_digit())?;
    half_of_day(text)
}

/// `4:26:07`, `16.26.07` or `16:26`, and the rest.
fn time(text: &[u8]) -> Option<([u32; 3], &[u8])> {
    let mut values = [0; 3];
    let mut rest = text;
    for (place, value) in values.iter_mut().enumerate() {
        if place > 0 {
            match rest.first() {
                Some(b':' | b'.') => rest = rest.get(1..)?,
                _ if place == 2 => break,
                _ => return None,
            }
        }
        let count = rest.iter().take(3).take_while(|byte| byte.is_ascii_digit()).count();
        if count == 0 || count > 2 || place > 0 && count != 2 {
            return None;
        }
        *value = rest.iter().take(count).fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
        rest = rest.get(count..)?;
    }
    Some((values, rest))
}

/// A text without marks for its direction, with plain spaces.
fn without_marks(text: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        rest = match rest {
            [0xe2, 0x80, 0x8e | 0x8f, after @ ..] => after,
            [0xe2, 0x80, 0xaf, after @ ..] | [0xc2, 0xa0, after @ ..] => {
                plain.push(b' ');
                after
            }
            _ => {
                plain.push(*first);
                after
            }
        };
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wall(text: &str, order: Order) -> Option<String> {
        let stamp = read(text.as_bytes(), order)?;
        let seconds = stamp.wall / 1_000_000_000;
        let (day, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        // days since 2026-01-01
        Some(format!("{} {:02}:{:02}:{:02}", day - 20_454, second / 3600, second / 60 % 60, second % 60))
    }

    #[test]
    fn the_cultures_of_windows_are_read() {
        // the 21st of November is day 324 of 2026, counted from 0
        for text in [
            "11/21/2026 4:26:07 PM",
            "11/21/2026 4:26:07\u{202f}PM",
            "21/11/2026 4:26:07 PM",
            "21.11.2026 16:26:07",
            "21/11/2026 16:26:07",
            "21-11-2026 16:26:07",
            "2026/11/21 16:26:07",
            "2026-11-21 16:26:07",
            "2026-11-21 오후 4:26:07",
            "2026/11/21 下午 04:26:07",
            "\u{200e}11\u{200e}/\u{200e}21\u{200e}/\u{200e}2026\u{200e} \u{200e}4\u{200e}:\u{200e}26\u{200e}:\u{200e}07\u{200e} \u{200e}PM",
            "21.11.2026, 16:26:07",
        ] {
            assert_eq!(wall(text, Order::Open).as_deref(), Some("324 16:26:07"), "{text}");
        }
    }

    #[test]
    fn a_date_of_two_readings_follows_the_file() {
        // 3 May is day 122, 5 March day 63
        for (text, order, day) in [
            ("5/3/2026 4:26:07 AM", Order::Open, "122 04:26:07"),
            ("5/03/2026 4:26:07 AM", Order::Open, "63 04:26:07"),
            ("05/03/2026 04:26:07", Order::Open, "63 04:26:07"),
            ("5/3/2026 4:26:07 AM", Order::DayFirst, "63 04:26:07"),
            ("05/03/2026 04:26:07", Order::MonthFirst, "122 04:26:07"),
        ] {
            assert_eq!(wall(text, order).as_deref(), Some(day), "{text} {order:?}");
        }
        let order = |dates: &[&str]| Order::of(dates.iter().map(|date| date.as_bytes()));
        assert_eq!(order(&["5/3/2026 4:26:07 AM", "13/3/2026 4:26:07 AM"]), Order::DayFirst);
        assert_eq!(order(&["05/03/2026 04:26:07", "05/31/2026 04:26:07"]), Order::MonthFirst);
        assert_eq!(order(&["05/03/2026 04:26:07", "31.05.2026 04:26:07"]), Order::Open);
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "31/31/2026 1:00:00 PM",
            "11/21/2026",
            "11/21/2026 25:00:00",
            "1/2/3",
            "11/21/2026 4:26:07 PM x",
            "13:00:00",
            "System",
            "11.21/2026 16:00:00",
            "0/1/2026 4:00:00",
        ] {
            assert_eq!(wall(text, Order::Open), None, "{text}");
        }
    }
}
