//! Writes the events of a table or of objects as lines of one form.

use std::io;

use spoglight_parsers::tables::{EventTable, LineAt, TableReader};
use spoglight_source::{Bundle, ExtractWriter, LinePosition, Problem, Source};
use spoglight_text::charset::Charset;

use super::lines::{self, TakeLines};
use super::split::broken_off;
use crate::block_reader;

/// Rewrites a source. Returns it as it is read, and a problem if it breaks off.
pub(super) fn rewrite(
    bundle: &Bundle,
    index: usize,
    table: &dyn EventTable,
    charset: &Charset,
) -> io::Result<(Vec<Source>, Option<Problem>)> {
    let Some(source) = bundle.sources.get(index) else { return Ok((Vec::new(), None)) };
    let mut writer = ExtractWriter::new(bundle);
    writer.add("", None);
    let mut rewriter = Rewriter { reader: None, table, charset, writer, at: LineAt::default() };
    rewriter.at = LineAt { line: 1, offset: charset.first_line() as u64 };
    let read = block_reader::at_offset(source, charset.first_line() as u64, |stream| {
        lines::read(&mut *charset.reader(stream), &mut rewriter)
    });
    let problem = read.err().map(|error| broken_off(&source.path, rewriter.at.offset, &error));
    rewriter.finish()?;
    let sources = rewriter.writer.finish(bundle, index, &[], false)?;
    Ok((sources, problem))
}

struct Rewriter<'r> {
    reader: Option<Box<dyn TableReader>>,
    table: &'r dyn EventTable,
    charset: &'r Charset,
    writer: ExtractWriter,
    /// Position of the next line.
    at: LineAt,
}

impl TakeLines for Rewriter<'_> {
    fn learn(&mut self, sample: &[u8]) {
        self.reader = self.table.reader(&self.charset.text_of(sample));
    }

    fn line(&mut self, line: &[u8]) -> io::Result<()> {
        let at = self.at;
        self.at.line += u64::from(line.ends_with(b"\n"));
        self.at.offset += self.charset.bytes_of(line);
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        let Rewriter { reader, writer, .. } = self;
        let mut written = Ok(());
        match reader {
            Some(reader) => reader.line(text, at, &mut |at, row| put(writer, at, row, &mut written)),
            None => put(writer, at, text, &mut written),
        }
        written
    }
}

impl Rewriter<'_> {
    fn finish(&mut self) -> io::Result<()> {
        let Rewriter { reader, writer, .. } = self;
        let mut written = Ok(());
        if let Some(reader) = reader {
            reader.finish(&mut |at, row| put(writer, at, row, &mut written));
        }
        written
    }
}

/// Writes a line unless one before it failed.
fn put(writer: &mut ExtractWriter, at: LineAt, row: &[u8], written: &mut io::Result<()>) {
    if written.is_ok() {
        let outer = LinePosition { line: at.line, offset: at.offset };
        *written = writer.line(0, &[row, b"\n"].concat(), outer, 0);
    }
}
