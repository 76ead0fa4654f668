//! ECE's process logs, `eg_log_{SERVER}_{PROCESS}.log` and its companions: sections between `<@>`, an offset in every
//! line, exception text and stack on the lines below.
//!
//! ```text
//! 2011-05-01 19:02:23.758 GMT-0400 <@> WARN <@> [32:Thread-6] <@> ProcessId:1740 <@> PID:1 <@> UID:12 <@> HttpSessionId:  <@> class <@> method() <@> text <@>
//! ```
//!
//! Timestamp, level and thread are read by position; then `Key:value` sections by name, in any number and order,
//! because the session fields differ by version; then class and method; the rest is the message, which may contain
//! `<@>` itself. Published lines write the method with and without `()`, the line end as `<@>` and `<@> `.

use nom::Parser;
use nom::bytes::complete::tag;
use nom::sequence::delimited;

use crate::grammar::{Parsed, key_value, section};
use crate::{ClockSource, Event, Format, Head, Level, RawTimestamp, layout};

const SEPARATOR: &str = "<@>";

/// Bytes of a line that contain its fields: a thread name may be long.
const HEAD: usize = 512;

/// The format `ece`.
pub(super) struct Ece;

impl Format for Ece {
    fn name(&self) -> &'static str {
        "ece"
    }

    fn title(&self) -> &'static str {
        "ECE process log"
    }

    fn example(&self) -> &'static str {
        "2011-05-01 19:02:23.758 GMT-0400 <@> WARN <@> [32:Thread-6] <@> ProcessId:1740 <@> PID:1 <@> UID:12 <@> HttpSessionId:  <@> class <@> method() <@> text <@>"
    }

    fn clock(&self) -> ClockSource {
        ClockSource::Nowhere
    }

    fn begin(&self, line: &[u8]) -> Option<Head> {
        let (stamp, rest) = head(line)?;
        Some(Head { stamp: Some(stamp), level: Level::from_word(level_word(rest)) })
    }

    fn process(&self, line: &[u8]) -> Option<u64> {
        const KEY: &[u8] = b" ProcessId:";
        // by name, after any separator: the fields differ by version
        let head = line.get(..HEAD).unwrap_or(line);
        let digits = memchr::memchr_iter(b'>', head).find_map(|at| line.get(at + 1..)?.strip_prefix(KEY))?;
        let number = |sum: u64, byte: &u8| sum * 10 + u64::from(byte - b'0');
        let digits = digits.iter().take(12).take_while(|byte| byte.is_ascii_digit());
        let (count, id) = digits.fold((0, 0), |(count, sum), byte| (count + 1, number(sum, byte)));
        (count > 0).then_some(id)
    }

    fn breaks_off(&self, line: &[u8]) -> bool {
        let Some((_, after)) = head(line) else { return false };
        let mut event = Event::default();
        sections(after, &mut event);
        event.method.is_empty()
    }

    fn read<'a>(&'a self, line: &'a [u8], rest: &'a [u8]) -> Option<Event<'a>> {
        let (stamp, after) = head(line)?;
        let level_word = level_word(after);
        let mut event = Event {
            stamp: Some(stamp),
            level: Level::from_word(level_word),
            level_word,
            rest,
            ..Event::default()
        };
        // a line that was cut off has the fields before the cut
        let after = sections(after, &mut event);
        event.message = after;
        Some(event)
    }
}

/// The timestamp, and the text after the separator.
fn head(line: &[u8]) -> Option<(RawTimestamp, &[u8])> {
    // the cheapest way to reject the frames of a stack trace, most lines of most files
    if !line.first()?.is_ascii_digit() {
        return None;
    }
    let (stamp, taken) = layout::iso(line)?;
    stamp.offset?;
    let after = line.get(taken..)?.strip_prefix(b" ")?.strip_prefix(SEPARATOR.as_bytes())?;
    Some((stamp, after.strip_prefix(b" ").unwrap_or(after)))
}

/// The level: up to the next separator, or to the end of a line that was cut off.
fn level_word(after: &[u8]) -> &[u8] {
    let end = memchr::memchr(b'<', after).unwrap_or(after.len());
    after.get(..end).unwrap_or(after).trim_ascii_end()
}

/// Reads level, thread, fields, class and method into `event`; returns the message.
fn sections<'a>(after: &'a [u8], event: &mut Event<'a>) -> &'a [u8] {
    let mut next = section(SEPARATOR);
    let Ok((after, _level)) = next(after) else { return b"" };
    let Ok((mut after, thread)) = next(after) else { return trimmed(after) };
    event.thread = brackets(thread).map_or(thread, |(_, inner)| inner);
    loop {
        let Ok((below, text)) = next(after) else { return trimmed(after) };
        match key_value(text) {
            // a message may contain a colon, too, but it follows class and method
            Ok((_, pair)) if event.class.is_empty() => event.fields.push(pair),
            _ if event.class.is_empty() => event.class = text,
            _ => {
                event.method = text;
                return trimmed(below);
            }
        }
        after = below;
    }
}

/// `[32:Thread-6]`: the outer brackets are removed, inner ones stay.
fn brackets(thread: &[u8]) -> Parsed<'_, &[u8]> {
    delimited(tag("["), nom::bytes::complete::take(thread.len().saturating_sub(2)), tag("]")).parse(thread)
}

/// The message without the separator at its end.
fn trimmed(message: &[u8]) -> &[u8] {
    let message = message.trim_ascii();
    message.strip_suffix(SEPARATOR.as_bytes()).unwrap_or(message).trim_ascii_end()
}
