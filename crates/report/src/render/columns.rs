//! Columns of text, aligned by their width on a terminal and not by bytes.

use std::borrow::Cow;
use std::io;

use spoglight_text::sanitize::clean;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::wrap::Line;
use crate::document::{Align, Column, RichText, Span, Style, Table, TableRow, WidthClass};

/// Minimum width of an elastic column.
const NARROWEST: usize = 24;

/// Receives the lines of a table.
type Sink<'a> = dyn FnMut(Line) -> io::Result<()> + 'a;

/// Wraps a text beside an indent.
type Wrap<'a> = dyn Fn(RichText, usize) -> Vec<Line> + 'a;

/// Writes a table in at most `width` columns. Cells of elastic columns are cut at their start; if that is not enough,
/// each row becomes a few lines of text.
pub(super) fn write(
    table: &Table,
    indent: usize,
    width: usize,
    sink: &mut Sink<'_>,
    wrap: &Wrap<'_>,
) -> io::Result<()> {
    let gap = gap(table);
    let mut widths = widths(table);
    let least = table.columns.iter().zip(&widths).map(|(column, width)| match column.width {
        WidthClass::Fixed => gap + width,
        WidthClass::Elastic | WidthClass::Sentence => gap + width.min(&NARROWEST),
    });
    if indent + least.sum::<usize>() > width.saturating_add(gap) {
        return table.rows.iter().try_for_each(|row| narrow(row, indent, sink, wrap));
    }
    let mut excess = (indent + widths.iter().map(|width| width + gap).sum::<usize>())
        .saturating_sub(width.saturating_add(gap));
    for (column, width) in table.columns.iter().zip(&mut widths) {
        if column.width != WidthClass::Fixed {
            let given = excess.min(width.saturating_sub(NARROWEST));
            (*width, excess) = (*width - given, excess - given);
        }
    }
    if !table.is_bare {
        let titles = table.columns.iter().map(|column| column.title.clone()).collect();
        sink(row(table, &TableRow { cells: titles, ..TableRow::default() }, &widths, indent))?;
    }
    table.rows.iter().try_for_each(|cells| sink(row(table, cells, &widths, indent)))
}

/// Spaces between two columns.
fn gap(table: &Table) -> usize {
    if table.is_bare { 1 } else { 2 }
}

/// Columns of the widest cell of each column.
fn widths(table: &Table) -> Vec<usize> {
    let title = |column: &Column| if table.is_bare { 0 } else { clean(&column.title).width() };
    let mut widths: Vec<usize> = table.columns.iter().map(title).collect();
    for row in &table.rows {
        for (width, cell) in widths.iter_mut().zip(&row.cells) {
            *width = (*width).max(clean(cell).width());
        }
    }
    widths
}

/// A row in one line. Only severities have a style: other cells are plain, so that a row is one span.
fn row(table: &Table, row: &TableRow, widths: &[usize], indent: usize) -> Line {
    let mut line: Line = vec![Span::new(Style::Plain, " ".repeat(indent))];
    for ((cell, width), column) in row.cells.iter().zip(widths).zip(&table.columns) {
        let cell = clean(cell);
        let cell = match column.width {
            WidthClass::Sentence => start_of(&cell, *width),
            WidthClass::Fixed | WidthClass::Elastic => end_of(&cell, *width),
        };
        let blanks = " ".repeat(width - cell.width());
        let (before, after) = match column.align {
            Align::Right => (blanks, String::new()),
            Align::Left => (String::new(), blanks),
        };
        push(&mut line, Style::Plain, &before);
        let style = match row.style(column) {
            style @ Style::Severity(Some(_)) => style,
            _ => Style::Plain,
        };
        push(&mut line, style, &cell);
        push(&mut line, Style::Plain, &format!("{after}{}", " ".repeat(gap(table))));
    }
    if let Some(last) = line.last_mut() {
        last.text.truncate(last.text.trim_end().len());
    }
    line
}

/// Appends text to a line.
fn push(line: &mut Line, style: Style, text: &str) {
    match line.last_mut() {
        Some(last) if last.style == style => last.text.push_str(text),
        _ => line.push(Span::new(style, text)),
    }
}

