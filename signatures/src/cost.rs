//! The cost of a pattern: the steps of a search for it, counted and not timed, so that every machine gets the same
//! number.
//!
//! A step is one state of the pattern's NFA that is visited for one byte of a text, including states that consume
//! nothing. A simulation of the NFA visits each state at most once for a byte; this is the `m` of the `O(m * n)` that
//! the regex crate promises, as far as a text makes use of the pattern. The crate's lazy DFA is faster while its
//! states are cached, but captures are found by simulation, and the DFA gives up where its cache fills repeatedly or
//! where a `\b` meets a character outside ASCII. So the count is the possible cost of a line, whatever engine
//! searches it. It grows with repetitions that can begin at many positions of a text: `[a-z]{0,200}x` alone keeps 200
//! states busy in a text of letters.
//!
//! The count does not depend on the end of a match: the simulation continues to the end of the text.

use std::collections::BTreeSet;
use std::fmt::{self, Display, Formatter};

use regex::bytes::{Regex, RegexBuilder};
use regex_automata::nfa::thompson::{NFA, State};
use regex_automata::util::primitives::StateID;
use regex_automata::util::syntax;

use crate::ascii_classes;

/// Steps for a byte above which a pattern is slow.
///
/// A step takes about ten nanoseconds where the NFA is simulated (7 to 15 on a machine of 2026), so that at this
/// limit a line of 64 KiB takes a fifth of a second, and one candidate among a thousand lines as long as reading them
/// all. The embedded library keeps a distance from it: its most expensive pattern takes 247, and 19 of 20 take fewer
/// than 50.
const SLOW: u64 = 300;

/// The same for a match that goes on with one byte again and again, which is unlike a real line.
const SLOW_IF_REPEATED: u64 = 2 * SLOW;

/// Times [`SLOW`] after which a count ends: the pattern is slow, whatever the rest of the text.
const ENOUGH: u64 = 16;

/// Places of a match at which its byte is repeated.
const PLACES: usize = 32;

/// A pattern that must not be searched for, because it could take minutes for a file: it takes so many steps for a byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlowPattern(pub u64);

impl Display for SlowPattern {
    /// Writes the rest of a sentence that begins with the name of the pattern.
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "is slow, with {} steps for a byte, where {SLOW} are the most: give its repetitions shorter bounds, or begin it \
             with a rare word",
            self.0
        )
    }
}

/// Checks that a pattern may be searched for. `^` and `$` are at lines if `is_multi_line`; `samples` are texts that it
/// matches, or nearly.
///
/// Fails if it is slow on texts like the samples, or on a match that goes on with one byte again and again. The check
/// itself takes some milliseconds at most. An invalid pattern passes.
pub fn check<'a>(
    pattern: &str,
    is_multi_line: bool,
    samples: impl Iterator<Item = &'a [u8]>,
) -> Result<(), SlowPattern> {
    // patterns of signatures are searched with classes of bytes
    let searched = if is_multi_line { ascii_classes::of(pattern) } else { Some(pattern.to_owned()) };
    let Some(searched) = searched else { return Ok(()) };
    let regex = RegexBuilder::new(&searched).multi_line(is_multi_line).build();
    let (Ok(regex), Some(nfa)) = (regex, nfa(&searched, is_multi_line)) else { return Ok(()) };
    let samples: Vec<&[u8]> = samples.collect();
    let matches = samples.iter().filter_map(|sample| regex.find(sample));
    let pumped = matches.flat_map(|matched| pumped(matched.as_bytes())).collect();
    for (texts, limit) in [(repeated(&regex, samples.iter().copied()), SLOW), (pumped, SLOW_IF_REPEATED)] {
        let steps = most_steps(&nfa, &texts);
        if steps > limit {
            return Err(SlowPattern(steps));
        }
    }
    Ok(())
}

/// Bytes of a text that is made from a sample. Only its second half counts: by then repetitions with bounds up to
/// half of this are full.
const TEXT: usize = 512;

