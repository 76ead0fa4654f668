//! Colors, each with one meaning. They can be turned off.

use std::fmt;

use anstyle::AnsiColor;
use spoglight_parsers::Level;
use spoglight_signatures::Severity;

use crate::document::Style;

/// Writes styled text, or plain text if colors are turned off.
#[derive(Clone, Copy)]
pub(crate) struct Paint {
    pub(crate) colour: bool,
}

/// Text with a style around it.
pub(crate) struct Painted<T> {
    text: T,
    style: anstyle::Style,
}

impl Paint {
    /// Text in the color of its meaning.
    pub(crate) fn styled<T>(self, style: Style, text: T) -> Painted<T> {
        match style {
            Style::Plain | Style::Code | Style::Path | Style::Id | Style::Link => {
                self.with(anstyle::Style::new(), text)
            }
            Style::Strong => self.strong(text),
            Style::Faint => self.faint(text),
            Style::Warning => self.warning(text),
            Style::Severity(severity) => self.severity(severity, text),
            Style::Level(level) => self.level(level, text),
        }
    }

    fn severity<T>(self, severity: Option<Severity>, text: T) -> Painted<T> {
        let style = match severity {
            Some(Severity::Critical) => {
                anstyle::Style::new().bold().fg_color(Some(AnsiColor::BrightRed.into()))
            }
            Some(Severity::High) => anstyle::Style::new().fg_color(Some(AnsiColor::Red.into())).bold(),
            Some(Severity::Medium) => anstyle::Style::new().fg_color(Some(AnsiColor::Yellow.into())).bold(),
            Some(Severity::Low | Severity::Info) => {
                anstyle::Style::new().fg_color(Some(AnsiColor::Cyan.into())).bold()
            }
            None => anstyle::Style::new().fg_color(Some(AnsiColor::Green.into())).bold(),
        };
        self.with(style, text)
    }

    pub(crate) fn strong<T>(self, text: T) -> Painted<T> {
        self.with(anstyle::Style::new().bold(), text)
    }

    pub(crate) fn faint<T>(self, text: T) -> Painted<T> {
        self.with(anstyle::Style::new().dimmed(), text)
    }

    pub(crate) fn warning<T>(self, text: T) -> Painted<T> {
        self.with(anstyle::Style::new().fg_color(Some(AnsiColor::Yellow.into())), text)
    }

    /// The level of a message.
    pub(crate) fn level<T>(self, level: Level, text: T) -> Painted<T> {
        let style = match level {
            Level::Fatal | Level::Error => anstyle::Style::new().fg_color(Some(AnsiColor::Red.into())),
            Level::Warn => anstyle::Style::new().fg_color(Some(AnsiColor::Yellow.into())),
            Level::Info => anstyle::Style::new().fg_color(Some(AnsiColor::Green.into())),
            _ => anstyle::Style::new().dimmed(),
        };
        self.with(style, text)
    }

    /// One of several adjacent things, each in its own color. None is red, which is the color of errors.
    pub(crate) fn one_of<T>(self, number: usize, text: T) -> Painted<T> {
        const COLOURS: [AnsiColor; 6] = [
            AnsiColor::Cyan,
            AnsiColor::Magenta,
            AnsiColor::Green,
            AnsiColor::Blue,
            AnsiColor::Yellow,
            AnsiColor::BrightCyan,
        ];
        let colour = COLOURS.into_iter().cycle().nth(number % COLOURS.len());
        self.with(anstyle::Style::new().fg_color(colour.map(Into::into)), text)
    }

    fn with<T>(self, style: anstyle::Style, text: T) -> Painted<T> {
        Painted { text, style: if self.colour { style } else { anstyle::Style::new() } }
    }
}

impl<T: fmt::Display> fmt::Display for Painted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}{}", self.style.render(), self.text, self.style.render_reset())
    }
}
