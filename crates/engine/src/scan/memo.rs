//! [`LineMemo`]: results of the search in lines that a source repeats, as it repeats the lines of a stack trace.

use std::collections::{BTreeMap, HashMap};

use foldhash::fast::RandomState;
use spoglight_signatures::{CandidateLine, Library};

/// Lines that are kept; then it begins again.
const KEPT: usize = 512;

/// Bytes of the longest line that is kept.
const LONGEST: usize = 512;

/// Captures of a match; `None` if the line is none.
type Outcome = Option<BTreeMap<String, String>>;

/// Candidates of lines, with the outcome of [`Library::confirm_line`] of those that look at nothing but the line.
///
/// Lines that begin with a digit are left out: they have a timestamp, and no other is equal to them.
#[derive(Default)]
pub(super) struct LineMemo {
    lines: HashMap<Box<[u8]>, KnownLine, RandomState>,
}

/// What is known of a line.
#[derive(Default)]
struct KnownLine {
    candidates: Box<[usize]>,
    outcomes: Vec<(usize, Outcome)>,
}

impl LineMemo {
    /// Replaces `found` by the signatures of which `line` has a literal.
    pub(super) fn candidates(&mut self, library: &Library, line: &[u8], found: &mut Vec<usize>) {
        found.clear();
        if let Some(known) = self.lines.get(line) {
            found.extend_from_slice(&known.candidates);
            return;
        }
        library.literals().signatures_in(line, found);
        if line.len() <= LONGEST && line.first().is_some_and(|byte| !byte.is_ascii_digit()) {
            if self.lines.len() >= KEPT {
                self.lines.clear();
            }
            let known = KnownLine { candidates: found.as_slice().into(), outcomes: Vec::new() };
            self.lines.insert(line.into(), known);
        }
    }

    /// The outcome of [`Library::confirm`] for each of `signatures`, in their order.
    ///
    /// `line` is as [`LineMemo::candidates`] had it; a carriage return at its end is no part of the line for the patterns.
    pub(super) fn confirm(
        &mut self,
        library: &Library,
        line: &[u8],
        message: &[u8],
        signatures: impl Iterator<Item = usize>,
        mut each: impl FnMut(usize, Outcome),
    ) {
        let mut known = self.lines.get_mut(line);
        let line = CandidateLine::new(line.strip_suffix(b"\r").unwrap_or(line));
        for signature in signatures {
            let outcomes = known.as_ref().map_or(&[][..], |known| &known.outcomes);
            let known_outcome =
                outcomes.iter().find(|(one, _)| *one == signature).map(|(_, one)| one.clone());
            let outcome = known_outcome.unwrap_or_else(|| {
                let outcome = library.confirm_line(signature, &line, message);
                if let Some(known) = known.as_mut().filter(|_| library.is_about_one_line(signature)) {
                    known.outcomes.push((signature, outcome.clone()));
                }
                outcome
            });
            each(
                signature,
                outcome.and_then(|captures| library.confirm_message(signature, captures, message)),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeated_line_has_the_same_outcome_and_the_message_still_counts() {
        let library = Library::embedded().expect("the library is valid");
        let mut memo = LineMemo::default();
        let line = b"java.lang.NoClassDefFoundError: a/B";
        let ids = |memo: &mut LineMemo, message: &[u8]| {
            let (mut found, mut ids) = (Vec::new(), Vec::new());
            memo.candidates(&library, line, &mut found);
            memo.confirm(&library, line, message, found.iter().copied(), |signature, outcome| {
                if outcome.is_some() {
                    ids.extend(library.get(signature).map(|one| one.id.to_string()));
                }
            });
            ids
        };
        // which of the two it is depends on the frames below
        let running = b"java.lang.NoClassDefFoundError: a/B\n\tat com.example.A.run(X.java:1)\n";
        let stopping =
            b"java.lang.NoClassDefFoundError: a/B\n\tat com.example.A.contextDestroyed(X.java:1)\n";
        for _ in 0..2 {
            assert_eq!(ids(&mut memo, running), ["jvm-missing-class"]);
            assert_eq!(ids(&mut memo, stopping), ["jvm-class-lost-at-stop"]);
        }
    }

    #[test]
    fn the_number_of_lines_is_limited() {
        let library = Library::embedded().expect("the library is valid");
        let mut memo = LineMemo::default();
        for number in 0..3 * KEPT {
            let line = format!("java.net.ConnectException: Connection refused {number}");
            memo.candidates(&library, line.as_bytes(), &mut Vec::new());
        }
        memo.candidates(&library, &[b'x'; LONGEST + 1], &mut Vec::new());
        assert!(memo.lines.len() <= KEPT);
    }
}
