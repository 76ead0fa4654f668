//! The charset of a file, found once from a sample, and its lines as text.
//!
//! UTF-16 is converted to UTF-8 while it is read, because no later step could find a line in it. Every other charset
//! of a log keeps line ends where they are, so its bytes pass through unchanged. A line that is not ASCII is decoded
//! before it is parsed, because the second byte of a character may be a bracket: strict UTF-8 first, line by line,
//! then the code page of the file, because one file may hold both.

use std::borrow::Cow;
use std::io::{self, Read};
use std::str::FromStr;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    CoderResult, Decoder, EUC_JP, Encoding, GBK, IBM866, ISO_8859_2, ISO_8859_5, KOI8_U, UTF_8, UTF_16BE,
    UTF_16LE, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252,
};

use crate::selector::{PerSource, Selector};

/// A charset, and the evidence for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charset {
    encoding: &'static Encoding,
    /// Code page of the lines that are not UTF-8; `None` if it is not known.
    code_page: Option<&'static Encoding>,
    /// Bytes of the byte order mark at the start of the file.
    pub mark: usize,
    /// Evidence for the charset.
    pub evidence: Cow<'static, str>,
    /// Whether the evidence is more than a guess.
    pub is_sure: bool,
}

/// Finds the code page of localized words in some lines, as a label. The caller knows these words.
pub type Words = fn(&[u8]) -> Option<&'static str>;

/// Share of a head whose odd or even bytes must be zero to be UTF-16 without a mark, in percent.
const ZERO_PERCENT: usize = 40;

