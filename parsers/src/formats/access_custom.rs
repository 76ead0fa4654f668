//! Access logs whose pattern begins with an unambiguous timestamp: ISO with an offset, or milliseconds or seconds
//! since 1970 (`%{yyyy-MM-dd HH:mm:ss.SSS Z}t`, `%{msec}t`, `%{sec}t`).
//!
//! ```text
//! 2026-11-21 16:25:05.047 -0500 127.0.0.1 127.0.0.1:8080 GET / HTTP/1.1 200 11289 - "curl/7.88.1" - -
//! 1795296305047 1795296305 127.0.0.1 "GET / HTTP/1.1" 200
//! ```
//!
//! Such a line is recognised by its request: a method and `HTTP/1.1`. The meaning of the other columns is not in the
//! line.

use crate::{Event, Format, Head, Level, RawTimestamp, layout, pattern};

/// The format `access-custom`.
pub(super) struct AccessCustom;

impl Format for AccessCustom {
    fn name(&self) -> &'static str {
        "access-custom"
    }

    fn title(&self) -> &'static str {
        "access log that begins with its timestamp"
    }

    fn example(&self) -> &'static str {
        r#"2026-11-21 16:25:05.047 -0500 127.0.0.1 127.0.0.1:8080 GET / HTTP/1.1 200 11289 - "curl/7.88.1" - -
1795296305047 1795296305 127.0.0.1 "GET / HTTP/1.1" 200"#
    }

    fn begin(&self, line: &[u8]) -> Option<Head> {
        Some(Head { stamp: Some(parts(line)?.stamp), level: Level::None })
    }

    fn has_hidden_levels(&self) -> bool {
        false
    }

    fn read<'a>(&'a self, line: &'a [u8], rest: &'a [u8]) -> Option<Event<'a>> {
        let parts = parts(line)?;
        let mut event = Event { stamp: Some(parts.stamp), message: parts.request, rest, ..Event::default() };
        for (name, value) in [(&b"before"[..], parts.before), (b"behind", parts.behind)] {
            if !value.is_empty() {
                event.fields.push((name, value));
            }
        }
        Some(event)
    }
}

struct Parts<'a> {
    stamp: RawTimestamp,
    before: &'a [u8],
    request: &'a [u8],
    behind: &'a [u8],
}

fn parts(line: &[u8]) -> Option<Parts<'_>> {
    if !line.first()?.is_ascii_digit() {
        return None;
    }
    let (stamp, taken) = layout::iso(line)
        .filter(|(stamp, _)| stamp.offset.is_some())
        .or_else(|| pattern::epoch(line, 1_000_000))
        .or_else(|| pattern::epoch(line, 1_000_000_000))?;
    let after = line.get(taken..)?.strip_prefix(b" ")?;
    let version = memchr::memmem::find(after, b" HTTP/")?;
    let (before, _) = after.split_at(version);
    // the path is the word before the version, the method the word before the path
    let path = memchr::memrchr(b' ', before)?;
    let (before_path, _) = before.split_at(path);
    let start = memchr::memrchr(b' ', before_path).map_or(0, |at| at + 1);
    let quoted = before_path.get(start) == Some(&b'"');
    let start = start + usize::from(quoted);
    let method = before_path.get(start..)?;
    if method.len() < 3 || !method.iter().all(u8::is_ascii_uppercase) {
        return None;
    }
    let from_version = after.get(version + 1..)?;
    let end = version
        + 1
        + from_version.iter().position(|byte| matches!(byte, b' ' | b'"')).unwrap_or(from_version.len());
    let behind = after.get(end..)?;
    let behind = if quoted { behind.strip_prefix(b"\"").unwrap_or(behind) } else { behind };
    let before = before_path.get(..start)?;
    let before = if quoted { before.strip_suffix(b"\"").unwrap_or(before) } else { before };
    Some(Parts {
        stamp,
        before: before.trim_ascii(),
        request: after.get(start..end)?,
        behind: behind.trim_ascii(),
    })
}
