//! Files of definitions below a path that the user named.

use std::path::{Path, PathBuf};

use spoglight_signatures::MANIFEST;
use spoglight_source::{Problem, read_small_text};

/// A file that should be a signature or a rule.
#[derive(Debug)]
pub(super) struct DefinitionFile {
    /// Its name for messages.
    pub(super) name: String,
    /// Its path, of which the last folder is the area of a signature.
    pub(super) place: String,
    /// Its text, or why it was not read.
    pub(super) text: Result<String, String>,
}

/// What is below a path.
#[derive(Debug, Default)]
pub(super) struct FoundFiles {
    /// The TOML files, by name.
    pub(super) definitions: Vec<DefinitionFile>,
    /// The text of the manifest in the folder itself, if there is one, or why it was not read.
    pub(super) pack: Option<Result<String, String>>,
    /// Archives, which should be packs, by name.
    pub(super) archives: Vec<PathBuf>,
}

/// Ends of names of packs.
const ARCHIVES: [&str; 1] = ["zip"];

/// Finds definitions and packs: a file, or the files of a folder and the folders in it.
pub(super) fn find(path: &Path, problems: &mut Vec<Problem>) -> FoundFiles {
    let mut paths = Vec::new();
    let is_wanted = |file: &Path| ends(file, &["toml"]) || ends(file, &ARCHIVES);
    collect(path, &is_wanted, &mut |found| match found {
        Ok(file) => paths.push(file),
        Err((folder, error)) => problems.push(unreadable(&folder, &error)),
    });
    paths.sort();
    let mut found = FoundFiles::default();
    for file in paths {
        if ends(&file, &ARCHIVES) {
            found.archives.push(file);
        } else if file == path.join(MANIFEST) {
            found.pack = Some(read_small_text(&file).map_err(|error| format!("cannot be read: {error}")));
        } else {
            let name = file.display().to_string();
            let text = read_small_text(&file).map_err(|error| error.to_string());
            found.definitions.push(DefinitionFile { place: name.clone(), name, text });
        }
    }
    found
}

/// A file, or a folder that cannot be opened.
pub(super) type Walked = Result<PathBuf, (PathBuf, std::io::Error)>;

/// Hands over the files of a folder, and of the folders in it, that are wanted; a file itself is always handed over. A
/// folder that cannot be opened does not end the walk.
pub(super) fn collect(path: &Path, is_wanted: &dyn Fn(&Path) -> bool, take: &mut dyn FnMut(Walked)) {
    if !path.is_dir() {
        return take(Ok(path.to_owned()));
    }
    match std::fs::read_dir(path) {
        Ok(entries) => {
            for inner in entries.filter_map(|entry| Some(entry.ok()?.path())) {
                if inner.is_dir() || is_wanted(&inner) {
                    collect(&inner, is_wanted, take);
                }
            }
        }
        Err(error) => take(Err((path.to_owned(), error))),
    }
}

/// The problem of a folder that cannot be opened.
pub(super) fn unreadable(folder: &Path, error: &std::io::Error) -> Problem {
    Problem::new(
        folder.display().to_string(),
        format!("cannot be opened: {error}"),
        "check that the folder exists and is readable",
    )
}

/// Returns whether a name ends in one of these after its last dot, in any case.
pub(super) fn ends(path: &Path, with: &[&str]) -> bool {
    path.extension().is_some_and(|end| with.iter().any(|with| end.eq_ignore_ascii_case(with)))
}
