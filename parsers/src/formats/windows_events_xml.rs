//! Windows events as XML: what `wevtutil qe System /f:xml`, the Event Viewer's "Save as XML" and `ToXml()` of PowerShell
//! write, one event a line or over several lines. Event logs (`.evtx`) are read as such lines, too.
//!
//! ```text
//! <Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='WAS'/>
//! <EventID Qualifiers='32768'>5011</EventID><Level>3</Level>
//! <TimeCreated SystemTime='2024-03-12T05:30:52.8414791Z'/><Computer>web01</Computer></System></Event>
//! ```
//!
//! Times are in UTC. The level is a number; a failed audit has level 0 and a bit of its keywords. The text of an event is
//! in a library of its provider, so an event has its data instead, unless the export was made with the text
//! (`RenderingInfo`). The values are as written, with the escapes of XML.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use crate::ByteClass::Byte;
use crate::format::first_line;
use crate::windows::words::level_of_number;
use crate::windows::{COMPUTER, ID, KEYWORDS, LOG, QUALIFIERS, TASK, key, numbered};
use crate::{ClockSource, Event, FirstBytes, Format, Head, Level, ProviderEvent, RawTimestamp, layout};

/// The format `windows-events-xml`.
pub(super) struct WindowsEventsXml;

/// Spaces before an event of an indented file.
const INDENT: usize = 16;

/// Bytes of an event in which its system data is: all but the text of a damaged one.
const SYSTEM: usize = 8 << 10;

/// Bit of the keywords of a failed audit.
const AUDIT_FAILURE: u64 = 1 << 52;

impl Format for WindowsEventsXml {
    fn name(&self) -> &'static str {
        "windows-events-xml"
    }

    fn title(&self) -> &'static str {
        "Windows events, XML and event logs (.evtx)"
    }

    fn example(&self) -> &'static str {
        "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='WAS'/>\
         <EventID Qualifiers='32768'>5011</EventID><Level>3</Level>\
         <TimeCreated SystemTime='2024-03-12T05:30:52.8414791Z'/><Computer>web01</Computer></System></Event>"
    }

    fn clock(&self) -> ClockSource {
        ClockSource::Nowhere
    }

    fn zone_rule(&self) -> Option<&str> {
        Some("events as XML are in UTC")
    }

    fn first_bytes(&self) -> &'static [FirstBytes] {
        const START: &[FirstBytes] =
            &[&[Byte(b'<'), Byte(b'E'), Byte(b'v'), Byte(b'e'), Byte(b'n'), Byte(b't')]];
        START
    }

    fn has_event_keys(&self) -> bool {
        true
    }

    fn begin(&self, line: &[u8]) -> Option<Head> {
        let event = opened(line)?;
        let mut head = Head { stamp: None, level: Level::None };
        look(event, &mut head);
        Some(head)
    }

    fn looks_below(&self) -> bool {
        true
    }

    fn below(&self, line: &[u8], head: &mut Head) -> bool {
        look(line.get(..SYSTEM).unwrap_or(line), head)
    }

    fn component<'a>(&self, line: &'a [u8]) -> Option<&'a [u8]> {
        provider(opened(line)?)
    }

    fn component_below<'a>(&self, line: &'a [u8]) -> Option<&'a [u8]> {
        provider(line.get(..SYSTEM).unwrap_or(line))
    }

    fn event_key<'a>(&self, message: &'a [u8]) -> Option<ProviderEvent<'a>> {
        let system = system(message);
        key(provider(system)?, element(system, "EventID")?)
    }

    fn read<'a>(&'a self, line: &'a [u8], rest: &'a [u8]) -> Option<Event<'a>> {
        let mut event = Event { rest, ..Event::default() };
        (event.stamp, event.level) = self.head(line, rest)?;
        for part in [line, rest] {
            describe(part, &mut event);
        }
        Some(event)
    }

    fn readable(&self, event: &Event<'_>) -> Option<Vec<u8>> {
        let is_text = !event.message.is_empty() && !event.message.starts_with(b"<");
        if is_text || event.class.is_empty() {
            return None;
        }
        let mut text = event.class.to_vec();
        if let Some((_, id)) = event.fields.iter().find(|(name, _)| *name == ID) {
            text.extend_from_slice(b" event ");
            text.extend_from_slice(id);
        }
        let data = data(event.message);
        if !data.is_empty() {
            text.extend_from_slice(b": ");
            text.extend_from_slice(&data);
        }
        Some(text)
    }

    fn parse<'a>(&'a self, message: &'a [u8]) -> Event<'a> {
        let (line, rest) = first_line(message);
        let Some((stamp, level)) = self.head(line, rest) else {
            return Event { message: line, rest, ..Event::default() };
        };
        let mut event = Event { stamp, level, rest, ..Event::default() };
        describe(message, &mut event);
        event
    }
}

