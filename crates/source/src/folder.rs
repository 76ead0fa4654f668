//! Folders, and the paths that the user named.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::sink::Sink;

/// What is neither a file nor a folder.
const NO_FILE: &str = "is a device, pipe or socket";

/// Adds the files at and below `path`.
///
/// Links below it are not followed: a bundle comes from strangers, and a link can lead out of it, into itself, or to
/// the same logs again. A link that the user named is followed.
/// `seen` has the files of paths that were named before, if there is more than one path: only then a file can be found
/// twice.
pub(crate) fn add(bundle: &mut dyn Sink, path: &Path, mut seen: Option<&mut BTreeSet<PathBuf>>) {
    let name = shown(path);
    let real = match path.canonicalize() {
        Ok(real) => real,
        Err(error) => {
            return bundle.problem(
                name,
                format!("cannot be found: {error}"),
                "check the spelling; quote a path with spaces",
            );
        }
    };
    if !real.is_dir() {
        // to open a pipe waits until somebody writes to it
        if real.metadata().is_ok_and(|facts| !facts.is_file()) {
            bundle.problem(name, NO_FILE, "copy its content to a file to read it");
        } else if seen.is_none_or(|seen| seen.insert(real)) {
            bundle.add_file(path, name);
        }
        return;
    }
    let prefix = if name == "." { String::new() } else { format!("{}/", name.trim_end_matches('/')) };
    for entry in WalkDir::new(path).follow_links(false).follow_root_links(true).sort_by_file_name() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let at = error.path().map_or_else(|| name.clone(), shown);
                let what = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
                bundle.unread_entries(
                    at,
                    format!("cannot be listed: {what}"),
                    "run spoglight as a user who may read it",
                );
                continue;
            }
        };
        if entry.depth() == 0 || entry.file_type().is_dir() {
            continue;
        }
        let below = entry.path().strip_prefix(path).map_or_else(|_| shown(entry.path()), shown);
        let name = format!("{prefix}{below}");
        if entry.file_type().is_symlink() {
            bundle.problem(
                name,
                "is a link; links inside a bundle are not followed",
                "name its target on the command line to read it",
            );
        } else if !entry.file_type().is_file() {
            bundle.problem(name, NO_FILE, "copy its content to a file to read it");
        } else if let Some(seen) = &mut seen
            && entry.path().canonicalize().is_ok_and(|real| !seen.insert(real))
        {
            // named twice on the command line; one copy is enough
        } else {
            bundle.add_file(entry.path(), name);
        }
    }
}

/// A path for messages: `/` on every system, and without the `\\?\` that Windows puts before long paths.
pub(crate) fn shown(path: &Path) -> String {
    let text = path.to_string_lossy();
    let text = text.strip_prefix(r"\\?\").unwrap_or(&text);
    let text = if std::path::MAIN_SEPARATOR == '\\' { text.replace('\\', "/") } else { text.to_owned() };
    text.strip_prefix("./").map_or_else(|| text.clone(), ToOwned::to_owned)
}
