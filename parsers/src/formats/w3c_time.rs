//! W3C logs of IIS whose lines have a time and no date: the date is in the head of each section.
//!
//! ```text
//! #Date: 2026-11-21 00:00:12
//! #Fields: time c-ip cs-method cs-uri-stem sc-status
//! 12:00:00 10.20.2.248 GET /system/web/view/platform/main.jsp 200
//! ```
//!
//! In UTC, as the dated form of `iis.rs`. An address must be near the time.

use super::iis::{has_address, parse_columns};
use crate::format::first_line;
use crate::{ClockSource, Event, Format, Head, Precision, RawTimestamp, layout};

/// The format `iis-w3c-time`.
pub(super) struct W3cTime;

impl Format for W3cTime {
    fn name(&self) -> &'static str {
        "iis-w3c-time"
    }

    fn title(&self) -> &'static str {
        "IIS access log (W3C extended) without dates"
    }

    fn example(&self) -> &'static str {
        "#Date: 2026-11-21 00:00:12
#Fields: time c-ip cs-method cs-uri-stem sc-status
12:00:00 10.20.2.248 GET /system/web/view/platform/main.jsp 200"
    }

    fn zone_rule(&self) -> Option<&'static str> {
        Some("IIS writes UTC")
    }

    fn clock(&self) -> ClockSource {
        ClockSource::Nowhere
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

    fn is_undated(&self) -> bool {
        true
    }

    fn heading(&self, line: &[u8]) -> Option<i64> {
        layout::date(line.strip_prefix(b"#Date: ")?)
    }

    fn columns(&self) -> Option<&'static [u8]> {
        Some(b"#Fields:")
    }

    fn parse_below<'a>(&'a self, columns: &'a [u8], message: &'a [u8]) -> Event<'a> {
        let (line, rest) = first_line(message);
        match head(line) {
            Some((stamp, _)) => {
                parse_columns(columns, line, Event { stamp: Some(stamp), rest, ..Event::default() })
            }
            None => self.parse(message),
        }
    }
}

/// The timestamp in UTC, and the columns after it.
fn head(line: &[u8]) -> Option<(RawTimestamp, &[u8])> {
    if !line.first()?.is_ascii_digit() {
        return None;
    }
    let (stamp, taken) = layout::time_of_day(line)?;
    let text = line.get(taken..)?.strip_prefix(b" ")?;
    let sound = stamp.precision == Precision::SECOND && has_address(text);
    sound.then_some((RawTimestamp { offset: Some(0), ..stamp }, text))
}
