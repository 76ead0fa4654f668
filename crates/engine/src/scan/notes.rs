//! The records of a block beside its counts: its time span, its events, and the columns and zones that it names.

use memchr::memmem;

use super::Scanner;
use crate::block_meta::BlockMeta;
use crate::columns;
use crate::packed_event::PackedEvent;
use crate::tally::widen_pair;
use spoglight_text::messages::Block;
use spoglight_time::Dates;

/// Bytes of the longest name of a zone that is read.
const LONGEST_ZONE: usize = 64;

impl Scanner<'_> {
    /// Adds a block to the block index.
    pub(super) fn index(&mut self, block: &Block<'_>, size: u64, dates: Option<Dates>) {
        let mut piece = BlockMeta {
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
        if let Some(line) = columns::last(self.mix, block.bytes) {
            self.tally.columns = Some(line.into());
        }
        for mark in &self.marks {
            piece.undated += u64::from(mark.head.stamp.is_none() && self.reading.is_undated(mark));
            let Some(at) = self.at(mark, block.bytes.len(), size) else { continue };
            let span = if at.stamp.offset.is_some() { &mut piece.utc } else { &mut piece.local };
            widen_pair(span.get_or_insert_with(|| Box::new((at, at))), at);
            piece.closing = Some(at);
        }
        self.tally.blocks.push(piece);
    }

    /// Records every event of a block of `whole` bytes of text.
    pub(super) fn rows(&mut self, whole: usize) {
        let ends = self.marks.iter().skip(1).map(|next| next.start).chain([whole]);
        let rows = self.marks.iter().zip(ends).map(|(mark, end)| {
            let format = self.mix.format(mark.format);
            let is_undated = mark.head.stamp.is_none() && self.reading.is_undated(mark);
            let length = end.saturating_sub(mark.start);
            PackedEvent::scanned(
                mark.start,
                length,
                mark.head.level,
                mark.head.stamp,
                format.clock(),
                is_undated,
            )
        });
        self.tally.rows.extend(rows);
    }

    /// Counts zones that lines give a program by name: `-Duser.timezone=Europe/Rome`.
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
