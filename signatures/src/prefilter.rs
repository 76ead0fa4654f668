//! [`Prefilter`]: finds the positions in a block at which one of hundreds of literals may be, by testing every fifth
//! position.
//!
//! Of every literal a window of eight bytes is taken, the rarest. Wherever a window occurs, exactly one of its five
//! grams of four bytes begins at a multiple of five, so only these positions are tested: a gram that is in no window
//! is rejected by one bit. The others are compared with the windows that contain the gram. So the cost depends on how
//! often grams of windows occur in healthy text, not on the number of literals.
//!
//! (Wu and Manber describe a similar search; this one does not shift, because the positions are fixed.) Literals
//! shorter than a window are not supported.

use std::collections::{HashMap, HashSet};

/// Bytes of a window: the minimum length of a literal.
pub(crate) const WINDOW: usize = 8;

/// Bytes of a gram.
const GRAM: usize = 4;

/// Distance of the tested positions: the number of grams in a window.
const STRIDE: usize = WINDOW - GRAM + 1;

/// Bits of the hash of a gram.
const BITS: u32 = 16;

/// A search for many literals, testing every fifth position.
#[derive(Debug)]
pub(crate) struct Prefilter {
    /// A bit for the hash of each gram of a window.
    bits: Box<[u64; 1 << (BITS - 6)]>,
    /// Grams, with the windows that contain them and the position in the window.
    grams: HashMap<u32, Vec<(u8, [u8; WINDOW])>, Mixed>,
}

/// Hasher for grams. They are four bytes of our own: any mixing is good enough, and the standard hasher is slow.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Mixed;

/// State of a [`Mixed`] hasher.
#[derive(Debug, Default)]
pub(crate) struct Mixer(u64);

impl std::hash::BuildHasher for Mixed {
    type Hasher = Mixer;

    fn build_hasher(&self) -> Mixer {
        Mixer::default()
    }
}

impl std::hash::Hasher for Mixer {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u32(u32::from(*byte));
        }
    }

    fn write_u32(&mut self, word: u32) {
        self.0 = (self.0.rotate_left(13) ^ u64::from(word)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

impl Prefilter {
    /// A search for literals of at least [`WINDOW`] bytes; `healthy` is text in which their windows should be rare.
    pub(crate) fn new(literals: &[&[u8]], healthy: &[u8]) -> Prefilter {
        let seen = counts(literals, healthy);
        let price = |window: &[u8]| -> u64 {
            let counts =
                || window.windows(GRAM).map(|gram| u64::from(seen.get(&word(gram)).copied().unwrap_or(0)));
            // a window occurs no more often than its rarest gram, and a found line costs most
            counts().sum::<u64>() + counts().min().unwrap_or(0) * OPENED
        };
        // the literals with the fewest choices first, so that others can share their windows
        let mut order: Vec<&&[u8]> = literals.iter().collect();
        order.sort_by_key(|literal| (literal.len(), **literal));
        let mut chosen: HashSet<[u8; WINDOW]> = HashSet::new();
        let mut windows: Vec<[u8; WINDOW]> = Vec::new();
        for literal in order {
            let all = || literal.windows(WINDOW).filter_map(<[u8]>::first_chunk::<WINDOW>);
            if all().any(|window| chosen.contains(window)) {
                continue;
            }
            if let Some(best) = all().min_by_key(|window| price(&window[..])) {
                chosen.insert(*best);
                windows.push(*best);
            }
        }
        let mut sieve =
            Prefilter { bits: Box::new([0; 1 << (BITS - 6)]), grams: HashMap::with_hasher(Mixed) };
        for window in windows {
            for (at, gram) in window.windows(GRAM).filter_map(<[u8]>::first_chunk::<GRAM>).enumerate() {
                let gram = u32::from_le_bytes(*gram);
                let (at_word, bit) = place(gram);
                if let Some(bits) = sieve.bits.get_mut(at_word) {
                    *bits |= bit;
                }
                sieve.grams.entry(gram).or_default().push((at as u8, window));
            }
        }
        sieve
    }

    /// Start of the next window at or after `from`.
    pub(crate) fn find(&self, text: &[u8], from: usize) -> Option<usize> {
        let rest = text.get(from..)?;
        let (fives, tail) = rest.as_chunks::<STRIDE>();
        let mut at = from;
        for five in fives {
            let [a, b, c, d, _] = *five;
            let gram = u32::from_le_bytes([a, b, c, d]);
            if self.may_hold(gram)
                && let Some(start) = self.window_around(text, at, gram, from)
            {
                return Some(start);
            }
            at += STRIDE;
        }
        let gram = u32::from_le_bytes(*tail.first_chunk::<GRAM>()?);
        self.may_hold(gram).then(|| self.window_around(text, at, gram, from))?
    }

    fn may_hold(&self, gram: u32) -> bool {
        let (at, bit) = place(gram);
        self.bits.get(at).is_some_and(|bits| bits & bit != 0)
    }

    /// The first window at or after `from` that contains the gram at `at`.
    #[cold]
    fn window_around(&self, text: &[u8], at: usize, gram: u32, from: usize) -> Option<usize> {
        let starts = self.grams.get(&gram)?.iter().filter_map(|(into, window)| {
            let start = at.checked_sub(usize::from(*into)).filter(|start| *start >= from)?;
            text.get(start..)?.starts_with(window).then_some(start)
        });
        starts.min()
    }
}

/// Cost of a found line, relative to the lookup of a gram.
const OPENED: u64 = 20;

fn word(gram: &[u8]) -> u32 {
    gram.first_chunk::<GRAM>().map_or(0, |gram| u32::from_le_bytes(*gram))
}

/// The word and the bit of a gram.
fn place(gram: u32) -> (usize, u64) {
    let hash = gram.wrapping_mul(0x9e37_79b1) >> (32 - BITS);
    ((hash >> 6) as usize, 1 << (hash & 63))
}

/// Number of occurrences in `text` of each gram of the literals.
fn counts(literals: &[&[u8]], text: &[u8]) -> HashMap<u32, u32, Mixed> {
    let mut counts: HashMap<u32, u32, Mixed> = HashMap::with_hasher(Mixed);
    for gram in literals.iter().flat_map(|literal| literal.windows(GRAM)) {
        counts.insert(word(gram), 0);
    }
    for gram in text.windows(GRAM) {
        if let Some(count) = counts.get_mut(&word(gram)) {
            *count += 1;
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_found_wherever_it_stands() {
        let literals: &[&[u8]] =
            &[b"SunCertPathBuilderException", b"data 52e", b"UnknownHostException", b"12345678"];
        let sieve = Prefilter::new(literals, b"Exception Exception Host data");
        for literal in literals {
            for before in 0..23 {
                for behind in [0, 1, 7] {
                    let text = [&b"x".repeat(before)[..], literal, &b"y".repeat(behind)].concat();
                    let found = sieve.find(&text, 0).expect("it is there");
                    assert!((before..before + literal.len()).contains(&found), "{before} {behind}");
                    assert_eq!(sieve.find(&text, before + literal.len()), None);
                }
            }
        }
        assert_eq!(sieve.find(b"nothing of it, data 5", 0), None);
        assert_eq!(sieve.find(b"", 0), None);
    }

    #[test]
    fn literals_that_share_a_window_have_one() {
        let sieve = Prefilter::new(&[b"xx12345678", b"12345678", b"12345678yy"], b"");
        let windows: HashSet<_> = sieve.grams.values().flatten().map(|(_, window)| *window).collect();
        assert_eq!(windows.len(), 1);
    }
}
