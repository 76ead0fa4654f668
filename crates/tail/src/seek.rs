//! Finds where in a log the messages since a time begin, by bisection, so that a large log need not be read for its last
//! hour.
//!
//! Logs are in order, but not quite: threads wait for each other, and a DST transition shows an hour twice. If a message is
//! older than the time by more than that, all messages since the time are after it, whatever the order between. A log without
//! dates, timestamps or zone, or one that is found to be in another order, is read from its start.
//!
//! Doubt: the order is checked at some thirty places; a log that is out of order only between them is taken for one in order.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use spoglight_parsers::formats::FormatSet;

use crate::clock::clock_of;
use spoglight_engine::Settings;
use spoglight_engine::live;
use spoglight_engine::reading::messages_at;
use spoglight_follow::OpenedFile;
use spoglight_text::charset::Charset;
use spoglight_time::units::{HOUR, MINUTE};
use spoglight_time::{Clock, Timestamp};

/// Bytes that are read at one place.
const PROBE: usize = 64 << 10;

/// Places over the whole log that are read first. A log of fewer probes is read from its start.
const PLACES: u64 = 16;

/// Nanoseconds by which a message may be older than one above it.
const LATE: i64 = MINUTE;

/// The same where timestamps may need a zone: an hour is shown twice, in one zone two are.
const REPEATED: i64 = 2 * HOUR;

/// Position in a log of `size` bytes from which on every message since that moment, in nanoseconds since 1970 in UTC, can be
/// read; 0 if nothing better is known. A message begins there.
pub fn seek(
    settings: &Settings,
    path: &Path,
    file: &dyn OpenedFile,
    size: u64,
    since: i64,
) -> io::Result<u64> {
    seek_by(PROBE, settings, path, file, size, since)
}

fn seek_by(
    probe: usize,
    settings: &Settings,
    path: &Path,
    file: &dyn OpenedFile,
    size: u64,
    since: i64,
) -> io::Result<u64> {
    if size < probe as u64 * PLACES {
        return Ok(0);
    }
    let formats = settings.formats.and_built_in();
    let Some(opened) = live::open(path, &formats, &settings.charsets, &settings.hosts) else { return Ok(0) };
    let (Some(charset), Some(mix)) = (&opened.scanned.charset, &opened.scanned.mix) else { return Ok(0) };
    if (0..mix.count()).any(|place| mix.format(place).is_undated()) {
        return Ok(0);
    }
    let clock = clock_of(settings, &opened);
    let mut search =
        Search { charset, mix, clock, file, size, probe, since, from: 0, to: size, seen: BTreeMap::new() };
    Ok(search.run()?.unwrap_or(0))
}

struct Search<'a> {
    charset: &'a Charset,
    mix: &'a FormatSet<'a>,
    clock: Clock,
    file: &'a dyn OpenedFile,
    size: u64,
    probe: usize,
    since: i64,
    /// The position is not before `from`, where a message begins, and probably before `to`.
    from: u64,
    to: u64,
    /// First and last moment of each place that was read.
    seen: BTreeMap<u64, Span>,
}

#[derive(Clone, Copy)]
struct Span {
    first: i64,
    last: i64,
}

/// The log cannot be searched.
struct Unfit;

/// Messages in one place: their positions and moments.
type Messages = Vec<(u64, i64)>;

impl Search<'_> {
    /// `None` if the log cannot be searched.
    fn run(&mut self) -> io::Result<Option<u64>> {
        let end = self.size.saturating_sub(self.probe as u64);
        let size = self.size;
        for place in (0..PLACES).map(|place| size * place / PLACES).chain([end]) {
            if self.look(place)?.is_err() {
                return Ok(None);
            }
        }
        while self.to.saturating_sub(self.from) > self.probe as u64 {
            let middle = self.from + (self.to - self.from) / 2;
            if self.look(middle)?.is_err() {
                return Ok(None);
            }
        }
        let mut latest = i64::MIN;
        for span in self.seen.values() {
            if span.first < latest.saturating_sub(self.late()) {
                return Ok(None);
            }
            latest = latest.max(span.last);
        }
        Ok(Some(self.from))
    }

    /// Nanoseconds by which messages may be out of order.
    fn late(&self) -> i64 {
        let is_repeated = self.clock.zone.rules.is_some() || self.clock.zone.system.is_some();
        if is_repeated { LATE + REPEATED } else { LATE }
    }

    /// Reads one place, and narrows the search.
    fn look(&mut self, place: u64) -> io::Result<Result<(), Unfit>> {
        let Ok(messages) = self.messages(place)? else { return Ok(Err(Unfit)) };
        let mut latest = i64::MIN;
        for (_, moment) in &messages {
            if *moment < latest.saturating_sub(self.late()) {
                return Ok(Err(Unfit));
            }
            latest = latest.max(*moment);
        }
        let early = self.since.saturating_sub(self.late());
        match messages.iter().rfind(|(_, moment)| *moment < early) {
            Some((offset, _)) => self.from = self.from.max(*offset),
            // a message that is longer than a probe is left to the reader
            None => self.to = self.to.min(place),
        }
        if let Some((_, first)) = messages.first() {
            self.seen.insert(place, Span { first: *first, last: latest });
        }
        Ok(Ok(()))
    }

    /// The messages that begin at a place.
    fn messages(&self, place: u64) -> io::Result<Result<Messages, Unfit>> {
        // characters of UTF-16 begin at even places
        let place = place & !1;
        let mut bytes = vec![0; self.probe];
        let count = self.file.read_at(place, &mut bytes)?;
        bytes.truncate(count);
        let is_end = place + count as u64 >= self.size;
        let mut messages = Messages::new();
        for (offset, at) in messages_at(self.mix, self.charset, bytes, place, is_end) {
            let Some(Timestamp::Utc(moment)) = at.map(|at| self.clock.moment(&at)) else {
                return Ok(Err(Unfit));
            };
            messages.push((offset, moment));
        }
        Ok(Ok(messages))
    }
}

#[cfg(test)]
mod tests;
