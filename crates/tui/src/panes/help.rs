//! Help: all keys of the pane that has the focus, made from the bindings.

use ratatui::Frame;
use ratatui::crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::Rect;

use crate::context::Context;
use crate::keys::Key::{Char, Code, Ctrl};
use crate::keys::{Action, Binding, MOVES, PaneId, bind};
use crate::model::Model;
use crate::pane::{Outcome, Pane, Region};
use crate::ui::Ui;
use crate::widgets::{KeyRow, key_box, key_rows};

/// Rows of a page.
const PAGE: usize = 10;

const BINDINGS: &[Binding] = &[
    bind(&[Char('j'), Code(KeyCode::Down), Ctrl('n')], "scroll down", Action::ScrollDown).hint("scroll down"),
    bind(&[Char('k'), Code(KeyCode::Up), Ctrl('p')], "scroll up", Action::ScrollUp).hint("scroll up"),
    bind(&[Char(' '), Code(KeyCode::PageDown), Ctrl('f'), Ctrl('d')], "page down", Action::PageDown),
    bind(&[Char('b'), Code(KeyCode::PageUp), Ctrl('b'), Ctrl('u')], "page up", Action::PageUp),
    bind(&[Code(KeyCode::Esc)], "close", Action::Close).hint("close"),
];

/// Rows of the smallest screen with hints below the help.
const HINTED: u16 = 10;

/// The help page.
#[derive(Default)]
pub(crate) struct Help;

/// The two columns of the help for a pane with these bindings.
fn columns(own: &[Binding], everywhere: &[Binding]) -> [Vec<KeyRow>; 2] {
    let mut second = key_rows(MOVES);
    second.push(KeyRow::default());
    second.extend(key_rows(everywhere));
    [key_rows(own), second]
}

impl Pane for Help {
    fn id(&self) -> PaneId {
        PaneId("help")
    }

    fn region(&self) -> Region {
        Region::Overlay
    }

    fn is_open(&self, ui: &Ui) -> bool {
        ui.help.is_some()
    }

    fn bindings(&self) -> &'static [Binding] {
        BINDINGS
    }

    fn handle(&mut self, action: Action, context: &mut Context<'_, '_>) -> Outcome {
        let top = context.ui.help.unwrap_or(0);
        context.ui.help = match action {
            Action::ScrollDown => Some(top + 1),
            Action::ScrollUp => Some(top.saturating_sub(1)),
            Action::PageDown => Some(top + PAGE),
            Action::PageUp => Some(top.saturating_sub(PAGE)),
            Action::Close => None,
            _ => return Outcome::Ignored,
        };
        Outcome::Done
    }

    fn type_key(&mut self, _key: &KeyEvent, context: &mut Context<'_, '_>) -> Outcome {
        context.ui.help = None;
        Outcome::Done
    }

    fn draw(&mut self, frame: &mut Frame<'_>, area: Rect, _model: &Model<'_>, ui: &mut Ui) -> Rect {
        let columns = columns(ui.bindings, &ui.everywhere);
        let title = "Keys (j/k scroll, any other key closes)";
        // the last line has the hints
        let area = Rect { height: area.height.saturating_sub(u16::from(area.height > HINTED)), ..area };
        let top = key_box(frame, area, title, &columns, ui.help.unwrap_or(0), ui.theme);
        ui.help = Some(top);
        area
    }
}
