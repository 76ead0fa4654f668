//! [`Bundle`]: everything below the paths that the user named.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use spoglight_text::secrets::mask;
use spoglight_topology::Topology;

use crate::archives::{self, MAGIC_BYTES};
use crate::collected;
use crate::content::Content;
use crate::folder;
use crate::host::{self, HostRules, host_of};
use crate::limits::{Budget, Limits};
use crate::mtime::ModifiedTime;
use crate::on_disk::OnDisk;
use crate::passwords::Passwords;
use crate::piped::{PIPED, PIPED_NAME, Piped};
use crate::problem::{Problem, ProblemKind, advice_for};
use crate::sink::Sink;
use crate::source::Source;
use crate::volumes;

/// Bytes of memory that count for a source, without its name: the structures of a small log with one format. A test of
/// the engine compares it with their sizes, and one of the program with its memory.
pub const SOURCE_BYTES: u64 = 880;

/// Bytes of memory of a problem, without its texts.
const PROBLEM: u64 = 100;

/// Advice for a collection with too many files.
const TOO_LARGE: &str =
    "analyze a part of the files at a time, or raise the limit if the machine has that much memory";

/// Advice for a collection with too many problems.
const UNLISTED: &str = "fix the problems that are listed, or analyze a part of the files at a time";

/// Options for what is opened.
#[derive(Debug, Clone, Default)]
pub struct Opening {
    /// Limits for unpacking.
    pub limits: Limits,
    /// Passwords to try.
    pub passwords: Passwords,
    /// The bytes of the path [`PIPED`].
    pub piped: Option<Piped>,
}

/// Everything below the paths that the user named.
#[derive(Debug, Default)]
pub struct Bundle {
    /// The logs, in the order of the arguments, below each by name.
    pub sources: Vec<Source>,
    /// Files and entries that could not be opened.
    pub problems: Vec<Problem>,
    pub(crate) budget: Arc<Budget>,
    passwords: Passwords,
    /// Servers that the user named.
    hosts: HostRules,
    /// Split archives that were already joined, by their first parts.
    joined: BTreeSet<PathBuf>,
    /// The limit of entries is exceeded, and was reported.
    too_many: bool,
    /// The limit of memory for the list of sources is exceeded, and was reported.
    too_large: bool,
    /// The first archive that was not opened, because those before it are a bomb, and the number of them.
    skipped: Option<(String, u64)>,
    /// The first problem that is not listed, because the limit of memory is exceeded, and the number of them.
    unlisted: Option<(String, u64)>,
}

impl Bundle {
    /// Finds the logs below `paths`: folders, files and archives.
    ///
    /// Never fails: a path that does not exist is a [`Problem`]. If nothing could be read, `sources` is empty.
    pub fn open(paths: &[PathBuf], opening: &Opening) -> Bundle {
        let Opening { limits, passwords, piped } = opening.clone();
        let mut bundle = Bundle { budget: Arc::new(Budget::new(limits)), passwords, ..Bundle::default() };
        let mut seen = BTreeSet::new();
        for path in paths {
            let from = bundle.sources.len();
            match piped.as_ref().filter(|_| path.as_os_str() == PIPED) {
                Some(piped) => {
                    let content = Arc::new(piped.content());
                    bundle.add(content, PIPED_NAME.to_owned(), 0, ModifiedTime::default());
                }
                None => folder::add(&mut bundle, path, (paths.len() > 1).then_some(&mut seen)),
            }
            // folder by folder, so that an archive has the same order as the folder it was made of
            if let Some(added) = bundle.sources.get_mut(from..) {
                added.sort_by(|one, other| by_folder(&one.path, &other.path));
            }
        }
        host::by_neighbours(&mut bundle.sources);
        collected::name_servers(&mut bundle.sources);
        bundle.report_unlisted();
        bundle
    }

    /// Passwords that the user gave, which are tried on stores of certificates, too.
    pub fn given_passwords(&self) -> &[String] {
        &self.passwords.given
    }

    /// Sets the servers that the user named.
    #[must_use]
    pub fn with_hosts(mut self, rules: &HostRules) -> Bundle {
        for source in &mut self.sources {
            if let Some(rule) = rules.find(&source.path, source.host.as_deref()) {
                source.host = Some(rule.value.0.as_str().into());
            }
        }
        self.hosts = rules.clone();
        self
    }

    /// The server that the user named for a source.
    pub(crate) fn given_host(&self, path: &str, host: Option<&str>) -> Option<String> {
        self.hosts.find(path, host).map(|rule| rule.value.0.clone())
    }

    /// Problems of archive entries that were found while they were read, by their names. Complete after all sources
    /// were read to their end.
    pub fn noticed(&self) -> Vec<Problem> {
        self.budget.noticed().problems()
    }

    /// Declared size of all sources in bytes.
    pub fn size(&self) -> u64 {
        self.sources.iter().map(|source| source.size).sum()
    }

    /// Bytes of memory that the lists of files and entries leave of their limit.
    pub fn memory_left(&self) -> u64 {
        self.budget.memory_left()
    }

