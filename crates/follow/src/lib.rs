//! Logs that still grow: from paths to pieces of bytes, nothing lost and nothing twice, whatever is done to the files.
//!
//! A [`Follower`] is told which paths to follow and what time it is, and answers with [`News`]. It knows a log by the
//! number of its file and by sums of bytes of it, not by its name, so that it is still the same log after it was rotated,
//! copied and truncated, or its folder renamed. [`Watch`] drives one on this machine: it sleeps until there is something to
//! look at, or the system says that something happened.
//!
//! ```no_run
//! use std::time::Duration;
//! use spoglight::follow::{News, OnDisk, Settings, Start, StateFile, Watch};
//!
//! let mut states = StateFile::new(OnDisk("tail.state".into()), 30);
//! let (state, problem) = states.load();
//! let paths = vec!["/opt/egain/logs".into()];
//! let mut watch = Watch::new(Settings { paths, start: Start::End, state, ..Settings::default() });
//! loop {
//!     for news in watch.next(Duration::from_secs(1)) {
//!         if let News::Bytes(piece) = news {
//!             println!("{} {} {}", piece.path.display(), piece.offset, piece.bytes.len());
//!         }
//!     }
//!     let problem = states.save(watch.state(), watch.today());
//! }
//! ```
//!
//! This floor knows nothing of lines, charsets, formats or events.

mod discovery;
mod errors;
mod fingerprint;
mod follower;
mod interval;
mod lines;
mod log;
mod news;
mod poll;
mod ports;
mod scan;
mod state;
mod watch;
mod watch_paths;

pub use follower::{Choose, Follower, Hint, Polled, Settings, Start};
pub use interval::Pace;
pub use lines::last_lines;
pub use news::{Beginning, Ending, LogId, News, Piece, Problem};
pub use ports::{Clock, Disk, Facts, FileId, Files, Kind, Listed, Opened, System};
pub use state::{OnDisk, Place, State, StateError, StateFile, VERSION};
pub use watch::Watch;

#[cfg(test)]
mod tests;
