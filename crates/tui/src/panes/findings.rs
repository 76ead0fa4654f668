//! Findings, root cause first, then errors that no signature matches, gaps of the collection, and files that were not read;
//! each with its details.

use ratatui::Frame;
use ratatui::crossterm::event::KeyCode;
use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::context::Context;
use crate::keys::Key::{Char, Code};
use crate::keys::{Action, Binding, PaneId, bind};
use crate::list::Cursor;
use crate::model::{Model, Stage};
use crate::pane::{Mouse, Outcome, Pane, Region};
use crate::theme::Theme;
use crate::ui::Ui;
use crate::widgets::{cut, pane_frame, row, scrollbar};
use spoglight_model::analysis::{Analysis, Evidence};
use spoglight_report::{RenderOptions, text};
use spoglight_text::sanitize::clean;

const ID: PaneId = PaneId("findings");

/// Columns of the word before a title.
const WORD: usize = 12;

/// Columns from which on the details are beside the list and not below it.
const WIDE: u16 = 120;

/// Columns of details that are copied.
const COPIED: usize = 100;

/// Lines that one key scrolls the details by.
const STEP: usize = 10;

const BINDINGS: &[Binding] = &[
    bind(&[Code(KeyCode::Enter)], "go to its log line", Action::Open).hint("go to its log line"),
    bind(&[Char(']'), Code(KeyCode::Right)], "scroll details down", Action::ScrollDown).hint("details down"),
    bind(&[Char('['), Code(KeyCode::Left)], "scroll details up", Action::ScrollUp).hint("details up"),
    bind(&[Char('y')], "copy the details", Action::Copy).hint("copy"),
];

