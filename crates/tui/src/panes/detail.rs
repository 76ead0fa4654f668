//! Everything about the selected event: its fields, its text with stack traces collapsed, and its finding with cause and fix.

use ratatui::Frame;
use ratatui::crossterm::event::KeyCode;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;
use regex::Regex;

use crate::context::Context;
use crate::keys::Key::{Char, Code};
use crate::keys::{Action, Binding, PaneId, bind};
use crate::model::Model;
use crate::pane::{Mouse, Outcome, Pane, Region};
use crate::theme::Theme;
use crate::ui::Ui;
use crate::widgets::{WrappedLines, painted, pane_frame, scrollbar};
use spoglight_browse::collapse::{LineKind, fold};
use spoglight_browse::event_id::EventId;
use spoglight_engine::event::PlacedEvent;
use spoglight_report::events::{ShownZone, timestamp};
use spoglight_time::Timestamp;
use spoglight_time::zone::offset_name;

const ID: PaneId = PaneId::DETAIL;

/// Bytes of a message that are shown.
const SHOWN: usize = 256 << 10;

const BINDINGS: &[Binding] = &[
    bind(&[Char('v'), Code(KeyCode::Enter)], "expand the stack trace", Action::Unfold).hint("expand"),
    bind(&[Char('r')], "the text as it is in its file", Action::Raw).hint("as in its file"),
    bind(&[Char('y')], "copy the event", Action::Copy).hint("copy"),
    bind(&[Char('d')], "close", Action::Close).hint("close"),
];

/// The pane of one event.
#[derive(Debug, Default)]
pub(crate) struct Detail {
    scroll: usize,
    is_unfolded: bool,
    is_raw: bool,
    /// Rows and lines when it was last drawn.
    height: usize,
    cache: Option<Cache>,
}

/// The lines of an event, and what they depend on.
#[derive(Debug)]
struct Cache {
    key: (EventId, u16, u64, Option<String>),
    lines: Vec<Line<'static>>,
}

impl Detail {
    fn scroll(&mut self, by: isize) {
        let count = self.cache.as_ref().map_or(0, |cache| cache.lines.len());
        self.scroll = self.scroll.saturating_add_signed(by).min(count.saturating_sub(1));
    }

    fn scroll_by(&mut self, action: Action) -> bool {
        let (page, half) = (self.height.max(1) as isize, (self.height / 2).max(1) as isize);
        self.scroll(match action {
            Action::Up | Action::LineUp => -1,
            Action::Down | Action::LineDown => 1,
            Action::PageUp => -page,
            Action::PageDown => page,
            Action::HalfUp => -half,
            Action::HalfDown => half,
            Action::First => isize::MIN,
            Action::Last => isize::MAX,
            _ => return false,
        });
        true
    }

    /// Brings the cached lines up to date.
    fn update(&mut self, event: EventId, area: Rect, model: &Model<'_>, theme: Theme) {
        let highlight = highlight(model);
        let key = (event, area.width, model.revision, highlight.map(|what| what.as_str().to_owned()));
        if self.cache.as_ref().is_some_and(|cache| cache.key == key) {
            return;
        }
        let is_other = self.cache.as_ref().is_none_or(|cache| (cache.key.0, &cache.key.3) != (event, &key.3));
        let width = usize::from(area.width.saturating_sub(1)).max(10);
        let mut lines = self.lines(event, width, self.is_unfolded, model, theme);
        let hit = |lines: &[Line<'_>]| {
            let what = highlight?;
            lines.iter().position(|line| line.spans.iter().any(|span| what.is_match(&span.content)))
        };
        let mut at = hit(&lines);
        if at.is_none() && highlight.is_some() && !self.is_unfolded {
            // the hit may be in a collapsed line
            let unfolded = self.lines(event, width, true, model, theme);
            at = hit(&unfolded);
            if at.is_some() {
                lines = unfolded;
            }
        }
        if is_other {
            // the hit is in the middle, unless it is on the first screen anyway
            let height = usize::from(area.height);
            self.scroll = at.filter(|at| *at >= height).map_or(0, |at| at - height / 2);
        }
        self.cache = Some(Cache { key, lines });
    }

    fn lines(
        &self,
        event: EventId,
        width: usize,
        is_unfolded: bool,
        model: &Model<'_>,
        theme: Theme,
    ) -> Vec<Line<'static>> {
        let mut lines = WrappedLines::new(theme, width);
        let read = model.data.index.read(&model.data.facts, event, |entry| {
            entry.masked(|entry| {
                if self.is_raw {
                    let text = entry.text.get(..SHOWN.min(entry.text.len())).unwrap_or_default();
                    lines.text(&String::from_utf8_lossy(text), Style::new());
                } else {
                    let page = Page { model, theme, event, entry, is_unfolded };
                    page.write(&mut lines);
                }
            });
        });
        if let Err(error) = read {
            lines.text(&format!("This event is no longer readable: {error}."), theme.warning());
        }
        lines.into_lines()
    }
}

