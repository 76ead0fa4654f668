//! Classification of a new file: a new log, a log that another run or this one followed before, a copy of a followed
//! log, or not a log.
//!
//! Copies come from rotation by *copy and truncate*: `X.log` is copied to `X.log.1` and then emptied. As long as the
//! log holds the same bytes as the copy, the copy is silent. Once the log is emptied, the copy *is* the log, whose
//! rest is read there, and the old name has a new log. So this rotation looks like the one by renaming.
//!
//! Only a longer name in the same folder can be a copy (`X.log.1`, `X.log-20261122`, `X-1.log` of `X.log`). Of two
//! such logs with the same bytes, one is silent until they differ.

use std::io::ErrorKind;
use std::ops::Bound;
use std::path::Path;
use std::sync::Arc;

use super::fingerprint::{Fingerprint, HEAD};
use super::follower::{Binding, Follower, Start, folder_of, is_gone};
use super::interval::SECOND;
use super::log::{FollowedLog, Missing, Role};
use super::news::{Beginning, Change, LogId};
use super::ports::{FileFacts, FileId, FileKind, Files, OpenedFile};
use super::rotation_names::bases;
use super::state::SavedLog;
use spoglight_source::{JUDGED, not_a_log};

/// Interval of searches for the copy of an emptied log, in nanoseconds: some files are rewritten all the time.
const SEARCH: u64 = SECOND;
/// Number of searches that may follow each other without that interval.
const SEARCHES: u64 = 5;
/// Nanoseconds after which a file that is not followed is checked again: another file may have its name by then.
pub(super) const LEFT_AGAIN: u64 = 10 * SECOND;

/// Maximum number of rotated files that a new file is compared with.
const ROTATED: usize = 200;

/// Maximum number of missing logs that a new file is compared with.
const MISSING: usize = 32;

/// Relation of a file to a log.
enum Kin {
    /// It holds the bytes of the log.
    Copy,
    /// It holds the bytes that the log had before it was emptied.
    Heir,
    /// It may hold the bytes of the log, which cannot be read now.
    Unknown,
    /// The log is not at its path, and must be found first.
    Later,
    /// None.
    Stranger,
}

impl<F: Files> Follower<F> {
    /// Registers a file that belongs to no log.
    pub(super) fn newcomer(&mut self, path: &Arc<Path>, facts: &FileFacts, is_old: bool) {
        if self.unfollowed.has(path, facts.file) {
            let again = self.now.saturating_add(LEFT_AGAIN);
            let binding = Binding::Left { file: facts.file, size: facts.size, again };
            self.bindings.insert(Arc::clone(path), binding);
            return;
        }
        let id = self.next_id();
        // after the log that had its name
        let served = self.served.saturating_add(1);
        let log = FollowedLog {
            is_old,
            found_size: facts.size,
            served,
            due: u64::MAX,
            ..FollowedLog::new(id, facts.file, Arc::clone(path), self.now)
        };
        self.logs.insert(id, Box::new(log));
        self.by_file.insert(facts.file, id);
        self.bindings.insert(Arc::clone(path), Binding::Log(id));
        self.schedule(id, self.now);
        if facts.size > 0 {
            self.judge(id);
        }
    }

    /// Classifies a file that has bytes.
    pub(super) fn judge(&mut self, id: LogId) {
        let Some(path) = self.logs.get(&id).map(|log| Arc::clone(&log.path)) else { return };
        match self.try_to_judge(id, &path) {
            Ok(true) => {
                self.well(id);
                self.schedule(id, self.now);
            }
            Ok(false) => self.schedule(id, self.now.saturating_add(SECOND)),
            // the next look finds its new place
            Err(error) if is_gone(&error) => self.schedule(id, self.now.saturating_add(self.pace.busy)),
            Err(error) => {
                self.failed(&path, &error);
                let again = self.troubles.wait(&path, self.now);
                self.schedule(id, again.unwrap_or_else(|| self.now.saturating_add(SECOND)));
            }
        }
    }

