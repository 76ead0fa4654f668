//! [`Piece`]: what lies in a block of a source.

use spoglight_time::{At, Dates};

/// A block of a source: what lies in it, so that it can be left out or read again by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Place of its first byte in the file.
    pub offset: u64,
    /// Bytes of the file.
    pub size: u64,
    /// Lines of the file before it.
    pub lines: u64,
    /// Messages that begin in it.
    pub events: u64,
    /// Whether it begins inside a line, the end of which belongs to the message before.
    pub mid_line: bool,
    /// Earliest and latest stamp with an offset.
    pub utc: Option<(At, At)>,
    /// Earliest and latest stamp without one.
    pub local: Option<(At, At)>,
    /// Stamp of the last message that has one.
    pub closing: Option<At>,
    /// Whether its first message has no stamp, and so the time of one before it.
    pub carries: bool,
    /// Messages in it with a time of day whose date nothing says.
    pub undated: u64,
    /// The last line before it that names columns, where messages have such.
    pub columns: Option<Box<[u8]>>,
    /// What is known of dates before it, where stamps have none.
    pub dates: Option<Box<Dates>>,
}
