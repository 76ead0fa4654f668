//! Windows events that the Event Viewer saved as CSV or as text with tabs: level, date and time, source, event id,
//! task category, and the text, which may be quoted and span many lines.
//!
//! ```text
//! Level,Date and Time,Source,Event ID,Task Category
//! Error,11/21/2026 4:26:07 PM,Service Control Manager,7031,None,"The Apache Tomcat9 service terminated unexpectedly. ..."
//! ```
//!
//! Level words, column names and the date are in the language of Windows. The order of day and month in `11/12/2026`
//! is not in the line: with AM or PM the month is first, without it second, and a number above 12 decides. Local time
//! in whole seconds. The Security log has keywords (`Audit Failure`) instead of levels.

use std::sync::LazyLock;

use crate::pattern::Pattern;
use crate::{ClockSource, Event, Format, Head, Level, RawTimestamp};

/// The format `windows-events`.
pub(super) struct WindowsEventsCsv;

/// Longest level or keyword in any language, in bytes.
const LEVEL_BYTES: usize = 48;

impl Format for WindowsEventsCsv {
    fn name(&self) -> &'static str {
        "windows-events"
    }

    fn title(&self) -> &'static str {
        "Windows events, CSV or tabs"
    }

    fn example(&self) -> &'static str {
        r#"Level,Date and Time,Source,Event ID,Task Category
Error,11/21/2026 4:26:07 PM,Service Control Manager,7031,None,"The Apache Tomcat9 service terminated unexpectedly. ...""#
    }

    fn clock(&self) -> ClockSource {
        ClockSource::System
    }

    fn begin(&self, line: &[u8]) -> Option<Head> {
        let row = row(line)?;
        Some(Head { stamp: Some(row.stamp), level: windows_level(row.level) })
    }

    fn component<'a>(&self, line: &'a [u8]) -> Option<&'a [u8]> {
        let row = row(line)?;
        Some(cell(row.after, row.separator).0)
    }

    fn read<'a>(&'a self, line: &'a [u8], rest: &'a [u8]) -> Option<Event<'a>> {
        let row = row(line)?;
        let mut event = Event {
            stamp: Some(row.stamp),
            level: windows_level(row.level),
            level_word: row.level,
            rest,
            ..Event::default()
        };
        let mut after = row.after;
        for name in [&b"source"[..], b"event_id", b"task"] {
            let (value, below) = cell(after, row.separator);
            match name {
                b"source" => event.class = value,
                _ => event.fields.push((name, value)),
            }
            after = below;
        }
        event.message = after.strip_prefix(b"\"").unwrap_or(after);
        event.message = event.message.strip_suffix(b"\"").unwrap_or(event.message);
        Some(event)
    }
}

struct CsvRow<'a> {
    level: &'a [u8],
    stamp: RawTimestamp,
    separator: u8,
    after: &'a [u8],
}

fn row(line: &[u8]) -> Option<CsvRow<'_>> {
    line.first().filter(|first| first.is_ascii_alphabetic() || **first == b'"' || **first >= 0x80)?;
    let near = line.get(..LEVEL_BYTES).unwrap_or(line);
    let end = near.iter().position(|byte| matches!(byte, b',' | b'\t' | b';'))?;
    let (level, rest) = line.split_at(end);
    let separator = *rest.first()?;
    let level = level.strip_prefix(b"\"").unwrap_or(level);
    let level = level.strip_suffix(b"\"").unwrap_or(level);
    if level.is_empty() || level.iter().any(u8::is_ascii_digit) {
        return None;
    }
    let (date, after) = cell(rest.get(1..)?, separator);
    let stamp = windows_stamp(date)?;
    // the event id is a number, whatever the language
    let (_, below) = cell(after, separator);
    let (id, _) = cell(below, separator);
    (!id.is_empty() && id.iter().all(u8::is_ascii_digit)).then_some(CsvRow { level, stamp, separator, after })
}

/// The first cell of a row, and the rest.
fn cell(row: &[u8], separator: u8) -> (&[u8], &[u8]) {
    if let Some(quoted) = row.strip_prefix(b"\"")
        && let Some(end) = memchr::memchr(b'"', quoted)
        && quoted.get(end + 1).is_none_or(|next| *next == separator)
    {
        return (quoted.get(..end).unwrap_or_default(), quoted.get(end + 2..).unwrap_or_default());
    }
    let end = memchr::memchr(separator, row).unwrap_or(row.len());
    (row.get(..end).unwrap_or_default(), row.get(end + 1..).unwrap_or_default())
}

/// Layouts of date and time in the languages of Windows, tried in this order.
static LAYOUTS: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    let layouts = [
        "M/d/yyyy h:mm:ss a",
        "d/M/yyyy h:mm:ss a",
        "d/M/yyyy H:mm:ss",
        "M/d/yyyy H:mm:ss",
        "d.M.yyyy H:mm:ss",
        "d-M-yyyy H:mm:ss",
        "yyyy/M/d H:mm:ss",
        "yyyy-M-d H:mm:ss",
        "yyyy-M-d a h:mm:ss",
        "yyyy/M/d a h:mm:ss",
    ];
    layouts.iter().filter_map(|layout| Pattern::new(layout).ok()).collect()
});

/// A timestamp that is the whole text. Newer versions write a narrow no-break space before `PM`.
pub(super) fn windows_stamp(text: &[u8]) -> Option<RawTimestamp> {
    if !text.first()?.is_ascii_digit() {
        return None;
    }
    let plain: Vec<u8>;
    let text = match memchr::memmem::find(text, "\u{202f}".as_bytes()) {
        Some(at) => {
            plain = [text.get(..at)?, b" ", text.get(at + 3..)?].concat();
            &plain
        }
        None => text,
    };
    LAYOUTS.iter().find_map(|layout| {
        let (stamp, taken) = layout.read(text)?;
        (taken == text.len()).then_some(stamp)
    })
}

/// Level words of Windows that differ from those of java.util.logging, in UTF-8.
const LEVELS: &[(&str, Level)] = &[
    ("Verbose", Level::Debug),
    ("Audit Success", Level::Info),
    ("Audit Failure", Level::Warn),
    ("Informationen", Level::Info),
    ("Fehler", Level::Error),
    ("Kritisch", Level::Fatal),
    ("Ausführlich", Level::Debug),
    ("Warnung", Level::Warn),
    ("Überwachung gescheitert", Level::Warn),
    ("Avertissement", Level::Warn),
    ("Erreur", Level::Error),
    ("Critique", Level::Fatal),
    ("Informations", Level::Info),
    ("Informazioni", Level::Info),
    ("Avviso", Level::Warn),
    ("Errore", Level::Error),
    ("Critico", Level::Fatal),
    ("Información", Level::Info),
    ("Advertencia", Level::Warn),
    ("Crítico", Level::Fatal),
    ("Informações", Level::Info),
    ("Aviso", Level::Warn),
    ("Erro", Level::Error),
    ("Предупреждение", Level::Warn),
    ("Ошибка", Level::Error),
    ("Сведения", Level::Info),
    ("Критический", Level::Fatal),
    ("错误", Level::Error),
    ("关键", Level::Fatal),
    ("錯誤", Level::Error),
    ("重大", Level::Fatal),
    ("エラー", Level::Error),
    ("오류", Level::Error),
    ("위험", Level::Fatal),
];

pub(super) fn windows_level(word: &[u8]) -> Level {
    let known = LEVELS.iter().find(|(known, _)| known.as_bytes() == word);
    known.map_or_else(|| Level::from_word(word), |(_, level)| *level)
}
