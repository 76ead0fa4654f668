//! The menu of attributes that events may share with the selected one: to keep, or to exclude, these events.

use ratatui::Frame;
use ratatui::crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::Rect;
use spoglight_query::Field;

use crate::context::Context;
use crate::keys::Key::{Char, Code};
use crate::keys::{Action, Attribute, Binding, PaneId, bind};
use crate::model::Model;
use crate::pane::{Outcome, Pane, Region};
use crate::ui::{MatchMenu, Ui};
use crate::widgets::{key_box, key_rows};

const fn field(key: &'static [crate::keys::Key], description: &'static str, field: Field) -> Binding {
    bind(key, description, Action::Match(Attribute::Field(field)))
}

const BINDINGS: &[Binding] = &[
    field(&[Char('s')], "source", Field::Source),
    field(&[Char('h')], "server", Field::Host),
    field(&[Char('p')], "process", Field::Process),
    field(&[Char('t')], "thread", Field::Thread),
    field(&[Char('c')], "class", Field::Class),
    field(&[Char('i')], "session", Field::Session),
    bind(&[Char('l')], "level", Action::Match(Attribute::Level)),
    bind(&[Char('m')], "message, ignoring numbers and ids", Action::Match(Attribute::Template)),
    bind(&[Code(KeyCode::Esc)], "cancel", Action::Close).hint("cancel"),
];

/// The menu.
#[derive(Default)]
pub(crate) struct Menu;

impl Pane for Menu {
    fn id(&self) -> PaneId {
        PaneId("menu")
    }

    fn region(&self) -> Region {
        Region::Overlay
    }

    fn is_open(&self, ui: &Ui) -> bool {
        ui.menu.is_some()
    }

    fn bindings(&self) -> &'static [Binding] {
        BINDINGS
    }

    fn handle(&mut self, action: Action, context: &mut Context<'_, '_>) -> Outcome {
        let menu = context.ui.menu.take();
        match action {
            Action::Match(attribute) => context.match_current(attribute, menu == Some(MatchMenu::Exclude)),
            Action::Close => {}
            _ => return Outcome::Ignored,
        }
        Outcome::Done
    }

    fn type_key(&mut self, _key: &KeyEvent, context: &mut Context<'_, '_>) -> Outcome {
        context.ui.menu = None;
        Outcome::Done
    }

    fn draw(&mut self, frame: &mut Frame<'_>, area: Rect, _model: &Model<'_>, ui: &mut Ui) -> Rect {
        let title = match ui.menu {
            Some(MatchMenu::Exclude) => "Exclude events with the same",
            _ => "Keep events with the same",
        };
        key_box(frame, area, title, &[key_rows(BINDINGS)], 0, ui.theme);
        area
    }
}
