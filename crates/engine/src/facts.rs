//! Turns the counts of a source into its facts.

use std::sync::Arc;

use spoglight_parsers::Format;

use crate::opened::Opened;
use crate::rotation::log_of;
use crate::scanned::ScannedSource;
use crate::tally::{RawEvidence, RawProcessRun, Tally};
use spoglight_artifacts::Artifact;
use spoglight_model::analysis::{Evidence, LevelCounts, ProcessRun, SourceFacts, Totals};
use spoglight_model::{CountMap, PackedActivity, Rare, SourceCharset, SourceName, shared_text};
use spoglight_source::{Source, SourceId};
use spoglight_text::secrets::mask;
use spoglight_time::{Clock, SourceTime, Timestamp, Zone};
use spoglight_topology::Topology;

/// Facts of a source with a known name and nothing else.
pub fn unknown(id: SourceId, path: &str) -> SourceFacts {
    of_named(id, &path.into(), None, &mut ScannedSource::nothing(), Clock::new(Zone::without_stamps()), &[])
}

/// Facts of a log that is followed, before its first message.
pub fn followed(id: SourceId, opened: &mut Opened<'_>, clock: Clock) -> SourceFacts {
    let host = opened.host.clone().or_else(|| opened.scanned.host.clone());
    of_named(id, &opened.path, host, &mut opened.scanned, clock, &[])
}

/// Facts of a source before it is read.
pub fn before(id: SourceId, source: &Source, scanned: &ScannedSource<'_>, clock: Clock) -> SourceFacts {
    let host = source.host.clone().or_else(|| scanned.host.clone());
    let format = scanned.format;
    let mut nothing = ScannedSource { format, ..ScannedSource::nothing() };
    let facts = of_named(id, &source.path, host, &mut nothing, clock, &[]);
    SourceFacts { extract: source.extract().cloned(), ..facts }
}

/// Facts of a source, from its counts. Moves the parts that only it needs out of `scanned`, to save memory: there may be
/// a hundred thousand sources.
pub fn of(
    id: SourceId,
    source: &Source,
    scanned: &mut ScannedSource<'_>,
    clock: Clock,
    all: &[Source],
) -> SourceFacts {
    let host = source.host.clone().or(scanned.host.take());
    let (grown, written) = (source.grown(), source.written.utc);
    let facts = of_named(id, &source.path, host, scanned, clock, all);
    let facts = SourceFacts { grown, written, extract: source.extract().cloned(), ..facts };
    if !facts.is_selection() {
        return facts;
    }
    // neither its end nor its silences are those of the log
    SourceFacts { is_truncated: false, activity: None, ..facts }
}

fn of_named(
    id: SourceId,
    path: &Arc<str>,
    host: Option<Arc<str>>,
    scanned: &mut ScannedSource<'_>,
    clock: Clock,
    all: &[Source],
) -> SourceFacts {
    let tally = scanned.tally.get();
    // copied and not moved: the tallies are freed with all that they own, and so as whole pages
    let components = shown(&tally.components);
    let (first, last) = edges(&tally, &clock);
    let formats = tally.formats.clone();
    let activity = tally.activity.as_deref().map(PackedActivity::of);
    let moment = |at: &SourceTime| clock.moment(at);
    let charset = scanned.charset.as_ref();
    let charset = charset.map(|one| SourceCharset::new(shared_text(&one.name()), one.evidence.clone()));
    let format = scanned.format.map(Format::name).or_else(|| scanned.artifact.as_deref().map(Artifact::name));
    let name_of = |id: Option<SourceId>| {
        let id = id?;
        Some(Box::new(SourceName { id, path: Arc::clone(&all.get(id.index())?.path) }))
    };
    let run = |run: &RawProcessRun| process_run(run, run.text.as_str().into(), &clock);
    let runs: Vec<ProcessRun> = tally.runs.iter().map(run).collect();
    let fine = tally.fine.as_ref().map(|pair| Box::new((moment(&pair.0), moment(&pair.1))));
    SourceFacts {
        id,
        path: Arc::clone(path),
        host,
        origin: Topology::embedded().origin_of(path, format, components.as_slice()),
        log: if log_of(path) == &**path { Arc::clone(path) } else { log_of(path).into() },
        format: format.map(shared_text),
        formats,
        components,
        charset: charset.unwrap_or_default(),
        language: scanned.language.as_deref().map(Box::from),
        first,
        last,
        zone: Arc::clone(&clock.zone),
        written: None,
        events: tally.events,
        undated: tally.undated,
        levels: LevelCounts::of(&tally.levels),
        bytes: tally.bytes,
        parsed: tally.bytes.saturating_sub(tally.unparsed),
        continuation: tally.continuation,
        unparsed: tally.unparsed,
        lines: tally.lines,
        is_truncated: tally.torn,
        grown: 0,
        process_runs: runs.into(),
        restarts: tally.restarts,
        debug_range: fine,
        first_debug: tally.first_fine.clone(),
        activity,
        copy_of: name_of(scanned.copy_of),
        repeats: name_of(scanned.repeats),
        extract: None,
        clock,
    }
}

