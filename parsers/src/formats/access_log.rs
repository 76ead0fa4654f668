//! Access logs of Tomcat, and of every server that writes the common or combined form, with any additions at the end.
//!
//! ```text
//! 10.20.30.40 - admin [22/Nov/2026:05:39:27 +0800] "GET /unifiedconfig/config/task HTTP/1.1" 500 46
//! ```
//!
//! The timestamp has an offset, so this is the best clock in a Tomcat folder. It is the time at which the request
//! *ended*, in whole seconds. A user name may contain spaces. Lines have no level.

use crate::{Event, Format, Head, Level, RawTimestamp, layout};

/// The format `access-log`.
pub(super) struct AccessLog;

impl Format for AccessLog {
    fn name(&self) -> &'static str {
        "access-log"
    }

    fn title(&self) -> &'static str {
        "access log, common or combined"
    }

    fn example(&self) -> &'static str {
        r#"10.20.30.40 - admin [22/Nov/2026:05:39:27 +0800] "GET /unifiedconfig/config/task HTTP/1.1" 500 46"#
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
        // host, ident, user: only the last may contain spaces
        let mut words = parts.client.splitn(3, |byte| *byte == b' ');
        for name in ["client", "ident", "user"] {
            event.fields.extend(words.next().map(|value| (name.as_bytes(), value)));
        }
        let mut words = parts.tail.split(|byte| *byte == b' ').filter(|word| !word.is_empty());
        for name in ["status", "bytes"] {
            event.fields.extend(words.next().map(|value| (name.as_bytes(), value)));
        }
        Some(event)
    }
}

struct Parts<'a> {
    /// Before the bracket.
    client: &'a [u8],
    stamp: RawTimestamp,
    /// Between the quotes.
    request: &'a [u8],
    /// After the quotes.
    tail: &'a [u8],
}

fn parts(line: &[u8]) -> Option<Parts<'_>> {
    // a timestamp in brackets with a quote after it is enough to recognise the form; the first word is any address
    let open = memchr::memchr(b'[', line)?;
    if open < 4 || line.get(open - 1) != Some(&b' ') || line.first()?.is_ascii_whitespace() {
        return None;
    }
    let (client, stamped) = line.split_at(open);
    let stamped = stamped.get(1..)?;
    let (stamp, taken) = layout::access_log(stamped)?;
    let quoted = stamped.get(taken..)?.strip_prefix(b"] \"")?;
    // quotes in the request are written \"
    let end = memchr::memchr_iter(b'"', quoted)
        .find(|end| end.checked_sub(1).and_then(|at| quoted.get(at)) != Some(&b'\\'))?;
    let (request, tail) = quoted.split_at(end);
    Some(Parts { client: client.trim_ascii_end(), stamp, request, tail: tail.get(1..)? })
}
