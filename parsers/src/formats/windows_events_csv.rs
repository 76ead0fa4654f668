//! Windows events that the Event Viewer saved as CSV or as text with tabs: level, date and time, source, event id,
//! task category, and the text, which may be quoted and span many lines.
//!
//! ```text
//! Level,Date and Time,Source,Event ID,Task Category
//! Error,11/21/2026 4:26:07 PM,Service Control Manager,7031,None,"The Apache Tomcat9 service terminated unexpectedly. ..."
//! ```
//!
//! PowerShell's `Get-WinEvent | Select-Object TimeCreated,... | Export-Csv` writes the date first and the other columns
//! in the order of the command; they are known by their values: a number, a level word, the rest.
//!
//! Level words, column names and the date are in the language of Windows; see `windows/stamp.rs` for the order of day
//! and month. Local time in whole seconds. The Security log has keywords (`Audit Failure`) instead of levels.

use crate::format::first_line;
use crate::windows::stamp::{Order, read};
use crate::windows::words::{is_word_of_day_first, level};
use crate::windows::{TASK, id, key, numbered};
use crate::{ClockSource, Event, FileDates, Format, Head, Level, ProviderEvent, RawTimestamp};

/// The format `windows-events`, with the order of day and month in its dates.
pub(super) struct WindowsEvents {
    order: Order,
}

/// The format before the dates of a file are known.
#[expect(non_upper_case_globals, reason = "it is in the list of formats, as the types are")]
pub(super) static WindowsEventsCsv: WindowsEvents = WindowsEvents { order: Order::Open };

static DAY_FIRST: WindowsEvents = WindowsEvents { order: Order::DayFirst };
static MONTH_FIRST: WindowsEvents = WindowsEvents { order: Order::MonthFirst };
static UNDECIDED: WindowsEvents = WindowsEvents { order: Order::Undecided };

/// The format by the order of its dates.
const FORMS: [&dyn Format; 3] = [&DAY_FIRST, &MONTH_FIRST, &UNDECIDED];

/// Longest level or keyword in any language, in bytes.
const LEVEL_BYTES: usize = 48;

/// Columns of a PowerShell export in which id and level are searched for.
const COLUMNS: usize = 12;

impl Format for WindowsEvents {
    fn name(&self) -> &'static str {
        "windows-events"
    }

    fn title(&self) -> &'static str {
        "Windows events, CSV or tabs"
    }

    fn example(&self) -> &'static str {
        r#"Level,Date and Time,Source,Event ID,Task Category
Error,11/21/2026 4:26:07 PM,Service Control Manager,7031,None,"The Apache Tomcat9 service terminated unexpectedly. ...""#
    }

    fn clock(&self) -> ClockSource {
        ClockSource::System
    }

    fn has_event_keys(&self) -> bool {
        true
    }

    fn begin(&self, line: &[u8]) -> Option<Head> {
        let row = row(line, self.order)?;
        Some(Head { stamp: row.stamp, level: row.level })
    }

    fn component<'a>(&self, line: &'a [u8]) -> Option<&'a [u8]> {
        Some(row(line, self.order)?.source).filter(|source| !source.is_empty())
    }

    fn event_key<'a>(&self, message: &'a [u8]) -> Option<ProviderEvent<'a>> {
        let row = row(first_line(message).0, self.order)?;
        key(row.source, row.id)
    }

    fn for_lines(&self, lines: &[&[u8]]) -> Option<&'static dyn Format> {
        let starts = || lines.iter().filter_map(|line| date_cell(line));
        let is_day_first = starts().any(|start| is_word_of_day_first(start.word) || level_after(&start));
        Order::of(starts().map(|start| start.date), is_day_first).form(FORMS)
    }

    fn dates(&self) -> FileDates {
        self.order.dates(FORMS)
    }

    fn read<'a>(&'a self, line: &'a [u8], rest: &'a [u8]) -> Option<Event<'a>> {
        let row = row(line, self.order)?;
        let mut event = Event {
            stamp: row.stamp,
            level: row.level,
            level_word: row.word,
            class: row.source,
            rest,
            ..Event::default()
        };
        event.fields.extend(numbered(row.id));
        if let Some(task) = row.task {
            event.fields.push((TASK, task));
        }
        event.message = row.text.strip_prefix(b"\"").unwrap_or(row.text);
        event.message = event.message.strip_suffix(b"\"").unwrap_or(event.message);
        Some(event)
    }
}

struct CsvRow<'a> {
    word: &'a [u8],
    level: Level,
    /// `None` if its date has two readings.
    stamp: Option<RawTimestamp>,
    source: &'a [u8],
    id: &'a [u8],
    task: Option<&'a [u8]>,
    text: &'a [u8],
}

