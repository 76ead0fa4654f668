//! The pipeline of a scan: sources over cores, and their results joined.
//!
//! 1. Every source is *probed*: its head shows whether it is text, its charset and its format.
//! 2. Sources become *segments*: a file on disk is cut every [`SEGMENT`] bytes, an entry of an archive is one.
//! 3. Every segment is *scanned* by itself, on any core, into a [`Tally`]: counts, and the few lines that hit.
//! 4. The tallies of a source are joined in the order of its bytes.
//!
//! The result does not depend on the threads.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use spoglight_parsers::Format;
use spoglight_signatures::Library;
use spoglight_source::{Bundle, Problem, Source, SourceId};
use spoglight_time::Dates;
use spoglight_topology::Topology;

use crate::ids::Sampling;
use crate::kept::Kept;
use crate::options::{SEGMENT, ScanOptions};
use crate::progress::Progress;
use crate::scan::{Scanner, Work};
use crate::scanned::ScannedSource;
use crate::segments::{Segment, cut, is_ticket};
use crate::tally::Tally;
use crate::{block_reader, copies, extracts, missing, probe, rotation};

// reasons why something that a segment needs is there
const OF_BUNDLE: &str = "a segment is of a source of the bundle that was cut";
const IS_TEXT: &str = "only a source with a charset, and so with formats, is cut";

/// Scans all sources of a bundle and searches them with the library. The results are in the order of [`Bundle::sources`].
pub fn scan<'f>(
    bundle: &mut Bundle,
    library: &Library,
    options: &ScanOptions<'f>,
    progress: &dyn Progress,
) -> Vec<ScannedSource<'f>> {
    progress.begin(bundle.size());
    let mut run = || {
        let mut scan = Scan::begin(bundle, options);
        scan.cut(bundle, 0..bundle.sources.len());
        scan.run(bundle, library, u64::MAX, progress);
        scan.finish(bundle)
    };
    match rayon::ThreadPoolBuilder::new().num_threads(options.threads).build() {
        Ok(pool) => pool.install(&mut run),
        Err(_) => run(), // no threads available: the caller's own is enough
    }
}

/// A scan in steps, so that results can be used before all sources are read. Sources are cut in their order, each before it is
/// run, and segments run in their order.
pub struct Scan<'f> {
    scanned: Vec<ScannedSource<'f>>,
    /// Segments that were not run yet.
    segments: VecDeque<Segment>,
    /// Index of the first source that was not cut.
    next: usize,
    segment: u64,
    work: Work,
    buffers: Mutex<Vec<Vec<u8>>>,
    /// The first error of each source that can be read from any position.
    errors: BTreeMap<SourceId, String>,
    kept: Kept,
    /// The sources are so many that their tallies are packed.
    packs: bool,
}

/// Segments for each thread whose results wait to be joined: those of a hundred thousand small files would take more memory
/// than what is kept of them.
const BATCH: usize = 32;

