//! Events as objects in XML: `Get-WinEvent | Export-Clixml`, `| ConvertTo-Xml -As String`, and the same of `Get-EventLog`.
//!
//! ```text
//! <Obj RefId="0"> <TN RefId="0"> <T>System.Diagnostics.Eventing.Reader.EventLogRecord</T> ...
//!     <I32 N="Id">7031</I32> <S N="ProviderName">Service Control Manager</S> ...
//! <Object Type="System.Diagnostics.Eventing.Reader.EventLogRecord">
//!     <Property Name="Id" Type="System.Int32">7031</Property> ...
//! ```
//!
//! Only the properties of the event itself are read, not those of objects in it. CLIXML writes characters that are no text
//! as `_x000D_`. Its dates have an offset; those of ConvertTo-Xml are in the culture of the user.

use super::{EventTable, LONGEST, LineAt, Row, TableReader, TakeLine};
use crate::windows::words::{Label, label};

/// The table `objects`.
pub(super) struct Objects;

/// Bytes at the start in which the type of the objects is.
const HEAD: usize = 4096;

impl EventTable for Objects {
    fn name(&self) -> &'static str {
        "objects"
    }

    fn title(&self) -> &'static str {
        "Get-WinEvent | Export-Clixml or ConvertTo-Xml"
    }

    fn example(&self) -> &'static str {
        "<Objs Version=\"1.1.0.1\" xmlns=\"http://schemas.microsoft.com/powershell/2004/04\">\n  <Obj RefId=\"0\">\n    <TN \
         RefId=\"0\">\n      <T>System.Diagnostics.Eventing.Reader.EventLogRecord</T>\n    </TN>\n    <Props>\n      <I32 \
         N=\"Id\">7031</I32>\n      <By N=\"Level\">2</By>\n      <S N=\"ProviderName\">Service Control Manager</S>\n      \
         <S N=\"LogName\">System</S>\n      <S N=\"MachineName\">web01</S>\n      <DT \
         N=\"TimeCreated\">2026-11-21T16:26:07.1234567+01:00</DT>\n    </Props>\n    <MS>\n      <S N=\"Message\">The Apache \
         Tomcat 9 service terminated unexpectedly.</S>\n    </MS>\n  </Obj>\n</Objs>\n"
    }

    fn reader(&self, head: &[u8]) -> Option<Box<dyn TableReader>> {
        let near = head.get(..HEAD).unwrap_or(head);
        near.trim_ascii_start().first().filter(|first| **first == b'<')?;
        let has = |text: &str| memchr::memmem::find(near, text.as_bytes()).is_some();
        let is_object = has("<Objs ") || has("<Objects>") || has("<Object Type=");
        let is_event = has("System.Diagnostics.Eventing.Reader.EventLogRecord")
            || has("System.Diagnostics.EventLogEntry");
        (is_object && is_event).then(|| Box::<Reader>::default() as Box<dyn TableReader>)
    }
}

#[derive(Default)]
struct Reader {
    /// Objects that are open, and properties.
    objects: usize,
    properties: usize,
    row: Row,
    /// The property whose value goes on, and where it begins.
    open: Option<(Vec<u8>, LineAt)>,
    value: Vec<u8>,
}

impl TableReader for Reader {
    fn line(&mut self, line: &[u8], at: LineAt, rows: TakeLine<'_>) {
        let mut rest = line;
        while let Some(start) = memchr::memchr(b'<', rest) {
            let (text, after) = rest.split_at(start);
            self.text(text);
            let end = memchr::memchr(b'>', after).map_or(after.len(), |end| end + 1);
            let (tag, after) = after.split_at(end);
            self.tag(tag, at, rows);
            rest = after;
        }
        self.text(rest);
        self.text(b"\n");
    }

    fn finish(&mut self, rows: TakeLine<'_>) {
        std::mem::take(&mut self.row).write(rows);
    }
}

impl Reader {
    fn text(&mut self, text: &[u8]) {
        if self.open.is_some() && self.value.len() < LONGEST {
            self.value.extend_from_slice(text);
        }
    }

    fn tag(&mut self, tag: &[u8], at: LineAt, rows: TakeLine<'_>) {
        let inner = tag.strip_prefix(b"<").unwrap_or(tag);
        let inner = inner.strip_suffix(b">").unwrap_or(inner);
        if let Some(name) = inner.strip_prefix(b"/") {
            return self.end(name.trim_ascii(), rows);
        }
        if inner.ends_with(b"/") {
            return;
        }
        let name = inner.split(u8::is_ascii_whitespace).next().unwrap_or_default();
        match name {
            b"Obj" | b"Object" => {
                self.objects += 1;
                if self.objects == 1 {
                    self.row = Row { at, ..Row::default() };
                    self.properties = 0;
                }
            }
            _ if self.objects == 1 => {
                let is_property = name == b"Property";
                self.properties += usize::from(is_property);
                let named = attribute(inner, if is_property { b" Name=\"" } else { b" N=\"" });
                let is_own = !is_property || self.properties == 1;
                self.open = named.filter(|_| is_own).map(|name| (name.to_vec(), at));
                self.value.clear();
            }
            _ => {}
        }
    }

    fn end(&mut self, name: &[u8], rows: TakeLine<'_>) {
        if matches!(name, b"Obj" | b"Object") {
            self.objects = self.objects.saturating_sub(1);
            self.open = None;
            if self.objects == 0 {
                std::mem::take(&mut self.row).write(rows);
            }
            return;
        }
        if name == b"Property" {
            self.properties = self.properties.saturating_sub(1);
        }
        if let Some((name, at)) = self.open.take() {
            let value = unescaped(&self.value);
            if label(&name) != Some(Label::Text) {
                self.row.set(&name, &value);
            } else if self.row.text.is_empty() {
                // line ends of ConvertTo-Xml are those of the file
                let is_whole = memchr::memchr(b'\n', &self.value).is_some();
                self.row.add_text(&value, at, is_whole);
            }
        }
    }
}

/// The value of an attribute; `start` is its name with the quote.
fn attribute<'a>(tag: &'a [u8], start: &[u8]) -> Option<&'a [u8]> {
    let value = tag.get(memchr::memmem::find(tag, start)? + start.len()..)?;
    value.get(..memchr::memchr(b'"', value)?)
}

/// A text without the escapes of XML and of CLIXML.
fn unescaped(text: &[u8]) -> Vec<u8> {
    const ENTITIES: [(&[u8], u8); 5] =
        [(b"&lt;", b'<'), (b"&gt;", b'>'), (b"&amp;", b'&'), (b"&quot;", b'"'), (b"&apos;", b'\'')];
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        if *first == b'&'
            && let Some((entity, byte)) = ENTITIES.iter().find(|(entity, _)| rest.starts_with(entity))
        {
            out.push(*byte);
            rest = rest.get(entity.len()..).unwrap_or_default();
            continue;
        }
        if let [b'_', b'x', digits @ ..] = rest
            && let Some((code, tail)) = digits.split_at_checked(4)
            && let Some(tail) = tail.strip_prefix(b"_")
            && let Some(sign) = std::str::from_utf8(code)
                .ok()
                .and_then(|code| u32::from_str_radix(code, 16).ok())
                .and_then(char::from_u32)
        {
            out.extend_from_slice(sign.encode_utf8(&mut [0; 4]).as_bytes());
            rest = tail;
            continue;
        }
        out.push(*first);
        rest = after;
    }
    out
}
