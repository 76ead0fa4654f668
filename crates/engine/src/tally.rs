//! [`Tally`]: the counts and hits of a part of a source. Its size depends on the number of signatures that hit, not on the
//! number of hits, and not on the size of the part.

mod hit_map;
mod join;

pub use hit_map::HitMap;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use spoglight_parsers::{ClockSource, Level};

use crate::block_meta::BlockMeta;
use crate::ids::RequestIds;
use crate::offsets::{Offsets, SeenOffset};
use crate::packed_event::PackedEvent;
use crate::sketch::{Sketch, mark_of};
use crate::unrecognized::RawUnrecognized;
use spoglight_model::{Activity, CountMap, Empty, MessagePosition, Rare};
use spoglight_text::charset::Charset;
use spoglight_time::SourceTime;

/// Lines of evidence that are kept of one signature in one part of a source.
const KEPT_EVIDENCE: usize = 3;

/// Different values of one capture that are kept.
const KEPT_VALUES: usize = 16;

/// Changes of the process that are kept.
const KEPT_RUNS: usize = 256;

/// Messages that a signature hit that are kept one by one: to recognize them in another file, and for rules that compare
/// times. Of a collection with many of them, fewer: see [`kept`](crate::kept).
pub(crate) const KEPT_HITS: usize = 1 << 12;

/// Timestamps of the system's clock between others that are kept.
const KEPT_BESIDE: usize = 8;

/// Steps back in time from which on a file may have its newest message first.
const BACKWARDS: u64 = 8;

/// Different names of components that are kept.
const KEPT_COMPONENTS: usize = 64;

/// Longest name of a component, in bytes.
const COMPONENT_BYTES: usize = 80;

/// Different names of zones that are kept.
const KEPT_ZONES: usize = 4;

/// Messages of one process, one after the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawProcessRun {
    /// The process id of the operating system.
    pub process: u64,
    /// Timestamp of its first message here.
    pub first: Option<SourceTime>,
    /// Timestamp of its last.
    pub last: Option<SourceTime>,
    /// Line of its first message, from 1.
    pub line: u64,
    /// Position of that line in the file, in bytes.
    pub offset: u64,
    /// Text of that line.
    pub text: String,
}

/// Counters of a part of a source, and its hits. There may be a hundred thousand of them, so what most files do not have
/// is boxed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Bytes of the file.
    pub bytes: u64,
    /// Of these, bytes that no format understood.
    pub unparsed: u64,
    /// Of these, bytes of lines below the first of their message.
    pub continuation: u64,
    /// Lines.
    pub lines: u64,
    /// Messages.
    pub events: u64,
    /// Messages by [`Level::index`].
    pub levels: [u64; Level::COUNT],
    /// Messages by the name of their format.
    pub formats: CountMap,
    /// Messages by the component that wrote them, where lines name it; the first 64 names.
    pub components: Rare<CountMap>,
    /// Earliest timestamp.
    pub first: Option<SourceTime>,
    /// Latest timestamp.
    pub last: Option<SourceTime>,
    /// Number of timestamps that are later than the one before them, and of earlier ones.
    pub steps: (u64, u64),
    /// Of `unparsed`, bytes of the lines before the first message.
    pub lead: u64,
    /// UTC offsets of timestamps, each with the time span in which it was seen.
    pub offsets: Offsets,
    /// Earliest and latest timestamp without an offset, by the clock that it is of; boxed, because most files have none or
    /// one.
    pub local: [Option<Box<(SourceTime, SourceTime)>>; ClockSource::COUNT],
    /// Timestamps of the system's clock that follow one of the program's, with that one: lines written one after the other
    /// are of about the same time. A few of them.
    pub beside: Rare<Vec<(SourceTime, SourceTime)>>,
    /// Zones that lines give the program by name, as `-Duser.timezone` does, and how often.
    pub named_zones: Rare<CountMap>,
    /// Zones that events give the system by name, and how often.
    pub system_zones: Rare<CountMap>,
    /// The last line that names columns, if the format has such and a block index was recorded.
    pub columns: Option<Box<[u8]>>,
    /// The block index, if it was recorded.
    pub blocks: Vec<BlockMeta>,
    /// Its events one by one, block after block, if they were recorded.
    pub rows: Rare<Vec<PackedEvent>>,
    /// Messages with a time of day whose date is not known.
    pub undated: u64,
    /// Messages of one process after the other; some hundred of them at most.
    pub runs: Rare<Vec<RawProcessRun>>,
    /// Number of changes of the process.
    pub restarts: u64,
    /// Earliest and latest timestamp of messages at a level for experts: dbquery, debug, trace.
    pub fine: Option<Box<(SourceTime, SourceTime)>>,
    /// The first message at such a level.
    pub first_fine: Option<Box<MessagePosition>>,
    /// The times of its messages; boxed, because it is large, and files without timestamps have none.
    pub activity: Option<Box<Activity>>,
    /// The last byte is not a line end.
    pub torn: bool,
    /// Identifiers in its messages, to compare the clocks of servers.
    pub ids: Rare<RequestIds>,
    /// The same of messages in local time, by wall clock time.
    pub local_ids: Rare<RequestIds>,
    /// Some of its messages, to recognize them in another file.
    pub sketch: Rare<Sketch>,
    /// Hits by position of the signature in the library.
    pub hits: Rare<HitMap>,
    /// Errors that match no signature.
    pub unrecognized: Rare<RawUnrecognized>,
}

