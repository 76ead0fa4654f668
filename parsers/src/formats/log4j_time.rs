//! log4j, log4j 2 and logback layouts that begin with a time of day, which are their defaults, and WildFly's console.
//!
//! ```text
//! 16:37:27.355 [main] INFO  com.example.Inventory - text
//! 11:46:14,300 INFO  [org.jboss.as] (Controller Boot Thread) WFLYSRV0025: WildFly started in 1909ms
//! ```
//!
//! The date comes from a dated line in the same file or from the name of the file, else it is missing. Local time.

use crate::grammar::Parts;
use crate::{Event, Format, Head, Precision, RawTimestamp, layout};

/// The format `log4j-time`.
pub(super) struct Log4jTime;

impl Format for Log4jTime {
    fn name(&self) -> &'static str {
        "log4j-time"
    }

    fn title(&self) -> &'static str {
        "log4j, logback or WildFly console, without date"
    }

    fn example(&self) -> &'static str {
        "16:37:27.355 [main] INFO  com.example.Inventory - text
11:46:14,300 INFO  [org.jboss.as] (Controller Boot Thread) WFLYSRV0025: WildFly started in 1909ms"
    }

    fn begin(&self, line: &[u8]) -> Option<Head> {
        let (stamp, parts) = parts(line)?;
        Some(parts.head(Some(stamp)))
    }

    fn read<'a>(&'a self, line: &'a [u8], rest: &'a [u8]) -> Option<Event<'a>> {
        let (stamp, parts) = parts(line)?;
        Some(parts.event(Some(stamp), rest))
    }

    fn is_undated(&self) -> bool {
        true
    }

    fn weight(&self) -> u32 {
        2
    }
}

fn parts(line: &[u8]) -> Option<(RawTimestamp, Parts<'_>)> {
    if !line.first()?.is_ascii_digit() {
        return None;
    }
    let (stamp, taken) = layout::time_of_day(line)?;
    let after = line.get(taken..)?.strip_prefix(b" ")?;
    // a colon before the milliseconds is ICM's format
    (line.get(8) != Some(&b':') && stamp.precision <= Precision::SECOND).then_some(())?;
    Some((stamp, Parts::read(after)?))
}
