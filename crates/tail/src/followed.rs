//! [`FollowedLog`]: the bytes of a growing log that are not read yet, and how many of them are complete messages.

use std::path::Path;
use std::sync::Arc;

use spoglight_engine::live::LiveLog;

use crate::intervals::{HALF, HOLD};

/// Bytes of a message that is not waited for any longer.
const LONGEST: usize = 1 << 20;

/// Bytes of a line that is not waited for any longer.
const LONGEST_LINE: usize = 4 << 20;

/// A log that is followed.
pub(crate) struct FollowedLog<'s> {
    pub(crate) path: Arc<Path>,
    /// Position among the sources.
    pub(crate) index: usize,
    /// `None` as long as it is empty, or if it is no text.
    pub(crate) log: Option<LiveLog<'s>>,
    /// Bytes that came and are not read yet.
    pub(crate) raw: Vec<u8>,
    /// Position of the first of these in the file.
    pub(crate) offset: u64,
    /// Time at which bytes came last.
    pub(crate) last: u64,
    /// Latest time for which a look at the file was asked for.
    pub(crate) asked: u64,
    /// It is not text, or cannot be read: its bytes are dropped.
    pub(crate) is_unreadable: bool,
}

impl FollowedLog<'_> {
    /// How much of its bytes is due, if `is_still` confirms that no more came since a time; `None` for none.
    pub(crate) fn due(&self, is_still: impl Fn(u64) -> bool) -> Option<Until> {
        match self.last {
            _ if self.raw.is_empty() => None,
            last if is_still(last.saturating_add(HALF)) => Some(Until::End),
            last if is_still(last.saturating_add(HOLD)) => Some(Until::LastLine),
            _ => None,
        }
    }

    /// Time at which the waiting bytes come out if no more came by then; `None` if none wait.
    pub(crate) fn deadline(&self) -> Option<u64> {
        let wait = if memchr::memchr(b'\n', &self.raw).is_some() { HOLD } else { HALF };
        (!self.raw.is_empty()).then(|| self.last.saturating_add(wait))
    }
}

/// How far the bytes of a log are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Until {
    /// Up to the last line with which a message begins: the rest of that message may be missing yet.
    NextMessage,
    /// Up to the end of the last whole line.
    LastLine,
    /// All of them.
    End,
}

/// Number of bytes of `raw`, from its start, that are read now.
pub(crate) fn readable(log: &LiveLog<'_>, raw: &[u8], until: Until) -> usize {
    if until == Until::End {
        return raw.len();
    }
    let lines = log.charset.whole_lines(raw);
    if lines == 0 && raw.len() > LONGEST_LINE {
        // in pieces, so that memory has an end; an even number of bytes, for UTF-16
        return raw.len() & !1;
    }
    if until == Until::LastLine || lines >= LONGEST || log.charset.is_recoded() {
        return lines;
    }
    let text = raw.get(..lines).unwrap_or_default();
    // the last line with which a message begins
    let mut end = lines;
    while end > 0 {
        let before = text.get(..end - 1).unwrap_or_default();
        let start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
        let line = text.get(start..end).unwrap_or_default().trim_ascii_end();
        if log.mix.begin(&log.charset.text_of(line)).is_some() {
            return start;
        }
        end = start;
    }
    0
}
