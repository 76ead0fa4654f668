//! java.util.logging's `SimpleFormatter`: Tomcat 7's files and console, and any program without a configuration.
//!
//! ```text
//! Nov 21, 2026 10:08:22 PM org.apache.catalina.startup.VersionLoggerListener log
//! SEVERE: text
//! ```
//!
//! Two lines: timestamp, class and method on the first, level and text on the second. Month, half of the day and
//! level are in the language of the JVM; whole seconds, local time, no thread. The stack trace is at column 0.

use crate::format::first_line;
use crate::grammar::find_short;
use crate::{Event, Format, Head, Level, RawTimestamp, layout};

/// The format `java-util-logging`.
pub(super) struct SimpleFormatter;

impl Format for SimpleFormatter {
    fn name(&self) -> &'static str {
        "java-util-logging"
    }

    fn title(&self) -> &'static str {
        "java.util.logging on two lines: Tomcat 7"
    }

    fn example(&self) -> &'static str {
        "Nov 21, 2026 10:08:22 PM org.apache.catalina.startup.VersionLoggerListener log
SEVERE: text"
    }

    fn begin(&self, line: &[u8]) -> Option<Head> {
        Some(Head { stamp: Some(head(line)?.0), level: Level::None })
    }

    fn looks_below(&self) -> bool {
        true
    }

    fn below(&self, line: &[u8], head: &mut Head) -> bool {
        if let Some((word, _)) = level(line) {
            head.level = Level::from_word(word);
        }
        false
    }

    fn read<'a>(&'a self, line: &'a [u8], below: &'a [u8]) -> Option<Event<'a>> {
        let (stamp, class, method) = head(line)?;
        let (second, rest) = first_line(below);
        let event = Event { stamp: Some(stamp), class, method, ..Event::default() };
        Some(match level(second) {
            Some((level_word, message)) => {
                Event { level: Level::from_word(level_word), level_word, message, rest, ..event }
            }
            None => Event { rest: below, ..event },
        })
    }
}

/// Timestamp, class and method; without data of the caller only the name of the logger.
fn head(line: &[u8]) -> Option<(RawTimestamp, &[u8], &[u8])> {
    let (stamp, taken) = layout::java_util_logging(line)?;
    let names = line.get(taken..)?.strip_prefix(b" ")?.trim_ascii_end();
    let mut words = names.split(|byte| *byte == b' ');
    let (class, method) = (words.next()?, words.next().unwrap_or_default());
    (words.next().is_none() && !class.is_empty()).then_some((stamp, class, method))
}

/// Longest level in any language and charset.
const LEVEL_BYTES: usize = 64;

/// `LEVEL: text`.
fn level(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = find_short(line.get(..LEVEL_BYTES).unwrap_or(line), b": ")
        .or_else(|| line.strip_suffix(b":").map(<[u8]>::len).filter(|end| *end < LEVEL_BYTES))?;
    let (word, text) = line.split_at(end);
    (Level::from_word(word) != Level::Unknown).then_some((word, text.get(2..).unwrap_or_default()))
}
