//! One event, read again from its source: the index only knows where it lies.

use std::io::{self, Read as _};

use spoglight_parsers::{Format, Head, Stamp};

use super::index::{Index, Log, Part};
use spoglight_engine::event::Entry;
use spoglight_engine::merge::{above, columns};
use spoglight_engine::{Piece, Row};
use spoglight_model::analysis::SourceFacts;

/// Where an event lies.
struct Place<'a, 's> {
    part: &'a Part<'s>,
    piece: &'a Piece,
    row: &'a Row,
}

impl<'s> Index<'s> {
    /// Reads an event and hands it on. Its number of line is not known: [`Index::line`] tells it.
    ///
    /// Fails if its file cannot be read any more, or is shorter now.
    pub fn read<T>(
        &self,
        facts: &[SourceFacts],
        number: u32,
        use_it: impl FnOnce(&Entry<'_>) -> T,
    ) -> io::Result<T> {
        self.read_at(facts, number, 0, use_it)
    }

    /// The same with a number of line.
    pub fn read_at<T>(
        &self,
        facts: &[SourceFacts],
        number: u32,
        line: u64,
        use_it: impl FnOnce(&Entry<'_>) -> T,
    ) -> io::Result<T> {
        let place = self.place(number)?;
        let (log, row) = (&place.part.log, place.row);
        let facts = facts.get(log.at).ok_or_else(gone)?;
        let raw = log.bytes(place.piece, row)?;
        let text = log.charset.text_of(&raw);
        let named = log.columns_above(place.piece, row, &text)?;
        let mut entry =
            log.entry(facts, row, &raw, &text, named.as_deref().or(place.piece.columns.as_deref()));
        (entry.line, entry.offset) = (line, place.piece.offset + row.start() as u64);
        Ok(use_it(&entry))
    }

    /// Reads many events, whose numbers go up, block by block. What cannot be read any more is left out.
    pub(super) fn read_all(
        &self,
        facts: &[SourceFacts],
        numbers: &[u32],
        use_it: &mut dyn FnMut(u32, &Entry<'_>),
    ) {
        let mut bytes = Vec::new();
        let mut rest = numbers;
        while let Some(first) = rest.first() {
            let Some((part, at)) = self.find(*first) else { return };
            let block = part.block_of(at);
            let rows = part.rows_of(block);
            let base = first - at as u32;
            let count = rest.partition_point(|number| ((*number - base) as usize) < rows.end);
            let (here, next) = rest.split_at(count.max(1));
            rest = next;
            let (Some(piece), Some(facts)) = (part.pieces.get(block), facts.get(part.log.at)) else {
                continue;
            };
            if part.log.block(piece, &mut bytes).is_err() && bytes.is_empty() {
                continue;
            }
            let named = part.log.named(&bytes);
            for number in here {
                let Some(row) = part.rows.get((number - base) as usize) else { continue };
                let raw = row.bytes_in(&bytes);
                let text = part.log.charset.text_of(raw);
                let columns = above(&bytes, row.start(), &named).or(piece.columns.as_deref());
                use_it(*number, &part.log.entry(facts, row, raw, &text, columns));
            }
        }
    }

    /// Number of an event's first line in its file, from 1.
    pub fn line(&self, number: u32) -> io::Result<u64> {
        let place = self.place(number)?;
        let before = place.part.log.before(place.piece, place.row.start())?;
        Ok(place.piece.lines + memchr::memchr_iter(b'\n', &before).count() as u64 + 1)
    }

    fn place(&self, number: u32) -> io::Result<Place<'_, 's>> {
        let found = self.find(number).and_then(|(part, at)| {
            let piece = part.pieces.get(part.block_of(at))?;
            Some(Place { part, piece, row: part.rows.get(at)? })
        });
        found.ok_or_else(gone)
    }
}

fn gone() -> io::Error {
    io::Error::new(io::ErrorKind::NotFound, "there is no such event")
}

impl<'s> Log<'s> {
    /// All of a block, as text of blocks is.
    pub(super) fn block(&self, piece: &Piece, bytes: &mut Vec<u8>) -> io::Result<()> {
        self.fetch(piece.offset, piece.size, bytes)
    }

    fn fetch(&self, offset: u64, size: u64, bytes: &mut Vec<u8>) -> io::Result<()> {
        bytes.clear();
        let seek = if self.source.can_seek() { offset } else { 0 };
        self.source.read(seek, |stream| {
            if seek < offset {
                io::copy(&mut stream.take(offset), &mut io::sink())?;
            }
            let mut part = stream.take(size);
            if self.charset.is_recoded() {
                self.charset.reader(&mut part).read_to_end(bytes)
            } else {
                part.read_to_end(bytes)
            }
        })?;
        Ok(())
    }

    /// The first bytes of a block.
    fn before(&self, piece: &Piece, count: usize) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        if self.charset.is_recoded() {
            self.block(piece, &mut bytes)?;
            bytes.truncate(count);
        } else {
            self.fetch(piece.offset, count as u64, &mut bytes)?;
        }
        Ok(bytes)
    }

    /// Those of an event.
    fn bytes(&self, piece: &Piece, row: &Row) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(row.length());
        if self.charset.is_recoded() {
            self.block(piece, &mut bytes)?;
            bytes = row.bytes_in(&bytes).to_vec();
        } else {
            self.fetch(piece.offset + row.start() as u64, row.length() as u64, &mut bytes)?;
        }
        if bytes.is_empty() && row.length() > 0 {
            return Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                "the file is shorter now than when it was read",
            ));
        }
        Ok(bytes)
    }

    /// Where lines of a block begin that name columns.
    pub(super) fn named(&self, bytes: &[u8]) -> Vec<usize> {
        let names = (0..self.mix.count()).filter_map(|place| self.mix.format(place).columns());
        let mut named: Vec<usize> = names.flat_map(|name| columns(bytes, name)).collect();
        named.sort_unstable();
        named
    }

    /// The line above an event that names its columns, if its format has such and one stands in its block.
    fn columns_above(&self, piece: &Piece, row: &Row, text: &[u8]) -> io::Result<Option<Box<[u8]>>> {
        let Some(name) = self.format_of(text).columns() else { return Ok(None) };
        let before = self.before(piece, row.start())?;
        Ok(above(&before, row.start(), &columns(&before, name)).map(Into::into))
    }

    /// The format of an event.
    fn format_of(&self, text: &[u8]) -> &'s dyn Format {
        self.mix.begin(first_line(text)).map_or(self.mix.main(), |(place, _)| self.mix.format(place))
    }

    /// An event of which nobody wants to know more than its text: its line is not looked into. Only of sources in one format.
    pub(super) fn entry_unread<'e>(
        &'e self,
        facts: &'e SourceFacts,
        row: &Row,
        raw: &'e [u8],
        text: &'e [u8],
    ) -> Entry<'e> {
        self.entry_of(self.mix.main(), None, facts, row, raw, text)
    }

    /// An event, of which these are the bytes.
    pub(super) fn entry<'e>(
        &'e self,
        facts: &'e SourceFacts,
        row: &Row,
        raw: &'e [u8],
        text: &'e [u8],
        columns: Option<&'e [u8]>,
    ) -> Entry<'e> {
        let (place, head) = self.mix.begin(first_line(text)).unwrap_or_default();
        let mut entry = self.entry_of(self.mix.format(place), head.stamp, facts, row, raw, text);
        entry.columns = columns;
        entry
    }

    /// What the index knows of an event, put together with its bytes.
    fn entry_of<'e>(
        &'e self,
        format: &'e dyn Format,
        stamp: Option<Stamp>,
        facts: &'e SourceFacts,
        row: &Row,
        raw: &'e [u8],
        text: &'e [u8],
    ) -> Entry<'e> {
        // the level may stand further down than where the message begins: the row has it
        let head = Head { stamp, level: row.level() };
        let mut entry = Entry::new(facts, self.at, row.moment(), head, text, format);
        (entry.marks, entry.raw) = (row.marks(), raw);
        entry
    }
}

/// The bytes of the first line that decide what it is.
fn first_line(text: &[u8]) -> &[u8] {
    let near = text.get(..spoglight_text::messages::HEAD).unwrap_or(text);
    let end = memchr::memchr(b'\n', near).unwrap_or(near.len());
    let line = near.get(..end).unwrap_or_default();
    line.strip_suffix(b"\r").unwrap_or(line)
}
