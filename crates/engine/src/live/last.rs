//! [`LastMessage`]: the last message of a growing log, as long as more of it may come.

use std::collections::BTreeSet;

use spoglight_parsers::formats::FormatSet;
use spoglight_text::charset::Charset;
use spoglight_text::messages::HEAD;
use spoglight_time::{Dates, SourceTime};

use crate::tally::Tally;

/// The last message that was read, or lines that belong to none.
#[expect(clippy::struct_excessive_bools, reason = "five facts about what is known of it")]
pub(super) struct LastMessage {
    /// Its text, as far as it was read; after [`LastMessage::shed`] its first line.
    pub(super) text: Vec<u8>,
    /// Lines that belong to no message: those at the top of a file.
    pub(super) is_lead: bool,
    /// Of these, bytes that were shown.
    pub(super) shown: usize,
    /// The text begins inside a line; only of a lead.
    pub(super) is_mid_line: bool,
    /// Its last line has its end.
    pub(super) ends_line: bool,
    /// Only its first line is kept, and it is counted already.
    pub(super) is_shed: bool,
    /// It is from before the position at which following began, and is not counted unless a part of it comes.
    pub(super) is_history: bool,
    /// Signatures that hit in it before that position.
    pub(super) ignored: BTreeSet<usize>,
    /// Its counts and hits, unless they are counted already.
    pub(super) tally: Tally,
    /// Its timestamp, and its position.
    pub(super) at: Option<SourceTime>,
    /// Lines and bytes of the file before it; set when it is shed.
    pub(super) line: u64,
    pub(super) offset: u64,
    /// The day as far as it is known before it.
    pub(super) dates: Dates,
}

impl LastMessage {
    pub(super) fn new(text: &[u8], tally: Tally, dates: Dates, at: Option<SourceTime>) -> LastMessage {
        LastMessage {
            text: text.to_vec(),
            is_lead: false,
            shown: 0,
            is_mid_line: false,
            ends_line: text.last() == Some(&b'\n'),
            is_shed: false,
            is_history: false,
            ignored: BTreeSet::new(),
            tally,
            at,
            line: 0,
            offset: 0,
            dates,
        }
    }

    /// Its counts are those of bytes that were followed, and not counted elsewhere.
    pub(super) fn is_counted(&self) -> bool {
        !self.is_shed && !self.is_history
    }

    /// Returns whether `text` begins with more of it.
    pub(super) fn is_continued(&self, mix: &FormatSet<'_>, charset: &Charset, text: &[u8]) -> bool {
        let end = memchr::memchr(b'\n', text).map_or(text.len(), |end| end + 1);
        let line = text.get(..end).unwrap_or_default();
        !self.ends_line || self.is_lead || !super::begins_below(mix, charset, &self.text, line)
    }

    /// Counts it, because nothing more of it comes.
    pub(super) fn join(mut self, tally: &mut Tally) {
        self.count(tally);
    }

    fn count(&mut self, tally: &mut Tally) {
        let own = std::mem::take(&mut self.tally);
        if self.is_history {
            tally.bytes += own.bytes;
            tally.lines += own.lines;
        } else if !self.is_shed {
            tally.append(own);
        }
    }

    /// Counts it, and keeps its first line only.
    pub(super) fn shed(&mut self, tally: &mut Tally) {
        if self.is_shed && !self.is_lead {
            return;
        }
        if !self.is_shed {
            (self.line, self.offset) = (tally.lines, tally.bytes);
        }
        self.count(tally);
        (self.is_shed, self.is_history) = (true, false);
        let kept = if self.is_lead {
            self.is_mid_line = !self.ends_line;
            // it is counted with the next lines again
            self.is_shed = false;
            0
        } else {
            memchr::memchr(b'\n', &self.text).map_or(self.text.len(), |end| end + 1).min(HEAD)
        };
        self.text.truncate(kept);
        self.text.shrink_to_fit();
        self.shown = self.shown.min(kept);
    }
}
