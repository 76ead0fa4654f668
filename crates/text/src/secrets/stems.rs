//! [`Stems`]: whether a text contains one of some hundred words, in any case of ASCII letters.
//!
//! A text is looked up in windows of four bytes at every second position. Two windows of each word are known, one for
//! words at even and one for words at odd positions. A table has, for each pair of bytes, the sets of windows that begin
//! and that end with it; only where one set has both pairs of a window are its words compared. The words are distributed
//! over the sets, and their windows chosen, so that ordinary text rarely has such a place. An automaton of so many words
//! is several times slower, because each of its steps waits for the one before.

/// Bytes of a window.
const WINDOW: usize = 4;

/// Bytes that are looked up in one step: four windows, which overlap with those of the next.
const STEP: usize = 8;

/// Bytes that are read for it, more than it needs: two registers.
const BLOCK: usize = 16;

/// Number of sets of windows: one bit each for the first and the second pair.
const SETS: usize = 16;

/// A byte of a window before or after its word: any. No word has it.
const ANY: u8 = 0;

/// How much worse a window is for each time that ordinary text has it. Everything else that is compared is far less.
const IN_ORDINARY: f64 = 10_000.0;

/// Ordinary text of logs, from which windows are chosen that it rarely has.
const ORDINARY: &str = "2026-11-21 17:11:43.253 GMT+0000 <@> INFO <@> [57:Thread-12] <@> ProcessId:1740 <@> PID:1 <@> \
    UID:12 <@> HttpSessionId: <@> UserSessionId: <@> com.example.platform.framework.data.DataAccess <@> executeQuery() \
    <@> Query executed in 3656 ms: SELECT ACTIVITY_ID, QUEUE_ID FROM CASE_ACTIVITY WHERE STATUS = 14 AND COUNT > 0 <@> \
    21-Nov-2026 08:00:00.012 WARNING [http-nio-8443-exec-56] org.apache.catalina.core.StandardWrapperValve.invoke \
    Servlet.service() for servlet [dispatcher] in context with path [/system] threw exception\n\
    java.lang.IllegalStateException: Connection to the database was closed while reading the response of the server\n\
    Caused by: java.io.IOException: connection reset by peer\n\tat java.base/java.util.concurrent.ThreadPoolExecutor\n\
    ERROR DEBUG TRACE Failed to load configuration of the listener: timeout expired after 30000 milliseconds, retry 3\n\
    The message was published to topic cache.48 with correlation id 1079462, session 20, length 584, queue 5\n\
    user agent1 state changed from NOT_READY to READY, region refreshed, 119 entries, version 35613937, process started\n\
    192.0.2.10 - - \"GET /web/view/index.html HTTP/1.1\" 200 5120 https://host.example.com:443/application?id=1&name=x\n\
    initializing module, registering service, checking status, received event, sending request to client, property value";

/// A window of a word.
#[derive(Debug)]
struct Window {
    /// Its bytes, [`folded`]; zero where they are not part of the word.
    bytes: u32,
    /// The bits of the bytes that are part of the word.
    mask: u32,
    /// The word.
    word: Box<[u8]>,
    /// Position of the window in the word; -1 if its first byte is before the word.
    offset: isize,
}

/// Words, ready for a search.
#[derive(Debug)]
pub(super) struct Stems {
    /// For each pair of bytes the sets of windows that begin with it, as the low bits, and those that end with it.
    pairs: Box<[u32; 1 << 16]>,
    /// The windows of each set.
    sets: [Vec<Window>; SETS],
}

