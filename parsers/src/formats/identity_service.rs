//! Cisco Identity Service (IdS), and other VOS services with the same format.
//!
//! ```text
//! 2016-04-13 12:42:15.896 IST(+0530) default ERROR [IdSEndPoints-51] com.cisco.ccbu.ids IdSOAuthEndPoint.java:55 - text
//! ```
//!
//! The name of the zone is ambiguous, the offset after it is not. A word may come before the level, or the thread
//! before it.

use crate::grammar::find_short;
use crate::{Event, Format, Head, Level, RawTimestamp, layout};

/// The format `identity-service`.
pub(super) struct IdentityService;

impl Format for IdentityService {
    fn name(&self) -> &'static str {
        "identity-service"
    }

    fn title(&self) -> &'static str {
        "Cisco Identity Service"
    }

    fn example(&self) -> &'static str {
        "2016-04-13 12:42:15.896 IST(+0530) default ERROR [IdSEndPoints-51] com.cisco.ccbu.ids IdSOAuthEndPoint.java:55 - text"
    }

    fn begin(&self, line: &[u8]) -> Option<Head> {
        let (stamp, after) = head(line)?;
        Some(Head { stamp: Some(stamp), level: Level::from_word(parts(after).level) })
    }

    fn read<'a>(&'a self, line: &'a [u8], rest: &'a [u8]) -> Option<Event<'a>> {
        let (stamp, after) = head(line)?;
        let parts = parts(after);
        let mut event = Event {
            stamp: Some(stamp),
            level: Level::from_word(parts.level),
            level_word: parts.level,
            thread: parts.thread,
            message: parts.text,
            rest,
            ..Event::default()
        };
        // logger File.java:line - text
        if let Some(dash) = find_short(parts.text, b" - ") {
            let (place, text) = parts.text.split_at(dash);
            let mut words = place.split(|byte| *byte == b' ');
            event.class = words.next().unwrap_or_default();
            event.fields.extend(words.next().map(|place| (&b"place"[..], place)));
            event.message = text.get(3..).unwrap_or_default();
        }
        Some(event)
    }
}

/// The timestamp, with the offset in the brackets after the zone's name, and the rest.
fn head(line: &[u8]) -> Option<(RawTimestamp, &[u8])> {
    if !line.first()?.is_ascii_digit() {
        return None;
    }
    let (stamp, taken) = layout::iso(line)?;
    let after = line.get(taken..)?;
    let open = memchr::memchr(b'(', after.get(..8).unwrap_or(after))?;
    let (offset, length) = layout::offset(after.get(open + 1..)?)?;
    let after = after.get(open + 1 + length..)?.strip_prefix(b") ")?;
    Some((RawTimestamp { offset: Some(offset), ..stamp }, after))
}

struct Parts<'a> {
    thread: &'a [u8],
    level: &'a [u8],
    text: &'a [u8],
}

/// Level and thread, in either order, after at most one other word.
fn parts(after: &[u8]) -> Parts<'_> {
    let mut parts = Parts { thread: b"", level: b"", text: after };
    for _ in 0..3 {
        let text = parts.text.trim_ascii_start();
        if let Some(inner) = text.strip_prefix(b"[") {
            let Some(end) = find_short(inner, b"] ") else { break };
            let (thread, rest) = inner.split_at(end);
            (parts.thread, parts.text) = (thread, rest.get(2..).unwrap_or_default());
        } else {
            let end = memchr::memchr(b' ', text).unwrap_or(text.len());
            let (word, rest) = text.split_at(end);
            let known = Level::from_word(word) != Level::Unknown;
            if !known
                && (!parts.level.is_empty()
                    || !parts.thread.is_empty() && !rest.trim_ascii_start().starts_with(b"["))
            {
                break;
            }
            if known {
                parts.level = word;
            }
            parts.text = rest.get(1..).unwrap_or_default();
        }
        if !parts.level.is_empty() && !parts.thread.is_empty() {
            break;
        }
    }
    parts.text = parts.text.trim_ascii_start();
    parts
}
