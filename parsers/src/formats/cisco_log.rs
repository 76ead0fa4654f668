//! Cisco's log message format: CCBU logs of CCE Administration, Finesse and CUIC, and the syslog output of UCCE.
//!
//! ```text
//! 0000000053: 10.48.47.142: Aug 22 2017 16:20:22.241 +0200: %CCBU___________CUIC-4-WARN: %[k=v]: text
//! <134>25: host-w3k: Feb 13 2007 18:23:21.408 +0000: %ICM_Router_CallRouter-6-10500FF: [comp=Router-A]...: text
//! ```
//!
//! Sequence number, host and the syslog priority may be missing, the host may be empty. The severity is the last
//! `-0-` to `-7-` before a colon, because an application name may contain `-` and digits; some messages named `ERROR`
//! have severity `0`, so the name counts, too. An application name may be padded with `_` on its left.

use crate::grammar::find_short;
use crate::{Event, Format, Head, Level, RawTimestamp, layout};

/// The format `cisco-log`.
pub(super) struct CiscoLog;

impl Format for CiscoLog {
    fn name(&self) -> &'static str {
        "cisco-log"
    }

    fn title(&self) -> &'static str {
        "Cisco log message format: CCBU, ICM syslog"
    }

    fn example(&self) -> &'static str {
        "0000000053: 10.48.47.142: Aug 22 2017 16:20:22.241 +0200: %CCBU___________CUIC-4-WARN: %[k=v]: text
<134>25: host-w3k: Feb 13 2007 18:23:21.408 +0000: %ICM_Router_CallRouter-6-10500FF: [comp=Router-A]...: text"
    }

    fn begin(&self, line: &[u8]) -> Option<Head> {
        let parts = parts(line)?;
        Some(Head { stamp: Some(parts.lead.stamp), level: parts.level() })
    }

    fn component<'a>(&self, line: &'a [u8]) -> Option<&'a [u8]> {
        let start = find_short(line.get(..LEAD).unwrap_or(line), b": %")? + 3;
        let named = line.get(start..)?;
        // numbers are versions, threads and severities
        let is_end = |byte: &u8| byte.is_ascii_digit() || *byte == b':';
        let name = named.get(..named.iter().position(is_end)?)?;
        let last = name.iter().rposition(|byte| !matches!(byte, b'-' | b'_'))?;
        name.get(..=last)
    }

    fn breaks_off(&self, line: &[u8]) -> bool {
        // after the timestamp, after the name of the message, or within that name
        let line = line.trim_ascii_end();
        if line.len() >= LEAD {
            return false;
        }
        if let Some(inner) = line.strip_suffix(b":") {
            return parts(line).is_some() || parts(&[inner, b": %A-7-B: "].concat()).is_some();
        }
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        lead(line).is_some_and(|lead| !lead.named.is_empty() && lead.named.iter().all(is_name))
    }

    fn read<'a>(&'a self, line: &'a [u8], rest: &'a [u8]) -> Option<Event<'a>> {
        let parts = parts(line)?;
        let mut event = Event {
            stamp: Some(parts.lead.stamp),
            level: parts.level(),
            level_word: parts.severity,
            class: parts.application,
            method: parts.name,
            message: parts.text,
            rest,
            ..Event::default()
        };
        parts.lead.fields(&mut event);
        let tags = parts.text.strip_prefix(b"%").unwrap_or(parts.text);
        if tags.starts_with(b"[")
            && let Some(end) = find_short(tags, b"]: ")
        {
            let (block, text) = tags.split_at(end);
            for tag in block.split(|byte| *byte == b'[') {
                let tag = tag.trim_ascii_end().strip_suffix(b"]").unwrap_or(tag);
                if let Some(equals) = memchr::memchr(b'=', tag) {
                    let (key, value) = tag.split_at(equals);
                    event.fields.push((key.trim_ascii(), value.get(1..).unwrap_or_default().trim_ascii()));
                }
            }
            event.message = text.get(3..).unwrap_or_default();
            event.tags = tags.get(..=block.len()).unwrap_or(block);
        }
        Some(event)
    }
}

struct Parts<'a> {
    lead: Lead<'a>,
    application: &'a [u8],
    severity: &'a [u8],
    name: &'a [u8],
    text: &'a [u8],
}

impl Parts<'_> {
    /// The level, from the digit, and from a name that is more specific.
    fn level(&self) -> Level {
        match (self.severity, self.name) {
            (b"0", b"ERROR") | (b"3", _) => Level::Error,
            (b"0" | b"1" | b"2", _) => Level::Fatal,
            (b"4", _) => Level::Warn,
            (b"5" | b"6", _) => Level::Info,
            (b"7", _) => Level::Debug,
            (word, _) if word.len() > 1 => Level::from_word(word),
            // the form without a digit has it in a tag
            _ if memchr::memmem::find(self.text, b"[sev=error]").is_some() => Level::Error,
            _ if memchr::memmem::find(self.text, b"[sev=warning]").is_some() => Level::Warn,
            _ if memchr::memmem::find(self.text, b"[sev=info]").is_some() => Level::Info,
            _ => Level::None,
        }
    }
}

/// Longest sequence number and host before the stamp.
const LEAD: usize = 300;

fn parts(line: &[u8]) -> Option<Parts<'_>> {
    let lead = lead(line)?;
    let Facility { application, severity, name, text } = facility(lead.named)?;
    // `Module-ERROR-[8]` is the Diagnostic Framework's
    let is_portico = find_short(application, b"-[").is_some();
    (!is_portico).then_some(Parts { lead, application, severity, name, text })
}

