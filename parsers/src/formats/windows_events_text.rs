//! Windows events as text, one field a line: from `wevtutil qe System /f:text`, PowerShell's `Get-WinEvent |
//! Format-List`, and "Copy as text" of Event Viewer, which begins with `Log Name:` at the start of a line.
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
//! Timestamp and level are below the first line. Local time, except in newer versions that write a `Z`. Event Viewer
//! writes the date in the form of the user's region: see `windows_events_csv.rs` for the order of day and month.

use super::windows_events_csv::{windows_level, windows_stamp};
use crate::ByteClass::Byte;
use crate::format::first_line;
use crate::{ClockSource, Event, FirstBytes, Format, Head, Level, RawTimestamp, layout};

/// The format `windows-events-text`.
pub(super) struct WindowsEventsText;

impl Format for WindowsEventsText {
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
        const START: &[FirstBytes] = &[
            &[Byte(b'E'), Byte(b'v'), Byte(b'e'), Byte(b'n'), Byte(b't'), Byte(b'[')],
            &[Byte(b'L'), Byte(b'o'), Byte(b'g'), Byte(b' '), Byte(b'N'), Byte(b'a')],
        ];
        START
    }

    fn begin(&self, line: &[u8]) -> Option<Head> {
        // most lines of an export are fields, indented or with another name
        line.first().filter(|first| matches!(first, b'E' | b'L' | b'T'))?;
        let mut head = Head { stamp: None, level: Level::None };
        if is_wevtutil(line) || is_event_viewer(line) {
            return Some(head);
        }
        let (name, value) = field(line)?;
        (name == b"TimeCreated" && line.starts_with(b"TimeCreated")).then_some(())?;
        head.stamp = Some(windows_stamp(value)?);
        Some(head)
    }

    fn looks_below(&self) -> bool {
        true
    }

    fn below(&self, line: &[u8], head: &mut Head) -> bool {
        match field(line) {
            Some((b"Date", value)) => head.stamp = head.stamp.or_else(|| date(value)),
            Some((b"Level" | b"LevelDisplayName", value)) => head.level = windows_level(value),
            // the text of the event follows
            Some((b"Description" | b"Message", _)) => return false,
            _ => {}
        }
        true
    }

    fn component_below<'a>(&self, line: &'a [u8]) -> Option<&'a [u8]> {
        match field(line)? {
            (b"Log Name" | b"LogName" | b"Source" | b"ProviderName", value) => Some(value),
            _ => None,
        }
    }

    fn read<'a>(&'a self, line: &'a [u8], rest: &'a [u8]) -> Option<Event<'a>> {
        let head = self.begin(line)?;
        let mut event = Event { stamp: head.stamp, rest, ..Event::default() };
        let mut lines = rest;
        while !lines.is_empty() {
            let (line, below) = first_line(lines);
            lines = below;
            let Some((name, value)) = field(line) else { continue };
            match name {
                b"Date" => event.stamp = event.stamp.or_else(|| date(value)),
                b"Level" | b"LevelDisplayName" => {
                    (event.level, event.level_word) = (windows_level(value), value);
                }
                b"Source" | b"ProviderName" => event.class = value,
                b"Description" | b"Message" => {
                    event.message = value;
                    event.rest = below;
                    if value.is_empty() {
                        (event.message, event.rest) = first_line(below);
                    }
                    break;
                }
                _ if !value.is_empty() && value != b"N/A" => event.fields.push((name, value)),
                _ => {}
            }
        }
        Some(event)
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

/// Returns whether the line is `Log Name:      System`, with its value in a column.
fn is_event_viewer(line: &[u8]) -> bool {
    line.strip_prefix(b"Log Name:  ").is_some_and(|value| !value.trim_ascii().is_empty())
}

fn date(value: &[u8]) -> Option<RawTimestamp> {
    layout::iso(value).map(|(stamp, _)| stamp).or_else(|| windows_stamp(value))
}

/// `Name: value` or `Name  : value`, indented or not; a name is one to three words of letters.
fn field(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = memchr::memchr(b':', line.get(..40).unwrap_or(line))?;
    let (name, value) = line.split_at(colon);
    let name = name.trim_ascii();
    let sound = !name.is_empty() && name.iter().all(|byte| byte.is_ascii_alphabetic() || *byte == b' ');
    sound.then_some((name, value.get(1..).unwrap_or_default().trim_ascii()))
}
