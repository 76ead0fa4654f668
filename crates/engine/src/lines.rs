//! [`Lines`]: the lines of a block, one after the other.

use memchr::{Memchr, memchr_iter};
use spoglight_text::messages::{Block, HEAD};

/// One line of a block.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line<'b> {
    /// Position of its first byte in the block.
    pub(crate) start: usize,
    /// Position after its line end; the end of the block if it has none.
    pub(crate) next: usize,
    /// Its first [`HEAD`] bytes, without its line end.
    pub(crate) text: &'b [u8],
    /// It has a line end.
    pub(crate) is_ended: bool,
    /// Its beginning is in the block before, so that no message begins with it.
    pub(crate) is_rest: bool,
}

impl Line<'_> {
    /// Its bytes, with its line end.
    pub(crate) fn length(&self) -> usize {
        self.next - self.start
    }
}

/// The lines of a block.
pub(crate) struct Lines<'b> {
    block: Block<'b>,
    start: usize,
    ends: Memchr<'b>,
}

impl<'b> Lines<'b> {
    pub(crate) fn new(block: &Block<'b>) -> Lines<'b> {
        Lines { block: *block, start: 0, ends: memchr_iter(b'\n', block.bytes) }
    }
}

impl<'b> Iterator for Lines<'b> {
    type Item = Line<'b>;

    #[inline]
    fn next(&mut self) -> Option<Line<'b>> {
        let (bytes, start) = (self.block.bytes, self.start);
        if start >= bytes.len() {
            return None;
        }
        let end = self.ends.next();
        let stop = end.unwrap_or(bytes.len());
        let text = bytes.get(start..stop.min(start + HEAD)).unwrap_or_default();
        self.start = stop + usize::from(end.is_some());
        Some(Line {
            start,
            next: self.start,
            text: text.strip_suffix(b"\r").unwrap_or(text),
            is_ended: end.is_some(),
            is_rest: start == 0 && self.block.mid_line,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_in_one_line() {
        let block = Block { bytes: b"rest\r\n\none", offset: 7, mid_line: true };
        let lines: Vec<Line<'_>> = Lines::new(&block).collect();
        let told: Vec<_> = lines.iter().map(|line| (line.start, line.next, line.text)).collect();
        assert_eq!(told, [(0, 6, &b"rest"[..]), (6, 7, b""), (7, 10, b"one")]);
        let flags: Vec<_> = lines.iter().map(|line| (line.is_ended, line.is_rest)).collect();
        assert_eq!(flags, [(true, true), (true, false), (false, false)]);
    }

    #[test]
    fn of_a_long_line_the_head_is_looked_at() {
        let bytes = vec![b'x'; HEAD + 10];
        let block = Block { bytes: &bytes, offset: 0, mid_line: false };
        let lines: Vec<Line<'_>> = Lines::new(&block).collect();
        assert_eq!((lines.len(), lines[0].text.len(), lines[0].length()), (1, HEAD, HEAD + 10));
    }
}
