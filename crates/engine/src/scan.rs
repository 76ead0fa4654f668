//! [`Scanner`]: scans one segment of a source, block by block, into a [`Tally`].
//!
//! The plain path reads every line once: whether a message begins with it, its timestamp and its level. It allocates nothing.
//! The literals of signatures are searched over the whole block; only a message that has one is read more closely.

mod events;
mod fallback;
mod memo;
mod notes;
mod peer;
mod roots;
mod search;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use spoglight_parsers::formats::FormatSet;
use spoglight_parsers::{ClockSource, Format, Head, Level, grammar};
use spoglight_signatures::Library;

use crate::ids::Sampling;
use crate::lines::{Line, Lines};
use crate::reading::{LineRole, MessageStart, Reading, share};
use crate::sketch::{Sketch, mark_of};
use crate::tally::{HitMap, RawProcessRun, Tally};
use fallback::FirstLook;
use memo::LineMemo;
use spoglight_text::charset::Charset;
use spoglight_text::messages;
use spoglight_text::messages::Block;
use spoglight_time::{Dates, SourceTime};

/// Bytes of a line that are kept as evidence.
const SHOWN: usize = 1200;

// blocks must be cut where messages are counted
const _: () = assert!(messages::HEAD == spoglight_parsers::HEAD_BYTES);

/// A hit in the message that is being looked at.
struct Pending {
    signature: usize,
    line: Range<usize>,
    captures: BTreeMap<String, String>,
}

/// The message at the end of a block: it continues in the next block if that begins with none.
#[derive(Default)]
struct Current {
    at: Option<SourceTime>,
    /// See [`MessageStart::since`].
    since: Option<i64>,
    /// Its position in the segment, in bytes.
    offset: u64,
    line: u64,
    /// Its format is a known one.
    understood: bool,
    /// Signatures that hit in it so far.
    signatures: Vec<usize>,
    exists: bool,
}

/// Work to do on every block.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "four questions, in any combination")]
pub(super) struct Work {
    /// Messages that are read for identifiers.
    pub(super) sampling: Sampling,
    /// Search for signatures.
    pub(super) search: bool,
    /// Record a block index.
    pub(super) index: bool,
    /// Record every event.
    pub(super) rows: bool,
    /// It is of a small file of plain text, as a ticket is.
    pub(super) is_ticket: bool,
}

/// Scans one segment of a source.
pub(super) struct Scanner<'a> {
    library: &'a Library,
    mix: &'a FormatSet<'a>,
    charset: &'a Charset,
    /// Product that wrote the source, if it is known.
    product: Option<Arc<str>>,
    reading: Reading<'a>,
    /// One of its formats has timestamps without a date.
    has_undated: bool,
    /// One of its formats has numbered events.
    has_events: bool,
    work: Work,
    tally: Tally,
    /// Number of messages by position of their format.
    formats: Vec<u64>,
    current: Current,
    /// The time of the current message, and true if that is UTC, if it is read for identifiers.
    wanted: Option<(i64, bool)>,
    // recycled
    marks: Vec<MessageStart>,
    runs: Vec<Range<usize>>,
    run_start: usize,
    candidates: Vec<usize>,
    memo: LineMemo,
    pending: Vec<Pending>,
    first_look: FirstLook,
    scratch: Vec<u8>,
}

