//! All that is known of one event: its fields, what it says with the stack folded, the finding that it belongs to with what
//! mends it, and where it stands.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use unicode_width::UnicodeWidthChar;

use super::app::{App, Focus};
use super::draw::scrollbar;
use super::theme::Theme;
use spoglight_browse::collapse::{LineKind, fold};
use spoglight_engine::event::PlacedEvent;
use spoglight_report::events::ShownZone;
use spoglight_text::sanitize::clean;
use spoglight_text::secrets::mask;
use spoglight_time::Timestamp;
use spoglight_time::zone::offset_name;

/// Bytes of a message that are shown: nobody reads more of one.
const SHOWN: usize = 256 << 10;

/// Columns of the names of fields.
const NAME: usize = 9;

/// See the [module](self).
#[derive(Debug, Default)]
pub(super) struct Detail {
    scroll: usize,
    unfolded: bool,
    raw: bool,
    /// The event, the columns, and its lines.
    kept: Option<(u32, u16, Vec<Line<'static>>)>,
}

impl Detail {
    /// What was worked out may be another now.
    pub(super) fn forget(&mut self) {
        self.kept = None;
    }

    pub(super) fn unfold(&mut self) {
        self.unfolded = !self.unfolded;
        self.kept = None;
    }

    pub(super) fn toggle_raw(&mut self) {
        self.raw = !self.raw;
        self.scroll = 0;
        self.kept = None;
    }

    pub(super) fn scroll(&mut self, by: isize) {
        let count = self.kept.as_ref().map_or(0, |(.., lines)| lines.len());
        self.scroll = self.scroll.saturating_add_signed(by).min(count.saturating_sub(1));
    }
}

impl App<'_> {
    pub(super) fn draw_detail(&mut self, frame: &mut Frame<'_>, area: Rect) {
        let title = if self.detail.raw { "as it is in its file" } else { "event" };
        let area = self.frame(frame, area, title, self.focus == Focus::Detail);
        self.areas.detail = area;
        let Some(number) = self.current() else { return };
        if self.detail.kept.as_ref().is_none_or(|(known, width, _)| (*known, *width) != (number, area.width))
        {
            if self.detail.kept.as_ref().is_some_and(|(known, ..)| *known != number) {
                self.detail.scroll = 0;
            }
            let lines = self.detail_lines(number, usize::from(area.width.saturating_sub(1)).max(10));
            self.detail.kept = Some((number, area.width, lines));
        }
        let Some((.., lines)) = &self.detail.kept else { return };
        let height = usize::from(area.height);
        let top = self.detail.scroll.min(lines.len().saturating_sub(height));
        self.detail.scroll = top;
        let shown: Vec<Line<'_>> = lines.iter().skip(top).take(height).cloned().collect();
        frame.render_widget(Paragraph::new(shown), area);
        scrollbar(frame, area, top, height, lines.len(), self.options.theme);
    }

