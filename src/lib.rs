//! Finds out why a Cisco Enterprise Chat and Email (ECE) system with Packaged Contact Center Enterprise (PCCE) is
//! broken, from the logs that both sides write.
//!
//! The program `spoglight` is a thin face on this library. Three steps make an analysis: open what was collected,
//! run it, and use or print the result.
//!
//! ```
//! use spoglight::{Settings, analyze};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut settings = Settings::default();
//! settings.zones.0.push("America/New_York".parse()?);
//! let analysis = analyze(&["samples/cases/untrusted-certificate".into()], &settings, &())?;
//!
//! let worst = &analysis.findings[0];
//! assert_eq!(worst.id, "tls-pkix-path-building");
//! assert!(worst.evidence[0].source.ends_with("catalina.2026-11-21.log"));
//!
//! let mut report = Vec::new();
//! spoglight::report::by_name("json").expect("a format").write(&analysis, &Default::default(), &mut report)?;
//! # Ok(())
//! # }
//! ```
//!
//! `ARCHITECTURE.md` has the map of the house and what holds everywhere in it.

pub mod analysis;
pub mod bundle;
pub mod diagnosis;
pub mod engine;
pub mod exhibits;
pub mod globs;
pub mod inventory;
pub mod own_formats;
pub mod report;
pub mod sets;
pub mod text;
pub mod timeline;

use std::path::PathBuf;

use spoglight_parsers::{Format, Level, Stamp};
use spoglight_signatures::{Library, RuleError};

use analysis::{Analysis, Finding, ProcessRun, SourceFacts, Totals, Warning};
use bundle::{Bundle, HostRules, Opening, Problem, Source};
use engine::{Options, Progress, Run, Scanned};
use exhibits::Exhibit;
use own_formats::OwnFormats;
use text::charset::{Charset, CharsetRules};
use timeline::{Moment, Zone, ZoneRules};

/// How to analyse.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Zones of sources that write local time: the first whose glob fits, else the first without one.
    pub zones: ZoneRules,
    /// Charsets of sources whose own bytes say the wrong one, by the same rule.
    pub charsets: CharsetRules,
    /// Servers of sources that are not told, or told wrong, by their names.
    pub hosts: HostRules,
    /// Formats that the user described.
    pub formats: OwnFormats,
    /// When it happened, if that is known.
    pub incident: Option<Moment>,
    /// How much archives may unpack to, and their passwords.
    pub opening: Opening,
    /// Threads; 0 is one for each core.
    pub threads: usize,
}

/// Analyses what lies at `paths`: folders, log files and archives.
///
/// Whatever cannot be read is a warning of the result, so this fails only if the library of signatures is broken.
pub fn analyze(
    paths: &[PathBuf],
    settings: &Settings,
    progress: &dyn Progress,
) -> Result<Analysis, RuleError> {
    let library = Library::embedded()?;
    let bundle = Bundle::open(paths, &settings.opening).with_hosts(&settings.hosts);
    let options = Options {
        formats: settings.formats.and_built_in(),
        charsets: settings.charsets.clone(),
        threads: settings.threads,
        segment: 0,
    };
    let mut scanned = engine::scan(&bundle, &library, &options, progress);
    let zones = &settings.zones;
    let sources: Vec<SourceFacts> = bundle
        .sources
        .iter()
        .zip(&mut scanned)
        .map(|(source, scanned)| facts(source, scanned, zones, &bundle.sources))
        .collect();
    let findings = diagnosis::diagnose(&library, &sources, &scanned);
    let skews = diagnosis::skew::estimate(&sources, &scanned, diagnosis::checks::SKEW);
    let noticed = bundle.noticed();
    let mut exhibits = Vec::new();
    let mut problems = Vec::new();
    for (source, scanned) in sources.iter().zip(scanned) {
        exhibits.extend(scanned.exhibit.map(|exhibit| (source, exhibit)));
        problems.extend(scanned.problems);
    }
    let problems = bundle.problems.into_iter().chain(noticed).chain(problems);
    let warnings: Vec<Warning> =
        problems.map(|Problem { path, what, advice }| Warning { path, what, advice }).collect();
    let incident = settings.incident;
    let exhibits: Vec<(&SourceFacts, &Exhibit)> =
        exhibits.iter().map(|(source, exhibit)| (*source, exhibit)).collect();
    let collection = diagnosis::checks::Collection {
        sources: &sources,
        exhibits: &exhibits,
        warnings: &warnings,
        skews: &skews,
        found: &findings,
        incident,
    };
    let checked = diagnosis::checks::run(&collection);
    let signatures = diagnosis::coverage::judge(&library, &findings, &collection);
    let mut findings = diagnosis::rank(findings.into_iter().chain(checked.findings).collect());
    findings.iter_mut().for_each(Finding::mask);
    let totals = totals(&sources);
    Ok(Analysis {
        schema: analysis::SCHEMA,
        version: env!("CARGO_PKG_VERSION"),
        inputs: paths.iter().map(|path| path.display().to_string()).collect(),
        incident,
        verdict: diagnosis::verdict(&findings, sources.len(), totals.bytes),
        totals,
        findings,
        sources,
        cannot_tell: checked.gaps,
        checks: checked.judged,
        signatures,
        warnings,
    })
}

