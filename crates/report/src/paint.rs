//! Colors, each with one meaning. They can be turned off.
//!
//! They are of the part of the palette of 256 colors that themes do not change, of a brightness between black and white,
//! so that text is readable on a dark and on a light background. A test computes the contrast.

use std::{fmt, io};

use anstyle::Ansi256Color;
use spoglight_parsers::Level;
use spoglight_signatures::Severity;

use crate::document::Style;

const RED: u8 = 196;
const ORANGE: u8 = 166;
const YELLOW: u8 = 136;
const GREEN: u8 = 64;
const BLUE: u8 = 31;
const GREY: u8 = 244;

/// Colors of adjacent things. None is red, which is the color of errors.
const ONE_OF: [u8; 6] = [BLUE, 133, GREEN, 99, YELLOW, 66];

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
        let colour = match severity {
            Some(Severity::Critical) => RED,
            Some(Severity::High) => ORANGE,
            Some(Severity::Medium) => YELLOW,
            Some(Severity::Low | Severity::Info) => BLUE,
            None => GREEN,
        };
        self.with(coloured(colour).bold(), text)
    }

    /// Code, in which placeholders such as `<alias>` are marked: the reader replaces them.
    pub(crate) fn code(self, text: &str, out: &mut dyn io::Write) -> io::Result<()> {
        let mut rest = text;
        while let Some((before, placeholder, after)) = next_placeholder(rest) {
            write!(out, "{before}{}", self.warning(placeholder))?;
            rest = after;
        }
        out.write_all(rest.as_bytes())
    }

    pub(crate) fn strong<T>(self, text: T) -> Painted<T> {
        self.with(anstyle::Style::new().bold(), text)
    }

    pub(crate) fn faint<T>(self, text: T) -> Painted<T> {
        self.with(coloured(GREY), text)
    }

    pub(crate) fn warning<T>(self, text: T) -> Painted<T> {
        self.with(coloured(YELLOW), text)
    }

    /// The level of a message.
    pub(crate) fn level<T>(self, level: Level, text: T) -> Painted<T> {
        let colour = match level {
            Level::Fatal | Level::Error => RED,
            Level::Warn => YELLOW,
            Level::Info => GREEN,
            _ => GREY,
        };
        self.with(coloured(colour), text)
    }

    /// One of several adjacent things, each in its own color. None is red, which is the color of errors.
    pub(crate) fn one_of<T>(self, number: usize, text: T) -> Painted<T> {
        let colour = ONE_OF.get(number % ONE_OF.len()).copied().unwrap_or(GREY);
        self.with(coloured(colour), text)
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

fn coloured(colour: u8) -> anstyle::Style {
    anstyle::Style::new().fg_color(Some(Ansi256Color(colour).into()))
}

/// The text before the next placeholder such as `<alias>`, the placeholder, and the text after it.
fn next_placeholder(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    while let Some(open) = text.get(from..)?.find('<').map(|open| from + open) {
        let inner = text.get(open + 1..)?;
        let length = inner.find(['>', '<', '|'])?;
        let is_name = inner.starts_with(|first: char| first.is_alphanumeric());
        if is_name && inner[length..].starts_with('>') {
            return Some((&text[..open], &text[open..open + length + 2], &text[open + length + 2..]));
        }
        from = open + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance of WCAG 2.
    fn luminance(rgb: [u8; 3]) -> f64 {
        let linear = |value: u8| {
            let value = f64::from(value) / 255.0;
            if value <= 0.039_28 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(rgb[0]) + 0.7152 * linear(rgb[1]) + 0.0722 * linear(rgb[2])
    }

    /// A color of the fixed part of the palette: a cube of six steps, then greys.
    fn rgb(colour: u8) -> [u8; 3] {
        if colour >= 232 {
            return [8 + 10 * (colour - 232); 3];
        }
        let step = |part: u8| [0, 95, 135, 175, 215, 255][usize::from(part % 6)];
        let cube = colour.checked_sub(16).expect("a theme changes the first sixteen colors");
        [step(cube / 36), step(cube / 6), step(cube)]
    }

    #[test]
    fn every_color_is_readable_on_dark_and_light() {
        let backgrounds =
            [[0; 3], [0x1e; 3], [0x00, 0x2b, 0x36], [0xff; 3], [0xfd, 0xf6, 0xe3]].map(luminance);
        for colour in [RED, ORANGE, YELLOW, GREEN, BLUE, GREY].into_iter().chain(ONE_OF) {
            let text = luminance(rgb(colour));
            for background in backgrounds {
                let contrast = (text.max(background) + 0.05) / (text.min(background) + 0.05);
                assert!(contrast >= 3.0, "color {colour}: contrast {contrast:.2} to {background:.3}");
            }
        }
    }

    #[test]
    fn placeholders_are_marked_and_nothing_is_lost() {
        let text = "keytool -alias <name> -file <CA certificate> < in.txt > out <x";
        let mut plain = Vec::new();
        Paint { colour: false }.code(text, &mut plain).expect("memory");
        assert_eq!(String::from_utf8(plain).expect("UTF-8"), text);
        let mut marked = Vec::new();
        Paint { colour: true }.code(text, &mut marked).expect("memory");
        let marked = String::from_utf8(marked).expect("UTF-8");
        assert_eq!(marked.matches('\u{1b}').count(), 4, "{marked:?}");
        assert!(marked.contains("m<CA certificate>\u{1b}"), "{marked:?}");
    }
}
