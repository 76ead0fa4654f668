//! [`Tally`]: what is kept of a part of a source. Its size depends on how many signatures hit, not on how often, and
//! not on the size of the part.

use std::collections::BTreeMap;

use spoglight_parsers::{ClockOf, Level};

use super::block_meta::Piece;
use super::ids::Ids;
use super::offsets::{Offsets, Written};
use super::packed_event::Row;
use super::sketch::{Sketch, mark_of};
use super::unrecognized::Unnamed;
use spoglight_model::Counts;
use spoglight_text::charset::Charset;
use spoglight_time::At;

/// Lines of evidence that are kept of one signature in one part of a source.
const KEPT_EVIDENCE: usize = 3;

/// Different values of one capture that are kept.
const KEPT_VALUES: usize = 16;

/// Changes of the process that are kept.
const KEPT_RUNS: usize = 256;

/// Messages that a signature hit that are kept one by one: to know them again in another file, and for rules that ask
/// what was when.
const KEPT_HITS: usize = 1 << 12;

/// Stamps of the system's clock between others that are kept.
const KEPT_BESIDE: usize = 8;

/// Steps back from which on a file may have its newest message first.
const BACKWARDS: u64 = 8;

/// Different names of zones that are kept.
const KEPT_ZONES: usize = 4;

/// Messages of one process, one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The id that the operating system gave it.
    pub process: u64,
    /// Stamp of its first message here.
    pub first: Option<At>,
    /// Stamp of its last.
    pub last: Option<At>,
    /// Line of its first message, from 1.
    pub line: u64,
    /// Place of it in the file, in bytes.
    pub offset: u64,
    /// What that line says.
    pub text: String,
}

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
    pub first: Option<At>,
    /// Latest stamp.
    pub last: Option<At>,
    /// Stamp of the first message that has one: in a night in autumn the earlier stamp may be the later moment.
    pub opening: Option<At>,
    /// Stamp of the last message that has one.
    pub closing: Option<At>,
    /// Stamps that are later than the one before them, and earlier ones.
    pub steps: (u64, u64),
    /// Of `unparsed`, bytes of the lines before the first message.
    pub lead: u64,
    /// Offsets that stamps brought along, each with when it was seen.
    pub offsets: Offsets,
    /// Earliest and latest stamp without one, by whose clock it is; boxed, because most files have none or one.
    pub local: [Option<Box<(At, At)>>; ClockOf::COUNT],
    /// Stamps of the system's clock that follow one of the program's, and that one: what is written one after the other is
    /// of about the same time. A few of them.
    pub beside: Vec<(At, At)>,
    /// Zones that lines give the program by name, as `-Duser.timezone` does, and how often.
    pub named_zones: Counts,
    /// The last line that names columns, where messages have such and blocks were asked for.
    pub columns: Option<Box<[u8]>>,
    /// The blocks that it was read in, if they were asked for.
    pub blocks: Vec<Piece>,
    /// Its messages one by one, block after block, if they were asked for.
    pub rows: Vec<Row>,
    /// Messages with a time of day whose date nothing says.
    pub undated: u64,
    /// Messages of one process after the other; some hundred of them at most.
    pub runs: Vec<Run>,
    /// Times that the process changed.
    pub restarts: u64,
    /// Earliest and latest stamp of messages at a level that is for experts: dbquery, debug, trace.
    pub fine: Option<Box<(At, At)>>,
    /// Whether the last byte is no line end.
    pub torn: bool,
    /// Identifiers in its messages, to compare the clocks of servers.
    pub ids: Ids,
    /// The same of messages in local time, by the clock on the wall.
    pub local_ids: Ids,
    /// Some of its messages, to know them again in another file.
    pub sketch: Sketch,
    /// Hits by place of the signature in the library.
    pub hits: BTreeMap<usize, SignatureTally>,
    /// Errors that no signature names.
    pub unnamed: Unnamed,
}

/// What a diagnosis needs of a source beside its facts.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// [`Tally::hits`].
    pub hits: BTreeMap<usize, SignatureTally>,
    /// [`Tally::unnamed`].
    pub unnamed: Unnamed,
    /// How its bytes are read; `None` if it is no text.
    pub charset: Option<Charset>,
}

