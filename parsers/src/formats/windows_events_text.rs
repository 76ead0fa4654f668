//! Windows events as text, one field a line: from `wevtutil qe System /f:text`, and "Copy details as text" of the Event
//! Viewer, which begins with the name of the log at the start of a line.
//!
//! ```text
//! Event[12]:
//!   Log Name: System
//!   Source: Service Control Manager
//!   Date: 2026-11-21T16:26:07.123
//!   Event ID: 7031
//!   Level: Error
//!   Computer: pcceadsa
//!   Description:
//! The Apache Tomcat9 service terminated unexpectedly.
//! ```
//!
//! Timestamp and level are below the first line. The labels are in the language of Windows: see `windows/words.rs`, and
//! `windows/stamp.rs` for the order of day and month. Local time, except in newer versions of `wevtutil` that write a
//! `Z`. A copy may have the event as XML below its text. It is a part of the message; its time in UTC is not used,
//! because the lines above it were counted with the local time.

use crate::ByteClass::Byte;
use crate::first_bytes::begins;
use crate::format::first_line;
use crate::windows::stamp::{Order, read};
use crate::windows::words::{Label, field, fields, is_word_of_day_first, level, pair};
use crate::windows::{COMPUTER, KEYWORDS, LOG, TASK, USER, key, numbered};
use crate::{
    ClockSource, Event, FileDates, FirstBytes, Format, Head, Level, ProviderEvent, RawTimestamp, layout,
};

/// The format `windows-events-text`, with the order of day and month in its dates.
pub(super) struct WindowsText {
    order: Order,
}

/// The format before the dates of a file are known.
#[expect(non_upper_case_globals, reason = "it is in the list of formats, as the types are")]
pub(super) static WindowsEventsText: WindowsText = WindowsText { order: Order::Open };

static DAY_FIRST: WindowsText = WindowsText { order: Order::DayFirst };
static MONTH_FIRST: WindowsText = WindowsText { order: Order::MonthFirst };
static UNDECIDED: WindowsText = WindowsText { order: Order::Undecided };

/// The format by the order of its dates.
const FORMS: [&dyn Format; 3] = [&DAY_FIRST, &MONTH_FIRST, &UNDECIDED];

/// Lines of an event before its text, at most.
const HEADER: usize = 24;

/// The first bytes of a first line: of `Event[`, and of the label of the log in each language.
const START: &[FirstBytes] = &[
    &[Byte(b'E'), Byte(b'v'), Byte(b'e'), Byte(b'n'), Byte(b't'), Byte(b'[')],
    &[Byte(b'L'), Byte(b'o'), Byte(b'g'), Byte(b' '), Byte(b'N')],
    &[Byte(b'P'), Byte(b'r'), Byte(b'o'), Byte(b't'), Byte(b'o'), Byte(b'k'), Byte(b'o'), Byte(b'l')],
    &[Byte(b'N'), Byte(b'o'), Byte(b'm'), Byte(b' '), Byte(b'd'), Byte(b'u'), Byte(b' '), Byte(b'j')],
    &[Byte(b'N'), Byte(b'o'), Byte(b'm'), Byte(b'e'), Byte(b' ')],
    &[Byte(b'N'), Byte(b'o'), Byte(b'm'), Byte(b'b'), Byte(b'r'), Byte(b'e'), Byte(b' '), Byte(b'd')],
    &[Byte(b'L'), Byte(b'o'), Byte(b'g'), Byte(b'b'), Byte(b'o'), Byte(b'e'), Byte(b'k')],
    &[Byte(b'N'), Byte(b'a'), Byte(b'z'), Byte(b'w'), Byte(b'a'), Byte(b' ')],
    // Имя, Gün, ログ, 日志, 記錄, 로그
    &[Byte(0xd0), Byte(0x98), Byte(0xd0), Byte(0xbc), Byte(0xd1), Byte(0x8f)],
    &[Byte(b'G'), Byte(0xc3), Byte(0xbc), Byte(b'n')],
    &[Byte(0xe3), Byte(0x83), Byte(0xad), Byte(0xe3), Byte(0x82), Byte(0xb0)],
    &[Byte(0xe6), Byte(0x97), Byte(0xa5), Byte(0xe5), Byte(0xbf), Byte(0x97)],
    &[Byte(0xe8), Byte(0xa8), Byte(0x98), Byte(0xe9), Byte(0x8c), Byte(0x84)],
    &[Byte(0xeb), Byte(0xa1), Byte(0x9c), Byte(0xea), Byte(0xb7), Byte(0xb8)],
];

