//! One segment of a source, block by block, into a [`Tally`].
//!
//! The plain path looks at every line once, asks the format whether a message begins there, and reads stamp and
//! level; it allocates nothing. The literals are searched over the whole block. Only where one stands is a message
//! looked at more closely.

mod fallback;
mod notes;

use std::collections::BTreeMap;
use std::ops::Range;

use memchr::{memchr_iter, memmem};
use spoglight_parsers::formats::Mix;
use spoglight_parsers::{ClockOf, Level, grammar};
use spoglight_signatures::Library;

use super::ids::Sampling;
use super::reading::{Mark, Reading, first_bytes, share};
use super::sketch::{Sketch, mark_of};
use super::tally::{Evidence, Hit, Run, Tally, thread_mark};
use fallback::FirstLook;
use spoglight_text::charset::Charset;
use spoglight_text::messages;
use spoglight_text::messages::Block;
use spoglight_time::{At, Dates};

/// Bytes of a line that are kept as evidence.
const SHOWN: usize = 1200;

// where a block is cut and where a message is counted must be the same question
const _: () = assert!(messages::HEAD == spoglight_parsers::HEAD_BYTES);

/// A hit in the message that is being looked at.
struct Pending {
    signature: usize,
    line: Range<usize>,
    captures: BTreeMap<String, String>,
}

/// The message at the end of a block: it goes on in the next if that begins with none.
#[derive(Default)]
struct Current {
    at: Option<At>,
    line: u64,
    /// Whether its format is a known one.
    understood: bool,
    /// What hit in it so far.
    signatures: Vec<usize>,
    exists: bool,
}

/// What the messages of hits may have in common: see [`Hit`].
struct About {
    thread: u64,
    text: u64,
    account: Box<str>,
}

/// What is to be done with every block.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "four questions, in any combination")]
pub(super) struct Work {
    /// Which messages are looked at for identifiers.
    pub(super) sampling: Sampling,
    /// Whether signatures are looked for.
    pub(super) search: bool,
    /// Whether it is noted what lies in which block.
    pub(super) index: bool,
    /// Whether every message is noted.
    pub(super) rows: bool,
    /// Whether it is small and plain text, as a ticket is.
    pub(super) is_ticket: bool,
}

/// See the [module](self).
pub(super) struct Scanner<'a> {
    library: &'a Library,
    mix: &'a Mix<'a>,
    charset: &'a Charset,
    reading: Reading<'a>,
    /// Whether any of its formats has stamps without a date.
    has_undated: bool,
    work: Work,
    tally: Tally,
    /// Messages by place of their format.
    formats: Vec<u64>,
    current: Current,
    /// The time of the current message, and whether that is UTC, if it is looked at for identifiers.
    wanted: Option<(i64, bool)>,
    // recycled
    marks: Vec<Mark>,
    runs: Vec<Range<usize>>,
    run_start: usize,
    candidates: Vec<usize>,
    pending: Vec<Pending>,
    first_look: FirstLook,
    scratch: Vec<u8>,
}

