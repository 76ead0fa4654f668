//! Names of sources: paths with `/` on every system, and `!` before what lies in an archive. Names and nothing else; no
//! file is opened by them.

/// The file's own name: what stands behind the last `/` or `!`.
pub fn file_name(path: &str) -> &str {
    path.rsplit(['/', '!']).next().unwrap_or(path)
}

/// The folder, or the archive, that it lies in; empty if the path names none.
pub fn folder(path: &str) -> &str {
    path.rfind(['/', '!']).and_then(|end| path.get(..end)).unwrap_or("")
}
