//! [`Reading`]: finds, line after line, where messages begin, with their timestamp and level. Properties that a line does not
//! have come from the lines around it: the date where timestamps are times of day, the timestamp where it is in a line
//! further down.
//!
//! The scan, the format coverage and everything that reads a source a second time share it, so they see the same messages.

use std::io::{self, Read as _};

use spoglight_parsers::formats::{self, FormatSet};
use spoglight_parsers::{Format, Head};

use crate::block_reader;
use crate::lines::{Line, Lines};
use crate::scanned::ScannedSource;
use spoglight_source::Source;
use spoglight_text::charset::Charset;
use spoglight_text::messages::Block;
use spoglight_time::{Dates, SourceTime};

/// Role of a line in its message.
#[derive(Debug, Clone, Copy)]
pub(crate) enum LineRole {
    /// A message begins with it.
    Begins {
        /// Position of its format in the [`FormatSet`].
        format: usize,
        /// Timestamp and level, as far as the line has them.
        head: Head,
        /// See [`MessageStart::since`].
        since: Option<i64>,
    },
    /// It belongs to the message above it, or to none if it is above the first.
    Continues {
        /// The head of that message before this line changed it; `None` if it did not.
        before: Option<Head>,
    },
}

/// Where a message begins in a block.
#[derive(Debug, Clone, Copy)]
pub struct MessageStart {
    /// Position of its first byte in the block.
    pub start: usize,
    /// Lines of the block before it.
    pub(crate) line: u64,
    /// Its timestamp and level.
    pub head: Head,
    /// Position of its format in the [`FormatSet`].
    pub format: usize,
    /// If only its time of day is known: nanoseconds since the midnight before the first message of its source.
    pub(crate) since: Option<i64>,
}

/// The messages that begin in `bytes` of a file, which were read at `place`: the position of each in the file, and its
/// timestamp. Bytes before the first whole line and after the last are left out, and unless `is_end` the last message, whose
/// next lines may hold its timestamp. In UTF-16 `place` must be even.
pub fn messages_at(
    mix: &FormatSet<'_>,
    charset: &Charset,
    mut bytes: Vec<u8>,
    place: u64,
    is_end: bool,
) -> Vec<(u64, Option<SourceTime>)> {
    bytes.truncate(charset.whole_lines(&bytes));
    let mut base = place;
    let text = if charset.is_recoded() {
        let (mut bytes, mut text) = (bytes.as_slice(), Vec::new());
        // reading from memory does not fail
        let _ = charset.reader(&mut bytes).read_to_end(&mut text);
        if place == 0 {
            base += charset.mark as u64;
        }
        text
    } else {
        bytes
    };
    let start = match place {
        0 => charset.first_line(),
        _ => memchr::memchr(b'\n', &text).map_or(text.len(), |end| end + 1),
    };
    let (before, text) = text.split_at_checked(start).unwrap_or_default();
    base += charset.bytes_of(before);
    let block = Block { bytes: text, offset: base, mid_line: false };
    let mut marks = Vec::new();
    let mut reading = Reading::new(mix, charset, Dates::default());
    reading.marks(&block, &mut marks);
    if !is_end {
        marks.pop();
    }
    let mut last = 0;
    let mut messages = Vec::with_capacity(marks.len());
    for mark in marks {
        base += charset.bytes_of(text.get(last..mark.start).unwrap_or_default());
        last = mark.start;
        let of = mix.format(mark.format).clock();
        let at = mark.head.stamp.map(|stamp| SourceTime { stamp, of, offset: base });
        messages.push((base, at));
    }
    messages
}

/// Finds the messages in the lines of one source, in order.
pub struct Reading<'a> {
    mix: &'a FormatSet<'a>,
    charset: &'a Charset,
    dates: Dates,
    /// Days since the first message, while no date is known.
    days: Dates,
    /// The formats whose timestamps have no date: they know the lines that give one.
    undated: Vec<&'a dyn Format>,
    /// The format of the last message, if it looks at the next line.
    below: Option<&'a dyn Format>,
    /// That format, if it looked at the last line.
    looked: Option<&'a dyn Format>,
    /// The line before, if the messages of a format may go on in lines that look like the beginning of one.
    above: Option<Vec<u8>>,
    /// The last line was joined to the message above it.
    joined: bool,
    // recycled
    line: String,
}

impl<'a> Reading<'a> {
    /// `dates` is the day as far as it is known before the first line.
    pub fn new(mix: &'a FormatSet<'a>, charset: &'a Charset, dates: Dates) -> Reading<'a> {
        let formats = (0..mix.count()).map(|place| mix.format(place));
        let undated = formats.filter(|format| format.is_undated()).collect();
        let mut days = Dates::default();
        days.heading(0);
        Reading {
            mix,
            charset,
            dates,
            days,
            undated,
            below: None,
            looked: None,
            above: mix.has_joins().then(Vec::new),
            joined: false,
            line: String::new(),
        }
    }

    /// The day as far as it is known now; `None` if all timestamps have their dates.
    pub(crate) fn dates(&self) -> Option<&Dates> {
        (!self.undated.is_empty()).then_some(&self.dates)
    }

    /// The format of the message that the last line continued, if it looked at that line.
    pub(crate) fn looked_below(&self) -> Option<&'a dyn Format> {
        self.looked
    }

    /// Reads the next line: whether a message begins with it, or whether it continues the last message, whose `head` it may
    /// complete.
    #[inline]
    pub(crate) fn step(&mut self, line: &Line<'_>, head: Option<&mut Head>) -> LineRole {
        let begun = if line.is_rest || self.joins(line) { None } else { self.begin(line.text) };
        match begun {
            Some((format, head, since)) => LineRole::Begins { format, head, since },
            None => LineRole::Continues { before: self.continue_message(line.text, head) },
        }
    }

