//! Tomcat's own log, written by JULI's `OneLineFormatter` (default since Tomcat 8.0): `catalina.*`, `localhost.*`,
//! `tomcat9-stderr.*` of a PCCE administration server.
//!
//! ```text
//! 21-Nov-2026 10:00:00.123 SEVERE [ajp-nio-127.0.0.1-8009-exec-3] org.apache.catalina.core.StandardWrapperValve.invoke Servlet.service() for ...
//! ```
//!
//! The pattern of the timestamp can be set (`OneLineFormatter.timeFormat`): seen are an ISO form with or without
//! offset, the American form with AM and PM, and a zone name after the timestamp. Other programs write these
//! timestamps, too, so with them the level must be known, the thread and the `class.method` must follow, and the `-`
//! of log4j must not.
//!
//! The timestamp is the server's local time, without a zone. The month is English in every locale, the level is in
//! the JVM's language and may be up to three words, so it is the text before ` [`. A thread name may contain brackets
//! and spaces; it ends at the first `] ` that a `class.method` follows. Stack traces follow, indented by a tab
//! (9.0.20 and later) or with the exception after one space (before).

use crate::grammar::{class_method, find_short};
use crate::{Event, Format, Head, Level, RawTimestamp, layout};

/// Longest level in any language, in bytes of any charset, with a margin.
const LEVEL_BYTES: usize = 64;

/// A line that is shorter than this after its timestamp may be cut.
const CUT: usize = 32;

/// The format `tomcat-juli`.
pub(super) struct Juli;

impl Format for Juli {
    fn name(&self) -> &'static str {
        "tomcat-juli"
    }

    fn title(&self) -> &'static str {
        "Tomcat log, one line per record"
    }

    fn example(&self) -> &'static str {
        "21-Nov-2026 10:00:00.123 SEVERE [ajp-nio-127.0.0.1-8009-exec-3] org.apache.catalina.core.StandardWrapperValve.invoke Servlet.service() for ..."
    }

    fn begin(&self, line: &[u8]) -> Option<Head> {
        let (stamp, level, _) = head(line)?;
        Some(Head { stamp: Some(stamp), level: Level::from_word(level) })
    }

    fn read<'a>(&'a self, line: &'a [u8], rest: &'a [u8]) -> Option<Event<'a>> {
        let (stamp, level_word, after) = head(line)?;
        let mut event = Event {
            stamp: Some(stamp),
            level: Level::from_word(level_word),
            level_word,
            rest,
            message: after,
            ..Event::default()
        };
        if let Some(source) = source(after) {
            (event.thread, event.class, event.method) = (source.thread, source.class, source.method);
            event.message = source.message;
        }
        Some(event)
    }
}

/// Timestamp, level word, and the text after the bracket that opens the thread.
fn head(line: &[u8]) -> Option<(RawTimestamp, &[u8], &[u8])> {
    if !line.first()?.is_ascii_digit() {
        return None;
    }
    let own = layout::day_month_year(line);
    let (stamp, taken) = own.or_else(|| layout::iso(line)).or_else(|| layout::american(line))?;
    let after = line.get(taken..)?.strip_prefix(b" ")?;
    let near = after.get(..LEVEL_BYTES).unwrap_or(after);
    // in a double-byte charset the second byte of a character may be `[`, but never the space before it
    let Some(end) = find_short(near, b" [") else {
        // the last line of a file that was cut in the middle of a level: a record has begun
        let is_cut = own.is_some() && after.len() < CUT && !after.iter().any(u8::is_ascii_lowercase);
        return is_cut.then_some((stamp, after.trim_ascii_end(), &[]));
    };
    let (level, below) = after.split_at(end);
    let rest = below.get(2..)?;
    let level = if level.ends_with(b" ") { level } else { without_zone(level) };
    // with another timestamp than its default, the rest must match strictly
    let alike = || {
        // other programs pad the level
        !level.ends_with(b" ")
            && Level::from_word(level) != Level::Unknown
            && source(rest).is_some_and(|source| !source.message.starts_with(b"- "))
    };
    (!level.is_empty() && (own.is_some() || alike())).then_some((stamp, level, rest))
}

/// `EST SEVERE`: a zone name before the level, which is ambiguous.
fn without_zone(level: &[u8]) -> &[u8] {
    match memchr::memchr(b' ', level) {
        Some(blank) if level.iter().take(blank).all(u8::is_ascii_uppercase) => {
            let rest = level.get(blank + 1..).unwrap_or_default();
            // `AM FEINSTEN` is a level
            if Level::from_word(level) == Level::Unknown && Level::from_word(rest) != Level::Unknown {
                rest
            } else {
                level
            }
        }
        _ => level,
    }
}

/// A record after the bracket that opens its thread: thread, class, method, message.
struct Source<'a> {
    thread: &'a [u8],
    class: &'a [u8],
    method: &'a [u8],
    message: &'a [u8],
}

/// A thread ends at the first `] ` that a `class.method` follows; it may contain brackets itself.
fn source(after: &[u8]) -> Option<Source<'_>> {
    memchr::memmem::find_iter(after, b"] ").find_map(|end| {
        let (thread, below) = after.split_at(end);
        let (message, (class, method)) = class_method(below.get(2..)?).ok()?;
        Some(Source { thread, class, method, message: message.strip_prefix(b" ").unwrap_or(message) })
    })
}
