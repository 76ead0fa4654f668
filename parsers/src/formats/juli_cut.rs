//! Records of Tomcat whose timestamp was taken away, as by the journal of systemd that adds its own.
//!
//! ```text
//! WARNUNG [main] org.apache.catalina.startup.ClassLoaderFactory.validateFile Problem with directory
//! ```
//!
//! Their time is unknown; only their order is known. A level in any language, the thread, class and method must follow.

use crate::grammar::class_method;
use crate::{Event, Format, Head, Level};

/// The format `tomcat-no-time`.
pub(super) struct JuliCut;

impl Format for JuliCut {
    fn name(&self) -> &'static str {
        "tomcat-no-time"
    }

    fn title(&self) -> &'static str {
        "Tomcat log without timestamps"
    }

    fn example(&self) -> &'static str {
        "WARNUNG [main] org.apache.catalina.startup.ClassLoaderFactory.validateFile Problem with directory"
    }

    fn begin(&self, line: &[u8]) -> Option<Head> {
        Some(Head { stamp: None, level: parts(line)?.level })
    }

    fn read<'a>(&'a self, line: &'a [u8], rest: &'a [u8]) -> Option<Event<'a>> {
        let parts = parts(line)?;
        Some(Event { rest, ..parts })
    }

    fn weight(&self) -> u32 {
        3
    }
}

/// Longest level in any language, in bytes of any charset.
const LEVEL_BYTES: usize = 32;

/// The event of a first line.
fn parts(line: &[u8]) -> Option<Event<'_>> {
    if !line.first().is_some_and(|byte| byte.is_ascii_uppercase() || *byte >= 0x80) {
        return None;
    }
    let near = line.get(..LEVEL_BYTES).unwrap_or(line);
    let end = memchr::memchr_iter(b'[', near)
        .find(|at| at.checked_sub(1).and_then(|at| near.get(at)) == Some(&b' '))?;
    let (level_word, after) = (line.get(..end - 1)?, line.get(end + 1..)?);
    let level = Level::from_word(level_word);
    if level == Level::Unknown {
        return None;
    }
    let (thread, below) = after.split_at(memchr::memmem::find(after, b"] ")?);
    let (message, (class, method)) = class_method(below.get(2..)?).ok()?;
    // a package, so that a sentence with a name in it is none
    let is_class = memchr::memchr_iter(b'.', class).count() >= 2;
    let message = message.strip_prefix(b" ").unwrap_or(message);
    let sound = is_class && !message.starts_with(b"- ");
    sound.then_some(Event { level, level_word, thread, class, method, message, ..Event::default() })
}
