//! Text for people: one line per event, in columns.

use std::borrow::Cow;
use std::io::Write as _;

use spoglight_parsers::Level;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::{EventForm, Layout, ShownZone, timestamp};
use crate::document::{RichText, Style};
use crate::render::wrap;
use spoglight_engine::event::PlacedEvent;
use spoglight_text::sanitize::clean;
use spoglight_text::utf8::lossy;
use spoglight_time::Timestamp;

/// Events as lines of text.
pub(super) struct Text;

impl EventForm for Text {
    fn name(&self) -> &'static str {
        "text"
    }

    fn endings(&self) -> &'static [&'static str] {
        &["txt"]
    }

    fn is_for_people(&self) -> bool {
        true
    }

    fn write_event(&self, entry: &PlacedEvent<'_>, note: Option<&str>, layout: &Layout, out: &mut Vec<u8>) {
        let start = out.len();
        time(entry, layout, out);
        out.push(mark(entry));
        let host = entry.source.host.as_deref().unwrap_or("-");
        // names of servers differ at their end
        column(&end_of(&clean(host), layout.host_width), layout.host_width, None, layout, out);
        column(
            layout.label(entry.id.index()),
            layout.label_width,
            Some(colour_of(entry.id.index())),
            layout,
            out,
        );
        let (word, style) = level(entry.level);
        column(word, LEVEL, style, layout, out);
        let (text, left) = entry.summary(true);
        let mut more = match left {
            0 => String::new(),
            _ if layout.full => String::new(),
            left => format!("  [+{left}]"),
        };
        let text = clean(&text);
        let mut signed = 0;
        if let Some(sign) = entry.sign {
            let sign = sign.to_string();
            signed = sign.width() + 1;
            paint(&sign, Some(SIGN), layout, out);
            out.push(b' ');
        }
        match layout.width {
            None => out.extend_from_slice(text.as_bytes()),
            Some(columns) => {
                // of a year with four digits; colors take no columns
                let used = time_width(layout) + 1 + names_width(layout) + LEVEL + 2 + signed;
                if !layout.wrap && columns < used + more.width() + LEAST {
                    more.clear();
                }
                message(&text, &more, (columns, used), layout, out);
            }
        }
        if layout.width.is_none() || !layout.wrap {
            paint(&more, Some(FAINT), layout, out);
        }
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

/// Style of the sign of a failure.
const SIGN: &str = "1";

/// Columns of the level.
const LEVEL: usize = 5;

/// Minimum number of columns of a message that is wrapped beside its time and names; it begins further left if it has less.
const BESIDE: usize = 40;

/// Minimum number of columns of a message beside the number of its further lines, which is left out if it has less.
const LEAST: usize = 8;

/// Columns to the left of such a message, on lines of its own.
const BELOW: usize = 4;

/// Columns of the time on a terminal, which shows the date on a line of its own.
fn time_width(layout: &Layout) -> usize {
    time_columns(layout) - "2026-11-21 ".len()
}

/// Columns of the time with its date.
fn time_columns(layout: &Layout) -> usize {
    match layout.zone {
        ShownZone::Of(chrono_tz::Tz::UTC) | ShownZone::Source => 24,
        ShownZone::Of(_) => 29,
    }
}

/// Columns of the names of server and source, each with a space on both sides.
fn names_width(layout: &Layout) -> usize {
    let width = |columns: usize| if columns == 0 { 0 } else { columns + 2 };
    width(layout.host_width) + width(layout.label_width)
}

/// Writes a message into what `used` columns of a terminal leave of it.
fn message(text: &str, more: &str, (columns, used): (usize, usize), layout: &Layout, out: &mut Vec<u8>) {
    if layout.wrap {
        return wrapped(text, more, (columns, used), layout, out);
    }
    let width = columns.saturating_sub(used + more.width());
    if text.width() <= width {
        return out.extend_from_slice(text.as_bytes());
    }
    // what happened is in the exception, not in the words before it, and not in its package
    let exception = exception_of(text).unwrap_or(text);
    let shorter = [exception, without_package(exception)].into_iter().find(|text| text.width() <= width);
    match shorter {
        Some(text) => out.extend_from_slice(text.as_bytes()),
        None => cut(without_package(exception), width, out),
    }
}

/// The exception at the end of a summary, which begins with the name of its class.
fn exception_of(text: &str) -> Option<&str> {
    text.match_indices(" | ").map(|(at, bar)| text.get(at + bar.len()..).unwrap_or_default()).find(|rest| {
        let class = class_of(rest);
        class.contains('.') && ["Exception", "Error", "Throwable"].iter().any(|end| class.contains(end))
    })
}

/// The name of a class at the start of a text.
fn class_of(text: &str) -> &str {
    let is_other = |letter: char| !(letter.is_alphanumeric() || "._$".contains(letter));
    text.split(is_other).next().unwrap_or_default()
}

/// A text without the package of the exception at its start.
fn without_package(text: &str) -> &str {
    let class = class_of(text);
    let is_exception = class.contains("Exception") || class.contains("Error");
    match class.rfind('.').filter(|_| is_exception) {
        Some(dot) => text.get(dot + 1..).unwrap_or(text),
        None => text,
    }
}

/// Writes all of a message, its further lines below its first one.
fn wrapped(text: &str, more: &str, (columns, used): (usize, usize), layout: &Layout, out: &mut Vec<u8>) {
    let is_beside = columns >= used + BESIDE;
    let indent = if is_beside { used } else { BELOW };
    let rich = RichText::plain(text.trim()).and(Style::Faint, more);
    let lines = wrap::wrap(&rich, columns.saturating_sub(indent).max(1));
    for (number, line) in lines.iter().enumerate() {
        if number > 0 || !is_beside {
            out.truncate(out.trim_ascii_end().len());
            out.push(b'\n');
            out.resize(out.len() + indent, b' ');
        }
        for span in line {
            paint(&span.text, (span.style == Style::Faint).then_some(FAINT), layout, out);
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
            let line = lossy(line);
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
    pad(out, start + time_columns(layout));
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
        paint(&lossy(&short), style, layout, out);
    } else {
        paint(text, style, layout, out);
        out.resize(out.len() + width - wide, b' ');
    }
    out.push(b' ');
}

/// The end of a text that is too wide, after an ellipsis.
fn end_of(text: &str, width: usize) -> Cow<'_, str> {
    if text.width() <= width || width == 0 {
        return Cow::Borrowed(text);
    }
    let ends = text.char_indices().map(|(at, _)| text.get(at..).unwrap_or_default());
    Cow::Owned(format!("…{}", ends.into_iter().find(|end| end.width() < width).unwrap_or_default()))
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

/// Background information. The colors are those of reports, see `render/paint.rs`.
const FAINT: &str = "38;5;244";

/// One of six colors, always the same for a source.
fn colour_of(source: usize) -> &'static str {
    ["38;5;31", "38;5;64", "38;5;133", "38;5;99", "38;5;136", "38;5;66"]
        .get(source % 6)
        .copied()
        .unwrap_or(FAINT)
}

fn level(level: Level) -> (&'static str, Option<&'static str>) {
    match level {
        Level::Fatal => ("FATAL", Some("1;38;5;196")),
        Level::Error => ("ERROR", Some("38;5;196")),
        Level::Warn => ("WARN", Some("38;5;136")),
        Level::Info => ("INFO", None),
        Level::Perf => ("PERF", Some(FAINT)),
        Level::Dbquery => ("DBQRY", Some(FAINT)),
        Level::Debug => ("DEBUG", Some(FAINT)),
        Level::Trace => ("TRACE", Some(FAINT)),
        Level::Unknown => ("?", None),
        Level::None => ("", None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RenderOptions;
    use spoglight_model::analysis::SourceFacts;

    const TEXT: &str = "ECE gadget not loaded from https://eceweb01.lab.example/system | \
                        javax.net.ssl.SSLHandshakeException: PKIX path building failed";

    #[test]
    fn the_exception_is_shown_where_a_message_is_cut() {
        let sources: [SourceFacts; 0] = [];
        let layout = Layout::of(
            &sources,
            &RenderOptions { table_width: 80, ..RenderOptions::default() },
            ShownZone::Of(chrono_tz::Tz::UTC),
        );
        let shown = |columns, text: &str| {
            let mut out = Vec::new();
            message(text, "", (columns, 20), &layout, &mut out);
            String::from_utf8(out).expect("UTF-8")
        };
        assert_eq!(shown(200, TEXT), TEXT);
        assert_eq!(shown(100, TEXT), "javax.net.ssl.SSLHandshakeException: PKIX path building failed");
        assert_eq!(shown(80, TEXT), "SSLHandshakeException: PKIX path building failed".to_owned());
        assert_eq!(shown(50, TEXT), "SSLHandshakeException: PKIX p…");
        assert_eq!(shown(30, "a | b | and no exception"), "a | b | a…");
        assert_eq!(shown(30, "java.lang.IllegalStateException at all"), "IllegalSt…");
    }

    #[test]
    fn a_wrapped_message_is_complete_and_fits() {
        let sources: [SourceFacts; 0] = [];
        for columns in [40, 60, 80, 100, 120, 200] {
            let look = RenderOptions { table_width: columns, ..RenderOptions::default() };
            let mut layout = Layout::of(&sources, &look, ShownZone::Source);
            layout.wrap = true;
            let used = 22;
            let mut out = vec![b'x'; used];
            message(TEXT, "  [+58]", (columns, used), &layout, &mut out);
            let text = String::from_utf8(out).expect("UTF-8");
            assert!(text.lines().all(|line| line.width() <= columns), "{columns}: {text}");
            let whole: Vec<&str> = text.trim_start_matches('x').split_whitespace().collect();
            assert_eq!(whole.concat(), format!("{TEXT}[+58]").replace(' ', ""), "{columns}: {text}");
        }
    }
}
