//! Parts that several panes draw with: frames, scroll bars, boxes of keys, wrapped text.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Borders, Clear, Paragraph};
use regex::Regex;
use spoglight_parsers::Level;
use spoglight_text::sanitize::clean;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::keys::{Binding, NAMES};
use crate::theme::Theme;

/// Columns of the labels in [`WrappedLines`].
const LABEL: usize = 9;

/// A key and what it does; both empty for an empty line.
pub(crate) type KeyRow = (String, String);

/// Draws the frame of a pane, if there is room for one. Returns the area inside.
pub(crate) fn pane_frame(
    frame: &mut Frame<'_>,
    area: Rect,
    title: &str,
    has_focus: bool,
    theme: Theme,
) -> Rect {
    if area.height < 4 || area.width < 20 {
        return area;
    }
    let title = Span::styled(format!(" {title} "), if has_focus { theme.strong() } else { theme.faint() });
    let block = Block::new()
        .borders(Borders::TOP | Borders::LEFT)
        .border_set(theme.borders())
        .border_style(theme.border(has_focus))
        .title(title);
    let inner = block.inner(area);
    frame.render_widget(block, area);
    inner
}

/// Draws, at the right edge of `area`, which `height` rows of `count` are on the screen from row `top` on.
pub(crate) fn scrollbar(
    frame: &mut Frame<'_>,
    area: Rect,
    top: usize,
    height: usize,
    count: usize,
    theme: Theme,
) {
    if count <= height || area.height == 0 || area.width == 0 {
        return;
    }
    let rows = usize::from(area.height);
    let length = (height * rows / count).clamp(1, rows);
    let start = (top * rows / count).min(rows - length);
    for row in start..start + length {
        if let Some(cell) = frame.buffer_mut().cell_mut((area.right() - 1, area.y + row as u16)) {
            cell.set_symbol(theme.either("▐", "|")).set_style(theme.faint());
        }
    }
}

/// Draws one line of text at row `row` of `area`.
pub(crate) fn row(frame: &mut Frame<'_>, area: Rect, row: usize, line: Line<'_>) {
    frame.render_widget(line, Rect { y: area.y + row as u16, height: 1, ..area });
}

/// Names and descriptions of bindings.
pub(crate) fn key_rows<'b>(bindings: impl IntoIterator<Item = &'b Binding>) -> Vec<KeyRow> {
    let row = |binding: &Binding| (binding.names(), binding.description.to_owned());
    bindings.into_iter().map(row).collect()
}

/// Draws a box in the middle with columns of keys, one below the other if they do not fit side by side. Returns the first row
/// on the screen, which is at most so far down that the last row is at the bottom.
pub(crate) fn key_box(
    frame: &mut Frame<'_>,
    whole: Rect,
    title: &str,
    columns: &[Vec<KeyRow>],
    top: usize,
    theme: Theme,
) -> usize {
    let width_of =
        |rows: &[KeyRow]| rows.iter().map(|(_, text)| NAMES + 2 + text.width()).max().unwrap_or(0) + 2;
    let widths: Vec<usize> = columns.iter().map(|rows| width_of(rows)).collect();
    let is_beside = widths.iter().sum::<usize>() + 4 <= usize::from(whole.width);
    let (width, count) = if is_beside {
        (widths.iter().sum::<usize>(), columns.iter().map(Vec::len).max().unwrap_or(0))
    } else {
        (widths.iter().copied().max().unwrap_or(0), columns.iter().map(Vec::len).sum())
    };
    let inner = box_frame(frame, whole, title, (width, count), theme);
    let rows = usize::from(inner.height);
    let top = top.min(count.saturating_sub(rows));
    let line = |(names, text): &KeyRow| {
        Line::from(vec![Span::styled(format!(" {names:<NAMES$} "), theme.key()), Span::raw(text.clone())])
    };
    if is_beside {
        let mut x = inner.x;
        for (column, width) in columns.iter().zip(widths) {
            let lines: Vec<Line<'_>> = column.iter().skip(top).map(line).collect();
            let area = Rect { x, width: (width as u16).min(inner.right().saturating_sub(x)), ..inner };
            frame.render_widget(Paragraph::new(lines), area);
            x += width as u16;
        }
    } else {
        let lines: Vec<Line<'_>> = columns.iter().flatten().skip(top).map(line).collect();
        frame.render_widget(Paragraph::new(lines), inner);
    }
    scrollbar(frame, inner, top, rows, count, theme);
    top
}