impl Stems {
    /// A search for words of at least three bytes; `None` if one is shorter.
    pub(super) fn new<'w>(words: impl Iterator<Item = &'w str>) -> Option<Stems> {
        let mut words: Vec<&[u8]> = words.map(str::as_bytes).collect();
        if words.iter().any(|word| word.len() < WINDOW - 1) {
            return None;
        }
        // the order decides only which windows share a set
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        let pairs = vec![0; 1 << 16].into_boxed_slice().try_into().ok()?;
        let mut stems = Stems { pairs, sets: Default::default() };
        let (mut ordinary, mut load) = (Frequencies::new(), [(0.0, 0.0); SETS]);
        for word in words {
            for first in [0, -1] {
                stems.add(word, first, &mut ordinary, &mut load)?;
            }
        }
        Some(stems)
    }

    /// Adds the best window of a word, of those at every second position from `first` on. `load` is how frequent the
    /// pairs are with which the windows of each set begin and end.
    fn add(
        &mut self,
        word: &[u8],
        first: isize,
        ordinary: &mut Frequencies,
        load: &mut [(f64, f64); SETS],
    ) -> Option<()> {
        let mut best: Option<(f64, isize, usize, (f64, f64))> = None;
        for offset in (first..word.len() as isize - 1).step_by(2) {
            let [a, b, c, d] = window(word, offset);
            if (a, b) == (ANY, ANY) || (c, d) == (ANY, ANY) {
                continue;
            }
            let (one, two) = (ordinary.of(a, b), ordinary.of(c, d));
            let known = ordinary.matches(window(word, offset));
            for (set, (begin, end)) in load.iter().enumerate() {
                let has = |pair, bit: usize| self.pairs.get(pair).is_some_and(|sets| sets >> bit & 1 == 1);
                let more = (
                    if has(place(a, b), set) { 0.0 } else { one },
                    if has(place(c, d), set + SETS) { 0.0 } else { two },
                );
                let hits = known.iter().filter(|sets| *sets >> set & 1 == 1).count() as f64;
                let cost = (begin + more.0) * (end + more.1) - begin * end + IN_ORDINARY * hits;
                if best.is_none_or(|(least, ..)| cost < least) {
                    best = Some((cost, offset, set, more));
                }
            }
        }
        let (_, offset, set, more) = best?;
        let load = load.get_mut(set)?;
        *load = (load.0 + more.0, load.1 + more.1);
        let bytes = window(word, offset);
        let [a, b, c, d] = bytes;
        ordinary.mark(bytes, set);
        self.mark(a, b, 1 << set);
        self.mark(c, d, 1 << (set + SETS));
        let mask = mask(bytes);
        let window = Window { bytes: folded(bytes) & mask, mask, word: word.into(), offset };
        self.sets.get_mut(set)?.push(window);
        Some(())
    }

    /// Sets a bit of a pair of bytes, in any case.
    fn mark(&mut self, first: u8, second: u8, bit: u32) {
        // the bytes of each case; any of them for ANY
        let cases = |byte: u8| match byte {
            ANY => 0..=u8::MAX,
            byte => byte..=byte,
        };
        for first in cases(first) {
            for second in cases(second) {
                for first in [first.to_ascii_lowercase(), first.to_ascii_uppercase()] {
                    for second in [second.to_ascii_lowercase(), second.to_ascii_uppercase()] {
                        self.pairs[place(first, second)] |= bit;
                    }
                }
            }
        }
    }

    /// Returns whether a text contains one of the words.
    pub(super) fn is_in(&self, text: &[u8]) -> bool {
        self.is_in_or(text, |_| false)
    }

    /// Returns whether a text contains one of the words, or `is_hit` is true for the position of eight bytes, of which none is
    /// a letter: it is called for those at multiples of eight.
    #[inline]
    pub(super) fn is_in_or(&self, text: &[u8], mut is_hit: impl FnMut(usize) -> bool) -> bool {
        let mut is_found = |bytes: &[u8; BLOCK], at: usize| {
            self.may_hold(bytes) && self.is_at(text, at) || has_no_letter(bytes) && is_hit(at)
        };
        let (mut at, mut rest) = (0, text);
        while let Some(bytes) = rest.first_chunk() {
            if is_found(bytes, at) {
                return true;
            }
            at += STEP;
            rest = rest.get(STEP..).unwrap_or_default();
        }
        // the last windows, with zeros after the text
        let mut last = [0; STEP + BLOCK];
        for (place, byte) in last.iter_mut().zip(rest) {
            *place = *byte;
        }
        last.first_chunk().is_some_and(|bytes| is_found(bytes, at))
            || last.last_chunk().is_some_and(|bytes| is_found(bytes, at + STEP))
    }

    /// Returns whether one of the windows at the first four even positions may be that of a word.
    #[inline]
    fn may_hold(&self, bytes: &[u8; BLOCK]) -> bool {
        let bytes = u128::from_le_bytes(*bytes);
        // the second half is not needed except for its first pair
        let (step, next) = (bytes as u64, (bytes >> 64) as u16);
        let sets = |pair: u16| self.pairs[usize::from(pair)];
        let (first, second) = (sets(step as u16), sets((step >> 16) as u16));
        let (third, fourth) = (sets((step >> 32) as u16), sets((step >> 48) as u16));
        first & second >> SETS | second & third >> SETS | third & fourth >> SETS | fourth & sets(next) >> SETS
            != 0
    }

    /// Returns whether a word has one of its windows at a position or at the next three even ones.
    #[cold]
    fn is_at(&self, text: &[u8], at: usize) -> bool {
        let mut bytes = [0; STEP + WINDOW - 2];
        for (place, byte) in bytes.iter_mut().zip(text.get(at..).unwrap_or_default()) {
            *place = *byte;
        }
        let windows = bytes.windows(WINDOW).step_by(2);
        for (at, window) in (at..).step_by(2).zip(windows) {
            let &[a, b, c, d] = window else { continue };
            let mut sets = self.pairs[place(a, b)] & self.pairs[place(c, d)] >> SETS;
            let bytes = folded([a, b, c, d]);
            while sets != 0 {
                let windows = self.sets.get(sets.trailing_zeros() as usize).map_or(&[][..], Vec::as_slice);
                let mut found = windows.iter().filter(|window| bytes & window.mask == window.bytes);
                if found.any(|window| window.is_at(text, at)) {
                    return true;
                }
                sets &= sets - 1;
            }
        }
        false
    }
}

