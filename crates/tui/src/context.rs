//! What panes work with: the model, the screen and the commands, and the changes that concern all three.

use std::ops::Range;

use spoglight_browse::event_id::EventId;
use spoglight_browse::sift::EventFilter;
use spoglight_browse::view::View;

use crate::filters::Filter;
use crate::keys::Attribute;
use crate::list::Cursor;
use crate::message::{Command, Commands, FilterJob, Slot};
use crate::model::{Filtering, Groups, Model};
use crate::prompt::{Prompt, PromptKind};
use crate::search::{NextHit, Search, SearchRequest};
use crate::ui::Ui;

/// Half of the shortest time range that zooming in leads to, in nanoseconds.
const SHORTEST: i64 = 500_000;

/// Model, screen and commands.
pub(crate) struct Context<'a, 's> {
    pub(crate) model: &'a mut Model<'s>,
    pub(crate) ui: &'a mut Ui,
    pub(crate) commands: &'a mut Commands<'s>,
}

impl Context<'_, '_> {
    /// The selected event.
    pub(crate) fn current(&self) -> Option<EventId> {
        self.model.event_at(self.ui.selection.cursor.at)
    }

    /// Changes the selection in the shown events.
    pub(crate) fn select(&mut self, change: impl FnOnce(&mut Cursor, &Range<usize>)) {
        self.ui.selection.is_moved = true;
        let range = self.model.range();
        change(&mut self.ui.selection.cursor, &range);
    }

    /// Selects the event at a position of the view.
    pub(crate) fn go(&mut self, at: usize) {
        self.select(|cursor, range| cursor.go(at, range));
    }

    /// Selects an event in the main pane. If filters hide it they are cleared.
    pub(crate) fn go_to(&mut self, event: EventId) {
        self.ui.go_home();
        let at = self.model.view.place_of(&self.model.data.index, event);
        if self.model.event_at(at) != Some(event) {
            self.model.filters.clear();
            self.ui.note("filters cleared: they hid this event");
            self.refilter();
        }
        self.go(self.model.view.place_of(&self.model.data.index, event));
    }

    /// Evaluates the filters after one of them has changed.
    pub(crate) fn refilter(&mut self) {
        let typed = self.ui.prompt.as_ref().and_then(Prompt::query);
        let filter = self.model.filters.event_filter(typed);
        let Some(snapshot) = self.model.snapshot() else { return };
        if filter.is_all() {
            self.commands.push(Command::Cancel(Slot::Filter));
            self.model.filtering = None;
            return self.show(self.model.all.clone());
        }
        let current = self.ui.selection.pending.or_else(|| self.current());
        let from = current.map_or(i64::MIN, |event| self.model.data.index.key(event).0);
        let id = self.commands.next_id();
        self.model.filtering = Some(Filtering { id, done: (0, 0) });
        self.commands.push(Command::Filter(FilterJob { id, filter, snapshot, from }));
    }

    /// Shows other events. The selection stays on its event, or moves to the next one that is shown.
    pub(crate) fn show(&mut self, view: View) {
        let current = self.current();
        let selection = &mut self.ui.selection;
        let event = selection.pending.take().or(current).filter(|_| selection.is_moved);
        let row = selection.cursor.at.saturating_sub(selection.cursor.top);
        self.model.view = view;
        self.ui.is_stale = false;
        let range = self.model.range();
        let at = event.map_or(range.start, |event| self.model.view.place_of(&self.model.data.index, event));
        let selection = &mut self.ui.selection;
        if range.is_empty() {
            // once there are events again, the selection is where it was
            selection.pending = event;
        }
        selection.cursor.at = at.clamp(range.start, range.end.saturating_sub(1).max(range.start));
        selection.cursor.top = selection.cursor.at.saturating_sub(row).max(range.start);
        if self.model.options.follow && std::mem::take(&mut selection.was_at_end) {
            selection.cursor.go(range.end, &range);
        }
        self.forget_groups();
    }

