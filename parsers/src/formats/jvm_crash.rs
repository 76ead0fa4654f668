//! Crash reports of the JVM: `hs_err_pid*.log`, one file, one message.
//!
//! ```text
//! #
//! # A fatal error has been detected by the Java Runtime Environment:
//! #
//! #  EXCEPTION_ACCESS_VIOLATION (0xc0000005) at pc=0x00007ff8, pid=4711, tid=5120
//! #
//! # JRE version: OpenJDK Runtime Environment (8.0_292) (build 1.8.0_292-b10)
//! # Problematic frame:
//! # C  [ntdll.dll+0x1f2a3]
//! ```
//!
//! The time is far below (`Time: Sat Nov 21 16:40:13 2026 EST elapsed time: 512.3 seconds`; up to Java 8 `time:` with
//! the zone on the next line). It is local time, and the name of the zone is ambiguous.

use crate::format::first_line;
use crate::{ClockSource, Event, Format, Head, Level, RawTimestamp, layout};

/// The format `jvm-crash`.
pub(super) struct JvmCrash;

impl Format for JvmCrash {
    fn name(&self) -> &'static str {
        "jvm-crash"
    }

    fn title(&self) -> &'static str {
        "Java crash report (hs_err_pid)"
    }

    fn example(&self) -> &'static str {
        "#
# A fatal error has been detected by the Java Runtime Environment:
#
#  EXCEPTION_ACCESS_VIOLATION (0xc0000005) at pc=0x00007ff8, pid=4711, tid=5120
#
# JRE version: OpenJDK Runtime Environment (8.0_292) (build 1.8.0_292-b10)
# Problematic frame:
# C  [ntdll.dll+0x1f2a3]"
    }

    fn clock(&self) -> ClockSource {
        ClockSource::System
    }

    fn begin(&self, line: &[u8]) -> Option<Head> {
        starts(line).then_some(Head { stamp: None, level: Level::Fatal })
    }

    fn looks_below(&self) -> bool {
        true
    }

    fn below(&self, line: &[u8], head: &mut Head) -> bool {
        head.stamp = time(line);
        head.stamp.is_none()
    }

    fn has_hidden_levels(&self) -> bool {
        false
    }

    fn read<'a>(&'a self, line: &'a [u8], rest: &'a [u8]) -> Option<Event<'a>> {
        if !starts(line) {
            return None;
        }
        let mut event = Event { level: Level::Fatal, message: line, rest, ..Event::default() };
        let mut lines = rest;
        let mut before: &[u8] = b"";
        while !lines.is_empty() {
            let (line, below) = first_line(lines);
            lines = below;
            event.stamp = event.stamp.or_else(|| time(line));
            let said = line.strip_prefix(b"#").unwrap_or(line).trim_ascii();
            if said.is_empty() {
                continue;
            }
            // the first statement is the error
            if event.message.ends_with(b":") || event.message.ends_with(b"continue.") {
                event.message = said;
            } else if before == b"Problematic frame:" {
                add(&mut event, b"frame", said);
            }
            for (start, name) in FACTS {
                if let Some(value) = line.strip_prefix(b"# ").unwrap_or(line).strip_prefix(*start) {
                    add(&mut event, name, value.trim_ascii());
                }
            }
            before = said;
        }
        Some(event)
    }

    /// Its own file contains the last lines of other logs. On the console, its head is between other messages.
    fn is_whole_file(&self) -> bool {
        true
    }
}

/// Beginnings of lines with a fact, and the name of the field.
const FACTS: &[(&[u8], &[u8])] = &[
    (b"JRE version:", b"jre"),
    (b"Java VM:", b"vm"),
    (b"Command Line:", b"command"),
    (b"java_command:", b"main"),
    (b"jvm_args:", b"arguments"),
    (b"Host:", b"machine"),
    (b"OS:", b"system"),
    (b"Current thread ", b"thread"),
    (b"siginfo:", b"signal"),
    (b"ExceptionCode=", b"signal"),
    (b"Memory:", b"memory"),
    (b"Out of Memory Error", b"out_of_memory"),
    (b"elapsed time:", b"elapsed"),
];

/// Adds a field that is not known yet.
fn add<'a>(event: &mut Event<'a>, name: &'a [u8], value: &'a [u8]) {
    if event.fields.iter().all(|(known, _)| *known != name) {
        event.fields.push((name, value));
    }
}

fn starts(line: &[u8]) -> bool {
    line.starts_with(b"# A fatal error has been detected by the Java Runtime Environment")
        || line.starts_with(b"# There is insufficient memory for the Java Runtime Environment to continue")
        || line.starts_with(b"# An unexpected error has been detected by")
}

/// `Time: Sat Nov 21 16:40:13 2026`.
fn time(line: &[u8]) -> Option<RawTimestamp> {
    let after = line.strip_prefix(b"Time:").or_else(|| line.strip_prefix(b"time:"))?;
    layout::ctime(after.trim_ascii_start()).map(|(stamp, _)| stamp)
}
