//! log4j, log4j 2 and logback layouts that begin with date and time, and JULI's two-line form if configured to one
//! line.
//!
//! ```text
//! 2026-11-21 16:37:08,771 INFO  [main] com.example.Inventory - text
//! 21 nov. 2026 22:37:10,367 [main] INFO  com.example.Inventory req-1 - text
//! [21/11/26 22:37:10:384 CET] main  INFO web.Inventory: text
//! 1795297047513 INFO com.example.Inventory text
//! ```
//!
//! Local time unless the line has an offset. A pattern may put each message between quotation marks. A level in capitals must follow, alone or after the thread. The pattern
//! behind the rest is not in the line: brackets, dashes and dots are read by their usual meaning.

use std::sync::LazyLock;

use crate::grammar::Parts;
use crate::pattern::{self, Pattern};
use crate::{Event, Format, Head, RawTimestamp, layout};

/// The format `log4j`.
pub(super) struct Log4j;

/// Layouts besides the ISO ones.
static LAYOUTS: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    let layouts = [
        "dd MMM yyyy HH:mm:ss,SSS", // %d{DATE}: the month in the language of the JVM
        "[dd/MM/yy HH:mm:ss:SSS z]",
        "dd/MM/yyyy HH:mm:ss,SSS",
        "dd.MM.yyyy HH:mm:ss,SSS",
        "yyyy/MM/dd HH:mm:ss,SSS",
        "yyyy/MM/dd HH:mm:ss.SSS",
        "dd-MMM-yyyy HH:mm:ss,SSS",
    ];
    layouts.iter().filter_map(|layout| Pattern::new(layout).ok()).collect()
});

impl Format for Log4j {
    fn name(&self) -> &'static str {
        "log4j"
    }

    fn title(&self) -> &'static str {
        "log4j or logback, with date and time"
    }

    fn example(&self) -> &'static str {
        "2026-11-21 16:37:08,771 INFO  [main] com.example.Inventory - text
21 nov. 2026 22:37:10,367 [main] INFO  com.example.Inventory req-1 - text
[21/11/26 22:37:10:384 CET] main  INFO web.Inventory: text
1795297047513 INFO com.example.Inventory text"
    }

    fn begin(&self, line: &[u8]) -> Option<Head> {
        let (stamp, parts) = parts(line)?;
        Some(parts.head(Some(stamp)))
    }

    fn read<'a>(&'a self, line: &'a [u8], rest: &'a [u8]) -> Option<Event<'a>> {
        let (stamp, parts) = parts(line)?;
        Some(parts.event(Some(stamp), rest))
    }

    /// Many layouts share this timestamp.
    fn weight(&self) -> u32 {
        2
    }
}

fn parts(line: &[u8]) -> Option<(RawTimestamp, Parts<'_>)> {
    // the mark at the end may be lines below
    let line = line.strip_prefix(b"\"").map_or(line, |text| text.strip_suffix(b"\"").unwrap_or(text));
    let near = matches!(line, [b'0'..=b'9', ..] | [b'[', b'0'..=b'9', ..]);
    if !near {
        return None;
    }
    let (stamp, taken) = layout::iso(line)
        .or_else(|| pattern::epoch(line, 1_000_000))
        .or_else(|| LAYOUTS.iter().find_map(|layout| layout.read(line)))?;
    let after = line.get(taken..)?.strip_prefix(b" ")?;
    Some((stamp, Parts::read(after)?))
}
