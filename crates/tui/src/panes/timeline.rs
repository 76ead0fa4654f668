//! The list of events in order of time, one line each.

use ratatui::Frame;
use ratatui::crossterm::event::KeyCode;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use spoglight_browse::event_id::EventId;
use spoglight_browse::view::Class;
use spoglight_parsers::Level;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::context::Context;
use crate::keys::Key::{Char, Code};
use crate::keys::{Action, Binding, PaneId, bind};
use crate::model::{Model, Stage};
use crate::pane::{Mouse, Outcome, Pane, Region};
use crate::prompt::{ExportScope, PromptKind};
use crate::search::SearchRequest;
use crate::ui::{MatchMenu, Ui};
use crate::widgets::{cut, level_word, painted, pane_frame, row, scrollbar, wrapped};
use spoglight_query::Field;
use spoglight_text::sanitize::clean;

const ID: PaneId = PaneId("timeline");

/// A minute in nanoseconds.
const MINUTE: i64 = 60_000_000_000;

/// Columns that one key scrolls by.
const SCROLL: usize = 20;

/// Columns of messages that stay on the screen when it is scrolled to the right.
const STAYS: usize = 10;

/// Columns from which on every time has its date.
const WITH_DATE: u16 = 110;

/// Columns from which on the server is shown, and the whole name of the source.
const WITH_HOST: usize = 100;

/// Columns of the longest name of a server, and of a source with and without servers.
const HOST: usize = 14;
const LABEL: usize = 20;
const SHORT_LABEL: usize = 12;

const BINDINGS: &[Binding] = &[
    bind(&[Char('f'), Char('&')], "filter", Action::Filter).hint("filter"),
    bind(&[Char('/')], "search", Action::Search).hint("search"),
    bind(&[Char('n'), Code(KeyCode::F(3))], "next hit", Action::SearchNext),
    bind(&[Char('N')], "previous hit", Action::SearchPrevious),
    bind(&[Char('e')], "next error", Action::NextError).hint("next error"),
    bind(&[Char('E')], "previous error", Action::PreviousError),
    bind(&[Char('p')], "next warning", Action::NextWarning),
    bind(&[Char('P')], "previous warning", Action::PreviousWarning),
    bind(&[Char(']')], "next event of a finding", Action::NextFinding),
    bind(&[Char('[')], "previous event of a finding", Action::PreviousFinding),
    bind(&[Char('s')], "next of this source", Action::NextOf(Field::Source)),
    bind(&[Char('S')], "previous of this source", Action::PreviousOf(Field::Source)),
    bind(&[Char('o')], "next of this thread", Action::NextOf(Field::Thread)),
    bind(&[Char('O')], "previous of this thread", Action::PreviousOf(Field::Thread)),
    bind(&[Char('i')], "next of this session", Action::NextOf(Field::Session)),
    bind(&[Char('I')], "previous of this session", Action::PreviousOf(Field::Session)),
    bind(&[Char('t')], "go to a time", Action::Time).hint("time"),
    bind(&[Char(')')], "a minute later", Action::Jump(MINUTE)),
    bind(&[Char('(')], "a minute earlier", Action::Jump(-MINUTE)),
    bind(&[Char('>')], "an hour later", Action::Jump(60 * MINUTE)),
    bind(&[Char('<')], "an hour earlier", Action::Jump(-60 * MINUTE)),
    bind(&[Char('}')], "a day later", Action::Jump(24 * 60 * MINUTE)),
    bind(&[Char('{')], "a day earlier", Action::Jump(-24 * 60 * MINUTE)),
    bind(&[Code(KeyCode::Right)], "scroll long lines right", Action::ScrollRight),
    bind(&[Code(KeyCode::Left)], "scroll long lines left", Action::ScrollLeft),
    bind(&[Char('w')], "wrap long lines", Action::Wrap).hint("wrap"),
    bind(&[Char('='), Char('+')], "keep matching", Action::Keep).hint("keep"),
    bind(&[Char('!'), Char('-')], "exclude matching", Action::Exclude).hint("exclude"),
    bind(&[Char('l')], "raise minimum level", Action::RaiseLevel),
    bind(&[Char('h')], "lower minimum level", Action::LowerLevel),
    bind(&[Code(KeyCode::Backspace)], "remove last filter", Action::RemoveFilter),
    bind(&[Char('R')], "clear all filters", Action::ClearFilters),
    bind(&[Char('z')], "zoom in", Action::ZoomIn).hint("zoom in"),
    bind(&[Char('Z')], "zoom out", Action::ZoomOut),
    bind(&[Char('m')], "add or remove a bookmark", Action::Bookmark).hint("bookmark"),
    bind(&[Char('a')], "bookmark with a note", Action::Annotate),
    bind(&[Char('\'')], "next bookmark", Action::NextBookmark),
    bind(&[Char('"')], "previous bookmark", Action::PreviousBookmark),
    bind(&[Char('y')], "copy the event", Action::Copy),
    bind(&[Char('x')], "export the shown events, or the range", Action::Export),
    bind(&[Char('V')], "begin a range, or end it", Action::Mark),
    bind(&[Code(KeyCode::Enter), Char('d')], "event details", Action::Detail),
    bind(&[Char('v')], "expand the stack trace", Action::Unfold),
    bind(&[Char('r')], "the text as it is in its file", Action::Raw),
];

