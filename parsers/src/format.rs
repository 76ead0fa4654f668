//! [`Format`]: the interface that every log format implements.

use crate::first_bytes::{COMMON, FirstBytes};
use serde::{Deserialize, Serialize};

use crate::{Event, Level, ProviderEvent, RawTimestamp};

/// The clock that writes the timestamps of a format.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ClockSource {
    /// The clock of the program: for Java in the zone of `-Duser.timezone`, else in that of the system.
    #[default]
    Program,
    /// The clock of the system, whatever the zone of the program: the JVM itself, services, the kernel's logs.
    System,
    /// None of the server's: the format is in UTC everywhere, so its offset does not show the zone of the server.
    Nowhere,
}

impl ClockSource {
    /// Number of variants: the length of an array indexed by a variant.
    pub const COUNT: usize = 3;
}

/// The order of day and month in dates such as `11/12/2026`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DayOrder {
    /// The day is first.
    DayFirst,
    /// The month is first.
    MonthFirst,
}

/// What is known of the order of day and month in the dates of a file.
#[derive(Clone, Copy)]
pub enum FileDates {
    /// Its dates have no such order, or it is not known which they have.
    Plain,
    /// Its lines prove it.
    Known(DayOrder),
    /// Nothing in it shows the order, so its events have no timestamp. The forms of the format with the day first, and with
    /// the month first.
    Open([&'static dyn Format; 2]),
}

/// Timestamp and level of a message: all that a scan reads of most messages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Head {
    /// The timestamp; `None` in formats without timestamps.
    pub stamp: Option<RawTimestamp>,
    /// The level.
    pub level: Level,
}

/// A format of log messages.
///
/// To add a format, add a file in `formats/` with a unit struct that implements this trait, and one line in
/// `formats/mod.rs`. Lines are passed without their line end (`\n` or `\r\n`), as the bytes of the file.
pub trait Format: Send + Sync {
    /// Short name, as in reports and JSON: `ece`, `tomcat-juli`.
    fn name(&self) -> &str;

    /// One line for users: the program that writes this format.
    fn title(&self) -> &str;

    /// A message of the format, from its documentation or a real log, on one or more lines.
    fn example(&self) -> &str;

    /// Returns timestamp and level if a message begins with this line. The result must depend on this line alone, and
    /// on not more than its first [`HEAD_BYTES`], so that it is the same wherever a block is cut.
    fn begin(&self, line: &[u8]) -> Option<Head>;

    /// Parses a message: its first line, without the line end, and the lines below it. `None` if no message of this
    /// format begins with the first line.
    fn read<'a>(&'a self, line: &'a [u8], rest: &'a [u8]) -> Option<Event<'a>>;

    /// Parses a whole message. `message` is its first line and all lines up to the next message. A message that does
    /// not fit the format is an event with its first line as text.
    fn parse<'a>(&'a self, message: &'a [u8]) -> Event<'a> {
        let (line, rest) = first_line(message);
        self.read(line, rest).unwrap_or_else(|| Event { message: line, rest, ..Event::default() })
    }

    /// The clock that writes the timestamps. An offset found in one log of a server applies to the other logs with
    /// the same clock.
    fn clock(&self) -> ClockSource {
        ClockSource::Program
    }

    /// The reason why the zone of the timestamps is fixed although no line shows it. Every timestamp has its offset
    /// then.
    fn zone_rule(&self) -> Option<&str> {
        None
    }

    /// The reason why the offsets in the lines are unreliable. A zone that the user gives overrules them.
    fn offset_doubt(&self) -> Option<&str> {
        None
    }

    /// Whether lines below the first contain the timestamp or the level, so that they must be passed to
    /// [`Format::below`].
    fn looks_below(&self) -> bool {
        false
    }

    /// Adds the timestamp or level in a line below the first to `head`. Returns whether the next line is needed, too.
    /// Called only if [`Format::looks_below`], for one line after the other.
    fn below(&self, _line: &[u8], _head: &mut Head) -> bool {
        false
    }

    /// Id of the operating system's process that wrote the message that begins with this line, if the line shows it.
    /// Called for every message, so it must be cheap.
    fn process(&self, _line: &[u8]) -> Option<u64> {
        None
    }

