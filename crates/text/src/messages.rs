//! Blocks of a stream, cut where a message begins.
//!
//! A segment of a stream is read by its own [`Blocks`], on its own thread. The segment owns the messages that begin
//! in it: from the first message that begins at or after its start to the first that begins at or after its end. Two
//! neighbours test the same line in the same way, so no message is lost or read twice, wherever the cut is.
//!
//! Memory is bounded: a message longer than [`LONGEST`] is returned in parts.

use std::io::{self, Read};

use memchr::{memchr, memrchr};

/// Bytes of one read. They fit into the cache of a core, so a second pass over them is cheap.
const BLOCK: usize = 512 << 10;

/// Longest message that is returned in one block, in bytes.
pub const LONGEST: usize = 4 << 20;

/// Returns whether a message begins with a line, from its first [`HEAD`] bytes.
pub type Begins<'a> = &'a dyn Fn(&[u8]) -> bool;

/// Returns whether the second line continues the message of the first, right above it, although it looks like the
/// beginning of one.
pub type Joins<'a> = &'a dyn Fn(&[u8], &[u8]) -> bool;

/// Bytes of a line that decide whether a message begins with it.
pub const HEAD: usize = 4096;

/// Whole messages of a stream, or a part of one that is too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block<'a> {
    /// The bytes; they end with a line end, unless the stream ends or a line is cut.
    pub bytes: &'a [u8],
    /// Position of the first byte in the stream.
    pub offset: u64,
    /// The first byte continues the line of the block before.
    pub mid_line: bool,
}

/// The blocks of a segment of a stream.
#[expect(clippy::struct_excessive_bools, reason = "four facts about a place in a stream, in any combination")]
pub struct Blocks<'a, R> {
    stream: R,
    begins: Begins<'a>,
    joins: Option<Joins<'a>>,
    buffer: Vec<u8>,
    /// Bytes of the buffer that were returned.
    used: usize,
    /// Bytes of the buffer that are filled.
    filled: usize,
    /// Position of the buffer's first byte in the stream.
    base: u64,
    /// Position from which on messages belong to another segment.
    end: u64,
    /// The first byte that was not returned is not the start of a line.
    mid_line: bool,
    /// The start of this segment is not found yet.
    unplaced: bool,
    at_end: bool,
    done: bool,
}

impl<'a, R: Read> Blocks<'a, R> {
    /// Reads the messages of a whole stream.
    pub fn whole(stream: R, begins: Begins<'a>, buffer: Vec<u8>) -> Blocks<'a, R> {
        Blocks::segment(stream, 0, 0, u64::MAX, begins, buffer)
    }

    /// Reads the messages that begin in `start..end`. `first` is the position of the stream's first line: 0, or after
    /// a byte order mark. `stream` is at `first` if `start` is `first`, else *one byte before* `start`: that byte
    /// alone decides whether a line begins there. `buffer` is recycled.
    pub fn segment(
        stream: R,
        first: u64,
        start: u64,
        end: u64,
        begins: Begins<'a>,
        mut buffer: Vec<u8>,
    ) -> Blocks<'a, R> {
        buffer.resize(BLOCK, 0);
        let inner = start > first;
        Blocks {
            stream,
            begins,
            joins: None,
            buffer,
            used: 0,
            filled: 0,
            base: if inner { start - 1 } else { start },
            end,
            mid_line: inner,
            unplaced: inner,
            at_end: false,
            done: false,
        }
    }

