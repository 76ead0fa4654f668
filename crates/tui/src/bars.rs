//! The lines above and below the panes: title, filters, status, and key hints.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use crate::keys::{Action, Binding};
use crate::model::{Groups, Model, Stage};
use crate::ui::Ui;
use crate::widgets::cut;
use spoglight_text::humanize::{counted, grouped};
use spoglight_text::sanitize::clean;

/// Space after a hint.
const GAP: &str = "   ";

/// Columns of the label of a filter.
const FILTER: usize = 60;

/// Columns of the name of the program and the spaces after it.
const NAMED: usize = 11;

/// Draws the name of the collection, its size, and how many findings there are.
pub(crate) fn draw_title(frame: &mut Frame<'_>, area: Rect, model: &Model<'_>, ui: &Ui) {
    let theme = ui.theme;
    let sources = model.data.counts().iter().filter(|count| **count > 0).count();
    let sources = counted(sources, "source", "sources");
    let events = counted(model.data.index.len(), "event", "events");
    let mut end = Vec::new();
    if let Some(analysis) = &model.data.analysis {
        let text = match analysis.findings.len() {
            0 => "no findings".to_owned(),
            count => counted(count, "finding", "findings"),
        };
        end.push(Span::styled(format!("  {text}"), theme.severity(analysis.verdict.severity)));
        if !analysis.warnings.is_empty() {
            let text = counted(analysis.warnings.len(), "problem", "problems");
            end.push(Span::styled(format!("  {text}"), theme.warning()));
        }
    }
    let name = theme.text(&clean(&model.options.title)).into_owned();
    let used = |size: &str| {
        let end: usize = end.iter().map(|span| span.content.width()).sum();
        NAMED + size.width() + 2 + end
    };
    // reports count a message in two files once
    let second: u64 = model.data.facts.iter().filter(|one| one.is_second()).map(|one| one.events).sum();
    let size = format!("{sources}, {events}");
    let whole = format!("{size} ({} in a second file)", grouped(second));
    let fits = second > 0 && used(&whole) + name.width() <= usize::from(area.width);
    let size = if fits { whole } else { size };
    let room = usize::from(area.width).saturating_sub(used(&size));
    let mut spans = vec![
        Span::styled("spoglight", theme.strong()),
        Span::raw("  "),
        Span::raw(cut(&name, room)),
        Span::raw("  "),
        Span::styled(size, theme.faint()),
    ];
    spans.append(&mut end);
    frame.render_widget(Line::from(spans), area);
}

/// Draws the filters and the number of hidden sources.
pub(crate) fn draw_filters(frame: &mut Frame<'_>, area: Rect, model: &Model<'_>, ui: &Ui) {
    let theme = ui.theme;
    let current = model.event_at(ui.selection.cursor.at);
    let mut spans = Vec::new();
    for filter in &model.filters.filters {
        let label = filter.label(|utc| model.when(utc, current));
        let label = cut(&theme.text(&clean(&label)), FILTER);
        let text = if theme.has_colour() { format!(" {label} ") } else { format!("[{label}]") };
        spans.push(Span::styled(text, theme.chip()));
        spans.push(Span::raw(" "));
    }
    let hidden = model.filters.hidden_count();
    if hidden > 0 {
        let text = counted(hidden, "source hidden", "sources hidden");
        spans.push(Span::styled(text, theme.warning()));
    }
    frame.render_widget(Line::from(spans), area);
}

/// Draws the note or the work in progress, and the position of the selection.
pub(crate) fn draw_status(frame: &mut Frame<'_>, area: Rect, model: &Model<'_>, ui: &Ui) {
    let theme = ui.theme;
    let right = position_text(model, ui);
    let room = usize::from(area.width).saturating_sub(right.width() + 2);
    let (text, style) = match &ui.note {
        Some(note) => (note.clone(), theme.warning()),
        None => (work_text(model, ui.selection.cursor.at), Style::new()),
    };
    let text = cut(&theme.text(&clean(&text)), room);
    let pad = usize::from(area.width).saturating_sub(text.width() + right.width());
    let spans =
        vec![Span::styled(text, style), Span::raw(" ".repeat(pad)), Span::styled(right, theme.faint())];
    frame.render_widget(Line::from(spans), area);
}

