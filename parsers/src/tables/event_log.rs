//! The default table of `Get-EventLog`. Its dates have no year and no seconds, its numbers have qualifiers, and long words
//! are cut off.
//!
//! ```text
//!    Index Time          EntryType   Source                 InstanceID Message
//!    ----- ----          ---------   ------                 ---------- -------
//!    13236 Nov 21 16:26  Error       Service Control M...   3221232503 The Apache Tomcat 9 service terminated...
//! ```

use super::{EventTable, LineAt, Row, TableReader, TakeLine, is_digits, lines};
use crate::layout::any_month;

/// The table `get-eventlog`.
pub(super) struct EventLog;

/// Lines among which the head of a table must be.
const EARLY: usize = 30;

impl EventTable for EventLog {
    fn name(&self) -> &'static str {
        "get-eventlog"
    }

    fn title(&self) -> &'static str {
        "Get-EventLog"
    }

    fn example(&self) -> &'static str {
        "   Index Time          EntryType   Source                 InstanceID Message\n   ----- ----          ---------   \
         ------                 ---------- -------\n   13236 Nov 21 16:26  Error       Service Control M...   3221232503 The \
         Apache Tomcat 9 service terminated...\n"
    }

    fn reader(&self, head: &[u8]) -> Option<Box<dyn TableReader>> {
        let mut early = lines(head).take(EARLY);
        early.find(|line| is_head(line)).map(|_| Box::<Reader>::default() as Box<dyn TableReader>)
    }
}

/// Returns whether a line names the columns. They have these names in every language.
fn is_head(line: &[u8]) -> bool {
    let names: [&[u8]; 6] = [b"Index", b"Time", b"EntryType", b"Source", b"InstanceID", b"Message"];
    let line = line.trim_ascii();
    line.starts_with(b"Index ")
        && line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).eq(names)
}

#[derive(Default)]
struct Reader {
    row: Option<Row>,
}

impl TableReader for Reader {
    fn line(&mut self, line: &[u8], at: LineAt, rows: TakeLine<'_>) {
        if is_head(line) || line.trim_ascii_start().starts_with(b"-----") {
            self.finish(rows);
        } else if let Some(row) = row(line, at) {
            self.finish(rows);
            self.row = Some(row);
        } else if let Some(row) = &mut self.row {
            row.text.push((at, line.trim_ascii().to_vec()));
        } else {
            rows(at, line);
        }
    }

    fn finish(&mut self, rows: TakeLine<'_>) {
        if let Some(row) = self.row.take() {
            row.write(rows);
        }
    }
}

/// The row in a line: index, month, day, time, kind, source, number, text. A source may have several words.
fn row(line: &[u8], at: LineAt) -> Option<Row> {
    let mut rest = line.trim_ascii();
    let mut next = || {
        let end = memchr::memchr(b' ', rest)?;
        let (word, after) = rest.split_at(end);
        rest = after.trim_ascii_start();
        Some(word)
    };
    let (index, month, day, time, kind) = (next()?, next()?, next()?, next()?, next()?);
    is_digits(index).then_some(())?;
    let month = any_month(month)?;
    let day: u32 = std::str::from_utf8(day).ok()?.parse().ok().filter(|day| (1..=31).contains(day))?;
    let &[h1, h2, b':', n1, n2] = time else { return None };
    // the number is the first word that is one, after two or more spaces or at the end of its column
    let mut at_word = 0;
    loop {
        let start = at_word + rest.get(at_word..)?.iter().position(|byte| *byte != b' ')?;
        let length = rest.get(start..)?.iter().position(|byte| *byte == b' ').unwrap_or(rest.len() - start);
        let word = rest.get(start..start + length)?;
        if start > 0 && is_digits(word) && word.len() <= 10 {
            let mut row = Row { at, provider: rest.get(..start)?.trim_ascii().to_vec(), ..Row::default() };
            row.id = word.to_vec();
            row.level = kind.to_vec();
            row.date = format!("--{month:02}-{day:02}T").into_bytes();
            row.date.extend_from_slice(&[h1, h2, b':', n1, n2]);
            row.add_text(rest.get(start + length..)?.trim_ascii_start(), at, true);
            return Some(row);
        }
        at_word = start + length;
        if at_word >= rest.len() {
            return None;
        }
    }
}
