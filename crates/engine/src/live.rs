//! [`LiveLog`]: a log that still grows, read piece by piece with the same questions and the same search as one that was
//! collected. Where its pieces begin and end is its caller's business: each must hold whole lines.

use std::borrow::Cow;
use std::io::Read as _;
use std::path::Path;

use spoglight_parsers::formats::FormatSet;
use spoglight_parsers::{Format, Head};
use spoglight_signatures::Library;

use super::ids::Sampling;
use super::reading::share;
use super::scan::{Scanner, Work};
use super::{ScannedSource, Tally, probe};
use spoglight_source::{Bundle, HostRules, Opening, Source};
use spoglight_text::charset::{Charset, CharsetRules};
use spoglight_text::messages::Block;
use spoglight_time::{Dates, SourceTime};

/// Bytes before the place where following begins of which the lines are counted; of more they are counted from there.
const COUNTED: u64 = 64 << 20;

/// See the [module](self).
pub struct LiveLog<'f> {
    pub charset: Charset,
    pub mix: FormatSet<'f>,
    pub tally: Tally,
    dates: Dates,
}

/// A message that was just read.
pub struct Message<'m> {
    pub format: &'m dyn Format,
    pub head: Head,
    pub at: Option<SourceTime>,
    /// Its bytes, and the same as text.
    pub raw: &'m [u8],
    pub text: Cow<'m, [u8]>,
    /// Lines and bytes of the file before it.
    pub line: u64,
    pub offset: u64,
}

/// A log as it was when following began.
pub struct Opened<'f> {
    pub source: Source,
    /// What is known of it; without a charset if it is empty.
    pub scanned: ScannedSource<'f>,
}

/// Looks at a file that is followed from now on. `None` if it is not there any more.
pub fn open<'f>(
    path: &Path,
    formats: &[&'f dyn Format],
    charsets: &CharsetRules,
    hosts: &HostRules,
) -> Option<Opened<'f>> {
    let bundle = Bundle::open(&[path.to_owned()], &Opening::default()).with_hosts(hosts);
    let source = bundle.sources.into_iter().next()?;
    let probe = probe::probe(&source, formats, charsets);
    let scanned = ScannedSource {
        charset: probe.charset,
        format: probe.mix.as_ref().map(FormatSet::main),
        mix: probe.mix,
        language: probe.language,
        host: probe.host,
        problems: probe.problem.into_iter().collect(),
        ..ScannedSource::nothing()
    };
    Some(Opened { source, scanned })
}

impl<'f> LiveLog<'f> {
    /// Begins at `offset` bytes of a file.
    pub fn begin(opened: &Opened<'f>, offset: u64) -> Option<LiveLog<'f>> {
        let charset = opened.scanned.charset.clone()?;
        let mix = opened.scanned.mix.clone()?;
        let mut tally = Tally { bytes: offset, ..Tally::default() };
        if offset <= COUNTED {
            // what is gone meanwhile has no lines
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
        Some(LiveLog { charset, mix, tally, dates: Dates::from_name(&opened.source.path) })
    }

    /// Its file was emptied.
    pub fn restart(&mut self) {
        let tally = std::mem::take(&mut self.tally);
        self.tally =
            Tally { hits: tally.hits, unnamed: tally.unnamed, first: tally.first, ..Tally::default() };
    }

    /// Reads whole lines, given as text: bytes of the file, but for UTF-16. Hands every message that begins in them to
    /// `show`. Answers whether a signature hit.
    pub fn feed(&mut self, library: &Library, text: &[u8], show: &mut dyn FnMut(Message<'_>)) -> bool {
        let block = Block { bytes: text, offset: self.tally.bytes, mid_line: false };
        let work =
            Work { sampling: Sampling::of(0), search: true, index: false, rows: false, is_ticket: false };
        let mut scanner = Scanner::new(library, &self.mix, &self.charset, self.dates.clone(), work);
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
