//! Colours, each for one meaning, and whether they are written at all.

use std::fmt;

use anstyle::{AnsiColor, Style};
use spoglight_parsers::Level;
use spoglight_signatures::Severity;

/// Writes styled text, or plain text if there is to be no colour.
#[derive(Clone, Copy)]
pub(super) struct Paint {
    pub(super) colour: bool,
}

/// Text with a style around it.
pub(super) struct Painted<T> {
    text: T,
    style: Style,
}

impl Paint {
    pub(super) fn severity<T>(self, severity: Option<Severity>, text: T) -> Painted<T> {
        let style = match severity {
            Some(Severity::Critical) => Style::new().bold().fg_color(Some(AnsiColor::BrightRed.into())),
            Some(Severity::High) => Style::new().fg_color(Some(AnsiColor::Red.into())).bold(),
            Some(Severity::Medium) => Style::new().fg_color(Some(AnsiColor::Yellow.into())).bold(),
            Some(Severity::Low | Severity::Info) => {
                Style::new().fg_color(Some(AnsiColor::Cyan.into())).bold()
            }
            None => Style::new().fg_color(Some(AnsiColor::Green.into())).bold(),
        };
        self.with(style, text)
    }

    pub(super) fn strong<T>(self, text: T) -> Painted<T> {
        self.with(Style::new().bold(), text)
    }

    pub(super) fn faint<T>(self, text: T) -> Painted<T> {
        self.with(Style::new().dimmed(), text)
    }

    pub(super) fn warning<T>(self, text: T) -> Painted<T> {
        self.with(Style::new().fg_color(Some(AnsiColor::Yellow.into())), text)
    }

    /// The level of a message.
    pub(super) fn level<T>(self, level: Level, text: T) -> Painted<T> {
        let style = match level {
            Level::Fatal | Level::Error => Style::new().fg_color(Some(AnsiColor::Red.into())),
            Level::Warn => Style::new().fg_color(Some(AnsiColor::Yellow.into())),
            Level::Info => Style::new().fg_color(Some(AnsiColor::Green.into())),
            _ => Style::new().dimmed(),
        };
        self.with(style, text)
    }

    /// One of several things side by side, told apart by its colour. None is red: that is an error.
    pub(super) fn one_of<T>(self, number: usize, text: T) -> Painted<T> {
        const COLOURS: [AnsiColor; 6] = [
            AnsiColor::Cyan,
            AnsiColor::Magenta,
            AnsiColor::Green,
            AnsiColor::Blue,
            AnsiColor::Yellow,
            AnsiColor::BrightCyan,
        ];
        let colour = COLOURS.into_iter().cycle().nth(number % COLOURS.len());
        self.with(Style::new().fg_color(colour.map(Into::into)), text)
    }

    fn with<T>(self, style: Style, text: T) -> Painted<T> {
        Painted { text, style: if self.colour { style } else { Style::new() } }
    }
}

impl<T: fmt::Display> fmt::Display for Painted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}{}", self.style.render(), self.text, self.style.render_reset())
    }
}
