//! The mouse: it does what keys do, and nothing that only it can do.

use ratatui::crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::{Position, Rect};

use super::app::{App, Focus, Screen};
use spoglight_browse::view::border;

/// Rows that a turn of the wheel moves.
const WHEEL: isize = 3;

impl App<'_> {
    /// Something was done with it.
    pub(super) fn mouse(&mut self, mouse: MouseEvent) {
        if self.help.is_some() || self.prompt.is_some() || self.menu.is_some() {
            return;
        }
        let at = Position::new(mouse.column, mouse.row);
        let in_chart = self.areas.chart.contains(at);
        match mouse.kind {
            MouseEventKind::ScrollDown => self.wheel(at, WHEEL),
            MouseEventKind::ScrollUp => self.wheel(at, -WHEEL),
            MouseEventKind::Down(MouseButton::Left) if in_chart => {
                self.drag = Some((mouse.column, mouse.column));
            }
            MouseEventKind::Drag(MouseButton::Left) => {
                if let Some(drag) = &mut self.drag {
                    drag.1 = mouse.column;
                }
            }
            MouseEventKind::Up(MouseButton::Left) => self.drop_drag(),
            MouseEventKind::Down(MouseButton::Left) => self.click(at),
            _ => {}
        }
    }

    fn wheel(&mut self, at: Position, by: isize) {
        if self.screen == Screen::Timeline {
            let focus = self.focus;
            if self.areas.detail.contains(at) {
                return self.detail.scroll(by);
            }
            self.focus = if self.areas.tree.contains(at) { Focus::Tree } else { Focus::List };
            self.with_list(|cursor, range| cursor.page(by, range));
            self.focus = focus;
        } else {
            self.step(by);
        }
    }

    fn click(&mut self, at: Position) {
        let row = |area: Rect| usize::from(at.y.saturating_sub(area.y));
        if self.screen == Screen::Timeline && self.areas.detail.contains(at) {
            self.focus = Focus::Detail;
        } else if self.screen == Screen::Timeline && self.areas.tree.contains(at) {
            self.focus = Focus::Tree;
            let place = self.tree.top + row(self.areas.tree);
            let was = self.tree.at;
            self.with_list(|cursor, range| cursor.go(place, range));
            if was == self.tree.at {
                self.toggle_source();
            }
        } else if self.areas.list.contains(at) {
            self.focus = Focus::List;
            let rows = row(self.areas.list);
            self.with_list(|cursor, range| cursor.go(cursor.top + rows, range));
        }
    }

    /// The mouse was let go on the histogram: a click goes there, a drag zooms in.
    fn drop_drag(&mut self) {
        let Some((start, end)) = self.drag.take() else { return };
        let Some(span) = self.chart_span() else { return };
        let area = self.areas.chart;
        let columns = usize::from(area.width).max(1);
        let column = |x: u16| usize::from(x.clamp(area.x, area.right().saturating_sub(1)) - area.x);
        let (first, last) = (column(start.min(end)), column(start.max(end)));
        if first == last {
            let at = self.view.place_at(&self.data.index, border(span, first, columns));
            self.focus = Focus::List;
            self.go(at);
        } else {
            let window = (border(span, first, columns), border(span, last + 1, columns).saturating_sub(1));
            self.narrow.set_window(Some(window));
            self.rewindow();
        }
    }
}
