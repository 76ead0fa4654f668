//! Lines that a mail or a ticket quotes: `> `, `>> `, `| `.

use super::{Unwrapped, Wrapper, WrapperContext};

/// The wrapper `mail-quote`.
pub(super) struct MailQuote;

impl Wrapper for MailQuote {
    fn name(&self) -> &'static str {
        "mail-quote"
    }

    fn title(&self) -> &'static str {
        "lines quoted in a mail or ticket"
    }

    fn example(&self) -> &'static str {
        "> "
    }

    fn split<'l>(&self, line: &'l [u8], _: &WrapperContext<'_>) -> Option<Unwrapped<'l>> {
        let sign = *line.first().filter(|byte| matches!(byte, b'>' | b'|'))?;
        let mut text = line;
        while let Some(inner) = text.strip_prefix(&[sign]) {
            text = inner.strip_prefix(b" ").unwrap_or(inner);
        }
        Some(Unwrapped { text, ..Unwrapped::default() })
    }
}
