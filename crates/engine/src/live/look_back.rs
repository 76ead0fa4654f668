//! [`LiveLog::look_back`]: the message before the position at which following began. More of it may come: its writer had written
//! a half of it, or its stack trace comes later.

use std::io::{self, Read as _};
use std::path::Path;

use spoglight_signatures::Library;
use spoglight_source::live::{self, FileId, Live};
use spoglight_text::messages::Block;

use super::{LiveLog, News, Show, lines_of};
use crate::live::last::LastMessage;

/// Maximum number of bytes before the offset at which following begins for lines to be counted from the start of the file;
/// with more they are counted from the offset.
const COUNTED: u64 = 64 << 20;

impl LiveLog<'_> {
    /// Finds the message before the position at which following began in `before`, the bytes before that position, and the
    /// number of lines before it in the file at `path`, if that is still `file`. Hands it to `show` as [`News::Nothing`].
    pub fn look_back(
        &mut self,
        library: &Library,
        before: &[u8],
        (path, file): (&Path, FileId),
        show: Show<'_>,
    ) {
        self.is_unread = false;
        let offset = self.tally.bytes;
        let from = offset.saturating_sub(before.len() as u64);
        // a file that has another name by now is not counted
        self.tally.lines = count_lines(self, path, file, offset).unwrap_or(0).max(lines_of(before));
        let mut bytes = before;
        let mut text = Vec::new();
        // reading from memory does not fail
        let _ = self.charset.reader(&mut bytes).read_to_end(&mut text);
        // a line begins at the start of the file, or after the first end of one
        let start =
            if from == 0 { 0 } else { memchr::memchr(b'\n', &text).map_or(text.len(), |end| end + 1) };
        let lines = text.get(start..).unwrap_or_default();
        let message = lines.get(self.last_begin(lines)..).unwrap_or_default();
        let line = message.get(..memchr::memchr(b'\n', message).map_or(message.len(), |end| end + 1));
        let is_lead = !line.is_some_and(|line| self.begins(line));
        let message = if is_lead {
            // too long, or there is none: only an unfinished line matters
            text.get(memchr::memrchr(b'\n', &text).map_or(0, |end| end + 1)..).unwrap_or_default()
        } else {
            message
        };
        if message.is_empty() {
            return;
        }
        self.tally.bytes = offset.saturating_sub(self.charset.bytes_of(message));
        self.tally.lines = self.tally.lines.saturating_sub(lines_of(message));
        let dates = self.dates.clone();
        let block = Block { bytes: message, offset: self.tally.bytes, mid_line: is_lead && from > 0 };
        let (tally, at, _) = self.scan(library, &block, 0, None, &mut |message| {
            show(super::Message { news: News::Nothing, ..message });
        });
        let mut last = LastMessage::new(message, tally, dates, at);
        (last.is_lead, last.is_history) = (is_lead, true);
        last.shown = if is_lead { message.len() } else { 0 };
        last.ignored = last.tally.hits.signatures().collect();
        self.last = Some(Box::new(last));
    }
}

/// Number of lines before `offset`; 0 if there are too many bytes to count them.
fn count_lines(log: &LiveLog<'_>, path: &Path, file: FileId, offset: u64) -> io::Result<u64> {
    if offset > COUNTED {
        return Ok(0);
    }
    let open = live::open(path)?;
    if open.facts()?.file != file {
        return Err(io::ErrorKind::NotFound.into());
    }
    let mut stream = At { file: &open, at: 0 }.take(offset);
    let mut text = log.charset.reader(&mut stream);
    let (mut piece, mut lines) = (vec![0; 64 << 10], 0);
    loop {
        match text.read(&mut piece)? {
            0 => return Ok(lines),
            count => lines += lines_of(piece.get(..count).unwrap_or_default()),
        }
    }
}

/// Reads a file from a position on.
struct At<'f> {
    file: &'f Live,
    at: u64,
}

impl io::Read for At<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read_at(self.at, buffer)?;
        self.at += count as u64;
        Ok(count)
    }
}
