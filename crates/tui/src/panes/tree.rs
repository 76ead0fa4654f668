//! Servers and their sources: number of events, clock, and whether each is shown. The rotated files of a log are one row,
//! which opens.

use std::collections::{BTreeMap, BTreeSet};

use ratatui::Frame;
use ratatui::crossterm::event::KeyCode;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::context::Context;
use crate::keys::Key::{Char, Code};
use crate::keys::{Action, Binding, PaneId, bind};
use crate::list::Cursor;
use crate::model::Model;
use crate::pane::{Mouse, Outcome, Pane, Region};
use crate::ui::Ui;
use crate::widgets::{cut, pane_frame, row};
use spoglight_model::analysis::SourceFacts;
use spoglight_text::humanize::grouped;
use spoglight_text::source_path::file_name;

pub(crate) const ID: PaneId = PaneId("tree");

/// Columns from which on the clock of each source is shown.
const WITH_CLOCK: usize = 44;

/// Columns of the name of a clock.
const CLOCK: usize = 18;

const BINDINGS: &[Binding] = &[
    bind(&[Code(KeyCode::Enter), Char('x')], "show or hide", Action::Toggle).hint("show or hide"),
    bind(&[Char('o')], "show only this", Action::ToggleOthers).hint("show only this"),
    bind(&[Code(KeyCode::Right)], "open the files of a log", Action::ScrollRight),
    bind(&[Code(KeyCode::Left)], "close them", Action::ScrollLeft),
    bind(&[Char('T')], "close", Action::Close).hint("close"),
];

/// A row of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
enum TreeRow {
    /// A server and the numbers of its sources.
    Host(String, Vec<usize>),
    /// A log and the numbers of its rotated files; whether they follow.
    Log(LogKey, Vec<usize>, bool),
    /// The number of a source, and whether it is below its log.
    Source(usize, bool),
}

/// The server and the name of a log.
type LogKey = (String, String);

/// The tree of servers and sources.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    cursor: Cursor,
    /// Logs whose files are shown.
    opened: BTreeSet<LogKey>,
}

fn is_hidden(model: &Model<'_>, source: usize) -> bool {
    model.filters.hidden.get(source).copied().unwrap_or(false)
}

impl Tree {
    /// Servers by name, each followed by its logs that have events, in the order of the first source of each.
    fn rows(&self, model: &Model<'_>) -> Vec<TreeRow> {
        let mut hosts: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (source, count) in model.data.counts().into_iter().enumerate() {
            if count > 0 {
                hosts.entry(model.data.host(source)).or_default().push(source);
            }
        }
        let mut rows = Vec::new();
        for (host, sources) in hosts {
            rows.push(TreeRow::Host(host.to_owned(), sources.clone()));
            let log = |source: usize| model.data.facts.get(source).map_or("", |facts| &facts.log);
            let mut logs: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
            for source in sources {
                logs.entry(log(source)).or_default().push(source);
            }
            let mut logs: Vec<(&str, Vec<usize>)> = logs.into_iter().collect();
            logs.sort_by_key(|(_, sources)| sources.first().copied());
            for (name, sources) in logs {
                if let [one] = sources.as_slice() {
                    rows.push(TreeRow::Source(*one, false));
                    continue;
                }
                let key = (host.to_owned(), name.to_owned());
                let is_open = self.opened.contains(&key);
                rows.push(TreeRow::Log(key, sources.clone(), is_open));
                if is_open {
                    rows.extend(sources.into_iter().map(|source| TreeRow::Source(source, true)));
                }
            }
        }
        rows
    }

    fn chosen(&self, model: &Model<'_>) -> Vec<usize> {
        match self.rows(model).into_iter().nth(self.cursor.at) {
            Some(TreeRow::Host(_, sources) | TreeRow::Log(_, sources, _)) => sources,
            Some(TreeRow::Source(source, _)) => vec![source],
            None => Vec::new(),
        }
    }

    /// Shows the files of the selected log, or closes the log that the selected file is of.
    fn open(&mut self, is_open: bool, context: &mut Context<'_, '_>) {
        let rows = self.rows(context.model);
        let above = rows.iter().enumerate().take(self.cursor.at + 1).rev();
        let mut above = above.skip_while(|(_, row)| !is_open && matches!(row, TreeRow::Source(_, true)));
        match above.next() {
            Some((_, TreeRow::Log(key, ..))) if is_open => drop(self.opened.insert(key.clone())),
            Some((at, TreeRow::Log(key, ..))) => {
                self.opened.remove(key);
                self.cursor.go(at, &(0..rows.len()));
            }
            _ => context.ui.note("one file: only a log with rotated files opens"),
        }
    }

    /// Hides the selected sources, or shows them if all are hidden.
    fn toggle(&self, context: &mut Context<'_, '_>) {
        let sources = self.chosen(context.model);
        let hide = sources.iter().any(|source| !is_hidden(context.model, *source));
        for source in sources {
            if let Some(hidden) = context.model.filters.hidden.get_mut(source) {
                *hidden = hide;
            }
        }
        context.refilter();
    }

    /// Hides all other sources, or shows all if they are hidden.
    fn toggle_others(&self, context: &mut Context<'_, '_>) {
        let sources = self.chosen(context.model);
        let filters = &mut context.model.filters;
        let is_only =
            filters.hidden.iter().enumerate().all(|(source, hidden)| *hidden != sources.contains(&source));
        for (source, hidden) in filters.hidden.iter_mut().enumerate() {
            *hidden = !is_only && !sources.contains(&source);
        }
        context.refilter();
    }
}

