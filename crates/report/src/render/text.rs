//! Text for a terminal.

use crate::report::Report;
use std::io::{self, Write};

use super::layout::layout;
use crate::document::{Document, Style};
use crate::paint::Paint;
use crate::render_options::RenderOptions;

/// The report.
pub(crate) const REPORT: Report = Report {
    name: "text",
    has_case: false,
    write: |subject, options, out| write(&subject.document(), options, out),
};

/// Writes a document in lines that fit a terminal.
pub fn write(document: &Document, options: &RenderOptions, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint { colour: options.colour };
    layout(document, options, &mut |line| {
        for span in line {
            match span.style {
                Style::Plain => out.write_all(span.text.as_bytes())?,
                Style::Code => paint.code(&span.text, out)?,
                style => write!(out, "{}", paint.styled(style, &span.text))?,
            }
        }
        writeln!(out)
    })
}