impl Format for WindowsText {
    fn name(&self) -> &'static str {
        "windows-events-text"
    }

    fn title(&self) -> &'static str {
        "Windows events, one field per line"
    }

    fn example(&self) -> &'static str {
        "Event[12]:
  Log Name: System
  Source: Service Control Manager
  Date: 2026-11-21T16:26:07.123
  Event ID: 7031
  Level: Error
  Computer: pcceadsa
  Description:
The Apache Tomcat9 service terminated unexpectedly."
    }

    fn clock(&self) -> ClockSource {
        ClockSource::System
    }

    fn first_bytes(&self) -> &'static [FirstBytes] {
        START
    }

    fn embeds(&self) -> &'static [&'static str] {
        &["windows-events-xml"]
    }

    fn has_event_keys(&self) -> bool {
        true
    }

    fn begin(&self, line: &[u8]) -> Option<Head> {
        // most lines of an export are fields, indented or with another name
        (begins(line, START) && (is_wevtutil(line) || is_event_viewer(line))).then_some(())?;
        Some(Head { stamp: None, level: Level::None })
    }

    fn looks_below(&self) -> bool {
        true
    }

    fn below(&self, line: &[u8], head: &mut Head) -> bool {
        for (label, _, value) in fields(line) {
            match label {
                Some(Label::Date) => head.stamp = head.stamp.or_else(|| self.date(value)),
                Some(Label::Level) => head.level = level(value),
                // the text of the event follows
                Some(Label::Text) => return false,
                _ => {}
            }
        }
        true
    }

    fn component_below<'a>(&self, line: &'a [u8]) -> Option<&'a [u8]> {
        match field(line)? {
            (Label::Log | Label::Source, value) => Some(value),
            _ => None,
        }
    }

    fn component<'a>(&self, line: &'a [u8]) -> Option<&'a [u8]> {
        // `Event[12]:` names none
        Some(field(line)?.1)
    }

    fn event_key<'a>(&self, message: &'a [u8]) -> Option<ProviderEvent<'a>> {
        let (mut provider, mut digits) = (None, None);
        let mut lines = message;
        'lines: for _ in 0..HEADER {
            let (line, below) = first_line(lines);
            for (label, _, value) in fields(line) {
                match label {
                    Some(Label::Source) => provider = provider.or(Some(value)),
                    Some(Label::Id) => digits = digits.or(Some(value)),
                    Some(Label::Text) => break 'lines,
                    _ => {}
                }
            }
            lines = below;
        }
        key(provider?, digits?)
    }

    fn for_lines(&self, lines: &[&[u8]]) -> Option<&'static dyn Format> {
        let (mut dates, mut is_day_first) = (Vec::new(), false);
        let mut proven = None;
        for line in lines {
            for (label, name, value) in fields(line).filter(|(label, ..)| label.is_some()) {
                is_day_first |= is_word_of_day_first(name);
                if label == Some(Label::Date) {
                    dates.push(value);
                }
            }
            // the event as XML below its text
            if proven.is_none()
                && let Some(at) = memchr::memmem::find(line, b"SystemTime=")
                && let Some(utc) = line.get(at + "SystemTime='".len()..)
                && let Some(date) = dates.last()
            {
                proven = Order::beside(date, utc);
            }
        }
        let order = match Order::of(dates.into_iter(), is_day_first) {
            Order::Undecided => proven.unwrap_or(Order::Undecided),
            order => order,
        };
        order.form(FORMS)
    }

    fn dates(&self) -> FileDates {
        self.order.dates(FORMS)
    }

    fn read<'a>(&'a self, line: &'a [u8], rest: &'a [u8]) -> Option<Event<'a>> {
        self.begin(line)?;
        let mut event = Event { rest, ..Event::default() };
        if let Some((Label::Log, value)) = field(line) {
            event.fields.push((LOG, value));
        }
        // a copy without the label of the text has it below the fields
        let mut unlabelled = None;
        let mut lines = rest;
        'lines: while !lines.is_empty() {
            let (line, below) = first_line(lines);
            lines = below;
            if unlabelled.is_none() && !line.trim_ascii().is_empty() && pair(line).is_none() {
                unlabelled = Some((line, below));
            }
            for (label, name, value) in fields(line) {
                let own = match label {
                    Some(Label::Date) => {
                        event.stamp = event.stamp.or_else(|| self.date(value));
                        continue;
                    }
                    Some(Label::Level) => {
                        (event.level, event.level_word) = (level(value), value);
                        continue;
                    }
                    Some(Label::Source) => {
                        event.class = value;
                        continue;
                    }
                    Some(Label::Text) => {
                        event.message = value;
                        event.rest = below;
                        if value.is_empty() {
                            (event.message, event.rest) = first_line(below);
                        }
                        unlabelled = None;
                        break 'lines;
                    }
                    Some(Label::Id) => {
                        event.fields.extend(numbered(value));
                        continue;
                    }
                    Some(Label::Log) => LOG,
                    Some(Label::Task) => TASK,
                    Some(Label::Keywords) => KEYWORDS,
                    Some(Label::User) => USER,
                    Some(Label::Computer) => COMPUTER,
                    None => name,
                };
                if !value.is_empty() && value != b"N/A" {
                    event.fields.push((own, value));
                }
            }
        }
        if let Some(text) = unlabelled {
            (event.message, event.rest) = text;
        }
        Some(event)
    }
}

