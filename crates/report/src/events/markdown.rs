//! Markdown for a case note: each event under its time, with all its lines.

use std::io::Write as _;

use super::{EventForm, ExportHeading, Layout, ShownZone, timestamp};
use crate::render::markdown::{code_span, escape, longest_run, write_below};
use spoglight_engine::event::PlacedEvent;
use spoglight_text::humanize::counted;
use spoglight_text::sanitize::clean;
use spoglight_time::Timestamp;

/// Maximum number of bytes of one event in a case note: for more, attach the log.
const NOTED: usize = 16 << 10;

/// Events in Markdown.
pub(super) struct Markdown;

impl EventForm for Markdown {
    fn name(&self) -> &'static str {
        "markdown"
    }

    fn endings(&self) -> &'static [&'static str] {
        &["md", "markdown"]
    }

    fn export_heading(&self, heading: &ExportHeading, layout: &Layout, out: &mut Vec<u8>) {
        let events = counted(heading.count, "event", "events");
        // writing to memory does not fail
        let _ =
            writeln!(out, "# {}\n\n{events}, times in {}.\n", escape(&heading.title), escape(&heading.clock));
        for filter in &heading.filters {
            let _ = writeln!(out, "- only {}", code_span(filter));
        }
        if !heading.findings.nodes.is_empty() {
            out.extend_from_slice(b"\n");
            let _ = write_below(&heading.findings, 1, out);
            out.extend_from_slice(b"\n## Events\n");
        }
        self.heading(layout, out);
    }

    fn write_event(&self, entry: &PlacedEvent<'_>, note: Option<&str>, layout: &Layout, out: &mut Vec<u8>) {
        let host = entry.source.host.as_deref().unwrap_or("-");
        let place = code_span(&format!("{}:{}", entry.source.path, entry.line));
        let time = time(entry, layout);
        let _ = writeln!(out, "\n**{time}** {} {}, {place}\n", escape(host), entry.level.name());
        if let Some(note) = note {
            let _ = writeln!(out, "> {}\n", escape(note));
        }
        let text = String::from_utf8_lossy(entry.text.get(..NOTED.min(entry.text.len())).unwrap_or_default());
        let text = text.trim_end();
        let lines: Vec<_> = text.lines().map(|line| clean(line.trim_end_matches('\r'))).collect();
        let longest = lines.iter().map(|line| longest_run(line)).max().unwrap_or(0);
        let fence = "`".repeat(longest.max(2) + 1);
        let more = if entry.text.len() > NOTED { "\n..." } else { "" };
        let _ = writeln!(out, "{fence}text\n{}{more}\n{fence}", lines.join("\n"));
    }
}

/// The time of an event on the clock of the layout; `-` if it has none.
fn time(entry: &PlacedEvent<'_>, layout: &Layout) -> String {
    let wall = match (entry.moment, layout.zone, entry.source.clock.zone.rules) {
        (None, ..) => return "-".to_owned(),
        (Some(Timestamp::Local(wall)), ..) => wall,
        (Some(Timestamp::Utc(utc)), ShownZone::Of(zone), _)
        | (Some(Timestamp::Utc(utc)), ShownZone::Source, Some(zone)) => timestamp::shown(utc, zone),
        (Some(Timestamp::Utc(utc)), ShownZone::Source, None) => utc,
    };
    let mut out = Vec::with_capacity(30);
    timestamp::wall(wall, b' ', 3, &mut out);
    match (entry.moment, layout.zone) {
        (Some(Timestamp::Utc(utc)), ShownZone::Of(zone)) => timestamp::offset(utc, zone, &mut out),
        (Some(Timestamp::Local(_)), _) => out.push(b'?'),
        _ => {}
    }
    String::from_utf8(out).unwrap_or_default()
}
