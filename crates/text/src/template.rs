//! Template of a message: its first line with every variable part masked, so that equal messages can be counted.
//!
//! The templates are made by hand-written code in one pass, because every message of a collection needs one. Classes
//! of bytes alone decide what is masked, never the value of a digit. Numbers with a meaning stay: a code after a word
//! that announces one, the number of a product's message, an HRESULT, the sub-code of a rejected bind.
//!
//! The code knows no words except those that announce a code, and no names: a user, a host or a path stays unless it
//! looks like an id, so messages that differ in them are counted separately. Doubt: an id of letters alone, or of
//! fewer than six characters, cannot be distinguished from a word.

use std::ops::Range;

use memchr::memchr;

/// Replacement of everything masked.
const MASK: u8 = b'#';

const UPPER: u8 = 1;
const LOWER: u8 = 2;
const DIGIT: u8 = 4;
/// A hexadecimal digit: set in addition to the class of the byte.
const HEX: u8 = 8;
const BLANK: u8 = 16;
const LETTER: u8 = UPPER | LOWER;
const WORD: u8 = LETTER | DIGIT;

/// Class of each byte. Bytes beyond ASCII have none: they separate words, and stay.
static CLASSES: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let one = byte as u8;
        let class = match one {
            b'A'..=b'Z' => UPPER,
            b'a'..=b'z' => LOWER,
            b'0'..=b'9' => DIGIT,
            b' ' | b'\t' | b'\r' => BLANK,
            _ => 0,
        };
        classes[byte] = if one.is_ascii_hexdigit() { class | HEX } else { class };
        byte += 1;
    }
    classes
}

fn class(byte: u8) -> u8 {
    CLASSES[usize::from(byte)] // there are 256 entries: this cannot fail
}

fn is(byte: u8, what: u8) -> bool {
    class(byte) & what != 0
}

/// Appends the template of the first line of a message. It is never longer than the line, and the template of a
/// template is itself.
///
/// Bytes that are not UTF-8 pass through.
pub fn shape(text: &[u8], out: &mut Vec<u8>) {
    let mut line = text.get(..memchr(b'\n', text).unwrap_or(text.len())).unwrap_or(text);
    while let [first, rest @ ..] = line
        && is(*first, BLANK)
    {
        line = rest;
    }
    while let [rest @ .., last] = line
        && is(*last, BLANK)
    {
        line = rest;
    }
    let mut shaper = Shaper { line, out, copied: 0, word: 0..0, before: 0..0, version: None };
    let mut at = 0;
    while let Some(&byte) = line.get(at) {
        let class = class(byte);
        at = if class & WORD != 0 {
            shaper.word(at)
        } else if class == BLANK {
            shaper.blanks(at)
        } else if byte == b':' {
            shaper.address(at).unwrap_or(at + 1) // ::1
        } else {
            at + 1
        };
    }
    shaper.copy_to(line.len());
}

/// One line and the position in it.
struct Shaper<'a> {
    line: &'a [u8],
    out: &'a mut Vec<u8>,
    /// End of the part of the line that is copied or masked.
    copied: usize,
    /// The last word of letters alone, and the one before. Only these announce a number: a word that was masked in
    /// part is another word when its template is made again.
    word: Range<usize>,
    before: Range<usize>,
    /// End of the last protocol version: a status follows it.
    version: Option<usize>,
}

/// The digits in a word that also has letters.
struct Mix {
    digits: usize,
    runs: usize,
    /// The first run of digits.
    first: Range<usize>,
    /// Whether the word has three lower-case letters in a row, as in `Http11Processor` and hardly in an id.
    is_name: bool,
}