impl<'a> Scanner<'a> {
    /// `product` is the one that wrote the source, if it is known; `dates` is the day that the name of the source gives.
    pub(super) fn new(
        library: &'a Library,
        mix: &'a FormatSet<'a>,
        charset: &'a Charset,
        product: Option<Arc<str>>,
        dates: Dates,
        work: Work,
    ) -> Scanner<'a> {
        let reading = Reading::new(mix, charset, dates);
        Scanner {
            library,
            mix,
            charset,
            product,
            has_undated: reading.dates().is_some(),
            has_events: (0..mix.count()).any(|place| mix.format(place).has_event_keys()),
            reading,
            work,
            tally: Tally::default(),
            formats: vec![0; mix.count()],
            current: Current::default(),
            wanted: None,
            marks: Vec::new(),
            runs: Vec::new(),
            run_start: 0,
            candidates: Vec::new(),
            memo: LineMemo::default(),
            pending: Vec::new(),
            first_look: FirstLook::default(),
            scratch: Vec::new(),
        }
    }

    pub(super) fn finish(mut self) -> Tally {
        for (place, count) in self.formats.iter().enumerate().filter(|(_, count)| **count > 0) {
            self.tally.formats.add(self.mix.format(place).name(), *count);
        }
        // most files are one block, and there may be a hundred thousand
        self.tally.blocks.shrink_to_fit();
        self.tally.ids.shrink();
        self.tally.local_ids.shrink();
        self.tally.hits.shrink();
        self.tally.unrecognized.shrink();
        self.tally
    }

    /// The messages that begin in the last block.
    pub(super) fn marks(&self) -> &[MessageStart] {
        &self.marks
    }

    /// The hits of the blocks so far, with lines and positions in the segment.
    pub(super) fn hits(&self) -> &HitMap {
        &self.tally.hits
    }

    /// The reading that knows their timestamps, and the day by now.
    pub(super) fn reading(&self) -> &Reading<'a> {
        &self.reading
    }

    /// Scans the next block of the segment. Returns the number of bytes of the file that it was.
    pub(super) fn block(&mut self, block: &Block<'_>) -> u64 {
        let size = self.charset.bytes_of(block.bytes);
        let dates = self.reading.dates().filter(|_| self.work.index).cloned();
        let lines = self.mark(block, size);
        if self.work.index {
            self.index(block, size, dates);
        }
        if self.work.rows {
            self.rows(block.bytes.len());
        }
        if self.work.search {
            self.first_look.begin(self.marks.len());
            self.search(block);
            self.second_look(block);
            if self.work.is_ticket {
                self.paragraphs(block);
            }
        }
        if self.mix.main().clock() != ClockSource::Nowhere {
            self.named_zones(block.bytes);
        }
        self.tally.torn = block.bytes.last().is_some_and(|byte| *byte != b'\n');
        if let Some(last) = self.marks.last() {
            let (line, at, since) = (last.line, self.at(last, block.bytes.len(), size), last.since);
            let offset = self.tally.bytes + share(last.start, block.bytes.len(), size);
            // the tally has counted the block by now
            (self.current.at, self.current.line, self.current.exists) = (at, line, true);
            (self.current.since, self.current.offset) = (since, offset);
        }
        self.tally.lines += lines;
        self.tally.bytes += size;
        size
    }

    /// The timestamp of a message in the block that is being read, with its position in the segment.
    fn at(&self, mark: &MessageStart, whole: usize, size: u64) -> Option<SourceTime> {
        let stamp = mark.head.stamp?;
        let offset = self.tally.bytes + share(mark.start, whole, size);
        Some(SourceTime { stamp, of: self.mix.format(mark.format).clock(), offset })
    }

    /// The plain path: finds the messages of a block, which was `size` bytes of the file, and counts them. Returns the number
    /// of lines that end in it.
    fn mark(&mut self, block: &Block<'_>, size: u64) -> u64 {
        self.marks.clear();
        self.runs.clear();
        self.run_start = 0;
        let whole = block.bytes.len();
        let mut lines = 0u64;
        // bytes of lines below the first of their message, and of those that no format understood
        let (mut hanging, mut unparsed) = (0usize, 0usize);
        let mut lead = 0; // where the first message begins
        for line in Lines::new(block) {
            match self.reading.step(&line, self.marks.last_mut().map(|mark| &mut mark.head)) {
                LineRole::Begins { format, head, since } => {
                    let number = self.tally.lines + lines;
                    let mark = MessageStart { start: line.start, line: number, head, format, since };
                    self.open(mark, line.text, whole, size);
                    unparsed += if self.current.understood { 0 } else { line.length() };
                }
                LineRole::Continues { before } => {
                    self.continue_message(&line, before, whole, size);
                    if self.current.understood && !(self.reading.is_strange(line.text)) {
                        hanging += line.length();
                    } else if !is_heading(self.mix.main(), line.text) {
                        unparsed += line.length();
                    }
                }
            }
            if self.marks.is_empty() && !self.current.exists {
                lead = line.next;
            }
            lines += u64::from(line.is_ended);
        }
        self.close_run(whole, whole);
        self.tally.lead += share(lead, whole, size);
        self.tally.events += self.marks.len() as u64;
        self.tally.continuation += share(hanging, whole, size);
        self.tally.unparsed += share(unparsed, whole, size);
        lines
    }

    /// A message begins with `line`, in a block of `whole` bytes that was `size` bytes of the file.
    fn open(&mut self, mark: MessageStart, line: &[u8], whole: usize, size: u64) {
        let format = self.mix.format(mark.format);
        if self.has_undated {
            self.tally.undated += u64::from(format.is_undated() && mark.head.stamp.is_none());
        }
        self.tally.levels[mark.head.level.index()] += 1;
        let at = self.at(&mark, whole, size);
        self.wanted = None;
        if let Some(at) = at {
            self.tally.stamp(at, mark.line + 1);
            if matches!(mark.head.level, Level::Dbquery | Level::Debug | Level::Trace) {
                self.tally.fine(at, mark.line + 1);
            }
            self.wanted = self.work.sampling.wants(&at.stamp).map(|time| (time, at.stamp.offset.is_some()));
            self.identify(line);
            if Sketch::wants(&at.stamp) {
                self.tally.sketch.keep(mark_of(line));
            }
        }
        if let Some(process) = format.process(line) {
            let charset = self.charset;
            let offset = self.tally.bytes + share(mark.start, whole, size);
            self.tally.process(process, at, || RawProcessRun {
                process,
                first: at,
                last: at,
                line: mark.line + 1,
                offset,
                text: charset.decode(line.get(..SHOWN).unwrap_or(line)).into_owned(),
            });
        }
        if let Some(component) = format.component(line) {
            self.tally.component(component);
        }
        if let Some(count) = self.formats.get_mut(mark.format) {
            *count += 1;
        }
        self.current.understood = format.understands();
        self.marks.push(mark);
    }

    /// Keeps the identifiers of a line, if its message is one that is read for them.
    fn identify(&mut self, line: &[u8]) {
        if let Some((time, is_known)) = self.wanted {
            let ids = if is_known { &mut self.tally.ids } else { &mut self.tally.local_ids };
            ids.read(line, time);
        }
    }

    /// A line continues a message, or is above the first; `before` is the head of the message before the line changed it.
    fn continue_message(&mut self, line: &Line<'_>, before: Option<Head>, whole: usize, size: u64) {
        if is_frame(line.text) {
            self.close_run(line.start, line.next);
        } else if self.wanted.is_some() {
            self.identify(line.text);
        }
        if let Some(component) =
            self.reading.looked_below().and_then(|format| format.component_below(line.text))
        {
            self.tally.component(component);
        }
        if let (Some(before), Some(mark)) = (before, self.marks.last().copied()) {
            if mark.head.level != before.level {
                self.tally.levels[before.level.index()] -= 1;
                self.tally.levels[mark.head.level.index()] += 1;
            }
            if let Some(at) = self.at(&mark, whole, size).filter(|_| before.stamp.is_none()) {
                self.tally.stamp(at, mark.line + 1);
            }
        }
    }

    /// A stack frame is from `start` to `next`: the lines between the last frame and this one are searched.
    fn close_run(&mut self, start: usize, next: usize) {
        if self.run_start < start {
            self.runs.push(self.run_start..start);
        }
        self.run_start = next;
    }
}

/// Returns true for a line above the messages of a format that names their columns or their day, or describes the file
/// beside such a line.
pub(super) fn is_heading(format: &dyn Format, line: &[u8]) -> bool {
    let sign = format.columns().and_then(|columns| columns.first());
    sign.is_some_and(|sign| line.first() == Some(sign)) || format.heading(line).is_some()
}

/// Returns true for a frame of a stack trace. Frames are most bytes of many logs, and they are not searched: a frame names the
/// code that ran, not the failure.
fn is_frame(line: &[u8]) -> bool {
    matches!(line.first(), Some(b'\t' | b' ')) && grammar::is_frame(line)
}
