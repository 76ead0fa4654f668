//! Any other log whose messages begin with a known timestamp: only the timestamp and, if the next word is a level,
//! the level are read. A fallback, so that a log without its own format is still on the timeline.

use crate::{Event, Format, Head, Level, RawTimestamp, layout};

/// The format `stamped-text`.
pub(super) struct Stamped;

impl Format for Stamped {
    fn name(&self) -> &'static str {
        "stamped-text"
    }

    fn title(&self) -> &'static str {
        "text with timestamps, unknown layout"
    }

    fn example(&self) -> &'static str {
        "2026-11-21 07:01:03.335 worker 7 has started"
    }

    fn begin(&self, line: &[u8]) -> Option<Head> {
        let (stamp, _, word) = head(line)?;
        Some(Head { stamp: Some(stamp), level: level(word) })
    }

    fn read<'a>(&'a self, line: &'a [u8], rest: &'a [u8]) -> Option<Event<'a>> {
        let (stamp, message, word) = head(line)?;
        let level = level(word);
        let level_word = if level == Level::None { &[][..] } else { word };
        Some(Event { stamp: Some(stamp), level, level_word, message, rest, ..Event::default() })
    }

    /// Lines of ECE and Tomcat fit this, too; their own format must win.
    fn weight(&self) -> u32 {
        1
    }
}

/// Timestamp, the rest, and the first word of the rest without brackets.
fn head(line: &[u8]) -> Option<(RawTimestamp, &[u8], &[u8])> {
    let text = line.strip_prefix(b"[").unwrap_or(line);
    if !text.first()?.is_ascii_digit() {
        return None;
    }
    let (stamp, taken) = layout::iso(text).or_else(|| layout::day_month_year(text))?;
    let after = text.get(taken..)?;
    // 2026-11-21 10:00:00x is not a timestamp
    if after.first().is_some_and(u8::is_ascii_alphanumeric) {
        return None;
    }
    let after = after.strip_prefix(b"]").unwrap_or(after).trim_ascii_start();
    let word = after.strip_prefix(b"[").unwrap_or(after);
    let end = word.iter().position(|byte| !byte.is_ascii_alphabetic()).unwrap_or(word.len());
    Some((stamp, after, word.get(..end).unwrap_or_default()))
}

fn level(word: &[u8]) -> Level {
    match Level::from_word(word) {
        Level::Unknown => Level::None, // the first word of a sentence, not a level
        level => level,
    }
}
