//! [`Reading`]: which line begins a message, with which stamp and level, line after line. What a line does not say itself
//! comes from the lines around it: the date where stamps are times of day, the stamp where it stands further down.
//!
//! The scan and everything that reads a source a second time ask the same questions here, so they see the same messages.

use spoglight_parsers::formats::Mix;
use spoglight_parsers::{Format, Head};

use spoglight_text::charset::Charset;
use spoglight_text::messages;
use spoglight_text::messages::Block;
use spoglight_time::{At, Dates};

/// Where a message begins in a block.
#[derive(Debug, Clone, Copy)]
pub struct Mark {
    /// Place of its first byte in the block.
    pub start: usize,
    /// Lines of the block before it.
    pub(crate) line: u64,
    /// What the plain path reads of it.
    pub head: Head,
    /// Place of its format in the [`Mix`].
    pub format: usize,
}

/// See the [module](self).
pub struct Reading<'a> {
    mix: &'a Mix<'a>,
    charset: &'a Charset,
    dates: Dates,
    /// Those of the formats whose stamps have no date: they know the lines that say one.
    undated: Vec<&'a dyn Format>,
    /// The format of the last message wants to see the next line.
    below: Option<&'a dyn Format>,
    // recycled
    line: String,
}

impl<'a> Reading<'a> {
    /// `dates` is what is known of the day before the first line.
    pub fn new(mix: &'a Mix<'a>, charset: &'a Charset, dates: Dates) -> Reading<'a> {
        let formats = (0..mix.count()).map(|place| mix.format(place));
        let undated = formats.filter(|format| format.is_undated()).collect();
        Reading { mix, charset, dates, undated, below: None, line: String::new() }
    }

    /// What is known of the day now; `None` if all stamps have their dates.
    pub(crate) fn dates(&self) -> Option<&Dates> {
        (!self.undated.is_empty()).then_some(&self.dates)
    }

    /// If a message begins with a line: the place of its format, and its head.
    pub(crate) fn begin(&mut self, line: &[u8]) -> Option<(usize, Head)> {
        let (place, mut head) = self.mix.begin(self.charset.text_in(line, &mut self.line))?;
        let format = self.mix.format(place);
        if !self.undated.is_empty() {
            let stamp = head.stamp.take();
            head.stamp = stamp.and_then(|stamp| {
                if format.is_undated() { self.dates.date(stamp) } else { Some(self.dates.seen(stamp)) }
            });
        }
        self.below = format.looks_below().then_some(format);
        Some((place, head))
    }

    /// A line hangs below the message with that head, or stands before the first: it may say what the first line does
    /// not. Answers whether the head is another now.
    pub(crate) fn hang(&mut self, line: &[u8], head: Option<&mut Head>) -> bool {
        let mut is_changed = false;
        if let Some(format) = self.below {
            match head {
                Some(head) => {
                    let before = *head;
                    if !format.below(&self.charset.text_of(line), head) {
                        self.below = None;
                    }
                    is_changed = before != *head;
                }
                // so far below that the message comes in pieces
                None => self.below = None,
            }
        }
        if let Some(day) = self.undated.iter().find_map(|format| format.heading(line)) {
            self.dates.heading(day);
        }
        is_changed
    }

    /// Whether a message is of a format whose stamps have no date.
    pub(crate) fn is_undated(&self, mark: &Mark) -> bool {
        !self.undated.is_empty() && self.mix.format(mark.format).is_undated()
    }

    /// The messages of a block, for those who do not count anything on the way.
    pub fn marks(&mut self, block: &Block<'_>, marks: &mut Vec<Mark>) {
        marks.clear();
        let bytes = block.bytes;
        let (mut start, mut number) = (0, 0);
        let mut ends = memchr::memchr_iter(b'\n', bytes);
        while start < bytes.len() {
            let end = ends.next();
            let stop = end.unwrap_or(bytes.len());
            let line = first_bytes(bytes, start, stop);
            let begun = if start == 0 && block.mid_line { None } else { self.begin(line) };
            if let Some((format, head)) = begun {
                marks.push(Mark { start, line: number, head, format });
            } else {
                self.hang(line, marks.last_mut().map(|mark| &mut mark.head));
            }
            number += u64::from(end.is_some());
            start = stop + usize::from(end.is_some());
        }
    }

    /// The stamp of a message in a block that begins at `offset` of the file, with its place.
    pub(crate) fn at(&self, mark: &Mark, block: &[u8], offset: u64, size: u64) -> Option<At> {
        let offset = offset + share(mark.start, block.len(), size);
        mark.head.stamp.map(|stamp| At { stamp, of: self.mix.format(mark.format).clock(), offset })
    }
}

/// The bytes of a line that are looked at, without its line end.
pub(crate) fn first_bytes(bytes: &[u8], start: usize, stop: usize) -> &[u8] {
    let line = bytes.get(start..stop.min(start + messages::HEAD)).unwrap_or_default();
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// A part of a block of `whole` bytes that was `size` bytes of the file: about how many of these.
pub(crate) fn share(part: usize, whole: usize, size: u64) -> u64 {
    if whole as u64 == size {
        return part as u64;
    }
    (u128::from(size) * part as u128 / whole.max(1) as u128) as u64
}
