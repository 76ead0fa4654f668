//! [`Segment`]: a part of a source that one core scans.

use std::collections::VecDeque;

use spoglight_source::{Source, SourceId};

use crate::scanned::ScannedSource;

/// A part of a source for one core.
pub(crate) struct Segment {
    pub(crate) source: SourceId,
    /// Position of its first byte in the file.
    pub(crate) start: u64,
    /// Position after its last; `u64::MAX` for the end of the file.
    pub(crate) end: u64,
    /// About how many bytes it is.
    pub(crate) size: u64,
}

/// Cuts a source into segments of `size` bytes.
pub(crate) fn cut(
    id: SourceId,
    source: &Source,
    scanned: &ScannedSource<'_>,
    size: u64,
    segments: &mut VecDeque<Segment>,
) {
    let Some(charset) = &scanned.charset else { return };
    let first = charset.first_line() as u64;
    // the date of a message may be in a line far above it, and the line above decides whether a message begins
    let in_order = scanned.mix.as_ref().is_some_and(|mix| mix.is_undated() || mix.has_joins());
    if !source.can_seek() || charset.is_recoded() || in_order || is_ticket(source, scanned) {
        segments.push_back(Segment { source: id, start: first, end: u64::MAX, size: source.size });
        return;
    }
    let cuts = source.size.saturating_sub(first).div_ceil(size).max(1);
    for cut in 0..cuts {
        // the last one reads to the end, wherever that is by now
        let end = if cut + 1 == cuts { u64::MAX } else { first + (cut + 1) * size };
        segments.push_back(Segment { source: id, start: first + cut * size, end, size });
    }
}

/// Bytes of a ticket or a mail with lines of logs in it; larger files are logs.
const TICKET: u64 = 256 << 10;

/// Returns true for a small source in no known format: a ticket or a mail may contain lines of logs.
pub(crate) fn is_ticket(source: &Source, scanned: &ScannedSource<'_>) -> bool {
    source.size <= TICKET && scanned.mix.as_ref().is_some_and(|mix| !mix.main().understands())
}