    /// Whether a line continues the message of the line above, although it looks like the beginning of one. A block
    /// begins with a message.
    fn joins(&mut self, line: &Line<'_>) -> bool {
        let Some(above) = &mut self.above else { return false };
        if line.start == 0 {
            above.clear();
        }
        let joins = !above.is_empty() && self.mix.joins(above, &self.charset.text_of(line.text));
        above.clear();
        above.extend_from_slice(line.text);
        self.joined = joins;
        joins
    }

    /// The position of its format, its head and [`MessageStart::since`], if a message begins with a line.
    fn begin(&mut self, line: &[u8]) -> Option<(usize, Head, Option<i64>)> {
        let (place, mut head) = self.mix.begin(self.charset.text_in(line, &mut self.line))?;
        let format = self.mix.format(place);
        let mut since = None;
        if !self.undated.is_empty() {
            let stamp = head.stamp.take();
            // the first line of a file may have its date
            if format.is_undated()
                && let Some(day) = format.heading(line)
            {
                self.dates.heading(day);
            }
            let days = &mut self.days;
            head.stamp = stamp.and_then(|stamp| match (format.is_undated(), format.has_day()) {
                (true, false) => self.dates.date(stamp),
                (true, true) => self.dates.year(stamp),
                (false, _) => Some(self.dates.seen(stamp)),
            });
            if let (Some(stamp), None) = (stamp, head.stamp) {
                let since_first = if format.has_day() { days.day_of_year(stamp) } else { days.date(stamp) };
                since = since_first.map(|stamp| stamp.wall);
            }
        }
        self.below = format.looks_below().then_some(format);
        Some((place, head, since))
    }

    /// Reads a line of the message with that head, or one above the first message. Returns the head as it was before, if the
    /// line changed it.
    fn continue_message(&mut self, line: &[u8], head: Option<&mut Head>) -> Option<Head> {
        let mut before = None;
        self.looked = None;
        if let Some(format) = self.below {
            match head {
                Some(head) => {
                    self.looked = self.below;
                    let known = *head;
                    if !format.below(&self.charset.text_of(line), head) {
                        self.below = None;
                    }
                    before = (known != *head).then_some(known);
                }
                // so far below that the message comes in pieces
                None => self.below = None,
            }
        }
        if let Some(day) = self.undated.iter().find_map(|format| format.heading(line)) {
            self.dates.heading(day);
        }
        before
    }

    /// Returns true if the last line looks like the beginning of a message, and continues the one above.
    pub(crate) fn is_joined(&self) -> bool {
        self.joined
    }

    /// Returns true for a line below a message that begins with a timestamp: its layout is another one, and not known. A
    /// line that the format above looks for, or joins to its message, is not.
    #[inline]
    pub(crate) fn is_strange(&self, line: &[u8]) -> bool {
        matches!(line.first(), Some(b'0'..=b'9' | b'[')) && !self.joined && formats::is_stamped(line)
    }

    /// Returns true for a message of a format whose timestamps have no date.
    pub(crate) fn is_undated(&self, mark: &MessageStart) -> bool {
        !self.undated.is_empty() && self.mix.format(mark.format).is_undated()
    }

    /// Replaces `marks` by the messages that begin in a block.
    pub fn marks(&mut self, block: &Block<'_>, marks: &mut Vec<MessageStart>) {
        marks.clear();
        let mut number = 0;
        for line in Lines::new(block) {
            let role = self.step(&line, marks.last_mut().map(|mark| &mut mark.head));
            if let LineRole::Begins { format, head, since } = role {
                marks.push(MessageStart { start: line.start, line: number, head, format, since });
            }
            number += u64::from(line.is_ended);
        }
    }

    /// The timestamp of a message in a block that begins at `offset` of the file and is `size` bytes of it.
    pub(crate) fn at(&self, mark: &MessageStart, block: &[u8], offset: u64, size: u64) -> Option<SourceTime> {
        let offset = offset + share(mark.start, block.len(), size);
        mark.head.stamp.map(|stamp| SourceTime { stamp, of: self.mix.format(mark.format).clock(), offset })
    }
}

/// Reads the timestamps of a whole source again, in the order of its lines. Its path may have the day of the first.
pub(crate) fn each_timestamp(
    source: &Source,
    scanned: &ScannedSource<'_>,
    use_it: &mut dyn FnMut(&SourceTime),
) -> io::Result<()> {
    let (Some(charset), Some(mix)) = (&scanned.charset, &scanned.mix) else { return Ok(()) };
    let mut reading = Reading::new(mix, charset, Dates::from_name(&source.path));
    let mut marks = Vec::new();
    // a recoded file has its mark taken off on the way, and its bytes count
    let mut offset = charset.mark as u64;
    block_reader::each_block(source, charset, mix, |block| {
        let size = charset.bytes_of(block.bytes);
        reading.marks(block, &mut marks);
        marks
            .iter()
            .filter_map(|mark| reading.at(mark, block.bytes, offset, size))
            .for_each(|at| use_it(&at));
        offset += size;
    })
}

/// Estimates how many bytes of the file the first `part` bytes of a block of `whole` bytes are, which is `size` bytes of the
/// file; exact if nothing was recoded.
pub(crate) fn share(part: usize, whole: usize, size: u64) -> u64 {
    if whole as u64 == size {
        return part as u64;
    }
    (u128::from(size) * part as u128 / whole.max(1) as u128) as u64
}
