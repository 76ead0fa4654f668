//! Suggestions for names that do not exist.

/// Known names that contain `wrong`, or are contained in it: at most five.
pub(super) fn near<'n>(wrong: &str, known: impl Iterator<Item = &'n str>) -> Vec<&'n str> {
    let is_near = |name: &&str| wrong.len() > 2 && (name.contains(wrong) || wrong.contains(*name));
    known.filter(is_near).take(5).collect()
}

/// Advice for a name that does not exist: near names, or the command that lists all.
pub(super) fn advice<'n>(wrong: &str, known: impl Iterator<Item = &'n str>, list: &str) -> String {
    match near(wrong, known).as_slice() {
        [] => format!("`{list}` lists them all"),
        near => format!("did you mean {}?", near.join(" or ")),
    }
}
