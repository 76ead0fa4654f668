//! Names that rotations give to files.

use std::path::{Path, PathBuf};

/// Names from which a rotation may have made that of `path`: `X.log` for `X.log.1`, `X.log-20261122` and `X-1.log`.
pub(super) fn bases(path: &Path) -> Vec<PathBuf> {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return Vec::new() };
    let extension = name.rfind('.').map_or("", |dot| name.get(dot..).unwrap_or_default());
    let mut found = Vec::new();
    for (cut, _) in name.match_indices(|letter: char| !letter.is_alphanumeric()).filter(|(cut, _)| *cut > 0) {
        let front = name.get(..cut).unwrap_or_default();
        found.push(path.with_file_name(front));
        if front.len() + extension.len() < name.len() {
            found.push(path.with_file_name(format!("{front}{extension}")));
        }
    }
    found
}
