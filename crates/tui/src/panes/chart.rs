//! The histogram: events over time by class of level, errors and warnings on a scale of their own; the part of it that the
//! list shows, and where findings begin.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use crate::context::Context;
use crate::keys::{Action, Binding, PaneId};
use crate::model::Model;
use crate::pane::{Mouse, Outcome, Pane, Region};
use crate::ui::Ui;
use spoglight_browse::view::{Class, LevelTotals, border};
use spoglight_report::histogram::Scale;
use spoglight_time::Timestamp;

pub(crate) const ID: PaneId = PaneId("chart");

/// Columns between two times below it.
const LABEL: usize = 26;

/// Findings that are marked, by their number.
const MARKED: usize = 9;

/// Length of a time range, in nanoseconds, below which times have fractions of seconds.
const SHORT: i64 = 600_000_000_000;

/// Classes from the bottom of a bar to its top.
const STACK: [Class; Class::COUNT] = [Class::Error, Class::Warning, Class::Info, Class::Other];

/// Characters of the classes where there are no colours.
const PLAIN: [&str; Class::COUNT] = ["#", "=", "-", "."];

/// Eighths of a cell.
const EIGHTHS: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/// The histogram. A click goes to its time, a drag shows that time range only.
#[derive(Debug, Default)]
pub(crate) struct Chart {
    /// First and last column of a drag.
    drag: Option<(u16, u16)>,
}

impl Chart {
    fn draw_bar(&self, frame: &mut Frame<'_>, area: Rect, counts: &LevelTotals, scale: Scale, ui: &Ui) {
        let theme = ui.theme;
        let levels = scale.ends(counts.map(u64::from), usize::from(area.height) * 8);
        let is_dragged =
            self.drag.is_some_and(|(start, end)| (start.min(end)..=start.max(end)).contains(&area.x));
        for row in 0..area.height {
            let y = area.bottom() - 1 - row;
            let Some(cell) = frame.buffer_mut().cell_mut((area.x, y)) else { continue };
            if is_dragged {
                cell.set_style(Style::new().add_modifier(Modifier::REVERSED));
            }
            // eighths of the bar below this cell
            let floor = usize::from(row) * 8;
            let Some(lower) = levels.iter().position(|top| *top > floor) else { continue };
            let top = levels.get(lower).copied().unwrap_or(floor).min(floor + 8);
            let class = STACK.get(lower).copied().unwrap_or(Class::Other);
            if theme.ascii || !theme.has_colour() {
                cell.set_symbol(PLAIN.get(class as usize).copied().unwrap_or("#"));
                continue;
            }
            let eighths = top - floor;
            cell.set_symbol(EIGHTHS.get(eighths).copied().unwrap_or("█")).set_fg(theme.class(class));
            // the class above in the same cell is its background
            let upper = levels.iter().skip(lower + 1).position(|top| *top >= floor + 8);
            if let Some(upper) = upper.and_then(|upper| STACK.get(lower + 1 + upper)).filter(|_| eighths < 8)
            {
                cell.set_bg(theme.class(*upper));
            }
        }
    }

    /// The mouse button is released: a click goes there, a drag zooms in.
    fn release(&mut self, area: Rect, context: &mut Context<'_, '_>) {
        let Some((start, end)) = self.drag.take() else { return };
        let Some(span) = context.model.chart_span() else { return };
        let columns = usize::from(area.width).max(1);
        let column = |x: u16| usize::from(x.clamp(area.x, area.right().saturating_sub(1)) - area.x);
        let (first, last) = (column(start.min(end)), column(start.max(end)));
        if first == last {
            let time = border(span, first, columns);
            context.ui.focus = context.ui.home;
            context.go(context.model.view.place_at(&context.model.data.index, time));
        } else {
            let end = border(span, last + 1, columns).saturating_sub(1);
            context.set_window(Some((border(span, first, columns), end)));
        }
    }
}

