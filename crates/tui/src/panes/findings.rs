//! Findings, root cause first, then errors that no signature matches, gaps of the collection, and files that were not read;
//! each with its details.

use ratatui::Frame;
use ratatui::crossterm::event::KeyCode;
use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::context::Context;
use crate::document::lines;
use crate::keys::Key::{Char, Code};
use crate::keys::{Action, Binding, PaneId, bind};
use crate::list::Cursor;
use crate::model::{Model, Stage};
use crate::pane::{Mouse, Outcome, Pane, Region};
use crate::theme::Theme;
use crate::ui::Ui;
use crate::widgets::{cut, pane_frame, row, scrollbar};
use spoglight_model::analysis::{Analysis, Evidence, UnrecognizedError};
use spoglight_report::RenderOptions;
use spoglight_report::document::{self, Document, Node};
use spoglight_report::events::ShownZone;
use spoglight_report::render;
use spoglight_text::sanitize::clean;
use spoglight_time::Timestamp;

const ID: PaneId = PaneId("findings");

/// Columns of the word before a title.
const WORD: usize = 12;

/// Columns from which on the details are beside the list and not below it: a list of less cuts most titles.
const WIDE: u16 = 180;

/// Columns of a list from which on it shows the time of each finding.
const TIMED: usize = 60;

