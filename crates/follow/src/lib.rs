//! Growing logs: from paths to chunks of bytes, none lost and none twice, whatever happens to the files.
//!
//! A [`Follower`] gets the paths to follow and the time, and returns [`Change`]s. It identifies a log by the number
//! of its file and by hashes of its bytes, not by its name, so that it is still the same log after it was rotated,
//! copied and truncated, or its folder renamed. [`Watch`] drives a follower on this machine: it sleeps until a poll
//! is due, or the system reports a change.
//!
//! ```no_run
//! use std::time::Duration;
//! use spoglight_follow::{Change, FollowSettings, OnDisk, Start, StateFile, Watch};
//!
//! let mut states = StateFile::new(OnDisk("tail.state".into()), 30);
//! let (state, problem) = states.load();
//! let paths = vec!["/opt/egain/logs".into()];
//! let mut watch = Watch::new(FollowSettings { paths, start: Start::End, state, ..FollowSettings::default() });
//! loop {
//!     for change in watch.next(Duration::from_secs(1)) {
//!         if let Change::Bytes(chunk) = change {
//!             println!("{} {} {}", chunk.path.display(), chunk.offset, chunk.bytes.len());
//!         }
//!     }
//!     let problem = states.save(watch.state(), watch.today());
//! }
//! ```
//!
//! The package knows nothing of lines, charsets, formats or events.

mod discovery;
mod errors;
mod fingerprint;
mod follower;
mod heir;
mod interval;
mod lines;
mod log;
mod news;
mod poll;
mod ports;
mod rotation_names;
mod scan;
mod state;
mod watch;
mod watch_paths;

pub use follower::{Choose, FollowSettings, Follower, Hint, Polled, Start, Unfollowed};
pub use interval::Pace;
pub use lines::last_lines;
pub use news::{Beginning, Change, Chunk, Ending, LogId, Problem};
pub use ports::{Disk, FileFacts, FileId, FileKind, Files, Listed, OpenedFile, System, TickSource};
pub use state::{OnDisk, State, StateError, StateFile, StateStore, VERSION};
pub use watch::Watch;

#[cfg(test)]
mod tests;
