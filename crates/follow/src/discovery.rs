//! What a file is that was not seen before: a new log, one that another run or an earlier one of this has read, a copy of
//! one that is followed, or no log at all.
//!
//! Copies are there because of rotation by *copy and truncate*: `X.log` is copied to `X.log.1` and then emptied. As long as
//! the log holds what the copy does, the copy is silent. Once the log was emptied the copy *is* the log, whose rest is read
//! there, and the old name has a new one. So this rotation looks like the one by renaming.
//!
//! Only a longer name in the same folder can be a copy (`X.log.1`, `X.log-20261122`, `X-1.log` of `X.log`). Of two such
//! logs that hold exactly the same, one is silent until they differ.

use std::io::ErrorKind;
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::fingerprint::{HEAD, Mark};
use super::follower::{Binding, Follower, Start, folder_of, is_gone};
use super::interval::SECOND;
use super::log::{Log, Missing, Role};
use super::news::{Beginning, LogId, News};
use super::ports::{Facts, FileId, Files, Kind, Opened};
use super::state::Entry;
use spoglight_source::live::{JUDGED, not_a_log};

/// How often the copy of a log that was emptied is looked for, in nanoseconds: some files are written anew all the time.
const SEARCH: u64 = SECOND;
/// So many times it is looked for at once.
const SEARCHES: u64 = 5;
/// What is not followed is looked at again after this time: another file may have its name by then.
pub(super) const LEFT_AGAIN: u64 = 10 * SECOND;

/// Rotated files that are compared with a new one, at most.
const ROTATED: usize = 200;

/// Logs whose place is not known that a new file is compared with, at most.
const MISSING: usize = 32;

/// What a file is to a log.
enum Kin {
    /// It holds what the log does.
    Copy,
    /// It holds what the log did.
    Heir,
    /// It may hold what the log does, which cannot be read now.
    Unknown,
    /// The log is not where it was, so first it must be found.
    Later,
    /// Nothing.
    Stranger,
}

impl<F: Files> Follower<F> {
    /// A file that belongs to no log.
    pub(super) fn newcomer(&mut self, path: &Arc<Path>, facts: &Facts, is_old: bool) {
        let id = self.next_id();
        // behind the one that had its name
        let served = self.served.saturating_add(1);
        let log =
            Log { is_old, served, due: u64::MAX, ..Log::new(id, facts.file, Arc::clone(path), self.now) };
        self.logs.insert(id, log);
        self.by_file.insert(facts.file, id);
        self.bindings.insert(Arc::clone(path), Binding::Log(id));
        self.schedule(id, self.now);
        if facts.size > 0 {
            self.judge(id);
        }
    }

    /// Finds out what a file is, once it has bytes.
    pub(super) fn judge(&mut self, id: LogId) {
        let Some(path) = self.logs.get(&id).map(|log| Arc::clone(&log.path)) else { return };
        match self.try_to_judge(id, &path) {
            Ok(true) => {
                self.well(id);
                self.schedule(id, self.now);
            }
            Ok(false) => self.schedule(id, self.now.saturating_add(SECOND)),
            // the next look sees where it is
            Err(error) if is_gone(&error) => self.schedule(id, self.now.saturating_add(self.pace.busy)),
            Err(error) => {
                self.failed(&path, &error);
                let again = self.troubles.wait(&path, self.now);
                self.schedule(id, again.unwrap_or_else(|| self.now.saturating_add(SECOND)));
            }
        }
    }

