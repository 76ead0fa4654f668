//! The whole screen: which pane lies where, the first and the last lines, and what lies over all.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Borders, Clear, Paragraph};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::app::{App, Focus, Screen, Stage};
use super::input::LIKE;
use super::keys::{self, Binding};
use super::theme::Theme;
use spoglight_text::humanize::{counted, grouped};
use spoglight_text::sanitize::clean;

/// Columns from which on the detail stands beside the timeline and not below it.
const WIDE: u16 = 170;

/// The smallest screen on which more than a list is drawn.
const SMALL: (u16, u16) = (40, 10);

/// Where panes are, for the mouse. What is not drawn is empty.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Areas {
    pub(super) chart: Rect,
    pub(super) list: Rect,
    pub(super) tree: Rect,
    pub(super) detail: Rect,
}

impl App<'_> {
    /// Draws everything.
    pub fn draw(&mut self, frame: &mut Frame<'_>) {
        let whole = frame.area();
        self.areas = Areas::default();
        if whole.width == 0 || whole.height == 0 {
            return;
        }
        let is_small = whole.width < SMALL.0 || whole.height < SMALL.1;
        let bars = u16::from(!is_small);
        let chart =
            if is_small || self.screen != Screen::Timeline { 0 } else { super::chart::rows_of(whole.height) };
        let chips = u16::from(!self.narrow.is_empty() && !is_small);
        let [title, chart, chips, main, status, hints] = Layout::vertical([
            Constraint::Length(bars),
            Constraint::Length(chart),
            Constraint::Length(chips),
            Constraint::Min(1),
            Constraint::Length(u16::from(whole.height > 1)),
            Constraint::Length(bars),
        ])
        .areas(whole);
        self.draw_title(frame, title);
        match self.screen {
            Screen::Timeline => self.draw_panes(frame, main, is_small),
            Screen::Findings => self.draw_findings(frame, main),
            Screen::Groups => self.draw_groups(frame, main),
            Screen::Bookmarks => self.draw_bookmarks(frame, main),
        }
        // behind the list, which says what of it is on the screen
        self.draw_chart(frame, chart);
        self.draw_chips(frame, chips);
        self.draw_status(frame, status);
        self.draw_hints(frame, hints);
        if self.menu.is_some() {
            self.draw_menu(frame, whole);
        }
        if let Some(top) = self.help {
            self.help = Some(self.draw_help(frame, whole, top));
        }
    }

    fn draw_panes(&mut self, frame: &mut Frame<'_>, area: Rect, is_small: bool) {
        if is_small {
            return match self.focus {
                Focus::Detail => self.draw_detail(frame, area),
                Focus::Tree => self.draw_tree(frame, area),
                Focus::List => self.draw_list(frame, area),
            };
        }
        let tree = if self.has_tree { (area.width * 3 / 10).clamp(24, 64) } else { 0 };
        let [tree, rest] = Layout::horizontal([Constraint::Length(tree), Constraint::Min(1)]).areas(area);
        if self.has_tree {
            self.draw_tree(frame, tree);
        }
        let [list, detail] = match self.has_detail {
            false => [rest, Rect::default()],
            true if rest.width >= WIDE => {
                Layout::horizontal([Constraint::Percentage(60), Constraint::Percentage(40)]).areas(rest)
            }
            true => {
                // who reads it wants to see it
                let part =
                    if self.focus == Focus::Detail { rest.height * 6 / 10 } else { rest.height * 4 / 10 };
                Layout::vertical([Constraint::Min(3), Constraint::Length(part.max(3))]).areas(rest)
            }
        };
        self.draw_list(frame, list);
        if self.has_detail {
            self.draw_detail(frame, detail);
        }
    }

    /// The frame of a pane, if there is room for one; answers what is inside.
    pub(super) fn frame(&self, frame: &mut Frame<'_>, area: Rect, title: &str, has_focus: bool) -> Rect {
        let theme = self.options.theme;
        if area.height < 4 || area.width < 20 {
            return area;
        }
        let title =
            Span::styled(format!(" {title} "), if has_focus { theme.strong() } else { theme.faint() });
        let block = Block::new()
            .borders(Borders::TOP | Borders::LEFT)
            .border_set(theme.borders())
            .border_style(theme.border(has_focus))
            .title(title);
        let inner = block.inner(area);
        frame.render_widget(block, area);
        inner
    }

    fn draw_title(&self, frame: &mut Frame<'_>, area: Rect) {
        let theme = self.options.theme;
        let mut spans = vec![Span::styled("spoglight", theme.strong()), Span::raw("  ")];
        let sources = self.data.counts().iter().filter(|count| **count > 0).count();
        let name = theme.text(&clean(&self.options.title)).into_owned();
        let sources = counted(sources, "source", "sources");
        let facts = format!("{sources}, {}", counted(self.data.index.len(), "event", "events"));
        let room = usize::from(area.width).saturating_sub(facts.len() + 14);
        spans.push(Span::raw(cut(&name, room)));
        spans.push(Span::raw("  "));
        spans.push(Span::styled(facts, theme.faint()));
        if let Some(analysis) = &self.data.analysis {
            let text = match analysis.findings.len() {
                0 => "no finding".to_owned(),
                count => counted(count, "finding", "findings"),
            };
            spans.push(Span::styled(format!("  {text}"), theme.severity(analysis.verdict.severity)));
            if !analysis.warnings.is_empty() {
                let text = counted(analysis.warnings.len(), "problem", "problems");
                spans.push(Span::styled(format!("  {text}"), theme.warning()));
            }
        }
        frame.render_widget(Line::from(spans), area);
    }

    fn draw_chips(&self, frame: &mut Frame<'_>, area: Rect) {
        let theme = self.options.theme;
        let mut spans = Vec::new();
        for chip in &self.narrow.chips {
            let label = super::narrow::label(chip, |utc| self.when(utc));
            let label = theme.text(&clean(&label)).into_owned();
            let text = if theme.colour {
                format!(" {} ", cut(&label, 60))
            } else {
                format!("[{}]", cut(&label, 60))
            };
            spans.push(Span::styled(text, theme.chip()));
            spans.push(Span::raw(" "));
        }
        let off = self.narrow.hidden.iter().filter(|hidden| **hidden).count();
        if off > 0 {
            let text = counted(off, "source off", "sources off");
            spans.push(Span::styled(text, theme.warning()));
        }
        frame.render_widget(Line::from(spans), area);
    }

    /// What is at work, what is shown, and where one is; or the line that is typed.
    fn draw_status(&self, frame: &mut Frame<'_>, area: Rect) {
        let theme = self.options.theme;
        if let Some(prompt) = &self.prompt {
            return self.draw_prompt(frame, area, prompt);
        }
        let right = self.place_text();
        let room = usize::from(area.width).saturating_sub(right.width() + 2);
        let (text, style) = match &self.note {
            Some(note) => (note.clone(), theme.warning()),
            None => (self.work_text(), Style::new()),
        };
        let text = cut(&theme.text(&clean(&text)), room);
        let pad = usize::from(area.width).saturating_sub(text.width() + right.width());
        let spans =
            vec![Span::styled(text, style), Span::raw(" ".repeat(pad)), Span::styled(right, theme.faint())];
        frame.render_widget(Line::from(spans), area);
    }

    fn draw_prompt(&self, frame: &mut Frame<'_>, area: Rect, prompt: &super::prompt::Prompt) {
        let theme = self.options.theme;
        let label = prompt.label();
        let count = match prompt.what {
            super::prompt::What::Filter => {
                let more = if self.sift.is_some() { "+" } else { "" };
                format!("  {}{more} events", grouped(self.range().len() as u64))
            }
            _ => String::new(),
        };
        let side = match &prompt.error {
            Some(error) => format!("  {}", error.lines().next().unwrap_or_default()),
            None => count,
        };
        let side = cut(&theme.text(&clean(&side)), usize::from(area.width) / 2);
        let width = usize::from(area.width).saturating_sub(label.len() + side.width() + 1).max(1);
        let scroll = prompt.input.visual_scroll(width.saturating_sub(1));
        let [name, line, end] = Layout::horizontal([
            Constraint::Length(label.len() as u16),
            Constraint::Min(1),
            Constraint::Length(side.width() as u16),
        ])
        .areas(area);
        frame.render_widget(Span::styled(label, theme.key()), name);
        let value = clean(prompt.input.value());
        frame.render_widget(Paragraph::new(value.as_ref()).scroll((0, scroll as u16)), line);
        let style = if prompt.error.is_some() { theme.error() } else { theme.faint() };
        frame.render_widget(Span::styled(side, style), end);
        let column = prompt
            .input
            .visual_cursor()
            .saturating_sub(scroll)
            .min(usize::from(line.width.saturating_sub(1)));
        frame.set_cursor_position((line.x + column as u16, line.y));
        if !prompt.options.is_empty() && area.y > 0 {
            self.draw_options(
                frame,
                Rect { y: area.y - 1, x: line.x, width: area.right() - line.x, height: 1 },
                &prompt.options,
            );
        }
    }

    fn draw_options(&self, frame: &mut Frame<'_>, area: Rect, options: &[String]) {
        let theme = self.options.theme;
        let mut spans = Vec::new();
        let mut used = 0;
        for (at, option) in options.iter().enumerate() {
            let text = format!(" {} ", theme.text(&clean(option)));
            used += text.width();
            if used > usize::from(area.width) {
                break;
            }
            spans.push(Span::styled(text, if at == 0 { theme.chip() } else { theme.faint() }));
        }
        frame.render_widget(Clear, area);
        frame.render_widget(Line::from(spans), area);
    }

    /// What is at work.
    fn work_text(&self) -> String {
        let percent = |(done, total): (u64, u64)| done.min(total) * 100 / total.max(1);
        let mut parts = Vec::new();
        match self.stage {
            Stage::Opening => parts.push("opening".to_owned()),
            Stage::Reading => parts.push(format!(
                "reading {} %; times without an offset are placed at the end of it",
                percent(self.progress)
            )),
            Stage::Judging => parts.push("judging what is wrong".to_owned()),
            Stage::Done if self.options.follow => parts.push("following".to_owned()),
            Stage::Done => {}
        }
        if let Some((_, done)) = self.sift {
            parts.push(format!("filtering {} %", percent(done)));
        }
        if let Some(seek) = &self.seek {
            let label = &seek.what.label;
            parts.push(if seek.is_last {
                format!("search: {label}")
            } else {
                format!("searching {label} {} %", percent(seek.done))
            });
        }
        if self.group_job.is_some() {
            parts.push("counting equal messages".to_owned());
        }
        parts.join("; ")
    }

    /// Where one is.
    fn place_text(&self) -> String {
        let range = self.range();
        let at = if range.is_empty() { 0 } else { self.cursor.at.saturating_sub(range.start) + 1 };
        let of = grouped(range.len() as u64);
        let all = self.data.index.len();
        let all =
            if range.len() == all { String::new() } else { format!(" ({} in all)", grouped(all as u64)) };
        format!("{} of {of}{all}  {}", grouped(at as u64), self.clock())
    }

    /// The keys that matter most here; the first is always the way to all of them.
    fn draw_hints(&self, frame: &mut Frame<'_>, area: Rect) {
        let theme = self.options.theme;
        let hints: &[(&str, &str)] = if self.prompt.is_some() {
            &[("enter", "take it"), ("esc", "leave"), ("tab", "complete"), ("up", "earlier ones")]
        } else {
            match (self.screen, self.focus) {
                (Screen::Timeline, Focus::List) => &[
                    ("?", "help"),
                    ("f", "filter"),
                    ("/", "search"),
                    ("e", "next error"),
                    ("2", "findings"),
                    ("= !", "only, not"),
                    ("t", "time"),
                    ("z Z", "zoom"),
                    ("T", "sources"),
                    ("m", "bookmark"),
                    ("q", "quit"),
                ],
                (Screen::Timeline, Focus::Tree) => &[
                    ("?", "help"),
                    ("enter", "on or off"),
                    ("o", "only this"),
                    ("T", "close"),
                    ("tab", "next pane"),
                ],
                (Screen::Timeline, Focus::Detail) => &[
                    ("?", "help"),
                    ("v", "unfold"),
                    ("w", "as in its file"),
                    ("y", "copy"),
                    ("d", "close"),
                    ("esc", "back"),
                ],
                (Screen::Findings, _) => &[
                    ("?", "help"),
                    ("enter", "go to its line"),
                    ("[ ]", "page"),
                    ("1", "timeline"),
                    ("esc", "back"),
                ],
                (Screen::Groups, _) => &[
                    ("?", "help"),
                    ("enter", "only these"),
                    ("!", "all but these"),
                    ("1", "timeline"),
                    ("esc", "back"),
                ],
                (Screen::Bookmarks, _) => &[
                    ("?", "help"),
                    ("enter", "go to it"),
                    ("a", "note"),
                    ("m", "take away"),
                    ("x", "export"),
                    ("esc", "back"),
                ],
            }
        };
        let mut spans = Vec::new();
        for (key, what) in hints {
            spans.push(Span::styled(*key, theme.key()));
            spans.push(Span::styled(format!(" {what}   "), theme.faint()));
        }
        frame.render_widget(Line::from(spans), area);
    }

    fn draw_menu(&self, frame: &mut Frame<'_>, whole: Rect) {
        let title = if self.menu == Some(true) { "not what has the same" } else { "only what has the same" };
        let rows: Vec<(String, String)> =
            LIKE.iter().map(|(letter, _, what)| (letter.to_string(), (*what).to_owned())).collect();
        self.draw_box(frame, whole, title, &[rows], 0);
    }

    /// Answers the row at the top, which is never so far down that the last is not at the bottom.
    fn draw_help(&self, frame: &mut Frame<'_>, whole: Rect, top: usize) -> usize {
        let rows = |table: &[Binding]| -> Vec<(String, String)> {
            table.iter().map(|binding| (binding.names.to_owned(), binding.what.to_owned())).collect()
        };
        let mut second = rows(keys::MOVES);
        second.push((String::new(), String::new()));
        second.extend(rows(keys::EVERYWHERE));
        self.draw_box(
            frame,
            whole,
            "keys here; j k scroll, any other closes",
            &[rows(self.table()), second],
            top,
        )
    }

    /// A box in the middle, with columns of keys and what they do. What does not fit beside goes below.
    fn draw_box(
        &self,
        frame: &mut Frame<'_>,
        whole: Rect,
        title: &str,
        columns: &[Vec<(String, String)>],
        top: usize,
    ) -> usize {
        let theme = self.options.theme;
        let width_of =
            |rows: &[(String, String)]| rows.iter().map(|(_, what)| 12 + what.width()).max().unwrap_or(0) + 2;
        let widths: Vec<usize> = columns.iter().map(|rows| width_of(rows)).collect();
        let is_beside = widths.iter().sum::<usize>() + 4 <= usize::from(whole.width);
        let (width, height) = if is_beside {
            (widths.iter().sum::<usize>(), columns.iter().map(Vec::len).max().unwrap_or(0))
        } else {
            (widths.iter().copied().max().unwrap_or(0), columns.iter().map(Vec::len).sum())
        };
        let width = (width.max(title.width() + 2) + 4).min(usize::from(whole.width)) as u16;
        let height = (height + 2).min(usize::from(whole.height)) as u16;
        let area = Rect {
            x: whole.x + (whole.width - width) / 2,
            y: whole.y + (whole.height - height) / 2,
            width,
            height,
        };
        let block = Block::bordered()
            .border_set(theme.borders())
            .border_style(theme.border(true))
            .title(Span::styled(format!(" {title} "), theme.strong()));
        let inner = block.inner(area);
        frame.render_widget(Clear, area);
        frame.render_widget(block, area);
        let line = |(names, what): &(String, String)| {
            Line::from(vec![Span::styled(format!(" {names:<10} "), theme.key()), Span::raw(what.clone())])
        };
        let rows = usize::from(inner.height);
        if is_beside {
            let count = columns.iter().map(Vec::len).max().unwrap_or(0);
            let top = top.min(count.saturating_sub(rows));
            let mut x = inner.x;
            for (table, width) in columns.iter().zip(widths) {
                let lines: Vec<Line<'_>> = table.iter().skip(top).map(line).collect();
                let area = Rect { x, width: (width as u16).min(inner.right().saturating_sub(x)), ..inner };
                frame.render_widget(Paragraph::new(lines), area);
                x += width as u16;
            }
            scrollbar(frame, inner, top, rows, count, theme);
            return top;
        }
        let count: usize = columns.iter().map(Vec::len).sum();
        let top = top.min(count.saturating_sub(rows));
        let lines: Vec<Line<'_>> = columns.iter().flatten().skip(top).map(line).collect();
        frame.render_widget(Paragraph::new(lines), inner);
        scrollbar(frame, inner, top, rows, count, theme);
        top
    }
}

/// Where one is in something that is longer than its pane, at its right edge.
pub(super) fn scrollbar(
    frame: &mut Frame<'_>,
    area: Rect,
    top: usize,
    height: usize,
    count: usize,
    theme: Theme,
) {
    if count <= height || area.height == 0 || area.width == 0 {
        return;
    }
    let rows = usize::from(area.height);
    let length = (height * rows / count).clamp(1, rows);
    let start = (top * rows / count).min(rows - length);
    for row in start..start + length {
        if let Some(cell) = frame.buffer_mut().cell_mut((area.right() - 1, area.y + row as u16)) {
            cell.set_symbol(theme.either("▐", "|")).set_style(theme.faint());
        }
    }
}

/// The beginning of a text that fits so many columns.
pub(super) fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let end = if text.is_ascii() { '~' } else { '…' };
    let mut used = 0;
    let mut out = String::new();
    for one in text.chars() {
        let wide = one.width().unwrap_or(0);
        if used + wide + 1 > width {
            break;
        }
        used += wide;
        out.push(one);
    }
    if width > 0 {
        out.push(end);
    }
    out
}