impl WindowsEventsXml {
    /// Timestamp and level of an event, wherever they are.
    fn head(&self, line: &[u8], rest: &[u8]) -> Option<(Option<RawTimestamp>, Level)> {
        let mut head = self.begin(line)?;
        if !has_system_end(line) {
            for line in rest.split(|byte| *byte == b'\n') {
                if !self.below(line, &mut head) {
                    break;
                }
            }
        }
        Some((head.stamp, head.level))
    }
}

/// Adds what a part of an event shows and the parts before it did not.
fn describe<'a>(part: &'a [u8], event: &mut Event<'a>) {
    let known = system(part);
    if event.class.is_empty() {
        event.class = provider(known).unwrap_or_default();
    }
    if event.level_word.is_empty() {
        event.level_word = element(known, "Level").unwrap_or_default();
    }
    for (name, tag) in
        [(ID, "EventID"), (LOG, "Channel"), (COMPUTER, "Computer"), (TASK, "Task"), (KEYWORDS, "Keywords")]
    {
        if let Some(value) = element(known, tag).filter(|value| !value.is_empty())
            && event.fields.iter().all(|(known, _)| *known != name)
        {
            if name == ID {
                event.fields.extend(numbered(value));
            } else {
                event.fields.push((name, value));
            }
        }
    }
    if event.fields.iter().all(|(known, _)| *known != QUALIFIERS)
        && let Some(tag) = memchr::memmem::find(known, b"<EventID ").and_then(|at| known.get(at..))
        && let Some(value) = attribute(tag, b"Qualifiers=").filter(|value| !matches!(*value, b"" | b"0"))
    {
        event.fields.push((QUALIFIERS, value));
    }
    if event.message.is_empty() {
        let text = RENDERING.find(part).and_then(|at| element(part.get(at..)?, "Message"));
        let data = || element(part, "EventData").or_else(|| element(part, "UserData"));
        event.message = text.or_else(data).unwrap_or_default().trim_ascii();
    }
}

/// Most values of the data of an event that are shown.
const SHOWN: usize = 16;

/// The data of an event: the values of its innermost elements, each after its name, separated by semicolons.
fn data(xml: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    let mut shown = 0;
    for part in xml.split(|byte| *byte == b'<').skip(1) {
        let Some((tag, value)) = memchr::memchr(b'>', part).and_then(|end| part.split_at_checked(end)) else {
            continue;
        };
        let value = value.strip_prefix(b">").unwrap_or(value).trim_ascii();
        if value.is_empty() || tag.starts_with(b"/") {
            continue;
        }
        if shown == SHOWN {
            text.extend_from_slice(b"; ...");
            break;
        }
        if shown > 0 {
            text.extend_from_slice(b"; ");
        }
        shown += 1;
        // `<Data Name='param1'>`, or the name of the element itself
        let name = memchr::memmem::find(tag, b"Name=").and_then(|at| {
            let (quote, name) = tag.get(at + 5..)?.split_first()?;
            name.get(..memchr::memchr(*quote, name)?)
        });
        let element = tag.split(u8::is_ascii_whitespace).next().unwrap_or_default();
        let name = name.or_else(|| (element != b"Data").then_some(element));
        if let Some(name) = name {
            text.extend_from_slice(name);
            text.extend_from_slice(b": ");
        }
        text.extend_from_slice(value);
    }
    text
}