    /// Answers no if that cannot be told yet.
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
            self.news.extend(self.troubles.left(path, &what, advice).map(News::Problem));
            return Ok(true);
        }
        if self.resume(id, path, &file, facts.file)? {
            return Ok(true);
        }
        if self.has_unread_base(path) {
            return Ok(false);
        }
        let by_name = self.related(path);
        // what is not where it was may have any name now, and only what holds all of it is taken for it
        let missing: Vec<LogId> = self.missing.iter().copied().take(MISSING).collect();
        for other in by_name.iter().copied().chain(missing) {
            match self.kin(other, &file, head, facts.size)? {
                Kin::Copy | Kin::Unknown | Kin::Later if !by_name.contains(&other) => {}
                Kin::Copy => {
                    self.be_silent(id, other, &file, &facts)?;
                    return Ok(true);
                }
                // were it taken for a copy, what it has of its own would be passed over
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
        let is_old = self.logs.get(&id).is_some_and(|log| log.is_old);
        let offset = match &mut self.start {
            _ if !is_old => 0,
            Start::Beginning => 0,
            Start::End => facts.size,
            Start::Chosen(choose) => choose(path, &file, facts.size).unwrap_or(facts.size).min(facts.size),
        };
        let mark = Mark::of(&file, offset)?;
        self.begin(id, mark, if is_old { Beginning::Found } else { Beginning::New });
        Ok(true)
    }

    /// Whether the file may be a copy of one that could not be read, was left alone since, and can be read now: that one is
    /// looked at first.
    fn has_unread_base(&mut self, path: &Path) -> bool {
        let mut has_one = false;
        for base in bases(path) {
            let is_left_alone = self.troubles.wait(&base, self.now).is_some()
                && !self.bindings.contains_key(base.as_path())
                && self.files.facts(&base).is_ok_and(|facts| facts.kind == Kind::File);
            if is_left_alone {
                self.troubles.try_again(&base);
                let soon = self.now.saturating_add(self.pace.listing_at_least);
                self.listing_due = self.listing_due.min(soon);
                has_one = true;
            }
        }
        has_one
    }

    fn begin(&mut self, id: LogId, mark: Mark, why: Beginning) {
        if let Some(log) = self.logs.get_mut(&id) {
            log.role = Role::Log;
            log.mark = mark;
            log.handled = mark.at;
            log.written = None;
            log.verified = Some(self.now);
        }
        self.tell_beginning(id, why);
    }

    /// Goes on with a log that ended, if the file is one: by its number, or by its name if it was copied anew.
    fn resume(&mut self, id: LogId, path: &Path, file: &F::File, number: FileId) -> std::io::Result<bool> {
        // a copy of what has ended may have a longer name
        let names = std::iter::once(path.to_path_buf()).chain(bases(path));
        let named = names.flat_map(|name| self.past.of_path(&name).cloned().collect::<Vec<Entry>>());
        let known: Vec<Entry> = self
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
                let mark =
                    if entry.offset < entry.mark.at { Mark::of(file, entry.offset)? } else { entry.mark };
                self.rename(id, entry.log);
                self.begin(entry.log, mark, Beginning::Resumed);
                self.schedule(entry.log, self.now);
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// A log that was not told of yet gets the number that it had.
    fn rename(&mut self, from: LogId, to: LogId) {
        let Some(mut log) = self.remove(from) else { return };
        log.id = to;
        log.due = u64::MAX;
        self.by_file.insert(log.file, to);
        self.bindings.insert(Arc::clone(&log.path), Binding::Log(to));
        self.logs.insert(to, log);
    }

    /// Logs that the file at `path` may be a copy of, by its name: those whose name it has with something behind, and their
    /// older ones, because what was copied may have been renamed since.
    fn related(&self, path: &Path) -> Vec<LogId> {
        let bases_of_it = bases(path);
        let missing = self.missing.iter().filter_map(|id| self.logs.get(id));
        let missing = missing.filter(|log| bases_of_it.iter().any(|base| **base == *log.path));
        let mut found: Vec<LogId> = missing.map(|log| log.id).collect();
        for base in bases_of_it {
            match self.bindings.get(base.as_path()) {
                Some(Binding::Log(id)) => found.push(*id),
                // `X.err` is not made of `X.log`, only because both begin with `X`
                _ if base.extension().is_none() => continue,
                _ => {}
            }
            let name = base.as_os_str().as_encoded_bytes();
            let from = Bound::Excluded(base.as_path());
            let rotated =
                self.bindings.range::<Path, _>((from, Bound::Unbounded)).map_while(|(other, binding)| {
                    let is_below = other.as_os_str().as_encoded_bytes().starts_with(name);
                    // names of other folders, and other logs, may lie between
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

    /// What `file`, of which `size` bytes are looked at, is to a log.
    fn kin(&self, of: LogId, file: &F::File, head: &[u8], size: u64) -> std::io::Result<Kin> {
        let Some(log) = self.logs.get(&of).filter(|log| !matches!(log.role, Role::Copy(_))) else {
            return Ok(Kin::Stranger);
        };
        // it was just looked at: many files at once are only compared with those that begin as they do
        if log.verified == Some(self.now) && !log.mark.may_begin(head) {
            return Ok(Kin::Stranger);
        }
        let mut is_copy = false;
        match self.files.open(&log.path) {
            Ok(own) => {
                let facts = own.facts()?;
                is_copy = facts.file == log.file && size <= facts.size && Mark::is_copied(file, &own, size)?;
                if facts.file == log.file && log.mark.is_in(&own)? {
                    return Ok(match (is_copy, log.role) {
                        // were it emptied before it is read, only the copy would have its bytes
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
            // of what was written since the log was emptied
            (false, true) => Kin::Copy,
            (false, false) => Kin::Stranger,
        })
    }

    /// A file is the copy of a log, up to its present size.
    fn be_silent(&mut self, id: LogId, of: LogId, file: &F::File, facts: &Facts) -> std::io::Result<()> {
        let mark = Mark::of(file, facts.size)?;
        if let Some(log) = self.logs.get_mut(&id) {
            log.role = Role::Copy(of);
            log.mark = mark;
            log.written = Some(facts.written);
        }
        Ok(())
    }

    /// A copy has changed: it may still be one, be what is left of the log, or go its own way.
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
                // few bytes are the same by chance
                let mark = if was_copied { log.mark } else { Mark::START };
                self.begin(id, mark, Beginning::New);
                self.schedule(id, self.now);
            }
        }
        Ok(())
    }

    /// The log `of` was emptied, and lives on in its copy.
    fn inherit(&mut self, of: LogId, copy: LogId) {
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
            && facts.kind == Kind::File
            && !self.by_file.contains_key(&facts.file)
        {
            self.newcomer(&old_path, &facts, false);
        }
    }

    /// What was written to the file of a log after it was emptied is a new one, and if it was deleted since, only the handle
    /// has it.
    fn split_off(&mut self, of: LogId, file: FileId, missing: Missing) {
        let Some(log) = self.logs.get_mut(&of) else { return };
        let Some(handle) = log.handle.take() else { return };
        let path = Arc::clone(&log.path);
        // it may not have been emptied yet: its copy was found first, in a folder that was renamed
        let is_full = log.mark.is_in(&handle).unwrap_or(false);
        let mark = if is_full { log.mark } else { Mark::START };
        let id = self.next_id();
        let mut log = Log::new(id, file, path, self.now);
        log.missing = Some(missing);
        log.handle = Some(handle);
        log.due = u64::MAX;
        self.logs.insert(id, log);
        self.missing.insert(id);
        self.by_file.insert(file, id);
        self.begin(id, mark, Beginning::New);
        self.schedule(id, self.now);
    }

    /// Looks for what was a log among the files beside it that are not followed.
    fn inherit_beside(&mut self, id: LogId, path: &Path) -> bool {
        let Some(mark) = self.logs.get(&id).map(|log| log.mark).filter(Mark::says_something) else {
            return false;
        };
        let listed = self.files.list(&folder_of(path)).unwrap_or_default();
        for entry in listed {
            let is_candidate = entry.kind == Kind::File
                && !self.bindings.contains_key(entry.path.as_path())
                && bases(&entry.path).iter().any(|base| base == path);
            if !is_candidate {
                continue;
            }
            let found = self.files.open(&entry.path).and_then(|file| Ok((file.facts()?, mark.is_in(&file)?)));
            if let Ok((facts, true)) = found
                && !self.by_file.contains_key(&facts.file)
            {
                let copy = self.next_id();
                let mut log = Log::new(copy, facts.file, entry.path.into(), self.now);
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

    /// A log is gone. If a copy holds all that was read of it, that is the log.
    pub(super) fn inherit_gone(&mut self, id: LogId) -> bool {
        let Some(mark) = self.logs.get(&id).map(|log| log.mark).filter(Mark::says_something) else {
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

    /// A log was emptied: lets its copies, and what may be one, find out whether they are what is left of it.
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
                // what cannot be read now is no heir
                Role::Copy(of) => drop(self.compare_again(other, of)),
                _ => self.judge(other),
            }
        }
    }

    /// The file of a log does not hold what was read of it.
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
            if !is_same(self) || self.inherit_beside(id, &path) {
                return;
            }
        }
        let Some(log) = self.logs.get_mut(&id) else { return };
        log.mark = Mark::START;
        log.handled = 0;
        log.rewind = None;
        log.written = None;
        if log.is_told {
            self.news.push(News::Truncated { log: id, path: Arc::clone(&log.path) });
        }
        self.schedule(id, self.now);
    }
}

/// Names of which that of `path` may be made by a rotation: `X.log` of `X.log.1`, `X.log-20261122` and `X-1.log`.
fn bases(path: &Path) -> Vec<PathBuf> {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return Vec::new() };
    let extension = name.rfind('.').map_or("", |dot| name.get(dot..).unwrap_or_default());
    let mut found = Vec::new();
    for (cut, _) in name.match_indices(|letter: char| !letter.is_alphanumeric()).filter(|(cut, _)| *cut > 0) {
        let front = name.get(..cut).unwrap_or_default();
        found.push(path.with_file_name(front));
        if front.len() + extension.len() < name.len() {
            found.push(path.with_file_name(format!("{front}{extension}")));
        }
    }
    found
}
