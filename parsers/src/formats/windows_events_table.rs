//! Windows events in one form, a row each: what [`tables`](crate::tables) make of tables and objects of PowerShell, whose
//! columns and order differ.
//!
//! ```text
//! Windows event<tab><tab>11/21/2026 4:26:07 PM<tab>Service Control Manager<tab>7031<tab>Error<tab>System<tab>web01<tab><tab><tab><tab>The ...
//! ```
//!
//! The cells are date, provider, number, level, log, computer, task category, user, keywords and text; the text may go on in
//! lines below. Level words and dates are in the language of Windows: see `windows/words.rs` and `windows/stamp.rs` for the
//! order of day and month. Local time, unless the date has an offset. `Get-EventLog` shows no year: `--11-21T16:26`. Words
//! that a table cuts off end with dots.

use crate::ByteClass::Byte;
use crate::format::first_line;
use crate::windows::START;
use crate::windows::stamp::{Order, read};
use crate::windows::words::{is_word_of_day_first, level, level_of_number, level_of_start};
use crate::windows::{COMPUTER, KEYWORDS, LOG, TASK, USER, key, numbered};
use crate::{
    ClockSource, Event, FileDates, FirstBytes, Format, Head, Level, Precision, ProviderEvent, RawTimestamp,
    layout,
};

/// The format `windows-events-table`, with the order of day and month in its dates.
pub(super) struct WindowsTable {
    order: Order,
    /// Its dates have no year.
    without_year: bool,
}

/// The format before the dates of a file are known.
#[expect(non_upper_case_globals, reason = "it is in the list of formats, as the types are")]
pub(super) static WindowsEventsTable: WindowsTable = WindowsTable { order: Order::Open, without_year: false };

static DAY_FIRST: WindowsTable = WindowsTable { order: Order::DayFirst, without_year: false };
static MONTH_FIRST: WindowsTable = WindowsTable { order: Order::MonthFirst, without_year: false };
static UNDECIDED: WindowsTable = WindowsTable { order: Order::Undecided, without_year: false };
static WITHOUT_YEAR: WindowsTable = WindowsTable { order: Order::Open, without_year: true };

/// The format by the order of its dates.
const FORMS: [&dyn Format; 3] = [&DAY_FIRST, &MONTH_FIRST, &UNDECIDED];

/// Nanoseconds of a minute: the last digit of a time without seconds.
const MINUTE: i64 = 60_000_000_000;

impl Format for WindowsTable {
    fn name(&self) -> &'static str {
        "windows-events-table"
    }

    fn title(&self) -> &'static str {
        "Windows events, tables and objects of PowerShell"
    }

    fn example(&self) -> &'static str {
        "Windows event\t\t11/21/2026 4:26:07 PM\tService Control Manager\t7031\tError\tSystem\tweb01\t\t\t\tThe Apache \
         Tomcat9 service terminated unexpectedly."
    }

    fn clock(&self) -> ClockSource {
        ClockSource::System
    }

    fn first_bytes(&self) -> &'static [FirstBytes] {
        const FIRST: &[FirstBytes] = &[&[
            Byte(b'W'),
            Byte(b'i'),
            Byte(b'n'),
            Byte(b'd'),
            Byte(b'o'),
            Byte(b'w'),
            Byte(b's'),
            Byte(b' '),
        ]];
        FIRST
    }

    fn has_event_keys(&self) -> bool {
        true
    }

    fn is_undated(&self) -> bool {
        self.without_year
    }

    fn has_day(&self) -> bool {
        self.without_year
    }

    fn begin(&self, line: &[u8]) -> Option<Head> {
        let cells = cells(line)?;
        Some(Head { stamp: self.date(cells.date), level: cells.level() })
    }

    fn component<'a>(&self, line: &'a [u8]) -> Option<&'a [u8]> {
        let cells = cells(line)?;
        let of = |cell: &'a [u8]| (!cell.is_empty() && stem(cell).is_none()).then_some(cell);
        of(cells.provider).or_else(|| of(cells.log))
    }

    fn event_key<'a>(&self, message: &'a [u8]) -> Option<ProviderEvent<'a>> {
        let cells = cells(first_line(message).0)?;
        key(cells.provider, cells.id)
    }

    fn for_lines(&self, lines: &[&[u8]]) -> Option<&'static dyn Format> {
        let all = || lines.iter().filter_map(|line| cells(line));
        if all().next()?.date.starts_with(b"--") {
            return Some(&WITHOUT_YEAR);
        }
        let is_day_first = all().any(|cells| is_word_of_day_first(cells.level));
        Order::of(all().map(|cells| cells.date), is_day_first).form(FORMS)
    }

    fn dates(&self) -> FileDates {
        self.order.dates(FORMS)
    }

    fn read<'a>(&'a self, line: &'a [u8], rest: &'a [u8]) -> Option<Event<'a>> {
        let cells = cells(line)?;
        let mut event = Event {
            stamp: self.date(cells.date),
            level: cells.level(),
            level_word: cells.level,
            class: cells.provider,
            message: cells.text,
            rest,
            ..Event::default()
        };
        if !cells.id.is_empty() {
            event.fields.extend(numbered(cells.id));
        }
        let others = [
            (LOG, cells.log),
            (COMPUTER, cells.computer),
            (TASK, cells.task),
            (USER, cells.user),
            (KEYWORDS, cells.keywords),
        ];
        event.fields.extend(others.into_iter().filter(|(_, value)| !value.is_empty()));
        Some(event)
    }
}

