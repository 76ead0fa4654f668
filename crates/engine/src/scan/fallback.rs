//! The fallback pass: searches the normalized text of errors and warnings that no signature matched, of lines that have a
//! literal but do not match its pattern, and of small files of plain text, as tickets and mails are, in which lines were
//! wrapped. An error or a warning that matches no signature after that is counted as unrecognized.

use std::ops::Range;

use spoglight_parsers::{Event, Level};
use spoglight_signatures::SignatureMatch;

use super::{Pending, Scanner};
use crate::hidden_level;
use crate::reading::{MessageStart, share};
use crate::tally::SignatureTally;
use crate::unrecognized;
use crate::unrecognized::ShapedError;
use spoglight_text::messages;
use spoglight_text::messages::Block;

/// Bytes of adjacent lines, without an empty one between, that are searched as one.
const PARAGRAPH: usize = 8 << 10;

/// Result of the first search of the messages of a block, by their position.
#[derive(Default)]
pub(super) struct FirstLook {
    /// Messages that a signature matched.
    pub(super) named: Vec<bool>,
    /// Messages that have a literal whose signature did not match.
    pub(super) doubtful: Vec<bool>,
    /// Level of the words of messages without a level; [`Level::None`] if they show no failure.
    hidden: Vec<Level>,
}

impl FirstLook {
    pub(super) fn begin(&mut self, messages: usize) {
        for list in [&mut self.named, &mut self.doubtful] {
            list.clear();
            list.resize(messages, false);
        }
        self.hidden.clear();
        self.hidden.resize(messages, Level::None);
    }

    fn is(list: &[bool], at: usize) -> bool {
        list.get(at).copied().unwrap_or(false)
    }
}

pub(super) fn set(list: &mut [bool], at: Option<usize>) {
    if let Some(place) = at.and_then(|at| list.get_mut(at)) {
        *place = true;
    }
}

