//! Text for people: one line per event, in columns.

use std::io::Write as _;

use spoglight_parsers::Level;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::{EventForm, Layout, ShownZone, timestamp};
use spoglight_engine::event::PlacedEvent;
use spoglight_text::sanitize::clean;
use spoglight_time::Timestamp;

/// Events as lines of text.
pub(super) struct Text;

impl EventForm for Text {
    fn name(&self) -> &'static str {
        "text"
    }

    fn write_event(&self, entry: &PlacedEvent<'_>, note: Option<&str>, layout: &Layout, out: &mut Vec<u8>) {
        let start = out.len();
        time(entry, layout, out);
        out.push(mark(entry));
        let host = entry.source.host.as_deref().unwrap_or("-");
        column(&clean(host), layout.host_width, None, layout, out);
        column(
            layout.label(entry.id.index()),
            layout.label_width,
            Some(colour_of(entry.id.index())),
            layout,
            out,
        );
        let (word, style) = level(entry.level);
        column(word, 5, style, layout, out);
        // colors take no columns
        let used = "2026-11-21 17:11:43.253+00:00".len() + 2 + layout.host_width + layout.label_width + 5 + 6;
        let (text, left) = entry.summary(true);
        let more = match left {
            0 => String::new(),
            _ if layout.full => String::new(),
            left => format!("  [+{left}]"),
        };
        let text = clean(&text);
        match layout.width.map(|width| width.saturating_sub(used + more.width()).max(20)) {
            Some(width) if text.width() > width => cut(&text, width, out),
            _ => out.extend_from_slice(text.as_bytes()),
        }
        paint(&more, Some("2"), layout, out);
        while out.len() > start && out.last() == Some(&b' ') {
            out.pop();
        }
        out.push(b'\n');
        if layout.full {
            below(entry, layout.width.is_some(), out);
        }
        if let Some(note) = note {
            let _ = writeln!(out, "    note: {}", clean(note)); // writing to memory does not fail
        }
    }
}

/// The further lines of an event, the lines at the top of the file before it, and its tags if they may be cut off in its
/// first line, indented.
fn below(entry: &PlacedEvent<'_>, is_cut: bool, out: &mut Vec<u8>) {
    let parts = match entry.part {
        // its first line is shown
        Some(part) => {
            let (line, rest) = part.split(entry.text);
            [if line.is_empty() { after_first_line(rest) } else { rest }, &[], &[]]
        }
        // its data is in the line above, not the XML that they are written in
        None if !is_cut && entry.readable().is_some() => [entry.lead, &[], &[]],
        None => [entry.lead, if is_cut { entry.event().tags } else { &[] }, entry.event().rest],
    };
    for part in parts {
        for line in part.trim_ascii_end().split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            let line = entry.format.line_below(line.strip_suffix(b"\r").unwrap_or(line));
            let line = String::from_utf8_lossy(line);
            out.extend_from_slice(b"    ");
            out.extend_from_slice(clean(&line).as_bytes());
            out.push(b'\n');
        }
    }
}

/// The lines after the first one that has text.
fn after_first_line(text: &[u8]) -> &[u8] {
    let start = text.len() - text.trim_ascii_start().len();
    let end = memchr::memchr(b'\n', text.get(start..).unwrap_or_default());
    end.and_then(|end| text.get(start + end + 1..)).unwrap_or_default()
}

/// The time in the zone of the layout, always with the same width.
fn time(entry: &PlacedEvent<'_>, layout: &Layout, out: &mut Vec<u8>) {
    let start = out.len();
    let digits = entry.stamp.map_or(3, |stamp| timestamp::digits(stamp.precision.0)).min(3);
    let source = || entry.source.clock.zone.rules;
    match (entry.moment, layout.zone) {
        (Some(Timestamp::Utc(utc)), ShownZone::Of(zone)) => {
            timestamp::wall(timestamp::shown(utc, zone), b' ', digits, out);
            pad(out, start + 23);
            timestamp::offset(utc, zone, out);
        }
        // as the server wrote it
        (Some(_), ShownZone::Source) if entry.stamp.is_some() => {
            let stamp = entry.stamp.map_or(0, |stamp| stamp.wall);
            timestamp::wall(stamp, b' ', digits, out);
        }
        (Some(Timestamp::Utc(utc)), ShownZone::Source) => {
            timestamp::wall(source().map_or(utc, |zone| timestamp::shown(utc, zone)), b' ', digits, out);
        }
        (Some(Timestamp::Local(wall)), _) => {
            timestamp::wall(wall, b' ', digits, out);
            pad(out, start + 23);
            out.push(b'?');
        }
        (None, _) => match entry.stamp {
            Some(stamp) => timestamp::undated(stamp.wall, digits, out),
            None => out.extend_from_slice(b"-"),
        },
    }
    let wide = match layout.zone {
        ShownZone::Of(chrono_tz::Tz::UTC) | ShownZone::Source => 24,
        ShownZone::Of(_) => 29,
    };
    pad(out, start + wide);
}

fn pad(out: &mut Vec<u8>, to: usize) {
    while out.len() < to {
        out.push(b' ');
    }
}

/// Character for the peculiarities of an event's place in time.
fn mark(entry: &PlacedEvent<'_>) -> u8 {
    let marks = entry.marks;
    match () {
        () if entry.part.is_some() => b'+',
        () if marks.skipped => b'!',
        () if marks.late => b'<',
        () if marks.inherited => b'~',
        () => b' ',
    }
}

/// A column in its color, and two spaces.
fn column(text: &str, width: usize, style: Option<&str>, layout: &Layout, out: &mut Vec<u8>) {
    if width == 0 {
        return;
    }
    out.push(b' ');
    let wide = text.width();
    if wide > width {
        let mut short = Vec::new();
        cut(text, width, &mut short);
        paint(&String::from_utf8_lossy(&short), style, layout, out);
    } else {
        paint(text, style, layout, out);
        out.resize(out.len() + width - wide, b' ');
    }
    out.push(b' ');
}

/// The beginning of a text, with an ellipsis.
fn cut(text: &str, width: usize, out: &mut Vec<u8>) {
    let mut used = 0;
    for one in text.chars() {
        let wide = one.width().unwrap_or(0);
        if used + wide > width.saturating_sub(1) {
            break;
        }
        used += wide;
        out.extend_from_slice(one.encode_utf8(&mut [0; 4]).as_bytes());
    }
    out.extend_from_slice("\u{2026}".as_bytes());
}

fn paint(text: &str, style: Option<&str>, layout: &Layout, out: &mut Vec<u8>) {
    match style.filter(|_| layout.colour && !text.is_empty()) {
        Some(style) => {
            let _ = write!(out, "\x1b[{style}m{text}\x1b[0m");
        }
        None => out.extend_from_slice(text.as_bytes()),
    }
}

/// One of six colors, always the same for a source.
fn colour_of(source: usize) -> &'static str {
    ["36", "32", "35", "34", "33", "96"].get(source % 6).copied().unwrap_or("36")
}

fn level(level: Level) -> (&'static str, Option<&'static str>) {
    match level {
        Level::Fatal => ("FATAL", Some("1;91")),
        Level::Error => ("ERROR", Some("1;31")),
        Level::Warn => ("WARN", Some("33")),
        Level::Info => ("INFO", None),
        Level::Perf => ("PERF", Some("2")),
        Level::Dbquery => ("DBQRY", Some("2")),
        Level::Debug => ("DEBUG", Some("2")),
        Level::Trace => ("TRACE", Some("2")),
        Level::Unknown => ("?", None),
        Level::None => ("", None),
    }
}
