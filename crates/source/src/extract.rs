//! [`Extract`]: the text that a source was taken out of, with a map back to its lines.

use std::sync::Arc;

use serde::Serialize;

use crate::content::Content;
use crate::mtime::ModifiedTime;

/// Position of a line in a text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct LinePosition {
    /// Its number, from 1.
    pub line: u64,
    /// Its offset in bytes.
    pub offset: u64,
}

/// Adjacent lines of a log whose prefixes have one length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Run {
    /// Position of the first line in the log.
    pub(crate) inner: LinePosition,
    /// Position of the first line in the extract.
    pub(crate) outer: LinePosition,
    /// Bytes of each line that are in the extract only.
    pub(crate) removed: u64,
}

/// The extract that a source was taken out of.
#[derive(Debug, Serialize)]
pub struct Extract {
    /// Names of the wrappers that were removed, the outer first: `grep-n`. Empty if only wrapped lines were joined.
    pub wrappers: Vec<&'static str>,
    /// Whether lines of the log may be missing, because a program selected some: then nothing follows from what it does
    /// not contain.
    pub is_selection: bool,
    /// Name, size, modification time and content of the extract.
    #[serde(skip)]
    pub(crate) path: Arc<str>,
    #[serde(skip)]
    pub(crate) size: u64,
    #[serde(skip)]
    pub(crate) written: ModifiedTime,
    #[serde(skip)]
    pub(crate) content: Arc<dyn Content>,
    #[serde(skip)]
    pub(crate) runs: Vec<Run>,
}

impl Extract {
    /// Position in the extract of a line of the log.
    pub fn outer(&self, inner: LinePosition) -> LinePosition {
        let at = self.runs.partition_point(|run| run.inner <= inner);
        let Some(run) = at.checked_sub(1).and_then(|at| self.runs.get(at)) else { return inner };
        let lines = inner.line - run.inner.line;
        let bytes = inner.offset.saturating_sub(run.inner.offset);
        LinePosition {
            line: run.outer.line + lines,
            offset: run.outer.offset.saturating_add(bytes).saturating_add(lines.saturating_mul(run.removed)),
        }
    }

    /// Offset in the log of a line at `outer` bytes of the extract. Exact for the offsets that [`Extract::outer`] gives.
    pub fn inner(&self, outer: LinePosition) -> u64 {
        let at = self.runs.partition_point(|run| run.outer.offset <= outer.offset);
        let Some(run) = at.checked_sub(1).and_then(|at| self.runs.get(at)) else { return 0 };
        let lines = outer.line.saturating_sub(run.outer.line);
        let bytes =
            outer.offset.saturating_sub(run.outer.offset).saturating_sub(lines.saturating_mul(run.removed));
        run.inner.offset + bytes
    }

    /// Name of the extract.
    pub fn path(&self) -> &str {
        &self.path
    }
}
