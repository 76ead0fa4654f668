//! Names of files and parts of paths, compared without case as Windows does.

/// Returns the file's own name: the part after the last `/` or `!`.
pub(crate) fn file_name(path: &str) -> &str {
    path.rsplit(['/', '!']).next().unwrap_or(path)
}

/// Returns whether `text` holds `part`, in upper or lower case of ASCII.
pub(crate) fn contains(text: &str, part: &str) -> bool {
    text.as_bytes().windows(part.len().max(1)).any(|window| window.eq_ignore_ascii_case(part.as_bytes()))
}

/// Returns whether `text` begins with `start`, in upper or lower case of ASCII.
pub(crate) fn begins(text: &str, start: &str) -> bool {
    text.get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start))
}
