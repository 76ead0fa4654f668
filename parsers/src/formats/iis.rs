//! IIS access logs in the W3C extended form, and HTTPERR: always UTC, which no line says.
//!
//! ```text
//! #Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip ... sc-status sc-substatus ...
//! 2026-11-21 12:00:00 10.20.1.31 GET /system/web/view/platform/main.jsp - 443 - 10.20.2.248 Mozilla/5.0 ... 200 0 0 9
//! ```
//!
//! The administrator chooses the fields, and a `#Fields:` line says which, again wherever they change. A line alone is
//! known by its shape: a stamp without a fraction, then within the first words an address.

use crate::{Event, Format, Head, Level, Precision, Stamp, stamp};

/// See the [module](self).
pub struct Iis;

/// Words behind the stamp among which an address must stand: site and server may come before it.
const NEAR: usize = 3;

impl Format for Iis {
    fn name(&self) -> &'static str {
        "iis-w3c"
    }

    fn title(&self) -> &'static str {
        "IIS access log (W3C extended) and HTTPERR"
    }

    fn zone_rule(&self) -> Option<&'static str> {
        Some("IIS writes UTC")
    }

    fn begin(&self, line: &[u8]) -> Option<Head> {
        Some(Head { stamp: Some(head(line)?.0), level: Level::None })
    }

    fn read<'a>(&self, line: &'a [u8], rest: &'a [u8]) -> Option<Event<'a>> {
        let (stamp, text) = head(line)?;
        Some(Event { stamp: Some(stamp), message: text, rest, ..Event::default() })
    }
}

/// The stamp in UTC, and the fields behind it.
fn head(line: &[u8]) -> Option<(Stamp, &[u8])> {
    if !line.first()?.is_ascii_digit() {
        return None;
    }
    let (stamp, taken) = stamp::iso(line)?;
    let rest = line.get(taken..)?.strip_prefix(b" ").or_else(|| line.get(taken..)?.strip_prefix(b"\t"))?;
    if stamp.precision != Precision::SECOND || stamp.offset.is_some() {
        return None;
    }
    let mut words = rest.split(|byte| matches!(byte, b' ' | b'\t'));
    words.by_ref().take(NEAR).any(is_address).then_some(())?;
    // a sentence that names an address has no port, method or status behind it
    words.next().map(|_| (Stamp { offset: Some(0), ..stamp }, rest))
}

/// `10.20.1.31`, `fe80::1%3`, `::1`.
fn is_address(word: &[u8]) -> bool {
    let dots = memchr::memchr_iter(b'.', word).count();
    let colons = memchr::memchr_iter(b':', word).count();
    let digits = |byte: &u8| byte.is_ascii_digit() || *byte == b'.';
    let hex = |byte: &u8| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.' | b'%');
    dots == 3 && word.len() >= 7 && word.iter().all(digits) || colons >= 2 && word.iter().all(hex)
}
