//! Several events as XML on one line without an element around them, as scripts write that join `ToXml()`. With the root
//! element `<Events>` they are read as lines already.

use super::{EventTable, LineAt, TableReader, TakeLine};

/// The table `xml-events`.
pub(super) struct XmlEvents;

/// Bytes at the start in which two events follow each other.
const HEAD: usize = 64 << 10;

/// A longer line comes in pieces.
const PIECE: usize = 1 << 20;

const BETWEEN: &[u8] = b"</Event><Event ";
const END: usize = b"</Event>".len();

impl EventTable for XmlEvents {
    fn name(&self) -> &'static str {
        "xml-events"
    }

    fn title(&self) -> &'static str {
        "ToXml() of several events, on one line"
    }

    fn example(&self) -> &'static str {
        "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Service Control \
         Manager'/><EventID Qualifiers='49152'>7031</EventID><Level>2</Level><TimeCreated \
         SystemTime='2026-11-21T15:26:07.1234567Z'/><Computer>web01</Computer></System><EventData><Data>The Apache Tomcat 9 \
         service</Data></EventData></Event><Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>\
         <Provider Name='Service Control Manager'/><EventID>7031</EventID><Level>2</Level><TimeCreated \
         SystemTime='2026-11-21T15:27:07.1234567Z'/><Computer>web01</Computer></System></Event>\n"
    }

    fn reader(&self, head: &[u8]) -> Option<Box<dyn TableReader>> {
        head.trim_ascii_start().starts_with(b"<Event ").then_some(())?;
        let near = head.get(..HEAD).unwrap_or(head);
        memchr::memmem::find(near, BETWEEN).map(|_| Box::<Reader>::default() as Box<dyn TableReader>)
    }
}

#[derive(Default)]
struct Reader {
    /// The start of a line whose end is not known yet.
    open: Vec<u8>,
    at: LineAt,
}

impl TableReader for Reader {
    fn line(&mut self, line: &[u8], at: LineAt, rows: TakeLine<'_>) {
        if self.open.is_empty() {
            self.at = at;
        }
        self.open.extend_from_slice(line);
        let mut from = 0;
        for at in memchr::memmem::find_iter(&self.open, BETWEEN) {
            rows(self.at, self.open.get(from..at + END).unwrap_or_default());
            from = at + END;
        }
        self.open.drain(..from);
        // a damaged file may have an event without an end
        if line.len() <= PIECE || self.open.len() > 4 * PIECE {
            self.finish(rows);
        }
    }

    fn finish(&mut self, rows: TakeLine<'_>) {
        if !self.open.is_empty() {
            rows(self.at, &self.open);
            self.open.clear();
        }
    }
}
