//! Windows events that were saved as XML in one line, as the Event Viewer does it: read with a line end after each event.
//!
//! Everything else reads lines. A file with several events in a line begins with `<Events><Event`, after an XML declaration
//! and a mark for its character set. UTF-16, which PowerShell writes, is recognized by the zero after the first `<`.

use std::io::{self, Read};

use memchr::memmem::Finder;

use super::compressed::Packed;
use crate::decoders::Stream;
use crate::limits::Limits;

/// Events in one line.
pub(super) const EVENTS: Packed = Packed { magic: b"<Events><Event ", recognises, decode };

/// The root element, and what an event ends and begins with, in both widths of a character.
const ROOT: &str = "<Events>";
const END: &str = "</Event>";
const BEGIN: &str = "<Event ";

/// Bytes that are read at a time.
const BLOCK: usize = 256 << 10;

fn recognises(head: &[u8]) -> bool {
    let is_wide = is_wide(head);
    let mut text: Vec<u8> =
        if is_wide { head.iter().copied().filter(|byte| *byte != 0).collect() } else { head.to_vec() };
    if is_wide {
        text.retain(|byte| !matches!(byte, 0xff | 0xfe));
    }
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text).trim_ascii_start();
    let text = match text.strip_prefix(b"<?xml") {
        Some(rest) => match memchr::memmem::find(rest, b"?>") {
            Some(end) => rest.get(end + 2..).unwrap_or_default().trim_ascii_start(),
            None => return false,
        },
        None => text,
    };
    text.strip_prefix(ROOT.as_bytes()).is_some_and(|rest| rest.starts_with(BEGIN.as_bytes()))
}

/// Returns whether a text is UTF-16 with the lower byte first.
fn is_wide(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xff\xfe").unwrap_or(head);
    head.starts_with(b"<\0")
}

fn decode<'a>(packed: Stream<'a>, _: &Limits) -> Stream<'a> {
    Box::new(EventLines { packed, search: None, block: Vec::new(), at: 0, kept: Vec::new(), ended: false })
}

/// Inserts line ends between events.
struct EventLines<'a> {
    packed: Stream<'a>,
    search: Option<Search>,
    /// Text that is given, and its bytes that were given.
    block: Vec<u8>,
    at: usize,
    /// The end of the last text: a place may be cut.
    kept: Vec<u8>,
    ended: bool,
}

/// What is searched for.
struct Search {
    begin: Finder<'static>,
    /// The texts in front of it.
    before: [Vec<u8>; 2],
    line_end: &'static [u8],
}

impl Search {
    fn new(is_wide: bool) -> Search {
        let text = |text: &str| -> Vec<u8> {
            text.bytes().flat_map(|byte| if is_wide { vec![byte, 0] } else { vec![byte] }).collect()
        };
        Search {
            begin: Finder::new(&text(BEGIN)).into_owned(),
            before: [text(END), text(ROOT)],
            line_end: if is_wide { b"\n\0" } else { b"\n" },
        }
    }

    /// Bytes of both texts.
    fn width(&self) -> usize {
        self.begin.needle().len() + self.before.iter().map(Vec::len).max().unwrap_or(0)
    }
}

impl EventLines<'_> {
    fn fill(&mut self) -> io::Result<bool> {
        let mut text = std::mem::take(&mut self.kept);
        let known = text.len();
        text.resize(known + BLOCK, 0);
        let mut filled = known;
        while filled < text.len() && !self.ended {
            match self.packed.read(text.get_mut(filled..).unwrap_or_default()) {
                Ok(0) => self.ended = true,
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        text.truncate(filled);
        let search = self.search.get_or_insert_with(|| Search::new(is_wide(&text)));
        self.block.clear();
        self.at = 0;
        let mut from = 0;
        for at in search.begin.find_iter(&text) {
            let before = text.get(..at).unwrap_or_default();
            if search.before.iter().any(|end| before.ends_with(end)) {
                self.block.extend_from_slice(text.get(from..at).unwrap_or_default());
                self.block.extend_from_slice(search.line_end);
                from = at;
            }
        }
        // what may be a half of a place is looked at again
        let to = if self.ended { text.len() } else { text.len().saturating_sub(search.width()).max(from) };
        self.block.extend_from_slice(text.get(from..to).unwrap_or_default());
        self.kept = text.split_off(to);
        Ok(!self.block.is_empty())
    }
}

impl Read for EventLines<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.block.len() {
            if buffer.is_empty() || self.ended && self.kept.is_empty() || !self.fill()? && self.ended {
                return Ok(0);
            }
        }
        let rest = self.block.get(self.at..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        let (Some(to), Some(from)) = (buffer.get_mut(..count), rest.get(..count)) else { return Ok(0) };
        to.copy_from_slice(from);
        self.at += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &[u8], piece: usize) -> Vec<u8> {
        struct Pieces<'a>(&'a [u8], usize);
        impl Read for Pieces<'_> {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                let count = self.0.len().min(buffer.len()).min(self.1);
                buffer[..count].copy_from_slice(&self.0[..count]);
                self.0 = &self.0[count..];
                Ok(count)
            }
        }
        let mut all = Vec::new();
        decode(Box::new(Pieces(text, piece)), &Limits::default()).read_to_end(&mut all).expect("a text");
        all
    }

    const ONE: &str = "<?xml version='1.0'?>\r\n<Events><Event x='1'><A/></Event><Event x='2'><A/>\n</Event>\n<Event x='3'/></Events>";
    const MANY: &str = "<?xml version='1.0'?>\r\n<Events>\n<Event x='1'><A/></Event>\n<Event x='2'><A/>\n</Event>\n<Event x='3'/></Events>";

    #[test]
    fn every_event_begins_a_line() {
        for piece in [1, 7, 1 << 20] {
            assert_eq!(String::from_utf8_lossy(&lines(ONE.as_bytes(), piece)), MANY);
        }
        let wide = |text: &str| -> Vec<u8> {
            b"\xff\xfe".iter().copied().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
        };
        assert_eq!(lines(&wide(ONE), 5), wide(MANY));
        // places at every position of a block
        let long = format!("<Events>{}</Events>", "<Event x='1'>some text</Event>".repeat(30_000));
        let text = lines(long.as_bytes(), 1 << 20);
        assert_eq!(text.len(), long.len() + 30_000);
        assert!(text.split(|byte| *byte == b'\n').skip(1).all(|line| line.starts_with(b"<Event ")));
    }

    #[test]
    fn what_has_lines_is_left_alone() {
        assert!(recognises(ONE.as_bytes()) && recognises(b"\xef\xbb\xbf<Events><Event xmlns=''>"));
        for text in [MANY, "<Events>\n<Event x='1'>", "<Event x='1'>", "<Events2><Event ", "", "<?xml"] {
            assert!(!recognises(text.as_bytes()), "{text}");
        }
    }
}
