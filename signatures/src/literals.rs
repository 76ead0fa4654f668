//! One search over a whole block of bytes for all signatures.

use std::sync::OnceLock;

use aho_corasick::packed::{self, MatchKind};
use aho_corasick::{AhoCorasick, AhoCorasickKind, BuildError, Span};

use crate::prefilter::{Prefilter, WINDOW};
use crate::required_literals;

/// The literals of a library, ready for a search.
#[derive(Debug)]
pub struct Literals {
    sieve: Prefilter,
    gate: Gate,
    /// The search for all literals in a line, made when a line first needs it: many runs find no such line.
    full: OnceLock<Option<AhoCorasick>>,
    /// The literals.
    texts: Vec<Vec<u8>>,
    /// For each literal the signatures that have it.
    owners: Vec<Vec<usize>>,
    /// The required literals, for benchmarks.
    gateway: Vec<Vec<u8>>,
}

/// Bytes of all literals up to which a search for them can always be made: its states are far below their limit.
const SURE: usize = 16 << 20;

/// The search for all literals in a line. A full state table would be searched twice as fast, but takes longer to build
/// than it ever saves.
fn search_of(texts: &[Vec<u8>]) -> Result<AhoCorasick, BuildError> {
    AhoCorasick::builder().kind(Some(AhoCorasickKind::ContiguousNFA)).build(texts)
}

/// The search for short literals: SIMD if the machine has it, nothing if there are none.
#[derive(Debug)]
enum Gate {
    Simd(packed::Searcher),
    Automaton(AhoCorasick),
    Closed,
}

impl Gate {
    fn find(&self, block: &[u8], from: usize) -> Option<usize> {
        let span = Span { start: from, end: block.len() };
        match self {
            Gate::Simd(searcher) => Some(searcher.find_in(block, span)?.start()),
            Gate::Automaton(automaton) => {
                Some(automaton.find(aho_corasick::Input::new(block).span(span))?.start())
            }
            Gate::Closed => None,
        }
    }
}

/// The lines of a block that may contain a literal, in order.
#[derive(Debug)]
pub struct Lines<'b> {
    block: &'b [u8],
    literals: &'b Literals,
    /// Next results of the prefilter and of the required literals: neither repeats a search because of the other.
    ahead: [Ahead; 2],
    from: usize,
}

/// State of a search.
#[derive(Debug, Clone, Copy)]
enum Ahead {
    Unknown,
    At(usize),
    Nothing,
}

impl Ahead {
    /// The next position at or after `from`.
    fn at(&mut self, from: usize, find: impl FnOnce() -> Option<usize>) -> Option<usize> {
        match *self {
            Ahead::Nothing => None,
            Ahead::At(at) if at >= from => Some(at),
            Ahead::At(_) | Ahead::Unknown => {
                let found = find();
                *self = found.map_or(Ahead::Nothing, Ahead::At);
                found
            }
        }
    }
}

impl Iterator for Lines<'_> {
    /// Start and end of the line, without its line end.
    type Item = (usize, usize);

    fn next(&mut self) -> Option<(usize, usize)> {
        let (block, from, literals) = (self.block, self.from, self.literals);
        let [sieve, gate] = &mut self.ahead;
        let long = sieve.at(from, || literals.sieve.find(block, from));
        let short = gate.at(from, || literals.gate.find(block, from));
        let at = match (long, short) {
            (Some(long), Some(short)) => long.min(short),
            (one, other) => one.or(other)?,
        };
        let start = memchr::memrchr(b'\n', block.get(..at)?).map_or(0, |end| end + 1);
        let end = memchr::memchr(b'\n', block.get(at..)?).map_or(block.len(), |length| at + length);
        self.from = end;
        Some((start, end))
    }
}

impl Literals {
    /// Builds the search from pairs of a literal and the signature that has it.
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
        let (long, short): (Vec<&[u8]>, Vec<&[u8]>) = texts.iter().partition(|text| text.len() >= WINDOW);
        let sieve = Prefilter::new(&long, required_literals::HEALTHY.as_bytes());
        let gateway = required_literals::choose(&short);
        let simd =
            packed::Config::new().match_kind(MatchKind::LeftmostFirst).builder().extend(&gateway).build();
        let gate = match simd {
            _ if gateway.is_empty() => Gate::Closed,
            Some(searcher) => Gate::Simd(searcher),
            None => Gate::Automaton(AhoCorasick::new(&gateway)?),
        };
        let texts: Vec<Vec<u8>> = texts.into_iter().map(<[u8]>::to_vec).collect();
        let full = OnceLock::new();
        if texts.iter().map(Vec::len).sum::<usize>() > SURE {
            let _ = full.set(Some(search_of(&texts)?));
        }
        Ok(Literals {
            sieve,
            gate,
            full,
            texts,
            owners: all.into_iter().map(|(_, owners)| owners).collect(),
            gateway,
        })
    }

    /// The lines of a block that may contain a literal.
    pub fn lines<'b>(&'b self, block: &'b [u8]) -> Lines<'b> {
        Lines { block, literals: self, ahead: [Ahead::Unknown; 2], from: 0 }
    }

    /// Adds to `found` the signatures of which `line` contains a literal, each once, in the order of the library.
    pub fn signatures_in(&self, line: &[u8], found: &mut Vec<usize>) {
        let full = self.full.get_or_init(|| search_of(&self.texts).ok());
        for hit in full.iter().flat_map(|full| full.find_overlapping_iter(line)) {
            for owner in self.owners.get(hit.pattern().as_usize()).into_iter().flatten() {
                if let Err(place) = found.binary_search(owner) {
                    found.insert(place, *owner);
                }
            }
        }
    }

    /// The chosen required literals.
    pub fn gateway(&self) -> &[Vec<u8>] {
        &self.gateway
    }
}
