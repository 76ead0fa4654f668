//! Paths of the logs: folders are listed, and new or missing files are identified by their numbers.
//!
//! A listing returns names only, which is cheap. In a folder with a missing log, the number of every file is read.
//! Files may be renamed between two of these reads, so a log that is not found is only gone after several listings.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::discovery::LEFT_AGAIN;
use super::follower::{Binding, Follower, MISSED, folder_of, is_gone};
use super::log::Role;
use super::news::{Beginning, Change, Ending, LogId};
use super::ports::{FileFacts, FileId, FileKind, Files, OpenedFile};
use super::watch_paths::Walk;

/// Result of a listing.
struct Scan {
    walk: Walk,
    /// Facts of the files, where they were read.
    facts: BTreeMap<Arc<Path>, FileFacts>,
    /// Their paths by their numbers.
    at: BTreeMap<FileId, Arc<Path>>,
    /// The same for files whose names are not followed, in folders that were searched.
    beside: BTreeMap<PathBuf, BTreeMap<FileId, Arc<Path>>>,
}

impl<F: Files> Follower<F> {
    /// Lists all folders and finds every log that is not at its path.
    pub(super) fn scan(&mut self) {
        let suspects = std::mem::take(&mut self.suspects);
        self.listed = Some(self.now);
        if !suspects.is_empty() {
            self.searched = Some(self.now);
        }
        let walk = self.walk();
        let mut scan = Scan { walk, facts: BTreeMap::new(), at: BTreeMap::new(), beside: BTreeMap::new() };
        self.ask(&mut scan, &|folder| suspects.contains(folder));
        let mut others = Vec::new();
        for id in self.find_displaced(&scan, &|folder| suspects.contains(folder)) {
            if !self.find(id, &mut scan) {
                others.push(id);
            }
        }
        // their number was given to another file, or they were emptied and then renamed; copies are at their paths
        // now
        for id in others {
            if !self.inherit_gone(id) {
                self.end(id, Ending::Deleted);
            }
        }
        self.meet(&scan);
        self.forget(&scan);
        self.folders = scan.walk.folders.iter().cloned().collect();
        self.folders.extend(self.wants.iter().map(|want| folder_of(&want.given)).filter(|folder| {
            // the folder of a file; a listed folder has its own entry
            !scan.walk.folders.contains(folder)
        }));
        let is_searching = self.logs.values().any(|log| log.missing.is_some_and(|it| it.listings < MISSED));
        let pause = if is_searching {
            2 * self.pace.listing_at_least
        } else {
            self.pace.listing_of(scan.walk.files.len())
        };
        self.listing_due = self.now.saturating_add(pause.max(1));
        if !self.suspects.is_empty() {
            self.listing_due =
                self.listing_due.min(self.now.saturating_add(self.pace.listing_at_least.max(1)));
        }
    }

    fn walk(&mut self) -> Walk {
        let mut walk = Walk::default();
        for want in &mut self.wants {
            if self.troubles.wait(&want.given, self.now).is_some() {
                // it is not read now, so no file below it is known to be gone
                let error = std::io::Error::other("not read");
                walk.failed.push((want.given.clone(), error));
                continue;
            }
            let (failed, left) = (walk.failed.len(), walk.left.len());
            want.walk(&self.files, &mut walk);
            // what is no file is no log that can be read again
            let is_left =
                walk.left.get(left..).unwrap_or_default().iter().any(|(path, ..)| *path == want.given);
            let is_left = is_left || self.troubles.is_left(&want.given);
            let is_well = walk.failed.len() == failed && !is_left;
            if is_well && self.troubles.well(&want.given) {
                self.news.push(Change::Well { path: want.given.display().to_string() });
            }
            for (path, error) in walk.failed.get(failed..).unwrap_or_default() {
                let problem = self.troubles.failed(path, error, self.now);
                self.news.extend(problem.map(Change::Problem));
            }
        }
        for folder in &walk.folders {
            if self.troubles.well(folder) {
                self.news.push(Change::Well { path: folder.display().to_string() });
            }
        }
        for (path, what, advice) in &walk.left {
            self.news.extend(self.troubles.left(path, what, advice).map(Change::Problem));
        }
        walk
    }

