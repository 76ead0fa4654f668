//! log4j layouts without a clock: `TTCCLayout` with milliseconds since the program's start, and `SimpleLayout`.
//!
//! ```text
//! 16 [main] INFO com.example.Inventory req-1 - text
//! FATAL - text
//! ```
//!
//! The time of such a message is unknown; only its order is known.

use crate::grammar::Parts;
use crate::{Event, Format, Head};

/// The format `log4j-plain`.
pub(super) struct Log4jPlain;

/// Maximum number of digits of the milliseconds since the start: 31 years.
const DIGITS: usize = 12;

impl Format for Log4jPlain {
    fn name(&self) -> &'static str {
        "log4j-plain"
    }

    fn title(&self) -> &'static str {
        "log4j without a clock"
    }

    fn example(&self) -> &'static str {
        "16 [main] INFO com.example.Inventory req-1 - text
FATAL - text"
    }

    fn begin(&self, line: &[u8]) -> Option<Head> {
        Some(parts(line)?.1.head(None))
    }

    fn read<'a>(&'a self, line: &'a [u8], rest: &'a [u8]) -> Option<Event<'a>> {
        let (elapsed, parts) = parts(line)?;
        let mut event = parts.event(None, rest);
        if !elapsed.is_empty() {
            event.fields.push((b"elapsed_ms", elapsed));
        }
        Some(event)
    }

    fn weight(&self) -> u32 {
        2
    }
}

/// Milliseconds since the start, and the rest.
fn parts(line: &[u8]) -> Option<(&[u8], Parts<'_>)> {
    let digits = line.iter().take(DIGITS + 1).take_while(|byte| byte.is_ascii_digit()).count();
    if digits > DIGITS {
        return None;
    }
    let (elapsed, after) = line.split_at(digits);
    if digits == 0 {
        let parts = Parts::read(line).filter(|parts| parts.thread.is_empty() && parts.logger.is_empty())?;
        // a sentence may begin with a word in capitals; here a dash must follow it
        let dash = line.get(parts.level.len()..)?.starts_with(b" - ");
        return dash.then_some((elapsed, parts));
    }
    let after = after.strip_prefix(b" ")?.trim_ascii_start();
    after.first().filter(|byte| **byte == b'[')?;
    Some((elapsed, Parts::read(after)?))
}
