//! The conveyor: sources over cores, blocks through the floors, results out.
//!
//! 1. Every source is *probed*: its head tells whether it is text, its charset and its format.
//! 2. Sources become *segments*: a file on disk is cut every [`SEGMENT`] bytes, an entry of an archive is one.
//! 3. Every segment is *scanned* by itself, on whichever core is free, into a [`Tally`]: counters, and the few lines
//!    that hit.
//! 4. The tallies of a source are joined in the order of its bytes.
//!
//! Nothing of this depends on which thread did what, so the result is the same on 1 and on 64.

mod block_meta;
pub mod clocks;
pub mod collection;
mod copies;
pub mod event;
pub mod facts;
pub mod format_coverage;
mod ids;
pub mod live;
pub mod merge;
mod offsets;
pub mod packed_event;
mod probe;
pub mod reading;
mod rotation;
mod scan;
mod settings;
mod sketch;
mod tally;
mod unrecognized;
pub mod user_formats;
pub mod user_signatures;

use std::collections::VecDeque;
use std::io::Read as _;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;
use spoglight_parsers::Format;
use spoglight_parsers::formats::FormatSet;
use spoglight_signatures::Library;

pub use block_meta::BlockMeta;
use ids::Sampling;
pub use ids::{RequestIds, Sighting};
pub use offsets::{Offsets, SeenOffset};
pub use packed_event::PackedEvent;
use reading::Reading;
pub use rotation::log_of;
use scan::{Scanner, Work};
pub use settings::{Settings, SettingsBuilder, SettingsError};
pub use sketch::Sketch;
pub(crate) use sketch::mark_of;
use spoglight_artifacts::Artifact;
use spoglight_source::{Bundle, Problem, Source};
use spoglight_text::charset::{Charset, CharsetRules};
use spoglight_text::messages::Blocks;
use spoglight_time::{Dates, SourceTime};
pub use tally::{Hit, RawEvidence, RawProcessRun, ScanHits, SignatureTally, Tally, thread_mark};
pub use unrecognized::{Error, RawUnrecognized};

/// Bytes of a file that one core takes at a time.
pub const SEGMENT: u64 = 16 << 20;

/// Whoever wants to show how far it is.
pub trait Progress: Sync {
    /// So many bytes lie ahead.
    fn begin(&self, bytes: u64);
    /// So many more are done.
    fn advance(&self, bytes: u64);
}

/// Nobody wants to know.
impl Progress for () {
    fn begin(&self, _bytes: u64) {}
    fn advance(&self, _bytes: u64) {}
}

/// How to run.
#[derive(Clone)]
pub struct ScanOptions<'f> {
    /// Formats to know, in the order in which they are tried: the built-in ones, unless said otherwise.
    pub formats: Vec<&'f dyn Format>,
    /// Charsets that the user gave.
    pub charsets: CharsetRules,
    /// Threads; 0 is one for each core.
    pub threads: usize,
    /// Bytes of a file that one core takes at a time; 0 is [`SEGMENT`]. The result does not depend on it.
    pub segment: u64,
    /// Whether signatures are looked for.
    pub search: bool,
    /// Whether it is noted what lies in which block, for those who read on.
    pub index: bool,
    /// Whether every message is noted, for those who show them one by one.
    pub rows: bool,
}

impl Default for ScanOptions<'_> {
    fn default() -> Self {
        let formats = spoglight_parsers::formats::ALL.to_vec();
        ScanOptions {
            formats,
            charsets: CharsetRules::default(),
            threads: 0,
            segment: 0,
            search: true,
            index: false,
            rows: false,
        }
    }
}

/// What a source is, and what was found in it.
#[derive(Clone)]
pub struct ScannedSource<'f> {
    /// Its charset; `None` if it is empty, not text, or could not be opened.
    pub charset: Option<Charset>,
    /// The format of most of its lines, with its charset.
    pub format: Option<&'f dyn Format>,
    /// All formats that its lines may be in.
    pub mix: Option<FormatSet<'f>>,
    /// The language of its level words, where a format has such.
    pub language: Option<String>,
    /// The server that its messages name, if its own name does not.
    pub host: Option<String>,
    /// What was found.
    pub tally: Box<Tally>,
    /// What it says, if it is no log.
    pub exhibit: Option<Box<Artifact>>,
    /// The source that has the same bytes, if an earlier one does.
    pub copy_of: Option<usize>,
    /// The source of the same server in which its messages stand, too.
    pub repeats: Option<usize>,
    /// Why it was not read, or not to its end.
    pub problems: Vec<Problem>,
}