impl Scanner<'_> {
    /// Searches the messages that begin in a block again, and counts those that show a failure and match no signature.
    pub(super) fn second_look(&mut self, block: &Block<'_>) {
        self.hidden_levels(block);
        for at in 0..self.marks.len() {
            let Some(mark) = self.marks.get(at).copied() else { break };
            let level = match self.first_look.hidden.get(at) {
                Some(hidden) if *hidden != Level::None => *hidden,
                _ => mark.head.level,
            };
            let is_failure = level <= Level::Warn;
            // words alone are no reason to search a message again
            let is_error = mark.head.level <= Level::Error;
            let is_doubtful = FirstLook::is(&self.first_look.doubtful, at);
            if !(is_failure || is_doubtful) || FirstLook::is(&self.first_look.named, at) {
                continue;
            }
            let message = self.message(block.bytes, at + 1);
            let raw = block.bytes.get(message.clone()).unwrap_or_default();
            let text = self.charset.text_of(raw);
            let event = self.mix.format(mark.format).parse(&text);
            let key = unrecognized::key(&event, &mut self.scratch);
            let is_known = is_failure && !is_error && self.tally.unrecognized.at(level).has(key);
            if is_error || is_doubtful || !is_known {
                words(&event, &mut self.scratch);
                let mut hits = self.library.second_look(&self.scratch);
                hits.retain(|hit| self.is_of_product(hit.signature, &text, Some(at)));
                if !hits.is_empty() {
                    let line = first_line(block.bytes, message);
                    self.keep(hits, line);
                    self.settle(block, at + 1);
                    continue;
                }
            }
            if is_failure && !unrecognized::is_of_a_trace(event.message) {
                let size = self.charset.bytes_of(block.bytes);
                let stamp = self.at(&mark, block.bytes.len(), size);
                let offset = self.tally.bytes + share(mark.start, block.bytes.len(), size);
                // the marks count the lines of the blocks before, too
                let line = mark.line + 1;
                let same = unrecognized::mark(&event, stamp);
                self.tally.unrecognized.at(level).count(key, (stamp, level, same), || ShapedError {
                    count: 1,
                    first: stamp,
                    last: stamp,
                    line,
                    offset,
                    level,
                    text: unrecognized::text(&event),
                    marks: Vec::new(),
                });
            }
        }
    }

    /// Finds the messages without a level whose words show a failure: the literals over all of them, the words only in
    /// those that have one.
    fn hidden_levels(&mut self, block: &Block<'_>) {
        let may_hide = |mark: &MessageStart| {
            matches!(mark.head.level, Level::None | Level::Unknown)
                && self.mix.format(mark.format).has_hidden_levels()
        };
        let hidden = &mut self.first_look.hidden;
        let mut at = 0;
        while let Some(from) = self.marks.get(at..).and_then(|rest| rest.iter().position(may_hide)) {
            let first = at + from;
            let count = self.marks.iter().skip(first).take_while(|mark| may_hide(mark)).count();
            at = first + count;
            let start = |place: usize| self.marks.get(place).map_or(block.bytes.len(), |mark| mark.start);
            let text = block.bytes.get(..start(at)).unwrap_or_default();
            for search in hidden_level::searches(text.get(start(first)..).unwrap_or_default()) {
                let mut from = start(first);
                while let Some(found) = search.find_at(text, from) {
                    let next = self.marks.partition_point(|mark| mark.start <= found.start());
                    from = start(next).min(text.len());
                    let message = text.get(start(next.saturating_sub(1))..from).unwrap_or_default();
                    let level = hidden_level::of(&self.charset.text_of(message));
                    if let (Some(level), Some(slot)) =
                        (level, next.checked_sub(1).and_then(|at| hidden.get_mut(at)))
                    {
                        *slot = level;
                    }
                }
            }
        }
    }

    /// Searches the message before the mark at `next` for signatures that explain its hits and match its normalized text only.
    pub(super) fn look_for_roots(&mut self, block: &Block<'_>, next: usize) {
        let message = self.message(block.bytes, next);
        let text = self.charset.text_of(block.bytes.get(message.clone()).unwrap_or_default());
        let mark = next.checked_sub(1);
        if let Some(mark) = mark.and_then(|at| self.marks.get(at)) {
            words(&self.mix.format(mark.format).parse(&text), &mut self.scratch);
        } else {
            self.scratch.clear();
            self.scratch.extend_from_slice(&text);
        }
        let is_root = |signature: usize| {
            self.pending.iter().all(|known| known.signature != signature)
                && self.pending.iter().any(|known| self.library.explains(signature, known.signature))
        };
        let mut hits = self.library.second_look_for(&self.scratch, is_root);
        hits.retain(|hit| self.is_of_product(hit.signature, &text, mark));
        self.keep(hits, first_line(block.bytes, message));
    }

    /// Searches the paragraphs of a small file of plain text: a wrap may have torn a line of a log.
    pub(super) fn paragraphs(&mut self, block: &Block<'_>) {
        for paragraph in paragraphs(block.bytes) {
            let raw = block.bytes.get(paragraph.clone()).unwrap_or_default();
            let text = self.charset.text_of(raw);
            let mut hits = self.library.second_look(&text);
            let known = &self.tally.hits;
            hits.retain(|hit| {
                let is_known = known.contains(hit.signature)
                    || known.iter().any(|(root, tally)| {
                        tally.related.contains_key(&hit.signature)
                            || self.library.explains(root, hit.signature)
                    });
                !is_known && self.is_of_product(hit.signature, &text, None)
            });
            for hit in &hits {
                self.take_general(hit.signature, &paragraph);
            }
            if !hits.is_empty() {
                let line = first_line(block.bytes, paragraph.clone());
                self.keep(hits, line);
                let next = self.marks.partition_point(|mark| mark.start <= paragraph.start);
                self.settle(block, next);
            }
        }
    }

    /// Moves hits in the lines of a paragraph under the signature that explains them.
    fn take_general(&mut self, root: usize, paragraph: &Range<usize>) {
        let from = self.tally.bytes + paragraph.start as u64;
        let is_within = |tally: &SignatureTally| {
            let mut places = tally.evidence.iter().map(|evidence| evidence.offset);
            places.all(|offset| (from..from + paragraph.len() as u64).contains(&offset))
        };
        let general: Vec<usize> = self
            .tally
            .hits
            .iter()
            .filter(|(known, tally)| self.library.explains(root, *known) && is_within(tally))
            .map(|(known, _)| known)
            .collect();
        for known in general {
            let count = self.tally.hits.remove(known).map_or(0, |tally| tally.count);
            *self.tally.hits.of(root).related.entry(known).or_default() += count;
        }
    }

    fn keep(&mut self, hits: Vec<SignatureMatch>, line: Range<usize>) {
        self.pending.extend(hits.into_iter().map(|hit| Pending {
            signature: hit.signature,
            line: line.clone(),
            captures: hit.captures,
        }));
    }
}

/// The text of a message without the fields before it: these were not wrapped, and are full of spaces.
fn words(event: &Event<'_>, out: &mut Vec<u8>) {
    out.clear();
    out.extend_from_slice(event.message);
    out.push(b'\n');
    out.extend_from_slice(event.rest);
}

/// The first line of a part of a block, without its line end.
fn first_line(bytes: &[u8], part: Range<usize>) -> Range<usize> {
    let text = bytes.get(part.clone()).unwrap_or_default();
    let length = memchr::memchr(b'\n', text).unwrap_or(text.len()).min(messages::HEAD);
    part.start..part.start + length
}

/// Paragraphs: two or more adjacent lines that are not empty.
fn paragraphs(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut all = Vec::new();
    let (mut start, mut at, mut lines) = (0, 0, 0);
    let mut close = |range: Range<usize>, lines: usize| {
        if lines > 1 {
            all.push(range);
        }
    };
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let end = at + line.len();
        if line.trim_ascii().is_empty() || end - start > PARAGRAPH {
            close(start..at, lines);
            (start, lines) = (if line.trim_ascii().is_empty() { end } else { at }, 0);
        }
        lines += usize::from(!line.trim_ascii().is_empty());
        at = end;
    }
    close(start..at, lines);
    all
}

#[cfg(test)]
mod tests {
    use super::paragraphs;

    #[test]
    fn lines_that_stand_together() {
        assert_eq!(paragraphs(b"a\nb\n\nc\n\n\nd\ne\r\n\r\nf\ng"), [0..4, 9..14, 16..19]);
        assert_eq!(paragraphs(b"a\n"), Vec::<std::ops::Range<usize>>::new());
        assert_eq!(paragraphs(b""), Vec::<std::ops::Range<usize>>::new());
    }
}