/// Lets a source have the memory of texts that are the same for another, as for rotated files of one log.
pub(crate) fn share(source: &mut SourceFacts, other: &SourceFacts) {
    if source.log == other.log {
        source.log = Arc::clone(&other.log);
    }
    if source.charset == other.charset {
        source.charset.clone_from(&other.charset);
    }
    if source.origin.process == other.origin.process {
        source.origin.process.clone_from(&other.origin.process);
    }
}

/// Updates the facts of a growing source.
pub fn update(source: &mut SourceFacts, tally: &Tally) {
    (source.first, source.last) = edges(tally, &source.clock);
    source.events = tally.events;
    source.levels = LevelCounts::of(&tally.levels);
    source.activity = tally.activity.as_deref().map(PackedActivity::of);
    let components = shown(&tally.components);
    if source.components != components {
        source.components = components;
        let (path, format) = (&source.path, source.format.as_deref());
        source.origin = Topology::embedded().origin_of(path, format, source.components.as_slice());
    }
    (source.bytes, source.lines) = (tally.bytes, tally.lines);
    let run = |run: &RawProcessRun| process_run(run, run.text.as_str().into(), &source.clock);
    source.process_runs = tally.runs.iter().map(run).collect::<Vec<_>>().into();
}

/// First and last moment of a source.
fn edges(tally: &Tally, clock: &Clock) -> (Option<Timestamp>, Option<Timestamp>) {
    // a clock that counts in seconds puts a message at the start of its second, before an earlier one of a finer clock
    let finer = |first: SourceTime, opening: SourceTime| {
        let ahead = opening.order() - first.order();
        opening.stamp.precision < first.stamp.precision
            && (0..i64::from(first.stamp.precision.0)).contains(&ahead)
    };
    let first = match tally.first.zip(tally.opening()) {
        Some((first, opening)) if finer(first, opening) => Some(opening),
        _ => tally.first,
    };
    // around a DST transition the earliest timestamp may not be the earliest moment
    let edge = |ends: [Option<SourceTime>; 2], choose: fn(Timestamp, Timestamp) -> Timestamp| {
        ends.iter().flatten().map(|at| clock.moment(at)).reduce(choose)
    };
    (
        edge([first, tally.opening()], Timestamp::earlier),
        edge([tally.last, tally.closing()], Timestamp::later),
    )
}

fn process_run(run: &RawProcessRun, text: Box<str>, clock: &Clock) -> ProcessRun {
    let moment = |at: Option<SourceTime>| at.map(|at| clock.moment(&at));
    let (first, last) = (moment(run.first), moment(run.last));
    ProcessRun { process: run.process, first, last, line: run.line, offset: run.offset, text }
}

/// Evidence from a line of a source, with the moment by its clock.
pub fn evidence(source: &SourceFacts, line: &RawEvidence, text: String) -> Evidence {
    Evidence {
        source: source.name(),
        line: line.line,
        offset: line.offset,
        event_line: line.event_line,
        time: line.stamp.as_ref().map(|at| source.clock.moment(at)),
        text,
    }
}

/// Sums over all sources.
pub fn totals(sources: &[SourceFacts]) -> Totals {
    let mut totals = Totals { sources: sources.len(), ..Totals::default() };
    for source in sources {
        totals.events += if source.is_second() { 0 } else { source.events };
        totals.lines += source.lines;
        totals.bytes += source.bytes;
        totals.parsed += source.parsed;
        totals.continuation += source.continuation;
        totals.unparsed += source.unparsed;
        if let Some(first) = source.first.filter(|first| first.is_utc()) {
            totals.first = Some(totals.first.map_or(first, |known| known.earlier(first)));
        }
        if let Some(last) = source.last.filter(|last| last.is_utc()) {
            totals.last = Some(totals.last.map_or(last, |known| known.later(last)));
        }
    }
    totals
}

/// Names of components without secrets: a line may have anything in their place.
fn shown(components: &CountMap) -> Rare<CountMap> {
    let mut shown = CountMap::default();
    for (name, count) in components.iter() {
        shown.add(&mask(name), count);
    }
    shown.into()
}