    /// Returns true if the user has moved to the last event.
    pub(crate) fn is_at_end(&self) -> bool {
        self.ui.selection.is_moved && self.ui.selection.cursor.at + 1 >= self.model.range().end
    }

    /// Sets the time range of the filters.
    pub(crate) fn set_window(&mut self, window: Option<(i64, i64)>) {
        self.model.filters.set_window(window);
        self.window_changed();
    }

    /// Brings the selection into the time range of the filters.
    fn window_changed(&mut self) {
        let range = self.model.range();
        let at = self.ui.selection.cursor.at;
        self.ui.selection.cursor.go(at, &range);
        self.forget_groups();
    }

    /// Shortens the time range around the selection to a third, or makes it three times as long.
    pub(crate) fn zoom(&mut self, inward: bool) {
        let index = &self.model.data.index;
        let Some(whole) = self.model.view.span(index) else { return };
        let (from, to) = self.model.filters.window().unwrap_or(whole);
        let middle = self.current().map(|event| index.key(event).0).filter(|at| *at != i64::MAX);
        let middle = middle.unwrap_or(from).clamp(from, to);
        let length = to.saturating_sub(from);
        let half = (if inward { length / 6 } else { length.saturating_mul(3) / 2 }).max(SHORTEST);
        let (from, to) = (middle.saturating_sub(half), middle.saturating_add(half));
        let is_all = from <= whole.0 && to >= whole.1;
        self.set_window((!is_all).then_some((from.max(whole.0), to.min(whole.1))));
    }

    /// Adds a filter, or removes it if it is there.
    pub(crate) fn toggle_filter(&mut self, filter: Filter) {
        self.model.filters.toggle(filter);
        self.refilter();
    }

    /// Removes the newest filter.
    pub(crate) fn remove_filter(&mut self) {
        match self.model.filters.filters.pop() {
            Some(filter) if filter.is_window() => self.window_changed(),
            Some(_) => self.refilter(),
            None => self.ui.note("no filter to remove"),
        }
    }

    /// Keeps, or excludes, events that have the same attribute as the selected one.
    pub(crate) fn match_current(&mut self, attribute: Attribute, is_out: bool) {
        let Some(event) = self.current() else { return };
        let filter = match attribute {
            Attribute::Field(field) => {
                self.model.field(event, field).map(|value| Filter::field(field, &value, is_out))
            }
            Attribute::Level => {
                let row = self.model.data.index.row(event);
                row.map(|row| Ok(Filter::level(row.level(), is_out)))
            }
            Attribute::Template => {
                self.model.template(event).map(|template| Ok(Filter::template(template, is_out)))
            }
        };
        match filter {
            Some(Ok(filter)) => self.toggle_filter(filter),
            Some(Err(error)) => self.ui.note(first_line(&error)),
            None => self.ui.note(format!("this event has no {}", attribute.name())),
        }
    }

    /// Opens the input line.
    pub(crate) fn open_prompt(&mut self, kind: PromptKind) {
        let text = match kind {
            PromptKind::Note(event) => self.model.bookmarks.get(&event).cloned().unwrap_or_default(),
            PromptKind::Export(_) => "events.md".to_owned(),
            _ => String::new(),
        };
        self.ui.prompt = Some(Prompt::new(kind, &text));
    }

    /// Starts a search. With `back` the selection moves to the first hit after, or before, it.
    pub(crate) fn search(&mut self, request: SearchRequest, back: Option<bool>) {
        let Some(snapshot) = self.model.snapshot() else { return };
        let from = self.current().map_or(i64::MIN, |event| self.model.data.index.key(event).0);
        let id = self.commands.next_id();
        let filter = EventFilter { query: request.query.clone(), ..EventFilter::default() };
        let waiting = back.map(|back| (self.ui.selection.cursor.at, back));
        self.model.search = Some(Search::new(request, id, from, waiting));
        self.commands.push(Command::Search(FilterJob { id, filter, snapshot, from }));
    }

