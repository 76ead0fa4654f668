//! One segment of a source, block by block, into a [`Tally`].
//!
//! The plain path looks at every line once, asks the format whether a message begins there, and reads stamp and
//! level; it allocates nothing. The literals are searched over the whole block. Only where one stands is a message
//! looked at more closely.

use std::collections::BTreeMap;
use std::ops::Range;

use memchr::{memchr_iter, memmem};
use spoglight_parsers::{Format, Head, grammar};
use spoglight_signatures::Library;

use super::tally::{Evidence, Tally};
use crate::text::charset::Charset;
use crate::text::messages::{self, Block};
use crate::timeline::Dates;

/// Bytes of a line that are kept as evidence.
const SHOWN: usize = 1200;

// where a block is cut and where a message is counted must be the same question
const _: () = assert!(messages::HEAD == spoglight_parsers::HEAD_BYTES);

/// Where a message begins in a block.
#[derive(Clone, Copy)]
struct Mark {
    start: usize,
    /// Lines of the segment before it.
    line: u64,
    head: Head,
}

/// A hit in the message that is being looked at.
struct Pending {
    signature: usize,
    line: Range<usize>,
    captures: BTreeMap<String, String>,
}

/// The message at the end of a block: it goes on in the next if that begins with none.
#[derive(Default)]
struct Current {
    head: Head,
    line: u64,
    /// What hit in it so far.
    signatures: Vec<usize>,
    exists: bool,
}

/// See the [module](self).
pub(super) struct Scanner<'a> {
    library: &'a Library,
    format: &'static dyn Format,
    charset: Charset,
    dates: Dates,
    undated: bool,
    tally: Tally,
    current: Current,
    // recycled
    marks: Vec<Mark>,
    runs: Vec<Range<usize>>,
    run_start: usize,
    candidates: Vec<usize>,
    pending: Vec<Pending>,
}