    /// Classifies a file; returns `false` if that is not possible yet.
    fn try_to_judge(&mut self, id: LogId, path: &Arc<Path>) -> std::io::Result<bool> {
        let file = self.files.open(path)?;
        let facts = file.facts()?;
        if self.logs.get(&id).is_none_or(|log| log.file != facts.file) || facts.size == 0 {
            return Err(ErrorKind::NotFound.into());
        }
        let mut head = [0; JUDGED];
        let count = file.read_at(0, &mut head)?;
        let head = head.get(..count).unwrap_or_default();
        if let Some((what, advice)) = not_a_log(head) {
            self.remove(id);
            let again = self.now.saturating_add(LEFT_AGAIN);
            let binding = Binding::Left { file: facts.file, size: facts.size, again };
            self.bindings.insert(Arc::clone(path), binding);
            let what = format!("is {what}: not followed");
            self.news.extend(self.troubles.left(path, &what, advice).map(Change::Problem));
            return Ok(true);
        }
        if self.resume(id, path, &file, facts.file)? {
            return Ok(true);
        }
        if self.has_unread_base(path) {
            return Ok(false);
        }
        let by_name = self.related(path);
        // a missing log may have any name now, and only a file with all of its bytes is taken for it
        let missing: Vec<LogId> = self.missing.iter().copied().take(MISSING).collect();
        for other in by_name.iter().copied().chain(missing) {
            match self.kin(other, &file, head, facts.size)? {
                Kin::Copy | Kin::Unknown | Kin::Later if !by_name.contains(&other) => {}
                Kin::Copy => {
                    self.be_silent(id, other, &file, &facts)?;
                    return Ok(true);
                }
                // if it were taken for a copy, its own bytes would be skipped
                Kin::Unknown => return Ok(false),
                Kin::Heir => {
                    self.inherit(other, id);
                    return Ok(true);
                }
                Kin::Later => {
                    self.displaced(other);
                    return Err(ErrorKind::NotFound.into());
                }
                Kin::Stranger => {}
            }
        }
        let (is_old, found_size) = self.logs.get(&id).map_or((false, 0), |log| (log.is_old, log.found_size));
        let offset = match &mut self.start {
            _ if !is_old || found_size == 0 => 0,
            Start::Beginning => 0,
            Start::End => found_size.min(facts.size),
            Start::Chosen(choose) => choose(path, &file, facts.size).unwrap_or(facts.size).min(facts.size),
        };
        let mark = Fingerprint::new(&file, offset)?;
        self.begin(id, mark, if is_old { Beginning::Found } else { Beginning::New });
        Ok(true)
    }

    /// Returns whether the file may be a copy of a log that could not be read, was left alone since, and can be read
    /// now: that log is read first.
    fn has_unread_base(&mut self, path: &Path) -> bool {
        let mut has_one = false;
        for base in bases(path) {
            let is_left_alone = self.troubles.wait(&base, self.now).is_some()
                && !self.bindings.contains_key(base.as_path())
                && self.files.facts(&base).is_ok_and(|facts| facts.kind == FileKind::File);
            if is_left_alone {
                self.troubles.try_again(&base);
                let soon = self.now.saturating_add(self.pace.listing_at_least);
                self.listing_due = self.listing_due.min(soon);
                has_one = true;
            }
        }
        has_one
    }

    fn begin(&mut self, id: LogId, mark: Fingerprint, why: Beginning) {
        if let Some(log) = self.logs.get_mut(&id) {
            log.role = Role::Log;
            log.mark = mark;
            log.handled = mark.at;
            log.written = None;
            log.verified = Some(self.now);
        }
        self.tell_beginning(id, why);
    }