/// A row of the list, by its position in the analysis.
#[derive(Debug, Clone, Copy)]
enum FindingRow<'a> {
    Verdict(&'a Analysis),
    Finding(usize, &'a Analysis),
    Unnamed(usize, &'a Analysis),
    CannotTell(usize, &'a Analysis),
    NotRead(usize, &'a Analysis),
}

impl<'a> FindingRow<'a> {
    fn all(analysis: &'a Analysis) -> Vec<FindingRow<'a>> {
        let each = |count: usize, row: fn(usize, &'a Analysis) -> FindingRow<'a>| {
            (0..count).map(move |at| row(at, analysis))
        };
        let nothing = analysis.findings.is_empty().then_some(FindingRow::Verdict(analysis));
        nothing
            .into_iter()
            .chain(each(analysis.findings.len(), FindingRow::Finding))
            .chain(each(analysis.unnamed.shown.len(), FindingRow::Unnamed))
            .chain(each(analysis.cannot_tell.len(), FindingRow::CannotTell))
            .chain(each(analysis.warnings.len(), FindingRow::NotRead))
            .collect()
    }

    /// The word before its title, and the title.
    fn head(self) -> (String, String) {
        match self {
            FindingRow::Verdict(analysis) => ("nothing".to_owned(), analysis.verdict.text.clone()),
            FindingRow::Finding(at, analysis) => {
                let finding = analysis.findings.get(at);
                let word = finding.map_or("", |finding| text::severity_word(finding.severity));
                (
                    format!("{:>2} {word}", at + 1),
                    finding.map_or_else(String::new, |finding| finding.title.clone()),
                )
            }
            FindingRow::Unnamed(at, analysis) => {
                let one = analysis.unnamed.shown.get(at);
                let title = one.map_or_else(String::new, |one| {
                    format!(
                        "{}: {}",
                        spoglight_text::humanize::counted(one.count as usize, "time", "times"),
                        one.example.text
                    )
                });
                ("no match".to_owned(), title)
            }
            FindingRow::CannotTell(at, analysis) => {
                let gap = analysis.cannot_tell.get(at);
                ("cannot tell".to_owned(), gap.map_or_else(String::new, |gap| gap.about.clone()))
            }
            FindingRow::NotRead(at, analysis) => {
                let warning = analysis.warnings.get(at);
                let title = warning.map_or_else(String::new, |one| format!("{} {}", one.path, one.what));
                ("not read".to_owned(), title)
            }
        }
    }

    /// Its line in the list.
    fn line(self, width: usize, theme: Theme) -> Line<'static> {
        let (word, title) = self.head();
        let style = match self {
            FindingRow::Finding(at, analysis) => {
                theme.severity(analysis.findings.get(at).map(|finding| finding.severity))
            }
            FindingRow::Verdict(_) => theme.severity(None),
            FindingRow::NotRead(..) => theme.warning(),
            _ => theme.faint(),
        };
        let room = width.saturating_sub(WORD + 1);
        Line::from(vec![
            Span::styled(format!("{word:<WORD$}"), style),
            Span::raw(cut(&theme.text(&clean(&title)), room)),
        ])
    }

    /// Its page, in `width` columns.
    fn page(self, width: usize) -> String {
        let look = RenderOptions { width, table_width: width, ..RenderOptions::default() };
        let mut out = Vec::new();
        let words = |parts: &[&str]| {
            let wrap = |part: &&str| textwrap::fill(&clean(part), width.max(20));
            parts.iter().filter(|part| !part.is_empty()).map(wrap).collect::<Vec<_>>().join("\n\n")
        };
        match self {
            FindingRow::Verdict(analysis) => return words(&[&analysis.verdict.text]),
            FindingRow::Finding(at, analysis) => {
                if let Some(finding) = analysis.findings.get(at) {
                    // memory takes everything
                    let _ = text::write_page(at + 1, finding, &look, &mut out);
                }
            }
            FindingRow::Unnamed(at, analysis) => {
                let Some(one) = analysis.unnamed.shown.get(at) else { return String::new() };
                let times = spoglight_text::humanize::counted(one.count as usize, "time", "times");
                let span = match (one.first, one.last) {
                    (Some(first), Some(last)) => format!("from {first} to {last}"),
                    _ => String::new(),
                };
                let place = format!("{}:{}", one.example.source, one.example.line);
                let head = format!(
                    "No signature matches this error ({}), which occurred {times} {span}.",
                    one.level
                );
                return words(&[&head, &one.example.text, &place]);
            }
            FindingRow::CannotTell(at, analysis) => {
                let Some(gap) = analysis.cannot_tell.get(at) else { return String::new() };
                return words(&[&gap.about, &gap.why, &gap.advice]);
            }
            FindingRow::NotRead(at, analysis) => {
                let Some(warning) = analysis.warnings.get(at) else { return String::new() };
                return words(&[&warning.path, &warning.what, &warning.advice]);
            }
        }
        String::from_utf8_lossy(&out).trim_start_matches('\n').to_owned()
    }

    /// Log lines that prove it.
    fn evidence(self) -> &'a [Evidence] {
        match self {
            FindingRow::Finding(at, analysis) => {
                analysis.findings.get(at).map_or(&[], |finding| &finding.evidence)
            }
            FindingRow::Unnamed(at, analysis) => {
                analysis.unnamed.shown.get(at).map_or(&[], |one| std::slice::from_ref(&one.example))
            }
            _ => &[],
        }
    }
}

/// The list of findings and the details of the selected one.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    cursor: Cursor,
    /// First line of the details on the screen.
    top: usize,
}

fn rows<'m>(model: &'m Model<'_>) -> Vec<FindingRow<'m>> {
    model.data.analysis.as_deref().map(FindingRow::all).unwrap_or_default()
}

impl Findings {
    /// The details of the selected row, in `width` columns.
    fn details(&self, model: &Model<'_>, width: usize) -> String {
        rows(model).get(self.cursor.at).map_or_else(String::new, |row| row.page(width))
    }

    /// Selects the first log line that proves it.
    fn open(&self, context: &mut Context<'_, '_>) {
        let data = &context.model.data;
        let rows = rows(context.model);
        let evidence = rows.get(self.cursor.at).map_or(&[][..], |row| row.evidence());
        let event = evidence.iter().find_map(|line| {
            let source = data.position(&line.source)?;
            data.index.event_at(source, line.offset)
        });
        match event {
            Some(event) => context.go_to(event),
            None => context.ui.note("no log line for this finding; see its details"),
        }
    }

    fn draw_list(&mut self, frame: &mut Frame<'_>, area: Rect, model: &Model<'_>, theme: Theme) {
        let rows = rows(model);
        let height = usize::from(area.height);
        self.cursor.fit(&(0..rows.len()), height);
        if model.data.analysis.is_none() {
            let text = match model.stage {
                Stage::Opening | Stage::Reading => "Findings appear when all logs are read.",
                Stage::Diagnosing | Stage::Done => "Diagnosing ...",
            };
            frame.render_widget(Line::styled(text, theme.faint()), area);
            return;
        }
        for (at, finding) in rows.iter().enumerate().skip(self.cursor.top).take(height) {
            let line = finding.line(usize::from(area.width), theme);
            let line = if at == self.cursor.at { theme.chosen(line, true) } else { line };
            row(frame, area, at - self.cursor.top, line);
        }
        scrollbar(frame, area, self.cursor.top, height, rows.len(), theme);
    }

    fn draw_details(&mut self, frame: &mut Frame<'_>, area: Rect, model: &Model<'_>, theme: Theme) {
        if model.data.analysis.is_none() {
            return;
        }
        let text = self.details(model, usize::from(area.width.saturating_sub(3)));
        let area = pane_frame(frame, area, "Details", false, theme);
        let lines: Vec<&str> = text.lines().collect();
        let height = usize::from(area.height);
        self.top = self.top.min(lines.len().saturating_sub(height));
        let shown = lines.iter().skip(self.top).take(height);
        let shown: Vec<Line<'_>> = shown.map(|line| Line::styled(theme.text(line), Style::new())).collect();
        frame.render_widget(Paragraph::new(shown), area);
        scrollbar(frame, area, self.top, height, lines.len(), theme);
    }
}

impl Pane for Findings {
    fn id(&self) -> PaneId {
        ID
    }

    fn region(&self) -> Region {
        Region::Screen
    }

    fn opener(&self) -> Option<Binding> {
        Some(bind(&[Char('2'), Char('F')], "findings", Action::Show(ID)).hint("findings"))
    }

    fn bindings(&self) -> &'static [Binding] {
        BINDINGS
    }

    fn handle(&mut self, action: Action, context: &mut Context<'_, '_>) -> Outcome {
        let count = rows(context.model).len();
        match action {
            Action::Open => self.open(context),
            Action::ScrollUp => self.top = self.top.saturating_sub(STEP),
            Action::ScrollDown => self.top = self.top.saturating_add(STEP),
            Action::Copy => {
                let details = self.details(context.model, COPIED);
                context.copy(Some(details).filter(|details| !details.is_empty()));
            }
            _ if self.cursor.handle(action, &(0..count)) => self.top = 0,
            _ => return Outcome::Ignored,
        }
        Outcome::Done
    }

    fn draw(&mut self, frame: &mut Frame<'_>, area: Rect, model: &Model<'_>, ui: &mut Ui) -> Rect {
        let [list, details] = if area.width >= WIDE {
            Layout::horizontal([Constraint::Percentage(38), Constraint::Percentage(62)]).areas(area)
        } else {
            let rows = (rows(model).len() as u16 + 1).clamp(4, (area.height / 3).max(4));
            Layout::vertical([Constraint::Length(rows), Constraint::Min(1)]).areas(area)
        };
        let list = pane_frame(frame, list, "Findings (root cause first)", true, ui.theme);
        self.draw_list(frame, list, model, ui.theme);
        self.draw_details(frame, details, model, ui.theme);
        list
    }

    fn hit(&mut self, mouse: Mouse, at: Position, area: Rect, context: &mut Context<'_, '_>) -> Outcome {
        let range = 0..rows(context.model).len();
        match mouse {
            Mouse::Press => self.cursor.click(at.y - area.y, &range),
            Mouse::Wheel(by) => self.cursor.step(by, &range),
            Mouse::Drag | Mouse::Release => return Outcome::Done,
        }
        self.top = 0;
        Outcome::Done
    }
}
