//! [`Excerpt`]: a line of a source with the lines around it.

use serde::Serialize;
use spoglight_model::analysis::Evidence;
use spoglight_text::secrets::{mask, mask_event};

use crate::block_reader;
use crate::collection::Collection;

/// Bytes before a line that are read at most.
const BEFORE_BYTES: u64 = 4 << 10;

/// Bytes from a line on that are read at most.
const AFTER_BYTES: u64 = 12 << 10;

/// Lines before the message of a line.
const LINES_BEFORE: usize = 3;

/// Lines after a line.
const LINES_AFTER: usize = 24;

/// Characters of a line that are kept.
const LINE_CHARS: usize = 1000;

/// Mark at the end of a line that was cut.
const CUT: &str = " …";

/// A line of a source with the lines around it, as text without secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Excerpt {
    /// Its lines, in the order of the source.
    pub lines: Vec<ExcerptLine>,
}

/// A line of an [`Excerpt`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExcerptLine {
    /// Its number, from 1.
    pub number: u64,
    /// Whether it is the line that the excerpt was asked for.
    pub is_hit: bool,
    /// Its text without secrets and without its line end; a very long one is cut.
    pub text: String,
}

impl Collection<'_> {
    /// The line of an evidence, with up to three lines before its message and 24 lines after it. `None` if the source cannot
    /// be read any more, if it is not text, or if it must be unpacked first: see [`Collection::stage_sources`].
    pub fn excerpt(&self, evidence: &Evidence) -> Option<Excerpt> {
        let place = evidence.source.id.index();
        let (source, facts) = (self.bundle.sources.get(place)?, self.sources.get(place)?);
        if !source.can_seek() {
            return None;
        }
        let charset = self.found.get(place)?.charset.as_deref()?;
        let offset = facts.offset_of(evidence.line, evidence.offset);
        let width = if charset.is_recoded() { 2 } else { 1 };
        let room = offset.min(BEFORE_BYTES) / width * width;
        let (mut before, mut after) = (Vec::new(), Vec::new());
        block_reader::read(source, charset, offset - room, room, &mut before).ok()?;
        block_reader::read(source, charset, offset, AFTER_BYTES, &mut after).ok()?;
        if room < offset {
            // the first line is a part of one
            let start = memchr::memchr(b'\n', &before).map_or(before.len(), |end| end + 1);
            before.drain(..start);
        }
        let above = evidence.line.saturating_sub(evidence.event_line) as usize + LINES_BEFORE;
        let before = self.decoded(evidence.source.id, &before)?;
        let before: Vec<&str> = before.lines().collect();
        let before = before.get(before.len().saturating_sub(above)..).unwrap_or_default();
        let is_whole = (after.len() as u64) < AFTER_BYTES / width;
        let after = self.decoded(evidence.source.id, &after)?;
        let mut after: Vec<&str> = after.lines().take(LINES_AFTER + 2).collect();
        if after.len() > LINES_AFTER + 1 || !is_whole && after.len() > 1 {
            after.pop(); // a cut line, or one too many
        }
        let texts: Vec<&str> = before.iter().chain(&after).copied().collect();
        // the number is one of the text that a reader has
        let first = evidence.line.saturating_sub(before.len() as u64);
        let lines = masked_lines(&texts).into_iter().enumerate().map(|(at, text)| ExcerptLine {
            number: first + at as u64,
            is_hit: at == before.len(),
            text: cut(text),
        });
        Some(Excerpt { lines: lines.collect() })
    }
}

/// The lines without secrets. What makes a text a secret may be on another line.
fn masked_lines(lines: &[&str]) -> Vec<String> {
    let own = |line: &&str| mask(line).into_owned();
    let Some(masked) = mask_event(lines.join("\n").as_bytes()) else {
        return lines.iter().map(own).collect();
    };
    let together: Vec<&str> = masked.split('\n').collect();
    if together.len() == lines.len() {
        return together.iter().map(own).collect();
    }
    // a secret of several lines: what is left is not told apart any more
    let shared = lines.iter().zip(&together).take_while(|(one, other)| one == other).count();
    let hidden = lines.iter().skip(shared).map(|_| "***".to_owned());
    lines.iter().take(shared).map(own).chain(hidden).collect()
}

fn cut(text: String) -> String {
    match text.char_indices().nth(LINE_CHARS) {
        Some((end, _)) => format!("{}{CUT}", text.get(..end).unwrap_or_default()),
        None => text,
    }
}
