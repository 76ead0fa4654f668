//! Keys: which of them changes what. The mouse is in `mouse.rs`.

use ratatui::crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind};

use super::app::{App, Focus, Screen};
use super::keys::{self, Action};
use super::narrow::exactly;
use super::prompt::What;
use super::work::{Ask, Slot};
use spoglight_browse::session::Narrowing;
use spoglight_query::{Field, Subject as _};
use spoglight_report::events::ShownZone;

impl App<'_> {
    /// A person did something.
    pub(super) fn input(&mut self, event: &Event) {
        match event {
            // on Windows keys are told when they are let go, too
            Event::Key(key) if key.kind != KeyEventKind::Release => self.key(key),
            Event::Mouse(mouse) => self.mouse(*mouse),
            Event::Paste(text) => self.paste(text),
            _ => {}
        }
    }

    fn key(&mut self, key: &KeyEvent) {
        self.note = None;
        if let Some(top) = self.help {
            self.help = match keys::action(key, &[keys::MOVES]) {
                Some(Action::Down) => Some(top + 1),
                Some(Action::Up) => Some(top.saturating_sub(1)),
                Some(Action::PageDown | Action::HalfDown) => Some(top + 10),
                Some(Action::PageUp | Action::HalfUp) => Some(top.saturating_sub(10)),
                _ => None,
            };
            return;
        }
        if let Some(is_out) = self.menu.take() {
            return self.choose(key, is_out);
        }
        if self.prompt.is_some() {
            return self.type_key(key);
        }
        let own = self.table();
        if let Some(action) = keys::action(key, &[own, keys::MOVES, keys::EVERYWHERE]) {
            self.act(action);
        }
    }

    /// The keys of the pane that has the focus.
    pub(super) fn table(&self) -> &'static [keys::Binding] {
        match (self.screen, self.focus) {
            (Screen::Timeline, Focus::List) => keys::TIMELINE,
            (Screen::Timeline, Focus::Tree) => keys::TREE,
            (Screen::Timeline, Focus::Detail) => keys::DETAIL,
            (Screen::Findings, _) => keys::FINDINGS,
            (Screen::Groups, _) => keys::GROUPS,
            (Screen::Bookmarks, _) => keys::BOOKMARKS,
        }
    }

    fn act(&mut self, action: Action) {
        match action {
            Action::Up => self.step(-1),
            Action::Down => self.step(1),
            Action::PageUp => self.page(-1, 1),
            Action::PageDown => self.page(1, 1),
            Action::HalfUp => self.page(-1, 2),
            Action::HalfDown => self.page(1, 2),
            Action::First => self.edge(false),
            Action::Last => self.edge(true),
            Action::Left => self.page = self.page.saturating_sub(10),
            Action::Right => self.page = self.page.saturating_add(10),
            Action::Help => self.help = Some(0),
            Action::Quit => self.end(),
            Action::Back => self.back(),
            Action::Zone => self.next_zone(),
            Action::Timeline => self.screen = Screen::Timeline,
            Action::Findings => self.screen = Screen::Findings,
            Action::Bookmarks => self.screen = Screen::Bookmarks,
            Action::Groups => {
                self.screen = Screen::Groups;
                if self.groups.is_none() {
                    self.regroup();
                }
            }
            Action::Tree => {
                self.screen = Screen::Timeline;
                self.has_tree = !(self.has_tree && self.focus == Focus::Tree);
                self.focus = if self.has_tree { Focus::Tree } else { Focus::List };
            }
            Action::Focus => self.turn(false),
            Action::FocusBack => self.turn(true),
            Action::Export => self.open_prompt(What::Export),
            Action::Copy => self.copy(),
            _ if self.screen == Screen::Timeline => self.act_on_event(action),
            _ => self.act_on_screen(action),
        }
    }

    fn act_on_event(&mut self, action: Action) {
        match action {
            Action::NextError => self.next_error(false),
            Action::PreviousError => self.next_error(true),
            Action::NextFinding => self.next_flag(false),
            Action::PreviousFinding => self.next_flag(true),
            Action::NextBookmark => self.next_bookmark(false),
            Action::PreviousBookmark => self.next_bookmark(true),
            Action::NextOfSource => self.next_field(Field::Source, false),
            Action::PreviousOfSource => self.next_field(Field::Source, true),
            Action::NextOfThread => self.next_field(Field::Thread, false),
            Action::PreviousOfThread => self.next_field(Field::Thread, true),
            Action::NextOfSession => self.next_field(Field::Session, false),
            Action::PreviousOfSession => self.next_field(Field::Session, true),
            Action::Bookmark => self.bookmark(),
            Action::Annotate => {
                if let Some(number) = self.current() {
                    self.open_prompt(What::Note(number));
                }
            }
            Action::Filter => self.open_prompt(What::Filter),
            Action::Search => self.open_prompt(What::Search),
            Action::Time => self.open_prompt(What::Time),
            Action::SearchNext => self.next_hit(false),
            Action::SearchPrevious => self.next_hit(true),
            Action::Only => self.menu = self.current().map(|_| false),
            Action::Not => self.menu = self.current().map(|_| true),
            Action::LevelUp | Action::LevelDown => {
                self.narrow.step_level(action == Action::LevelUp);
                self.refilter();
            }
            Action::Pop => match self.narrow.chips.pop() {
                Some(Narrowing::Window { .. }) => self.rewindow(),
                Some(_) => self.refilter(),
                None => self.note = Some("there is no filter to take away".to_owned()),
            },
            Action::Clear => {
                self.narrow.chips.clear();
                self.narrow.hidden.fill(false);
                self.refilter();
            }
            Action::ZoomIn => self.zoom(true),
            Action::ZoomOut => self.zoom(false),
            Action::Detail => self.toggle_detail(),
            Action::Unfold => self.detail.unfold(),
            Action::Raw => self.detail.toggle_raw(),
            Action::Toggle => self.toggle_source(),
            Action::ToggleOthers => self.only_source(),
            _ => {}
        }
    }

    fn act_on_screen(&mut self, action: Action) {
        match (self.screen, action) {
            (Screen::Findings, Action::Open) => self.open_finding(),
            (Screen::Groups, Action::Open | Action::Not) => self.choose_group(action == Action::Not),
            (Screen::Bookmarks, Action::Open) => {
                if let Some(number) = self.chosen_bookmark() {
                    self.go_to(number);
                }
            }
            (Screen::Bookmarks, Action::Annotate) => {
                if let Some(number) = self.chosen_bookmark() {
                    self.open_prompt(What::Note(number));
                }
            }
            (Screen::Bookmarks, Action::Bookmark) => {
                if let Some(number) = self.chosen_bookmark() {
                    self.bookmarks.remove(&number);
                    self.detail.forget();
                }
            }
            _ => {}
        }
    }

    /// How long the list is that keys move in.
    fn length(&self) -> usize {
        match (self.screen, self.focus) {
            (Screen::Timeline, Focus::Tree) => self.tree_rows().len(),
            (Screen::Timeline, _) => 0,
            (Screen::Findings, _) => self.count_findings(),
            (Screen::Groups, _) => self.groups.as_ref().map_or(0, |groups| groups.groups.len()),
            (Screen::Bookmarks, _) => self.bookmarks.len(),
        }
    }

    pub(super) fn with_list(
        &mut self,
        change: impl FnOnce(&mut super::list::Cursor, &std::ops::Range<usize>),
    ) {
        if (self.screen, self.focus) == (Screen::Timeline, Focus::List) {
            let range = self.range();
            self.moved();
            return change(&mut self.cursor, &range);
        }
        let range = 0..self.length();
        match self.screen {
            Screen::Timeline => change(&mut self.tree, &range),
            Screen::Findings => {
                self.page = 0;
                change(&mut self.findings, &range);
            }
            Screen::Groups => change(&mut self.group, &range),
            Screen::Bookmarks => change(&mut self.bookmark, &range),
        }
    }

    pub(super) fn step(&mut self, by: isize) {
        if (self.screen, self.focus) == (Screen::Timeline, Focus::Detail) {
            return self.detail.scroll(by);
        }
        self.with_list(|cursor, range| cursor.step(by, range));
    }

    fn page(&mut self, direction: isize, part: usize) {
        if (self.screen, self.focus) == (Screen::Timeline, Focus::Detail) {
            let rows = (usize::from(self.areas.detail.height) / part).max(1);
            return self.detail.scroll(direction.saturating_mul(rows as isize));
        }
        self.with_list(|cursor, range| {
            let rows = (cursor.height / part).max(1) as isize;
            cursor.page(direction.saturating_mul(rows), range);
        });
    }

    fn edge(&mut self, last: bool) {
        if (self.screen, self.focus) == (Screen::Timeline, Focus::Detail) {
            return self.detail.scroll(if last { isize::MAX } else { isize::MIN });
        }
        self.with_list(|cursor, range| cursor.go(if last { range.end } else { range.start }, range));
    }

    /// One step back: whatever is at work is stopped first.
    fn back(&mut self) {
        if self.seek.is_some() {
            self.stop_search();
        } else if self.sift.is_some() {
            self.sift = None;
            self.ask(Ask::Cancel(Slot::Sift));
            self.note = Some("the filter was stopped: what it found by then is shown".to_owned());
        } else if self.group_job.take().is_some() {
            self.ask(Ask::Cancel(Slot::Group));
        } else if self.screen != Screen::Timeline {
            self.screen = Screen::Timeline;
        } else {
            self.focus = Focus::List;
        }
    }

    fn turn(&mut self, back: bool) {
        if self.screen != Screen::Timeline {
            self.screen = Screen::Timeline;
            return;
        }
        let panes = [(Focus::List, true), (Focus::Detail, self.has_detail), (Focus::Tree, self.has_tree)];
        let panes: Vec<Focus> =
            panes.into_iter().filter(|(_, is_there)| *is_there).map(|(pane, _)| pane).collect();
        let at = panes.iter().position(|pane| *pane == self.focus).unwrap_or(0);
        let next = if back { at + panes.len() - 1 } else { at + 1 } % panes.len().max(1);
        self.focus = panes.get(next).copied().unwrap_or(Focus::List);
    }

    fn toggle_detail(&mut self) {
        // enter goes into it first, and out of it again
        let is_in = self.has_detail && self.focus == Focus::Detail;
        self.has_detail = !is_in;
        self.focus = if is_in { Focus::List } else { Focus::Detail };
    }

    fn next_zone(&mut self) {
        let utc = ShownZone::Of(chrono_tz::Tz::UTC);
        let mut zones = vec![utc, ShownZone::Source];
        zones.extend(self.options.mine.map(ShownZone::Of).filter(|mine| *mine != utc));
        if !zones.contains(&self.options.zone) {
            zones.push(self.options.zone);
        }
        let at = zones.iter().position(|zone| *zone == self.zone).map_or(0, |at| at + 1);
        self.zone = zones.get(at % zones.len()).copied().unwrap_or(utc);
        self.detail.forget();
        self.note = Some(format!("times are in {}", self.clock()));
    }

    fn next_error(&mut self, back: bool) {
        let range = self.range();
        match self.view.next_error(&self.data.index, self.cursor.at, &range, back) {
            Some(at) => self.go(at),
            None => self.note = Some(format!("there is no {} error", if back { "earlier" } else { "later" })),
        }
    }

    /// The next of some events in their order that is shown.
    fn next_of(&mut self, order: &[u32], back: bool, what: &str) {
        let index = &self.data.index;
        let key = self.current().map(|number| index.key(number));
        let range = self.range();
        let is_shown = |number: &&u32| {
            let at = self.view.place_of(index, **number);
            self.view.get(at) == Some(**number) && range.contains(&at)
        };
        let found = if back {
            let end = key.map_or(order.len(), |key| order.partition_point(|number| index.key(*number) < key));
            order.get(..end).unwrap_or_default().iter().rev().find(is_shown)
        } else {
            let start = key.map_or(0, |key| order.partition_point(|number| index.key(*number) <= key));
            order.get(start..).unwrap_or_default().iter().find(is_shown)
        };
        match found.map(|number| self.view.place_of(index, *number)) {
            Some(at) => self.go(at),
            None => {
                self.note = Some(format!("there is no {} {what}", if back { "earlier" } else { "later" }));
            }
        }
    }

    fn next_flag(&mut self, back: bool) {
        let order = std::mem::take(&mut self.data.flags.order);
        self.next_of(&order, back, "line of a finding");
        self.data.flags.order = order;
    }

    fn next_bookmark(&mut self, back: bool) {
        let order = self.bookmarks_in_order();
        self.next_of(&order, back, "bookmark");
    }

    pub(super) fn bookmarks_in_order(&self) -> Vec<u32> {
        let mut order: Vec<u32> = self.bookmarks.keys().copied().collect();
        order.sort_by_key(|number| self.data.index.key(*number));
        order
    }

    fn chosen_bookmark(&self) -> Option<u32> {
        self.bookmarks_in_order().get(self.bookmark.at).copied()
    }

    fn bookmark(&mut self) {
        let Some(number) = self.current() else { return };
        if self.bookmarks.remove(&number).is_none() {
            self.bookmarks.insert(number, String::new());
        }
        self.detail.forget();
    }

    /// What a field of the event is.
    fn value(&self, field: Field) -> Option<String> {
        let read = self.data.index.read(&self.data.facts, self.current()?, |entry| {
            entry.field(field).map(|value| String::from_utf8_lossy(&value).into_owned())
        });
        read.ok().flatten()
    }

    fn next_field(&mut self, field: Field, back: bool) {
        let value = self.value(field);
        self.next_like(field.name(), value, back);
    }

    /// A key of the menu of what is like the event.
    fn choose(&mut self, key: &KeyEvent, is_out: bool) {
        let KeyCode::Char(letter) = key.code else { return };
        let Some((_, name, _)) = LIKE.iter().find(|(known, ..)| *known == letter) else { return };
        let chip = match *name {
            "level" => self.current().and_then(|number| {
                let level = self.data.index.row(number)?.level();
                Some(Narrowing::Query(format!("level{}{}", if is_out { "!=" } else { ":" }, level.name())))
            }),
            "shape" => self.shape().map(|shape| Narrowing::Shape { shape, is_out }),
            name => Field::ALL
                .into_iter()
                .find(|field| field.name() == name)
                .and_then(|field| self.value(field))
                .filter(|value| !value.is_empty())
                .map(|value| Narrowing::Query(exactly(name, &value, is_out))),
        };
        match chip {
            Some(chip) => {
                self.narrow.toggle(chip);
                self.refilter();
            }
            None => self.note = Some(format!("this event names no {name}")),
        }
    }

    fn shape(&self) -> Option<String> {
        let shape = self.data.index.read(&self.data.facts, self.current()?, |entry| entry.template());
        String::from_utf8(shape.ok()?).ok()
    }

    fn choose_group(&mut self, is_out: bool) {
        let group = self.groups.as_ref().and_then(|groups| groups.groups.get(self.group.at));
        let Some(shape) = group.and_then(|group| String::from_utf8(group.shape.clone()).ok()) else { return };
        self.narrow.toggle(Narrowing::Shape { shape, is_out });
        if !is_out {
            self.screen = Screen::Timeline;
        }
        self.refilter();
    }

    /// Narrows time around the cursor to a third, or widens it three times.
    fn zoom(&mut self, inward: bool) {
        let index = &self.data.index;
        let Some(whole) = self.view.span(index) else { return };
        let (from, to) = self.narrow.window().unwrap_or(whole);
        let middle = self.current().map(|number| index.key(number).0).filter(|at| *at != i64::MAX);
        let middle = middle.unwrap_or(from).clamp(from, to);
        let length = to.saturating_sub(from);
        let half = (if inward { length / 6 } else { length.saturating_mul(3) / 2 }).max(500_000);
        let (from, to) = (middle.saturating_sub(half), middle.saturating_add(half));
        let is_all = from <= whole.0 && to >= whole.1;
        self.narrow.set_window((!is_all).then_some((from.max(whole.0), to.min(whole.1))));
        self.rewindow();
    }

    fn copy(&mut self) {
        let text = match self.screen {
            Screen::Findings => self.page_text(),
            Screen::Groups => self
                .groups
                .as_ref()
                .and_then(|groups| Some(groups.groups.get(self.group.at)?.example.clone())),
            _ => {
                let number =
                    if self.screen == Screen::Bookmarks { self.chosen_bookmark() } else { self.current() };
                number.and_then(|number| {
                    let read = |entry: &spoglight_engine::event::Entry<'_>| {
                        spoglight_text::secrets::mask(
                            &String::from_utf8_lossy(entry.text).trim_end().replace('\r', ""),
                        )
                        .into_owned()
                    };
                    self.data.index.read(&self.data.facts, number, read).ok()
                })
            }
        };
        if let Some(text) = text {
            let lines = text.lines().count();
            self.ask(Ask::Copy(text));
            self.note = Some(format!("{lines} line(s) copied, if the terminal lets programs do that"));
        }
    }
}

/// What an event may be like: a letter, the field, and what it is called.
pub(super) const LIKE: &[(char, &str, &str)] = &[
    ('s', "source", "source"),
    ('h', "host", "server"),
    ('p', "process", "process"),
    ('t', "thread", "thread"),
    ('c', "class", "class"),
    ('i', "session", "session"),
    ('l', "level", "level"),
    ('m', "shape", "message but for numbers and ids"),
];