/// The list of events. Its selection is part of the screen, because every other pane refers to it.
#[derive(Default)]
pub(crate) struct Timeline {
    /// Position in the view of each row of the screen: a wrapped event has several.
    rows: Vec<usize>,
}

impl Pane for Timeline {
    fn id(&self) -> PaneId {
        ID
    }

    fn region(&self) -> Region {
        Region::Main
    }

    fn opener(&self) -> Option<Binding> {
        Some(bind(&[Char('1')], "timeline", Action::Show(ID)).hint("timeline"))
    }

    fn bindings(&self) -> &'static [Binding] {
        BINDINGS
    }

    fn handle(&mut self, action: Action, context: &mut Context<'_, '_>) -> Outcome {
        match action {
            Action::Detail => context.ui.toggle(PaneId::DETAIL),
            Action::Unfold | Action::Raw => return Outcome::Forward(PaneId::DETAIL, action),
            Action::Copy => context.copy(context.current().and_then(|event| context.model.text(event))),
            Action::Mark => mark(context),
            Action::Export => context.open_prompt(PromptKind::Export(ExportScope::Shown)),
            Action::ScrollRight => {
                context.ui.left =
                    if context.ui.is_wrapped { 0 } else { context.ui.left.saturating_add(SCROLL) };
            }
            Action::ScrollLeft => context.ui.left = context.ui.left.saturating_sub(SCROLL),
            Action::Wrap => (context.ui.is_wrapped, context.ui.left) = (!context.ui.is_wrapped, 0),
            Action::Bookmark => toggle_bookmark(context),
            Action::Annotate => {
                if let Some(event) = context.current() {
                    context.open_prompt(PromptKind::Note(event));
                }
            }
            _ => {
                if !go(action, context) && !filter(action, context) {
                    let range = context.model.range();
                    let is_known = context.ui.selection.cursor.handle(action, &range);
                    context.ui.selection.is_moved |= is_known;
                    return if is_known { Outcome::Done } else { Outcome::Ignored };
                }
            }
        }
        Outcome::Done
    }

    fn draw(&mut self, frame: &mut Frame<'_>, area: Rect, model: &Model<'_>, ui: &mut Ui) -> Rect {
        let has_focus = ui.focus == ID;
        let range = model.range();
        let title = title(model, ui);
        let area = pane_frame(frame, area, &title, has_focus, ui.theme);
        let height = usize::from(area.height);
        ui.selection.cursor.fit(&range, height);
        if range.is_empty() {
            draw_empty(frame, area, model, ui);
            return area;
        }
        let columns = Columns::new(area, model);
        bring_into_view(height, &columns, model, ui);
        let cursor = ui.selection.cursor;
        let marked = ui.selection.range(model);
        self.rows.clear();
        for position in (cursor.top..range.end).take(height) {
            let Some(event) = model.view.get(position) else { break };
            for line in event_lines(event, &columns, model, ui) {
                if self.rows.len() >= height {
                    break;
                }
                let line = match &marked {
                    _ if position == cursor.at => ui.theme.chosen(line, has_focus),
                    Some(marked) if marked.contains(&position) => ui.theme.chosen(line, false),
                    _ => line,
                };
                row(frame, area, self.rows.len(), line);
                self.rows.push(position);
            }
        }
        scrollbar(frame, area, cursor.top - range.start, height, range.len(), ui.theme);
        area
    }

    fn hit(&mut self, mouse: Mouse, at: Position, area: Rect, context: &mut Context<'_, '_>) -> Outcome {
        match mouse {
            Mouse::Press => {
                context.ui.focus = ID;
                if let Some(position) = self.rows.get(usize::from(at.y - area.y)) {
                    context.go(*position);
                }
            }
            Mouse::Wheel(by) => context.select(|cursor, range| cursor.page(by, range)),
            Mouse::Drag | Mouse::Release => {}
        }
        Outcome::Done
    }
}