impl WindowsTable {
    fn date(&self, text: &[u8]) -> Option<RawTimestamp> {
        if let Some(text) = text.strip_prefix(b"--") {
            return self.without_year.then(|| month_and_day(text)).flatten();
        }
        // the objects of PowerShell have the form of XML
        let iso = || layout::iso(text).filter(|(_, taken)| *taken == text.len()).map(|(stamp, _)| stamp);
        if text.get(10) == Some(&b'T') { iso() } else { read(text, self.order)?.stamp().or_else(iso) }
    }
}

/// `11-21T16:26` in the year 2000.
fn month_and_day(text: &[u8]) -> Option<RawTimestamp> {
    let &[m1, m2, b'-', d1, d2, b'T', h1, h2, b':', n1, n2] = text else { return None };
    let digits = [m1, m2, d1, d2, h1, h2, n1, n2];
    digits.iter().all(u8::is_ascii_digit).then_some(())?;
    let two = |tens: u8, ones: u8| u32::from(tens - b'0') * 10 + u32::from(ones - b'0');
    let day = layout::days(2000, two(m1, m2), two(d1, d2))?;
    let (hour, minute) = (two(h1, h2), two(n1, n2));
    (hour < 24 && minute < 60).then_some(())?;
    let wall = layout::join(day, i64::from(hour * 3600 + minute * 60), 0);
    // a precision has room for seconds only
    debug_assert!(wall % MINUTE == 0);
    Some(RawTimestamp { wall, offset: None, precision: Precision::SECOND })
}

/// A word without the dots with which a table cut it off.
fn stem(word: &[u8]) -> Option<&[u8]> {
    word.strip_suffix(b"...").or_else(|| word.strip_suffix("\u{2026}".as_bytes()))
}

struct Cells<'a> {
    date: &'a [u8],
    provider: &'a [u8],
    id: &'a [u8],
    level: &'a [u8],
    log: &'a [u8],
    computer: &'a [u8],
    task: &'a [u8],
    user: &'a [u8],
    keywords: &'a [u8],
    text: &'a [u8],
}

impl Cells<'_> {
    fn level(&self) -> Level {
        match (self.level, stem(self.level)) {
            (b"", _) => Level::None,
            (_, Some(start)) => level_of_start(start),
            ([b'0'..=b'9'], _) => level_of_number(self.level),
            _ => level(self.level),
        }
    }
}

fn cells(line: &[u8]) -> Option<Cells<'_>> {
    let mut rest = line.strip_prefix(START)?;
    let mut next = || {
        let end = memchr::memchr(b'\t', rest)?;
        let (cell, after) = rest.split_at(end);
        rest = after.get(1..)?;
        Some(cell)
    };
    let (date, provider, id, level) = (next()?, next()?, next()?, next()?);
    let (log, computer, task, user, keywords) = (next()?, next()?, next()?, next()?, next()?);
    Some(Cells { date, provider, id, level, log, computer, task, user, keywords, text: rest })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_without_a_year_has_month_and_day() {
        let row =
            b"Windows event\t\t--11-21T16:26\tService Control M...\t3221232503\tInformat...\t\t\t\t\t\tx";
        let format = WindowsEventsTable.for_lines(&[row]).expect("a form");
        assert!(format.is_undated() && format.has_day());
        let event = format.parse(row);
        assert_eq!(event.stamp.map(|stamp| stamp.wall), Some(974_823_960_000_000_000));
        assert_eq!((event.level, event.field("event_id")), (Level::Info, Some(&b"7031"[..])));
        let key = format.event_key(row).expect("a key");
        assert!(key.is_of("Service Control Manager") && !key.is_of("Service Host"));
        assert_eq!(WindowsEventsTable.parse(row).stamp, None);
        assert!(WindowsEventsTable.begin(b"Windows event\tlog").is_none());
    }
}
