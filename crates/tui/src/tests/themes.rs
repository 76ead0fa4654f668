//! Every theme is readable: the contrast of text is computed against the palettes of well-known terminals.

use ratatui::style::{Color, Style};
use spoglight_parsers::Level;
use spoglight_signatures::Severity;

use crate::theme::{Palette, Theme};

/// Background and text of terminals with a dark background: xterm, the Windows console, Solarized.
const DARK: [(u32, u32); 3] = [(0x00_00_00, 0xe5_e5_e5), (0x0c_0c_0c, 0xcc_cc_cc), (0x00_2b_36, 0x93_a1_a1)];

/// The same with a light background: xterm, the Windows console, Solarized.
const LIGHT: [(u32, u32); 3] = [(0xff_ff_ff, 0x00_00_00), (0xf2_f2_f2, 0x0c_0c_0c), (0xfd_f6_e3, 0x58_6e_75)];

/// The least contrast of text that WCAG 2 asks for.
const LEAST: f64 = 4.5;

/// The colour of one of the 256 that palettes do not change: a cube and greys.
fn rgb(number: u8) -> u32 {
    let level = |step: u32| if step == 0 { 0 } else { 55 + 40 * step };
    let number = u32::from(number);
    match number {
        0..=15 => panic!("colour {number} is another one in each palette"),
        16..=231 => {
            let at = number - 16;
            level(at / 36) << 16 | level(at / 6 % 6) << 8 | level(at % 6)
        }
        _ => (8 + 10 * (number - 232)) * 0x01_01_01,
    }
}

fn luminance(colour: u32) -> f64 {
    let part = |shift: u32| {
        let value = f64::from(colour >> shift & 0xff) / 255.0;
        if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * part(16) + 0.7152 * part(8) + 0.0722 * part(0)
}

fn contrast(one: u32, other: u32) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn colour(of: Option<Color>, otherwise: u32) -> u32 {
    match of {
        None | Some(Color::Reset) => otherwise,
        Some(Color::Indexed(number)) => rgb(number),
        Some(other) => panic!("{other:?} is another one in each palette"),
    }
}

/// Every style of text, with its name.
fn styles(theme: Theme) -> Vec<(String, Style)> {
    let mut styles = vec![
        ("faint".to_owned(), theme.faint()),
        ("strong".to_owned(), theme.strong()),
        ("warning".to_owned(), theme.warning()),
        ("error".to_owned(), theme.error()),
        ("hit".to_owned(), theme.hit()),
        ("chip".to_owned(), theme.chip()),
        ("key".to_owned(), theme.key()),
        ("border".to_owned(), theme.border(true)),
        ("other border".to_owned(), theme.border(false)),
    ];
    styles.extend((0..6).map(|number| (format!("source {number}"), theme.source(number))));
    for level in [Level::Fatal, Level::Error, Level::Warn, Level::Info, Level::Debug] {
        styles.push((format!("{level:?}"), theme.level(level)));
        styles.push((format!("message of {level:?}"), theme.message(level)));
    }
    for severity in [Severity::Critical, Severity::High, Severity::Medium, Severity::Low] {
        styles.push((format!("{severity:?}"), theme.severity(Some(severity))));
    }
    styles.push(("no severity".to_owned(), theme.severity(None)));
    styles
}

#[test]
fn text_of_every_theme_is_readable() {
    let mut checked = 0;
    for palette in Palette::ALL {
        let terminals: Vec<(u32, u32)> = match palette {
            Palette::Light => LIGHT.to_vec(),
            Palette::Dark => DARK.to_vec(),
            Palette::Auto | Palette::Plain => LIGHT.into_iter().chain(DARK).collect(),
        };
        for (name, style) in styles(Theme { colour: true, ascii: false, palette }) {
            for (background, text) in &terminals {
                let is_colourless = style.fg.is_none() && style.bg.is_none();
                let of = contrast(colour(style.fg, *text), colour(style.bg, *background));
                assert!(is_colourless || of >= LEAST, "{palette:?} {name} on {background:06x}: {of:.1}");
                checked += 1;
            }
        }
    }
    assert!(checked > 500, "{checked}");
}

#[test]
fn plain_has_no_colour() {
    for theme in [
        Theme { colour: true, ascii: false, palette: Palette::Plain },
        Theme { colour: false, ascii: false, palette: Palette::Dark },
    ] {
        for (name, style) in styles(theme) {
            assert!(style.fg.is_none() && style.bg.is_none(), "{name}");
        }
    }
}

#[test]
fn some_terminals_name_their_background() {
    for (variable, palette) in [
        ("15;0", Palette::Dark),
        ("0;15", Palette::Light),
        ("0;default;15", Palette::Light),
        ("12;8", Palette::Dark),
        ("", Palette::Auto),
        ("15", Palette::Auto),
        ("0;default", Palette::Auto),
        ("0;99", Palette::Auto),
    ] {
        assert_eq!(Palette::of_background(variable), palette, "{variable}");
    }
}
