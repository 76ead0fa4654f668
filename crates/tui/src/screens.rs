//! Screens beside the timeline: equal messages, and bookmarks. Findings are in `findings.rs`.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::app::{App, Screen};
use super::draw::{cut, scrollbar};
use super::timeline::word;
use spoglight_text::humanize::grouped;
use spoglight_text::sanitize::clean;

impl App<'_> {
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
