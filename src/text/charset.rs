//! Which charset a file is in, found once at its head; and decoding of the few lines that are shown.
//!
//! UTF-16 is turned to UTF-8 while it is read, because nothing behind this could find a line in it. Every other
//! charset of a log keeps ASCII where it is, so its bytes go through as they are, and only what is shown is decoded:
//! strict UTF-8 first, line by line, then the code page of the file, because one file may hold both.

use std::borrow::Cow;
use std::io::{self, Read};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    CoderResult, Decoder, EUC_JP, Encoding, GBK, IBM866, ISO_8859_2, ISO_8859_5, KOI8_U, UTF_8, UTF_16BE,
    UTF_16LE, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252,
};

/// A charset, and how it is known.
#[derive(Debug, Clone, Copy)]
pub struct Charset {
    encoding: &'static Encoding,
    /// Bytes of the mark at the start of the file.
    pub mark: usize,
    /// How it is known.
    pub evidence: &'static str,
}

/// Share of a head whose odd or even bytes must be zero to be UTF-16 without a mark.
const ZERO_PERCENT: usize = 40;

impl Charset {
    /// The charset of a file that begins with `head`. `words` knows the words of logs in code pages.
    pub fn detect(head: &[u8], words: fn(&[u8]) -> Option<&'static str>) -> Charset {
        if let Some((encoding, mark)) = Encoding::for_bom(head) {
            return Charset { encoding, mark, evidence: "byte order mark" };
        }
        if let Some(encoding) = utf16_without_mark(head) {
            return Charset { encoding, mark: 0, evidence: "every other byte is zero" };
        }
        if head.is_ascii() {
            return Charset { encoding: UTF_8, mark: 0, evidence: "its head is plain ASCII" };
        }
        match std::str::from_utf8(head) {
            Ok(_) => Charset { encoding: UTF_8, mark: 0, evidence: "its head is valid UTF-8" },
            // the head ends inside a character
            Err(error) if error.error_len().is_none() && error.valid_up_to() > 0 => {
                Charset { encoding: UTF_8, mark: 0, evidence: "its head is valid UTF-8" }
            }
            Err(_) => match words(head).and_then(|name| Encoding::for_label(name.as_bytes())) {
                Some(encoding) => Charset { encoding, mark: 0, evidence: "the words of its levels or dates" },
                None => {
                    Charset { encoding: guess(head), mark: 0, evidence: "guessed from its byte statistics" }
                }
            },
        }
    }

    /// Name, lower case: `utf-8`, `utf-16le`, `gbk`, `windows-1252`.
    pub fn name(&self) -> String {
        self.encoding.name().to_ascii_lowercase()
    }

    /// Whether the file is turned to UTF-8 while it is read, so that its blocks are not its bytes.
    pub fn is_recoded(&self) -> bool {
        self.encoding == UTF_16LE || self.encoding == UTF_16BE
    }

    /// Place of the first line in the stream that blocks read: behind the mark, but that of UTF-16 is gone by then.
    pub fn first_line(&self) -> usize {
        if self.is_recoded() { 0 } else { self.mark }
    }

    /// How many bytes of the file `text` was, a part of a block.
    pub fn bytes_of(&self, text: &[u8]) -> u64 {
        if !self.is_recoded() {
            return text.len() as u64;
        }
        // two bytes for every character, two more for those beyond the first plane, which are four bytes in UTF-8
        let units: usize =
            text.iter().map(|byte| usize::from(byte & 0xc0 != 0x80) + usize::from(*byte >= 0xf0)).sum();
        units as u64 * 2
    }

    /// A line as text; what cannot be decoded becomes U+FFFD, never an error.
    pub fn decode<'a>(&self, line: &'a [u8]) -> Cow<'a, str> {
        match std::str::from_utf8(line) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) if self.is_recoded() => String::from_utf8_lossy(line),
            Err(_) if self.encoding == UTF_8 => String::from_utf8_lossy(line),
            Err(_) => self.encoding.decode_without_bom_handling(line).0,
        }
    }

    /// The stream behind the mark, as blocks want it.
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

/// The code page that the statistics of the head speak for.
fn guess(head: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    // lines in UTF-8 say nothing about the code page of the others
    for line in head.split(|byte| *byte == b'\n').filter(|line| std::str::from_utf8(line).is_err()) {
        detector.feed(line, false);
        detector.feed(b"\n", false);
    }
    detector.feed(b"", true);
    match detector.guess(None, Utf8Detection::Deny) {
        // what the web has and a Windows server never writes: the code page whose bytes look like it
        guess if guess == EUC_JP => GBK,
        guess if guess == ISO_8859_2 => WINDOWS_1250,
        guess if guess == ISO_8859_5 || guess == KOI8_U || guess == IBM866 => WINDOWS_1251,
        guess if guess == UTF_8 => WINDOWS_1252,
        guess => guess,
    }
}

/// UTF-16 in, UTF-8 out.
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
