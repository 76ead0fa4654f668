//! Process logs of ICM in the output of `dumplog`: MR PIM, OPC, CTI server, router, logger.
//!
//! ```text
//! Events from February 8, 2007:
//! 12:42:34:878 pg2A-pim2 Trace: [  4900]Application->PG:
//! Message = NEW_TASK; Length = 102 bytes
//! 14:24:46:113 la-lgr Fail: Assertion failed: syncMsg.UpdateKey == g.checksumInfo.updateKey.
//! la-lgr Fail: Assertion failed: syncMsg.UpdateKey == g.checksumInfo.updateKey.
//! ```
//!
//! A timestamp is a time of day: the date is in a heading, at the start of the file and at every midnight, or in the
//! name of the file, or missing. A colon is before the milliseconds. Node and process follow, and often a word for the
//! kind of the message, which is its level: `Fail:` is the last message of a process that ends itself. Copies of single
//! lines may lack the timestamp; then such a word must follow the process. Lines below a message have no timestamp.
//! Local time.

use crate::first_bytes::{ByteClass, FirstBytes};
use crate::{ClockSource, Event, Format, Head, Level, RawTimestamp, layout};

/// The format `icm-trace`.
pub(super) struct IcmTrace;

impl Format for IcmTrace {
    fn name(&self) -> &'static str {
        "icm-trace"
    }

    fn title(&self) -> &'static str {
        "ICM process log (dumplog)"
    }

    fn example(&self) -> &'static str {
        "Events from February 8, 2007:
12:42:34:878 pg2A-pim2 Trace: [  4900]Application->PG:
Message = NEW_TASK; Length = 102 bytes"
    }

    fn clock(&self) -> ClockSource {
        ClockSource::System
    }

    fn begin(&self, line: &[u8]) -> Option<Head> {
        let parts = head(line)?;
        Some(Head { stamp: parts.stamp, level: word(parts.text).1 })
    }

    fn read<'a>(&'a self, line: &'a [u8], rest: &'a [u8]) -> Option<Event<'a>> {
        let parts = head(line)?;
        let (level_word, level) = word(parts.text);
        let mut fields = vec![(&b"process"[..], parts.name)];
        if let Some(dash) = memchr::memchr(b'-', parts.name) {
            fields.insert(0, (b"node", parts.name.get(..dash)?));
        }
        let rest = without_heading(rest);
        Some(Event {
            stamp: parts.stamp,
            level,
            level_word,
            fields,
            tags: parts.name,
            message: parts.text,
            rest,
            ..Event::default()
        })
    }

    fn component<'a>(&self, line: &'a [u8]) -> Option<&'a [u8]> {
        Some(head(line)?.name)
    }

    fn is_undated(&self) -> bool {
        true
    }

    fn heading(&self, line: &[u8]) -> Option<i64> {
        layout::long_date(line.strip_prefix(b"Events from ")?)
    }

    fn first_bytes(&self) -> &'static [FirstBytes] {
        &[&[ByteClass::Digit], &[ByteClass::Alphanumeric, ByteClass::Alphanumeric]]
    }
}

/// The first line of a message.
struct Parts<'a> {
    stamp: Option<RawTimestamp>,
    /// Node and process: `pg2A-pim2`.
    name: &'a [u8],
    text: &'a [u8],
}

fn head(line: &[u8]) -> Option<Parts<'_>> {
    if !line.first()?.is_ascii_alphanumeric() {
        return None;
    }
    let (stamp, rest) = match layout::time_of_day(line) {
        Some((stamp, taken)) => (Some(stamp), line.get(taken..)?.strip_prefix(b" ")?),
        None => (None, line),
    };
    let end = memchr::memchr(b' ', rest.get(..NAME_BYTES).unwrap_or(rest))?;
    let (name, text) = rest.split_at(end);
    let text = text.get(1..)?;
    let Some(dash) = memchr::memchr(b'-', name) else {
        // copies of lines may lack the node, too
        return (stamp.is_none() && is_pim(name)).then_some(Parts { stamp, name, text });
    };
    let named = dash > 0
        && dash + 1 < name.len()
        && name.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    // a sentence may begin with a compound word
    let known = stamp.is_some() || !word(text).0.is_empty() && is_node(name.get(..dash)?);
    (named && known).then_some(Parts { stamp, name, text })
}

/// Returns whether a name is that of a PIM without its node: `pim1`.
fn is_pim(name: &[u8]) -> bool {
    let digits = name.strip_prefix(b"pim").unwrap_or_default();
    matches!(digits.len(), 1 | 2) && digits.iter().all(u8::is_ascii_digit)
}

/// Longest node and process, with the space after them.
const NAME_BYTES: usize = 33;

/// Returns whether a text is the name of a node: `ra`, `la`, `PG1A`, `cg2b`, `aw`, with the side at its end.
fn is_node(name: &[u8]) -> bool {
    let letters = name.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let digits = name.iter().skip(letters).take_while(|byte| byte.is_ascii_digit()).count();
    let side = name.get(letters + digits..).unwrap_or_default();
    match (letters, digits) {
        (2..=6, 1..=3) => matches!(side, b"" | [b'A' | b'B' | b'a' | b'b']),
        (2..=6, 0) => matches!(
            name.to_ascii_lowercase().as_slice(),
            b"ra" | b"rb" | b"la" | b"lb" | b"aw" | b"hds" | b"dis" | b"cc" | b"hdba" | b"hdbb"
        ),
        _ => false,
    }
}

/// The word for the severity of a message, and its level. `Trace:` is only a kind of message.
fn word(text: &[u8]) -> (&[u8], Level) {
    let end = text.iter().take(20).position(|byte| !byte.is_ascii_alphabetic()).unwrap_or(text.len().min(20));
    let (word, rest) = text.split_at(end);
    let is_open = rest.first() == Some(&b':');
    let level = match word {
        b"Fatal" | b"FATAL" if is_open => Level::Fatal,
        b"Fail" | b"Failure" | b"Assertion" if is_open || rest.starts_with(b" failed:") => Level::Error,
        // these begin a statement, too
        b"Error" | b"ERROR" if is_open || rest.first() == Some(&b' ') => Level::Error,
        b"Warning" | b"WARNING" if is_open || rest.first() == Some(&b' ') => Level::Warn,
        b"Info" | b"INFO" | b"Information" if is_open => Level::Info,
        b"Debug" | b"DEBUG" if is_open => Level::Debug,
        _ => return (b"", Level::None),
    };
    (word, level)
}

/// The lines of a message without a date for those below it.
fn without_heading(rest: &[u8]) -> &[u8] {
    let mut kept = rest;
    loop {
        let text = kept.trim_ascii_end();
        let start = memchr::memrchr(b'\n', text).map_or(0, |end| end + 1);
        let (before, last) = text.split_at(start);
        if last.is_empty() || IcmTrace.heading(last).is_none() {
            return kept;
        }
        kept = before;
    }
}
