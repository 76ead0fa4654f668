//! Dates in the cultures of Windows: `11/21/2026 4:26:07 PM`, `21.11.2026 16:26:07`, `2021/8/27 下午 01:27:31`.
//!
//! The language of Windows and the region of its dates are two settings, so the words of an export do not decide. Dots
//! and dashes are unambiguous: the day is first unless the year is. In `11/12/2026` the order of day and month is not
//! in the line. Then the other lines of the file decide ([`Order::of`]): one with a number above 12 is enough, the event
//! as XML below it, or days that follow each other in one order only. Without such a line the month is first where the time
//! has `AM` or `PM`, except in the form `5/03/2026` of Australia and New Zealand, and the day is first where the half of
//! the day is in letters that are not Latin, or the words of the export are of a language whose regions all have the
//! day first. The order of other dates is open: they are not read.

use std::borrow::Cow;

use crate::layout::{days, half_of_day, iso, join};
use crate::learn::order::decide;
use crate::{DayOrder, FileDates, Format, Precision, RawTimestamp};

/// Order of day and month in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// The lines are not known yet, or none has a date of two readings.
    Open,
    /// No line decides, and there are dates of two readings.
    Undecided,
    /// The day is first.
    DayFirst,
    /// The month is first.
    MonthFirst,
}

/// What a text that is a date with a time shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dated {
    /// The local time, in whole seconds.
    At(RawTimestamp),
    /// A date of two readings.
    Open,
}

impl Dated {
    /// The time, if the date has one reading.
    pub(crate) fn stamp(self) -> Option<RawTimestamp> {
        match self {
            Dated::At(stamp) => Some(stamp),
            Dated::Open => None,
        }
    }
}

/// Different days that must follow each other to prove an order: lone events may be months apart.
const DAYS: usize = 3;

