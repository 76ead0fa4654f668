//! Reads a collection and hands on results on the way: first the number of sources, then more and more events, at the end all
//! of them on the right clocks, and the diagnosis.
//!
//! Archives are unpacked once, to memory or to nameless temporary files within the usual limits, so that any event can be
//! read again. Until the end the times of logs without an offset are not known, because other logs show their zones: until
//! then such events are after all others.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use rayon::prelude::*;
use spoglight_parsers::Format;
use spoglight_signatures::{DefinitionError, Library};

use super::index::{EventIndex, IndexSegment, IndexedLog};
use spoglight_engine::Settings;
use spoglight_engine::collection::{Collection, ScanPurpose};
use spoglight_engine::memory;
use spoglight_engine::packed_event;
use spoglight_engine::placement::PlacementState;
use spoglight_engine::{BlockMeta, PackedEvent, Progress, Scan, ScannedSource, finish};
use spoglight_engine::{extracts, facts};
use spoglight_model::analysis::{Analysis, SourceFacts};
use spoglight_source::{Bundle, Problem, Source, SourceId};
use spoglight_time::{Clock, Zone};

/// Bytes that are read before the first events are shown.
const FIRST: u64 = 8 << 20;
/// Bytes that are read between two later updates, at most.
const MOST: u64 = 512 << 20;
/// The shortest time between two updates.
const PAUSE: Duration = Duration::from_millis(150);

/// The shortest time between two checks for files that have changed.
const REST: Duration = Duration::from_millis(700);
/// Pause between two checks, in durations of the check: so it takes a tenth of a core, because this may be a guest on a
/// server.
const WORTH: u32 = 9;

/// Facts of the sources.
pub type SharedFacts = Arc<Vec<SourceFacts>>;

/// A result of a survey.
pub enum SurveyUpdate<'s> {
    /// The library with which events are searched.
    Began(Arc<Library>),
    /// Number of sources and bytes.
    Opened {
        /// Sources.
        sources: usize,
        /// Bytes that they say they have.
        bytes: u64,
    },
    /// Events so far. The times of those without an offset are not known.
    More(Arc<EventIndex<'s>>, SharedFacts),
    /// All events, on their clocks.
    All(Arc<EventIndex<'s>>, SharedFacts, Arc<Collection<'s>>),
    /// The diagnosis.
    Diagnosed(Box<Analysis>),
    /// The survey failed.
    Failed(DefinitionError),
}

/// Takes a result. Returns false if no more are wanted.
pub type Tell<'a, 's> = &'a (dyn Fn(SurveyUpdate<'s>) -> bool + Sync);

/// Waits. Returns false if no more results are wanted.
pub type Wait<'a> = &'a (dyn Fn(Duration) -> bool + Sync);

/// Reads what lies at `paths`. With `follow` it continues: files that change are read again, and all results are sent again.
pub fn survey<'s>(
    paths: &[PathBuf],
    settings: &'s Settings,
    progress: &dyn Progress,
    follow: Option<Wait<'_>>,
    tell: Tell<'_, 's>,
) {
    let run = || {
        if let Err(error) = run(paths, settings, progress, follow, tell) {
            tell(SurveyUpdate::Failed(error));
        }
    };
    match rayon::ThreadPoolBuilder::new().num_threads(settings.threads).build() {
        Ok(pool) => pool.install(run),
        Err(_) => run(),
    }
}

/// Events that were not placed yet.
struct Raw<'s> {
    log: Arc<IndexedLog<'s>>,
    pieces: Arc<[BlockMeta]>,
    rows: Arc<[PackedEvent]>,
}

impl<'s> Raw<'s> {
    /// The same of a source that has another position now.
    fn at(&self, at: usize) -> Raw<'s> {
        let IndexedLog { source, charset, mix, head, .. } = &*self.log;
        let (source, charset, mix, head) = (source.clone(), charset.clone(), mix.clone(), head.clone());
        let log = Arc::new(IndexedLog { at, source, charset, mix, head });
        Raw { log, pieces: Arc::clone(&self.pieces), rows: Arc::clone(&self.rows) }
    }
}

/// A source that was read, for as long as it does not change.
struct KnownSource<'s> {
    source: Source,
    scanned: ScannedSource<'s>,
    raw: Vec<Raw<'s>>,
}

