//! Tomcat's own log, written by JULI's `JsonFormatter` (9.0.100, 10.1.36, 11.0.4 and later): one object a line.
//!
//! ```text
//! {"time": "2026-11-21T16:34:54.275-05", "level": "SEVERE", "thread": "main", "class": "a.B", "method": "c", "message": "text", "throwable": ["x.Y: z"," frame"]}
//! ```
//!
//! The keys are in this order. The offset is truncated to hours: a server in Kolkata writes `+05` and is half an hour
//! off. The level is in the language of the JVM. Texts are kept with their escapes; the stack trace is in the array
//! after the message, each frame after a space.

use crate::grammar::json_text;
use crate::{Event, Format, Head, Level, RawTimestamp, layout, pattern};

/// The format `tomcat-json`.
pub(super) struct TomcatJson;

impl Format for TomcatJson {
    fn name(&self) -> &'static str {
        "tomcat-json"
    }

    fn title(&self) -> &'static str {
        "Tomcat log, one JSON object per record"
    }

    fn example(&self) -> &'static str {
        r#"{"time": "2026-11-21T16:34:54.275-05", "level": "SEVERE", "thread": "main", "class": "a.B", "method": "c", "message": "text", "throwable": ["x.Y: z"," frame"]}"#
    }

    fn offset_doubt(&self) -> Option<&'static str> {
        Some("its formatter truncates the offset to hours, so a zone with half hours is half an hour off")
    }

    fn begin(&self, line: &[u8]) -> Option<Head> {
        let (stamp, level, _) = head(line)?;
        Some(Head { stamp: Some(stamp), level: Level::from_word(level) })
    }

    fn read<'a>(&'a self, line: &'a [u8], rest: &'a [u8]) -> Option<Event<'a>> {
        let (stamp, level_word, mut after) = head(line)?;
        let level = Level::from_word(level_word);
        let mut event = Event { stamp: Some(stamp), level, level_word, rest, ..Event::default() };
        for key in [&b"thread"[..], b"class", b"method", b"message"] {
            let Some((value, below)) = value(after, key) else { break };
            match key {
                b"thread" => event.thread = value,
                b"class" => event.class = value,
                b"method" => event.method = value,
                _ => event.message = value,
            }
            after = below;
        }
        // the rest is the stack trace and the closing brace
        let trace = after.strip_prefix(b",").unwrap_or(after).trim_ascii();
        let trace = trace.strip_suffix(b"}").unwrap_or(trace);
        if let Some(at) = memchr::memchr(b'[', trace) {
            event.fields.push((b"throwable", trace.get(at..).unwrap_or_default()));
        }
        Some(event)
    }
}

/// Timestamp, level word, and the rest.
fn head(line: &[u8]) -> Option<(RawTimestamp, &[u8], &[u8])> {
    let (time, after) = value(line.strip_prefix(b"{")?, b"time")?;
    let (mut stamp, taken) = layout::iso(time)?;
    if stamp.offset.is_none() {
        let (east, _) = pattern::hours(time.get(taken..)?)?;
        stamp.offset = Some(east);
    }
    let (level, after) = value(after, b"level")?;
    Some((stamp, level, after))
}

/// `"key": "value"` after an optional comma: the value, and the rest.
fn value<'a>(text: &'a [u8], key: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let text = text.strip_prefix(b",").unwrap_or(text).trim_ascii_start();
    let text = text.strip_prefix(b"\"")?.strip_prefix(key)?.strip_prefix(b"\"")?.trim_ascii_start();
    json_text(text.strip_prefix(b":")?.trim_ascii_start())
}
