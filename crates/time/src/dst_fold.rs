//! The repeated hour at the end of DST: which of its lines were written in the first pass, which in the second.
//!
//! A timestamp of that hour alone does not decide it, the order of the lines does. A line belongs to the first pass
//! unless that would put it back before lines that were read earlier; then it belongs to the second. So a step back
//! shows where the clock was set, a line that another thread wrote late stays in its own pass, and a whole hour of
//! lines costs one comparison each.
//!
//! A source without a step back in that hour was silent for an hour or longer. The change is put where its longest
//! silence is, and before or after a source that begins or ends in the hour. A source that does both is in the first
//! pass, as likely as not, and the result says so. Other logs of the same server may give a better answer
//! ([`DstFold::settle`]).

use crate::units::{HOUR, SECOND};
use chrono_tz::Tz;
use spoglight_parsers::ClockSource;

use super::wall::{Passes, SourceTime, east};

/// Nanoseconds by which lines may be out of order without being a step of the clock.
const DISORDER: i64 = 60 * SECOND;

/// Number of changes between the passes that are kept. More changes mean two mixed clocks, not a clock that was set.
const KEPT: usize = 1 << 12;

/// Evidence that separates the two passes of a repeated hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToldBy {
    /// The clock goes back from one line to the next.
    Step,
    /// No step: the change is where the source is silent longest, or outside of it.
    Silence,
    /// Other logs of the server.
    Neighbours,
    /// None: the source begins and ends in that hour.
    Nothing,
}

/// A repeated hour in which a source has lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DstFold {
    /// Clock that was set back.
    pub of: ClockSource,
    /// First time that was shown twice, in nanoseconds on the wall clock.
    pub from: i64,
    /// First time after it that was shown once.
    pub to: i64,
    /// Evidence for the change.
    pub told_by: ToldBy,
    /// Offsets in the file at which lines change to the other pass; the first begins the second pass.
    turns: Vec<u64>,
    /// The file begins in the second pass: its newest line is first.
    is_turned: bool,
}

impl DstFold {
    /// Returns whether the wall clock showed a time twice.
    pub fn holds(&self, wall: i64) -> bool {
        (self.from..self.to).contains(&wall)
    }

    /// Returns whether a line of the hour is in the second pass.
    pub fn is_second(&self, offset: u64) -> bool {
        (self.turns.partition_point(|turn| *turn <= offset) % 2 == 1) != self.is_turned
    }

    /// Sets the change to the line at `turn`, if there is one, from other logs.
    pub fn settle(&mut self, turn: Option<u64>) {
        self.turns = turn.into_iter().collect();
        self.is_turned = false;
        self.told_by = ToldBy::Neighbours;
    }

    /// Converts a result for a file that was read from its end: `next` returns the start of the line after each.
    pub fn turn_around(&mut self, next: impl Fn(u64) -> u64) {
        // a change before a line, read backwards, is a change after it
        self.is_turned = self.turns.len() % 2 == 1;
        for turn in &mut self.turns {
            *turn = next(*turn);
        }
        self.turns.reverse();
    }

    /// Returns whether a zone skips an hour between two times of the wall clock.
    pub fn skips(zone: Tz, from: i64, to: i64) -> bool {
        let day = 24 * HOUR;
        let mut at = from.saturating_sub(2 * day);
        while at < to.saturating_add(day) {
            let next = at.saturating_add(day);
            let (before, after) = (east(zone, at), east(zone, next));
            if after > before {
                let change = change(zone, at, next);
                let start = change.saturating_add(i64::from(before) * SECOND);
                let end = change.saturating_add(i64::from(after) * SECOND);
                if start <= to && from < end {
                    return true;
                }
            }
            at = next;
        }
        false
    }

    /// Repeated hours of a zone between two times of the wall clock.
    pub fn between(zone: Tz, of: ClockSource, from: i64, to: i64) -> Vec<DstFold> {
        // the offset changes where it differs from one day to the next
        let day = 24 * HOUR;
        let mut folds = Vec::new();
        let mut at = from.saturating_sub(2 * day);
        while at < to.saturating_add(day) {
            let (before, after) = (east(zone, at), east(zone, at.saturating_add(day)));
            if after < before {
                let change = change(zone, at, at.saturating_add(day));
                let end = change.saturating_add(i64::from(before) * SECOND);
                let start = change.saturating_add(i64::from(after) * SECOND);
                if start <= to && from < end {
                    folds.push(DstFold {
                        of,
                        from: start,
                        to: end,
                        told_by: ToldBy::Nothing,
                        turns: Vec::new(),
                        is_turned: false,
                    });
                }
            }
            at = at.saturating_add(day);
        }
        folds
    }
}

/// The moment between two at which the offset of a zone changes, to the second.
pub(super) fn change(zone: Tz, mut from: i64, mut to: i64) -> i64 {
    let before = east(zone, from);
    while to - from > SECOND {
        let middle = from + (to - from) / 2;
        if east(zone, middle) == before { from = middle } else { to = middle }
    }
    to.div_euclid(SECOND) * SECOND
}

