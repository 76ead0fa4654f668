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

use regex_automata::nfa::thompson::{NFA, State};
use regex_automata::util::primitives::StateID;
use regex_automata::util::syntax;

use crate::ascii_classes;
use crate::signature::compile;

/// Steps for a byte above which a pattern is slow.
///
/// A step takes about ten nanoseconds where the NFA is simulated (7 to 15 on a machine of 2026), so that at this
/// limit a line of 64 KiB takes a fifth of a second, and one candidate among a thousand lines as long as reading them
/// all. The embedded library keeps a distance from it: its most expensive pattern takes 247, and 19 of 20 take fewer
/// than 50.
pub(crate) const SLOW: u64 = 300;

/// Bytes of a text that is made from a sample. Only its second half counts: by then repetitions with bounds up to
/// half of this are full.
const TEXT: usize = 512;

/// Maximum number of steps for a byte on lines that are like the samples of a pattern, rounded down. `None` if the
/// pattern is invalid.
///
/// A text is the match in a sample, or a quarter, half or three quarters of it, repeated, so that the pattern begins
/// to match at many positions and completes at few. A sample without a match is repeated as a whole: it is a near
/// miss.
pub(crate) fn steps_per_byte<'a>(pattern: &str, samples: impl Iterator<Item = &'a [u8]>) -> Option<u64> {
    let regex = compile(pattern).ok()?;
    let nfa = NFA::compiler()
        .syntax(syntax::Config::new().multi_line(true).utf8(false))
        .configure(NFA::config().utf8(false))
        .build(&ascii_classes::of(pattern)?)
        .ok()?;
    let mut beginnings = BTreeSet::new();
    for sample in samples {
        let (matched, quarters) = match regex.find(sample) {
            Some(matched) => (matched.as_bytes(), 1..=4),
            None => (sample, 4..=4),
        };
        beginnings.extend(quarters.filter_map(|quarter| matched.get(..matched.len() * quarter / 4)));
    }
    let texts = beginnings.into_iter().filter(|beginning| !beginning.is_empty());
    let texts = texts.map(|beginning| beginning.iter().copied().cycle().take(TEXT).collect::<Vec<u8>>());
    Some(texts.map(|text| Simulation::new(&nfa, &text).steps_per_byte()).max().unwrap_or(0))
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
        steps_per_byte(pattern, std::iter::once(sample.as_bytes())).expect("a pattern")
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
    fn a_beginning_that_comes_again_and_again_costs_most() {
        let whole = "ab 123 and much that follows, so that the next one is far";
        assert!(steps("ab[^X]{0,400}?far", whole) > steps("ab[^X]{0,400}?FAR", whole));
    }
}