impl Window {
    /// Returns whether its word is in a text that has the window at a position.
    fn is_at(&self, text: &[u8], at: usize) -> bool {
        let found = at.checked_add_signed(-self.offset).and_then(|start| text.get(start..));
        let found = found.and_then(|found| found.get(..self.word.len()));
        found.is_some_and(|found| found.eq_ignore_ascii_case(&self.word))
    }
}

/// The bytes of a word at an offset; [`ANY`] before and after it.
fn window(word: &[u8], offset: isize) -> [u8; WINDOW] {
    let at =
        |at: isize| usize::try_from(offset + at).ok().and_then(|at| word.get(at)).copied().unwrap_or(ANY);
    [at(0), at(1), at(2), at(3)]
}

/// The bits of the bytes of a window that are part of its word.
fn mask(window: [u8; WINDOW]) -> u32 {
    u32::from_le_bytes(window.map(|byte| if byte == ANY { 0 } else { 0xff }))
}

/// The place of a pair of bytes in the table.
#[inline]
fn place(first: u8, second: u8) -> usize {
    usize::from(u16::from_le_bytes([first, second]))
}

/// Bytes with the bit that distinguishes small letters from capitals. Other bytes become equal, too; words are compared
/// afterwards.
fn folded(bytes: [u8; WINDOW]) -> u32 {
    u32::from_le_bytes(bytes) | 0x2020_2020
}

/// Returns whether the first eight bytes are all of the columns of ASCII with the digits, the space and the hyphen.
#[inline]
fn has_no_letter(bytes: &[u8; BLOCK]) -> bool {
    u128::from_le_bytes(*bytes) as u64 & 0xe0e0_e0e0_e0e0_e0e0 == 0x2020_2020_2020_2020
}

/// How frequent bytes and pairs of bytes are in ordinary text, small letters and capitals as one.
struct Frequencies {
    text: Vec<u8>,
    /// Every position of the text, in the order of the pairs there.
    places: Vec<u16>,
    /// For each position the sets with a window that begins with the pair there, and that ends with the next one.
    found: Vec<(u32, u32)>,
    pairs: Vec<u32>,
    bytes: [u32; 256],
}

impl Frequencies {
    fn new() -> Frequencies {
        let text = ORDINARY.to_ascii_lowercase();
        let (mut pairs, mut bytes) = (vec![0; 1 << 16], [0; 256]);
        for pair in text.as_bytes().windows(2) {
            if let &[first, second] = pair {
                bytes[usize::from(first)] += 1;
                if let Some(count) = pairs.get_mut(place(first, second)) {
                    *count += 1;
                }
            }
        }
        let text = text.into_bytes();
        let mut places: Vec<u16> = (0..text.len() as u16 - 1).collect();
        let pair = |at: usize| text.get(at).copied().zip(text.get(at + 1).copied());
        places.sort_unstable_by_key(|at| pair(usize::from(*at)));
        let found = vec![(0, 0); text.len()];
        Frequencies { text, places, found, pairs, bytes }
    }

    /// The sets in which the text has a place with both pairs only if this window is added, for each such place.
    fn matches(&self, [a, b, c, d]: [u8; WINDOW]) -> Vec<u32> {
        let begins = self.places(a, b).map(|at| {
            let is_whole = self.bytes_at(at + 2) == (c, d);
            (at, if is_whole { u32::MAX } else { self.sets(at, true) })
        });
        let ends = self.places(c, d).filter_map(|at| at.checked_sub(2)).map(|at| (at, self.sets(at, false)));
        let new = |(at, sets): (usize, u32)| sets & !(self.sets(at, false) & self.sets(at, true));
        begins.chain(ends).map(new).filter(|sets| *sets != 0).collect()
    }

