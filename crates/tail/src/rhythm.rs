//! [`Rhythms`]: logs that were written steadily and are silent now, and those that go on.
//!
//! The rhythm is the longest pause between two pieces of a log, in the time of this machine, so a wrong clock of the log does
//! not matter. A log that is rotated goes on: the rhythm is that of all files of its name. Silence counts only while the log
//! was looked at.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use spoglight_parsers::duration::spoken;

use crate::intervals::{MILLI, SILENCE, STEADY};

/// Pieces after which the rhythm of a log is known.
const PIECES: u64 = 30;

/// A silence is so many times the longest pause.
const FACTOR: u64 = 5;

/// Rhythms of all logs.
#[derive(Debug, Default)]
pub(crate) struct Rhythms(BTreeMap<Arc<str>, Rhythm>);

#[derive(Debug)]
struct Rhythm {
    /// Its file at the moment.
    path: Arc<Path>,
    first: u64,
    last: u64,
    pieces: u64,
    /// The longest pause between two pieces.
    longest: u64,
    /// The silence was noted.
    is_silent: bool,
}

impl Rhythm {
    /// The silence after which it is noted; `None` as long as it has no rhythm.
    fn limit(&self) -> Option<u64> {
        let is_steady = self.pieces >= PIECES && self.last.saturating_sub(self.first) >= STEADY;
        is_steady.then(|| SILENCE.max(self.longest.saturating_mul(FACTOR)))
    }
}

impl Rhythms {
    /// A piece of a log came, in the file at `path`. Returns a note if it was silent.
    pub(crate) fn piece(&mut self, log: &Arc<str>, path: &Arc<Path>, now: u64) -> Option<String> {
        let Some(rhythm) = self.0.get_mut(log) else {
            let path = Arc::clone(path);
            let new = Rhythm { path, first: now, last: now, pieces: 1, longest: 0, is_silent: false };
            self.0.insert(Arc::clone(log), new);
            return None;
        };
        let pause = now.saturating_sub(std::mem::replace(&mut rhythm.last, now));
        rhythm.pieces += 1;
        if rhythm.path != *path {
            rhythm.path = Arc::clone(path);
        }
        if std::mem::take(&mut rhythm.is_silent) {
            // its rhythm is learned again
            (rhythm.first, rhythm.pieces, rhythm.longest) = (now, 1, 0);
            return Some(format!("{} is written again, after {}", path.display(), span(pause)));
        }
        rhythm.longest = rhythm.longest.max(pause);
        None
    }

    /// A log ended.
    pub(crate) fn forget(&mut self, log: &str) {
        self.0.remove(log);
    }

    /// Notes about logs that are silent.
    pub(crate) fn notes(&mut self, now: u64) -> Vec<String> {
        let mut notes = Vec::new();
        for rhythm in self.0.values_mut() {
            let silence = now.saturating_sub(rhythm.last);
            if !rhythm.is_silent && rhythm.limit().is_some_and(|limit| silence >= limit) {
                rhythm.is_silent = true;
                notes.push(format!(
                    "nothing was written to {} for {}, where {} was the longest pause: look whether its program runs",
                    rhythm.path.display(),
                    span(silence),
                    span(rhythm.longest)
                ));
            }
        }
        notes
    }

    /// Time at which a log is silent if nothing comes.
    pub(crate) fn deadline(&self) -> Option<u64> {
        let open = self.0.values().filter(|rhythm| !rhythm.is_silent);
        open.filter_map(|rhythm| Some(rhythm.last.saturating_add(rhythm.limit()?))).min()
    }
}

/// A time of whole seconds, in words.
fn span(nanos: u64) -> String {
    let second = 1_000 * MILLI;
    spoken(i64::try_from((nanos / second).max(1) * second).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000 * MILLI;

    fn path() -> Arc<Path> {
        Path::new("logs/a.log").into()
    }

    fn written(pieces: u64, pause: u64) -> (Rhythms, Arc<str>, u64) {
        let (mut rhythms, log): (Rhythms, Arc<str>) = (Rhythms::default(), "logs/a.log".into());
        let path = path();
        (0..=pieces).for_each(|piece| assert_eq!(rhythms.piece(&log, &path, piece * pause), None));
        (rhythms, log, pieces * pause)
    }

    #[test]
    fn a_steady_log_that_is_silent_is_noted_once() {
        let (mut rhythms, log, last) = written(60, 20 * SECOND);
        assert_eq!(rhythms.deadline(), Some(last + SILENCE));
        assert_eq!(rhythms.notes(last + SILENCE - 1), Vec::<String>::new());
        let notes = rhythms.notes(last + SILENCE);
        assert!(notes[0].starts_with("nothing was written to logs/a.log for "), "{notes:?}");
        assert!(notes[0].contains("where 20 s was"), "{notes:?}");
        assert_eq!(rhythms.notes(last + 2 * SILENCE), Vec::<String>::new());
        let again = rhythms.piece(&log, &path(), last + 3 * SILENCE).expect("a note");
        assert!(again.starts_with("logs/a.log is written again, after "), "{again}");
        assert_eq!(rhythms.deadline(), None, "its rhythm is not known yet");
    }

    #[test]
    fn what_has_no_rhythm_is_never_silent() {
        let (mut few, _, last) = written(10, 100 * SECOND);
        assert_eq!(few.notes(last + 100 * SILENCE), Vec::<String>::new());
        let (mut short, _, last) = written(600, SECOND / 2);
        assert_eq!(short.notes(last + 100 * SILENCE), Vec::<String>::new());
        // rare pieces: the silence is longer
        let (mut rare, log, last) = written(40, 120 * SECOND);
        assert_eq!(rare.notes(last + 599 * SECOND), Vec::<String>::new());
        rare.forget(&log);
        assert_eq!(rare.notes(last + 100 * SILENCE), Vec::<String>::new());
    }
}