    fn detail_lines(&self, number: u32, width: usize) -> Vec<Line<'static>> {
        let mut sheet = Sheet { theme: self.options.theme, width, lines: Vec::new() };
        let read = self.data.index.read(&self.data.facts, number, |entry| {
            if self.detail.raw {
                let text = entry.text.get(..SHOWN.min(entry.text.len())).unwrap_or_default();
                sheet.text(&mask(&String::from_utf8_lossy(text)), Style::new());
            } else {
                self.describe(number, entry, &mut sheet);
            }
        });
        if let Err(error) = read {
            sheet
                .text(&format!("This event cannot be read any more: {error}."), self.options.theme.warning());
        }
        sheet.lines
    }

    fn describe(&self, number: u32, entry: &PlacedEvent<'_>, sheet: &mut Sheet) {
        let theme = self.options.theme;
        let event = entry.event();
        let field = |bytes: &[u8]| mask(&String::from_utf8_lossy(bytes)).into_owned();
        sheet.field("time", &self.times(number, entry), Style::new());
        if let Some(note) = self.bookmarks.get(&number) {
            sheet.prose("bookmark", if note.is_empty() { "yes" } else { note }, theme.key());
        }
        // what it says, what that means, and then all the rest
        sheet.text(&mask(&String::from_utf8_lossy(event.message.trim_ascii_end())), theme.level(entry.level));
        self.tell_findings(number, entry, sheet);
        let rest = String::from_utf8_lossy(event.rest.get(..SHOWN.min(event.rest.len())).unwrap_or_default());
        self.tell_rest(&mask(rest.trim_end()), sheet);
        if event.rest.len() > SHOWN {
            let more = event.rest.len() - SHOWN;
            sheet.text(&format!("... and {more} bytes more, which w does not show either"), theme.faint());
        }
        sheet.blank();
        let line = self.data.index.line(number).map_or_else(|_| "?".to_owned(), |line| line.to_string());
        let place = format!("{}:{line}  (byte {})", entry.source.path, self.data.index.offset(number));
        let host = entry.source.host.as_deref().unwrap_or("-");
        sheet.field("where", &format!("{host}  {place}"), theme.source(entry.id.index()));
        sheet.field("level", entry.level.name(), theme.level(entry.level));
        let class = match (event.class, event.method) {
            (b"", method) => field(method),
            (class, b"") => field(class),
            (class, method) => format!("{}.{}", field(class), field(method)),
        };
        for (name, value) in [("thread", field(event.thread)), ("class", class)] {
            sheet.field(name, &value, Style::new());
        }
        for (name, value) in &event.fields {
            sheet.field(&String::from_utf8_lossy(name), &field(value), Style::new());
        }
    }

    fn times(&self, number: u32, entry: &PlacedEvent<'_>) -> String {
        let shown = self.data.time(number, self.zone);
        let written = entry.stamp.map(|stamp| {
            let text = Timestamp::Local(stamp.wall).on_the_wall(None);
            let offset = stamp.offset.map(offset_name).unwrap_or_default();
            format!("{text}{offset}")
        });
        let zone = match (entry.moment, self.zone) {
            (Some(Timestamp::Utc(_)), ShownZone::Of(zone)) => zone.name().to_owned(),
            (Some(Timestamp::Utc(_)), ShownZone::Source) => {
                entry.source.zone.name.clone().unwrap_or_else(|| "UTC".to_owned())
            }
            (Some(Timestamp::Local(_)), _) => {
                "local time of its server, whose zone nobody knows: --tz".to_owned()
            }
            (None, _) => "nobody knows its date".to_owned(),
        };
        let written =
            written.map_or_else(|| "no stamp of its own".to_owned(), |text| format!("written as {text}"));
        let marks = entry.marks;
        let peculiar = [
            (marks.late, "behind later ones in its file"),
            (marks.skipped, "in an hour that its clocks left out"),
            (marks.repeated, "in an hour that was shown twice"),
        ];
        let peculiar: Vec<&str> = peculiar.iter().filter(|(is, _)| *is).map(|(_, what)| *what).collect();
        let peculiar = if peculiar.is_empty() { String::new() } else { format!("; {}", peculiar.join("; ")) };
        format!("{shown} {zone}  ({written}{peculiar})")
    }

    /// What is known of such a line.
    fn tell_findings(&self, number: u32, entry: &PlacedEvent<'_>, sheet: &mut Sheet) {
        let theme = self.options.theme;
        let findings = self.data.analysis.as_ref().map(|analysis| &analysis.findings);
        let flagged = self.data.flags.of(number);
        let hits = self.data.library.as_ref().map(|library| library.hits(entry.text)).unwrap_or_default();
        let ids = hits.iter().filter_map(|hit| self.data.library.as_ref()?.get(hit.signature));
        let mut told = None;
        if let Some((at, finding)) = flagged.and_then(|at| Some((at, findings?.get(at)?))) {
            let title = format!("{}. {}  (2 has its page)", at + 1, finding.title);
            sheet.prose("finding", &title, theme.severity(Some(finding.severity)));
            sheet.prose("cause", &finding.cause, Style::new());
            for (step, fix) in finding.fix.iter().enumerate() {
                sheet.prose(
                    if step == 0 { "fix" } else { "" },
                    &format!("{}. {fix}", step + 1),
                    Style::new(),
                );
            }
            told = Some(finding.id.as_str());
        }
        for signature in ids.filter(|signature| told != Some(signature.id.as_str())) {
            sheet.prose("known as", &format!("{}: {}", signature.id, signature.title), theme.warning());
        }
    }

    /// The lines below the first.
    fn tell_rest(&self, rest: &str, sheet: &mut Sheet) {
        let theme = self.options.theme;
        for line in fold(rest) {
            let text = rest.get(line.text.clone()).unwrap_or_default().trim_end_matches(['\r', '\n']);
            match line.kind {
                LineKind::Folded(count) if !self.detail.unfolded => {
                    let text = format!("    {} {count} more lines: v", theme.either("…", "..."));
                    sheet.text(&text, theme.faint());
                }
                LineKind::Folded(_) => text.lines().for_each(|line| sheet.text(line, theme.faint())),
                LineKind::Deepest => sheet.text(text, theme.error().patch(theme.strong())),
                LineKind::Cause => sheet.text(text, theme.strong()),
                LineKind::Plain | LineKind::Frame => sheet.text(text, Style::new()),
            }
        }
    }
}

/// Lines that fit the columns of a pane.
struct Sheet {
    theme: Theme,
    width: usize,
    lines: Vec<Line<'static>>,
}

impl Sheet {
    fn blank(&mut self) {
        self.lines.push(Line::default());
    }

    /// A field and its value; nothing if it has none.
    fn field(&mut self, name: &str, value: &str, style: Style) {
        let wrap = |value: &str, width: usize| wrapped(value, width);
        self.labelled(name, value, style, &wrap);
    }

    /// The same for sentences: they are broken between words.
    fn prose(&mut self, name: &str, value: &str, style: Style) {
        let wrap = |value: &str, width: usize| {
            textwrap::wrap(value, width).into_iter().map(std::borrow::Cow::into_owned).collect()
        };
        self.labelled(name, value, style, &wrap);
    }

    fn labelled(&mut self, name: &str, value: &str, style: Style, wrap: &dyn Fn(&str, usize) -> Vec<String>) {
        if value.trim().is_empty() {
            return;
        }
        let value = self.theme.text(&clean(value.trim())).into_owned();
        let label = self.theme.text(&clean(name)).into_owned();
        let width = self.width.saturating_sub(NAME + 1).max(8);
        for (at, part) in wrap(&value, width).into_iter().enumerate() {
            let label = if at == 0 { format!("{label:<NAME$} ") } else { " ".repeat(NAME + 1) };
            self.lines
                .push(Line::from(vec![Span::styled(label, self.theme.faint()), Span::styled(part, style)]));
        }
    }

    fn text(&mut self, text: &str, style: Style) {
        for line in text.lines() {
            let line = self.theme.text(&clean(line.trim_end_matches('\r'))).into_owned();
            for part in wrapped(&line, self.width) {
                self.lines.push(Line::styled(part, style));
            }
        }
    }
}

/// Text in pieces that fit so many columns. Logs are no prose: words are cut where the line ends.
pub(super) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut used = 0;
    for one in text.chars() {
        let wide = one.width().unwrap_or(0);
        if used + wide > width.max(2) {
            parts.push(String::new());
            used = 0;
        }
        used += wide;
        if let Some(part) = parts.last_mut() {
            part.push(one);
        }
    }
    parts
}
