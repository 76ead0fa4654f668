//! [`FollowedLog`]: the state of one followed log. [`Past`]: logs that are not followed any more.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::Path;
use std::sync::Arc;

use super::fingerprint::Fingerprint;
use super::news::LogId;
use super::ports::FileId;
use super::state::{REMEMBERED, SavedLog};

/// Number of recently ended logs that any new file is compared with.
const RECENT: usize = 32;

/// Role of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// It has no bytes yet, or could not be opened.
    Unjudged,
    /// A log, whose bytes are returned.
    Log,
    /// A copy of a log that is still followed: its bytes are not returned as long as they are those of the other.
    Copy(LogId),
}

/// A log that is not at its path.
#[derive(Debug, Clone, Copy)]
pub(super) struct Missing {
    /// Time at which it was missed first, in nanoseconds.
    pub(super) since: u64,
    /// Number of listings that did not find it.
    pub(super) listings: u32,
}

/// One followed log. `H` is an open file.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "four facts in any combination")]
pub(super) struct FollowedLog<H> {
    pub(super) id: LogId,
    pub(super) file: FileId,
    pub(super) path: Arc<Path>,
    /// Its name is one of the followed names.
    pub(super) is_wanted: bool,
    /// It existed when following began, so the user chooses its start.
    pub(super) is_old: bool,
    /// Its bytes when it was found: what comes later is new, also if it was empty then and is classified later.
    pub(super) found_size: u64,
    pub(super) role: Role,
    /// Position of reading.
    pub(super) mark: Fingerprint,
    /// Position to go back to, once the log is verified.
    pub(super) rewind: Option<u64>,
    /// Position up to which the caller has processed it.
    pub(super) handled: u64,
    /// Modification time of its file at the last look that found nothing more.
    pub(super) written: Option<u64>,
    /// Time at which its mark was made from its file.
    pub(super) verified: Option<u64>,
    /// Its beginning was reported.
    pub(super) is_told: bool,
    /// Bytes of it were returned.
    pub(super) is_read: bool,
    pub(super) missing: Option<Missing>,
    pub(super) handle: Option<H>,
    /// Time of the next look, the number of its last turn, and its key in the queue.
    pub(super) due: u64,
    pub(super) served: u64,
    /// Time of the last look.
    pub(super) looked: u64,
    /// Time at which the caller wants a look.
    pub(super) asked: u64,
    /// Time of the last look that found nothing new, or failed.
    pub(super) still: Option<u64>,
    /// Interval from this look to the next.
    pub(super) interval: u64,
    /// Time at which it had new bytes last.
    pub(super) grown: u64,
    /// Time from which a copy of it may be searched again.
    pub(super) search: u64,
    /// Time up to which it waits for its copy, see [`super::heir`].
    pub(super) awaits_heir: Option<u64>,
}

impl<H> FollowedLog<H> {
    pub(super) fn new(id: LogId, file: FileId, path: Arc<Path>, now: u64) -> FollowedLog<H> {
        FollowedLog {
            id,
            file,
            path,
            is_wanted: true,
            is_old: false,
            found_size: 0,
            role: Role::Unjudged,
            mark: Fingerprint::START,
            rewind: None,
            handled: 0,
            written: None,
            verified: None,
            is_told: false,
            is_read: false,
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
            awaits_heir: None,
        }
    }

    /// A log in the state of another run. Its present path must be found.
    pub(super) fn of_entry(entry: &SavedLog) -> FollowedLog<H> {
        let file = FileId { volume: entry.volume, index: entry.index };
        FollowedLog {
            is_wanted: entry.is_wanted,
            role: entry.copy_of.map_or(Role::Log, Role::Copy),
            mark: entry.mark,
            rewind: (entry.offset < entry.mark.at).then_some(entry.offset),
            handled: entry.offset,
            missing: Some(Missing { since: 0, listings: 0 }),
            ..FollowedLog::new(entry.log, file, Path::new(&entry.path).into(), 0)
        }
    }

    pub(super) fn to_entry(&self, offset: u64, is_followed: bool, day: u64) -> SavedLog {
        SavedLog {
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

/// Logs that ended, or that another run followed and this run has not found: they continue at their position if they
/// come back.
#[derive(Debug, Default)]
pub(super) struct Past {
    by_file: BTreeMap<FileId, SavedLog>,
    by_path: BTreeSet<(String, FileId)>,
    /// Logs that ended last, the newest at the end.
    recent: VecDeque<FileId>,
}

impl Past {
    pub(super) fn remember(&mut self, entry: SavedLog) {
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

    /// Adds a log that ended just now.
    pub(super) fn add(&mut self, entry: SavedLog) {
        self.recent.push_back(FileId { volume: entry.volume, index: entry.index });
        if self.recent.len() > RECENT {
            self.recent.pop_front();
        }
        self.remember(entry);
    }

    /// Logs that ended last in this run.
    pub(super) fn recent(&self) -> impl Iterator<Item = &SavedLog> {
        self.recent.iter().rev().filter_map(|file| self.by_file.get(file))
    }

    pub(super) fn of_file(&self, file: FileId) -> Option<&SavedLog> {
        self.by_file.get(&file)
    }

    /// Logs whose last path was this one.
    pub(super) fn of_path(&self, path: &Path) -> impl Iterator<Item = &SavedLog> {
        let path = path.to_str().unwrap_or_default().to_owned();
        let first = (path.clone(), FileId { volume: 0, index: 0 });
        let found = self.by_path.range(first..).take_while(move |(other, _)| *other == path);
        found.filter_map(|(_, file)| self.by_file.get(file))
    }

    pub(super) fn forget(&mut self, entry: &SavedLog) {
        let file = FileId { volume: entry.volume, index: entry.index };
        self.by_file.remove(&file);
        self.by_path.remove(&(entry.path.clone(), file));
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = &SavedLog> {
        self.by_file.values()
    }
}
