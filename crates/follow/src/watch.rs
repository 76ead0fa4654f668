//! [`Watch`]: a [`Follower`] on this machine. It sleeps between polls, and wakes when the system says that something
//! happened.
//!
//! What the system says is only a hint: on Windows it is silent about a file that its writer keeps open, on a network share
//! often about everything, and it may have no room for another watch. None of that is told, because nothing is lost by it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

use notify::event::ModifyKind;
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

use super::follower::{Follower, Hint, Settings};
use super::news::News;
use super::ports::{Clock, Disk, System};
use super::state::State;

/// Hints that may wait. More of them are as good as one that says: look everywhere.
const WAITING: usize = 1024;
/// A poll is not made earlier after the last one, whatever is hinted.
const AT_LEAST: Duration = Duration::from_millis(2);

/// A pause that no hint need end.
const NAP: Duration = Duration::from_millis(10);

/// A follower on this machine: sleeps between polls, and wakes when the system says that something happened.
#[derive(Debug)]
pub struct Watch {
    follower: Follower<Disk>,
    clock: System,
    hints: Option<Hints>,
    /// When the follower wants to look again.
    next: u64,
    /// See [`Watch::checked`].
    checked: u64,
    /// See [`Watch::worked`].
    worked: u64,
}

/// What the system tells.
#[derive(Debug)]
struct Hints {
    watcher: RecommendedWatcher,
    told: Receiver<Hint>,
    /// Folders that are watched, by their full paths, as the follower calls them; and those that cannot be.
    folders: BTreeMap<PathBuf, PathBuf>,
    watched: BTreeMap<PathBuf, Option<PathBuf>>,
    /// There was no room for a hint.
    missed: Arc<AtomicBool>,
}

impl Watch {
    /// Follows with the clock of this machine, with hints if the system has them.
    pub fn new(settings: Settings) -> Watch {
        Watch { hints: Hints::new(), ..Watch::without_hints(settings) }
    }

    /// The same by polling alone.
    pub fn without_hints(settings: Settings) -> Watch {
        Watch {
            follower: Follower::new(Disk, settings),
            clock: System::default(),
            hints: None,
            next: 0,
            checked: 0,
            worked: 0,
        }
    }

    /// Waits until there is news, at most for `longest`. None came if the answer is empty.
    pub fn next(&mut self, longest: Duration) -> Vec<News> {
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
                        // a busy log is hinted at with every write, and looked at every few milliseconds
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

    /// Whoever reads the news is done with a log up to `offset`, see [`Follower::handled`].
    pub fn handled(&mut self, log: super::LogId, offset: u64) {
        self.follower.handled(log, offset);
    }

    /// Nanoseconds by the clock of this watch, which does not go back.
    pub fn now(&self) -> u64 {
        self.clock.now()
    }

    /// When it last began to look at what was due, or saw that nothing was, by the same clock. What came since nobody knows.
    pub fn checked(&self) -> u64 {
        self.checked
    }

    /// Look at a log at `due` by the same clock, see [`Follower::look_by`].
    pub fn look_by(&mut self, log: super::LogId, due: u64) {
        self.follower.look_by(log, due);
        self.next = self.next.min(self.follower.due());
    }

    /// Whether nothing more was there, see [`Follower::is_still`].
    pub fn is_still(&self, log: super::LogId, since: u64) -> bool {
        self.follower.is_still(log, since)
    }

    /// How long it has looked at files so far, as opposed to waiting.
    pub fn worked(&self) -> Duration {
        Duration::from_nanos(self.worked)
    }

    /// Where every log stands, see [`Follower::state`].
    pub fn state(&self) -> State {
        self.follower.state(self.clock.today())
    }

    /// The day, counted from 1970, for [`StateFile::save`](super::StateFile::save).
    pub fn today(&self) -> u64 {
        self.clock.today()
    }

    /// Logs that are followed.
    pub fn len(&self) -> usize {
        self.follower.len()
    }

    /// Whether nothing is followed.
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
                // it fails if the folder is gone, and the watch with it
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

    /// Sleeps for `pause`, or until something happened, which the follower is told then.
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

    /// A full path as the follower has it.
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

/// Hands on what the system tells, on its thread.
fn tell(event: notify::Result<notify::Event>, teller: &SyncSender<Hint>, missed: &AtomicBool) {
    let send = |hint| {
        if teller.try_send(hint).is_err() {
            missed.store(true, Ordering::Relaxed);
        }
    };
    let Ok(event) = event else { return send(Hint::Names) };
    match event.kind {
        EventKind::Access(_) => {}
        // Windows says `Any` to every write
        EventKind::Modify(ModifyKind::Data(_) | ModifyKind::Any | ModifyKind::Metadata(_)) => {
            event.paths.into_iter().for_each(|path| send(Hint::File(path)));
        }
        _ => {
            send(Hint::Names);
            event.paths.into_iter().for_each(|path| send(Hint::File(path)));
        }
    }
}
