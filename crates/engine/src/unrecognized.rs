//! [`RawUnrecognized`]: errors and warnings that match no signature, counted by their shape.
//!
//! Two errors are counted as one if their first lines have the same [template](spoglight_text::template), the exceptions
//! below them or in their tags the same classes, and the first frames of their stack traces are the same calls, apart from
//! the names that proxies, lambdas and line numbers add. The number of different errors is limited, because logs are
//! untrusted input; further ones are counted together.
//!
//! A line of a stack trace that is a message of its own is none: its error is the message with the exception.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use spoglight_model::Empty;
use spoglight_parsers::{Event, Level, grammar};

use crate::hidden_level::opens_a_trace;
use crate::sketch::mark_of;
use spoglight_text::template::shape;
use spoglight_time::SourceTime;

/// Different errors that are kept of one source, and different warnings. Of a collection with many of them, fewer: see
/// [`kept`](crate::kept).
pub(crate) const KEPT: usize = 256;

/// Messages of one shape that are kept one by one, to recognize them in another file.
const KEPT_MARKS: usize = 64;

/// Lines below the first that may name an exception.
const CAUSES: usize = 8;

/// Lines below the first that are searched for the exception to show.
const LINES: usize = 32;

/// Number of frames that distinguish one stack trace from another.
const FRAMES: usize = 3;

/// Bytes of a line that make its template.
const LINE: usize = 512;

/// Bytes of each part of the text of an error that are kept.
const SHOWN: usize = 300;

/// Errors and warnings that match no signature.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawUnrecognized {
    /// Messages at fatal or error.
    pub errors: ErrorShapes,
    /// Messages at warn.
    pub warnings: ErrorShapes,
}

/// Messages counted by their shape.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorShapes {
    known: BTreeMap<u64, ShapedError>,
    /// Number of further messages.
    pub other: u64,
}

/// Messages of one shape that match no signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShapedError {
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
    /// The most severe level of them; of a message without a level, the one that its words show.
    pub level: Level,
    /// Text of the first.
    pub text: ErrorText,
    /// Hashes of the text and the second of the first of them, to recognize a message in another file.
    pub marks: Vec<u64>,
}

/// The parts of a message that distinguish it from others of the same words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorText {
    /// The text of its first line.
    pub message: String,
    /// The tags before it.
    pub tags: String,
    /// The exception on the lines below; empty if there is none.
    pub exception: String,
    /// The last cause of the exception; empty if it has none.
    pub cause: String,
    /// `class.method` of the first frame below it; empty if there is no stack trace.
    pub frame: String,
}

impl Empty for RawUnrecognized {
    const EMPTY: &'static RawUnrecognized = {
        const NONE: ErrorShapes = ErrorShapes { known: BTreeMap::new(), other: 0 };
        &RawUnrecognized { errors: NONE, warnings: NONE }
    };
}

impl RawUnrecognized {
    /// The messages at a level.
    pub(super) fn at(&mut self, level: Level) -> &mut ErrorShapes {
        if level <= Level::Error { &mut self.errors } else { &mut self.warnings }
    }

    /// Adds the messages of the part that follows.
    pub(super) fn append(&mut self, next: RawUnrecognized) {
        self.errors.append(next.errors);
        self.warnings.append(next.warnings);
    }

    /// Number of different errors and warnings.
    pub(super) fn len(&self) -> usize {
        self.errors.known.len() + self.warnings.known.len()
    }

    /// Counts all but the first different errors and warnings together.
    pub(super) fn keep_first(&mut self, count: usize) {
        self.errors.keep_first(count);
        self.warnings.keep_first(count);
    }

    /// Moves all positions: `lines` lines and `bytes` bytes of the file are before this part.
    pub(super) fn shift(&mut self, lines: u64, bytes: u64) {
        self.errors.shift(lines, bytes);
        self.warnings.shift(lines, bytes);
    }
}

