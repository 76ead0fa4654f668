//! The input line at the bottom: typing, completion, and what is done with the input.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use ratatui::Frame;
use ratatui::crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph};
use unicode_width::UnicodeWidthStr;

use crate::commands;
use crate::context::{Context, first_line};
use crate::export::Export;
use crate::filters::Filter;
use crate::keys::Key::{Code, Ctrl};
use crate::keys::{Action, Binding, PaneId, bind};
use crate::message::Command;
use crate::model::{Model, Writing};
use crate::pane::{Outcome, Pane, Region};
use crate::prompt::{ExportScope, Prompt, PromptKind};
use crate::search::SearchRequest;
use crate::theme::{Palette, Theme};
use crate::ui::{HelpView, Ui};
use crate::widgets::cut;
use spoglight_browse::event_id::EventId;
use spoglight_query::{Query, complete};
use spoglight_report::document::{self, Document};
use spoglight_report::events::{self, ExportHeading, ShownZone};
use spoglight_text::humanize::{counted, grouped};
use spoglight_text::sanitize::clean;
use spoglight_time::time_expr::{ResolveContext, TimeExpr};

const BINDINGS: &[Binding] = &[
    bind(&[Code(KeyCode::Enter)], "accept", Action::Accept).hint("accept"),
    bind(&[Code(KeyCode::Esc), Ctrl('c')], "cancel", Action::Close).hint("cancel"),
    bind(&[Code(KeyCode::Tab)], "complete", Action::Complete).hint("complete"),
    bind(&[Code(KeyCode::Up)], "earlier input", Action::Earlier).hint("earlier input"),
    bind(&[Code(KeyCode::Down)], "later input", Action::Later),
];

/// Events from which on writing them is to be confirmed.
const MANY: usize = 5000;

/// Events that are read to tell how large a file will be.
const SAMPLED: usize = 200;

/// The input line.
#[derive(Default)]
pub(crate) struct PromptLine;

impl Pane for PromptLine {
    fn id(&self) -> PaneId {
        PaneId("prompt")
    }

    fn region(&self) -> Region {
        Region::StatusLine
    }

    fn is_open(&self, ui: &Ui) -> bool {
        ui.prompt.is_some()
    }

    fn bindings(&self) -> &'static [Binding] {
        BINDINGS
    }

    fn handle(&mut self, action: Action, context: &mut Context<'_, '_>) -> Outcome {
        let Some(prompt) = &mut context.ui.prompt else { return Outcome::Ignored };
        match action {
            Action::Accept => accept(context),
            Action::Close => cancel(context),
            Action::Complete if prompt.complete() => typed(context),
            Action::Complete => offer(context),
            Action::Earlier | Action::Later => {
                prompt.recall(&context.ui.history, action == Action::Earlier);
                typed(context);
            }
            _ => return Outcome::Ignored,
        }
        Outcome::Done
    }

    fn type_key(&mut self, key: &KeyEvent, context: &mut Context<'_, '_>) -> Outcome {
        if context.ui.prompt.as_mut().is_some_and(|prompt| prompt.edit(key)) {
            typed(context);
        }
        Outcome::Done
    }

    fn paste(&mut self, text: &str, context: &mut Context<'_, '_>) {
        if let Some(prompt) = &mut context.ui.prompt {
            prompt.paste(text);
            typed(context);
        }
    }

    fn draw(&mut self, frame: &mut Frame<'_>, area: Rect, model: &Model<'_>, ui: &mut Ui) -> Rect {
        let Some(prompt) = &ui.prompt else { return area };
        let theme = ui.theme;
        let label = prompt.label();
        let side = side_text(prompt, model);
        let side = cut(&theme.text(&clean(&side)), usize::from(area.width) / 2);
        let width = usize::from(area.width).saturating_sub(label.len() + side.width() + 1).max(1);
        let scroll = prompt.input.visual_scroll(width.saturating_sub(1));
        let [name, line, end] = Layout::horizontal([
            Constraint::Length(label.len() as u16),
            Constraint::Min(1),
            Constraint::Length(side.width() as u16),
        ])
        .areas(area);
        frame.render_widget(Span::styled(label, theme.key()), name);
        let value = clean(prompt.text());
        frame.render_widget(Paragraph::new(value.as_ref()).scroll((0, scroll as u16)), line);
        let style = if prompt.error.is_some() { theme.error() } else { theme.faint() };
        frame.render_widget(Span::styled(side, style), end);
        let column = prompt.input.visual_cursor().saturating_sub(scroll);
        let column = column.min(usize::from(line.width.saturating_sub(1)));
        frame.set_cursor_position((line.x + column as u16, line.y));
        if !prompt.completions.is_empty() && area.y > 0 {
            let above = Rect { x: line.x, y: area.y - 1, width: area.right() - line.x, height: 1 };
            draw_completions(frame, above, &prompt.completions, theme);
        }
        area
    }
}

