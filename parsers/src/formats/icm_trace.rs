//! Process logs of ICM in the output of `dumplog`: MR PIM, OPC, CTI server, router.
//!
//! ```text
//! Events from February 8, 2007:
//! 12:42:34:878 pg2A-pim2 Trace: [  4900]Application->PG:
//! Message = NEW_TASK; Length = 102 bytes
//! ```
//!
//! A timestamp is a time of day: the date is in a heading, at the start of the file and at every midnight, or in the
//! name of the file, or missing. A colon is before the milliseconds. Lines below a message have no timestamp. Local
//! time.

use crate::{ClockSource, Event, Format, Head, Level, RawTimestamp, layout};

/// The format `icm-trace`.
pub(super) struct IcmTrace;

impl Format for IcmTrace {
    fn name(&self) -> &'static str {
        "icm-trace"
    }

    fn title(&self) -> &'static str {
        "ICM process log (dumplog)"
    }

    fn example(&self) -> &'static str {
        "Events from February 8, 2007:
12:42:34:878 pg2A-pim2 Trace: [  4900]Application->PG:
Message = NEW_TASK; Length = 102 bytes"
    }

    fn clock(&self) -> ClockSource {
        ClockSource::System
    }

    fn begin(&self, line: &[u8]) -> Option<Head> {
        let (stamp, ..) = head(line)?;
        Some(Head { stamp: Some(stamp), level: Level::None })
    }

    fn read<'a>(&'a self, line: &'a [u8], rest: &'a [u8]) -> Option<Event<'a>> {
        let (stamp, process, message) = head(line)?;
        Some(Event { stamp: Some(stamp), class: process, message, rest, ..Event::default() })
    }

    fn component<'a>(&self, line: &'a [u8]) -> Option<&'a [u8]> {
        Some(head(line)?.1)
    }

    fn is_undated(&self) -> bool {
        true
    }

    fn heading(&self, line: &[u8]) -> Option<i64> {
        layout::long_date(line.strip_prefix(b"Events from ")?)
    }
}

/// Stamp, process (`pg2A-pim2`), and the text.
fn head(line: &[u8]) -> Option<(RawTimestamp, &[u8], &[u8])> {
    if !line.first()?.is_ascii_digit() {
        return None;
    }
    let (stamp, taken) = layout::time_of_day(line)?;
    let rest = line.get(taken..)?.strip_prefix(b" ")?;
    let end = memchr::memchr(b' ', rest)?;
    let (process, text) = rest.split_at(end);
    let named = process.len() <= 32
        && process.contains(&b'-')
        && process.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    named.then_some((stamp, process, text.get(1..)?))
}
