//! Output of Ant, which installs and upgrades ECE. The installation folder for the DFS share has no other log.
//!
//! ```text
//! Buildfile: D:\ECE\installation\build.xml
//!
//! init:
//!      [echo] step 0
//! BUILD SUCCESSFUL
//! ```
//!
//! No timestamp, and a level only at the end.

use crate::{Event, Format, Head, Level};

/// Columns of the name of a task, right-aligned, by Ant's default logger.
const TASK: usize = 12;

/// The format `ant`.
pub(super) struct Ant;

impl Format for Ant {
    fn name(&self) -> &'static str {
        "ant"
    }

    fn title(&self) -> &'static str {
        "log of an installation or upgrade (Ant)"
    }

    fn example(&self) -> &'static str {
        "Buildfile: D:\\ECE\\installation\\build.xml\n     [echo] step 0\nBUILD SUCCESSFUL"
    }

    fn begin(&self, line: &[u8]) -> Option<Head> {
        Some(Head { stamp: None, level: parts(line)?.0 })
    }

    fn read<'a>(&'a self, line: &'a [u8], rest: &'a [u8]) -> Option<Event<'a>> {
        let (level, class, message) = parts(line)?;
        Some(Event { level, class, message, rest, ..Event::default() })
    }

    fn weight(&self) -> u32 {
        3
    }
}

/// Level, task and text.
fn parts(line: &[u8]) -> Option<(Level, &[u8], &[u8])> {
    match line.first()? {
        b' ' => {
            let open = line.iter().take(TASK).position(|byte| *byte != b' ')?;
            let inner = line.get(open..)?.strip_prefix(b"[")?;
            let end = inner.iter().take(TASK).position(|byte| *byte == b']')?;
            let (task, after) = inner.split_at(end);
            // right-aligned: spaces and brackets fill the columns
            let is_task = !task.is_empty()
                && task
                    .iter()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':' | b'.'))
                && open + task.len() + 2 == TASK - 1;
            let message = after.strip_prefix(b"]")?;
            is_task.then_some((Level::None, task, message.strip_prefix(b" ").unwrap_or(message)))
        }
        b'B' if line == b"BUILD FAILED" => Some((Level::Error, b"", line)),
        b'B' if line == b"BUILD SUCCESSFUL" || line.starts_with(b"Buildfile: ") => {
            Some((Level::None, b"", line))
        }
        b'T' if line.starts_with(b"Total time: ") => Some((Level::None, b"", line)),
        _ => None,
    }
}
