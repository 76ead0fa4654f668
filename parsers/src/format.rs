//! [`Format`]: the one door between the formats and the rest of the house.

use crate::first_bytes::{COMMON, FirstBytes};
use crate::{Event, Level, RawTimestamp};

/// Whose clock it is that writes the stamps of a format.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClockSource {
    /// That of the program: for Java the zone that `-Duser.timezone` gives it, else that of the system.
    #[default]
    Program,
    /// That of the system, whatever the program is told: the Java machine itself, services, the kernel's logs.
    System,
    /// None on the server: the format is in UTC everywhere, so its offset says nothing of where the server is.
    Nowhere,
}

impl ClockSource {
    /// How many there are: the length of an array indexed by one.
    pub const COUNT: usize = 3;
}

/// What the plain path reads of a message.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Head {
    /// Its stamp; formats without stamps have `None`.
    pub stamp: Option<RawTimestamp>,
    /// Its level.
    pub level: Level,
}

/// A layout of log messages.
///
/// To add one: a file in `formats/` with a unit struct that implements this, and one line in [`crate::formats::ALL`].
/// Lines are handed in without their line end (`\n` or `\r\n`), as the bytes of the file.
pub trait Format: Send + Sync {
    /// Short name, as in reports and JSON: `ece`, `tomcat-juli`.
    fn name(&self) -> &str;

    /// One line for people: which program writes this.
    fn title(&self) -> &str;

    /// A message of it, as its documentation or a real log has it; several lines if it needs them.
    fn example(&self) -> &str;

    /// If a message begins with this line: its stamp and level. Must look at this line alone, and at not more than
    /// the first [`HEAD_BYTES`] of it, so that the answer is the same wherever a block was cut.
    fn begin(&self, line: &[u8]) -> Option<Head>;

    /// A message taken apart: its first line, without the line end, and the lines below it. `None` if the first line is
    /// not one with which a message of this format begins.
    fn read<'a>(&'a self, line: &'a [u8], rest: &'a [u8]) -> Option<Event<'a>>;

    /// The whole message taken apart. `message` is its first line and all lines to the next message. What does not fit
    /// the format is an event all the same, that says what its first line says.
    fn parse<'a>(&'a self, message: &'a [u8]) -> Event<'a> {
        let (line, rest) = first_line(message);
        self.read(line, rest).unwrap_or_else(|| Event { message: line, rest, ..Event::default() })
    }

    /// Whose clock writes its stamps. What one log of a server says of the offset of a clock holds for its others.
    fn clock(&self) -> ClockSource {
        ClockSource::Program
    }

    /// If the zone of its stamps is fixed although no line says so: why that is known. Then every stamp of its carries
    /// the offset.
    fn zone_rule(&self) -> Option<&str> {
        None
    }

    /// If the offsets that it writes cannot be relied on: why. A zone that the user gives beats them.
    fn offset_doubt(&self) -> Option<&str> {
        None
    }

    /// Whether lines below the first say the stamp or the level, so that they must be shown to [`Format::below`].
    fn looks_below(&self) -> bool {
        false
    }

    /// Adds to `head` what a line below the first says. Answers whether the next line is wanted, too. Asked only if
    /// [`Format::looks_below`], of one line after the other.
    fn below(&self, _line: &[u8], _head: &mut Head) -> bool {
        false
    }

    /// The id of the operating system's process that wrote the message that begins with this line, if the line says it.
    /// Asked of every message: cheap.
    fn process(&self, _line: &[u8]) -> Option<u64> {
        None
    }

    /// Whether its stamps are times of day without a date. Then the date comes from lines that say one
    /// ([`Format::heading`]), from the name of the file, and from midnights, which are seen by time going back.
    fn is_undated(&self) -> bool {
        false
    }

    /// The day that a line between messages says for those that follow: days since 1970-01-01.
    fn heading(&self, _line: &[u8]) -> Option<i64> {
        None
    }

    /// Beginning of the lines that name the columns of the messages below them, if the format has such lines.
    fn columns(&self) -> Option<&'static [u8]> {
        None
    }

    /// [`Format::parse`] of a message below `columns`, the last line that named them.
    fn parse_below<'a>(&'a self, _columns: &'a [u8], message: &'a [u8]) -> Event<'a> {
        self.parse(message)
    }

    /// How much one line that fits speaks for this format, against the lines that fit another. A layout that could
    /// be nothing else weighs [`UNMISTAKABLE`], one that shares its shape with many less.
    fn weight(&self) -> u32 {
        UNMISTAKABLE
    }

    /// The first bytes of lines with which a message begins inside a file of another format. Lines that begin otherwise
    /// are not shown to [`Format::begin`] there, because most of them are stack traces and text.
    fn first_bytes(&self) -> &'static [FirstBytes] {
        COMMON
    }

    /// Whether a file is one message if it begins at its top, whatever stands below.
    fn is_whole_file(&self) -> bool {
        false
    }

    /// Whether the bytes of its messages count as understood. Only the fallback says no.
    fn understands(&self) -> bool {
        true
    }
}

/// [`Format::weight`] of a layout that could be nothing else. Its lines begin a message in files of other formats, too.
pub const UNMISTAKABLE: u32 = 4;

/// [`Format::begin`] may not depend on bytes of a line beyond this many.
pub const HEAD_BYTES: usize = 4096;

/// Cuts a message into its first line, without the line end, and the lines below it.
pub fn first_line(message: &[u8]) -> (&[u8], &[u8]) {
    match memchr::memchr(b'\n', message) {
        Some(at) => {
            let (line, rest) = message.split_at(at);
            (line.strip_suffix(b"\r").unwrap_or(line), rest.get(1..).unwrap_or_default())
        }
        None => (message.strip_suffix(b"\r").unwrap_or(message), &[]),
    }
}
