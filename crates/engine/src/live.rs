//! [`LiveLog`]: a log that still grows, read piece by piece in the same way as one that was collected. The caller cuts the
//! pieces: whole lines, or the half of one that its writer may complete later.
//!
//! What comes next may belong to the last message that was read: the rest of its line, or the lines below it. So the last
//! message is kept, and read again together with that: its level, its hits and the match of a filter are those of the whole
//! message, and nothing is counted twice. See `live/last.rs` for the memory that this takes.

mod hits;
mod last;
mod look_back;

use std::borrow::Cow;
use std::sync::Arc;

use spoglight_parsers::formats::FormatSet;
use spoglight_parsers::{Format, Head, Level};
use spoglight_signatures::Library;

use crate::clocks::LogEvidence;
use crate::event::Part;
use crate::facts;
use crate::ids::Sampling;
use crate::reading::{Reading, share};
use crate::scan::{Scanner, Work, is_heading};
use crate::tally::{HitMap, Tally};
use last::LastMessage;
use spoglight_model::analysis::SourceFacts;
use spoglight_model::{Empty as _, Rare};
use spoglight_text::charset::Charset;
use spoglight_text::messages::{Block, HEAD};
use spoglight_time::{Dates, SourceTime};
use spoglight_topology::Topology;

pub use crate::opened::{Opened, open};
pub use hits::LiveHit;
use hits::{by_line, new_of};

/// A log that still grows.
pub struct LiveLog<'f> {
    /// Its charset.
    pub charset: Arc<Charset>,
    /// The formats that its lines may be in.
    pub mix: FormatSet<'f>,
    /// Counts and hits of all messages before the last one.
    tally: Tally,
    /// The last message, as long as more of it may come.
    last: Option<Box<LastMessage>>,
    /// Nothing was read yet, and there are bytes before.
    is_unread: bool,
    /// Its hits were taken, see [`LiveLog::take_hits`].
    is_lent: bool,
    /// Product that writes it, if it is known.
    product: Option<Arc<str>>,
    dates: Dates,
}

/// A message that was just read, or a late part of the last one.
pub struct Message<'m> {
    /// Its format.
    pub format: &'m dyn Format,
    /// Its timestamp and level.
    pub head: Head,
    /// Its timestamp and its position in the file.
    pub at: Option<SourceTime>,
    /// Its bytes in the file, or as UTF-8 if the file is recoded.
    pub raw: &'m [u8],
    /// The same as text.
    pub text: Cow<'m, [u8]>,
    /// Lines of the file before it.
    pub line: u64,
    /// Bytes of the file before it.
    pub offset: u64,
    /// Lines at the top of the file that belong to no message, before its first.
    pub lead: Cow<'m, [u8]>,
    /// What is new of it.
    pub news: News,
    /// Signatures that hit in it, and did not hit in what was read of it before.
    pub hits: Vec<LiveHit>,
}

/// What is new of a [`Message`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// All of it.
    Message,
    /// A part of the message that was read before.
    Part(Part),
    /// Lines that belong to no message which was read: they continue one of another file, or are above the first.
    Lead(Part),
    /// Nothing: it is the message before the position at which following began. A part of it may come.
    Nothing,
}

