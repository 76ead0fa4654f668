//! Help: all keys of the pane that has the focus, made from the bindings.

use ratatui::Frame;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::layout::Rect;

use crate::context::Context;
use crate::keys::Key::{Code, Ctrl};
use crate::keys::{Action, Binding, MOVES, PaneId, bind};
use crate::model::Model;
use crate::pane::{Outcome, Pane, Region};
use crate::ui::{HelpView, Ui};
use crate::widgets::{KeyRow, key_box, key_rows};
use spoglight_text::humanize::counted;

/// Rows of a page.
const PAGE: usize = 10;

const BINDINGS: &[Binding] = &[
    bind(&[Code(KeyCode::Down), Ctrl('n')], "scroll down", Action::ScrollDown).hint("scroll down"),
    bind(&[Code(KeyCode::Up), Ctrl('p')], "scroll up", Action::ScrollUp).hint("scroll up"),
    bind(&[Code(KeyCode::PageDown), Ctrl('f'), Ctrl('d')], "page down", Action::PageDown),
    bind(&[Code(KeyCode::PageUp), Ctrl('b'), Ctrl('u')], "page up", Action::PageUp),
    bind(&[Code(KeyCode::Esc), Code(KeyCode::Enter)], "close", Action::Close).hint("close"),
];

/// Rows of the smallest screen with hints below the help.
const HINTED: u16 = 10;

/// The help page.
#[derive(Default)]
pub(crate) struct Help;

/// Returns true for a key whose name is the text, or whose description contains it, in capitals or not.
fn is_found((names, description): &KeyRow, search: &str) -> bool {
    names == search || description.to_lowercase().contains(&search.to_lowercase())
}

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
        let Some(view) = &mut context.ui.help else { return Outcome::Ignored };
        match action {
            Action::ScrollDown => view.top += 1,
            Action::ScrollUp => view.top = view.top.saturating_sub(1),
            Action::PageDown => view.top += PAGE,
            Action::PageUp => view.top = view.top.saturating_sub(PAGE),
            Action::Close => context.ui.help = None,
            _ => return Outcome::Ignored,
        }
        Outcome::Done
    }

    fn type_key(&mut self, key: &KeyEvent, context: &mut Context<'_, '_>) -> Outcome {
        let Some(view) = &mut context.ui.help else { return Outcome::Ignored };
        match key.code {
            KeyCode::Char('q' | '?') if view.search.is_empty() => context.ui.help = None,
            KeyCode::Char(letter) if key.modifiers.difference(KeyModifiers::SHIFT).is_empty() => {
                view.search.push(letter);
                view.top = 0;
            }
            KeyCode::Backspace => drop(view.search.pop()),
            _ => context.ui.help = None,
        }
        Outcome::Done
    }

    fn draw(&mut self, frame: &mut Frame<'_>, area: Rect, _model: &Model<'_>, ui: &mut Ui) -> Rect {
        let view = ui.help.clone().unwrap_or_default();
        let mut columns = columns(ui.bindings, &ui.everywhere);
        let title = if view.search.is_empty() {
            "Keys (type to search)".to_owned()
        } else {
            for column in &mut columns {
                column.retain(|row| is_found(row, &view.search));
            }
            let count = columns.iter().map(Vec::len).sum();
            format!("Keys: \"{}\", {}", view.search, counted(count, "match", "matches"))
        };
        // the last line has the hints
        let area = Rect { height: area.height.saturating_sub(u16::from(area.height > HINTED)), ..area };
        let top = key_box(frame, area, &title, &columns, view.top, ui.theme);
        ui.help = Some(HelpView { top, ..view });
        area
    }
}
