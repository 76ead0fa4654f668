//! [`WatchPath`]: a path that the user gave, a file, folder or glob, and the files that it selects at this moment.
//!
//! Folders are walked without following links, as in the package `source`; a link that the user named is followed. An
//! existing file with `*` in its name is that file, and not a glob.

use std::collections::BTreeMap;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use globset::{GlobBuilder, GlobMatcher};

use super::ports::{FileKind, Files};

/// A file, folder or glob that the user gave.
#[derive(Debug)]
pub(super) struct WatchPath {
    /// The path as the user gave it.
    pub(super) given: PathBuf,
    /// The path from the first part with a glob on, and the folder before it.
    glob: Option<(PathBuf, GlobMatcher)>,
    /// It was walked before, and files found now are new.
    pub(super) is_known: bool,
    /// It was a file at the last walk, so its removal is reported for its log.
    was_file: bool,
}

/// Result of walking all paths.
#[derive(Debug, Default)]
pub(super) struct Walk {
    /// Files, and whether they are new to a path that was walked before.
    pub(super) files: BTreeMap<Arc<Path>, bool>,
    /// Listed folders.
    pub(super) folders: Vec<PathBuf>,
    /// Paths that could not be read: files below them may still exist.
    pub(super) failed: Vec<(PathBuf, io::Error)>,
    /// Paths that are not followed, with a description and advice.
    pub(super) left: Vec<(PathBuf, &'static str, &'static str)>,
}

impl Walk {
    /// Returns whether `path` is below a folder that could not be read.
    pub(super) fn is_hidden(&self, path: &Path) -> bool {
        self.failed
            .iter()
            .any(|(folder, error)| error.kind() != io::ErrorKind::NotFound && path.starts_with(folder))
    }
}

const GLOB: [char; 4] = ['*', '?', '[', '{'];

impl WatchPath {
    /// Parses a path. An invalid glob is a name.
    pub(super) fn new(given: PathBuf) -> WatchPath {
        let mut base = PathBuf::new();
        let mut rest = Vec::new();
        for part in given.components() {
            let text = part.as_os_str().to_string_lossy();
            if rest.is_empty() && !(matches!(part, Component::Normal(_)) && text.contains(GLOB)) {
                base.push(part);
            } else {
                rest.push(text.into_owned());
            }
        }
        let glob = (!rest.is_empty())
            .then(|| {
                GlobBuilder::new(&rest.join("/"))
                    .literal_separator(true)
                    .backslash_escape(false)
                    .case_insensitive(cfg!(windows))
                    .build()
                    .ok()
            })
            .flatten();
        if base.as_os_str().is_empty() {
            base.push(".");
        }
        WatchPath {
            given,
            glob: glob.map(|glob| (base, glob.compile_matcher())),
            is_known: false,
            was_file: false,
        }
    }

    /// Adds the files that it selects.
    pub(super) fn walk(&mut self, files: &impl Files, walk: &mut Walk) {
        let is_new = self.is_known;
        let kind = files.facts(&self.given).map(|facts| facts.kind);
        let outcome = match (kind, &self.glob) {
            (Ok(FileKind::File), _) => {
                walk.add(self.given.as_path().into(), is_new);
                self.was_file = true;
                Ok(())
            }
            (Ok(FileKind::Folder), _) => {
                walk.folder(files, &self.given, is_new, &|_| true);
                Ok(())
            }
            (Ok(_), _) => {
                walk.left.push((
                    self.given.clone(),
                    "is a device, pipe or socket",
                    "only files are followed",
                ));
                Ok(())
            }
            (Err(_), Some((base, glob))) => files.facts(base).map(|_| {
                walk.folder(files, base, is_new, &|path| {
                    let below = path.strip_prefix(base).unwrap_or(path);
                    let parts: Vec<_> =
                        below.components().map(|part| part.as_os_str().to_string_lossy()).collect();
                    glob.is_match(parts.join("/"))
                });
            }),
            (Err(error), None) => Err(error),
        };
        match outcome {
            Ok(()) => self.is_known = true,
            Err(error) if error.kind() == io::ErrorKind::NotFound && self.was_file => {}
            Err(error) => {
                self.is_known |= error.kind() == io::ErrorKind::NotFound;
                walk.failed.push((self.given.clone(), error));
            }
        }
    }
}

impl Walk {
    fn add(&mut self, path: Arc<Path>, is_new: bool) {
        // a file that two paths select is old if it is old to one of them
        self.files.entry(path).and_modify(|known| *known &= is_new).or_insert(is_new);
    }

    fn folder(&mut self, files: &impl Files, top: &Path, is_new: bool, fits: &dyn Fn(&Path) -> bool) {
        let mut todo = vec![top.to_path_buf()];
        while let Some(folder) = todo.pop() {
            let listed = match files.list(&folder) {
                Ok(listed) => listed,
                Err(error) => {
                    // a folder that was deleted after its parent was listed is not a problem
                    if error.kind() != io::ErrorKind::NotFound || folder == top {
                        self.failed.push((folder, error));
                    }
                    continue;
                }
            };
            for entry in listed {
                match entry.kind {
                    FileKind::Folder => todo.push(entry.path),
                    _ if !fits(&entry.path) => {}
                    FileKind::File => self.add(entry.path.into(), is_new),
                    FileKind::Link => self.left.push((
                        entry.path,
                        "is a link; links in a folder are not followed",
                        "name its target on the command line to follow it",
                    )),
                    FileKind::Other => {
                        self.left.push((
                            entry.path,
                            "is a device, pipe or socket",
                            "only files are followed",
                        ));
                    }
                }
            }
            self.folders.push(folder);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glob_begins_at_the_first_part_that_is_one() {
        let base = |path: &str| WatchPath::new(path.into()).glob.map(|(base, _)| base);
        assert_eq!(base("/logs/ece/*.log"), Some("/logs/ece".into()));
        assert_eq!(base("*.log"), Some(".".into()));
        assert_eq!(base("/logs/**/x?.log"), Some("/logs".into()));
        assert_eq!(base("/logs/ece/x.log"), None);
        assert_eq!(base("/logs/[x.log"), None, "no glob, so a name");
    }
}
