//! Windows events as lists of PowerShell: `Get-WinEvent | Format-List`, with or without `-Property *`, and
//! `Get-EventLog | Format-List`.
//!
//! ```text
//! TimeCreated  : 11/21/2026 4:26:07 PM
//! ProviderName : Service Control Manager
//! Id           : 7031
//! Message      : The Apache Tomcat9 service terminated unexpectedly.
//! ```
//!
//! Names are English in every language. All names of a list are as wide as the longest, and lines of a long value are
//! indented, so a line of a text is never taken for a field. Which property is first depends on the command: the time of
//! `Get-WinEvent`, the index of `Get-EventLog`, the text of a list of all properties. See `windows/stamp.rs` for the
//! order of day and month. Local time.

use crate::ByteClass::Byte;
use crate::format::first_line;
use crate::windows::stamp::{Order, read};
use crate::windows::words::{Label, is_word_of_day_first, label, level, level_of_number};
use crate::windows::{COMPUTER, KEYWORDS, LOG, TASK, USER, key, numbered};
use crate::{ClockSource, Event, FileDates, FirstBytes, Format, Head, Level, ProviderEvent};

/// The format `windows-events-list`, with the order of day and month in its dates.
pub(super) struct WindowsList {
    order: Order,
}

/// The format before the dates of a file are known.
#[expect(non_upper_case_globals, reason = "it is in the list of formats, as the types are")]
pub(super) static WindowsEventsList: WindowsList = WindowsList { order: Order::Open };

static DAY_FIRST: WindowsList = WindowsList { order: Order::DayFirst };
static MONTH_FIRST: WindowsList = WindowsList { order: Order::MonthFirst };
static UNDECIDED: WindowsList = WindowsList { order: Order::Undecided };

/// The format by the order of its dates.
const FORMS: [&dyn Format; 3] = [&DAY_FIRST, &MONTH_FIRST, &UNDECIDED];

/// Width of the names in a list of all properties of `Get-WinEvent`, and in one of `Get-EventLog`. Their first
/// property is the text, and the index.
const ALL_WIDTH: usize = "KeywordsDisplayNames".len();
const LOG_WIDTH: usize = "ReplacementStrings".len();

/// The widest name.
const WIDEST: usize = 32;

impl Format for WindowsList {
    fn name(&self) -> &'static str {
        "windows-events-list"
    }

    fn title(&self) -> &'static str {
        "Windows events, list of PowerShell"
    }

    fn example(&self) -> &'static str {
        "TimeCreated  : 11/21/2026 4:26:07 PM
