//! [`Follower`]: reads every log when it is due, returns its new bytes, and the time of the next poll. Logs take
//! turns, so that a log that is written without a pause does not delay the others.
//!
//! A follower has no thread and does not sleep, and knows no time but the one that is passed to it. `scan.rs` lists
//! folders and finds the path of each log; `discovery.rs` classifies new files; `poll.rs` handles one log when it is
//! due.
//!
//! Lost are bytes that are written and deleted, or truncated, between two looks. With handles, a deleted file is read
//! to its end if it was written recently. A folder that cannot be listed because its share hangs blocks everything.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::errors::Troubles;
use super::interval::Pace;
use super::log::{FollowedLog, Missing, Past, Role};
use super::news::{Beginning, Change, Ending, LogId};
use super::ports::{FileId, Files, OpenedFile};
use super::state::State;
use super::watch_paths::WatchPath;

/// Number of listings that must miss a log before it is gone.
pub(super) const MISSED: u32 = 3;

/// Chooses the start in a file from its path, the file, and its size. A result beyond the size is the size.
pub type Choose = dyn FnMut(&Path, &dyn OpenedFile, u64) -> io::Result<u64> + Send;

/// Start in files that existed when following began, and that are in no state. Later files start at 0.
#[derive(Default)]
pub enum Start {
    /// At their start.
    #[default]
    Beginning,
    /// At their end.
    End,
    /// At the result of this function, file by file; [`last_lines`](super::last_lines) helps. If it fails, the file
    /// starts at its end.
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

/// Function of [`Unfollowed`].
type IsOwn = dyn Fn(&Path, FileId) -> bool + Send + Sync;

/// Files that are never followed, because the program that follows writes them: else it would follow what it writes about
/// what it wrote.
#[derive(Default)]
pub struct Unfollowed(pub Option<Box<IsOwn>>);

impl Unfollowed {
    /// Returns whether a file is one of them, by its path and its identity.
    pub(super) fn has(&self, path: &Path, file: FileId) -> bool {
        self.0.as_ref().is_some_and(|is_own| is_own(path, file))
    }
}

impl fmt::Debug for Unfollowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Unfollowed" } else { "None" })
    }
}

/// Settings of a follower.
#[derive(Debug, Default)]
pub struct FollowSettings {
    /// Files, folders and globs. They need not exist yet.
    pub paths: Vec<PathBuf>,
    /// Start in existing files.
    pub start: Start,
    /// Intervals and amounts of reading.
    pub pace: Pace,
    /// The state holds the offsets passed to [`Follower::handled`], and not those returned by polls: for callers that
    /// keep lines until they are complete.
    pub acknowledged: bool,
    /// State of an earlier run.
    pub state: State,
    /// Files that are never followed.
    pub unfollowed: Unfollowed,
}

/// Result of a poll.
#[derive(Debug, Default)]
pub struct Polled {
    /// The events, in their order.
    pub news: Vec<Change>,
    /// Time of the next poll, by the clock of the poll. An earlier poll does no harm.
    pub next: u64,
}

/// A hint that something may have happened. It only makes a follower look sooner, so a wrong hint does no harm, and
/// no hint is needed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hint {
    /// This file may have changed.
    File(PathBuf),
    /// Files were created, deleted or renamed.
    Names,
}

/// Meaning of a path, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Binding {
    /// This log, or another name of its file.
    Log(LogId),
    /// A file that is not followed: it had `size` bytes.
    Left { file: FileId, size: u64, again: u64 },
}

/// Followed logs: reads each when it is due, returns its new bytes, and the time of the next poll.
#[derive(Debug)]
pub struct Follower<F: Files> {
    pub(super) files: F,
    pub(super) pace: Pace,
    pub(super) start: Start,
    acknowledged: bool,
    pub(super) unfollowed: Unfollowed,
    pub(super) wants: Vec<WatchPath>,
    /// Boxed: a map is half empty, and there may be a hundred thousand.
    pub(super) logs: BTreeMap<LogId, Box<FollowedLog<F::File>>>,
    pub(super) by_file: BTreeMap<FileId, LogId>,
    pub(super) bindings: BTreeMap<Arc<Path>, Binding>,
    /// Logs that are not at their paths.
    pub(super) missing: BTreeSet<LogId>,
    /// Time, number of the last turn, log.
    pub(super) queue: BTreeSet<(u64, u64, LogId)>,
    pub(super) past: Past,
    pub(super) troubles: Troubles,
    pub(super) news: Vec<Change>,
    pub(super) now: u64,
    /// Time of the next listing.
    pub(super) listing_due: u64,
    /// Time of the last listing, and of the last check of every file in some folders.
    pub(super) listed: Option<u64>,
    pub(super) searched: Option<u64>,
    /// Folders in which every file must be checked.
    pub(super) suspects: BTreeSet<PathBuf>,
    /// Folders in which something may happen.
    pub(super) folders: BTreeSet<PathBuf>,
    pub(super) buffer: Vec<u8>,
    next_log: u64,
    pub(super) served: u64,
    pub(super) handles: usize,
}

