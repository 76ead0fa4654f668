//! Changes to the model by the answers of background work.

use std::collections::BTreeMap;

use spoglight_browse::event_id::EventId;
use spoglight_browse::groups::TemplateGroups;
use spoglight_browse::survey::SurveyUpdate;
use spoglight_browse::view::View;
use spoglight_signatures::DefinitionError;
use spoglight_source::SourceId;

use crate::context::Context;
use crate::message::{Filtered, Found};
use crate::model::{Filtering, Groups, Stage};
use crate::prompt::Prompt;
use crate::resume;

/// Path of a source, and offset of an event in it.
type Place = (String, u64);

/// Everything that refers to events and sources by number, in a form that survives a new index.
struct Anchors {
    current: Option<Place>,
    bookmarks: Vec<(Place, String)>,
    /// The event that a note is being written for.
    noted: Option<Place>,
    hidden: Vec<String>,
}

/// Takes news of reading the collection. Fails if it cannot be read at all.
pub(crate) fn survey<'s>(
    context: &mut Context<'_, 's>,
    news: SurveyUpdate<'s>,
    view: Option<View>,
) -> Result<(), DefinitionError> {
    match news {
        SurveyUpdate::Began(library) => context.model.data.library = Some(library),
        SurveyUpdate::Opened { sources, bytes } => {
            context.model.stage = Stage::Reading;
            context.model.filters.hidden = vec![false; sources];
            context.model.progress = (0, bytes);
        }
        SurveyUpdate::More(index, facts) => {
            context.ui.selection.was_at_end = context.is_at_end();
            context.model.data.set(index, facts);
            indexed(context, view);
        }
        SurveyUpdate::All(index, facts, collected) => {
            let is_first = context.model.data.collected.is_none();
            // files have changed, so events and sources have other numbers
            let anchors = (!is_first).then(|| anchors(context));
            context.ui.selection.was_at_end = context.is_at_end();
            context.model.data.set(index, facts);
            context.model.data.collected = Some(collected);
            if let Some(anchors) = anchors {
                find_again(context, &anchors);
            }
            context.model.stage = Stage::Diagnosing;
            indexed(context, view);
            if is_first {
                resume::resume(context);
            }
        }
        SurveyUpdate::Diagnosed(analysis) => {
            context.model.stage = Stage::Done;
            context.model.data.judge(analysis);
            context.model.touch();
        }
        SurveyUpdate::Failed(error) => return Err(error),
    }
    Ok(())
}

/// There are more events; `view` has all of them.
fn indexed(context: &mut Context<'_, '_>, view: Option<View>) {
    context.model.touch();
    let is_all = context.model.filters.event_filter(None).is_all();
    context.model.all = view.clone().unwrap_or_default();
    match view.filter(|_| is_all && context.ui.prompt.is_none()) {
        Some(view) => context.show(view),
        None => context.refilter(),
    }
    // hits may have moved in time
    if let Some(search) = context.model.search.take() {
        context.search(search.request, None);
    }
}

/// Takes events that pass a filter.
pub(crate) fn filtered(context: &mut Context<'_, '_>, filtered: Filtered) {
    if context.model.filtering.is_none_or(|filtering| filtering.id != filtered.id) {
        return; // of an earlier filter
    }
    let (id, done) = (filtered.id, filtered.done);
    context.model.filtering = (!filtered.is_last).then_some(Filtering { id, done });
    context.show(filtered.view);
}

/// Takes hits of a search.
pub(crate) fn found(context: &mut Context<'_, '_>, found: Found) {
    if context.model.search.as_mut().is_some_and(|search| search.update(found)) {
        context.go_to_wanted_hit();
    }
}

/// Takes events counted by message template.
pub(crate) fn grouped(context: &mut Context<'_, '_>, id: u64, groups: TemplateGroups) {
    if matches!(context.model.groups, Groups::Counting(known) if known == id) {
        context.model.groups = Groups::Counted(groups);
    }
}

fn anchors(context: &Context<'_, '_>) -> Anchors {
    let data = &context.model.data;
    let path =
        |source: usize| data.facts.get(source).map_or_else(String::new, |facts| facts.path.to_string());
    let place = |event: EventId| (path(data.index.source(event).index()), data.index.offset(event));
    let bookmarks = context.model.bookmarks.iter();
    Anchors {
        current: context.current().map(place),
        bookmarks: bookmarks.map(|(event, note)| (place(*event), note.clone())).collect(),
        noted: context.ui.prompt.as_ref().and_then(Prompt::noted).map(place),
        hidden: context.model.filters.hidden_sources().map(path).collect(),
    }
}

/// Finds everything again in the new index. What is no longer there is dropped.
fn find_again(context: &mut Context<'_, '_>, anchors: &Anchors) {
    let data = &context.model.data;
    let sources = data.by_name();
    let event = |place: &Place| data.index.event_at(SourceId::new(*sources.get(place.0.as_str())?), place.1);
    let pending = anchors.current.as_ref().and_then(event);
    let bookmarks = anchors.bookmarks.iter().filter_map(|(place, note)| Some((event(place)?, note.clone())));
    let bookmarks: BTreeMap<EventId, String> = bookmarks.collect();
    if let Some(place) = &anchors.noted {
        let prompt = context.ui.prompt.take().zip(event(place));
        context.ui.prompt = prompt.map(|(prompt, event)| prompt.for_event(event));
    }
    let hidden = anchors.hidden.iter().filter_map(|path| sources.get(path.as_str()).copied());
    let hidden: Vec<usize> = hidden.collect();
    let count = data.facts.len();
    context.model.filters.hidden = vec![false; count];
    context.model.filters.hide(hidden);
    context.model.bookmarks = bookmarks;
    context.ui.selection.pending = pending;
    // it refers to the old numbers, and is rebuilt at once
    context.model.view = View::default();
    context.ui.is_stale = true;
}
