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

/// Returns whether `text` is of the form of `pattern`, in which `*` is any text, in upper or lower case of ASCII.
pub(crate) fn is_like(text: &str, pattern: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    if !begins(text, first) {
        return false;
    }
    let mut rest = text.get(first.len()..).unwrap_or_default();
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts.filter(|part| !part.is_empty()) {
        let at = rest
            .as_bytes()
            .windows(part.len())
            .position(|window| window.eq_ignore_ascii_case(part.as_bytes()));
        let Some(at) = at else { return false };
        rest = rest.get(at + part.len()..).unwrap_or_default();
    }
    ends(rest, last)
}

/// Returns whether `text` ends with `end`, in upper or lower case of ASCII.
pub(crate) fn ends(text: &str, end: &str) -> bool {
    let start = text.len().checked_sub(end.len());
    start.and_then(|start| text.get(start..)).is_some_and(|last| last.eq_ignore_ascii_case(end))
}

#[cfg(test)]
mod tests {
    use super::is_like;

    #[test]
    fn a_star_is_any_text() {
        for (text, pattern) in [
            ("ICM_Router_CallRouter", "icm_*"),
            ("pg2A-PIM2", "*-pim*"),
            ("System", "System"),
            ("CCBU_CUIC_DATA", "CCBU_*CUIC*"),
            ("CCBU_CUIC", "CCBU_*CUIC*"),
            ("anything", "*"),
            ("", "*"),
        ] {
            assert!(is_like(text, pattern), "{text} {pattern}");
        }
        for (text, pattern) in [
            ("CVP_ICM", "ICM_*"),
            ("Systems", "System"),
            ("System", "Systems"),
            ("pim", "*-pim*"),
            ("ab", "ab*b"),
            ("aXbXc", "a*c*b"),
            ("é", "?"),
        ] {
            assert!(!is_like(text, pattern), "{text} {pattern}");
        }
    }
}