impl Charset {
    /// Finds the charset of a file from a sample that begins with its first bytes.
    pub fn detect(sample: &[u8], words: Words) -> Charset {
        let of = |encoding, mark, evidence: &'static str| Charset {
            encoding,
            code_page: None,
            mark,
            evidence: Cow::Borrowed(evidence),
            is_sure: true,
        };
        if let Some((encoding, mark)) = Encoding::for_bom(sample) {
            return of(encoding, mark, "byte order mark");
        }
        if let Some(encoding) = utf16_without_mark(sample) {
            return of(encoding, 0, "every other byte is zero");
        }
        if sample.is_ascii() {
            return of(UTF_8, 0, "plain ASCII in the sample");
        }
        // a sample may begin and end inside a character, so its single lines are checked, without those at its ends
        let inner = inner_lines(sample);
        let odd: Vec<&[u8]> =
            inner.split(|byte| *byte == b'\n').filter(|line| std::str::from_utf8(line).is_err()).collect();
        let Some(encoding) = code_page(&odd, sample, words) else {
            return of(UTF_8, 0, "valid UTF-8");
        };
        let utf8 = inner
            .split(|byte| *byte == b'\n')
            .any(|line| !line.is_ascii() && std::str::from_utf8(line).is_ok());
        let also = if utf8 { "; other lines are UTF-8" } else { "" };
        match encoding {
            (encoding, true) => Charset {
                code_page: Some(encoding),
                evidence: format!("the words of its levels or dates{also}").into(),
                ..of(encoding, 0, "")
            },
            (encoding, false) => Charset {
                code_page: Some(encoding),
                is_sure: false,
                evidence: format!("guessed from its byte statistics{also}").into(),
                ..of(encoding, 0, "")
            },
        }
    }

    /// The charset that the user gave.
    pub fn given(rule: &CharsetRule, sample: &[u8]) -> Charset {
        let encoding = rule.value.0;
        let mark =
            Encoding::for_bom(sample).filter(|(known, _)| *known == encoding).map_or(0, |(_, mark)| mark);
        let is_code_page = ![UTF_8, UTF_16LE, UTF_16BE].contains(&encoding);
        Charset {
            encoding,
            code_page: is_code_page.then_some(encoding),
            mark,
            evidence: format!("--charset {}", rule.written).into(),
            is_sure: true,
        }
    }

    /// Takes a code page that is known from other files, if the file's own bytes allow a guess or nothing. `odd` are
    /// lines of the file that are not UTF-8, which must make sense in that code page; `from` is the evidence.
    pub fn learn(&mut self, code_page: &'static Encoding, odd: &[u8], from: &str) {
        if self.is_recoded() || self.is_sure && self.code_page.is_some() {
            return;
        }
        if self.code_page.is_none() {
            self.code_page = Some(code_page);
        } else if code_page.decode_without_bom_handling_and_without_replacement(odd).is_some() {
            (self.encoding, self.code_page) = (code_page, Some(code_page));
            self.evidence = format!("the code page of {from}").into();
            self.is_sure = true;
        }
    }

    /// Code page of the lines that are not UTF-8, if there are such lines.
    pub fn code_page(&self) -> Option<&'static Encoding> {
        self.code_page
    }

    /// Name in lower case: `utf-8`, `utf-16le`, `gbk`, `windows-1252`.
    pub fn name(&self) -> String {
        self.encoding.name().to_ascii_lowercase()
    }

    /// Returns whether the file is converted to UTF-8 while it is read, so that its blocks are not its bytes.
    pub fn is_recoded(&self) -> bool {
        self.encoding == UTF_16LE || self.encoding == UTF_16BE
    }

    /// Returns how many of these bytes, from a line's start, are whole lines.
    pub fn whole_lines(&self, bytes: &[u8]) -> usize {
        if !self.is_recoded() {
            return memchr::memrchr(b'\n', bytes).map_or(0, |end| end + 1);
        }
        let ends = |pair: &[u8; 2]| matches!(pair, [b'\n', 0] | [0, b'\n']);
        let (pairs, _) = bytes.as_chunks::<2>();
        pairs.iter().rposition(ends).map_or(0, |end| (end + 1) * 2)
    }

    /// Position of the first line in the stream that blocks read: after the mark. The mark of UTF-16 is removed
    /// before.
    pub fn first_line(&self) -> usize {
        if self.is_recoded() { 0 } else { self.mark }
    }

    /// Returns the number of bytes in the file of `text`, a part of a block.
    pub fn bytes_of(&self, text: &[u8]) -> u64 {
        if !self.is_recoded() {
            return text.len() as u64;
        }
        // two bytes for each character, two more for a character beyond the first plane, which takes four bytes in
        // UTF-8; counted in bytes, so that the compiler vectorizes it
        let units = |text: &[u8]| {
            let characters: u8 = text.iter().map(|byte| u8::from(byte & 0xc0 != 0x80)).sum();
            let far: u8 = text.iter().map(|byte| u8::from(*byte >= 0xf0)).sum();
            usize::from(characters) + usize::from(far)
        };
        let units: usize = text.chunks(usize::from(u8::MAX)).map(units).sum();
        units as u64 * 2
    }

    /// Decodes one or more lines; bytes that cannot be decoded become U+FFFD, never an error.
    pub fn decode<'a>(&self, lines: &'a [u8]) -> Cow<'a, str> {
        if let Ok(text) = std::str::from_utf8(lines) {
            return Cow::Borrowed(text);
        }
        let Some(code_page) = self.code_page else { return String::from_utf8_lossy(lines) };
        let mut text = String::with_capacity(lines.len() * 2);
        let mut start = 0;
        for end in memchr::memchr_iter(b'\n', lines).map(|end| end + 1).chain([lines.len()]) {
            let line = lines.get(start..end).unwrap_or_default();
            start = end;
            if let Ok(line) = std::str::from_utf8(line) {
                text.push_str(line);
                continue;
            }
            // without the line end: a lead byte before it would swallow it
            let bare = line.strip_suffix(b"\n").unwrap_or(line);
            append(code_page, bare, &mut text);
            if bare.len() < line.len() {
                text.push('\n');
            }
        }
        Cow::Owned(text)
    }

    /// [`Charset::decode`], as bytes. Lines of a file without a code page are returned unchanged.
    pub fn text_of<'a>(&self, lines: &'a [u8]) -> Cow<'a, [u8]> {
        if self.code_page.is_none() || lines.is_ascii() {
            return Cow::Borrowed(lines);
        }
        match self.decode(lines) {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        }
    }

    /// Returns whether bytes of blocks are their text.
    pub fn is_text(&self, bytes: &[u8]) -> bool {
        self.code_page.is_none() || bytes.is_ascii()
    }

    /// [`Charset::text_of`] for one line, without an allocation: a decoded line is written to `scratch`.
    pub fn text_in<'a>(&self, line: &'a [u8], scratch: &'a mut String) -> &'a [u8] {
        let Some(code_page) =
            self.code_page.filter(|_| !line.is_ascii() && std::str::from_utf8(line).is_err())
        else {
            return line;
        };
        scratch.clear();
        append(code_page, line, scratch);
        scratch.as_bytes()
    }

    /// The stream after the mark, as [`Blocks`](crate::messages::Blocks) reads it.
    pub fn reader<'a>(&self, stream: &'a mut dyn Read) -> Box<dyn Read + 'a> {
        if self.is_recoded() {
            Box::new(Recoded {
                stream,
                decoder: self.encoding.new_decoder_with_bom_removal(),
                packed: vec![0; 64 << 10],
                ready: Vec::with_capacity(192 << 10),
                given: 0,
                at_end: false,
            })
        } else {
            Box::new(stream)
        }
    }
}

