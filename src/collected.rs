//! [`Collected`]: a collection that was read once. Everything is known of its sources; what its messages say is read again
//! where somebody asks.

use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::PathBuf;
use std::sync::Arc;

use spoglight_signatures::{Correlation, Library, RuleError};

use crate::Settings;
use crate::analysis::{self, Analysis, Evidence, Finding, SourceFacts, Totals, Warning};
use crate::bundle::{Bundle, Problem};
use crate::diagnosis::{self, skew::Skew};
use crate::engine::{self, Found, Options, Progress, Scanned};
use crate::exhibits::Exhibit;
use crate::merge::{Index, Merge, Render, Sink, Summary, Wanted};
use crate::{clocks, facts};

/// See the [module](self).
pub struct Collected<'s> {
    /// Where its bytes are.
    pub bundle: Bundle,
    /// What is known of its sources, in the order of the bundle's.
    pub sources: Vec<SourceFacts>,
    /// Sums over all of them.
    pub totals: Totals,
    /// Servers whose clocks are apart.
    pub skews: Vec<Skew>,
    /// The signatures.
    pub library: Arc<Library>,
    pub(crate) found: Vec<Found>,
    pub(crate) exhibits: Vec<(usize, Box<Exhibit>)>,
    index: Vec<Index<'s>>,
    problems: Vec<Problem>,
}

/// Nanoseconds of a second: the clock of a last message may count in these.
const SECOND: i64 = 1_000_000_000;

/// Bytes of a line that is read again as evidence.
const QUOTED: u64 = 1200;

/// Of what cannot be read from any place, so many bytes are read over to come to a line.
const SKIPPED: u64 = 64 << 20;

/// What is to be done while a collection is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum For {
    /// Signatures are looked for.
    Diagnosis,
    /// It is noted where in time every block lies.
    Timeline,
    /// Both, and every message is noted.
    Browsing,
}

impl For {
    /// How to scan for it.
    pub(crate) fn options(self, settings: &Settings, segment: u64) -> Options<'_> {
        Options {
            formats: settings.formats.and_built_in(),
            charsets: settings.charsets.clone(),
            threads: settings.threads,
            segment,
            search: self != For::Timeline,
            index: self != For::Diagnosis,
            rows: self == For::Browsing,
        }
    }
}

