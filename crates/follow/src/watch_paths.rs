//! [`Want`]: a path that the user gave, a file, folder or glob, and the files that it leads to at this moment.
//!
//! Folders are walked without following links, as in `bundle`; a link that the user typed is followed. A name with `*`
//! that is there is that file, and no glob.

use std::collections::BTreeMap;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use globset::{GlobBuilder, GlobMatcher};

use super::ports::{Files, Kind};

/// See the [module](self).
#[derive(Debug)]
pub(super) struct Want {
    /// As the user gave it.
    pub(super) given: PathBuf,
    /// The rest of it, from the first part on that is a glob, and the folder in front.
    glob: Option<(PathBuf, GlobMatcher)>,
    /// It was looked at once, and what comes now is new.
    pub(super) is_known: bool,
    /// It was a file when it was looked at last, so if it is gone, that is told of its log.
    was_file: bool,
}

/// What a walk through all wants has found.
#[derive(Debug, Default)]
pub(super) struct Walk {
    /// Files, and whether they are new to a want that was looked at before.
    pub(super) files: BTreeMap<Arc<Path>, bool>,
    /// Folders that were listed.
    pub(super) folders: Vec<PathBuf>,
    /// What could not be looked at: what lies there may still be there.
    pub(super) failed: Vec<(PathBuf, io::Error)>,
    /// What is not followed, and why.
    pub(super) left: Vec<(PathBuf, &'static str, &'static str)>,
}

impl Walk {
    /// Whether `path` lies where nobody could look.
    pub(super) fn is_hidden(&self, path: &Path) -> bool {
        self.failed
            .iter()
            .any(|(folder, error)| error.kind() != io::ErrorKind::NotFound && path.starts_with(folder))
    }
}

const GLOB: [char; 4] = ['*', '?', '[', '{'];

impl Want {
    /// Reads a path. What looks like a glob and is none is a name.
    pub(super) fn new(given: PathBuf) -> Want {
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
        Want {
            given,
            glob: glob.map(|glob| (base, glob.compile_matcher())),
            is_known: false,
            was_file: false,
        }
    }

    /// Adds what it leads to.
    pub(super) fn walk(&mut self, files: &impl Files, walk: &mut Walk) {
        let is_new = self.is_known;
        let kind = files.facts(&self.given).map(|facts| facts.kind);
        let outcome = match (kind, &self.glob) {
            (Ok(Kind::File), _) => {
                walk.add(self.given.as_path().into(), is_new);
                self.was_file = true;
                Ok(())
            }
            (Ok(Kind::Folder), _) => {
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
        // a path that two wants lead to is old if it is old to one
        self.files.entry(path).and_modify(|known| *known &= is_new).or_insert(is_new);
    }

    fn folder(&mut self, files: &impl Files, top: &Path, is_new: bool, fits: &dyn Fn(&Path) -> bool) {
        let mut todo = vec![top.to_path_buf()];
        while let Some(folder) = todo.pop() {
            let listed = match files.list(&folder) {
                Ok(listed) => listed,
                Err(error) => {
                    // a folder that was deleted since its parent was listed is no trouble
                    if error.kind() != io::ErrorKind::NotFound || folder == top {
                        self.failed.push((folder, error));
                    }
                    continue;
                }
            };
            for entry in listed {
                match entry.kind {
                    Kind::Folder => todo.push(entry.path),
                    _ if !fits(&entry.path) => {}
                    Kind::File => self.add(entry.path.into(), is_new),
                    Kind::Link => self.left.push((
                        entry.path,
                        "is a link; links in a folder are not followed",
                        "name its target on the command line to follow it",
                    )),
                    Kind::Other => {
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
        let base = |path: &str| Want::new(path.into()).glob.map(|(base, _)| base);
        assert_eq!(base("/logs/ece/*.log"), Some("/logs/ece".into()));
        assert_eq!(base("*.log"), Some(".".into()));
        assert_eq!(base("/logs/**/x?.log"), Some("/logs".into()));
        assert_eq!(base("/logs/ece/x.log"), None);
        assert_eq!(base("/logs/[x.log"), None, "no glob, so a name");
    }
}
