//! [`Joiner`]: joins the lines of a log that was wrapped.

use std::io;

use spoglight_source::{ExtractWriter, LinePosition};

use crate::wrapping::{Joins, is_stamped, join};

/// Bytes of a message that is joined; what follows stays on lines of its own.
const LONGEST: usize = 64 << 10;

/// What lines are to a joiner.
#[derive(Debug, Clone, Copy)]
pub(super) struct LineKind {
    /// A message of a known layout begins with it.
    pub(super) begins: bool,
}

/// Joins the lines of one log.
#[derive(Debug, Default)]
pub(super) struct Joiner {
    message: Vec<u8>,
    /// Where the message begins, and its bytes in the extract so far.
    at: LinePosition,
    bytes: u64,
    is_open: bool,
    /// Length of the last line.
    before: usize,
}

impl Joiner {
    /// Takes a line without its line end, which had `bytes` bytes in the extract.
    pub(super) fn line(
        &mut self,
        line: &[u8],
        kind: LineKind,
        joins: Joins,
        (at, bytes): (LinePosition, u64),
        (writer, part): (&mut ExtractWriter, usize),
    ) -> io::Result<()> {
        let is_frame = line.first().is_none_or(u8::is_ascii_whitespace)
            || [&b"at "[..], b"Caused by: ", b"Suppressed: ", b"..."]
                .iter()
                .any(|sign| line.starts_with(sign));
        let is_cut = match joins {
            Joins::AtSpaces => true,
            Joins::At(width) => self.before == width,
        };
        let starts = kind.begins || is_stamped(line);
        if self.is_open && !starts && !is_frame && is_cut && self.message.len() + line.len() < LONGEST {
            join(&mut self.message, line, joins, Some(self.before));
            self.bytes += bytes;
            self.before = line.len();
            return Ok(());
        }
        self.flush(writer, part)?;
        self.before = line.len();
        self.message.extend_from_slice(line);
        (self.at, self.bytes, self.is_open) = (at, bytes, starts);
        if starts { Ok(()) } else { self.flush(writer, part) }
    }

    /// Writes the message that was joined.
    pub(super) fn flush(&mut self, writer: &mut ExtractWriter, part: usize) -> io::Result<()> {
        self.is_open = false;
        if self.bytes == 0 {
            return Ok(());
        }
        self.message.push(b'\n');
        let removed = self.bytes.saturating_sub(self.message.len() as u64);
        let written = writer.line(part, &self.message, self.at, removed);
        self.message.clear();
        self.bytes = 0;
        written
    }
}
