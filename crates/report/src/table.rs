//! Columns of text, aligned by what a terminal shows and not by bytes.

use std::borrow::Cow;
use std::io::{self, Write};

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Narrowest that a column is made that gives way.
const NARROWEST: usize = 24;

/// Columns that a table needs at the least, when the column `gives_way` has given way.
pub(super) fn least_width<const N: usize>(rows: &[[String; N]], gives_way: usize) -> usize {
    let width = |column: usize| rows.iter().map(|row| row[column].width()).max().unwrap_or(0);
    (0..N)
        .map(|column| 2 + if column == gives_way { width(column).min(NARROWEST) } else { width(column) })
        .sum()
}

/// Writes rows, the first of which is the heading; columns named in `right` are aligned to the right, as numbers are.
/// If a table is wider than `width`, the column `(gives_way, width)` is cut on its left: the end of a path says more
/// than its beginning.
pub(super) fn write<const N: usize>(
    rows: &[[String; N]],
    right: [bool; N],
    (gives_way, width): (usize, usize),
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut widths = [0; N];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.width());
        }
    }
    let whole: usize = widths.iter().map(|width| width + 2).sum();
    if let Some(column) = widths.get_mut(gives_way) {
        *column = (*column).min(column.saturating_sub(whole.saturating_sub(width)).max(NARROWEST));
    }
    for row in rows {
        let mut line = String::new();
        for ((cell, width), right) in row.iter().zip(widths).zip(right) {
            let cell = end_of(cell, width);
            let blanks = " ".repeat(width - cell.width());
            line.push_str("  ");
            if right {
                line.push_str(&blanks);
                line.push_str(&cell);
            } else {
                line.push_str(&cell);
                line.push_str(&blanks);
            }
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// The end of a text that fits `width`, behind `..` if something was cut.
fn end_of(text: &str, width: usize) -> Cow<'_, str> {
    if text.width() <= width {
        return Cow::Borrowed(text);
    }
    let starts = text.char_indices().map(|(at, _)| text.get(at..).unwrap_or_default());
    let end = starts.into_iter().find(|end| end.width() + 2 <= width).unwrap_or_default();
    Cow::Owned(format!("..{end}"))
}

/// The start of a text that fits `width`, before `…` if something was cut.
pub(super) fn start_of(text: &str, width: usize) -> Cow<'_, str> {
    if text.width() <= width {
        return Cow::Borrowed(text);
    }
    let mut columns = 0;
    let fits = |one: &char| {
        columns += one.width().unwrap_or(0);
        columns < width
    };
    let length = text.chars().take_while(fits).map(char::len_utf8).sum();
    let mut start = text.get(..length).unwrap_or_default();
    // some characters are wider together than alone
    while !start.is_empty() && start.width() >= width {
        start = start.char_indices().next_back().and_then(|(at, _)| start.get(..at)).unwrap_or_default();
    }
    Cow::Owned(format!("{start}{}", if width > 0 { "…" } else { "" }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_by_what_is_seen_and_give_way() {
        let row = |a: &str, b: &str, c: &str| [a.to_owned(), b.to_owned(), c.to_owned()];
        let rows = [
            row("主机", "File", "N"),
            row("a", "logs/a/very/long/path/to/eg_log_SERVER_process.log", "1,000"),
        ];
        let mut out = Vec::new();
        write(&rows, [false, false, true], (1, 44), &mut out).expect("memory");
        let text = String::from_utf8(out).expect("UTF-8");
        let expected =
            "  主机  File                               N\n  a     ..o/eg_log_SERVER_process.log  1,000\n";
        assert_eq!(text, expected);
        assert!(text.lines().all(|line| line.width() <= 44), "{text}");
    }

    #[test]
    fn the_start_of_a_text_fits() {
        for (width, expected) in [(8, "主机 abc"), (7, "主机 a…"), (3, "主…"), (2, "…"), (1, "…"), (0, "")]
        {
            assert_eq!(start_of("主机 abc", width), expected, "{width}");
            assert!(start_of("\u{2764}\u{fe0f}\u{2764}\u{fe0f}\u{2764}\u{fe0f}", width).width() <= width);
        }
    }
}
