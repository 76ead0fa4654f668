//! [`State`]: the position of every log, for the next run; and [`StateFile`], which keeps it.
//!
//! The state is JSON with a version. It is written beside its file and then renamed, so that a complete one always
//! exists. A state that cannot be read is reported and ignored; a state of a newer spoglight is not overwritten.
//!
//! It does not keep two followers from using the same file. The last one to write wins.

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use spoglight_source::{Durability, read_small, write_atomically};

use super::fingerprint::Fingerprint;
use super::news::{LogId, Problem};

/// Version of the format.
pub const VERSION: u32 = 1;
/// Maximum number of remembered logs, without those that are followed.
pub(super) const REMEMBERED: usize = 20_000;

/// Position of every log. Made by [`Follower::state`](super::Follower::state).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    pub(super) version: u32,
    /// The followed paths. New files below them were created between two runs, and are read from their start.
    pub(super) paths: Vec<String>,
    /// Id of the next log.
    pub(super) next: u64,
    pub(super) logs: Vec<SavedLog>,
    /// What the caller keeps with the positions; `null` for nothing.
    #[serde(default, skip_serializing_if = "serde_json::Value::is_null")]
    pub kept: serde_json::Value,
}

impl Default for State {
    fn default() -> State {
        State {
            version: VERSION,
            paths: Vec::new(),
            next: 1,
            logs: Vec::new(),
            kept: serde_json::Value::Null,
        }
    }
}

/// The state of one log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SavedLog {
    pub(super) log: LogId,
    /// A path that is not Unicode is not found again by its name, only by its file.
    pub(super) path: String,
    pub(super) volume: u64,
    pub(super) index: u64,
    /// Position to continue at.
    pub(super) offset: u64,
    /// Position of reading and identity.
    pub(super) mark: Fingerprint,
    /// It was followed at the end of the run.
    pub(super) is_followed: bool,
    /// Its name was one of the followed names.
    pub(super) is_wanted: bool,
    /// It is a copy of another log so far, and was not reported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) copy_of: Option<LogId>,
    /// Last day on which it was followed, counted from 1970.
    pub(super) day: u64,
}

/// Reason why a state cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// The file is something else.
    #[error("is no state of a tail")]
    Other,
    /// The file is damaged.
    #[error("is damaged: {0}")]
    Damaged(#[from] serde_json::Error),
    /// A newer spoglight wrote it.
    #[error("has version {0}, and this spoglight reads up to {VERSION}")]
    Newer(u32),
}

impl State {
    /// Reads the output of [`to_json`](State::to_json).
    pub fn from_json(text: &[u8]) -> Result<State, StateError> {
        #[derive(Deserialize)]
        struct Versioned {
            version: u32,
        }
        if !is_state(text) {
            return Err(StateError::Other);
        }
        // the version first: a newer format may differ in everything else
        let Versioned { version } = serde_json::from_slice(text)?;
        if version > VERSION {
            return Err(StateError::Newer(version));
        }
        let state: State = serde_json::from_slice(text)?;
        if state.logs.iter().any(|entry| !entry.mark.is_sound() || entry.offset > entry.mark.at) {
            return Err(StateError::Damaged(serde::de::Error::custom("a log has an impossible position")));
        }
        Ok(state)
    }

    /// Writes JSON with one line for each log.
    pub fn to_json(&self) -> Vec<u8> {
        // no value in it can fail to serialize
        serde_json::to_vec_pretty(self).unwrap_or_default()
    }

    /// Forgets logs that were not followed since `day`.
    pub fn forget_before(&mut self, day: u64) {
        self.logs.retain(|entry| entry.is_followed || entry.day >= day);
    }
}

/// Returns whether bytes begin like a state, which may be damaged. A power failure leaves no bytes, or zeros.
fn is_state(text: &[u8]) -> bool {
    if text.iter().all(|byte| *byte == 0) {
        return true;
    }
    let start: Vec<u8> = text.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).take(11).collect();
    let known = b"{\"version\":";
    known.starts_with(&start[..start.len().min(known.len())])
}

/// Storage for the bytes of a state.
pub trait StateStore {
    /// Returns the stored bytes; `None` if there are none.
    fn read(&self) -> io::Result<Option<Vec<u8>>>;
    /// Stores `bytes` completely or not at all.
    fn write(&self, bytes: &[u8]) -> io::Result<()>;
    /// Path for messages.
    fn path(&self) -> &Path;
}

/// A file of this machine.
#[derive(Debug, Clone)]
pub struct OnDisk(pub PathBuf);

impl StateStore for OnDisk {
    fn read(&self) -> io::Result<Option<Vec<u8>>> {
        match read_small(&self.0) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn write(&self, bytes: &[u8]) -> io::Result<()> {
        // a full disk must not leave an incomplete state
        write_atomically(&self.0, Durability::Synced, |out| out.write_all(bytes))
            .map_err(|failed| failed.error)
    }

    fn path(&self) -> &Path {
        &self.0
    }
}

/// Keeps the state of a follower between runs.
#[derive(Debug)]
pub struct StateFile<P = OnDisk> {
    place: P,
    /// Number of days after which a log is forgotten.
    days: u64,
    /// The stored bytes.
    written: Vec<u8>,
    /// Writing failed, and that was reported.
    has_failed: bool,
    /// A newer spoglight wrote the file, or it is no state: it must not be overwritten.
    is_foreign: bool,
    /// It is no state.
    is_no_state: bool,
}

impl<P: StateStore> StateFile<P> {
    /// A state file; logs that were not followed for `days` days are forgotten.
    pub fn new(place: P, days: u64) -> StateFile<P> {
        StateFile {
            place,
            days,
            written: Vec::new(),
            has_failed: false,
            is_foreign: false,
            is_no_state: false,
        }
    }

    /// Loads the state of the last run, or an empty one, and the problem with it.
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
            Err(error @ StateError::Other) => {
                (self.is_foreign, self.is_no_state) = (true, true);
                let advice = "name another file: this one is not overwritten";
                (State::default(), Some(problem(error.to_string(), advice)))
            }
            Err(error @ StateError::Damaged(_)) => {
                let advice = "the position of the last run is lost; the file is rewritten from now on";
                (State::default(), Some(problem(error.to_string(), advice)))
            }
        }
    }

    /// Returns whether the loaded file is something else than a state.
    pub fn is_no_state(&self) -> bool {
        self.is_no_state
    }

    /// Writes `state` if it has changed. Returns a problem once, until writing works again.
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