/// The error, or the number of events that pass the filter so far.
fn side_text(prompt: &Prompt, model: &Model<'_>) -> String {
    match &prompt.error {
        Some(error) => format!("  {}", first_line(error)),
        None if prompt.kind == PromptKind::Filter => {
            let more = if model.filtering.is_some() { "+" } else { "" };
            format!("  {}{more} events", grouped(model.range().len() as u64))
        }
        None => String::new(),
    }
}

fn draw_completions(frame: &mut Frame<'_>, area: Rect, completions: &[String], theme: Theme) {
    let mut spans = Vec::new();
    let mut used = 0;
    for (at, completion) in completions.iter().enumerate() {
        let text = format!(" {} ", theme.text(&clean(completion)));
        used += text.width();
        if used > usize::from(area.width) {
            break;
        }
        spans.push(Span::styled(text, if at == 0 { theme.chip() } else { theme.faint() }));
    }
    frame.render_widget(Clear, area);
    frame.render_widget(Line::from(spans), area);
}

fn cancel(context: &mut Context<'_, '_>) {
    let prompt = context.ui.prompt.take();
    if prompt.is_some_and(|prompt| prompt.kind == PromptKind::Filter) {
        context.refilter();
    }
}

/// The input has changed: evaluates a filter while it is typed.
fn typed(context: &mut Context<'_, '_>) {
    let Some(prompt) = &mut context.ui.prompt else { return };
    (prompt.error, prompt.is_confirmed) = (None, false);
    if prompt.kind == PromptKind::Command {
        return offer(context);
    }
    if prompt.kind != PromptKind::Filter {
        return;
    }
    match Query::parse(prompt.text()) {
        Ok(query) => {
            prompt.query = Some(query);
            context.refilter();
        }
        // the last valid filter stays
        Err(error) => prompt.error = Some(error.to_string()),
    }
    offer(context);
}

/// Finds completions at the cursor of a filter.
fn offer(context: &mut Context<'_, '_>) {
    if let Some(prompt) = context.ui.prompt.as_mut().filter(|prompt| prompt.kind == PromptKind::Command) {
        let names: Vec<&str> = Palette::ALL.iter().map(|palette| palette.name()).collect();
        let (from, options) = commands::completions(prompt.text(), &names);
        prompt.replaced = (from, prompt.text().len());
        prompt.completions = options;
        return;
    }
    let Some(prompt) = context.ui.prompt.as_mut().filter(|prompt| prompt.kind == PromptKind::Filter) else {
        return;
    };
    let model = &*context.model;
    let found = complete(prompt.text(), prompt.cursor(), &|field| values(field, model));
    prompt.completions = found.options;
    prompt.replaced = (found.from, found.to);
}