/// The start of a line that may be a row of the Event Viewer.
struct RowStart<'a> {
    /// The word of the level; empty in a row of PowerShell.
    word: &'a [u8],
    date: &'a [u8],
    separator: u8,
    /// The cells after the date.
    after: &'a [u8],
}

fn date_cell(line: &[u8]) -> Option<RowStart<'_>> {
    let first = *line.first()?;
    if first == b'"' && line.get(1).is_some_and(u8::is_ascii_digit) {
        // PowerShell: the date is the first cell, and every cell is quoted
        let end = memchr::memchr(b'"', line.get(1..LEVEL_BYTES).unwrap_or_default())? + 1;
        let separator = *line.get(end + 1).filter(|byte| matches!(byte, b',' | b'\t' | b';'))?;
        line.get(end + 2).filter(|byte| **byte == b'"')?;
        return Some(RowStart { word: &[], date: line.get(1..end)?, separator, after: line.get(end + 2..)? });
    }
    if !first.is_ascii_alphabetic() && first != b'"' && first < 0x80 {
        return None;
    }
    let near = line.get(..LEVEL_BYTES).unwrap_or(line);
    let end = near.iter().position(|byte| matches!(byte, b',' | b'\t' | b';'))?;
    let (word, rest) = line.split_at(end);
    let separator = *rest.first()?;
    let word = word.strip_prefix(b"\"").unwrap_or(word);
    let word = word.strip_suffix(b"\"").unwrap_or(word);
    if word.is_empty() || word.iter().any(u8::is_ascii_digit) {
        return None;
    }
    let (date, after) = cell(rest.get(1..)?, separator);
    Some(RowStart { word, date, separator, after })
}

fn row(line: &[u8], order: Order) -> Option<CsvRow<'_>> {
    let RowStart { word, date, separator, after } = date_cell(line)?;
    let stamp = read(date, order)?.stamp();
    if word.is_empty() {
        return power_shell(stamp, separator, after);
    }
    let (source, below) = cell(after, separator);
    // the event id is a number, whatever the language
    let (digits, below) = cell(below, separator);
    id(digits)?;
    let (task, text) = cell(below, separator);
    Some(CsvRow { word, level: level(word), stamp, source, id: digits, task: Some(task), text })
}

/// Returns whether one of the cells after the date is a level word of a language that has the day first.
fn level_after(start: &RowStart<'_>) -> bool {
    let mut rest = start.after;
    (0..COLUMNS).any(|_| {
        let (value, below) = cell(rest, start.separator);
        rest = below;
        is_word_of_day_first(value)
    })
}

/// A row of PowerShell: the first number is the id, the first level word the level, the first other cell the provider, and
/// the last the text.
fn power_shell(stamp: Option<RawTimestamp>, separator: u8, cells: &[u8]) -> Option<CsvRow<'_>> {
    let (mut number, mut word, mut source) = (None, None, None);
    let mut rest = cells;
    let mut text = cells;
    for _ in 0..COLUMNS {
        if rest.is_empty() {
            break;
        }
        let (value, below) = cell(rest, separator);
        if number.is_none() && id(value).is_some() {
            number = Some(value);
        } else if word.is_none() && !matches!(level(value), Level::Unknown | Level::None) {
            word = Some(value);
        } else if source.is_none() && is_name(value) {
            source = Some(value);
        } else {
            text = rest;
            break;
        }
        rest = below;
        text = rest;
    }
    let (number, source) = (number?, source?);
    let level = word.map_or(Level::None, level);
    Some(CsvRow { word: word.unwrap_or_default(), level, stamp, source, id: number, task: None, text })
}

/// Whether a cell may be the name of a provider: short, in one line, and no sentence.
fn is_name(value: &[u8]) -> bool {
    (2..=80).contains(&value.len())
        && value.first().is_some_and(u8::is_ascii_alphabetic)
        && !value.iter().any(|byte| matches!(byte, b'"' | b'\r' | b'\n'))
        && value.last() != Some(&b'.')
}

/// The first cell of a row, and the rest.
fn cell(row: &[u8], separator: u8) -> (&[u8], &[u8]) {
    if let Some(quoted) = row.strip_prefix(b"\"")
        && let Some(end) = memchr::memchr(b'"', quoted)
        && quoted.get(end + 1).is_none_or(|next| *next == separator)
    {
        return (quoted.get(..end).unwrap_or_default(), quoted.get(end + 2..).unwrap_or_default());
    }
    let end = memchr::memchr(separator, row).unwrap_or(row.len());
    (row.get(..end).unwrap_or_default(), row.get(end + 1..).unwrap_or_default())
}