impl<'a> Scanner<'a> {
    /// `dates` knows the day that the name of the source says.
    pub(super) fn new(
        library: &'a Library,
        format: &'static dyn Format,
        charset: Charset,
        dates: Dates,
    ) -> Scanner<'a> {
        Scanner {
            library,
            format,
            charset,
            dates,
            undated: format.is_undated(),
            tally: Tally::default(),
            current: Current::default(),
            marks: Vec::new(),
            runs: Vec::new(),
            run_start: 0,
            candidates: Vec::new(),
            pending: Vec::new(),
        }
    }

    pub(super) fn finish(self) -> Tally {
        self.tally
    }

    /// Scans the next block of the segment.
    pub(super) fn block(&mut self, block: &Block<'_>) {
        let lines = self.mark(block);
        self.search(block);
        self.tally.lines += lines;
        self.tally.bytes += self.charset.bytes_of(block.bytes);
        if let Some(last) = self.marks.last() {
            (self.current.head, self.current.line, self.current.exists) = (last.head, last.line, true);
        }
    }

    /// The plain path: finds the messages of a block and counts them. Answers how many lines end in it.
    fn mark(&mut self, block: &Block<'_>) -> u64 {
        self.marks.clear();
        self.runs.clear();
        self.run_start = 0;
        let bytes = block.bytes;
        let (mut start, mut lines, mut first_lines, mut outside) = (0, 0u64, 0usize, 0usize);
        let mut below_first = false;
        let mut ends = memchr_iter(b'\n', bytes);
        while start < bytes.len() {
            let end = ends.next();
            let stop = end.unwrap_or(bytes.len());
            let line = bytes.get(start..stop.min(start + messages::HEAD)).unwrap_or_default();
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let next = stop + usize::from(end.is_some());
            let head = if start == 0 && block.mid_line { None } else { self.format.begin(line) };
            let head = self.complete(head, line, &mut below_first);
            if head.is_none() && is_frame(line) {
                self.close_run(start, next);
            }
            match head {
                Some(head) => {
                    self.marks.push(Mark { start, line: self.tally.lines + lines, head });
                    first_lines += next - start;
                    self.tally.levels[head.level.index()] += 1;
                    if let Some(stamp) = head.stamp {
                        self.tally.stamp(stamp);
                    }
                }
                None if self.marks.is_empty() && !self.current.exists => outside += next - start,
                None => {}
            }
            lines += u64::from(end.is_some());
            start = next;
        }
        self.close_run(bytes.len(), bytes.len());
        self.tally.events += self.marks.len() as u64;
        self.account(bytes, first_lines, outside);
        lines
    }

    /// What a head lacks: the date, and a level that stands on the line below.
    fn complete(&mut self, head: Option<Head>, line: &[u8], below_first: &mut bool) -> Option<Head> {
        let Some(mut head) = head else {
            if std::mem::take(below_first)
                && let Some(level) = self.format.level_below(line)
                && let Some(mark) = self.marks.last_mut()
            {
                self.tally.levels[mark.head.level.index()] -= 1;
                self.tally.levels[level.index()] += 1;
                mark.head.level = level;
            } else if self.undated
                && let Some(day) = self.format.heading(line)
            {
                self.dates.heading(day);
            }
            return None;
        };
        *below_first = true;
        if self.undated {
            head.stamp = head.stamp.and_then(|stamp| self.dates.date(stamp));
            self.tally.undated += u64::from(head.stamp.is_none());
        }
        Some(head)
    }

    /// A stack frame lies from `start` to `next`: what lies before it, since the last one, is searched.
    fn close_run(&mut self, start: usize, next: usize) {
        if self.run_start < start {
            self.runs.push(self.run_start..start);
        }
        self.run_start = next;
    }

    /// Every byte is understood, hangs below what is, or is named as not understood.
    fn account(&mut self, bytes: &[u8], first_lines: usize, outside: usize) {
        let hanging = bytes.len() - first_lines - outside;
        // a share of a recoded block is measured in bytes of the file
        let scale = |part: usize| match bytes.len() {
            whole if self.charset.is_recoded() && whole > 0 => {
                (u128::from(self.charset.bytes_of(bytes)) * part as u128 / whole as u128) as u64
            }
            _ => part as u64,
        };
        if self.format.understands() {
            self.tally.unparsed += scale(outside);
            self.tally.continuation += scale(hanging);
        } else {
            self.tally.unparsed += self.charset.bytes_of(bytes);
        }
    }

    /// The search: literals over the block, patterns where they stand.
    fn search(&mut self, block: &Block<'_>) {
        let bytes = block.bytes;
        let mut next_mark = 0;
        let runs = std::mem::take(&mut self.runs);
        for run in &runs {
            let (mut from, searched) = (run.start, bytes.get(..run.end).unwrap_or_default());
            while let Some((start, end)) = self.library.literals().next_line(searched, from) {
                from = end;
                self.candidates.clear();
                let line = bytes.get(start..end).unwrap_or_default();
                self.library.literals().signatures_in(line, &mut self.candidates);
                if self.candidates.is_empty() {
                    continue;
                }
                if self.marks.get(next_mark).is_some_and(|mark| mark.start <= start) {
                    self.settle(block, next_mark);
                    next_mark += self.marks[next_mark..].partition_point(|mark| mark.start <= start);
                    self.current.signatures.clear();
                }
                let message = self.message(bytes, next_mark);
                self.confirm(bytes, start..end, message);
            }
        }
        self.runs = runs;
        self.settle(block, next_mark);
        if next_mark < self.marks.len() {
            self.current.signatures.clear();
        }
    }

    /// The message before the mark at `next`, as a range of the block.
    fn message(&self, bytes: &[u8], next: usize) -> Range<usize> {
        let start = next.checked_sub(1).and_then(|at| self.marks.get(at)).map_or(0, |mark| mark.start);
        let end = self.marks.get(next).map_or(bytes.len(), |mark| mark.start);
        start..end
    }

    /// Tries the candidates on a line.
    fn confirm(&mut self, bytes: &[u8], line: Range<usize>, message: Range<usize>) {
        let text = bytes.get(line.clone()).unwrap_or_default();
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        let message = bytes.get(message).unwrap_or_default();
        for &signature in &self.candidates {
            if self.current.signatures.contains(&signature) {
                continue; // once a message
            }
            if let Some(captures) = self.library.confirm(signature, text, message) {
                self.current.signatures.push(signature);
                self.pending.push(Pending { signature, line: line.clone(), captures });
            }
        }
    }

    /// Counts what hit in the message before the mark at `next`: roots, and under them what they explain.
    fn settle(&mut self, block: &Block<'_>, next: usize) {
        if self.pending.is_empty() {
            return;
        }
        let pending = std::mem::take(&mut self.pending);
        let message = self.message(block.bytes, next);
        let mark = next.checked_sub(1).and_then(|at| self.marks.get(at)).copied();
        let (head, event_line) =
            mark.map_or((self.current.head, self.current.line), |mark| (mark.head, mark.line));
        for hit in &pending {
            let root = self.root(hit.signature, &pending);
            if root != hit.signature {
                *self.tally.hits.entry(root).or_default().related.entry(hit.signature).or_default() += 1;
                continue;
            }
            let tally = self.tally.hits.entry(root).or_default();
            if tally.hit(head.stamp, hit.captures.clone()) {
                let evidence = self.evidence(block, hit, &message, head, event_line);
                self.tally.hits.entry(root).or_default().evidence.push(evidence);
            }
        }
        self.pending = pending;
        self.pending.clear();
    }

    /// The hit of the same message that explains this one and is explained by none.
    fn root(&self, signature: usize, hits: &[Pending]) -> usize {
        let mut root = signature;
        // a chain cannot be longer than there are hits; the library has no circles of two, and a longer one ends here
        for _ in hits {
            match hits.iter().find(|other| self.library.explains(other.signature, root)) {
                Some(other) => root = other.signature,
                None => break,
            }
        }
        root
    }

    fn evidence(
        &self,
        block: &Block<'_>,
        hit: &Pending,
        message: &Range<usize>,
        head: Head,
        event_line: u64,
    ) -> Evidence {
        let bytes = block.bytes;
        let before = bytes.get(..hit.line.start).unwrap_or_default();
        let line = self.tally.lines + memchr_iter(b'\n', before).count() as u64;
        let text = bytes.get(message.clone()).unwrap_or_default();
        let caller =
            grammar::caller(text).map(|frame| self.name(&[frame.class, b".", frame.method].concat()));
        let peers = self.library.get(hit.signature).map_or(&[][..], |signature| &signature.peers);
        let peer = peers.iter().find(|peer| grammar::frames(text).any(|frame| frame.is_in(&peer.frames)));
        Evidence {
            line: line + 1,
            offset: self.tally.bytes + self.charset.bytes_of(before),
            event_line: event_line + 1,
            stamp: head.stamp,
            text: self.shown(bytes.get(hit.line.clone()).unwrap_or_default(), hit.signature),
            caller,
            peer: peer.map(|peer| peer.is.clone()),
        }
    }

    fn name(&self, bytes: &[u8]) -> String {
        self.charset.decode(bytes).into_owned()
    }

    /// A line as it is kept: without its line end, and of one longer than [`SHOWN`] the part where the signature
    /// stands.
    fn shown(&self, line: &[u8], signature: usize) -> String {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.len() <= SHOWN {
            return self.name(line);
        }
        let literals = self.library.get(signature).map_or(&[][..], |signature| &signature.matching.any);
        let at =
            literals.iter().filter_map(|literal| memmem::find(line, literal.as_bytes())).min().unwrap_or(0);
        let from = at.saturating_sub(SHOWN / 4);
        let to = line.len().min(from + SHOWN);
        let (before, after) = (if from > 0 { "... " } else { "" }, if to < line.len() { " ..." } else { "" });
        format!("{before}{}{after}", self.name(whole_characters(line.get(from..to).unwrap_or_default())))
    }
}

/// Whether a line is a frame of a stack trace. Frames are most bytes of many logs, and they are not searched: a frame
/// names the code that ran, not what went wrong.
fn is_frame(line: &[u8]) -> bool {
    matches!(line.first(), Some(b'\t' | b' '))
        && line.trim_ascii_start().starts_with(b"at ")
        && line.ends_with(b")")
}

/// Without the parts of UTF-8 characters that a cut left at both ends.
fn whole_characters(text: &[u8]) -> &[u8] {
    let goes_on = |byte: &u8| byte & 0xc0 == 0x80;
    let start = text.iter().take(3).take_while(|byte| goes_on(byte)).count();
    let text = text.get(start..).unwrap_or_default();
    let cut = text.iter().rev().take(3).take_while(|byte| goes_on(byte)).count();
    let head = text.len().checked_sub(cut + 1).and_then(|at| text.get(at).map(|byte| (at, *byte)));
    match head {
        Some((at, byte)) if byte >= 0xc0 && (byte.leading_ones() as usize) > cut + 1 => {
            text.get(..at).unwrap_or(text)
        }
        _ => text,
    }
}
