//! Formats of a growing log whose lines have the prefix of another program. A collected extract is taken apart before it is
//! read; a log that is followed is not, so its formats read their lines below the prefix.
//!
//! What is lost: lines below the first of a message keep their prefix for signatures, and lines of several containers in one
//! file are events of one log.

use std::io::Read as _;
use std::sync::atomic::{AtomicUsize, Ordering};

use spoglight_parsers::formats::FormatSet;
use spoglight_parsers::wrappers::{Unwrapped, Wrapper, WrapperContext};
use spoglight_parsers::{ClockSource, Event, Format, Head};
use spoglight_text::charset::Charset;

use crate::wrapping::Wrapping;

/// Formats of a process. They are kept until it ends, so their number is limited.
const MOST: usize = 1 << 12;

static MADE: AtomicUsize = AtomicUsize::new(0);

/// The field with the container, unit or file that a prefix names.
const NAME: &[u8] = b"container";

/// A format below prefixes, the outer first.
struct Prefixed<'f> {
    wrappers: Vec<&'static dyn Wrapper>,
    inner: &'f dyn Format,
}

/// The formats of the lines of a sample below their prefixes; `None` if its lines have no prefixes that may go on.
pub(crate) fn formats<'f>(
    wrapping: &Wrapping,
    charset: &Charset,
    sample: &[u8],
    known: &[&'f dyn Format],
) -> Option<FormatSet<'f>> {
    let goes_on = |wrapper: &&dyn Wrapper| !wrapper.has_headings() && !wrapper.is_selection();
    let is_stream = !wrapping.wrappers.is_empty() && wrapping.wrappers.iter().all(goes_on);
    if !is_stream || wrapping.joins.is_some() || wrapping.table.is_some() {
        return None;
    }
    let mut text = Vec::new();
    let mut bytes = sample.get(charset.first_line()..)?;
    charset.reader(&mut bytes).read_to_end(&mut text).ok()?;
    let text = charset.text_of(&text);
    let begins = |text: &[u8]| {
        known.iter().any(|one| one.weight() >= crate::wrapping::STRONG && one.begin(text).is_some())
    };
    let mut below = Vec::with_capacity(text.len());
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let line = line.trim_ascii_end();
        if let Some(part) = unwrapped(&wrapping.wrappers, line, &begins) {
            below.extend_from_slice(part.text);
            below.push(b'\n');
        }
    }
    let found = FormatSet::new(known, &below);
    let inner: Vec<&'f dyn Format> =
        (0..found.count()).map(|place| found.format(place)).filter(|format| format.understands()).collect();
    if inner.is_empty() || MADE.fetch_add(inner.len(), Ordering::Relaxed) > MOST {
        return None;
    }
    let prefixed = inner.into_iter().map(|inner| -> &'f dyn Format {
        Box::leak(Box::new(Prefixed { wrappers: wrapping.wrappers.clone(), inner }))
    });
    Some(FormatSet::new(&prefixed.collect::<Vec<_>>(), &text))
}

/// A line without its prefixes; `None` if it has not all of them.
fn unwrapped<'l>(
    wrappers: &[&'static dyn Wrapper],
    line: &'l [u8],
    begins: &dyn Fn(&[u8]) -> bool,
) -> Option<Unwrapped<'l>> {
    let context = WrapperContext { begins, last: b"" };
    let mut all = Unwrapped { text: line, ..Unwrapped::default() };
    for wrapper in wrappers {
        let part = wrapper.split(all.text, &context)?;
        let name = if part.name.is_empty() { all.name } else { part.name };
        let host = if part.host.is_empty() { all.host } else { part.host };
        all = Unwrapped { host, name, text: part.text };
    }
    Some(all)
}

impl Prefixed<'_> {
    fn below_prefix<'l>(&self, line: &'l [u8]) -> Option<Unwrapped<'l>> {
        unwrapped(&self.wrappers, line, &|text| self.inner.begin(text).is_some())
    }

    /// A line below the first of a message, which may have lost its prefix.
    fn inner_line<'l>(&self, line: &'l [u8]) -> &'l [u8] {
        self.below_prefix(line).map_or(line, |part| part.text)
    }
}