/// What the search highlights.
fn highlight<'m>(model: &'m Model<'_>) -> Option<&'m Regex> {
    model.search.as_ref()?.request.highlight.as_ref()
}

/// The line with the hits of the search highlighted.
fn highlighted(line: &Line<'static>, what: Option<&Regex>, theme: Theme) -> Line<'static> {
    let mut spans = Vec::new();
    for span in &line.spans {
        painted(&span.content, what, span.style, theme.hit(), &mut spans);
    }
    Line { spans, ..line.clone() }
}

impl Pane for Detail {
    fn id(&self) -> PaneId {
        ID
    }

    fn region(&self) -> Region {
        Region::Side
    }

    fn is_shown_at_start(&self) -> bool {
        true
    }

    fn bindings(&self) -> &'static [Binding] {
        BINDINGS
    }

    fn handle(&mut self, action: Action, context: &mut Context<'_, '_>) -> Outcome {
        match action {
            Action::Unfold => {
                self.is_unfolded = !self.is_unfolded;
                self.cache = None;
            }
            Action::Raw => {
                self.is_raw = !self.is_raw;
                self.scroll = 0;
                self.cache = None;
            }
            Action::Copy => context.copy(context.current().and_then(|event| context.model.text(event))),
            Action::Close => context.ui.toggle(ID),
            _ if self.scroll_by(action) => {}
            _ => return Outcome::Ignored,
        }
        Outcome::Done
    }

    fn draw(&mut self, frame: &mut Frame<'_>, area: Rect, model: &Model<'_>, ui: &mut Ui) -> Rect {
        let title = if self.is_raw { "As in its file" } else { "Event" };
        let area = pane_frame(frame, area, title, ui.focus == ID, ui.theme);
        let Some(event) = model.event_at(ui.selection.cursor.at) else { return area };
        self.update(event, area, model, ui.theme);
        let highlight = highlight(model);
        let Some(Cache { lines, .. }) = &self.cache else { return area };
        self.height = usize::from(area.height);
        self.scroll = self.scroll.min(lines.len().saturating_sub(self.height));
        let shown = lines.iter().skip(self.scroll).take(self.height);
        let shown: Vec<Line<'_>> = shown.map(|line| highlighted(line, highlight, ui.theme)).collect();
        frame.render_widget(Paragraph::new(shown), area);
        scrollbar(frame, area, self.scroll, self.height, lines.len(), ui.theme);
        area
    }

    fn hit(&mut self, mouse: Mouse, _at: Position, _area: Rect, context: &mut Context<'_, '_>) -> Outcome {
        match mouse {
            Mouse::Press => context.ui.focus = ID,
            Mouse::Wheel(by) => self.scroll(by),
            Mouse::Drag | Mouse::Release => {}
        }
        Outcome::Done
    }
}

/// The description of one event.
struct Page<'a, 's, 'e> {
    model: &'a Model<'s>,
    theme: Theme,
    /// Number of the event.
    event: EventId,
    entry: &'a PlacedEvent<'e>,
    is_unfolded: bool,
}