/// Reads the lines of a source in their order, and finds the passes of one repeated hour.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "four facts about the lines so far, in any combination")]
pub struct FoldFinder {
    fold: DstFold,
    zone: Tz,
    /// Latest moment so far, with all lines of the hour as early as their order allows.
    latest: Option<i64>,
    /// Whether the last line of the hour was in the second pass.
    is_second: bool,
    /// Nanoseconds by which the wall clock went back where the second pass begins.
    step: i64,
    /// Offset of the first line of the hour.
    first: u64,
    /// The moments of the last line of the hour.
    last: Option<Passes>,
    /// Number of lines of the hour so far.
    lines: u64,
    /// A line before the hour was read.
    begins_before: bool,
    /// A line after the hour was read.
    ends_behind: bool,
    /// The last wall-clock time near the hour.
    before: Option<i64>,
    /// The longest silence that touches the hour: its length, and the offset of the line after it.
    silence: Option<(i64, u64)>,
    /// The source continues after the hour; later timestamps do not matter.
    is_done: bool,
}

impl FoldFinder {
    /// A finder for a repeated hour of a zone.
    pub fn new(fold: DstFold, zone: Tz) -> FoldFinder {
        FoldFinder {
            fold,
            zone,
            latest: None,
            is_second: false,
            step: 0,
            first: 0,
            last: None,
            lines: 0,
            begins_before: false,
            ends_behind: false,
            before: None,
            silence: None,
            is_done: false,
        }
    }

    /// Returns whether a line is near the hour.
    pub fn is_near(&self, at: &SourceTime) -> bool {
        let day = 24 * HOUR;
        (self.fold.from - day..=self.fold.to + day).contains(&at.stamp.wall)
    }

    /// Reads the next line of the source, with its timestamp.
    pub fn read(&mut self, at: &SourceTime) {
        if self.is_done {
            return;
        }
        if let Some(utc) = at.stamp.utc() {
            self.latest = Some(self.latest.map_or(utc, |latest| latest.max(utc)));
            return;
        }
        if at.of != self.fold.of {
            return;
        }
        let wall = at.stamp.wall;
        let day = 24 * HOUR;
        if wall < self.fold.from - day || wall > self.fold.to + day {
            // far away: a line after the hour ends the search, a line before it shows that the source did not begin
            // in the hour
            self.begins_before |= wall < self.fold.from;
            if wall > self.fold.to && (self.lines > 0 || self.begins_before) {
                self.ends_behind = true;
                self.is_done = true;
            }
            return;
        }
        let passes = Passes::new(wall, self.zone);
        self.hear(wall, at.offset);
        if !self.fold.holds(wall) {
            if wall < self.fold.from {
                self.begins_before |= self.lines == 0;
            } else {
                self.ends_behind |= self.lines > 0;
            }
            self.latest = Some(self.latest.map_or(passes.first, |latest| latest.max(passes.first)));
            return;
        }
        if self.lines == 0 {
            self.first = at.offset;
        }
        self.lines += 1;
        self.last = Some(passes);
        let back = |moment: i64| self.latest.map_or(0, |latest| latest - moment);
        let (step, goes_back) = (back(passes.first), back(passes.first) > DISORDER);
        // in the second pass already, and back again further than where it began: the first step was disorder
        let is_greater = self.is_second && back(passes.last) > self.step.max(DISORDER);
        if is_greater {
            self.step = back(passes.last);
            self.fold.turns = vec![at.offset];
            self.latest = Some(passes.last);
            return;
        }
        if goes_back != self.is_second && self.fold.turns.len() < KEPT {
            if self.fold.turns.is_empty() {
                self.step = step;
            }
            self.fold.turns.push(at.offset);
            self.is_second = goes_back;
        }
        let utc = if self.is_second { passes.last } else { passes.first };
        self.latest = Some(self.latest.map_or(utc, |latest| latest.max(utc)));
    }

    /// Records the silence before a line, if it touches the hour.
    fn hear(&mut self, wall: i64, offset: u64) {
        if let Some(before) = self.before
            && wall >= self.fold.from
            && before < self.fold.to
        {
            let silent = wall - before;
            if self.silence.is_none_or(|(longest, _)| silent > longest) {
                self.silence = Some((silent, offset));
            }
        }
        self.before = Some(self.before.map_or(wall, |before| before.max(wall)));
    }

    /// The result; `None` if the source has no line in that hour. `modified` is the modification time of the file, if
    /// it is known: it decides where the lines do not.
    pub fn finish(mut self, modified: Option<i64>) -> Option<DstFold> {
        if self.lines == 0 {
            return None;
        }
        if !self.fold.turns.is_empty() {
            self.fold.told_by = ToldBy::Step;
            return Some(self.fold);
        }
        // no step: find the missing hour
        self.fold.told_by = ToldBy::Silence;
        match (self.begins_before, self.ends_behind) {
            // the source begins in that hour, and continues after it
            (false, true) => self.fold.turns.push(self.first),
            (true, true) => self.fold.turns.extend(self.silence.map(|(_, offset)| offset)),
            (true, false) => {}
            (false, false) => match (modified, self.last) {
                (Some(modified), Some(last)) if is_near(modified, last.last) => {
                    self.fold.turns.push(self.first);
                }
                (Some(modified), Some(last)) if is_near(modified, last.first) => {}
                _ => self.fold.told_by = ToldBy::Nothing,
            },
        }
        Some(self.fold)
    }
}

/// Returns whether the modification time of a file is near its last line.
fn is_near(modified: i64, last: i64) -> bool {
    (modified - last).abs() < DISORDER
}

#[cfg(test)]
#[path = "dst_fold/tests.rs"]
mod tests;
