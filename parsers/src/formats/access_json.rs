//! Tomcat's access log as JSON, one object a line (`JsonAccessLogValve`, 8.5.88, 9.0.74, 10.1.8 and later).
//!
//! ```text
//! {"host":"127.0.0.1","user":"-","time":"[21/Nov/2026:16:43:35 -0500]","request":"GET / HTTP/1.1","statusCode":"200","size":"11365"}
//! ```
//!
//! The keys depend on the pattern of the valve. Values are kept with their escapes; objects inside (`requestHeaders`)
//! as their text.

use crate::grammar::json_text;
use crate::{Event, Format, Head, Level, RawTimestamp, layout};

/// The format `access-json`.
pub(super) struct AccessJson;

impl Format for AccessJson {
    fn name(&self) -> &'static str {
        "access-json"
    }

    fn title(&self) -> &'static str {
        "Tomcat access log, one JSON object per request"
    }

    fn example(&self) -> &'static str {
        r#"{"host":"127.0.0.1","user":"-","time":"[21/Nov/2026:16:43:35 -0500]","request":"GET / HTTP/1.1","statusCode":"200","size":"11365"}"#
    }

    fn begin(&self, line: &[u8]) -> Option<Head> {
        Some(Head { stamp: Some(head(line)?), level: Level::None })
    }

    fn has_hidden_levels(&self) -> bool {
        false
    }

    fn read<'a>(&'a self, line: &'a [u8], rest: &'a [u8]) -> Option<Event<'a>> {
        let mut event = Event { stamp: Some(head(line)?), message: line, rest, ..Event::default() };
        let mut text = line.strip_prefix(b"{")?;
        while let Some((key, after)) = json_text(text.trim_ascii_start()) {
            let after = after.trim_ascii_start().strip_prefix(b":").unwrap_or(after).trim_ascii_start();
            let (value, after) = json_text(after).unwrap_or_else(|| {
                let end = memchr::memchr(b'}', after).map_or(after.len(), |end| end + 1);
                after.split_at(end)
            });
            match key {
                b"request" => event.message = value,
                _ => event.fields.push((key, value)),
            }
            text = after.trim_ascii_start().strip_prefix(b",").unwrap_or_default();
        }
        Some(event)
    }
}

/// The timestamp, from the key `time` at any position.
fn head(line: &[u8]) -> Option<RawTimestamp> {
    const KEY: &[u8] = b"\"time\":\"[";
    if !line.starts_with(b"{\"") {
        return None;
    }
    let at = memchr::memmem::find(line, KEY)?;
    let (stamp, _) = layout::access_log(line.get(at + KEY.len()..)?)?;
    Some(stamp)
}
