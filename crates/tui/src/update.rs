//! Changes to the model by the answers of background work.

use spoglight_browse::groups::TemplateGroups;
use spoglight_browse::survey::SurveyUpdate;
use spoglight_browse::view::View;
use spoglight_model::analysis::{Analysis, Finding};
use spoglight_signatures::DefinitionError;

use crate::anchors::Anchors;
use crate::context::Context;
use crate::message::{Filtered, Found};
use crate::model::{Filtering, Groups, Stage};
use crate::resume;

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
            let anchors = (!is_first).then(|| Anchors::new(context));
            context.ui.selection.was_at_end = context.is_at_end();
            context.model.data.set(index, facts);
            context.model.data.collected = Some(collected);
            if let Some(anchors) = anchors {
                anchors.restore(context);
            }
            context.model.stage = Stage::Diagnosing;
            indexed(context, view);
            if is_first {
                resume::resume(context);
            }
        }
        SurveyUpdate::Diagnosed(analysis) => {
            context.model.stage = Stage::Done;
            announce(context, &analysis);
            context.model.data.judge(analysis);
            context.model.touch();
        }
        SurveyUpdate::Failed(error) => return Err(error),
    }
    Ok(())
}

/// Shows how many findings there are, or which one is new since files were read last.
fn announce(context: &mut Context<'_, '_>, analysis: &Analysis) {
    let note = match &context.model.data.analysis {
        None if analysis.findings.is_empty() => None,
        None => {
            let findings = spoglight_text::humanize::counted(analysis.findings.len(), "finding", "findings");
            Some(format!("{findings}: press 2"))
        }
        Some(before) => {
            let is_new = |finding: &&Finding| before.findings.iter().all(|known| known.id != finding.id);
            let new = analysis.findings.iter().find(is_new);
            new.map(|finding| format!("new finding: {} (press 2)", finding.title))
        }
    };
    if let Some(note) = note {
        let before = context.ui.note.take().map(|before| format!("{before}; ")).unwrap_or_default();
        context.ui.note(format!("{before}{note}"));
    }
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