impl WindowsText {
    fn date(&self, value: &[u8]) -> Option<RawTimestamp> {
        // the fraction of a second shows that it is not the form of a culture
        let iso = layout::iso(value).filter(|(_, taken)| *taken == value.len()).map(|(stamp, _)| stamp);
        iso.or_else(|| read(value, self.order)?.stamp())
    }
}

/// Returns whether the line is `Event[12]:`, in newer versions without the colon.
fn is_wevtutil(line: &[u8]) -> bool {
    let Some(number) = line.strip_prefix(b"Event[") else { return false };
    let number = number.strip_suffix(b":").unwrap_or(number);
    number
        .strip_suffix(b"]")
        .is_some_and(|number| !number.is_empty() && number.iter().all(u8::is_ascii_digit))
}

/// Longest name of a log in a copy that has lost its columns.
const LOG_NAME: usize = 64;

/// Returns whether the line is `Log Name:      System`, in any language of Windows. A web page makes one space of the
/// column; then only what looks like the name of a log is one, and no sentence.
fn is_event_viewer(line: &[u8]) -> bool {
    let Some((Label::Log, value)) = field(line) else { return false };
    let Some(first) = value.first() else { return false };
    let is_column = line.len() > value.len() + 2
        && memchr::memchr(b':', line).is_some_and(|colon| {
            line.get(colon + 1..colon + 3).is_some_and(|blanks| blanks.iter().all(u8::is_ascii_whitespace))
        });
    is_column || value.len() <= LOG_NAME && (first.is_ascii_uppercase() || *first >= 0x80)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_in_columns_and_a_text_without_a_label_are_read() {
        let text = b"Log Name:\tSystem\nSource:\t\tService Control Manager\tLogged:\t11/21/2026 4:26:07 PM\nEvent \
                     ID:\t7031\tTask Category:\tNone\nLevel:\t\tError\tKeywords:\tClassic\nUser:\tN/A\tComputer:\tweb01\n\
                     OpCode:\tInfo\n\nThe Apache Tomcat 9 service terminated unexpectedly.\nIt has done this 1 time(s).\n";
        let event = WindowsEventsText.parse(text);
        assert_eq!((event.class, event.level), (&b"Service Control Manager"[..], Level::Error));
        let field = |name: &str| event.field(name).map(|value| String::from_utf8_lossy(value).into_owned());
        assert_eq!(field("event_id").as_deref(), Some("7031"));
        assert_eq!(field("computer").as_deref(), Some("web01"));
        assert!(
            event.stamp.is_some() && event.message == b"The Apache Tomcat 9 service terminated unexpectedly."
        );
        assert_eq!(event.rest, b"It has done this 1 time(s).\n");
        let key = WindowsEventsText.event_key(text).expect("a key");
        assert!(key.is_of("Service Control Manager") && key.id == 7031);
    }
}
