//! Garbage collection messages of the JVM: in a separate file, or on the console between the lines of the program.
//!
//! ```text
//! [2026-11-21T21:41:02.514+0000][0.514s][info][gc] GC(0) Pause Young (Normal) 6M->3M(64M) 14.404ms
//! [0.514s][info][gc] GC(0) Pause Young (Normal) 6M->3M(64M) 14.404ms
//! 2026-11-21T21:41:08.265+0000: 0.553: [GC (Allocation Failure) [PSYoungGen: 16384K->2555K(18944K)] ...
//! ```
//!
//! Java 9 and later write the configured decorations, by default only the time since the start; Java 8 writes a date
//! only with `-XX:+PrintGCDateStamps`. Without a date a message has no timestamp. The offset is that of the process,
//! which may differ from the `-Duser.timezone` of the program.

use crate::grammar::between;
use crate::{ClockSource, Event, Format, Head, Level, RawTimestamp, layout};

/// The format `jvm-gc`.
pub(super) struct JvmGc;

impl Format for JvmGc {
    fn name(&self) -> &'static str {
        "jvm-gc"
    }

    fn title(&self) -> &'static str {
        "Java garbage collection"
    }

    fn example(&self) -> &'static str {
        "[2026-11-21T21:41:02.514+0000][0.514s][info][gc] GC(0) Pause Young (Normal) 6M->3M(64M) 14.404ms
[0.514s][info][gc] GC(0) Pause Young (Normal) 6M->3M(64M) 14.404ms
2026-11-21T21:41:08.265+0000: 0.553: [GC (Allocation Failure) [PSYoungGen: 16384K->2555K(18944K)] ..."
    }

    fn clock(&self) -> ClockSource {
        ClockSource::System
    }

    fn begin(&self, line: &[u8]) -> Option<Head> {
        let parts = parts(line)?;
        Some(Head { stamp: parts.stamp, level: parts.level() })
    }

    fn has_hidden_levels(&self) -> bool {
        false
    }

    fn read<'a>(&'a self, line: &'a [u8], rest: &'a [u8]) -> Option<Event<'a>> {
        let parts = parts(line)?;
        let mut event = Event {
            stamp: parts.stamp,
            level: parts.level(),
            level_word: parts.level,
            class: parts.tags,
            message: parts.text,
            rest,
            ..Event::default()
        };
        if !parts.uptime.is_empty() {
            event.fields.push((b"uptime", parts.uptime));
        }
        Some(event)
    }
}

#[derive(Default)]
struct Parts<'a> {
    stamp: Option<RawTimestamp>,
    uptime: &'a [u8],
    level: &'a [u8],
    tags: &'a [u8],
    text: &'a [u8],
}

impl Parts<'_> {
    fn level(&self) -> Level {
        if self.level.is_empty() { Level::None } else { Level::from_word(self.level) }
    }
}

fn parts(line: &[u8]) -> Option<Parts<'_>> {
    match line.first()? {
        b'[' => unified(line),
        b'0'..=b'9' => java8(line),
        _ => None,
    }
}

/// Maximum number of decorations before the text.
const DECORATIONS: usize = 10;

/// `[decoration]...[level][tags] text`.
fn unified(line: &[u8]) -> Option<Parts<'_>> {
    let mut parts = Parts { text: line, ..Parts::default() };
    for _ in 0..DECORATIONS {
        let Some((inner, rest)) = between(parts.text, b'[', b']') else {
            return is_plain(&parts).then_some(parts);
        };
        let bare = inner.trim_ascii_end();
        if !parts.level.is_empty() {
            (parts.tags, parts.text) = (bare, rest);
            let named = !bare.is_empty()
                && bare.iter().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b',' | b'_'));
            return named.then_some(parts);
        }
        if let Some((stamp, taken)) = layout::iso(bare) {
            (taken == bare.len()).then_some(())?;
            parts.stamp = Some(stamp);
        } else if is_uptime(bare) {
            parts.uptime = bare;
        } else if matches!(bare, b"trace" | b"debug" | b"info" | b"warning" | b"error") {
            // another decoration must come before it
            (parts.stamp.is_some() || !parts.uptime.is_empty()).then_some(())?;
            parts.level = bare;
        } else if is_plain(&parts) && !matches!(inner.first(), Some(b'0'..=b'9' | b'a'..=b'z')) {
            return Some(parts);
        } else if !bare.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'))
        {
            return None; // process, thread and host are words
        }
        parts.text = rest;
    }
    None
}

/// Returns whether only date and time since the start decorate a text, as the scripts of WildFly configure it.
fn is_plain(parts: &Parts<'_>) -> bool {
    parts.stamp.is_some_and(|stamp| stamp.offset.is_some())
        && !parts.uptime.is_empty()
        && parts.level.is_empty()
}

/// `0.514s`, `514ms`, `514000000ns`.
fn is_uptime(text: &[u8]) -> bool {
    let number = [&b"ms"[..], b"ns", b"s"].iter().find_map(|unit| text.strip_suffix(*unit));
    number.is_some_and(|number| {
        !number.is_empty() && number.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','))
    })
}

/// `DATE: UPTIME: [GC ...`, of which date and uptime may be missing, but not both.
fn java8(line: &[u8]) -> Option<Parts<'_>> {
    let mut parts = Parts { text: line, ..Parts::default() };
    if let Some((stamp, taken)) = layout::iso(line) {
        parts.stamp = Some(stamp);
        let text = line.get(taken..)?;
        // the head of a file that was rolled
        if let Some(text) = text.strip_prefix(b" ").filter(|text| text.starts_with(b"GC log ")) {
            parts.text = text;
            return Some(parts);
        }
        parts.text = text.strip_prefix(b": ")?;
    }
    let digits = parts
        .text
        .iter()
        .take(16)
        .take_while(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','))
        .count();
    if digits > 0 {
        let (uptime, rest) = parts.text.split_at(digits);
        (parts.uptime, parts.text) = (uptime, rest.strip_prefix(b": ")?);
    }
    if let Some(after) = parts.text.strip_prefix(b"#") {
        // number of the collection, with -XX:+PrintGCID
        let digits = after.iter().take(8).take_while(|byte| byte.is_ascii_digit()).count();
        (digits > 0).then_some(())?;
        parts.text = after.get(digits..)?.strip_prefix(b": ")?;
    }
    let said = [&b"[GC"[..], b"[Full GC", b"Total time for which application threads", b"Application time:"];
    said.iter().any(|start| parts.text.starts_with(start)).then_some(parts)
}
