//! [`Tail`]: logs that grow, as events in the order of time and as findings, the moment they are written.
//!
//! [`spoglight_follow`] brings bytes; here they become messages. A message is whole when the next begins, or when nothing came
//! for a moment; half a line is shown when nothing came for longer. That nothing came must have been seen: time alone says
//! nothing of a log that nobody could look at meanwhile. Events wait a little for those of other logs, so that
//! they come out in order; what comes later than that is shown when it comes. Hits are diagnosed with the same rules as in a
//! collection, on the time of the logs.
//!
//! It prints nothing and does not sleep: who calls it says what time it is.

mod seek;

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use spoglight_parsers::Format;
use spoglight_signatures::{Correlation, DefinitionError, Library, Severity};

use spoglight_diagnosis as diagnosis;
use spoglight_diagnosis::DiagnosisInput;
use spoglight_diagnosis::coverage::LogCoverage;
use spoglight_engine::ScanHits;
use spoglight_engine::event::PlacedEvent;
use spoglight_engine::live;
use spoglight_engine::live::LiveLog;
use spoglight_engine::{Settings, facts};
use spoglight_follow::{Change, LogId};
use spoglight_model::FindingId;
use spoglight_model::analysis::{Finding, SourceFacts};
use spoglight_query::Query;
use spoglight_source::{Problem, SourceId};
use spoglight_time::{Clock, Timestamp, Zone};
use spoglight_topology::Topology;

pub use seek::seek;

#[cfg(test)]
mod tests;

/// Nanoseconds without a byte after which a message is whole.
const HOLD: u64 = 40 * MILLI;

/// The same for a line without an end.
const HALF: u64 = 1_000 * MILLI;

/// Nanoseconds that an event waits for those of other logs.
const MERGE: u64 = 30 * MILLI;

/// Nanoseconds between two diagnoses while something hits.
const DIAGNOSE: u64 = 200 * MILLI;

/// The same where events wait all the time.
const LATE: u64 = 500 * MILLI;

/// The same while nothing does: absences become true by time alone.
const IDLE: u64 = 5_000 * MILLI;

/// Bytes of a message that is not waited for any longer.
const LONGEST: usize = 1 << 20;

/// Bytes of a line that is not waited for any longer.
const LONGEST_LINE: usize = 4 << 20;

const MILLI: u64 = 1_000_000;

/// Writes an event. The sources stand in the order of [`PlacedEvent::index`].
pub type Write<'w> = &'w dyn Fn(&PlacedEvent<'_>, &[SourceFacts], &mut Vec<u8>);

/// What there is to show, in its order.
#[derive(Debug)]
pub enum Shown {
    /// An event, as it was written.
    Event(Vec<u8>),
    /// A known failure appeared, or is worse than before.
    Finding(Box<Finding>),
    /// A finding that was shown, of which a rule knows more now.
    More(Box<Finding>),
    /// A log that cannot be used, or not wholly.
    Problem(Problem),
    /// Information about a log.
    Note(String),
}

/// Sums of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sums {
    /// Bytes that came.
    pub bytes: u64,
    /// Lines.
    pub lines: u64,
    /// Events.
    pub events: u64,
    /// Of these, events that the filter let through.
    pub shown: u64,
}

/// A log that is followed.
struct Live<'s> {
    path: Arc<Path>,
    /// Place among the sources.
    index: usize,
    /// `None` as long as it is empty, or if it is no text.
    log: Option<LiveLog<'s>>,
    /// Bytes that came and are not read yet, and where they begin.
    raw: Vec<u8>,
    offset: u64,
    /// When bytes came last.
    last: u64,
    /// Up to when it was asked to be looked at.
    asked: u64,
    is_unreadable: bool,
}

impl Live<'_> {
    /// When what waits comes out if nothing more is there then; `None` if nothing waits.
    fn deadline(&self) -> Option<u64> {
        let wait = if memchr::memchr(b'\n', &self.raw).is_some() { HOLD } else { HALF };
        (!self.raw.is_empty()).then(|| self.last.saturating_add(wait))
    }
}

