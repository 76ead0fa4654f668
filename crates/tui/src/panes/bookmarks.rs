//! Bookmarked events with their notes.

use ratatui::Frame;
use ratatui::crossterm::event::KeyCode;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use spoglight_browse::event_id::EventId;

use crate::context::Context;
use crate::keys::Key::{Char, Code};
use crate::keys::{Action, Binding, PaneId, bind};
use crate::list::Cursor;
use crate::model::Model;
use crate::pane::{Mouse, Outcome, Pane, Region};
use crate::prompt::{ExportScope, PromptKind};
use crate::ui::Ui;
use crate::widgets::{cut, level_word, pane_frame, row, scrollbar};
use spoglight_text::sanitize::clean;

const ID: PaneId = PaneId("bookmarks");

const BINDINGS: &[Binding] = &[
    bind(&[Code(KeyCode::Enter)], "go to it", Action::Open).hint("go to it"),
    bind(&[Char('a')], "edit its note", Action::Annotate).hint("note"),
    bind(&[Char('m'), Code(KeyCode::Delete)], "remove it", Action::Bookmark).hint("remove"),
    bind(&[Char('x')], "export", Action::Export).hint("export"),
    bind(&[Char('y')], "copy the event", Action::Copy),
];

/// The list of bookmarks.
#[derive(Debug, Default)]
pub(crate) struct Bookmarks {
    cursor: Cursor,
}

impl Bookmarks {
    fn chosen(&self, model: &Model<'_>) -> Option<EventId> {
        model.bookmarks_in_order().get(self.cursor.at).copied()
    }

    fn act(action: Action, event: EventId, context: &mut Context<'_, '_>) {
        match action {
            Action::Open => context.go_to(event),
            Action::Annotate => context.open_prompt(PromptKind::Note(event)),
            Action::Copy => context.copy(context.model.text(event)),
            _ if context.model.bookmarks.get(&event).is_some_and(|note| !note.is_empty()) => {
                context.open_prompt(PromptKind::Remove(event));
            }
            _ => {
                context.model.bookmarks.remove(&event);
                context.model.touch();
            }
        }
    }

    fn draw_row(model: &Model<'_>, ui: &Ui, event: EventId, width: usize) -> Line<'static> {
        let theme = ui.theme;
        let line = model.data.line(event);
        let note = model.bookmarks.get(&event).cloned().unwrap_or_default();
        let time = model.data.time(event, model.zone);
        let note = if note.is_empty() { String::new() } else { format!("{}  ", clean(&note)) };
        let text = cut(&theme.text(&format!("{note}{}", line.text)), width.saturating_sub(31));
        Line::from(vec![
            Span::styled(format!("{time:<24}"), theme.faint()),
            Span::styled(format!("{:<5} ", level_word(line.level)), theme.level(line.level)),
            Span::styled(text, Style::new()),
        ])
    }
}

impl Pane for Bookmarks {
    fn id(&self) -> PaneId {
        ID
    }

    fn region(&self) -> Region {
        Region::Screen
    }

    fn opener(&self) -> Option<Binding> {
        Some(bind(&[Char('4')], "bookmarks", Action::Show(ID)))
    }

    fn bindings(&self) -> &'static [Binding] {
        BINDINGS
    }

    fn handle(&mut self, action: Action, context: &mut Context<'_, '_>) -> Outcome {
        let count = context.model.bookmarks.len();
        match action {
            Action::Open | Action::Annotate | Action::Bookmark | Action::Copy => {
                if let Some(event) = self.chosen(context.model) {
                    Self::act(action, event, context);
                }
            }
            Action::Export => context.open_prompt(PromptKind::Export(ExportScope::Bookmarks)),
            _ if self.cursor.handle(action, &(0..count)) => {}
            _ => return Outcome::Ignored,
        }
        Outcome::Done
    }

    fn draw(&mut self, frame: &mut Frame<'_>, area: Rect, model: &Model<'_>, ui: &mut Ui) -> Rect {
        let theme = ui.theme;
        let area = pane_frame(frame, area, "Bookmarks", true, theme);
        let order = model.bookmarks_in_order();
        let height = usize::from(area.height);
        self.cursor.fit(&(0..order.len()), height);
        if order.is_empty() {
            let text = "No bookmarks yet. In the timeline, m adds one and a adds a note.";
            frame.render_widget(Line::styled(text, theme.faint()), area);
            return area;
        }
        for (at, event) in order.iter().enumerate().skip(self.cursor.top).take(height) {
            let line = Self::draw_row(model, ui, *event, usize::from(area.width));
            let line = if at == self.cursor.at { theme.chosen(line, true) } else { line };
            row(frame, area, at - self.cursor.top, line);
        }
        scrollbar(frame, area, self.cursor.top, height, order.len(), theme);
        area
    }

    fn hit(&mut self, mouse: Mouse, at: Position, area: Rect, context: &mut Context<'_, '_>) -> Outcome {
        let count = context.model.bookmarks.len();
        match mouse {
            Mouse::Press => self.cursor.click(at.y - area.y, &(0..count)),
            Mouse::Wheel(by) => self.cursor.step(by, &(0..count)),
            Mouse::Drag | Mouse::Release => {}
        }
        Outcome::Done
    }
}
