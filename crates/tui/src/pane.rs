//! The interface of a pane. The list of all panes is in `panes/mod.rs`.

use ratatui::Frame;
use ratatui::crossterm::event::KeyEvent;
use ratatui::layout::{Position, Rect};

use crate::context::Context;
use crate::keys::{Action, Binding, PaneId};
use crate::model::Model;
use crate::ui::Ui;

/// Where a pane is on the screen.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Region {
    /// The main pane: the list of events.
    Main,
    /// Above the main pane, with as many rows as this makes of the height of the screen.
    Above(fn(u16) -> u16),
    /// Left of the main pane.
    Left,
    /// Right of the main pane, or below it on a narrow screen.
    Side,
    /// The whole screen instead of the main pane.
    Screen,
    /// Over everything else.
    Overlay,
    /// The status line.
    StatusLine,
}

impl Region {
    /// Returns true for a pane that takes all keys while it is open.
    pub(crate) fn is_modal(self) -> bool {
        matches!(self, Region::Overlay | Region::StatusLine)
    }

    /// Returns true for a pane that can get the focus while the main pane is on the screen.
    pub(crate) fn is_beside(self) -> bool {
        matches!(self, Region::Main | Region::Left | Region::Side)
    }
}

/// What came of an action or of the mouse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Done,
    /// The pane does not know it.
    Ignored,
    /// Another pane is to handle this action.
    Forward(PaneId, Action),
    /// The pane wants everything the mouse does until its button is released.
    Capture,
}

/// What the mouse does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mouse {
    Press,
    Drag,
    Release,
    /// The wheel turns by as many rows.
    Wheel(isize),
}

/// A part of the screen with its own keys.
pub(crate) trait Pane {
    /// Its name.
    fn id(&self) -> PaneId;

    /// Where it is on the screen.
    fn region(&self) -> Region;

    /// The key that shows it, from every pane.
    fn opener(&self) -> Option<Binding> {
        None
    }

    /// Whether a pane beside the main one is shown at the start.
    fn is_shown_at_start(&self) -> bool {
        false
    }

    /// Whether a pane that takes all keys is open.
    fn is_open(&self, _ui: &Ui) -> bool {
        false
    }

    /// Its own keys. Hints and help are made from them.
    fn bindings(&self) -> &'static [Binding];

    /// Handles an action of its own bindings; a list also handles those of [`MOVES`](crate::keys::MOVES).
    fn handle(&mut self, action: Action, context: &mut Context<'_, '_>) -> Outcome;

    /// Handles a key that none of its bindings has.
    fn type_key(&mut self, _key: &KeyEvent, _context: &mut Context<'_, '_>) -> Outcome {
        Outcome::Ignored
    }

    /// Takes pasted text.
    fn paste(&mut self, _text: &str, _context: &mut Context<'_, '_>) {}

    /// Called when the user shows it.
    fn opened(&mut self, _context: &mut Context<'_, '_>) {}

    /// Called after every message while it fills the screen.
    fn refresh(&mut self, _context: &mut Context<'_, '_>) {}

    /// Draws it. Returns the area inside its frame.
    fn draw(&mut self, frame: &mut Frame<'_>, area: Rect, model: &Model<'_>, ui: &mut Ui) -> Rect;

    /// Handles the mouse at a position; `area` is what [`Pane::draw`] returned.
    fn hit(&mut self, _mouse: Mouse, _at: Position, _area: Rect, _context: &mut Context<'_, '_>) -> Outcome {
        Outcome::Ignored
    }
}
