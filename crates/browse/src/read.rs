//! Reads one event again from its source: the index only has its position.

use std::io;

use spoglight_parsers::{Format, Head, RawTimestamp};

use super::event_id::EventId;
use super::event_key::{LINE, LineHash};
use super::index::{EventIndex, IndexSegment, IndexedLog};
use spoglight_engine::event::PlacedEvent;
use spoglight_engine::{BlockMeta, PackedEvent, block_reader, columns};
use spoglight_model::analysis::SourceFacts;

/// Position of an event.
struct EventLocation<'a, 's> {
    part: &'a IndexSegment<'s>,
    piece: &'a BlockMeta,
    row: &'a PackedEvent,
}

impl<'s> EventIndex<'s> {
    /// Reads an event and hands it to `use_it`. Its line number is 0: [`EventIndex::line`] counts it.
    ///
    /// Fails if its file cannot be read any more, or is shorter now.
    pub fn read<T>(
        &self,
        facts: &[SourceFacts],
        number: EventId,
        use_it: impl FnOnce(&PlacedEvent<'_>) -> T,
    ) -> io::Result<T> {
        self.read_at(facts, number, 0, use_it)
    }

    /// The same with a line number.
    pub fn read_at<T>(
        &self,
        facts: &[SourceFacts],
        number: EventId,
        line: u64,
        use_it: impl FnOnce(&PlacedEvent<'_>) -> T,
    ) -> io::Result<T> {
        let place = self.place(number)?;
        let (log, row) = (&place.part.log, place.row);
        let facts = facts.get(log.at).ok_or_else(gone)?;
        let raw = log.bytes(place.piece, row, usize::MAX)?;
        let text = log.charset.text_of(&raw);
        let named = log.columns_above(place.piece, row, &text)?;
        let mut entry = log.entry(facts, row, &raw, &text, named.as_deref());
        (entry.line, entry.offset) = facts.shown_position(line, place.piece.offset + row.start() as u64);
        Ok(use_it(&entry))
    }

    /// Reads many events, whose numbers go up, block by block. Events that cannot be read any more are left out.
    pub(super) fn read_all(
        &self,
        facts: &[SourceFacts],
        numbers: &[EventId],
        use_it: &mut dyn FnMut(EventId, &PlacedEvent<'_>),
    ) {
        let mut bytes = Vec::new();
        let mut rest = numbers;
        while let Some(first) = rest.first() {
            let Some((part, at)) = self.locate(*first) else { return };
            let block = part.block_of(at);
            let rows = part.rows_of(block);
            let base = first.number() - at as u32;
            let count = rest.partition_point(|number| ((number.number() - base) as usize) < rows.end);
            let (here, next) = rest.split_at(count.max(1));
            rest = next;
            let (Some(piece), Some(facts)) = (part.pieces.get(block), facts.get(part.log.at)) else {
                continue;
            };
            if part.log.block(piece, &mut bytes).is_err() && bytes.is_empty() {
                continue;
            }
            let named = columns::named(&part.log.mix, &bytes);
            for number in here {
                let Some(row) = part.rows.get((number.number() - base) as usize) else { continue };
                let raw = row.bytes_in(&bytes);
                let text = part.log.charset.text_of(raw);
                let columns = columns::of_event(&bytes, row.start(), &named, piece.columns.as_deref());
                use_it(*number, &part.log.entry(facts, row, raw, &text, columns));
            }
        }
    }

    /// Number of an event's first line in its file, from 1.
    pub fn line(&self, number: EventId) -> io::Result<u64> {
        let place = self.place(number)?;
        let before = place.part.log.before(place.piece, place.row.start())?;
        Ok(place.piece.lines + memchr::memchr_iter(b'\n', &before).count() as u64 + 1)
    }

    /// Hash of the first line of an event.
    pub(super) fn line_hash(&self, number: EventId) -> io::Result<LineHash> {
        let place = self.place(number)?;
        let text = place.part.log.bytes(place.piece, place.row, LINE)?;
        Ok(LineHash::from_text(&text))
    }

    fn place(&self, number: EventId) -> io::Result<EventLocation<'_, 's>> {
        let found = self.locate(number).and_then(|(part, at)| {
            let piece = part.pieces.get(part.block_of(at))?;
            Some(EventLocation { part, piece, row: part.rows.get(at)? })
        });
        found.ok_or_else(gone)
    }
}

fn gone() -> io::Error {
    io::Error::new(io::ErrorKind::NotFound, "there is no such event")
}

impl<'s> IndexedLog<'s> {
    /// Reads a block, as text.
    pub(super) fn block(&self, piece: &BlockMeta, bytes: &mut Vec<u8>) -> io::Result<()> {
        self.fetch(piece.offset, piece.size, bytes)
    }

    fn fetch(&self, offset: u64, size: u64, bytes: &mut Vec<u8>) -> io::Result<()> {
        match block_reader::read(&self.source, &self.charset, offset, size, bytes)? {
            0 => Ok(()),
            _ => Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                "the file is shorter now than when it was read",
            )),
        }
    }

    /// The first bytes of a block.
    fn before(&self, piece: &BlockMeta, count: usize) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        if self.charset.is_recoded() {
            self.block(piece, &mut bytes)?;
            bytes.truncate(count);
        } else {
            self.fetch(piece.offset, count as u64, &mut bytes)?;
        }
        Ok(bytes)
    }

