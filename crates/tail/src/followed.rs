//! [`FollowedLog`]: the bytes of a growing log that are not read yet, and how many of them are complete messages.

use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use spoglight_engine::live::LiveLog;
use spoglight_follow::LogId;
use spoglight_source::live::FileId;
use spoglight_text::charset::Charset;

use crate::intervals::{HALF, HOLD, REST};
use crate::jumps::Jump;

/// Bytes of a message that is not waited for any longer.
const LONGEST: usize = 1 << 20;

/// Bytes of a line that is not waited for any longer.
const LONGEST_LINE: usize = 4 << 20;

/// A log that is followed.
pub(crate) struct FollowedLog<'s> {
    pub(crate) path: Arc<Path>,
    /// The name that it shares with its rotated files.
    pub(crate) name: Arc<str>,
    /// It did not end.
    pub(crate) is_there: bool,
    /// Position among the sources.
    pub(crate) index: usize,
    /// `None` as long as nothing came of it, or if it is no text.
    pub(crate) log: Option<Box<LiveLog<'s>>>,
    /// Bytes that came and are not read yet.
    pub(crate) raw: Vec<u8>,
    /// Position of the first of these in the file.
    pub(crate) offset: u64,
    /// The file that they are of.
    pub(crate) file: Option<FileId>,
    /// Bytes before the first of all that came.
    pub(crate) before: Vec<u8>,
    /// Time at which bytes came last.
    pub(crate) last: u64,
    /// Latest time for which a look at the file was asked for.
    pub(crate) asked: u64,
    /// It is not text, or cannot be read: its bytes are dropped.
    pub(crate) is_unreadable: bool,
    /// The last message of it was shown.
    pub(crate) is_last_shown: bool,
    /// Evidence of zones in it so far, see [`LogEvidence::mark`](spoglight_engine::clocks::LogEvidence::mark).
    pub(crate) evidence: usize,
    /// Its clock since all of it was read for the first time: what comes after that is written now.
    pub(crate) jump: Option<Box<Jump>>,
    /// So many bytes were left when it was read so far.
    pub(crate) left: Option<(usize, Until)>,
}

impl FollowedLog<'_> {
    /// How much of its bytes is due, if `is_still` confirms that no more came since a time; `None` for none.
    pub(crate) fn due(&self, is_still: impl Fn(u64) -> bool) -> Option<Until> {
        let wait = |wait: u64| is_still(self.last.saturating_add(wait));
        match self.left() {
            _ if self.raw.is_empty() => None,
            Some(Until::End) => None,
            Some(Until::Begun) => wait(REST).then_some(Until::End),
            _ if wait(HALF) => Some(Until::Begun),
            _ if wait(HOLD) => Some(Until::LastLine),
            _ => None,
        }
    }

    /// Time at which the waiting bytes come out if no more came by then; `None` if none wait.
    pub(crate) fn deadline(&self) -> Option<u64> {
        let wait = match self.left() {
            _ if self.raw.is_empty() => return None,
            Some(Until::End) => return None,
            Some(Until::Begun) => REST,
            _ if memchr::memchr(b'\n', &self.raw).is_some() => HOLD,
            _ => HALF,
        };
        Some(self.last.saturating_add(wait))
    }

    /// How far its bytes were read, if no more came since.
    fn left(&self) -> Option<Until> {
        self.left.filter(|(count, _)| *count == self.raw.len()).map(|(_, until)| until)
    }
}

/// How far the bytes of a log are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Until {
    /// Up to the last line with which a message begins: the rest of that message may be missing yet.
    NextMessage,
    /// Up to the end of the last whole line.
    LastLine,
    /// The same, and the half of a line after it if a message begins with that.
    Begun,
    /// All of them, but for a part of a character.
    End,
}

/// Number of bytes of `raw`, from its start, that are read now; and true if more of the last message in them may come.
pub(crate) fn readable(log: &LiveLog<'_>, raw: &[u8], until: Until) -> (usize, bool) {
    let charset = &log.charset;
    let lines = charset.whole_lines(raw);
    if until == Until::End || lines == 0 && raw.len() > LONGEST_LINE {
        // a long line in pieces, so that memory has an end
        return (whole_characters(charset, raw), true);
    }
    match until {
        Until::NextMessage if lines < LONGEST => {
            let text = raw.get(..lines).unwrap_or_default();
            if !charset.is_recoded() {
                return (log.last_begin(text), false);
            }
            let text = text_of(charset, text);
            let start = log.last_begin(&text);
            let mark = lines - charset.bytes_of(&text) as usize;
            (
                if start == 0 {
                    0
                } else {
                    mark + charset.bytes_of(text.get(..start).unwrap_or_default()) as usize
                },
                false,
            )
        }
        Until::Begun if log.begins(&text_of(charset, raw.get(lines..).unwrap_or_default())) => {
            (whole_characters(charset, raw), true)
        }
        _ => (lines, true),
    }
}

/// The text of bytes as [`LiveLog`] reads it.
pub(crate) fn text_of(charset: &Charset, bytes: &[u8]) -> Vec<u8> {
    if !charset.is_recoded() {
        return bytes.to_vec();
    }
    let (mut text, mut bytes) = (Vec::new(), bytes);
    // reading from memory does not fail
    let _ = charset.reader(&mut bytes).read_to_end(&mut text);
    text
}

/// Number of bytes before a character whose end is missing.
fn whole_characters(charset: &Charset, raw: &[u8]) -> usize {
    if charset.is_recoded() {
        let end = raw.len() & !1;
        let is_big = charset.name() == "utf-16be";
        let high = raw.get(end.saturating_sub(2)..end).and_then(|pair| pair.get(usize::from(!is_big)));
        // the first half of a character beyond the first plane
        return if high.is_some_and(|high| (0xd8..0xdc).contains(high)) { end - 2 } else { end };
    }
    let from = raw.len().saturating_sub(3);
    let cut = (from..raw.len()).find(|at| {
        let rest = raw.get(*at..).unwrap_or_default();
        std::str::from_utf8(rest).is_err_and(|error| error.valid_up_to() == 0 && error.error_len().is_none())
    });
    cut.filter(|_| charset.code_page().is_none()).unwrap_or(raw.len())
}

/// Sheds the last messages of logs, those first that are unchanged for longest, until half of `most` bytes are kept.
pub(crate) fn shed(logs: &mut std::collections::BTreeMap<LogId, Box<FollowedLog<'_>>>, most: usize) {
    let mut kept: Vec<(u64, LogId, usize)> = logs
        .iter()
        .filter_map(|(log, live)| Some((live.last, *log, live.log.as_ref()?.kept())))
        .filter(|(_, _, kept)| *kept > 0)
        .collect();
    kept.sort_unstable();
    let mut sum: usize = kept.iter().map(|(_, _, kept)| kept).sum();
    for (_, log, kept) in kept {
        if sum <= most / 2 {
            return;
        }
        if let Some(live) = logs.get_mut(&log).and_then(|live| live.log.as_mut()) {
            live.shed();
            sum -= kept - live.kept();
        }
    }
}
