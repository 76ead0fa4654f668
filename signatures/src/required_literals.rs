//! Choosing the gateway: few short literals that between them stand in every literal of a library.
//!
//! They are for the literals that are too short for the [sieve](crate::prefilter). SIMD search is fast for up to 64 short
//! literals and falls off a cliff behind that. But they share parts (`Exception`, `LdapErr`), so a greedy cover picks the parts that stand in most
//! literals and are rarest in healthy logs. How rare a part is, is counted in [`HEALTHY`], lines of every log that a
//! working system writes.

use std::collections::{BTreeMap, HashMap};

use crate::signature::SHORTEST_LITERAL;

/// What a working system logs. A part that stands here opens lines for nothing.
pub(crate) const HEALTHY: &str = include_str!("required_literals/healthy.log");

/// With more gateways than this the SIMD search looks at half as many bytes at a time (and with more than 64 an automaton would
/// have to do, at a quarter of the speed). Literals of eight bytes and more need none.
pub(crate) const MOST: usize = 32;

/// Lengths of the parts that are tried.
const LENGTHS: [usize; 6] = [SHORTEST_LITERAL, 5, 6, 8, 10, 12];

/// Literals such that each of `literals` contains one, [`MOST`] at the most wherever that can be. The order depends on
/// `literals` alone.
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
    // of the parts that the same literals hold, the cheapest
    let mut cheapest: BTreeMap<Vec<usize>, Part<'_>> = BTreeMap::new();
    for (text, owners) in owners {
        let lines = lines_opened(text, &seen);
        let part = cheapest.entry(owners.clone()).or_insert_with(|| Part { text, owners, lines });
        if lines < part.lines {
            (part.text, part.lines) = (text, lines);
        }
    }
    let parts: Vec<Part<'_>> = cheapest.into_values().collect();
    // ever less regard for lines that are opened for nothing, until few enough are left
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
    /// The literals that hold it.
    owners: Vec<usize>,
    /// Price of the lines that it opens for nothing, in gateways.
    lines: f64,
}

/// Takes, again and again, the part that covers most for its price, until all literals are covered.
fn cover(literals: usize, parts: &[Part<'_>], regard: f64) -> Vec<Vec<u8>> {
    let mut open = vec![true; literals];
    // how many open literals each part covers; kept up to date, because counting anew each time is slow
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

/// How often the parts stand in `text`.
fn counts<'a>(text: &'a [u8], parts: &BTreeMap<&'a [u8], Vec<usize>>) -> HashMap<&'a [u8], u32> {
    let mut counts: HashMap<&[u8], u32> = parts.keys().map(|part| (*part, 0)).collect();
    for length in LENGTHS {
        for part in text.windows(length) {
            if let Some(count) = counts.get_mut(part) {
                *count += 1;
            }
        }
    }
    counts
}

/// What the lines cost that a part opens for nothing, in gateways: one more of these slows the SIMD search by about a
/// hundredth, which is also the price of one line opened in some 60,000 bytes.
fn lines_opened(part: &[u8], seen: &HashMap<&[u8], u32>) -> f64 {
    // words that a small sample does not hold are still words: how often chance alone would spell this
    let chance: f64 = part.iter().map(|byte| likelihood(*byte)).product();
    let share = f64::from(seen.get(part).copied().unwrap_or(0)) / HEALTHY.len() as f64;
    (share + WORDS * chance) * 60_000.0
}

/// Letters stand together in words, far more often than chance puts them there.
const WORDS: f64 = 8.0;

/// How often a byte stands in a log, roughly.
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