/// Known values of a field.
fn values(field: &str, model: &Model<'_>) -> Vec<String> {
    let facts = model.data.facts.iter().filter(|facts| facts.events > 0);
    let mut values: Vec<String> = match field {
        "host" => facts.filter_map(|facts| facts.host.as_deref().map(str::to_owned)).collect(),
        "source" => {
            facts.map(|facts| spoglight_text::source_path::file_name(&facts.path).to_owned()).collect()
        }
        "process" => facts.filter_map(|facts| facts.origin.process.as_deref().map(str::to_owned)).collect(),
        "format" => facts.filter_map(|facts| facts.format.as_deref().map(str::to_owned)).collect(),
        "finding" => {
            let findings = model.data.analysis.iter().flat_map(|analysis| &analysis.findings);
            findings.map(|finding| finding.id.to_string()).collect()
        }
        _ => Vec::new(),
    };
    values.sort();
    values.dedup();
    values
}

fn accept(context: &mut Context<'_, '_>) {
    let Some(mut prompt) = context.ui.prompt.take() else { return };
    let text = prompt.text().trim().to_owned();
    let outcome = match prompt.kind {
        PromptKind::Filter => accept_filter(&text, context),
        PromptKind::Search if text.is_empty() => {
            context.stop_search();
            Ok(())
        }
        PromptKind::Search => SearchRequest::typed(&text).map(|request| context.search(request, Some(false))),
        PromptKind::Time => go_to_time(&text, context),
        PromptKind::Note(event) => {
            context.model.bookmarks.insert(event, text.clone());
            context.model.touch();
            Ok(())
        }
        PromptKind::Export(scope) => {
            let outcome = export(&text, scope, prompt.is_confirmed, context);
            prompt.is_confirmed = outcome.is_err();
            outcome
        }
        PromptKind::Remove(event) if text == "y" => {
            context.model.bookmarks.remove(&event);
            context.model.touch();
            Ok(())
        }
        PromptKind::Remove(_) => Ok(()),
        PromptKind::Command => {
            let outcome = command(&text, prompt.is_confirmed, context);
            prompt.is_confirmed = outcome.is_err();
            outcome
        }
    };
    match outcome {
        Ok(()) if !text.is_empty() => context.ui.history.add(prompt.kind, text),
        Ok(()) => {}
        Err(error) => {
            prompt.error = Some(error);
            context.ui.prompt = Some(prompt);
        }
    }
}

fn accept_filter(text: &str, context: &mut Context<'_, '_>) -> Result<(), String> {
    if !text.is_empty() {
        context.model.filters.filters.push(Filter::parse(text)?);
    }
    context.refilter();
    Ok(())
}

fn go_to_time(text: &str, context: &mut Context<'_, '_>) -> Result<(), String> {
    let time: TimeExpr = text.parse()?;
    let model = &*context.model;
    let current = context.current();
    let known = ResolveContext {
        span: model.view.span(&model.data.index),
        incident: model.options.incident,
        // relative times count from the selected event
        usual: current.map(|event| model.data.index.key(event).0).filter(|now| *now != i64::MAX),
        zone: match model.zone {
            ShownZone::Of(zone) => Some(zone),
            ShownZone::Source => {
                let source = current.map(|event| model.data.index.source(event).index());
                source.and_then(|source| model.data.facts.get(source)?.clock.zone.rules)
            }
        },
    };
    let utc = time.resolve(&known)?;
    context.go(context.model.view.place_at(&context.model.data.index, utc));
    Ok(())
}

/// Does what a line of the command line asks for.
fn command(text: &str, is_confirmed: bool, context: &mut Context<'_, '_>) -> Result<(), String> {
    if text.is_empty() {
        return Ok(());
    }
    match commands::parse(text)? {
        commands::Line::Quit => context.ui.quits = true,
        commands::Line::Help => context.ui.help = Some(HelpView::default()),
        commands::Line::Write(path) => return export(path, ExportScope::Shown, is_confirmed, context),
        commands::Line::GoTo(time) => return go_to_time(time, context),
        commands::Line::Event(number) => {
            context.ui.go_home();
            let at = context.model.range().start + number.saturating_sub(1);
            context.go(at);
        }
        commands::Line::Filter(filter) => return accept_filter(filter, context),
        commands::Line::Theme(name) => {
            let names = || Palette::ALL.map(Palette::name).join(", ");
            let palette =
                Palette::by_name(name).ok_or_else(|| format!("no theme `{name}`; themes: {}", names()))?;
            context.ui.theme.palette = palette;
            context.model.touch();
        }
    }
    Ok(())
}

