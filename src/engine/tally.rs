//! [`Tally`]: what is kept of a part of a source. Its size depends on how many signatures hit, not on how often, and
//! not on the size of the part.

use std::collections::{BTreeMap, BTreeSet};

use spoglight_parsers::{Level, Stamp};

use super::ids::Ids;
use crate::counts::Counts;

/// Lines of evidence that are kept of one signature in one part of a source.
const KEPT_EVIDENCE: usize = 3;

/// Different values of one capture that are kept.
const KEPT_VALUES: usize = 16;

/// Changes of the process that are kept.
const KEPT_RUNS: usize = 256;

/// Marks of messages that a [`Sketch`] keeps.
const SKETCH: usize = 128;

/// Messages that a signature hit whose marks are kept, to know them again in another file.
const KEPT_MARKS: usize = 1 << 12;

/// Messages of one process, one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The id that the operating system gave it.
    pub process: u64,
    /// Stamp of its first message here.
    pub first: Option<Stamp>,
    /// Stamp of its last.
    pub last: Option<Stamp>,
    /// Line of its first message, from 1.
    pub line: u64,
    /// Place of it in the file, in bytes.
    pub offset: u64,
    /// What that line says.
    pub text: String,
}

/// A few messages of a source, by the hash of their first line, chosen by what they say: two sources with the same
/// messages choose the same.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sketch(BTreeSet<u64>);

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
    pub formats: Counts,
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
    /// Messages of one process after the other; some hundred of them at most.
    pub runs: Vec<Run>,
    /// Times that the process changed.
    pub restarts: u64,
    /// Earliest and latest stamp of messages at a level that is for experts: dbquery, debug, trace.
    pub fine: Option<(Stamp, Stamp)>,
    /// Whether the last byte is no line end.
    pub torn: bool,
    /// Identifiers in its messages, to compare the clocks of servers.
    pub ids: Ids,
    /// Some of its messages, to know them again in another file.
    pub sketch: Sketch,
    /// Hits by place of the signature in the library.
    pub hits: BTreeMap<usize, SignatureTally>,
}

/// What a diagnosis needs of a source beside its facts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// [`Tally::hits`].
    pub hits: BTreeMap<usize, SignatureTally>,
    /// [`Tally::ids`].
    pub ids: Ids,
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
    /// Hashes of the first lines of the messages, some thousand of them at most.
    pub marks: Vec<u64>,
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

    /// Counts a message at a fine level.
    pub(super) fn fine(&mut self, stamp: Stamp) {
        let (mut first, mut last) = (self.fine.map(|fine| fine.0), self.fine.map(|fine| fine.1));
        widen(&mut first, &mut last, stamp);
        self.fine = first.zip(last);
    }

    /// Counts a message of a process; if it is the first of its, `run` describes it.
    pub(super) fn process(&mut self, process: u64, stamp: Option<Stamp>, run: impl FnOnce() -> Run) {
        match self.runs.last_mut() {
            Some(run) if run.process == process => run.last = stamp.or(run.last),
            _ => self.run(run()),
        }
    }

    fn run(&mut self, run: Run) {
        self.restarts += u64::from(!self.runs.is_empty());
        if self.runs.len() < KEPT_RUNS {
            self.runs.push(run);
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
        next.formats.iter().for_each(|(format, count)| self.formats.add(format, count));
        for stamp in [next.first, next.last].into_iter().flatten() {
            widen(&mut self.first, &mut self.last, stamp);
        }
        for east in next.offsets.into_iter().flat_map(|(low, high)| [low, high]) {
            self.offset(east);
        }
        if next.events > 0 {
            self.closing = next.closing;
        }
        for stamp in next.fine.into_iter().flat_map(|(first, last)| [first, last]) {
            self.fine(stamp);
        }
        self.restarts += next.restarts;
        for mut run in next.runs {
            match self.runs.last_mut() {
                Some(last) if last.process == run.process => last.last = run.last.or(last.last),
                _ => {
                    (run.line, run.offset) = (run.line + lines, run.offset + bytes);
                    self.run(run);
                }
            }
        }
        if next.bytes > 0 {
            self.torn = next.torn;
        }
        self.ids.append(next.ids);
        next.sketch.0.into_iter().for_each(|mark| self.sketch.keep(mark));
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
    pub(super) fn hit(
        &mut self,
        stamp: Option<Stamp>,
        mark: u64,
        captures: BTreeMap<String, String>,
    ) -> bool {
        self.count += 1;
        if self.marks.len() < KEPT_MARKS {
            self.marks.push(mark);
        }
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
        let free = KEPT_MARKS.saturating_sub(self.marks.len());
        self.marks.extend(next.marks.into_iter().take(free));
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

impl Sketch {
    /// Whether messages with this stamp are among those that are kept: one of eight, by the last digits.
    pub(super) fn wants(stamp: Stamp) -> bool {
        let millis = (stamp.wall / 1_000_000) as u64;
        millis.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 61 == 0
    }

    /// Keeps a message, if its hash is among the smallest.
    pub(super) fn keep(&mut self, mark: u64) {
        if self.0.len() < SKETCH || self.0.last().is_some_and(|last| mark < *last) {
            self.0.insert(mark);
            if self.0.len() > SKETCH {
                self.0.pop_last();
            }
        }
    }

    /// The messages, by their hash.
    pub(super) fn iter(&self) -> impl Iterator<Item = u64> {
        self.0.iter().copied()
    }

    /// How many messages of this sketch can be looked for in others, and how many of these are in one of them.
    pub(super) fn shared(&self, others: &[&Sketch]) -> (usize, usize) {
        // above the largest of a full sketch nothing is known of its source
        let known = |sketch: &Sketch| match sketch.0.last() {
            Some(last) if sketch.0.len() >= SKETCH => *last,
            _ => u64::MAX,
        };
        let most = others.iter().map(|other| known(other)).fold(known(self), u64::min);
        let asked = self.0.iter().filter(|mark| **mark <= most);
        let is_in = |mark: &u64| others.iter().any(|other| other.0.contains(mark));
        asked.fold((0, 0), |(asked, found), mark| (asked + 1, found + usize::from(is_in(mark))))
    }
}

/// The hash of a line, to know it again in another file: eight bytes at a time. Not for anything that somebody could want to
/// forge.
pub(super) fn mark_of(line: &[u8]) -> u64 {
    const PRIME: u64 = 0x9e37_79b9_7f4a_7c15;
    let line = line.trim_ascii_end();
    let mix = |hash: u64, word: u64| (hash.rotate_left(23) ^ word).wrapping_mul(PRIME);
    let (words, rest) = line.as_chunks::<8>();
    let hash = words.iter().fold(line.len() as u64, |hash, word| mix(hash, u64::from_le_bytes(*word)));
    let hash = rest.iter().fold(hash, |hash, byte| mix(hash, u64::from(*byte)));
    // the smallest are kept, so the upper bits must be as good as the lower
    (hash ^ (hash >> 32)).wrapping_mul(PRIME)
}

fn widen(first: &mut Option<Stamp>, last: &mut Option<Stamp>, stamp: Stamp) {
    if first.is_none_or(|first| stamp.order() < first.order()) {
        *first = Some(stamp);
    }
    if last.is_none_or(|last| stamp.order() > last.order()) {
        *last = Some(stamp);
    }
}
