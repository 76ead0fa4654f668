//! [`BlockMeta`]: metadata of one block of a source.

use serde::{Deserialize, Serialize};
use spoglight_time::{Dates, SourceTime};

/// Position and time span of a block, so that it can be left out or read again by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockMeta {
    /// Position of its first byte in the file.
    pub offset: u64,
    /// Bytes of the file.
    pub size: u64,
    /// Lines of the file before it.
    pub lines: u64,
    /// Messages that begin in it.
    pub events: u64,
    /// It begins inside a line, the rest of which belongs to the message before.
    pub mid_line: bool,
    /// Earliest and latest timestamp with an offset.
    pub utc: Option<Box<(SourceTime, SourceTime)>>,
    /// Earliest and latest timestamp without one; boxed, because most files have only one of the two.
    pub local: Option<Box<(SourceTime, SourceTime)>>,
    /// Timestamp of the last message that has one.
    pub closing: Option<SourceTime>,
    /// Its first message has no timestamp, and so has the time of one before it.
    pub carries: bool,
    /// Messages in it with a time of day whose date is not known.
    pub undated: u64,
    /// The last line before it that names columns, if the format has such.
    pub columns: Option<Box<[u8]>>,
    /// The day as far as it is known before it, if timestamps have no date.
    pub dates: Option<Box<Dates>>,
}
