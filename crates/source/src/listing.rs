//! [`files_below`]: the files at and below some paths, without opening them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::content::Content;
use crate::folder;
use crate::limits::Budget;
use crate::mtime::ModifiedTime;
use crate::passwords::Passwords;
use crate::problem::Problem;
use crate::sink::Sink;

/// A file on disk that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedFile {
    /// Where it is.
    pub path: PathBuf,
    /// Name in reports, as that of a source.
    pub name: String,
}

/// Returns the regular files at and below `paths`, each once, in the order of a run, and what could not be listed: links,
/// devices, folders without permission. No file is opened.
pub fn files_below(paths: &[PathBuf]) -> (Vec<ListedFile>, Vec<Problem>) {
    let mut files = Files::default();
    for path in paths {
        let mut seen = std::mem::take(&mut files.seen);
        folder::add(&mut files, path, (paths.len() > 1).then_some(&mut seen));
        files.seen = seen;
    }
    (files.found, files.problems)
}

/// Collects files without opening them.
#[derive(Default)]
struct Files {
    found: Vec<ListedFile>,
    problems: Vec<Problem>,
    seen: BTreeSet<PathBuf>,
    budget: Arc<Budget>,
    passwords: Passwords,
}

impl Sink for Files {
    fn add_file(&mut self, path: &Path, name: String) {
        self.found.push(ListedFile { path: path.to_owned(), name });
    }

    fn add(&mut self, _: Arc<dyn Content>, _: String, _: usize, _: ModifiedTime) {}

    fn report(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    fn budget(&self) -> &Arc<Budget> {
        &self.budget
    }

    fn passwords(&mut self) -> &mut Passwords {
        &mut self.passwords
    }
}