impl Order {
    /// The order that dates of a file show, in the order of its lines. `is_day_first` is whether the words of the file are
    /// of a language whose regions all have the day first.
    pub(crate) fn of<'a>(dates: impl Iterator<Item = &'a [u8]>, is_day_first: bool) -> Order {
        let mut open: Vec<[u32; 3]> = Vec::new();
        for date in dates {
            let plain = plain(date);
            let half = half_at(&plain).map_or(0, |(_, taken)| taken);
            let numbers = plain.get(half..).unwrap_or_default().trim_ascii_start();
            let Some((numbers, _)) = Numbers::read(numbers) else { continue };
            if let Some(order) = numbers.shows() {
                return order;
            }
            if read(date, Order::Open) == Some(Dated::Open) && open.last() != Some(&numbers.values) {
                open.push(numbers.values);
            }
        }
        if open.is_empty() {
            return Order::Open;
        }
        if is_day_first {
            return Order::DayFirst;
        }
        // the Event Viewer lists the latest event first
        let of = |dates: &[[u32; 3]]| decide(dates, true).ok().map(|order| order.letters);
        let down: Vec<[u32; 3]> = open.iter().rev().copied().collect();
        let letters = match (of(&open), of(&down)) {
            _ if open.len() < DAYS => None,
            (Some(one), Some(other)) if one != other => None,
            (one, other) => one.or(other),
        };
        match letters {
            Some("dmy") => Order::DayFirst,
            Some("mdy") => Order::MonthFirst,
            _ => Order::Undecided,
        }
    }

    /// The order of a date that is the same moment as a time in UTC, within the offsets of all zones.
    pub(crate) fn beside(date: &[u8], utc: &[u8]) -> Option<Order> {
        const DAY: i64 = 86_400_000_000_000;
        (read(date, Order::Open) == Some(Dated::Open)).then_some(())?;
        let utc = iso(utc)?.0.wall;
        let is_near = |order: Order| {
            let stamp = read(date, order).and_then(Dated::stamp);
            stamp.is_some_and(|stamp| (stamp.wall - utc).abs() < DAY)
        };
        match (is_near(Order::DayFirst), is_near(Order::MonthFirst)) {
            (true, false) => Some(Order::DayFirst),
            (false, true) => Some(Order::MonthFirst),
            _ => None,
        }
    }

    /// The form of a format with this order, of those with the day first, with the month first and with open dates.
    pub(crate) fn form(self, forms: [&'static dyn Format; 3]) -> Option<&'static dyn Format> {
        let [day_first, month_first, undecided] = forms;
        match self {
            Order::Open => None,
            Order::DayFirst => Some(day_first),
            Order::MonthFirst => Some(month_first),
            Order::Undecided => Some(undecided),
        }
    }

    /// What a file with this order shows of its dates.
    pub(crate) fn dates(self, forms: [&'static dyn Format; 3]) -> FileDates {
        let [day_first, month_first, _] = forms;
        match self {
            Order::DayFirst => FileDates::Known(DayOrder::DayFirst),
            Order::MonthFirst => FileDates::Known(DayOrder::MonthFirst),
            Order::Undecided => FileDates::Open([day_first, month_first]),
            Order::Open => FileDates::Plain,
        }
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

    /// The day; `None` if there is no such day. `half` is the half of the day beside it.
    fn day(&self, order: Order, half: Option<Half>) -> Option<Day> {
        let [one, other, third] = self.values;
        let (year, month, day) = match (self.digits, self.separator) {
            ([4, ..], _) => (one, other, third),
            ([_, _, 4], b'.' | b'-') => (third, other, one),
            ([_, _, 4], _) => {
                let order = match (self.shows().unwrap_or(order), half) {
                    (order @ (Order::DayFirst | Order::MonthFirst), _) => order,
                    // the same in both orders
                    _ if one == other => Order::DayFirst,
                    (_, Some(Half::Foreign)) => Order::DayFirst,
                    (_, Some(Half::Capital)) if self.is_australian() => Order::DayFirst,
                    (_, Some(Half::Capital)) => Order::MonthFirst,
                    _ => return days(i64::from(third), one, other).map(|_| Day::Open),
                };
                if order == Order::MonthFirst { (third, one, other) } else { (third, other, one) }
            }
            _ => return None,
        };
        days(i64::from(year), month, day).map(Day::Since1970)
    }

    /// `5/03/2026`: only the month has a zero before it.
    fn is_australian(&self) -> bool {
        self.values.get(1).is_some_and(|month| *month < 10) && matches!(self.digits, [1, 2, _])
    }
}

/// The day of a date.
enum Day {
    /// Days since 1970-01-01.
    Since1970(i64),
    /// Its numbers have two readings.
    Open,
}

/// A text without marks for the direction of text, which Windows writes around dates, and with plain spaces.
fn plain(text: &[u8]) -> Cow<'_, [u8]> {
    if text.iter().any(|byte| *byte == 0xe2 || *byte == 0xc2) {
        Cow::Owned(without_marks(text))
    } else {
        Cow::Borrowed(text)
    }
}

/// Reads a date with a time that is the whole text.
pub(crate) fn read(text: &[u8], order: Order) -> Option<Dated> {
    if !text.first()?.is_ascii_digit() && *text.first()? < 0x80 {
        return None;
    }
    let text = &*plain(text);
    let (mut numbers, mut rest) = (None, text);
    let mut half = None;
    // Korea and Taiwan write the half of the day before the time, and the translations of some pages before the date
    if let Some((found, taken)) = half_at(rest) {
        half = Some(found);
        rest = rest.get(taken..)?.trim_ascii_start();
    }
    if let Some((found, after)) = Numbers::read(rest) {
        numbers = Some(found);
        rest = after.strip_prefix(b".").unwrap_or(after);
        rest = rest.strip_prefix(b",").unwrap_or(rest).strip_prefix(b" ")?.trim_ascii_start();
    }
    let numbers = numbers?;
    if half.is_none()
        && let Some((found, taken)) = half_at(rest)
    {
        half = Some(found);
        rest = rest.get(taken..)?.trim_ascii_start();
    }
    let (time, after) = time(rest)?;
    let mut rest = after.trim_ascii_start();
    if half.is_none()
        && let Some((found, taken)) = half_at(rest)
    {
        half = Some(found);
        rest = rest.get(taken..)?;
    }
    let [hour, minute, second] = time;
    let hour = match half {
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some((add, _)) => hour % 12 + add,
        None => hour,
    };
    if !rest.is_empty() || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let day = match numbers.day(order, half.map(|(_, form)| form))? {
        Day::Since1970(day) => day,
        Day::Open => return Some(Dated::Open),
    };
    let seconds = (hour * 60 + minute) * 60 + second;
    let wall = join(day, i64::from(seconds), 0);
    Some(Dated::At(RawTimestamp { wall, offset: None, precision: Precision::SECOND }))
}

/// How the half of a day is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Half {
    /// `AM` or `PM`, as in the United States.
    Capital,
    /// In letters that are not Latin.
    Foreign,
    /// `p. m.`, `pm`.
    Other,
}

/// The half of the day at the start of a text: its hours with its form, and the length of the word.
fn half_at(text: &[u8]) -> Option<((u32, Half), usize)> {
    // the words of all languages are many
    text.first().filter(|first| !first.is_ascii_digit())?;
    let (add, taken) = half_of_day(text)?;
    let half = match text.get(..taken)? {
        b"AM" | b"PM" => Half::Capital,
        [first, ..] if *first >= 0x80 => Half::Foreign,
        _ => Half::Other,
    };
    Some(((add, half), taken))
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
        let stamp = read(text.as_bytes(), order)?.stamp()?;
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
            "21/11/2026 4:26:07 p. m.",
            "21/11/2026 4:26:07 p.\u{a0}m.",
            "21/11/2026 04:26:07 p.m.",
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
            ("5/3/2026 下午 04:26:07", Order::Open, "63 16:26:07"),
            ("05/05/2026 04:26:07", Order::Open, "124 04:26:07"),
            ("5/3/2026 4:26:07 AM", Order::DayFirst, "63 04:26:07"),
            ("05/03/2026 04:26:07", Order::MonthFirst, "122 04:26:07"),
        ] {
            assert_eq!(wall(text, order).as_deref(), Some(day), "{text} {order:?}");
        }
        for text in ["05/03/2026 04:26:07", "11/12/2026 16:26", "5/3/2026 4:26 pm"] {
            for order in [Order::Open, Order::Undecided] {
                assert_eq!(read(text.as_bytes(), order), Some(Dated::Open), "{text}");
            }
        }
    }

    #[test]
    fn dates_together_show_their_order() {
        let order = |dates: &[&str]| Order::of(dates.iter().map(|date| date.as_bytes()), false);
        assert_eq!(order(&["5/3/2026 4:26:07 AM", "13/3/2026 4:26:07 AM"]), Order::DayFirst);
        assert_eq!(order(&["05/03/2026 04:26:07", "05/31/2026 04:26:07"]), Order::MonthFirst);
        assert_eq!(order(&["05/03/2026 04:26:07", "31.05.2026 04:26:07"]), Order::Undecided);
        assert_eq!(order(&["05.03.2026 04:26:07", "5/3/2026 4:26:07 PM"]), Order::Open);
        // days that follow each other, in both directions; two may be months apart
        assert_eq!(order(&["03/05/2026 10:00", "04/05/2026 10:00", "06/05/2026 10:00"]), Order::DayFirst);
        assert_eq!(order(&["05/07/2026 10:00", "05/06/2026 10:00", "05/04/2026 10:00"]), Order::MonthFirst);
        assert_eq!(order(&["03/05/2026 10:00", "04/05/2026 10:00"]), Order::Undecided);
        assert_eq!(order(&["03/05/2026 10:00", "09/02/2026 10:00", "01/04/2026 10:00"]), Order::Undecided);
        let of_words = Order::of([&b"05/03/2026 04:26:07"[..]].into_iter(), true);
        assert_eq!(of_words, Order::DayFirst);
        let beside = |date: &str| Order::beside(date.as_bytes(), b"2026-12-11T22:30:00.123Z");
        assert_eq!(beside("12/12/2026 00:30"), None);
        assert_eq!(beside("11/12/2026 23:30"), Some(Order::DayFirst));
        assert_eq!(beside("12/11/2026 23:30"), Some(Order::MonthFirst));
        assert_eq!(beside("1/2/2026 23:30"), None);
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
