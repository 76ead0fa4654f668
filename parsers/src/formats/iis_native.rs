//! Logs of IIS in its own format, with commas between the fields (`in261121.log`).
//!
//! ```text
//! 192.0.2.201, -, 11/21/26, 7:55:20, W3SVC2, SERVER, 192.0.2.45, 4502, 163, 3223, 200, 0, GET, /DeptLogo.gif, -,
//! ```
//!
//! Local time. The order of day and month is that of Windows' language, which the line does not show: the date comes
//! from the name of the file.

use crate::pattern::clock_of_hours;
use crate::{ClockSource, Event, Format, Head, RawTimestamp};

/// The format `iis-native`.
pub(super) struct IisNative;

/// Names of the fields, in their order; those without a name are in the event itself.
const NAMES: [&[u8]; 15] = [
    b"c-ip",
    b"cs-username",
    b"date",
    b"",
    b"s-sitename",
    b"s-computername",
    b"s-ip",
    b"time-taken",
    b"cs-bytes",
    b"sc-bytes",
    b"sc-status",
    b"sc-win32-status",
    b"",
    b"",
    b"cs-uri-query",
];

impl Format for IisNative {
    fn name(&self) -> &'static str {
        "iis-native"
    }

    fn title(&self) -> &'static str {
        "IIS access log, IIS format"
    }

    fn example(&self) -> &'static str {
        "192.0.2.201, -, 11/21/26, 7:55:20, W3SVC2, SERVER, 192.0.2.45, 4502, 163, 3223, 200, 0, GET, /DeptLogo.gif, -,"
    }

    fn clock(&self) -> ClockSource {
        ClockSource::System
    }

    fn begin(&self, line: &[u8]) -> Option<Head> {
        Some(Head { stamp: Some(stamp(line)?), ..Head::default() })
    }

    fn has_hidden_levels(&self) -> bool {
        false
    }

    fn read<'a>(&'a self, line: &'a [u8], rest: &'a [u8]) -> Option<Event<'a>> {
        let mut event = Event { stamp: Some(stamp(line)?), rest, ..Event::default() };
        for (number, (name, value)) in NAMES.iter().zip(columns(line)).enumerate() {
            match number {
                12 => event.method = value,
                13 => event.message = value,
                _ if name.is_empty() || value.is_empty() || value == b"-" => {}
                _ => event.fields.push((name, value)),
            }
        }
        Some(event)
    }

    fn is_undated(&self) -> bool {
        true
    }
}

fn columns(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(|byte| *byte == b',').map(<[u8]>::trim_ascii)
}

/// The time of day of a line.
fn stamp(line: &[u8]) -> Option<RawTimestamp> {
    if !line.first()?.is_ascii_hexdigit() {
        return None;
    }
    let mut columns = columns(line);
    let address = columns.next()?;
    let is_address = |byte: &u8| byte.is_ascii_hexdigit() || matches!(byte, b'.' | b':');
    if address.len() < 3 || !address.iter().all(is_address) {
        return None;
    }
    let (_, date) = (columns.next()?, columns.next()?);
    let numbers = date.split(|byte| matches!(byte, b'/' | b'.' | b'-'));
    let is_number = |part: &[u8]| (1..=4).contains(&part.len()) && part.iter().all(u8::is_ascii_digit);
    if numbers.clone().count() != 3 || !numbers.clone().all(is_number) {
        return None;
    }
    let stamp = clock_of_hours(columns.next()?)?;
    let site = columns.next()?;
    (!site.is_empty() && columns.nth(5).is_some_and(is_number)).then_some(stamp)
}