    /// Name of the component that wrote the message that begins with this line, if the line shows it: a process, a
    /// facility, a provider. Programs that share a format differ in it. Names have no numbers that change from message
    /// to message. Called for every message, so it must be cheap.
    fn component<'a>(&self, _line: &'a [u8]) -> Option<&'a [u8]> {
        None
    }

    /// The same in a line below the first. Called only for lines that are passed to [`Format::below`].
    fn component_below<'a>(&self, _line: &'a [u8]) -> Option<&'a [u8]> {
        None
    }

    /// Whether messages of the format are numbered events of a provider: see [`Format::event_key`].
    fn has_event_keys(&self) -> bool {
        false
    }

    /// Provider and number of the event that a whole message is, if the message shows both. Called for every message of
    /// a format with [`Format::has_event_keys`], so it must be cheap.
    fn event_key<'a>(&self, _message: &'a [u8]) -> Option<ProviderEvent<'a>> {
        None
    }

    /// The form of the format that the lines of a file show, such as the order of day and month in its dates; `None` if
    /// there is only one. It has the same name.
    fn for_lines(&self, _lines: &[&[u8]]) -> Option<&'static dyn Format> {
        None
    }

    /// Names of the formats whose messages are parts of messages of this one: in a file of this format they begin none.
    fn embeds(&self) -> &'static [&'static str] {
        &[]
    }

    /// Whether the timestamps are times of day without a date. Then the date comes from headings
    /// ([`Format::heading`]), from the name of the file, and from midnights, which show as time going back.
    fn is_undated(&self) -> bool {
        false
    }

    /// Of a format whose timestamps have no date: whether they have month and day, so that only the year is missing.
    /// Their wall time is in the year 2000 then.
    fn has_day(&self) -> bool {
        false
    }

    /// Whether a sample of lines may be in this format. Called once for a file, if some of its lines fit; for layouts
    /// that only several lines together tell from others.
    fn fits_sample(&self, _lines: &[&[u8]]) -> bool {
        true
    }

    /// Whether messages may go on in lines that look like the beginning of one, see [`Format::joins`].
    fn has_joins(&self) -> bool {
        false
    }

    /// Whether `line`, which looks like the beginning of a message, continues that of the line right above it. Called
    /// only if [`Format::has_joins`], with lines of at most [`HEAD_BYTES`].
    fn joins(&self, _above: &[u8], _line: &[u8]) -> bool {
        false
    }

    /// The date of the messages that follow, in a line between messages or in one of them: days since 1970-01-01.
    fn heading(&self, _line: &[u8]) -> Option<i64> {
        None
    }

    /// Beginning of the lines that name the columns of the messages below them, if the format has such lines.
    fn columns(&self) -> Option<&'static [u8]> {
        None
    }

    /// Parses a message below `columns`, the last line that named the columns.
    fn parse_below<'a>(&'a self, _columns: &'a [u8], message: &'a [u8]) -> Event<'a> {
        self.parse(message)
    }

    /// Weight of one matching line when formats compete for a file. A layout that no other format resembles has
    /// [`UNMISTAKABLE`], a common one less.
    fn weight(&self) -> u32 {
        UNMISTAKABLE
    }

    /// The first bytes with which a message can begin inside a file of another format. Other lines are not passed to
    /// [`Format::begin`] there, because most of them are stack traces and text.
    fn first_bytes(&self) -> &'static [FirstBytes] {
        COMMON
    }

    /// Whether the whole file is one message if it begins in this format.
    fn is_whole_file(&self) -> bool {
        false
    }

    /// Whether a message without a level may report a failure in its words. False for formats that record requests,
    /// measurements or threads: the words of a URL or of a cause show no failure there.
    fn has_hidden_levels(&self) -> bool {
        true
    }

    /// Whether the line breaks off before the text of its message, in a way that no program writes: something wrapped it.
    /// Called for a few lines of a file.
    fn breaks_off(&self, _line: &[u8]) -> bool {
        false
    }

    /// A line below the first of a message, without the prefix of another program.
    fn line_below<'a>(&self, line: &'a [u8]) -> &'a [u8] {
        line
    }

    /// The text of an event in one line, if it is not in [`Event::message`]: its data, for an event without a text.
    fn readable(&self, _event: &Event<'_>) -> Option<Vec<u8>> {
        None
    }

    /// What is known of the order of day and month in the dates of a file: see [`Format::for_lines`].
    fn dates(&self) -> FileDates {
        FileDates::Plain
    }

    /// Whether the bytes of its messages count as understood. False only for the fallback.
    fn understands(&self) -> bool {
        true
    }
}

/// [`Format::weight`] of a layout that no other format resembles. Its lines begin a message in files of other
/// formats, too.
pub const UNMISTAKABLE: u32 = 4;

/// [`Format::begin`] must not depend on bytes of a line beyond this many.
pub const HEAD_BYTES: usize = 4096;

/// Splits a message into its first line, without the line end, and the lines below it.
pub(crate) fn first_line(message: &[u8]) -> (&[u8], &[u8]) {
    match memchr::memchr(b'\n', message) {
        Some(at) => {
            let (line, rest) = message.split_at(at);
            (line.strip_suffix(b"\r").unwrap_or(line), rest.get(1..).unwrap_or_default())
        }
        None => (message.strip_suffix(b"\r").unwrap_or(message), &[]),
    }
}