impl ErrorShapes {
    /// Counts a message with that timestamp and level, and the hash of its text; if it is the first of its shape, `new`
    /// describes it.
    pub(super) fn count(
        &mut self,
        key: u64,
        (at, level, mark): (Option<SourceTime>, Level, u64),
        new: impl FnOnce() -> ShapedError,
    ) {
        self.add(key, (1, at, level, &[mark]), new);
    }

    /// Returns whether a message of this shape was counted.
    pub(super) fn has(&self, key: u64) -> bool {
        self.known.contains_key(&key)
    }

    /// Adds `count` messages of one shape, with the timestamp of the last, the most severe level, and the hashes of the
    /// first.
    fn add(
        &mut self,
        key: u64,
        (count, last, level, marks): (u64, Option<SourceTime>, Level, &[u64]),
        new: impl FnOnce() -> ShapedError,
    ) {
        if let Some(known) = self.known.get_mut(&key) {
            known.count += count;
            known.last = last.or(known.last);
            known.level = known.level.min(level);
            let free = KEPT_MARKS.saturating_sub(known.marks.len());
            known.marks.extend(marks.iter().take(free));
        } else if self.known.len() < KEPT {
            let mut first = new();
            first.marks = marks.to_vec();
            self.known.insert(key, first);
        } else {
            self.other += count;
        }
    }

    /// The messages, by the hash of their shape.
    pub fn iter(&self) -> impl Iterator<Item = (u64, &ShapedError)> {
        self.known.iter().map(|(key, error)| (*key, error))
    }

    /// Counts the messages of all but the first shapes, in the order of their lines, as further ones.
    fn keep_first(&mut self, count: usize) {
        if self.known.len() <= count {
            return;
        }
        let mut lines: Vec<(u64, u64)> = self.known.iter().map(|(key, error)| (error.line, *key)).collect();
        lines.sort_unstable();
        for (_, key) in lines.into_iter().skip(count) {
            self.other += self.known.remove(&key).map_or(0, |error| error.count);
        }
    }

    fn append(&mut self, next: ErrorShapes) {
        // in the order of their lines, so that the first of all are those that are kept
        let mut next_ones: Vec<(u64, ShapedError)> = next.known.into_iter().collect();
        next_ones.sort_by_key(|(_, error)| error.line);
        for (key, mut error) in next_ones {
            let marks = std::mem::take(&mut error.marks);
            self.add(key, (error.count, error.last, error.level, &marks), || error);
        }
        self.other += next.other;
    }

    fn shift(&mut self, lines: u64, bytes: u64) {
        for error in self.known.values_mut() {
            (error.line, error.offset) = (error.line + lines, error.offset + bytes);
            for at in [&mut error.first, &mut error.last].into_iter().flatten() {
                at.offset += bytes;
            }
        }
    }
}

/// Returns whether a message is a line of a stack trace: `at a.B.c(B.java:1)`, `Caused by: ...`, `... 19 more`. Programs
/// that print to their console write each line as a message of its own. In an unknown layout the line is after other
/// fields, and indented.
pub(super) fn is_of_a_trace(message: &[u8]) -> bool {
    let line = message.trim_ascii();
    let begins =
        |at: usize| INDENTED.iter().any(|start| line.get(at..).is_some_and(|rest| rest.starts_with(start)));
    // a search for two bytes takes less time than building four for several
    let indented = memchr::memrchr2_iter(b'\t', b' ', line).find(|at| begins(*at));
    is_trace_line(line)
        || indented.and_then(|at| line.get(at..)).is_some_and(|line| is_trace_line(line.trim_ascii()))
}

/// Beginnings of the indented lines of a stack trace.
const INDENTED: [&[u8]; 4] = [b"\tat ", b"  at ", b"\t... ", b"  ... "];

fn is_trace_line(line: &[u8]) -> bool {
    match line {
        [b'a', b't', b' ', ..] => grammar::Frame::on(line).is_some_and(|frame| !frame.class.is_empty()),
        [b'.', b'.', b'.', b' ', rest @ ..] => {
            let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let rest = rest.get(digits..).unwrap_or_default();
            digits > 0 && (rest.starts_with(b" more") || rest.starts_with(b" common"))
        }
        _ => CAUSED.iter().any(|caused| line.starts_with(caused)),
    }
}

