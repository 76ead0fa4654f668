//! Logs of Unified CCX, IP IVR and Virtualized Voice Browser: `Cisco001MIVR001.log` and its relatives.
//!
//! ```text
//! 101: Mar 24 11:37:42.153 PST%MIVR-SS_TEL-4-ModuleRunTimeFailure:Real-time failure in JTAPI subsystem: Module=JTAPI Subsystem
//! 256317: Oct 23 10:10:36.668 AEST %MIVR-JASMIN-7-UNK:[CALLID=B42C4680] NEW_CALL
//! %MIVR-SS_TEL-4-ModuleRunTimeFailure:Real-time failure in JTAPI subsystem
//! ```
//!
//! A timestamp has no year: it comes from a dated line or the name of the file, or is missing. The zone is an offset,
//! or letters, of which only those are used that name one offset the world over. The level is the digit after the
//! facility. With a year such a line is one of `cisco_log.rs`. A line that a page wrapped right after the level begins a
//! message, too: its name is on the next line.

use crate::first_bytes::{ByteClass, FirstBytes};
use crate::format::first_line;
use crate::formats::cisco_log::zoned;
use crate::{Event, Format, Head, Level, RawTimestamp, layout};

/// The format `cisco-mivr`.
pub(super) struct Mivr;

impl Format for Mivr {
    fn name(&self) -> &'static str {
        "cisco-mivr"
    }

    fn title(&self) -> &'static str {
        "Unified CCX, IP IVR and VVB log (MIVR)"
    }

    fn example(&self) -> &'static str {
        "101: Mar 24 11:37:42.153 PST%MIVR-SS_TEL-4-ModuleRunTimeFailure:Real-time failure in JTAPI subsystem"
    }

    fn begin(&self, line: &[u8]) -> Option<Head> {
        let parts = parts(line)?;
        Some(Head { stamp: parts.stamp, level: level(parts.severity) })
    }

    fn read<'a>(&'a self, line: &'a [u8], rest: &'a [u8]) -> Option<Event<'a>> {
        let mut parts = parts(line)?;
        let mut rest = rest;
        if parts.is_cut()
            && let (below, after) = first_line(rest)
            && let Some((name, text)) = named(below)
        {
            (parts.name, parts.text, rest) = (name, text, after);
        }
        let mut event = Event {
            stamp: parts.stamp,
            level: level(parts.severity),
            level_word: parts.severity,
            class: parts.facility,
            method: parts.name,
            message: parts.text,
            rest,
            ..Event::default()
        };
        for (name, value) in [(&b"sequence"[..], parts.sequence), (b"zone", parts.zone)] {
            if !value.is_empty() {
                event.fields.push((name, value));
            }
        }
        Some(event)
    }

    fn component<'a>(&self, line: &'a [u8]) -> Option<&'a [u8]> {
        let facility = parts(line)?.facility;
        facility.split(|byte| *byte == b'-').next()
    }

    fn is_undated(&self) -> bool {
        true
    }

    fn has_day(&self) -> bool {
        true
    }

    fn breaks_off(&self, line: &[u8]) -> bool {
        let line = line.trim_ascii_end();
        line.len() < BROKEN && parts(line).is_some_and(|parts| parts.text.is_empty())
    }

    fn first_bytes(&self) -> &'static [FirstBytes] {
        &[&[ByteClass::Digit], &[ByteClass::Byte(b'%'), ByteClass::Byte(b'M')]]
    }
}

struct Parts<'a> {
    sequence: &'a [u8],
    stamp: Option<RawTimestamp>,
    /// The letters of the zone.
    zone: &'a [u8],
    /// `MIVR-SS_TEL`.
    facility: &'a [u8],
    severity: &'a [u8],
    name: &'a [u8],
    text: &'a [u8],
}

impl Parts<'_> {
    /// Whether the line ends after the severity, before the name.
    fn is_cut(&self) -> bool {
        self.name.is_empty() && self.text.is_empty()
    }
}

/// Longest facility, severity and name.
const HEADER: usize = 200;

/// Longest line that breaks off within or after its header.
const BROKEN: usize = 300;

