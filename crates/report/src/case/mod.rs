//! [`CaseFile`]: what a report of an analysis shows beside the analysis itself, read from the sources once more: the lines
//! around each evidence, the events around each failure, events over time, and the sums of all input files.

mod events;
mod evidence;

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

use spoglight_engine::collection::Collection;
use spoglight_engine::{Excerpt, Progress};
use spoglight_model::analysis::{Analysis, Evidence};
use spoglight_parsers::Level;
use spoglight_source::{FileDigest, SourceId, digests};

pub(crate) use events::each as each_event;
pub use events::{EventRow, EventWindow};
pub use evidence::evidence_files;

/// Rows of events of all windows together, unless the user gives another number.
pub const MAX_ROWS: usize = 20_000;

/// Bytes of all lines around evidence together. What is beyond them is only quoted.
const EXCERPT_BYTES: usize = 900_000;

/// Bytes of a line beside its text.
const LINE_MARKUP: usize = 90;

/// Settings of a [`CaseFile`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseOptions {
    /// Maximum number of events of all windows together; with 0 events are not read at all. Their text is limited, too: to 170 bytes for each.
    pub max_rows: usize,
    /// Number of threads; 0 for one on each core.
    pub threads: usize,
    /// Arguments of the program, for the section on how a report was made.
    pub arguments: Vec<String>,
}

impl Default for CaseOptions {
    fn default() -> CaseOptions {
        CaseOptions { max_rows: MAX_ROWS, threads: 0, arguments: Vec::new() }
    }
}

/// Position of an evidence: source, line and offset as [`Evidence`] has them.
pub(crate) type EvidencePlace = (SourceId, u64, u64);

/// The place of an evidence in [`CaseFile::excerpts`].
pub(crate) fn place(evidence: &Evidence) -> EvidencePlace {
    (evidence.source.id, evidence.line, evidence.offset)
}

/// What a report shows beside an [`Analysis`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaseFile {
    /// Arguments of the program.
    pub arguments: Vec<String>,
    /// The input files, each with its size and SHA-256.
    pub inputs: Vec<FileDigest>,
    /// Lines around evidence.
    pub(crate) excerpts: BTreeMap<EvidencePlace, Excerpt>,
    /// Events around the first message of the worst findings.
    pub windows: Vec<EventWindow>,
    /// Events over time: start of each step in UTC nanoseconds, and its number of events by [`Level::index`].
    pub activity: Vec<(i64, [u64; Level::COUNT])>,
    /// Length of a step of `activity` in nanoseconds.
    pub step: i64,
    /// Events without a known time, which `activity` leaves out.
    pub unplaced: u64,
}

impl CaseFile {
    /// Reads the sources of an analysis once more. Sources in archives that have to be read at several positions are unpacked
    /// to temporary files.
    ///
    /// Fails if a temporary file cannot be written. What cannot be read any more is left out.
    pub fn gather(
        collection: &mut Collection<'_>,
        analysis: &Analysis,
        paths: &[PathBuf],
        options: &CaseOptions,
        progress: &dyn Progress,
    ) -> io::Result<CaseFile> {
        collection.stage_sources(&|_| true);
        let evidence = analysis.findings.iter().flat_map(|finding| &finding.evidence);
        let unrecognized = &analysis.unrecognized;
        let examples = unrecognized.shown.iter().chain(&unrecognized.shown_warnings);
        let evidence = evidence.chain(examples.map(|error| &error.example));
        let excerpts = excerpts(collection, evidence);
        let windows = events::windows(collection, analysis, options)?;
        let (step, activity, unplaced) = if options.max_rows > 0 {
            events::activity(collection, options.threads, progress)?
        } else {
            events::Activity::default()
        };
        progress.begin(collection.bundle.size());
        let inputs = digests(paths, &|bytes| progress.advance(bytes));
        let arguments = options.arguments.clone();
        Ok(CaseFile { arguments, inputs, excerpts, windows, activity, step, unplaced })
    }

    /// The lines around an evidence; `None` if they could not be read.
    pub fn excerpt(&self, evidence: &Evidence) -> Option<&Excerpt> {
        self.excerpts.get(&place(evidence))
    }
}

/// The lines around as much evidence as there is room for.
fn excerpts<'e>(
    collection: &Collection<'_>,
    evidence: impl Iterator<Item = &'e Evidence>,
) -> BTreeMap<EvidencePlace, Excerpt> {
    let (mut excerpts, mut bytes) = (BTreeMap::new(), 0);
    for evidence in evidence {
        let Some(excerpt) = collection.excerpt(evidence) else { continue };
        bytes += excerpt.lines.iter().map(|line| line.text.len() + LINE_MARKUP).sum::<usize>();
        if bytes > EXCERPT_BYTES {
            break;
        }
        excerpts.insert(place(evidence), excerpt);
    }
    excerpts
}
