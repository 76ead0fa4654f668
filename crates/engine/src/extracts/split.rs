//! Takes one extract apart.

use std::collections::BTreeMap;
use std::io;

use spoglight_parsers::formats::FormatSet;
use spoglight_parsers::wrappers::{Unwrapped, WrapperContext};
use spoglight_parsers::{Format, HEAD_BYTES};
use spoglight_source::{Bundle, ExtractWriter, LinePosition, Problem, Source};
use spoglight_text::charset::Charset;

use super::join::{Joiner, LineKind};
use super::lines::{self, SAMPLE, TakeLines};
use crate::block_reader;
use crate::wrapping::{STRONG, Wrapping};

/// Takes a source apart. Returns the logs in it, and a problem if some lines have no place in them.
pub(super) fn split(
    bundle: &Bundle,
    index: usize,
    wrapping: &Wrapping,
    known: &[&dyn Format],
    charset: &Charset,
) -> io::Result<(Vec<Source>, Option<Problem>)> {
    let Some(source) = bundle.sources.get(index) else { return Ok((Vec::new(), None)) };
    let mut splitter = Splitter::new(bundle, wrapping, known, charset);
    let read = block_reader::at_offset(source, charset.first_line() as u64, |stream| {
        lines::read(&mut *charset.reader(stream), &mut splitter)
    });
    splitter.finish()?;
    let problem = read.err().map(|error| broken_off(&source.path, splitter.at.offset, &error));
    let names: Vec<&'static str> = wrapping.wrappers.iter().map(|wrapper| wrapper.name()).collect();
    let is_selection = wrapping.wrappers.iter().any(|wrapper| wrapper.is_selection());
    let crowded = splitter.crowded.map(|lines| {
        Problem::new(
            &*source.path,
            format!("holds lines of more logs than are taken apart, so {lines} lines are under its own name"),
            "analyze the lines of fewer logs at a time",
        )
    });
    let sources = splitter.writer.finish(bundle, index, &names, is_selection)?;
    Ok((sources, problem.or(crowded)))
}

/// The problem of a source that ends early.
pub(super) fn broken_off(path: &str, offset: u64, error: &io::Error) -> Problem {
    Problem::new(
        path,
        format!("breaks off after {offset} bytes: {error}"),
        "what came before is in this report; collect or copy it again for the rest",
    )
}

/// Host and name of a log, each followed by a zero byte.
type Key = Vec<u8>;

struct Splitter<'s, 'f> {
    wrapping: &'s Wrapping,
    charset: &'s Charset,
    known: &'s [&'f dyn Format],
    formats: FormatSet<'f>,
    writer: ExtractWriter,
    parts: BTreeMap<Key, usize>,
    joiners: Vec<Joiner>,
    /// For each prefix the name on the line before.
    last: Vec<Vec<u8>>,
    /// The log of the line before, and its key.
    before: Option<usize>,
    key: Key,
    wanted: Key,
    /// The next bytes continue a line.
    is_inside: bool,
    /// Position of the next line.
    at: LinePosition,
    /// Lines of logs beyond the limit.
    crowded: Option<u64>,
}

/// The log of lines that no prefix names: the extract itself.
const REST: usize = 0;

/// Place of a line.
enum Place {
    /// A line of the program that wrote the prefixes.
    Noise,
    /// A log, and the bytes of the line that are its text.
    Log(std::ops::Range<usize>),
    /// It has no prefix.
    Bare,
}

impl TakeLines for Splitter<'_, '_> {
    /// Finds the layouts that are below the prefixes of a sample.
    fn learn(&mut self, sample: &[u8]) {
        let sample = sample.get(..SAMPLE).unwrap_or(sample);
        let known = self.known;
        let begins =
            |text: &[u8]| known.iter().any(|one| one.weight() >= STRONG && one.begin(text).is_some());
        let mut text = Vec::with_capacity(sample.len());
        for line in sample.split_inclusive(|byte| *byte == b'\n').take(300) {
            if let Place::Log(range) = self.place(line.trim_ascii_end(), &begins) {
                text.extend_from_slice(line.get(range).unwrap_or_default());
                text.push(b'\n');
            }
        }
        self.formats = FormatSet::new(known, &text);
        self.last.iter_mut().for_each(Vec::clear);
    }