/// The name of the zone of a source; `?` if it is not known.
fn zone_name(facts: &SourceFacts) -> String {
    facts.zone.name.clone().unwrap_or_else(|| "?".to_owned())
}

/// A row as it is drawn.
struct Cells {
    name: String,
    count: u64,
    clock: String,
    is_hidden: bool,
    style: Style,
}

impl Cells {
    fn new(model: &Model<'_>, ui: &Ui, row: &TreeRow, counts: &[u64]) -> Cells {
        match row {
            TreeRow::Host(host, sources) => Cells {
                name: host.clone(),
                count: sources.iter().filter_map(|source| counts.get(*source)).sum(),
                clock: String::new(),
                is_hidden: sources.iter().all(|source| is_hidden(model, *source)),
                style: ui.theme.strong(),
            },
            TreeRow::Log(_, sources, is_open) => {
                let first = sources.first().copied().unwrap_or(0);
                let label = model.data.layout().map_or("", |layout| layout.label(first));
                let zone = |source: &usize| model.data.facts.get(*source).map(zone_name);
                let zones: BTreeSet<String> = sources.iter().filter_map(zone).collect();
                let mark = if *is_open { ui.theme.either("▾", "v") } else { ui.theme.either("▸", ">") };
                Cells {
                    name: format!("{mark} {label} ({} files)", sources.len()),
                    count: sources.iter().filter_map(|source| counts.get(*source)).sum(),
                    clock: if zones.len() == 1 { zones.into_iter().collect() } else { String::new() },
                    is_hidden: sources.iter().all(|source| is_hidden(model, *source)),
                    style: ui.theme.source(first),
                }
            }
            TreeRow::Source(source, is_below) => {
                let facts = model.data.facts.get(*source);
                let label = model.data.layout().map_or("", |layout| layout.label(*source));
                let name = match facts.filter(|_| *is_below).map(|facts| file_name(&facts.path)) {
                    // from its label on, with the ending that the other files of its log do not have
                    Some(file) => {
                        format!("  {}", file.find(label).and_then(|at| file.get(at..)).unwrap_or(file))
                    }
                    None => label.to_owned(),
                };
                Cells {
                    name: format!("  {name}"),
                    count: counts.get(*source).copied().unwrap_or(0),
                    clock: facts.map_or_else(|| "?".to_owned(), zone_name),
                    is_hidden: is_hidden(model, *source),
                    style: ui.theme.source(*source),
                }
            }
        }
    }

    fn line(self, ui: &Ui, width: usize) -> Line<'static> {
        let theme = ui.theme;
        let mark = if self.is_hidden { theme.either("○", "-") } else { theme.either("●", "+") };
        let count = grouped(self.count);
        let clock = if width > WITH_CLOCK { format!(" {}", cut(&self.clock, CLOCK)) } else { String::new() };
        let room = width.saturating_sub(3 + count.len() + clock.len());
        let name = cut(&theme.text(&self.name), room);
        let pad = room.saturating_sub(unicode_width::UnicodeWidthStr::width(name.as_str()));
        let style = if self.is_hidden { theme.faint() } else { self.style };
        Line::from(vec![
            Span::styled(format!("{mark} "), style),
            Span::styled(name, style),
            Span::raw(" ".repeat(pad)),
            Span::styled(clock, theme.faint()),
            Span::raw(format!(" {count}")),
        ])
    }
}

impl Pane for Tree {
    fn id(&self) -> PaneId {
        ID
    }

    fn region(&self) -> Region {
        Region::Left
    }

    fn opener(&self) -> Option<Binding> {
        Some(bind(&[Char('T')], "servers and sources", Action::Show(ID)).hint("sources"))
    }

    fn bindings(&self) -> &'static [Binding] {
        BINDINGS
    }

    fn handle(&mut self, action: Action, context: &mut Context<'_, '_>) -> Outcome {
        match action {
            Action::Toggle => self.toggle(context),
            Action::ToggleOthers => self.toggle_others(context),
            Action::Close => context.ui.toggle(ID),
            Action::ScrollRight => self.open(true, context),
            Action::ScrollLeft => self.open(false, context),
            _ => {
                let range = 0..self.rows(context.model).len();
                if !self.cursor.handle(action, &range) {
                    return Outcome::Ignored;
                }
            }
        }
        Outcome::Done
    }

    fn draw(&mut self, frame: &mut Frame<'_>, area: Rect, model: &Model<'_>, ui: &mut Ui) -> Rect {
        let has_focus = ui.focus == ID;
        let area = pane_frame(frame, area, "Servers and sources", has_focus, ui.theme);
        let rows = self.rows(model);
        let counts = model.data.counts();
        let height = usize::from(area.height);
        self.cursor.fit(&(0..rows.len()), height);
        let width = usize::from(area.width);
        for (at, tree_row) in rows.iter().enumerate().skip(self.cursor.top).take(height) {
            let line = Cells::new(model, ui, tree_row, &counts).line(ui, width);
            let line = if at == self.cursor.at { ui.theme.chosen(line, has_focus) } else { line };
            row(frame, area, at - self.cursor.top, line);
        }
        area
    }

    fn hit(&mut self, mouse: Mouse, at: Position, area: Rect, context: &mut Context<'_, '_>) -> Outcome {
        let range = 0..self.rows(context.model).len();
        match mouse {
            Mouse::Press => {
                context.ui.focus = ID;
                let before = self.cursor.at;
                self.cursor.click(at.y - area.y, &range);
                // a second click on a row is like Enter
                if self.cursor.at == before {
                    self.toggle(context);
                }
            }
            Mouse::Wheel(by) => self.cursor.page(by, &range),
            Mouse::Drag | Mouse::Release => {}
        }
        Outcome::Done
    }
}
