//! [`timeline`]: the events of all sources in time order.

use std::io;
use std::path::PathBuf;

use spoglight_engine::collection::Collection;
use spoglight_engine::merge::{MergeRequest, MergeSink, Render, Summary};
use spoglight_engine::{Progress, Settings};
use spoglight_model::analysis::{SourceFacts, Warning};
use spoglight_signatures::DefinitionError;

/// A timeline that was read to its end.
#[derive(Debug)]
#[non_exhaustive]
pub struct Timeline {
    /// Facts about every file that was read.
    pub sources: Vec<SourceFacts>,
    /// Input that was not read, or not completely.
    pub warnings: Vec<Warning>,
    /// Number of events, and what is known of their order.
    pub summary: Summary,
}

/// A timeline that cannot be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TimelineError {
    /// A signature is invalid.
    #[error(transparent)]
    Definition(#[from] DefinitionError),
    /// The receiver of events failed.
    #[error(transparent)]
    MergeSink(#[from] io::Error),
}

/// Passes the events of folders, log files and archives to `sink` in time order, rendered by `render`.
///
/// `render` runs on several threads and must write text that depends on the event alone. Events of equal time are in the
/// order of their sources and lines, events without a known time come last. A file that cannot be read is a warning of
/// the result.
///
/// ```
/// use spoglight::{Level, MergeRequest, Query, Settings, timeline};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let request = MergeRequest { query: Query::parse("level>=error host:PCCEADSA")?, ..MergeRequest::default() };
/// let mut lines = Vec::new();
/// timeline(
///     &["samples/cases/untrusted-certificate".into()],
///     &Settings::default(),
///     &request,
///     &(),
///     &|event, text| text.extend_from_slice(event.summary(false).0.as_bytes()),
///     &mut |event, text| {
///         lines.push((event.moment, event.level, String::from_utf8_lossy(text).into_owned()));
///         Ok(())
///     },
/// )?;
/// assert!(lines.iter().all(|(_, level, _)| *level <= Level::Error));
/// # Ok(())
/// # }
/// ```
pub fn timeline(
    paths: &[PathBuf],
    settings: &Settings,
    request: &MergeRequest,
    progress: &dyn Progress,
    render: Render<'_>,
    sink: MergeSink<'_>,
) -> Result<Timeline, TimelineError> {
    let mut collection = Collection::read(paths, settings, progress)?;
    collection.stage(request);
    let summary = collection.merge(request, settings.threads, progress, render, sink)?;
    let warnings = collection.warnings();
    Ok(Timeline { sources: collection.sources, warnings, summary })
}
