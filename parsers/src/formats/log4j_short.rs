//! [`Log4jShort`]: log4j, log4j 2 and logback layouts whose year has two digits.
//!
//! ```text
//! 15/06/23 10:43:21 ERROR || [default task-3][HttpSessionListener] com.example.Listener:46 - text
//! 06-15-23 10:43:21,500 INFO com.example.Inventory - text
//! 23/06/15 10:43:21 INFO SparkContext: text
//! ```
//!
//! One line does not show the order of day, month and year; the lines of a file together usually do. What is possible
//! in all of them counts, and a year does not change with every day. If day and month cannot be told apart, the date is
//! unknown, and the lines have times of day only. A year at the start is assumed only if nothing else is possible, or
//! in Spark's layout. Local time.

use crate::grammar::Parts;
use crate::layout::{clock_time, days, fraction_of, join, short_year};
use crate::{Event, Format, Head, RawTimestamp};

/// A layout with a year of two digits.
pub(super) struct Log4jShort {
    pub(super) order: Order,
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    pub(super) example: &'static str,
}

/// Order of the numbers of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// Day, month, year.
    DayFirst,
    /// Month, day, year.
    MonthFirst,
    /// Year, month, day.
    YearFirst,
    /// Day or month first.
    Open,
}

impl Format for Log4jShort {
    fn name(&self) -> &'static str {
        self.name
    }

    fn title(&self) -> &'static str {
        self.title
    }

    fn example(&self) -> &'static str {
        self.example
    }

    fn begin(&self, line: &[u8]) -> Option<Head> {
        let (stamp, parts) = self.parts(line)?;
        Some(parts.head(Some(stamp)))
    }

    fn read<'a>(&'a self, line: &'a [u8], rest: &'a [u8]) -> Option<Event<'a>> {
        let (stamp, parts) = self.parts(line)?;
        Some(parts.event(Some(stamp), rest))
    }

    fn is_undated(&self) -> bool {
        self.order == Order::Open
    }

    fn fits_sample(&self, lines: &[&[u8]]) -> bool {
        order_of(lines) == Some(self.order)
    }

    fn weight(&self) -> u32 {
        2
    }
}

impl Log4jShort {
    fn parts<'a>(&self, line: &'a [u8]) -> Option<(RawTimestamp, Parts<'a>)> {
        let raw = raw(line)?;
        let day = match self.order {
            Order::Open => 0,
            order => order.day(raw.date)?,
        };
        let (nanos, precision, taken) = fraction_of(raw.after);
        let stamp = RawTimestamp { wall: join(day, raw.second, nanos), offset: None, precision };
        let after = raw.after.get(taken..)?.strip_prefix(b" ")?;
        Some((stamp, Parts::read(after)?))
    }
}

impl Order {
    /// Days since 1970-01-01 of a date; `None` if it does not exist in this order.
    fn day(self, [a, b, c]: [u32; 3]) -> Option<i64> {
        match self {
            Order::DayFirst => days(short_year(c), b, a),
            Order::MonthFirst => days(short_year(c), a, b),
            Order::YearFirst => days(short_year(a), b, c),
            Order::Open => None,
        }
    }
}

/// The timestamp of a line as it is written.
struct Raw<'a> {
    /// The numbers of the date.
    date: [u32; 3],
    /// Seconds of the day.
    second: i64,
    /// The text after the seconds.
    after: &'a [u8],
}

fn raw(line: &[u8]) -> Option<Raw<'_>> {
    let &[
        a1,
        a2,
        one @ (b'/' | b'-' | b'.'),
        b1,
        b2,
        two,
        c1,
        c2,
        b' ',
        h1,
        h2,
        b':',
        n1,
        n2,
        b':',
        s1,
        s2,
        ref after @ ..,
    ] = line
    else {
        return None;
    };
    let digits = [a1, a2, b1, b2, c1, c2, h1, h2, n1, n2, s1, s2];
    if one != two || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let number = |tens: u8, ones: u8| u32::from(tens - b'0') * 10 + u32::from(ones - b'0');
    let second = clock_time(number(h1, h2), number(n1, n2), number(s1, s2))?;
    Some(Raw { date: [number(a1, a2), number(b1, b2), number(c1, c2)], second, after })
}

/// The order of the dates in the lines of a sample that have one; `None` if no order is possible in all of them.
fn order_of(lines: &[&[u8]]) -> Option<Order> {
    let mut dates: Vec<[u32; 3]> = Vec::new();
    let mut is_spark = true;
    for raw in lines.iter().filter_map(|line| raw(line)) {
        let Some(parts) = fraction_rest(raw.after).and_then(Parts::read) else { continue };
        is_spark &= parts.thread.is_empty() && !parts.logger.is_empty() && !parts.logger.contains(&b'.');
        dates.push(raw.date);
    }
    if dates.is_empty() {
        return None;
    }
    dates.dedup();
    let possible = |order: Order| {
        let days: Option<Vec<i64>> = dates.iter().map(|date| order.day(*date)).collect();
        // a log has its days one after the other, not a year apart
        days.is_some_and(|days| days.windows(2).all(|pair| matches!(pair, [a, b] if (b - a).abs() < GAP)))
    };
    let (day, month, year) =
        (possible(Order::DayFirst), possible(Order::MonthFirst), possible(Order::YearFirst));
    match (day, month, year) {
        (true, true, _) if !(is_spark && year) => Some(Order::Open),
        (true, false, _) if !(is_spark && year) => Some(Order::DayFirst),
        (false, true, _) if !(is_spark && year) => Some(Order::MonthFirst),
        (.., true) => Some(Order::YearFirst),
        _ => None,
    }
}

/// Days between two neighboring dates of a log that make an order implausible.
const GAP: i64 = 300;

/// The text after the fraction of a timestamp, and a space.
fn fraction_rest(after: &[u8]) -> Option<&[u8]> {
    after.get(fraction_of(after).2..)?.strip_prefix(b" ")
}