    /// A bundle of some of the sources, by index, with the same limits.
    #[must_use]
    pub fn part(&self, sources: &[usize]) -> Bundle {
        let some = sources.iter().filter_map(|at| self.sources.get(*at).cloned());
        let (budget, hosts) = (Arc::clone(&self.budget), self.hosts.clone());
        Bundle { sources: some.collect(), budget, hosts, ..Bundle::default() }
    }
}

impl Bundle {
    fn problem(&mut self, path: String, what: String, advice: &str) {
        self.report(Problem::new(path, what, advice));
    }

    fn unread_entries(&mut self, path: String, what: String, advice: &str) {
        self.report(Problem::new(path, what, advice).of_kind(ProblemKind::Container));
    }

    /// Reports a limit that ends a list; whatever the memory, because there are few of these.
    fn limit_reached(&mut self, path: String, what: String, advice: &str) {
        self.problems.push(Problem::new(path, what, advice).of_kind(ProblemKind::Container));
    }

    fn report_skipped(&mut self) {
        if let Some((first, count)) = self.skipped.take() {
            let what = match count {
                1 => format!("was not read: {}", self.budget.bomb()),
                _ => format!("and {} other archives were not read: {}", count - 1, self.budget.bomb()),
            };
            self.limit_reached(first, what, "be careful with this archive; check its origin");
        }
    }

    fn report_unlisted(&mut self) {
        if let Some((first, count)) = self.unlisted.take() {
            let what = self.budget.too_much(&format!("the reasons for {count} files"));
            let what = format!("was not read completely, and the reason is not listed: {what}");
            self.limit_reached(first, what, UNLISTED);
        }
    }
}

impl Sink for Bundle {
    fn add_file(&mut self, path: &Path, name: String) {
        if let Some(set) = volumes::Set::from_part(path) {
            if self.joined.insert(set.first()) {
                set.add(&name, self);
            }
            return;
        }
        match OnDisk::open(path) {
            Ok((file, written)) => self.add(Arc::new(file), name, 0, written),
            Err(error) => self.report(Problem::unreadable(name, &error)),
        }
    }

    fn add(&mut self, mut content: Arc<dyn Content>, name: String, depth: usize, written: ModifiedTime) {
        // the name is for people: nothing is opened by it
        let name = match mask(&name) {
            Cow::Owned(masked) => masked,
            Cow::Borrowed(_) => name,
        };
        if depth > 0 && !self.budget.admits_entry() {
            if !self.too_many {
                self.too_many = true;
                let most = self.budget.limits().entries;
                self.limit_reached(
                    name,
                    format!("is beyond the limit of {most} entries in all archives; it and all later entries were not read"),
                    "raise --max-entries if that is expected",
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
                return self.report(Problem::unreadable(name, &error));
            }
            let advice = advice_for(&error.to_string());
            return self.problem(name, format!("cannot be unpacked: {error}"), advice);
        }
        let kind = archives::kind_of(&head).or_else(|| archives::kind_by_end(&head, &name, &*content));
        let Some(kind) = kind else {
            if !self.budget.keep(SOURCE_BYTES + 2 * name.len() as u64) {
                if !self.too_large {
                    self.too_large = true;
                    let what = self.budget.too_much("it and all later ones");
                    self.limit_reached(name, format!("was not read: {what}"), TOO_LARGE);
                }
                return;
            }
            let path: Arc<str> = name.into();
            if let Some(content) = Arc::get_mut(&mut content) {
                content.listed_as(&path);
            }
            // most neighbours are of one server
            let before = self.sources.last().and_then(|before| before.host.as_ref());
            let host = host_of(&path, Topology::embedded()).map(|host| match before {
                Some(before) if **before == *host => Arc::clone(before),
                _ => host.into(),
            });
            return self.sources.push(Source {
                host,
                path,
                size: content.size(),
                written,
                content,
                extract: None,
            });
        };
        if depth >= self.budget.limits().depth {
            let most = self.budget.limits().depth;
            return self.unread_entries(
                name,
                format!("is inside {depth} nested archives, and the limit is {most}"),
                "raise --max-depth if that is expected, or unpack the outer archives by hand",
            );
        }
        if depth == 0 {
            self.budget.begin(content.size());
            kind.open(content, &name, depth, self);
            self.report_skipped();
        } else if self.budget.is_bomb() {
            self.skipped.get_or_insert((name, 0)).1 += 1;
        } else {
            kind.open(content, &name, depth, self);
        }
    }

    fn report(&mut self, problem: Problem) {
        let Problem { path, what, advice, .. } = &problem;
        if self.budget.keep(PROBLEM + (path.len() + what.len() + advice.len()) as u64) {
            self.problems.push(problem);
        } else {
            self.unlisted.get_or_insert((problem.path, 0)).1 += 1;
        }
    }

    fn budget(&self) -> &Arc<Budget> {
        &self.budget
    }

    fn passwords(&mut self) -> &mut Passwords {
        &mut self.passwords
    }
}

/// Order of a walk through folders.
fn by_folder(one: &str, other: &str) -> Ordering {
    one.split(['/', '!']).cmp(other.split(['/', '!']))
}