/// A row as a headline and details.
fn narrow(row: &TableRow, indent: usize, sink: &mut Sink<'_>, wrap: &Wrap<'_>) -> io::Result<()> {
    for (index, text) in row.narrow.iter().enumerate() {
        let indent = if index == 0 { indent } else { indent + 4 };
        for mut line in wrap(text.clone(), indent) {
            line.insert(0, Span::new(Style::Plain, " ".repeat(indent)));
            sink(line)?;
        }
    }
    Ok(())
}

/// The end of a text that fits `width`, after `..` if something was cut.
fn end_of(text: &str, width: usize) -> Cow<'_, str> {
    if text.width() <= width {
        return Cow::Borrowed(text);
    }
    let starts = text.char_indices().map(|(at, _)| text.get(at..).unwrap_or_default());
    let end = starts.into_iter().find(|end| end.width() + 2 <= width).unwrap_or_default();
    Cow::Owned(format!("..{end}"))
}

/// The start of a text that fits `width`, before `…` if something was cut.
pub(crate) fn start_of(text: &str, width: usize) -> Cow<'_, str> {
    if text.width() <= width {
        return Cow::Borrowed(text);
    }
    let mut columns = 0;
    let fits = |letter: &char| {
        columns += letter.width().unwrap_or(0);
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

    fn table() -> Table {
        let row = |cells: [&str; 3]| TableRow {
            cells: cells.map(str::to_owned).to_vec(),
            narrow: vec![RichText::plain(cells[1]), RichText::plain(cells[2])],
            severity: None,
        };
        Table {
            columns: vec![Column::text("主机"), Column::path("File"), Column::number("N")],
            rows: vec![row(["a", "logs/a/very/long/path/to/eg_log_SERVER_process.log", "1,000"])],
            is_bare: false,
        }
    }

    fn lines(width: usize) -> String {
        let mut out = String::new();
        let wrap = |text: RichText, _| vec![text.0];
        let mut sink = |line: Line| {
            out.extend(line.iter().map(|span| span.text.as_str()).chain(["\n"]));
            Ok(())
        };
        write(&table(), 2, width, &mut sink, &wrap).expect("memory");
        out
    }

    #[test]
    fn columns_are_aligned_by_what_is_seen_and_give_way() {
        let text = lines(44);
        let expected =
            "  主机  File                               N\n  a     ..o/eg_log_SERVER_process.log  1,000\n";
        assert_eq!(text, expected);
        assert!(text.lines().all(|line| line.width() <= 44), "{text}");
    }

    #[test]
    fn a_bare_table_has_no_titles_and_cuts_sentences_at_their_end() {
        use spoglight_signatures::Severity;
        let columns = vec![
            Column { style: Style::Severity(None), ..Column::text("Severity") },
            Column::sentence("Finding"),
            Column::number("Messages"),
        ];
        let cells = ["HIGH", "A mailbox cannot be read any more, for a long reason", "7x"].map(str::to_owned);
        let row = TableRow { cells: cells.to_vec(), narrow: Vec::new(), severity: Some(Severity::High) };
        let table = Table { columns, rows: vec![row], is_bare: true };
        let mut lines = Vec::new();
        let mut sink = |line: Line| {
            lines.push(line);
            Ok(())
        };
        write(&table, 0, 40, &mut sink, &|text, _| vec![text.0]).expect("memory");
        let expected = vec![
            Span::new(Style::Severity(Some(Severity::High)), "HIGH"),
            Span::new(Style::Plain, " A mailbox cannot be read any mo… 7x"),
        ];
        let shown: Vec<Line> = lines
            .into_iter()
            .map(|line| line.into_iter().filter(|span| !span.text.is_empty()).collect())
            .collect();
        assert_eq!(shown, [expected]);
    }

    #[test]
    fn a_table_without_width_becomes_lines() {
        assert_eq!(lines(30), "  logs/a/very/long/path/to/eg_log_SERVER_process.log\n      1,000\n");
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
