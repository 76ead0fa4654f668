//! Files that end in the middle of a line, and logs of processes that are empty.

use super::{Check, CheckInput, CheckOutput, SERVICES, files, gap};
use spoglight_model::CheckId;
use spoglight_model::analysis::{CoverageGap, SourceFacts};
use spoglight_source::is_companion;

/// Formats whose programs do not end the last line, or which are no logs.
const OPEN_ENDED: &[&str] = &["text", "jvm-crash", "jvm-threads", "log4j-xml", "stamped-text"];

/// Files that are named one by one.
const NAMED: usize = 5;

/// See the [module](self).
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
        let torn = collection.sources.iter().filter(|source| {
            source.torn && source.format.as_deref().is_some_and(|format| !OPEN_ENDED.contains(&format))
        });
        let torn: Vec<&str> = torn.map(|source| &*source.path).collect();
        let cut = |about: String| {
            gap(
                self,
                format!("what stood behind the end of {about}"),
                "the last line has no end: the copy broke off, the disk was full, or it was copied while it was written",
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
            .filter(|source| is_empty_log(source))
            .map(|source| &*source.path)
            .collect();
        gaps.extend(files(&empty).map(|about| {
            gap(
                self,
                format!("what should stand in {about}"),
                "it is empty, and a running process writes to it",
                "look whether the process runs and the disk has room, and copy it again",
            )
        }));
        CheckOutput::gaps(gaps)
    }
}

/// Whether it is the log of an ECE process and empty. Its companions are empty if all is well.
fn is_empty_log(source: &SourceFacts) -> bool {
    let process = source.origin.process.as_deref().unwrap_or_default();
    source.bytes == 0
        && source.origin.product == Some("ECE")
        && (process == "ApplicationServer" || SERVICES.contains(&process))
        && !is_companion(&source.path)
}
