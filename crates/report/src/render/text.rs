//! Text for a terminal.

use std::io::{self, Write};

use super::RenderOptions;
use super::layout::layout;
use super::paint::Paint;
use crate::document::{Document, Style};

/// Writes a document in lines that fit a terminal.
pub fn write(document: &Document, options: &RenderOptions, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint { colour: options.colour };
    layout(document, options, &mut |line| {
        for span in line {
            match span.style {
                Style::Plain => out.write_all(span.text.as_bytes())?,
                style => write!(out, "{}", paint.styled(style, &span.text))?,
            }
        }
        writeln!(out)
    })
}