impl<'f> ScannedSource<'f> {
    /// A source of which nothing is known.
    pub fn nothing() -> ScannedSource<'f> {
        ScannedSource {
            charset: None,
            format: None,
            mix: None,
            language: None,
            host: None,
            tally: Box::default(),
            exhibit: None,
            copy_of: None,
            repeats: None,
            problems: Vec::new(),
        }
    }
}

/// Runs all sources of a bundle through the library. The results stand in the order of [`Bundle::sources`].
pub fn scan<'f>(
    bundle: &Bundle,
    library: &Library,
    options: &ScanOptions<'f>,
    progress: &dyn Progress,
) -> Vec<ScannedSource<'f>> {
    progress.begin(bundle.size());
    let run = || {
        let mut scan = Scan::begin(bundle, options);
        scan.cut(bundle, 0..bundle.sources.len());
        scan.run(bundle, library, u64::MAX, progress);
        scan.finish(bundle)
    };
    match rayon::ThreadPoolBuilder::new().num_threads(options.threads).build() {
        Ok(pool) => pool.install(run),
        Err(_) => run(), // no threads to be had: the caller's own is enough
    }
}

/// A scan that goes as far as it is told, for those who want to use what was read before all is. Sources are taken in their
/// order, each is cut before it is run, and what is cut runs in its order.
pub struct Scan<'f> {
    scanned: Vec<ScannedSource<'f>>,
    /// What is cut and was not run yet.
    segments: VecDeque<Segment>,
    /// The first source that was not cut.
    next: usize,
    segment: u64,
    work: Work,
    buffers: Mutex<Vec<Vec<u8>>>,
}

