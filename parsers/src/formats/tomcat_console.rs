//! Tomcat's console as the packages of Debian and Ubuntu configure it (`catalina.out`).
//!
//! ```text
//! [2025-03-28 10:22:47] [warning] The path attribute with value [/host-manager] has been ignored
//! ```
//!
//! Local time in whole seconds. java.util.logging writes the level in the language of the JVM; the packages pass it on
//! in lower case. The log of the Windows service (`procrun.rs`) has the same form, but other levels and texts, so lines
//! that only Tomcat writes decide for a file.

use crate::grammar::between;
use crate::{Event, Format, Head, Level, RawTimestamp, layout};

/// The format `tomcat-console`.
pub(super) struct TomcatConsole;

impl Format for TomcatConsole {
    fn name(&self) -> &'static str {
        "tomcat-console"
    }

    fn title(&self) -> &'static str {
        "Tomcat console of Debian and Ubuntu"
    }

    fn example(&self) -> &'static str {
        "[2025-03-28 10:22:47] [warning] The path attribute with value [/host-manager] has been ignored"
    }

    fn begin(&self, line: &[u8]) -> Option<Head> {
        let (stamp, level, _) = head(line)?;
        Some(Head { stamp: Some(stamp), level: Level::from_word(level) })
    }

    fn read<'a>(&'a self, line: &'a [u8], rest: &'a [u8]) -> Option<Event<'a>> {
        let (stamp, level_word, message) = head(line)?;
        let level = Level::from_word(level_word);
        Some(Event { stamp: Some(stamp), level, level_word, message, rest, ..Event::default() })
    }

    fn fits_sample(&self, lines: &[&[u8]]) -> bool {
        lines.iter().any(|line| is_of_tomcat(line))
    }

    fn weight(&self) -> u32 {
        3
    }
}

/// Beginnings of messages that Tomcat writes at every start.
const STARTS: [&[u8]; 7] = [
    b"Server version name:",
    b"Server initialization in ",
    b"Initializing ProtocolHandler [",
    b"Starting ProtocolHandler [",
    b"Starting Servlet engine: [",
    b"Deploying deployment descriptor [",
    b"Deploying web application ",
];

/// Returns whether Tomcat wrote a line, and not its service on Windows.
pub(super) fn is_of_tomcat(line: &[u8]) -> bool {
    head(line).is_some_and(|(_, level, text)| {
        matches!(level, b"warning" | b"severe" | b"config" | b"fine" | b"finer" | b"finest")
            || STARTS.iter().any(|start| text.starts_with(start))
    })
}

/// Timestamp, level, and the rest.
fn head(line: &[u8]) -> Option<(RawTimestamp, &[u8], &[u8])> {
    let text = line.strip_prefix(b"[")?;
    let (stamp, taken) = layout::iso(text)?;
    let (level, rest) = between(text.get(taken..)?.strip_prefix(b"] ")?, b'[', b']')?;
    let known = level.iter().all(|byte| byte.is_ascii_lowercase() || *byte >= 0x80 || *byte == b' ')
        && matches!(level, b"info" | b"warning" | b"severe" | b"config" | b"fine" | b"finer" | b"finest");
    known.then_some((stamp, level, rest))
}