impl<F: Files> Follower<F> {
    /// Creates a follower; the first [`poll`](Follower::poll) reads.
    pub fn new(files: F, settings: FollowSettings) -> Follower<F> {
        let FollowSettings { paths, start, pace, acknowledged, state, unfollowed } = settings;
        let wants = paths.into_iter().map(|path| {
            let mut want = WatchPath::new(path);
            want.is_known = state.paths.iter().any(|known| *known == want.given.to_string_lossy());
            want
        });
        let mut follower = Follower {
            files,
            pace,
            start,
            acknowledged,
            unfollowed,
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
            let log = Box::new(FollowedLog::of_entry(&entry));
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

    /// Reads all logs that are due. `now` is in nanoseconds by a clock that does not go back (if it does, everything
    /// is due).
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

    /// Time at which something is due: that of the last poll, or earlier after a hint.
    pub fn due(&self) -> u64 {
        self.queue.first().map_or(self.listing_due, |(due, _, _)| self.listing_due.min(*due))
    }

    /// Takes a hint: [`due`](Follower::due) may become earlier.
    pub fn hint(&mut self, hint: &Hint) {
        let names = match hint {
            Hint::File(path) => {
                // an unknown path is not followed, or its name comes with another hint
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

    /// Reads a log at `due` if not sooner, for a caller that waits for the rest of a message.
    pub fn look_by(&mut self, log: LogId, due: u64) {
        let Some(known) = self.logs.get_mut(&log) else { return };
        known.asked = due;
        if known.due != u64::MAX && known.due > due && self.troubles.wait(&known.path, self.now).is_none() {
            self.schedule(log, due.max(self.now));
        }
    }

    /// Returns whether a look at a log at `since` or later found nothing that was not returned, or failed. A log that
    /// is not followed any more is still.
    pub fn is_still(&self, log: LogId, since: u64) -> bool {
        self.logs.get(&log).is_none_or(|log| log.still.is_some_and(|still| still >= since))
    }

    /// Folders in which files may be created, deleted and written, as of the last poll: the folders to watch for
    /// hints.
    pub fn folders(&self) -> &BTreeSet<PathBuf> {
        &self.folders
    }

    /// Records that the caller has processed this log up to `offset`: a restart continues there. Only with
    /// [`FollowSettings::acknowledged`].
    pub fn handled(&mut self, log: LogId, offset: u64) {
        if let Some(log) = self.logs.get_mut(&log) {
            log.handled = offset.min(log.mark.at);
        }
    }

    /// Position of every log after all returned news, or by [`handled`](Follower::handled). `today` is the day since
    /// 1970; logs that were not seen for long are forgotten by it.
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

    /// Number of followed logs.
    pub fn len(&self) -> usize {
        self.logs.values().filter(|log| log.is_told).count()
    }

    /// Returns whether no log is followed.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn offset_of(&self, log: &FollowedLog<F::File>) -> u64 {
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

    /// Schedules the next turn of a log at `due`; `u64::MAX` is none.
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
        self.news.extend(problem.map(Change::Problem));
    }

    /// Records that a log could be read.
    pub(super) fn well(&mut self, id: LogId) {
        if let Some(log) = self.logs.get(&id)
            && self.troubles.well(&log.path)
        {
            self.news.push(Change::Well { path: log.path.display().to_string() });
        }
    }

    pub(super) fn tell_beginning(&mut self, id: LogId, why: Beginning) {
        let Some(log) = self.logs.get_mut(&id) else { return };
        if !log.is_told && log.role == Role::Log {
            log.is_told = true;
            let offset = log.rewind.unwrap_or(log.mark.at);
            self.news.push(Change::Began { log: id, path: Arc::clone(&log.path), offset, why });
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
            self.news.push(Change::Ended { log: id, path: log.path, why });
        }
    }

    /// Removes a log from all tables.
    pub(super) fn remove(&mut self, id: LogId) -> Option<Box<FollowedLog<F::File>>> {
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

    /// Marks a log as missing: it is not at its path, and nowhere else.
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

/// Returns whether the file does not exist, as opposed to one that cannot be read.
pub(super) fn is_gone(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// The folder of `path`.
pub(super) fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.into(),
        _ => PathBuf::from("."),
    }
}