/// The hits of one signature.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SignatureTally {
    /// Messages that hit.
    pub count: u64,
    /// Earliest stamp of these.
    pub first: Option<At>,
    /// Latest stamp.
    pub last: Option<At>,
    /// Stamp of the first of them in the file: in a night in autumn the earlier stamp may be the later moment.
    pub opening: Option<At>,
    /// Stamp of the last of them.
    pub closing: Option<At>,
    /// The first lines that prove it.
    pub evidence: Vec<Evidence>,
    /// Values of its captures, with how often each was seen, in the order of their first appearance.
    pub captures: BTreeMap<String, Vec<(String, u64)>>,
    /// The first of these messages, some thousand of them at most.
    pub hits: Vec<Hit>,
    /// Signatures that hit in the same messages and are explained by this one, by place, with their count.
    pub related: BTreeMap<usize, u64>,
}

/// One message that a signature hit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Hash of its first line.
    pub mark: u64,
    /// Its stamp, and its place in the file.
    pub at: Option<At>,
    /// Number of its first line, from 1.
    pub line: u64,
    /// Hash of the name of the thread that wrote it; 0 if it names none.
    pub thread: u64,
    /// Hash of what its first line says, without stamp, thread and the like.
    pub text: u64,
    /// The first address of the form `name@domain` in it: the account or the mailbox that it is about.
    pub account: Box<str>,
    /// What the pattern captured, in the order of [`Library::capture_names`](spoglight_signatures::Library::capture_names);
    /// empty where it captured nothing.
    pub values: Box<[Box<str>]>,
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
    pub stamp: Option<At>,
    /// What it says.
    pub text: String,
    /// `class.method` of the program that called, from the stack trace below it.
    pub caller: Option<String>,
    /// Who was called, from the stack trace.
    pub peer: Option<String>,
}

impl Tally {
    /// Counts a stamp.
    pub(super) fn stamp(&mut self, at: At) {
        self.put_beside(at);
        self.step(at);
        widen(&mut self.first, &mut self.last, at);
        self.opening = self.opening.or(Some(at));
        self.closing = Some(at);
        match at.stamp.offset.zip(at.stamp.utc()) {
            Some((east, utc)) => self.offsets.note(Written { of: at.of, east, first: utc, last: utc }),
            None => self.widen_local(at),
        }
    }

    fn step(&mut self, at: At) {
        if let Some(before) = self.closing {
            self.steps.0 += u64::from(at.order() > before.order());
            self.steps.1 += u64::from(at.order() < before.order());
        }
    }

    /// Whether its newest message stands first, as in what the event viewer of Windows saves.
    pub fn is_newest_first(&self) -> bool {
        // a few may be chance
        self.steps.1 >= BACKWARDS && self.steps.1 > self.steps.0.saturating_mul(3)
    }

    /// Notes a stamp of the system's clock behind one of the program's.
    fn put_beside(&mut self, at: At) {
        if at.of == ClockOf::System
            && at.stamp.offset.is_none()
            && let Some(before) = self.closing.filter(|before| before.of == ClockOf::Program)
            && self.beside.len() < KEPT_BESIDE
        {
            self.beside.push((at, before));
        }
    }

    /// Counts a message at a fine level.
    pub(super) fn fine(&mut self, at: At) {
        widen_pair(self.fine.get_or_insert_with(|| Box::new((at, at))), at);
    }

    fn widen_local(&mut self, at: At) {
        if let Some(local) = self.local.get_mut(at.of as usize) {
            widen_pair(local.get_or_insert_with(|| Box::new((at, at))), at);
        }
    }

    /// Whether a stamp had no offset.
    pub fn has_local(&self) -> bool {
        self.local.iter().any(Option::is_some)
    }

    /// Notes a zone that a line gives the program.
    pub(super) fn named_zone(&mut self, name: &str, count: u64) {
        // the first by name, so that it does not matter in which order they come
        self.named_zones.add(name, count);
        self.named_zones.keep_first(KEPT_ZONES);
    }

