//! One block of a source: read, taken apart into events with their moments, and handed on as far as a slice reaches.

use std::io::{self, Read};

use super::plan::{Job, Want};
use super::{Key, Merge, Part, Render, Wanted};
use crate::event::{Entry, Marks};
use crate::reading::{Mark, Reading, share};
use crate::{Piece, mark_of};
use spoglight_text::messages::Block;
use spoglight_time::{At, Moment};

/// Nanoseconds by which an event may stand behind a later one without being marked.
const LATE: i64 = 1_000_000_000;

/// How blocks are loaded and written.
pub(super) struct Loader<'a> {
    pub(super) merge: &'a Merge<'a>,
    pub(super) wanted: &'a Wanted,
    pub(super) render: Render<'a>,
}

/// A block in memory, of which some events may have gone out.
pub(super) struct Loaded {
    source: usize,
    piece: usize,
    bytes: Vec<u8>,
    marks: Vec<Mark>,
    /// Where lines begin that name columns.
    columns: Vec<usize>,
    /// Its events, in the order of their moments.
    items: Vec<Item>,
    /// How many of these went out.
    used: usize,
    pub(super) problem: Option<(usize, String)>,
}

/// An event of it.
#[derive(Debug, Clone, Copy)]
struct Item {
    when: i64,
    moment: Option<Moment>,
    mark: u32,
    marks: Marks,
}

impl Loaded {
    /// Whether all of its events went out.
    pub(super) fn is_empty(&self) -> bool {
        self.used >= self.items.len()
    }
}

impl Loader<'_> {
    /// Reads a block.
    pub(super) fn load(&self, job: &Job, want: Want) -> Loaded {
        let mut loaded = Loaded {
            source: job.source,
            piece: job.piece,
            bytes: Vec::new(),
            marks: Vec::new(),
            columns: Vec::new(),
            items: Vec::new(),
            used: 0,
            problem: None,
        };
        let (Some(piece), Some(index)) =
            (self.piece(job.source, job.piece), self.merge.index.get(job.source))
        else {
            return loaded;
        };
        let (Some(charset), Some(mix)) = (&index.charset, &index.mix) else { return loaded };
        if let Err(error) = self.read(job.source, piece, &mut loaded.bytes) {
            loaded.problem = Some((job.source, error.to_string()));
        }
        self.merge.progress.advance(piece.size);
        let dates = piece.dates.as_deref().cloned().unwrap_or_default();
        let mut reading = Reading::new(mix, charset, dates);
        let block = Block { bytes: &loaded.bytes, offset: piece.offset, mid_line: piece.mid_line };
        reading.marks(&block, &mut loaded.marks);
        let formats = (0..mix.count()).filter_map(|place| mix.format(place).columns());
        loaded.columns = formats.flat_map(|name| columns(&loaded.bytes, name)).collect();
        loaded.columns.sort_unstable();
        loaded.items = self.items(job, piece, &reading, &loaded, want);
        // those that are wanted are in order nearly always
        if !loaded.items.is_sorted_by_key(|item| item.when) && want == Want::Placed {
            loaded.items.sort_by_key(|item| item.when);
        }
        loaded
    }

    fn piece(&self, source: usize, piece: usize) -> Option<&Piece> {
        self.merge.index.get(source)?.blocks.get(piece)
    }

    fn read(&self, source: usize, piece: &Piece, bytes: &mut Vec<u8>) -> io::Result<()> {
        let (Some(source), Some(index)) =
            (self.merge.bundle.sources.get(source), self.merge.index.get(source))
        else {
            return Ok(());
        };
        let Some(charset) = &index.charset else { return Ok(()) };
        let seek = if source.can_seek() { piece.offset } else { 0 };
        source.read(seek, |stream| {
            if seek < piece.offset {
                io::copy(&mut stream.take(piece.offset), &mut io::sink())?;
            }
            let mut part = stream.take(piece.size);
            if charset.is_recoded() {
                charset.reader(&mut part).read_to_end(bytes)?;
            } else {
                bytes.reserve_exact(usize::try_from(piece.size).unwrap_or(0));
                part.read_to_end(bytes)?;
            }
            Ok(())
        })
    }

    /// The events of a block that are wanted, with their moments.
    fn items(
        &self,
        job: &Job,
        piece: &Piece,
        reading: &Reading<'_>,
        loaded: &Loaded,
        want: Want,
    ) -> Vec<Item> {
        let Some(facts) = self.merge.sources.get(job.source) else { return Vec::new() };
        let clock = &facts.clock;
        let whole = self.wanted.holds_all();
        let newest_first = self.merge.index.get(job.source).is_some_and(|index| index.is_newest_first);
        let mut items = Vec::with_capacity(loaded.marks.len());
        let (mut before, mut latest) = (job.before.map(|at| clock.moment(&at)), job.latest);
        for (number, mark) in loaded.marks.iter().enumerate() {
            let at: Option<At> = reading.at(mark, &loaded.bytes, piece.offset, piece.size);
            let mut marks = Marks { inherited: at.is_none(), ..Marks::default() };
            let is_undated = at.is_none() && mark.head.stamp.is_none() && reading.is_undated(mark);
            marks.inherited &= !is_undated;
            let moment = match &at {
                Some(at) => {
                    let placed = clock.place(at);
                    (marks.skipped, marks.repeated) = (placed.is_skipped, placed.is_repeated);
                    before = Some(placed.moment);
                    before
                }
                // a time of day without a date has no place, and takes none from a neighbour
                None if is_undated => None,
                None => before,
            };
            let when = match moment {
                Some(Moment::Utc(utc)) => {
                    marks.late = !newest_first && !marks.inherited && utc < latest.saturating_sub(LATE);
                    latest = latest.max(utc);
                    let step = mark.head.stamp.map_or(1, |stamp| i64::from(stamp.precision.0));
                    (want == Want::Placed && (whole || self.wanted.holds(utc, step))).then_some(utc)
                }
                _ => (want == Want::Unplaced).then_some(0),
            };
            items.extend(when.map(|when| Item { when, moment, mark: number as u32, marks }));
        }
        items
    }

    /// The events of a block before the end of a slice, written.
    pub(super) fn take(&self, loaded: &mut Loaded, to: i64) -> Part {
        let mut part = Part { source: loaded.source, keys: Vec::new(), text: Vec::new() };
        let rest = loaded.items.get(loaded.used..).unwrap_or_default();
        let count = if to == i64::MAX { rest.len() } else { rest.partition_point(|item| item.when < to) };
        let ready = rest.get(..count).unwrap_or_default();
        if let Some(piece) = self.piece(loaded.source, loaded.piece) {
            part.keys.reserve(ready.len());
            for item in ready {
                self.one(loaded, piece, item, &mut part);
            }
        }
        loaded.used += count;
        part
    }

    fn one(&self, loaded: &Loaded, piece: &Piece, item: &Item, part: &mut Part) {
        let (Some(facts), Some(index)) =
            (self.merge.sources.get(loaded.source), self.merge.index.get(loaded.source))
        else {
            return;
        };
        let (Some(charset), Some(mix)) = (&index.charset, &index.mix) else { return };
        let at = item.mark as usize;
        let Some(mark) = loaded.marks.get(at) else { return };
        let end = loaded.marks.get(at + 1).map_or(loaded.bytes.len(), |next| next.start);
        let raw = loaded.bytes.get(mark.start..end).unwrap_or_default();
        // what stands before the first message of a file belongs to none
        let lead = if piece.lines == 0 && at == 0 {
            loaded.bytes.get(..mark.start).unwrap_or_default()
        } else {
            &[]
        };
        let offset = piece.offset + share(mark.start, loaded.bytes.len(), piece.size);
        let text = charset.text_of(raw);
        let columns = mix
            .format(mark.format)
            .columns()
            .and_then(|_| above(&loaded.bytes, mark.start, &loaded.columns).or(piece.columns.as_deref()));
        let mut entry =
            Entry::new(facts, loaded.source, item.moment, mark.head, &text, mix.format(mark.format));
        if item.moment.is_none() {
            // a time of day, which has no date
            entry.stamp = entry.event().stamp;
        }
        entry.line = piece.lines + mark.line + 1;
        entry.offset = offset;
        entry.marks = item.marks;
        entry.raw = raw;
        entry.columns = columns;
        let lead = charset.text_of(lead);
        entry.lead = &lead;
        if self.wanted.findings || self.wanted.query.needs().findings {
            entry.find(self.merge.library);
        }
        if !self.wanted.query.is_all() && !self.wanted.query.matches(&entry) {
            return;
        }
        (self.render)(&entry, &mut part.text);
        part.keys.push(Key {
            when: item.when,
            moment: item.moment,
            offset,
            end: part.text.len(),
            level: mark.head.level,
            marks: item.marks,
            hash: if self.wanted.once { mark_of(raw) } else { 0 },
        });
    }
}

