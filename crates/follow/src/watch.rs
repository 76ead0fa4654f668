//! [`Watch`]: a [`Follower`] on this machine. It sleeps between polls, and wakes when the system reports a change.
//!
//! Reports of the system are only hints: on Windows there are none for a file that its writer keeps open, on a
//! network share often none at all, and the system may have no capacity for another watch. None of these is reported,
//! because no bytes are lost by it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

use notify::event::ModifyKind;
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

use super::follower::{FollowSettings, Follower, Hint};
use super::news::Change;
use super::ports::{Disk, System, TickSource};
use super::state::State;

/// Maximum number of waiting hints. More of them are replaced by one: look everywhere.
const WAITING: usize = 1024;
/// Minimum interval of polls, whatever the hints.
const AT_LEAST: Duration = Duration::from_millis(2);

/// A pause that is too short to be ended by a hint.
const NAP: Duration = Duration::from_millis(10);

/// A follower on this machine: sleeps between polls, and wakes when the system reports a change.
#[derive(Debug)]
pub struct Watch {
    follower: Follower<Disk>,
    clock: System,
    hints: Option<Hints>,
    /// Time of the follower's next poll.
    next: u64,
    /// See [`Watch::checked`].
    checked: u64,
    /// See [`Watch::worked`].
    worked: u64,
}

/// Hints of the system.
#[derive(Debug)]
struct Hints {
    watcher: RecommendedWatcher,
    told: Receiver<Hint>,
    /// Watched folders, by their full paths, with the paths that the follower uses; and folders that cannot be
    /// watched.
    folders: BTreeMap<PathBuf, PathBuf>,
    watched: BTreeMap<PathBuf, Option<PathBuf>>,
    /// A hint was dropped because the queue was full.
    missed: Arc<AtomicBool>,
}

impl Watch {
    /// Follows with the clock of this machine, and with hints if the system has them.
    pub fn new(settings: FollowSettings) -> Watch {
        Watch { hints: Hints::new(), ..Watch::without_hints(settings) }
    }

    /// Follows by polling alone.
    pub fn without_hints(settings: FollowSettings) -> Watch {
        Watch {
            follower: Follower::new(Disk, settings),
            clock: System::default(),
            hints: None,
            next: 0,
            checked: 0,
            worked: 0,
        }
    }

    /// Waits for news, at most `longest`. The result is empty if there are none.
    pub fn next(&mut self, longest: Duration) -> Vec<Change> {
        let end = self.clock.now().saturating_add(nanos(longest));
        loop {
            let now = self.clock.now();
            self.checked = now;
            if self.next <= now {
                let polled = self.follower.poll(now);
                self.next = polled.next;
                if let Some(hints) = &mut self.hints {
                    hints.watch(&self.follower);
                }
                self.worked += self.clock.now().saturating_sub(now);
                if !polled.news.is_empty() {
                    return polled.news;
                }
            }
            let now = self.clock.now();
            if now >= end {
                return Vec::new();
            }
            let pause = Duration::from_nanos(self.next.min(end).saturating_sub(now)).max(AT_LEAST);
            match &mut self.hints {
                Some(hints) => {
                    if hints.wait(pause, &mut self.follower) {
                        self.next = self.follower.due();
                        // a busy log causes a hint with every write, and is read every few milliseconds
                        let pause = Duration::from_nanos(self.next.min(end).saturating_sub(self.clock.now()));
                        if pause <= NAP {
                            std::thread::sleep(pause);
                        }
                    }
                }
                None => std::thread::sleep(pause),
            }
        }
    }

    /// Records that the caller has processed a log up to `offset`, see [`Follower::handled`].
    pub fn handled(&mut self, log: super::LogId, offset: u64) {
        self.follower.handled(log, offset);
    }

    /// Nanoseconds by the clock of this watch, which does not go back.
    pub fn now(&self) -> u64 {
        self.clock.now()
    }

    /// Time, by the same clock, of the last check of the logs that were due. Later bytes are unknown.
    pub fn checked(&self) -> u64 {
        self.checked
    }

    /// Reads a log at `due` by the same clock, see [`Follower::look_by`].
    pub fn look_by(&mut self, log: super::LogId, due: u64) {
        self.follower.look_by(log, due);
        self.next = self.next.min(self.follower.due());
    }

