//! The histogram: events over the whole time by class, what of it the list shows, and where findings are.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use super::app::App;
use spoglight_browse::view::{Class, Counts, border};
use spoglight_time::Moment;

/// Columns between two times below it.
const LABEL: usize = 26;

/// Classes from the bottom of a bar to its top.
const STACK: [Class; Class::COUNT] = [Class::Error, Class::Warning, Class::Info, Class::Other];

/// What stands for a class where there are no colours.
const PLAIN: [&str; Class::COUNT] = ["#", "=", "-", "."];

/// Eighths of a cell.
const EIGHTHS: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

impl App<'_> {
    /// The time that the histogram is of.
    pub(super) fn chart_span(&self) -> Option<(i64, i64)> {
        let whole = self.view.span(&self.data.index);
        self.narrow.window().or(whole)
    }

    /// Draws bars, a row that marks view and findings, and a row of times.
    pub(super) fn draw_chart(&mut self, frame: &mut Frame<'_>, area: Rect) {
        self.areas.chart = Rect::default();
        if area.height < 3 {
            return;
        }
        let Some(span) = self.chart_span() else { return };
        self.areas.chart = Rect { height: area.height - 1, ..area };
        let columns = usize::from(area.width);
        let counts = self.view.histogram(&self.data.index, span, columns);
        let height = area.height - 2;
        let most = counts.iter().map(|counts| counts.iter().sum::<u32>()).max().unwrap_or(0).max(1);
        for (column, counts) in counts.iter().enumerate() {
            self.draw_bar(frame, Rect { x: area.x + column as u16, width: 1, height, ..area }, counts, most);
        }
        self.draw_marks(frame, Rect { y: area.y + height, height: 1, ..area }, span);
        self.draw_times(frame, Rect { y: area.y + height + 1, height: 1, ..area }, span);
    }

    fn draw_bar(&self, frame: &mut Frame<'_>, area: Rect, counts: &Counts, most: u32) {
        let theme = self.options.theme;
        let levels = heights(counts, most, u32::from(area.height) * 8);
        let selected =
            self.drag.is_some_and(|(one, other)| (one.min(other)..=one.max(other)).contains(&area.x));
        for row in 0..area.height {
            // eighths of the bar below this cell
            let floor = u32::from(row) * 8;
            let y = area.bottom() - 1 - row;
            let Some(cell) = frame.buffer_mut().cell_mut((area.x, y)) else { continue };
            if selected {
                cell.set_style(Style::new().add_modifier(Modifier::REVERSED));
            }
            let Some(lower) = levels.iter().position(|top| *top > floor) else { continue };
            let top = levels.get(lower).copied().unwrap_or(floor).min(floor + 8);
            let class = STACK.get(lower).copied().unwrap_or(Class::Other);
            if theme.ascii || !theme.colour {
                cell.set_symbol(PLAIN.get(class as usize).copied().unwrap_or("#"));
                continue;
            }
            let eighths = (top - floor) as usize;
            cell.set_symbol(EIGHTHS.get(eighths).copied().unwrap_or("█")).set_fg(theme.class(class));
            // what lies on it in the same cell is its background
            let upper = levels.iter().skip(lower + 1).position(|top| *top >= floor + 8);
            if let Some(upper) = upper.and_then(|upper| STACK.get(lower + 1 + upper)).filter(|_| eighths < 8)
            {
                cell.set_bg(theme.class(*upper));
            }
        }
    }

    /// Which part of it is on the screen, and where findings are.
    fn draw_marks(&self, frame: &mut Frame<'_>, area: Rect, span: (i64, i64)) {
        let theme = self.options.theme;
        let columns = usize::from(area.width);
        let index = &self.data.index;
        let key = |at: usize| self.view.get(at).map(|number| index.key(number).0);
        let last =
            (self.cursor.top + self.cursor.height.saturating_sub(1)).min(self.view.len().saturating_sub(1));
        let seen = key(self.cursor.top).zip(key(last));
        let here = key(self.cursor.at);
        let column = |utc: i64| column_of(span, utc, columns);
        let seen = seen.map(|(from, to)| (column(from), column(to)));
        let here = here.filter(|utc| *utc != i64::MAX).map(column);
        let mut cells: Vec<Span<'_>> = (0..columns)
            .map(|at| match (seen, here) {
                (_, Some(here)) if here == at => Span::styled(theme.either("▲", "^"), theme.key()),
                (Some((from, to)), _) if (from..=to).contains(&at) => {
                    Span::styled(theme.either("━", "="), theme.key())
                }
                _ => Span::styled(theme.either("─", "-"), theme.faint()),
            })
            .collect();
        // the worst are told last, and so are seen
        let findings = self.data.analysis.as_ref().map(|analysis| &analysis.findings);
        for (number, finding) in
            findings.into_iter().flatten().enumerate().take(9).collect::<Vec<_>>().into_iter().rev()
        {
            let Some(Moment::Utc(first)) = finding.first else { continue };
            if !(span.0..=span.1).contains(&first) {
                continue;
            }
            if let Some(cell) = cells.get_mut(column(first)) {
                *cell = Span::styled((number + 1).to_string(), theme.severity(Some(finding.severity)));
            }
        }
        frame.render_widget(Line::from(cells), area);
    }

    fn draw_times(&self, frame: &mut Frame<'_>, area: Rect, span: (i64, i64)) {
        let columns = usize::from(area.width);
        let count = (columns / LABEL).max(1);
        let is_short = span.1.saturating_sub(span.0) < 600_000_000_000;
        let mut text = String::new();
        for label in 0..count {
            let at = columns * label / count;
            let utc = border(span, at, columns);
            let when = self.when(utc);
            let when = if label == 0 { when.get(..19) } else { when.get(5..if is_short { 23 } else { 19 }) };
            while text.len() < at {
                text.push(' ');
            }
            text.push_str(when.unwrap_or_default());
        }
        text.truncate(columns);
        frame.render_widget(Line::styled(text, self.options.theme.faint()), area);
    }
}

