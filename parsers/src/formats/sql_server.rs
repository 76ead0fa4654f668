//! SQL Server's own log, `ERRORLOG`: the other side of a database failure. Usually UTF-16.
//!
//! ```text
//! 2026-11-21 16:26:07.12 Logon       Error: 18456, Severity: 14, State: 38.
//! 2026-11-21 16:26:07.12 Logon       Login failed for user 'eGActive'. Reason: Failed to open the database. [CLIENT: 10.20.1.11]
//! ```
//!
//! Local time with hundredths of a second, then the source, padded to 12 characters. An error takes two messages with
//! the same timestamp: number and severity, then the text. Severities from 11 on are errors, from 20 on they end the
//! connection.

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
        "2026-11-21 16:26:07.12 Logon       Error: 18456, Severity: 14, State: 38."
    }

    fn clock(&self) -> ClockSource {
        ClockSource::System
    }

    fn begin(&self, line: &[u8]) -> Option<Head> {
        let (stamp, _, text) = parts(line)?;
        Some(Head { stamp: Some(stamp), level: level(text) })
    }

    fn read<'a>(&'a self, line: &'a [u8], rest: &'a [u8]) -> Option<Event<'a>> {
        let (stamp, source, message) = parts(line)?;
        Some(Event {
            stamp: Some(stamp),
            level: level(message),
            thread: source,
            message,
            rest,
            ..Event::default()
        })
    }
}

/// Timestamp, source, text.
fn parts(line: &[u8]) -> Option<(RawTimestamp, &[u8], &[u8])> {
    if !line.first()?.is_ascii_digit() {
        return None;
    }
    let (stamp, taken) = layout::iso(line)?;
    let after = line.get(taken..)?.strip_prefix(b" ")?;
    let end = memchr::memchr(b' ', after.get(..16).unwrap_or(after))?;
    let (source, text) = after.split_at(end);
    let is_session =
        source.strip_prefix(b"spid").is_some_and(|rest| rest.first().is_some_and(u8::is_ascii_digit));
    let known = is_session || matches!(source, b"Logon" | b"Server" | b"Backup" | b"spid");
    (known && stamp.precision == Precision(10_000_000)).then_some((stamp, source, text.trim_ascii_start()))
}

/// From `Error: 18456, Severity: 14, State: 38.`
fn level(text: &[u8]) -> Level {
    const SEVERITY: &[u8] = b", Severity: ";
    if !text.starts_with(b"Error: ") {
        return Level::None;
    }
    let digits = memchr::memmem::find(text, SEVERITY).and_then(|at| text.get(at + SEVERITY.len()..));
    let digits = digits.unwrap_or_default().iter().take(2).take_while(|byte| byte.is_ascii_digit());
    match digits.fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0')) {
        0..=10 => Level::Info,
        11..=19 => Level::Error,
        _ => Level::Fatal,
    }
}
