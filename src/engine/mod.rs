//! The conveyor: sources over cores, blocks through the floors, results out.
//!
//! 1. Every source is *probed*: its head tells whether it is text, its charset and its format.
//! 2. Sources become *segments*: a file on disk is cut every [`SEGMENT`] bytes, an entry of an archive is one.
//! 3. Every segment is *scanned* by itself, on whichever core is free, into a [`Tally`]: counters, and the few lines
//!    that hit.
//! 4. The tallies of a source are joined in the order of its bytes.
//!
//! Nothing of this depends on which thread did what, so the result is the same on 1 and on 64.

mod scan;
mod tally;

use std::io::Read;
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;
use spoglight_parsers::{Format, formats};
use spoglight_signatures::Library;

use crate::bundle::{Bundle, Problem, Source, not_text};
use crate::text::charset::Charset;
use crate::text::messages::Blocks;
use crate::timeline::Dates;
use scan::Scanner;
pub use tally::{Evidence, SignatureTally, Tally};

/// Bytes of a file that one core takes at a time.
pub const SEGMENT: u64 = 16 << 20;

/// Bytes of a source that are looked at to tell what it is.
const PROBE: u64 = 64 << 10;

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
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Threads; 0 is one for each core.
    pub threads: usize,
    /// Bytes of a file that one core takes at a time; 0 is [`SEGMENT`]. The result does not depend on it.
    pub segment: u64,
}

/// What a source is, and what was found in it.
pub struct Scanned {
    /// Its charset; `None` if it is empty, not text, or could not be opened.
    pub charset: Option<Charset>,
    /// Its format, with its charset.
    pub format: Option<&'static dyn Format>,
    /// What was found.
    pub tally: Tally,
    /// Why it was not read, or not to its end.
    pub problems: Vec<Problem>,
}

/// Runs all sources of a bundle through the library. The results stand in the order of [`Bundle::sources`].
pub fn scan(bundle: &Bundle, library: &Library, options: &Options, progress: &dyn Progress) -> Vec<Scanned> {
    progress.begin(bundle.size());
    let run = || {
        let probes: Vec<Probe> = bundle.sources.par_iter().map(|source| probe(source, bundle)).collect();
        let size = if options.segment == 0 { SEGMENT } else { options.segment };
        let segments = segments(bundle, &probes, size);
        let conveyor = Conveyor { bundle, library, probes: &probes, progress, buffers: Mutex::default() };
        // one at a time: a segment is work for milliseconds, and the last ones should not wait behind each other
        let parts: Vec<Part> =
            segments.par_iter().with_max_len(1).map(|segment| conveyor.segment(segment)).collect();
        join(bundle, probes, segments.iter().map(|segment| segment.source).zip(parts))
    };
    match rayon::ThreadPoolBuilder::new().num_threads(options.threads).build() {
        Ok(pool) => pool.install(run),
        Err(_) => run(), // no threads to be had: the caller's own is enough
    }
}

/// What the head of a source tells.
#[derive(Default)]
struct Probe {
    charset: Option<Charset>,
    format: Option<&'static dyn Format>,
    problem: Option<Problem>,
}

fn probe(source: &Source, bundle: &Bundle) -> Probe {
    let problem = |what: String, advice: &str| Probe {
        problem: Some(Problem { path: source.path.clone(), what, advice: advice.to_owned() }),
        ..Probe::default()
    };
    let mut raw = Vec::new();
    let read = source.read(0, bundle, |stream| stream.take(PROBE).read_to_end(&mut raw));
    if let Err(error) = read
        && raw.is_empty()
    {
        return problem(
            format!("cannot be read: {error}"),
            "collect it again, or copy it to a local disk first",
        );
    }
    if raw.is_empty() {
        return Probe::default();
    }
    let charset = Charset::detect(&raw, spoglight_parsers::code_page);
    if !charset.is_recoded()
        && let Some((what, advice)) = not_text(&raw)
    {
        return problem(format!("is {what}, so it was not read as a log"), advice);
    }
    let mut head = Vec::new();
    let mut behind_mark = raw.get(charset.first_line()..).unwrap_or_default();
    // reading from memory does not fail
    let _ = charset.reader(&mut behind_mark).read_to_end(&mut head);
    Probe { charset: Some(charset), format: Some(formats::detect(&head)), problem: None }
}

