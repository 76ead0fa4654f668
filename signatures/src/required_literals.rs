//! Choice of the required literals: few short strings of which every short literal of a library contains one.
//!
//! They serve the literals that are too short for the [prefilter](crate::prefilter). SIMD search is fast for up to 64
//! short literals and much slower beyond. But the literals share parts (`Exception`, `LdapErr`), so a greedy cover
//! picks the parts that are in most literals and are rarest in healthy logs. Occurrences are counted in [`HEALTHY`],
//! lines of every log of a working system.

use std::collections::{BTreeMap, HashMap};

use crate::signature::SHORTEST_LITERAL;

/// Lines of a working system. A part that occurs here finds lines in vain.
pub(crate) const HEALTHY: &str = include_str!("required_literals/healthy.log");

/// With more required literals than this the SIMD search tests half as many bytes at a time (and with more than 64 an
/// automaton would be needed, at a quarter of the speed). Literals of eight bytes and more need none.
pub(crate) const MOST: usize = 32;

/// Lengths of the parts that are tried.
const LENGTHS: [usize; 6] = [SHORTEST_LITERAL, 5, 6, 8, 10, 12];

/// Strings such that each of `literals` contains one, at most [`MOST`] wherever that is possible. The order depends
/// on `literals` alone.
pub(crate) fn choose(literals: &[&[u8]]) -> Vec<Vec<u8>> {
    let mut owners: BTreeMap<&[u8], Vec<usize>> = BTreeMap::new();
    for (index, literal) in literals.iter().enumerate() {
        for length in LENGTHS.into_iter().filter(|length| *length <= literal.len()) {
            for part in literal.windows(length) {
                let owners = owners.entry(part).or_default();
                if owners.last() != Some(&index) {
                    owners.push(index);
                }
            }
        }
    }
    let seen = counts(HEALTHY.as_bytes(), &owners);
    // of the parts of the same literals, the cheapest
    let mut cheapest: BTreeMap<Vec<usize>, Part<'_>> = BTreeMap::new();
    for (text, owners) in owners {
        let lines = lines_opened(text, &seen);
        let part = cheapest.entry(owners.clone()).or_insert_with(|| Part { text, owners, lines });
        if lines < part.lines {
            (part.text, part.lines) = (text, lines);
        }
    }
    let parts: Vec<Part<'_>> = cheapest.into_values().collect();
    // lines found in vain count less in each round, until few enough strings are left
    let mut regard = 1.0;
    loop {
        let chosen = cover(literals.len(), &parts, regard);
        regard /= 2.0;
        if chosen.len() <= MOST || regard < 1e-4 {
            return chosen;
        }
    }
}

/// A part of some literals.
struct Part<'a> {
    text: &'a [u8],
    /// The literals that contain it.
    owners: Vec<usize>,
    /// Cost of the lines that it finds in vain, in units of one required literal.
    lines: f64,
}

/// Takes repeatedly the part that covers most for its cost, until all literals are covered.
fn cover(literals: usize, parts: &[Part<'_>], regard: f64) -> Vec<Vec<u8>> {
    let mut open = vec![true; literals];
    // number of uncovered literals of each part; updated, because counting again each time is slow
    let mut covers: Vec<usize> = parts.iter().map(|part| part.owners.len()).collect();
    let mut parts_of: Vec<Vec<usize>> = vec![Vec::new(); literals];
    for (index, part) in parts.iter().enumerate() {
        for owner in &part.owners {
            parts_of[*owner].push(index);
        }
    }
    let mut chosen = Vec::new();
    while open.iter().any(|open| *open) {
        let worth = |index: &usize| {
            let part = &parts[*index];
            covers[*index] as f64 / (1.0 + regard * part.lines)
        };
        let best = (0..parts.len()).max_by(|a, b| worth(a).total_cmp(&worth(b)));
        let Some(best) = best.filter(|best| covers[*best] > 0) else { break };
        chosen.push(parts[best].text.to_vec());
        for owner in &parts[best].owners {
            if std::mem::take(&mut open[*owner]) {
                for part in &parts_of[*owner] {
                    covers[*part] -= 1;
                }
            }
        }
    }
    chosen
}

/// Number of occurrences of the parts in `text`.
fn counts<'a>(text: &'a [u8], parts: &BTreeMap<&'a [u8], Vec<usize>>) -> HashMap<&'a [u8], u32> {
    let mut counts: HashMap<&[u8], u32> = parts.keys().map(|part| (*part, 0)).collect();
    // most places of the text begin no part, which two bytes show without a hash
    let begin = |part: &[u8]| part.first_chunk().map(|pair| usize::from(u16::from_le_bytes(*pair)));
    let mut begins = vec![false; 1 << 16];
    for pair in parts.keys().filter_map(|part| begin(part)) {
        begins[pair] = true;
    }
    for length in LENGTHS.into_iter().filter(|length| parts.keys().any(|part| part.len() == *length)) {
        for part in text.windows(length).filter(|part| begin(part).is_some_and(|pair| begins[pair])) {
            if let Some(count) = counts.get_mut(part) {
                *count += 1;
            }
        }
    }
    counts
}

/// Cost of the lines that a part finds in vain, in units of one required literal: one more of these slows the SIMD
/// search by about a hundredth, which is also the cost of one found line in some 60,000 bytes.
fn lines_opened(part: &[u8], seen: &HashMap<&[u8], u32>) -> f64 {
    // words that are missing in a small sample are still words: the chance of this spelling
    let chance: f64 = part.iter().map(|byte| likelihood(*byte)).product();
    let share = f64::from(seen.get(part).copied().unwrap_or(0)) / HEALTHY.len() as f64;
    (share + WORDS * chance) * 60_000.0
}

/// Letters form words, and are together far more often than by chance.
const WORDS: f64 = 8.0;

/// Rough probability of a byte in a log.
fn likelihood(byte: u8) -> f64 {
    match byte {
        b' ' => 0.12,
        b'a'..=b'z' => 0.05,
        b'0'..=b'9' => 0.03,
        b'A'..=b'Z' => 0.012,
        _ => 0.008,
    }
}

#[cfg(test)]
mod tests {
    use super::choose;

    #[test]
    fn every_literal_holds_a_gateway_and_shared_parts_are_shared() {
        let literals: Vec<&[u8]> = vec![
            b"SunCertPathBuilderException",
            b"CertPathValidatorException",
            b"javax.naming.PartialResultException",
            b"18456",
        ];
        let chosen = choose(&literals);
        for literal in &literals {
            assert!(chosen.iter().any(|part| memchr::memmem::find(literal, part).is_some()));
        }
        assert!(chosen.len() < literals.len(), "{chosen:?}");
    }

    #[test]
    fn what_healthy_logs_say_all_day_is_no_gateway() {
        let chosen = choose(&[b"class.method INFO rarely", b"rarely seen"]);
        assert!(
            chosen.iter().all(|part| memchr::memmem::find(b"class.method INFO ", part).is_none()),
            "{chosen:?}"
        );
    }
}
