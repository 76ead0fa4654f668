//! [`Stems`]: whether a text contains one of some hundred words, in any case of ASCII letters.
//!
//! Of each word three bytes are taken, the rarest. At every position of a text three bytes are looked up in a table of
//! bits that fits the fastest cache; only where they are those of a word is the word compared. An automaton of so many words
//! is several times slower, because each of its steps waits for the one before.

use std::collections::BTreeMap;

/// Bytes of a word that are looked up: the length of the shortest word.
const GRAM: usize = 3;

/// Bits of the hash of a gram.
const BITS: u32 = 16;

/// The letters of English text, the most frequent first.
const FREQUENT: &[u8] = b"etaoinsrhldcumfpgwybvkxjqz";

/// A word, and the position of its gram.
type Word = (usize, Box<[u8]>);

/// Words, ready for a search.
#[derive(Debug)]
pub(super) struct Stems {
    /// A bit for the hash of each gram.
    bits: Box<[u64; 1 << (BITS - 6)]>,
    /// The words by their gram.
    words: BTreeMap<u32, Vec<Word>>,
}

impl Stems {
    /// A search for words of at least three bytes; `None` if one is shorter.
    pub(super) fn new<'w>(words: impl Iterator<Item = &'w str>) -> Option<Stems> {
        let mut stems = Stems { bits: Box::new([0; 1 << (BITS - 6)]), words: BTreeMap::new() };
        for word in words {
            let word = word.as_bytes();
            let grams = word.windows(GRAM).enumerate();
            let (offset, gram) =
                grams.min_by_key(|(_, gram)| gram.iter().map(|byte| frequency(*byte)).sum::<usize>())?;
            let gram = folded([gram[0], gram[1], gram[2], 0]);
            let (at, bit) = place(gram);
            if let Some(bits) = stems.bits.get_mut(at) {
                *bits |= bit;
            }
            stems.words.entry(gram).or_default().push((offset, word.into()));
        }
        Some(stems)
    }

    /// Returns whether a text contains one of the words.
    pub(super) fn is_in(&self, text: &[u8]) -> bool {
        for (at, four) in text.windows(GRAM + 1).enumerate() {
            if let [a, b, c, _] = *four
                && self.may_hold(folded([a, b, c, 0]))
                && self.is_at(text, at)
            {
                return true;
            }
        }
        text.len().checked_sub(GRAM).is_some_and(|last| self.is_at(text, last))
    }

    #[inline]
    fn may_hold(&self, gram: u32) -> bool {
        let (at, bit) = place(gram);
        self.bits.get(at).is_some_and(|bits| bits & bit != 0)
    }

    /// Returns whether the gram at a position is that of a word in the text.
    #[cold]
    fn is_at(&self, text: &[u8], at: usize) -> bool {
        let Some([a, b, c]) = text.get(at..).and_then(<[u8]>::first_chunk::<GRAM>) else { return false };
        self.words.get(&folded([*a, *b, *c, 0])).into_iter().flatten().any(|(offset, word)| {
            let start = at.checked_sub(*offset);
            let found = start.and_then(|start| text.get(start..)).and_then(|rest| rest.get(..word.len()));
            found.is_some_and(|found| found.eq_ignore_ascii_case(word))
        })
    }
}

/// Bytes with the bit that distinguishes small letters from capitals. Other bytes become equal, too; words are compared
/// afterwards.
fn folded(bytes: [u8; 4]) -> u32 {
    u32::from_le_bytes(bytes) | 0x0020_2020
}

/// The word and the bit of a gram.
fn place(gram: u32) -> (usize, u64) {
    let hash = gram.wrapping_mul(0x9e37_79b1) >> (32 - BITS);
    ((hash >> 6) as usize, 1 << (hash & 63))
}

/// How frequent a byte is in logs: digits and spaces most, then letters.
fn frequency(byte: u8) -> usize {
    match byte.to_ascii_lowercase() {
        b'0'..=b'9' | b' ' | b'.' => FREQUENT.len() + 4,
        letter => FREQUENT.iter().rev().position(|one| *one == letter).map_or(0, |place| place + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const WORDS: [&str; 6] = ["pwd", "passw", "://", "net use", "x-api-key", "token="];

    #[test]
    fn words_are_found_at_the_ends_and_in_any_case() {
        let stems = Stems::new(WORDS.into_iter()).expect("words");
        for text in ["pwd", "a PWD", "a Password is", "ftp://x", "NET USE", "X-Api-Key: 1", "x token=y"] {
            assert!(stems.is_in(text.as_bytes()), "{text}");
        }
        for text in ["", "p", "pw", "pass", "net  use", "token", "x_api_key"] {
            assert!(!stems.is_in(text.as_bytes()), "{text}");
        }
        assert!(Stems::new(["ab"].into_iter()).is_none());
    }

    proptest! {
        #[test]
        fn it_finds_what_a_plain_search_finds(text in "([a-zA-Z=:/ -]{0,3}|PwD|passW|://|net use|x-api-key|token=){0,12}") {
            let lower = text.to_ascii_lowercase();
            let stems = Stems::new(WORDS.into_iter()).expect("words");
            prop_assert_eq!(stems.is_in(text.as_bytes()), WORDS.iter().any(|word| lower.contains(word)));
        }
    }
}
