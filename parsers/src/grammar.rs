//! Grammar that formats share: sections between separators, `Key:value`, and Java stack traces.

use nom::bytes::complete::{tag, take_until, take_while, take_while1};
use nom::combinator::{opt, recognize};
use nom::sequence::{preceded, separated_pair, terminated};
use nom::{IResult, Parser};

use crate::{Event, Head, Level, RawTimestamp};

/// Result of a nom parser.
pub(crate) type Parsed<'a, T> = IResult<&'a [u8], T>;

/// Reads up to `separator` and takes it, too; spaces around it are dropped.
pub(crate) fn section<'a>(separator: &'static str) -> impl FnMut(&'a [u8]) -> Parsed<'a, &'a [u8]> {
    move |input| {
        let (input, text) = terminated(take_until(separator), tag(separator)).parse(input)?;
        Ok((input.trim_ascii_start(), text.trim_ascii()))
    }
}

/// The text between two brackets at the start, ignoring brackets inside, and the rest after any spaces.
pub(crate) fn between(text: &[u8], open: u8, close: u8) -> Option<(&[u8], &[u8])> {
    let inner = text.strip_prefix(&[open])?;
    let (inner, rest) = inner.split_at(memchr::memchr(close, inner)?);
    Some((inner, rest.get(1..)?.trim_ascii_start()))
}

/// `Key:value`, where the key is one word and the value is the rest, which may be empty.
pub(crate) fn key_value(input: &[u8]) -> Parsed<'_, (&[u8], &[u8])> {
    let word = recognize((
        take_while1(|byte: u8| byte.is_ascii_alphabetic()),
        take_while(|byte: u8| byte.is_ascii_alphanumeric() || byte == b'_'),
    ));
    let (rest, (key, value)) = separated_pair(word, tag(":"), take_while(|_| true)).parse(input)?;
    Ok((rest, (key, value.trim_ascii())))
}

/// Position of a needle of two or three bytes, found by its first byte, because creating a searcher costs more than
/// searching a line.
pub(crate) fn find_short(text: &[u8], needle: &[u8]) -> Option<usize> {
    let first = *needle.first()?;
    memchr::memchr_iter(first, text).find(|at| text.get(*at..).is_some_and(|rest| rest.starts_with(needle)))
}

/// A JSON string at the start: the text between its quotes, with its escapes, and the rest.
pub(crate) fn json_text(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let inner = text.strip_prefix(b"\"")?;
    let escaped =
        |end: usize| inner.iter().take(end).rev().take_while(|byte| **byte == b'\\').count() % 2 == 1;
    let end = memchr::memchr_iter(b'"', inner).find(|end| !escaped(*end))?;
    let (inner, rest) = inner.split_at(end);
    Some((inner, rest.get(1..)?))
}

/// The fields after the timestamp in a log4j, log4j 2 or logback pattern, in the usual orders.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Parts<'a> {
    /// The level, as written.
    pub(crate) level: &'a [u8],
    /// Thread.
    pub(crate) thread: &'a [u8],
    /// Logger.
    pub(crate) logger: &'a [u8],
    /// `File.java:4`, in brackets or parentheses.
    pub(crate) place: &'a [u8],
    /// The rest.
    pub(crate) message: &'a [u8],
}

/// Longest logger with the fields after it, before the dash of a pattern.
const DASH: usize = 200;

