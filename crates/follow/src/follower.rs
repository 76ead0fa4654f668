//! [`Follower`]: looks at every log when it is due, takes what is new, and says when to come back. Logs take turns, so that
//! one that is written without end does not keep the others waiting.
//!
//! It has no thread and does not sleep, and knows no time but the one it is told. `scan.rs` finds files by listing folders
//! and tells which log is where; `newcomers.rs` tells what a file is that was not seen before; `turn.rs` is what is done
//! with a log when it is due.
//!
//! What is lost: bytes that are written and deleted, or truncated, between two looks. With handles a deleted file is read to
//! its end if it was written to lately. A folder that cannot be listed because its share hangs stops everything.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::errors::Troubles;
use super::interval::Pace;
use super::log::{Log, Missing, Past, Role};
use super::news::{Beginning, Ending, LogId, News};
use super::ports::{FileId, Files, Opened};
use super::state::State;
use super::watch_paths::Want;

/// Listings that must miss a log before it is gone.
pub(super) const MISSED: u32 = 3;

/// Says where to begin in a file: its path, the file, and its size. An answer beyond the size is the size.
pub type Choose = dyn FnMut(&Path, &dyn Opened, u64) -> io::Result<u64> + Send;

/// Where to begin in files that were there when following began, and that no state knows. What comes later begins at 0.
#[derive(Default)]
pub enum Start {
    /// At their start.
    #[default]
    Beginning,
    /// At their end.
    End,
    /// Where this says, file by file; [`last_lines`](super::last_lines) helps. If it fails the file begins at its end.
    Chosen(Box<Choose>),
}

impl fmt::Debug for Start {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Start::Beginning => "Beginning",
            Start::End => "End",
            Start::Chosen(_) => "Chosen",
        })
    }
}

/// What to follow, and how.
#[derive(Debug, Default)]
pub struct Settings {
    /// Files, folders and globs. They need not be there yet.
    pub paths: Vec<PathBuf>,
    /// Where to begin.
    pub start: Start,
    /// How often to look.
    pub pace: Pace,
    /// The state has what was reported by [`Follower::handled`], and not what was handed on: for those who keep lines until
    /// they are whole.
    pub acknowledged: bool,
    /// Where another run stopped.
    pub state: State,
}

/// What a poll has found.
#[derive(Debug, Default)]
pub struct Polled {
    /// What happened, in its order.
    pub news: Vec<News>,
    /// When to poll again, by the clock of the poll. Earlier does no harm.
    pub next: u64,
}

/// Something may have happened. A hint only makes a follower look sooner, so a wrong one does no harm, and none is needed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hint {
    /// To this file.
    File(PathBuf),
    /// Files came, went, or have other names.
    Names,
}

/// What a path is, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Binding {
    /// This log, or another name of its file.
    Log(LogId),
    /// Something that is not followed: it had so many bytes.
    Left { file: FileId, size: u64, again: u64 },
}

/// Logs that are followed: looks at every one when it is due, takes what is new, and says when to come back.
#[derive(Debug)]
pub struct Follower<F: Files> {
    pub(super) files: F,
    pub(super) pace: Pace,
    pub(super) start: Start,
    acknowledged: bool,
    pub(super) wants: Vec<Want>,
    pub(super) logs: BTreeMap<LogId, Log<F::File>>,
    pub(super) by_file: BTreeMap<FileId, LogId>,
    pub(super) bindings: BTreeMap<Arc<Path>, Binding>,
    /// Logs that are not where they were.
    pub(super) missing: BTreeSet<LogId>,
    /// When, number of the last turn, log.
    pub(super) queue: BTreeSet<(u64, u64, LogId)>,
    pub(super) past: Past,
    pub(super) troubles: Troubles,
    pub(super) news: Vec<News>,
    pub(super) now: u64,
    /// When to list folders.
    pub(super) listing_due: u64,
    /// When folders were listed, and when every file of some was looked at.
    pub(super) listed: Option<u64>,
    pub(super) searched: Option<u64>,
    /// Folders in which every file must be looked at.
    pub(super) suspects: BTreeSet<PathBuf>,
    /// Folders in which something may happen.
    pub(super) folders: BTreeSet<PathBuf>,
    pub(super) buffer: Vec<u8>,
    next_log: u64,
    pub(super) served: u64,
    pub(super) handles: usize,
}