    fn line(&mut self, line: &[u8]) -> io::Result<()> {
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        let (at, bytes) = (self.at, self.charset.bytes_of(line));
        self.at.line += u64::from(line.ends_with(b"\n"));
        self.at.offset += bytes;
        if std::mem::replace(&mut self.is_inside, !line.ends_with(b"\n")) {
            // the rest of a line that is too long to be taken apart as a whole
            return self.before.map_or(Ok(()), |part| self.writer.line(part, line, at, 0));
        }
        let formats = self.formats.clone();
        let begins = |text: &[u8]| {
            let text = text.get(..HEAD_BYTES).unwrap_or(text);
            formats.begin(text).is_some_and(|(place, _)| formats.format(place).weight() >= STRONG)
        };
        let range = match self.place(text, &begins) {
            Place::Noise => return Ok(()),
            Place::Log(range) => {
                if self.before.is_none() || self.key != self.wanted {
                    let part = self.part();
                    std::mem::swap(&mut self.key, &mut self.wanted);
                    self.before = Some(part);
                }
                range
            }
            // a wrapped line has its prefix on the first line only
            Place::Bare if self.wrapping.joins.is_some() && self.before.is_some() => 0..text.len(),
            Place::Bare => {
                self.before = Some(REST);
                self.key.clear();
                0..text.len()
            }
        };
        let Some(part) = self.before else { return Ok(()) };
        let inner = text.get(range.clone()).unwrap_or_default();
        if let (Some(joins), Some(joiner)) = (self.wrapping.joins, self.joiners.get_mut(part)) {
            let kind = LineKind { begins: begins(inner) };
            return joiner.line(inner, kind, joins, (at, bytes), (&mut self.writer, part));
        }
        if range.end == text.len() {
            // with its line end
            let inner = line.get(range.start..).unwrap_or_default();
            let removed = bytes.saturating_sub(inner.len() as u64);
            return self.writer.line(part, inner, at, removed);
        }
        let inner = [inner, line.get(text.len()..).unwrap_or_default()].concat();
        let removed = bytes.saturating_sub(inner.len() as u64);
        self.writer.line(part, &inner, at, removed)
    }
}

impl<'s, 'f> Splitter<'s, 'f> {
    fn new(
        bundle: &Bundle,
        wrapping: &'s Wrapping,
        known: &'s [&'f dyn Format],
        charset: &'s Charset,
    ) -> Splitter<'s, 'f> {
        let mut writer = ExtractWriter::new(bundle);
        // the first of them always has room
        writer.add("", None);
        Splitter {
            wrapping,
            charset,
            known,
            formats: FormatSet::new(known, b""),
            writer,
            parts: BTreeMap::from([(vec![0], REST)]),
            joiners: vec![Joiner::default()],
            last: vec![Vec::new(); wrapping.wrappers.len()],
            before: None,
            key: Key::new(),
            is_inside: false,
            wanted: Key::new(),
            at: LinePosition { line: 1, offset: charset.first_line() as u64 },
            crowded: None,
        }
    }

    /// Takes the prefixes off a line without its line end, and sets the key that is wanted.
    fn place(&mut self, line: &[u8], begins: &dyn Fn(&[u8]) -> bool) -> Place {
        self.wanted.clear();
        let mut text = line;
        let (mut host, mut names): (&[u8], Vec<&[u8]>) = (b"", Vec::new());
        let mut from = 0;
        for (wrapper, last) in self.wrapping.wrappers.iter().zip(&mut self.last) {
            if wrapper.is_noise(text) {
                return Place::Noise;
            }
            if let Some(name) = wrapper.heading(text) {
                last.clear();
                last.extend_from_slice(name);
                return Place::Noise;
            }
            let context = WrapperContext { begins, last };
            let Some(Unwrapped { host: named, name, text: inner }) = wrapper.split(text, &context) else {
                let names = self.wrapping.wrappers.iter().any(|wrapper| wrapper.names_sources());
                return if names && line.trim_ascii().is_empty() { Place::Noise } else { Place::Bare };
            };
            if !named.is_empty() {
                host = named;
            }
            // a heading is the name of the lines below it
            let is_heading = wrapper.has_headings();
            if !is_heading && *last != name {
                last.clear();
                last.extend_from_slice(name);
            }
            if wrapper.names_sources() {
                if is_heading {
                    self.wanted.extend_from_slice(last);
                    self.wanted.push(b'/');
                } else if !name.is_empty() {
                    names.push(name);
                }
            }
            let start = (inner.as_ptr() as usize).checked_sub(text.as_ptr() as usize);
            from += start.unwrap_or(text.len().saturating_sub(inner.len()));
            text = inner;
        }
        for name in names {
            self.wanted.extend_from_slice(name);
            self.wanted.push(b'/');
        }
        self.wanted.pop();
        self.wanted.push(0);
        self.wanted.extend_from_slice(host);
        Place::Log(from..from + text.len())
    }

    /// The log with the key that is wanted.
    fn part(&mut self) -> usize {
        if let Some(part) = self.parts.get(&self.wanted) {
            return *part;
        }
        let mut texts = self.wanted.split(|byte| *byte == 0).map(|text| self.charset.decode(text));
        let name = texts.next().unwrap_or_default();
        let host = texts.next().filter(|host| !host.is_empty());
        // two servers may have programs of one name
        let name = host.as_ref().map_or_else(|| name.to_string(), |host| format!("{host}/{name}"));
        let Some(part) = self.writer.add(name.trim_matches('/'), host.as_deref()) else {
            *self.crowded.get_or_insert(0) += 1;
            return REST;
        };
        self.parts.insert(self.wanted.clone(), part);
        self.joiners.push(Joiner::default());
        part
    }

    /// Writes what waits to be joined.
    fn finish(&mut self) -> io::Result<()> {
        for (part, joiner) in self.joiners.iter_mut().enumerate() {
            joiner.flush(&mut self.writer, part)?;
        }
        Ok(())
    }
}