/// Columns of a time range to the minute, and of the space after it.
const SPAN: usize = 13;

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
    Unrecognized(&'a UnrecognizedError),
    CoverageGap(usize, &'a Analysis),
    Warning(usize, &'a Analysis),
}

impl<'a> FindingRow<'a> {
    fn all(analysis: &'a Analysis) -> Vec<FindingRow<'a>> {
        let each = |count: usize, row: fn(usize, &'a Analysis) -> FindingRow<'a>| {
            (0..count).map(move |at| row(at, analysis))
        };
        let unrecognized = &analysis.unrecognized;
        let nothing = analysis.findings.is_empty().then_some(FindingRow::Verdict(analysis));
        nothing
            .into_iter()
            .chain(each(analysis.findings.len(), FindingRow::Finding))
            .chain(
                unrecognized.shown.iter().chain(&unrecognized.shown_warnings).map(FindingRow::Unrecognized),
            )
            .chain(each(analysis.coverage_gaps.len(), FindingRow::CoverageGap))
            .chain(each(analysis.warnings.len(), FindingRow::Warning))
            .collect()
    }

    /// The word before its title, and the title.
    fn head(self) -> (String, String) {
        match self {
            FindingRow::Verdict(analysis) => ("nothing".to_owned(), analysis.verdict.text.clone()),
            FindingRow::Finding(at, analysis) => {
                let finding = analysis.findings.get(at);
                let word = finding.map_or("", |finding| finding.severity.word());
                (
                    format!("{:>2} {word}", at + 1),
                    finding.map_or_else(String::new, |finding| finding.title.clone()),
                )
            }
            FindingRow::Unrecognized(error) => {
                let times = spoglight_text::humanize::counted(error.count as usize, "time", "times");
                ("unrecognized".to_owned(), format!("{times}: {}", error.example.text))
            }
            FindingRow::CoverageGap(at, analysis) => {
                let gap = analysis.coverage_gaps.get(at);
                ("cannot tell".to_owned(), gap.map_or_else(String::new, |gap| gap.about.clone()))
            }
            FindingRow::Warning(at, analysis) => {
                let warning = analysis.warnings.get(at);
                let title =
                    warning.map_or_else(String::new, |warning| format!("{} {}", warning.path, warning.what));
                ("not read".to_owned(), title)
            }
        }
    }

    /// The time range to the minute on the shown clock, and the server, before its title.
    fn place(self, zone: ShownZone) -> String {
        let FindingRow::Finding(at, analysis) = self else { return String::new() };
        let Some(finding) = analysis.findings.get(at) else { return String::new() };
        let rules = match zone {
            ShownZone::Of(zone) => Some(zone),
            ShownZone::Source => finding.zone.as_ref().and_then(|zone| zone.rules),
        };
        let minute = |time: Timestamp| time.on_the_wall(rules).get(11..16).unwrap_or_default().to_owned();
        let span = match (finding.first, finding.last) {
            (Some(first), Some(last)) if minute(first) == minute(last) => minute(first),
            (Some(first), Some(last)) => format!("{}-{}", minute(first), minute(last)),
            _ => "-".to_owned(),
        };
        let server = match finding.hosts.as_slice() {
            [] => String::new(),
            [one] => format!("{one}  "),
            [first, rest @ ..] => format!("{first} +{}  ", rest.len()),
        };
        format!("{span:<SPAN$}{server}")
    }

    /// Its line in the list.
    fn line(self, width: usize, zone: ShownZone, theme: Theme) -> Line<'static> {
        let (word, title) = self.head();
        let style = match self {
            FindingRow::Finding(at, analysis) => {
                theme.severity(analysis.findings.get(at).map(|finding| finding.severity))
            }
            FindingRow::Verdict(_) => theme.severity(None),
            FindingRow::Warning(..) => theme.warning(),
            _ => theme.faint(),
        };
        let place = if width >= TIMED { self.place(zone) } else { String::new() };
        let room = width.saturating_sub(WORD + 1);
        Line::from(vec![
            Span::styled(format!("{word:<WORD$} "), style),
            Span::raw(cut(&theme.text(&clean(&format!("{place}{title}"))), room)),
        ])
    }

    /// Its details.
    fn page(self) -> Document {
        let single = |node: Node| Document::new(String::new(), vec![node]);
        let page = match self {
            FindingRow::Verdict(analysis) => Some(document::nothing_found(analysis)),
            FindingRow::Finding(at, analysis) => {
                analysis.findings.get(at).map(|finding| document::finding::page(at + 1, finding))
            }
            FindingRow::Unrecognized(error) => Some(document::unrecognized_error(error)),
            FindingRow::CoverageGap(at, analysis) => {
                analysis.coverage_gaps.get(at).map(|gap| single(document::coverage_gap(gap)))
            }
            FindingRow::Warning(at, analysis) => {
                analysis.warnings.get(at).map(|warning| single(document::warning(warning)))
            }
        };
        page.unwrap_or_default()
    }

    /// Log lines that prove it.
    fn evidence(self) -> &'a [Evidence] {
        match self {
            FindingRow::Finding(at, analysis) => {
                analysis.findings.get(at).map_or(&[], |finding| &finding.evidence)
            }
            FindingRow::Unrecognized(error) => std::slice::from_ref(&error.example),
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
    /// The details of the selected row.
    fn details(&self, model: &Model<'_>) -> Document {
        rows(model).get(self.cursor.at).map(|row| row.page()).unwrap_or_default()
    }

    /// The details as text; `None` if there are none.
    fn text(&self, model: &Model<'_>) -> Option<String> {
        let mut out = Vec::new();
        // writing to memory does not fail
        let _ = render::text::write(&self.details(model), &RenderOptions::default(), &mut out);
        String::from_utf8(out).ok().filter(|text| !text.trim().is_empty())
    }

    /// Selects the first log line that proves it.
    fn open(&self, context: &mut Context<'_, '_>) {
        let data = &context.model.data;
        let rows = rows(context.model);
        let evidence = rows.get(self.cursor.at).map_or(&[][..], |row| row.evidence());
        let event = evidence.iter().find_map(|line| data.event_of(line));
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
            let line = finding.line(usize::from(area.width), model.zone, theme);
            let line = if at == self.cursor.at { theme.chosen(line, true) } else { line };
            row(frame, area, at - self.cursor.top, line);
        }
        scrollbar(frame, area, self.cursor.top, height, rows.len(), theme);
    }

    fn draw_details(&mut self, frame: &mut Frame<'_>, area: Rect, model: &Model<'_>, theme: Theme) {
        if model.data.analysis.is_none() {
            return;
        }
        let lines = lines(&self.details(model), usize::from(area.width.saturating_sub(3)), theme);
        let area = pane_frame(frame, area, "Details", false, theme);
        let (height, count) = (usize::from(area.height), lines.len());
        self.top = self.top.min(count.saturating_sub(height));
        let shown: Vec<Line<'_>> = lines.into_iter().skip(self.top).take(height).collect();
        frame.render_widget(Paragraph::new(shown), area);
        scrollbar(frame, area, self.top, height, count, theme);
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

    fn opened(&mut self, context: &mut Context<'_, '_>) {
        let finding = context.current().and_then(|event| context.model.data.flags.of(event));
        if let Some(finding) = finding {
            (self.cursor.at, self.top) = (finding, 0);
        }
    }

    fn handle(&mut self, action: Action, context: &mut Context<'_, '_>) -> Outcome {
        let count = rows(context.model).len();
        match action {
            Action::Open => self.open(context),
            Action::ScrollUp => self.top = self.top.saturating_sub(STEP),
            Action::ScrollDown => self.top = self.top.saturating_add(STEP),
            Action::Copy => context.copy(self.text(context.model)),
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
        let title = format!("Findings (root cause first), times: {}", model.clock());
        let list = pane_frame(frame, list, &title, true, ui.theme);
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
