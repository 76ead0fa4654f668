//! WildFly's and JBoss's server log.
//!
//! ```text
//! 2026-11-21 07:01:03,335 INFO  [org.jboss.as] (MSC service thread 1-2) WFLYSRV0050: WildFly stopped in 912ms
//! ```
//!
//! Local time. The logger in brackets and the thread in parentheses distinguish it from log4j's layouts. Its console
//! has no date, and is one of the layouts of `log4j_time.rs`.
//!
//! What a program prints is a record of `[stdout]` or `[stderr]` for each line. Lines of a stack trace, and the second
//! line of a message of java.util.logging, belong to the record above if the same thread wrote it to the same stream.
//! Of such a message, the level is that in its second line.

use crate::format::first_line;
use crate::grammar::{Frame, Parts, find_short, is_frame};
use crate::{Event, Format, Head, Level, RawTimestamp, layout};

/// The format `wildfly`.
pub(super) struct Wildfly;

impl Format for Wildfly {
    fn name(&self) -> &'static str {
        "wildfly"
    }

    fn title(&self) -> &'static str {
        "WildFly server log"
    }

    fn example(&self) -> &'static str {
        "2026-11-21 07:01:03,335 INFO  [org.jboss.as] (MSC service thread 1-2) WFLYSRV0050: WildFly stopped in 912ms"
    }

    fn begin(&self, line: &[u8]) -> Option<Head> {
        let (stamp, pattern) = parts(line)?;
        Some(pattern.head(Some(stamp)))
    }

    fn looks_below(&self) -> bool {
        true
    }

    fn below(&self, line: &[u8], head: &mut Head) -> bool {
        if let Some((level, _)) = printed(line).and_then(|(_, pattern)| logged(pattern.message)) {
            head.level = Level::from_word(level);
        }
        false
    }

    fn has_joins(&self) -> bool {
        true
    }

    fn joins(&self, above: &[u8], line: &[u8]) -> bool {
        let Some((_, next)) = printed(line) else { return false };
        let is_trace = is_of_a_trace(next.message);
        (is_trace || logged(next.message).is_some())
            && printed(above).is_some_and(|(_, before)| {
                (before.logger, before.thread) == (next.logger, next.thread)
                    && (is_trace || opens_a_message(before.message))
            })
    }

    fn read<'a>(&'a self, line: &'a [u8], rest: &'a [u8]) -> Option<Event<'a>> {
        let (stamp, pattern) = parts(line)?;
        let mut event = pattern.event(Some(stamp), rest);
        let (second, below) = first_line(rest);
        if let Some((level, text)) = printed(second).and_then(|(_, pattern)| logged(pattern.message)) {
            event.level = Level::from_word(level);
            event.level_word = level;
            if let Some((_, taken)) = layout::java_util_logging(event.message) {
                let mut names =
                    event.message.get(taken..).unwrap_or_default().trim_ascii().split(|byte| *byte == b' ');
                event.class = names.next().unwrap_or_default();
                event.method = names.next().unwrap_or_default();
                (event.message, event.rest) = (text, below);
            }
        }
        Some(event)
    }
}

/// A record of what a program printed: its timestamp, and its fields.
fn printed(line: &[u8]) -> Option<(RawTimestamp, Parts<'_>)> {
    // before the line is read
    memchr::memmem::find(line.get(..64).unwrap_or(line), b" [std")?;
    parts(line).filter(|(_, pattern)| matches!(pattern.logger, b"stderr" | b"stdout"))
}

/// Returns whether a text is the first line of a message of java.util.logging.
fn opens_a_message(text: &[u8]) -> bool {
    layout::java_util_logging(text).is_some()
}

/// Level and text of the second line of a message of java.util.logging.
fn logged(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = find_short(text.get(..64).unwrap_or(text), b": ")?;
    let (word, text) = text.split_at(end);
    (Level::from_word(word) != Level::Unknown).then_some((word, text.get(2..).unwrap_or_default()))
}

/// Returns whether a text is a line of a stack trace.
fn is_of_a_trace(text: &[u8]) -> bool {
    let text = text.trim_ascii_start();
    match text.first() {
        Some(b'a') => is_frame(text.trim_ascii_end()) || Frame::on(text).is_some(),
        Some(b'.') => {
            text.strip_prefix(b"... ").and_then(|text| text.first()).is_some_and(u8::is_ascii_digit)
        }
        Some(b'C' | b'S') => text.starts_with(b"Caused by: ") || text.starts_with(b"Suppressed: "),
        _ => false,
    }
}

/// Timestamp and the rest, with logger and thread.
fn parts(line: &[u8]) -> Option<(RawTimestamp, Parts<'_>)> {
    if !line.first()?.is_ascii_digit() {
        return None;
    }
    let (stamp, taken) = layout::iso(line)?;
    let after = line.get(taken..)?.strip_prefix(b" ")?;
    // the level comes first; a bracket would begin a thread
    after.first().filter(|byte| byte.is_ascii_uppercase() || **byte >= 0x80)?;
    let pattern = Parts::read(after)?;
    (!pattern.logger.is_empty() && !pattern.thread.is_empty() && has_parentheses(after))
        .then_some((stamp, pattern))
}

/// Returns whether the text has `] (`, between logger and thread.
fn has_parentheses(text: &[u8]) -> bool {
    memchr::memchr(b']', text).is_some_and(|end| text.get(end..).is_some_and(|rest| rest.starts_with(b"] (")))
}
