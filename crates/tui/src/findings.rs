//! What is wrong, each with its page: findings, the root of it first; errors that nothing names; what cannot be told; what was
//! not read.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::app::{App, Stage};
use super::draw::{cut, scrollbar};
use spoglight_model::analysis::{Analysis, Evidence};
use spoglight_report::{RenderOptions, text};
use spoglight_text::sanitize::clean;

/// Columns of the word before a title.
const WORD: usize = 12;

/// One row of the list, by its place in the analysis.
#[derive(Debug, Clone, Copy)]
enum Row<'a> {
    Verdict(&'a Analysis),
    Finding(usize, &'a Analysis),
    Unnamed(usize, &'a Analysis),
    CannotTell(usize, &'a Analysis),
    NotRead(usize, &'a Analysis),
}

impl<'a> Row<'a> {
    fn all(analysis: &'a Analysis) -> Vec<Row<'a>> {
        let each = |count: usize, row: fn(usize, &'a Analysis) -> Row<'a>| {
            (0..count).map(move |at| row(at, analysis))
        };
        let nothing = analysis.findings.is_empty().then_some(Row::Verdict(analysis));
        nothing
            .into_iter()
            .chain(each(analysis.findings.len(), Row::Finding))
            .chain(each(analysis.unnamed.shown.len(), Row::Unnamed))
            .chain(each(analysis.cannot_tell.len(), Row::CannotTell))
            .chain(each(analysis.warnings.len(), Row::NotRead))
            .collect()
    }

    /// The word before it, and what it is about.
    fn head(self) -> (String, String) {
        match self {
            Row::Verdict(analysis) => ("nothing".to_owned(), analysis.verdict.text.clone()),
            Row::Finding(at, analysis) => {
                let finding = analysis.findings.get(at);
                let word = finding.map_or("", |finding| text::severity_word(finding.severity));
                (
                    format!("{:>2} {word}", at + 1),
                    finding.map_or_else(String::new, |finding| finding.title.clone()),
                )
            }
            Row::Unnamed(at, analysis) => {
                let one = analysis.unnamed.shown.get(at);
                let title = one.map_or_else(String::new, |one| {
                    format!(
                        "{}: {}",
                        spoglight_text::humanize::counted(one.count as usize, "time", "times"),
                        one.example.text
                    )
                });
                ("no name".to_owned(), title)
            }
            Row::CannotTell(at, analysis) => {
                let gap = analysis.cannot_tell.get(at);
                ("cannot tell".to_owned(), gap.map_or_else(String::new, |gap| gap.about.clone()))
            }
            Row::NotRead(at, analysis) => {
                let warning = analysis.warnings.get(at);
                let title = warning.map_or_else(String::new, |one| format!("{} {}", one.path, one.what));
                ("not read".to_owned(), title)
            }
        }
    }

    /// All of it, in so many columns.
    fn page(self, width: usize) -> String {
        let look = RenderOptions { width, table_width: width, ..RenderOptions::default() };
        let mut out = Vec::new();
        let words = |parts: &[&str]| {
            let wrap = |part: &&str| textwrap::fill(&clean(part), width.max(20));
            parts.iter().filter(|part| !part.is_empty()).map(wrap).collect::<Vec<_>>().join("\n\n")
        };
        match self {
            Row::Verdict(analysis) => return words(&[&analysis.verdict.text]),
            Row::Finding(at, analysis) => {
                if let Some(finding) = analysis.findings.get(at) {
                    // memory takes everything
                    let _ = text::write_page(at + 1, finding, &look, &mut out);
                }
            }
            Row::Unnamed(at, analysis) => {
                let Some(one) = analysis.unnamed.shown.get(at) else { return String::new() };
                let times = spoglight_text::humanize::counted(one.count as usize, "time", "times");
                let span = match (one.first, one.last) {
                    (Some(first), Some(last)) => format!("from {first} to {last}"),
                    _ => String::new(),
                };
                let place = format!("{}:{}", one.example.source, one.example.line);
                let head = format!(
                    "No signature names this error ({}), which was written {times} {span}.",
                    one.level
                );
                return words(&[&head, &one.example.text, &place]);
            }
            Row::CannotTell(at, analysis) => {
                let Some(gap) = analysis.cannot_tell.get(at) else { return String::new() };
                return words(&[&gap.about, &gap.why, &gap.advice]);
            }
            Row::NotRead(at, analysis) => {
                let Some(warning) = analysis.warnings.get(at) else { return String::new() };
                return words(&[&warning.path, &warning.what, &warning.advice]);
            }
        }
        String::from_utf8_lossy(&out).trim_start_matches('\n').to_owned()
    }

    /// The lines of logs that say so.
    fn evidence(self) -> &'a [Evidence] {
        match self {
            Row::Finding(at, analysis) => analysis.findings.get(at).map_or(&[], |finding| &finding.evidence),
            Row::Unnamed(at, analysis) => {
                analysis.unnamed.shown.get(at).map_or(&[], |one| std::slice::from_ref(&one.example))
            }
            _ => &[],
        }
    }
}

impl App<'_> {
    fn rows(&self) -> Vec<Row<'_>> {
        self.data.analysis.as_deref().map(Row::all).unwrap_or_default()
    }

    /// How many rows the list has.
    pub(super) fn count_findings(&self) -> usize {
        self.rows().len()
    }

    pub(super) fn draw_findings(&mut self, frame: &mut Frame<'_>, area: Rect) {
        let theme = self.options.theme;
        let count = self.count_findings();
        let [list, page] = if area.width >= 120 {
            Layout::horizontal([Constraint::Percentage(38), Constraint::Percentage(62)]).areas(area)
        } else {
            let rows = (count as u16 + 1).clamp(4, (area.height / 3).max(4));
            Layout::vertical([Constraint::Length(rows), Constraint::Min(1)]).areas(area)
        };
        let list = self.frame(frame, list, "findings, the root of it first", true);
        self.areas.list = list;
        let height = usize::from(list.height);
        self.findings.fit(&(0..count), height);
        if self.data.analysis.is_none() {
            let text = match self.stage {
                Stage::Opening | Stage::Reading => "Findings are there when all is read.",
                _ => "What is wrong is being worked out.",
            };
            frame.render_widget(Line::styled(text, theme.faint()), list);
            return;
        }
        for (at, row) in self.rows().into_iter().enumerate().skip(self.findings.top).take(height) {
            let (word, title) = row.head();
            let style = match row {
                Row::Finding(at, analysis) => {
                    theme.severity(analysis.findings.get(at).map(|one| one.severity))
                }
                Row::Verdict(_) => theme.severity(None),
                Row::NotRead(..) => theme.warning(),
                _ => theme.faint(),
            };
            let room = usize::from(list.width).saturating_sub(WORD + 1);
            let mut line = Line::from(vec![
                Span::styled(format!("{word:<WORD$}"), style),
                Span::raw(cut(&theme.text(&clean(&title)), room)),
            ]);
            if at == self.findings.at {
                line = theme.chosen(line, true);
            }
            let y = list.y + (at - self.findings.top) as u16;
            frame.render_widget(line, Rect { y, height: 1, ..list });
        }
        scrollbar(frame, list, self.findings.top, height, count, theme);
        let text = self.page_of(usize::from(page.width.saturating_sub(3)));
        let page = self.frame(frame, page, "its page", false);
        self.areas.detail = page;
        let lines: Vec<&str> = text.lines().collect();
        let height = usize::from(page.height);
        let top = usize::from(self.page).min(lines.len().saturating_sub(height));
        self.page = top as u16;
        let shown =
            lines.iter().skip(top).take(height).map(|line| Line::styled(theme.text(line), Style::new()));
        frame.render_widget(Paragraph::new(shown.collect::<Vec<_>>()), page);
        scrollbar(frame, page, top, height, lines.len(), theme);
    }

    /// The page of the row that was chosen, in so many columns.
    fn page_of(&self, width: usize) -> String {
        self.rows().get(self.findings.at).map_or_else(String::new, |row| row.page(width))
    }

    pub(super) fn page_text(&self) -> Option<String> {
        Some(self.page_of(100)).filter(|page| !page.is_empty())
    }

    /// Goes to the first line that says so.
    pub(super) fn open_finding(&mut self) {
        let rows = self.rows();
        let evidence = rows.get(self.findings.at).map_or(&[][..], |row| row.evidence());
        let number = evidence.iter().find_map(|line| {
            let source = self.data.position(&line.source)?;
            self.data.index.event_at(source, line.offset)
        });
        match number {
            Some(number) => self.go_to(number),
            None => self.note = Some("no line of a log says this: its page does".to_owned()),
        }
    }
}
