//! [`Troubles`]: paths that cannot be read now. Each is reported once and retried at growing intervals.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use super::interval::SECOND;
use super::news::Problem;

/// First interval of retries of a path, in nanoseconds.
const FIRST: u64 = SECOND;
/// Longest interval of retries.
const LONGEST: u64 = 60 * SECOND;

#[derive(Debug)]
struct Trouble {
    /// Time of the next retry.
    again: u64,
    /// Interval after the next failure.
    wait: u64,
}

/// Paths that cannot be read now.
#[derive(Debug, Default)]
pub(super) struct Troubles(BTreeMap<PathBuf, Trouble>);

impl Troubles {
    /// Records that `path` failed at `now`. Returns the problem if it is new.
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
                ("does not exist".to_owned(), "check the spelling; it is followed as soon as it appears")
            }
            io::ErrorKind::PermissionDenied => (
                format!("cannot be read: {error}"),
                "run spoglight as a user who may read it; it is retried from time to time",
            ),
            _ => (
                format!("cannot be read: {error}"),
                "check its disk or network share; it is retried from time to time",
            ),
        };
        Some(Problem::new(path.display().to_string(), what, advice))
    }

    /// Records that `path` is not followed. Returns the problem if it is new.
    pub(super) fn left(&mut self, path: &Path, what: &str, advice: &str) -> Option<Problem> {
        if self.0.contains_key(path) {
            return None;
        }
        self.0.insert(path.into(), Trouble { again: 0, wait: 0 });
        Some(Problem::new(path.display().to_string(), what, advice))
    }

    /// Returns whether `path` is not followed, whatever can be read of it.
    pub(super) fn is_left(&self, path: &Path) -> bool {
        self.0.get(path).is_some_and(|trouble| trouble.wait == 0)
    }

    /// Records that `path` could be read. Returns whether it failed before.
    pub(super) fn well(&mut self, path: &Path) -> bool {
        !self.0.is_empty() && self.0.remove(path).is_some()
    }

    /// Time until which `path` should be left alone, if `now` is before it.
    pub(super) fn wait(&self, path: &Path, now: u64) -> Option<u64> {
        self.0.get(path).map(|trouble| trouble.again).filter(|again| *again > now)
    }

    /// Forgets paths that are gone; they are reported again if they come back.
    pub(super) fn keep(&mut self, mut is_there: impl FnMut(&Path) -> bool) {
        self.0.retain(|path, _| is_there(path));
    }

    /// Allows `path` to be retried now.
    pub(super) fn try_again(&mut self, path: &Path) {
        if let Some(trouble) = self.0.get_mut(path) {
            trouble.again = 0;
        }
    }

    /// Allows all paths to be retried, because the clock went back.
    pub(super) fn hurry(&mut self) {
        self.0.values_mut().for_each(|trouble| trouble.again = 0);
    }
}