impl Format for Prefixed<'_> {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn title(&self) -> &str {
        self.inner.title()
    }

    fn example(&self) -> &str {
        self.inner.example()
    }

    fn begin(&self, line: &[u8]) -> Option<Head> {
        self.inner.begin(self.below_prefix(line)?.text)
    }

    fn read<'a>(&'a self, line: &'a [u8], rest: &'a [u8]) -> Option<Event<'a>> {
        let part = self.below_prefix(line)?;
        let mut event = self.inner.read(part.text, rest)?;
        if !part.name.is_empty() {
            event.fields.push((NAME, part.name));
        }
        Some(event)
    }

    fn clock(&self) -> ClockSource {
        self.inner.clock()
    }

    fn zone_rule(&self) -> Option<&str> {
        self.inner.zone_rule()
    }

    fn offset_doubt(&self) -> Option<&str> {
        self.inner.offset_doubt()
    }

    fn looks_below(&self) -> bool {
        self.inner.looks_below()
    }

    fn below(&self, line: &[u8], head: &mut Head) -> bool {
        self.inner.below(self.inner_line(line), head)
    }

    fn process(&self, line: &[u8]) -> Option<u64> {
        self.inner.process(self.below_prefix(line)?.text)
    }

    fn component<'a>(&self, line: &'a [u8]) -> Option<&'a [u8]> {
        self.inner.component(self.below_prefix(line)?.text)
    }

    fn component_below<'a>(&self, line: &'a [u8]) -> Option<&'a [u8]> {
        self.inner.component_below(self.inner_line(line))
    }

    fn is_undated(&self) -> bool {
        self.inner.is_undated()
    }

    fn has_day(&self) -> bool {
        self.inner.has_day()
    }

    fn heading(&self, line: &[u8]) -> Option<i64> {
        self.inner.heading(self.inner_line(line))
    }

    fn line_below<'a>(&self, line: &'a [u8]) -> &'a [u8] {
        self.inner_line(line)
    }

    fn weight(&self) -> u32 {
        self.inner.weight()
    }

    fn has_hidden_levels(&self) -> bool {
        self.inner.has_hidden_levels()
    }

    fn understands(&self) -> bool {
        self.inner.understands()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wrapping::detect;
    use spoglight_parsers::Level;
    use spoglight_parsers::formats::ALL;

    /// The formats of a text below its prefixes.
    fn of(text: &str) -> Option<FormatSet<'static>> {
        let wrapping = detect(ALL, &FormatSet::new(ALL, text.as_bytes()), text.as_bytes())?;
        let charset = Charset::detect(text.as_bytes(), spoglight_parsers::code_page);
        formats(&wrapping, &charset, text.as_bytes(), ALL)
    }

    #[test]
    fn lines_below_a_prefix_have_their_times_and_levels() {
        let line = "21-Nov-2026 10:00:00.123 SEVERE [main] org.apache.X.y text";
        for prefix in [
            "tomcat_1  | ",
            "[pod/app-0/tomcat] ",
            "Nov 21 10:00:00 ADS1 tomcat9[812]: ",
            "2026-11-21T10:00:00.123456789Z ",
        ] {
            let text = format!("{prefix}{line}\n{prefix}\tat a.B.c(B.java:1)\n{prefix}{line}\n");
            let mix = of(&text).unwrap_or_else(|| panic!("{prefix}"));
            assert_eq!(mix.main().name(), "tomcat-juli", "{prefix}");
            let mut lines = text.lines();
            let (place, head) = mix.begin(lines.next().expect("a line").as_bytes()).expect("a message");
            assert_eq!((head.level, head.stamp.is_some()), (Level::Error, true), "{prefix}");
            let event = mix.format(place).parse(text.as_bytes());
            assert_eq!((event.message, event.level), (&b"text"[..], Level::Error), "{prefix}");
            let frame = lines.next().expect("a line").as_bytes();
            assert!(mix.begin(frame).is_none(), "{prefix}");
            assert_eq!(mix.format(place).line_below(frame), b"\tat a.B.c(B.java:1)", "{prefix}");
        }
    }

    #[test]
    fn other_extracts_and_plain_logs_are_as_they_are() {
        let line = "21-Nov-2026 10:00:00.123 SEVERE [main] org.apache.X.y text\n";
        assert!(of(&line.repeat(3)).is_none());
        assert!(of(&format!("catalina.log:{line}").repeat(3)).is_none(), "a selection");
        assert!(of(&format!("==> catalina.log <==\n{line}\n==> x.log <==\n{line}")).is_none(), "headings");
    }
}