impl<'a> Scanner<'a> {
    /// `dates` knows the day that the name of the source says.
    pub(super) fn new(
        library: &'a Library,
        mix: &'a Mix<'a>,
        charset: &'a Charset,
        dates: Dates,
        work: Work,
    ) -> Scanner<'a> {
        let reading = Reading::new(mix, charset, dates);
        Scanner {
            library,
            mix,
            charset,
            has_undated: reading.dates().is_some(),
            reading,
            work,
            tally: Tally::default(),
            formats: vec![0; mix.count()],
            current: Current::default(),
            wanted: None,
            marks: Vec::new(),
            runs: Vec::new(),
            run_start: 0,
            candidates: Vec::new(),
            pending: Vec::new(),
            first_look: FirstLook::default(),
            scratch: Vec::new(),
        }
    }

    pub(super) fn finish(mut self) -> Tally {
        for (place, count) in self.formats.iter().enumerate().filter(|(_, count)| **count > 0) {
            self.tally.formats.add(self.mix.format(place).name(), *count);
        }
        // most files are one block, and there may be a hundred thousand
        self.tally.blocks.shrink_to_fit();
        self.tally
    }

    /// The messages that begin in the last block.
    pub(super) fn marks(&self) -> &[Mark] {
        &self.marks
    }

    /// What knows their stamps, and the day by now.
    pub(super) fn reading(&self) -> &Reading<'a> {
        &self.reading
    }

    /// Scans the next block of the segment. Answers how many bytes of the file it was.
    pub(super) fn block(&mut self, block: &Block<'_>) -> u64 {
        let size = self.charset.bytes_of(block.bytes);
        let dates = self.reading.dates().filter(|_| self.work.index).cloned();
        let lines = self.mark(block, size);
        if self.work.index {
            self.index(block, size, dates);
        }
        if self.work.rows {
            self.rows(block.bytes.len());
        }
        if self.work.search {
            self.first_look.begin(self.marks.len());
            self.search(block);
            self.second_look(block);
            if self.work.is_ticket {
                self.paragraphs(block);
            }
        }
        if self.mix.main().clock() != ClockOf::Nowhere {
            self.named_zones(block.bytes);
        }
        self.tally.torn = block.bytes.last().is_some_and(|byte| *byte != b'\n');
        if let Some(last) = self.marks.last() {
            let (line, at) = (last.line, self.at(last, block.bytes.len(), size));
            // the tally has counted the block by now
            (self.current.at, self.current.line, self.current.exists) = (at, line, true);
        }
        self.tally.lines += lines;
        self.tally.bytes += size;
        size
    }

    /// The stamp of a message in the block that is being read, with its place in the segment.
    fn at(&self, mark: &Mark, whole: usize, size: u64) -> Option<At> {
        let stamp = mark.head.stamp?;
        let offset = self.tally.bytes + share(mark.start, whole, size);
        Some(At { stamp, of: self.mix.format(mark.format).clock(), offset })
    }

    /// The plain path: finds the messages of a block, which was `size` bytes of the file, and counts them. Answers how
    /// many lines end in it.
    fn mark(&mut self, block: &Block<'_>, size: u64) -> u64 {
        self.marks.clear();
        self.runs.clear();
        self.run_start = 0;
        let bytes = block.bytes;
        let (mut start, mut lines) = (0, 0u64);
        // bytes of lines that hang below another, and of those that no format understood
        let (mut hanging, mut unparsed) = (0usize, 0usize);
        let mut lead = 0; // where the first message begins
        let mut ends = memchr_iter(b'\n', bytes);
        while start < bytes.len() {
            let end = ends.next();
            let stop = end.unwrap_or(bytes.len());
            let line = first_bytes(bytes, start, stop);
            let next = stop + usize::from(end.is_some());
            let begun = if start == 0 && block.mid_line { None } else { self.reading.begin(line) };
            if let Some((format, head)) = begun {
                self.open(
                    Mark { start, line: self.tally.lines + lines, head, format },
                    line,
                    bytes.len(),
                    size,
                );
                unparsed += if self.current.understood { 0 } else { next - start };
            } else {
                if is_frame(line) {
                    self.close_run(start, next);
                }
                self.hang(line, bytes.len(), size);
                *(if self.current.understood { &mut hanging } else { &mut unparsed }) += next - start;
            }
            if self.marks.is_empty() && !self.current.exists {
                lead = next;
            }
            lines += u64::from(end.is_some());
            start = next;
        }
        self.close_run(bytes.len(), bytes.len());
        self.tally.lead += share(lead, bytes.len(), size);
        self.tally.events += self.marks.len() as u64;
        self.tally.continuation += share(hanging, bytes.len(), size);
        self.tally.unparsed += share(unparsed, bytes.len(), size);
        lines
    }

    /// A message begins with `line`, in a block of `whole` bytes that was `size` bytes of the file.
    fn open(&mut self, mark: Mark, line: &[u8], whole: usize, size: u64) {
        let format = self.mix.format(mark.format);
        if self.has_undated {
            self.tally.undated += u64::from(format.is_undated() && mark.head.stamp.is_none());
        }
        self.tally.levels[mark.head.level.index()] += 1;
        let at = self.at(&mark, whole, size);
        self.wanted = None;
        if let Some(at) = at {
            self.tally.stamp(at);
            if matches!(mark.head.level, Level::Dbquery | Level::Debug | Level::Trace) {
                self.tally.fine(at);
            }
            self.wanted = self.work.sampling.wants(&at.stamp).map(|time| (time, at.stamp.offset.is_some()));
            self.identify(line);
            if Sketch::wants(&at.stamp) {
                self.tally.sketch.keep(mark_of(line));
            }
        }
        if let Some(process) = format.process(line) {
            let charset = self.charset;
            let offset = self.tally.bytes + share(mark.start, whole, size);
            self.tally.process(process, at, || Run {
                process,
                first: at,
                last: at,
                line: mark.line + 1,
                offset,
                text: charset.decode(line.get(..SHOWN).unwrap_or(line)).into_owned(),
            });
        }
        if let Some(count) = self.formats.get_mut(mark.format) {
            *count += 1;
        }
        self.current.understood = format.understands();
        self.marks.push(mark);
    }

    /// Keeps the identifiers of a line, if its message is one that is looked at.
    fn identify(&mut self, line: &[u8]) {
        if let Some((time, is_known)) = self.wanted {
            let ids = if is_known { &mut self.tally.ids } else { &mut self.tally.local_ids };
            ids.read(line, time);
        }
    }

    /// A line hangs below a message, or stands before the first: it may say what the first line does not.
    fn hang(&mut self, line: &[u8], whole: usize, size: u64) {
        if self.wanted.is_some() && !is_frame(line) {
            self.identify(line);
        }
        let before = self.marks.last().map(|mark| mark.head);
        let head = self.marks.last_mut().map(|mark| &mut mark.head);
        if !self.reading.hang(line, head) {
            return;
        }
        if let (Some(before), Some(mark)) = (before, self.marks.last().copied()) {
            if mark.head.level != before.level {
                self.tally.levels[before.level.index()] -= 1;
                self.tally.levels[mark.head.level.index()] += 1;
            }
            if let Some(at) = self.at(&mark, whole, size).filter(|_| before.stamp.is_none()) {
                self.tally.stamp(at);
            }
        }
    }

    /// A stack frame lies from `start` to `next`: what lies before it, since the last one, is searched.
    fn close_run(&mut self, start: usize, next: usize) {
        if self.run_start < start {
            self.runs.push(self.run_start..start);
        }
        self.run_start = next;
    }

    /// The search: literals over the block, patterns where they stand.
    fn search(&mut self, block: &Block<'_>) {
        let bytes = block.bytes;
        let mut next_mark = 0;
        let runs = std::mem::take(&mut self.runs);
        for run in &runs {
            // in a file with a code page the lines are decoded first: words of other languages are literals, too
            let raw = bytes.get(run.clone()).unwrap_or_default();
            let text = self.charset.text_of(raw);
            let mut lines = Lines { raw, text: &text, at: (0, 0) };
            let library = self.library;
            for (start, end) in library.literals().lines(&text) {
                self.candidates.clear();
                let line = text.get(start..end).unwrap_or_default();
                self.library.literals().signatures_in(line, &mut self.candidates);
                if self.candidates.is_empty() {
                    continue;
                }
                let place = lines.place(start);
                let place = run.start + place.start..run.start + place.end;
                if self.marks.get(next_mark).is_some_and(|mark| mark.start <= place.start) {
                    self.settle(block, next_mark);
                    next_mark += self.marks[next_mark..].partition_point(|mark| mark.start <= place.start);
                    self.current.signatures.clear();
                }
                let message = self.message(bytes, next_mark);
                self.confirm(line, place, bytes.get(message).unwrap_or_default(), next_mark.checked_sub(1));
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

    /// Tries the candidates on a line, which stands at `place` of the block.
    fn confirm(&mut self, line: &[u8], place: Range<usize>, message: &[u8], mark: Option<usize>) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let message = self.charset.text_of(message);
        for &signature in &self.candidates {
            if self.current.signatures.contains(&signature) {
                continue; // once a message
            }
            if let Some(captures) = self.library.confirm(signature, line, &message) {
                self.current.signatures.push(signature);
                self.pending.push(Pending { signature, line: place.clone(), captures });
            } else {
                fallback::set(&mut self.first_look.doubtful, mark);
            }
        }
    }

    /// Counts what hit in the message before the mark at `next`: roots, and under them what they explain.
    fn settle(&mut self, block: &Block<'_>, next: usize) {
        if self.pending.is_empty() {
            return;
        }
        fallback::set(&mut self.first_look.named, next.checked_sub(1));
        if self.pending.iter().all(|hit| self.library.is_explained(hit.signature)) {
            self.look_for_roots(block, next);
        }
        let pending = std::mem::take(&mut self.pending);
        let message = self.message(block.bytes, next);
        let mark = next.checked_sub(1).and_then(|at| self.marks.get(at)).copied();
        let size = self.charset.bytes_of(block.bytes);
        let (at, event_line) = mark.map_or((self.current.at, self.current.line), |mark| {
            (self.at(&mark, block.bytes.len(), size), mark.line)
        });
        let text = block.bytes.get(message.clone()).unwrap_or_default();
        let end = memchr::memchr(b'\n', text).unwrap_or(text.len());
        let first_line = mark_of(text.get(..end.min(messages::HEAD)).unwrap_or_default());
        let about = self.about(text, mark.map(|mark| mark.format));
        for hit in &pending {
            let root = self.root(hit.signature, &pending);
            if root != hit.signature {
                *self.tally.hits.entry(root).or_default().related.entry(hit.signature).or_default() += 1;
                continue;
            }
            let of_one = Hit {
                mark: first_line,
                at,
                line: event_line + 1,
                thread: about.thread,
                text: about.text,
                account: about.account.clone(),
                values: self.values(hit),
            };
            let tally = self.tally.hits.entry(root).or_default();
            if tally.hit(of_one, &hit.captures) {
                let evidence = self.evidence(block, hit, &message, at, event_line);
                self.tally.hits.entry(root).or_default().evidence.push(evidence);
            }
        }
        self.pending = pending;
        self.pending.clear();
    }

    /// What a hit captured, one value for every name.
    fn values(&self, hit: &Pending) -> Box<[Box<str>]> {
        let names = self.library.capture_names(hit.signature).iter();
        names.map(|name| hit.captures.get(name).map_or("", String::as_str).into()).collect()
    }

    /// What a message says that hits may have in common. Of one that began in another block little is known.
    fn about(&self, message: &[u8], format: Option<usize>) -> About {
        let text = self.charset.text_of(message);
        let event = format.map(|format| self.mix.format(format).parse(&text));
        let (thread, says) = event.map_or((&[][..], &*text), |event| (event.thread, event.message));
        let says = says.get(..messages::HEAD).unwrap_or(says);
        About {
            thread: thread_mark(thread),
            text: mark_of(says),
            account: address(says).map_or("".into(), |address| String::from_utf8_lossy(address).into()),
        }
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
        at: Option<At>,
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
            stamp: at,
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
        let line = self.charset.text_of(line.strip_suffix(b"\r").unwrap_or(line));
        if line.len() <= SHOWN {
            return self.name(&line);
        }
        let literals = self.library.get(signature).map_or(&[][..], |signature| &signature.matching.any);
        let at =
            literals.iter().filter_map(|literal| memmem::find(&line, literal.as_bytes())).min().unwrap_or(0);
        let from = at.saturating_sub(SHOWN / 4);
        let to = line.len().min(from + SHOWN);
        let (before, after) = (if from > 0 { "... " } else { "" }, if to < line.len() { " ..." } else { "" });
        format!("{before}{}{after}", self.name(whole_characters(line.get(from..to).unwrap_or_default())))
    }
}

/// The first address of the form `name@domain.tld` in a text. The separators `<@>` of ECE are none.
fn address(text: &[u8]) -> Option<&[u8]> {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"._%+-".contains(byte) || *byte >= 0x80;
    memchr_iter(b'@', text).find_map(|at| {
        let (before, after) = (text.get(..at)?, text.get(at + 1..)?);
        let name = before.iter().rev().take_while(|byte| is_part(byte)).count();
        let domain = after.iter().take_while(|byte| is_part(byte)).count();
        let domain = after.get(..domain)?.trim_ascii_end();
        let length = domain.iter().rposition(u8::is_ascii_alphanumeric)? + 1;
        let dotted = domain.get(..length)?.contains(&b'.');
        (name > 0 && dotted).then(|| text.get(at - name..at + 1 + length))?
    })
}

/// Where the lines of a decoded text stand in the bytes that it was.
struct Lines<'t> {
    raw: &'t [u8],
    text: &'t [u8],
    /// The same line start in both, in bytes of the raw and of the decoded text.
    at: (usize, usize),
}

impl Lines<'_> {
    /// The range in `raw`, without its line end, of the line that starts at `start` of `text`; later lines only.
    fn place(&mut self, start: usize) -> Range<usize> {
        let raw_from = if self.raw.len() == self.text.len() {
            start // nothing was decoded
        } else {
            let (raw, text) = self.at;
            let lines = memchr_iter(b'\n', self.text.get(text..start).unwrap_or_default()).count();
            let mut ends = memchr_iter(b'\n', self.raw.get(raw..).unwrap_or_default());
            let from = lines.checked_sub(1).and_then(|last| ends.nth(last)).map_or(raw, |end| raw + end + 1);
            self.at = (from, start);
            from
        };
        let rest = self.raw.get(raw_from..).unwrap_or_default();
        raw_from..raw_from + memchr::memchr(b'\n', rest).unwrap_or(rest.len())
    }
}

/// Whether a line is a frame of a stack trace. Frames are most bytes of many logs, and they are not searched: a frame
/// names the code that ran, not what went wrong.
fn is_frame(line: &[u8]) -> bool {
    matches!(line.first(), Some(b'\t' | b' ')) && grammar::is_frame(line)
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
