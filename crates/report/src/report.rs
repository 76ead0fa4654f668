//! [`Report`]: a form in which results are written, and [`ReportSubject`]: a result.

use std::io::{self, Write};

use spoglight_diagnosis::inventory::Inventory;
use spoglight_model::analysis::Analysis;

use crate::case::CaseFile;
use crate::document::{self, Document, ReportView};
use crate::render_options::RenderOptions;
use crate::{inventory, json};

/// A result that can be reported.
pub trait ReportSubject {
    /// The document that a report for people shows.
    fn document(&self) -> Document;

    /// The document for a ticket or a wiki: one that begins with a summary, if the result has one.
    fn ticket(&self) -> Document {
        self.document()
    }

    /// Writes the result for other programs.
    fn json(&self, out: &mut dyn Write) -> io::Result<()>;

    /// The analysis that a page shows, with what was read beside it; `None` if the document is all there is.
    fn case(&self) -> Option<AnalysisReport<'_>> {
        None
    }
}

/// An analysis, and what a report for people shows of it. The report for programs is always complete.
#[derive(Clone)]
pub struct AnalysisReport<'a> {
    /// The analysis.
    pub analysis: &'a Analysis,
    /// What is shown of it.
    pub view: ReportView,
    /// What was read beside it, for a page.
    pub case: Option<&'a CaseFile>,
}

impl ReportSubject for AnalysisReport<'_> {
    fn document(&self) -> Document {
        document::build(self.analysis, &self.view)
    }

    fn ticket(&self) -> Document {
        document::ticket(self.analysis, &self.view)
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        json::write(self.analysis, out)
    }

    fn case(&self) -> Option<AnalysisReport<'_>> {
        Some(self.clone())
    }
}

impl ReportSubject for Analysis {
    fn document(&self) -> Document {
        document::build(self, &ReportView::default())
    }

    fn ticket(&self) -> Document {
        document::ticket(self, &ReportView::default())
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        json::write(self, out)
    }

    fn case(&self) -> Option<AnalysisReport<'_>> {
        Some(AnalysisReport { analysis: self, view: ReportView::default(), case: None })
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
    /// Whether it shows what is in a [`CaseFile`].
    pub has_case: bool,
    pub(crate) write: fn(&dyn ReportSubject, &RenderOptions, &mut dyn Write) -> io::Result<()>,
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