/// Where lines begin that name columns.
pub fn columns(bytes: &[u8], name: &[u8]) -> Vec<usize> {
    let is_start = |at: &usize| *at == 0 || bytes.get(at - 1) == Some(&b'\n');
    memchr::memmem::find_iter(bytes, name).filter(is_start).collect()
}

/// The last of these before a message.
pub fn above<'b>(bytes: &'b [u8], start: usize, columns: &[usize]) -> Option<&'b [u8]> {
    let last = columns.partition_point(|at| *at < start).checked_sub(1)?;
    let line = bytes.get(*columns.get(last)?..)?;
    let end = memchr::memchr(b'\n', line).unwrap_or(line.len());
    Some(line.get(..end)?.trim_ascii_end())
}

impl Wanted {
    fn holds_all(&self) -> bool {
        !self.has_window()
    }
}

#[cfg(test)]
mod tests {
    use super::{above, columns};

    #[test]
    fn the_columns_of_a_message_are_those_named_last_above_it() {
        let text = b"#Fields: a b\r\n1 2\r\n#Fields: c\r\n3\r\n x #Fields: d\r\n4\r\n";
        let at = |needle: &str| String::from_utf8_lossy(text).find(needle).unwrap_or(0);
        let named = columns(text, b"#Fields:");
        assert_eq!(above(text, at("1 2"), &named), Some(&b"#Fields: a b"[..]));
        assert_eq!(above(text, at("4"), &named), Some(&b"#Fields: c"[..]));
        assert_eq!(above(b"x\n1", 2, &[]), None);
    }
}
