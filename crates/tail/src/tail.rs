//! [`Tail`]: from changes of files to events and findings.

mod opening;
mod zones;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono_tz::Tz;
use spoglight_diagnosis as diagnosis;
use spoglight_diagnosis::DiagnosisInput;
use spoglight_diagnosis::coverage::LogCoverage;
use spoglight_engine::live::LiveLog;
use spoglight_engine::{ScanHits, Settings};
use spoglight_follow::{Change, LogId};
use spoglight_model::analysis::{Finding, SourceFacts};
use spoglight_parsers::Format;
use spoglight_query::Query;
use spoglight_signatures::{DefinitionError, Library, Rule};
use spoglight_source::{Neighbours, Problem};
use spoglight_time::Zone;
use spoglight_topology::Topology;

use crate::alerts::Alerts;
use crate::endings::SeenHit;
use crate::followed::{FollowedLog, Until, readable, shed, text_of};
use crate::intervals::{DIAGNOSE, HOLD, IDLE, LATE};
use crate::notices::Notices;
use crate::output::{Memory, Shown, Sums, Write};
use crate::queue::EventQueue;
use crate::sink::EventSink;

/// Bytes of the last messages of all logs that are kept, to be read again with what comes late of them.
const KEPT: usize = 16 << 20;

/// Growing logs as events and findings.
pub struct Tail<'s> {
    settings: &'s Settings,
    formats: Vec<&'s dyn Format>,
    library: Library,
    rules: Vec<Rule>,
    query: Query,
    /// Events before it, in nanoseconds since 1970 in UTC, are not shown.
    pub(crate) since: Option<i64>,
    /// Boxed: a map is half empty, and there may be a hundred thousand.
    pub(crate) logs: BTreeMap<LogId, Box<FollowedLog<'s>>>,
    sources: Vec<SourceFacts>,
    /// Folders of servers among the paths of the sources; `None` if more sources came since.
    neighbours: Option<Neighbours>,
    /// The zone of logs without an offset, as long as nothing shows another.
    assumed: Option<Tz>,
    /// There is more evidence of zones than when they were last concluded, at this time.
    has_evidence: bool,
    concluded: Option<u64>,
    /// Zones that were learned, by server and folder; those of servers without a folder.
    learned: BTreeMap<(String, String), Arc<Zone>>,
    queue: EventQueue,
    shown: Vec<Shown>,
    alerts: Alerts,
    /// Hits since the last diagnosis.
    hits: Vec<SeenHit>,
    notices: Notices,
    sums: Sums,
    /// A signature hit since the last diagnosis.
    is_hit: bool,
    /// A signature hit at all.
    has_hits: bool,
    /// Time of the first hit that was not diagnosed.
    hit_since: u64,
    /// Time of the last diagnosis.
    diagnosed: u64,
    /// Bytes that are kept of the last messages of all logs.
    kept: usize,
}

