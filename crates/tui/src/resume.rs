//! Saves the session of a collection and restores it when the same collection is opened again.

use std::collections::BTreeMap;

use spoglight_browse::event_id::EventId;
use spoglight_browse::session;
use spoglight_browse::session::{Bookmark, SavedFilter, SavedPosition, Session};
use spoglight_report::events::ShownZone;
use spoglight_source::Problem;
use spoglight_text::humanize::counted;
use spoglight_time::zone;

use crate::anchors;
use crate::context::{Context, first_line};
use crate::filters::{self, Filter};
use crate::model::Model;
use crate::ui::Ui;

/// Saves filters, bookmarks and position. Returns why that failed.
pub(crate) fn save(model: &Model<'_>, ui: &Ui) -> Option<Problem> {
    let (store, key) = (model.options.store.as_ref()?, key(model)?);
    store.save(&key, &session(model, ui))
}

fn session(model: &Model<'_>, ui: &Ui) -> Session {
    let data = &model.data;
    let root = root(model);
    let name = |source: usize| {
        let path = data.facts.get(source).map_or("", |facts| &*facts.path);
        path.strip_prefix(root.as_str()).unwrap_or(path).to_owned()
    };
    let place = |event: EventId| {
        let known = model.keys.get(&event).cloned().flatten();
        match known.or_else(|| data.index.key_of(event, &data.facts).ok()) {
            Some(key) => SavedPosition::from_key(&key, &root),
            // a folder that cannot be read now may be readable when the session is opened
            None => SavedPosition {
                source: name(data.index.source(event).index()),
                offset: data.index.offset(event),
                fingerprint: None,
                line: None,
            },
        }
    };
    let at = ui.selection.cursor.at;
    Session {
        zone: match model.zone {
            ShownZone::Of(zone) => zone.name().to_owned(),
            ShownZone::Source => "source".to_owned(),
        },
        narrowings: model.filters.filters.iter().map(|filter| filter.saved().clone()).collect(),
        hidden: model.filters.hidden_sources().map(name).collect(),
        bookmarks: model
            .bookmarks
            .iter()
            .map(|(event, note)| Bookmark { place: place(*event), note: note.clone() })
            .collect(),
        // nothing to restore if the selection never moved
        position: model.event_at(at).filter(|_| at > 0).map(place),
        ..Session::default()
    }
}

/// The folder that all sources share.
fn root(model: &Model<'_>) -> String {
    session::common(model.data.facts.iter().map(|facts| &*facts.path))
}

/// Id of the collection, once it is read.
fn key(model: &Model<'_>) -> Option<String> {
    let sources = &model.data.collected.as_ref()?.bundle.sources;
    Some(session::key(sources.iter().map(|source| (&*source.path, source.size))))
}

/// Restores the saved session. Filters and position are restored only if the user has not set any yet.
pub(crate) fn resume(context: &mut Context<'_, '_>) {
    let Some((store, key)) = context.model.options.store.clone().zip(key(context.model)) else { return };
    let (session, problem) = store.load(&key);
    if let Some(Problem { path, what, advice, .. }) = problem {
        context.ui.note(format!("{path} {what}; {advice}"));
    }
    if session.is_empty() {
        return;
    }
    // bookmarks are restored in any case
    let is_touched = !context.model.filters.filters.is_empty() || context.ui.prompt.is_some();
    let found = Restored::find(context.model, &session);
    let bookmarks = some(found.bookmarks.len(), "bookmark", "bookmarks");
    let lost = anchors::not_found(session.bookmarks.len().saturating_sub(found.bookmarks.len()));
    for (event, note) in found.bookmarks {
        context.model.bookmarks.entry(event).or_insert(note);
    }
    if is_touched {
        let restored = bookmarks.map(|bookmarks| format!("{bookmarks} restored"));
        let notes: Vec<String> = lost.into_iter().chain(restored).collect();
        if !notes.is_empty() {
            context.ui.note(notes.join("; "));
        }
        return;
    }
    let is_gone = session.position.is_some() && found.position.is_none();
    let lost = [lost, is_gone.then(|| "the selected event is gone".to_owned())];
    let lost = lost.into_iter().flatten().collect::<Vec<_>>();
    let hidden = some(found.hidden.len(), "source hidden", "sources hidden");
    context.model.filters.hide(found.hidden);
    let refused = restore_filters(context.model, session.narrowings);
    restore_zone(context.model, &session.zone);
    let filters = some(context.model.filters.filters.len(), "filter", "filters");
    context.ui.note(summary([filters, hidden, bookmarks], &lost, &refused));
    if let Some(event) = found.position {
        context.go(context.model.view.place_of(&context.model.data.index, event));
    }
    context.refilter();
}

/// Saved events and sources, by their numbers in this index.
struct Restored {
    bookmarks: Vec<(EventId, String)>,
    hidden: Vec<usize>,
    position: Option<EventId>,
}

impl Restored {
    fn find(model: &Model<'_>, session: &Session) -> Restored {
        let root = root(model);
        let sources: BTreeMap<&str, usize> = (0..)
            .zip(model.data.facts.iter())
            .map(|(at, facts)| (facts.path.strip_prefix(root.as_str()).unwrap_or(&facts.path), at))
            .collect();
        let event = |place: &SavedPosition| model.data.index.find(&place.key(&root), &model.data.facts);
        let bookmarks = session.bookmarks.iter();
        let hidden = session.hidden.iter();
        Restored {
            bookmarks: bookmarks
                .filter_map(|bookmark| Some((event(&bookmark.place)?, bookmark.note.clone())))
                .collect(),
            hidden: hidden.filter_map(|name| sources.get(name.as_str()).copied()).collect(),
            position: session.position.as_ref().and_then(event),
        }
    }
}

/// Restores the filters. Returns those that this version cannot evaluate, each with the reason.
fn restore_filters(model: &mut Model<'_>, saved: Vec<SavedFilter>) -> Vec<String> {
    let mut refused = Vec::new();
    for saved in saved {
        let label = filters::label(&saved, |utc| model.when(utc, None));
        match Filter::restore(saved) {
            Ok(filter) => model.filters.filters.push(filter),
            Err(error) => refused.push(format!("`{label}` ({})", first_line(&error))),
        }
    }
    refused
}

fn restore_zone(model: &mut Model<'_>, name: &str) {
    if name == "source" {
        model.zone = ShownZone::Source;
    } else if let Some(zone) = zone::by_name(name) {
        model.zone = ShownZone::Of(zone);
    }
}

/// A line about what was restored.
fn summary(restored: [Option<String>; 3], lost: &[String], refused: &[String]) -> String {
    let [filters, hidden, bookmarks] = restored;
    let way_out = if filters.is_some() || hidden.is_some() { " (R clears filters)" } else { "" };
    let restored: Vec<String> = [filters, hidden, bookmarks].into_iter().flatten().collect();
    let colon = if restored.is_empty() { "" } else { ": " };
    let mut text = format!("Session restored{colon}{}{way_out}", restored.join(", "));
    // first, because the end of a long line is cut
    if !lost.is_empty() {
        text = format!("{}; {text}", lost.join("; "));
    }
    if !refused.is_empty() {
        text = format!("saved filter not valid: {}; {text}", refused.join(", "));
    }
    text
}

/// A number of things, if there are any.
fn some(count: usize, one: &str, more: &str) -> Option<String> {
    (count > 0).then(|| counted(count, one, more))
}
