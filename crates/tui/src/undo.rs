//! Takes back changes of filters, hidden sources, bookmarks and notes.
//!
//! A state refers to events by their keys and to sources by their paths, so that it can be restored after files were read
//! again and have other numbers.

use std::collections::BTreeMap;

use spoglight_browse::event_id::EventId;
use spoglight_browse::event_key::EventKey;
use spoglight_text::humanize::counted;

use crate::context::Context;
use crate::filters::{Filter, FilterStack};
use crate::model::Model;

/// Most changes that can be taken back.
const DEPTH: usize = 200;

/// What can be taken back, as it is now.
pub(crate) struct Before {
    filters: FilterStack,
    bookmarks: BTreeMap<EventId, String>,
}

impl Before {
    pub(crate) fn of(model: &Model<'_>) -> Before {
        Before { filters: model.filters.clone(), bookmarks: model.bookmarks.clone() }
    }

    fn is_as(&self, model: &Model<'_>) -> bool {
        let saved =
            |stack: &FilterStack| -> Vec<_> { stack.filters.iter().map(Filter::saved).cloned().collect() };
        self.bookmarks == model.bookmarks
            && self.filters.hidden == model.filters.hidden
            && saved(&self.filters) == saved(&model.filters)
    }

    /// What is restored, in the words of the user.
    fn what(&self, model: &Model<'_>) -> &'static str {
        if self.bookmarks == model.bookmarks {
            "filters"
        } else if self.bookmarks.keys().eq(model.bookmarks.keys()) {
            "note"
        } else {
            "bookmarks"
        }
    }

    /// The same in a form that does not depend on the numbers of events and sources.
    fn state(self, model: &Model<'_>, what: &'static str) -> State {
        let key = |event: EventId| {
            let known = model.keys.get(&event).cloned().flatten();
            known.or_else(|| model.data.index.key_of(event, &model.data.facts).ok())
        };
        let path = |source: usize| model.data.facts.get(source).map(|facts| facts.path.to_string());
        State {
            what,
            hidden: self.filters.hidden_sources().filter_map(path).collect(),
            filters: self.filters.filters,
            bookmarks: self.bookmarks.into_iter().map(|(event, note)| (key(event), note)).collect(),
        }
    }
}

/// Filters, hidden sources and bookmarks to go back to.
struct State {
    what: &'static str,
    filters: Vec<Filter>,
    /// Paths of the hidden sources.
    hidden: Vec<String>,
    /// `None` for an event whose file was replaced before its key was made.
    bookmarks: Vec<(Option<EventKey>, String)>,
}

/// States to go back to, and to go forward to after that.
#[derive(Default)]
pub(crate) struct UndoStack {
    past: Vec<State>,
    future: Vec<State>,
}

impl UndoStack {
    /// Notes that the user may have changed something since `before`.
    pub(crate) fn note(&mut self, before: Before, model: &Model<'_>) {
        if before.is_as(model) {
            return;
        }
        let what = before.what(model);
        self.future.clear();
        if self.past.len() == DEPTH {
            self.past.remove(0);
        }
        self.past.push(before.state(model, what));
    }

    /// Goes back by one change, or forward again.
    pub(crate) fn step(&mut self, is_back: bool, context: &mut Context<'_, '_>) {
        let (from, to) =
            if is_back { (&mut self.past, &mut self.future) } else { (&mut self.future, &mut self.past) };
        let Some(state) = from.pop() else {
            context.ui.note(if is_back { "nothing to undo" } else { "nothing to redo" });
            return;
        };
        let what = state.what;
        to.push(Before::of(context.model).state(context.model, what));
        let lost = state.restore(context);
        let done = if is_back { "undone" } else { "redone" };
        let lost = lost.map_or_else(String::new, |lost| format!("; {lost}"));
        context.ui.note(format!("{done}: {what}{lost} ({} more)", from.len()));
    }
}

impl State {
    /// Makes it the state of the browser. Returns what of it is gone, in words.
    fn restore(self, context: &mut Context<'_, '_>) -> Option<String> {
        let model = &mut *context.model;
        let mut bookmarks = BTreeMap::new();
        let mut gone = 0;
        for (key, note) in self.bookmarks {
            match key.and_then(|key| model.data.index.find(&key, &model.data.facts)) {
                Some(event) => drop(bookmarks.insert(event, note)),
                None => gone += 1,
            }
        }
        model.bookmarks = bookmarks;
        let sources = model.data.by_name();
        let hidden: Vec<usize> =
            self.hidden.iter().filter_map(|path| sources.get(path.as_str()).copied()).collect();
        model.filters.filters = self.filters;
        model.filters.hidden.fill(false);
        model.filters.hide(hidden);
        model.touch();
        context.refilter();
        (gone > 0).then(|| format!("{} not found", counted(gone, "bookmark", "bookmarks")))
    }
}