/// The work in progress.
fn work_text(model: &Model<'_>, at: usize) -> String {
    let percent = |(done, total): (u64, u64)| done.min(total) * 100 / total.max(1);
    let mut parts = Vec::new();
    match model.stage {
        Stage::Opening => parts.push("opening".to_owned()),
        Stage::Reading => parts.push(format!(
            "loading {} %; local times are placed once all logs are read",
            percent(model.progress)
        )),
        Stage::Diagnosing => parts.push("diagnosing".to_owned()),
        Stage::Done if model.options.follow => parts.push("following".to_owned()),
        Stage::Done => {}
    }
    if let Some(writing) = &model.writing {
        let done = percent((writing.done as u64, writing.total as u64));
        parts.push(format!("writing {} {done} %; esc stops", writing.path.display()));
    }
    if let Some(filtering) = model.filtering {
        parts.push(format!("filtering {} %", percent(filtering.done)));
    }
    if let Some(search) = &model.search {
        let label = &search.request.label;
        parts.push(if search.is_last {
            match search.number_of(at) {
                Some((Some(number), all)) => {
                    format!("search: {label}, hit {} of {}", grouped(number as u64), grouped(all as u64))
                }
                Some((None, all)) => format!("search: {label}, {}", counted(all, "hit", "hits")),
                None => format!("search: {label}"),
            }
        } else {
            format!("searching {label} {} %", percent(search.done))
        });
    }
    if matches!(model.groups, Groups::Counting(_)) {
        parts.push("counting similar messages".to_owned());
    }
    parts.join("; ")
}

/// The position of the selection, and the clock.
fn position_text(model: &Model<'_>, ui: &Ui) -> String {
    let range = model.range();
    let at = if range.is_empty() { 0 } else { ui.selection.cursor.at.saturating_sub(range.start) + 1 };
    let of = grouped(range.len() as u64);
    let all = model.data.index.len();
    let all = if range.len() == all { String::new() } else { format!(" ({} in all)", grouped(all as u64)) };
    let marked = ui.selection.range(model);
    let marked = marked
        .map_or_else(String::new, |range| format!("range of {}  ", counted(range.len(), "event", "events")));
    format!("{marked}{} of {of}{all}  {}", grouped(at as u64), model.clock())
}

/// The bindings with a hint, in the order of the line: help and quit, other screens, the pane's own, the rest. A pane that takes all
/// keys has only its own.
pub(crate) fn hints(own: &[Binding], everywhere: &[Binding], ui: &Ui) -> Vec<Binding> {
    let (help, rest): (Vec<Binding>, Vec<Binding>) =
        everywhere.iter().partition(|binding| matches!(binding.action, Action::Help | Action::Quit));
    let (screens, rest): (Vec<Binding>, Vec<Binding>) =
        rest.iter().partition(|binding| matches!(binding.action, Action::Show(_)));
    let is_own =
        |binding: &Binding| own.iter().any(|known| known.keys.iter().any(|key| binding.keys.contains(key)));
    let others =
        screens.into_iter().filter(|binding| binding.action != Action::Show(ui.screen) && !is_own(binding));
    let all = help.into_iter().chain(others).chain(own.iter().copied()).chain(rest);
    all.filter(|binding| binding.hint.is_some()).collect()
}

/// The key of a hint. A digit is in brackets: before a word it looks like a count.
pub(crate) fn hint_key(binding: &Binding) -> String {
    let name = binding.first_name();
    if name.chars().all(|letter| letter.is_ascii_digit()) { format!("[{name}]") } else { name }
}

/// Draws key hints, as many as fit.
pub(crate) fn draw_hints(frame: &mut Frame<'_>, area: Rect, hints: &[Binding], ui: &Ui) {
    let mut spans = Vec::new();
    let mut used = 0;
    for binding in hints {
        let (key, hint) = (hint_key(binding), binding.hint.unwrap_or_default());
        used += key.width() + 1 + hint.width();
        if used > usize::from(area.width) {
            break;
        }
        used += GAP.len();
        spans.push(Span::styled(key, ui.theme.key()));
        spans.push(Span::styled(format!(" {hint}{GAP}"), ui.theme.faint()));
    }
    frame.render_widget(Line::from(spans), area);
}