/// The name at the start of a text, and the text after its colon.
fn named(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = memchr::memchr(b':', text.get(..HEADER).unwrap_or(text))?;
    let (name, text) = text.split_at(colon);
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let text = text.get(1..)?;
    (!name.is_empty() && name.iter().all(is_name)).then(|| (name, text.strip_prefix(b" ").unwrap_or(text)))
}

fn parts(line: &[u8]) -> Option<Parts<'_>> {
    let digits = line.iter().take(20).take_while(|byte| byte.is_ascii_digit()).count();
    let (sequence, rest) = line.split_at(digits);
    let (stamp, zone, named) = match rest.strip_prefix(b"%") {
        Some(named) if digits == 0 => (None, &b""[..], named),
        _ => {
            let rest = rest.strip_prefix(b": ")?;
            let (stamp, taken) = layout::cisco_without_year(rest)?;
            let after = rest.get(taken..)?;
            let (east, named) = zoned(after)?;
            let zone = after.get(..after.len() - named.len() - 1)?.trim_ascii();
            let zone = zone.strip_suffix(b":").unwrap_or(zone);
            (Some(RawTimestamp { offset: stamp.offset.or(east), ..stamp }), zone, named)
        }
    };
    let near = named.get(..HEADER).unwrap_or(named);
    let (header, text) = match memchr::memchr(b':', near) {
        Some(colon) => (named.get(..colon)?, named.get(colon + 1..)?),
        // wrapped after the severity
        None => (named.trim_ascii_end(), &b""[..]),
    };
    let digit = header.windows(3).position(|bytes| matches!(bytes, [b'-', b'0'..=b'7', b'-']))?;
    let facility = header.get(..digit)?;
    let is_facility =
        |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-');
    let sound =
        facility.first() == Some(&b'M') && facility.contains(&b'-') && facility.iter().all(is_facility);
    let name = header.get(digit + 3..)?;
    let is_whole = header.len() < named.trim_ascii_end().len() || name.is_empty();
    (sound && is_whole).then_some(Parts {
        sequence,
        stamp,
        zone,
        facility,
        severity: header.get(digit + 1..digit + 2)?,
        name,
        text: text.strip_prefix(b" ").unwrap_or(text),
    })
}

/// The level of a digit.
fn level(digit: &[u8]) -> Level {
    match digit {
        b"0" | b"1" | b"2" => Level::Fatal,
        b"3" => Level::Error,
        b"4" => Level::Warn,
        b"5" | b"6" => Level::Info,
        b"7" => Level::Debug,
        _ => Level::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_may_be_wrapped_after_the_severity() {
        let event = Mivr.parse(
            b"%MIVR-SS_TEL-7-\nEXCEPTION:com.cisco.jtapi.PlatformExceptionImpl:\nUnable to create provider",
        );
        assert_eq!((event.level, event.class), (Level::Debug, &b"MIVR-SS_TEL"[..]));
        assert_eq!(
            (event.method, event.message),
            (&b"EXCEPTION"[..], &b"com.cisco.jtapi.PlatformExceptionImpl:"[..])
        );
        assert_eq!(event.rest, b"Unable to create provider");
        let event = Mivr.parse(b"101: Mar 24 11:37:42.153 PST %MIVR-SS_TEL-4-\r\nno name: x");
        assert_eq!((event.level, event.method, event.rest), (Level::Warn, &b""[..], &b"no name: x"[..]));
        for line in ["%MIVR-SS_TEL-4-Module", "%MIVR-SS_TEL-", "%MIVR", "%MIVR-SS_TEL-9-"] {
            assert!(Mivr.begin(line.as_bytes()).is_none(), "{line}");
        }
        for (line, broken) in [
            ("%MIVR-SS_TEL-7-", true),
            ("102: Mar 24 11:37:42.168 PST%MIVR-SS_TEL-7-EXCEPTION:", true),
            ("%MIVR-SS_TEL-7-EXCEPTION:text", false),
            ("text", false),
        ] {
            assert_eq!(Mivr.breaks_off(line.as_bytes()), broken, "{line}");
        }
    }
}
