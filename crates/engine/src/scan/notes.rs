//! What is noted of a block beside its counts: where in time it lies, the columns that it names, the zones that it names.

use memchr::memmem;

use super::Scanner;
use crate::block_meta::Piece;
use crate::packed_event::Row;
use crate::tally::widen_pair;
use spoglight_text::messages;
use spoglight_text::messages::Block;
use spoglight_time::Dates;

/// Bytes of the longest name of a zone that is looked at.
const LONGEST_ZONE: usize = 64;

impl Scanner<'_> {
    /// Notes what lies in a block.
    pub(super) fn index(&mut self, block: &Block<'_>, size: u64, dates: Option<Dates>) {
        let mut piece = Piece {
            offset: self.tally.bytes,
            size,
            lines: self.tally.lines,
            events: self.marks.len() as u64,
            mid_line: block.mid_line,
            utc: None,
            local: None,
            closing: None,
            carries: self.marks.first().is_some_and(|mark| mark.head.stamp.is_none()),
            undated: 0,
            columns: self.tally.columns.clone(),
            dates: dates.map(Box::new),
        };
        self.name_columns(block.bytes);
        for mark in &self.marks {
            piece.undated += u64::from(mark.head.stamp.is_none() && self.reading.is_undated(mark));
            let Some(at) = self.at(mark, block.bytes.len(), size) else { continue };
            let span = if at.stamp.offset.is_some() { &mut piece.utc } else { &mut piece.local };
            widen_pair(span.get_or_insert((at, at)), at);
            piece.closing = Some(at);
        }
        self.tally.blocks.push(piece);
    }

    /// Notes every message of a block of so many bytes of text.
    pub(super) fn rows(&mut self, whole: usize) {
        let ends = self.marks.iter().skip(1).map(|next| next.start).chain([whole]);
        let rows = self.marks.iter().zip(ends).map(|(mark, end)| {
            let format = self.mix.format(mark.format);
            let is_undated = mark.head.stamp.is_none() && self.reading.is_undated(mark);
            let length = end.saturating_sub(mark.start);
            Row::scanned(mark.start, length, mark.head.level, mark.head.stamp, format.clock(), is_undated)
        });
        self.tally.rows.extend(rows);
    }

    /// Keeps the last line of a block that names columns.
    fn name_columns(&mut self, bytes: &[u8]) {
        for name in (0..self.mix.count()).filter_map(|place| self.mix.format(place).columns()) {
            let is_start = |at: &usize| *at == 0 || bytes.get(at - 1) == Some(&b'\n');
            // forward, because that is the fast way, and most blocks have none
            let last = memmem::find_iter(bytes, name).filter(is_start).last();
            if let Some(line) = last.and_then(|at| bytes.get(at..)) {
                let end = memchr::memchr(b'\n', line).unwrap_or(line.len()).min(messages::HEAD);
                self.tally.columns = Some(line.get(..end).unwrap_or_default().trim_ascii_end().into());
            }
        }
    }

    /// Zones that lines give a program by name: `-Duser.timezone=Europe/Rome`.
    pub(super) fn named_zones(&mut self, bytes: &[u8]) {
        const OPTION: &[u8] = b"-Duser.timezone=";
        for at in memmem::find_iter(bytes, OPTION) {
            let name = bytes.get(at + OPTION.len()..).unwrap_or_default();
            let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || b"/_+-:".contains(byte);
            let length = name.iter().take(LONGEST_ZONE).take_while(is_name).count();
            if let Some(name) = name.get(..length).and_then(|name| std::str::from_utf8(name).ok())
                && !name.is_empty()
            {
                self.tally.named_zone(name, 1);
            }
        }
    }
}
