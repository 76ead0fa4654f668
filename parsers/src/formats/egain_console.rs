//! Output of eGain's tools: installers, and the consoles of starting processes.
//!
//! ```text
//!  @ERROR - text
//! ```
//!
//! No timestamp. The product's command-line tools print this; that the consoles of its processes look the same is
//! inferred.

use crate::ByteClass::Byte;
use crate::{Event, FirstBytes, Format, Head, Level};

/// The format `egain-console`.
pub(super) struct EgainConsole;

impl Format for EgainConsole {
    fn name(&self) -> &'static str {
        "egain-console"
    }

    fn title(&self) -> &'static str {
        "console of an eGain tool"
    }

    fn example(&self) -> &'static str {
        " @ERROR - text"
    }

    fn first_bytes(&self) -> &'static [FirstBytes] {
        const START: &[FirstBytes] = &[&[Byte(b' '), Byte(b'@')]];
        START
    }

    fn begin(&self, line: &[u8]) -> Option<Head> {
        Some(Head { stamp: None, level: Level::from_word(parts(line)?.0) })
    }

    fn read<'a>(&'a self, line: &'a [u8], rest: &'a [u8]) -> Option<Event<'a>> {
        let (level_word, message) = parts(line)?;
        let level = Level::from_word(level_word);
        Some(Event { level, level_word, message, rest, ..Event::default() })
    }
}

/// Level and text.
fn parts(line: &[u8]) -> Option<(&[u8], &[u8])> {
    // the space before it is lost when a console is copied by hand
    let after = line.strip_prefix(b" ").unwrap_or(line).strip_prefix(b"@")?;
    let end = after.iter().take(12).position(|byte| !byte.is_ascii_uppercase())?;
    let (level, text) = after.split_at(end);
    let text = text.strip_prefix(b" - ").or_else(|| (text == b" -").then_some(&[][..]))?;
    (Level::from_word(level) != Level::Unknown).then_some((level, text))
}
