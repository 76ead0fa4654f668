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
mod compressed;
mod content;
mod decoders;
mod folder;
mod host;
mod id;
mod kind;
mod limits;
pub mod live;
mod mmap;
mod mtime;
mod passwords;
mod sevenz;
mod stage;
mod tar;
mod verified;
mod volumes;
mod zip;

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use spoglight_topology::Topology;

use archive::{ARCHIVES, MAGIC_BYTES};
use content::{Content, OnDisk};
pub use host::{HostName, HostRule, HostRules, host_of};
pub use id::SourceId;
pub use kind::{NotText, not_text};
use limits::Budget;
pub use limits::Limits;
pub use mtime::ModifiedTime;
pub use passwords::{PasswordPrompt, Passwords};

/// What to do with something that is damaged.
const AGAIN: &str = "what came is in this report; ask for it again for the rest";

/// What to do about a stream that ended with this error. Limits say it themselves.
fn advice_for(error: &str) -> &'static str {
    if error.contains("--max-") { "what came before that is in this report" } else { AGAIN }
}

/// A log to read: where it lies and what it is called.
#[derive(Debug, Clone)]
pub struct Source {
    /// Its name in reports, with `/` on every system: the path as the user gave it and what is below; inside an
    /// archive behind `!`.
    pub path: String,
    /// The server it is from, if the user, its name or the folders around it tell.
    pub host: Option<String>,
    /// Bytes that it says it has.
    pub size: u64,
    /// When it was written last.
    pub written: ModifiedTime,
    content: Arc<dyn Content>,
}

/// Something that was not read, or not wholly.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file, or the entry of an archive.
    pub path: String,
    /// Fault of it, as the rest of a sentence that begins with the path.
    pub what: String,
    /// Action for the user.
    pub advice: String,
    /// Kind of the file, as far as checks ask for it.
    pub kind: ProblemKind,
}

/// Kind of a file that was not read as a log.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProblemKind {
    /// Anything else.
    #[default]
    Other,
    /// A document or a picture, which people send instead of a log.
    Document,
    /// A store of certificates and keys.
    Keystore,
}

impl Problem {
    /// Returns a problem of kind [`ProblemKind::Other`].
    pub fn new(path: impl Into<String>, what: impl Into<String>, advice: impl Into<String>) -> Problem {
        Problem { path: path.into(), what: what.into(), advice: advice.into(), kind: ProblemKind::Other }
    }

    /// Returns the same problem with another kind.
    #[must_use]
    pub fn of_kind(self, kind: ProblemKind) -> Problem {
        Problem { kind, ..self }
    }
}

/// How archives are opened.
#[derive(Debug, Clone, Default)]
pub struct Opening {
    /// How much may come out of them.
    pub limits: Limits,
    /// What may open them.
    pub passwords: Passwords,
}

/// Everything below the paths that the user named.
#[derive(Debug, Default)]
pub struct Bundle {
    /// The logs, in the order of the arguments, below each by name.
    pub sources: Vec<Source>,
    /// What could not be opened.
    pub problems: Vec<Problem>,
    budget: Arc<Budget>,
    passwords: Passwords,
    /// Archives in parts that were met.
    joined: BTreeSet<PathBuf>,
    /// The limit of entries was reached, and said so.
    too_many: bool,
}

impl Bundle {
    /// Finds the logs below `paths`: folders, files and archives.
    ///
    /// Never fails: a path that does not exist is a [`Problem`]. If nothing could be read, `sources` is empty.
    pub fn open(paths: &[PathBuf], opening: &Opening) -> Bundle {
        let Opening { limits, passwords } = opening.clone();
        let mut bundle = Bundle { budget: Arc::new(Budget::new(limits)), passwords, ..Bundle::default() };
        let mut seen = BTreeSet::new();
        for path in paths {
            let from = bundle.sources.len();
            folder::add(&mut bundle, path, &mut seen);
            // folder by folder, so that an archive gives the order of the folder it was made of
            if let Some(added) = bundle.sources.get_mut(from..) {
                added.sort_by(|one, other| by_folder(&one.path, &other.path));
            }
        }
        host::by_neighbours(&mut bundle.sources);
        bundle
    }

    /// Names the servers that the user knows better.
    #[must_use]
    pub fn with_hosts(mut self, rules: &HostRules) -> Bundle {
        for source in &mut self.sources {
            if let Some(rule) = rules.find(&source.path, source.host.as_deref()) {
                source.host = Some(rule.value.0.clone());
            }
        }
        self
    }

    /// What was found to be wrong with entries of archives while they were read, by their names. Complete once all sources
    /// were read to their end.
    pub fn noticed(&self) -> Vec<Problem> {
        self.budget.noticed().problems()
    }

