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
    collect(path, &mut paths, problems);
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

fn collect(path: &Path, files: &mut Vec<PathBuf>, problems: &mut Vec<Problem>) {
    if !path.is_dir() {
        return files.push(path.to_owned());
    }
    match std::fs::read_dir(path) {
        Ok(entries) => {
            for inner in entries.filter_map(|entry| Some(entry.ok()?.path())) {
                if inner.is_dir() || ends(&inner, &["toml"]) || ends(&inner, &ARCHIVES) {
                    collect(&inner, files, problems);
                }
            }
        }
        Err(error) => problems.push(Problem::new(
            path.display().to_string(),
            format!("cannot be opened: {error}"),
            "check that the folder exists and is readable",
        )),
    }
}

/// Returns whether a name ends in one of these after its last dot, in any case.
pub(super) fn ends(path: &Path, with: &[&str]) -> bool {
    path.extension().is_some_and(|end| with.iter().any(|with| end.eq_ignore_ascii_case(with)))
}