/// One reading of a collection.
struct Reading<'a, 's> {
    paths: &'a [PathBuf],
    settings: &'s Settings,
    library: Arc<Library>,
    problems: Vec<Problem>,
    progress: &'a dyn Progress,
    tell: Tell<'a, 's>,
    /// Whether files are read again when they change: then the beginning of each is read along with its events, so that a
    /// file that replaces it later is not taken for it.
    is_following: bool,
}

/// Returns true if it was not cancelled.
fn run<'s>(
    paths: &[PathBuf],
    settings: &'s Settings,
    progress: &dyn Progress,
    follow: Option<Wait<'_>>,
    tell: Tell<'_, 's>,
) -> Result<bool, DefinitionError> {
    let (library, problems) = settings.signatures.and_embedded()?;
    let library = Arc::new(library);
    if !tell(SurveyUpdate::Began(Arc::clone(&library))) {
        return Ok(false);
    }
    let reading =
        Reading { paths, settings, library, problems, progress, tell, is_following: follow.is_some() };
    let bundle = reading.open();
    progress.begin(bundle.size());
    if !tell(SurveyUpdate::Opened { sources: bundle.sources.len(), bytes: bundle.size() }) {
        return Ok(false);
    }
    let all: Vec<usize> = (0..bundle.sources.len()).collect();
    let Some((mut bundle, mut known)) = reading.read(bundle, &all, true) else { return Ok(false) };
    loop {
        let begun = Instant::now();
        // files that do not grow are not needed a second time
        let kept = if follow.is_some() { known.iter().map(KnownSource::again).collect() } else { Vec::new() };
        if !reading.conclude(bundle, known)? {
            return Ok(false);
        }
        let Some(wait) = follow else { return Ok(true) };
        let mut pause = REST.max(begun.elapsed() * WORTH);
        loop {
            if !wait(pause) {
                return Ok(false);
            }
            let looked = Instant::now();
            let (now, again) = reading.look(&kept);
            if !again.is_empty() || now.sources.len() != kept.len() {
                let Some(next) = reading.read_again(now, &again, &kept) else { return Ok(false) };
                (bundle, known) = next;
                break;
            }
            pause = REST.max(looked.elapsed() * WORTH);
        }
    }
}

impl<'s> KnownSource<'s> {
    fn again(&self) -> KnownSource<'s> {
        let raw = self.raw.iter().map(|raw| raw.at(raw.log.at)).collect();
        KnownSource { source: self.source.clone(), scanned: self.scanned.clone(), raw }
    }
}