impl<'f> Scan<'f> {
    /// Looks at the head of every source.
    pub fn begin(bundle: &Bundle, options: &ScanOptions<'f>) -> Scan<'f> {
        let probes = probe::all(bundle, &options.formats, &options.charsets);
        let scanned = probes.into_iter().map(|probe| {
            // the mark is understood, too
            let mark = probe.charset.as_ref().map_or(0, |charset| charset.mark as u64);
            let (exhibit, bytes) =
                probe.exhibit.map_or((None, mark), |read| (Some(Box::new(read.0)), read.1));
            ScannedSource {
                tally: Box::new(Tally { bytes, ..Tally::default() }),
                charset: probe.charset,
                format: probe.mix.as_ref().map(FormatSet::main),
                mix: probe.mix,
                language: probe.language,
                host: probe.host,
                exhibit,
                copy_of: None,
                repeats: None,
                problems: probe.problem.into_iter().collect(),
            }
        });
        let (search, index, rows) = (options.search, options.index, options.rows);
        Scan {
            scanned: scanned.collect(),
            segments: VecDeque::new(),
            next: 0,
            segment: if options.segment == 0 { SEGMENT } else { options.segment },
            work: Work { sampling: Sampling::of(bundle.size()), search, index, rows, is_ticket: false },
            buffers: Mutex::default(),
        }
    }

    /// The sources that come next, of about so many bytes; none if all are cut.
    pub fn ahead(&self, bundle: &Bundle, bytes: u64) -> Range<usize> {
        let mut sum: u64 = self.segments.iter().map(|segment| segment.size).sum();
        let mut end = self.next;
        for source in bundle.sources.get(self.next..).unwrap_or_default() {
            if sum >= bytes {
                break;
            }
            sum += source.size;
            end += 1;
        }
        self.next..end
    }

    /// Cuts these sources, which are the next ones: from now on their sizes and ways of reading must not change.
    pub fn cut(&mut self, bundle: &Bundle, sources: Range<usize>) {
        self.next = sources.end;
        for index in sources {
            if let (Some(source), Some(scanned)) = (bundle.sources.get(index), self.scanned.get(index)) {
                cut(index, source, scanned, self.segment, &mut self.segments);
            }
        }
    }

    /// Runs about so many bytes of what is cut. Answers whose tallies have more now, in their order.
    pub fn run(
        &mut self,
        bundle: &Bundle,
        library: &Library,
        bytes: u64,
        progress: &dyn Progress,
    ) -> Vec<usize> {
        let (mut sum, mut count) = (0u64, 0);
        while let Some(segment) = self.segments.get(count).filter(|_| sum < bytes) {
            sum = sum.saturating_add(segment.size);
            count += 1;
        }
        let segments: Vec<Segment> = self.segments.drain(..count).collect();
        let conveyor = Conveyor {
            bundle,
            library,
            scanned: &self.scanned,
            work: self.work,
            progress,
            buffers: &self.buffers,
        };
        // one at a time: a segment is work for milliseconds, and the last ones should not wait behind each other
        let parts: Vec<SegmentResult> =
            segments.par_iter().with_max_len(1).map(|segment| conveyor.segment(segment)).collect();
        let mut touched: Vec<usize> = segments.iter().map(|segment| segment.source).collect();
        touched.dedup();
        for (segment, part) in segments.iter().zip(parts) {
            self.join(bundle, segment.source, part);
        }
        touched
    }

    /// Adds a part to its source: they come in the order of its bytes.
    fn join(&mut self, bundle: &Bundle, source: usize, part: SegmentResult) {
        let Some(scanned) = self.scanned.get_mut(source) else { return };
        if scanned.tally.bytes == 0 {
            scanned.tally = part.tally; // most sources are one part
        } else {
            scanned.tally.append(*part.tally);
        }
        scanned.problems.extend(part.error.map(|error| {
            Problem::new(
                bundle.sources.get(source).map(|source| source.path.as_str()).unwrap_or_default(),
                format!("breaks off after {} bytes: {error}", scanned.tally.bytes),
                "what came before is in this report; collect or copy it again for the rest",
            )
        }));
    }

    /// What is known of the sources so far.
    pub fn scanned(&mut self) -> &mut Vec<ScannedSource<'f>> {
        &mut self.scanned
    }

    /// Whether nothing is left to be cut or run.
    pub fn is_done(&self) -> bool {
        self.next >= self.scanned.len() && self.segments.is_empty()
    }

    /// What was found, once all was run.
    pub(crate) fn finish(mut self, bundle: &Bundle) -> Vec<ScannedSource<'f>> {
        finish(bundle, &mut self.scanned);
        self.scanned
    }
}