    /// Continues an ended log, if the file is one: by its number, or by its name if it was copied.
    fn resume(&mut self, id: LogId, path: &Path, file: &F::File, number: FileId) -> std::io::Result<bool> {
        // a copy of an ended log may have a longer name
        let names = std::iter::once(path.to_path_buf()).chain(bases(path));
        let named = names.flat_map(|name| self.past.of_path(&name).cloned().collect::<Vec<SavedLog>>());
        let known: Vec<SavedLog> = self
            .past
            .of_file(number)
            .cloned()
            .into_iter()
            .chain(named)
            .chain(self.past.recent().cloned())
            .collect();
        for entry in known {
            let is_it =
                entry.mark.says_something() && entry.mark.is_in(file)? && !self.logs.contains_key(&entry.log);
            if is_it {
                self.past.forget(&entry);
                let mark = if entry.offset < entry.mark.at {
                    Fingerprint::new(file, entry.offset)?
                } else {
                    entry.mark
                };
                self.rename(id, entry.log);
                self.begin(entry.log, mark, Beginning::Resumed);
                self.schedule(entry.log, self.now);
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Gives a log that was not reported yet its former id.
    fn rename(&mut self, from: LogId, to: LogId) {
        let Some(mut log) = self.remove(from) else { return };
        log.id = to;
        log.due = u64::MAX;
        self.by_file.insert(log.file, to);
        self.bindings.insert(Arc::clone(&log.path), Binding::Log(to));
        self.logs.insert(to, log);
    }

    /// Logs that the file at `path` may be a copy of, by its name: logs whose name it extends, and their older files,
    /// because a copied log may have been renamed since.
    fn related(&self, path: &Path) -> Vec<LogId> {
        let bases_of_it = bases(path);
        let missing = self.missing.iter().filter_map(|id| self.logs.get(id));
        let missing = missing.filter(|log| bases_of_it.iter().any(|base| **base == *log.path));
        let mut found: Vec<LogId> = missing.map(|log| log.id).collect();
        for base in bases_of_it {
            match self.bindings.get(base.as_path()) {
                Some(Binding::Log(id)) => found.push(*id),
                // `X.err` is not a copy of `X.log` only because both begin with `X`
                _ if base.extension().is_none() => continue,
                _ => {}
            }
            let name = base.as_os_str().as_encoded_bytes();
            let from = Bound::Excluded(base.as_path());
            let rotated =
                self.bindings.range::<Path, _>((from, Bound::Unbounded)).map_while(|(other, binding)| {
                    let is_below = other.as_os_str().as_encoded_bytes().starts_with(name);
                    // names of other folders, and other logs, may be between them
                    (is_below || other.parent() != base.parent()).then_some((other, binding))
                });
            for (other, binding) in rotated.take(ROTATED) {
                if let Binding::Log(id) = binding
                    && **other != *path
                    && other.as_os_str().len() <= path.as_os_str().len()
                    && bases(other).contains(&base)
                    && !found.contains(id)
                {
                    found.push(*id);
                }
            }
        }
        found
    }

    /// Relation of `file`, of which `size` bytes are compared, to a log.
    fn kin(&self, of: LogId, file: &F::File, head: &[u8], size: u64) -> std::io::Result<Kin> {
        let Some(log) = self.logs.get(&of).filter(|log| !matches!(log.role, Role::Copy(_))) else {
            return Ok(Kin::Stranger);
        };
        // just compared: of many files at once, only those with the same beginning are compared
        if log.verified == Some(self.now) && !log.mark.may_begin(head) {
            return Ok(Kin::Stranger);
        }
        let mut is_copy = false;
        match self.files.open(&log.path) {
            Ok(own) => {
                let facts = own.facts()?;
                is_copy =
                    facts.file == log.file && size <= facts.size && Fingerprint::is_copied(file, &own, size)?;
                if facts.file == log.file && log.mark.is_in(&own)? {
                    return Ok(match (is_copy, log.role) {
                        // if it is emptied before it is read, only the copy has its bytes
                        (true, Role::Unjudged) => Kin::Unknown,
                        (true, _) if !log.mark.says_something() => Kin::Unknown,
                        (true, _) => Kin::Copy,
                        (false, _) => Kin::Stranger,
                    });
                }
                if facts.file != log.file && log.missing.is_none() {
                    return Ok(Kin::Later);
                }
            }
            Err(error) if is_gone(&error) && log.missing.is_none() => return Ok(Kin::Later),
            Err(error) if is_gone(&error) => {}
            Err(_) if log.mark.says_something() && log.mark.may_begin(head) => return Ok(Kin::Unknown),
            Err(_) => return Ok(Kin::Stranger),
        }
        let is_heir = log.mark.says_something() && log.mark.is_in(file)?;
        Ok(match (is_heir, is_copy) {
            (true, _) => Kin::Heir,
            // a copy of the bytes written after the log was emptied
            (false, true) => Kin::Copy,
            (false, false) => Kin::Stranger,
        })
    }

    /// Marks a file as the copy of a log, up to its present size.
    fn be_silent(&mut self, id: LogId, of: LogId, file: &F::File, facts: &FileFacts) -> std::io::Result<()> {
        let mark = Fingerprint::new(file, facts.size)?;
        if let Some(log) = self.logs.get_mut(&id) {
            log.role = Role::Copy(of);
            log.mark = mark;
            log.written = Some(facts.written);
        }
        Ok(())
    }

    /// Compares a changed copy again: it may still be a copy, be the rest of an emptied log, or be a log of its own.
    pub(super) fn compare_again(&mut self, id: LogId, of: LogId) -> std::io::Result<()> {
        let Some(log) = self.logs.get(&id) else { return Ok(()) };
        let (path, number) = (Arc::clone(&log.path), log.file);
        let file = self.files.open(&path)?;
        let facts = file.facts()?;
        if facts.file != number {
            return Ok(());
        }
        let mut head = [0; JUDGED];
        let count = file.read_at(0, &mut head)?;
        match self.kin(of, &file, head.get(..count).unwrap_or_default(), facts.size)? {
            Kin::Copy => self.be_silent(id, of, &file, &facts)?,
            Kin::Unknown => {}
            Kin::Later => self.displaced(of),
            Kin::Heir => self.inherit(of, id),
            Kin::Stranger if self.resume(id, &path, &file, facts.file)? => {}
            Kin::Stranger => {
                let Some(log) = self.logs.get(&id) else { return Ok(()) };
                let was_copied = log.mark.at >= HEAD && log.mark.is_in(&file)?;
                // a few bytes are equal by chance
                let mark = if was_copied { log.mark } else { Fingerprint::START };
                self.begin(id, mark, Beginning::New);
                self.schedule(id, self.now);
            }
        }
        Ok(())
    }

    /// The log `of` was emptied, and continues in its copy.
    pub(super) fn inherit(&mut self, of: LogId, copy: LogId) {
        let Some(copy) = self.remove(copy) else { return };
        let Some(log) = self.logs.get_mut(&of) else { return };
        let (old_file, old_path) = (std::mem::replace(&mut log.file, copy.file), Arc::clone(&log.path));
        let missing = log.missing;
        log.written = None;
        if self.by_file.get(&old_file) == Some(&of) {
            self.by_file.remove(&old_file);
        }
        self.by_file.insert(copy.file, of);
        if let Some(missing) = missing {
            self.split_off(of, old_file, missing);
        }
        self.drop_handle(of);
        self.moved(of, copy.path, copy.is_wanted);
        if let Ok(facts) = self.files.facts(&old_path)
            && facts.kind == FileKind::File
            && !self.by_file.contains_key(&facts.file)
        {
            self.newcomer(&old_path, &facts, false);
        }
    }

    /// Makes a new log of the bytes that were written to the file of a log after it was emptied. If the file was
    /// deleted since, only the handle has them.
    fn split_off(&mut self, of: LogId, file: FileId, missing: Missing) {
        let Some(log) = self.logs.get_mut(&of) else { return };
        let Some(handle) = log.handle.take() else { return };
        let path = Arc::clone(&log.path);
        // it may not be emptied yet: its copy was found first, in a renamed folder
        let is_full = log.mark.is_in(&handle).unwrap_or(false);
        let mark = if is_full { log.mark } else { Fingerprint::START };
        let id = self.next_id();
        let mut log = Box::new(FollowedLog::new(id, file, path, self.now));
        log.missing = Some(missing);
        log.handle = Some(handle);
        log.due = u64::MAX;
        self.logs.insert(id, log);
        self.missing.insert(id);
        self.by_file.insert(file, id);
        self.begin(id, mark, Beginning::New);
        self.schedule(id, self.now);
    }

    /// A log is gone. If a copy holds all of its bytes, the copy is the log.
    pub(super) fn inherit_gone(&mut self, id: LogId) -> bool {
        let Some(mark) = self.logs.get(&id).map(|log| log.mark).filter(Fingerprint::says_something) else {
            return false;
        };
        let mut copies = self.logs.values().filter(|log| log.role == Role::Copy(id));
        let heir = copies.find(|copy| {
            let file = self.files.open(&copy.path);
            file.and_then(|file| mark.is_in(&file)).unwrap_or(false)
        });
        let Some(heir) = heir.map(|heir| heir.id) else { return false };
        self.inherit(id, heir);
        true
    }

    /// A log was emptied: compares its copies, and possible copies, with its former bytes.
    fn ask_kin(&mut self, id: LogId, folder: &Path) {
        let candidates: Vec<(LogId, Role)> = self
            .logs
            .values()
            .filter(|log| match log.role {
                Role::Copy(of) => of == id,
                Role::Unjudged => folder_of(&log.path) == folder,
                Role::Log => false,
            })
            .map(|log| (log.id, log.role))
            .collect();
        for (other, role) in candidates {
            match role {
                // a file that cannot be read now is not the rest of the log
                Role::Copy(of) => drop(self.compare_again(other, of)),
                _ => self.judge(other),
            }
        }
    }

    /// The file of a log no longer holds the bytes that were read of it.
    pub(super) fn restarted(&mut self, id: LogId) {
        let Some(log) = self.logs.get(&id) else { return };
        let (file, path) = (log.file, Arc::clone(&log.path));
        let folder = folder_of(&path);
        if let Some(log) = self.logs.get_mut(&id) {
            log.verified = None;
        }
        let is_same = |follower: &Follower<F>| {
            follower.logs.get(&id).is_some_and(|log| log.file == file && log.path == path)
        };
        self.ask_kin(id, &folder);
        if !is_same(self) {
            return;
        }
        let Some(log) = self.logs.get_mut(&id) else { return };
        if log.search <= self.now.saturating_add(SEARCHES * SEARCH) {
            log.search = log.search.max(self.now).saturating_add(SEARCH);
            self.suspects.insert(folder.clone());
            self.scan();
            if is_same(self) {
                self.ask_kin(id, &folder);
            }
            if !is_same(self) || self.inherit_beside(id, &path) || self.awaits_heir(id, &path) {
                return;
            }
        }
        let Some(log) = self.logs.get_mut(&id) else { return };
        log.mark = Fingerprint::START;
        log.handled = 0;
        log.rewind = None;
        log.written = None;
        if log.is_told {
            self.news.push(Change::Truncated { log: id, path: Arc::clone(&log.path) });
        }
        self.schedule(id, self.now);
    }
}
