//! [`Arrivals`]: logs that come and go while others are followed, as notes.
//!
//! A log is all files of one name but for their dates and numbers (see [`name_of`]), so a rotation is neither: the new file has
//! the name of one that is there, and the old one may be deleted. Many at once are one note.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use spoglight_engine::log_of;
use spoglight_text::humanize::grouped;

use crate::intervals::GATHER;

/// Logs of one kind that have a note each.
const NAMED: usize = 3;

/// Digits of the shortest date in a name: `u_ex261121.log`.
const DATE: usize = 6;

/// The name that the files of one log share: without the number at its end, and with `#` for dates.
pub(crate) fn name_of(path: &Path) -> String {
    let path = path.display().to_string().replace('\\', "/");
    let name = log_of(&path);
    let start = name.rfind('/').map_or(0, |at| at + 1);
    let (folder, mut rest) = name.split_at(start);
    let mut shared = folder.to_owned();
    while let Some(at) = rest.find(|letter: char| letter.is_ascii_digit()) {
        let (before, run) = rest.split_at(at);
        let end = run.find(|letter: char| !letter.is_ascii_digit() && !"-_".contains(letter));
        let (run, after) = run.split_at(end.unwrap_or(run.len()));
        let digits = run.bytes().filter(u8::is_ascii_digit).count();
        shared.push_str(before);
        shared.push_str(if digits >= DATE { "#" } else { run });
        rest = after;
    }
    shared + rest
}

/// Logs that come and go.
#[derive(Debug, Default)]
pub(crate) struct Arrivals {
    /// The logs that were found at first are no news.
    is_ready: bool,
    /// Number of files of each log.
    files: BTreeMap<Arc<str>, usize>,
    /// Names of logs that came and went, each with a path.
    came: BTreeMap<Arc<str>, String>,
    gone: BTreeMap<Arc<str>, String>,
    /// Time of the first of these.
    since: u64,
}

impl Arrivals {
    /// From now on logs are news.
    pub(crate) fn open(&mut self) {
        self.is_ready = true;
    }

    /// Number of logs that are followed: rotated files are a part of one.
    pub(crate) fn count(&self) -> usize {
        self.files.len()
    }

    /// A file is followed from now on. `name` is that of its log.
    pub(crate) fn came(&mut self, name: &Arc<str>, path: &Path, now: u64) {
        let files = self.files.entry(Arc::clone(name)).or_default();
        *files += 1;
        if *files == 1 && self.is_ready && self.gone.remove(name).is_none() {
            self.begin(now);
            self.came.insert(Arc::clone(name), path.display().to_string());
        }
    }

    /// A file is not followed any more. Returns true if it was the last of its log.
    pub(crate) fn went(&mut self, name: &Arc<str>, path: &Path, now: u64) -> bool {
        let Some(files) = self.files.get_mut(name) else { return false };
        *files = files.saturating_sub(1);
        if *files > 0 {
            return false;
        }
        self.files.remove(name);
        if self.is_ready && self.came.remove(name).is_none() {
            self.begin(now);
            self.gone.insert(Arc::clone(name), path.display().to_string());
        }
        true
    }

    /// Notes that waited long enough for more.
    pub(crate) fn notes(&mut self, now: u64) -> Vec<String> {
        if self.deadline().is_none_or(|due| due > now) {
            return Vec::new();
        }
        let mut notes = Vec::new();
        for (all, one, many) in [
            (std::mem::take(&mut self.came), "a new log", "new logs"),
            (std::mem::take(&mut self.gone), "a log is gone", "logs are gone"),
        ] {
            let paths: Vec<String> = all.into_values().collect();
            match paths.as_slice() {
                few if few.len() <= NAMED => notes.extend(few.iter().map(|path| format!("{one}: {path}"))),
                [first, ..] => {
                    notes.push(format!("{} {many}, such as {first}", grouped(paths.len() as u64)));
                }
                [] => {}
            }
        }
        notes
    }

    /// Time at which a note is due; `None` if none waits.
    pub(crate) fn deadline(&self) -> Option<u64> {
        let waits = !self.came.is_empty() || !self.gone.is_empty();
        waits.then(|| self.since.saturating_add(GATHER))
    }

    fn begin(&mut self, now: u64) {
        if self.came.is_empty() && self.gone.is_empty() {
            self.since = now;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn came(arrivals: &mut Arrivals, path: &str, now: u64) {
        let path = Path::new(path);
        arrivals.came(&name_of(path).into(), path, now);
    }

    fn went(arrivals: &mut Arrivals, path: &str, now: u64) {
        let path = Path::new(path);
        arrivals.went(&name_of(path).into(), path, now);
    }

    fn arrivals(names: &[&str]) -> Arrivals {
        let mut arrivals = Arrivals::default();
        for name in names {
            came(&mut arrivals, name, 0);
        }
        arrivals.open();
        arrivals
    }

    #[test]
    fn files_of_one_log_share_a_name() {
        for (one, other) in [
            ("logs/catalina.2026-11-21.log", "logs/catalina.2026-11-22.log"),
            ("logs/u_ex261121.log", "logs/u_ex261122.log"),
            ("logs/a.log", "logs/a.log.3"),
            ("logs/x_2026-11-21_10.log", "logs/x_2026-11-21_11.log"),
        ] {
            assert_eq!(name_of(Path::new(one)), name_of(Path::new(other)));
        }
        for (one, other) in [
            ("logs/eg_log_ECEAPP01_p1.log", "logs/eg_log_ECEAPP01_p2.log"),
            ("run20261121/x.log", "run20261122/x.log"),
            ("logs/tomcat9-stderr.log", "logs/tomcat9-stdout.log"),
        ] {
            assert_ne!(name_of(Path::new(one)), name_of(Path::new(other)));
        }
    }

    #[test]
    fn a_log_that_comes_or_goes_is_one_note() {
        let mut arrivals = arrivals(&["logs/a.log", "logs/a.log.1", "logs/b.log"]);
        assert_eq!(arrivals.count(), 2);
        came(&mut arrivals, "logs/c.log", 0);
        assert_eq!(arrivals.deadline(), Some(GATHER));
        assert_eq!(arrivals.notes(GATHER - 1), Vec::<String>::new());
        assert_eq!(arrivals.notes(GATHER), ["a new log: logs/c.log"]);
        went(&mut arrivals, "logs/b.log", GATHER);
        assert_eq!(arrivals.notes(3 * GATHER), ["a log is gone: logs/b.log"]);
        assert_eq!(arrivals.deadline(), None);
        assert_eq!(arrivals.count(), 2);
    }

    #[test]
    fn a_rotation_is_neither() {
        let mut arrivals = arrivals(&["logs/a.log", "logs/a.log.1", "logs/catalina.2026-11-21.log"]);
        // the old file is followed under another name, and the oldest is deleted
        came(&mut arrivals, "logs/a.log", 0);
        went(&mut arrivals, "logs/a.log.2", 0);
        came(&mut arrivals, "logs/catalina.2026-11-22.log", 0);
        // deleted, and written again within a moment
        went(&mut arrivals, "logs/a.log.1", 0);
        went(&mut arrivals, "logs/a.log", 0);
        came(&mut arrivals, "logs/a.log", 1);
        assert_eq!(arrivals.notes(9 * GATHER), Vec::<String>::new());
    }

    #[test]
    fn many_are_one_note() {
        let mut arrivals = arrivals(&[]);
        for log in 0..40_u64 {
            came(&mut arrivals, &format!("run{log}/x.log"), 0);
        }
        assert_eq!(arrivals.notes(GATHER), ["40 new logs, such as run0/x.log"]);
    }
}