static RENDERING: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("<RenderingInfo"));
static SYSTEM_END: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("</System>"));
static PROVIDER: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("<Provider "));
static TIME: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("<TimeCreated "));
static LEVEL: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("<Level>"));
static AUDIT: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("<Keywords>0x8"));

/// The event in a line that opens one: after the XML declaration, the root element, and spaces.
fn opened(line: &[u8]) -> Option<&[u8]> {
    const NAMESPACE: &[u8] = b"schemas.microsoft.com/win/2004/08/events";
    let blanks = line.iter().take(INDENT).take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let mut event = line.get(blanks..)?;
    if event.first() != Some(&b'<') {
        return None;
    }
    if event.starts_with(b"<?xml") {
        event = event.get(memchr::memmem::find(event, b"?>")? + 2..)?.trim_ascii_start();
    }
    event = event.strip_prefix(b"<Events>").unwrap_or(event);
    let rest = event.strip_prefix(b"<Event")?;
    let near = rest.get(..160).unwrap_or(rest);
    let is_one = match rest.first()? {
        b' ' => memchr::memmem::find(near, NAMESPACE).is_some(),
        b'>' => near.starts_with(b"><System>"),
        _ => false,
    };
    is_one.then_some(event)
}

/// The part of an event in which its system data is.
fn system(message: &[u8]) -> &[u8] {
    let near = message.get(..SYSTEM).unwrap_or(message);
    SYSTEM_END.find(near).and_then(|end| near.get(..end)).unwrap_or(near)
}

fn has_system_end(text: &[u8]) -> bool {
    SYSTEM_END.find(text.get(..SYSTEM).unwrap_or(text)).is_some()
}

/// Adds what a part of the system data shows. Returns whether it goes on.
fn look(text: &[u8], head: &mut Head) -> bool {
    let end = SYSTEM_END.find(text);
    let text = end.and_then(|end| text.get(..end)).unwrap_or(text);
    if head.level == Level::None
        && let Some(at) = LEVEL.find(text)
        && let Some(after) = text.get(at + LEVEL.needle().len()..)
    {
        let digits = after.iter().take_while(|byte| byte.is_ascii_digit()).count();
        head.level = level_of_number(after.get(..digits).unwrap_or_default());
    }
    if head.stamp.is_none()
        && let Some(at) = TIME.find(text)
    {
        head.stamp = text.get(at..).and_then(|tag| attribute(tag, b"SystemTime=")).and_then(time);
    }
    if head.level == Level::Info
        && let Some(at) = AUDIT.find(text)
    {
        // the keywords of the Security log
        let digits = text.get(at + "<Keywords>0x".len()..).unwrap_or_default();
        let digits = digits.iter().take(16).take_while(|byte| byte.is_ascii_hexdigit());
        let bits = digits.fold(0u64, |bits, digit| {
            bits << 4 | u64::from(char::from(*digit).to_digit(16).unwrap_or_default())
        });
        if bits & AUDIT_FAILURE != 0 {
            head.level = Level::Warn;
        }
    }
    end.is_none()
}

/// A time in UTC, with or without a `Z`.
fn time(text: &[u8]) -> Option<RawTimestamp> {
    let (stamp, _) = layout::iso(text)?;
    Some(RawTimestamp { offset: stamp.offset.or(Some(0)), ..stamp })
}

fn provider(system: &[u8]) -> Option<&[u8]> {
    attribute(system.get(PROVIDER.find(system)?..)?, b" Name=").filter(|name| !name.is_empty())
}

