//! What is wrong, each with its page: findings, the root of it first; errors that nothing names; what cannot be told; what was
//! not read.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::app::{App, Stage};
use super::draw::{cut, scrollbar};
use spoglight_model::analysis::{Analysis, Evidence};
use spoglight_report::RenderOptions;
use spoglight_report::document::{self, Document, Node, words};
use spoglight_report::render;
use spoglight_text::sanitize::clean;

/// Columns of the word before a title.
const WORD: usize = 12;

/// One row of the list, by its place in the analysis.
#[derive(Debug, Clone, Copy)]
enum Row<'a> {
    Verdict(&'a Analysis),
    Finding(usize, &'a Analysis),
    Unrecognized(usize, &'a Analysis),
    CoverageGap(usize, &'a Analysis),
    Warning(usize, &'a Analysis),
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
            .chain(each(analysis.unrecognized.shown.len(), Row::Unrecognized))
            .chain(each(analysis.coverage_gaps.len(), Row::CoverageGap))
            .chain(each(analysis.warnings.len(), Row::Warning))
            .collect()
    }

    /// The word before it, and what it is about.
    fn head(self) -> (String, String) {
        match self {
            Row::Verdict(analysis) => ("nothing".to_owned(), analysis.verdict.text.clone()),
            Row::Finding(at, analysis) => {
                let finding = analysis.findings.get(at);
                let word = finding.map_or("", |finding| words::severity_word(finding.severity));
                (
                    format!("{:>2} {word}", at + 1),
                    finding.map_or_else(String::new, |finding| finding.title.clone()),
                )
            }
            Row::Unrecognized(at, analysis) => {
                let one = analysis.unrecognized.shown.get(at);
                let title = one.map_or_else(String::new, |one| {
                    format!(
                        "{}: {}",
                        spoglight_text::humanize::counted(one.count as usize, "time", "times"),
                        one.example.text
                    )
                });
                ("no match".to_owned(), title)
            }
            Row::CoverageGap(at, analysis) => {
                let gap = analysis.coverage_gaps.get(at);
                ("cannot tell".to_owned(), gap.map_or_else(String::new, |gap| gap.about.clone()))
            }
            Row::Warning(at, analysis) => {
                let warning = analysis.warnings.get(at);
                let title = warning.map_or_else(String::new, |one| format!("{} {}", one.path, one.what));
                ("not read".to_owned(), title)
            }
        }
    }

    /// The page of the row.
    fn page(self) -> Document {
        let single = |node: Node| Document::new(String::new(), vec![node]);
        let page = match self {
            Row::Verdict(analysis) => Some(document::nothing_found(analysis)),
            Row::Finding(at, analysis) => {
                analysis.findings.get(at).map(|finding| document::finding::page(at + 1, finding))
            }
            Row::Unrecognized(at, analysis) => {
                analysis.unrecognized.shown.get(at).map(document::unrecognized_error)
            }
            Row::CoverageGap(at, analysis) => {
                analysis.coverage_gaps.get(at).map(|gap| single(document::coverage_gap(gap)))
            }
            Row::Warning(at, analysis) => {
                analysis.warnings.get(at).map(|warning| single(document::warning(warning)))
            }
        };
        page.unwrap_or_default()
    }

    /// The lines of logs that say so.
    fn evidence(self) -> &'a [Evidence] {
        match self {
            Row::Finding(at, analysis) => analysis.findings.get(at).map_or(&[], |finding| &finding.evidence),
            Row::Unrecognized(at, analysis) => {
                analysis.unrecognized.shown.get(at).map_or(&[], |one| std::slice::from_ref(&one.example))
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
        let list = self.frame(frame, list, "Findings (root cause first)", true);
        self.areas.list = list;
        let height = usize::from(list.height);
        self.findings.fit(&(0..count), height);
        if self.data.analysis.is_none() {
            let text = match self.stage {
                Stage::Opening | Stage::Reading => "Findings appear when all logs are read.",
                _ => "Diagnosing ...",
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
                Row::Warning(..) => theme.warning(),
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
        let lines = self.details(usize::from(page.width.saturating_sub(3)));
        let page = self.frame(frame, page, "Details", false);
        self.areas.detail = page;
        let height = usize::from(page.height);
        let (count, top) = (lines.len(), usize::from(self.page).min(lines.len().saturating_sub(height)));
        self.page = top as u16;
        let shown: Vec<Line<'_>> = lines.into_iter().skip(top).take(height).collect();
        frame.render_widget(Paragraph::new(shown), page);
        scrollbar(frame, page, top, height, count, theme);
    }

    /// The page of the selected row, in the given number of columns.
    fn details(&self, width: usize) -> Vec<Line<'static>> {
        let document = self.rows().get(self.findings.at).map(|row| row.page()).unwrap_or_default();
        super::document::lines(&document, width, self.options.theme)
    }

    /// The page of the selected row as text; `None` if it is empty.
    pub(super) fn page_text(&self) -> Option<String> {
        let document = self.rows().get(self.findings.at)?.page();
        let mut out = Vec::new();
        // memory takes everything
        let _ = render::text::write(&document, &RenderOptions::default(), &mut out);
        String::from_utf8(out).ok().filter(|page| !page.trim().is_empty())
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
            None => self.note = Some("no log line for this finding; see its details".to_owned()),
        }
    }
}
