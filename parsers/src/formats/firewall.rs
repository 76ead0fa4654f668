//! `pfirewall.log` of the Windows firewall.
//!
//! ```text
//! #Version: 1.5
//! #Time Format: Local
//! #Fields: date time action protocol src-ip dst-ip src-port dst-port size tcpflags tcpsyn tcpack tcpwin icmptype icmpcode info path
//! 2026-11-21 16:26:07 DROP TCP 192.0.2.14 192.0.2.11 52110 1433 52 S 1146 0 64240 - - - RECEIVE
//! ```
//!
//! Local time. The form is that of a W3C log, but not its clock.

use super::iis::parse_columns;
use crate::first_bytes::{ByteClass, FirstBytes};
use crate::format::first_line;
use crate::{ClockSource, Event, Format, Head, Precision, RawTimestamp, layout};

/// The format `windows-firewall`.
pub(super) struct Firewall;

impl Format for Firewall {
    fn name(&self) -> &'static str {
        "windows-firewall"
    }

    fn title(&self) -> &'static str {
        "Windows firewall (pfirewall.log)"
    }

    fn example(&self) -> &'static str {
        "#Fields: date time action protocol src-ip dst-ip src-port dst-port size ... path
2026-11-21 16:26:07 DROP TCP 192.0.2.14 192.0.2.11 52110 1433 52 S 1146 0 64240 - - - RECEIVE"
    }

    fn clock(&self) -> ClockSource {
        ClockSource::System
    }

    fn first_bytes(&self) -> &'static [FirstBytes] {
        &[&[ByteClass::Digit, ByteClass::Digit, ByteClass::Digit, ByteClass::Digit, ByteClass::Byte(b'-')]]
    }

    fn begin(&self, line: &[u8]) -> Option<Head> {
        Some(Head { stamp: Some(head(line)?.0), ..Head::default() })
    }

    fn has_hidden_levels(&self) -> bool {
        false
    }

    fn read<'a>(&'a self, line: &'a [u8], rest: &'a [u8]) -> Option<Event<'a>> {
        let (stamp, text) = head(line)?;
        Some(Event { stamp: Some(stamp), message: text, rest, ..Event::default() })
    }

    fn columns(&self) -> Option<&'static [u8]> {
        Some(b"#Fields:")
    }

    fn parse_below<'a>(&'a self, columns: &'a [u8], message: &'a [u8]) -> Event<'a> {
        let (line, _) = first_line(message);
        parse_columns(columns, line, self.parse(message))
    }
}

/// Timestamp, and the text after it.
fn head(line: &[u8]) -> Option<(RawTimestamp, &[u8])> {
    if !line.first()?.is_ascii_digit() {
        return None;
    }
    let (stamp, taken) = layout::iso(line)?;
    let text = line.get(taken..)?.strip_prefix(b" ")?;
    (is_entry(text) && stamp.precision == Precision::SECOND && stamp.offset.is_none())
        .then_some((stamp, text))
}

/// Returns whether an action and a protocol are at the start of a text.
pub(super) fn is_entry(text: &[u8]) -> bool {
    let mut words = text.split(|byte| *byte == b' ');
    let action = words.next().unwrap_or_default();
    let known =
        matches!(action, b"ALLOW" | b"DROP" | b"OPEN" | b"OPEN-INBOUND" | b"CLOSE" | b"INFO-EVENTS-LOST");
    // a protocol is a name or a number
    known
        && words.next().is_some_and(|protocol| {
            !protocol.is_empty()
                && protocol
                    .iter()
                    .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'-')
        })
}
