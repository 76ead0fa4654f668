//! The only door to files: what the user named becomes a list of named streams of bytes.
//!
//! A [`Source`] is a log wherever it lies, in a folder or in an archive; its name is for people
//! (`case.zip!logs/eg_log_X.log`), never a path that is opened. What cannot be read becomes a [`Problem`] and the
//! rest goes on. This floor knows nothing of lines, charsets or events.
//!
//! Files are read in blocks and not mapped: mapping brings no speed that can be seen at 1 GB/s a core, a log that
//! its server truncates while it is mapped kills us on Linux (SIGBUS) and makes the *server's* truncation fail on
//! Windows (error 1224). Only archives are mapped, in `map.rs`.

mod archive;
mod folder;
mod host;
mod kind;
mod limits;
mod map;
mod zip;

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use archive::{ARCHIVES, Archive};
pub use host::host_of;
pub use kind::not_text;
pub use limits::Limits;
use limits::{Budget, Capped};

/// A log to read: where it lies and what it is called.
#[derive(Debug)]
pub struct Source {
    /// Its name in reports, with `/` on every system: the path as the user gave it and what is below; inside an
    /// archive behind `!`.
    pub path: String,
    /// Bytes that it says it has.
    pub size: u64,
    place: Place,
}

#[derive(Debug)]
enum Place {
    File(PathBuf),
    Entry { archive: Arc<dyn Archive>, index: usize },
}

/// Something that was not read, or not wholly.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file, or the entry of an archive.
    pub path: String,
    /// What is wrong with it.
    pub what: String,
    /// What its user can do.
    pub advice: String,
}

/// Everything below the paths that the user named.
#[derive(Debug, Default)]
pub struct Bundle {
    /// The logs, in the order of the arguments, below each by name.
    pub sources: Vec<Source>,
    /// What could not be opened.
    pub problems: Vec<Problem>,
    budget: Arc<Budget>,
}

impl Bundle {
    /// Finds the logs below `paths`: folders, files and archives.
    ///
    /// Never fails: a path that does not exist is a [`Problem`]. If nothing could be read, `sources` is empty.
    pub fn open(paths: &[PathBuf], limits: Limits) -> Bundle {
        let mut bundle = Bundle { budget: Arc::new(Budget::new(limits)), ..Bundle::default() };
        let mut seen = BTreeSet::new();
        for path in paths {
            folder::add(&mut bundle, path, &mut seen);
        }
        bundle
    }

    /// Bytes that all sources together say they have.
    pub fn size(&self) -> u64 {
        self.sources.iter().map(|source| source.size).sum()
    }

    fn problem(&mut self, path: impl Into<String>, what: impl Into<String>, advice: impl Into<String>) {
        self.problems.push(Problem { path: path.into(), what: what.into(), advice: advice.into() });
    }

    /// Adds one file on disk: an archive is opened, anything else is a source.
    fn add_file(&mut self, path: &Path, name: String) {
        let (head, size) = match head(path) {
            Ok(read) => read,
            Err(error) => {
                let advice = if error.kind() == io::ErrorKind::PermissionDenied {
                    "run spoglight as a user who may read it, or copy it to a place where you may"
                } else {
                    "check that the path is right and the disk is there"
                };
                return self.problem(name, format!("cannot be opened: {error}"), advice);
            }
        };
        match ARCHIVES.iter().find(|archive| archive.recognises(&head)) {
            Some(archive) => archive.open(path, &name, self),
            None => self.sources.push(Source { path: name, size, place: Place::File(path.to_owned()) }),
        }
    }
}

impl Source {
    /// Whether reading may begin anywhere: a file on disk, not an entry of an archive.
    pub fn can_seek(&self) -> bool {
        matches!(self.place, Place::File(_))
    }

    /// Opens it at `offset` bytes and hands the stream to `use_it`. Entries of archives begin at 0 only.
    ///
    /// The handle is closed afterwards; on Windows it never keeps its writer from renaming or truncating the file,
    /// because `File::open` shares all three.
    pub fn read<T>(
        &self,
        offset: u64,
        bundle: &Bundle,
        use_it: impl FnOnce(&mut dyn Read) -> io::Result<T>,
    ) -> io::Result<T> {
        match &self.place {
            #[expect(clippy::disallowed_methods, reason = "this is the door")]
            Place::File(path) => {
                let mut file = File::open(path)?;
                if offset > 0 {
                    file.seek(SeekFrom::Start(offset))?;
                }
                use_it(&mut file)
            }
            Place::Entry { archive, index } => {
                let mut use_it = Some(use_it);
                let mut answer = None;
                archive.read(*index, &mut |stream, packed| {
                    if let Some(use_it) = use_it.take() {
                        answer = Some(use_it(&mut Capped::new(stream, &self.path, packed, &bundle.budget)));
                    }
                })?;
                answer.unwrap_or_else(|| Err(io::Error::other("the archive did not open its entry")))
            }
        }
    }
}

/// First bytes of a file, and its size.
#[expect(clippy::disallowed_methods, reason = "this is the door")]
fn head(path: &Path) -> io::Result<(Vec<u8>, u64)> {
    let file = File::open(path)?;
    let size = file.metadata()?.len();
    let mut head = Vec::new();
    file.take(archive::MAGIC_BYTES).read_to_end(&mut head)?;
    Ok((head, size))
}

#[cfg(test)]
mod tests;
