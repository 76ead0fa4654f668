//! Reports: functions of an [`Analysis`] and of nothing else, one file each.

pub mod events;
pub mod explain;
pub mod export;
pub mod groups;
pub mod histogram;
pub mod inventory;
pub mod json;
pub mod ladder;
mod page;
mod paint;
mod sources;
mod span;
mod table;
pub mod text;
pub mod why;
mod words;

use std::io::{self, Write};

use spoglight_model::analysis::Analysis;

/// How a report should look.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// Columns that text is wrapped to.
    pub width: usize,
    /// Columns that a table may have. A terminal cannot show more than its own; a file can.
    pub table_width: usize,
    /// Whether escape sequences for colour may be written.
    pub colour: bool,
}

impl Default for Look {
    fn default() -> Look {
        Look { width: 100, table_width: usize::MAX, colour: false }
    }
}

/// A form that a result can be written in.
pub trait Report: Sync {
    /// Its name: what `--format` takes.
    fn name(&self) -> &'static str;

    /// Writes it. Nothing that came from a log may reach a terminal or a browser as anything but text.
    fn write(&self, analysis: &Analysis, look: &Look, out: &mut dyn Write) -> io::Result<()>;
}

/// All reports. A new one is one line here.
pub const ALL: &[&dyn Report] = &[&text::Text, &json::Json];

/// The report of that name.
pub fn by_name(name: &str) -> Option<&'static dyn Report> {
    ALL.iter().copied().find(|report| report.name() == name)
}