/// Draws which part of it is on the screen, and where findings begin.
fn draw_marks(frame: &mut Frame<'_>, area: Rect, span: (i64, i64), model: &Model<'_>, ui: &Ui) {
    let theme = ui.theme;
    let cursor = ui.selection.cursor;
    let columns = usize::from(area.width);
    let key = |at: usize| model.view.get(at).map(|event| model.data.index.key(event).0);
    let last = (cursor.top + cursor.height.saturating_sub(1)).min(model.view.len().saturating_sub(1));
    let column = |utc: i64| column_of(span, utc, columns);
    let seen = key(cursor.top).zip(key(last)).map(|(from, to)| (column(from), column(to)));
    let here = key(cursor.at).filter(|utc| *utc != i64::MAX).map(column);
    let mut cells: Vec<Span<'_>> = (0..columns)
        .map(|at| match (seen, here) {
            (_, Some(here)) if here == at => Span::styled(theme.either("▲", "^"), theme.key()),
            (Some((from, to)), _) if (from..=to).contains(&at) => {
                Span::styled(theme.either("━", "="), theme.key())
            }
            _ => Span::styled(theme.either("─", "-"), theme.faint()),
        })
        .collect();
    let findings = model.data.analysis.as_ref().map(|analysis| &analysis.findings);
    let findings: Vec<_> = findings.into_iter().flatten().enumerate().take(MARKED).collect();
    // the most severe last, so that it is the one that is seen
    for (number, finding) in findings.into_iter().rev() {
        let Some(Timestamp::Utc(first)) = finding.first else { continue };
        if !(span.0..=span.1).contains(&first) {
            continue;
        }
        if let Some(cell) = cells.get_mut(column(first)) {
            *cell = Span::styled((number + 1).to_string(), theme.severity(Some(finding.severity)));
        }
    }
    frame.render_widget(Line::from(cells), area);
}

/// Draws times below it.
fn draw_times(frame: &mut Frame<'_>, area: Rect, span: (i64, i64), model: &Model<'_>, ui: &Ui) {
    let columns = usize::from(area.width);
    let count = (columns / LABEL).max(1);
    let is_short = span.1.saturating_sub(span.0) < SHORT;
    let current = model.event_at(ui.selection.cursor.at);
    let mut text = String::new();
    for label in 0..count {
        let at = columns * label / count;
        let when = model.when(border(span, at, columns), current);
        let when = if label == 0 { when.get(..19) } else { when.get(5..if is_short { 23 } else { 19 }) };
        while text.len() < at {
            text.push(' ');
        }
        text.push_str(when.unwrap_or_default());
    }
    text.truncate(columns);
    frame.render_widget(Line::styled(text, ui.theme.faint()), area);
}

impl Pane for Chart {
    fn id(&self) -> PaneId {
        ID
    }

    fn region(&self) -> Region {
        Region::Above(rows_of)
    }

    fn bindings(&self) -> &'static [Binding] {
        &[]
    }

    fn handle(&mut self, _action: Action, _context: &mut Context<'_, '_>) -> Outcome {
        Outcome::Ignored
    }

    fn draw(&mut self, frame: &mut Frame<'_>, area: Rect, model: &Model<'_>, ui: &mut Ui) -> Rect {
        let Some(span) = model.chart_span().filter(|_| area.height >= 3) else { return Rect::default() };
        let columns = usize::from(area.width);
        let counts = model.view.histogram(&model.data.index, span, columns);
        let height = area.height - 2;
        let scale = Scale::of(counts.iter().map(|counts| counts.map(u64::from)));
        for (column, counts) in counts.iter().enumerate() {
            let bar = Rect { x: area.x + column as u16, width: 1, height, ..area };
            self.draw_bar(frame, bar, counts, scale, ui);
        }
        draw_marks(frame, Rect { y: area.y + height, height: 1, ..area }, span, model, ui);
        draw_times(frame, Rect { y: area.y + height + 1, height: 1, ..area }, span, model, ui);
        Rect { height: area.height - 1, ..area }
    }

    fn hit(&mut self, mouse: Mouse, at: Position, area: Rect, context: &mut Context<'_, '_>) -> Outcome {
        match mouse {
            Mouse::Press => {
                self.drag = Some((at.x, at.x));
                return Outcome::Capture;
            }
            Mouse::Drag => {
                if let Some(drag) = &mut self.drag {
                    drag.1 = at.x;
                }
            }
            Mouse::Release => self.release(area, context),
            Mouse::Wheel(_) => return Outcome::Ignored,
        }
        Outcome::Done
    }
}

/// Its rows on a screen of this height.
fn rows_of(screen: u16) -> u16 {
    match screen {
        0..14 => 0,
        14..20 => 3,
        20..32 => 4,
        32..48 => 6,
        _ => 8,
    }
}

/// The column of a time.
fn column_of((from, to): (i64, i64), utc: i64, columns: usize) -> usize {
    let length = i128::from(to) - i128::from(from) + 1;
    let into = i128::from(utc) - i128::from(from);
    let column = into.clamp(0, length - 1) * columns as i128 / length;
    (column as usize).min(columns.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
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
