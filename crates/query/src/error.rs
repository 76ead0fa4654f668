//! [`QueryError`]: an error in a filter, shown with carets under its place.
//!
//! A filter may come from a script or a web page, so it is sanitized like the text of a log, and the carets count
//! columns, not characters. Of a long filter only the part around the error is shown.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::ops::Range;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use spoglight_text::sanitize::clean;

/// Columns of the shown part of a filter.
const COLUMNS: usize = 76;

/// Columns of the wrong part in a filter that is longer than [`COLUMNS`].
const FAULT: usize = 40;

/// Columns kept for the text after the error, if the filter is longer than [`COLUMNS`].
const AFTER: usize = 16;

/// An error in a filter, and its place.
///
/// Printed on three lines: the message, the filter, and carets under the place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryError {
    /// The filter as the user wrote it.
    pub query: String,
    /// Range of the wrong bytes.
    pub at: Range<usize>,
    /// The message, on one line.
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
    /// The line to show, the columns before the error, and the columns of the error.
    fn picture(&self) -> (String, usize, usize) {
        // callers can set the range, so it is not trusted
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

/// The start of `text` that fits in `columns`.
fn head(text: Cow<'_, str>, columns: usize) -> Cow<'_, str> {
    if text.width() <= columns {
        return text;
    }
    let mut kept = fitting(text.chars(), columns);
    kept.push('…');
    kept.into()
}

/// The end of `text` that fits in `columns`.
fn tail(text: Cow<'_, str>, columns: usize) -> Cow<'_, str> {
    if text.width() <= columns {
        return text;
    }
    let mut kept = fitting(text.chars().rev(), columns);
    kept.push('…');
    kept.chars().rev().collect::<String>().into()
}

/// The first characters that leave one of `columns` free.
fn fitting(chars: impl Iterator<Item = char>, columns: usize) -> String {
    let mut used = 1;
    let fits = |one: &char| {
        used += one.width().unwrap_or(0);
        used <= columns
    };
    chars.take_while(fits).collect()
}