/// What only all sources together tell: which goes on in which, and which repeats another.
pub fn finish(bundle: &Bundle, scanned: &mut [ScannedSource<'_>]) {
    rotation::join(&bundle.sources, scanned);
    copies::mark(bundle, scanned);
}

/// Reads a source once more, for its stamps alone, in the order of its lines.
pub fn stamps(
    source: &Source,
    scanned: &ScannedSource<'_>,
    use_it: &mut dyn FnMut(&SourceTime),
) -> std::io::Result<()> {
    let (Some(charset), Some(mix)) = (&scanned.charset, &scanned.mix) else { return Ok(()) };
    let first = charset.first_line() as u64;
    let mut reading = Reading::new(mix, charset, Dates::of_name(&source.path));
    let mut marks = Vec::new();
    // a recoded file has its mark taken off on the way, and its bytes count
    let mut offset = charset.mark as u64;
    source.read(0, |stream| {
        std::io::copy(&mut stream.take(first), &mut std::io::sink())?;
        let begins = |line: &[u8]| mix.begin(&charset.text_of(line)).is_some();
        let mut blocks = Blocks::segment(charset.reader(stream), first, first, u64::MAX, &begins, Vec::new());
        while let Some(block) = blocks.next()? {
            let size = charset.bytes_of(block.bytes);
            reading.marks(&block, &mut marks);
            marks
                .iter()
                .filter_map(|mark| reading.at(mark, block.bytes, offset, size))
                .for_each(|at| use_it(&at));
            offset += size;
        }
        Ok(())
    })
}

/// A part of a source for one core.
struct Segment {
    source: usize,
    start: u64,
    end: u64,
    /// Bytes that it is about.
    size: u64,
}

/// Cuts a source into segments of so many bytes.
fn cut(
    index: usize,
    source: &Source,
    scanned: &ScannedSource<'_>,
    size: u64,
    segments: &mut VecDeque<Segment>,
) {
    let Some(charset) = &scanned.charset else { return };
    let first = charset.first_line() as u64;
    // the date of a message may stand far above it
    let in_order = scanned.mix.as_ref().is_some_and(FormatSet::is_undated);
    if !source.can_seek() || charset.is_recoded() || in_order || is_ticket(source, scanned) {
        segments.push_back(Segment { source: index, start: first, end: u64::MAX, size: source.size });
        return;
    }
    let cuts = source.size.saturating_sub(first).div_ceil(size).max(1);
    for cut in 0..cuts {
        // the last one reads to the end, wherever that is by now
        let end = if cut + 1 == cuts { u64::MAX } else { first + (cut + 1) * size };
        segments.push_back(Segment { source: index, start: first + cut * size, end, size });
    }
}

/// Bytes of a ticket or a mail with lines of logs in it; larger ones are logs.
const TICKET: u64 = 256 << 10;

/// Whether a source is small and of no format that is known: then somebody may have pasted it together.
fn is_ticket(source: &Source, scanned: &ScannedSource<'_>) -> bool {
    source.size <= TICKET && scanned.mix.as_ref().is_some_and(|mix| !mix.main().understands())
}

/// What all segments share.
struct Conveyor<'a> {
    bundle: &'a Bundle,
    library: &'a Library,
    scanned: &'a [ScannedSource<'a>],
    work: Work,
    progress: &'a dyn Progress,
    buffers: &'a Mutex<Vec<Vec<u8>>>,
}

/// What a segment gives.
struct SegmentResult {
    tally: Box<Tally>,
    /// Why it ends before its end.
    error: Option<String>,
}

impl Conveyor<'_> {
    fn segment(&self, segment: &Segment) -> SegmentResult {
        let mut part = SegmentResult { tally: Box::default(), error: None };
        let (Some(source), Some(scanned)) =
            (self.bundle.sources.get(segment.source), self.scanned.get(segment.source))
        else {
            return part;
        };
        let (Some(charset), Some(mix)) = (&scanned.charset, &scanned.mix) else { return part };
        let first = charset.first_line() as u64;
        let work = Work { is_ticket: is_ticket(source, scanned), ..self.work };
        let mut scanner = Scanner::new(self.library, mix, charset, Dates::of_name(&source.path), work);
        let from = if segment.start > first { segment.start - 1 } else { segment.start };
        let seek = if source.can_seek() { from } else { 0 };
        let read = source.read(seek, |stream| {
            if !source.can_seek() {
                // the mark of an entry has to be read over
                std::io::copy(&mut stream.take(first), &mut std::io::sink())?;
            }
            let stream = charset.reader(stream);
            let begins = |line: &[u8]| mix.begin(&charset.text_of(line)).is_some();
            let buffer = self.lend();
            let mut blocks = Blocks::segment(stream, first, segment.start, segment.end, &begins, buffer);
            let outcome = loop {
                match blocks.next() {
                    Ok(Some(block)) => {
                        let size = scanner.block(&block);
                        self.progress.advance(size);
                    }
                    Ok(None) => break Ok(()),
                    Err(error) => break Err(error),
                }
            };
            self.take_back(blocks.into_buffer());
            outcome
        });
        part.tally = Box::new(scanner.finish());
        part.error = read.err().map(|error| error.to_string());
        part
    }

    fn lend(&self) -> Vec<u8> {
        self.buffers.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    fn take_back(&self, buffer: Vec<u8>) {
        self.buffers.lock().unwrap_or_else(PoisonError::into_inner).push(buffer);
    }
}
