//! One search over a whole block of bytes for all signatures.

use aho_corasick::packed::{self, MatchKind};
use aho_corasick::{AhoCorasick, AhoCorasickKind, BuildError, Span};

use crate::gateway;

/// The literals of a library, searchable.
#[derive(Debug)]
pub struct Literals {
    gate: Gate,
    full: AhoCorasick,
    /// Literal to the signatures that have it.
    owners: Vec<Vec<usize>>,
    /// What the gate looks for; for `benches/` and for the curious.
    gateway: Vec<Vec<u8>>,
}

/// SIMD where the machine has it.
#[derive(Debug)]
enum Gate {
    Simd(packed::Searcher),
    Automaton(AhoCorasick),
}

impl Literals {
    /// Makes the search for pairs of a literal and the signature that has it.
    pub fn new<'a>(pairs: impl IntoIterator<Item = (&'a str, usize)>) -> Result<Literals, BuildError> {
        let mut all: Vec<(&[u8], Vec<usize>)> = Vec::new();
        let mut sorted: Vec<(&str, usize)> = pairs.into_iter().collect();
        sorted.sort_unstable();
        sorted.dedup();
        for (literal, owner) in sorted {
            match all.last_mut() {
                Some((last, owners)) if *last == literal.as_bytes() => owners.push(owner),
                _ => all.push((literal.as_bytes(), vec![owner])),
            }
        }
        let texts: Vec<&[u8]> = all.iter().map(|(text, _)| *text).collect();
        let gateway = gateway::choose(&texts);
        let simd =
            packed::Config::new().match_kind(MatchKind::LeftmostFirst).builder().extend(&gateway).build();
        let gate = match simd {
            Some(searcher) => Gate::Simd(searcher),
            None => Gate::Automaton(AhoCorasick::new(&gateway)?),
        };
        // a table of a megabyte or two, twice as fast as the compact form
        let full = AhoCorasick::builder().kind(Some(AhoCorasickKind::DFA)).build(&texts)?;
        Ok(Literals { gate, full, owners: all.into_iter().map(|(_, owners)| owners).collect(), gateway })
    }

    /// The next line at or behind `from` that may hold a literal: where it begins and ends, without its line end.
    /// Continue the search at its end.
    pub fn next_line(&self, block: &[u8], from: usize) -> Option<(usize, usize)> {
        let span = Span { start: from, end: block.len() };
        let at = match &self.gate {
            Gate::Simd(searcher) => searcher.find_in(block, span)?.start(),
            Gate::Automaton(automaton) => automaton.find(aho_corasick::Input::new(block).span(span))?.start(),
        };
        let start = memchr::memrchr(b'\n', block.get(..at)?).map_or(0, |end| end + 1);
        let end = memchr::memchr(b'\n', block.get(at..)?).map_or(block.len(), |length| at + length);
        Some((start, end))
    }

    /// Adds to `found` the signatures of which a literal stands in `line`, each once, in the order of the library.
    pub fn signatures_in(&self, line: &[u8], found: &mut Vec<usize>) {
        for hit in self.full.find_overlapping_iter(line) {
            for owner in self.owners.get(hit.pattern().as_usize()).into_iter().flatten() {
                if let Err(place) = found.binary_search(owner) {
                    found.insert(place, *owner);
                }
            }
        }
    }

    /// The gateway literals that were chosen.
    pub fn gateway(&self) -> &[Vec<u8>] {
        &self.gateway
    }
}
