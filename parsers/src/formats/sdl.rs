//! SDL traces of Unified Communications Manager: `SDL001_100_000001.txt`.
//!
//! ```text
//! 28147301.000 |00:00:00.206 |FileHead |UTC:-05:00,Date: 2024/08/13, AppName: CCM, HostName: cucm01, FileNumber: 1263
//! 33308539.017 |14:42:53.465 |AppInfo  |!!ERROR!! -MediaManager-(252214)::isMTPNeeded DTMFMTPSide=1
//! ```
//!
//! A timestamp is a time of day: the date, the offset and the host are in the first line of each file. The text of a
//! SIP message follows its line. Only errors are marked.

use crate::{ClockSource, Event, Format, Head, Level, RawTimestamp, layout};

/// The format `cucm-sdl`.
pub(super) struct Sdl;

impl Format for Sdl {
    fn name(&self) -> &'static str {
        "cucm-sdl"
    }

    fn title(&self) -> &'static str {
        "Unified CM trace (SDL)"
    }

    fn example(&self) -> &'static str {
        "28147301.000 |00:00:00.206 |FileHead |UTC:-05:00,Date: 2024/08/13, AppName: CCM, HostName: cucm01
33308539.017 |14:42:53.465 |AppInfo  |!!ERROR!! -MediaManager-(252214)::isMTPNeeded DTMFMTPSide=1"
    }

    fn clock(&self) -> ClockSource {
        ClockSource::System
    }

    fn begin(&self, line: &[u8]) -> Option<Head> {
        let parts = parts(line)?;
        Some(Head { stamp: Some(parts.stamp), level: level(parts.text) })
    }

    fn read<'a>(&'a self, line: &'a [u8], rest: &'a [u8]) -> Option<Event<'a>> {
        let parts = parts(line)?;
        let mut event = Event {
            stamp: Some(parts.stamp),
            level: level(parts.text),
            class: parts.kind,
            fields: vec![(b"sequence", parts.sequence)],
            message: parts.text,
            rest,
            ..Event::default()
        };
        if event.level == Level::Error {
            event.level_word = parts.text.trim_ascii_start().get(..ERROR.len()).unwrap_or_default();
        }
        if parts.kind == HEAD {
            let values = [
                (&b"HostName: "[..], &b"host"[..]),
                (b"AppName: ", b"application"),
                (b"AppVersion: ", b"version"),
            ];
            for (start, name) in values {
                if let Some(value) = value(parts.text, start) {
                    event.fields.push((name, value));
                }
            }
        }
        Some(event)
    }

    fn is_undated(&self) -> bool {
        true
    }

    fn heading(&self, line: &[u8]) -> Option<i64> {
        let parts = parts(line).filter(|parts| parts.kind == HEAD)?;
        layout::date(value(parts.text, b"Date: ")?)
    }
}

/// The kind of the first line of a file.
const HEAD: &[u8] = b"FileHead";

/// The mark of an error.
const ERROR: &[u8] = b"!!ERROR!!";

struct Parts<'a> {
    sequence: &'a [u8],
    stamp: RawTimestamp,
    /// `AppInfo`, `SdlSig`, `FileHead`.
    kind: &'a [u8],
    text: &'a [u8],
}

fn parts(line: &[u8]) -> Option<Parts<'_>> {
    if !line.first()?.is_ascii_digit() {
        return None;
    }
    let is_number = |byte: &&u8| byte.is_ascii_digit() || **byte == b'.';
    let digits = line.iter().take(24).take_while(is_number).count();
    let (sequence, rest) = line.split_at(digits);
    let rest = bar(rest)?;
    let (mut stamp, taken) = layout::time_of_day(rest)?;
    let rest = bar(rest.get(taken..)?)?;
    let end = memchr::memchr(b'|', rest.get(..32).unwrap_or(rest))?;
    let (kind, text) = rest.split_at(end);
    let (kind, text) = (kind.trim_ascii_end(), text.get(1..)?);
    let sound = sequence.contains(&b'.') && !kind.is_empty() && kind.iter().all(u8::is_ascii_alphanumeric);
    if kind == HEAD {
        stamp.offset = value(text, b"UTC:").and_then(layout::offset).map(|(east, _)| east);
    }
    sound.then_some(Parts { sequence, stamp, kind, text })
}

/// The text after a bar, which spaces may precede.
fn bar(text: &[u8]) -> Option<&[u8]> {
    text.trim_ascii_start().strip_prefix(b"|")
}

/// The value after `start`, up to a comma.
fn value<'a>(text: &'a [u8], start: &[u8]) -> Option<&'a [u8]> {
    let from = memchr::memmem::find(text.get(..400).unwrap_or(text), start)? + start.len();
    let value = text.get(from..)?;
    Some(value.split(|byte| *byte == b',').next().unwrap_or(value).trim_ascii())
}

fn level(text: &[u8]) -> Level {
    if text.trim_ascii_start().starts_with(ERROR) { Level::Error } else { Level::None }
}
