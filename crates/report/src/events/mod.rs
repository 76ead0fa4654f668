//! Forms of the events of a timeline, one file for each form.
//!
//! Events are written one by one on many threads and sorted after that. So a form knows only the event, and the
//! [`Layout`] that all events share.

mod days;
pub mod timestamp;

pub use days::DayLines;

use std::path::Path;

use chrono_tz::Tz;
use unicode_width::UnicodeWidthStr;

use crate::document::Document;
use crate::render_options::RenderOptions;
use spoglight_engine::event::PlacedEvent;
use spoglight_model::analysis::SourceFacts;
use spoglight_text::sanitize::clean;
use spoglight_text::secrets::mask;
use spoglight_text::source_path::file_name;
use spoglight_topology::Topology;

/// Time zone in which times are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShownZone {
    /// One zone, such as UTC.
    Of(Tz),
    /// The local time of each server, as it wrote it.
    Source,
}

/// Layout of all events.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "six questions, in any combination")]
pub struct Layout {
    /// Time zone of the times.
    pub zone: ShownZone,
    /// Number of columns of the terminal, to which lines are cut; `None` if the output is not a terminal.
    pub width: Option<usize>,
    /// `true` if colors are allowed.
    pub colour: bool,
    /// `true` to show all lines of each event.
    pub full: bool,
    /// `true` to wrap a message that is too long for the terminal, instead of cutting it.
    pub wrap: bool,
    /// `true` to show passwords and tokens.
    pub secrets: bool,
    /// `true` if a form with fixed columns has a column for notes.
    pub has_notes: bool,
    /// `true` if the output goes to a terminal and must be sanitized.
    pub is_terminal: bool,
    /// A short name for each source.
    labels: Vec<String>,
    host_width: usize,
    label_width: usize,
}

/// Maximum widths of the columns for names of servers and of sources, in a file or a pipe.
const NAMES: (usize, usize) = (16, 26);

/// The same on a terminal, by the smallest number of its columns. A message has more than the names beside it.
const NAMES_ON: [(usize, (usize, usize)); 5] =
    [(160, NAMES), (120, (16, 18)), (100, (12, 16)), (80, (10, 14)), (50, (6, 8))];

/// Maximum widths of the columns for names of servers and of sources.
fn widest_names(terminal: Option<usize>) -> (usize, usize) {
    let Some(columns) = terminal else { return NAMES };
    NAMES_ON.iter().find(|(least, _)| columns >= *least).map_or((0, 6), |(_, names)| *names)
}

impl Layout {
    /// The layout for these sources.
    pub fn of(sources: &[SourceFacts], look: &RenderOptions, zone: ShownZone) -> Layout {
        let labels: Vec<String> = sources.iter().map(label).collect();
        let shown = || sources.iter().zip(&labels).filter(|(source, _)| source.events > 0);
        let host_width =
            shown().filter_map(|(source, _)| source.host.as_deref()).map(UnicodeWidthStr::width).max();
        let label_width = shown().map(|(_, label)| label.width()).max();
        let width = (look.table_width != usize::MAX).then_some(look.table_width);
        let (widest_host, widest_label) = widest_names(width);
        // one server need not be named in every line of a screen
        let mut hosts = shown().map(|(source, _)| source.host.as_deref());
        let first = hosts.next();
        let has_hosts = width.is_none() || hosts.any(|host| Some(host) != first);
        Layout {
            zone,
            width,
            colour: look.colour,
            full: false,
            wrap: false,
            secrets: false,
            has_notes: false,
            is_terminal: look.table_width != usize::MAX,
            host_width: if has_hosts { host_width.unwrap_or(0).min(widest_host) } else { 0 },
            label_width: label_width.unwrap_or(0).min(widest_label),
            labels,
        }
    }

    /// The short name of a source, sanitized.
    pub fn label(&self, source: usize) -> &str {
        self.labels.get(source).map_or("", String::as_str)
    }
}

