//! log4j's `XMLLayout`: several lines a message, milliseconds since 1970.
//!
//! ```text
//! <log4j:event logger="x.y" timestamp="1795297028829" level="ERROR" thread="main">
//! <log4j:message><![CDATA[text]]></log4j:message>
//! <log4j:throwable><![CDATA[java.lang.RuntimeException: boom
//! ```

use crate::ByteClass::Byte;
use crate::format::first_line;
use crate::{Event, FirstBytes, Format, Head, Level, RawTimestamp, pattern};

/// The format `log4j-xml`.
pub(super) struct Log4jXml;

impl Format for Log4jXml {
    fn name(&self) -> &'static str {
        "log4j-xml"
    }

    fn title(&self) -> &'static str {
        "log4j, XML"
    }

    fn example(&self) -> &'static str {
        r#"<log4j:event logger="x.y" timestamp="1795297028829" level="ERROR" thread="main">
<log4j:message><![CDATA[text]]></log4j:message>
<log4j:throwable><![CDATA[java.lang.RuntimeException: boom"#
    }

    fn first_bytes(&self) -> &'static [FirstBytes] {
        const START: &[FirstBytes] = &[&[
            Byte(b'<'),
            Byte(b'l'),
            Byte(b'o'),
            Byte(b'g'),
            Byte(b'4'),
            Byte(b'j'),
            Byte(b':'),
            Byte(b'e'),
        ]];
        START
    }

    fn begin(&self, line: &[u8]) -> Option<Head> {
        let stamp = Some(stamp(line)?);
        Some(Head { stamp, level: Level::from_word(attribute(line, b" level=\"")?) })
    }

    fn read<'a>(&'a self, line: &'a [u8], rest: &'a [u8]) -> Option<Event<'a>> {
        let level_word = attribute(line, b" level=\"")?;
        let (first, below) = first_line(rest);
        let text = first.strip_prefix(b"<log4j:message><![CDATA[");
        // a message of several lines ends further down, and stays in `rest`
        let message = text.and_then(|text| text.strip_suffix(b"]]></log4j:message>"));
        Some(Event {
            stamp: Some(stamp(line)?),
            level: Level::from_word(level_word),
            level_word,
            thread: attribute(line, b" thread=\"").unwrap_or_default(),
            class: attribute(line, b" logger=\"").unwrap_or_default(),
            message: message.unwrap_or_default(),
            rest: if message.is_some() { below } else { rest },
            ..Event::default()
        })
    }
}

fn stamp(line: &[u8]) -> Option<RawTimestamp> {
    if !line.starts_with(b"<log4j:event ") && !line.starts_with(b"<log4j2:event ") {
        return None;
    }
    Some(pattern::epoch(attribute(line, b" timestamp=\"")?, 1_000_000)?.0)
}

/// The value after ` name="`.
fn attribute<'a>(line: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let from = memchr::memmem::find(line, name)? + name.len();
    let rest = line.get(from..)?;
    rest.get(..memchr::memchr(b'"', rest)?)
}