    /// Records that a set has a window.
    fn mark(&mut self, [a, b, c, d]: [u8; WINDOW], set: usize) {
        let begins: Vec<usize> = self.places(a, b).collect();
        let ends: Vec<usize> = self.places(c, d).filter_map(|at| at.checked_sub(2)).collect();
        for at in begins {
            self.found[at].0 |= 1 << set;
        }
        for at in ends {
            self.found[at].1 |= 1 << set;
        }
    }

    /// The sets with windows that begin with the pair at a position, or end with that two bytes later.
    fn sets(&self, at: usize, is_end: bool) -> u32 {
        self.found.get(at).map_or(0, |(begins, ends)| if is_end { *ends } else { *begins })
    }

    /// The pair of bytes at a position.
    fn bytes_at(&self, at: usize) -> (u8, u8) {
        let byte = |at| self.text.get(at).copied().unwrap_or_default();
        (byte(at), byte(at + 1))
    }

    /// Where the text has a pair, of which one byte may be any.
    fn places(&self, first: u8, second: u8) -> impl Iterator<Item = usize> {
        // the places of a pair follow each other, and those of a byte
        let (low, high, back) = match (first, second) {
            (ANY, second) => ((second, 0), (second, u8::MAX), 1),
            (first, ANY) => ((first, 0), (first, u8::MAX), 0),
            pair => (pair, pair, 0),
        };
        let start = self.places.partition_point(|at| self.bytes_at(usize::from(*at)) < low);
        let places = self.places.get(start..).unwrap_or_default().iter().map(|at| usize::from(*at));
        places.take_while(move |at| self.bytes_at(*at) <= high).filter_map(move |at| at.checked_sub(back))
    }

    /// How frequent a pair is in other such text, in 1/4096 of all pairs: as in this text, but not less than if its bytes were
    /// independent of each other.
    fn of(&self, first: u8, second: u8) -> f64 {
        let all = self.text.len() as f64;
        let of_byte = |byte: u8| match byte {
            ANY => 1.0,
            byte => f64::from(self.bytes[usize::from(byte)].max(1)) / all,
        };
        let counted = self.pairs.get(place(first, second)).map_or(0.0, |count| f64::from(*count) / all);
        4096.0 * counted.max(of_byte(first) * of_byte(second))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const WORDS: [&str; 7] = ["pwd", "passw", "://", "net use", "x-api-key", "token=", "\u{5bc6}\u{7801}"];

    #[test]
    fn words_are_found_at_the_ends_and_in_any_case() {
        let stems = Stems::new(WORDS.into_iter()).expect("words");
        for text in [
            "pwd",
            "a PWD",
            "a Password is",
            "ftp://x",
            "NET USE",
            "X-Api-Key: 1",
            "x token=y",
            "x\u{5bc6}\u{7801}",
        ] {
            assert!(stems.is_in(text.as_bytes()), "{text}");
        }
        for text in ["", "p", "pw", "pass", "net  use", "token", "x_api_key", "\u{5bc6}"] {
            assert!(!stems.is_in(text.as_bytes()), "{text}");
        }
        assert!(Stems::new(["ab"].into_iter()).is_none());
    }

    #[test]
    fn words_are_found_at_every_position() {
        let stems = Stems::new(WORDS.into_iter()).expect("words");
        for word in WORDS {
            for (before, after) in (0..24).flat_map(|before| (0..16).map(move |after| (before, after))) {
                let text =
                    format!("{}{}{}", "a".repeat(before), word.to_ascii_uppercase(), ".".repeat(after));
                assert!(stems.is_in(text.as_bytes()), "{text}");
            }
        }
    }

    proptest! {
        #[test]
        fn it_finds_what_a_plain_search_finds(text in "([a-zA-Z=:/ -]{0,3}|PwD|passW|://|net use|x-api-key|token=|\u{5bc6}|\u{7801}|\u{0}){0,12}") {
            let lower = text.to_ascii_lowercase();
            let stems = Stems::new(WORDS.into_iter()).expect("words");
            prop_assert_eq!(stems.is_in(text.as_bytes()), WORDS.iter().any(|word| lower.contains(word)));
        }
    }
}
