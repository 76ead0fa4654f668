//! [`PlacedEvent`]: one event on the timeline, with every property that a filter or a report may ask for.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::fmt;

use spoglight_parsers::{Event, Format, Head, Level, RawTimestamp};
use spoglight_signatures::Library;

pub use crate::placement::PlacementFlags;
use spoglight_model::analysis::SourceFacts;
use spoglight_query::{Field, Subject};
use spoglight_source::SourceId;
use spoglight_text::secrets::{mask, mask_event};
use spoglight_text::source_path::file_name;
use spoglight_text::template::shape;
use spoglight_text::utf8::lossy;
use spoglight_time::Timestamp;
use spoglight_topology::Topology;

/// Lines of an event of which a summary shows something; formats that begin with a heading have it further down.
const SUMMARY_LINES: usize = 24;

/// Field with the process that wrote a message, in logs that several processes share.
pub const PROCESS: &str = "process";

/// A part of an event that came after the event was shown: the rest of its text, from `start` on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Where it begins in the text of the event, in bytes.
    pub start: usize,
    /// Lines of the file before it.
    pub line: u64,
    /// Bytes of the file before it.
    pub offset: u64,
    /// It begins inside a line.
    pub mid_line: bool,
}

impl Part {
    /// The rest of the line in which it begins, and the lines below; of a part that begins with a line only these.
    pub fn split<'t>(&self, text: &'t [u8]) -> (&'t [u8], &'t [u8]) {
        let text = text.get(self.start..).unwrap_or_default();
        if !self.mid_line {
            return (&[], text);
        }
        let end = memchr::memchr(b'\n', text).map_or(text.len(), |end| end + 1);
        let (line, rest) = text.split_at(end);
        (line.trim_ascii_end(), rest)
    }
}

/// The sign of an event that shows a failure: with the number of the finding, if it has one by now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FindingSign(pub Option<usize>);

impl fmt::Display for FindingSign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(number) => write!(f, "◆{number}"),
            None => f.write_str("◆"),
        }
    }
}

/// An event, with its source and its moment.
pub struct PlacedEvent<'a> {
    /// Facts of its source.
    pub source: &'a SourceFacts,
    /// Its source.
    pub id: SourceId,
    /// Its moment; local if the zone is not known, `None` if it has no time at all.
    pub moment: Option<Timestamp>,
    /// The timestamp of its line.
    pub stamp: Option<RawTimestamp>,
    /// Its level.
    pub level: Level,
    /// Number of its first line, from 1.
    pub line: u64,
    /// Position of that line in the file, in bytes; for an archive in the unpacked entry.
    pub offset: u64,
    /// Peculiarities of its place in time.
    pub marks: PlacementFlags,
    /// The message and the lines below it, as text.
    pub text: &'a [u8],
    /// The same as bytes of the file, or as UTF-8 if the file is recoded.
    pub raw: &'a [u8],
    /// Lines at the top of the file that belong to no message, before its first.
    pub lead: &'a [u8],
    /// The format of its line.
    pub format: &'a dyn Format,
    /// The line that names its columns.
    pub columns: Option<&'a [u8]>,
    /// Only this part of it is new, and is shown.
    pub part: Option<Part>,
    /// It shows a failure; `None` if it is not known whether it does.
    pub sign: Option<FindingSign>,
    findings: Vec<&'a str>,
    event: OnceCell<Event<'a>>,
}