    /// Counts a message of a process; if it is the first of its, `run` describes it.
    pub(super) fn process(&mut self, process: u64, at: Option<At>, run: impl FnOnce() -> Run) {
        match self.runs.last_mut() {
            Some(run) if run.process == process => run.last = at.or(run.last),
            _ => self.run(run()),
        }
    }

    fn run(&mut self, run: Run) {
        self.restarts += u64::from(!self.runs.is_empty());
        if self.runs.len() < KEPT_RUNS {
            self.runs.push(run);
        }
    }

    /// Adds the part that follows this one.
    pub(super) fn append(&mut self, mut next: Tally) {
        let (lines, bytes) = (self.lines, self.bytes);
        next.shift(lines, bytes);
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
        for at in [next.first, next.last].into_iter().flatten() {
            widen(&mut self.first, &mut self.last, at);
        }
        next.offsets.iter().for_each(|written| self.offsets.note(*written));
        for pair in next.local.iter().flatten() {
            self.widen_local(pair.0);
            self.widen_local(pair.1);
        }
        next.named_zones.iter().for_each(|(name, count)| self.named_zone(name, count));
        if let Some(opening) = next.opening {
            self.put_beside(opening);
            self.step(opening);
        }
        self.steps = (self.steps.0 + next.steps.0, self.steps.1 + next.steps.1);
        self.opening = self.opening.or(next.opening);
        self.closing = next.closing.or(self.closing);
        for at in next.fine.iter().flat_map(|pair| [pair.0, pair.1]) {
            self.fine(at);
        }
        for block in next.blocks.iter_mut().take_while(|block| block.columns.is_none()) {
            block.columns.clone_from(&self.columns);
        }
        self.columns = next.columns.or(self.columns.take());
        self.blocks.append(&mut next.blocks);
        self.rows.append(&mut next.rows);
        let free = KEPT_BESIDE.saturating_sub(self.beside.len());
        self.beside.extend(next.beside.into_iter().take(free));
        self.restarts += next.restarts;
        for run in next.runs {
            match self.runs.last_mut() {
                Some(last) if last.process == run.process => last.last = run.last.or(last.last),
                _ => self.run(run),
            }
        }
        if next.bytes > 0 {
            self.torn = next.torn;
        }
        self.ids.append(next.ids);
        self.local_ids.append(next.local_ids);
        next.sketch.iter().for_each(|mark| self.sketch.keep(mark));
        self.undated += next.undated;
        self.unnamed.append(next.unnamed);
        for (signature, hits) in next.hits {
            self.hits.entry(signature).or_default().append(hits);
        }
    }
}

impl Tally {
    /// Moves all places: so many lines and bytes lie before it.
    fn shift(&mut self, lines: u64, bytes: u64) {
        let ends = [&mut self.first, &mut self.last, &mut self.opening, &mut self.closing];
        let ends = ends.into_iter().filter_map(Option::as_mut);
        let pairs = self.fine.iter_mut().chain(self.local.iter_mut().flatten()).map(Box::as_mut);
        let pairs = pairs.chain(&mut self.beside);
        ends.chain(pairs.flat_map(|(first, last)| [first, last])).for_each(|at| at.offset += bytes);
        for run in &mut self.runs {
            (run.line, run.offset) = (run.line + lines, run.offset + bytes);
            for at in [&mut run.first, &mut run.last].into_iter().flatten() {
                at.offset += bytes;
            }
        }
        self.unnamed.shift(lines, bytes);
        for block in &mut self.blocks {
            (block.lines, block.offset) = (block.lines + lines, block.offset + bytes);
            let pairs = [&mut block.utc, &mut block.local].into_iter().flatten();
            let ends = pairs.flat_map(|(first, last)| [first, last]).chain(&mut block.closing);
            ends.for_each(|at| at.offset += bytes);
        }
        for hits in self.hits.values_mut() {
            let ends = [&mut hits.first, &mut hits.last, &mut hits.opening, &mut hits.closing];
            for at in ends.into_iter().flatten() {
                at.offset += bytes;
            }
            for hit in &mut hits.hits {
                hit.line += lines;
                hit.at.iter_mut().for_each(|at| at.offset += bytes);
            }
            for evidence in &mut hits.evidence {
                evidence.line += lines;
                evidence.event_line += lines;
                evidence.offset += bytes;
                evidence.stamp.iter_mut().for_each(|at| at.offset += bytes);
            }
        }
    }