/// A part of a source for one core.
struct Segment {
    source: usize,
    start: u64,
    end: u64,
}

fn segments(bundle: &Bundle, probes: &[Probe], size: u64) -> Vec<Segment> {
    let mut segments = Vec::new();
    for (index, (source, probe)) in bundle.sources.iter().zip(probes).enumerate() {
        let Some(charset) = &probe.charset else { continue };
        let first = charset.first_line() as u64;
        // the date of a message may stand far above it
        let in_order = probe.format.is_some_and(spoglight_parsers::Format::is_undated);
        if !source.can_seek() || charset.is_recoded() || in_order {
            segments.push(Segment { source: index, start: first, end: u64::MAX });
            continue;
        }
        let cuts = source.size.saturating_sub(first).div_ceil(size).max(1);
        for cut in 0..cuts {
            // the last one reads to the end, wherever that is by now
            let end = if cut + 1 == cuts { u64::MAX } else { first + (cut + 1) * size };
            segments.push(Segment { source: index, start: first + cut * size, end });
        }
    }
    segments
}

/// What all segments share.
struct Conveyor<'a> {
    bundle: &'a Bundle,
    library: &'a Library,
    probes: &'a [Probe],
    progress: &'a dyn Progress,
    buffers: Mutex<Vec<Vec<u8>>>,
}

/// What a segment gives.
struct Part {
    tally: Tally,
    /// Why it ends before its end.
    error: Option<String>,
}

impl Conveyor<'_> {
    fn segment(&self, segment: &Segment) -> Part {
        let mut part = Part { tally: Tally::default(), error: None };
        let (Some(source), Some(probe)) =
            (self.bundle.sources.get(segment.source), self.probes.get(segment.source))
        else {
            return part;
        };
        let (Some(charset), Some(format)) = (probe.charset, probe.format) else { return part };
        let first = charset.first_line() as u64;
        let mut scanner = Scanner::new(self.library, format, charset, Dates::of_name(&source.path));
        let from = if segment.start > first { segment.start - 1 } else { segment.start };
        let seek = if source.can_seek() { from } else { 0 };
        let read = source.read(seek, self.bundle, |stream| {
            if !source.can_seek() {
                // the mark of an entry has to be read over
                std::io::copy(&mut stream.take(first), &mut std::io::sink())?;
            }
            let stream = charset.reader(stream);
            let begins = |line: &[u8]| format.begin(line).is_some();
            let buffer = self.lend();
            let mut blocks = Blocks::segment(stream, first, segment.start, segment.end, &begins, buffer);
            let outcome = loop {
                match blocks.next() {
                    Ok(Some(block)) => {
                        scanner.block(&block);
                        self.progress.advance(charset.bytes_of(block.bytes));
                    }
                    Ok(None) => break Ok(()),
                    Err(error) => break Err(error),
                }
            };
            self.take_back(blocks.into_buffer());
            outcome
        });
        part.tally = scanner.finish();
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

/// Joins the parts of each source, in the order of its bytes.
fn join(bundle: &Bundle, probes: Vec<Probe>, parts: impl Iterator<Item = (usize, Part)>) -> Vec<Scanned> {
    let mut all: Vec<Scanned> = probes
        .into_iter()
        .map(|probe| Scanned {
            tally: Tally {
                // the mark is understood, too
                bytes: probe.charset.map_or(0, |charset| charset.mark as u64),
                ..Tally::default()
            },
            charset: probe.charset,
            format: probe.format,
            problems: probe.problem.into_iter().collect(),
        })
        .collect();
    for (source, part) in parts {
        if let Some(scanned) = all.get_mut(source) {
            scanned.tally.append(part.tally);
            scanned.problems.extend(part.error.map(|error| Problem {
                path: bundle.sources.get(source).map(|source| source.path.clone()).unwrap_or_default(),
                what: format!("breaks off after {} bytes: {error}", scanned.tally.bytes),
                advice:
                    "what came before is in this report; collect or copy it again for the rest".to_owned(),
            }));
        }
    }
    debug_assert_eq!(all.len(), bundle.sources.len());
    all
}
