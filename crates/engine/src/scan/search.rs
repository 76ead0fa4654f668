//! The search for signatures in a block: literals over all of it, patterns only on the lines in which one is.

use std::ops::Range;

use memchr::{memchr_iter, memmem};
use spoglight_parsers::grammar;
use spoglight_signatures::fill;

use super::peer::{self, PeerAddress};
use super::{Pending, SHOWN, Scanner, fallback};
use crate::reading::share;
use crate::sketch::mark_of;
use crate::tally::{Hit, RawEvidence, thread_mark};
use spoglight_text::messages;
use spoglight_text::messages::Block;
use spoglight_time::SourceTime;
use spoglight_topology::Topology;

/// Properties that the messages of hits may have in common: see [`Hit`].
struct About {
    thread: u64,
    text: u64,
    account: Box<str>,
}

impl Scanner<'_> {
    /// Searches a block: literals over all of it, patterns on the lines in which one is.
    pub(super) fn search(&mut self, block: &Block<'_>) {
        let bytes = block.bytes;
        let mut next_mark = 0;
        let runs = std::mem::take(&mut self.runs);
        for run in &runs {
            // in a file with a code page the lines are decoded first: words of other languages are literals, too
            let raw = bytes.get(run.clone()).unwrap_or_default();
            let text = self.charset.text_of(raw);
            let mut lines = DecodedLines { raw, text: &text, at: (0, 0) };
            let library = self.library;
            for (start, end) in library.literals().lines(&text) {
                let line = text.get(start..end).unwrap_or_default();
                self.memo.candidates(library, line, &mut self.candidates);
                if self.candidates.is_empty() {
                    continue;
                }
                let place = lines.place(start);
                let place = run.start + place.start..run.start + place.end;
                if self.marks.get(next_mark).is_some_and(|mark| mark.start <= place.start) {
                    let passed = self.marks[next_mark..].partition_point(|mark| mark.start <= place.start);
                    self.close(block, next_mark..next_mark + passed);
                    next_mark += passed;
                    self.current.signatures.clear();
                }
                let message = self.message(bytes, next_mark);
                self.confirm(line, place, bytes.get(message).unwrap_or_default(), next_mark.checked_sub(1));
            }
        }
        self.runs = runs;
        self.close(block, next_mark..self.marks.len() + 1);
        if next_mark < self.marks.len() && !self.has_events {
            self.current.signatures.clear();
        }
    }

    /// Settles the message before the first of these marks, which was searched for literals, and those before the others,
    /// which have none.
    fn close(&mut self, block: &Block<'_>, marks: Range<usize>) {
        if !self.has_events {
            return self.settle(block, marks.start);
        }
        let last = marks.end.saturating_sub(1);
        for next in marks {
            self.event_hits(block.bytes, next);
            self.settle(block, next);
            if next < last {
                self.current.signatures.clear();
            }
        }
    }

    /// The message before the mark at `next`, as a range of the block.
    pub(super) fn message(&self, bytes: &[u8], next: usize) -> Range<usize> {
        let start = next.checked_sub(1).and_then(|at| self.marks.get(at)).map_or(0, |mark| mark.start);
        let end = self.marks.get(next).map_or(bytes.len(), |mark| mark.start);
        start..end
    }

    /// Tries the candidates on a line, which is at `place` of the block.
    fn confirm(&mut self, line: &[u8], place: Range<usize>, message: &[u8], mark: Option<usize>) {
        let message = self.charset.text_of(message);
        let (candidates, mut memo) = (std::mem::take(&mut self.candidates), std::mem::take(&mut self.memo));
        // a signature counts once a message
        let known = std::mem::take(&mut self.current.signatures);
        let new = candidates.iter().copied().filter(|signature| !known.contains(signature));
        let mut found = Vec::new();
        memo.confirm(self.library, line, &message, new, |signature, captures| {
            let captures = captures.filter(|_| self.is_of_product(signature, &message, mark));
            let decoded = captures.and_then(|one| Some((self.library.decoded(signature, &one)?, one)));
            if let Some((signature, captures)) = decoded {
                // another line of the message may have the same code
                if !known.contains(&signature) && !found.contains(&signature) {
                    found.push(signature);
                    self.pending.push(Pending { signature, line: place.clone(), captures });
                }
            } else {
                fallback::set(&mut self.first_look.doubtful, mark);
            }
        });
        (self.candidates, self.memo, self.current.signatures) = (candidates, memo, known);
        self.current.signatures.append(&mut found);
    }

    /// Returns whether a match of a signature counts in a message: because its product wrote the source or the format of the
    /// message, or because the message names a class of it.
    pub(super) fn is_of_product(&self, signature: usize, message: &[u8], mark: Option<usize>) -> bool {
        let only_in = self.library.get(signature).map_or(&[][..], |signature| &signature.only_in);
        if only_in.is_empty() {
            return true;
        }
        let topology = Topology::embedded();
        let is_one =
            |product: Option<&str>| product.is_some_and(|product| only_in.iter().any(|one| one == product));
        let format = mark.and_then(|at| self.marks.get(at)).map(|mark| self.mix.format(mark.format).name());
        is_one(self.product.as_deref())
            || is_one(topology.origin("", format).product.as_deref())
            || only_in
                .iter()
                .filter_map(|name| topology.product(name))
                .any(|product| product.is_named_in(message))
    }

    /// Counts the hits in the message before the mark at `next`: roots, and under them the hits that they explain.
    pub(super) fn settle(&mut self, block: &Block<'_>, next: usize) {
        if self.pending.is_empty() {
            return;
        }
        fallback::set(&mut self.first_look.named, next.checked_sub(1));
        if self.pending.iter().all(|hit| self.library.is_explained(hit.signature)) {
            self.look_for_roots(block, next);
        }
        let mut pending = std::mem::take(&mut self.pending);
        if pending.len() > 1 && pending.iter().any(|hit| self.library.names_message(hit.signature)) {
            pending.retain(|hit| !self.library.is_general(hit.signature));
        }
        let message = self.message(block.bytes, next);
        let mark = next.checked_sub(1).and_then(|at| self.marks.get(at)).copied();
        let size = self.charset.bytes_of(block.bytes);
        let (at, since, offset, event_line) = match &mark {
            Some(mark) => {
                let offset = self.tally.bytes + share(mark.start, block.bytes.len(), size);
                (self.at(mark, block.bytes.len(), size), mark.since, offset, mark.line)
            }
            None => (self.current.at, self.current.since, self.current.offset, self.current.line),
        };
        let text = block.bytes.get(message.clone()).unwrap_or_default();
        let end = memchr::memchr(b'\n', text).unwrap_or(text.len());
        let first_line = text.get(..end.min(messages::HEAD)).unwrap_or_default();
        // a crash report begins with a line without a word, so the first line identifies nothing
        let identity = if first_line.iter().any(u8::is_ascii_alphanumeric) {
            first_line
        } else {
            text.get(..messages::HEAD).unwrap_or(text)
        };
        let about = self.about(text, mark.map(|mark| mark.format));
        self.name_peer(text, &mut pending);
        let roots = self.roots(block.bytes, &message, &pending);
        for (hit, root) in pending.iter().zip(roots) {
            if root != hit.signature {
                *self.tally.hits.of(root).related.entry(hit.signature).or_default() += 1;
                continue;
            }
            let of_one = Hit {
                mark: mark_of(identity),
                at,
                since,
                offset,
                has_clock: has_clock(first_line),
                line: event_line + 1,
                thread: about.thread,
                text: about.text,
                account: about.account.clone(),
                values: self.values(hit),
            };
            let tally = self.tally.hits.of(root);
            if tally.hit(of_one, &hit.captures) {
                let evidence = self.evidence(block, hit, &message, at, event_line);
                self.tally.hits.of(root).evidence.push(evidence);
            }
        }
        self.pending = pending;
        self.pending.clear();
    }

    /// Adds the address of the called system to the captures of hits whose signature uses it.
    fn name_peer(&self, message: &[u8], hits: &mut [Pending]) {
        let mut known: Option<Option<PeerAddress>> = None;
        for hit in hits.iter_mut().filter(|hit| self.library.names_peer(hit.signature)) {
            let peer = known.get_or_insert_with(|| peer::address(&self.charset.text_of(message)));
            let Some(PeerAddress { host, port }) = peer else { return };
            hit.captures.insert(fill::PEER_HOST.to_owned(), host.clone());
            if !port.is_empty() {
                hit.captures.insert(fill::PEER_PORT.to_owned(), port.clone());
            }
        }
    }

    /// The values that a hit captured, one for every name.
    fn values(&self, hit: &Pending) -> Box<[Box<str>]> {
        let names = self.library.capture_names(hit.signature).iter();
        names.map(|name| hit.captures.get(name).map_or("", String::as_str).into()).collect()
    }

    /// The properties of a message that hits may have in common. Of one that began in another block few are known.
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

    fn evidence(
        &self,
        block: &Block<'_>,
        hit: &Pending,
        message: &Range<usize>,
        at: Option<SourceTime>,
        event_line: u64,
    ) -> RawEvidence {
        let bytes = block.bytes;
        let before = bytes.get(..hit.line.start).unwrap_or_default();
        let line = self.tally.lines + memchr_iter(b'\n', before).count() as u64;
        let text = bytes.get(message.clone()).unwrap_or_default();
        let caller =
            grammar::caller(text).map(|frame| self.name(&[frame.class, b".", frame.method].concat()));
        let peers = self.library.get(hit.signature).map_or(&[][..], |signature| &signature.peers);
        let peer = peers.iter().find(|peer| grammar::frames(text).any(|frame| frame.is_in(&peer.frames)));
        RawEvidence {
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

    /// A line as it is kept: without its line end, and of one longer than [`SHOWN`] the part with the literal of the signature.
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

/// Returns whether a line has a time of day such as `13:31:09`.
fn has_clock(line: &[u8]) -> bool {
    line.windows(8).any(|part| {
        let is_digit = |at: usize| part.get(at).is_some_and(u8::is_ascii_digit);
        [0, 1, 3, 4, 6, 7].into_iter().all(is_digit)
            && part.get(2) == Some(&b':')
            && part.get(5) == Some(&b':')
    })
}

/// Finds the lines of a decoded text in the bytes before decoding.
struct DecodedLines<'t> {
    raw: &'t [u8],
    text: &'t [u8],
    /// The same line start in both, in bytes of the raw and of the decoded text.
    at: (usize, usize),
}

impl DecodedLines<'_> {
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
