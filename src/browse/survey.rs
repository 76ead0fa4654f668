//! Reads a collection and hands on what it knows by then: first what there is, then more and more of the events, at the end
//! all of them on the right clocks, and what is wrong.
//!
//! What is packed is unpacked once, to memory or to nameless temporary files within the usual limits, so that any event can
//! be read again. Until the end the times of logs without an offset are not known, because the other logs tell their zones:
//! such events stand behind all others for so long.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rayon::prelude::*;
use spoglight_parsers::Format;
use spoglight_signatures::{Library, RuleError};

use super::index::{Index, Log, Part};
use crate::Settings;
use crate::analysis::{Analysis, SourceFacts};
use crate::bundle::Bundle;
use crate::collected::{Collected, For};
use crate::engine::row::{self, Before};
use crate::engine::{Piece, Progress, Row, Scan};
use crate::facts;
use crate::timeline::{Clock, Zone};

/// Bytes that are read before the first events are shown.
const FIRST: u64 = 8 << 20;
/// And between two later times, at most.
const MOST: u64 = 512 << 20;
/// The shortest time between two of them.
const PAUSE: Duration = Duration::from_millis(150);

/// What is known of the sources.
pub type Facts = Arc<Vec<SourceFacts>>;

/// What a survey has to tell.
pub enum News<'s> {
    /// With these signatures events are looked at.
    Began(Arc<Library>),
    /// So many sources and bytes there are.
    Opened {
        /// Sources.
        sources: usize,
        /// Bytes that they say they have.
        bytes: u64,
    },
    /// Events by now. The times of those without an offset are not known.
    More(Arc<Index<'s>>, Facts),
    /// All events, on their clocks.
    All(Arc<Index<'s>>, Facts, Arc<Collected<'s>>),
    /// What is wrong.
    Diagnosed(Box<Analysis>),
    /// It cannot go on.
    Failed(RuleError),
}

/// Reads what lies at `paths`. `tell` answers whether anybody still wants to know.
pub fn survey<'s>(
    paths: &[PathBuf],
    settings: &'s Settings,
    progress: &dyn Progress,
    tell: &(dyn Fn(News<'s>) -> bool + Sync),
) {
    let run = || {
        if let Err(error) = run(paths, settings, progress, tell) {
            tell(News::Failed(error));
        }
    };
    match rayon::ThreadPoolBuilder::new().num_threads(settings.threads).build() {
        Ok(pool) => pool.install(run),
        Err(_) => run(),
    }
}

/// Rows that were not placed yet.
struct Raw<'s> {
    log: Arc<Log<'s>>,
    pieces: Arc<[Piece]>,
    rows: Box<[Row]>,
}

