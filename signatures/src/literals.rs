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

/// SIMD where the machine has it. It takes [`gateway::AT_ONCE`] literals at a time, so there may be two searches over the
/// same bytes: that is still faster than an automaton.
#[derive(Debug)]
enum Gate {
    Simd(Vec<packed::Searcher>),
    Automaton(AhoCorasick),
}

/// Searches that a gate may be.
const SETS: usize = gateway::MOST / gateway::AT_ONCE;

/// The lines of a block that may hold a literal, one after the other.
#[derive(Debug)]
pub struct Lines<'b> {
    block: &'b [u8],
    gate: &'b Gate,
    /// Where each search stands next: what one of them found is not looked for again because of the other.
    ahead: [Ahead; SETS],
    from: usize,
}

/// What is known of a search.
#[derive(Debug, Clone, Copy)]
enum Ahead {
    Unknown,
    At(usize),
    Nothing,
}

impl Iterator for Lines<'_> {
    /// Where the line begins and ends, without its line end.
    type Item = (usize, usize);

    fn next(&mut self) -> Option<(usize, usize)> {
        let (block, from) = (self.block, self.from);
        let span = Span { start: from, end: block.len() };
        let at = match self.gate {
            Gate::Automaton(automaton) => automaton.find(aho_corasick::Input::new(block).span(span))?.start(),
            Gate::Simd(searchers) => {
                for (searcher, ahead) in searchers.iter().zip(&mut self.ahead) {
                    let is_behind = match ahead {
                        Ahead::Unknown => true,
                        Ahead::At(at) => *at < from,
                        Ahead::Nothing => false,
                    };
                    if is_behind {
                        let hit = searcher.find_in(block, span);
                        *ahead = hit.map_or(Ahead::Nothing, |hit| Ahead::At(hit.start()));
                    }
                }
                let found = self.ahead.iter().filter_map(|ahead| match ahead {
                    Ahead::At(at) => Some(*at),
                    Ahead::Unknown | Ahead::Nothing => None,
                });
                found.min()?
            }
        };
        let start = memchr::memrchr(b'\n', block.get(..at)?).map_or(0, |end| end + 1);
        let end = memchr::memchr(b'\n', block.get(at..)?).map_or(block.len(), |length| at + length);
        self.from = end;
        Some((start, end))
    }
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
        let simd = |some: &[Vec<u8>]| {
            packed::Config::new().match_kind(MatchKind::LeftmostFirst).builder().extend(some).build()
        };
        let simd: Option<Vec<_>> = gateway.chunks(gateway::AT_ONCE).map(simd).collect();
        let gate = match simd.filter(|searchers| searchers.len() <= SETS) {
            Some(searchers) => Gate::Simd(searchers),
            None => Gate::Automaton(AhoCorasick::new(&gateway)?),
        };
        // a table of a megabyte or two, twice as fast as the compact form
        let full = AhoCorasick::builder().kind(Some(AhoCorasickKind::DFA)).build(&texts)?;
        Ok(Literals { gate, full, owners: all.into_iter().map(|(_, owners)| owners).collect(), gateway })
    }

    /// The lines of a block that may hold a literal.
    pub fn lines<'b>(&'b self, block: &'b [u8]) -> Lines<'b> {
        Lines { block, gate: &self.gate, ahead: [Ahead::Unknown; SETS], from: 0 }
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