/// What is told of a source, from what was counted in it.
fn facts(source: &Source, scanned: &mut Scanned<'_>, zones: &ZoneRules, all: &[Source]) -> SourceFacts {
    let (path, host) = (source.path.as_str(), source.host.clone());
    // what only the facts need goes over: there may be a hundred thousand of them
    let formats = std::mem::take(&mut scanned.tally.formats);
    let tally = &scanned.tally;
    let rule = scanned.format.and_then(Format::zone_rule);
    let doubt = scanned.format.and_then(Format::offset_doubt);
    let given = zones.find(path, host.as_deref());
    let zone = match (tally.first, rule, tally.offsets) {
        (None, ..) => Zone::without_stamps(),
        (_, Some(rule), _) => Zone::by_rule(rule),
        (_, None, Some(offsets)) if !tally.without_offset => match (doubt, given) {
            (Some(_), Some(given)) => Zone::given_over(given),
            (Some(doubt), None) => Zone::doubted(offsets, doubt),
            (None, _) => Zone::written(offsets),
        },
        _ => given.map_or_else(Zone::unknown, Zone::given),
    };
    let moment = |stamp: &Stamp| zone.moment(stamp);
    let format = scanned.format.map(Format::name).or_else(|| scanned.exhibit.as_ref().map(Exhibit::name));
    let path_of = |index: Option<usize>| Some(all.get(index?)?.path.clone());
    let run = |run: &Run| ProcessRun {
        process: run.process,
        first: run.first.as_ref().map(moment),
        last: run.last.as_ref().map(moment),
        line: run.line,
        offset: run.offset,
        text: run.text.clone(),
    };
    let runs = tally.runs.iter().map(run).collect();
    let fine = tally.fine.map(|(first, last)| (moment(&first), moment(&last)));
    let levels = Level::ALL.iter().map(|level| (level.name(), tally.levels[level.index()]));
    SourceFacts {
        path: path.to_owned(),
        host,
        origin: bundle::origin_of(path, format),
        log: engine::log_of(path).to_owned(),
        format: format.map(ToOwned::to_owned),
        formats,
        charset: scanned.charset.as_ref().map(Charset::name),
        charset_evidence: scanned.charset.as_ref().map(|charset| charset.evidence.clone()),
        language: scanned.language.clone(),
        first: tally.first.as_ref().map(moment),
        last: tally.last.as_ref().map(moment),
        zone,
        events: tally.events,
        undated: tally.undated,
        levels: levels.filter(|(_, count)| *count > 0).collect(),
        bytes: tally.bytes,
        parsed: tally.bytes.saturating_sub(tally.unparsed),
        continuation: tally.continuation,
        unparsed: tally.unparsed,
        lines: tally.lines,
        torn: tally.torn,
        runs,
        restarts: tally.restarts,
        fine,
        copy_of: path_of(scanned.copy_of),
        repeats: path_of(scanned.repeats),
    }
}

fn totals(sources: &[SourceFacts]) -> Totals {
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