/// The part before the `%`, which this format shares with the Diagnostic Framework.
pub(super) struct Lead<'a> {
    sequence: &'a [u8],
    host: &'a [u8],
    pub(super) stamp: RawTimestamp,
    /// The text after the `%`.
    pub(super) named: &'a [u8],
}

impl<'a> Lead<'a> {
    /// Adds sequence number and host to the fields, if they are present.
    pub(super) fn fields(&self, event: &mut Event<'a>) {
        for (key, value) in [(&b"sequence"[..], self.sequence), (b"host", self.host)] {
            if !value.is_empty() {
                event.fields.push((key, value));
            }
        }
    }
}

/// Reads a line up to the `%`.
pub(super) fn lead(line: &[u8]) -> Option<Lead<'_>> {
    let mut rest = line;
    if let Some(priority) = rest.strip_prefix(b"<") {
        let end = priority.iter().take(4).position(|byte| *byte == b'>')?;
        rest = priority.get(end + 1..)?;
    }
    let (mut sequence, mut host) = (&b""[..], &b""[..]);
    let digits = rest.iter().take(20).take_while(|byte| byte.is_ascii_digit()).count();
    // without the colon it may be a month that is a number (`11月`)
    if digits > 0 && rest.get(digits) == Some(&b':') {
        (sequence, rest) = rest.split_at(digits);
        rest = rest.strip_prefix(b":")?;
        // an empty host leaves two colons and one space
        rest = rest.strip_prefix(b":").or_else(|| rest.strip_prefix(b" "))?.trim_ascii_start();
        if stamped(rest).is_none() {
            let end = find_short(rest.get(..LEAD).unwrap_or(rest), b": ")?;
            (host, rest) = rest.split_at(end);
            rest = rest.get(2..)?;
        }
    }
    let (stamp, after) = stamped(rest)?;
    let (east, named) = match after.strip_prefix(b": %") {
        Some(named) => (None, named),
        None => zoned(after)?,
    };
    let stamp = RawTimestamp { offset: stamp.offset.or(east), ..stamp };
    Some(Lead { sequence, host, stamp, named })
}

/// A zone of letters before the `%`, which may be glued to it: the offset, if only one zone has that name, and the text
/// after the `%`.
pub(super) fn zoned(after: &[u8]) -> Option<(Option<i32>, &[u8])> {
    let percent = memchr::memchr(b'%', after.get(..12)?)?;
    let (zone, named) = after.split_at(percent);
    let zone = zone.trim_ascii();
    let zone = zone.strip_suffix(b":").unwrap_or(zone);
    zone.iter().all(u8::is_ascii_uppercase).then_some((layout::clear_zone(zone), named.get(1..)?))
}

/// The timestamp, after the mark of a clock that is not synchronized.
fn stamped(text: &[u8]) -> Option<(RawTimestamp, &[u8])> {
    let text = text.strip_prefix(b"*").or_else(|| text.strip_prefix(b".")).unwrap_or(text);
    let (stamp, taken) = layout::cisco(text)?;
    Some((stamp, text.get(taken..)?))
}

/// The text from the `%` to the end of the line.
struct Facility<'a> {
    application: &'a [u8],
    severity: &'a [u8],
    name: &'a [u8],
    text: &'a [u8],
}

/// `APPLICATION-4-NAME: text`: the last digit between two `-` counts. Without a digit it is `APPLICATION: text`. The
/// colon may lack its space; an application may contain one itself (an address of IPv6).
fn facility(text: &[u8]) -> Option<Facility<'_>> {
    let near = text.get(..LEAD).unwrap_or(text);
    let glued = || {
        let severity = near.windows(3).position(|bytes| matches!(bytes, [b'-', b'0'..=b'7', b'-']))?;
        Some(severity + memchr::memchr(b':', near.get(severity..)?)?)
    };
    let spaced = find_short(near, b": ").or_else(|| text.strip_suffix(b":").map(<[u8]>::len));
    let end = match (memchr::memchr(b':', near), spaced) {
        (Some(first), Some(end)) if first == end => end,
        _ => glued().into_iter().chain(spaced).min()?,
    };
    let (head, text) = text.split_at(end);
    let text = text.get(1..).unwrap_or_default();
    let text = text.strip_prefix(b" ").unwrap_or(text);
    let severity = (1..head.len().saturating_sub(1))
        .rev()
        .find(|at| matches!(head.get(at - 1..at + 2), Some([b'-', b'0'..=b'7', b'-'])));
    let Some(at) = severity else {
        // a level word of log4j, whose pattern imitates this format
        if let Some(dash) = memchr::memrchr(b'-', head)
            && let (application, [_, word @ ..]) = head.split_at(dash)
            && Level::from_word(word) != Level::Unknown
        {
            return Some(Facility { application: trimmed(application), severity: word, name: b"", text });
        }
        return Some(Facility { application: trimmed(head), severity: b"", name: b"", text });
    };
    let application = trimmed(head.get(..at - 1)?);
    Some(Facility { application, severity: head.get(at..=at)?, name: head.get(at + 2..)?, text })
}

/// `CCBU___________CUIC` is `CUIC`, padded to 14 characters.
fn trimmed(application: &[u8]) -> &[u8] {
    match application.strip_prefix(b"CCBU_") {
        Some(rest) => {
            let start = rest.iter().position(|byte| *byte != b'_').unwrap_or(rest.len());
            rest.get(start..).unwrap_or(application)
        }
        None => application,
    }
}