/// Draws the frame of a box in the middle, for content of this width and height. Returns the area inside.
fn box_frame(frame: &mut Frame<'_>, whole: Rect, title: &str, content: (usize, usize), theme: Theme) -> Rect {
    let width = (content.0.max(title.width() + 2) + 4).min(usize::from(whole.width)) as u16;
    let height = (content.1 + 2).min(usize::from(whole.height)) as u16;
    let (x, y) = (whole.x + (whole.width - width) / 2, whole.y + (whole.height - height) / 2);
    let area = Rect { x, y, width, height };
    let block = Block::bordered()
        .border_set(theme.borders())
        .border_style(theme.border(true))
        .title(Span::styled(format!(" {title} "), theme.strong()));
    let inner = block.inner(area);
    frame.render_widget(Clear, area);
    frame.render_widget(block, area);
    inner
}

/// The beginning of a text that fits in `width` columns, with a mark if it is not all of it.
pub(crate) fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let end = if text.is_ascii() { '~' } else { '…' };
    let mut used = 0;
    let mut out = String::new();
    for letter in text.chars() {
        let wide = letter.width().unwrap_or(0);
        if used + wide + 1 > width {
            break;
        }
        used += wide;
        out.push(letter);
    }
    if width > 0 {
        out.push(end);
    }
    out
}

/// Text in lines of `width` columns. Logs are not prose: words are cut where the line ends.
pub(crate) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for letter in text.chars() {
        let wide = letter.width().unwrap_or(0);
        if used + wide > width.max(2) {
            lines.push(String::new());
            used = 0;
        }
        used += wide;
        if let Some(line) = lines.last_mut() {
            line.push(letter);
        }
    }
    lines
}

/// Adds a text in which hits of the search are highlighted.
pub(crate) fn painted(
    text: &str,
    what: Option<&Regex>,
    style: Style,
    hit: Style,
    spans: &mut Vec<Span<'static>>,
) {
    let mut end = 0;
    let hits = what.into_iter().flat_map(|what| what.find_iter(text)).filter(|found| !found.is_empty());
    for found in hits {
        spans.push(Span::styled(text.get(end..found.start()).unwrap_or_default().to_owned(), style));
        spans.push(Span::styled(found.as_str().to_owned(), hit));
        end = found.end();
    }
    spans.push(Span::styled(text.get(end..).unwrap_or_default().to_owned(), style));
}

/// Name of a level in a list, at most five columns.
pub(crate) fn level_word(level: Level) -> &'static str {
    match level {
        Level::Fatal => "FATAL",
        Level::Error => "ERROR",
        Level::Warn => "WARN",
        Level::Info => "INFO",
        Level::Perf => "PERF",
        Level::Dbquery => "DBQRY",
        Level::Debug => "DEBUG",
        Level::Trace => "TRACE",
        Level::Unknown => "?",
        Level::None => "",
    }
}

/// Lines of text that fit the width of a pane.
pub(crate) struct WrappedLines {
    theme: Theme,
    width: usize,
    lines: Vec<Line<'static>>,
}

impl WrappedLines {
    pub(crate) fn new(theme: Theme, width: usize) -> WrappedLines {
        WrappedLines { theme, width, lines: Vec::new() }
    }

    pub(crate) fn into_lines(self) -> Vec<Line<'static>> {
        self.lines
    }

    pub(crate) fn blank(&mut self) {
        self.lines.push(Line::default());
    }

    /// A label and its value, broken at any character; nothing if the value is empty.
    pub(crate) fn field(&mut self, label: &str, value: &str, style: Style) {
        self.labelled(label, value, style, &wrapped);
    }

    /// A label and sentences, broken between words; nothing if there are none.
    pub(crate) fn prose(&mut self, label: &str, value: &str, style: Style) {
        let wrap = |value: &str, width: usize| {
            textwrap::wrap(value, width).into_iter().map(std::borrow::Cow::into_owned).collect()
        };
        self.labelled(label, value, style, &wrap);
    }

    fn labelled(
        &mut self,
        label: &str,
        value: &str,
        style: Style,
        wrap: &dyn Fn(&str, usize) -> Vec<String>,
    ) {
        if value.trim().is_empty() {
            return;
        }
        let value = self.theme.text(&clean(value.trim())).into_owned();
        let label = self.theme.text(&clean(label)).into_owned();
        let width = self.width.saturating_sub(LABEL + 1).max(8);
        for (at, line) in wrap(&value, width).into_iter().enumerate() {
            let label = if at == 0 { format!("{label:<LABEL$} ") } else { " ".repeat(LABEL + 1) };
            self.lines
                .push(Line::from(vec![Span::styled(label, self.theme.faint()), Span::styled(line, style)]));
        }
    }

    /// Text without a label.
    pub(crate) fn text(&mut self, text: &str, style: Style) {
        for line in text.lines() {
            let line = self.theme.text(&clean(line.trim_end_matches('\r'))).into_owned();
            for part in wrapped(&line, self.width) {
                self.lines.push(Line::styled(part, style));
            }
        }
    }
}