impl<'s> Tail<'s> {
    /// A tail that follows no log yet. Events before `since`, in nanoseconds since 1970 in UTC, are not shown.
    ///
    /// Fails if the library of signatures is broken; a problem with a signature of the user is shown.
    pub fn new(
        settings: &'s Settings,
        query: Query,
        since: Option<i64>,
    ) -> Result<Tail<'s>, DefinitionError> {
        let (library, problems) = settings.signatures.and_embedded()?;
        let mut tail = Tail {
            settings,
            formats: settings.formats.and_built_in(),
            rules: settings.signatures.rules(&library)?,
            library,
            query,
            since,
            logs: BTreeMap::new(),
            sources: Vec::new(),
            neighbours: None,
            assumed: None,
            has_evidence: false,
            concluded: None,
            learned: BTreeMap::new(),
            queue: EventQueue::default(),
            shown: Vec::new(),
            alerts: Alerts::default(),
            hits: Vec::new(),
            notices: Notices::default(),
            sums: Sums::default(),
            is_hit: false,
            has_hits: false,
            hit_since: 0,
            diagnosed: 0,
            kept: 0,
        };
        for problem in &problems {
            tail.problem(problem);
        }
        Ok(tail)
    }

    /// Takes a change of a log. `now` is in nanoseconds of a clock that does not go back.
    pub fn take(&mut self, news: Change, now: u64, write: Write<'_>) {
        match news {
            Change::Began { log, path, offset, why } => self.begin(log, path, offset, why, now),
            Change::Bytes(piece) => {
                self.sums.bytes += piece.bytes.len() as u64;
                let Some(live) = self.logs.get_mut(&piece.log) else { return };
                self.notices.piece(&live.name, &piece.path, now);
                live.raw.extend_from_slice(&piece.bytes);
                (live.last, live.file) = (now, Some(piece.file));
                if !piece.before.is_empty() {
                    live.before = piece.before;
                }
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
                    live.raw.clear();
                    if let Some(log) = &mut live.log {
                        log.restart();
                    }
                }
            }
            Change::Ended { log, path, .. } => {
                self.read(log, Until::End, now, write);
                if let Some(live) = self.logs.get_mut(&log) {
                    live.is_there = false;
                    self.notices.went(&live.name, &path, now);
                }
            }
            Change::Problem(problem) => self.problem(&problem),
            Change::Well { path } => self.shown.push(Shown::Note(format!("{path} can be read again"))),
        }
    }

    fn problem(&mut self, problem: &Problem) {
        self.shown.push(Shown::Problem(problem.clone()));
    }

    /// Shows what waited long enough. `is_still` returns true if a log was looked at since a time and had no more bytes.
    pub fn tick(&mut self, now: u64, is_still: &dyn Fn(LogId, u64) -> bool, write: Write<'_>) {
        let due: Vec<(LogId, Until)> = self
            .logs
            .iter()
            .filter_map(|(log, live)| Some((*log, live.due(|since| is_still(*log, since))?)))
            .collect();
        for (log, until) in due {
            self.read(log, until, now, write);
        }
        self.learn_zones(now);
        self.release(now);
        let pause = if self.is_hit { DIAGNOSE } else { IDLE };
        // after the event that it is about
        let is_ready = self.queue.is_empty() || now.saturating_sub(self.hit_since) >= LATE;
        if self.has_hits && is_ready && now.saturating_sub(self.diagnosed) >= pause {
            self.diagnose(now);
        } else if self.alerts.deadline().is_some_and(|due| due <= now) {
            self.shown.extend(self.alerts.due(now));
        }
        self.shown.extend(self.notices.take(now).into_iter().map(Shown::Note));
    }

    /// Reads logs without an offset in this zone, until other logs of their server show another. The settings have it, too.
    pub fn assume(&mut self, zone: Tz) {
        self.assumed = Some(zone);
    }

    /// Logs that come and go are noted from now on. Returns the number of those that are followed, with their rotated files as
    /// one.
    pub fn open(&mut self) -> usize {
        self.notices.arrivals.open();
        self.notices.arrivals.count()
    }

    /// Notes once that a filter would help, if events of little weight fill the screen.
    pub fn hint(&mut self) {
        self.notices.flood.want();
    }

    /// Shows everything that waits, because no more bytes come.
    pub fn finish(&mut self, now: u64, write: Write<'_>) {
        for log in self.logs.keys().copied().collect::<Vec<_>>() {
            self.read(log, Until::End, now, write);
        }
        self.release(u64::MAX);
        if self.has_hits {
            self.diagnose(now);
            self.shown.extend(self.alerts.due(u64::MAX));
        }
    }

    /// Takes everything that is to be shown now.
    pub fn shown(&mut self) -> Vec<Shown> {
        std::mem::take(&mut self.shown)
    }

    /// Nanoseconds until the next [`tick`](Tail::tick) is due; `None` if nothing waits.
    pub fn due(&self, now: u64) -> Option<u64> {
        let raw = self.logs.values().filter_map(|live| live.deadline()).map(|deadline| {
            match deadline.checked_sub(now) {
                Some(pause) => pause,
                // it could not be looked at yet
                None => HOLD,
            }
        });
        let hit = self.is_hit.then(|| (self.diagnosed + DIAGNOSE).saturating_sub(now));
        let waits = self.alerts.deadline().into_iter().chain(self.notices.deadline());
        raw.chain(self.queue.due(now)).chain(hit).chain(waits.map(|due| due.saturating_sub(now))).min()
    }

    /// Logs to look at, with the times, so that their waiting bytes can come out. Each is returned once.
    pub fn looks(&mut self) -> Vec<(LogId, u64)> {
        let looks = self.logs.iter_mut().filter_map(|(log, live)| {
            let deadline = live.deadline().filter(|deadline| *deadline != live.asked)?;
            live.asked = deadline;
            Some((*log, deadline))
        });
        looks.collect()
    }

    /// Position up to which each log was shown, in bytes of its file. Waiting events are after it.
    pub fn handled(&self) -> impl Iterator<Item = (LogId, u64)> {
        let mut offsets: BTreeMap<LogId, u64> =
            self.logs.iter().map(|(log, live)| (*log, live.offset)).collect();
        for (log, waiting) in self.queue.offsets() {
            // the offset of an event from before its file was emptied is above all that are read
            offsets.entry(log).and_modify(|offset| *offset = waiting.min(*offset));
        }
        offsets.into_iter()
    }

    /// Findings of the last diagnosis.
    pub fn findings(&self) -> &[Finding] {
        self.alerts.findings()
    }

    /// The number of a finding, in the order in which they appeared, from 1.
    pub fn number(&self, finding: &Finding) -> usize {
        self.alerts.number(finding)
    }

    /// Takes the numbers and counts of findings of an earlier run, before the first change.
    pub fn restore(&mut self, memory: &Memory) {
        self.alerts.restore(memory, &self.library);
    }

    /// The numbers and counts of findings, for the next run.
    pub fn memory(&self) -> Memory {
        self.alerts.memory()
    }

    /// Counts so far.
    pub fn sums(&self) -> Sums {
        self.sums
    }

    /// Reads the complete messages among the bytes of a log.
    fn read(&mut self, log: LogId, until: Until, now: u64, write: Write<'_>) {
        let Some(mut live) = self.logs.remove(&log) else { return };
        // half a line shows no format
        let is_enough = until != Until::NextMessage || live.raw.contains(&b'\n');
        if live.log.is_none() && !live.is_unreadable && !live.raw.is_empty() && is_enough {
            let opened = self.probe_bytes(&live);
            let source = self.facts_of(&mut live, Some((opened, true)));
            if let Some(known) = self.sources.get_mut(live.index) {
                *known = source;
            }
        }
        match live.log.take() {
            Some(mut known) => {
                let (end, is_open) = readable(&known, &live.raw, until);
                if end > 0 {
                    let bytes: Vec<u8> = live.raw.drain(..end).collect();
                    live.offset += bytes.len() as u64;
                    self.feed(log, &mut known, &mut live, (&bytes, is_open), now, write);
                }
                if until != Until::NextMessage {
                    let mut sink = self.sink(log, &mut live, now, write);
                    known.take_lead(&mut |message| sink.take(&message));
                }
                self.weigh(&known, &mut live);
                live.log = Some(known);
            }
            None => {
                // its format is not known, so it cannot be shown
                if until == Until::End || live.is_unreadable {
                    live.offset += live.raw.len() as u64;
                    live.raw.clear();
                }
            }
        }
        live.left = Some((live.raw.len(), until));
        if until != Until::NextMessage {
            live.jump.get_or_insert_default();
        }
        self.logs.insert(log, live);
    }

    /// Takes the messages of a log.
    fn sink<'t>(
        &'t mut self,
        log: LogId,
        live: &'t mut FollowedLog<'s>,
        now: u64,
        write: Write<'t>,
    ) -> EventSink<'t> {
        let (sources, index) = (&self.sources, live.index);
        EventSink {
            log,
            source: sources.get(index).expect("every log has its source"),
            sources,
            library: &self.library,
            query: &self.query,
            since: self.since,
            now,
            write,
            queue: &mut self.queue,
            sums: &mut self.sums,
            is_last_shown: &mut live.is_last_shown,
            numbers: self.alerts.numbers(),
            notices: &mut self.notices,
            jump: live.jump.as_deref_mut(),
            hits: &mut self.hits,
        }
    }

    fn feed(
        &mut self,
        id: LogId,
        log: &mut LiveLog<'s>,
        live: &mut FollowedLog<'s>,
        (bytes, is_open): (&[u8], bool),
        now: u64,
        write: Write<'_>,
    ) {
        if let Some(source) = self.sources.get_mut(live.index) {
            source.events = source.events.max(1);
        }
        let decoded;
        let text = if log.charset.is_recoded() {
            decoded = text_of(&log.charset, bytes);
            &decoded
        } else {
            bytes
        };
        let (kept, restarts) = (log.kept(), log.restarts());
        let (path, file, before) = (Arc::clone(&live.path), live.file, std::mem::take(&mut live.before));
        let mut sink = self.sink(id, live, now, write);
        let library = sink.library;
        if let Some(file) = file.filter(|_| log.is_unread()) {
            log.look_back(library, &before, (&path, file), &mut |message| sink.take(&message));
        }
        let is_hit = log.feed(library, text, is_open, &mut |message| sink.take(&message));
        sink.sums.lines += memchr::memchr_iter(b'\n', text).count() as u64;
        let is_hit = is_hit || log.restarts() > restarts;
        self.kept = (self.kept + log.kept()).saturating_sub(kept);
        if is_hit && !self.is_hit {
            self.hit_since = now;
        }
        self.is_hit |= is_hit;
        self.has_hits |= is_hit;
        if self.kept > KEPT {
            shed(&mut self.logs, KEPT);
            self.kept = self.logs.values().filter_map(|live| live.log.as_deref()).map(LiveLog::kept).sum();
        }
    }

    /// Shows events that waited long enough.
    fn release(&mut self, now: u64) {
        self.shown.extend(self.queue.release(now).map(Shown::Event));
    }

    /// Diagnoses all hits, and shows news.
    fn diagnose(&mut self, now: u64) {
        self.conclude_zones(now);
        (self.diagnosed, self.is_hit) = (now, false);
        let mut found: Vec<ScanHits> = self.sources.iter().map(|_| ScanHits::default()).collect();
        for live in self.logs.values_mut() {
            let Some(log) = &mut live.log else { continue };
            if let (Some(source), Some(found)) = (self.sources.get_mut(live.index), found.get_mut(live.index))
            {
                log.update(source);
                found.hits = log.take_hits();
                found.charset = Some(log.charset.clone());
            }
        }
        let topology = Topology::embedded();
        let input = DiagnosisInput {
            library: &self.library,
            rules: &self.rules,
            sources: &self.sources,
            found: &found,
            artifacts: &[],
            skews: &[],
            incident: None,
            topology,
        };
        let coverage = LogCoverage::new(&self.sources, &[], None, topology);
        let findings = diagnosis::diagnose_live(&input, &coverage);
        let mut findings = diagnosis::rank(findings, None, topology);
        findings.iter_mut().for_each(Finding::mask);
        let hits = std::mem::take(&mut self.hits);
        self.shown.extend(self.alerts.update(findings, hits, &self.library, &self.sources, now));
        for live in self.logs.values_mut() {
            if let (Some(log), Some(found)) = (&mut live.log, found.get_mut(live.index)) {
                log.give_back(std::mem::take(&mut found.hits));
            }
        }
    }
}
