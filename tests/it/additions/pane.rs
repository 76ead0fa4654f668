//! A pane that a test adds, with a key of its own.

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::context::Context;
use crate::keys::Key::Char;
use crate::keys::{Action, Binding, PaneId, bind};
use crate::model::Model;
use crate::pane::{Outcome, Pane, Region};
use crate::ui::Ui;

const BINDINGS: &[Binding] = &[bind(&[Char('&')], "do the new thing", Action::TestAddition).hint("new")];

/// The pane.
#[derive(Default)]
pub(crate) struct TestAddition;

impl Pane for TestAddition {
    fn id(&self) -> PaneId {
        PaneId("test-addition")
    }

    fn region(&self) -> Region {
        Region::Overlay
    }

    fn bindings(&self) -> &'static [Binding] {
        BINDINGS
    }

    fn handle(&mut self, action: Action, _: &mut Context<'_, '_>) -> Outcome {
        match action {
            Action::TestAddition => Outcome::Done,
            _ => Outcome::Ignored,
        }
    }

    fn draw(&mut self, _: &mut Frame<'_>, area: Rect, _: &Model<'_>, _: &mut Ui) -> Rect {
        area
    }
}