ProviderName : Service Control Manager
Id           : 7031
Message      : The Apache Tomcat9 service terminated unexpectedly."
    }

    fn clock(&self) -> ClockSource {
        ClockSource::System
    }

    fn first_bytes(&self) -> &'static [FirstBytes] {
        const START: &[FirstBytes] = &[
            &[Byte(b'T'), Byte(b'i'), Byte(b'm'), Byte(b'e'), Byte(b'C'), Byte(b'r')],
            &[Byte(b'M'), Byte(b'e'), Byte(b's'), Byte(b's'), Byte(b'a'), Byte(b'g'), Byte(b'e'), Byte(b' ')],
            &[Byte(b'I'), Byte(b'n'), Byte(b'd'), Byte(b'e'), Byte(b'x'), Byte(b' ')],
        ];
        START
    }

    fn has_event_keys(&self) -> bool {
        true
    }

    fn begin(&self, line: &[u8]) -> Option<Head> {
        line.first().filter(|first| matches!(first, b'T' | b'M' | b'I'))?;
        let (name, value) = property(line)?;
        let width = memchr::memmem::find(line, b" : ")?;
        let mut head = Head { stamp: None, level: Level::None };
        match name {
            // in a list of all properties it is in the middle
            b"TimeCreated" if width < ALL_WIDTH => head.stamp = read(value, self.order)?.stamp(),
            b"Message" if width == ALL_WIDTH => {}
            b"Index" if width == LOG_WIDTH && value.iter().all(u8::is_ascii_digit) => {}
            _ => return None,
        }
        Some(head)
    }

    fn looks_below(&self) -> bool {
        true
    }

    fn below(&self, line: &[u8], head: &mut Head) -> bool {
        match property(line) {
            Some((b"TimeCreated" | b"TimeGenerated", value)) => {
                head.stamp = head.stamp.or_else(|| read(value, self.order)?.stamp());
            }
            Some((b"LevelDisplayName" | b"EntryType", value)) => head.level = level(value),
            Some((b"Level", value)) if head.level == Level::None => head.level = level_of_number(value),
            _ => {}
        }
        true
    }

    fn component_below<'a>(&self, line: &'a [u8]) -> Option<&'a [u8]> {
        match property(line)? {
            (b"LogName" | b"ProviderName" | b"Source", value) => Some(value),
            _ => None,
        }
    }

    fn event_key<'a>(&self, message: &'a [u8]) -> Option<ProviderEvent<'a>> {
        let (mut provider, mut digits) = (None, None);
        let mut lines = message.split(|byte| *byte == b'\n');
        let first = lines.next().into_iter();
        // the event ends where another one begins
        let below = lines.take_while(|line| self.begin(line).is_none());
        for (name, value) in first.chain(below).filter_map(property) {
            match name {
                b"ProviderName" | b"Source" => provider = Some(value),
                b"Id" | b"EventID" => digits = Some(value),
                b"InstanceId" => digits = digits.or(Some(value)),
                _ => {}
            }
        }
        key(provider?, digits?)
    }

    fn for_lines(&self, lines: &[&[u8]]) -> Option<&'static dyn Format> {
        let properties = || lines.iter().filter_map(|line| property(line));
        let dates = properties().filter(|(name, _)| matches!(*name, b"TimeCreated" | b"TimeGenerated"));
        let is_day_first = properties()
            .filter(|(name, _)| matches!(*name, b"LevelDisplayName" | b"EntryType"))
            .any(|(_, word)| is_word_of_day_first(word));
        Order::of(dates.map(|(_, value)| value), is_day_first).form(FORMS)
    }

    fn dates(&self) -> FileDates {
        self.order.dates(FORMS)
    }

    fn read<'a>(&'a self, line: &'a [u8], rest: &'a [u8]) -> Option<Event<'a>> {
        let mut head = self.begin(line)?;
        let mut event = Event { rest, ..Event::default() };
        let (mut text, mut number) = (None, None);
        let mut lines = rest;
        let mut line = Some(line);
        while let Some(current) = line {
            if let Some((name, value)) = property(current) {
                self.below(current, &mut head);
                match label(name) {
                    Some(Label::Source) => event.class = value,
                    Some(Label::Text) => text = Some((value, lines)),
                    Some(Label::Id) => number = Some(value),
                    Some(Label::Level) if name != b"Level" || event.level_word.is_empty() => {
                        event.level_word = value;
                    }
                    known => {
                        let own = match known {
                            Some(Label::Log) => LOG,
                            Some(Label::Task) => TASK,
                            Some(Label::Keywords) => KEYWORDS,
                            Some(Label::User) => USER,
                            Some(Label::Computer) => COMPUTER,
                            _ => name,
                        };
                        let is_time = matches!(name, b"TimeCreated" | b"TimeGenerated");
                        if name == b"InstanceId" {
                            number = number.or(Some(value));
                        } else if !value.is_empty() && !is_time {
                            event.fields.push((own, value));
                        }
                    }
                }
            }
            line = (!lines.is_empty()).then(|| {
                let (next, below) = first_line(lines);
                lines = below;
                next
            });
        }
        for (at, field) in number.into_iter().flat_map(numbered).enumerate() {
            event.fields.insert(at, field);
        }
        if let Some((value, below)) = text {
            (event.message, event.rest) = (value, below);
        }
        (event.stamp, event.level) = (head.stamp, head.level);
        Some(event)
    }
}

/// `Name         : value` at the start of a line, with a name of letters.
fn property(line: &[u8]) -> Option<(&[u8], &[u8])> {
    line.first().filter(|first| first.is_ascii_uppercase())?;
    let colon = memchr::memchr(b':', line.get(..WIDEST + 2).unwrap_or(line))?;
    let (name, value) = line.split_at(colon);
    let name = name.strip_suffix(b" ")?.trim_ascii_end();
    let sound = !name.is_empty() && name.iter().all(u8::is_ascii_alphabetic);
    sound.then_some((name, value.get(1..).unwrap_or_default().trim_ascii()))
}
