//! Events for others: as text, as Markdown that is ready for a case note, as JSON.

use std::io::Write as _;
use std::path::Path;

use crate::events;
use crate::events::Layout;
use spoglight_engine::event::Entry;
use spoglight_text::sanitize::clean;
use spoglight_text::secrets::mask;

/// Bytes of one event in a case note: who wants more attaches the log.
const NOTED: usize = 16 << 10;

/// A form of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As `timeline --full` prints.
    Text,
    /// For a case note.
    Markdown,
    /// One object a line.
    Json,
}

/// What stands at the top.
#[derive(Debug, Clone, Default)]
pub struct Heading {
    /// What was looked at.
    pub title: String,
    /// What was let through, filter by filter.
    pub filters: Vec<String>,
    /// Name of the clock.
    pub clock: String,
    /// How many events follow.
    pub count: usize,
}

impl Form {
    /// The form that the ending of a name asks for; text if it asks for none.
    pub fn of(path: &Path) -> Form {
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        match ending.to_ascii_lowercase().as_str() {
            "md" | "markdown" => Form::Markdown,
            "json" | "ndjson" | "jsonl" => Form::Json,
            _ => Form::Text,
        }
    }

    /// Writes what stands before the first event.
    pub fn heading(self, heading: &Heading, out: &mut Vec<u8>) {
        if self != Form::Markdown {
            return;
        }
        let events = spoglight_text::humanize::counted(heading.count, "event", "events");
        // memory takes everything
        let _ = writeln!(out, "# {}\n\n{events}, times in {}.", clean(&heading.title), clean(&heading.clock));
        for filter in &heading.filters {
            let _ = writeln!(out, "- only `{}`", clean(filter).replace('`', "'"));
        }
    }

    /// Writes an event, which is shown at a time, with what was noted on it.
    pub fn event(
        self,
        entry: &Entry<'_>,
        time: &str,
        note: Option<&str>,
        layout: &Layout,
        out: &mut Vec<u8>,
    ) {
        let note = note.filter(|note| !note.is_empty());
        match self {
            Form::Text => {
                if let Some(form) = events::by_name("text") {
                    form.write(entry, layout, out);
                }
                if let Some(note) = note {
                    let _ = writeln!(out, "    note: {}", clean(note));
                }
            }
            Form::Json => json(entry, note, layout, out),
            Form::Markdown => markdown(entry, time, note, out),
        }
    }
}

fn json(entry: &Entry<'_>, note: Option<&str>, layout: &Layout, out: &mut Vec<u8>) {
    let Some(form) = events::by_name("json") else { return };
    form.write(entry, layout, out);
    let Some(note) = note else { return };
    // the object stands on a line of its own, so its last brace is where one more field goes
    while out.last().is_some_and(|byte| *byte != b'}') {
        out.pop();
    }
    out.pop();
    let _ = writeln!(out, ",\"note\":{}}}", serde_json::Value::from(note));
}

fn markdown(entry: &Entry<'_>, time: &str, note: Option<&str>, out: &mut Vec<u8>) {
    let host = entry.source.host.as_deref().unwrap_or("-");
    let place = format!("{}:{}", entry.source.path, entry.line).replace('`', "'");
    let _ =
        writeln!(out, "\n**{}** {} {}, `{}`\n", clean(time), clean(host), entry.level.name(), clean(&place));
    if let Some(note) = note {
        let _ = writeln!(out, "> {}\n", clean(note));
    }
    let text = String::from_utf8_lossy(entry.text.get(..NOTED.min(entry.text.len())).unwrap_or_default());
    let text = mask(text.trim_end());
    let lines: Vec<_> = text.lines().map(|line| clean(line.trim_end_matches('\r'))).collect();
    let longest = lines.iter().map(|line| ticks(line)).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let more = if entry.text.len() > NOTED { "\n..." } else { "" };
    let _ = writeln!(out, "{fence}text\n{}{more}\n{fence}", lines.join("\n"));
}

/// The longest run of backticks.
fn ticks(line: &str) -> usize {
    let (mut longest, mut run) = (0, 0);
    for byte in line.bytes() {
        run = if byte == b'`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}
