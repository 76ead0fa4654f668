//! WildFly's and JBoss's server log.
//!
//! ```text
//! 2026-11-21 07:01:03,335 INFO  [org.jboss.as] (MSC service thread 1-2) WFLYSRV0050: WildFly stopped in 912ms
//! ```
//!
//! Local time. The logger in brackets and the thread in parentheses distinguish it from log4j's layouts. Its console
//! has no date, and is one of the layouts of `log4j_time.rs`.

use crate::grammar::Parts;
use crate::{Event, Format, Head, RawTimestamp, layout};

/// The format `wildfly`.
pub(super) struct Wildfly;

impl Format for Wildfly {
    fn name(&self) -> &'static str {
        "wildfly"
    }

    fn title(&self) -> &'static str {
        "WildFly server log"
    }

    fn example(&self) -> &'static str {
        "2026-11-21 07:01:03,335 INFO  [org.jboss.as] (MSC service thread 1-2) WFLYSRV0050: WildFly stopped in 912ms"
    }

    fn begin(&self, line: &[u8]) -> Option<Head> {
        let (stamp, pattern) = parts(line)?;
        Some(pattern.head(Some(stamp)))
    }

    fn read<'a>(&'a self, line: &'a [u8], rest: &'a [u8]) -> Option<Event<'a>> {
        let (stamp, pattern) = parts(line)?;
        Some(pattern.event(Some(stamp), rest))
    }
}

/// Timestamp and the rest, with logger and thread.
fn parts(line: &[u8]) -> Option<(RawTimestamp, Parts<'_>)> {
    if !line.first()?.is_ascii_digit() {
        return None;
    }
    let (stamp, taken) = layout::iso(line)?;
    let after = line.get(taken..)?.strip_prefix(b" ")?;
    // the level comes first; a bracket would begin a thread
    after.first().filter(|byte| byte.is_ascii_uppercase())?;
    let pattern = Parts::read(after)?;
    (!pattern.logger.is_empty() && !pattern.thread.is_empty() && has_parentheses(after))
        .then_some((stamp, pattern))
}

/// Returns whether the text has `] (`, between logger and thread.
fn has_parentheses(text: &[u8]) -> bool {
    memchr::memchr(b']', text).is_some_and(|end| text.get(end..).is_some_and(|rest| rest.starts_with(b"] (")))
}