impl<'a> Parts<'a> {
    /// Reads `INFO  [main] a.B - text`, `[main] INFO a.B - text`, `main INFO a.B: text`, `INFO [a.B] (main) text`,
    /// `INFO a.B [main] text`, `[main] [INFO] a.B - text`, `[INFO ](a.B) text` and `INFO text`, also with bars between
    /// the fields. A level in capitals is required, in any language.
    pub(crate) fn read(text: &'a [u8]) -> Option<Parts<'a>> {
        let mut parts = Parts::default();
        let mut rest = without_bars(text.trim_ascii_start());
        let mut level_first = false;
        if let Some((one, below)) = between(rest, b'[', b']') {
            if let Some(level) = bracketed(one) {
                level_first = true;
                (parts.level, rest) = (level, below);
            } else {
                (parts.thread, rest) = (one, without_bars(below));
            }
        } else if capitals(rest).is_none() {
            // a thread without brackets
            let near = rest.get(..64).unwrap_or(rest);
            // the only common name with spaces that a runtime gives
            let name = near.strip_prefix(b"RMI TCP ").map_or(0, |name| near.len() - name.len());
            let end = name + memchr::memchr(b' ', near.get(name..)?)?;
            let (thread, below) = rest.split_at(end);
            (parts.thread, rest) = (thread, without_bars(below.trim_ascii_start()));
        }
        if parts.level.is_empty() {
            (parts.level, rest) = match between(rest, b'[', b']') {
                Some((one, below)) => (bracketed(one)?, below),
                None => capitals(rest)?,
            };
        }
        rest = without_bars(rest.trim_ascii_start());
        if let Some((thread, logger, message)) = spring_boot(rest) {
            return Some(Parts { thread, logger, message, ..parts });
        }
        if level_first && let Some((logger, below)) = between(rest, b'(', b')') {
            (parts.logger, parts.message) = (logger.trim_ascii(), below);
            return Some(parts);
        }
        if let Some((one, below)) = between(rest, b'[', b']') {
            rest = below;
            if let Some((thread, below)) = between(rest, b'(', b')') {
                (parts.logger, parts.thread, rest) = (one, thread, below);
                parts.message = rest;
                return Some(parts);
            }
            let is_logger = !parts.thread.is_empty() || rest.starts_with(b"- ");
            *(if is_logger { &mut parts.logger } else { &mut parts.thread }) = one;
        }
        let dash = find_short(rest.get(..DASH).unwrap_or(rest), b"- ")
            .filter(|dash| dash.checked_sub(1).is_none_or(|before| rest.get(before) == Some(&b' ')));
        if let Some(dash) = dash {
            let (before, text) = rest.split_at(dash);
            parts.source(before.trim_ascii_end());
            parts.message = text.get(2..).unwrap_or_default();
            return Some(parts);
        }
        let end = memchr::memchr(b' ', rest).unwrap_or(rest.len());
        let (word, below) = rest.split_at(end);
        let named = word.strip_suffix(b":");
        if parts.logger.is_empty() && (named.is_some() || word.contains(&b'.') && word.last() != Some(&b'.'))
        {
            parts.logger = named.unwrap_or(word);
            rest = below.trim_ascii_start();
            if let Some((one, below)) = between(rest, b'[', b']') {
                *(if parts.thread.is_empty() { &mut parts.thread } else { &mut parts.place }) = one;
                rest = below;
            }
        }
        parts.message = rest;
        Some(parts)
    }

    /// Timestamp and level of the message.
    pub(crate) fn head(&self, stamp: Option<RawTimestamp>) -> Head {
        Head { stamp, level: Level::from_word(self.level) }
    }

    /// The event of the message and the lines below it.
    pub(crate) fn event(self, stamp: Option<RawTimestamp>, rest: &'a [u8]) -> Event<'a> {
        let mut event = Event {
            stamp,
            level: Level::from_word(self.level),
            level_word: self.level,
            thread: self.thread,
            class: self.logger,
            message: self.message,
            rest,
            ..Event::default()
        };
        if !self.place.is_empty() {
            event.fields.push((b"place", self.place));
        }
        event
    }

    /// Reads the text before the dash: a logger, and a place in parentheses. Context of the thread, in brackets, may
    /// come before it.
    fn source(&mut self, mut text: &'a [u8]) {
        while let Some((_, below)) = between(text, b'[', b']').filter(|(_, below)| !below.is_empty()) {
            text = below;
        }
        let end = memchr::memchr(b' ', text).unwrap_or(text.len());
        let (logger, rest) = text.split_at(end);
        if !logger.is_empty() {
            self.logger = logger;
        }
        if let Some((place, _)) = between(rest.trim_ascii_start(), b'(', b')') {
            self.place = place;
        }
    }
}

/// A level in capitals, or a word for one in a script without them, and the rest.
fn capitals(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let letters = |byte: &&u8| byte.is_ascii_uppercase() || **byte >= 0x80;
    let end = if text.first().is_some_and(|byte| *byte >= 0x80) {
        // the second byte of a character may be any letter
        memchr::memchr(b' ', text.get(..LEVEL_BYTES).unwrap_or(text))?
    } else {
        text.iter().take(LEVEL_BYTES).take_while(letters).count()
    };
    let (word, rest) = text.split_at(end);
    let over = rest.first().is_none_or(|byte| matches!(byte, b' ' | b'|'));
    (end >= 4 && over && Level::from_word(word) != Level::Unknown).then_some((word, rest))
}

/// Longest level of one word, in bytes of any charset.
const LEVEL_BYTES: usize = 18;

/// A level in capitals that was in brackets, where spaces may pad it.
fn bracketed(text: &[u8]) -> Option<&[u8]> {
    let word = text.trim_ascii();
    capitals(word).filter(|(_, rest)| rest.is_empty()).map(|(word, _)| word)
}

/// Thread, logger and text after the level of Spring Boot's layout: `20792 --- [main] o.s.web.Servlet : text`.
fn spring_boot(text: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let digits = text.iter().take(10).take_while(|byte| byte.is_ascii_digit()).count();
    let rest = text.get(digits..)?.strip_prefix(b" --- ").filter(|_| digits > 0)?;
    let (thread, rest) = between(rest, b'[', b']')?;
    let (logger, message) = rest.split_at(memchr::memmem::find(rest.get(..DASH).unwrap_or(rest), b" : ")?);
    Some((thread.trim_ascii(), logger.trim_ascii(), message.get(3..)?))
}

/// The text after a bar that separates fields, and after the spaces around it.
fn without_bars(text: &[u8]) -> &[u8] {
    match text.first() {
        Some(b'|') => {
            let bars = text.iter().take_while(|byte| matches!(byte, b'|' | b' ')).count();
            text.get(bars..).unwrap_or_default()
        }
        _ => text,
    }
}

/// Returns whether a byte may be in a class or method name: letters, digits and additions of Java compilers (`$`,
/// `_`, `<init>`, `lambda$0`).
fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'.' | b'$' | b'_' | b'<' | b'>' | b'-' | b'/')
        || byte >= 0x80
}