/// Moves the selection. Returns false for other actions.
fn go(action: Action, context: &mut Context<'_, '_>) -> bool {
    match action {
        Action::NextError => next_of_class(Class::Error, false, context),
        Action::PreviousError => next_of_class(Class::Error, true, context),
        Action::NextWarning => next_of_class(Class::Warning, false, context),
        Action::PreviousWarning => next_of_class(Class::Warning, true, context),
        Action::Jump(by) => jump(by, context),
        Action::NextFinding | Action::PreviousFinding => {
            let order = context.model.data.flags.order.clone();
            next_among(&order, action == Action::PreviousFinding, "event of a finding", context);
        }
        Action::NextBookmark | Action::PreviousBookmark => {
            let order = context.model.bookmarks_in_order();
            next_among(&order, action == Action::PreviousBookmark, "bookmark", context);
        }
        Action::NextOf(field) => next_of(field, false, context),
        Action::PreviousOf(field) => next_of(field, true, context),
        Action::SearchNext => context.next_hit(false),
        Action::SearchPrevious => context.next_hit(true),
        Action::Search => context.open_prompt(PromptKind::Search),
        Action::Time => context.open_prompt(PromptKind::Time),
        _ => return false,
    }
    true
}

/// Changes the filters. Returns false for other actions.
fn filter(action: Action, context: &mut Context<'_, '_>) -> bool {
    match action {
        Action::Filter => context.open_prompt(PromptKind::Filter),
        Action::Keep => context.ui.menu = context.current().map(|_| MatchMenu::Keep),
        Action::Exclude => context.ui.menu = context.current().map(|_| MatchMenu::Exclude),
        Action::RaiseLevel | Action::LowerLevel => {
            context.model.filters.step_level(action == Action::RaiseLevel);
            context.refilter();
        }
        Action::RemoveFilter => context.remove_filter(),
        Action::ClearFilters => {
            context.model.filters.clear();
            context.refilter();
        }
        Action::ZoomIn => context.zoom(true),
        Action::ZoomOut => context.zoom(false),
        _ => return false,
    }
    true
}

/// Begins a range at the selected event, or ends it.
fn mark(context: &mut Context<'_, '_>) {
    if context.ui.selection.mark.take().is_some() {
        return context.ui.note("the range is ended");
    }
    context.ui.selection.mark = context.current();
    context.ui.note("a range begins here: move to its end, x exports it, V ends it");
}

fn toggle_bookmark(context: &mut Context<'_, '_>) {
    let Some(event) = context.current() else { return };
    if context.model.bookmarks.get(&event).is_some_and(|note| !note.is_empty()) {
        return context.open_prompt(PromptKind::Remove(event));
    }
    if context.model.bookmarks.remove(&event).is_none() {
        context.model.bookmarks.insert(event, String::new());
    }
    context.model.touch();
}

fn next_of_class(class: Class, back: bool, context: &mut Context<'_, '_>) {
    let (model, at) = (&*context.model, context.ui.selection.cursor.at);
    match model.view.next_of_class(class, &model.data.index, at, &model.range(), back) {
        Some(at) => context.go(at),
        None => context.ui.note(none_further(if class == Class::Error { "error" } else { "warning" }, back)),
    }
}

/// Selects the first event from a time on that is later, or earlier, than that of the selected event.
fn jump(by: i64, context: &mut Context<'_, '_>) {
    let (model, at) = (&*context.model, context.ui.selection.cursor.at);
    let index = &model.data.index;
    let Some(now) = context.current().map(|event| index.key(event).0) else { return };
    // events without a date are after all others
    let range = model.range();
    let range = range.start..range.end.min(model.view.place_at(index, i64::MAX));
    let place = model.view.place_at(index, now.saturating_add(by));
    // at least one event further, where nothing was logged in between
    let place = if by > 0 { place.max(at.saturating_add(1)) } else { place.min(at.saturating_sub(1)) };
    if range.contains(&place) {
        return context.go(place);
    }
    let (end, note) = if by > 0 {
        (range.end.saturating_sub(1), "no later event with a date")
    } else {
        (range.start, "no earlier event with a date")
    };
    if range.contains(&at) {
        context.go(end);
    }
    context.ui.note(note);
}

