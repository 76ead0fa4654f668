//! The state of the screen: which pane has the focus, what is selected, and what is open.

use std::collections::BTreeSet;
use std::ops::Range;

use ratatui::layout::Rect;
use spoglight_browse::event_id::EventId;

use crate::keys::{Binding, PaneId};
use crate::list::Cursor;
use crate::model::Model;
use crate::prompt::{History, Prompt};
use crate::theme::Theme;

/// Whether a chosen attribute keeps or excludes events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MatchMenu {
    Keep,
    Exclude,
}

/// The selected event: its position in the view, and what keeps it selected when the view changes.
#[derive(Debug, Default)]
pub(crate) struct Selection {
    pub(crate) cursor: Cursor,
    /// The user has moved: keep the selection when more events arrive.
    pub(crate) is_moved: bool,
    /// The last event was selected before more came: stay at the end if files are followed.
    pub(crate) was_at_end: bool,
    /// The event that was selected, while the view has no events or is being rebuilt.
    pub(crate) pending: Option<EventId>,
    /// Where a range of events begins that ends at the cursor.
    pub(crate) mark: Option<EventId>,
}

impl Selection {
    /// The positions of the events between the mark and the cursor; `None` without a mark.
    pub(crate) fn range(&self, model: &Model<'_>) -> Option<Range<usize>> {
        let mark = model.view.place_of(&model.data.index, self.mark?);
        let shown = model.range();
        let end = |at: usize| (at + 1).min(shown.end);
        Some(mark.min(self.cursor.at).max(shown.start)..end(mark.max(self.cursor.at)))
    }
}

/// What is on the screen, apart from the data.
#[derive(Debug)]
pub(crate) struct Ui {
    pub(crate) theme: Theme,
    /// The main pane.
    pub(crate) home: PaneId,
    /// The main pane, or the one that fills the screen instead.
    pub(crate) screen: PaneId,
    /// The pane that gets keys while the main pane is on the screen.
    pub(crate) focus: PaneId,
    /// Panes beside the main pane that are shown.
    pub(crate) open: BTreeSet<PaneId>,
    pub(crate) selection: Selection,
    pub(crate) prompt: Option<Prompt>,
    pub(crate) history: History,
    pub(crate) menu: Option<MatchMenu>,
    /// Columns that the list of events is scrolled to the right by.
    pub(crate) left: usize,
    /// Whether long lines of the list are wrapped.
    pub(crate) is_wrapped: bool,
    /// The user has asked to quit.
    pub(crate) quits: bool,
    /// A number typed before a key.
    pub(crate) count: Option<usize>,
    /// The help, if it is open.
    pub(crate) help: Option<HelpView>,
    /// Text in the status line until the next key.
    pub(crate) note: Option<String>,
    /// The view is being rebuilt: keep showing the previous frame.
    pub(crate) is_stale: bool,
    /// The panes that are drawn and their inner areas, for the mouse.
    pub(crate) areas: Vec<(PaneId, Rect)>,
    /// Bindings of the pane that has the focus.
    pub(crate) bindings: &'static [Binding],
    /// Bindings that work in every pane.
    pub(crate) everywhere: Vec<Binding>,
}

/// What the help shows while it is open.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct HelpView {
    /// First row on the screen.
    pub(crate) top: usize,
    /// Text that the shown rows contain.
    pub(crate) search: String,
}

impl Ui {
    /// A screen with the main pane and these panes beside it.
    pub(crate) fn new(theme: Theme, home: PaneId, open: BTreeSet<PaneId>, everywhere: Vec<Binding>) -> Ui {
        Ui {
            theme,
            home,
            screen: home,
            focus: home,
            open,
            selection: Selection::default(),
            prompt: None,
            history: History::default(),
            menu: None,
            left: 0,
            is_wrapped: false,
            quits: false,
            count: None,
            help: None,
            note: None,
            is_stale: false,
            areas: Vec::new(),
            bindings: &[],
            everywhere,
        }
    }

    /// The pane that gets keys, if no menu, prompt or help is open.
    pub(crate) fn active(&self) -> PaneId {
        if self.screen == self.home { self.focus } else { self.screen }
    }

    /// Shows the main pane with the focus on it.
    pub(crate) fn go_home(&mut self) {
        (self.screen, self.focus) = (self.home, self.home);
    }

    /// Moves the focus into a pane beside the main pane, or closes that pane if it has the focus.
    pub(crate) fn toggle(&mut self, pane: PaneId) {
        self.screen = self.home;
        if self.focus == pane && self.open.contains(&pane) {
            self.open.remove(&pane);
            self.focus = self.home;
        } else {
            self.open.insert(pane);
            self.focus = pane;
        }
    }

    pub(crate) fn note(&mut self, text: impl Into<String>) {
        self.note = Some(text.into());
    }

    /// The inner area of a pane; empty if it is not drawn.
    pub(crate) fn area(&self, pane: PaneId) -> Rect {
        self.areas.iter().find(|(known, _)| *known == pane).map_or_else(Rect::default, |(_, area)| *area)
    }
}
