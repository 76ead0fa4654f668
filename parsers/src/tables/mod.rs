//! Tables and objects of Windows events whose records are not one line of a known form: the default tables of PowerShell, CSV
//! with any columns, objects as XML. One file for each.
//!
//! A reader takes the lines of a file one after the other and gives back each event as a row of the format
//! `windows-events-table`, or as a line of XML, with the position of the line where the event begins. So everything else reads lines, and an
//! event is the same from every form.

use crate::windows::START;
use crate::windows::words::{Label, label};

/// Position of a line, as the caller counts it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LineAt {
    /// Its number, from 1.
    pub line: u64,
    /// Its offset in bytes.
    pub offset: u64,
}

/// Takes rows: the position of the line that a line of a row is of, and its text without a line end.
pub type TakeLine<'t> = &'t mut dyn FnMut(LineAt, &[u8]);

/// A kind of table.
///
/// To add one, add a file in `tables/` with a unit struct that implements this trait, and one line in `tables/mod.rs`.
pub trait EventTable: Sync {
    /// Short name: `get-winevent`.
    fn name(&self) -> &'static str;

    /// The command that writes it, for users.
    fn title(&self) -> &'static str;

    /// A table with one event.
    fn example(&self) -> &'static str;

    /// A reader of a file that begins with these bytes; `None` if it is no such table. Called for every file, so a few
    /// bytes decide about most.
    fn reader(&self, head: &[u8]) -> Option<Box<dyn TableReader>>;
}

/// Reads one file, line after line.
pub trait TableReader {
    /// Takes the next line without its line end.
    fn line(&mut self, line: &[u8], at: LineAt, rows: TakeLine<'_>);

    /// Takes the end of the file.
    fn finish(&mut self, _rows: TakeLine<'_>) {}
}

/// Declares the modules of the tables and the list of them.
macro_rules! tables {
    ($($module:ident: $table:ident;)+) => {
        $(mod $module;)+

        /// Every kind of table.
        pub const TABLES: &[&dyn EventTable] = &[$(&$module::$table),+];
    };
}

// A new table is one file and one line here.
tables! {
    win_event: WinEvent;
    event_log: EventLog;
    csv: Csv;
    objects: Objects;
    xml_events: XmlEvents;
}

/// The reader of a file that begins with these bytes; `None` if it is no table of events.
pub fn reader(head: &[u8]) -> Option<(&'static dyn EventTable, Box<dyn TableReader>)> {
    TABLES.iter().find_map(|table| Some((*table, table.reader(head)?)))
}

/// Bytes of the text of one event that are kept; a longer one is cut off.
const LONGEST: usize = 1 << 20;

/// An event that is put together from a record.
#[derive(Debug, Default)]
struct Row {
    at: LineAt,
    date: Vec<u8>,
    provider: Vec<u8>,
    id: Vec<u8>,
    level: Vec<u8>,
    log: Vec<u8>,
    computer: Vec<u8>,
    task: Vec<u8>,
    user: Vec<u8>,
    keywords: Vec<u8>,
    /// The lines of its text, each with its position.
    text: Vec<(LineAt, Vec<u8>)>,
}

impl Row {
    /// Sets a field from a column or property of that name. Names without a field are left out.
    fn set(&mut self, name: &[u8], value: &[u8]) {
        let is_number = name.eq_ignore_ascii_case(b"InstanceId");
        let field = match label(name) {
            Some(Label::Date) => &mut self.date,
            Some(Label::Source) => &mut self.provider,
            Some(Label::Id) => &mut self.id,
            _ if is_number && self.id.is_empty() => &mut self.id,
            // the number of a level is there, too
            Some(Label::Level) if !self.level.is_empty() && is_digits(value) => return,
            Some(Label::Level) => &mut self.level,
            Some(Label::Log) => &mut self.log,
            Some(Label::Computer) => &mut self.computer,
            Some(Label::Task) if !self.task.is_empty() && is_digits(value) => return,
            Some(Label::Task) => &mut self.task,
            Some(Label::User) => &mut self.user,
            Some(Label::Keywords) if is_digits(value) => return,
            Some(Label::Keywords) => &mut self.keywords,
            Some(Label::Text) | None => return,
        };
        let value = value.trim_ascii();
        if !value.is_empty() {
            field.clear();
            field.extend_from_slice(value.get(..value.len().min(LONGEST)).unwrap_or_default());
        }
    }

    /// Adds the lines of a text that begins at `at`. If `is_whole`, its lines are lines of the file.
    fn add_text(&mut self, text: &[u8], at: LineAt, is_whole: bool) {
        let mut here = at;
        for line in text.get(..text.len().min(LONGEST)).unwrap_or_default().split(|byte| *byte == b'\n') {
            self.text.push((here, line.strip_suffix(b"\r").unwrap_or(line).to_vec()));
            if is_whole {
                here.line += 1;
                here.offset += line.len() as u64 + 1;
            }
        }
    }

    /// Writes the event, if it has a number or a date.
    fn write(&self, rows: TakeLine<'_>) {
        if self.id.is_empty() && self.date.is_empty() {
            return;
        }
        let mut line = START.to_vec();
        let cells = [
            &self.date,
            &self.provider,
            &self.id,
            &self.level,
            &self.log,
            &self.computer,
            &self.task,
            &self.user,
            &self.keywords,
        ];
        for cell in cells {
            line.extend(cell.iter().map(|byte| if byte.is_ascii_control() { b' ' } else { *byte }));
            line.push(b'\t');
        }
        let end = self.text.iter().rposition(|(_, line)| !line.trim_ascii().is_empty());
        let mut text = self.text.iter().take(end.map_or(0, |end| end + 1));
        if let Some((_, first)) = text.next() {
            line.extend_from_slice(first);
        }
        rows(self.at, &line);
        for (at, line) in text {
            // a line of a text must not look like a row
            let is_row = line.starts_with(START);
            if is_row { rows(*at, &[b" ", &**line].concat()) } else { rows(*at, line) }
        }
    }
}

fn is_digits(value: &[u8]) -> bool {
    let value = value.strip_prefix(b"-").unwrap_or(value);
    !value.is_empty() && value.iter().all(u8::is_ascii_digit)
}

/// The lines of a text, without their line ends.
fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line))
}

#[cfg(test)]
mod tests;
