//! A scanned collection. Source facts are in memory; message text is read again on demand.

use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::PathBuf;
use std::sync::Arc;

use spoglight_signatures::{DefinitionError, Library};

use crate::memory;
use crate::merge::{BlockIndex, Merge, MergeRequest, MergeSink, Render, Summary};
use crate::options::ScanOptions;
use crate::progress::Progress;
use crate::scanned::ScannedSource;
use crate::settings::Settings;
use crate::tally::ScanHits;
use crate::{block_reader, clocks, facts, pipeline};
use spoglight_artifacts::Artifact;
use spoglight_model::ClockSkew;
use spoglight_model::analysis::{Evidence, Finding, SourceFacts, Totals, Warning};
use spoglight_source::{Bundle, Problem, SourceId};
use spoglight_time::units::SECOND;

/// Folders, files and archives after their scan.
pub struct Collection<'s> {
    /// Its files.
    pub bundle: Bundle,
    /// Facts of its sources, in the order of the bundle's.
    pub sources: Vec<SourceFacts>,
    /// Sums over all of them.
    pub totals: Totals,
    /// Servers whose clocks differ.
    pub skews: Vec<ClockSkew>,
    /// The signatures.
    pub library: Arc<Library>,
    /// Hits of signatures in each source, in the order of the bundle's; empty if none were searched for.
    pub found: Vec<ScanHits>,
    /// Artifacts, with their sources.
    pub artifacts: Vec<(SourceId, Box<Artifact>)>,
    index: Vec<BlockIndex<'s>>,
    problems: Vec<Problem>,
}

/// Results of sources that are freed before their memory is returned.
const FREED: usize = 1 << 14;

/// Bytes of a line that are read again as evidence.
const QUOTED: u64 = 1200;

/// Bytes of a source that cannot seek that are skipped at most to reach a line.
const SKIPPED: u64 = 64 << 20;

/// Purpose of a scan of a collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScanPurpose {
    /// Search for signatures.
    Diagnosis,
    /// Record a block index, for a merge.
    Timeline,
    /// Both.
    Report,
    /// Both, and record every event.
    Browsing,
}

impl ScanPurpose {
    /// Options of a scan for it.
    pub fn options(self, settings: &Settings, segment: u64) -> ScanOptions<'_> {
        ScanOptions {
            formats: settings.formats.and_built_in(),
            charsets: settings.charsets.clone(),
            threads: settings.threads,
            segment,
            search: self != ScanPurpose::Timeline,
            index: self != ScanPurpose::Diagnosis,
            rows: self == ScanPurpose::Browsing,
            ..ScanOptions::default()
        }
    }
}

