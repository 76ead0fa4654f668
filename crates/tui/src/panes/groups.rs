//! Shown messages that differ in numbers and ids only, counted.

use ratatui::Frame;
use ratatui::crossterm::event::KeyCode;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};

use crate::context::Context;
use crate::filters::Filter;
use crate::keys::Key::{Char, Code};
use crate::keys::{Action, Binding, PaneId, bind};
use crate::list::Cursor;
use crate::model::{Groups, Model};
use crate::pane::{Mouse, Outcome, Pane, Region};
use crate::ui::Ui;
use crate::widgets::{cut, level_word, pane_frame, row, scrollbar};
use spoglight_browse::groups::TemplateGroup;
use spoglight_text::humanize::grouped;
use spoglight_text::sanitize::clean;

const ID: PaneId = PaneId("groups");

/// Columns before the text of a message.
const HEAD: usize = 11 + 6 + 16;

const BINDINGS: &[Binding] = &[
    bind(&[Code(KeyCode::Enter), Char('=')], "keep only these", Action::Open).hint("keep only these"),
    bind(&[Char('!')], "exclude these", Action::Exclude).hint("exclude these"),
    bind(&[Char('y')], "copy the message", Action::Copy),
];

/// The list of groups.
#[derive(Debug, Default)]
pub(crate) struct GroupList {
    cursor: Cursor,
}

fn rows<'m>(model: &'m Model<'_>) -> &'m [TemplateGroup] {
    match &model.groups {
        Groups::Counted(counted) => &counted.groups,
        Groups::Stale | Groups::Counting(_) | Groups::Stopped => &[],
    }
}

impl GroupList {
    fn chosen<'m>(&self, model: &'m Model<'_>) -> Option<&'m TemplateGroup> {
        rows(model).get(self.cursor.at)
    }

    /// Keeps, or excludes, the events of the selected group.
    fn filter(&self, is_out: bool, context: &mut Context<'_, '_>) {
        let group = self.chosen(context.model);
        let template = group.and_then(|group| String::from_utf8(group.shape.clone()).ok());
        let Some(template) = template else { return };
        if !is_out {
            context.ui.screen = context.ui.home;
        }
        context.toggle_filter(Filter::template(template, is_out));
    }
}

fn group_line(model: &Model<'_>, ui: &Ui, group: &TemplateGroup, width: usize) -> Line<'static> {
    let theme = ui.theme;
    let first = model.data.time(group.first, model.zone);
    let first = first.get(5..19).unwrap_or("-");
    let text = cut(&theme.text(&clean(&group.example)), width.saturating_sub(HEAD));
    Line::from(vec![
        Span::styled(format!("{:>10} ", grouped(group.count)), theme.strong()),
        Span::styled(format!("{:<5} ", level_word(group.level)), theme.level(group.level)),
        Span::styled(format!("{first:<15}"), theme.faint()),
        Span::raw(text),
    ])
}

impl Pane for GroupList {
    fn id(&self) -> PaneId {
        ID
    }

    fn region(&self) -> Region {
        Region::Screen
    }

    fn opener(&self) -> Option<Binding> {
        Some(bind(&[Char('3')], "similar messages", Action::Show(ID)))
    }

    fn bindings(&self) -> &'static [Binding] {
        BINDINGS
    }

    fn opened(&mut self, context: &mut Context<'_, '_>) {
        if matches!(context.model.groups, Groups::Stopped) {
            context.count_groups();
        }
    }

    fn refresh(&mut self, context: &mut Context<'_, '_>) {
        if matches!(context.model.groups, Groups::Stale) {
            context.count_groups();
        }
    }

    fn handle(&mut self, action: Action, context: &mut Context<'_, '_>) -> Outcome {
        let count = rows(context.model).len();
        match action {
            Action::Open => self.filter(false, context),
            Action::Exclude => self.filter(true, context),
            Action::Copy => context.copy(self.chosen(context.model).map(|group| group.example.clone())),
            _ if self.cursor.handle(action, &(0..count)) => {}
            _ => return Outcome::Ignored,
        }
        Outcome::Done
    }

    fn draw(&mut self, frame: &mut Frame<'_>, area: Rect, model: &Model<'_>, ui: &mut Ui) -> Rect {
        let theme = ui.theme;
        let area = pane_frame(frame, area, "Similar messages", true, theme);
        let rows = rows(model);
        let height = usize::from(area.height);
        self.cursor.fit(&(0..rows.len()), height);
        let text = match model.groups {
            Groups::Counting(_) | Groups::Stale => "Counting ...",
            Groups::Stopped => "Stopped. 3 counts again.",
            Groups::Counted(_) => "",
        };
        frame.render_widget(Line::styled(text, theme.faint()), area);
        for (at, group) in rows.iter().enumerate().skip(self.cursor.top).take(height) {
            let line = group_line(model, ui, group, usize::from(area.width));
            let line = if at == self.cursor.at { theme.chosen(line, true) } else { line };
            row(frame, area, at - self.cursor.top, line);
        }
        scrollbar(frame, area, self.cursor.top, height, rows.len(), theme);
        area
    }

    fn hit(&mut self, mouse: Mouse, at: Position, area: Rect, context: &mut Context<'_, '_>) -> Outcome {
        let count = rows(context.model).len();
        match mouse {
            Mouse::Press => self.cursor.click(at.y - area.y, &(0..count)),
            Mouse::Wheel(by) => self.cursor.step(by, &(0..count)),
            Mouse::Drag | Mouse::Release => {}
        }
        Outcome::Done
    }
}