impl<'f> Scan<'f> {
    /// Probes every source, and takes extracts apart: each log in them becomes a source.
    pub fn begin(bundle: &mut Bundle, options: &ScanOptions<'f>) -> Scan<'f> {
        let mut probes = probe::all(bundle, &options.formats, &options.charsets);
        extracts::unwrap(bundle, &mut probes, &options.formats, &options.charsets);
        let (search, index, rows) = (options.search, options.index, options.rows);
        // not collected: that would keep the memory of the probes, which are larger
        let mut scanned = Vec::with_capacity(probes.len());
        let mut charsets = Vec::new();
        scanned.extend(probes.into_iter().map(|probe| {
            let mut one = ScannedSource::probed(probe);
            one.share_charset(&mut charsets);
            one
        }));
        Scan {
            scanned,
            segments: VecDeque::new(),
            next: 0,
            segment: if options.segment == 0 { SEGMENT } else { options.segment },
            work: Work { sampling: Sampling::of(bundle.size()), search, index, rows, is_ticket: false },
            buffers: Mutex::default(),
            errors: BTreeMap::new(),
            kept: Kept::within(bundle.memory_left()),
            // the browser takes the rows out of every tally
            packs: bundle.sources.len() > options.many && !rows,
        }
    }

    /// Returns the indices of the next sources to cut, so that about `bytes` bytes are ready to run; empty if all are cut.
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

    /// Cuts the next sources, given by index, into segments. From now on their sizes and the way they are read must not change.
    pub fn cut(&mut self, bundle: &Bundle, sources: Range<usize>) {
        self.next = sources.end;
        for index in sources {
            if let (Some(source), Some(scanned)) = (bundle.sources.get(index), self.scanned.get(index)) {
                cut(SourceId::new(index), source, scanned, self.segment, &mut self.segments);
            }
        }
    }

    /// Runs the next segments, about `bytes` bytes of them. Returns the sources whose tallies have grown, in their order.
    pub fn run(
        &mut self,
        bundle: &Bundle,
        library: &Library,
        bytes: u64,
        progress: &dyn Progress,
    ) -> Vec<SourceId> {
        let (mut sum, mut count) = (0u64, 0);
        while let Some(segment) = self.segments.get(count).filter(|_| sum < bytes) {
            sum = sum.saturating_add(segment.size);
            count += 1;
        }
        let segments: Vec<Segment> = self.segments.drain(..count).collect();
        for batch in segments.chunks(BATCH * rayon::current_num_threads()) {
            self.run_batch(bundle, library, batch, progress);
        }
        if self.is_done() {
            self.report_missing(bundle);
        }
        let mut touched: Vec<SourceId> = segments.iter().map(|segment| segment.source).collect();
        touched.dedup();
        touched
    }

    fn run_batch(
        &mut self,
        bundle: &Bundle,
        library: &Library,
        segments: &[Segment],
        progress: &dyn Progress,
    ) {
        let pipeline = Pipeline {
            bundle,
            library,
            scanned: &self.scanned,
            work: self.work,
            progress,
            buffers: &self.buffers,
            kept: &self.kept,
        };
        let unpacks =
            |segment: &Segment| bundle.sources.get(segment.source.index()).map_or(0, Source::unpacks);
        let (mut joined, mut rest) = (Vec::new(), segments);
        while !rest.is_empty() {
            let (wave, later) = rest.split_at(bundle.wave(rest, unpacks));
            joined.append(&mut pipeline.run(wave));
            rest = later;
        }
        for part in joined {
            self.join(bundle, part);
        }
        self.kept.settle(&mut self.scanned);
    }

    /// Adds the results of segments to their source: they come in the order of its bytes.
    fn join(&mut self, bundle: &Bundle, part: JoinedSegments) {
        let source = bundle.sources.get(part.source.index()).expect(OF_BUNDLE);
        let scanned = self.scanned.get_mut(part.source.index()).expect(OF_BUNDLE);
        let known = scanned.tally.get();
        let before = known.bytes;
        self.kept.leave(&known);
        if before == 0 {
            scanned.tally = part.tally.into(); // most sources are one part
        } else {
            scanned.tally.get_mut().append(*part.tally);
        }
        self.kept.enter(scanned.tally.get_mut());
        if self.packs {
            scanned.tally.pack();
        }
        for (error, bytes) in part.errors {
            if source.can_seek() {
                // the other segments of it may be complete
                self.errors.entry(part.source).or_insert(error);
                continue;
            }
            scanned.problems.push(Problem::new(
                &*source.path,
                format!("breaks off after {} bytes: {error}", before + bytes),
                "what came before is in this report; collect or copy it again for the rest",
            ));
        }
    }

    /// Reports the sources of which bytes are missing, and what was not kept, once all segments were run.
    fn report_missing(&mut self, bundle: &Bundle) {
        if let (Some(problem), Some(first)) = (self.kept.problem(), self.scanned.first_mut()) {
            first.problems.push(problem);
        }
        for (at, (source, scanned)) in bundle.sources.iter().zip(&mut self.scanned).enumerate() {
            if source.can_seek() && scanned.charset.is_some() {
                let error = self.errors.get(&SourceId::new(at)).map(String::as_str);
                let problem = missing::after_scan(source, scanned.tally.get().bytes, error);
                // nearly always none, and then no list is made
                if let Some(problem) = problem {
                    scanned.problems.push(problem);
                }
            }
        }
    }

    /// The results so far, in the order of the sources.
    pub fn scanned(&mut self) -> &mut Vec<ScannedSource<'f>> {
        &mut self.scanned
    }

    /// Returns true once every source was cut and every segment was run.
    pub fn is_done(&self) -> bool {
        self.next >= self.scanned.len() && self.segments.is_empty()
    }

    /// The results, once all was run.
    fn finish(mut self, bundle: &Bundle) -> Vec<ScannedSource<'f>> {
        finish(bundle, &mut self.scanned);
        self.scanned
    }
}

