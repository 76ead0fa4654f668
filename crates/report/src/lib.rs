//! Reports. What is said is decided once, as a [`Document`]; renderers write it as text, Markdown or HTML. JSON has the
//! fields of the result itself. Events have forms of their own, in [`events`].

pub mod document;
pub mod events;
pub mod explain;
pub mod groups;
pub mod histogram;
pub mod inventory;
pub mod json;
pub mod ladder;
pub mod render;
pub mod why;

use std::io::{self, Write};

use spoglight_diagnosis::inventory::Inventory;
use spoglight_model::analysis::Analysis;

use document::Document;
pub use render::RenderOptions;

/// A result of which reports are written.
pub trait ReportSubject {
    /// What a report for people says.
    fn document(&self) -> Document;

    /// Writes the result for other programs.
    fn json(&self, out: &mut dyn Write) -> io::Result<()>;
}

impl ReportSubject for Analysis {
    fn document(&self) -> Document {
        document::build(self)
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        json::write(self, out)
    }
}

impl ReportSubject for Inventory<'_> {
    fn document(&self) -> Document {
        inventory::build(self)
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        json::write(self, out)
    }
}

/// A form in which a result is written.
pub struct Report {
    /// Its name: the value of `--format`.
    pub name: &'static str,
    write: fn(&dyn ReportSubject, &RenderOptions, &mut dyn Write) -> io::Result<()>,
}

impl Report {
    /// Writes a result. Nothing that came from a log reaches a terminal or a browser as anything but text.
    pub fn write(
        &self,
        subject: &dyn ReportSubject,
        options: &RenderOptions,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        (self.write)(subject, options, out)
    }
}

/// All reports. A new one is one line here.
pub const ALL: &[Report] = &[
    Report {
        name: "text",
        write: |subject, options, out| render::text::write(&subject.document(), options, out),
    },
    Report { name: "markdown", write: |subject, _, out| render::markdown::write(&subject.document(), out) },
    Report { name: "html", write: |subject, _, out| render::html::write(&subject.document(), out) },
    Report { name: "json", write: |subject, _, out| subject.json(out) },
];

/// Names of all reports, in their order.
pub fn names() -> Vec<&'static str> {
    ALL.iter().map(|report| report.name).collect()
}

/// The report of that name.
pub fn by_name(name: &str) -> Option<&'static Report> {
    ALL.iter().find(|report| report.name == name)
}
