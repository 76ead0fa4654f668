//! Heads of syslog and of the journal: `Nov 21 10:00:00 host unit[12]: `, `2026-11-21T10:00:00+0100 host unit[12]: `,
//! `<34>1 2026-11-21T10:00:00.003Z host app 12 ID - `. Their times are those of the receiver; the line has its own.

use super::{Unwrapped, Wrapper, WrapperContext};
use crate::layout;

/// The wrapper `syslog`.
pub(super) struct Syslog;

impl Wrapper for Syslog {
    fn name(&self) -> &'static str {
        "syslog"
    }

    fn title(&self) -> &'static str {
        "syslog (RFC 3164, RFC 5424), journalctl"
    }

    fn example(&self) -> &'static str {
        "Nov 21 10:00:00 ADS1 tomcat9[812]: "
    }

    fn split<'l>(&self, line: &'l [u8], _: &WrapperContext<'_>) -> Option<Unwrapped<'l>> {
        let (rest, is_new) = match priority(line) {
            Some(rest) => match rest.strip_prefix(b"1 ") {
                Some(rest) => (rest, true),
                None => (rest, false),
            },
            None => (line, false),
        };
        let after = rest.get(stamp(rest)?..)?.strip_prefix(b" ")?;
        let (host, after) = word(after)?;
        if !is_host(host) {
            return None;
        }
        if is_new {
            let (name, after) = word(after)?;
            let (_process, after) = word(after)?;
            let (_id, after) = word(after)?;
            let text = structured(after)?;
            let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
            let name = if name == b"-" { b"" } else { name };
            return is_tag(name).then_some(Unwrapped { host, name, text });
        }
        // the tag ends with a colon, after a process id in brackets
        let end = memchr::memchr(b':', after.get(..TAG).unwrap_or(after))?;
        let (tag, text) = after.split_at(end);
        let name = match tag.strip_suffix(b"]") {
            Some(inner) => {
                let open = memchr::memrchr(b'[', inner)?;
                let (name, id) = inner.split_at(open);
                id.get(1..)?.iter().all(u8::is_ascii_digit).then_some(name)?
            }
            None => tag,
        };
        let rest = text.get(1..)?;
        let text = match rest {
            [b' ', text @ ..] => text,
            [] => rest,
            _ => return None,
        };
        (!name.is_empty() && is_tag(name)).then_some(Unwrapped { host, name, text })
    }

    fn is_noise(&self, line: &[u8]) -> bool {
        line.starts_with(b"-- Logs begin at ")
            || line.starts_with(b"-- Journal begins at ")
            || line.starts_with(b"-- Boot ")
            || line == b"-- No entries --"
    }
}

/// Longest tag with its process id.
const TAG: usize = 128;

/// The text after `<34>`.
fn priority(line: &[u8]) -> Option<&[u8]> {
    let inner = line.strip_prefix(b"<")?;
    let end = inner.iter().take(4).position(|byte| *byte == b'>')?;
    let (digits, after) = inner.split_at(end);
    (!digits.is_empty() && digits.iter().all(u8::is_ascii_digit)).then(|| after.get(1..))?
}

/// Names of months, three bytes each.
const MONTHS: &[u8] = b"JanFebMarAprMayJunJulAugSepOctNovDec";

/// Length of the time at the start: `Nov  1 10:00:00`, with or without a fraction, or an ISO time with `T`.
fn stamp(text: &[u8]) -> Option<usize> {
    if text.get(10) == Some(&b'T') {
        let (stamp, taken) = layout::iso(text)?;
        stamp.offset?;
        return Some(taken);
    }
    let &[a, b, c, b' ', d1, d2, b' ', h1, h2, b':', n1, n2, b':', s1, s2, ..] = text else { return None };
    let digits = [d2, h1, h2, n1, n2, s1, s2];
    let is_day = d1 == b' ' || d1.is_ascii_digit();
    let is_month = MONTHS.chunks(3).any(|month| month == [a, b, c]);
    if !is_month || !is_day || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let fraction = match text.get(15..) {
        Some([b'.', digits @ ..]) => {
            1 + digits.iter().take(9).take_while(|byte| byte.is_ascii_digit()).count()
        }
        _ => 0,
    };
    Some(15 + fraction)
}

/// A word, and the text after the space that ends it.
fn word(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = memchr::memchr(b' ', text.get(..TAG).unwrap_or(text))?;
    let (word, after) = text.split_at(end);
    (!word.is_empty()).then_some((word, after.get(1..)?))
}

fn is_host(host: &[u8]) -> bool {
    host.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-._:".contains(byte))
        && host.iter().any(u8::is_ascii_alphanumeric)
        && host.last() != Some(&b':')
}

fn is_tag(tag: &[u8]) -> bool {
    tag.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-._/@()".contains(byte))
}

/// The text after `-` or `[id key="value"]`.
fn structured(text: &[u8]) -> Option<&[u8]> {
    if let Some(after) = text.strip_prefix(b"-") {
        return Some(after.strip_prefix(b" ").unwrap_or(after));
    }
    let mut rest = text;
    while rest.first() == Some(&b'[') {
        let (mut end, mut is_value, mut is_escaped) = (None, false, false);
        for (at, byte) in rest.iter().enumerate() {
            match byte {
                _ if is_escaped => is_escaped = false,
                b'\\' if is_value => is_escaped = true,
                b'"' => is_value = !is_value,
                b']' if !is_value => {
                    end = Some(at);
                    break;
                }
                _ => {}
            }
        }
        rest = rest.get(end? + 1..)?;
    }
    (rest.len() < text.len()).then(|| rest.strip_prefix(b" ").unwrap_or(rest))
}
