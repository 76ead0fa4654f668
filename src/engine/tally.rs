//! [`Tally`]: what is kept of a part of a source. Its size depends on how many signatures hit, not on how often, and
//! not on the size of the part.

use std::collections::BTreeMap;

use spoglight_parsers::{Level, Stamp};

/// Lines of evidence that are kept of one signature in one part of a source.
const KEPT_EVIDENCE: usize = 3;

/// Different values of one capture that are kept.
const KEPT_VALUES: usize = 16;

/// Counters of a part of a source, and its hits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Bytes of the file.
    pub bytes: u64,
    /// Of these, bytes that no format understood.
    pub unparsed: u64,
    /// Of these, bytes of the lines that hang below the first line of their message.
    pub continuation: u64,
    /// Lines.
    pub lines: u64,
    /// Messages.
    pub events: u64,
    /// Messages by [`Level::index`].
    pub levels: [u64; Level::COUNT],
    /// Messages by the name of their format.
    pub formats: BTreeMap<String, u64>,
    /// Earliest stamp.
    pub first: Option<Stamp>,
    /// Latest stamp.
    pub last: Option<Stamp>,
    /// Stamp of the last message.
    pub closing: Option<Stamp>,
    /// Of `unparsed`, bytes of the lines before the first message.
    pub lead: u64,
    /// Smallest and largest offset that a stamp brought along, in seconds east of UTC.
    pub offsets: Option<(i32, i32)>,
    /// Whether a stamp had none.
    pub without_offset: bool,
    /// Messages with a time of day whose date nothing says.
    pub undated: u64,
    /// Hits by place of the signature in the library.
    pub hits: BTreeMap<usize, SignatureTally>,
}

/// The hits of one signature.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SignatureTally {
    /// Messages that hit.
    pub count: u64,
    /// Earliest stamp of these.
    pub first: Option<Stamp>,
    /// Latest stamp.
    pub last: Option<Stamp>,
    /// The first lines that prove it.
    pub evidence: Vec<Evidence>,
    /// Values of its captures, with how often each was seen, in the order of their first appearance.
    pub captures: BTreeMap<String, Vec<(String, u64)>>,
    /// Signatures that hit in the same messages and are explained by this one, by place, with their count.
    pub related: BTreeMap<usize, u64>,
}

/// A line that proves a hit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Its number, from 1.
    pub line: u64,
    /// Its place in the file, in bytes.
    pub offset: u64,
    /// Number of the line with which its message begins.
    pub event_line: u64,
    /// Stamp of its message.
    pub stamp: Option<Stamp>,
    /// What it says.
    pub text: String,
    /// `class.method` of the program that called, from the stack trace below it.
    pub caller: Option<String>,
    /// Who was called, from the stack trace.
    pub peer: Option<String>,
}

impl Tally {
    /// Counts a stamp.
    pub(super) fn stamp(&mut self, stamp: Stamp) {
        widen(&mut self.first, &mut self.last, stamp);
        match stamp.offset {
            Some(east) => self.offset(east),
            None => self.without_offset = true,
        }
    }

    fn offset(&mut self, east: i32) {
        let (low, high) = self.offsets.unwrap_or((east, east));
        self.offsets = Some((low.min(east), high.max(east)));
    }

    /// Adds the part that follows this one.
    pub(super) fn append(&mut self, next: Tally) {
        let (lines, bytes) = (self.lines, self.bytes);
        if self.events == 0 {
            self.lead += next.lead;
        }
        self.bytes += next.bytes;
        self.unparsed += next.unparsed;
        self.continuation += next.continuation;
        self.lines += next.lines;
        self.events += next.events;
        for (sum, count) in self.levels.iter_mut().zip(next.levels) {
            *sum += count;
        }
        for (format, count) in next.formats {
            *self.formats.entry(format).or_default() += count;
        }
        for stamp in [next.first, next.last].into_iter().flatten() {
            widen(&mut self.first, &mut self.last, stamp);
        }
        for east in next.offsets.into_iter().flat_map(|(low, high)| [low, high]) {
            self.offset(east);
        }
        if next.events > 0 {
            self.closing = next.closing;
        }
        self.without_offset |= next.without_offset;
        self.undated += next.undated;
        for (signature, mut hits) in next.hits {
            for evidence in &mut hits.evidence {
                evidence.line += lines;
                evidence.event_line += lines;
                evidence.offset += bytes;
            }
            self.hits.entry(signature).or_default().append(hits);
        }
    }
}

impl Tally {
    /// The lines before the first message belong to a message of another file, which has this stamp. They stand behind
    /// a byte order mark of so many bytes.
    pub(super) fn adopt_lead(&mut self, stamp: Option<Stamp>, mark: usize) {
        let lead = std::mem::take(&mut self.lead);
        let end = lead + mark as u64;
        self.unparsed -= lead.min(self.unparsed);
        self.continuation += lead;
        for hits in self.hits.values_mut() {
            for evidence in hits.evidence.iter_mut().filter(|evidence| evidence.offset < end) {
                evidence.stamp = stamp;
                if let Some(stamp) = stamp {
                    widen(&mut hits.first, &mut hits.last, stamp);
                }
            }
        }
    }
}

impl SignatureTally {
    /// Counts a hit. Answers whether its line should be kept as evidence.
    pub(super) fn hit(&mut self, stamp: Option<Stamp>, captures: BTreeMap<String, String>) -> bool {
        self.count += 1;
        if let Some(stamp) = stamp {
            widen(&mut self.first, &mut self.last, stamp);
        }
        for (name, value) in captures {
            self.capture(name, value, 1);
        }
        self.evidence.len() < KEPT_EVIDENCE
    }

    fn capture(&mut self, name: String, value: String, count: u64) {
        let values = self.captures.entry(name).or_default();
        if let Some((_, seen)) = values.iter_mut().find(|(known, _)| *known == value) {
            *seen += count;
        } else if values.len() < KEPT_VALUES {
            values.push((value, count));
        }
    }

    /// Adds the hits that follow these.
    pub(super) fn append(&mut self, next: SignatureTally) {
        self.count += next.count;
        for stamp in [next.first, next.last].into_iter().flatten() {
            widen(&mut self.first, &mut self.last, stamp);
        }
        let free = KEPT_EVIDENCE.saturating_sub(self.evidence.len());
        self.evidence.extend(next.evidence.into_iter().take(free));
        for (name, values) in next.captures {
            for (value, count) in values {
                self.capture(name.clone(), value, count);
            }
        }
        for (related, count) in next.related {
            *self.related.entry(related).or_default() += count;
        }
    }
}

fn widen(first: &mut Option<Stamp>, last: &mut Option<Stamp>, stamp: Stamp) {
    if first.is_none_or(|first| stamp.order() < first.order()) {
        *first = Some(stamp);
    }
    if last.is_none_or(|last| stamp.order() > last.order()) {
        *last = Some(stamp);
    }
}