impl<'a> PlacedEvent<'a> {
    /// An event of a source, with its text and the timestamp and level in `head`. All else is empty; the caller sets it.
    pub fn new(
        source: &'a SourceFacts,
        moment: Option<Timestamp>,
        head: Head,
        text: &'a [u8],
        format: &'a dyn Format,
    ) -> PlacedEvent<'a> {
        PlacedEvent {
            source,
            id: source.id,
            moment,
            stamp: head.stamp,
            level: head.level,
            line: 0,
            offset: 0,
            marks: PlacementFlags::default(),
            text,
            raw: text,
            lead: &[],
            format,
            columns: None,
            part: None,
            sign: None,
            findings: Vec::new(),
            event: OnceCell::new(),
        }
    }

    /// Searches it for signatures.
    pub fn find(&mut self, library: &'a Library) {
        let hits = library.hits(self.text);
        self.findings = hits.iter().filter_map(|hit| Some(library.get(hit.signature)?.id.as_str())).collect();
    }

    /// Sets the signatures that it matches, by their indexes, instead of a search.
    pub fn set_found(&mut self, library: &'a Library, signatures: impl Iterator<Item = usize>) {
        self.findings = signatures.filter_map(|place| Some(library.get(place)?.id.as_str())).collect();
    }

    /// The event taken apart into fields.
    pub fn event(&self) -> &Event<'a> {
        self.event.get_or_init(|| match self.columns {
            Some(columns) => self.format.parse_below(columns, self.text),
            None => self.format.parse(self.text),
        })
    }

    /// Reads the event with the secrets of its text masked: in its message, its fields and the lines below. A secret is
    /// known by the words around it, which may be in another part of the event.
    pub fn masked<R>(&self, read: impl FnOnce(&PlacedEvent<'_>) -> R) -> R {
        // names of columns become names of fields
        let masked = [self.text, self.lead, self.columns.unwrap_or_default()].map(mask_event);
        let [text, lead, columns] = &masked;
        if masked.iter().all(Option::is_none) {
            return read(self);
        }
        let text = text.as_deref().map_or_else(|| lossy(self.text), Cow::Borrowed);
        let lead = lead.as_deref().map_or_else(|| lossy(self.lead), Cow::Borrowed);
        let columns =
            self.columns.map(|names| columns.as_deref().map_or_else(|| lossy(names), Cow::Borrowed));
        read(&PlacedEvent {
            lead: lead.as_bytes(),
            columns: columns.as_ref().map(|columns| columns.as_bytes()),
            ..self.with_text(text.as_bytes())
        })
    }

    /// The event with another text.
    fn with_text<'t>(&'t self, text: &'t [u8]) -> PlacedEvent<'t> {
        let part = self.part.map(|part| {
            // what is masked of it may have begun before it
            let before = lossy(self.text.get(..part.start).unwrap_or_default());
            let before = mask(&before);
            let start = before.bytes().zip(text).take_while(|(one, other)| one == *other).count();
            Part { start, ..part }
        });
        PlacedEvent {
            text,
            raw: text,
            part,
            findings: self.findings.clone(),
            event: OnceCell::new(),
            ..*self
        }
    }

    /// Returns the event in one line, of its message, the status among its fields, and the exception on the line below, and
    /// the number of lines that this leaves out. Passwords and tokens are masked unless `secrets` is set.
    pub fn summary(&self, secrets: bool) -> (String, usize) {
        if secrets {
            return self.shown_summary();
        }
        // a word that announces a secret may be on the line before it
        let end = memchr::memchr_iter(b'\n', self.text).nth(SUMMARY_LINES).unwrap_or(self.text.len());
        let Some(masked) = mask_event(self.text.get(..end).unwrap_or_default()) else {
            let (text, left) = self.shown_summary();
            // a message of many lines, or the first line after many empty ones, may have a secret further down
            if end < self.text.len()
                && let Cow::Owned(masked) = mask(&text)
            {
                return (masked, left);
            }
            return (text, left);
        };
        let mut text = self.with_text(masked.as_bytes()).shown_summary().0;
        let left = self.shown_summary().1;
        if let Cow::Owned(masked) = mask(&text) {
            text = masked;
        }
        (text, left)
    }

    /// The text of an event that has none, in one line: its data. `None` if its message is a text.
    pub fn readable(&self) -> Option<String> {
        let text = self.format.readable(self.event())?;
        Some(lossy(&text).into_owned())
    }

    fn shown_summary(&self) -> (String, usize) {
        if let Some(part) = self.part {
            return self.part_summary(part);
        }
        let event = self.event();
        if let Some(text) = self.readable() {
            return (text, memchr::memchr_iter(b'\n', self.text.trim_ascii_end()).count());
        }
        let mut text = with_tags(event);
        let topology = Topology::embedded();
        for (name, value) in &event.fields {
            if topology.is_status_field(name) {
                text.push_str(" -> ");
                text.push_str(&lossy(value));
            }
        }
        let below =
            event.rest.split(|byte| *byte == b'\n').map(|line| self.format.line_below(line).trim_ascii());
        let mut below = below.filter(|line| !line.is_empty());
        let mut left = memchr::memchr_iter(b'\n', event.rest.trim_ascii_end()).count()
            + usize::from(!event.rest.trim_ascii().is_empty());
        // the text of an exception is on the line below
        if let Some(first) = below.next().filter(|line| !line.starts_with(b"at ")) {
            if !text.is_empty() {
                text.push_str(" | ");
            }
            text.push_str(&lossy(first));
            left = left.saturating_sub(1);
        }
        (text, left)
    }

    /// The first line of its late part that has text, after an ellipsis, and the number of further lines.
    fn part_summary(&self, part: Part) -> (String, usize) {
        let (line, rest) = part.split(self.text);
        let lines = std::iter::once(line).chain(rest.split(|byte| *byte == b'\n'));
        let mut lines = lines.map(<[u8]>::trim_ascii).filter(|line| !line.is_empty());
        let first = lines.next().unwrap_or_default();
        (format!("\u{2026} {}", lossy(first)), lines.count())
    }

    /// The template of the event: its [`summary`](PlacedEvent::summary) without numbers, ids and the like.
    pub fn template(&self) -> Vec<u8> {
        let (text, _) = self.summary(false);
        let mut out = Vec::with_capacity(text.len());
        shape(text.as_bytes(), &mut out);
        out
    }

    /// Name of its file, without the folder.
    pub fn file(&self) -> &'a str {
        file_name(&self.source.path)
    }

    /// Sessions that its fields name.
    pub fn sessions(&self) -> impl Iterator<Item = &'a [u8]> {
        let (fields, topology) = (self.event().fields.iter(), Topology::embedded());
        fields
            .filter(|(name, value)| topology.is_session_field(name) && !value.is_empty())
            .map(|(_, value)| *value)
    }

    /// Process id of the operating system.
    pub fn process(&self) -> Option<u64> {
        let end = memchr::memchr(b'\n', self.text).unwrap_or(self.text.len());
        self.format.process(self.text.get(..end)?)
    }
}

