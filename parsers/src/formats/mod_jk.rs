//! `isapi_redirect.log` and `mod_jk.log`: the connector between IIS or Apache and Tomcat.
//!
//! ```text
//! [Sat Nov 21 16:40:14.829 2026] [29732:140129611761344] [error] ajp_send_request::jk_ajp_common.c (1724): text
//! ```
//!
//! Local time, English names. From 1.2.49 on, the id of the request, or `[NO-ID]`, is before process and thread.

use crate::grammar::{between, find_short};
use crate::{ClockSource, Event, Format, Head, Level, RawTimestamp, layout};

/// The format `mod-jk`.
pub(super) struct ModJk;

impl Format for ModJk {
    fn name(&self) -> &'static str {
        "mod-jk"
    }

    fn title(&self) -> &'static str {
        "connector of IIS or Apache to Tomcat"
    }

    fn example(&self) -> &'static str {
        "[Sat Nov 21 16:40:14.829 2026] [29732:140129611761344] [error] ajp_send_request::jk_ajp_common.c (1724): text"
    }

    fn clock(&self) -> ClockSource {
        ClockSource::System
    }

    fn begin(&self, line: &[u8]) -> Option<Head> {
        let parts = parts(line)?;
        Some(Head { stamp: Some(parts.stamp), level: Level::from_word(parts.level) })
    }

    fn read<'a>(&'a self, line: &'a [u8], rest: &'a [u8]) -> Option<Event<'a>> {
        let parts = parts(line)?;
        let level = Level::from_word(parts.level);
        let mut event = Event {
            stamp: Some(parts.stamp),
            level,
            level_word: parts.level,
            thread: parts.thread,
            message: parts.text,
            rest,
            ..Event::default()
        };
        // function::file.c (line): text
        if let Some(end) = find_short(parts.text, b"): ") {
            let (place, text) = parts.text.split_at(end + 1);
            if let Some(colons) = find_short(place, b"::") {
                let (function, file) = place.split_at(colons);
                event.method = function;
                event.class = file.get(2..).unwrap_or_default();
                event.message = text.get(2..).unwrap_or_default();
            }
        }
        event.fields.extend(parts.request.map(|request| (&b"request"[..], request)));
        Some(event)
    }
}

struct Parts<'a> {
    stamp: RawTimestamp,
    request: Option<&'a [u8]>,
    thread: &'a [u8],
    level: &'a [u8],
    text: &'a [u8],
}

fn parts(line: &[u8]) -> Option<Parts<'_>> {
    let (stamp, taken) = layout::ctime(line.strip_prefix(b"[")?)?;
    let rest = line.get(taken + 1..)?.strip_prefix(b"] ")?;
    let (one, rest) = between(rest, b'[', b']')?;
    let (two, rest) = between(rest, b'[', b']')?;
    let known = |word: &[u8]| matches!(word, b"trace" | b"debug" | b"info" | b"warn" | b"error" | b"emerg");
    if known(two) {
        return Some(Parts { stamp, request: None, thread: one, level: two, text: rest });
    }
    let (three, rest) = between(rest, b'[', b']')?;
    known(three).then_some(Parts { stamp, request: Some(one), thread: two, level: three, text: rest })
}