/// Adds facts that need all sources: rotated files that continue each other, and files that repeat another.
pub fn finish(bundle: &Bundle, scanned: &mut [ScannedSource<'_>]) {
    rotation::join(&bundle.sources, scanned);
    copies::mark(bundle, scanned);
}

/// Shared by all segments of a run.
struct Pipeline<'a> {
    bundle: &'a Bundle,
    library: &'a Library,
    scanned: &'a [ScannedSource<'a>],
    work: Work,
    progress: &'a dyn Progress,
    buffers: &'a Mutex<Vec<Vec<u8>>>,
    kept: &'a Kept,
}

/// The next segment and its index.
fn take<'s>(next: &AtomicUsize, segments: &'s [Segment]) -> Option<(usize, &'s Segment)> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    segments.get(index).map(|segment| (index, segment))
}

/// Result of one segment.
struct SegmentResult {
    tally: Box<Tally>,
    /// Reason why it was not read to its end.
    error: Option<String>,
}

/// Results of adjacent segments of one source.
struct JoinedSegments {
    source: SourceId,
    tally: Box<Tally>,
    /// Reasons why a segment was not read to its end, each with the number of bytes up to there.
    errors: Vec<(String, u64)>,
}

/// Joins the results of segments in their order, whichever is ready first, so that few are kept at a time.
#[derive(Default)]
struct Joiner {
    /// Results that wait for one before them, by the index of their segment.
    waiting: BTreeMap<usize, SegmentResult>,
    next: usize,
    joined: Vec<JoinedSegments>,
}

impl Joiner {
    fn add(&mut self, index: usize, result: SegmentResult, segments: &[Segment]) {
        self.waiting.insert(index, result);
        while let (Some(result), Some(segment)) = (self.waiting.remove(&self.next), segments.get(self.next)) {
            self.next += 1;
            let SegmentResult { tally, error } = result;
            match self.joined.last_mut().filter(|last| last.source == segment.source) {
                Some(last) => last.tally.append(*tally),
                None => {
                    self.joined.push(JoinedSegments { source: segment.source, tally, errors: Vec::new() });
                }
            }
            if let (Some(error), Some(last)) = (error, self.joined.last_mut()) {
                last.errors.push((error, last.tally.bytes));
            }
        }
    }
}

impl Pipeline<'_> {
    /// Runs segments on all cores. They begin in their order, because the results of later ones wait for earlier ones.
    fn run(&self, segments: &[Segment]) -> Vec<JoinedSegments> {
        let (next, joiner) = (AtomicUsize::new(0), Mutex::new(Joiner::default()));
        let work = || {
            while let Some((index, segment)) = take(&next, segments) {
                let result = self.segment(segment);
                joiner.lock().unwrap_or_else(PoisonError::into_inner).add(index, result, segments);
            }
        };
        rayon::scope(|scope| {
            for _ in 0..rayon::current_num_threads() {
                scope.spawn(|_| work());
            }
        });
        joiner.into_inner().unwrap_or_else(PoisonError::into_inner).joined
    }

    fn segment(&self, segment: &Segment) -> SegmentResult {
        let at = segment.source.index();
        let source = self.bundle.sources.get(at).expect(OF_BUNDLE);
        let scanned = self.scanned.get(at).expect(OF_BUNDLE);
        let charset = scanned.charset.as_ref().expect(IS_TEXT);
        let mix = scanned.mix.as_ref().expect(IS_TEXT);
        let work = Work { is_ticket: is_ticket(source, scanned), ..self.work };
        let product = Topology::embedded().origin(&source.path, scanned.format.map(Format::name)).product;
        let dates = Dates::from_name(&source.path);
        let mut scanner = Scanner::new(self.library, mix, charset, product, dates, work);
        let mut buffer = self.lend();
        let range = segment.start..segment.end;
        let read = block_reader::each_block_of(source, charset, mix, range, &mut buffer, |block| {
            self.progress.advance(scanner.block(block));
        });
        self.take_back(buffer);
        let error = read.err().map(|error| error.to_string());
        let mut tally = Box::new(scanner.finish());
        self.kept.cut_hits(&mut tally);
        SegmentResult { tally, error }
    }

    fn lend(&self) -> Vec<u8> {
        self.buffers.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    fn take_back(&self, buffer: Vec<u8>) {
        self.buffers.lock().unwrap_or_else(PoisonError::into_inner).push(buffer);
    }
}
