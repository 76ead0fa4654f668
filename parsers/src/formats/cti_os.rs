//! Logs of CTI OS: its server and its clients.
//!
//! ```text
//! 12/04/09 12:46:40.227 3276 CTIOSSoftphone Thd(4388) Event Arguments: (PeripheralID:5000 FailureCode:256)
//! ```
//!
//! Local time, month first. The process and its thread follow. Lines have no level.

use crate::first_bytes::{ByteClass, FirstBytes};
use crate::{ClockSource, Event, Format, Head, RawTimestamp, layout};

/// The format `cti-os`.
pub(super) struct CtiOs;

impl Format for CtiOs {
    fn name(&self) -> &'static str {
        "cti-os"
    }

    fn title(&self) -> &'static str {
        "CTI OS server and client log"
    }

    fn example(&self) -> &'static str {
        "12/04/09 12:46:40.227 3276 CTIOSSoftphone Thd(4388) Event Arguments: (PeripheralID:5000 FailureCode:256)"
    }

    fn clock(&self) -> ClockSource {
        ClockSource::System
    }

    fn first_bytes(&self) -> &'static [FirstBytes] {
        &[&[ByteClass::Digit, ByteClass::Digit, ByteClass::Byte(b'/')]]
    }

    fn begin(&self, line: &[u8]) -> Option<Head> {
        Some(Head { stamp: Some(parts(line)?.stamp), ..Head::default() })
    }

    fn read<'a>(&'a self, line: &'a [u8], rest: &'a [u8]) -> Option<Event<'a>> {
        let parts = parts(line)?;
        Some(Event {
            stamp: Some(parts.stamp),
            thread: parts.thread,
            fields: vec![(b"pid", parts.pid), (b"process", parts.program)],
            message: parts.text,
            rest,
            ..Event::default()
        })
    }

    fn process(&self, line: &[u8]) -> Option<u64> {
        let pid = parts(line)?.pid;
        Some(pid.iter().fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0')))
    }

    fn component<'a>(&self, line: &'a [u8]) -> Option<&'a [u8]> {
        Some(parts(line)?.program)
    }
}

struct Parts<'a> {
    stamp: RawTimestamp,
    pid: &'a [u8],
    program: &'a [u8],
    thread: &'a [u8],
    text: &'a [u8],
}

fn parts(line: &[u8]) -> Option<Parts<'_>> {
    if !line.first()?.is_ascii_digit() {
        return None;
    }
    let (stamp, taken) = layout::month_day_year(line)?;
    let rest = line.get(taken..)?.strip_prefix(b" ")?;
    let (pid, rest) = rest.split_at(memchr::memchr(b' ', rest.get(..12).unwrap_or(rest))?);
    let rest = rest.get(1..)?;
    let (program, rest) = rest.split_at(memchr::memchr(b' ', rest.get(..64).unwrap_or(rest))?);
    let inner = rest.strip_prefix(b" Thd(")?;
    let (thread, text) = inner.split_at(memchr::memchr(b')', inner.get(..12).unwrap_or(inner))?);
    let is_number = |text: &[u8]| !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    let text = text.get(1..)?.trim_ascii_start();
    (is_number(pid) && is_number(thread) && !program.is_empty()).then_some(Parts {
        stamp,
        pid,
        program,
        thread,
        text,
    })
}
