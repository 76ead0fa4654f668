//! The browser without a terminal: takes messages, returns commands, and draws. It has no thread and never waits.

use ratatui::crossterm::event::{
    Event, KeyCode, KeyEvent, KeyEventKind, MouseButton, MouseEvent, MouseEventKind,
};
use ratatui::layout::Position;
use spoglight_model::analysis::Warning;
use spoglight_report::events::ShownZone;
use spoglight_signatures::DefinitionError;
use spoglight_source::Problem;

use crate::context::{Context, first_line};
use crate::filters::Filter;
use crate::keys::{self, Action, Binding, EVERYWHERE, Key, MOVES, PaneId};
use crate::message::{Command, Commands, Message};
use crate::model::Model;
use crate::options::BrowserOptions;
use crate::pane::{Mouse, Outcome, Pane, Region};
use crate::prompt::PromptKind;
use crate::ui::{HelpView, Ui};
use crate::undo::{Before, UndoStack};
use crate::{anchors, panes, resume, update};

/// Rows that one turn of the mouse wheel moves.
const WHEEL: isize = 3;

/// Most times that one key is repeated by a number before it.
const REPEATS: usize = 1000;

/// The browser: its model, its screen and its panes.
pub(crate) struct App<'s> {
    pub(crate) model: Model<'s>,
    pub(crate) ui: Ui,
    pub(crate) panes: Vec<Box<dyn Pane>>,
    commands: Commands<'s>,
    /// The pane that the mouse was pressed in, until its button is released.
    captured: Option<PaneId>,
    failure: Option<DefinitionError>,
    is_over: bool,
    undo: UndoStack,
    /// This input takes a change back or makes it again, which is no change of its own.
    is_undo: bool,
}

/// The bindings that work in every pane: those that show panes, then the common ones.
fn everywhere(panes: &[Box<dyn Pane>]) -> Vec<Binding> {
    let openers = panes.iter().filter_map(|pane| pane.opener());
    openers.chain(EVERYWHERE.iter().copied()).collect()
}