    /// The first bytes of an event, at least `most` of them if it has as many.
    fn bytes(&self, piece: &BlockMeta, row: &PackedEvent, most: usize) -> io::Result<Vec<u8>> {
        let length = row.length().min(most);
        let mut bytes = Vec::with_capacity(length);
        if self.charset.is_recoded() {
            self.block(piece, &mut bytes)?;
            bytes = row.bytes_in(&bytes).to_vec();
        } else {
            self.fetch(piece.offset + row.start() as u64, length as u64, &mut bytes)?;
        }
        Ok(bytes)
    }

    /// The line of its block above an event that names its columns, if its format has such.
    fn columns_above(
        &self,
        piece: &BlockMeta,
        row: &PackedEvent,
        text: &[u8],
    ) -> io::Result<Option<Box<[u8]>>> {
        if self.format_of(text).columns().is_none() {
            return Ok(None);
        }
        let before = self.before(piece, row.start())?;
        let named = columns::named(&self.mix, &before);
        Ok(columns::of_event(&before, row.start(), &named, piece.columns.as_deref()).map(Into::into))
    }

    /// The format of an event.
    fn format_of(&self, text: &[u8]) -> &'s dyn Format {
        self.mix.begin(first_line(text)).map_or(self.mix.main(), |(place, _)| self.mix.format(place))
    }

    /// An event with its text only: its line is not parsed. Only for sources in one format.
    pub(super) fn entry_unread<'e>(
        &'e self,
        facts: &'e SourceFacts,
        row: &PackedEvent,
        raw: &'e [u8],
        text: &'e [u8],
    ) -> PlacedEvent<'e> {
        entry_of(self.mix.main(), None, facts, row, raw, text)
    }

    /// An event with these bytes.
    pub(super) fn entry<'e>(
        &'e self,
        facts: &'e SourceFacts,
        row: &PackedEvent,
        raw: &'e [u8],
        text: &'e [u8],
        columns: Option<&'e [u8]>,
    ) -> PlacedEvent<'e> {
        let (place, head) = self.mix.begin(first_line(text)).unwrap_or_default();
        let mut entry = entry_of(self.mix.format(place), head.stamp, facts, row, raw, text);
        entry.columns = columns;
        entry
    }
}

/// Makes an event of its entry in the index and its bytes.
fn entry_of<'e>(
    format: &'e dyn Format,
    stamp: Option<RawTimestamp>,
    facts: &'e SourceFacts,
    row: &PackedEvent,
    raw: &'e [u8],
    text: &'e [u8],
) -> PlacedEvent<'e> {
    // the level may be in a line below the first: the index has it
    let head = Head { stamp, level: row.level() };
    let mut entry = PlacedEvent::new(facts, row.moment(), head, text, format);
    (entry.marks, entry.raw) = (row.marks(), raw);
    entry
}

/// The bytes of the first line that decide what it is.
fn first_line(text: &[u8]) -> &[u8] {
    let near = text.get(..spoglight_text::messages::HEAD).unwrap_or(text);
    let end = memchr::memchr(b'\n', near).unwrap_or(near.len());
    let line = near.get(..end).unwrap_or_default();
    line.strip_suffix(b"\r").unwrap_or(line)
}
