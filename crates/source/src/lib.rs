//! Files and archives as named streams of bytes: the only package that opens them.
//!
//! [`Bundle::open`] finds the logs below the paths that the user named. A [`Source`] is one log, in a folder or in an
//! archive. Its name is for people (`case.zip!logs/eg_log_X.log`), never a path that is opened. A file that cannot be read
//! becomes a [`Problem`], and the rest goes on. The package knows nothing of lines, charsets or events.
//!
//! Files are read in blocks and not mapped: mapping brings no speed that can be seen at 1 GB/s a core, a log that
//! its server truncates while it is mapped kills the process on Linux (SIGBUS) and makes the *server's* truncation fail on
//! Windows (error 1224).
//!
//! A file is read as it was when it was found, whatever happens to it meanwhile: see `on_disk.rs`.

mod archives;
mod bundle;
mod collected;
mod content;
mod decoders;
mod digest;
mod extract;
mod extract_writer;
mod folder;
mod followable;
mod gzip;
mod handles;
mod host;
mod id;
mod inflate;
mod kind;
mod limits;
mod listing;
pub mod live;
mod mapped;
mod meter;
mod mtime;
mod noticed;
mod on_disk;
mod passwords;
mod piped;
mod problem;
mod scratch;
mod shared;
mod silence;
mod sink;
mod small;
mod source;
mod spill;
mod spool;
mod stage;
#[cfg(test)]
mod tests;
mod verified;
mod volumes;
mod waves;
mod write;
mod zip_writer;

pub use archives::archive_magics;
pub use bundle::{Bundle, Opening, SOURCE_BYTES};
pub use digest::{FileDigest, digests, sha256_of};
pub use extract::{Extract, LinePosition};
pub use extract_writer::ExtractWriter;
pub use followable::{JUDGED, not_a_log};
pub use host::{HostName, HostRule, HostRules, Neighbours, host_of};
pub use id::SourceId;
pub use kind::{NotText, not_text};
pub use limits::Limits;
pub use listing::{ListedFile, files_below};
pub use mtime::ModifiedTime;
pub use on_disk::FileChange;
pub use passwords::{PasswordPrompt, Passwords};
pub use piped::{PIPED, Piped};
pub use problem::{Problem, ProblemKind};
pub use scratch::Scratch;
pub use small::{read_small, read_small_text};
pub use source::Source;
pub use write::{Durability, WriteError, write_atomically};
pub use zip_writer::{Written, ZipStream, zip_of};
