//! IIS access logs in the W3C extended form, and HTTPERR: always in UTC, which no line shows.
//!
//! ```text
//! #Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip ... sc-status sc-substatus ...
//! 2026-11-21 12:00:00 10.20.1.31 GET /system/web/view/platform/main.jsp - 443 - 10.20.2.248 Mozilla/5.0 ... 200 0 0 9
//! ```
//!
//! The administrator chooses the fields, and a `#Fields:` line names them, again wherever they change. A line alone
//! is recognised by its form: a timestamp without a fraction, then an address within the first words. Date and time
//! may follow other columns. Tomcat's `ExtendedAccessLogValve` writes the same, in UTC, too.

use super::firewall::is_entry;
use crate::format::first_line;
use crate::{ClockSource, Event, Format, Head, Level, Precision, RawTimestamp, layout};

/// The format `iis-w3c`.
pub(super) struct Iis;

/// Words after the timestamp of which one must be an address: site and server may come before it.
const NEAR: usize = 3;

impl Format for Iis {
    fn name(&self) -> &'static str {
        "iis-w3c"
    }

    fn title(&self) -> &'static str {
        "IIS access log (W3C extended) and HTTPERR"
    }

    fn example(&self) -> &'static str {
        "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip ... sc-status sc-substatus ...
2026-11-21 12:00:00 10.20.1.31 GET /system/web/view/platform/main.jsp - 443 - 10.20.2.248 Mozilla/5.0 ... 200 0 0 9"
    }

    fn zone_rule(&self) -> Option<&'static str> {
        Some("IIS writes UTC")
    }

    fn clock(&self) -> ClockSource {
        ClockSource::Nowhere
    }

    fn begin(&self, line: &[u8]) -> Option<Head> {
        Some(Head { stamp: Some(head(line)?.0), level: Level::None })
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
        let (line, rest) = first_line(message);
        let Some((stamp, _)) = head(line) else { return self.parse(message) };
        parse_columns(columns, line, Event { stamp: Some(stamp), rest, ..Event::default() })
    }
}

/// Adds the values in the columns of a line to an event.
pub(super) fn parse_columns<'a>(columns: &'a [u8], line: &'a [u8], mut event: Event<'a>) -> Event<'a> {
    let mut values = line;
    let names = columns.strip_prefix(b"#Fields:").unwrap_or_default();
    for name in names.split(|byte| is_blank(*byte)).filter(|name| !name.is_empty()) {
        let value;
        (value, values) = column(values);
        match name {
            b"date" | b"time" => {}
            b"cs-method" => event.method = value,
            b"cs-uri-stem" | b"cs-uri" => event.message = value,
            _ if !value.is_empty() && value != b"-" => event.fields.push((name, value)),
            _ => {}
        }
    }
    event
}

/// Columns in which date and time may be.
const STAMP_COLUMNS: usize = 4;

/// The timestamp in UTC, and the columns after it.
fn head(line: &[u8]) -> Option<(RawTimestamp, &[u8])> {
    if line.first()?.is_ascii_digit()
        && let Some(read) = stamped(line)
        && has_address(read.1)
    {
        // the firewall writes the same form in local time
        return (!is_entry(read.1)).then_some(read);
    }
    // date and time after other columns, of which one is an address, so it contains a dot or a colon
    memchr::memchr2(b'.', b':', line.get(..40).unwrap_or(line))?;
    let mut rest = line;
    for _ in 0..STAMP_COLUMNS {
        let blank = rest.iter().position(|byte| is_blank(*byte))?;
        rest = rest.get(blank + 1..)?;
        // without an offset, the timestamp in the brackets of an access log does not fit
        if rest.first().is_some_and(u8::is_ascii_digit)
            && let Some(read) = stamped(rest)
        {
            let before = line.get(..line.len() - rest.len())?;
            return before.split(|byte| is_blank(*byte)).any(is_address).then_some(read);
        }
    }
    None
}

/// A timestamp in two columns at the start of a text, and the rest.
fn stamped(text: &[u8]) -> Option<(RawTimestamp, &[u8])> {
    let split = text.get(10).is_some_and(|byte| is_blank(*byte));
    let tab;
    let (stamp, taken) = if split && text.get(10) == Some(&b'\t') {
        tab = [text.get(..10)?, b" ", text.get(11..text.len().min(40))?].concat();
        layout::iso(&tab)?
    } else {
        layout::iso(text)?
    };
    if !split || stamp.precision != Precision::SECOND || stamp.offset.is_some() {
        return None;
    }
    let rest = text.get(taken..)?;
    match rest.first() {
        Some(byte) if is_blank(*byte) => Some((RawTimestamp { offset: Some(0), ..stamp }, rest.get(1..)?)),
        None => Some((RawTimestamp { offset: Some(0), ..stamp }, rest)),
        _ => None,
    }
}

/// Returns whether an address is near, and something follows it.
pub(super) fn has_address(rest: &[u8]) -> bool {
    let mut words = rest.split(|byte| is_blank(*byte));
    // in a sentence, no port, method or status follows an address
    words.by_ref().take(NEAR).any(is_address) && words.next().is_some()
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// The first column, which may be quoted, and the rest.
fn column(text: &[u8]) -> (&[u8], &[u8]) {
    if let Some(quoted) = text.strip_prefix(b"\"")
        && let Some(end) = memchr::memchr(b'"', quoted)
    {
        let rest = quoted.get(end + 1..).unwrap_or_default();
        return (quoted.get(..end).unwrap_or_default(), rest.get(1..).unwrap_or_default());
    }
    let end = text.iter().position(|byte| is_blank(*byte)).unwrap_or(text.len());
    (text.get(..end).unwrap_or_default(), text.get(end + 1..).unwrap_or_default())
}

/// `10.20.1.31`, `fe80::1%3`, `::1`.
fn is_address(word: &[u8]) -> bool {
    let dots = memchr::memchr_iter(b'.', word).count();
    let colons = memchr::memchr_iter(b':', word).count();
    let digits = |byte: &u8| byte.is_ascii_digit() || *byte == b'.';
    let hex = |byte: &u8| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.' | b'%');
    dots == 3 && word.len() >= 7 && word.iter().all(digits) || colons >= 2 && word.iter().all(hex)
}
