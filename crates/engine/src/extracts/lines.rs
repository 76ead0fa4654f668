//! Reads a text by whole lines.

use std::io::{self, Read};

/// Bytes of one read.
const BLOCK: usize = 256 << 10;

/// Bytes of a line; a longer one is taken as several.
const LONGEST: usize = 1 << 20;

/// What takes the lines of a text.
pub(super) trait TakeLines {
    /// Takes the first whole lines, at least 64 KiB of them if the text has as many, before each of them is taken.
    fn learn(&mut self, sample: &[u8]);

    /// Takes one line, with its line end. A line without one is the last, or is continued by the next call.
    fn line(&mut self, line: &[u8]) -> io::Result<()>;
}

/// Bytes at the start of a text that [`TakeLines::learn`] is called with, at least.
pub(super) const SAMPLE: usize = 64 << 10;

/// Reads all lines. An error that ends the text early is returned after the lines before it were taken.
pub(super) fn read(stream: &mut dyn Read, taker: &mut impl TakeLines) -> io::Result<()> {
    let mut buffer = Vec::new();
    let mut filled = 0;
    let mut is_first = true;
    loop {
        buffer.resize(filled + BLOCK, 0);
        let read = match stream.read(buffer.get_mut(filled..).unwrap_or_default()) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            read => read,
        };
        let count = *read.as_ref().unwrap_or(&0);
        filled += count;
        if is_first && count > 0 && filled < SAMPLE {
            continue;
        }
        let bytes = buffer.get(..filled).unwrap_or_default();
        let end = match memchr::memrchr(b'\n', bytes) {
            _ if count == 0 => filled,
            Some(end) => end + 1,
            None if filled > LONGEST => filled,
            None => 0,
        };
        let whole = bytes.get(..end).unwrap_or_default();
        if is_first && !whole.is_empty() {
            is_first = false;
            taker.learn(whole);
        }
        for line in whole.split_inclusive(|byte| *byte == b'\n') {
            taker.line(line)?;
        }
        buffer.copy_within(end..filled, 0);
        filled -= end;
        if count == 0 {
            return read.map(|_| ());
        }
    }
}
