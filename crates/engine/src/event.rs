//! [`PlacedEvent`]: one event on the timeline, with all that may be asked of it.

use std::borrow::Cow;
use std::cell::OnceCell;

use spoglight_parsers::{Event, Format, Head, Level, RawTimestamp};
use spoglight_signatures::Library;

use spoglight_model::analysis::SourceFacts;
use spoglight_query::{Field, Subject};
use spoglight_text::secrets::mask;
use spoglight_text::source_path::file_name;
use spoglight_text::template::shape;
use spoglight_time::Timestamp;
use spoglight_topology::Topology;

/// What is peculiar to the place of an event in time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "four facts in any combination")]
pub struct PlacementFlags {
    /// It has no stamp of its own, and stands behind the event before it in its file.
    pub inherited: bool,
    /// It stands behind later ones in its file, by more than a second.
    pub late: bool,
    /// Its stamp is in an hour that the clocks of its zone leave out.
    pub skipped: bool,
    /// Its stamp was shown twice that night, and others told which it is.
    pub repeated: bool,
}

/// An event, with where and when it was written.
pub struct PlacedEvent<'a> {
    /// What is known of its source.
    pub source: &'a SourceFacts,
    /// Place of that.
    pub index: usize,
    /// When it was; local if the zone is not known, `None` if there is no time at all.
    pub moment: Option<Timestamp>,
    /// What the line says of that.
    pub stamp: Option<RawTimestamp>,
    /// How grave it is.
    pub level: Level,
    /// Number of its first line, from 1.
    pub line: u64,
    /// Place of that in the file, in bytes; in the unpacked entry for an archive.
    pub offset: u64,
    /// What is peculiar to its place.
    pub marks: PlacementFlags,
    /// The message and the lines below it, as text.
    pub text: &'a [u8],
    /// The same as bytes of the file, but for UTF-16, which is text here, too.
    pub raw: &'a [u8],
    /// Lines at the top of the file that belong to no message, before its first.
    pub lead: &'a [u8],
    /// The format of its line.
    pub format: &'a dyn Format,
    /// The line that names its columns.
    pub columns: Option<&'a [u8]>,
    findings: Vec<&'a str>,
    event: OnceCell<Event<'a>>,
}

impl<'a> PlacedEvent<'a> {
    pub fn new(
        source: &'a SourceFacts,
        index: usize,
        moment: Option<Timestamp>,
        head: Head,
        text: &'a [u8],
        format: &'a dyn Format,
    ) -> PlacedEvent<'a> {
        PlacedEvent {
            source,
            index,
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
            findings: Vec::new(),
            event: OnceCell::new(),
        }
    }

    /// Looks for signatures in it.
    pub fn find(&mut self, library: &'a Library) {
        let hits = library.hits(self.text);
        self.findings = hits.iter().filter_map(|hit| Some(library.get(hit.signature)?.id.as_str())).collect();
    }

    /// The message taken apart.
    pub fn event(&self) -> &Event<'a> {
        self.event.get_or_init(|| match self.columns {
            Some(columns) => self.format.parse_below(columns, self.text),
            None => self.format.parse(self.text),
        })
    }

    /// The event in one line: its message, the status that its fields name, and the exception on the line below; and how
    /// many lines below it that leaves out. Passwords and tokens are masked unless `secrets` is set.
    pub fn summary(&self, secrets: bool) -> (String, usize) {
        let event = self.event();
        let mut text = String::from_utf8_lossy(event.message.trim_ascii()).into_owned();
        let topology = Topology::embedded();
        for (name, value) in &event.fields {
            if topology.is_status_field(name) {
                text.push_str(" -> ");
                text.push_str(&String::from_utf8_lossy(value));
            }
        }
        let mut below =
            event.rest.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty());
        let mut left = memchr::memchr_iter(b'\n', event.rest.trim_ascii_end()).count()
            + usize::from(!event.rest.trim_ascii().is_empty());
        // the text of an exception is on the line below
        if let Some(first) = below.next().filter(|line| !line.starts_with(b"at ")) {
            if !text.is_empty() {
                text.push_str(" | ");
            }
            text.push_str(&String::from_utf8_lossy(first));
            left = left.saturating_sub(1);
        }
        if !secrets && let Cow::Owned(masked) = mask(&text) {
            text = masked;
        }
        (text, left)
    }

    /// The template of the event: its [`summary`](Entry::summary) without numbers, ids and the like.
    pub fn template(&self) -> Vec<u8> {
        let (text, _) = self.summary(false);
        let mut out = Vec::with_capacity(text.len());
        shape(text.as_bytes(), &mut out);
        out
    }

    /// The file's own name.
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

    /// The id of the operating system's process that wrote it.
    pub fn process(&self) -> Option<u64> {
        let end = memchr::memchr(b'\n', self.text).unwrap_or(self.text.len());
        self.format.process(self.text.get(..end)?)
    }
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
            Field::Process => Some(Cow::Borrowed(self.source.origin.process.as_deref()?.as_bytes())),
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