/// Takes a message.
pub type Show<'s> = &'s mut dyn FnMut(Message<'_>);

impl<'f> LiveLog<'f> {
    /// Begins at `offset` bytes of a file.
    pub fn begin(opened: &Opened<'f>, offset: u64) -> Option<LiveLog<'f>> {
        let charset = opened.scanned.charset.clone()?;
        let mix = opened.scanned.mix.clone()?;
        let format = opened.scanned.format.map(Format::name);
        let product = Topology::embedded().origin(&opened.path, format).product;
        let dates = Dates::from_name(&opened.path);
        let mut log = LiveLog {
            charset,
            mix,
            tally: Tally::default(),
            last: None,
            is_unread: offset > 0,
            is_lent: false,
            product,
            dates,
        };
        log.tally.bytes = offset.max(log.first_byte());
        Some(log)
    }

    /// Begins again at offset 0, after its file was emptied. Hits are kept.
    pub fn restart(&mut self) {
        self.close();
        self.is_unread = false;
        let tally = std::mem::take(&mut self.tally);
        self.tally = Tally {
            hits: tally.hits,
            unrecognized: tally.unrecognized,
            first: tally.first,
            bytes: self.first_byte(),
            ..Tally::default()
        };
    }

    /// Position of its first line in the file.
    fn first_byte(&self) -> u64 {
        // the mark of other charsets is a part of the first line
        if self.charset.is_recoded() { self.charset.mark as u64 } else { 0 }
    }

    /// Returns true if nothing was read yet, and [`LiveLog::look_back`] may find the message that comes before.
    pub fn is_unread(&self) -> bool {
        self.is_unread
    }

    /// Reads whole messages, or with `is_open` such of which the last may be continued. They are given as bytes of the file, or
    /// as UTF-8 if the file is recoded. Hands every message, and every late part of one, to `show`. Returns true if a signature
    /// hit that did not hit before in the same message.
    pub fn feed(&mut self, library: &Library, text: &[u8], is_open: bool, show: Show<'_>) -> bool {
        self.is_unread = false;
        match self.last.take() {
            Some(last) if last.is_continued(&self.mix, &self.charset, text) => {
                if last.is_shed && !last.is_lead {
                    return self.read_part(library, last, text, is_open, show);
                }
                let whole = [&last.text, text].concat();
                self.dates.clone_from(&last.dates);
                self.read(library, &whole, Some(&last), is_open, show)
            }
            last => {
                self.last = last;
                self.close();
                self.read(library, text, None, is_open, show)
            }
        }
    }

    /// Hands the lines to `show` that belong to no message, because they are not waited for any longer.
    pub fn take_lead(&mut self, show: Show<'_>) {
        let Some(last) = self.last.as_mut().filter(|last| last.is_lead && last.shown < last.text.len())
        else {
            return;
        };
        let shown = std::mem::replace(&mut last.shown, last.text.len());
        let main = self.mix.main();
        let new = last.text.get(shown..).unwrap_or_default();
        let is_known = new.split(|byte| *byte == b'\n').all(|line| {
            let line = line.trim_ascii_end();
            line.is_empty() || is_heading(main, line)
        });
        if is_known {
            return;
        }
        let before = last.text.get(..shown).unwrap_or_default();
        let part = Part {
            start: self.charset.text_of(before).len(),
            line: self.tally.lines + lines_of(before),
            offset: self.tally.bytes + self.charset.bytes_of(before),
            mid_line: before.last().map_or(last.is_mid_line, |byte| *byte != b'\n'),
        };
        show(Message {
            format: main,
            head: Head { stamp: None, level: Level::None },
            at: None,
            raw: &last.text,
            text: self.charset.text_of(&last.text),
            line: self.tally.lines,
            offset: self.tally.bytes,
            lead: Cow::Borrowed(&[]),
            news: News::Lead(part),
            hits: Vec::new(),
        });
    }

    /// Number of bytes that are kept of its last message.
    pub fn kept(&self) -> usize {
        self.last.as_ref().map_or(0, |last| last.text.len())
    }

    /// Keeps only the first line of its last message, to save memory. A late part of it is then searched for signatures alone.
    pub fn shed(&mut self) {
        if let Some(last) = &mut self.last {
            last.shed(&mut self.tally);
        }
    }

    /// Updates the facts of its source.
    pub fn update(&mut self, source: &mut SourceFacts) {
        let Some(last) = self.last.as_ref().filter(|last| last.is_counted()) else {
            return facts::update(source, &self.tally);
        };
        // facts have no hits, and there may be many
        let hits = std::mem::take(&mut self.tally.hits);
        let unrecognized = std::mem::take(&mut self.tally.unrecognized);
        let mut sum = self.tally.clone();
        (self.tally.hits, self.tally.unrecognized) = (hits, unrecognized);
        sum.append(last.tally.clone());
        facts::update(source, &sum);
    }

    /// Takes its hits; [`LiveLog::give_back`] must follow.
    pub fn take_hits(&mut self) -> Rare<HitMap> {
        let last = self.last.as_ref().filter(|last| last.is_counted() && !last.tally.hits.is_empty());
        let Some(last) = last else {
            self.is_lent = true;
            return std::mem::take(&mut self.tally.hits);
        };
        let Tally { bytes, lines, .. } = self.tally;
        let mut sum = Tally { hits: self.tally.hits.clone(), bytes, lines, ..Tally::default() };
        sum.append(Tally { hits: last.tally.hits.clone(), ..Tally::default() });
        sum.hits
    }

    /// Gives back the result of [`LiveLog::take_hits`].
    pub fn give_back(&mut self, hits: Rare<HitMap>) {
        if std::mem::take(&mut self.is_lent) {
            self.tally.hits = hits;
        }
    }

    /// What was read of it, as evidence of zones; `source` has its path and its server.
    pub fn evidence<'s>(&'s self, source: &'s SourceFacts) -> LogEvidence<'s> {
        let host = source.host.as_deref();
        let last = self.last.as_ref().map_or(Tally::EMPTY, |last| &last.tally);
        LogEvidence { path: &source.path, host, format: self.mix.main(), tallies: [&self.tally, last] }
    }

    /// Number of times that another process went on with it, as far as messages were followed by another.
    pub fn restarts(&self) -> u64 {
        self.tally.restarts
    }

    /// Number of bytes, from the start of `text`, before the last line with which a message begins; 0 if there is none. `text`
    /// is as [`LiveLog::feed`] takes it.
    pub fn last_begin(&self, text: &[u8]) -> usize {
        let mut end = text.len();
        while end > 0 {
            let before = text.get(..end - 1).unwrap_or_default();
            let start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
            let above = text.get(..start).unwrap_or_default();
            if begins_below(&self.mix, &self.charset, above, text.get(start..end).unwrap_or_default()) {
                return start;
            }
            end = start;
        }
        0
    }

    /// Returns whether a message begins with a line, or with what is there of it.
    pub fn begins(&self, line: &[u8]) -> bool {
        begins(&self.mix, &self.charset, line)
    }

    /// Nothing more comes of the last message.
    fn close(&mut self) {
        if let Some(last) = self.last.take() {
            last.join(&mut self.tally);
        }
    }

    /// Reads messages. `before` is the message, or the lines of none, with which `text` begins and which were read already.
    fn read(
        &mut self,
        library: &Library,
        text: &[u8],
        before: Option<&LastMessage>,
        is_open: bool,
        show: Show<'_>,
    ) -> bool {
        let cut = if is_open { self.last_begin(text) } else { text.len() };
        let mut is_hit = false;
        for range in [0..cut, cut..text.len()].into_iter().filter(|range| !range.is_empty()) {
            let piece = text.get(range.clone()).unwrap_or_default();
            let before = before.filter(|before| range.start == 0 || range.start < before.text.len());
            let known = before.map_or(0, |before| before.text.len() - range.start);
            let first = before.filter(|_| range.start == 0);
            let mid_line = first.is_some_and(|first| first.text.is_empty() && first.is_mid_line);
            let dates = self.dates.clone();
            let block = Block { bytes: piece, offset: self.tally.bytes, mid_line };
            let (mut tally, at, has_message) = self.scan(library, &block, known, first, show);
            for hit in first.into_iter().flat_map(|first| &first.ignored) {
                tally.hits.remove(*hit);
            }
            is_hit |=
                tally.hits.signatures().any(|hit| !before.is_some_and(|it| it.tally.hits.contains(hit)));
            if has_message && range.start < cut {
                self.tally.append(tally);
                continue;
            }
            let mut last = LastMessage::new(piece, tally, dates, at);
            if let Some(first) = first {
                last.ignored.clone_from(&first.ignored);
                last.is_mid_line = first.is_mid_line;
            }
            if !has_message {
                last.is_lead = true;
                last.shown =
                    first.map_or(0, |first| if first.is_lead { first.shown } else { first.text.len() });
            }
            self.last = Some(Box::new(last));
        }
        self.bound(show);
        is_hit
    }

    /// Keeps only the first line of a last message that is too long.
    fn bound(&mut self, show: Show<'_>) {
        if self.kept() > KEPT {
            self.take_lead(show);
            self.shed();
        }
    }

    /// Scans whole messages, of which `known` bytes were read already: as those of `before`, if that is at their start. Hands
    /// what is new to `show`. Returns the counts, the timestamp of the last message, and false if there is none.
    fn scan(
        &mut self,
        library: &Library,
        block: &Block<'_>,
        known: usize,
        before: Option<&LastMessage>,
        show: Show<'_>,
    ) -> (Tally, Option<SourceTime>, bool) {
        let work =
            Work { sampling: Sampling::of(0), search: true, index: false, rows: false, is_ticket: false };
        let (product, dates, text) = (self.product.clone(), self.dates.clone(), block.bytes);
        let mut scanner = Scanner::new(library, &self.mix, &self.charset, product, dates, work);
        let size = scanner.block(block);
        let (marks, reading) = (scanner.marks(), scanner.reading());
        let mut hits = by_line(scanner.hits());
        let mut at = None;
        // lines above the first message that were not shown
        let lead = marks.first().map_or(0, |first| first.start);
        let shown = before.map_or(0, |before| if before.is_lead { before.shown } else { known });
        let mut lead = text.get(shown.min(lead)..lead).unwrap_or_default();
        for (place, mark) in marks.iter().enumerate() {
            let end = marks.get(place + 1).map_or(text.len(), |next| next.start);
            let raw = text.get(mark.start..end).unwrap_or_default();
            at = reading.at(mark, text, block.offset, size);
            if end <= known {
                continue;
            }
            // else the half of a line has become a message
            let is_part = mark.start == 0 && before.is_some_and(|before| !before.is_lead);
            let (read, rest) = raw.split_at(if is_part { known } else { 0 });
            let part = Part {
                start: self.charset.text_of(read).len(),
                line: self.tally.lines + mark.line + lines_of(read),
                offset: block.offset + self.charset.bytes_of(read),
                mid_line: read.last().is_some_and(|byte| *byte != b'\n'),
            };
            if is_part && rest.trim_ascii().is_empty() {
                // the end of its line
                continue;
            }
            show(Message {
                format: self.mix.format(mark.format),
                head: mark.head,
                at,
                raw,
                text: self.charset.text_of(raw),
                line: self.tally.lines + mark.line,
                offset: block.offset + share(mark.start, text.len(), size),
                lead: self.charset.text_of(std::mem::take(&mut lead)),
                news: if is_part { News::Part(part) } else { News::Message },
                hits: new_of(hits.remove(&(mark.line + 1)).unwrap_or_default(), before.filter(|_| is_part)),
            });
        }
        if let Some(dates) = reading.dates().cloned() {
            self.dates = dates;
        }
        let has_message = !marks.is_empty();
        (scanner.finish(), at, has_message)
    }

    /// Reads a late part of a message of which only the first line is kept, and the messages after it.
    fn read_part(
        &mut self,
        library: &Library,
        mut last: Box<LastMessage>,
        text: &[u8],
        is_open: bool,
        show: Show<'_>,
    ) -> bool {
        let mut marks = Vec::new();
        let block = Block { bytes: text, offset: self.tally.bytes, mid_line: !last.ends_line };
        Reading::new(&self.mix, &self.charset, self.dates.clone()).marks(&block, &mut marks);
        let end = marks.first().map_or(text.len(), |next| next.start);
        let (part, rest) = text.split_at(end);
        let whole = [&last.text, part].concat();
        let mut head = Vec::new();
        let block = Block { bytes: &whole, offset: self.tally.bytes, mid_line: false };
        Reading::new(&self.mix, &self.charset, last.dates.clone()).marks(&block, &mut head);
        let block = Block { bytes: part, offset: self.tally.bytes, mid_line: !last.ends_line };
        let (mut tally, ..) = self.scan(library, &block, part.len(), None, &mut |_| ());
        if let Some(mark) = head.first()
            && !part.trim_ascii().is_empty()
        {
            let news = News::Part(Part {
                start: self.charset.text_of(&last.text).len(),
                line: self.tally.lines,
                offset: self.tally.bytes,
                mid_line: !last.ends_line,
            });
            let (format, head, at) = (self.mix.format(mark.format), mark.head, last.at);
            let (raw, text, lead) = (&whole[..], self.charset.text_of(&whole), Cow::Borrowed(&[][..]));
            let (line, offset) = (last.line, last.offset);
            let hits = by_line(&tally.hits).into_values().flatten().collect();
            show(Message { format, head, at, raw, text, line, offset, lead, news, hits });
        }
        // evidence of the message that it belongs to
        tally.adopt_lead(last.at, 0);
        let is_hit = !tally.hits.is_empty();
        self.tally.append(tally);
        if rest.is_empty() && is_open {
            last.ends_line = part.last().is_none_or(|byte| *byte == b'\n');
            self.last = Some(last);
            return is_hit;
        }
        is_hit | (!rest.is_empty() && self.read(library, rest, None, is_open, show))
    }
}

/// Longest message, in bytes, that is kept to be read again together with its late parts.
const KEPT: usize = 256 << 10;

/// The same for a line right below the end of `above`.
fn begins_below(mix: &FormatSet<'_>, charset: &Charset, above: &[u8], line: &[u8]) -> bool {
    let joins = || {
        let above = last_line(above);
        let line = line.trim_ascii_end();
        !above.is_empty() && mix.joins(&charset.text_of(above), &charset.text_of(line))
    };
    begins(mix, charset, line) && !(mix.has_joins() && joins())
}

/// The last line of a text, without its line end.
fn last_line(text: &[u8]) -> &[u8] {
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    let start = memchr::memrchr(b'\n', text).map_or(0, |end| end + 1);
    let line = text.get(start..).unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    line.get(..HEAD).unwrap_or(line)
}

/// Returns whether a message begins with a line, or with what is there of it.
fn begins(mix: &FormatSet<'_>, charset: &Charset, line: &[u8]) -> bool {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let line = line.get(..HEAD).unwrap_or(line);
    mix.begin(&charset.text_of(line.strip_suffix(b"\r").unwrap_or(line))).is_some()
}

/// Number of line ends.
fn lines_of(text: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', text).count() as u64
}

#[cfg(test)]
mod tests;