impl<F: Files> Follower<F> {
    /// Looks at nothing yet: the first [`poll`](Follower::poll) does.
    pub fn new(files: F, settings: Settings) -> Follower<F> {
        let Settings { paths, start, pace, acknowledged, state } = settings;
        let wants = paths.into_iter().map(|path| {
            let mut want = Want::new(path);
            want.is_known = state.paths.iter().any(|known| *known == want.given.to_string_lossy());
            want
        });
        let mut follower = Follower {
            files,
            pace,
            start,
            acknowledged,
            wants: wants.collect(),
            logs: BTreeMap::new(),
            by_file: BTreeMap::new(),
            bindings: BTreeMap::new(),
            missing: BTreeSet::new(),
            queue: BTreeSet::new(),
            past: Past::default(),
            troubles: Troubles::default(),
            news: Vec::new(),
            now: 0,
            listing_due: 0,
            listed: None,
            searched: None,
            suspects: BTreeSet::new(),
            folders: BTreeSet::new(),
            buffer: Vec::new(),
            next_log: state.next.max(1),
            served: 0,
            handles: 0,
        };
        for entry in state.logs {
            follower.next_log = follower.next_log.max(entry.log.0.saturating_add(1));
            let log = Log::of_entry(&entry);
            if !entry.is_followed
                || follower.by_file.contains_key(&log.file)
                || follower.logs.contains_key(&log.id)
            {
                follower.past.remember(entry);
                continue;
            }
            follower.by_file.insert(log.file, log.id);
            follower.missing.insert(log.id);
            follower.logs.insert(log.id, log);
        }
        follower
    }

    /// Looks at what is due. `now` is in nanoseconds by a clock that does not go back (if it does, everything is due).
    pub fn poll(&mut self, now: u64) -> Polled {
        if now < self.now {
            self.time_went_back(now);
        }
        self.now = now;
        if self.listing_due <= now {
            self.scan();
        }
        let mut budget = self.pace.poll.max(1);
        while let Some((due, _, id)) = self.queue.first().copied()
            && due <= now
            && budget > 0
        {
            budget = budget.saturating_sub(self.turn(id));
            if self.listing_due <= now {
                self.scan();
            }
        }
        Polled { news: std::mem::take(&mut self.news), next: self.due().max(now) }
    }

    /// When something is due: what the last poll said, or sooner after a hint.
    pub fn due(&self) -> u64 {
        self.queue.first().map_or(self.listing_due, |(due, _, _)| self.listing_due.min(*due))
    }

    /// Look there sooner: [`due`](Follower::due) says when.
    pub fn hint(&mut self, hint: &Hint) {
        let names = match hint {
            Hint::File(path) => {
                // a path that nothing is known of is not followed, or its name is told as well
                let binding = self.bindings.get(path.as_path());
                let binding = binding.or_else(|| self.bindings.get(Path::new(".").join(path).as_path()));
                if let Some(Binding::Log(id)) = binding.copied()
                    && let Some(log) = self.logs.get(&id)
                    && log.missing.is_none()
                    && self.troubles.wait(&log.path, self.now).is_none()
                {
                    let due = log.looked.saturating_add(self.pace.busy).max(self.now).min(log.due);
                    self.schedule(id, due);
                }
                false
            }
            Hint::Names => true,
        };
        if names {
            let soonest = self.listed.map_or(0, |listed| listed.saturating_add(self.pace.listing_at_least));
            self.listing_due = self.listing_due.min(soonest.max(self.now));
        }
    }

    /// Look at a log at `due` if not sooner: whoever reads the news wants to know whether more comes.
    pub fn look_by(&mut self, log: LogId, due: u64) {
        let Some(known) = self.logs.get_mut(&log) else { return };
        known.asked = due;
        if known.due != u64::MAX && known.due > due && self.troubles.wait(&known.path, self.now).is_none() {
            self.schedule(log, due.max(self.now));
        }
    }

    /// Whether a look at a log at `since` or later found nothing that was not handed on, or could not be made. A log that
    /// is not followed any more is still.
    pub fn is_still(&self, log: LogId, since: u64) -> bool {
        self.logs.get(&log).is_none_or(|log| log.still.is_some_and(|still| still >= since))
    }

    /// Folders in which files may come, go and be written, as of the last poll: what to watch for hints.
    pub fn folders(&self) -> &BTreeSet<PathBuf> {
        &self.folders
    }

    /// Whoever reads the news is done with this log up to `offset`: a restart goes on there. Only with
    /// [`Settings::acknowledged`].
    pub fn handled(&mut self, log: LogId, offset: u64) {
        if let Some(log) = self.logs.get_mut(&log) {
            log.handled = offset.min(log.mark.at);
        }
    }