    /// Messages may go on in lines that look like the beginning of one. Only for a segment that is a whole stream: at
    /// the border of another the line above is not known.
    #[must_use]
    pub fn joining(mut self, joins: Option<Joins<'a>>) -> Blocks<'a, R> {
        self.joins = joins;
        self
    }

    /// Returns the buffer for the next segment.
    pub fn into_buffer(self) -> Vec<u8> {
        self.buffer
    }

    /// Skips the lines of the segment before, up to the first message that begins in this segment.
    fn find_start(&mut self) -> io::Result<()> {
        self.unplaced = false;
        loop {
            self.fill()?;
            if let Some(at) = self.first_begin(0) {
                (self.used, self.mid_line) = (at, false);
                self.done = self.base + at as u64 >= self.end;
                return Ok(());
            }
            let filled = self.buffer.get(..self.filled).unwrap_or_default();
            let last_line = memrchr(b'\n', filled).map(|end| end + 1);
            self.used = match last_line {
                // a line begins, but too little of it is here to decide
                Some(at) if at < self.filled && !self.is_decided(at) => at,
                _ => self.filled,
            };
            self.mid_line = self.used == self.filled && filled.last() != Some(&b'\n');
            if self.at_end || self.base + self.used as u64 >= self.end {
                self.done = true;
                return Ok(());
            }
        }
    }

    /// Reads the next block; `None` at the end of the segment.
    #[expect(
        clippy::should_implement_trait,
        reason = "a block borrows the buffer, which an Iterator's items cannot"
    )]
    pub fn next(&mut self) -> io::Result<Option<Block<'_>>> {
        if self.unplaced {
            self.find_start()?;
        }
        if self.done {
            return Ok(None);
        }
        let cut = self.next_cut()?;
        let (from, mid_line) = (self.used, self.mid_line);
        let bytes = self.buffer.get(from..cut).unwrap_or_default();
        (self.used, self.mid_line) = (cut, bytes.last() != Some(&b'\n'));
        let offset = self.base + from as u64;
        Ok((!bytes.is_empty()).then_some(Block { bytes, offset, mid_line }))
    }

    /// Fills the buffer and finds the end of its next block.
    fn next_cut(&mut self) -> io::Result<usize> {
        loop {
            self.fill()?;
            if let Some(cut) = self.foreign_begin() {
                self.done = true;
                return Ok(cut);
            }
            if self.at_end {
                self.done = true;
                return Ok(self.filled);
            }
            if let Some(cut) = self.last_begin() {
                return Ok(cut);
            }
            if self.buffer.len() >= LONGEST {
                // a message longer than the limit: a part of it, up to a line end if there is one
                let filled = self.buffer.get(..self.filled).unwrap_or_default();
                return Ok(memrchr(b'\n', filled).map_or(self.filled, |at| at + 1));
            }
            let longer = (self.buffer.len() * 2).min(LONGEST);
            self.buffer.resize(longer, 0);
        }
    }

    /// Moves the bytes that were not returned to the front, and fills the rest.
    fn fill(&mut self) -> io::Result<()> {
        if self.used > 0 {
            self.buffer.copy_within(self.used..self.filled, 0);
            self.base += self.used as u64;
            self.filled -= self.used;
            self.used = 0;
        }
        while self.filled < self.buffer.len() && !self.at_end {
            let space = self.buffer.get_mut(self.filled..).unwrap_or_default();
            match self.stream.read(space) {
                Ok(0) => self.at_end = true,
                Ok(count) => self.filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// The first line at or after `from` with which a message begins.
    fn first_begin(&self, from: usize) -> Option<usize> {
        let mut at = from;
        if at > 0 || self.mid_line {
            // `at` may be inside a line: go to the next; one byte back, in case a line starts exactly here
            let back = at.saturating_sub(1);
            at = back + memchr(b'\n', self.buffer.get(back..self.filled)?)? + 1;
        }
        while at < self.filled && self.is_decided(at) {
            if self.begins_at(at) {
                return Some(at);
            }
            at += memchr(b'\n', self.buffer.get(at..self.filled)?)? + 1;
        }
        None
    }

    /// Start of the next segment's first message, if it is in the buffer.
    fn foreign_begin(&self) -> Option<usize> {
        let into = self.end.checked_sub(self.base).and_then(|into| usize::try_from(into).ok()).unwrap_or(0);
        if into >= self.filled {
            return None;
        }
        self.first_begin(into)
    }

    /// The last message that begins after the first byte of the buffer.
    fn last_begin(&self) -> Option<usize> {
        let mut end = self.filled;
        loop {
            let at = memrchr(b'\n', self.buffer.get(..end)?)? + 1;
            if at < self.filled && self.is_decided(at) && self.begins_at(at) {
                return Some(at);
            }
            end = at - 1;
        }
    }

    /// Returns whether enough of the line at `at` is in the buffer to decide whether a message begins with it.
    fn is_decided(&self, at: usize) -> bool {
        let line = self.buffer.get(at..self.filled).unwrap_or_default();
        self.at_end || line.len() >= HEAD || memchr(b'\n', line).is_some()
    }

    fn begins_at(&self, at: usize) -> bool {
        let line = self.line_at(at);
        (self.begins)(line)
            && !self.joins.is_some_and(|joins| self.line_above(at).is_some_and(|above| joins(above, line)))
    }

    /// The first bytes of the line at `at`, without its line end.
    fn line_at(&self, at: usize) -> &[u8] {
        let rest = self.buffer.get(at..self.filled).unwrap_or_default();
        let near = rest.get(..HEAD).unwrap_or(rest);
        let line = memchr(b'\n', near).and_then(|end| near.get(..end)).unwrap_or(near);
        line.strip_suffix(b"\r").unwrap_or(line)
    }

    /// The line above the one at `at`, if it is in the buffer.
    fn line_above(&self, at: usize) -> Option<&[u8]> {
        let before = self.buffer.get(..at.checked_sub(1)?)?;
        Some(self.line_at(memrchr(b'\n', before).map_or(0, |end| end + 1)))
    }
}

#[cfg(test)]
#[path = "messages/tests.rs"]
mod tests;
