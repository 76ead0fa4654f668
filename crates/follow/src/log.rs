//! [`Log`]: what a follower keeps of one log. [`Past`]: what it remembers of those that it does not follow any more.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::Path;
use std::sync::Arc;

use super::fingerprint::Mark;
use super::news::LogId;
use super::ports::FileId;
use super::state::{Entry, REMEMBERED};

/// Logs that ended last, which any new file is compared with.
const RECENT: usize = 32;

/// What a file is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// It had no bytes yet, or could not be opened.
    Unjudged,
    /// A log, whose bytes are handed on.
    Log,
    /// A copy of a log that is still followed: nothing of it is handed on, as long as it holds what the other does.
    Copy(LogId),
}

/// A log that is not where it was.
#[derive(Debug, Clone, Copy)]
pub(super) struct Missing {
    /// Since when, in nanoseconds.
    pub(super) since: u64,
    /// Listings that did not find it.
    pub(super) listings: u32,
}

/// See the [module](self). `H` is an open file.
#[derive(Debug)]
pub(super) struct Log<H> {
    pub(super) id: LogId,
    pub(super) file: FileId,
    pub(super) path: Arc<Path>,
    /// Its name is one of those that are followed.
    pub(super) is_wanted: bool,
    /// It was there when following began, so the user says where to begin.
    pub(super) is_old: bool,
    pub(super) role: Role,
    /// How far it was read.
    pub(super) mark: Mark,
    /// Go back to this place, once it is certain that it is the same log.
    pub(super) rewind: Option<u64>,
    /// How far whoever reads the news has come.
    pub(super) handled: u64,
    /// When its file was written last, as of the last look that found nothing more.
    pub(super) written: Option<u64>,
    /// When its mark was made from its file.
    pub(super) verified: Option<u64>,
    /// It was told that it began.
    pub(super) is_told: bool,
    pub(super) missing: Option<Missing>,
    pub(super) handle: Option<H>,
    /// When to look next, the number of its last turn, and its key in the queue with them.
    pub(super) due: u64,
    pub(super) served: u64,
    /// When it was looked at last.
    pub(super) looked: u64,
    /// When whoever reads the news wants it to be looked at.
    pub(super) asked: u64,
    /// When a look found nothing new last, or failed.
    pub(super) still: Option<u64>,
    /// Between this look and the next.
    pub(super) interval: u64,
    /// When it had something new.
    pub(super) grown: u64,
    /// When a copy of it may be looked for again without hurry.
    pub(super) search: u64,
}

impl<H> Log<H> {
    pub(super) fn new(id: LogId, file: FileId, path: Arc<Path>, now: u64) -> Log<H> {
        Log {
            id,
            file,
            path,
            is_wanted: true,
            is_old: false,
            role: Role::Unjudged,
            mark: Mark::START,
            rewind: None,
            handled: 0,
            written: None,
            verified: None,
            is_told: false,
            missing: None,
            handle: None,
            due: now,
            served: 0,
            looked: 0,
            asked: 0,
            still: None,
            interval: 0,
            grown: now,
            search: 0,
        }
    }

    /// As another run left it. Where it is now must be found out.
    pub(super) fn of_entry(entry: &Entry) -> Log<H> {
        let file = FileId { volume: entry.volume, index: entry.index };
        Log {
            is_wanted: entry.is_wanted,
            role: entry.copy_of.map_or(Role::Log, Role::Copy),
            mark: entry.mark,
            rewind: (entry.offset < entry.mark.at).then_some(entry.offset),
            handled: entry.offset,
            missing: Some(Missing { since: 0, listings: 0 }),
            ..Log::new(entry.log, file, Path::new(&entry.path).into(), 0)
        }
    }

    pub(super) fn to_entry(&self, offset: u64, is_followed: bool, day: u64) -> Entry {
        Entry {
            log: self.id,
            path: self.path.to_string_lossy().into_owned(),
            volume: self.file.volume,
            index: self.file.index,
            offset,
            mark: self.mark,
            is_followed,
            is_wanted: self.is_wanted,
            copy_of: if let Role::Copy(of) = self.role { Some(of) } else { None },
            day,
        }
    }
}

/// Logs that ended, or that another run followed and this one has not met: they go on where they stopped if they come back.
#[derive(Debug, Default)]
pub(super) struct Past {
    by_file: BTreeMap<FileId, Entry>,
    by_path: BTreeSet<(String, FileId)>,
    /// Those that ended last, the newest at the end.
    recent: VecDeque<FileId>,
}

impl Past {
    pub(super) fn remember(&mut self, entry: Entry) {
        let file = FileId { volume: entry.volume, index: entry.index };
        self.by_path.insert((entry.path.clone(), file));
        if let Some(old) = self.by_file.insert(file, entry)
            && self.by_file.get(&file).is_some_and(|entry| entry.path != old.path)
        {
            self.by_path.remove(&(old.path, file));
        }
        if self.by_file.len() > REMEMBERED + REMEMBERED / 8 {
            let mut logs: Vec<(u64, LogId)> =
                self.by_file.values().map(|entry| (entry.day, entry.log)).collect();
            logs.sort_unstable();
            let oldest = logs.get(logs.len() - REMEMBERED).copied().unwrap_or_default();
            self.by_file.retain(|_, entry| (entry.day, entry.log) >= oldest);
            self.by_path.retain(|(_, file)| self.by_file.contains_key(file));
        }
    }

    /// It ended just now.
    pub(super) fn add(&mut self, entry: Entry) {
        self.recent.push_back(FileId { volume: entry.volume, index: entry.index });
        if self.recent.len() > RECENT {
            self.recent.pop_front();
        }
        self.remember(entry);
    }

    /// Those that ended last in this run.
    pub(super) fn recent(&self) -> impl Iterator<Item = &Entry> {
        self.recent.iter().rev().filter_map(|file| self.by_file.get(file))
    }

    pub(super) fn of_file(&self, file: FileId) -> Option<&Entry> {
        self.by_file.get(&file)
    }

    /// Those that had this path last.
    pub(super) fn of_path(&self, path: &Path) -> impl Iterator<Item = &Entry> {
        let path = path.to_str().unwrap_or_default().to_owned();
        let first = (path.clone(), FileId { volume: 0, index: 0 });
        let found = self.by_path.range(first..).take_while(move |(other, _)| *other == path);
        found.filter_map(|(_, file)| self.by_file.get(file))
    }

    pub(super) fn forget(&mut self, entry: &Entry) {
        let file = FileId { volume: entry.volume, index: entry.index };
        self.by_file.remove(&file);
        self.by_path.remove(&(entry.path.clone(), file));
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.by_file.values()
    }
}