/// Answers whether it came to its end.
fn run<'s>(
    paths: &[PathBuf],
    settings: &'s Settings,
    progress: &dyn Progress,
    tell: &(dyn Fn(News<'s>) -> bool + Sync),
) -> Result<bool, RuleError> {
    let (library, mut problems) = settings.signatures.and_embedded()?;
    let library = Arc::new(library);
    if !tell(News::Began(Arc::clone(&library))) {
        return Ok(false);
    }
    let mut bundle = Bundle::open(paths, &settings.opening).with_hosts(&settings.hosts);
    progress.begin(bundle.size());
    if !tell(News::Opened { sources: bundle.sources.len(), bytes: bundle.size() }) {
        return Ok(false);
    }
    let mut scan = Scan::begin(&bundle, &For::Browsing.options(settings, 0));
    let known = known_before(&bundle, settings, &mut scan);
    let known: Facts = Arc::new(known);
    let mut logs: Vec<Option<Arc<Log<'s>>>> = vec![None; bundle.sources.len()];
    let mut raw: Vec<Raw<'s>> = Vec::new();
    let mut parts: Vec<Part<'s>> = Vec::new();
    let mut before: Option<(usize, Before)> = None;
    let (mut bytes, mut told) = (FIRST, None::<Instant>);
    while !scan.is_done() {
        let next = scan.ahead(&bundle, bytes);
        problems.extend(bundle.stage(&|index| next.contains(&index)));
        scan.cut(&bundle, next);
        let touched = scan.run(&bundle, &library, bytes, progress);
        bytes = (bytes * 2).min(MOST);
        for source in touched {
            let Some(more) = take(&bundle, &mut scan, source, &mut logs) else { continue };
            // in time as far as it is known by now
            if let Some(clock) = known.get(source).map(|facts| &facts.clock) {
                let fresh = || Before::all(row::opening(&more.rows, clock));
                let mut here = before.filter(|(of, _)| *of == source).map_or_else(fresh, |(_, here)| here);
                let placed = row::place(&more.rows, &more.pieces, clock, false, &mut here);
                before = Some((source, here));
                parts.push(Part::new(Arc::clone(&more.log), Arc::clone(&more.pieces), placed));
            }
            raw.push(more);
        }
        if told.is_none_or(|told| told.elapsed() >= PAUSE) && !scan.is_done() {
            let index = Arc::new(Index::of(parts.clone()));
            if !tell(News::More(index, Arc::clone(&known))) {
                return Ok(false);
            }
            told = Some(Instant::now());
        }
    }
    drop(parts);
    let newest_first: Vec<bool> =
        scan.scanned().iter().map(|scanned| scanned.tally.is_newest_first()).collect();
    let scanned = scan.finish(&bundle);
    let collected = Collected::conclude(bundle, scanned, (library, problems), settings, For::Browsing);
    let index = Arc::new(Index::of(placed(&raw, &collected.sources, &newest_first)));
    drop(raw);
    let collected = Arc::new(collected);
    let facts = Arc::new(collected.sources.clone());
    if !tell(News::All(index, facts, Arc::clone(&collected))) {
        return Ok(false);
    }
    let analysis = collected.diagnose(paths, settings)?;
    Ok(tell(News::Diagnosed(Box::new(analysis))))
}

/// What is known of the sources before they are read.
fn known_before(bundle: &Bundle, settings: &Settings, scan: &mut Scan<'_>) -> Vec<SourceFacts> {
    let sources = bundle.sources.iter().zip(scan.scanned());
    let known = sources.map(|(source, scanned)| {
        let host = source.host.as_deref().or(scanned.host.as_deref());
        let rule = scanned.format.and_then(Format::zone_rule).map(Zone::by_rule);
        let given = || settings.zones.find(&source.path, host).map(Zone::given);
        let zone = rule.or_else(given).unwrap_or_else(Zone::without_stamps);
        let ahead = settings.skews.find(&source.path, host).map_or(0, |rule| rule.value.0);
        let clock = Clock { ahead, ..Clock::of(Arc::new(zone)) };
        facts::before(source, scanned, clock)
    });
    known.collect()
}

/// Takes the rows that a source has got.
fn take<'s>(
    bundle: &Bundle,
    scan: &mut Scan<'s>,
    at: usize,
    logs: &mut [Option<Arc<Log<'s>>>],
) -> Option<Raw<'s>> {
    let (source, scanned) = (bundle.sources.get(at)?, scan.scanned().get_mut(at)?);
    let rows = std::mem::take(&mut scanned.tally.rows);
    let pieces = std::mem::take(&mut scanned.tally.blocks);
    if rows.is_empty() {
        return None;
    }
    let known = logs.get_mut(at)?;
    if known.is_none() {
        let (charset, mix) = (scanned.charset.clone()?, scanned.mix.clone()?);
        *known = Some(Arc::new(Log { at, source: source.clone(), charset, mix }));
    }
    let log = known.clone()?;
    Some(Raw { log, pieces: pieces.into(), rows: rows.into_boxed_slice() })
}

/// All rows on the clocks of their sources.
fn placed<'s>(raw: &[Raw<'s>], sources: &[SourceFacts], newest_first: &[bool]) -> Vec<Part<'s>> {
    let of_source: Vec<&[Raw<'s>]> = raw.chunk_by(|one, other| one.log.at == other.log.at).collect();
    let placed = of_source.par_iter().map(|raw| {
        let Some(at) = raw.first().map(|raw| raw.log.at) else { return Vec::new() };
        let Some(clock) = sources.get(at).map(|facts| &facts.clock) else { return Vec::new() };
        let newest_first = newest_first.get(at).copied().unwrap_or(false);
        let mut before = Before::all(raw.iter().find_map(|raw| row::opening(&raw.rows, clock)));
        let part = |raw: &Raw<'s>| {
            let rows = row::place(&raw.rows, &raw.pieces, clock, newest_first, &mut before);
            Part::new(Arc::clone(&raw.log), Arc::clone(&raw.pieces), rows)
        };
        raw.iter().map(part).collect::<Vec<_>>()
    });
    placed.collect::<Vec<_>>().into_iter().flatten().collect()
}