/// Selects the next shown one of these events, which are in order of time.
fn next_among(order: &[EventId], back: bool, name: &str, context: &mut Context<'_, '_>) {
    let model = &*context.model;
    let index = &model.data.index;
    let key = context.current().map(|event| index.key(event));
    let is_shown = |event: &&EventId| {
        let at = model.view.place_of(index, **event);
        model.event_at(at) == Some(**event)
    };
    let found = if back {
        let end = key.map_or(order.len(), |key| order.partition_point(|event| index.key(*event) < key));
        order.get(..end).unwrap_or_default().iter().rev().find(is_shown)
    } else {
        let start = key.map_or(0, |key| order.partition_point(|event| index.key(*event) <= key));
        order.get(start..).unwrap_or_default().iter().find(is_shown)
    };
    match found.map(|event| model.view.place_of(index, *event)) {
        Some(at) => context.go(at),
        None => context.ui.note(none_further(name, back)),
    }
}

/// Selects the next event with the same value of a field.
fn next_of(field: Field, back: bool, context: &mut Context<'_, '_>) {
    let value = context.current().and_then(|event| context.model.field(event, field));
    let Some(value) = value else {
        return context.ui.note(format!("this event has no {}", field.name()));
    };
    let request = match SearchRequest::field(field, &value) {
        Ok(request) => request,
        Err(error) => return context.ui.note(crate::context::first_line(&error)),
    };
    if context.model.search.as_ref().is_some_and(|search| search.request.label == request.label) {
        context.next_hit(back);
    } else {
        context.search(request, Some(back));
    }
}

fn none_further(name: &str, back: bool) -> String {
    format!("no {} {name}", if back { "earlier" } else { "later" })
}

/// The date of the first event on the screen, and the clock.
fn title(model: &Model<'_>, ui: &Ui) -> String {
    let top = model.view.get(ui.selection.cursor.top);
    match top.map(|event| model.data.time(event, model.zone)) {
        Some(time) if time.len() > 10 => {
            format!("{}  {}", time.get(..10).unwrap_or_default(), model.clock())
        }
        _ => "Events".to_owned(),
    }
}

/// Says why there are no events.
fn draw_empty(frame: &mut Frame<'_>, area: Rect, model: &Model<'_>, ui: &Ui) {
    let theme = ui.theme;
    let text = match model.stage {
        _ if model.filtering.is_some() => "",
        Stage::Opening | Stage::Reading => "The first events appear as soon as they are read.",
        _ if model.data.index.is_empty() => "No events in these files.",
        _ => "No event passes the filters. Backspace removes the last one, R all.",
    };
    let mut lines = vec![Line::styled(text, theme.faint())];
    for warning in model.unread() {
        let text = format!("{} {}; {}", warning.path, warning.what, warning.advice);
        let text = theme.text(&clean(&text)).into_owned();
        lines.extend(wrapped(&text, usize::from(area.width)).into_iter().map(Line::raw));
    }
    frame.render_widget(Paragraph::new(lines), area);
}

/// Widths of the columns.
struct Columns {
    has_date: bool,
    /// Columns of servers; 0 if they are not shown.
    host: usize,
    label: usize,
    width: usize,
}

impl Columns {
    fn new(area: Rect, model: &Model<'_>) -> Columns {
        let width = usize::from(area.width.saturating_sub(1));
        let hosts = model.data.facts.iter().filter_map(|facts| facts.host.as_deref());
        let host = hosts.map(UnicodeWidthStr::width).max().unwrap_or(0).min(HOST);
        let is_wide = width > WITH_HOST;
        Columns {
            has_date: area.width >= WITH_DATE,
            host: if is_wide { host } else { 0 },
            label: if is_wide { LABEL } else { SHORT_LABEL },
            width,
        }
    }
}