/// Hits of a source, which a diagnosis needs beside its facts.
#[derive(Debug, Clone, Default)]
pub struct ScanHits {
    /// [`Tally::hits`].
    pub hits: Rare<HitMap>,
    /// [`Tally::unrecognized`].
    pub unrecognized: Rare<RawUnrecognized>,
    /// Its charset; `None` if it is not text.
    pub charset: Option<Arc<Charset>>,
}

/// Values of one capture, each with its count.
pub type CapturedValues = Vec<(Box<str>, u64)>;

/// The hits of one signature.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignatureTally {
    /// Messages that hit.
    pub count: u64,
    /// Earliest timestamp of these.
    pub first: Option<SourceTime>,
    /// Latest timestamp.
    pub last: Option<SourceTime>,
    /// Timestamp of the first of them in the file: around a DST transition the earlier timestamp may be the later moment.
    pub opening: Option<SourceTime>,
    /// Timestamp of the last of them.
    pub closing: Option<SourceTime>,
    /// The first lines that are evidence of it.
    pub evidence: Vec<RawEvidence>,
    /// Names of its captures, each with its values and how often each was seen, in the order of their first appearance.
    pub captures: Vec<(Box<str>, CapturedValues)>,
    /// The first of these messages, some thousand of them at most.
    pub hits: Vec<Hit>,
    /// Signatures that hit in the same messages and are explained by this one, by position, with their count.
    pub related: BTreeMap<usize, u64>,
}

/// One message that a signature hit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit {
    /// Hash of its first line; of the whole message if that line has no word.
    pub mark: u64,
    /// Its timestamp, and its position in the file.
    pub at: Option<SourceTime>,
    /// If only its time of day is known: nanoseconds since the midnight before the first message of the file.
    pub since: Option<i64>,
    /// Its position in the file, in bytes.
    pub offset: u64,
    /// Its first line has a time of day, so that an equal line elsewhere is the same message.
    pub has_clock: bool,
    /// Number of its first line, from 1.
    pub line: u64,
    /// Hash of the name of the thread that wrote it; 0 if it names none.
    pub thread: u64,
    /// Hash of its first line, without timestamp, thread and the like.
    pub text: u64,
    /// The first address of the form `name@domain` in it: the account or the mailbox that it is about.
    pub account: Box<str>,
    /// Values that the pattern captured, in the order of
    /// [`Library::capture_names`](spoglight_signatures::Library::capture_names); empty where it captured nothing.
    pub values: Box<[Box<str>]>,
}

