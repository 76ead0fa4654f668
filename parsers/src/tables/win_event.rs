//! The default table of `Get-WinEvent`: groups with the provider above them, and columns that are as wide as their values.
//!
//! ```text
//!    ProviderName: Service Control Manager
//!
//! TimeCreated                      Id LevelDisplayName Message
//! -----------                      -- ---------------- -------
//! 11/21/2026 4:26:07 PM          7031 Error            The Apache Tomcat 9 service terminated unexpectedly.
//! ```
//!
//! A date has two to four words, and the number follows it, so columns are read by words: the width of a column counts
//! characters or cells of a screen, which differ.

use super::{EventTable, LineAt, Row, TableReader, TakeLine, lines};
use crate::Level;
use crate::windows::stamp::{Order, read};
use crate::windows::words::{level, level_of_start};

/// The table `get-winevent`.
pub(super) struct WinEvent;

/// Lines among which the head of a table must be.
const EARLY: usize = 30;

const GROUP: &[u8] = b"ProviderName: ";

impl EventTable for WinEvent {
    fn name(&self) -> &'static str {
        "get-winevent"
    }

    fn title(&self) -> &'static str {
        "Get-WinEvent"
    }

    fn example(&self) -> &'static str {
        "   ProviderName: Service Control Manager\n\nTimeCreated                      Id LevelDisplayName Message\n\
         -----------                      -- ---------------- -------\n11/21/2026 4:26:07 PM          7031 Error            \
         The Apache Tomcat 9 service terminated unexpectedly.\n"
    }

    fn reader(&self, head: &[u8]) -> Option<Box<dyn TableReader>> {
        let mut early = lines(head).take(EARLY).map(<[u8]>::trim_ascii).filter(|line| !line.is_empty());
        early.find(|line| line.starts_with(GROUP))?;
        is_head(early.next()?).then(|| Box::new(Reader::default()) as Box<dyn TableReader>)
    }
}

/// Returns whether a line names the columns. They have these names in every language.
fn is_head(line: &[u8]) -> bool {
    line.starts_with(b"TimeCreated ") && line.ends_with(b" Message")
}

#[derive(Default)]
struct Reader {
    provider: Vec<u8>,
    row: Option<Row>,
}

impl TableReader for Reader {
    fn line(&mut self, line: &[u8], at: LineAt, rows: TakeLine<'_>) {
        let text = line.trim_ascii();
        if let Some(provider) = text.strip_prefix(GROUP) {
            self.finish(rows);
            self.provider = provider.trim_ascii().to_vec();
        } else if is_head(text) || text.starts_with(b"-----------") {
            self.finish(rows);
        } else if let Some(row) = row(line, at, &self.provider) {
            self.finish(rows);
            self.row = Some(row);
        } else if let Some(row) = &mut self.row {
            // a long text that was wrapped, or that has lines of its own
            row.text.push((at, text.to_vec()));
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

/// The row in a line: a date of two to four words, the number, the level if it has one, and the text.
fn row(line: &[u8], at: LineAt, provider: &[u8]) -> Option<Row> {
    let line = line.trim_ascii();
    if !line.first()?.is_ascii_digit() && *line.first()? < 0x80 {
        return None;
    }
    let mut end = 0;
    for words in 1..=4 {
        end += word(line.get(end..)?)?;
        if words == 1 {
            continue;
        }
        let after = line.get(end..)?;
        let start = after.iter().position(|byte| *byte != b' ')?;
        let digits = after.get(start..)?.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let rest = after.get(start + digits..)?;
        if !(1..=10).contains(&digits) || rest.first().is_some_and(|byte| *byte != b' ') {
            continue;
        }
        let date = line.get(..end)?;
        // a date that is cut off has no time
        read(date, Order::Open)?;
        let (word, text) = level_and_text(rest);
        let mut row = Row { at, date: date.to_vec(), provider: provider.to_vec(), ..Row::default() };
        row.id = after.get(start..start + digits)?.to_vec();
        row.level = word.to_vec();
        row.add_text(text, at, true);
        return Some(row);
    }
    None
}

/// Length of the next word with the spaces before it.
fn word(text: &[u8]) -> Option<usize> {
    let start = text.iter().position(|byte| *byte != b' ')?;
    let length = text.get(start..)?.iter().position(|byte| *byte == b' ')?;
    Some(start + length)
}

/// The level after the number, and the text. Levels without a word are empty in the table.
fn level_and_text(rest: &[u8]) -> (&[u8], &[u8]) {
    let rest = rest.strip_prefix(b" ").unwrap_or(rest);
    let text = rest.trim_ascii_start();
    if rest.first() == Some(&b' ') {
        return (b"", text);
    }
    // two words at most, `Audit Success`
    for end in memchr::memchr_iter(b' ', text).take(2).chain([text.len()]) {
        let (word, after) = text.split_at(end);
        let cut = word.strip_suffix(b"...").or_else(|| word.strip_suffix("\u{2026}".as_bytes()));
        let found = cut.map_or_else(|| level(word), level_of_start);
        if !matches!(found, Level::Unknown | Level::None) {
            return (word, after.trim_ascii_start());
        }
    }
    (b"", text)
}
