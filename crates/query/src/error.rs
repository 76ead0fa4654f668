//! What is wrong with a filter, and the picture of it: the filter with carets under the fault.
//!
//! A filter may come from a script or from a page, so it is made harmless like the text of a log, and the carets count
//! columns, not characters. Of a long filter only the part around the fault is shown.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::ops::Range;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use spoglight_text::sanitize::clean;

/// Columns of the shown part of a filter.
const COLUMNS: usize = 76;

/// Columns of a fault in a filter that is longer than [`COLUMNS`].
const FAULT: usize = 40;

/// Columns kept for what follows the fault, if the filter is longer than [`COLUMNS`].
const AFTER: usize = 16;

/// What is wrong with a filter, and where.
///
/// Printed, it is three lines: what, the filter, and carets under the place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryError {
    /// The filter as the user wrote it.
    pub query: String,
    /// Bytes of it that are wrong.
    pub at: Range<usize>,
    /// What is wrong, on one line.
    pub what: String,
}

impl Error for QueryError {}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (line, before, wide) = self.picture();
        writeln!(f, "{}", clean(&self.what))?;
        writeln!(f, "  {line}")?;
        write!(f, "  {}{}", " ".repeat(before), "^".repeat(wide))
    }
}

impl QueryError {
    /// The line to show, the columns before the fault, and the columns of the fault.
    fn picture(&self) -> (String, usize, usize) {
        // the range is open to all, so it is not believed
        let start = self.query.floor_char_boundary(self.at.start);
        let end = self.query.ceil_char_boundary(self.at.end).max(start);
        let part = |range: Range<usize>| clean(self.query.get(range).unwrap_or_default());
        let (mut before, mut fault, mut after) =
            (part(0..start), part(start..end), part(end..self.query.len()));
        if before.width() + fault.width() + after.width() > COLUMNS {
            fault = head(fault, FAULT);
            let room = COLUMNS - fault.width();
            before = tail(before, room - after.width().min(AFTER));
            after = head(after, room - before.width());
        }
        (format!("{before}{fault}{after}"), before.width(), fault.width().max(1))
    }
}

/// As much of the start of `text` as has room in `columns`.
fn head(text: Cow<'_, str>, columns: usize) -> Cow<'_, str> {
    if text.width() <= columns {
        return text;
    }
    let mut kept = fitting(text.chars(), columns);
    kept.push('…');
    kept.into()
}

/// As much of the end of `text` as has room in `columns`.
fn tail(text: Cow<'_, str>, columns: usize) -> Cow<'_, str> {
    if text.width() <= columns {
        return text;
    }
    let mut kept = fitting(text.chars().rev(), columns);
    kept.push('…');
    kept.chars().rev().collect::<String>().into()
}

/// The first of these that leave a column of `columns` free.
fn fitting(chars: impl Iterator<Item = char>, columns: usize) -> String {
    let mut used = 1;
    let fits = |one: &char| {
        used += one.width().unwrap_or(0);
        used <= columns
    };
    chars.take_while(fits).collect()
}