/// A line that is evidence of a hit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawEvidence {
    /// Its number, from 1.
    pub line: u64,
    /// Its position in the file, in bytes.
    pub offset: u64,
    /// Number of the line with which its message begins.
    pub event_line: u64,
    /// Timestamp of its message.
    pub stamp: Option<SourceTime>,
    /// Its text.
    pub text: String,
    /// `class.method` of the program that called, from the stack trace below it.
    pub caller: Option<String>,
    /// The peer that was called, from the stack trace.
    pub peer: Option<String>,
}

impl Empty for Tally {
    const EMPTY: &'static Tally = &Tally {
        bytes: 0,
        unparsed: 0,
        continuation: 0,
        lines: 0,
        events: 0,
        levels: [0; Level::COUNT],
        formats: CountMap::new(),
        components: Rare::new(),
        first: None,
        last: None,
        steps: (0, 0),
        lead: 0,
        offsets: Offsets::new(),
        local: [const { None }; ClockSource::COUNT],
        beside: Rare::new(),
        named_zones: Rare::new(),
        system_zones: Rare::new(),
        columns: None,
        blocks: Vec::new(),
        rows: Rare::new(),
        undated: 0,
        runs: Rare::new(),
        restarts: 0,
        fine: None,
        first_fine: None,
        activity: None,
        torn: false,
        ids: Rare::new(),
        local_ids: Rare::new(),
        sketch: Rare::new(),
        hits: Rare::new(),
        unrecognized: Rare::new(),
    };
}

impl Tally {
    /// Counts a timestamp of the message that begins on `line`, from 1.
    pub(crate) fn stamp(&mut self, at: SourceTime, line: u64) {
        self.put_beside(at);
        self.step(at);
        let message = MessagePosition { at, line };
        match &mut self.activity {
            Some(activity) => activity.note(message),
            None => self.activity = Some(Box::new(Activity::new(message))),
        }
        widen(&mut self.first, &mut self.last, at);
        match at.stamp.offset.zip(at.stamp.utc()) {
            Some((east, utc)) => self.offsets.note(SeenOffset { of: at.of, east, first: utc, last: utc }),
            None => self.widen_local(at),
        }
    }

    /// Timestamp of the first message that has one: around a DST transition the earlier timestamp may be the later moment.
    pub fn opening(&self) -> Option<SourceTime> {
        self.activity.as_ref().map(|activity| activity.first.at)
    }

    /// Timestamp of the last message that has one.
    pub fn closing(&self) -> Option<SourceTime> {
        self.activity.as_ref().map(|activity| activity.last.at)
    }

    fn step(&mut self, at: SourceTime) {
        if let Some(before) = self.closing() {
            self.steps.0 += u64::from(at.order() > before.order());
            self.steps.1 += u64::from(at.order() < before.order());
        }
    }

    /// Returns true if its newest message is first, as in files that the event viewer of Windows saves.
    pub fn is_newest_first(&self) -> bool {
        // a few may be chance
        self.steps.1 >= BACKWARDS && self.steps.1 > self.steps.0.saturating_mul(3)
    }

    /// Keeps a timestamp of the system's clock after one of the program's.
    fn put_beside(&mut self, at: SourceTime) {
        if at.of == ClockSource::System
            && at.stamp.offset.is_none()
            && let Some(before) = self.closing().filter(|before| before.of == ClockSource::Program)
            && self.beside.len() < KEPT_BESIDE
        {
            self.beside.push((at, before));
        }
    }

    /// Counts a message at a fine level that begins on `line`, from 1.
    pub(crate) fn fine(&mut self, at: SourceTime, line: u64) {
        self.first_fine.get_or_insert_with(|| Box::new(MessagePosition { at, line }));
        self.widen_fine(at);
    }