impl<'s> Collection<'s> {
    /// Reads the files at `paths`, so that their events can be merged.
    ///
    /// Fails if the library of signatures is broken; a file that cannot be read is a warning.
    pub fn read(
        paths: &[PathBuf],
        settings: &'s Settings,
        progress: &dyn Progress,
    ) -> Result<Collection<'s>, DefinitionError> {
        Collection::survey(paths, settings, ScanPurpose::Timeline, 0, progress)
    }

    /// Reads the files at `paths` for a purpose. `segment` is [`ScanOptions::segment`].
    ///
    /// Fails if the library of signatures is broken; a file that cannot be read is a warning.
    pub fn survey(
        paths: &[PathBuf],
        settings: &'s Settings,
        purpose: ScanPurpose,
        segment: u64,
        progress: &dyn Progress,
    ) -> Result<Collection<'s>, DefinitionError> {
        let (library, problems) = settings.signatures.and_embedded()?;
        Ok(Collection::search((library, problems), paths, settings, purpose, segment, progress))
    }

    /// Reads the files at `paths` for a purpose, with a given library and the problems that were found in it.
    pub fn search(
        (library, problems): (Library, Vec<Problem>),
        paths: &[PathBuf],
        settings: &'s Settings,
        purpose: ScanPurpose,
        segment: u64,
        progress: &dyn Progress,
    ) -> Collection<'s> {
        let mut bundle = Bundle::open(paths, &settings.opening).with_hosts(&settings.hosts);
        let options = purpose.options(settings, segment);
        let scanned = pipeline::scan(&mut bundle, &library, &options, progress);
        Collection::conclude(bundle, scanned, (Arc::new(library), problems), settings, purpose)
    }

    /// Makes a collection of the results of a scan of all sources of `bundle`.
    pub fn conclude(
        bundle: Bundle,
        mut scanned: Vec<ScannedSource<'s>>,
        (library, mut problems): (Arc<Library>, Vec<Problem>),
        settings: &Settings,
        purpose: ScanPurpose,
    ) -> Collection<'s> {
        let mut clocks = clocks::of(&bundle, &scanned, &settings.zones, &settings.skews);
        let skews = clocks::skews(&bundle, &scanned, &mut clocks, settings.apply_skews);
        let mut sources = Vec::with_capacity(scanned.len());
        let (mut found, mut artifacts) = (Vec::new(), Vec::new());
        let mut index = Vec::new();
        let mut warnings = Vec::new();
        // from the last to the first, because each result is freed once its facts are taken: there may be a hundred thousand
        while let (Some(mut one), Some(clock)) = (scanned.pop(), clocks.pop()) {
            let at = clocks.len();
            let Some(source) = bundle.sources.get(at) else { continue };
            one.tally.unpack();
            let mut facts = facts::of(SourceId::new(at), source, &mut one, clock, &bundle.sources);
            if let Some(after) = sources.last() {
                facts::share(&mut facts, after);
            }
            sources.push(facts);
            artifacts.extend(one.artifact.take().map(|artifact| (SourceId::new(at), artifact)));
            warnings.extend(std::mem::take(&mut one.problems).into_inner().into_iter().rev());
            match purpose {
                ScanPurpose::Diagnosis | ScanPurpose::Browsing => found.push(one.take_hits()),
                ScanPurpose::Timeline => index.push(BlockIndex::of(one)),
                ScanPurpose::Report => {
                    found.push(one.take_hits());
                    index.push(BlockIndex::of(one));
                }
            }
            if at.is_multiple_of(FREED) {
                scanned.shrink_to_fit();
                memory::give_back();
            }
        }
        sources.reverse();
        artifacts.reverse();
        found.reverse();
        index.reverse();
        problems.extend(warnings.into_iter().rev());
        let totals = facts::totals(&sources);
        Collection { bundle, sources, totals, skews, library, found, artifacts, index, problems }
    }

    /// Messages that a signature hit, as source and offset in bytes: the first few thousand of each source.
    pub fn hits(&self, id: &str) -> impl Iterator<Item = (SourceId, u64)> {
        self.library.position(id).into_iter().flat_map(move |signature| {
            let of_source = self.found.iter().enumerate();
            let tallies = of_source
                .filter_map(move |(source, found)| Some((SourceId::new(source), found.hits.get(signature)?)));
            tallies.flat_map(|(source, tally)| {
                tally.hits.iter().filter_map(move |hit| Some((source, hit.at?.offset)))
            })
        })
    }

    /// Artifacts, with the facts of their files.
    pub fn artifacts(&self) -> Vec<(&SourceFacts, &Artifact)> {
        self.artifacts
            .iter()
            .filter_map(|(source, artifact)| Some((self.sources.get(source.index())?, &**artifact)))
            .collect()
    }

    /// Reads the text of evidence of which only the position is known. Evidence that cannot be read any more stays without.
    /// From then on positions are those that a reader sees, in an extract those in its text.
    pub fn quote(&self, findings: &mut [Finding]) {
        for evidence in findings.iter_mut().flat_map(|finding| &mut finding.evidence) {
            if evidence.text.is_empty()
                && let Some(line) = self.line_of(evidence)
            {
                evidence.text = line;
            }
            self.show_position(evidence);
        }
    }

    /// Replaces the position of evidence by the one that a reader sees.
    pub fn show_position(&self, evidence: &mut Evidence) {
        if let Some(facts) =
            self.sources.get(evidence.source.id.index()).filter(|facts| facts.extract.is_some())
        {
            // the message begins above the line, perhaps behind a prefix of another length
            evidence.event_line = facts.shown_position(evidence.event_line, evidence.offset).0;
            (evidence.line, evidence.offset) = facts.shown_position(evidence.line, evidence.offset);
        }
    }

    fn line_of(&self, evidence: &Evidence) -> Option<String> {
        self.line_at(evidence.source.id, evidence.offset)
    }

    /// Reads the line that begins at an offset of a source, in bytes, or a part of a very long one; `None` if it cannot be
    /// read any more, or only by unpacking much.
    pub fn line_at(&self, source: SourceId, offset: u64) -> Option<String> {
        let mut line = self.bytes_at(source, offset, QUOTED)?;
        line.truncate(memchr::memchr(b'\n', &line).unwrap_or(line.len()));
        self.decoded(source, &line).map(|line| line.trim_end().to_owned())
    }

    /// Reads whole lines from the beginning of a source: so many bytes of its converted text, without a last line that is
    /// cut. `None` as for [`Collection::line_at`].
    pub fn beginning_of(&self, source: SourceId, bytes: u64) -> Option<String> {
        let mut lines = self.bytes_at(source, 0, bytes)?;
        if lines.len() as u64 == bytes {
            lines.truncate(memchr::memrchr(b'\n', &lines).map_or(0, |end| end + 1));
        }
        self.decoded(source, &lines)
    }

    pub(crate) fn decoded(&self, source: SourceId, text: &[u8]) -> Option<String> {
        let charset = self.found.get(source.index())?.charset.as_ref()?;
        Some(charset.decode(text).into_owned())
    }

    fn bytes_at(&self, source: SourceId, offset: u64, bytes: u64) -> Option<Vec<u8>> {
        let place = source.index();
        let (source, charset) = (self.bundle.sources.get(place)?, self.found.get(place)?.charset.as_ref()?);
        if !source.can_seek() && offset > SKIPPED {
            return None;
        }
        let read = block_reader::at_offset(source, offset, |stream| {
            let mut read = Vec::new();
            charset.reader(stream).take(bytes).read_to_end(&mut read)?;
            Ok(read)
        });
        read.ok()
    }

    /// Files that were not read, or only in part.
    pub fn warnings(&self) -> Vec<Warning> {
        let problems = self.bundle.problems.iter().cloned();
        let problems = problems.chain(self.bundle.noticed()).chain(self.problems.iter().cloned());
        // a file that is read twice may have the same problem twice
        let mut told = BTreeSet::new();
        let problems = problems.filter(|problem| told.insert(problem.clone()));
        problems.map(Warning::from).collect()
    }

    /// Unpacks every source of an archive in which events of a request may be, so that it can be read from any offset. To be called
    /// before [`Collection::merge`].
    pub fn stage(&mut self, wanted: &MergeRequest) {
        let is_wanted = |index: usize| {
            let Some(facts) = self.sources.get(index) else { return false };
            // the clock of the last message may count in seconds
            let is_outside = facts.first.zip(facts.last).is_some_and(|(first, last)| {
                first.is_utc()
                    && (wanted.to.is_some_and(|to| to <= first.nanos())
                        || wanted.from.is_some_and(|from| last.nanos().saturating_add(SECOND) < from))
            });
            facts.events > 0 && !is_outside
        };
        let wants: Vec<bool> = (0..self.sources.len()).map(is_wanted).collect();
        self.stage_sources(&|source| wants.get(source.index()).copied().unwrap_or(false));
    }

    /// Unpacks every source of an archive that `is_wanted` selects, so that it can be read from any offset.
    pub fn stage_sources(&mut self, is_wanted: &(dyn Fn(SourceId) -> bool + Sync)) {
        let problems = self.bundle.stage(&|index| is_wanted(SourceId::new(index)));
        self.problems.extend(problems);
    }

    /// Hands all events of a request to `sink`, in the order of time, as `render` wrote them. A packed source is unpacked again
    /// for every block, unless it was [staged](Collection::stage).
    ///
    /// Fails if the sink does.
    pub fn merge(
        &self,
        wanted: &MergeRequest,
        threads: usize,
        progress: &dyn Progress,
        render: Render<'_>,
        sink: MergeSink<'_>,
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
