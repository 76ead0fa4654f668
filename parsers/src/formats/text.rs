//! Text without a known timestamp. Every line is an event, except those that belong to the line before: indented
//! lines, empty lines, and the `Caused by:` of a stack trace.

use crate::{Event, Format, Head};

/// The format `text`.
pub(super) struct Text;

impl Format for Text {
    fn name(&self) -> &'static str {
        "text"
    }

    fn title(&self) -> &'static str {
        "text without a known timestamp"
    }

    fn example(&self) -> &'static str {
        "Any line of text"
    }

    fn begin(&self, line: &[u8]) -> Option<Head> {
        let hangs = matches!(line.first(), None | Some(b' ' | b'\t'))
            || line.starts_with(b"Caused by: ")
            || line.starts_with(b"Suppressed: ");
        (!hangs).then(Head::default)
    }

    fn read<'a>(&'a self, line: &'a [u8], rest: &'a [u8]) -> Option<Event<'a>> {
        Some(Event { message: line, rest, ..Event::default() })
    }

    fn weight(&self) -> u32 {
        0
    }

    fn understands(&self) -> bool {
        false
    }
}