/// An event that waits.
struct Waiting {
    log: LogId,
    /// Bytes of its file before it.
    offset: u64,
    when: i64,
    arrived: u64,
    number: u64,
    text: Vec<u8>,
}

/// See the [module](self).
pub struct Tail<'s> {
    settings: &'s Settings,
    formats: Vec<&'s dyn Format>,
    library: Library,
    rules: Vec<Correlation>,
    query: Query,
    /// Events before it are not shown, in UTC.
    since: Option<i64>,
    logs: BTreeMap<LogId, Live<'s>>,
    sources: Vec<SourceFacts>,
    waiting: Vec<Waiting>,
    shown: Vec<Shown>,
    /// By id: how grave it was when it was told, and how much rules had to say.
    told: BTreeMap<FindingId, (Severity, usize)>,
    findings: Vec<Finding>,
    sums: Sums,
    is_hit: bool,
    has_hits: bool,
    /// Since when something hit that was not diagnosed.
    hit_since: u64,
    diagnosed: u64,
    number: u64,
}

impl<'s> Tail<'s> {
    /// Nothing is followed yet. `since` is the moment before which events are not shown.
    ///
    /// Fails if the library of signatures is broken. What is wrong with signatures of the user's own is noted.
    pub fn new(
        settings: &'s Settings,
        query: Query,
        since: Option<i64>,
    ) -> Result<Tail<'s>, DefinitionError> {
        let (library, problems) = settings.signatures.and_embedded()?;
        let mut tail = Tail {
            settings,
            formats: settings.formats.and_built_in(),
            library,
            rules: Correlation::embedded()?,
            query,
            since,
            logs: BTreeMap::new(),
            sources: Vec::new(),
            waiting: Vec::new(),
            shown: Vec::new(),
            told: BTreeMap::new(),
            findings: Vec::new(),
            sums: Sums::default(),
            is_hit: false,
            has_hits: false,
            hit_since: 0,
            diagnosed: 0,
            number: 0,
        };
        for problem in &problems {
            tail.problem(problem);
        }
        Ok(tail)
    }

    /// Takes news. `now` is in nanoseconds by a clock that does not go back.
    pub fn take(&mut self, news: Change, now: u64, write: Write<'_>) {
        match news {
            Change::Began { log, path, offset, .. } => self.begin(log, path, offset, now),
            Change::Bytes(piece) => {
                self.sums.bytes += piece.bytes.len() as u64;
                let Some(live) = self.logs.get_mut(&piece.log) else { return };
                live.raw.extend_from_slice(&piece.bytes);
                live.last = now;
                self.read(piece.log, Until::NextMessage, now, write);
            }
            Change::Renamed { log, to, .. } => {
                if let Some(live) = self.logs.get_mut(&log) {
                    live.path = to;
                }
            }
            Change::Truncated { log, .. } => {
                self.read(log, Until::End, now, write);
                if let Some(live) = self.logs.get_mut(&log) {
                    live.offset = 0;
                    if let Some(log) = &mut live.log {
                        log.restart();
                    }
                }
            }
            Change::Ended { log, .. } => self.read(log, Until::End, now, write),
            Change::Problem(problem) => self.problem(&problem),
            Change::Well { path } => self.shown.push(Shown::Note(format!("{path} can be read again"))),
        }
    }

    fn problem(&mut self, problem: &Problem) {
        self.shown.push(Shown::Problem(problem.clone()));
    }

    fn begin(&mut self, log: LogId, path: Arc<Path>, offset: u64, now: u64) {
        if let Some(live) = self.logs.get_mut(&log) {
            // it goes on after it had ended
            (live.path, live.offset) = (path, offset);
            return;
        }
        let index = self.sources.len();
        let mut live = Live {
            path,
            index,
            log: None,
            raw: Vec::new(),
            offset,
            last: now,
            asked: 0,
            is_unreadable: false,
        };
        let source = self.open(&mut live);
        self.sources.push(source);
        self.logs.insert(log, live);
    }

    /// Looks at a file: what it is. It may be empty yet.
    fn open(&mut self, live: &mut Live<'s>) -> SourceFacts {
        let (charsets, hosts) = (&self.settings.charsets, &self.settings.hosts);
        let Some(mut opened) = live::open(&live.path, &self.formats, charsets, hosts) else {
            return facts::unknown(SourceId::new(live.index), &live.path.display().to_string());
        };
        for problem in std::mem::take(&mut opened.scanned.problems) {
            live.is_unreadable = true;
            self.problem(&problem);
        }
        live.log = LiveLog::begin(&opened, live.offset);
        let clock = clock_of(self.settings, &opened);
        facts::of(SourceId::new(live.index), &opened.source, &mut opened.scanned, clock, &[])
    }

    /// Time goes on: what waited long enough comes out. `is_still` knows whether a log was looked at since a moment, and
    /// nothing more was there.
    pub fn tick(&mut self, now: u64, is_still: &dyn Fn(LogId, u64) -> bool, write: Write<'_>) {
        let due: Vec<(LogId, Until)> = self
            .logs
            .iter()
            .filter(|(_, live)| !live.raw.is_empty())
            .filter_map(|(log, live)| match live.last {
                last if is_still(*log, last.saturating_add(HALF)) => Some((*log, Until::End)),
                last if is_still(*log, last.saturating_add(HOLD)) => Some((*log, Until::LastLine)),
                _ => None,
            })
            .collect();
        for (log, until) in due {
            self.read(log, until, now, write);
        }
        self.release(now);
        let pause = if self.is_hit { DIAGNOSE } else { IDLE };
        // behind the event that it is about
        let is_ready = self.waiting.is_empty() || now.saturating_sub(self.hit_since) >= LATE;
        if self.has_hits && is_ready && now.saturating_sub(self.diagnosed) >= pause {
            self.diagnose(now);
        }
    }

    /// Nothing more comes: everything that waits comes out.
    pub fn finish(&mut self, now: u64, write: Write<'_>) {
        for log in self.logs.keys().copied().collect::<Vec<_>>() {
            self.read(log, Until::End, now, write);
        }
        self.release(u64::MAX);
        if self.has_hits {
            self.diagnose(now);
        }
    }

    /// What there is to show now.
    pub fn shown(&mut self) -> Vec<Shown> {
        std::mem::take(&mut self.shown)
    }

    /// Nanoseconds until something is due; `None` if nothing waits.
    pub fn due(&self, now: u64) -> Option<u64> {
        let raw =
            self.logs.values().filter_map(Live::deadline).map(|deadline| match deadline.checked_sub(now) {
                Some(pause) => pause,
                // nobody could look at it yet
                None => HOLD,
            });
        let waiting = self.waiting.iter().map(|one| (one.arrived + MERGE).saturating_sub(now));
        let hit = self.is_hit.then(|| (self.diagnosed + DIAGNOSE).saturating_sub(now));
        raw.chain(waiting).chain(hit).min()
    }

    /// Logs that should be looked at, and when, so that what waits of them can come out. Each is told once.
    pub fn looks(&mut self) -> Vec<(LogId, u64)> {
        let looks = self.logs.iter_mut().filter_map(|(log, live)| {
            let deadline = live.deadline().filter(|deadline| *deadline != live.asked)?;
            live.asked = deadline;
            Some((*log, deadline))
        });
        looks.collect()
    }

    /// Up to where each log was shown, in bytes of its file: what still waits was not.
    pub fn handled(&self) -> impl Iterator<Item = (LogId, u64)> {
        let mut offsets: BTreeMap<LogId, u64> =
            self.logs.iter().map(|(log, live)| (*log, live.offset)).collect();
        for one in &self.waiting {
            // one of before its file was emptied lies behind everything that is read
            offsets.entry(one.log).and_modify(|offset| *offset = one.offset.min(*offset));
        }
        offsets.into_iter()
    }

    /// Everything that is wrong, as of the last diagnosis.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Sums so far.
    pub fn sums(&self) -> Sums {
        self.sums
    }

    /// Reads what is whole of the bytes of a log.
    fn read(&mut self, log: LogId, until: Until, now: u64, write: Write<'_>) {
        let Some(mut live) = self.logs.remove(&log) else { return };
        if live.log.is_none() && !live.is_unreadable && !live.raw.is_empty() {
            // it was empty when it was looked at
            let offset = live.offset;
            let source = self.open(&mut live);
            live.offset = offset;
            if let Some(known) = self.sources.get_mut(live.index) {
                *known = source;
            }
        }
        match live.log.take() {
            Some(mut known) => {
                let end = readable(&known, &live.raw, until);
                if end > 0 {
                    let bytes: Vec<u8> = live.raw.drain(..end).collect();
                    live.offset += bytes.len() as u64;
                    self.feed(log, &mut known, live.index, &bytes, now, write);
                }
                live.log = Some(known);
            }
            None => {
                // what it is nobody knows, so nobody can show it
                if until == Until::End || live.is_unreadable {
                    live.offset += live.raw.len() as u64;
                    live.raw.clear();
                }
            }
        }
        self.logs.insert(log, live);
    }

    fn feed(
        &mut self,
        id: LogId,
        log: &mut LiveLog<'s>,
        index: usize,
        bytes: &[u8],
        now: u64,
        write: Write<'_>,
    ) {
        let mut text = Vec::new();
        let text = if log.charset.is_recoded() {
            let mut bytes = bytes;
            // reading from memory does not fail
            let _ = log.charset.reader(&mut bytes).read_to_end(&mut text);
            &text
        } else {
            bytes
        };
        if let Some(source) = self.sources.get_mut(index) {
            source.events = source.events.max(1);
        }
        let Some(source) = self.sources.get(index) else { return };
        let (waiting, number, sums, lines) =
            (&mut self.waiting, &mut self.number, &mut self.sums, log.tally.lines);
        let needs_findings = self.query.needs().findings;
        let is_hit = log.feed(&self.library, text, &mut |message| {
            sums.events += 1;
            let moment = message.at.map(|at| source.clock.moment(&at));
            if let (Some(since), Some(Timestamp::Utc(utc))) = (self.since, moment)
                && utc < since
            {
                return;
            }
            let mut entry =
                PlacedEvent::new(source, index, moment, message.head, &message.text, message.format);
            (entry.line, entry.offset, entry.raw) = (message.line + 1, message.offset, message.raw);
            if needs_findings {
                entry.find(&self.library);
            }
            if !self.query.is_all() && !self.query.matches(&entry) {
                return;
            }
            sums.shown += 1;
            let mut out = Vec::new();
            write(&entry, &self.sources, &mut out);
            *number += 1;
            let when = moment.map_or(i64::MAX, Timestamp::nanos);
            let offset = message.offset;
            waiting.push(Waiting { log: id, offset, when, arrived: now, number: *number, text: out });
        });
        sums.lines += log.tally.lines - lines;
        if is_hit && !self.is_hit {
            self.hit_since = now;
        }
        self.is_hit |= is_hit;
        self.has_hits |= is_hit;
    }

    /// Lets events out that waited long enough, with those that are older than they.
    fn release(&mut self, now: u64) {
        let is_due = |one: &&Waiting| now.saturating_sub(one.arrived) >= MERGE;
        let Some(last) = self.waiting.iter().filter(is_due).map(|one| (one.when, one.number)).max() else {
            return;
        };
        self.waiting.sort_by_key(|one| (one.when, one.number));
        let count = self.waiting.partition_point(|one| (one.when, one.number) <= last);
        self.shown.extend(self.waiting.drain(..count).map(|one| Shown::Event(one.text)));
    }

    /// Looks at all hits, and tells what is new.
    fn diagnose(&mut self, now: u64) {
        (self.diagnosed, self.is_hit) = (now, false);
        let mut found: Vec<ScanHits> = self.sources.iter().map(|_| ScanHits::default()).collect();
        for live in self.logs.values_mut() {
            let Some(log) = &mut live.log else { continue };
            if let (Some(source), Some(found)) = (self.sources.get_mut(live.index), found.get_mut(live.index))
            {
                facts::update(source, &log.tally);
                found.hits = std::mem::take(&mut log.tally.hits);
                found.charset = Some(log.charset.clone());
            }
        }
        let topology = Topology::embedded();
        let evidenced = DiagnosisInput {
            library: &self.library,
            rules: &self.rules,
            sources: &self.sources,
            found: &found,
            exhibits: &[],
            skews: &[],
            incident: None,
            topology,
        };
        let places = LogCoverage::new(&self.sources, None, topology);
        let findings = diagnosis::diagnose(&evidenced, &places).findings;
        let mut findings = diagnosis::rank(findings, None, topology);
        findings.iter_mut().for_each(Finding::mask);
        for finding in &findings {
            let known = self.told.insert(finding.id.clone(), (finding.severity, finding.notes.len()));
            match known {
                Some((severity, notes)) if finding.severity >= severity => {
                    if finding.notes.len() > notes {
                        self.shown.push(Shown::More(Box::new(finding.clone())));
                    }
                }
                _ => self.shown.push(Shown::Finding(Box::new(finding.clone()))),
            }
        }
        self.findings = findings;
        for live in self.logs.values_mut() {
            if let (Some(log), Some(found)) = (&mut live.log, found.get_mut(live.index)) {
                log.tally.hits = std::mem::take(&mut found.hits);
            }
        }
    }
}