/// `class.method` at the start of `input`: everything to the next space, split at its last dot.
pub(crate) fn class_method(input: &[u8]) -> Parsed<'_, (&[u8], &[u8])> {
    let (rest, both) = take_while1(is_name)(input)?;
    if rest.first().is_some_and(|byte| *byte != b' ') {
        return Err(nom::Err::Error(nom::error::Error::new(input, nom::error::ErrorKind::Space)));
    }
    match memchr::memrchr(b'.', both) {
        Some(dot) => {
            let (class, method) = both.split_at(dot);
            Ok((rest, (class, method.get(1..).unwrap_or_default())))
        }
        None => Err(nom::Err::Error(nom::error::Error::new(input, nom::error::ErrorKind::Char))),
    }
}

/// One frame of a stack trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame<'a> {
    /// Class, with its package, without the module that Java 9 and later print before it.
    pub class: &'a [u8],
    /// Method.
    pub method: &'a [u8],
    /// The text in parentheses: `Thread.java:840`, `Unknown Source`, `Native Method`.
    pub place: &'a [u8],
}

impl<'a> Frame<'a> {
    /// The frame on this line, if it is one: `at class.method(place)`, after any spaces, or after the fields of a record of
    /// WildFly that holds one printed line.
    pub fn on(line: &'a [u8]) -> Option<Frame<'a>> {
        let line = match line.first() {
            Some(b'0'..=b'9') => printed_frame(line)?,
            _ => line,
        };
        frame(line).ok().map(|(_, frame)| frame)
    }

    /// Returns whether the name begins with `prefix`, a class or a package with a dot.
    pub fn is_in(&self, prefix: &str) -> bool {
        self.class.starts_with(prefix.trim_end_matches('.').as_bytes())
            && (!prefix.ends_with('.') || self.class.get(prefix.len() - 1) == Some(&b'.'))
    }

    /// Returns whether `class.method` begins with `call`; of a `call` that begins with a dot, whether the method is the
    /// rest of it, in any class.
    pub fn is_call(&self, call: &str) -> bool {
        let call = call.as_bytes();
        if let Some(method) = call.strip_prefix(b".") {
            return self.method == method;
        }
        match call.strip_prefix(self.class) {
            Some([]) => true,
            Some(method) => method.strip_prefix(b".").is_some_and(|name| self.method.starts_with(name)),
            None => self.class.starts_with(call),
        }
    }
}

/// The frame in a record of WildFly that holds one printed line: what follows the last `) ` before a tab and `at `.
fn printed_frame(line: &[u8]) -> Option<&[u8]> {
    // few records have a tab, and a search for one byte takes less time than building one for several
    let is_frame = |tab: &usize| {
        let (before, after) = line.split_at_checked(*tab).unwrap_or_default();
        before.ends_with(b") ") && after.starts_with(b"\tat ")
    };
    let tab = memchr::memrchr_iter(b'\t', line).find(is_frame)?;
    line.get(tab..)
}

fn frame(line: &[u8]) -> Parsed<'_, Frame<'_>> {
    let blanks = take_while(|byte: u8| byte == b' ' || byte == b'\t');
    // `java.base/` or `app//`, of Java 9 and later; `Foo$$Lambda$14/0x80` is a class
    let is_module = |byte: u8| is_name(byte) && !b"/$".contains(&byte) || byte == b'@';
    let module = terminated(take_while1(is_module), tag("/"));
    let (line, ()) =
        (blanks, tag("at "), opt(preceded(opt(module), opt(tag("/"))))).map(|_| ()).parse(line)?;
    let (line, both) = take_while1(is_name)(line)?;
    let (line, place) = preceded(tag("("), terminated(take_until(")"), tag(")"))).parse(line)?;
    let dot = memchr::memrchr(b'.', both).unwrap_or(0);
    let (class, method) = both.split_at(dot);
    Ok((line, Frame { class, method: method.strip_prefix(b".").unwrap_or(method), place }))
}

/// Returns whether a line looks like a frame, for callers that only skip frames.
#[inline]
pub fn is_frame(line: &[u8]) -> bool {
    line.trim_ascii_start().starts_with(b"at ") && line.ends_with(b")")
}

/// The frames of the stack traces in `text`, in the order of its lines: the deepest call first, then those of the
/// first cause, and so on.
pub fn frames(text: &[u8]) -> impl Iterator<Item = Frame<'_>> {
    text.split(|byte| *byte == b'\n').filter_map(Frame::on)
}