fn nfa(pattern: &str, is_multi_line: bool) -> Option<NFA> {
    NFA::compiler()
        .syntax(syntax::Config::new().multi_line(is_multi_line).utf8(false))
        .configure(NFA::config().utf8(false))
        .build(pattern)
        .ok()
}

/// Maximum number of steps for a byte of one of some texts, rounded down.
fn most_steps(nfa: &NFA, texts: &BTreeSet<Vec<u8>>) -> u64 {
    let mut most = 0;
    for text in texts {
        most = most.max(Simulation::new(nfa, text).steps_per_byte());
        if most > SLOW * ENOUGH {
            break;
        }
    }
    most
}

/// Texts of the beginnings of matches, repeated: the match in a sample, or a quarter, half or three quarters of it, so
/// that the pattern begins to match at many positions and completes at few. A sample without a match is repeated as a
/// whole: it is a near miss.
fn repeated<'a>(regex: &Regex, samples: impl Iterator<Item = &'a [u8]>) -> BTreeSet<Vec<u8>> {
    let mut beginnings = BTreeSet::new();
    for sample in samples {
        let (matched, quarters) = match regex.find(sample) {
            Some(matched) => (matched.as_bytes(), 1..=4),
            None => (sample, 4..=4),
        };
        beginnings.extend(quarters.filter_map(|quarter| matched.get(..matched.len() * quarter / 4)));
    }
    let texts = beginnings.into_iter().filter(|beginning| !beginning.is_empty());
    texts.map(|beginning| beginning.iter().copied().cycle().take(TEXT).collect()).collect()
}

/// Texts of a match up to some places, with the byte at the place again and again.
fn pumped(matched: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    let step = matched.len().div_ceil(PLACES).max(1);
    let last = matched.len().checked_sub(1);
    (0..matched.len()).step_by(step).chain(last).filter_map(move |place| {
        let (start, byte) = (matched.get(..place)?, *matched.get(place)?);
        let start = start.get(start.len().saturating_sub(TEXT / 2)..)?;
        Some(start.iter().copied().chain(std::iter::repeat_n(byte, TEXT - start.len())).collect())
    })
}

/// A search of one text that counts its steps.
struct Simulation<'a> {
    nfa: &'a NFA,
    text: &'a [u8],
    /// For each state the position in the text, from 1, of its last visit.
    visited: Vec<usize>,
    /// States that were reached and not yet visited.
    reached: Vec<StateID>,
    steps: u64,
}

impl<'a> Simulation<'a> {
    fn new(nfa: &'a NFA, text: &'a [u8]) -> Self {
        Simulation { nfa, text, visited: vec![0; nfa.states().len()], reached: Vec::new(), steps: 0 }
    }

    fn steps_per_byte(mut self) -> u64 {
        let (mut current, mut next) = (Vec::new(), Vec::new());
        let half = self.text.len() / 2;
        let mut before_half = 0;
        self.visit(self.nfa.start_anchored(), 0, &mut current);
        for (at, byte) in self.text.iter().enumerate() {
            if at == half {
                before_half = self.steps;
            }
            // a slow pattern is slow before the end
            if self.steps > SLOW * ENOUGH * TEXT as u64 {
                return self.steps / (at as u64).max(1);
            }
            for state in current.drain(..) {
                let to = match self.nfa.state(state) {
                    State::ByteRange { trans } => trans.matches_byte(*byte).then_some(trans.next),
                    State::Sparse(transitions) => transitions.matches_byte(*byte),
                    State::Dense(transitions) => transitions.matches_byte(*byte),
                    _ => None,
                };
                if let Some(to) = to {
                    self.visit(to, at + 1, &mut next);
                }
            }
            // a match may begin anywhere
            self.visit(self.nfa.start_anchored(), at + 1, &mut next);
            std::mem::swap(&mut current, &mut next);
        }
        (self.steps - before_half) / (self.text.len() - half).max(1) as u64
    }