/// Appends a line in a code page to a text.
fn append(code_page: &'static Encoding, line: &[u8], text: &mut String) {
    // the ASCII before the first other byte needs no decoder, and is most of most lines
    let plain = line.iter().position(|byte| !byte.is_ascii()).unwrap_or(line.len());
    let (plain, rest) = line.split_at(plain);
    text.push_str(std::str::from_utf8(plain).unwrap_or_default());
    let mut decoder = code_page.new_decoder_without_bom_handling();
    text.reserve(decoder.max_utf8_buffer_length(rest.len()).unwrap_or(0));
    let _ = decoder.decode_to_string(rest, text, true); // there is capacity for all of it
}

fn utf16_without_mark(head: &[u8]) -> Option<&'static Encoding> {
    let pairs = head.len() / 2;
    let zeros = |first: usize| head.iter().skip(first).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let many = |count: usize| pairs >= 8 && count * 100 >= pairs * ZERO_PERCENT;
    match (many(even), many(odd)) {
        (false, true) => Some(UTF_16LE),
        (true, false) => Some(UTF_16BE),
        _ => None, // both: a file of zeros, not text
    }
}

/// The sample without the lines at its ends, which may be cut; all of it if it has fewer than three lines.
fn inner_lines(sample: &[u8]) -> &[u8] {
    let end = memchr::memrchr(b'\n', sample).unwrap_or(sample.len());
    let inner = sample.get(..end).unwrap_or(sample);
    if inner.is_ascii() { sample } else { inner }
}

/// Code page of lines that are not UTF-8, and whether it is certain; `None` if the lines are only damaged.
fn code_page(odd: &[&[u8]], sample: &[u8], words: Words) -> Option<(&'static Encoding, bool)> {
    let first = *odd.first()?;
    if odd.len() == 1 && is_cut_utf8(first, sample) {
        return None;
    }
    let text = odd.join(&b'\n');
    if let Some(encoding) = words(&text).and_then(|name| Encoding::for_label(name.as_bytes())) {
        return Some((encoding, true));
    }
    Some((guess(&text), false))
}

/// Returns whether a line is UTF-8 that was cut inside a character, at the start or end of the sample.
fn is_cut_utf8(line: &[u8], sample: &[u8]) -> bool {
    let goes_on = line.iter().take(3).take_while(|byte| **byte & 0xc0 == 0x80).count();
    let line = if sample.starts_with(line) { line.get(goes_on..).unwrap_or_default() } else { line };
    match std::str::from_utf8(line) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none() && sample.ends_with(line),
    }
}

