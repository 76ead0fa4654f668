//! [`Change`]: the events that a [`Follower`](super::Follower) returns.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::ports::FileId;

pub use spoglight_source::Problem;

/// Identity of a log, over all its names and over restarts with the same state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LogId(pub u64);

impl fmt::Display for LogId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// Bytes of a log, unchanged. A line, and a character, may be cut at both ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// The log.
    pub log: LogId,
    /// Its present path.
    pub path: Arc<Path>,
    /// The file that they were read from.
    pub file: FileId,
    /// Offset of the first byte in the file.
    pub offset: u64,
    /// The bytes; never empty.
    pub bytes: Vec<u8>,
    /// Of the first chunk of a log that began at a later offset: up to 64 KiB before it, which were returned by another run or
    /// were never asked for. A line that was not complete then began in them.
    pub before: Vec<u8>,
}

/// An event. Chunks of one log follow each other without a gap, from the offset of [`Change::Began`] on, or from 0
/// after [`Change::Truncated`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A log is followed from now on.
    Began {
        /// The log.
        log: LogId,
        /// Its path.
        path: Arc<Path>,
        /// Offset of its first chunk, in bytes.
        offset: u64,
        /// Reason for following it.
        why: Beginning,
    },
    /// New bytes.
    Bytes(Chunk),
    /// The log has another name: it was rotated, or its folder was renamed. Its offset continues. This also happens
    /// if it was copied and then truncated: the copy is the log, and the bytes written to the old name are a new one.
    Renamed {
        /// The log.
        log: LogId,
        /// Its former path.
        from: Arc<Path>,
        /// Its new path.
        to: Arc<Path>,
    },
    /// The log was emptied, or rewritten under the same name, and no copy was found. The next chunk begins at 0; an
    /// incomplete line will not be completed.
    Truncated {
        /// The log.
        log: LogId,
        /// Its path.
        path: Arc<Path>,
    },
    /// The log ended. It may begin again.
    Ended {
        /// The log.
        log: LogId,
        /// Its last path.
        path: Arc<Path>,
        /// Reason.
        why: Ending,
    },
    /// A path cannot be read. Reported once, until it can be read again.
    Problem(Problem),
    /// A path that had a [`Change::Problem`] can be read.
    Well {
        /// The path, as in the problem.
        path: String,
    },
}

/// Reason why a log is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beginning {
    /// It existed when following began.
    Found,
    /// It was created since.
    New,
    /// It was followed before, in another run or until it ended, and continues there.
    Resumed,
}

/// Reason why a log ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Its file was deleted, or cannot be found.
    Deleted,
    /// It was renamed to a name that is not followed, and has been still since.
    RotatedAway,
}
