//! Draws documents of reports: their lines with the colours of the theme.

use ratatui::style::Style as Look;
use ratatui::text::{Line, Span};
use spoglight_report::RenderOptions;
use spoglight_report::document::{Document, Style};
use spoglight_report::render::layout::layout;

use super::theme::Theme;

/// Lines of a document in the given number of columns.
pub(super) fn lines(document: &Document, width: usize, theme: Theme) -> Vec<Line<'static>> {
    let options = RenderOptions { width, table_width: width, colour: theme.colour };
    let mut lines = Vec::new();
    // memory takes everything
    let _ = layout(document, &options, &mut |line| {
        let spans = line
            .into_iter()
            .map(|span| Span::styled(theme.text(&span.text).into_owned(), look(span.style, theme)));
        lines.push(Line::from_iter(spans));
        Ok(())
    });
    lines
}

fn look(style: Style, theme: Theme) -> Look {
    match style {
        Style::Plain | Style::Code | Style::Path | Style::Id | Style::Link => Look::new(),
        Style::Strong => theme.strong(),
        Style::Faint => theme.faint(),
        Style::Warning => theme.warning(),
        Style::Severity(severity) => theme.severity(severity),
        Style::Level(level) => theme.level(level),
    }
}
