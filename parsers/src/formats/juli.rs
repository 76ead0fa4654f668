//! Tomcat's own log, written by JULI's `OneLineFormatter` (default since Tomcat 8.0): `catalina.*`, `localhost.*`,
//! `tomcat9-stderr.*` of a PCCE administration server.
//!
//! ```text
//! 21-Nov-2026 10:00:00.123 SEVERE [ajp-nio-127.0.0.1-8009-exec-3] org.apache.catalina.core.StandardWrapperValve.invoke Servlet.service() for ...
//! ```
//!
//! The stamp is the server's local time, without a zone. The month is English in every locale, the level is in the
//! JVM's language and may be up to three words, so it is whatever stands before ` [`. A thread name may hold brackets
//! and blanks; it ends at the first `] ` that a `class.method` follows. Stack traces hang below, indented by a tab
//! (9.0.20 and later) or with the exception behind one blank (before).

use crate::format::first_line;
use crate::grammar::class_method;
use crate::{Event, Format, Head, Level, Stamp, stamp};

/// Longest level in any language, in bytes of any charset, with room to spare.
const LEVEL_BYTES: usize = 64;

/// See the [module](self).
pub struct Juli;

impl Format for Juli {
    fn name(&self) -> &'static str {
        "tomcat-juli"
    }

    fn title(&self) -> &'static str {
        "Tomcat log, one line a record"
    }

    fn begin(&self, line: &[u8]) -> Option<Head> {
        let (stamp, level, _) = head(line)?;
        Some(Head { stamp: Some(stamp), level: Level::from_word(level) })
    }

    fn parse<'a>(&self, message: &'a [u8]) -> Event<'a> {
        let (line, rest) = first_line(message);
        let Some((stamp, level_word, after)) = head(line) else {
            return Event { message: line, rest, ..Event::default() };
        };
        let mut event = Event {
            stamp: Some(stamp),
            level: Level::from_word(level_word),
            level_word,
            rest,
            message: after,
            ..Event::default()
        };
        for end in memchr::memmem::find_iter(after, b"] ") {
            let (thread, below) = after.split_at(end);
            if let Ok((message, (class, method))) = class_method(below.get(2..).unwrap_or_default()) {
                (event.thread, event.class, event.method) = (thread, class, method);
                event.message = message.strip_prefix(b" ").unwrap_or(message);
                break;
            }
        }
        event
    }
}

/// Stamp, level word, and what follows the bracket that opens the thread.
fn head(line: &[u8]) -> Option<(Stamp, &[u8], &[u8])> {
    if !line.first()?.is_ascii_digit() {
        return None;
    }
    let (stamp, taken) = stamp::day_month_year(line)?;
    let after = line.get(taken..)?.strip_prefix(b" ")?;
    let near = after.get(..LEVEL_BYTES).unwrap_or(after);
    // in a double-byte charset the second byte of a character may be `[`, but never the blank before it
    let end = memchr::memmem::find(near, b" [")?;
    let (level, below) = after.split_at(end);
    (!level.is_empty()).then_some(())?;
    Some((stamp, level, below.get(2..)?))
}