impl Shaper<'_> {
    fn at(&self, at: usize) -> Option<u8> {
        self.line.get(at).copied()
    }

    fn part(&self, range: Range<usize>) -> &[u8] {
        self.line.get(range).unwrap_or_default()
    }

    fn copy_to(&mut self, end: usize) {
        self.out.extend_from_slice(self.line.get(self.copied..end).unwrap_or_default());
        self.copied = end;
    }

    /// Masks a part of the line, and returns its end.
    fn mask(&mut self, part: Range<usize>) -> usize {
        self.copy_to(part.start);
        self.out.push(MASK);
        self.copied = part.end;
        part.end
    }

    /// Returns the end of a run of bytes of these classes.
    fn run(&self, mut at: usize, what: u8) -> usize {
        while self.at(at).is_some_and(|byte| is(byte, what)) {
            at += 1;
        }
        at
    }

    fn blanks(&mut self, at: usize) -> usize {
        let end = self.run(at, BLANK);
        if end > at + 1 || self.at(at) != Some(b' ') {
            self.copy_to(at);
            self.out.push(b' ');
            self.copied = end;
        }
        end
    }

    /// A run of letters and digits. Returns its end, or the position to continue at.
    fn word(&mut self, at: usize) -> usize {
        let (mut end, mut any, mut all) = (at, 0, u8::MAX);
        while let Some(&byte) = self.line.get(end)
            && is(byte, WORD)
        {
            any |= class(byte);
            all &= class(byte);
            end += 1;
        }
        if all & HEX != 0
            && let Some(end) = self.hex_groups(at, end)
        {
            return end;
        }
        if any & DIGIT == 0 {
            return self.letters(at, end);
        }
        if let Some(end) = self.code(at, end, any, all) {
            return end;
        }
        if all & DIGIT != 0 {
            return self.number(at, end);
        }
        if self.is_prefixed_hex(at, end) {
            let is_result = end - at == 10 && self.before(at) != Some(b'/'); // 0x80090328; not Lambda$3/0x80090328
            return if is_result { end } else { self.mask(at..end) };
        }
        let is_hash = self.before(at) == Some(b'@') && any & UPPER == 0; // Foo@1a2b3c
        if all & HEX != 0 && (end - at >= 8 || is_hash) {
            return self.mask(at..end);
        }
        self.mixed(at, end)
    }

    fn before(&self, at: usize) -> Option<u8> {
        self.at(at.checked_sub(1)?)
    }

    /// Letters alone stay, unless they are part of a date.
    fn letters(&mut self, at: usize, end: usize) -> usize {
        if end - at == 3 && self.is_date_word(at) {
            return self.mask(at..end);
        }
        self.before = std::mem::replace(&mut self.word, at..end);
        end
    }

    /// `May` of `May 5`; `Tue` of `Tue May 5`, `Tue, 5 May` and `Tue 5`.
    fn is_date_word(&self, at: usize) -> bool {
        const DAYS: [&[u8; 3]; 7] = [b"Mon", b"Tue", b"Wed", b"Thu", b"Fri", b"Sat", b"Sun"];
        let digit_behind = |at| {
            let next = self.run(at, BLANK);
            next > at && self.at(next).is_some_and(|byte| is(byte, DIGIT))
        };
        if self.is_month(at) {
            return digit_behind(at + 3);
        }
        if !DAYS.iter().any(|day| self.part(at..at + 3) == *day) {
            return false;
        }
        let behind = at + 3 + usize::from(self.at(at + 3) == Some(b','));
        let month = self.run(behind, BLANK);
        digit_behind(behind) || month > behind && self.is_month(month) && digit_behind(month + 3)
    }

    fn is_month(&self, at: usize) -> bool {
        const MONTHS: [&[u8; 3]; 12] =
            [b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"];
        MONTHS.iter().any(|month| self.part(at..at + 3) == *month)
    }

    /// A GUID, an IPv6 address, a MAC address, or a fingerprint.
    fn hex_groups(&mut self, at: usize, end: usize) -> Option<usize> {
        match (end - at, self.at(end)?) {
            (..=4, b':') => self.address(at),
            (8, b'-') => {
                let end = at + 36;
                let fits = |(place, byte): (usize, &u8)| match place {
                    8 | 13 | 18 | 23 => *byte == b'-',
                    _ => is(*byte, HEX),
                };
                let guid = self.line.get(at..end)?;
                (guid.iter().enumerate().all(fits)
                    && Shaper::is_free(self.before(at))
                    && Shaper::is_free(self.at(end)))
                .then(|| self.mask(at..end))
            }
            _ => None,
        }
    }

    /// Groups of at most four hexadecimal digits: with `::` among them, or at least six groups.
    fn address(&mut self, at: usize) -> Option<usize> {
        if !Shaper::is_free(self.before(at)) || self.before(at) == Some(b':') {
            return None; // tried before
        }
        let (mut end, mut group, mut colons) = (at, 0, 0);
        let (mut is_short, mut has_digit) = (false, false);
        while let Some(byte) = self.at(end)
            && (byte == b':' || is(byte, HEX))
        {
            if byte == b':' {
                is_short |= group == 0 && end > at;
                (group, colons) = (0, colons + 1);
            } else {
                has_digit |= is(byte, DIGIT);
                group += 1;
            }
            if group > 4 || colons > 48 {
                return None; // a limit on hostile input
            }
            end += 1;
        }
        let is_address = has_digit && (is_short || colons >= 5) && Shaper::is_free(self.at(end));
        let behind = usize::from(group == 0 && !self.part(at..end).ends_with(b"::")); // ::1: refused
        is_address.then(|| self.mask(at..end - behind))
    }

    /// Returns whether a part beside this byte is a whole. A mask was a part of the same word before.
    fn is_free(byte: Option<u8>) -> bool {
        byte.is_none_or(|byte| byte != MASK && !is(byte, WORD))
    }

    /// Returns the end of a code that stays, if this is one.
    fn code(&mut self, at: usize, end: usize, any: u8, all: u8) -> Option<usize> {
        let length = end - at;
        if length > 10 {
            return None;
        }
        let is_number = all & DIGIT != 0;
        let fits = match all {
            _ if is_number => self.number_end(end) == end || length == 3 && self.has_sub_status(end),
            _ if all & HEX != 0 => length <= 8,
            _ => length == 5 && any & LOWER == 0 || self.is_prefixed_hex(at, end), // 08S01
        };
        if !fits {
            return None;
        }
        let (announced, is_near) = self.announced(at)?;
        let word = self.part(announced);
        let stays = if word.is_empty() || word.eq_ignore_ascii_case(b"http") {
            is_number && length == 3
        } else if word.eq_ignore_ascii_case(b"data") {
            all & HEX != 0 && length == 3 && is_near
        } else {
            announces(word) || word.eq_ignore_ascii_case(b"id") && self.is_event_id()
        };
        let end = if is_number { self.number_end(end) } else { end };
        stays.then_some(end)
    }

    /// The word of letters directly before a number, empty for the version of a protocol, and whether only spaces are
    /// between them.
    fn announced(&self, at: usize) -> Option<(Range<usize>, bool)> {
        let (mut start, mut marks) = (at, 0);
        while let Some(byte) = self.before(start) {
            if b"=:([{\"'>-".contains(&byte) {
                marks += 1;
            } else if !is(byte, BLANK) {
                break;
            }
            if marks > 3 {
                return None;
            }
            start -= 1;
        }
        let is_near = marks == 0;
        if self.version == Some(start) {
            return Some((0..0, is_near));
        }
        (!self.word.is_empty() && self.word.end == start).then(|| (self.word.clone(), is_near))
    }

    /// `Event ID`, `event_id`.
    fn is_event_id(&self) -> bool {
        let between = self.part(self.before.end..self.word.start);
        self.part(self.before.clone()).eq_ignore_ascii_case(b"event")
            && (between.iter().all(|byte| is(*byte, BLANK)) || matches!(between, b"_" | b"-" | b"."))
    }

    /// `.13` of `404.13`, a sub-status of IIS.
    fn has_sub_status(&self, at: usize) -> bool {
        let end = self.run(at + 1, DIGIT);
        self.at(at) == Some(b'.') && matches!(end - at, 2 | 3) && self.number_end(at) == end
    }

    fn is_prefixed_hex(&self, at: usize, end: usize) -> bool {
        matches!(self.part(at..at + 2), b"0x" | b"0X") && end > at + 2 && self.run(at + 2, HEX) == end
    }

    /// Digits, and what is joined to them: a decimal, a time, a date, an address, a version.
    fn number(&mut self, at: usize, end: usize) -> usize {
        let whole = self.number_end(end);
        if self.is_version(at, whole) {
            self.version = Some(whole);
            return whole;
        }
        // ORA-00942
        let is_of_product = whole == end
            && matches!(end - at, 3..=6)
            && self.before(at) == Some(b'-')
            && self.word.end + 1 == at
            && self.is_product(self.word.end)
            && !matches!(self.part(self.word.clone()), b"GMT" | b"UTC");
        if is_of_product {
            return end;
        }
        self.mask_signed(at..whole)
    }

    /// Masks a number, and a minus before it that belongs to it: `took -3 ms`, `UID:-1`.
    fn mask_signed(&mut self, number: Range<usize>) -> usize {
        let sign = number.start.checked_sub(1).filter(|sign| {
            let is_free = |byte| is(byte, BLANK) || b"=:([,".contains(&byte);
            self.at(*sign) == Some(b'-') && self.before(*sign).is_none_or(is_free)
        });
        self.mask(sign.unwrap_or(number.start)..number.end)
    }

    /// `1.1` of `HTTP/1.1`, `1.2` of `TLS 1.2`.
    fn is_version(&self, at: usize, end: usize) -> bool {
        if !matches!(end - at, 1 | 3)
            || self.word.end + 1 != at
            || !matches!(self.before(at), Some(b'/' | b' '))
        {
            return false;
        }
        let word = self.part(self.word.clone());
        [&b"http"[..], b"tls", b"ssl"].iter().any(|known| word.eq_ignore_ascii_case(known))
            && self.part(at + 1..end).first().is_none_or(|byte| *byte == b'.')
    }

    /// Returns whether three capitals end here: the name of a product, whose messages have numbers.
    fn is_product(&self, end: usize) -> bool {
        end.checked_sub(3).is_some_and(|start| self.part(start..end).iter().all(|byte| is(*byte, UPPER)))
    }

    /// Returns the end of a number with a run of digits up to `end`.
    fn number_end(&self, mut end: usize) -> usize {
        while let Some(mark) = self.at(end) {
            let next = end + 1;
            let digits = self.run(next, DIGIT);
            let joined = match mark {
                b'.' | b',' | b':' if digits > next => {
                    let word = self.run(digits, WORD);
                    let is_unit = self.run(digits, LETTER) == word; // 1.5s
                    let is_hex = word - next >= 8 && word > digits && self.run(digits, HEX) == word;
                    (is_unit && !is_hex).then_some(digits)
                }
                b'-' | b'/' if digits > next => {
                    let clock = self.run(digits + 1, DIGIT); // 01T12
                    let is_clock = self.at(digits) == Some(b'T') && clock == digits + 3;
                    let joined = if is_clock { clock } else { digits };
                    (self.run(joined, WORD) == joined).then_some(joined)
                }
                b'-' | b'/' if self.is_month(next) && self.at(next + 3) == Some(mark) => {
                    let digits = self.run(next + 4, DIGIT);
                    (digits > next + 4 && self.run(digits, WORD) == digits).then_some(digits)
                }
                _ => None,
            };
            let Some(joined) = joined else { break };
            end = joined;
        }
        end
    }

    /// A word of letters and digits.
    fn mixed(&mut self, at: usize, end: usize) -> usize {
        let mix = self.mix(at, end);
        let is_long = mix.digits >= 2 && end - at >= 6;
        if mix.runs > 1 {
            return match (is_long, mix.first.start == at) {
                (true, _) => self.mask(at..end),
                (false, true) => self.mask_signed(mix.first),
                (false, false) => end,
            };
        }
        if mix.first.start == at {
            return self.mask_signed(mix.first); // 10ms
        }
        // WFLYCTL0013, SQL0803N
        if mix.digits <= 6 && self.is_product(mix.first.start) {
            return end;
        }
        if mix.first.end == end {
            let protocol = self.part(mix.first.start.saturating_sub(4).max(at)..mix.first.start);
            let whole = self.number_end(end);
            if matches!(protocol, b"TLSv" | b"SSLv") && matches!(whole - mix.first.start, 1 | 3) {
                return whole; // TLSv1.2
            }
            // worker12, $Proxy7; a short word may be a name: dc01, utf8
            let is_made = is_long || self.before(at) == Some(b'$');
            return if is_made { self.mask(mix.first.start..whole) } else { end };
        }
        match (is_long, mix.is_name) {
            (true, true) => self.mask(mix.first), // Http11Processor
            (true, false) => self.mask(at..end),
            (false, _) => end, // log4j
        }
    }

    fn mix(&self, at: usize, end: usize) -> Mix {
        let mut mix = Mix { digits: 0, runs: 0, first: at..at, is_name: false };
        let (mut last, mut small) = (0, 0);
        for (place, byte) in (at..end).zip(self.part(at..end)) {
            let class = class(*byte);
            if class & DIGIT != 0 {
                if last & DIGIT == 0 {
                    mix.runs += 1;
                }
                if mix.runs == 1 {
                    mix.first = if last & DIGIT == 0 { place..place + 1 } else { mix.first.start..place + 1 };
                }
                mix.digits += 1;
            }
            small = if class & LOWER != 0 { small + 1 } else { 0 };
            mix.is_name |= small == 3;
            last = class;
        }
        mix
    }
}

/// Returns whether a code may follow this word: `code`, `errorCode`, `LastError`, `sqlstate`.
fn announces(word: &[u8]) -> bool {
    const WORDS: [&[u8]; 7] = [b"code", b"error", b"status", b"state", b"errno", b"reason", b"eventid"];
    WORDS.iter().any(|known| {
        let start = word.len().checked_sub(known.len());
        start.and_then(|start| word.get(start..)).is_some_and(|end| end.eq_ignore_ascii_case(known))
    })
}

#[cfg(test)]
mod tests;