    /// Reads the numbers of new files, and of all files in folders with a missing log.
    fn ask(&mut self, scan: &mut Scan, is_suspect: &dyn Fn(&Path) -> bool) {
        let mut gone = Vec::new();
        let mut left_alone = Vec::new();
        for path in scan.walk.files.keys() {
            let is_asked = match self.bindings.get(path) {
                Some(Binding::Log(id)) => {
                    is_suspect(&folder_of(path))
                        // another name of its file
                        || self.logs.get(id).is_none_or(|log| log.path != *path || log.missing.is_some())
                }
                Some(Binding::Left { again, .. }) => is_suspect(&folder_of(path)) || *again <= self.now,
                None if self.troubles.wait(path, self.now).is_some() => {
                    // so the log at that path is not known to be gone
                    left_alone.push(path.to_path_buf());
                    false
                }
                None => true,
            };
            if !is_asked {
                continue;
            }
            match self.files.facts(path) {
                Ok(facts) if facts.kind == FileKind::File => {
                    scan.facts.insert(Arc::clone(path), facts);
                }
                Ok(_) => {}
                Err(error) if is_gone(&error) => gone.push(Arc::clone(path)),
                Err(error) => {
                    let problem = self.troubles.failed(path, &error, self.now);
                    self.news.extend(problem.map(Change::Problem));
                    scan.walk.failed.push((path.to_path_buf(), error));
                }
            }
        }
        for path in gone {
            scan.walk.files.remove(&path);
        }
        let not_asked = || std::io::Error::other("not read");
        scan.walk.failed.extend(left_alone.into_iter().map(|path| (path, not_asked())));
        for (path, facts) in &scan.facts {
            let is_home = self
                .by_file
                .get(&facts.file)
                .and_then(|id| self.logs.get(id))
                .is_some_and(|log| log.path == *path);
            if is_home || !scan.at.contains_key(&facts.file) {
                scan.at.insert(facts.file, Arc::clone(path));
            }
        }
    }

    /// Logs whose paths lead to other files. Missing logs that are at their paths again continue.
    fn find_displaced(&mut self, scan: &Scan, is_suspect: &dyn Fn(&Path) -> bool) -> Vec<LogId> {
        let mut displaced = Vec::new();
        let mut back = Vec::new();
        for (id, log) in &self.logs {
            // unless its number is found elsewhere: it was moved, or its number was given to another file
            let is_elsewhere = || scan.at.get(&log.file).is_some_and(|path| *path != log.path);
            if scan.walk.is_hidden(&log.path) && !is_elsewhere() {
                continue;
            }
            let is_here = match scan.facts.get(&log.path) {
                Some(facts) => facts.file == log.file,
                None if log.is_wanted && log.missing.is_none() => scan.walk.files.contains_key(&log.path),
                None if log.is_wanted => false,
                None if log.missing.is_none() && !is_suspect(&folder_of(&log.path)) => true,
                None => self.files.facts(&log.path).is_ok_and(|facts| facts.file == log.file),
            };
            match (is_here, log.missing.is_some()) {
                (true, true) => back.push(*id),
                (true, false) => {}
                (false, _) => displaced.push(*id),
            }
        }
        for id in back {
            if let Some(path) = self.logs.get(&id).map(|log| Arc::clone(&log.path)) {
                let is_wanted = scan.walk.files.contains_key(&path);
                self.moved(id, path, is_wanted);
            }
        }
        displaced
    }

    /// Searches a log under other names. Returns `false` if the file with its number holds other bytes.
    fn find(&mut self, id: LogId, scan: &mut Scan) -> bool {
        let Some(log) = self.logs.get(&id) else { return true };
        let (file, folder, has_handle) = (log.file, folder_of(&log.path), log.handle.is_some());
        let is_given_up = log.missing.is_some_and(|missing| missing.listings >= MISSED);
        let mut place = scan.at.get(&file).map(|path| (Arc::clone(path), true));
        if place.is_none() && !is_given_up {
            let beside =
                scan.beside.entry(folder).or_insert_with_key(|folder| self.beside(folder, &scan.walk));
            place = beside.get(&file).map(|path| (Arc::clone(path), false));
        }
        let Some((path, is_wanted)) = place else {
            self.miss(id);
            return true;
        };
        match self.holds(id, &path) {
            // no number is reused while a handle is kept
            Some(holds) if holds || has_handle => self.moved(id, path, is_wanted),
            Some(_) => return false,
            None => self.miss(id),
        }
        true
    }

    /// Files of a folder that are not followed.
    fn beside(&self, folder: &Path, walk: &Walk) -> BTreeMap<FileId, Arc<Path>> {
        let listed = self.files.list(folder).unwrap_or_default();
        let files = listed.into_iter().filter(|entry| entry.kind == FileKind::File);
        let others = files.filter(|entry| !walk.files.contains_key(entry.path.as_path()));
        others
            .filter_map(|entry| Some((self.files.facts(&entry.path).ok()?.file, entry.path.into())))
            .collect()
    }

