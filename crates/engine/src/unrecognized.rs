//! [`RawUnrecognized`]: errors that match no signature, counted by their shape.
//!
//! Two errors are counted as one if their first lines have the same [template](spoglight_text::template), the exceptions
//! below them the same classes, and the first frames of their stack traces are the same calls, apart from the names that
//! proxies, lambdas and line numbers add. The number of different errors is limited, because logs are untrusted input;
//! further ones are counted together.

use std::collections::BTreeMap;

use spoglight_parsers::{Event, Level, grammar};

use crate::sketch::mark_of;
use spoglight_text::template::shape;
use spoglight_time::SourceTime;

/// Different errors that are kept of one source.
const KEPT: usize = 256;

/// Lines below the first that may name an exception.
const CAUSES: usize = 8;

/// Number of frames that distinguish one stack trace from another.
const FRAMES: usize = 3;

/// Bytes of a line that make its template.
const LINE: usize = 512;

/// Errors that match no signature, counted by their shape.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RawUnrecognized {
    known: BTreeMap<u64, Error>,
    /// Number of further errors.
    pub other: u64,
}

/// An error that matches no signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// Messages that have this shape.
    pub count: u64,
    /// Timestamp of the first in the file.
    pub first: Option<SourceTime>,
    /// Timestamp of the last.
    pub last: Option<SourceTime>,
    /// Line of the first, from 1.
    pub line: u64,
    /// Position of that line in the file, in bytes.
    pub offset: u64,
    /// The most severe level of them.
    pub level: Level,
    /// Text of the first.
    pub text: String,
}

impl RawUnrecognized {
    /// Counts an error; if it is the first of its kind, `new` describes it.
    pub(super) fn count(
        &mut self,
        key: u64,
        at: Option<SourceTime>,
        level: Level,
        new: impl FnOnce() -> Error,
    ) {
        self.add(key, (1, at, level), new);
    }

    /// Adds `count` errors of one shape, with the timestamp of the last and the most severe level.
    fn add(
        &mut self,
        key: u64,
        (count, last, level): (u64, Option<SourceTime>, Level),
        new: impl FnOnce() -> Error,
    ) {
        if let Some(known) = self.known.get_mut(&key) {
            known.count += count;
            known.last = last.or(known.last);
            known.level = known.level.min(level);
        } else if self.known.len() < KEPT {
            self.known.insert(key, new());
        } else {
            self.other += count;
        }
    }

    /// The errors, by the hash of their shape.
    pub fn iter(&self) -> impl Iterator<Item = (u64, &Error)> {
        self.known.iter().map(|(key, error)| (*key, error))
    }

    /// Adds the errors of the part that follows.
    pub(super) fn append(&mut self, next: RawUnrecognized) {
        // in the order of their lines, so that the first of all are those that are kept
        let mut next_ones: Vec<(u64, Error)> = next.known.into_iter().collect();
        next_ones.sort_by_key(|(_, error)| error.line);
        for (key, error) in next_ones {
            self.add(key, (error.count, error.last, error.level), || error);
        }
        self.other += next.other;
    }

    /// Moves all positions: `lines` lines and `bytes` bytes of the file are before this part.
    pub(super) fn shift(&mut self, lines: u64, bytes: u64) {
        for error in self.known.values_mut() {
            (error.line, error.offset) = (error.line + lines, error.offset + bytes);
            for at in [&mut error.first, &mut error.last].into_iter().flatten() {
                at.offset += bytes;
            }
        }
    }
}

/// Hash of the shape of an error. `scratch` is recycled.
pub(super) fn key(event: &Event<'_>, scratch: &mut Vec<u8>) -> u64 {
    scratch.clear();
    shape(event.message.get(..LINE).unwrap_or(event.message), scratch);
    scratch.push(b'\n');
    scratch.extend_from_slice(event.class);
    let below = event.rest.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let says =
        below.filter(|line| !line.is_empty() && !line.starts_with(b"at ") && !line.starts_with(b"... "));
    for line in says.take(CAUSES) {
        scratch.push(b'\n');
        // the class of an exception; of other lines their shape
        let end = memchr::memmem::find(line, b": ").unwrap_or(line.len()).min(LINE);
        shape(line.get(..end).unwrap_or(line), scratch);
    }
    for frame in grammar::frames(event.rest).take(FRAMES) {
        scratch.push(b'\n');
        for part in [frame.class, b".", frame.method] {
            call(part, scratch);
        }
    }
    mark_of(scratch)
}

/// The name of a class or a method without the additions of a compiler or a proxy: `Foo$$Lambda$14`, `$Proxy12`, `access$000`.
fn call(name: &[u8], out: &mut Vec<u8>) {
    let end = memchr::memmem::find(name, b"$$").unwrap_or(name.len());
    let name = name.get(..end).unwrap_or(name);
    out.extend(name.iter().filter(|byte| !byte.is_ascii_digit()));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key_of(message: &str, rest: &str) -> u64 {
        let event = Event { message: message.as_bytes(), rest: rest.as_bytes(), ..Event::default() };
        key(&event, &mut Vec::new())
    }

    #[test]
    fn equal_errors_are_one() {
        let one = key_of(
            "Activity 4711 not stored",
            "java.lang.IllegalStateException: 7 left\n\tat com.egain.A$$Lambda$14/0x80.run(A.java:10)\n\tat com.sun.proxy.$Proxy12.call(Unknown Source)\n",
        );
        let other = key_of(
            "Activity 815 not stored",
            "java.lang.IllegalStateException: 9 left\n\tat com.egain.A$$Lambda$99/0x1c.run(A.java:12)\n\tat com.sun.proxy.$Proxy4.call(Unknown Source)\n",
        );
        assert_eq!(one, other);
    }

    #[test]
    fn different_errors_are_two() {
        let one = key_of("Activity 1 not stored", "java.lang.IllegalStateException: x\n");
        assert_ne!(one, key_of("Activity 1 not stored", "java.lang.NullPointerException: x\n"));
        assert_ne!(one, key_of("Activity 1 not found", "java.lang.IllegalStateException: x\n"));
        let frame = |class: &str| key_of("x", &format!("E: x\n\tat {class}.run(A.java:1)\n"));
        assert_ne!(frame("com.egain.A"), frame("com.egain.B"));
    }
}
