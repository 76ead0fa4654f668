//! Servers and their sources: number of events, clock, and whether each is shown.

use std::collections::BTreeMap;

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
use spoglight_text::humanize::grouped;

pub(crate) const ID: PaneId = PaneId("tree");

/// Columns from which on the clock of each source is shown.
const WITH_CLOCK: usize = 44;

/// Columns of the name of a clock.
const CLOCK: usize = 18;

const BINDINGS: &[Binding] = &[
    bind(&[Code(KeyCode::Enter), Char('x')], "show or hide", Action::Toggle).hint("show or hide"),
    bind(&[Char('o')], "show only this", Action::ToggleOthers).hint("show only this"),
    bind(&[Char('T')], "close", Action::Close).hint("close"),
];

/// A row of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
enum TreeRow {
    /// A server and the numbers of its sources.
    Host(String, Vec<usize>),
    /// The number of a source.
    Source(usize),
}

/// The tree of servers and sources.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    cursor: Cursor,
}

/// Servers by name, each followed by its sources that have events.
fn rows(model: &Model<'_>) -> Vec<TreeRow> {
    let mut hosts: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (source, count) in model.data.counts().into_iter().enumerate() {
        if count > 0 {
            hosts.entry(model.data.host(source)).or_default().push(source);
        }
    }
    let mut rows = Vec::new();
    for (host, sources) in hosts {
        rows.push(TreeRow::Host(host.to_owned(), sources.clone()));
        rows.extend(sources.into_iter().map(TreeRow::Source));
    }
    rows
}

fn is_hidden(model: &Model<'_>, source: usize) -> bool {
    model.filters.hidden.get(source).copied().unwrap_or(false)
}

impl Tree {
    fn chosen(&self, model: &Model<'_>) -> Vec<usize> {
        match rows(model).into_iter().nth(self.cursor.at) {
            Some(TreeRow::Host(_, sources)) => sources,
            Some(TreeRow::Source(source)) => vec![source],
            None => Vec::new(),
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
            TreeRow::Source(source) => {
                let name = model.data.layout().map_or("", |layout| layout.label(*source));
                let clock = model.data.facts.get(*source).and_then(|facts| facts.zone.name.clone());
                Cells {
                    name: format!("  {name}"),
                    count: counts.get(*source).copied().unwrap_or(0),
                    clock: clock.unwrap_or_else(|| "?".to_owned()),
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
            _ if self.cursor.handle(action, &(0..rows(context.model).len())) => {}
            _ => return Outcome::Ignored,
        }
        Outcome::Done
    }

    fn draw(&mut self, frame: &mut Frame<'_>, area: Rect, model: &Model<'_>, ui: &mut Ui) -> Rect {
        let has_focus = ui.focus == ID;
        let area = pane_frame(frame, area, "Servers and sources", has_focus, ui.theme);
        let rows = rows(model);
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
        let range = 0..rows(context.model).len();
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