/// Longest tags that a line begins with, as it was written; longer ones come after the message, and may be cut off.
const SHORT_TAGS: usize = 48;

/// The message of an event with its tags.
fn with_tags(event: &Event<'_>) -> String {
    let (message, tags) = (event.message.trim_ascii(), event.tags.trim_ascii());
    let parts = if tags.len() <= SHORT_TAGS { [tags, message] } else { [message, tags] };
    let parts = parts.iter().filter(|part| !part.is_empty()).map(|part| lossy(part));
    parts.collect::<Vec<_>>().join(" ")
}

impl Subject for PlacedEvent<'_> {
    fn level(&self) -> Level {
        self.level
    }

    fn text(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(self.text)
    }

    fn field(&self, field: Field) -> Option<Cow<'_, [u8]>> {
        let whole = |text: &[u8]| (!text.is_empty()).then(|| Cow::Owned(text.to_vec()));
        let borrowed = |text: &'_ str| Some(Cow::Owned(text.as_bytes().to_vec()));
        match field {
            Field::Host => Some(Cow::Borrowed(self.source.host.as_deref()?.as_bytes())),
            Field::Source => Some(Cow::Borrowed(self.source.path.as_bytes())),
            Field::Process => match self.event().field(PROCESS) {
                Some(process) => whole(process),
                None => Some(Cow::Borrowed(self.source.origin.process.as_deref()?.as_bytes())),
            },
            Field::Format => borrowed(self.format.name()),
            Field::Thread => whole(self.event().thread),
            Field::Class => whole(self.event().class),
            Field::Method => whole(self.event().method),
            Field::Session => self.sessions().next().map(Cow::Borrowed),
            Field::Pid => self.process().map(|process| Cow::Owned(process.to_string().into_bytes())),
        }
    }

    fn findings(&self) -> &[&str] {
        &self.findings
    }
}
