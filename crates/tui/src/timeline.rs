//! The list of all events in the order of time: one line each.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use regex::Regex;
use spoglight_parsers::Level;
use unicode_width::UnicodeWidthStr;

use super::app::{App, Focus, Screen, Stage};
use super::detail::wrapped;
use super::draw::{cut, scrollbar};
use spoglight_text::sanitize::clean;

/// Columns from which on the date stands before every time.
const DATED: u16 = 110;

/// Columns of the longest name of a server, and of a source.
const HOST: usize = 14;
const LABEL: usize = 20;

impl App<'_> {
    pub(super) fn draw_list(&mut self, frame: &mut Frame<'_>, area: Rect) {
        let theme = self.options.theme;
        let range = self.range();
        let has_focus = self.screen == Screen::Timeline && self.focus == Focus::List;
        let title = self.list_title();
        let area = self.frame(frame, area, &title, has_focus);
        self.areas.list = area;
        self.cursor.fit(&range, usize::from(area.height));
        if range.is_empty() {
            let text = match self.stage {
                _ if self.sift.is_some() => "",
                Stage::Opening | Stage::Reading => "The first events come as soon as they are read.",
                _ if self.data.index.is_empty() => "There is no event in what was given.",
                _ => "No event passes all filters. Backspace takes the last one away, R all of them.",
            };
            let mut lines = vec![Line::styled(text, theme.faint())];
            // who sees nothing wants to know why
            for problem in self.unread() {
                let text = format!("{} {}; {}", problem.path, problem.what, problem.advice);
                let text = theme.text(&clean(&text)).into_owned();
                lines.extend(wrapped(&text, usize::from(area.width)).into_iter().map(Line::raw));
            }
            frame.render_widget(Paragraph::new(lines), area);
            return;
        }
        let hosts = self.host_width();
        let is_wide = area.width >= DATED;
        let rows = usize::from(area.height);
        let places = (self.cursor.top..range.end).take(rows);
        for (row, at) in places.enumerate() {
            let Some(number) = self.view.get(at) else { break };
            let line = self.row(number, is_wide, hosts, usize::from(area.width.saturating_sub(1)));
            let line = if at == self.cursor.at { theme.chosen(line, has_focus) } else { line };
            frame.render_widget(line, Rect { y: area.y + row as u16, height: 1, ..area });
        }
        scrollbar(frame, area, self.cursor.top - range.start, rows, range.len(), theme);
    }

    /// The day that is on the screen.
    fn list_title(&self) -> String {
        let top = self.view.get(self.cursor.top);
        match top.map(|number| self.data.time(number, self.zone)) {
            Some(time) if time.len() > 10 => {
                format!("{}  {}", time.get(..10).unwrap_or_default(), self.clock())
            }
            _ => "events".to_owned(),
        }
    }

    fn host_width(&self) -> usize {
        let hosts = self.data.facts.iter().filter_map(|facts| facts.host.as_deref());
        hosts.map(UnicodeWidthStr::width).max().unwrap_or(0).min(HOST)
    }

    fn row(&self, number: u32, is_wide: bool, hosts: usize, width: usize) -> Line<'static> {
        let theme = self.options.theme;
        let line = self.data.line(number);
        let flag = self.data.flags.of(number);
        let severity =
            flag.and_then(|at| self.data.analysis.as_ref()?.findings.get(at)).map(|one| one.severity);
        let sign = match (self.bookmarks.contains_key(&number), severity) {
            (true, _) => Span::styled(theme.either("★", "*"), theme.key()),
            (_, Some(severity)) => Span::styled(theme.either("◆", "#"), theme.severity(Some(severity))),
            _ => Span::raw(" "),
        };
        let time = self.data.time(number, self.zone);
        let time = if is_wide { time.get(5..) } else { time.get(11..) };
        let time = format!("{:<width$}", time.unwrap_or("-"), width = if is_wide { 18 } else { 12 });
        let mut spans = vec![
            sign,
            Span::styled(time, theme.faint()),
            Span::styled(self.data.mark(number).to_string(), theme.warning()),
        ];
        let column = |text: &str, width: usize| {
            let text = cut(&theme.text(text), width);
            let pad = width.saturating_sub(text.width());
            format!("{text}{} ", " ".repeat(pad))
        };
        if hosts > 0 && width > 100 {
            spans.push(Span::raw(column(&clean(self.data.host(line.source)), hosts)));
        }
        let label = self.data.layout().map_or("", |layout| layout.label(line.source));
        spans.push(Span::styled(
            column(label, if width > 100 { LABEL } else { 12 }),
            theme.source(line.source),
        ));
        let style = theme.level(line.level);
        spans.push(Span::styled(format!("{:<5} ", word(line.level)), style));
        let used: usize = spans.iter().map(|span| span.content.width()).sum();
        let more = if line.below > 0 { format!(" [+{}]", line.below) } else { String::new() };
        let room = width.saturating_sub(used + more.len());
        let text = cut(&theme.text(&line.text), room);
        let style = if matches!(line.level, Level::Fatal | Level::Error | Level::Warn) {
            style
        } else {
            Style::new()
        };
        let paint = self.seek.as_ref().and_then(|seek| seek.what.paint.as_ref());
        painted(&text, paint, style, theme.hit(), &mut spans);
        spans.push(Span::styled(more, theme.faint()));
        Line::from(spans)
    }
}

/// A text in which what was searched for is painted.
fn painted(text: &str, what: Option<&Regex>, style: Style, hit: Style, spans: &mut Vec<Span<'static>>) {
    let mut end = 0;
    let hits = what.into_iter().flat_map(|what| what.find_iter(text)).filter(|found| !found.is_empty());
    for found in hits {
        spans.push(Span::styled(text.get(end..found.start()).unwrap_or_default().to_owned(), style));
        spans.push(Span::styled(found.as_str().to_owned(), hit));
        end = found.end();
    }
    spans.push(Span::styled(text.get(end..).unwrap_or_default().to_owned(), style));
}

pub(super) fn word(level: Level) -> &'static str {
    match level {
        Level::Fatal => "FATAL",
        Level::Error => "ERROR",
        Level::Warn => "WARN",
        Level::Info => "INFO",
        Level::Perf => "PERF",
        Level::Dbquery => "DBQRY",
        Level::Debug => "DEBUG",
        Level::Trace => "TRACE",
        Level::Unknown => "?",
        Level::None => "",
    }
}