/// A form in which events are printed.
pub trait EventForm: Sync {
    /// Its name: the value of `--format`.
    fn name(&self) -> &'static str;

    /// File name extensions of this form, in lower case.
    fn endings(&self) -> &'static [&'static str] {
        &[]
    }

    /// Returns whether its lines are for people: a terminal shows them without the date, which [`DayLines`] writes.
    fn is_for_people(&self) -> bool {
        false
    }

    /// Writes the lines above the first event.
    fn heading(&self, _layout: &Layout, _out: &mut Vec<u8>) {}

    /// Writes the lines above the first event of an export.
    fn export_heading(&self, _heading: &ExportHeading, layout: &Layout, out: &mut Vec<u8>) {
        self.heading(layout, out);
    }

    /// Writes one event.
    fn write(&self, entry: &PlacedEvent<'_>, layout: &Layout, out: &mut Vec<u8>) {
        self.write_noted(entry, None, layout, out);
    }

    /// Writes one event with the note of a user on it, with secrets masked unless the layout shows them.
    fn write_noted(&self, entry: &PlacedEvent<'_>, note: Option<&str>, layout: &Layout, out: &mut Vec<u8>) {
        if layout.secrets {
            return self.write_event(entry, note, layout, out);
        }
        let note = note.map(mask);
        entry.masked(|entry| self.write_event(entry, note.as_deref(), layout, out));
    }

    /// Writes one event, with the secrets that it has.
    fn write_event(&self, entry: &PlacedEvent<'_>, note: Option<&str>, layout: &Layout, out: &mut Vec<u8>);
}

/// Facts about an export that its form may write above the events.
#[derive(Debug, Clone, Default)]
pub struct ExportHeading {
    /// Title of the export.
    pub title: String,
    /// The filters that selected the events.
    pub filters: Vec<String>,
    /// Name of the time zone.
    pub clock: String,
    /// Number of events that follow.
    pub count: usize,
    /// The findings that they show, for the forms that are read by people.
    pub findings: Document,
}

/// Declares the modules of the forms and the list of them.
macro_rules! forms {
    ($($module:ident::$form:ident),+ $(,)?) => {
        $(mod $module;)+

        /// All forms, in the order in which help lists them.
        pub const ALL: &[&dyn EventForm] = &[$(&$module::$form),+];
    };
}

// a new form is one file here and one name in this list
forms! { text::Text, markdown::Markdown, json::Json, csv::Csv, raw::Raw }

/// Names of all forms, in their order.
pub fn names() -> Vec<&'static str> {
    ALL.iter().map(|form| form.name()).collect()
}

/// The form for the extension of a file name; text if no form has it.
pub fn for_path(path: &Path) -> &'static dyn EventForm {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_ascii_lowercase();
    ALL.iter().copied().find(|form| form.endings().contains(&ending.as_str())).unwrap_or(&text::Text)
}

/// The extensions of files that a form is chosen by, without a dot.
pub fn endings() -> impl Iterator<Item = &'static str> {
    ALL.iter().flat_map(|form| form.endings()).copied()
}

/// The form of that name.
pub fn by_name(name: &str) -> Option<&'static dyn EventForm> {
    ALL.iter().copied().find(|form| form.name() == name)
}

/// A short name for a source, without the properties that other columns show.
fn label(source: &SourceFacts) -> String {
    let host = source.host.as_deref();
    if let Some(label) = host.and_then(|host| Topology::embedded().label(&source.path, host)) {
        return clean(&label).into_owned();
    }
    let file = file_name(&source.path);
    // dates and times are in other columns, too
    let is_time = |part: &&str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit() || b"-_T".contains(&byte))
    };
    let is_ending = |part: &&str| ["log", "txt"].contains(part);
    let parts: Vec<&str> = file.split('.').filter(|part| !is_time(part) && !is_ending(part)).collect();
    let name = parts.join(".");
    clean(if name.is_empty() { file } else { &name }).into_owned()
}

#[cfg(test)]
mod tests;
