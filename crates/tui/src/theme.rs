//! Colours and characters. Text is readable on any background: where the background is unknown, text has the colour of the
//! terminal, and errors and warnings a background of their own. A terminal with ASCII alone has its own characters.

use ratatui::style::{Color, Modifier, Style};
use ratatui::symbols::border;
use ratatui::text::Line;
use spoglight_parsers::Level;
use spoglight_signatures::Severity;

use spoglight_browse::view::Class;

/// Which colours to use, by the background of the terminal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Palette {
    /// For any background: text has the colour of the terminal, and what matters has a background of its own.
    #[default]
    Auto,
    /// For a light background.
    Light,
    /// For a dark background.
    Dark,
    /// No colours.
    Plain,
}

impl Palette {
    /// All of them, in the order of help.
    pub const ALL: [Palette; 4] = [Palette::Auto, Palette::Light, Palette::Dark, Palette::Plain];

    /// Its name in options and commands.
    pub fn name(self) -> &'static str {
        match self {
            Palette::Auto => "auto",
            Palette::Light => "light",
            Palette::Dark => "dark",
            Palette::Plain => "plain",
        }
    }

    /// The palette of that name.
    pub fn by_name(name: &str) -> Option<Palette> {
        Palette::ALL.into_iter().find(|palette| palette.name() == name)
    }

    /// The palette for the background that the variable `COLORFGBG` of some terminals names, `auto` for any other value. The
    /// value is the number of the text colour and that of the background, such as `15;0`.
    pub fn of_background(variable: &str) -> Palette {
        match variable.rsplit(';').next().map(str::parse::<u8>) {
            Some(Ok(7 | 9..=15)) if variable.contains(';') => Palette::Light,
            Some(Ok(0..=6 | 8)) if variable.contains(';') => Palette::Dark,
            _ => Palette::Auto,
        }
    }
}

/// Colours and characters of the screen.
#[derive(Debug, Clone, Copy, Default)]
pub struct Theme {
    /// Whether to use colours.
    pub colour: bool,
    /// Whether the terminal shows ASCII characters only.
    pub ascii: bool,
    /// Which colours.
    pub palette: Palette,
}

/// What a colour means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hue {
    Error,
    Warning,
    Good,
    Accent,
    Faint,
    /// A source, by its number.
    Source(usize),
}

/// Colours of sources side by side, for a light background. None is red: that is an error.
const LIGHT_SOURCES: [u8; 6] = [24, 90, 22, 54, 58, 23];

/// The same for a dark background.
const DARK_SOURCES: [u8; 6] = [80, 183, 114, 117, 186, 159];

/// Black and white of the 256 colours, which no palette of a terminal changes.
const BLACK: Color = Color::Indexed(16);
const WHITE: Color = Color::Indexed(231);

/// One of the 256 colours that no palette of a terminal changes, for text on a light or dark background.
fn indexed(hue: Hue, is_light: bool) -> Color {
    let of = |colours: [u8; 6], number: usize| colours.get(number % 6).copied().unwrap_or(24);
    Color::Indexed(match (hue, is_light) {
        (Hue::Error, true) => 124,
        (Hue::Error, false) => 217,
        (Hue::Warning, true) => 94,
        (Hue::Warning, false) => 221,
        (Hue::Good, true) => 22,
        (Hue::Good, false) => 114,
        (Hue::Accent, true) => 24,
        (Hue::Accent, false) => 80,
        (Hue::Faint, true) => 240,
        (Hue::Faint, false) => 248,
        (Hue::Source(number), true) => of(LIGHT_SOURCES, number),
        (Hue::Source(number), false) => of(DARK_SOURCES, number),
    })
}

#[expect(clippy::unused_self, reason = "callers need not know which styles depend on colours")]
impl Theme {
    /// Whether there is any colour.
    pub(crate) fn has_colour(self) -> bool {
        self.colour && self.palette != Palette::Plain
    }

    /// Style of text with a meaning.
    fn fg(self, hue: Hue) -> Style {
        match self.palette {
            _ if !self.has_colour() => Style::new(),
            Palette::Light => Style::new().fg(indexed(hue, true)),
            Palette::Dark => Style::new().fg(indexed(hue, false)),
            Palette::Auto | Palette::Plain => match hue {
                Hue::Error => Style::new().fg(WHITE).bg(Color::Indexed(124)),
                Hue::Warning => Style::new().fg(BLACK).bg(Color::Indexed(220)),
                Hue::Good => Style::new().fg(WHITE).bg(Color::Indexed(22)),
                Hue::Accent | Hue::Faint | Hue::Source(_) => Style::new(),
            },
        }
    }

    /// Style of the word of a level.
    pub(crate) fn level(self, level: Level) -> Style {
        match level {
            Level::Fatal | Level::Error => self.fg(Hue::Error).add_modifier(Modifier::BOLD),
            Level::Warn => self.fg(Hue::Warning),
            Level::Info => Style::new(),
            _ => self.faint(),
        }
    }

    /// Style of a message of a level: a colour of its own only where the background is known.
    pub(crate) fn message(self, level: Level) -> Style {
        match self.palette {
            Palette::Light | Palette::Dark if matches!(level, Level::Fatal | Level::Error | Level::Warn) => {
                self.level(level)
            }
            _ if matches!(level, Level::Fatal | Level::Error) => self.strong(),
            _ => Style::new(),
        }
    }

    pub(crate) fn source(self, number: usize) -> Style {
        self.fg(Hue::Source(number))
    }

    pub(crate) fn severity(self, severity: Option<Severity>) -> Style {
        let hue = match severity {
            Some(Severity::Critical | Severity::High) => Hue::Error,
            Some(Severity::Medium) => Hue::Warning,
            Some(Severity::Low | Severity::Info) => Hue::Accent,
            None => Hue::Good,
        };
        self.fg(hue).add_modifier(Modifier::BOLD)
    }

    /// Colour of a class of the histogram. Without colours its character shows the class.
    pub(crate) fn class(self, class: Class) -> Color {
        match class {
            _ if !self.has_colour() => Color::Reset,
            Class::Error => Color::Red,
            Class::Warning => Color::Yellow,
            Class::Info => Color::Green,
            Class::Other => Color::Reset,
        }
    }

    /// Style of labels and what matters less. Some terminals do not show it in another way than text.
    pub(crate) fn faint(self) -> Style {
        match self.palette {
            Palette::Light | Palette::Dark => self.fg(Hue::Faint),
            Palette::Auto | Palette::Plain => Style::new().add_modifier(Modifier::DIM),
        }
    }

    pub(crate) fn strong(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    pub(crate) fn warning(self) -> Style {
        self.fg(Hue::Warning)
    }

    pub(crate) fn error(self) -> Style {
        self.fg(Hue::Error)
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
        if self.has_colour() {
            Style::new().bg(Color::Indexed(220)).fg(BLACK)
        } else {
            Style::new().add_modifier(Modifier::UNDERLINED | Modifier::BOLD)
        }
    }

    pub(crate) fn chip(self) -> Style {
        if self.has_colour() { Style::new().fg(BLACK).bg(Color::Indexed(80)) } else { self.strong() }
    }

    pub(crate) fn key(self) -> Style {
        self.fg(Hue::Accent).add_modifier(Modifier::BOLD)
    }

    /// Style of the frame of a pane.
    pub(crate) fn border(self, has_focus: bool) -> Style {
        if has_focus { self.fg(Hue::Accent) } else { self.faint() }
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
