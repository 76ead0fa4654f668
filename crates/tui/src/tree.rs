//! Servers and their sources, with how many events each has, its clock, and whether it is shown.

use std::collections::BTreeMap;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::app::{App, Focus};
use super::draw::cut;
use spoglight_text::humanize::grouped;

/// A row of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Row {
    /// A server and its sources, by place.
    Host(String, Vec<usize>),
    Source(usize),
}

impl App<'_> {
    /// Servers by name, below each its sources that have events.
    pub(super) fn tree_rows(&self) -> Vec<Row> {
        let mut hosts: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (source, count) in self.data.counts().into_iter().enumerate() {
            if count > 0 {
                hosts.entry(self.data.host(source)).or_default().push(source);
            }
        }
        let mut rows = Vec::new();
        for (host, sources) in hosts {
            rows.push(Row::Host(host.to_owned(), sources.clone()));
            rows.extend(sources.into_iter().map(Row::Source));
        }
        rows
    }

    fn chosen_sources(&self) -> Vec<usize> {
        match self.tree_rows().into_iter().nth(self.tree.at) {
            Some(Row::Host(_, sources)) => sources,
            Some(Row::Source(source)) => vec![source],
            None => Vec::new(),
        }
    }

    fn is_off(&self, source: usize) -> bool {
        self.narrow.hidden.get(source).copied().unwrap_or(false)
    }

    /// On or off.
    pub(super) fn toggle_source(&mut self) {
        let sources = self.chosen_sources();
        let hide = sources.iter().any(|source| !self.is_off(*source));
        for source in sources {
            if let Some(hidden) = self.narrow.hidden.get_mut(source) {
                *hidden = hide;
            }
        }
        self.refilter();
    }

    /// All others off, or all on if they are.
    pub(super) fn only_source(&mut self) {
        let sources = self.chosen_sources();
        let is_only = (0..self.narrow.hidden.len()).all(|at| self.is_off(at) != sources.contains(&at));
        for (at, hidden) in self.narrow.hidden.iter_mut().enumerate() {
            *hidden = !is_only && !sources.contains(&at);
        }
        self.refilter();
    }

    pub(super) fn draw_tree(&mut self, frame: &mut Frame<'_>, area: Rect) {
        let theme = self.options.theme;
        let area = self.frame(frame, area, "servers and sources", self.focus == Focus::Tree);
        self.areas.tree = area;
        let rows = self.tree_rows();
        let counts = self.data.counts();
        self.tree.fit(&(0..rows.len()), usize::from(area.height));
        let width = usize::from(area.width);
        for (at, row) in rows.iter().enumerate().skip(self.tree.top).take(usize::from(area.height)) {
            let (name, count, zone, off, style) = match row {
                Row::Host(host, sources) => {
                    let count = sources.iter().filter_map(|source| counts.get(*source)).sum::<u64>();
                    let off = sources.iter().all(|source| self.is_off(*source));
                    (host.clone(), count, String::new(), off, theme.strong())
                }
                Row::Source(source) => {
                    let count = counts.get(*source).copied().unwrap_or(0);
                    let name = self.data.layout().map_or("", |layout| layout.label(*source));
                    let zone = self.data.facts.get(*source).and_then(|facts| facts.zone.name.clone());
                    (
                        format!("  {name}"),
                        count,
                        zone.unwrap_or_else(|| "?".to_owned()),
                        self.is_off(*source),
                        theme.source(*source),
                    )
                }
            };
            let mark = if off { theme.either("○", "-") } else { theme.either("●", "+") };
            let count = grouped(count);
            let zone = if width > 44 { format!(" {}", cut(&zone, 18)) } else { String::new() };
            let room = width.saturating_sub(3 + count.len() + zone.len());
            let name = cut(&theme.text(&name), room);
            let pad = room.saturating_sub(unicode_width::UnicodeWidthStr::width(name.as_str()));
            let style = if off { theme.faint() } else { style };
            let mut line = Line::from(vec![
                Span::styled(format!("{mark} "), style),
                Span::styled(name, style),
                Span::raw(" ".repeat(pad)),
                Span::styled(zone, theme.faint()),
                Span::raw(format!(" {count}")),
            ]);
            if at == self.tree.at {
                line = theme.chosen(line, self.focus == Focus::Tree);
            }
            let y = area.y + (at - self.tree.top) as u16;
            frame.render_widget(line, Rect { y, height: 1, ..area });
        }
    }
}