/// Beginnings of the lines that name a cause.
const CAUSED: [&[u8]; 2] = [b"Caused by: ", b"Suppressed: "];

/// Hash of the text of a message and of its second, the same in every file that has the message.
pub(super) fn mark(event: &Event<'_>, at: Option<SourceTime>) -> u64 {
    let text = mark_of(event.message.get(..LINE).unwrap_or(event.message));
    let second = at.map_or(0, |at| at.stamp.wall.div_euclid(1_000_000_000));
    mark_of(&[text.to_le_bytes(), second.to_le_bytes()].concat())
}

/// The text of a message.
pub(super) fn text(event: &Event<'_>) -> ErrorText {
    let below =
        || event.rest.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty());
    let is_empty = event.message.trim_ascii().is_empty();
    let message = if is_empty { below().next().unwrap_or_default() } else { event.message };
    // the line may have the message again, after its level
    let is_message = |line: &&[u8]| line.ends_with(message.trim_ascii());
    let first = below().find(|line| !is_message(line)).filter(|line| !is_of_a_trace(line));
    let exception = below().take(LINES).find(|line| opens_a_trace(line) && !is_of_a_trace(line)).or(first);
    let cause = below().filter_map(|line| line.strip_prefix(CAUSED[0])).next_back();
    let frame = grammar::frames(event.rest).next();
    ErrorText {
        message: numbered(event, message),
        tags: shown(event.tags),
        exception: exception.map(shown).unwrap_or_default(),
        cause: cause.map(shown).unwrap_or_default(),
        frame: frame.map(|frame| shown(&[frame.class, b".", frame.method].concat())).unwrap_or_default(),
    }
}

/// Field with the number of an event.
const EVENT_ID: &str = "event_id";

/// The text of a message, after provider and number if it is a numbered event: its text may be in any language, or missing.
fn numbered(event: &Event<'_>, message: &[u8]) -> String {
    let Some(id) = event.field(EVENT_ID).filter(|_| !event.class.is_empty()) else { return shown(message) };
    let text = if message.starts_with(b"<") { shown(&values(message)) } else { shown(message) };
    let head = shown(&[event.class, b" ", id].concat());
    if text.is_empty() { head } else { format!("{head}: {text}") }
}

/// The values in the data of an event, which is XML.
fn values(data: &[u8]) -> Vec<u8> {
    const ESCAPES: [(&[u8], u8); 6] = [
        (b"&lt;", b'<'),
        (b"&gt;", b'>'),
        (b"&amp;", b'&'),
        (b"&quot;", b'"'),
        (b"&#10;", b' '),
        (b"&#13;", b' '),
    ];
    let mut out: Vec<u8> = Vec::new();
    let mut rest = data.get(..LONG_DATA).unwrap_or(data);
    while let Some((first, after)) = rest.split_first() {
        if *first == b'<' {
            rest = memchr::memchr(b'>', rest).and_then(|end| rest.get(end + 1..)).unwrap_or_default();
            if out.last().is_some_and(|last| *last != b' ') {
                out.extend_from_slice(b"; ");
            }
            continue;
        }
        let escape = ESCAPES.iter().find(|(escape, _)| rest.starts_with(escape));
        out.push(escape.map_or(*first, |(_, byte)| *byte));
        rest = escape.map_or(after, |(escape, _)| rest.get(escape.len()..).unwrap_or_default());
    }
    let length = out.trim_ascii_end().strip_suffix(b";").map_or(out.len(), <[u8]>::len);
    out.truncate(length);
    out
}

/// Bytes of the data of an event of which values are shown.
const LONG_DATA: usize = 2048;

fn shown(text: &[u8]) -> String {
    let text = text.trim_ascii();
    let text = text.get(..memchr::memchr(b'\n', text).unwrap_or(text.len()).min(SHOWN)).unwrap_or(text);
    String::from_utf8_lossy(text).trim_end_matches('\u{fffd}').trim().to_owned()
}

