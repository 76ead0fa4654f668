//! CSV with a line of names, in any order: `Get-WinEvent | Export-Csv` writes all properties, and the text of an event is the
//! first of them and may have many lines; columns may also have the names of the Event Viewer in the language of Windows.
//!
//! ```text
//! #TYPE System.Diagnostics.Eventing.Reader.EventLogRecord
//! "Message","Id","Version","Qualifiers","Level",...,"ProviderName","LogName",...,"TimeCreated",...
//! "The Apache Tomcat 9 service terminated unexpectedly.","7031","0","49152","2",...
//! ```
//!
//! The columns of the Event Viewer in their own order are those of the format `windows-events`, which needs no names.

use super::{EventTable, LineAt, Row, TableReader, TakeLine, lines};
use crate::windows::words::{Label, label};

/// The table `csv`.
pub(super) struct Csv;

/// Bytes in which the names of the columns are.
const NAMES: usize = 4096;

/// Bytes of a record. A quote that is never closed does not take the rest of the file.
const RECORD: usize = 256 << 10;

impl EventTable for Csv {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn title(&self) -> &'static str {
        "Get-WinEvent | Export-Csv"
    }

    fn example(&self) -> &'static str {
        "\"Message\",\"Id\",\"Level\",\"ProviderName\",\"LogName\",\"MachineName\",\"TimeCreated\",\"LevelDisplayName\"\n\
         \"The Apache Tomcat 9 service terminated unexpectedly.\",\"7031\",\"2\",\"Service Control Manager\",\"System\",\
         \"web01\",\"11/21/2026 4:26:07 PM\",\"Error\"\n"
    }

    fn reader(&self, head: &[u8]) -> Option<Box<dyn TableReader>> {
        let near = head.get(..NAMES).unwrap_or(head);
        let mut lines = lines(near).filter(|line| !line.is_empty());
        let mut line = lines.next()?;
        if line.starts_with(b"#TYPE ") {
            line = lines.next()?;
        }
        Columns::read(line)?;
        Some(Box::new(Reader { columns: None, record: Vec::new(), at: LineAt::default(), is_open: false }))
    }
}

/// The names of the columns.
struct Columns {
    separator: u8,
    names: Vec<Vec<u8>>,
}

impl Columns {
    fn read(line: &[u8]) -> Option<Columns> {
        // most files begin with another line
        let separator = *line.iter().find(|byte| matches!(byte, b',' | b';' | b'\t'))?;
        let (names, is_whole) = cells(line, separator);
        let labels: Vec<Option<Label>> = names.iter().map(|name| label(name)).collect();
        let at = |wanted: Label| labels.iter().position(|label| *label == Some(wanted));
        let has_number =
            at(Label::Id).is_some() || names.iter().any(|name| name.eq_ignore_ascii_case(b"InstanceId"));
        let is_table = is_whole && has_number && at(Label::Source).is_some() && at(Label::Date).is_some();
        let own = [Label::Level, Label::Date, Label::Source, Label::Id, Label::Task].map(Some);
        let is_event_viewer = labels.get(..own.len()) == Some(&own[..]);
        (is_table && !is_event_viewer).then_some(Columns { separator, names })
    }
}

struct Reader {
    columns: Option<Columns>,
    record: Vec<u8>,
    /// Where the record begins.
    at: LineAt,
    /// A quote is not closed yet.
    is_open: bool,
}

impl TableReader for Reader {
    fn line(&mut self, line: &[u8], at: LineAt, rows: TakeLine<'_>) {
        if self.columns.is_none() {
            self.columns = Columns::read(line);
            if self.columns.is_some() || line.starts_with(b"#TYPE ") || line.is_empty() {
                return;
            }
        }
        if self.is_open && (self.record.len() > RECORD || self.is_record(line)) {
            self.finish(rows);
        }
        if self.is_open {
            self.record.push(b'\n');
        } else {
            self.at = at;
        }
        self.record.extend_from_slice(line);
        let quotes = memchr::memchr_iter(b'"', line).count();
        self.is_open ^= quotes % 2 == 1;
        if !self.is_open {
            self.finish(rows);
        }
    }

    fn finish(&mut self, rows: TakeLine<'_>) {
        let record = std::mem::take(&mut self.record);
        self.is_open = false;
        if record.is_empty() {
            return;
        }
        let Some(columns) = &self.columns else { return };
        let (cells, _) = cells(&record, columns.separator);
        if cells.len() < columns.names.len().min(3) {
            // no record: kept as it is
            let mut at = self.at;
            for line in record.split(|byte| *byte == b'\n') {
                rows(at, line);
                at.line += 1;
                at.offset += line.len() as u64 + 1;
            }
            return;
        }
        let mut row = Row { at: self.at, ..Row::default() };
        for (name, cell) in columns.names.iter().zip(&cells) {
            if label(name) == Some(Label::Text) {
                row.add_text(cell, self.at, true);
            } else {
                row.set(name, cell);
            }
        }
        row.write(rows);
    }
}

impl Reader {
    /// Whether a line is a whole record, although a quote above it was not closed.
    fn is_record(&self, line: &[u8]) -> bool {
        let Some(columns) = self.columns.as_ref().filter(|_| line.first() == Some(&b'"')) else {
            return false;
        };
        let (cells, is_whole) = cells(line, columns.separator);
        is_whole && cells.len() == columns.names.len() && cells.len() > 3
    }
}

/// The cells of a record, without their quotes, and whether every quote is closed.
fn cells(record: &[u8], separator: u8) -> (Vec<Vec<u8>>, bool) {
    let mut cells = Vec::new();
    let mut cell = Vec::new();
    let mut is_quoted = false;
    let mut bytes = record.iter().peekable();
    while let Some(byte) = bytes.next() {
        match *byte {
            b'"' if is_quoted && bytes.peek() == Some(&&b'"') => {
                bytes.next();
                cell.push(b'"');
            }
            b'"' if is_quoted => is_quoted = false,
            b'"' if cell.is_empty() => is_quoted = true,
            byte if byte == separator && !is_quoted => cells.push(std::mem::take(&mut cell)),
            byte => cell.push(byte),
        }
    }
    cells.push(cell);
    (cells, !is_quoted)
}