    /// Returns whether the file at `path` is a log and holds the bytes that were read of it; `None` if that is not
    /// known.
    pub(super) fn holds(&self, id: LogId, path: &Path) -> Option<bool> {
        let log = self.logs.get(&id)?;
        let file = self.files.open(path).ok()?;
        if file.facts().ok()?.file != log.file {
            return None;
        }
        // nothing is known of it, so it is like any other
        let is_known = log.mark.says_something();
        Some(is_known && log.mark.is_in(&file).ok()?)
    }

    /// Records that a log is at `path`.
    pub(super) fn moved(&mut self, id: LogId, path: Arc<Path>, is_wanted: bool) {
        let now = self.now;
        let Some(log) = self.logs.get_mut(&id) else { return };
        let from = std::mem::replace(&mut log.path, Arc::clone(&path));
        log.missing = None;
        self.missing.remove(&id);
        log.interval = 0;
        if log.is_wanted && !is_wanted {
            log.grown = now;
        }
        log.is_wanted = is_wanted;
        let is_told = log.is_told;
        if self.bindings.get(&from) == Some(&Binding::Log(id)) {
            self.bindings.remove(&from);
        }
        if is_wanted {
            self.bindings.insert(Arc::clone(&path), Binding::Log(id));
        }
        if is_told && from != path {
            self.news.push(Change::Renamed { log: id, from, to: path });
        }
        self.tell_beginning(id, Beginning::Resumed);
        self.schedule(id, now);
    }

    /// Registers files that belong to no log yet.
    fn meet(&mut self, scan: &Scan) {
        let mut new: Vec<(&Arc<Path>, &FileFacts)> = scan.facts.iter().collect();
        // a copy has a longer name than its original, which must be registered first
        new.sort_by_key(|(path, _)| (path.as_os_str().len(), Arc::clone(path)));
        for (path, facts) in new {
            if let Some(id) = self.by_file.get(&facts.file) {
                let id = *id;
                self.bindings.insert(Arc::clone(path), Binding::Log(id));
                continue;
            }
            if let Some(Binding::Left { file, size, again }) = self.bindings.get_mut(path)
                && *file == facts.file
                && facts.size >= *size
                // a file that was classified by a few bytes is classified again
                && (facts.size == *size || *size >= spoglight_source::JUDGED as u64)
            {
                *again = self.now.saturating_add(LEFT_AGAIN);
                continue;
            }
            let mut missing = self.missing.iter().filter_map(|id| self.logs.get(id));
            if let Some(id) = missing.find(|log| log.path == *path).map(|log| log.id)
                && self.adopts(id, path, facts)
            {
                continue;
            }
            let is_old = !scan.walk.files.get(path).copied().unwrap_or(true);
            self.newcomer(path, facts, is_old);
        }
    }

    /// Returns whether the log at `path` continues in another file there: it was copied by a program that writes
    /// beside it and renames, or the number of its disk has changed.
    fn adopts(&mut self, id: LogId, path: &Arc<Path>, facts: &FileFacts) -> bool {
        let Some(log) = self.logs.get_mut(&id) else { return false };
        if !log.mark.says_something() || log.role != Role::Log {
            return false;
        }
        let Ok(file) = self.files.open(path) else { return false };
        let is_it =
            file.facts().is_ok_and(|now| now.file == facts.file) && log.mark.is_in(&file).unwrap_or(false);
        if !is_it {
            return false;
        }
        let old = std::mem::replace(&mut log.file, facts.file);
        log.written = None;
        self.drop_handle(id);
        self.by_file.remove(&old);
        self.by_file.insert(facts.file, id);
        self.moved(id, Arc::clone(path), true);
        true
    }

    /// Ends logs that were not found for long, and forgets paths that do not exist.
    fn forget(&mut self, scan: &Scan) {
        let is_there = |path: &Path| scan.walk.files.contains_key(path) || scan.walk.is_hidden(path);
        self.bindings.retain(|path, _| is_there(path));
        let wants = &self.wants;
        let logs = &self.logs;
        self.troubles.keep(|path| {
            is_there(path)
                || wants.iter().any(|want| want.given == path)
                || scan.walk.failed.iter().any(|(failed, _)| failed == path)
                || scan.walk.left.iter().any(|(left, ..)| left == path)
                || logs.values().any(|log| &*log.path == path)
        });
        let gone: Vec<LogId> = self
            .logs
            .values()
            .filter(|log| {
                log.handle.is_none()
                    && log.missing.is_some_and(|missing| {
                        missing.listings >= MISSED && self.now.saturating_sub(missing.since) >= self.pace.gone
                    })
            })
            .map(|log| log.id)
            .collect();
        for id in gone {
            if !self.inherit_gone(id) {
                self.end(id, Ending::Deleted);
            }
        }
    }
}