    /// Where every log stands after all news that were handed on, or [`handled`](Follower::handled). `today` is the day
    /// since 1970, to tell what was not seen for long.
    pub fn state(&self, today: u64) -> State {
        let followed = self
            .logs
            .values()
            .filter(|log| log.role != Role::Unjudged)
            .map(|log| log.to_entry(self.offset_of(log), true, today));
        let past = self.past.entries().cloned().map(|mut entry| {
            if entry.day == 0 {
                entry.day = today;
            }
            entry
        });
        let known = self.wants.iter().filter(|want| want.is_known);
        State {
            paths: known.map(|want| want.given.to_string_lossy().into_owned()).collect(),
            next: self.next_log,
            logs: followed.chain(past).collect(),
            ..State::default()
        }
    }

    /// Logs that are followed.
    pub fn len(&self) -> usize {
        self.logs.values().filter(|log| log.is_told).count()
    }

    /// Whether nothing is followed.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn offset_of(&self, log: &Log<F::File>) -> u64 {
        match log.role {
            Role::Log if self.acknowledged => log.handled,
            _ => log.rewind.unwrap_or(log.mark.at),
        }
    }

    fn time_went_back(&mut self, now: u64) {
        self.listing_due = now;
        self.listed = None;
        self.searched = None;
        self.troubles.hurry();
        let ids: Vec<LogId> = self.logs.keys().copied().collect();
        for id in ids {
            if let Some(log) = self.logs.get_mut(&id) {
                log.looked = 0;
                log.still = None;
                log.grown = log.grown.min(now);
                log.search = 0;
                if let Some(missing) = &mut log.missing {
                    missing.since = missing.since.min(now);
                }
                if log.due != u64::MAX {
                    self.schedule(id, now);
                }
            }
        }
    }

    /// Gives a log its next turn at `due`; `u64::MAX` is none.
    pub(super) fn schedule(&mut self, id: LogId, due: u64) {
        let Some(log) = self.logs.get_mut(&id) else { return };
        self.queue.remove(&(log.due, log.served, id));
        log.due = due;
        if due != u64::MAX {
            self.queue.insert((due, log.served, id));
        }
    }

    pub(super) fn next_id(&mut self) -> LogId {
        let id = LogId(self.next_log);
        self.next_log = self.next_log.saturating_add(1);
        id
    }

    pub(super) fn failed(&mut self, path: &Path, error: &io::Error) {
        let problem = self.troubles.failed(path, error, self.now);
        self.news.extend(problem.map(News::Problem));
    }

    /// A log could be read.
    pub(super) fn well(&mut self, id: LogId) {
        if let Some(log) = self.logs.get(&id)
            && self.troubles.well(&log.path)
        {
            self.news.push(News::Well { path: log.path.display().to_string() });
        }
    }

    pub(super) fn tell_beginning(&mut self, id: LogId, why: Beginning) {
        let Some(log) = self.logs.get_mut(&id) else { return };
        if !log.is_told && log.role == Role::Log {
            log.is_told = true;
            let offset = log.rewind.unwrap_or(log.mark.at);
            self.news.push(News::Began { log: id, path: Arc::clone(&log.path), offset, why });
        }
    }

    /// Stops following a log, and remembers it.
    pub(super) fn end(&mut self, id: LogId, why: Ending) {
        let Some(log) = self.remove(id) else { return };
        if log.role != Role::Unjudged && log.mark.says_something() {
            let offset = self.offset_of(&log);
            self.past.add(log.to_entry(offset, false, 0));
        }
        if log.is_told {
            self.news.push(News::Ended { log: id, path: log.path, why });
        }
    }

    /// Takes a log out of everything.
    pub(super) fn remove(&mut self, id: LogId) -> Option<Log<F::File>> {
        self.drop_handle(id);
        let log = self.logs.remove(&id)?;
        self.missing.remove(&id);
        self.queue.remove(&(log.due, log.served, id));
        if self.by_file.get(&log.file) == Some(&id) {
            self.by_file.remove(&log.file);
        }
        if self.bindings.get(&log.path) == Some(&Binding::Log(id)) {
            self.bindings.remove(&log.path);
        }
        Some(log)
    }

    /// It is not where it was, and nowhere else.
    pub(super) fn miss(&mut self, id: LogId) {
        let Some(log) = self.logs.get_mut(&id) else { return };
        self.missing.insert(id);
        let missing = log.missing.get_or_insert(Missing { since: self.now, listings: 0 });
        if missing.listings == 0 {
            missing.since = self.now;
        }
        missing.listings = missing.listings.saturating_add(1);
        if log.handle.is_none() {
            self.schedule(id, u64::MAX);
        } else if log.due == u64::MAX {
            self.schedule(id, self.now);
        }
    }
}

/// There is no such file, as opposed to: it cannot be read.
pub(super) fn is_gone(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// The folder that `path` lies in.
pub(super) fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.into(),
        _ => PathBuf::from("."),
    }
}
