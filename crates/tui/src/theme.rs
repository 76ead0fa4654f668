//! Colours and characters. The colours are the sixteen of the terminal, so that they fit light and dark themes, each with one
//! meaning; a terminal with ASCII alone has its own characters.

use ratatui::style::{Color, Modifier, Style};
use ratatui::symbols::border;
use ratatui::text::Line;
use spoglight_parsers::Level;
use spoglight_signatures::Severity;

use spoglight_browse::view::Class;

/// Colours and characters of the screen.
#[derive(Debug, Clone, Copy, Default)]
pub struct Theme {
    /// Whether to use colours.
    pub colour: bool,
    /// Whether the terminal shows ASCII characters only.
    pub ascii: bool,
}

/// Colours of sources side by side. None is red: that is an error.
const SOURCES: [Color; 6] =
    [Color::Cyan, Color::Magenta, Color::Green, Color::Blue, Color::Yellow, Color::LightCyan];

#[expect(clippy::unused_self, reason = "callers need not know which styles depend on colours")]
impl Theme {
    fn fg(self, colour: Color) -> Style {
        if self.colour { Style::new().fg(colour) } else { Style::new() }
    }

    pub(crate) fn level(self, level: Level) -> Style {
        match level {
            Level::Fatal => self.fg(Color::LightRed).add_modifier(Modifier::BOLD),
            Level::Error => self.fg(Color::Red).add_modifier(Modifier::BOLD),
            Level::Warn => self.fg(Color::Yellow),
            Level::Info => Style::new(),
            _ => self.faint(),
        }
    }

    pub(crate) fn source(self, number: usize) -> Style {
        self.fg(SOURCES.get(number % SOURCES.len()).copied().unwrap_or(Color::Cyan))
    }

    pub(crate) fn severity(self, severity: Option<Severity>) -> Style {
        let colour = match severity {
            Some(Severity::Critical) => Color::LightRed,
            Some(Severity::High) => Color::Red,
            Some(Severity::Medium) => Color::Yellow,
            Some(Severity::Low | Severity::Info) => Color::Cyan,
            None => Color::Green,
        };
        self.fg(colour).add_modifier(Modifier::BOLD)
    }

    /// Colour of a class of the histogram. Without colours its character shows the class.
    pub(crate) fn class(self, class: Class) -> Color {
        match class {
            _ if !self.colour => Color::Reset,
            Class::Error => Color::Red,
            Class::Warning => Color::Yellow,
            Class::Info => Color::Green,
            Class::Other => Color::DarkGray,
        }
    }

    pub(crate) fn faint(self) -> Style {
        // some terminals do not show "dim", some palettes have no grey
        if self.colour { Style::new().fg(Color::DarkGray) } else { Style::new().add_modifier(Modifier::DIM) }
    }

    pub(crate) fn strong(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    pub(crate) fn warning(self) -> Style {
        self.fg(Color::Yellow)
    }

    pub(crate) fn error(self) -> Style {
        self.fg(Color::Red)
    }

    /// Style of the selected row.
    fn selected(self, has_focus: bool) -> Style {
        if has_focus {
            Style::new().add_modifier(Modifier::REVERSED)
        } else {
            Style::new().add_modifier(Modifier::BOLD | Modifier::UNDERLINED)
        }
    }

    /// The selected row, in one colour from end to end.
    pub(crate) fn chosen(self, mut line: Line<'_>, has_focus: bool) -> Line<'_> {
        for span in &mut line.spans {
            span.style.fg = None;
            span.style.bg = None;
        }
        line.style(self.selected(has_focus))
    }

    /// Style of a search hit.
    pub(crate) fn hit(self) -> Style {
        if self.colour {
            Style::new().bg(Color::Yellow).fg(Color::Black)
        } else {
            Style::new().add_modifier(Modifier::UNDERLINED | Modifier::BOLD)
        }
    }

    pub(crate) fn chip(self) -> Style {
        if self.colour { Style::new().fg(Color::Black).bg(Color::Cyan) } else { self.strong() }
    }

    pub(crate) fn key(self) -> Style {
        self.fg(Color::Cyan).add_modifier(Modifier::BOLD)
    }

    /// Style of the frame of a pane.
    pub(crate) fn border(self, has_focus: bool) -> Style {
        if has_focus { self.fg(Color::Cyan) } else { self.faint() }
    }

    pub(crate) fn borders(self) -> border::Set<'static> {
        if self.ascii {
            border::Set {
                top_left: "+",
                top_right: "+",
                bottom_left: "+",
                bottom_right: "+",
                vertical_left: "|",
                vertical_right: "|",
                horizontal_top: "-",
                horizontal_bottom: "-",
            }
        } else {
            border::PLAIN
        }
    }

    /// `fine`, or `plain` on a terminal with ASCII alone.
    pub(crate) fn either(self, fine: &'static str, plain: &'static str) -> &'static str {
        if self.ascii { plain } else { fine }
    }

    /// Text with a `?` for each character that the terminal cannot show.
    pub(crate) fn text(self, text: &str) -> std::borrow::Cow<'_, str> {
        if !self.ascii || text.is_ascii() {
            return text.into();
        }
        text.chars().map(|letter| if letter.is_ascii() { letter } else { '?' }).collect::<String>().into()
    }
}
