//! `commons-daemon.*`: messages of Apache Commons Daemon procrun about the Tomcat service of a Windows server.
//!
//! ```text
//! [2026-11-21 16:33:44] [info]  ( prunsrv.c:1896) [   36] Service started in 2599 milliseconds.
//! ```
//!
//! Local time in whole seconds; the source place only at debug and trace level, the thread not before 1.0.11. After
//! an `[error]` follows a second one with the text of the system, in the language of Windows and its code page.

use super::tomcat_console;
use crate::grammar::between;
use crate::{ClockSource, Event, Format, Head, Level, RawTimestamp, layout};

/// The format `procrun`.
pub(super) struct Procrun;

impl Format for Procrun {
    fn name(&self) -> &'static str {
        "procrun"
    }

    fn title(&self) -> &'static str {
        "Tomcat service, by Apache Commons Daemon"
    }

    fn example(&self) -> &'static str {
        "[2026-11-21 16:33:44] [info]  ( prunsrv.c:1896) [   36] Service started in 2599 milliseconds."
    }

    fn clock(&self) -> ClockSource {
        ClockSource::System
    }

    fn begin(&self, line: &[u8]) -> Option<Head> {
        let (stamp, level, _) = head(line)?;
        Some(Head { stamp: Some(stamp), level: Level::from_word(level) })
    }

    /// Tomcat's console of Debian has the same timestamp and bracketed level.
    fn fits_sample(&self, lines: &[&[u8]]) -> bool {
        !lines.iter().any(|line| tomcat_console::is_of_tomcat(line))
    }

    fn read<'a>(&'a self, line: &'a [u8], rest: &'a [u8]) -> Option<Event<'a>> {
        let (stamp, level_word, mut after) = head(line)?;
        let level = Level::from_word(level_word);
        let mut event = Event { stamp: Some(stamp), level, level_word, rest, ..Event::default() };
        if let Some((place, below)) = between(after, b'(', b')') {
            event.fields.push((b"place", place.trim_ascii()));
            after = below;
        }
        if let Some((thread, below)) = between(after, b'[', b']')
            && thread.trim_ascii().iter().all(u8::is_ascii_digit)
        {
            event.thread = thread.trim_ascii();
            after = below;
        }
        event.message = after;
        Some(event)
    }
}

/// Timestamp, level, and the rest.
fn head(line: &[u8]) -> Option<(RawTimestamp, &[u8], &[u8])> {
    let (stamp, taken) = layout::iso(line.strip_prefix(b"[")?)?;
    let (level, rest) = between(line.get(taken + 1..)?.strip_prefix(b"] ")?, b'[', b']')?;
    matches!(level, b"trace" | b"debug" | b"info" | b"warn" | b"error").then_some((stamp, level, rest))
}
