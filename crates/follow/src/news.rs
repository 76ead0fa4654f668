//! What a [`Follower`](super::Follower) tells.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use spoglight_source::Problem;

/// A log, over all its names and over restarts with the same state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LogId(pub u64);

impl fmt::Display for LogId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// Bytes of a log, as they stand there. A line, and a character, may be cut at both ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Whose they are.
    pub log: LogId,
    /// What it is called now.
    pub path: Arc<Path>,
    /// Where the first of them stands in the file, in bytes.
    pub offset: u64,
    /// The bytes; never none.
    pub bytes: Vec<u8>,
}

/// Something that happened, in its order. Of one log the pieces follow each other without a gap, from the offset of
/// [`News::Began`] on, or from 0 after [`News::Truncated`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// A log is followed from now on.
    Began {
        /// Which.
        log: LogId,
        /// What it is called.
        path: Arc<Path>,
        /// Where its first piece will begin, in bytes.
        offset: u64,
        /// How it came.
        why: Beginning,
    },
    /// There is more of it.
    Bytes(Piece),
    /// It has another name: it was rotated, or its folder was renamed. Its offset goes on. So it does if it was copied and
    /// then truncated: the copy is the log, and what is written to the old name is a new one.
    Renamed {
        /// Which.
        log: LogId,
        /// What it was called.
        from: Arc<Path>,
        /// What it is called now.
        to: Arc<Path>,
    },
    /// It was emptied, or written anew under the same name, and no copy was found. The next piece begins at 0; a line that
    /// was not ended will not be.
    Truncated {
        /// Which.
        log: LogId,
        /// What it is called.
        path: Arc<Path>,
    },
    /// Nothing more will come of it, unless it begins again.
    Ended {
        /// Which.
        log: LogId,
        /// What it was called last.
        path: Arc<Path>,
        /// Why.
        why: Ending,
    },
    /// Something cannot be read. Told once, until it was well again.
    Problem(Problem),
    /// A path that had a [`News::Problem`] can be read.
    Well {
        /// The path, as the problem had it.
        path: String,
    },
}

/// How a log came to be followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beginning {
    /// It was there when following began.
    Found,
    /// It came since.
    New,
    /// It was followed before, in another run or until it ended, and goes on where that stopped.
    Resumed,
}

/// Why a log ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Its file was deleted, or is not where it could be found.
    Deleted,
    /// It was renamed to a name that is not followed, and has been still since.
    RotatedAway,
}