/// The rows that it should have on a screen of so many.
pub(super) fn rows_of(screen: u16) -> u16 {
    match screen {
        0..14 => 0,
        14..20 => 3,
        20..32 => 4,
        32..48 => 6,
        _ => 8,
    }
}

/// The column of a moment.
fn column_of((from, to): (i64, i64), utc: i64, columns: usize) -> usize {
    let length = i128::from(to) - i128::from(from) + 1;
    let into = i128::from(utc) - i128::from(from);
    let column = into.clamp(0, length - 1) * columns as i128 / length;
    (column as usize).min(columns.saturating_sub(1))
}

/// How far up each class of a bar reaches, in eighths of a row. What is there is seen, however little it is.
fn heights(counts: &Counts, most: u32, full: u32) -> [u32; Class::COUNT] {
    let mut tops = [0; Class::COUNT];
    let mut below = 0u32;
    for (top, class) in tops.iter_mut().zip(STACK) {
        let count = counts[class as usize];
        let share = (u64::from(count) * u64::from(full)).div_ceil(u64::from(most)) as u32;
        let least = if class == Class::Error { 3 } else { 1 };
        below = if count > 0 { (below + share.max(least)).min(full) } else { below };
        *top = below;
    }
    tops
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_there_is_seen_and_no_bar_is_too_high(counts in prop::array::uniform4(0u32..1_000_000), rows in 1u32..9) {
            let most = counts.iter().sum::<u32>().max(1);
            let tops = heights(&counts, most, rows * 8);
            prop_assert!(tops.is_sorted() && tops[3] <= rows * 8);
            prop_assert_eq!(tops[0] > 0, counts[0] > 0, "an error is always seen");
        }

        #[test]
        fn a_moment_lies_in_the_column_that_begins_before_it(from in -1_000i64..1_000, length in 0i64..5_000, into in 0i64..5_000, columns in 1usize..300) {
            let span = (from, from + length);
            let utc = from + into.min(length);
            let column = column_of(span, utc, columns);
            prop_assert!(column < columns);
            prop_assert!(border(span, column, columns) <= utc && utc < border(span, column + 1, columns));
        }
    }
}