/// The most likely code page of `text`, in which no line is UTF-8, by statistics.
fn guess(text: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(text, true);
    match detector.guess(None, Utf8Detection::Deny) {
        // found on the web and never written by a Windows server: the code page with similar bytes
        guess if guess == EUC_JP => GBK,
        guess if guess == ISO_8859_2 => WINDOWS_1250,
        guess if guess == ISO_8859_5 || guess == KOI8_U || guess == IBM866 => WINDOWS_1251,
        guess if guess == UTF_8 => WINDOWS_1252,
        // a few names are too little for statistics, but letters of Europe seldom come in pairs
        guess if guess == WINDOWS_1252 && is_chinese(text) => GBK,
        guess => guess,
    }
}

/// Returns whether all characters that are not ASCII are of the first level of GB 2312, the 3755 most frequent ones,
/// and at least two are adjacent.
fn is_chinese(text: &[u8]) -> bool {
    let mut longest = 0;
    for run in text.split(u8::is_ascii).filter(|run| !run.is_empty()) {
        let level_one = |pair: &[u8]| matches!(pair, [0xb0..=0xd7, 0xa1..=0xfe]);
        if run.len() % 2 != 0 || !run.chunks(2).all(level_one) {
            return false;
        }
        longest = longest.max(run.len());
    }
    longest >= 4
}

/// A charset that the user named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CharsetName(&'static Encoding);

/// One `--charset`: a charset for all sources, or for those that a glob matches.
pub type CharsetRule = Selector<CharsetName>;

/// All `--charset` of a run.
pub type CharsetRules = PerSource<CharsetName>;

/// Numbers of Windows code pages that are not labels themselves.
const NUMBERS: &[(&str, &str)] = &[
    ("65001", "utf-8"),
    ("1200", "utf-16le"),
    ("1201", "utf-16be"),
    ("936", "gbk"),
    ("54936", "gb18030"),
    ("950", "big5"),
    ("932", "shift_jis"),
    ("949", "euc-kr"),
];

impl FromStr for CharsetName {
    type Err = String;

    fn from_str(name: &str) -> Result<CharsetName, String> {
        let lower = name.to_ascii_lowercase();
        let number = lower.trim_start_matches("cp").trim_start_matches("ms");
        let numbered = NUMBERS.iter().find(|(known, _)| *known == number).map(|(_, label)| *label);
        let windows = || Encoding::for_label(format!("windows-{number}").as_bytes());
        // UTF-16 without a mark is little endian on every Windows
        let label = if lower == "utf-16" { "utf-16le" } else { numbered.unwrap_or(&lower) };
        Encoding::for_label(label.as_bytes()).or_else(windows).map(CharsetName).ok_or_else(|| {
            format!(
                "no charset is called {name:?}; give a name such as utf-8, utf-16le, gbk, big5, shift_jis, euc-kr, \
                 windows-1252, or the number of a code page of Windows, such as 936"
            )
        })
    }
}

/// Converts UTF-16 to UTF-8.
struct Recoded<'a> {
    stream: &'a mut dyn Read,
    decoder: Decoder,
    packed: Vec<u8>,
    ready: Vec<u8>,
    given: usize,
    at_end: bool,
}

impl Read for Recoded<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.ready.len() && !self.at_end {
            let count = self.stream.read(&mut self.packed)?;
            self.at_end = count == 0;
            self.ready.clear();
            self.given = 0;
            let mut rest = self.packed.get(..count).unwrap_or_default();
            loop {
                self.ready.reserve(rest.len() * 3 + 16);
                let (filled, spare) = (self.ready.len(), self.ready.capacity());
                self.ready.resize(spare, 0);
                let target = self.ready.get_mut(filled..).unwrap_or_default();
                let (result, read, written, _) = self.decoder.decode_to_utf8(rest, target, self.at_end);
                self.ready.truncate(filled + written);
                rest = rest.get(read..).unwrap_or_default();
                if result == CoderResult::InputEmpty {
                    break;
                }
            }
        }
        let ready = self.ready.get(self.given..).unwrap_or_default();
        let count = ready.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..count), ready.get(..count)) {
            to.copy_from_slice(from);
        }
        self.given += count;
        Ok(count)
    }
}

#[cfg(test)]
#[path = "charset/tests.rs"]
mod tests;
