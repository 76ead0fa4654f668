//! Formats of the logs of an ECE and PCCE system: bytes of one message in, an [`Event`] out.
//!
//! The package knows the messages of each log and nothing else: no files, no threads, no clock, no zone.
//! [`Format::begin`] decides for a line *whether a message begins here, with which timestamp and level*.
//! [`Format::parse`] parses a whole message, only when its fields are needed.
//!
//! Parsing never fails. A line that fits no format is a line of the fallback format [`formats::TEXT`].
//!
//! ```
//! use spoglight_parsers::{formats, Level};
//!
//! let message = b"2011-05-01 19:02:23.758 GMT-0400 <@> WARN <@> [32:Thread-6] <@> ProcessId:1740 <@> PID:1 \
//!     <@> UID:12 <@> HttpSessionId:  <@> com.egain.DataAccess <@> read() <@> No result <@> ";
//! let format = formats::detect(message);
//! assert_eq!(format.name(), "ece");
//!
//! let event = format.parse(message);
//! assert_eq!(event.level, Level::Warn);
//! assert_eq!(event.field("ProcessId"), Some(&b"1740"[..]));
//! assert_eq!(event.message, b"No result");
//! ```

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

mod code_page;
pub mod duration;
mod event;
mod first_bytes;
mod format;
pub mod formats;
pub mod grammar;
pub mod language;
pub mod layout;
pub mod learn;
mod level;
mod month_words;
pub mod pattern;
mod raw_timestamp;
pub mod tables;
mod windows;
pub mod wrappers;

pub use code_page::code_page;
pub use event::{Event, ProviderEvent};
pub use first_bytes::{ByteClass, COMMON, FirstBytes};
pub use format::{ClockSource, DayOrder, FileDates, Format, HEAD_BYTES, Head, UNMISTAKABLE};
pub use level::Level;
pub use raw_timestamp::{Precision, RawTimestamp};