/// The clock of a log: what its format says, or the user.
fn clock_of(settings: &Settings, opened: &live::Opened<'_>) -> Clock {
    let host = opened.source.host.as_deref().or(opened.scanned.host.as_deref());
    let given = settings.zones.find(&opened.source.path, host);
    let zone = match (opened.scanned.format.and_then(Format::zone_rule), given) {
        (Some(rule), _) => Zone::by_rule(rule),
        (None, Some(given)) => Zone::given(given),
        (None, None) => Zone::without_stamps(),
    };
    let ahead = settings.skews.find(&opened.source.path, host).map_or(0, |rule| rule.value.0);
    Clock { ahead, ..Clock::of(Arc::new(zone)) }
}

/// How much of the bytes of a log is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Until {
    /// The last line with which a message begins: what follows it may be missing yet.
    NextMessage,
    /// The last whole line.
    LastLine,
    /// All of them.
    End,
}

/// The number of bytes of `raw`, from its start, that are read now.
fn readable(log: &LiveLog<'_>, raw: &[u8], until: Until) -> usize {
    if until == Until::End {
        return raw.len();
    }
    let lines = log.charset.whole_lines(raw);
    if lines == 0 && raw.len() > LONGEST_LINE {
        // in pieces, so that memory has an end; an even number of bytes, for UTF-16
        return raw.len() & !1;
    }
    if until == Until::LastLine || lines >= LONGEST || log.charset.is_recoded() {
        return lines;
    }
    let text = raw.get(..lines).unwrap_or_default();
    // the last line with which a message begins
    let mut end = lines;
    while end > 0 {
        let before = text.get(..end - 1).unwrap_or_default();
        let start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
        let line = text.get(start..end).unwrap_or_default().trim_ascii_end();
        if log.mix.begin(&log.charset.text_of(line)).is_some() {
            return start;
        }
        end = start;
    }
    0
}
