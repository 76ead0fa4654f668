//! [`State`]: how far every log was read, to go on there in another run; and [`StateFile`], where it is kept.
//!
//! It is JSON with a version. It is written beside its place and then renamed, so that there is always a whole one. What
//! cannot be read is told and taken for none; what a newer spoglight wrote is not written over.
//!
//! What it does not do: keep two followers from using one file. The one that writes last wins.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::fingerprint::Fingerprint;
use super::news::{LogId, Problem};

/// The version that is written.
pub const VERSION: u32 = 1;
/// Logs that are remembered at most, those that are followed not counted.
pub(super) const REMEMBERED: usize = 20_000;

/// Where every log stands. Made by [`Follower::state`](super::Follower::state).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    pub(super) version: u32,
    /// The paths that were followed. What is new below them came while nobody looked, and is read from its start.
    pub(super) paths: Vec<String>,
    /// The number of the next log.
    pub(super) next: u64,
    pub(super) logs: Vec<SavedLog>,
}

impl Default for State {
    fn default() -> State {
        State { version: VERSION, paths: Vec::new(), next: 1, logs: Vec::new() }
    }
}

/// What is remembered of a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SavedLog {
    pub(super) log: LogId,
    /// A path that is not Unicode is not found again by its name, only by its file.
    pub(super) path: String,
    pub(super) volume: u64,
    pub(super) index: u64,
    /// Where to go on.
    pub(super) offset: u64,
    /// How far it was read, and by what it is known.
    pub(super) mark: Fingerprint,
    /// It was still followed.
    pub(super) is_followed: bool,
    /// Its name was one of those that are followed.
    pub(super) is_wanted: bool,
    /// It is the copy of another so far, and was not told of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) copy_of: Option<LogId>,
    /// The day on which it was followed last, counted from 1970.
    pub(super) day: u64,
}

/// Why a state cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// It is not what was written.
    #[error("is damaged: {0}")]
    Damaged(#[from] serde_json::Error),
    /// It was written by a spoglight that knows more.
    #[error("has version {0}, and this spoglight reads up to {VERSION}")]
    Newer(u32),
}

impl State {
    /// Reads what [`to_json`](State::to_json) wrote.
    pub fn from_json(text: &[u8]) -> Result<State, StateError> {
        #[derive(Deserialize)]
        struct Versioned {
            version: u32,
        }
        // the version first: a newer one may look quite different
        let Versioned { version } = serde_json::from_slice(text)?;
        if version > VERSION {
            return Err(StateError::Newer(version));
        }
        let state: State = serde_json::from_slice(text)?;
        if state.logs.iter().any(|entry| !entry.mark.is_sound() || entry.offset > entry.mark.at) {
            return Err(StateError::Damaged(serde::de::Error::custom("a log has a place that cannot be")));
        }
        Ok(state)
    }

    /// One line of JSON for each log.
    pub fn to_json(&self) -> Vec<u8> {
        // nothing in it can fail to be written
        serde_json::to_vec_pretty(self).unwrap_or_default()
    }

    /// Forgets logs that were not followed since `day`.
    pub fn forget_before(&mut self, day: u64) {
        self.logs.retain(|entry| entry.is_followed || entry.day >= day);
    }
}

/// A place for the bytes of a state.
pub trait StateStore {
    /// What is there; `None` if there is nothing.
    fn read(&self) -> io::Result<Option<Vec<u8>>>;
    /// Puts `bytes` there, all or none.
    fn write(&self, bytes: &[u8]) -> io::Result<()>;
    /// What to call it.
    fn path(&self) -> &Path;
}

/// A file of this machine.
#[derive(Debug, Clone)]
pub struct OnDisk(pub PathBuf);

impl StateStore for OnDisk {
    #[expect(clippy::disallowed_methods, reason = "it is our own and small")]
    fn read(&self) -> io::Result<Option<Vec<u8>>> {
        match fs::read(&self.0) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn write(&self, bytes: &[u8]) -> io::Result<()> {
        let mut aside = self.0.clone().into_os_string();
        aside.push(".new");
        let aside = PathBuf::from(aside);
        let written = File::create(&aside).and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        });
        written.and_then(|()| fs::rename(&aside, &self.0)).inspect_err(|_| {
            // half a state helps nobody, and the disk may be full
            let _ = fs::remove_file(&aside);
        })
    }

    fn path(&self) -> &Path {
        &self.0
    }
}

/// Where the state of a follower is kept between runs.
#[derive(Debug)]
pub struct StateFile<P = OnDisk> {
    place: P,
    /// Days after which a log is forgotten.
    days: u64,
    /// What stands there.
    written: Vec<u8>,
    /// It failed, and was told.
    has_failed: bool,
    /// It must not be written over.
    is_foreign: bool,
}

impl<P: StateStore> StateFile<P> {
    /// Logs that were not followed for `days` days are forgotten.
    pub fn new(place: P, days: u64) -> StateFile<P> {
        StateFile { place, days, written: Vec::new(), has_failed: false, is_foreign: false }
    }

    /// The state of the last run, or one of nothing, and what is wrong with it.
    pub fn load(&mut self) -> (State, Option<Problem>) {
        let problem =
            |what: String, advice: &str| Problem::new(self.place.path().display().to_string(), what, advice);
        let bytes = match self.place.read() {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return (State::default(), None),
            Err(error) => {
                let advice = "it is where the last run stopped, which is not known now: name another file, or make it \
                    readable";
                return (State::default(), Some(problem(format!("cannot be read: {error}"), advice)));
            }
        };
        match State::from_json(&bytes) {
            Ok(state) => (state, None),
            Err(error @ StateError::Newer(_)) => {
                self.is_foreign = true;
                let advice = "use that spoglight, or name another file; this one is not written over, so where this run \
                    stops will not be known";
                (State::default(), Some(problem(error.to_string(), advice)))
            }
            Err(error @ StateError::Damaged(_)) => {
                let advice = "where the last run stopped is not known; it is written anew from now on";
                (State::default(), Some(problem(error.to_string(), advice)))
            }
        }
    }

    /// Writes `state` if it is another one than before. Says what is wrong, once, until it was well again.
    pub fn save(&mut self, mut state: State, today: u64) -> Option<Problem> {
        if self.is_foreign {
            return None;
        }
        state.forget_before(today.saturating_sub(self.days));
        let bytes = state.to_json();
        if bytes == self.written {
            return None;
        }
        match self.place.write(&bytes) {
            Ok(()) => {
                self.written = bytes;
                self.has_failed = false;
                None
            }
            Err(error) => {
                let is_told = std::mem::replace(&mut self.has_failed, true);
                (!is_told).then(|| {
                    Problem::new(
                        self.place.path().display().to_string(),
                        format!("cannot be written: {error}"),
                        "make room on its disk, or name another file; until then another run would begin where the last \
                            one that could be written says, and show again what came since",
                    )
                })
            }
        }
    }
}
