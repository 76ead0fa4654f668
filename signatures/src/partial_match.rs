//! Partial match of a pattern with a line: shows why a signature did not match.

use std::ops::Range;

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Hir, HirKind};

use crate::signature::compile;

/// Bytes of a part of a pattern that are shown.
const SHOWN: usize = 80;

/// The longest partial match of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartialMatch {
    /// Range of the text that matches the beginning of the pattern; empty if nothing does.
    pub fits: Range<usize>,
    /// The next part of the pattern, which the text does not match.
    pub wants: String,
}

/// The longest beginning of a pattern that matches somewhere in a text; of several alternatives the longest. `None`
/// if all of the pattern matches, or it is invalid.
pub fn longest_match(pattern: &str, text: &[u8]) -> Option<PartialMatch> {
    if compile(pattern).ok()?.is_match(text) {
        return None;
    }
    let hir = ParserBuilder::new().multi_line(true).utf8(false).build().parse(pattern).ok()?;
    alternatives(&hir).iter().filter_map(|one| of_one(one, text)).max_by_key(|reach| reach.fits.len())
}

/// The alternatives of a pattern; the pattern itself if it has none.
fn alternatives(hir: &Hir) -> Vec<Hir> {
    match hir.kind() {
        HirKind::Alternation(all) => all.iter().flat_map(alternatives).collect(),
        HirKind::Capture(group) => alternatives(&group.sub),
        HirKind::Concat(parts) => {
            // a leading group of alternatives is the same as alternatives of the whole
            let Some((first, rest)) = parts.split_first() else { return vec![hir.clone()] };
            let first = alternatives(first);
            if first.len() < 2 {
                return vec![hir.clone()];
            }
            let with = |one: Hir| Hir::concat(std::iter::once(one).chain(rest.iter().cloned()).collect());
            first.into_iter().map(with).collect()
        }
        _ => vec![hir.clone()],
    }
}

fn of_one(hir: &Hir, text: &[u8]) -> Option<PartialMatch> {
    let parts: Vec<Hir> = match hir.kind() {
        HirKind::Concat(parts) => parts.iter().flat_map(words).collect(),
        _ => words(hir),
    };
    let mut best = PartialMatch { fits: 0..0, wants: shown(parts.first()?) };
    for length in 1..=parts.len() {
        let beginning = Hir::concat(parts.get(..length)?.to_vec());
        let Ok(pattern) = compile(&beginning.to_string()) else { break };
        let Some(found) = pattern.find(text) else { break };
        let wants = parts.get(length).map(shown).unwrap_or_default();
        best = PartialMatch { fits: found.range(), wants };
    }
    Some(best)
}

/// A literal split into words, anything else unchanged.
fn words(hir: &Hir) -> Vec<Hir> {
    match hir.kind() {
        HirKind::Literal(literal) => {
            literal.0.split_inclusive(|byte| *byte == b' ').map(|word| Hir::literal(word.to_vec())).collect()
        }
        _ => vec![hir.clone()],
    }
}

fn shown(hir: &Hir) -> String {
    let text = hir.to_string();
    let mut start: String = text.chars().take(SHOWN).collect();
    if start.len() < text.len() {
        start.push_str("...");
    }
    start
}

#[cfg(test)]
mod tests {
    use super::longest_match;

    #[test]
    fn the_longest_beginning_that_fits() {
        let text = b"LDAP: error code 49 - data 52f, v2580";
        let pattern = r"error code (?P<code>\d+) - data 52e";
        let found = longest_match(pattern, text).expect("it does not fit");
        assert_eq!(&text[found.fits], b"error code 49 - data ");
        assert_eq!(found.wants, "(?:52e)");
        assert_eq!(longest_match("error code", text), None);
    }

    #[test]
    fn the_alternative_that_goes_furthest() {
        let text = b"Connection refused by dc01";
        let found = longest_match(r"(?:Connection refused to|Host) \w+", text).expect("it does not fit");
        assert_eq!((&text[found.fits], found.wants.as_str()), (&b"Connection refused "[..], "(?:to )"));
        assert_eq!(longest_match("nothing", text).expect("it does not fit").fits, 0..0);
    }
}
