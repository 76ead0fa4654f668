//! Logs of the VXML Server of Customer Voice Portal: activity, error and administration logs, with commas between the
//! fields.
//!
//! ```text
//! 192.0.2.38.1253113221121.3.HelloWorld,09/16/2009 11:00:21.121,,start,newcall,
//! 192.0.2.38.1253113221121.3.HelloWorld,09/16/2009 11:00:22.343,Validate_02,data,result,none
//! ```
//!
//! Local time, month first. The session contains the caller's address or an identifier, and the application. Of the
//! categories only `error` is a level.

use crate::first_bytes::{ByteClass, FirstBytes};
use crate::{Event, Format, Head, Level, RawTimestamp, layout};

/// The format `cvp-vxml`.
pub(super) struct Vxml;

impl Format for Vxml {
    fn name(&self) -> &'static str {
        "cvp-vxml"
    }

    fn title(&self) -> &'static str {
        "CVP VXML Server log"
    }

    fn example(&self) -> &'static str {
        "192.0.2.38.1253113221121.3.HelloWorld,09/16/2009 11:00:21.121,,start,newcall,"
    }

    fn first_bytes(&self) -> &'static [FirstBytes] {
        &[&[ByteClass::Digit]]
    }

    fn begin(&self, line: &[u8]) -> Option<Head> {
        let (_, stamp, text) = parts(line)?;
        Some(Head { stamp: Some(stamp), level: level(text) })
    }

    fn read<'a>(&'a self, line: &'a [u8], rest: &'a [u8]) -> Option<Event<'a>> {
        let (session, stamp, text) = parts(line)?;
        let level = level(text);
        let mut fields = vec![(&b"session"[..], session)];
        let mut columns = text.splitn(3, |byte| *byte == b',');
        for name in [&b"element"[..], b"category"] {
            if let Some(value) = columns.next().filter(|value| !value.is_empty() && text.contains(&b',')) {
                fields.push((name, value));
            }
        }
        let level_word =
            if level == Level::None { &b""[..] } else { fields.last().map_or(&b""[..], |field| field.1) };
        Some(Event { stamp: Some(stamp), level, level_word, fields, message: text, rest, ..Event::default() })
    }
}

/// Longest session before the timestamp.
const SESSION: usize = 160;

/// Session, timestamp, and the fields after it.
fn parts(line: &[u8]) -> Option<(&[u8], RawTimestamp, &[u8])> {
    if !line.first()?.is_ascii_alphanumeric() {
        return None;
    }
    let (session, rest) = line.split_at(memchr::memchr(b',', line.get(..SESSION).unwrap_or(line))?);
    let rest = rest.get(1..)?;
    // the year has four digits
    rest.get(6..11).filter(|year| year.last() == Some(&b' '))?;
    let (stamp, taken) = layout::month_day_year(rest)?;
    let text = rest.get(taken..)?.strip_prefix(b",")?;
    let sound = session.contains(&b'.') && !session.contains(&b' ');
    sound.then_some((session, stamp, text))
}

/// The level of the category, after the element.
fn level(text: &[u8]) -> Level {
    match text.splitn(3, |byte| *byte == b',').nth(1) {
        Some(b"error") => Level::Error,
        Some(b"warning") => Level::Warn,
        _ => Level::None,
    }
}