    /// The lines before the first message belong to a message of another file, which has this stamp. They stand behind
    /// a byte order mark of so many bytes.
    pub(super) fn adopt_lead(&mut self, at: Option<At>, mark: usize) {
        let lead = std::mem::take(&mut self.lead);
        let end = lead + mark as u64;
        self.unparsed -= lead.min(self.unparsed);
        self.continuation += lead;
        for hits in self.hits.values_mut() {
            for evidence in hits.evidence.iter_mut().filter(|evidence| evidence.offset < end) {
                // its place is in the file before; here it stands before all lines
                evidence.stamp = at.map(|at| At { offset: 0, ..at });
                if let Some(at) = evidence.stamp {
                    widen(&mut hits.first, &mut hits.last, at);
                    hits.opening = Some(at);
                }
            }
        }
    }
}

impl SignatureTally {
    /// Counts a hit. Answers whether its line should be kept as evidence.
    pub(super) fn hit(&mut self, hit: Hit, captures: &BTreeMap<String, String>) -> bool {
        self.count += 1;
        if let Some(at) = hit.at {
            widen(&mut self.first, &mut self.last, at);
            self.opening = self.opening.or(Some(at));
            self.closing = Some(at);
        }
        for (name, value) in captures {
            self.capture(name, value, 1);
        }
        if self.hits.len() < KEPT_HITS {
            self.hits.push(hit);
        }
        self.evidence.len() < KEPT_EVIDENCE
    }

    fn capture(&mut self, name: &str, value: &str, count: u64) {
        if !self.captures.contains_key(name) {
            self.captures.insert(name.to_owned(), Vec::new());
        }
        let Some(values) = self.captures.get_mut(name) else { return };
        if let Some((_, seen)) = values.iter_mut().find(|(known, _)| known == value) {
            *seen += count;
        } else if values.len() < KEPT_VALUES {
            values.push((value.to_owned(), count));
        }
    }

    /// Adds the hits that follow these.
    pub(super) fn append(&mut self, next: SignatureTally) {
        self.count += next.count;
        for at in [next.first, next.last].into_iter().flatten() {
            widen(&mut self.first, &mut self.last, at);
        }
        self.opening = self.opening.or(next.opening);
        self.closing = next.closing.or(self.closing);
        let free = KEPT_HITS.saturating_sub(self.hits.len());
        self.hits.extend(next.hits.into_iter().take(free));
        let free = KEPT_EVIDENCE.saturating_sub(self.evidence.len());
        self.evidence.extend(next.evidence.into_iter().take(free));
        for (name, values) in next.captures {
            for (value, count) in values {
                self.capture(&name, &value, count);
            }
        }
        for (related, count) in next.related {
            *self.related.entry(related).or_default() += count;
        }
    }
}

/// What [`Hit::thread`] is for the name of a thread; a pattern may have captured it from the text of another message.
pub fn thread_mark(name: &[u8]) -> u64 {
    // `278:default task-3` of ECE is the thread that others call `default task-3`
    let number = name.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let name = match name.get(number..) {
        Some([b':', rest @ ..]) if number > 0 => rest,
        _ => name,
    };
    if name.is_empty() { 0 } else { mark_of(name) | 1 }
}

fn widen(first: &mut Option<At>, last: &mut Option<At>, at: At) {
    if first.is_none_or(|first| at.order() < first.order()) {
        *first = Some(at);
    }
    if last.is_none_or(|last| at.order() > last.order()) {
        *last = Some(at);
    }
}

/// The same for a pair that has its ends.
pub(super) fn widen_pair((first, last): &mut (At, At), at: At) {
    if at.order() < first.order() {
        *first = at;
    }
    if at.order() > last.order() {
        *last = at;
    }
}
