//! Draws documents of reports: their lines with the colours of the theme.

use ratatui::style::Style as Look;
use ratatui::text::{Line, Span};
use spoglight_report::RenderOptions;
use spoglight_report::document::{Document, Style};
use spoglight_report::render::layout::layout;
use unicode_width::UnicodeWidthChar;

use crate::theme::Theme;

/// Lines of a document in the given number of columns.
pub(crate) fn lines(document: &Document, width: usize, theme: Theme) -> Vec<Line<'static>> {
    let options = RenderOptions { width, table_width: width, colour: theme.colour, ascii: theme.ascii };
    let mut lines = Vec::new();
    // writing to memory does not fail
    let _ = layout(document, &options, &mut |line| {
        let spans = line
            .into_iter()
            .map(|span| Span::styled(theme.text(&span.text).into_owned(), look(span.style, theme)));
        fold(spans.collect(), width, &mut lines);
        Ok(())
    });
    lines
}

/// Continues a command or a path that is wider than the screen below itself: nothing scrolls sideways.
fn fold(mut spans: Vec<Span<'static>>, width: usize, lines: &mut Vec<Line<'static>>) {
    loop {
        let all: usize = spans.iter().map(Span::width).sum();
        let indent = all - spans.last().map_or(0, Span::width);
        if all <= width || width <= indent + 1 {
            return lines.push(Line::from(spans));
        }
        let Some(last) = spans.pop() else { return };
        let mut columns = indent;
        let fits = |letter: &char| {
            columns += letter.width().unwrap_or(0);
            columns <= width
        };
        let length = last.content.chars().take_while(fits).map(char::len_utf8).sum();
        let (start, rest) = last.content.split_at_checked(length).unwrap_or((&last.content, ""));
        let (start, rest) =
            (Span::styled(start.to_owned(), last.style), Span::styled(rest.to_owned(), last.style));
        spans.push(start);
        lines.push(Line::from(spans));
        spans = vec![Span::raw(" ".repeat(indent)), rest];
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use spoglight_report::document::Node;

    #[test]
    fn a_long_command_is_continued_below_itself() {
        let command = "keytool -list -v -keystore cacerts -storepass changeit 主机".to_owned();
        let document =
            Document::new("", vec![Node::Command { label: "More".to_owned(), command: command.clone() }]);
        let lines = lines(&document, 40, Theme::default());
        assert!(lines.len() > 1 && lines.iter().all(|line| line.width() <= 40), "{lines:?}");
        let text: String =
            lines.iter().filter_map(|line| line.spans.last()).map(|span| span.content.as_ref()).collect();
        assert_eq!(text, command);
    }
}
