//! JSON for programs: one object per line. `SCHEMA.md` documents the fields.

use std::borrow::Cow;

use serde::Serialize;
use serde::ser::SerializeMap;

use super::super::json::line as write_line;
use super::{EventForm, Layout, ShownZone, timestamp};
use spoglight_engine::event::{PROCESS, PlacedEvent};
use spoglight_query::Subject as _;
use spoglight_text::utf8::lossy;
use spoglight_time::Timestamp;

/// Events as JSON objects.
pub(super) struct Json;

/// An event. A field that does not apply is left out, except those that every event has.
#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "they are the names of the JSON")]
struct Line<'a> {
    /// UTC; `null` if it is not known.
    time: Option<Cow<'a, str>>,
    /// In the zone that was asked for, if that is not UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    shown: Option<Cow<'a, str>>,
    /// Timestamp as the line has it, with its offset if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    timestamp: Option<Cow<'a, str>>,
    /// Precision of the timestamp: nanoseconds of its last digit.
    #[serde(skip_serializing_if = "Option::is_none")]
    precision_ns: Option<u32>,
    host: Option<&'a str>,
    source: &'a str,
    line: u64,
    offset: u64,
    format: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    process: Option<&'a str>,
    level: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    thread: Cow<'a, str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    class: Cow<'a, str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    method: Cow<'a, str>,
    #[serde(skip_serializing_if = "Fields::is_empty")]
    fields: Fields<'a>,
    /// Of a late part: the rest of the line in which it begins.
    message: Cow<'a, str>,
    /// The lines below the first.
    #[serde(skip_serializing_if = "str::is_empty")]
    rest: Cow<'a, str>,
    /// Lines at the top of the file that belong to no message.
    #[serde(skip_serializing_if = "str::is_empty")]
    lead: Cow<'a, str>,
    /// It is a late part of the event on that line: the rest of its text.
    #[serde(skip_serializing_if = "Option::is_none")]
    continues: Option<Continues>,
    /// `inherited-time`, `out-of-order`, `skipped-hour`, `repeated-hour`, `zone-unknown`, `date-unknown`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    flags: Vec<&'static str>,
    #[serde(skip_serializing_if = "<[&str]>::is_empty")]
    findings: &'a [&'a str],
    #[serde(skip_serializing_if = "Option::is_none")]
    repeats: Option<&'a str>,
    /// Note of a user on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'a str>,
}

/// The place of a late part of an event.
#[derive(Serialize)]
struct Continues {
    line: u64,
    offset: u64,
    /// It begins inside a line.
    mid_line: bool,
}

struct Fields<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl Fields<'_> {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for Fields<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl EventForm for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn endings(&self) -> &'static [&'static str] {
        &["json", "ndjson", "jsonl"]
    }

    fn write_event(&self, entry: &PlacedEvent<'_>, note: Option<&str>, layout: &Layout, out: &mut Vec<u8>) {
        let event = entry.event();
        let text = |bytes| lossy(bytes);
        let fields = event.fields.iter().map(|(name, value)| (text(name), text(value))).collect();
        let facts = entry.source;
        let (message, rest) = match entry.part {
            Some(part) => part.split(entry.text),
            None => (event.message, event.rest),
        };
        let process = event.field(PROCESS).map(text).or(facts.origin.process.as_deref().map(Cow::Borrowed));
        let continues = entry.part.map(|part| Continues {
            line: part.line + 1,
            offset: part.offset,
            mid_line: part.mid_line,
        });
        let line = Line {
            time: time(entry).map(Cow::Owned),
            shown: shown(entry, layout).map(Cow::Owned),
            timestamp: written(entry).map(Cow::Owned),
            precision_ns: entry.stamp.map(|stamp| stamp.precision.0),
            host: facts.host.as_deref(),
            source: &facts.path,
            line: entry.line,
            offset: entry.offset,
            format: entry.format.name(),
            process: process.as_deref(),
            level: entry.level.name(),
            thread: text(event.thread),
            class: text(event.class),
            method: text(event.method),
            fields: Fields(fields),
            message: text(message),
            rest: text(rest),
            lead: text(entry.lead),
            continues,
            flags: flags(entry),
            findings: entry.findings(),
            repeats: facts.copy_of.as_ref().or(facts.repeats.as_ref()).map(|source| &*source.path),
            note,
        };
        // writing to memory does not fail
        let _ = write_line(&line, out);
    }
}

fn flags(entry: &PlacedEvent<'_>) -> Vec<&'static str> {
    let marks = entry.marks;
    let names = [
        (marks.inherited, "inherited-time"),
        (marks.late, "out-of-order"),
        (marks.skipped, "skipped-hour"),
        (marks.repeated, "repeated-hour"),
        (matches!(entry.moment, Some(Timestamp::Local(_))), "zone-unknown"),
        (entry.moment.is_none(), "date-unknown"),
    ];
    names.iter().filter(|(is, _)| *is).map(|(_, name)| *name).collect()
}

/// RFC 3339 in UTC, with at least milliseconds.
pub(super) fn time(entry: &PlacedEvent<'_>) -> Option<String> {
    let Some(Timestamp::Utc(utc)) = entry.moment else { return None };
    let mut out = Vec::with_capacity(30);
    timestamp::wall(
        utc,
        b'T',
        entry.stamp.map_or(3, |stamp| timestamp::digits(stamp.precision.0)).max(3),
        &mut out,
    );
    out.push(b'Z');
    String::from_utf8(out).ok()
}

/// The same moment in the zone that was asked for, if that is not UTC.
pub(super) fn shown(entry: &PlacedEvent<'_>, layout: &Layout) -> Option<String> {
    let zone = match (layout.zone, entry.source.clock.zone.rules) {
        (ShownZone::Of(chrono_tz::Tz::UTC), _) | (ShownZone::Source, None) => return None,
        (ShownZone::Of(zone), _) | (ShownZone::Source, Some(zone)) => zone,
    };
    let Some(Timestamp::Utc(utc)) = entry.moment else { return None };
    let mut out = Vec::with_capacity(30);
    timestamp::wall(timestamp::shown(utc, zone), b'T', 3, &mut out);
    timestamp::offset(utc, zone, &mut out);
    String::from_utf8(out).ok()
}

/// The timestamp as the line has it.
pub(super) fn written(entry: &PlacedEvent<'_>) -> Option<String> {
    let stamp = entry.stamp?;
    let mut out = Vec::with_capacity(30);
    timestamp::wall(stamp.wall, b'T', timestamp::digits(stamp.precision.0), &mut out);
    let mut text = String::from_utf8(out).ok()?;
    if entry.moment.is_none() {
        // a time of day without a date, or a date without a year, in the form of RFC 5424 and XML
        let without = if timestamp::has_day(stamp.wall) { "2000" } else { "1970-01-01T" };
        text = text.split_off(without.len());
        if timestamp::has_day(stamp.wall) {
            text.insert(0, '-');
        }
    }
    if let Some(east) = stamp.offset {
        text.push_str(&spoglight_time::zone::offset_name(east));
    }
    Some(text)
}
