//! Interfaces to the system that a [`Follower`](super::Follower) needs: files and clocks. It uses nothing else, so
//! tests replace both, and everything happens in one order.
//!
//! [`Disk`] and [`System`] are the real ones; the package `source` opens the files.

use std::fmt::Debug;
use std::io;
use std::path::Path;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use spoglight_source::live;
use spoglight_source::live::Live;
pub use spoglight_source::live::{FileFacts, FileId, FileKind, Listed};

/// Files, by their paths.
pub trait Files {
    /// A file that is open for reading.
    type File: OpenedFile;

    /// Lists `folder`, in no order. Links are not followed.
    fn list(&self, folder: &Path) -> io::Result<Vec<Listed>>;

    /// Returns the facts about the file at `path`. Links are followed.
    fn facts(&self, path: &Path) -> io::Result<FileFacts>;

    /// Opens a file without blocking its writer in any way.
    fn open(&self, path: &Path) -> io::Result<Self::File>;
}

/// An open file: always the same one, whatever happens to its name.
pub trait OpenedFile {
    /// Identity of the file, and its size at this moment.
    fn facts(&self) -> io::Result<FileFacts>;

    /// Reads at byte `at` until `buffer` is full or the file ends; returns the number of bytes read.
    fn read_at(&self, at: u64, buffer: &mut [u8]) -> io::Result<usize>;
}

/// Two clocks.
pub trait TickSource {
    /// Nanoseconds since a fixed moment; never goes back.
    fn now(&self) -> u64;

    /// The day, counted from 1970 in UTC. Only used to forget logs that were not seen for long.
    fn today(&self) -> u64;
}

/// The files of this machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct Disk;

impl Files for Disk {
    type File = Live;

    fn list(&self, folder: &Path) -> io::Result<Vec<Listed>> {
        live::list(folder)
    }

    fn facts(&self, path: &Path) -> io::Result<FileFacts> {
        live::facts(path)
    }

    fn open(&self, path: &Path) -> io::Result<Live> {
        live::open(path)
    }
}

impl OpenedFile for Live {
    fn facts(&self) -> io::Result<FileFacts> {
        Live::facts(self)
    }

    fn read_at(&self, at: u64, buffer: &mut [u8]) -> io::Result<usize> {
        Live::read_at(self, at, buffer)
    }
}

/// The clocks of this machine.
#[derive(Debug, Clone, Copy)]
pub struct System(Instant);

impl Default for System {
    fn default() -> System {
        System(Instant::now())
    }
}

impl TickSource for System {
    fn now(&self) -> u64 {
        u64::try_from(self.0.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    #[expect(clippy::disallowed_methods, reason = "what is followed does not depend on it")]
    fn today(&self) -> u64 {
        const DAY: u64 = 24 * 60 * 60;
        SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() / DAY)
    }
}
