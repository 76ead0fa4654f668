//! Colours, each for one meaning, and whether they are written at all.

use std::fmt;

use anstyle::{AnsiColor, Style};
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

    fn with<T>(self, style: Style, text: T) -> Painted<T> {
        Painted { text, style: if self.colour { style } else { Style::new() } }
    }
}

impl<T: fmt::Display> fmt::Display for Painted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}{}", self.style.render(), self.text, self.style.render_reset())
    }
}
