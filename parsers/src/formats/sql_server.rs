//! SQL Server's own log, `ERRORLOG`: the other side of a database failure. Usually UTF-16.
//!
//! ```text
//! 2026-11-21 16:20:01.44 Server      UTC adjustment: -5:00
//! 2026-11-21 16:26:07.12 Logon       Error: 18456, Severity: 14, State: 38.
//! 2026-11-21 16:26:07.12 Logon       Login failed for user 'eGActive'. Reason: Failed to open the database. [CLIENT: 10.20.1.11]
//! ```
//!
//! Local time with hundredths of a second, then the source, padded to 12 characters. One of the first lines has the
//! offset of the clock at that moment. An error takes two lines with the same timestamp and source, which are one
//! message: number and severity, then the text. Severities from 11 on are errors, from 20 on they end the connection.

use crate::format::first_line;
use crate::grammar::find_short;
use crate::{ClockSource, Event, Format, Head, Level, Precision, RawTimestamp, layout};

/// The format `sql-server`.
pub(super) struct SqlServer;

impl Format for SqlServer {
    fn name(&self) -> &'static str {
        "sql-server"
    }

    fn title(&self) -> &'static str {
        "SQL Server error log"
    }

    fn example(&self) -> &'static str {
        "2026-11-21 16:26:07.12 Logon       Error: 18456, Severity: 14, State: 38.
2026-11-21 16:26:07.12 Logon       Login failed for user 'eGActive'."
    }

    fn clock(&self) -> ClockSource {
        ClockSource::System
    }

    fn begin(&self, line: &[u8]) -> Option<Head> {
        let (stamp, _, text) = parts(line)?;
        Some(Head { stamp: Some(stamp), level: level(text) })
    }

    fn has_joins(&self) -> bool {
        true
    }

    fn joins(&self, above: &[u8], line: &[u8]) -> bool {
        // the number of most lines is not looked for
        let Some((stamp, source, text)) = parts(above).filter(|(.., text)| error(text).is_some()) else {
            return false;
        };
        // the stamp of a message may be that of the message above, but it has no number of its own
        !text.is_empty()
            && parts(line)
                .is_some_and(|(next, from, text)| (next, from) == (stamp, source) && error(text).is_none())
    }

    fn read<'a>(&'a self, line: &'a [u8], rest: &'a [u8]) -> Option<Event<'a>> {
        let (stamp, source, message) = parts(line)?;
        let mut event = Event {
            stamp: Some(stamp),
            level: level(message),
            thread: source,
            message,
            rest,
            ..Event::default()
        };
        if let Some(fields) = error(message) {
            event.fields.extend(fields);
            let (second, below) = first_line(rest);
            if self.joins(line, second)
                && let Some((.., text)) = parts(second)
            {
                (event.tags, event.message, event.rest) = (message, text, below);
            }
        }
        Some(event)
    }
}

/// Timestamp, source, text.
fn parts(line: &[u8]) -> Option<(RawTimestamp, &[u8], &[u8])> {
    if !line.first()?.is_ascii_digit() {
        return None;
    }
    let (mut stamp, taken) = layout::iso(line)?;
    let after = line.get(taken..)?.strip_prefix(b" ")?;
    let end = memchr::memchr(b' ', after.get(..16).unwrap_or(after))?;
    let (source, text) = after.split_at(end);
    let is_session =
        source.strip_prefix(b"spid").is_some_and(|rest| rest.first().is_some_and(u8::is_ascii_digit));
    let known = is_session || matches!(source, b"Logon" | b"Server" | b"Backup" | b"spid");
    let text = text.trim_ascii_start();
    if stamp.offset.is_none() && text.starts_with(ADJUSTMENT) {
        stamp.offset = adjustment(text);
    }
    (known && stamp.precision == Precision(10_000_000)).then_some((stamp, source, text))
}

/// The line with the offset of the clock from UTC.
const ADJUSTMENT: &[u8] = b"UTC adjustment: ";

/// Seconds east of UTC, from `UTC adjustment: -5:00`.
fn adjustment(text: &[u8]) -> Option<i32> {
    let text = text.strip_prefix(ADJUSTMENT)?.trim_ascii();
    let (sign, text) = match text {
        [b'-', rest @ ..] => (-1, rest),
        [b'+', rest @ ..] => (1, rest),
        _ => (1, text),
    };
    let colon = memchr::memchr(b':', text)?;
    let (hours, minutes) = (number(text.get(..colon)?)?, number(text.get(colon + 1..)?)?);
    (hours <= 14 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

/// A number of one or two digits.
fn number(text: &[u8]) -> Option<i32> {
    let sound = matches!(text.len(), 1 | 2) && text.iter().all(u8::is_ascii_digit);
    sound.then(|| text.iter().fold(0, |sum, digit| sum * 10 + i32::from(digit - b'0')))
}

/// Names of the numbers of an error.
const NUMBERS: [&[u8]; 3] = [b"error", b"severity", b"state"];

/// The numbers of `Error: 18456, Severity: 14, State: 38.`, with their names.
fn error(text: &[u8]) -> Option<[(&'static [u8], &[u8]); 3]> {
    let mut rest = text.strip_prefix(b"Error: ")?;
    let mut numbers = NUMBERS.map(|name| (name, &b""[..]));
    for (number, next) in numbers.iter_mut().zip([&b", Severity: "[..], b", State: ", b""]) {
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (value, after) = rest.split_at(digits);
        (digits > 0).then_some(())?;
        number.1 = value;
        rest = after.strip_prefix(next)?;
    }
    Some(numbers)
}

/// From `Error: 18456, Severity: 14, State: 38.`
fn level(text: &[u8]) -> Level {
    const SEVERITY: &[u8] = b", Severity: ";
    if !text.starts_with(b"Error: ") {
        return Level::None;
    }
    let digits = find_short(text, SEVERITY).and_then(|at| text.get(at + SEVERITY.len()..));
    let digits = digits.unwrap_or_default().iter().take(2).take_while(|byte| byte.is_ascii_digit());
    match digits.fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0')) {
        0..=10 => Level::Info,
        11..=19 => Level::Error,
        _ => Level::Fatal,
    }
}