/// The value of an attribute of the first tag of a text, in quotes of either kind. `name` ends with `=`.
fn attribute<'a>(tag: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let tag = tag.get(..memchr::memchr(b'>', tag)?)?;
    let value = tag.get(memchr::memmem::find(tag, name)? + name.len()..)?;
    let (quote, value) = value.split_first()?;
    matches!(quote, b'\'' | b'"').then_some(())?;
    value.get(..memchr::memchr(*quote, value)?)
}

/// The content of the first element of that name, without attributes in its end tag.
fn element<'a>(text: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let mut from = 0;
    loop {
        let at = from + memchr::memmem::find(text.get(from..)?, name.as_bytes())?;
        from = at + name.len();
        if at == 0 || text.get(at - 1) != Some(&b'<') {
            continue;
        }
        let open = match text.get(from)? {
            b'>' => from,
            b' ' => from + memchr::memchr(b'>', text.get(from..)?)?,
            _ => continue,
        };
        if text.get(open.checked_sub(1)?) == Some(&b'/') {
            return Some(&[]);
        }
        let content = text.get(open + 1..)?;
        let mut end = 0;
        loop {
            let close = end + memchr::memmem::find(content.get(end..)?, b"</")?;
            let rest = content.get(close + 2..)?;
            if rest.strip_prefix(name.as_bytes()).is_some_and(|rest| rest.first() == Some(&b'>')) {
                return content.get(..close);
            }
            end = close + 2;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT: &str = "<Event xmlns=\"http://schemas.microsoft.com/win/2004/08/events/event\"><System>\
        <Provider Name=\"Microsoft-Windows-WAS\" EventSourceName=\"WAS\"/><EventID Qualifiers=\"32768\">5011</EventID>\
        <Level>3</Level><Keywords>0x80000000000000</Keywords><TimeCreated SystemTime=\"2024-03-12T05:30:52.8414791Z\"/>\
        <Channel>System</Channel><Computer>web01</Computer><Security/></System><EventData><Data Name=\"AppPoolID\">p\
        </Data></EventData></Event>";

    #[test]
    fn one_line_and_many_lines_are_the_same_event() {
        let many = EVENT.replace("><", ">\n <").replace("\n </", "</");
        let (one, many) = (WindowsEventsXml.parse(EVENT.as_bytes()), WindowsEventsXml.parse(many.as_bytes()));
        assert_eq!(one.stamp.and_then(|stamp| stamp.utc()), Some(1_710_221_452_841_479_100));
        assert_eq!((one.level, one.class), (Level::Warn, &b"Microsoft-Windows-WAS"[..]));
        assert_eq!(one.message, b"<Data Name=\"AppPoolID\">p</Data>");
        assert_eq!((one.stamp, one.level, one.class), (many.stamp, many.level, many.class));
        assert_eq!(one.fields, many.fields);
        assert_eq!((one.field("event_id"), one.field("computer")), (Some(&b"5011"[..]), Some(&b"web01"[..])));
    }

    #[test]
    fn a_failed_audit_is_a_warning() {
        let level = |keywords: &str| {
            let event = EVENT.replace("<Level>3", "<Level>0").replace("0x80000000000000", keywords);
            WindowsEventsXml.begin(event.as_bytes()).map(|head| head.level)
        };
        assert_eq!(level("0x8010000000000000"), Some(Level::Warn));
        assert_eq!(level("0x8020000000000000"), Some(Level::Info));
    }

    #[test]
    fn other_xml_is_none() {
        for line in [
            "<Event>",
            "<Events>",
            "<Event id='1'>",
            "<EventID>1</EventID>",
            "<Event xmlns='http://x.example'>",
        ] {
            assert!(WindowsEventsXml.begin(line.as_bytes()).is_none(), "{line}");
        }
        for start in ["<Events>", "  ", "<?xml version='1.0'?><Events>"] {
            assert!(WindowsEventsXml.begin(format!("{start}{EVENT}").as_bytes()).is_some(), "{start}");
        }
    }
}