impl<'s> App<'s> {
    /// A browser that has read nothing yet.
    pub(crate) fn new(options: BrowserOptions) -> App<'s> {
        let panes = panes::all();
        let home = panes.iter().find(|pane| matches!(pane.region(), Region::Main));
        let home = home.map_or(PaneId(""), |pane| pane.id());
        let shown = panes.iter().filter(|pane| pane.is_shown_at_start()).map(|pane| pane.id());
        let mut ui = Ui::new(options.theme, home, shown.collect(), everywhere(&panes));
        let mut model = Model::new(options);
        match model.options.filter.as_deref().map(Filter::parse) {
            Some(Ok(filter)) => model.filters.filters.push(filter),
            Some(Err(error)) => ui.note(format!("filter not valid: {}", first_line(&error))),
            None => {}
        }
        let commands = Commands::default();
        App {
            model,
            ui,
            panes,
            commands,
            captured: None,
            failure: None,
            is_over: false,
            undo: UndoStack::default(),
            is_undo: false,
        }
    }

    /// Takes a message. The commands that follow from it are in [`App::take_commands`].
    pub(crate) fn update(&mut self, message: Message<'s>) {
        match message {
            Message::Input(event) => {
                let before = Before::of(&self.model);
                self.is_undo = false;
                self.input(&event);
                if !std::mem::take(&mut self.is_undo) {
                    self.undo.note(before, &self.model);
                }
            }
            Message::Survey(news, view) => {
                if let Err(error) = update::survey(&mut self.context(), news, view) {
                    self.failure = Some(error);
                    self.end();
                }
            }
            Message::Progress(done, total) => self.model.progress = (done, total),
            Message::Filtered(filtered) => update::filtered(&mut self.context(), filtered),
            Message::Found(found) => update::found(&mut self.context(), found),
            Message::Grouped { id, groups } => update::grouped(&mut self.context(), id, groups),
            Message::Writing(count) => {
                if let Some(writing) = &mut self.model.writing {
                    writing.done = count;
                }
            }
            Message::Written(note) => {
                self.model.writing = None;
                self.ui.note(note);
            }
            Message::Note(note) => self.ui.note(note),
            Message::End => self.end(),
        }
        self.with_pane(self.ui.screen, Outcome::Ignored, |pane, context| {
            pane.refresh(context);
            Outcome::Done
        });
        if self.ui.quits && !self.is_over {
            self.end();
        }
        self.context().number_hits();
        anchors::remember(&mut self.context());
    }

    /// Removes and returns the commands.
    pub(crate) fn take_commands(&mut self) -> Vec<Command<'s>> {
        self.commands.take()
    }

    /// Returns true if the previous frame should stay on the screen for now.
    pub(crate) fn is_stale(&self) -> bool {
        self.ui.is_stale
    }

    /// Returns true once the user has quit or nothing can be read.
    pub(crate) fn is_over(&self) -> bool {
        self.is_over
    }

    /// What was wrong with the paths, if nothing in them was read.
    pub(crate) fn unread(&self) -> &[Warning] {
        self.model.unread()
    }

    /// Why nothing can be read.
    pub(crate) fn take_failure(&mut self) -> Option<DefinitionError> {
        self.failure.take()
    }

    /// Saves filters, bookmarks and position. Returns why that failed.
    pub(crate) fn save_session(&self) -> Option<Problem> {
        resume::save(&self.model, &self.ui)
    }

    fn end(&mut self) {
        self.is_over = true;
        self.commands.push(Command::Quit);
    }

    pub(crate) fn context(&mut self) -> Context<'_, 's> {
        Context { model: &mut self.model, ui: &mut self.ui, commands: &mut self.commands }
    }

    /// Calls `act` with a pane; without that pane the outcome is `otherwise`.
    fn with_pane(
        &mut self,
        id: PaneId,
        otherwise: Outcome,
        act: impl FnOnce(&mut dyn Pane, &mut Context<'_, 's>) -> Outcome,
    ) -> Outcome {
        let Some(pane) = self.panes.iter_mut().find(|pane| pane.id() == id) else { return otherwise };
        let mut context = Context { model: &mut self.model, ui: &mut self.ui, commands: &mut self.commands };
        act(pane.as_mut(), &mut context)
    }

    /// The pane that takes all keys, if one is open.
    pub(crate) fn modal(&self) -> Option<PaneId> {
        let mut panes = self.panes.iter().filter(|pane| pane.region().is_modal());
        panes.find(|pane| pane.is_open(&self.ui)).map(|pane| pane.id())
    }

    /// The bindings of a pane.
    pub(crate) fn bindings(&self, id: PaneId) -> &'static [Binding] {
        self.panes.iter().find(|pane| pane.id() == id).map_or(&[], |pane| pane.bindings())
    }

    fn input(&mut self, event: &Event) {
        match event {
            // Windows also reports released keys
            Event::Key(key) if key.kind != KeyEventKind::Release => self.key(key),
            Event::Mouse(mouse) => self.mouse(*mouse),
            Event::Paste(text) => {
                if let Some(modal) = self.modal() {
                    self.with_pane(modal, Outcome::Ignored, |pane, context| {
                        pane.paste(text, context);
                        Outcome::Done
                    });
                }
            }
            _ => {}
        }
    }

    fn key(&mut self, key: &KeyEvent) {
        self.ui.note = None;
        if self.count(key) {
            return;
        }
        let count = self.ui.count.take();
        let modal = self.modal();
        let active = modal.unwrap_or_else(|| self.ui.active());
        if let Some(action) = keys::action(key, self.bindings(active)) {
            self.repeat(active, action, count);
        } else if modal.is_some() {
            self.with_pane(active, Outcome::Ignored, |pane, context| pane.type_key(key, context));
        } else if let Some(action) = keys::action(key, MOVES) {
            self.repeat(active, action, count);
        } else if let Some(action) = keys::action(key, &self.ui.everywhere) {
            self.act_everywhere(action);
        }
    }

    /// Takes a digit of a number before a key. The digits that show panes only continue a number. Returns false for other keys.
    fn count(&mut self, key: &KeyEvent) -> bool {
        let KeyCode::Char(letter) = key.code else { return false };
        let Some(digit) = letter.to_digit(10).filter(|_| key.modifiers.is_empty()) else { return false };
        let shows_pane = self.ui.everywhere.iter().any(|binding| binding.keys.contains(&Key::Char(letter)));
        if self.modal().is_some() || shows_pane && self.ui.count.is_none() {
            return false;
        }
        let count = self.ui.count.unwrap_or(0).saturating_mul(10).saturating_add(digit as usize);
        self.ui.count = Some(count);
        self.ui.note(format!("{count}: a number before a key repeats it; before G it goes to that event"));
        true
    }

    /// Has a pane handle an action as many times as a number says; before first or last the number is that of an event.
    fn repeat(&mut self, pane: PaneId, action: Action, count: Option<usize>) {
        match (action, count) {
            (Action::First | Action::Last, Some(count)) if pane == self.ui.home => {
                let at = self.model.range().start + count.saturating_sub(1);
                self.context().go(at);
            }
            (action, Some(count)) if action.repeats() => {
                for _ in 0..count.clamp(1, REPEATS) {
                    self.act(pane, action);
                }
            }
            _ => drop(self.act(pane, action)),
        }
    }

    /// Has a pane handle an action.
    pub(crate) fn act(&mut self, pane: PaneId, action: Action) -> Outcome {
        match self.with_pane(pane, Outcome::Ignored, |pane, context| pane.handle(action, context)) {
            Outcome::Forward(other, action) => self.act(other, action),
            outcome => outcome,
        }
    }

    /// Handles an action that works in every pane.
    pub(crate) fn act_everywhere(&mut self, action: Action) -> Outcome {
        match action {
            Action::Show(pane) => self.show(pane),
            Action::NextPane => self.turn(false),
            Action::PreviousPane => self.turn(true),
            Action::Zone => self.next_zone(),
            Action::Command => self.context().open_prompt(PromptKind::Command),
            Action::Redraw => self.commands.push(Command::Redraw),
            Action::Help => self.ui.help = Some(HelpView::default()),
            Action::Suspend => self.commands.push(Command::Suspend),
            Action::Back => self.back(),
            Action::Undo => self.step(true),
            Action::Redo => self.step(false),
            Action::Quit => self.quit(),
            _ => return Outcome::Ignored,
        }
        Outcome::Done
    }

    /// Takes the last change back, or makes it again.
    fn step(&mut self, is_back: bool) {
        self.is_undo = true;
        let mut context = Context { model: &mut self.model, ui: &mut self.ui, commands: &mut self.commands };
        self.undo.step(is_back, &mut context);
    }

    /// Ends; while a file is being written only when asked twice.
    fn quit(&mut self) {
        match &self.model.writing {
            Some(writing) if !writing.is_stopped() => {
                writing.stop();
                self.ui.note(format!("stopped writing {}; q again quits", writing.path.display()));
            }
            _ => self.end(),
        }
    }

    /// Shows a pane; one beside the main pane is closed if it has the focus.
    fn show(&mut self, id: PaneId) {
        let region = self.panes.iter().find(|pane| pane.id() == id).map(|pane| pane.region());
        match region {
            Some(Region::Left | Region::Side) => self.ui.toggle(id),
            _ => self.ui.screen = id,
        }
        self.with_pane(id, Outcome::Ignored, |pane, context| {
            pane.opened(context);
            Outcome::Done
        });
    }

    /// One step back: work is stopped first, then the screen is left, then the pane.
    fn back(&mut self) {
        if self.context().stop_work() {
            return;
        }
        if self.ui.screen == self.ui.home {
            self.close_focused();
        } else {
            self.ui.screen = self.ui.home;
        }
    }

    /// Moves the focus to the main pane. A pane that was opened by a key is closed.
    fn close_focused(&mut self) {
        let focus = self.ui.focus;
        if self.panes.iter().any(|pane| pane.id() == focus && !pane.is_shown_at_start())
            && focus != self.ui.home
        {
            self.ui.open.remove(&focus);
        }
        self.ui.focus = self.ui.home;
    }

    /// Moves the focus to the next pane of the main screen, or to the previous one.
    fn turn(&mut self, back: bool) {
        if self.ui.screen != self.ui.home {
            self.ui.screen = self.ui.home;
            return;
        }
        let is_shown = |id: &PaneId| *id == self.ui.home || self.ui.open.contains(id);
        let beside = self.panes.iter().filter(|pane| pane.region().is_beside());
        let panes: Vec<PaneId> = beside.map(|pane| pane.id()).filter(is_shown).collect();
        let at = panes.iter().position(|pane| *pane == self.ui.focus).unwrap_or(0);
        let next = if back { at + panes.len() - 1 } else { at + 1 } % panes.len().max(1);
        self.ui.focus = panes.get(next).copied().unwrap_or(self.ui.home);
    }

    fn next_zone(&mut self) {
        let utc = ShownZone::Of(chrono_tz::Tz::UTC);
        let options = &self.model.options;
        let mut zones = vec![utc, ShownZone::Source];
        zones.extend(options.machine_zone.map(ShownZone::Of).filter(|local| *local != utc));
        if !zones.contains(&options.zone) {
            zones.push(options.zone);
        }
        let at = zones.iter().position(|zone| *zone == self.model.zone).map_or(0, |at| at + 1);
        self.model.zone = zones.get(at % zones.len()).copied().unwrap_or(utc);
        self.model.touch();
        self.ui.note(format!("times in {}", self.model.clock()));
    }

    fn mouse(&mut self, mouse: MouseEvent) {
        if self.modal().is_some() {
            return;
        }
        let at = Position::new(mouse.column, mouse.row);
        match mouse.kind {
            MouseEventKind::ScrollDown => self.wheel(at, WHEEL),
            MouseEventKind::ScrollUp => self.wheel(at, -WHEEL),
            MouseEventKind::Down(MouseButton::Left) => {
                let pane = self.pane_at(at);
                self.captured = pane.filter(|pane| self.hit(*pane, Mouse::Press, at) == Outcome::Capture);
            }
            MouseEventKind::Drag(MouseButton::Left) => {
                if let Some(pane) = self.captured {
                    self.hit(pane, Mouse::Drag, at);
                }
            }
            MouseEventKind::Up(MouseButton::Left) => {
                if let Some(pane) = self.captured.take() {
                    self.hit(pane, Mouse::Release, at);
                }
            }
            _ => {}
        }
    }

    /// The pane under the mouse.
    fn pane_at(&self, at: Position) -> Option<PaneId> {
        self.ui.areas.iter().find(|(_, area)| area.contains(at)).map(|(pane, _)| *pane)
    }

    fn hit(&mut self, pane: PaneId, mouse: Mouse, at: Position) -> Outcome {
        let area = self.ui.area(pane);
        self.with_pane(pane, Outcome::Ignored, |pane, context| pane.hit(mouse, at, area, context))
    }

    /// Turns the wheel over a pane; where nothing scrolls, the pane that fills the screen does.
    fn wheel(&mut self, at: Position, by: isize) {
        let pane = self.pane_at(at);
        let outcome = pane.map_or(Outcome::Ignored, |pane| self.hit(pane, Mouse::Wheel(by), at));
        if outcome == Outcome::Ignored {
            self.hit(self.ui.screen, Mouse::Wheel(by), at);
        }
    }
}