/// Scrolls so that the selected event is on the screen and long lines are not scrolled out of it.
fn bring_into_view(height: usize, columns: &Columns, model: &Model<'_>, ui: &mut Ui) {
    let cursor = ui.selection.cursor;
    if ui.left > 0 {
        let shown = (cursor.top..).take(height).map_while(|position| model.view.get(position));
        let longest = shown.map(|event| model.data.line(event).text.width()).max().unwrap_or(0);
        ui.left = ui.left.min(longest.saturating_sub(STAYS));
    }
    if !ui.is_wrapped {
        return;
    }
    let lines = (cursor.top..=cursor.at).map_while(|position| model.view.get(position));
    let lines: Vec<usize> = lines.map(|event| event_lines(event, columns, model, ui).len()).collect();
    let mut used: usize = lines.iter().sum();
    for count in lines {
        if used <= height || ui.selection.cursor.top == cursor.at {
            return;
        }
        used -= count;
        ui.selection.cursor.top += 1;
    }
}

/// The text without its first columns.
fn without(text: &str, columns: usize) -> &str {
    let mut used = 0;
    let start = text.char_indices().find(|(_, letter)| {
        let is_start = used >= columns;
        used += letter.width().unwrap_or(0);
        is_start
    });
    start.map_or("", |(start, _)| text.get(start..).unwrap_or_default())
}

/// The lines of an event: one, or as many as its text needs if long lines are wrapped.
fn event_lines(event: EventId, columns: &Columns, model: &Model<'_>, ui: &Ui) -> Vec<Line<'static>> {
    let theme = ui.theme;
    let line = model.data.line(event);
    let column = |text: &str, width: usize| {
        let text = cut(&theme.text(text), width);
        let pad = width.saturating_sub(text.width());
        format!("{text}{} ", " ".repeat(pad))
    };
    let time = model.data.time(event, model.zone);
    let (time, width) = if columns.has_date { (time.get(5..), 18) } else { (time.get(11..), 12) };
    let mut spans = vec![
        sign(event, model, ui),
        Span::styled(format!("{:<width$}", time.unwrap_or("-")), theme.faint()),
        Span::styled(model.data.mark(event).to_string(), theme.warning()),
    ];
    if columns.host > 0 {
        spans.push(Span::raw(column(&clean(model.data.host(line.source)), columns.host)));
    }
    let label = model.data.layout().map_or("", |layout| layout.label(line.source));
    spans.push(Span::styled(column(label, columns.label), theme.source(line.source)));
    let style = theme.level(line.level);
    spans.push(Span::styled(format!("{:<5} ", level_word(line.level)), style));
    let used: usize = spans.iter().map(|span| span.content.width()).sum();
    let more = if line.below > 0 { format!(" [+{}]", line.below) } else { String::new() };
    let room = columns.width.saturating_sub(used + more.len());
    let text = theme.text(&line.text);
    let is_severe = matches!(line.level, Level::Fatal | Level::Error | Level::Warn);
    let style = if is_severe { theme.message(line.level) } else { Style::new() };
    let highlight = model.search.as_ref().and_then(|search| search.request.highlight.as_ref());
    if !ui.is_wrapped {
        let text = if ui.left > 0 { without(&text, ui.left) } else { &text };
        painted(&cut(text, room), highlight, style, theme.hit(), &mut spans);
        spans.push(Span::styled(more, theme.faint()));
        return vec![Line::from(spans)];
    }
    let indent = " ".repeat(used);
    let mut lines = Vec::new();
    for part in wrapped(&text, room) {
        if !lines.is_empty() {
            spans.push(Span::raw(indent.clone()));
        }
        painted(&part, highlight, style, theme.hit(), &mut spans);
        lines.push(Line::from(std::mem::take(&mut spans)));
    }
    if let Some(last) = lines.last_mut() {
        last.push_span(Span::styled(more, theme.faint()));
    }
    lines
}

/// The sign of a bookmark or a finding.
fn sign(event: EventId, model: &Model<'_>, ui: &Ui) -> Span<'static> {
    let theme = ui.theme;
    if model.bookmarks.contains_key(&event) {
        return Span::styled(theme.either("★", "*"), theme.key());
    }
    let finding = model.data.flags.of(event);
    let finding = finding.and_then(|at| model.data.analysis.as_ref()?.findings.get(at));
    match finding {
        Some(finding) => Span::styled(theme.either("◆", "#"), theme.severity(Some(finding.severity))),
        None => Span::raw(" "),
    }
}