    /// Returns whether nothing more was found, see [`Follower::is_still`].
    pub fn is_still(&self, log: super::LogId, since: u64) -> bool {
        self.follower.is_still(log, since)
    }

    /// Time spent reading files so far, without waiting.
    pub fn worked(&self) -> Duration {
        Duration::from_nanos(self.worked)
    }

    /// Position of every log, see [`Follower::state`].
    pub fn state(&self) -> State {
        self.follower.state(self.clock.today())
    }

    /// The day, counted from 1970, for [`StateFile::save`](super::StateFile::save).
    pub fn today(&self) -> u64 {
        self.clock.today()
    }

    /// Number of followed logs.
    pub fn len(&self) -> usize {
        self.follower.len()
    }

    /// Returns whether no log is followed.
    pub fn is_empty(&self) -> bool {
        self.follower.is_empty()
    }
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

impl Hints {
    fn new() -> Option<Hints> {
        let (teller, told) = sync_channel(WAITING);
        let missed = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&missed);
        let watcher = notify::recommended_watcher(move |event| tell(event, &teller, &flag)).ok()?;
        Some(Hints { watcher, told, folders: BTreeMap::new(), watched: BTreeMap::new(), missed })
    }

    /// Watches the folders of the follower, and no others.
    fn watch(&mut self, follower: &Follower<Disk>) {
        let folders = follower.folders();
        if self.watched.len() == folders.len()
            && folders.iter().all(|folder| self.watched.contains_key(folder))
        {
            return;
        }
        let old: Vec<PathBuf> = self.watched.keys().filter(|it| !folders.contains(*it)).cloned().collect();
        for folder in old {
            if let Some(Some(full)) = self.watched.remove(&folder) {
                // this fails if the folder is gone, and then the watch is gone, too
                let _ = self.watcher.unwatch(&full);
                self.folders.remove(&full);
            }
        }
        for folder in folders {
            if !self.watched.contains_key(folder) {
                let full = std::path::absolute(folder).ok();
                let full = full.filter(|full| self.watcher.watch(full, RecursiveMode::NonRecursive).is_ok());
                if let Some(full) = &full {
                    self.folders.insert(full.clone(), folder.clone());
                }
                self.watched.insert(folder.clone(), full);
            }
        }
    }

    /// Sleeps for `pause`, or until a hint arrives, which is passed to the follower.
    fn wait(&self, pause: Duration, follower: &mut Follower<Disk>) -> bool {
        let first = match self.told.recv_timeout(pause) {
            Ok(hint) => hint,
            Err(RecvTimeoutError::Timeout) => return false,
            Err(RecvTimeoutError::Disconnected) => {
                std::thread::sleep(pause);
                return false;
            }
        };
        let mut last = None;
        for hint in std::iter::once(first).chain(self.told.try_iter().take(WAITING)) {
            // a busy log repeats itself
            if last.as_ref() != Some(&hint) {
                follower.hint(&self.by_its_name(&hint));
                last = Some(hint);
            }
        }
        if self.missed.swap(false, Ordering::Relaxed) {
            follower.hint(&Hint::Names);
        }
        true
    }

    /// Replaces a full path by the path that the follower uses.
    fn by_its_name(&self, hint: &Hint) -> Hint {
        let Hint::File(path) = hint else { return Hint::Names };
        let folder = path.parent().and_then(|folder| self.folders.get(folder));
        match (folder, path.file_name()) {
            (Some(folder), Some(name)) if folder == Path::new(".") => Hint::File(name.into()),
            (Some(folder), Some(name)) => Hint::File(folder.join(name)),
            _ => Hint::Names,
        }
    }
}

/// Passes on the hints of the system, on its thread.
fn tell(event: notify::Result<notify::Event>, teller: &SyncSender<Hint>, missed: &AtomicBool) {
    let send = |hint| {
        if teller.try_send(hint).is_err() {
            missed.store(true, Ordering::Relaxed);
        }
    };
    let Ok(event) = event else { return send(Hint::Names) };
    match event.kind {
        EventKind::Access(_) => {}
        // Windows reports `Any` for every write
        EventKind::Modify(ModifyKind::Data(_) | ModifyKind::Any | ModifyKind::Metadata(_)) => {
            event.paths.into_iter().for_each(|path| send(Hint::File(path)));
        }
        _ => {
            send(Hint::Names);
            event.paths.into_iter().for_each(|path| send(Hint::File(path)));
        }
    }
}
