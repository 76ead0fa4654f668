//! WildFly's and JBoss's server log, and every log4j and logback layout of the same shape.
//!
//! ```text
//! 2026-11-21 07:01:03,335 INFO  [org.jboss.as] (MSC service thread 1-2) WFLYSRV0050: WildFly stopped in 912ms
//! 2026-11-21 16:37:08,771 INFO  [main] com.example.Inventory - text
//! ```
//!
//! Local time. WildFly puts the logger in brackets and the thread in parentheses, log4j the thread in brackets and the
//! logger behind it, before a `-`.

use crate::grammar::between;
use crate::{Event, Format, Head, Level, Stamp, stamp};

/// See the [module](self).
pub struct Wildfly;

impl Format for Wildfly {
    fn name(&self) -> &'static str {
        "wildfly"
    }

    fn title(&self) -> &'static str {
        "WildFly server log, log4j and logback of its shape"
    }

    fn begin(&self, line: &[u8]) -> Option<Head> {
        let (stamp, level, _) = head(line)?;
        Some(Head { stamp: Some(stamp), level: Level::from_word(level) })
    }

    fn read<'a>(&self, line: &'a [u8], rest: &'a [u8]) -> Option<Event<'a>> {
        let (stamp, level_word, after) = head(line)?;
        let level = Level::from_word(level_word);
        let mut event =
            Event { stamp: Some(stamp), level, level_word, rest, message: after, ..Event::default() };
        let Some((one, after)) = between(after, b'[', b']') else { return Some(event) };
        if let Some((thread, text)) = between(after, b'(', b')') {
            (event.class, event.thread, event.message) = (one, thread, text);
        } else if let Some(dash) = memchr::memmem::find(after, b" - ") {
            let (logger, text) = after.split_at(dash);
            (event.thread, event.class, event.message) = (one, logger, text.get(3..).unwrap_or_default());
        } else if let Some(text) = after.strip_prefix(b"- ") {
            (event.class, event.message) = (one, text);
        } else {
            (event.thread, event.message) = (one, after);
        }
        Some(event)
    }

    /// ECE's lines do not fit, but the same stamp stands in many layouts.
    fn weight(&self) -> u32 {
        2
    }
}

/// Stamp, level, and what follows from the bracket on.
fn head(line: &[u8]) -> Option<(Stamp, &[u8], &[u8])> {
    if !line.first()?.is_ascii_digit() {
        return None;
    }
    let (stamp, taken) = stamp::iso(line)?;
    let after = line.get(taken..)?.strip_prefix(b" ")?.trim_ascii_start();
    let end = after.iter().take(12).position(|byte| !byte.is_ascii_alphabetic())?;
    let (level, rest) = after.split_at(end);
    let rest = rest.strip_prefix(b" ")?.trim_ascii_start();
    (Level::from_word(level) != Level::Unknown && rest.first() == Some(&b'[')).then_some((stamp, level, rest))
}
