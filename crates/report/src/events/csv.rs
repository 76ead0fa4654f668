//! CSV for spreadsheets: one row per event, with a heading.
//!
//! A spreadsheet runs a cell that begins like a formula. Logs are untrusted input, so such a cell gets an apostrophe,
//! which marks it as text.

use std::borrow::Cow;

use super::json::{shown, time, written};
use super::{EventForm, Layout};
use spoglight_engine::event::PlacedEvent;
use spoglight_text::sanitize::is_dangerous;
use spoglight_text::utf8::lossy;

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

    fn write_event(&self, entry: &PlacedEvent<'_>, note: Option<&str>, layout: &Layout, out: &mut Vec<u8>) {
        let event = entry.event();
        let text = |bytes| lossy(bytes);
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
        let cells = cells.iter().chain(&note).map(|cell| harmless(cell).into_owned());
        let cells: Vec<String> = cells.collect();
        // spreadsheets of many countries cut a row at semicolons, too, unless they are quoted
        let is_cut = cells.iter().any(|cell| cell.contains([';', '\t']));
        let quotes = if is_cut { ::csv::QuoteStyle::Always } else { ::csv::QuoteStyle::Necessary };
        // the writer needs its own sink
        let mut writer = ::csv::WriterBuilder::new()
            .terminator(::csv::Terminator::CRLF)
            .quote_style(quotes)
            .from_writer(&mut *out);
        let _ = writer.write_record(cells); // writing to memory does not fail
        let _ = writer.flush();
    }
}

/// A cell that is plain text to every spreadsheet and terminal.
fn harmless(cell: &str) -> Cow<'_, str> {
    // a spreadsheet skips spaces, and takes full-width signs for plain ones
    let is_skipped = |one: char| one != '\t' && one != '\r' && (one.is_whitespace() || is_dangerous(one));
    let is_formula = cell
        .trim_start_matches(is_skipped)
        .starts_with(['=', '+', '-', '@', '\t', '\r', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}']);
    // a carriage return moves the cursor; line ends within a message are \n
    let is_hidden = |one: char| is_dangerous(one) && one != '\n' && one != '\t';
    if !is_formula && !cell.contains(is_hidden) {
        return Cow::Borrowed(cell);
    }
    let cell = cell.replace("\r\n", "\n");
    let text: String = cell.chars().map(|one| if is_hidden(one) { '\u{fffd}' } else { one }).collect();
    Cow::Owned(if is_formula { format!("'{text}") } else { text })
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn a_cell_is_text_for_every_spreadsheet() {
        for cell in [
            "=1+1",
            "+1",
            "-1",
            "@SUM(1)",
            "\t=1",
            "\u{ff1d}1",
            "\u{ff0b}1",
            "\u{ff20}1",
            " =1",
            "\u{a0}=1",
            "\u{200b}=1",
        ] {
            assert!(harmless(cell).starts_with('\''), "{cell:?}");
        }
        assert_eq!(harmless("a\rb\u{202e}"), "a\u{fffd}b\u{fffd}");
        assert_eq!(harmless("first\r\nsecond"), "first\nsecond");
        assert_eq!(harmless("a = b"), "a = b");
    }
}