/// Packages of the Java runtime, of servers and of drivers. The first frame outside them is the caller.
const LIBRARIES: &[&str] = &[
    "java.",
    "javax.",
    "jakarta.",
    "sun.",
    "jdk.",
    "com.sun.",
    "com.microsoft.sqlserver.",
    "net.sourceforge.jtds.",
    "org.apache.",
    "org.jboss.",
    "org.wildfly.",
    "org.hornetq.",
    "org.springframework.",
    "org.eclipse.",
    "io.undertow.",
    "io.netty.",
];

/// The frame of the caller: the innermost one that is not of the Java runtime, a server or a driver.
pub fn caller(text: &[u8]) -> Option<Frame<'_>> {
    frames(text).find(|frame| !LIBRARIES.iter().any(|prefix| frame.is_in(prefix)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_of_all_java_versions() {
        for (line, class, method, place) in [
            ("\tat java.lang.Thread.run(Thread.java:750)", "java.lang.Thread", "run", "Thread.java:750"),
            (
                "\t\tat java.base/java.lang.Thread.run(Thread.java:840)",
                "java.lang.Thread",
                "run",
                "Thread.java:840",
            ),
            ("at app//lab.Probe$2.<init>(Unknown Source)", "lab.Probe$2", "<init>", "Unknown Source"),
            (
                " at java.base@11.0.13/java.lang.Thread.sleep(Native Method)",
                "java.lang.Thread",
                "sleep",
                "Native Method",
            ),
            (
                "2026-11-21 10:00:00,123 ERROR [stderr] (default task-6) \tat a.B.c(B.java:3)",
                "a.B",
                "c",
                "B.java:3",
            ),
            ("\tat a.B.lambda$run$0(B.java:3) ~[b.jar:1.0]", "a.B", "lambda$run$0", "B.java:3"),
        ] {
            let frame = Frame::on(line.as_bytes()).expect(line);
            assert_eq!(frame.class, class.as_bytes(), "{line}");
            assert_eq!(frame.method, method.as_bytes(), "{line}");
            assert_eq!(frame.place, place.as_bytes(), "{line}");
        }
        let frame = Frame::on(b"\tat a.Bc.stop(B.java:3)").expect("a frame");
        for (call, is) in [
            ("a.Bc.stop", true),
            ("a.Bc.st", true),
            ("a.Bc", true),
            ("a.", true),
            ("a.B.stop", false),
            ("a.Bc.stopped", false),
            (".stop", true),
            (".st", false),
            ("b.", false),
        ] {
            assert_eq!(frame.is_call(call), is, "{call}");
        }
        for line in ["Caused by: a.B: at c.d(E.java:1)", "\t... 44 more", "attention (please)", ""] {
            assert_eq!(Frame::on(line.as_bytes()), None, "{line}");
        }
    }

    #[test]
    fn the_caller_is_the_first_frame_of_no_library() {
        let trace = b"javax.naming.X: y\n\tat com.sun.jndi.ldap.LdapCtx.connect(LdapCtx.java:1)\n\
            \tat java.lang.Thread.run(Thread.java:2)\n\tat com.egain.platform.Login.bind(Login.java:3)\r\n\
            \tat com.egain.platform.Main.main(Main.java:4)\n";
        assert_eq!(caller(trace).map(|frame| frame.class), Some(&b"com.egain.platform.Login"[..]));
        assert_eq!(frames(trace).count(), 4);
        assert_eq!(caller(b"\tat java.lang.Thread.run(Thread.java:2)\n"), None);
    }

    #[test]
    fn a_prefix_is_a_package_not_a_string() {
        let frame = Frame::on(b"at sunny.Day.shine(Day.java:1)").expect("a frame");
        assert!(!frame.is_in("sun."));
        assert!(frame.is_in("sunny."));
    }
}