impl<'s> Collected<'s> {
    /// Reads what lies at `paths`, to put its messages in order later.
    ///
    /// Whatever cannot be read is a warning, so this fails only if the library of signatures is broken.
    pub fn read(
        paths: &[PathBuf],
        settings: &'s Settings,
        progress: &dyn Progress,
    ) -> Result<Collected<'s>, RuleError> {
        Collected::survey(paths, settings, For::Timeline, 0, progress)
    }

    pub(crate) fn survey(
        paths: &[PathBuf],
        settings: &'s Settings,
        what_for: For,
        segment: u64,
        progress: &dyn Progress,
    ) -> Result<Collected<'s>, RuleError> {
        let (library, problems) = settings.signatures.and_embedded()?;
        Ok(Collected::search((library, problems), paths, settings, what_for, segment, progress))
    }

    /// The same with a library of one's own, and what was wrong with it.
    pub(crate) fn search(
        (library, problems): (Library, Vec<Problem>),
        paths: &[PathBuf],
        settings: &'s Settings,
        what_for: For,
        segment: u64,
        progress: &dyn Progress,
    ) -> Collected<'s> {
        let bundle = Bundle::open(paths, &settings.opening).with_hosts(&settings.hosts);
        let options = what_for.options(settings, segment);
        let scanned = engine::scan(&bundle, &library, &options, progress);
        Collected::conclude(bundle, scanned, (Arc::new(library), problems), settings, what_for)
    }

    /// What follows from a scan of all sources.
    pub(crate) fn conclude(
        bundle: Bundle,
        scanned: Vec<Scanned<'s>>,
        (library, mut problems): (Arc<Library>, Vec<Problem>),
        settings: &Settings,
        what_for: For,
    ) -> Collected<'s> {
        let mut clocks = clocks::of(&bundle, &scanned, &settings.zones, &settings.skews);
        let skews = clocks::skews(&bundle, &scanned, &mut clocks, settings.apply_skews);
        let mut sources = Vec::with_capacity(scanned.len());
        let (mut found, mut exhibits) = (Vec::new(), Vec::new());
        let mut index = Vec::new();
        // a tally goes when its facts are told: there may be a hundred thousand
        for (at, ((source, mut scanned), clock)) in bundle.sources.iter().zip(scanned).zip(clocks).enumerate()
        {
            sources.push(facts::of(source, &mut scanned, clock, &bundle.sources));
            exhibits.extend(scanned.exhibit.take().map(|exhibit| (at, exhibit)));
            problems.append(&mut scanned.problems);
            match what_for {
                For::Diagnosis | For::Browsing => {
                    let tally = scanned.tally;
                    found.push(Found { hits: tally.hits, unnamed: tally.unnamed, charset: scanned.charset });
                }
                For::Timeline => index.push(Index::of(scanned)),
            }
        }
        let totals = facts::totals(&sources);
        Collected { bundle, sources, totals, skews, library, found, exhibits, index, problems }
    }

    /// Everything that its logs say, but for the sources and skews themselves. Only if signatures were looked for.
    pub(crate) fn diagnose(&self, paths: &[PathBuf], settings: &Settings) -> Result<Analysis, RuleError> {
        let warnings = self.warnings();
        let incident = settings.incident;
        let exhibits = self.exhibits();
        let evidenced = diagnosis::Evidenced {
            library: &self.library,
            rules: &Correlation::embedded()?,
            sources: &self.sources,
            found: &self.found,
            exhibits: &exhibits,
            skews: &self.skews,
            incident,
        };
        let places = diagnosis::coverage::Places::of(&self.sources, incident);
        let diagnosis::Diagnosis { findings, harmless, rules, asks, mut unnamed } =
            diagnosis::diagnose(&evidenced, &places);
        unnamed.mask();
        let collection = diagnosis::checks::Collection {
            sources: &self.sources,
            exhibits: &exhibits,
            warnings: &warnings,
            skews: &self.skews,
            found: &findings,
            incident,
        };
        let checked = diagnosis::checks::run(&collection);
        let signatures = diagnosis::coverage::judge(&self.library, &findings, &places);
        let gaps: Vec<_> = checked.gaps.into_iter().chain(asks).collect();
        let mut findings = diagnosis::rank(findings.into_iter().chain(checked.findings).collect(), incident);
        self.quote(&mut findings);
        findings.iter_mut().for_each(Finding::mask);
        Ok(Analysis {
            schema: analysis::SCHEMA,
            version: env!("CARGO_PKG_VERSION"),
            inputs: paths.iter().map(|path| path.display().to_string()).collect(),
            incident,
            verdict: diagnosis::verdict(&findings, &gaps, self.sources.len(), self.totals.bytes),
            totals: self.totals.clone(),
            findings,
            harmless,
            unnamed,
            sources: Vec::new(),
            cannot_tell: gaps,
            checks: checked.judged,
            signatures,
            rules,
            warnings,
            skews: Vec::new(),
        })
    }

    /// Where the messages lie that a signature hit, by source and byte: the first few thousand of each source.
    pub(crate) fn hits(&self, id: &str) -> impl Iterator<Item = (usize, u64)> {
        let of_id =
            (0..self.library.len()).filter(move |at| self.library.get(*at).is_some_and(|one| one.id == id));
        of_id.flat_map(move |signature| {
            let of_source = self.found.iter().enumerate();
            let tallies =
                of_source.filter_map(move |(source, found)| Some((source, found.hits.get(&signature)?)));
            tallies.flat_map(|(source, tally)| {
                tally.hits.iter().filter_map(move |hit| Some((source, hit.at?.offset)))
            })
        })
    }

    /// What is no log and still says something, with its file.
    pub(crate) fn exhibits(&self) -> Vec<(&SourceFacts, &Exhibit)> {
        self.exhibits
            .iter()
            .filter_map(|(source, exhibit)| Some((self.sources.get(*source)?, &**exhibit)))
            .collect()
    }

    /// Reads evidence of which only the place is known. What cannot be read any more stays a place.
    pub(crate) fn quote(&self, findings: &mut [Finding]) {
        let all = findings.iter_mut().flat_map(|finding| &mut finding.evidence);
        for evidence in all.filter(|evidence| evidence.text.is_empty()) {
            if let Some(line) = self.line_of(evidence) {
                evidence.text = line;
            }
        }
    }

    fn line_of(&self, evidence: &Evidence) -> Option<String> {
        let place = self.sources.iter().position(|source| source.path == evidence.source)?;
        let (source, charset) = (self.bundle.sources.get(place)?, self.found.get(place)?.charset.as_ref()?);
        let (seek, skip) = if source.can_seek() { (evidence.offset, 0) } else { (0, evidence.offset) };
        if skip > SKIPPED {
            return None;
        }
        let line = source.read(seek, |stream| {
            std::io::copy(&mut stream.take(skip), &mut std::io::sink())?;
            let mut line = Vec::new();
            charset.reader(stream).take(QUOTED).read_to_end(&mut line)?;
            line.truncate(memchr::memchr(b'\n', &line).unwrap_or(line.len()));
            Ok(line)
        });
        Some(charset.decode(&line.ok()?).trim_end().to_owned())
    }

    /// What was not read, or not wholly.
    pub fn warnings(&self) -> Vec<Warning> {
        let problems = self.bundle.problems.iter().cloned();
        let problems = problems.chain(self.bundle.noticed()).chain(self.problems.iter().cloned());
        // what is read twice may be wrong twice
        let mut told = BTreeSet::new();
        let problems = problems.filter(|problem| told.insert(problem.clone()));
        problems.map(|Problem { path, what, advice }| Warning { path, what, advice }).collect()
    }

    /// Lets every source be read from any place in which something may be wanted. Before a [`Collected::merge`].
    pub fn stage(&mut self, wanted: &Wanted) {
        let is_wanted = |index: usize| {
            let Some(facts) = self.sources.get(index) else { return false };
            let is_outside = facts.first.zip(facts.last).is_some_and(|(first, last)| {
                first.is_utc()
                    && (wanted.to.is_some_and(|to| to <= first.nanos())
                        || wanted.from.is_some_and(|from| last.nanos().saturating_add(SECOND) < from))
            });
            facts.events > 0 && !is_outside
        };
        let wants: Vec<bool> = (0..self.sources.len()).map(is_wanted).collect();
        let problems = self.bundle.stage(&|index| wants.get(index).copied().unwrap_or(false));
        self.problems.extend(problems);
    }

    /// Hands all events that are wanted to `sink`, in the order of time, as `render` wrote them. What is packed is unpacked
    /// again for every block, unless it was [staged](Collected::stage).
    ///
    /// Fails if the sink does.
    pub fn merge(
        &self,
        wanted: &Wanted,
        threads: usize,
        progress: &dyn Progress,
        render: Render<'_>,
        sink: Sink<'_>,
    ) -> std::io::Result<Summary> {
        let merge = Merge {
            bundle: &self.bundle,
            sources: &self.sources,
            index: &self.index,
            library: &self.library,
            progress,
        };
        merge.run(wanted, threads, render, sink)
    }
}