    /// Visits a state and all states that it reaches at `at` without a byte. States that wait for a byte are added to
    /// `waiting`.
    fn visit(&mut self, state: StateID, at: usize, waiting: &mut Vec<StateID>) {
        self.reached.push(state);
        while let Some(state) = self.reached.pop() {
            match self.visited.get_mut(state.as_usize()) {
                Some(visited) if *visited <= at => *visited = at + 1,
                _ => continue,
            }
            self.steps += 1;
            match self.nfa.state(state) {
                State::Union { alternates } => self.reached.extend(alternates),
                State::BinaryUnion { alt1, alt2 } => self.reached.extend([alt1, alt2]),
                State::Capture { next, .. } => self.reached.push(*next),
                State::Look { look, next } => {
                    if self.nfa.look_matcher().matches(*look, self.text, at) {
                        self.reached.push(*next);
                    }
                }
                State::Fail | State::Match { .. } => {}
                State::ByteRange { .. } | State::Sparse(_) | State::Dense(_) => waiting.push(state),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(pattern: &str, sample: &str) -> u64 {
        let regex = crate::signature::compile(pattern).expect("a pattern");
        let texts = repeated(&regex, std::iter::once(sample.as_bytes()));
        let pattern = ascii_classes::of(pattern).expect("a pattern");
        most_steps(&nfa(&pattern, true).expect("a pattern"), &texts)
    }

    #[test]
    fn a_literal_costs_the_places_at_which_it_may_be() {
        // of "x" the capture of all and the byte; in a text of nothing else also the end of the capture, and the match
        assert_eq!(steps("x", "a"), 2);
        assert_eq!(steps("x", "x"), 4);
    }

    #[test]
    fn a_repetition_costs_as_much_as_it_is_long() {
        for length in [10, 100, 200] {
            let found = steps(&format!("[a-z]{{0,{length}}}X"), "abc");
            assert!((2 * length..3 * length + 9).contains(&found), "{length}: {found}");
        }
        assert!(steps("(?:[a-z]{0,20}[^X]{0,20}){0,20}X", "ab,c") > 400);
    }

    #[test]
    fn what_is_looked_for_only_behind_a_rare_word_costs_little() {
        assert!(steps("error[^X]{0,400}X", "no such thing") < 9);
        assert!(steps("^[^X]{0,400}X", "the beginning of a line") < 9);
    }

    #[test]
    fn a_pattern_that_hangs_is_refused() {
        let check = |pattern: &str, sample: &str| check(pattern, true, std::iter::once(sample.as_bytes()));
        // whatever the sample repeats
        for (pattern, sample) in [
            ("(?:a{1,300}){1,300}$", "aaa"),
            ("(?:a{1,100}){1,100}$", "aaa"),
            ("(?:a{1,100}){1,100}$", "a"),
            ("Error (?:a{1,100}){1,100}$", "Error a"),
            (r"Error (?:\w{1,40}[a-z]{1,40}){1,40}$", "Error queue"),
        ] {
            assert!(matches!(check(pattern, sample), Err(SlowPattern(_))), "{pattern}");
        }
        for (pattern, sample) in [
            (r"Error (?P<what>[^:]{1,200}): (?P<why>.*)$", "Error in a queue: it is full"),
            (
                r"^(?<stamp>\S+ \S+) (?<level>\w+) \[(?<thread>[^\]]*)\] (?<message>.*)$",
                "2026-11-21 10:00:00 INFO [a] b",
            ),
            ("(", "invalid is another error"),
        ] {
            assert_eq!(check(pattern, sample), Ok(()), "{pattern}");
        }
    }

    #[test]
    fn a_beginning_that_comes_again_and_again_costs_most() {
        let whole = "ab 123 and much that follows, so that the next one is far";
        assert!(steps("ab[^X]{0,400}?far", whole) > steps("ab[^X]{0,400}?FAR", whole));
    }
}
