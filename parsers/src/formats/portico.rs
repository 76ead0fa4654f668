//! Cisco's Diagnostic Framework, the service of the Diagnostic Portico on CCE servers.
//!
//! ```text
//! 0000000012: LCDSA0001: Nov 21 2026 10:15:02.117 -05:00: %DiagFwSvc-ERROR-[8]  text
//! ```
//!
//! Like Cisco's log message format up to the timestamp; then a module, a level as a word and the thread. The stack of
//! .NET follows below. Every line has an offset.

use super::cisco_log::{Lead, lead};
use crate::grammar::{between, find_short};
use crate::{ClockSource, Event, Format, Head, Level};

/// The format `diagnostic-portico`.
pub(super) struct Portico;

impl Format for Portico {
    fn name(&self) -> &'static str {
        "diagnostic-portico"
    }

    fn title(&self) -> &'static str {
        "Cisco Diagnostic Framework (Portico)"
    }

    fn example(&self) -> &'static str {
        "0000000012: LCDSA0001: Nov 21 2026 10:15:02.117 -05:00: %DiagFwSvc-ERROR-[8]  text"
    }

    fn clock(&self) -> ClockSource {
        ClockSource::System
    }

    fn begin(&self, line: &[u8]) -> Option<Head> {
        let (lead, parts) = parts(line)?;
        Some(Head { stamp: Some(lead.stamp), level: Level::from_word(parts.level) })
    }

    fn read<'a>(&'a self, line: &'a [u8], rest: &'a [u8]) -> Option<Event<'a>> {
        let (lead, parts) = parts(line)?;
        let mut event = Event {
            stamp: Some(lead.stamp),
            level: Level::from_word(parts.level),
            level_word: parts.level,
            thread: parts.thread,
            class: parts.module,
            message: parts.text,
            rest,
            ..Event::default()
        };
        lead.fields(&mut event);
        Some(event)
    }
}

struct Parts<'a> {
    module: &'a [u8],
    level: &'a [u8],
    thread: &'a [u8],
    text: &'a [u8],
}

/// Longest module and level.
const NAME: usize = 120;

fn parts(line: &[u8]) -> Option<(Lead<'_>, Parts<'_>)> {
    let lead = lead(line)?;
    let bracket = find_short(lead.named.get(..NAME).unwrap_or(lead.named), b"-[")?;
    let (head, thread) = lead.named.split_at(bracket);
    let dash = memchr::memrchr(b'-', head)?;
    let (module, level) = head.split_at(dash);
    let level = level.get(1..)?;
    if Level::from_word(level) == Level::Unknown {
        return None;
    }
    let (thread, text) = between(thread.get(1..)?, b'[', b']')?;
    let text = text.strip_prefix(b":").unwrap_or(text).trim_ascii_start();
    Some((lead, Parts { module, level, thread, text }))
}
