//! How things look: colours of the terminal's own sixteen, so that they fit light and dark ones, each for one meaning; and
//! characters for terminals that have no others than ASCII.

use ratatui::style::{Color, Modifier, Style};
use ratatui::symbols::border;
use ratatui::text::Line;
use spoglight_parsers::Level;
use spoglight_signatures::Severity;

use spoglight_browse::view::Class;

/// How things look.
#[derive(Debug, Clone, Copy, Default)]
pub struct Theme {
    /// Whether colours may be written.
    pub colour: bool,
    /// Whether the terminal shows no characters beyond ASCII.
    pub ascii: bool,
}

/// Colours of sources side by side. None is red: that is an error.
const SOURCES: [Color; 6] =
    [Color::Cyan, Color::Magenta, Color::Green, Color::Blue, Color::Yellow, Color::LightCyan];

#[expect(clippy::unused_self, reason = "who asks need not know which of them depend on colours")]
impl Theme {
    fn fg(self, colour: Color) -> Style {
        if self.colour { Style::new().fg(colour) } else { Style::new() }
    }

    pub(super) fn level(self, level: Level) -> Style {
        match level {
            Level::Fatal => self.fg(Color::LightRed).add_modifier(Modifier::BOLD),
            Level::Error => self.fg(Color::Red).add_modifier(Modifier::BOLD),
            Level::Warn => self.fg(Color::Yellow),
            Level::Info => Style::new(),
            _ => self.faint(),
        }
    }

    pub(super) fn source(self, number: usize) -> Style {
        self.fg(SOURCES.get(number % SOURCES.len()).copied().unwrap_or(Color::Cyan))
    }

    pub(super) fn severity(self, severity: Option<Severity>) -> Style {
        let colour = match severity {
            Some(Severity::Critical) => Color::LightRed,
            Some(Severity::High) => Color::Red,
            Some(Severity::Medium) => Color::Yellow,
            Some(Severity::Low | Severity::Info) => Color::Cyan,
            None => Color::Green,
        };
        self.fg(colour).add_modifier(Modifier::BOLD)
    }

    /// A class of a histogram. Without colours it is told apart by its character.
    pub(super) fn class(self, class: Class) -> Color {
        match class {
            _ if !self.colour => Color::Reset,
            Class::Error => Color::Red,
            Class::Warning => Color::Yellow,
            Class::Info => Color::Green,
            Class::Other => Color::DarkGray,
        }
    }

    pub(super) fn faint(self) -> Style {
        // "dim" is not seen in every terminal, and grey is not in every palette
        if self.colour { Style::new().fg(Color::DarkGray) } else { Style::new().add_modifier(Modifier::DIM) }
    }

    pub(super) fn strong(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    pub(super) fn warning(self) -> Style {
        self.fg(Color::Yellow)
    }

    pub(super) fn error(self) -> Style {
        self.fg(Color::Red)
    }

    /// What the keys are about.
    fn selected(self, has_focus: bool) -> Style {
        if has_focus {
            Style::new().add_modifier(Modifier::REVERSED)
        } else {
            Style::new().add_modifier(Modifier::BOLD | Modifier::UNDERLINED)
        }
    }

    /// A line that the keys are about: of one colour from end to end, so that it is one thing.
    pub(super) fn chosen(self, mut line: Line<'_>, has_focus: bool) -> Line<'_> {
        for span in &mut line.spans {
            span.style.fg = None;
            span.style.bg = None;
        }
        line.style(self.selected(has_focus))
    }

    /// What was searched for.
    pub(super) fn hit(self) -> Style {
        if self.colour {
            Style::new().bg(Color::Yellow).fg(Color::Black)
        } else {
            Style::new().add_modifier(Modifier::UNDERLINED | Modifier::BOLD)
        }
    }

    pub(super) fn chip(self) -> Style {
        if self.colour { Style::new().fg(Color::Black).bg(Color::Cyan) } else { self.strong() }
    }

    pub(super) fn key(self) -> Style {
        self.fg(Color::Cyan).add_modifier(Modifier::BOLD)
    }

    /// The frame of a pane.
    pub(super) fn border(self, has_focus: bool) -> Style {
        if has_focus { self.fg(Color::Cyan) } else { self.faint() }
    }

    pub(super) fn borders(self) -> border::Set<'static> {
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

    /// One of two characters.
    pub(super) fn either(self, fine: &'static str, plain: &'static str) -> &'static str {
        if self.ascii { plain } else { fine }
    }

    /// Text in characters that the terminal has.
    pub(super) fn text(self, text: &str) -> std::borrow::Cow<'_, str> {
        if !self.ascii || text.is_ascii() {
            return text.into();
        }
        text.chars().map(|one| if one.is_ascii() { one } else { '?' }).collect::<String>().into()
    }
}