/// The file that a typed path names: absolute, with the home folder for `~`, and with a known ending.
fn file_of(path: &str) -> Result<PathBuf, String> {
    let file = match (path.strip_prefix("~/"), std::env::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(path),
    };
    let ending = file.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_ascii_lowercase();
    if !events::endings().any(|known| known == ending) {
        let known: Vec<String> = events::endings().map(|ending| format!(".{ending}")).collect();
        return Err(format!("the file name must end in one of: {}", known.join(" ")));
    }
    std::path::absolute(&file).map_err(|error| error.to_string())
}

/// About how many bytes these events take in a file, by the length of some of them.
fn size_of(numbers: &[EventId], model: &Model<'_>) -> u64 {
    let step = (numbers.len() / SAMPLED).max(1);
    let texts = numbers.iter().step_by(step).filter_map(|event| model.text(*event));
    let (count, bytes) = texts.fold((0, 0), |(count, bytes), text| (count + 1, bytes + text.len() as u64));
    bytes * numbers.len() as u64 / u64::max(count, 1)
}

/// Writes events to a new file.
/// The pages of the findings that these events show, in the order of the report.
fn findings_of(numbers: &[EventId], model: &Model<'_>) -> Document {
    let shown: BTreeSet<usize> = numbers.iter().filter_map(|event| model.data.flags.of(*event)).collect();
    let findings = model.data.analysis.as_ref().map_or(&[][..], |analysis| &analysis.findings);
    let pages =
        shown.into_iter().filter_map(|at| Some(document::finding::page(at + 1, findings.get(at)?).nodes));
    Document::new("Findings", pages.flatten().collect())
}

fn export(
    path: &str,
    scope: ExportScope,
    is_confirmed: bool,
    context: &mut Context<'_, '_>,
) -> Result<(), String> {
    if context.model.writing.is_some() {
        return Err("another file is being written; esc twice stops it".to_owned());
    }
    if path.is_empty() {
        return Err("enter a file name; it ends in .md, .json or .txt for the format".to_owned());
    }
    let path = file_of(path)?;
    if path.exists() {
        return Err("this file exists already".to_owned());
    }
    let model = &*context.model;
    let snapshot = model.snapshot().ok_or("nothing is read yet")?;
    let (numbers, filters) = match scope {
        ExportScope::Bookmarks => (model.bookmarks_in_order(), Vec::new()),
        ExportScope::Shown => {
            let current = context.current();
            let filters = model.filters.filters.iter();
            let labels = filters.map(|filter| filter.label(|utc| model.when(utc, current)));
            let range = context.ui.selection.range(model).unwrap_or_else(|| model.range());
            let shown = model.view.numbers().get(range).unwrap_or_default();
            (shown.to_vec(), labels.collect())
        }
    };
    if numbers.is_empty() {
        return Err("no events to write".to_owned());
    }
    if numbers.len() > MANY && !is_confirmed {
        let size = grouped(size_of(&numbers, model).div_ceil(1_000_000));
        let count = counted(numbers.len(), "event", "events");
        return Err(format!("{count}, about {size} MB: Enter again writes them"));
    }
    let (title, clock, count) = (model.options.title.clone(), model.clock(), numbers.len());
    let heading = ExportHeading { title, filters, clock, count, findings: findings_of(&numbers, model) };
    let (notes, zone) = (model.bookmarks.clone(), model.zone);
    let stop = Arc::<AtomicBool>::default();
    let writing = Writing { path: path.clone(), done: 0, total: count, stop: Arc::clone(&stop) };
    context.model.writing = Some(writing);
    let export = Export { path, heading, numbers, notes, snapshot, zone, stop };
    context.commands.push(Command::Export(Box::new(export)));
    Ok(())
}
