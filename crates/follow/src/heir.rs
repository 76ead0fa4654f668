//! The heir of an emptied log: the copy that holds the bytes which the log had before.

use std::path::Path;

use super::fingerprint::Fingerprint;
use super::follower::{Binding, Follower, folder_of, is_gone};
use super::interval::SECOND;
use super::log::FollowedLog;
use super::news::LogId;
use super::ports::{FileKind, Files, OpenedFile};
use super::rotation_names::bases;

/// Nanoseconds for which an emptied log waits for a file beside it that cannot be read and may be its copy. What is written
/// to the log meanwhile is read afterwards.
const AWAITED: u64 = 30 * SECOND;

impl<F: Files> Follower<F> {
    /// Searches the rest of an emptied log among the files beside it that are not followed.
    pub(super) fn inherit_beside(&mut self, id: LogId, path: &Path) -> bool {
        let Some(mark) = self.logs.get(&id).map(|log| log.mark).filter(Fingerprint::says_something) else {
            return false;
        };
        let listed = self.files.list(&folder_of(path)).unwrap_or_default();
        for entry in listed {
            let is_candidate = entry.kind == FileKind::File
                && !self.is_taken(&entry.path)
                && bases(&entry.path).iter().any(|base| base == path);
            if !is_candidate {
                continue;
            }
            let found = self.files.open(&entry.path).and_then(|file| Ok((file.facts()?, mark.is_in(&file)?)));
            if let Ok((facts, true)) = found
                && !self.by_file.get(&facts.file).is_some_and(|other| self.is_at_its_path(*other))
            {
                let copy = self.next_id();
                let mut log = Box::new(FollowedLog::new(copy, facts.file, entry.path.into(), self.now));
                log.is_wanted = false;
                log.due = u64::MAX;
                self.logs.insert(copy, log);
                self.by_file.insert(facts.file, copy);
                self.inherit(id, copy);
                return true;
            }
        }
        false
    }

    /// Returns whether a path is that of a log, and not only was before files were renamed.
    fn is_taken(&self, path: &Path) -> bool {
        match self.bindings.get(path) {
            Some(Binding::Log(id)) => self.is_at_its_path(*id),
            binding => binding.is_some(),
        }
    }

    /// Returns whether the file of a log is at its path. If it is not, a new file may have its number.
    fn is_at_its_path(&self, id: LogId) -> bool {
        self.logs
            .get(&id)
            .is_some_and(|log| self.files.facts(&log.path).is_ok_and(|facts| facts.file == log.file))
    }

    /// Returns whether an emptied log should be looked at again in a second, because a file beside it that may be its copy
    /// cannot be read, such as in a folder whose permissions are being changed.
    pub(super) fn awaits_heir(&mut self, id: LogId, path: &Path) -> bool {
        let is_unknown = match self.files.list(&folder_of(path)) {
            Err(error) => !is_gone(&error),
            Ok(listed) => listed.iter().any(|entry| {
                entry.kind == FileKind::File
                    && bases(&entry.path).iter().any(|base| base == path)
                    && self.files.open(&entry.path).is_err_and(|error| !is_gone(&error))
            }),
        };
        let now = self.now;
        let Some(log) = self.logs.get_mut(&id) else { return false };
        if !is_unknown {
            log.awaits_heir = None;
            return false;
        }
        let until = *log.awaits_heir.get_or_insert(now.saturating_add(AWAITED));
        if now >= until {
            return false;
        }
        self.schedule(id, now.saturating_add(SECOND));
        true
    }
}