    /// Ends the search.
    pub(crate) fn stop_search(&mut self) {
        self.model.search = None;
        self.commands.push(Command::Cancel(Slot::Search));
    }

    /// Selects the next hit of the search, or the previous one.
    pub(crate) fn next_hit(&mut self, back: bool) {
        match &mut self.model.search {
            Some(search) => {
                search.want_next(self.ui.selection.cursor.at, back);
                self.go_to_wanted_hit();
            }
            None => self.ui.note("no search: / starts one"),
        }
    }

    /// Selects the hit that the search was asked for, if it is known by now.
    pub(crate) fn go_to_wanted_hit(&mut self) {
        let range = self.model.range();
        let Some(search) = &mut self.model.search else { return };
        let Some(hit) = search.next_hit(&self.model.view, &self.model.data.index, &range) else { return };
        let label = search.request.label.clone();
        match hit {
            NextHit::At(at) => self.go(at),
            NextHit::Wrapped(at, back) => {
                let end = if back { "last" } else { "first" };
                self.ui.note(format!("no more {label:?}: search wrapped to the {end} hit"));
                self.go(at);
            }
            NextHit::Only => self.ui.note(format!("no other {label:?}")),
            NextHit::None => self.ui.note(format!("{label:?} not found in the shown events")),
        }
    }

    /// Numbers the hits of the search in the shown events.
    pub(crate) fn number_hits(&mut self) {
        let range = self.model.range();
        if let Some(search) = &mut self.model.search {
            search.number(&self.model.view, &range);
        }
    }

    /// Counts the shown events by message template.
    pub(crate) fn count_groups(&mut self) {
        let Some(snapshot) = self.model.snapshot() else { return };
        let numbers = self.model.view.numbers().get(self.model.range()).unwrap_or_default();
        let view = View::of(&self.model.data.index, numbers.into());
        let id = self.commands.next_id();
        self.model.groups = Groups::Counting(id);
        self.commands.push(Command::Group { id, snapshot, view });
    }

    /// The shown events have changed: counts by message template are outdated.
    fn forget_groups(&mut self) {
        if matches!(self.model.groups, Groups::Counting(_)) {
            self.commands.push(Command::Cancel(Slot::Group));
        }
        self.model.groups = Groups::Stale;
    }

    /// Stops the newest work. Returns false if nothing was running.
    pub(crate) fn stop_work(&mut self) -> bool {
        if let Some(writing) = self.model.writing.as_ref().filter(|writing| !writing.is_stopped()) {
            writing.stop();
        } else if self.ui.selection.mark.take().is_some() {
            self.ui.note("the range is ended");
        } else if self.model.search.is_some() {
            self.stop_search();
        } else if self.model.filtering.take().is_some() {
            self.commands.push(Command::Cancel(Slot::Filter));
            self.ui.note("filter stopped: only the events found so far are shown");
        } else if matches!(self.model.groups, Groups::Counting(_)) {
            self.model.groups = Groups::Stopped;
            self.commands.push(Command::Cancel(Slot::Group));
        } else {
            return false;
        }
        true
    }

    /// Copies text to the clipboard, harmless for the terminal into which it is pasted.
    pub(crate) fn copy(&mut self, text: Option<String>) {
        let Some(text) = text else { return };
        let text = text.lines().map(spoglight_text::sanitize::clean).collect::<Vec<_>>().join("\n");
        let lines = spoglight_text::humanize::counted(text.lines().count(), "line", "lines");
        self.commands.push(Command::Copy(text));
        self.ui.note(format!("{lines} copied, if the terminal allows it"));
    }
}

/// The first line of an error: the others point at its place in the input.
pub(crate) fn first_line(error: &str) -> &str {
    error.lines().next().unwrap_or_default()
}