impl Page<'_, '_, '_> {
    /// Writes the message, its finding, the rest of the text, and the fields.
    fn write(&self, lines: &mut WrappedLines) {
        let (theme, entry) = (self.theme, self.entry);
        let event = entry.event();
        lines.field("time", &self.times(), Style::new());
        if let Some(note) = self.model.bookmarks.get(&self.event) {
            lines.prose("bookmark", if note.is_empty() { "yes" } else { note }, theme.key());
        }
        let readable = entry.readable();
        let message = String::from_utf8_lossy(event.message.trim_ascii_end());
        lines.text(readable.as_deref().unwrap_or(&message), theme.message(entry.level));
        self.write_findings(lines);
        if readable.is_some() {
            // the rest is the XML of the data, which the view of the file shows
            lines.blank();
            return self.write_fields(lines);
        }
        let rest = String::from_utf8_lossy(event.rest.get(..SHOWN.min(event.rest.len())).unwrap_or_default());
        self.write_rest(rest.trim_end(), lines);
        if event.rest.len() > SHOWN {
            let more = spoglight_text::humanize::counted(event.rest.len() - SHOWN, "byte", "bytes");
            lines.text(&format!("... {more} more are not shown"), theme.faint());
        }
        lines.blank();
        self.write_fields(lines);
    }

    fn write_fields(&self, lines: &mut WrappedLines) {
        let (theme, entry, index) = (self.theme, self.entry, &self.model.data.index);
        let event = entry.event();
        let field = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let offset = index.offset(self.event);
        let shown = index.line(self.event).map(|line| entry.source.shown_position(line, offset));
        let line = shown.as_ref().map_or_else(|_| "?".to_owned(), |(line, _)| line.to_string());
        let offset = shown.map_or(offset, |(_, offset)| offset);
        let place = format!("{}:{line}  (byte {offset})", entry.source.path);
        let host = entry.source.host.as_deref().unwrap_or("-");
        lines.field("where", &format!("{host}  {place}"), theme.source(entry.id.index()));
        lines.field("level", entry.level.name(), theme.level(entry.level));
        let class = match (event.class, event.method) {
            (b"", method) => field(method),
            (class, b"") => field(class),
            (class, method) => format!("{}.{}", field(class), field(method)),
        };
        lines.field("thread", &field(event.thread), Style::new());
        lines.field("class", &class, Style::new());
        for (name, value) in &event.fields {
            lines.field(&String::from_utf8_lossy(name), &field(value), Style::new());
        }
    }

    /// The time on the shown clock, as it is written in the log, and anything unusual about it.
    fn times(&self) -> String {
        let entry = self.entry;
        let shown = self.model.data.time(self.event, self.model.zone);
        let zone = match (entry.moment, self.model.zone) {
            (Some(Timestamp::Utc(_)), ShownZone::Of(zone)) => zone.name().to_owned(),
            (Some(Timestamp::Utc(_)), ShownZone::Source) => {
                entry.source.zone.name.clone().unwrap_or_else(|| "UTC".to_owned())
            }
            (Some(Timestamp::Local(_)), _) => "local time, time zone unknown: set it with --tz".to_owned(),
            (None, _) => "date unknown".to_owned(),
        };
        let written = match entry.stamp {
            Some(stamp) => {
                let text = if entry.moment.is_some() {
                    Timestamp::Local(stamp.wall).on_the_wall(None)
                } else {
                    let mut out = Vec::new();
                    timestamp::undated(stamp.wall, 3, &mut out);
                    String::from_utf8(out).unwrap_or_default()
                };
                format!("written as {text}{}", stamp.offset.map(offset_name).unwrap_or_default())
            }
            None => "no timestamp of its own".to_owned(),
        };
        let unusual = [
            (entry.marks.late, "; after later ones in its file"),
            (entry.marks.skipped, "; in the hour skipped at the start of DST"),
            (entry.marks.repeated, "; in the hour repeated at the end of DST"),
        ];
        let unusual: String = unusual.iter().filter(|(is, _)| *is).map(|(_, text)| *text).collect();
        format!("{shown} {zone}  ({written}{unusual})")
    }

    /// The finding that the event belongs to, and signatures that match it.
    fn write_findings(&self, lines: &mut WrappedLines) {
        let (theme, data) = (self.theme, &self.model.data);
        let findings = data.analysis.as_ref().map(|analysis| &analysis.findings);
        let finding = data.flags.of(self.event).and_then(|at| Some((at, findings?.get(at)?)));
        if let Some((at, finding)) = finding {
            let title = format!("{}. {}  ([2] cause and fix)", at + 1, finding.title);
            lines.prose("finding", &title, theme.severity(Some(finding.severity)));
        }
        let Some(library) = &data.library else { return };
        let hits = library.hits(self.entry.text);
        let signatures = hits.iter().filter_map(|hit| library.get(hit.signature));
        for signature in signatures
            .filter(|known| finding.is_none_or(|(_, finding)| finding.id.as_str() != known.id.as_str()))
        {
            lines.prose("matches", &format!("{}: {}", signature.id, signature.title), theme.warning());
        }
    }

    /// The lines after the first.
    fn write_rest(&self, rest: &str, lines: &mut WrappedLines) {
        let theme = self.theme;
        for line in fold(rest) {
            let text = rest.get(line.text.clone()).unwrap_or_default().trim_end_matches(['\r', '\n']);
            match line.kind {
                LineKind::Folded(count) if !self.is_unfolded => {
                    let text = format!("    {} {count} more lines: v", theme.either("…", "..."));
                    lines.text(&text, theme.faint());
                }
                LineKind::Folded(_) => text.lines().for_each(|line| lines.text(line, theme.faint())),
                LineKind::Deepest => lines.text(text, theme.error().patch(theme.strong())),
                LineKind::Cause => lines.text(text, theme.strong()),
                LineKind::Plain | LineKind::Frame => lines.text(text, Style::new()),
            }
        }
    }
}
