//! What a file is: a log with the time that it covers, settings, a store of keys, or nothing that a diagnosis reads.

use std::io;
use std::path::Path;

use spoglight_artifacts::reader_of;
use spoglight_engine::live::Opened;
use spoglight_parsers::Format;
use spoglight_source::live::{self, FileFacts, FileKind, Live};
use spoglight_source::{HostRules, archive_magics, not_a_log};
use spoglight_text::charset::CharsetRules;
use spoglight_time::zone::ZoneRule;

use crate::window::{Covered, clock_of, covered};

/// Bytes at the start of a file that decide what it is.
const HEAD: usize = 64 << 10;

/// Beginning of an event log of Windows.
const EVENT_LOG: &[u8] = b"ElfFile\0";

/// Largest file that is read as a whole before it is copied: settings, certificates, stores.
pub(crate) const LARGEST: u64 = 64 << 20;

/// What a file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Content {
    /// A log; its times are `None` if it has no dates.
    Log { format: Option<&'static str>, covered: Option<Covered> },
    /// An event log of Windows.
    EventLog,
    /// One compressed log.
    Compressed,
    /// A store of certificates and keys.
    Store,
    /// Settings, certificates, a list: text.
    Settings,
    /// None of these, for this reason.
    Other(&'static str),
}

/// The beginning of a file, by which it is known again: the number of a file that was deleted is given to another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Beginning(Box<[u8]>);

impl Beginning {
    /// Bytes that are compared.
    const MOST: usize = 256;

    fn of(head: &[u8]) -> Beginning {
        Beginning(head.get(..head.len().min(Beginning::MOST)).unwrap_or_default().into())
    }

    /// Returns whether an open file still begins with these bytes, as far as it has so many: it may have been truncated.
    pub(crate) fn is_of(&self, file: &Live) -> io::Result<bool> {
        let mut head = vec![0; self.0.len()];
        let count = file.read_at(0, &mut head)?;
        Ok(self.0.get(..count) == head.get(..count))
    }
}

/// A file that was looked at.
#[derive(Debug, Clone)]
pub(crate) struct Judged {
    pub(crate) facts: FileFacts,
    pub(crate) beginning: Beginning,
    pub(crate) content: Content,
}

/// Endings of logs whose format is not known.
const LOG_ENDINGS: &[&str] = &["log", "out", "err", "txt", "csv"];

/// Looks at a file whose name in the collection will be `entry`.
pub(crate) fn judge(
    path: &Path,
    entry: &str,
    formats: &[&'static dyn Format],
    zone: Option<&ZoneRule>,
) -> io::Result<Judged> {
    let facts = live::facts(path)?;
    if facts.kind != FileKind::File {
        let content = Content::Other("it is no regular file");
        return Ok(Judged { facts, beginning: Beginning::of(&[]), content });
    }
    let file = live::open(path)?;
    let facts = file.facts()?;
    let mut head = vec![0; HEAD];
    let count = file.read_at(0, &mut head)?;
    head.truncate(count);
    let beginning = Beginning::of(&head);
    let judged = |content| Ok(Judged { facts, beginning: beginning.clone(), content });
    let other = |why| judged(Content::Other(why));
    let is_log_name = LOG_ENDINGS.iter().any(|ending| {
        let name = spoglight_engine::log_of(entry);
        name.rsplit_once('.').is_some_and(|(_, end)| end.eq_ignore_ascii_case(ending))
    });
    if head.is_empty() {
        // an empty log shows that nothing was written
        let content = if is_log_name {
            Content::Log { format: None, covered: None }
        } else {
            Content::Other("it is empty")
        };
        return judged(content);
    }
    if head.starts_with(EVENT_LOG) {
        return judged(Content::EventLog);
    }
    if let Some(reader) = reader_of(entry, &head) {
        if facts.size > LARGEST {
            return other("it is too large for settings or certificates");
        }
        let content = if reader.is_store(&head) { Content::Store } else { Content::Settings };
        return judged(content);
    }
    if archive_magics().any(|magic| head.starts_with(magic)) {
        // catalina.log.gz: its name without the ending of the packer is that of a log
        return if is_log_name {
            judged(Content::Compressed)
        } else {
            other("it is an archive; analyze it by itself")
        };
    }
    if let Some((_, _)) = not_a_log(&head) {
        return other("it is no text");
    }
    let opened =
        Opened::of_bytes(Path::new(entry), &head, formats, &CharsetRules::default(), &HostRules::default());
    let format = opened.scanned.format.map(Format::name).filter(|name| *name != "text");
    if format.is_none() && !is_log_name {
        return other("it is in no known format");
    }
    let covered = covered(&opened, &clock_of(&opened, zone), &file, facts.size)?;
    judged(Content::Log { format, covered })
}
