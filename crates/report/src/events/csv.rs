//! CSV for spreadsheets: one row per event, with a heading.
//!
//! A spreadsheet runs a cell that begins like a formula. Logs are untrusted input, so such a cell gets an apostrophe,
//! which marks it as text.

use std::borrow::Cow;

use super::json::{shown, time, written};
use super::{EventForm, Layout};
use spoglight_engine::event::PlacedEvent;

/// Events as rows of a spreadsheet.
pub(super) struct Csv;

const HEADING: &str =
    "time_utc,time_shown,timestamp,host,source,line,level,process,thread,class,method,session,message,rest";

impl EventForm for Csv {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn endings(&self) -> &'static [&'static str] {
        &["csv"]
    }

    fn heading(&self, layout: &Layout, out: &mut Vec<u8>) {
        out.extend_from_slice(HEADING.as_bytes());
        out.extend_from_slice(if layout.has_notes { b",note\r\n" } else { b"\r\n" });
    }

    fn write_noted(&self, entry: &PlacedEvent<'_>, note: Option<&str>, layout: &Layout, out: &mut Vec<u8>) {
        let event = entry.event();
        let text = |bytes| String::from_utf8_lossy(bytes);
        let session = entry.sessions().next().unwrap_or_default();
        let cells = [
            Cow::Owned(time(entry).unwrap_or_default()),
            Cow::Owned(shown(entry, layout).unwrap_or_default()),
            Cow::Owned(written(entry).unwrap_or_default()),
            Cow::Borrowed(entry.source.host.as_deref().unwrap_or_default()),
            Cow::Borrowed(&*entry.source.path),
            Cow::Owned(entry.line.to_string()),
            Cow::Borrowed(entry.level.name()),
            Cow::Borrowed(entry.source.origin.process.as_deref().unwrap_or_default()),
            text(event.thread),
            text(event.class),
            text(event.method),
            text(session),
            text(event.message),
            text(event.rest.trim_ascii_end()),
        ];
        let note = layout.has_notes.then(|| Cow::Borrowed(note.unwrap_or_default()));
        let cells = cells.iter().chain(&note).map(|cell| harmless(&layout.masked(cell)).into_owned());
        // the writer needs its own sink
        let mut writer =
            ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(&mut *out);
        let _ = writer.write_record(cells); // writing to memory does not fail
        let _ = writer.flush();
    }
}

/// A cell that is plain text to every spreadsheet and terminal.
fn harmless(cell: &str) -> Cow<'_, str> {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let is_dangerous =
        |one: char| spoglight_text::sanitize::is_dangerous(one) && one != '\n' && one != '\r' && one != '\t';
    if !is_formula && !cell.contains(is_dangerous) {
        return Cow::Borrowed(cell);
    }
    let text: String = cell.chars().map(|one| if is_dangerous(one) { '\u{fffd}' } else { one }).collect();
    Cow::Owned(if is_formula { format!("'{text}") } else { text })
}