    /// Bytes that all sources together say they have.
    pub fn size(&self) -> u64 {
        self.sources.iter().map(|source| source.size).sum()
    }

    /// Asks every file on disk how large it is now.
    pub fn refresh(&mut self) {
        for source in &mut self.sources {
            if let Some((content, written)) = source.content.now() {
                (source.size, source.written, source.content) = (content.size(), written, content);
            }
        }
    }

    /// Some of its sources, which count against the same limits.
    #[must_use]
    pub fn part(&self, sources: &[usize]) -> Bundle {
        let some = sources.iter().filter_map(|at| self.sources.get(*at).cloned());
        Bundle { sources: some.collect(), budget: Arc::clone(&self.budget), ..Bundle::default() }
    }

    fn problem(&mut self, path: impl Into<String>, what: impl Into<String>, advice: impl Into<String>) {
        self.problems.push(Problem::new(path, what, advice));
    }

    /// Adds one file on disk: an archive is opened, anything else is a source. A part of an archive stands for all parts.
    fn add_file(&mut self, path: &Path, name: String) {
        if let Some(set) = volumes::Set::of(path) {
            if self.joined.insert(set.whole()) {
                set.add(&name, self);
            }
            return;
        }
        match path.metadata() {
            Ok(facts) => {
                let content = OnDisk { path: path.into(), size: facts.len() };
                self.add(Arc::new(content), name, 0, ModifiedTime::of_disk(&facts));
            }
            Err(error) => self.unreadable(name, &error),
        }
    }

    fn unreadable(&mut self, name: String, error: &io::Error) {
        let advice = if error.kind() == io::ErrorKind::PermissionDenied {
            "run spoglight as a user who may read it, or copy it to a place where you may"
        } else {
            "check that the path is right and the disk is there"
        };
        self.problem(name, format!("cannot be opened: {error}"), advice);
    }

    /// Adds something that lies in `depth` archives: an archive is opened, anything else is a source.
    fn add(&mut self, content: Arc<dyn Content>, name: String, depth: usize, written: ModifiedTime) {
        if depth > 0 && !self.budget.admits_entry() {
            if !self.too_many {
                self.too_many = true;
                let most = self.budget.limits().entries;
                self.problem(
                    name,
                    format!("is one entry too many: archives may hold {most} together, and this one and all behind it were not read"),
                    "raise --max-entries if that is right",
                );
            }
            return;
        }
        let mut head = Vec::new();
        let read = content.read(&name, 0, &mut |stream| {
            stream.take(MAGIC_BYTES).read_to_end(&mut head)?;
            Ok(())
        });
        if let Err(error) = read
            && head.is_empty()
        {
            if depth == 0 {
                return self.unreadable(name, &error);
            }
            let advice = advice_for(&error.to_string());
            return self.problem(name, format!("cannot be unpacked: {error}"), advice);
        }
        let Some(kind) = ARCHIVES.iter().find(|kind| kind.recognises(&head)) else {
            return self.sources.push(Source {
                host: host_of(&name, Topology::embedded()),
                path: name,
                size: content.size(),
                written,
                content,
            });
        };
        if depth >= self.budget.limits().depth {
            let most = self.budget.limits().depth;
            return self.problem(
                name,
                format!("lies in {depth} archives, one in the other, and {most} are opened at most"),
                "raise --max-depth if that is right, or unpack the outer ones by hand",
            );
        }
        kind.open(content, &name, depth, self);
    }
}

/// Folder by folder, as a walk through folders gives files.
fn by_folder(one: &str, other: &str) -> Ordering {
    one.split(['/', '!']).cmp(other.split(['/', '!']))
}

impl Source {
    /// Whether another look at it, by its name, found the same: as many bytes, written at the same time.
    pub fn is_as(&self, now: &Source) -> bool {
        // what was unpacked has another size by now than the one it was packed with
        self.written == now.written && (self.size == now.size || now.content.now().is_none())
    }

    /// Whether reading may begin anywhere.
    pub fn can_seek(&self) -> bool {
        self.content.can_seek()
    }

    /// Opens it at `offset` bytes and hands the stream to `use_it`. What cannot seek begins at 0 only.
    pub fn read<T>(&self, offset: u64, use_it: impl FnOnce(&mut dyn Read) -> io::Result<T>) -> io::Result<T> {
        let mut use_it = Some(use_it);
        let mut answer = None;
        self.content.read(&self.path, offset, &mut |stream| {
            if let Some(use_it) = use_it.take() {
                answer = Some(use_it(stream));
            }
            Ok(())
        })?;
        answer.unwrap_or_else(|| Err(io::Error::other("the archive did not open its entry")))
    }
}

#[cfg(test)]
mod tests;