/// Hash of the shape of an error. `scratch` is recycled.
pub(super) fn key(event: &Event<'_>, scratch: &mut Vec<u8>) -> u64 {
    scratch.clear();
    shape(event.message.get(..LINE).unwrap_or(event.message), scratch);
    scratch.push(b'\n');
    // it may be the name of a thread with its number
    call(event.class, scratch);
    scratch.extend_from_slice(event.field(EVENT_ID).unwrap_or_default());
    let exceptions = event.fields.iter().filter(|(name, _)| is_exception(name)).map(|(_, value)| *value);
    let below = event.rest.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let says =
        below.filter(|line| !line.is_empty() && !line.starts_with(b"at ") && !line.starts_with(b"... "));
    for line in exceptions.chain(says.take(CAUSES)) {
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

/// Returns whether a tag of this name holds an exception.
fn is_exception(name: &[u8]) -> bool {
    const WORD: &[u8] = b"exception";
    name.windows(WORD.len()).any(|part| part.eq_ignore_ascii_case(WORD))
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
    fn errors_of_the_same_words_differ_in_their_exception() {
        let tagged = |class: &str| {
            let value = format!("{class}: no answer");
            let event = Event {
                message: b"An API exception occurred",
                fields: vec![(b"exception", value.as_bytes()), (b"REQUEST_URL", b"/api/User/1001")],
                ..Event::default()
            };
            key(&event, &mut Vec::new())
        };
        assert_eq!(tagged("java.io.IOException"), tagged("java.io.IOException"));
        assert_ne!(tagged("java.io.IOException"), tagged("java.lang.NullPointerException"));
        let event = Event {
            message: b"Preview not made",
            rest:
                b"a.OuterException: x\n\tat a.B.c(B.java:1)\nCaused by: a.MiddleException: y\n\t... 3 more\n\
                Caused by: a.InnerException: z\n\t... 4 more\n",
            ..Event::default()
        };
        let text = text(&event);
        assert_eq!(
            [text.message, text.exception, text.cause, text.frame],
            ["Preview not made", "a.OuterException: x", "a.InnerException: z", "a.B.c"]
        );
    }

    #[test]
    fn an_event_has_its_provider_and_its_number() {
        let event = |id: &'static str, message: &'static str| Event {
            message: message.as_bytes(),
            class: b"Contoso Agent",
            fields: vec![(b"event_id", id.as_bytes())],
            ..Event::default()
        };
        let data = "<Data Name=\"a\">x &amp; y</Data><Data/><Data>line&#10;two</Data>";
        assert_eq!(text(&event("12", data)).message, "Contoso Agent 12: x & y; line two");
        assert_eq!(text(&event("12", "Der Agent")).message, "Contoso Agent 12: Der Agent");
        assert_eq!(text(&event("12", "")).message, "Contoso Agent 12");
        let key = |id| key(&event(id, "x"), &mut Vec::new());
        assert_ne!(key("12"), key("13"));
    }

    #[test]
    fn lines_of_a_trace_are_no_errors() {
        for line in [
            "\tat java.lang.Thread.run(Thread.java:750)",
            "at java.base/java.lang.Thread.run(Unknown Source)",
            "Caused by: java.io.IOException: x",
            "\tSuppressed: java.io.IOException",
            "\t... 19 more",
            "... 7 common frames omitted",
            "15/06/23 10:50:29 ERROR || [stderr] stderr:71 -     at a.b.C.d(C.java:129)",
            "15/06/23 10:50:29 ERROR || [stderr] stderr:71 -     ... 126 more",
        ] {
            assert!(is_of_a_trace(line.as_bytes()), "{line}");
        }
        for line in [
            "java.io.IOException: x",
            "at 10:00 the queue failed",
            "at startup(now)",
            "no answer  at all",
            "lost at a.b.C.d(C.java:129)",
            "... more to come",
            "It was caused by: x",
            "",
        ] {
            assert!(!is_of_a_trace(line.as_bytes()), "{line}");
        }
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
