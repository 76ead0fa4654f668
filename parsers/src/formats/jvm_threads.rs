//! Thread dumps that the JVM prints on the console: a line with a timestamp only, and all threads below.
//!
//! ```text
//! 2026-11-21 21:41:05
//! Full thread dump OpenJDK 64-Bit Server VM (17.0.15+6 mixed mode, sharing):
//! ```
//!
//! One message. Some tools leave the line with the timestamp out. The timestamp is in the zone of the process, which may differ from the `-Duser.timezone` of the
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
        let stamp = stamp(line);
        (stamp.is_some() || line.starts_with(TITLE)).then_some(Head { stamp, level: Level::None })
    }

    fn has_hidden_levels(&self) -> bool {
        false
    }

    fn has_joins(&self) -> bool {
        true
    }

    fn joins(&self, above: &[u8], line: &[u8]) -> bool {
        line.starts_with(TITLE) && stamp(above).is_some()
    }

    fn read<'a>(&'a self, line: &'a [u8], rest: &'a [u8]) -> Option<Event<'a>> {
        let stamp = self.begin(line)?.stamp;
        let (message, rest) = if stamp.is_some() { first_line(rest) } else { (line, rest) };
        let mut event = Event { stamp, message, rest, ..Event::default() };
        if let Some(machine) = message.strip_prefix(b"Full thread dump ") {
            event.fields.push((b"vm", machine.strip_suffix(b":").unwrap_or(machine)));
        }
        Some(event)
    }
}

/// Beginning of the line above the threads.
const TITLE: &[u8] = b"Full thread dump ";

/// A line of 19 bytes that is a timestamp.
fn stamp(line: &[u8]) -> Option<RawTimestamp> {
    let (stamp, taken) = layout::iso(line)?;
    (taken == line.len() && taken == 19 && line.get(10) == Some(&b' ')).then_some(stamp)
}
