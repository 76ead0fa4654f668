//! [`Troubles`]: paths that cannot be read now. Each is told once and tried again, less and less often.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use super::interval::SECOND;
use super::news::Problem;

/// A path that cannot be read is tried again after this time at first, in nanoseconds.
const FIRST: u64 = SECOND;
/// And after this time at last.
const LONGEST: u64 = 60 * SECOND;

#[derive(Debug)]
struct Trouble {
    /// When to try again.
    again: u64,
    /// How long to wait after the next failure.
    wait: u64,
}

/// See the [module](self).
#[derive(Debug, Default)]
pub(super) struct Troubles(BTreeMap<PathBuf, Trouble>);

impl Troubles {
    /// `path` failed at `now`. Says so if that is new.
    pub(super) fn failed(&mut self, path: &Path, error: &io::Error, now: u64) -> Option<Problem> {
        let known = self.0.get_mut(path);
        if let Some(trouble) = known {
            trouble.again = now.saturating_add(trouble.wait);
            trouble.wait = (trouble.wait * 2).min(LONGEST);
            return None;
        }
        self.0.insert(path.into(), Trouble { again: now.saturating_add(FIRST), wait: 2 * FIRST });
        let (what, advice) = match error.kind() {
            io::ErrorKind::NotFound => {
                ("is not there".to_owned(), "check the spelling; it is followed as soon as it comes")
            }
            io::ErrorKind::PermissionDenied => (
                format!("cannot be read: {error}"),
                "run spoglight as a user who may read it; it is tried again from time to time",
            ),
            _ => (
                format!("cannot be read: {error}"),
                "check the disk, or the network share, it is on; it is tried again from time to time",
            ),
        };
        Some(Problem::new(path.display().to_string(), what, advice))
    }

    /// `path` is something that is not followed. Says so if that is new.
    pub(super) fn left(&mut self, path: &Path, what: &str, advice: &str) -> Option<Problem> {
        if self.0.contains_key(path) {
            return None;
        }
        self.0.insert(path.into(), Trouble { again: 0, wait: 0 });
        Some(Problem::new(path.display().to_string(), what, advice))
    }

    /// `path` could be read. Whether it could not before.
    pub(super) fn well(&mut self, path: &Path) -> bool {
        !self.0.is_empty() && self.0.remove(path).is_some()
    }

    /// Until when `path` should be left alone, if it should at `now`.
    pub(super) fn wait(&self, path: &Path, now: u64) -> Option<u64> {
        self.0.get(path).map(|trouble| trouble.again).filter(|again| *again > now)
    }

    /// Forgets what is not among `paths` any more; they are told again if they come back.
    pub(super) fn keep(&mut self, mut is_there: impl FnMut(&Path) -> bool) {
        self.0.retain(|path, _| is_there(path));
    }

    /// Nothing speaks against trying `path` now.
    pub(super) fn try_again(&mut self, path: &Path) {
        if let Some(trouble) = self.0.get_mut(path) {
            trouble.again = 0;
        }
    }

    /// Time went back: everything may be tried again.
    pub(super) fn hurry(&mut self) {
        self.0.values_mut().for_each(|trouble| trouble.again = 0);
    }
}
