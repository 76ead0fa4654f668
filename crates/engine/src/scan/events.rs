//! Hits of events by provider and number, and the zone that an event names.

use std::ops::Range;

use spoglight_parsers::Event;

use super::{Pending, SHOWN, Scanner};

/// The event of Windows that has the uptime and, in its data, the zone of the system: `-60 W. Europe Standard Time`. The
/// minutes are those of standard time, also in summer.
const UPTIME: (&str, u16) = ("EventLog", 6013);

/// Bytes of the longest name of a zone of Windows.
const LONGEST_ZONE: usize = 96;

impl Scanner<'_> {
    /// Adds the signatures that match the event before the mark at `next` to the hits of its message.
    pub(super) fn event_hits(&mut self, bytes: &[u8], next: usize) {
        let Some(mark) = next.checked_sub(1).and_then(|at| self.marks.get(at)).copied() else { return };
        let format = self.mix.format(mark.format);
        if !format.has_event_keys() {
            return;
        }
        let message = self.message(bytes, next);
        let raw = bytes.get(message.clone()).unwrap_or_default();
        let text = self.charset.text_of(raw);
        let Some(key) = format.event_key(&text) else { return };
        if key.id == UPTIME.1
            && key.is_of(UPTIME.0)
            && let Some(zone) = zone_in(&text)
        {
            self.tally.system_zone(zone, 1);
        }
        let found = self.library.events(&key, &text);
        if found.is_empty() {
            return;
        }
        let length = memchr::memchr(b'\n', raw).unwrap_or(raw.len());
        let mut line = message.start..message.start + length;
        // the first line may be a label, or the head of an event as XML, and the text further on shows more
        if raw.len() == text.len()
            && let Some(shown) = line_of_text(&format.parse(&text), &text)
            && (raw.starts_with(b"<") || shown.start > length)
        {
            line = message.start + shown.start..message.start + shown.end;
        }
        for (signature, captures) in found {
            let is_new = !self.current.signatures.contains(&signature);
            if is_new && self.is_of_product(signature, &text, next.checked_sub(1)) {
                self.current.signatures.push(signature);
                self.pending.push(Pending { signature, line: line.clone(), captures });
            }
        }
    }
}

/// The first line of the text of an event, as a range of its message.
fn line_of_text(event: &Event<'_>, message: &[u8]) -> Option<Range<usize>> {
    if event.message.is_empty() {
        return None;
    }
    let start = (event.message.as_ptr() as usize).checked_sub(message.as_ptr() as usize)?;
    let rest = message.get(start..)?;
    let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len()).min(SHOWN);
    Some(start..start + end)
}

/// The zone in the data of the event with the uptime, with the minutes that standard time is behind UTC: `-60 W. Europe
/// Standard Time`. The name is in the language of Windows.
fn zone_in(message: &[u8]) -> Option<&str> {
    let parts = message.split(|byte| matches!(byte, b'>' | b'<' | b'\n' | b'"' | b'{' | b'}' | b'\t'));
    parts.rev().find_map(|part| {
        let value = std::str::from_utf8(part).ok()?.trim();
        let (minutes, name) = value.split_once(' ')?;
        let digits = minutes.strip_prefix('-').unwrap_or(minutes);
        let is_number = (1..=3).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        let is_bias =
            is_number && digits.parse::<u32>().is_ok_and(|minutes| minutes % 15 == 0 && minutes <= 840);
        let is_name =
            name.len() <= LONGEST_ZONE && name.chars().next().is_some_and(|first| !first.is_ascii_digit());
        (is_bias && is_name).then_some(value)
    })
}

#[cfg(test)]
mod tests {
    use super::zone_in;

    #[test]
    fn the_zone_is_after_the_minutes_in_any_language() {
        let zone = |zone: &str| {
            let data =
                format!("<EventData><Data></Data><Data>86400</Data><Data>60</Data><Data>{zone}</Data>");
            zone_in(data.as_bytes()).map(ToOwned::to_owned)
        };
        for known in
            ["-60 W. Europe Standard Time", "300 Eastern Standard Time", "-540 Tokio (Normalzeit)", "0 GMT"]
        {
            assert_eq!(zone(known).as_deref(), Some(known));
        }
        for none in ["Eastern Standard Time", "86400 seconds", "61 minutes", "60", "-900 x", "60 2"] {
            assert_eq!(zone(none), None, "{none}");
        }
    }
}
