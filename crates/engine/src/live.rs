//! [`LiveLog`]: a log that still grows, read piece by piece in the same way as one that was collected. The caller cuts the
//! pieces: each must hold whole lines.

use std::borrow::Cow;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use spoglight_artifacts::Rounds;
use spoglight_parsers::formats::FormatSet;
use spoglight_parsers::{Format, Head};
use spoglight_signatures::Library;

use crate::ids::Sampling;
use crate::probe::probe;
use crate::reading::share;
use crate::scan::{Scanner, Work};
use crate::scanned::ScannedSource;
use crate::tally::Tally;
use spoglight_source::{Bundle, HostRules, Opening, Source};
use spoglight_text::charset::{Charset, CharsetRules};
use spoglight_text::messages::Block;
use spoglight_time::{Dates, SourceTime};
use spoglight_topology::Topology;

/// Maximum number of bytes before the offset at which following begins for lines to be counted from the start of the file;
/// with more they are counted from the offset.
const COUNTED: u64 = 64 << 20;

/// A log that still grows.
pub struct LiveLog<'f> {
    /// Its charset.
    pub charset: Charset,
    /// The formats that its lines may be in.
    pub mix: FormatSet<'f>,
    /// Counts and hits so far.
    pub tally: Tally,
    /// Product that writes it, if it is known.
    product: Option<Arc<str>>,
    dates: Dates,
}

/// A message that was just read.
pub struct Message<'m> {
    /// Its format.
    pub format: &'m dyn Format,
    /// Its timestamp and level.
    pub head: Head,
    /// Its timestamp and its position in the file.
    pub at: Option<SourceTime>,
    /// Its bytes in the file, or as UTF-8 if the file is recoded.
    pub raw: &'m [u8],
    /// The same as text.
    pub text: Cow<'m, [u8]>,
    /// Lines of the file before it.
    pub line: u64,
    /// Bytes of the file before it.
    pub offset: u64,
}

/// A log as it was when following began.
pub struct Opened<'f> {
    /// The file.
    pub source: Source,
    /// Its format and charset; no charset if it is empty.
    pub scanned: ScannedSource<'f>,
}

/// Probes a file that is followed from now on. `None` if it does not exist any more.
pub fn open<'f>(
    path: &Path,
    formats: &[&'f dyn Format],
    charsets: &CharsetRules,
    hosts: &HostRules,
) -> Option<Opened<'f>> {
    let bundle = Bundle::open(&[path.to_owned()], &Opening::default()).with_hosts(hosts);
    let source = bundle.sources.into_iter().next()?;
    let probed = ScannedSource::probed(probe(&source, formats, charsets, &[], &mut Rounds::none()));
    // an artifact is not followed, and bytes are counted from where following begins
    let scanned = ScannedSource { tally: Box::default(), artifact: None, ..probed };
    Some(Opened { source, scanned })
}

impl<'f> LiveLog<'f> {
    /// Begins at `offset` bytes of a file.
    pub fn begin(opened: &Opened<'f>, offset: u64) -> Option<LiveLog<'f>> {
        let charset = opened.scanned.charset.clone()?;
        let mix = opened.scanned.mix.clone()?;
        let mut tally = Tally { bytes: offset, ..Tally::default() };
        if offset <= COUNTED {
            // a file that is gone by now has no lines
            let counted = opened.source.read(0, |stream| {
                let (mut stream, mut piece, mut lines) = (stream.take(offset), vec![0; 64 << 10], 0);
                let mut text = charset.reader(&mut stream);
                loop {
                    match text.read(&mut piece)? {
                        0 => return Ok(lines),
                        count => {
                            let read = piece.get(..count).unwrap_or_default();
                            lines += memchr::memchr_iter(b'\n', read).count() as u64;
                        }
                    }
                }
            });
            tally.lines = counted.unwrap_or(0);
        }
        let format = opened.scanned.format.map(Format::name);
        let product = Topology::embedded().origin(&opened.source.path, format).product;
        Some(LiveLog { charset, mix, tally, product, dates: Dates::from_name(&opened.source.path) })
    }

    /// Begins again at offset 0, after its file was emptied. Hits are kept.
    pub fn restart(&mut self) {
        let tally = std::mem::take(&mut self.tally);
        self.tally = Tally {
            hits: tally.hits,
            unrecognized: tally.unrecognized,
            first: tally.first,
            ..Tally::default()
        };
    }

    /// Reads whole lines, given as bytes of the file, or as UTF-8 if the file is recoded. Hands every message that begins in them
    /// to `show`. Returns true if a signature hit.
    pub fn feed(&mut self, library: &Library, text: &[u8], show: &mut dyn FnMut(Message<'_>)) -> bool {
        let block = Block { bytes: text, offset: self.tally.bytes, mid_line: false };
        let work =
            Work { sampling: Sampling::of(0), search: true, index: false, rows: false, is_ticket: false };
        let (product, dates) = (self.product.clone(), self.dates.clone());
        let mut scanner = Scanner::new(library, &self.mix, &self.charset, product, dates, work);
        let size = scanner.block(&block);
        let (marks, reading) = (scanner.marks(), scanner.reading());
        for (place, mark) in marks.iter().enumerate() {
            let end = marks.get(place + 1).map_or(text.len(), |next| next.start);
            let raw = text.get(mark.start..end).unwrap_or_default();
            show(Message {
                format: self.mix.format(mark.format),
                head: mark.head,
                at: reading.at(mark, text, self.tally.bytes, size),
                raw,
                text: self.charset.text_of(raw),
                line: self.tally.lines + mark.line,
                offset: self.tally.bytes + share(mark.start, text.len(), size),
            });
        }
        if let Some(dates) = reading.dates().cloned() {
            self.dates = dates;
        }
        let next = scanner.finish();
        let is_hit = !next.hits.is_empty();
        self.tally.append(next);
        is_hit
    }
}
