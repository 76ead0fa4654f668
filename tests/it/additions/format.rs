//! A format that a test adds.

use crate::{Event, Format, Head, Level};

/// The format `test-addition-format`.
pub(super) struct TestAddition;

impl Format for TestAddition {
    fn name(&self) -> &'static str {
        "test-addition-format"
    }

    fn title(&self) -> &'static str {
        "a format that a test adds"
    }

    fn example(&self) -> &'static str {
        "TEST-ADDITION|2026-11-21T13:31:45.123Z|ERROR|text"
    }

    fn begin(&self, line: &[u8]) -> Option<Head> {
        line.starts_with(b"TEST-ADDITION|").then(|| Head { level: Level::Error, ..Head::default() })
    }

    fn read<'a>(&'a self, line: &'a [u8], rest: &'a [u8]) -> Option<Event<'a>> {
        Some(Event { message: line, rest, ..Event::default() })
    }
}
