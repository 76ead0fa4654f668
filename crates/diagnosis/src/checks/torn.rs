//! Files that end in the middle of a line, and logs of processes that are empty.

use crate::check::{Check, CheckInput, CheckOutput, files, gap, process_of};
use crate::coverage::is_cut;
use spoglight_model::CheckId;
use spoglight_model::analysis::{CoverageGap, SourceFacts};
use spoglight_topology::Topology;

/// Files that a sentence lists.
const NAMED: usize = 5;

/// Truncated and empty files.
pub(super) struct Torn;

impl Check for Torn {
    fn id(&self) -> CheckId {
        CheckId("file-cut-off")
    }

    fn number(&self) -> Option<&'static str> {
        Some("B19")
    }

    fn title(&self) -> &'static str {
        "A file is cut off or empty"
    }

    fn run(&self, collection: &CheckInput<'_>) -> CheckOutput {
        let topology = collection.topology;
        let torn = collection.sources.iter().filter(|source| is_cut(source, topology));
        let torn: Vec<&str> = torn.map(|source| &*source.path).collect();
        let cut = |about: String| {
            gap(
                self,
                format!("what follows the end of {about}"),
                "the last line is incomplete: the copy broke off, the disk was full, or it was copied while it was written",
                "compare its size with the file on the server, and copy it again",
            )
        };
        let mut gaps: Vec<CoverageGap> = if torn.len() <= NAMED {
            torn.iter().map(|path| cut((*path).to_owned())).collect()
        } else {
            files(&torn).map(cut).into_iter().collect()
        };
        let empty: Vec<&str> = collection
            .sources
            .iter()
            .filter(|source| is_empty_log(source, topology))
            .map(|source| &*source.path)
            .collect();
        gaps.extend(files(&empty).map(|about| {
            gap(
                self,
                format!("what {about} should contain"),
                "it is empty, although a running process writes to it",
                "check that the process runs and the disk has free space, and copy it again",
            )
        }));
        CheckOutput::gaps(gaps)
    }
}

/// Returns whether it is an empty log of a process that always writes. Its companion logs are normally empty.
fn is_empty_log(source: &SourceFacts, topology: &Topology) -> bool {
    source.bytes == 0
        && process_of(source, topology).is_some_and(|process| {
            process.is_watched && source.is_of(&process.product) && topology.companion(&source.path).is_none()
        })
}
