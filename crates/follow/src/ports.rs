//! What a [`Follower`](super::Follower) must be able to ask of the world: files and clocks. Nothing else of it is used, so
//! the tests bring a world of their own, in which everything happens in one order.
//!
//! [`Disk`] and [`System`] are the real ones; the files themselves are opened in `bundle`.

use std::fmt::Debug;
use std::io;
use std::path::Path;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use spoglight_source::live;
use spoglight_source::live::Live;
pub use spoglight_source::live::{Facts, FileId, Kind, Listed};

/// Files, by their paths.
pub trait Files {
    /// A file that is open for reading.
    type File: Opened;

    /// What lies in `folder`, in no order. Links are not followed.
    fn list(&self, folder: &Path) -> io::Result<Vec<Listed>>;

    /// What `path` leads to. Links are followed.
    fn facts(&self, path: &Path) -> io::Result<Facts>;

    /// Opens a file so that its writer is not kept from anything.
    fn open(&self, path: &Path) -> io::Result<Self::File>;
}

/// An open file: one and the same, whatever happens to its name.
pub trait Opened {
    /// Which file it is, and its size at this moment.
    fn facts(&self) -> io::Result<Facts>;

    /// Reads at byte `at` until `buffer` is full or the file ends; says how many bytes came.
    fn read_at(&self, at: u64, buffer: &mut [u8]) -> io::Result<usize>;
}

/// Two clocks.
pub trait Clock {
    /// Nanoseconds since some moment; never goes back.
    fn now(&self) -> u64;

    /// The day, counted from 1970 in UTC. Only used to forget what was not seen for long.
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

    fn facts(&self, path: &Path) -> io::Result<Facts> {
        live::facts(path)
    }

    fn open(&self, path: &Path) -> io::Result<Live> {
        live::open(path)
    }
}

impl Opened for Live {
    fn facts(&self) -> io::Result<Facts> {
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

impl Clock for System {
    fn now(&self) -> u64 {
        u64::try_from(self.0.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    #[expect(clippy::disallowed_methods, reason = "what is followed does not depend on it")]
    fn today(&self) -> u64 {
        const DAY: u64 = 24 * 60 * 60;
        SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() / DAY)
    }
}