    fn widen_fine(&mut self, at: SourceTime) {
        widen_pair(self.fine.get_or_insert_with(|| Box::new((at, at))), at);
    }

    fn widen_local(&mut self, at: SourceTime) {
        if let Some(local) = self.local.get_mut(at.of as usize) {
            widen_pair(local.get_or_insert_with(|| Box::new((at, at))), at);
        }
    }

    /// Returns true if a timestamp had no offset.
    pub fn has_local(&self) -> bool {
        self.local.iter().any(Option::is_some)
    }

    /// Counts a zone that a line gives the program.
    pub(crate) fn named_zone(&mut self, name: &str, count: u64) {
        // the first by name, so that it does not matter in which order they come
        self.named_zones.add(name, count);
        self.named_zones.keep_first(KEPT_ZONES);
    }

    /// Counts a zone that an event gives the system.
    pub(crate) fn system_zone(&mut self, name: &str, count: u64) {
        self.system_zones.add(name, count);
        self.system_zones.keep_first(KEPT_ZONES);
    }

    /// Counts a message of a component. A name that is empty, long or not UTF-8 is left out.
    pub(crate) fn component(&mut self, name: &[u8]) {
        if let Ok(name) = std::str::from_utf8(name)
            && (1..=COMPONENT_BYTES).contains(&name.len())
        {
            self.add_component(name, 1);
        }
    }

    pub(crate) fn add_component(&mut self, name: &str, count: u64) {
        // the first by name, so that it does not matter in which order they come
        self.components.add(name, count);
        self.components.keep_first(KEPT_COMPONENTS);
    }

    /// Counts a message of a process; if it is the first, `run` describes it.
    pub(crate) fn process(
        &mut self,
        process: u64,
        at: Option<SourceTime>,
        run: impl FnOnce() -> RawProcessRun,
    ) {
        match self.runs.last_mut() {
            Some(run) if run.process == process => run.last = at.or(run.last),
            _ => self.run(run()),
        }
    }

    fn run(&mut self, run: RawProcessRun) {
        self.restarts += u64::from(!self.runs.is_empty());
        if self.runs.len() < KEPT_RUNS {
            // most files have one
            if self.runs.is_empty() {
                self.runs.reserve_exact(1);
            }
            self.runs.push(run);
        }
    }
}

impl SignatureTally {
    /// Counts a hit. Returns true if its line should be kept as evidence.
    pub(crate) fn hit(&mut self, hit: Hit, captures: &BTreeMap<String, String>) -> bool {
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
        let Some((_, values)) = self.captures.iter_mut().find(|(known, _)| **known == *name) else {
            self.captures.reserve_exact(1);
            return self.captures.push((name.into(), vec![(value.into(), count)]));
        };
        if let Some((_, seen)) = values.iter_mut().find(|(known, _)| **known == *value) {
            *seen += count;
        } else if values.len() < KEPT_VALUES {
            values.push((value.into(), count));
        }
    }
}

/// The value of [`Hit::thread`] for the name of a thread; a pattern may have captured the name from the text of another
/// message.
pub fn thread_mark(name: &[u8]) -> u64 {
    // `278:default task-3` of ECE is the thread that others call `default task-3`
    let number = name.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let name = match name.get(number..) {
        Some([b':', rest @ ..]) if number > 0 => rest,
        _ => name,
    };
    if name.is_empty() { 0 } else { mark_of(name) | 1 }
}

fn widen(first: &mut Option<SourceTime>, last: &mut Option<SourceTime>, at: SourceTime) {
    if first.is_none_or(|first| at.order() < first.order()) {
        *first = Some(at);
    }
    if last.is_none_or(|last| at.order() > last.order()) {
        *last = Some(at);
    }
}

/// The same for a pair that has its ends.
pub(crate) fn widen_pair((first, last): &mut (SourceTime, SourceTime), at: SourceTime) {
    if at.order() < first.order() {
        *first = at;
    }
    if at.order() > last.order() {
        *last = at;
    }
}
