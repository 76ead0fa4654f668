//! Names of fields, and likely typing errors of such names.
//!
//! A word with a colon is common in a log, and so is a mistyped field. A word close to a field name is an error; any
//! other is a word. `port:`, `id:`, `version:` and `read:` stay words, because a short name is close to half the
//! dictionary, and the first letter is rarely mistyped.

use super::subject::Field;

/// A name that an operator can follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Name {
    Level,
    Finding,
    Of(Field),
}

impl Name {
    /// All names, in the order in which messages list them.
    pub(super) fn all() -> impl Iterator<Item = Name> {
        Field::ALL.into_iter().map(Name::Of).chain([Name::Level, Name::Finding])
    }

    pub(super) fn text(self) -> &'static str {
        match self {
            Name::Level => "level",
            Name::Finding => "finding",
            Name::Of(field) => field.name(),
        }
    }

    /// The name that `word` is, in any case.
    pub(super) fn find(word: &str) -> Option<Name> {
        Name::all().find(|name| name.text().eq_ignore_ascii_case(word))
    }

    /// The name that `word` is probably meant to be.
    pub(super) fn near(word: &str) -> Option<Name> {
        let word = word.to_ascii_lowercase();
        let near = Name::all().filter_map(|name| Some((name, edits(&word, name.text())?)));
        near.min_by_key(|(_, edits)| *edits).map(|(name, _)| name)
    }
}

/// Number of edits from `word` to `name`, if it is small enough for a typing error.
fn edits(word: &str, name: &str) -> Option<usize> {
    let sorted = |text: &str| {
        let mut bytes = text.as_bytes().to_vec();
        bytes.sort_unstable();
        bytes
    };
    if word.len().abs_diff(name.len()) > 2 {
        return None;
    }
    if sorted(word) == sorted(name) {
        return Some(1); // swapped letters
    }
    let is_long = name.len() > 4;
    let same_start = word.bytes().next() == name.bytes().next();
    let allowed = usize::from(is_long) + usize::from(same_start);
    Some(distance(word.as_bytes(), name.as_bytes())).filter(|edits| *edits <= allowed)
}

/// Number of letters to add, remove or change.
fn distance(one: &[u8], other: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (place, letter) in one.iter().enumerate() {
        let (mut diagonal, mut left) = (place, place + 1);
        for (above, beside) in row.iter_mut().skip(1).zip(other) {
            let best = (diagonal + usize::from(letter != beside)).min(left + 1).min(*above + 1);
            diagonal = std::mem::replace(above, best);
            left = best;
        }
    }
    // with an empty second word, the last cell is the first, which is never written
    if other.is_empty() { one.len() } else { row.last().copied().unwrap_or_default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_seen_and_words_of_logs_are_left_alone() {
        let near = |word| Name::near(word).map(Name::text);
        for (word, name) in [
            ("sesion", "session"),
            ("sessions", "session"),
            ("sesison", "session"),
            ("lvl", "level"),
            ("evel", "level"),
            ("HOTS", "host"),
            ("hosts", "host"),
            ("threads", "thread"),
            ("ThreadId", "thread"),
            ("porcess", "process"),
            ("pids", "pid"),
            ("findings", "finding"),
        ] {
            assert_eq!(near(word), Some(name), "{word}");
        }
        for word in
            ["http", "C", "port", "post", "id", "uid", "sid", "version", "read", "resource", "error", "by"]
        {
            assert_eq!(near(word), None, "{word}");
        }
    }

    #[test]
    fn edits_are_counted() {
        for (one, other, count) in
            [("", "", 0), ("ab", "", 2), ("", "ab", 2), ("abc", "abc", 0), ("kitten", "sitting", 3)]
        {
            assert_eq!(distance(one.as_bytes(), other.as_bytes()), count, "{one} {other}");
        }
    }
}
