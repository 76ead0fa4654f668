//! Tomcat's console in the form of the JDK's own logger (`JdkLoggerFormatter`): milliseconds since 1970, one letter
//! for the level, the last part of the logger's name.
//!
//! ```text
//! 1795296378516 E Probe Probe https failed: https://ece-web.lab.test/
//! ```
//!
//! The letter is a space for a custom level. Newer versions pad the name to 20 characters. The stack trace is at
//! column 0.

use crate::{Event, Format, Head, Level, RawTimestamp, pattern};

/// The format `tomcat-jdk-logger`.
pub(super) struct JdkLogger;

impl Format for JdkLogger {
    fn name(&self) -> &'static str {
        "tomcat-jdk-logger"
    }

    fn title(&self) -> &'static str {
        "Tomcat console, JdkLoggerFormatter"
    }

    fn example(&self) -> &'static str {
        "1795296378516 E Probe Probe https failed: https://ece-web.lab.test/"
    }

    fn begin(&self, line: &[u8]) -> Option<Head> {
        let (stamp, letter, _) = head(line)?;
        Some(Head { stamp: Some(stamp), level: level(letter) })
    }

    fn read<'a>(&'a self, line: &'a [u8], rest: &'a [u8]) -> Option<Event<'a>> {
        let (stamp, letter, after) = head(line)?;
        let end = memchr::memchr(b' ', after).unwrap_or(after.len());
        let (class, message) = after.split_at(end);
        let level_word = line.get(14..15).filter(|letter| *letter != b" ").unwrap_or_default();
        Some(Event {
            stamp: Some(stamp),
            level: level(letter),
            level_word,
            class,
            message: message.trim_ascii_start(),
            rest,
            ..Event::default()
        })
    }
}

fn level(letter: u8) -> Level {
    match letter {
        b'E' => Level::Error,
        b'W' => Level::Warn,
        b'I' => Level::Info,
        b'D' => Level::Debug,
        b'T' => Level::Trace,
        _ => Level::Unknown,
    }
}

/// Timestamp, letter of the level, and the rest.
fn head(line: &[u8]) -> Option<(RawTimestamp, u8, &[u8])> {
    if !line.first()?.is_ascii_digit() {
        return None;
    }
    let (stamp, taken) = pattern::epoch(line, 1_000_000)?;
    match *line.get(taken..)? {
        [b' ', letter @ (b'T' | b'D' | b'I' | b'W' | b'E' | b' '), b' ', ref after @ ..]
            if after.first().is_some_and(u8::is_ascii_alphabetic) =>
        {
            Some((stamp, letter, after))
        }
        _ => None,
    }
}
