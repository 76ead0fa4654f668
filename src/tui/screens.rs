//! Screens beside the timeline: findings with their pages, equal messages, bookmarks.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::app::{App, Screen, Stage};
use super::draw::{cut, grouped, scrollbar};
use super::timeline::word;
use crate::report::clean::clean;
use crate::report::{Look, text};

impl App<'_> {
    pub(super) fn draw_findings(&mut self, frame: &mut Frame<'_>, area: Rect) {
        let theme = self.options.theme;
        let count = self.data.analysis.as_ref().map_or(0, |analysis| analysis.findings.len());
        let is_wide = area.width >= 120;
        let [list, page] = if is_wide {
            Layout::horizontal([Constraint::Percentage(38), Constraint::Percentage(62)]).areas(area)
        } else {
            let rows = (count as u16 + 1).clamp(3, (area.height / 3).max(3));
            Layout::vertical([Constraint::Length(rows), Constraint::Min(1)]).areas(area)
        };
        let list = self.frame(frame, list, "findings, the root of it first", true);
        self.areas.list = list;
        self.findings.fit(&(0..count), usize::from(list.height));
        let Some(analysis) = &self.data.analysis else {
            let text = match self.stage {
                Stage::Opening | Stage::Reading => "Findings are there when all is read.",
                _ => "What is wrong is being worked out.",
            };
            frame.render_widget(Line::styled(text, theme.faint()), list);
            return;
        };
        if analysis.findings.is_empty() {
            let text = theme.text(&clean(&analysis.verdict.text)).into_owned();
            frame.render_widget(Paragraph::new(text).wrap(ratatui::widgets::Wrap { trim: true }), list);
            return;
        }
        let rows =
            analysis.findings.iter().enumerate().skip(self.findings.top).take(usize::from(list.height));
        for (at, finding) in rows {
            let severity = text::severity_word(finding.severity);
            let room = usize::from(list.width).saturating_sub(16);
            let mut line = Line::from(vec![
                Span::styled(format!("{:>2} {severity:<9}", at + 1), theme.severity(Some(finding.severity))),
                Span::raw(cut(&theme.text(&clean(&finding.title)), room)),
            ]);
            if at == self.findings.at {
                line = theme.chosen(line, true);
            }
            let y = list.y + (at - self.findings.top) as u16;
            frame.render_widget(line, Rect { y, height: 1, ..list });
        }
        let text = self.page_of(usize::from(page.width.saturating_sub(3)));
        let page = self.frame(frame, page, "its page", false);
        self.areas.detail = page;
        let lines: Vec<&str> = text.lines().collect();
        let top = usize::from(self.page).min(lines.len().saturating_sub(usize::from(page.height)));
        self.page = top as u16;
        let count = lines.len();
        let shown: Vec<Line<'_>> = lines
            .into_iter()
            .skip(top)
            .take(usize::from(page.height))
            .map(|line| Line::raw(theme.text(line)))
            .collect();
        frame.render_widget(Paragraph::new(shown), page);
        scrollbar(frame, page, top, usize::from(page.height), count, theme);
    }

    /// The page of the finding that was chosen, in so many columns.
    fn page_of(&self, width: usize) -> String {
        let finding =
            self.data.analysis.as_ref().and_then(|analysis| analysis.findings.get(self.findings.at));
        let Some(finding) = finding else { return String::new() };
        let look = Look { width, table_width: width, ..Look::default() };
        let mut out = Vec::new();
        // memory takes everything
        let _ = text::write_finding(finding, &look, &mut out);
        String::from_utf8_lossy(&out).into_owned()
    }

    pub(super) fn page_text(&self) -> Option<String> {
        Some(self.page_of(100)).filter(|page| !page.is_empty())
    }

    pub(super) fn draw_groups(&mut self, frame: &mut Frame<'_>, area: Rect) {
        let theme = self.options.theme;
        let area = self.frame(
            frame,
            area,
            "messages that are equal but for numbers and ids",
            self.screen == Screen::Groups,
        );
        self.areas.list = area;
        let count = self.groups.as_ref().map_or(0, |groups| groups.groups.len());
        self.group.fit(&(0..count), usize::from(area.height));
        let Some(groups) = &self.groups else {
            let text =
                if self.group_job.is_some() { "They are being counted." } else { "Nothing was counted." };
            frame.render_widget(Line::styled(text, theme.faint()), area);
            return;
        };
        for (at, group) in
            groups.groups.iter().enumerate().skip(self.group.top).take(usize::from(area.height))
        {
            let style = theme.level(group.level);
            let first = self.data.time(group.first, self.zone);
            let first = first.get(5..19).unwrap_or("-").to_owned();
            let used = 11 + 6 + 16;
            let text = cut(&theme.text(&clean(&group.example)), usize::from(area.width).saturating_sub(used));
            let mut line = Line::from(vec![
                Span::styled(format!("{:>10} ", grouped(group.count)), theme.strong()),
                Span::styled(format!("{:<5} ", word(group.level)), style),
                Span::styled(format!("{first:<15}"), theme.faint()),
                Span::raw(text),
            ]);
            if at == self.group.at {
                line = theme.chosen(line, true);
            }
            let y = area.y + (at - self.group.top) as u16;
            frame.render_widget(line, Rect { y, height: 1, ..area });
        }
        scrollbar(frame, area, self.group.top, usize::from(area.height), count, theme);
    }

    pub(super) fn draw_bookmarks(&mut self, frame: &mut Frame<'_>, area: Rect) {
        let theme = self.options.theme;
        let area = self.frame(frame, area, "bookmarks", true);
        self.areas.list = area;
        let order = self.bookmarks_in_order();
        self.bookmark.fit(&(0..order.len()), usize::from(area.height));
        if order.is_empty() {
            let text = "There is none yet: m in the timeline sets one, a writes a note on it.";
            frame.render_widget(Line::styled(text, theme.faint()), area);
            return;
        }
        for (at, number) in order.iter().enumerate().skip(self.bookmark.top).take(usize::from(area.height)) {
            let line = self.data.line(*number);
            let note = self.bookmarks.get(number).cloned().unwrap_or_default();
            let time = self.data.time(*number, self.zone);
            let note = if note.is_empty() { String::new() } else { format!("{}  ", clean(&note)) };
            let room = usize::from(area.width).saturating_sub(31);
            let text = cut(&theme.text(&format!("{note}{}", line.text)), room);
            let mut row = Line::from(vec![
                Span::styled(format!("{time:<24}"), theme.faint()),
                Span::styled(format!("{:<5} ", word(line.level)), theme.level(line.level)),
                Span::styled(text, Style::new()),
            ]);
            if at == self.bookmark.at {
                row = theme.chosen(row, true);
            }
            let y = area.y + (at - self.bookmark.top) as u16;
            frame.render_widget(row, Rect { y, height: 1, ..area });
        }
    }
}
