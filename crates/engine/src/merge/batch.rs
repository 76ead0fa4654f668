//! [`Batch`]: rendered events in their order, on their way to the sink.

use std::io;

use spoglight_parsers::Level;
use spoglight_time::Timestamp;

use super::duplicates::Duplicates;
use super::key::Key;
use super::request::{MergeSink, MergedEvent, Summary};
use crate::placement::PlacementFlags;

/// Events that one thread rendered.
#[derive(Default)]
pub(super) struct Piece {
    pub(super) events: Vec<RenderedEvent>,
    pub(super) text: Vec<u8>,
}

/// One event of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RenderedEvent {
    pub(super) key: Key,
    pub(super) moment: Option<Timestamp>,
    /// End of its text in the text of the piece.
    pub(super) end: usize,
    /// Hash of its bytes, if duplicates are hidden.
    pub(super) hash: u64,
    pub(super) level: Level,
    pub(super) flags: PlacementFlags,
}

impl Piece {
    /// Bytes of memory.
    pub(super) fn bytes(&self) -> usize {
        self.text.capacity() + self.events.capacity() * size_of::<RenderedEvent>()
    }

    /// An event and its text.
    pub(super) fn event(&self, at: usize) -> Option<(&RenderedEvent, &[u8])> {
        let event = self.events.get(at)?;
        let start =
            at.checked_sub(1).and_then(|before| self.events.get(before)).map_or(0, |before| before.end);
        Some((event, self.text.get(start..event.end).unwrap_or_default()))
    }

    /// All events, with their texts.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&RenderedEvent, &[u8])> {
        (0..self.events.len()).filter_map(|at| self.event(at))
    }
}

/// Rendered events in their order.
pub(super) struct Batch {
    pieces: Vec<Piece>,
    /// Piece and event; `None` if they go out in the order of the pieces.
    order: Option<Vec<(u32, u32)>>,
    bytes: usize,
}

impl Batch {
    /// Events that go out in the order of the pieces.
    pub(super) fn as_read(pieces: Vec<Piece>) -> Batch {
        let bytes = pieces.iter().map(Piece::bytes).sum();
        Batch { pieces, order: None, bytes }
    }

    /// Events of `pieces`, which are in order one after the other, among those of `other`, which are in order, too.
    pub(super) fn merged(mut pieces: Vec<Piece>, other: Piece) -> Batch {
        if other.events.is_empty() {
            return Batch::as_read(pieces);
        }
        let last = pieces.len() as u32;
        let mut others = other.events.iter().enumerate().peekable();
        let mut order = Vec::with_capacity(
            other.events.len() + pieces.iter().map(|piece| piece.events.len()).sum::<usize>(),
        );
        for (number, piece) in pieces.iter().enumerate() {
            for (at, event) in piece.events.iter().enumerate() {
                while let Some((at, _)) = others.next_if(|(_, other)| other.key < event.key) {
                    order.push((last, at as u32));
                }
                order.push((number as u32, at as u32));
            }
        }
        order.extend(others.map(|(at, _)| (last, at as u32)));
        pieces.push(other);
        let bytes =
            pieces.iter().map(Piece::bytes).sum::<usize>() + order.capacity() * size_of::<(u32, u32)>();
        Batch { pieces, order: Some(order), bytes }
    }

    /// Bytes of memory.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Number of events.
    pub(super) fn count(&self) -> u64 {
        self.pieces.iter().map(|piece| piece.events.len() as u64).sum()
    }

    /// The events in their order, with their texts.
    fn iter(&self) -> impl Iterator<Item = (&RenderedEvent, &[u8])> {
        let ordered = self.order.iter().flatten().filter_map(|(number, at)| {
            self.pieces.get(*number as usize).and_then(|piece| piece.event(*at as usize))
        });
        let as_read = self.pieces.iter().filter(|_| self.order.is_none()).flat_map(Piece::iter);
        ordered.chain(as_read)
    }

    /// Hands the events to `sink` and counts them, up to a total of `most`. With `once`, duplicates are left out.
    pub(super) fn hand_out(
        &self,
        mut once: Option<&mut Duplicates<'_>>,
        most: u64,
        summary: &mut Summary,
        sink: MergeSink<'_>,
    ) -> io::Result<()> {
        for (event, text) in self.iter() {
            if summary.events >= most {
                break;
            }
            if let Some(once) = &mut once
                && once.holds(event)?
            {
                summary.repeated += 1;
                continue;
            }
            summary.events += 1;
            summary.unplaced += u64::from(!event.moment.is_some_and(Timestamp::is_utc));
            summary.late += u64::from(event.flags.late);
            summary.skipped += u64::from(event.flags.skipped);
            sink(&MergedEvent { moment: event.moment, source: event.key.source, level: event.level }, text)?;
        }
        Ok(())
    }
}
