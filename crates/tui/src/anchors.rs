//! Keeps the selection, bookmarks, notes and hidden sources when files are read again: events and sources have other numbers
//! then.
//!
//! The key of an event is made while its file is still as it was read. When the next index arrives, the file may already be
//! another one.

use std::collections::BTreeMap;

use spoglight_browse::event_id::EventId;
use spoglight_browse::event_key::EventKey;
use spoglight_browse::view::View;
use spoglight_text::humanize::counted;

use crate::context::Context;
use crate::prompt::Prompt;

/// Everything that refers to events and sources by number, in a form that survives a new index.
pub(crate) struct Anchors {
    /// The selected event.
    current: Option<EventKey>,
    /// Whether an event was selected by the user.
    has_current: bool,
    /// Bookmarked events with their notes. `None` for an event whose file was replaced before its key was made.
    bookmarks: Vec<(Option<EventKey>, String)>,
    /// The event that a note is being written for, if one is.
    noted: Option<EventKey>,
    /// Where a range begins.
    mark: Option<EventKey>,
    /// Whether there is a range.
    has_mark: bool,
    hidden: Vec<String>,
}

/// Makes the keys of events that must be found again later, and drops those of others. Nothing is read for events whose keys
/// are known.
pub(crate) fn remember(context: &mut Context<'_, '_>) {
    let mut wanted: Vec<EventId> = context.model.bookmarks.keys().copied().collect();
    wanted.extend(context.ui.prompt.as_ref().and_then(Prompt::noted));
    // a selection without bookmark is only lost if files are read again
    if context.model.options.follow {
        wanted.extend(context.ui.selection.pending.or_else(|| context.current()));
        wanted.extend(context.ui.selection.mark);
    }
    let model = &mut *context.model;
    let mut known = std::mem::take(&mut model.keys);
    for event in wanted {
        let key =
            known.remove(&event).unwrap_or_else(|| model.data.index.key_of(event, &model.data.facts).ok());
        model.keys.entry(event).or_insert(key);
    }
}

impl Anchors {
    /// Takes them from the state before a new index.
    pub(crate) fn new(context: &Context<'_, '_>) -> Anchors {
        let model = &*context.model;
        let key = |event: EventId| model.keys.get(&event).cloned().flatten();
        let current = context.ui.selection.pending.or_else(|| context.current());
        let lost = model.lost.iter().map(|(key, note)| (Some(key.clone()), note.clone()));
        let bookmarks = model.bookmarks.iter().map(|(event, note)| (key(*event), note.clone()));
        let path = |source: usize| model.data.facts.get(source).map(|facts| facts.path.to_string());
        Anchors {
            current: current.and_then(key),
            has_current: current.is_some() && context.ui.selection.is_moved,
            bookmarks: bookmarks.chain(lost).collect(),
            noted: context.ui.prompt.as_ref().and_then(Prompt::noted).and_then(key),
            mark: context.ui.selection.mark.and_then(key),
            has_mark: context.ui.selection.mark.is_some(),
            hidden: model.filters.hidden_sources().filter_map(path).collect(),
        }
    }

    /// Finds everything in the new index. A lost event is reported, and its bookmark is looked for again in the next index.
    pub(crate) fn restore(self, context: &mut Context<'_, '_>) {
        let model = &mut *context.model;
        let (index, facts) = (&model.data.index, &model.data.facts);
        let mut keys = BTreeMap::new();
        let mut find = |key: Option<&EventKey>| {
            let key = key?;
            let event = index.find(key, facts)?;
            let path = facts.get(index.source(event).index()).map(|facts| facts.path.to_string());
            let key = EventKey { path: path.unwrap_or_default(), ..key.clone() };
            keys.insert(event, Some(key));
            Some(event)
        };
        let pending = find(self.current.as_ref());
        let noted = find(self.noted.as_ref());
        let mark = find(self.mark.as_ref());
        let (mut bookmarks, mut lost, mut gone) = (BTreeMap::new(), Vec::new(), 0);
        for (key, note) in self.bookmarks {
            match (find(key.as_ref()), key) {
                (Some(event), _) => drop(bookmarks.insert(event, note)),
                (None, Some(key)) => lost.push((key, note)),
                (None, None) => gone += 1,
            }
        }
        let sources = model.data.by_name();
        let hidden: Vec<usize> =
            self.hidden.iter().filter_map(|path| sources.get(path.as_str()).copied()).collect();
        // those lost before were reported then
        gone += lost.iter().filter(|(key, _)| model.lost.iter().all(|(known, _)| known != key)).count();
        model.filters.hidden = vec![false; model.data.facts.len()];
        model.filters.hide(hidden);
        (model.keys, model.bookmarks, model.lost) = (keys, bookmarks, lost);
        // it refers to the old numbers, and is rebuilt at once
        model.view = View::default();
        let mut notes = Vec::from_iter(not_found(gone));
        if context.ui.prompt.as_ref().and_then(Prompt::noted).is_some() {
            let prompt = context.ui.prompt.take().zip(noted);
            if prompt.is_none() {
                notes.push("note not saved: its event is gone".to_owned());
            }
            context.ui.prompt = prompt.map(|(prompt, event)| prompt.for_event(event));
        }
        let stays_at_end = model.options.follow && context.ui.selection.was_at_end;
        if self.has_current && pending.is_none() && !stays_at_end {
            notes.push("the selected event is gone".to_owned());
        }
        context.ui.selection.mark = mark;
        if self.has_mark && mark.is_none() {
            notes.push("the range is ended: the event at its begin is gone".to_owned());
        }
        if !notes.is_empty() {
            context.ui.note(notes.join("; "));
        }
        context.ui.selection.pending = pending;
        context.ui.is_stale = true;
    }
}

/// Text about bookmarks whose events are gone, if there are any.
pub(crate) fn not_found(count: usize) -> Option<String> {
    let events = if count == 1 { "its event is gone" } else { "their events are gone" };
    (count > 0).then(|| format!("{} not found: {events}", counted(count, "bookmark", "bookmarks")))
}
