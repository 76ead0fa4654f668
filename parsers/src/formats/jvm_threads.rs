//! Thread dumps that the JVM prints on the console: a line with a timestamp only, and all threads below.
//!
//! ```text
//! 2026-11-21 21:41:05
//! Full thread dump OpenJDK 64-Bit Server VM (17.0.15+6 mixed mode, sharing):
//! ```
//!
//! One message. The timestamp is in the zone of the process, which may differ from the `-Duser.timezone` of the
//! program.

use crate::format::first_line;
use crate::{ClockSource, Event, Format, Head, Level, RawTimestamp, layout};

/// The format `jvm-threads`.
pub(super) struct JvmThreads;

impl Format for JvmThreads {
    fn name(&self) -> &'static str {
        "jvm-threads"
    }

    fn title(&self) -> &'static str {
        "Java thread dump"
    }

    fn example(&self) -> &'static str {
        "2026-11-21 21:41:05
Full thread dump OpenJDK 64-Bit Server VM (17.0.15+6 mixed mode, sharing):"
    }

    fn clock(&self) -> ClockSource {
        ClockSource::System
    }

    fn begin(&self, line: &[u8]) -> Option<Head> {
        Some(Head { stamp: Some(head(line)?), level: Level::None })
    }

    fn has_hidden_levels(&self) -> bool {
        false
    }

    fn read<'a>(&'a self, line: &'a [u8], rest: &'a [u8]) -> Option<Event<'a>> {
        let stamp = Some(head(line)?);
        let (message, rest) = first_line(rest);
        let mut event = Event { stamp, message, rest, ..Event::default() };
        if let Some(machine) = message.strip_prefix(b"Full thread dump ") {
            event.fields.push((b"vm", machine.strip_suffix(b":").unwrap_or(machine)));
        }
        Some(event)
    }
}

/// A line of 19 bytes that is a timestamp.
fn head(line: &[u8]) -> Option<RawTimestamp> {
    let (stamp, taken) = layout::iso(line)?;
    (taken == line.len() && taken == 19 && line.get(10) == Some(&b' ')).then_some(stamp)
}
