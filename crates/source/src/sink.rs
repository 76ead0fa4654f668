//! [`Sink`]: receives what archives and folders hold.
//!
//! The kinds of archive know this trait and not the bundle, which opens them.

use std::path::Path;
use std::sync::Arc;

use crate::content::Content;
use crate::limits::Budget;
use crate::mtime::ModifiedTime;
use crate::passwords::Passwords;
use crate::problem::{Problem, ProblemKind};

/// Receives files, entries of archives, and problems.
pub(crate) trait Sink {
    /// Adds one file on disk: an archive is opened, any other file is a source. One part of a split archive stands for all
    /// parts.
    fn add_file(&mut self, path: &Path, name: String);

    /// Adds an entry that lies in `depth` archives: an archive is opened, any other entry is a source.
    fn add(&mut self, content: Arc<dyn Content>, name: String, depth: usize, written: ModifiedTime);

    /// Records a problem.
    fn report(&mut self, problem: Problem);

    /// The limits that every archive counts against.
    fn budget(&self) -> &Arc<Budget>;

    /// The passwords to try.
    fn passwords(&mut self) -> &mut Passwords;
}

impl dyn Sink + '_ {
    /// Records a problem with a file or an entry.
    pub(crate) fn problem(
        &mut self,
        path: impl Into<String>,
        what: impl Into<String>,
        advice: impl Into<String>,
    ) {
        self.report(Problem::new(path, what, advice));
    }

    /// Records a problem with an archive or a folder that has entries which were not read and whose names are not known.
    pub(crate) fn unread_entries(
        &mut self,
        path: impl Into<String>,
        what: impl Into<String>,
        advice: impl Into<String>,
    ) {
        self.report(Problem::new(path, what, advice).of_kind(ProblemKind::Container));
    }
}
