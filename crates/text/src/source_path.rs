//! Names of sources: paths with `/` on every system, and `!` before an entry of an archive. They are names only; no
//! file is opened by them.

/// The file's own name, after the last `/` or `!`.
pub fn file_name(path: &str) -> &str {
    path.rsplit(['/', '!']).next().unwrap_or(path)
}

/// The folder or archive that holds the file; empty if the path names none.
pub fn folder(path: &str) -> &str {
    path.rfind(['/', '!']).and_then(|end| path.get(..end)).unwrap_or("")
}