impl<'s> Reading<'_, 's> {
    fn open(&self) -> Bundle {
        Bundle::open(self.paths, &self.settings.opening).with_hosts(&self.settings.hosts)
    }

    /// Reads a bundle whose sources have these positions among all; sends results on the way if this is the first reading.
    /// `None` if it was cancelled.
    fn read(
        &self,
        mut bundle: Bundle,
        places: &[usize],
        is_first: bool,
    ) -> Option<(Bundle, Vec<KnownSource<'s>>)> {
        let mut scan = Scan::begin(&mut bundle, &ScanPurpose::Browsing.options(self.settings, 0));
        let facts: SharedFacts = Arc::new(known_before(&bundle, self.settings, &mut scan));
        let mut raw: Vec<Vec<Raw<'s>>> = bundle.sources.iter().map(|_| Vec::new()).collect();
        let mut parts: Vec<IndexSegment<'s>> = Vec::new();
        let mut before: Option<(usize, PlacementState)> = None;
        let (mut bytes, mut told) = (FIRST, None::<Instant>);
        let mut problems = Vec::new();
        while !scan.is_done() {
            let next = scan.ahead(&bundle, bytes);
            problems.extend(bundle.stage(&|index| next.contains(&index)));
            scan.cut(&bundle, next);
            let touched = scan.run(&bundle, &self.library, bytes, self.progress);
            bytes = (bytes * 2).min(MOST);
            for source in touched {
                let source = source.index();
                let place = places.get(source).copied().unwrap_or(source);
                let known = raw.get_mut(source)?;
                let log = known.first().map(|raw| Arc::clone(&raw.log));
                let Some(more) = take(&bundle, &mut scan, source, place, log) else { continue };
                // in time as far as it is known by now
                if let Some(clock) = facts.get(source).map(|facts| &facts.clock).filter(|_| is_first) {
                    let fresh = || PlacementState::new(packed_event::opening(&more.rows, clock));
                    let mut here =
                        before.filter(|(of, _)| *of == source).map_or_else(fresh, |(_, here)| here);
                    let placed = packed_event::place(&more.rows, &more.pieces, clock, false, &mut here);
                    before = Some((source, here));
                    parts.push(IndexSegment::new(Arc::clone(&more.log), Arc::clone(&more.pieces), placed));
                }
                if self.is_following {
                    // what cannot be read now is read, or reported, when a key is made
                    let _ = more.log.head();
                }
                known.push(more);
            }
            let is_due = told.is_none_or(|told| told.elapsed() >= PAUSE);
            if is_first && is_due && !scan.is_done() {
                if !(self.tell)(SurveyUpdate::More(
                    Arc::new(EventIndex::of(parts.clone())),
                    Arc::clone(&facts),
                )) {
                    return None;
                }
                told = Some(Instant::now());
            }
        }
        let scanned = std::mem::take(scan.scanned());
        let known = bundle.sources.iter().zip(scanned).zip(raw);
        let known: Vec<KnownSource<'s>> = known
            .map(|((source, scanned), raw)| KnownSource { source: source.clone(), scanned, raw })
            .collect();
        bundle.problems.extend(problems);
        Some((bundle, known))
    }

    /// The files as they are now, and those of them that must be read.
    fn look(&self, known: &[KnownSource<'s>]) -> (Bundle, Vec<usize>) {
        let mut now = self.open();
        now.restore(known.iter().map(|known| &known.source));
        let names: HashSet<&str> = known.iter().map(|known| &*known.source.path).collect();
        let options = ScanPurpose::Browsing.options(self.settings, 0);
        let is_new = |source: &Source| !names.contains(&*source.path);
        extracts::unwrap_new(&mut now, is_new, &options.formats, &options.charsets);
        let by_name: HashMap<&str, &KnownSource<'s>> =
            known.iter().map(|known| (&*known.source.path, known)).collect();
        let mut again = Vec::new();
        for (at, source) in now.sources.iter_mut().enumerate() {
            let same = by_name.get(&*source.path).filter(|known| known.source.is_as(source));
            match same {
                // what was unpacked stays so
                Some(known) => *source = known.source.clone(),
                None => again.push(at),
            }
        }
        (now, again)
    }

    /// Reads what is new or has changed, and takes the rest as it was.
    fn read_again(
        &self,
        mut now: Bundle,
        again: &[usize],
        known: &[KnownSource<'s>],
    ) -> Option<(Bundle, Vec<KnownSource<'s>>)> {
        let (part, fresh) = self.read(now.part(again), again, false)?;
        now.problems.extend(part.problems.iter().cloned());
        let mut fresh: HashMap<usize, KnownSource<'s>> = again.iter().copied().zip(fresh).collect();
        let by_name: HashMap<&str, &KnownSource<'s>> =
            known.iter().map(|known| (&*known.source.path, known)).collect();
        let mut all = Vec::with_capacity(now.sources.len());
        for (at, source) in now.sources.iter_mut().enumerate() {
            if let Some(read) = fresh.remove(&at) {
                *source = read.source.clone();
                all.push(read);
            } else {
                let before = by_name.get(&*source.path)?;
                let raw = before.raw.iter().map(|raw| raw.at(at)).collect();
                all.push(KnownSource { source: source.clone(), scanned: before.scanned.clone(), raw });
            }
        }
        Some((now, all))
    }

    /// Places all events in time, and diagnoses. Returns false if it was cancelled.
    fn conclude(&self, bundle: Bundle, known: Vec<KnownSource<'s>>) -> Result<bool, DefinitionError> {
        let mut raw: Vec<Vec<Raw<'s>>> = Vec::with_capacity(known.len());
        let mut scanned = Vec::with_capacity(known.len());
        for one in known {
            raw.push(one.raw);
            scanned.push(one.scanned);
        }
        // placed events are in memory beside those that are not, and beside those that are shown meanwhile
        memory::give_back();
        let newest_first: Vec<bool> = scanned.iter().map(|one| one.tally.get().is_newest_first()).collect();
        finish(&bundle, &mut scanned);
        let library = (Arc::clone(&self.library), self.problems.clone());
        let collected = Collection::conclude(bundle, scanned, library, self.settings, ScanPurpose::Browsing);
        let index = Arc::new(EventIndex::of(placed(raw, &collected.sources, &newest_first)));
        let collected = Arc::new(collected);
        let facts = Arc::new(collected.sources.clone());
        if !(self.tell)(SurveyUpdate::All(index, facts, Arc::clone(&collected))) {
            return Ok(false);
        }
        let analysis = spoglight_diagnosis::diagnose_collection(&collected, self.paths, self.settings)?;
        let is_wanted = (self.tell)(SurveyUpdate::Diagnosed(Box::new(analysis)));
        // events that were shown before are not needed any more
        memory::give_back();
        Ok(is_wanted)
    }
}

/// Facts of the sources before they are read.
fn known_before(bundle: &Bundle, settings: &Settings, scan: &mut Scan<'_>) -> Vec<SourceFacts> {
    let sources = bundle.sources.iter().zip(scan.scanned()).enumerate();
    let known = sources.map(|(at, (source, scanned))| {
        let host = source.host.as_deref().or(scanned.host.as_deref());
        let rule = scanned.format.and_then(Format::zone_rule).map(|rule| Arc::new(Zone::by_rule(rule)));
        let given = || settings.zones.find(&source.path, host).map(|rule| Arc::new(Zone::given(rule)));
        let zone = rule.or_else(given).unwrap_or_else(Zone::without_stamps);
        let ahead = settings.skews.find(&source.path, host).map_or(0, |rule| rule.value.0);
        let clock = Clock { ahead, ..Clock::new(zone) };
        facts::before(SourceId::new(at), source, scanned, clock)
    });
    known.collect()
}

/// Takes the events of a source that were scanned. `log` is the log of its earlier segments.
fn take<'s>(
    bundle: &Bundle,
    scan: &mut Scan<'s>,
    at: usize,
    place: usize,
    log: Option<Arc<IndexedLog<'s>>>,
) -> Option<Raw<'s>> {
    let (source, scanned) = (bundle.sources.get(at)?, scan.scanned().get_mut(at)?);
    // not packed, because rows are recorded
    let tally = scanned.tally.get_mut();
    let (rows, pieces) = (std::mem::take(&mut tally.rows), std::mem::take(&mut tally.blocks));
    if rows.is_empty() {
        return None;
    }
    let made = || {
        let (charset, mix) = (scanned.charset.clone()?, scanned.mix.clone()?);
        Some(Arc::new(IndexedLog { at: place, source: source.clone(), charset, mix, head: OnceLock::new() }))
    };
    let log = log.or_else(made)?;
    Some(Raw { log, pieces: pieces.into(), rows: rows.into_inner().into() })
}

/// Places all events by the clocks of their sources. Those that were not placed are dropped on the way, so that not all are
/// in memory twice.
fn placed<'s>(
    raw: Vec<Vec<Raw<'s>>>,
    sources: &[SourceFacts],
    newest_first: &[bool],
) -> Vec<IndexSegment<'s>> {
    let placed = raw.into_par_iter().map(|raw| {
        let Some(at) = raw.first().map(|raw| raw.log.at) else { return Vec::new() };
        let Some(clock) = sources.get(at).map(|facts| &facts.clock) else { return Vec::new() };
        let newest_first = newest_first.get(at).copied().unwrap_or(false);
        let mut before =
            PlacementState::new(raw.iter().find_map(|raw| packed_event::opening(&raw.rows, clock)));
        let part = |raw: Raw<'s>| {
            let rows = packed_event::place(&raw.rows, &raw.pieces, clock, newest_first, &mut before);
            IndexSegment::new(raw.log, raw.pieces, rows)
        };
        raw.into_iter().map(part).collect::<Vec<_>>()
    });
    placed.collect::<Vec<_>>().into_iter().flatten().collect()
}
