//! The hour that a night in autumn repeats: which of its lines were written in the first pass, which in the second.
//!
//! A stamp of that hour alone does not say it, the order of the lines does. A line goes to the first pass unless that
//! would put it back behind lines that were read before it; then it is in the second. So a step back shows where the
//! clock was set, a line that another thread wrote late goes back to its own pass, and a whole hour of lines costs one
//! comparison each.
//!
//! A source without a step back in that hour was silent for an hour or longer somewhere. The hour is put where its
//! longest silence is, and before or behind a source that begins or ends in it. One that does both is in the first pass,
//! as likely as not, and said so. Whoever knows other logs of the same server may know better ([`DstFold::settle`]).

use chrono_tz::Tz;
use spoglight_parsers::ClockSource;

use super::clock::{Passes, SourceTime, east};
use crate::units::{DAY, MINUTE, SECOND};

/// Nanoseconds by which lines may be out of order without being a step of the clock.
const DISORDER: i64 = MINUTE;

/// Changes from one pass to the other that are kept: more is no clock that was set, but two that are mixed.
const KEPT: usize = 1 << 12;

/// How the lines of a repeated hour were told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToldBy {
    /// The clock goes back from one line to the next.
    Step,
    /// There is none: the hour is where the source is silent longest, or where it is not.
    Silence,
    /// Other logs tell.
    Neighbours,
    /// Nothing: it begins and ends in that hour.
    Nothing,
}

/// A repeated hour in which a source has lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DstFold {
    /// Whose clock was set back.
    pub of: ClockSource,
    /// The first time that was shown twice, in nanoseconds on the wall.
    pub from: i64,
    /// The first that was not.
    pub to: i64,
    /// How it was told.
    pub told_by: ToldBy,
    /// Places in the file from which on lines are in the other pass than those before: the first begins the second pass.
    turns: Vec<u64>,
    /// The file begins in the second pass: its newest line stands first.
    is_turned: bool,
}

impl DstFold {
    /// Whether a time of the wall was shown twice.
    pub fn holds(&self, wall: i64) -> bool {
        (self.from..self.to).contains(&wall)
    }

    /// Whether a line of it is in the second pass.
    pub fn is_second(&self, offset: u64) -> bool {
        (self.turns.partition_point(|turn| *turn <= offset) % 2 == 1) != self.is_turned
    }

    /// Its lines are in the second pass from the one at `turn` on, if at all, as others tell.
    pub fn settle(&mut self, turn: Option<u64>) {
        self.turns = turn.into_iter().collect();
        self.is_turned = false;
        self.told_by = ToldBy::Neighbours;
    }

    /// The same for a file that was read from its end: `next` is where the line behind each begins.
    pub fn turn_around(&mut self, next: impl Fn(u64) -> u64) {
        // what began with a line when it was read backwards ends with it
        self.is_turned = self.turns.len() % 2 == 1;
        for turn in &mut self.turns {
            *turn = next(*turn);
        }
        self.turns.reverse();
    }

    /// Whether a zone leaves out an hour between two times of the wall.
    pub fn skips(zone: Tz, from: i64, to: i64) -> bool {
        let mut at = from.saturating_sub(2 * DAY);
        while at < to.saturating_add(DAY) {
            let next = at.saturating_add(DAY);
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

    /// The repeated hours of a zone between two times of the wall.
    pub fn between(zone: Tz, of: ClockSource, from: i64, to: i64) -> Vec<DstFold> {
        // the offset changes where it differs from one day to the next
        let mut folds = Vec::new();
        let mut at = from.saturating_sub(2 * DAY);
        while at < to.saturating_add(DAY) {
            let (before, after) = (east(zone, at), east(zone, at.saturating_add(DAY)));
            if after < before {
                let change = change(zone, at, at.saturating_add(DAY));
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
            at = at.saturating_add(DAY);
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

/// Reads the lines of a source in their order, and finds out for one repeated hour.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "four facts about the lines so far, in any combination")]
pub struct FoldFinder {
    fold: DstFold,
    zone: Tz,
    /// Latest moment so far, all lines of the hour taken as early as their order allows.
    latest: Option<i64>,
    /// Whether the last line of the hour was taken for the second pass.
    is_second: bool,
    /// How far the wall went back where the second pass begins.
    step: i64,
    /// Where the first line of the hour stands.
    first: u64,
    /// The moments of the last line of the hour.
    last: Option<Passes>,
    /// Lines of the hour so far.
    lines: u64,
    /// A line before the hour was read.
    begins_before: bool,
    /// A line behind it was.
    ends_behind: bool,
    /// The last time of the wall near the hour.
    before: Option<i64>,
    /// The longest silence that touches the hour: how long, and where the line behind it stands.
    silence: Option<(i64, u64)>,
    /// Stamps that the source has behind the hour may stand far from it.
    is_done: bool,
}

impl FoldFinder {
    /// For a repeated hour of a zone.
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

    /// Whether a line is of the time around the hour.
    pub fn is_near(&self, at: &SourceTime) -> bool {
        (self.fold.from - DAY..=self.fold.to + DAY).contains(&at.stamp.wall)
    }

    /// The next line of the source, with its stamp.
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
        if wall < self.fold.from - DAY || wall > self.fold.to + DAY {
            // far away: what is behind the hour ends the search, what is before it says that the source did not begin in it
            self.begins_before |= wall < self.fold.from;
            if wall > self.fold.to && (self.lines > 0 || self.begins_before) {
                self.ends_behind = true;
                self.is_done = true;
            }
            return;
        }
        let passes = Passes::of(wall, self.zone);
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
        // in the second pass already, and back again further than where that began: what seemed to be the step was disorder
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

    /// Notes how long the source was silent before a line, if that time touches the hour.
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

    /// What was found out; `None` if the source has no line in that hour. `modified` is when its file was written last, if
    /// that is known: it decides where the lines do not.
    pub fn finish(mut self, modified: Option<i64>) -> Option<DstFold> {
        if self.lines == 0 {
            return None;
        }
        if !self.fold.turns.is_empty() {
            self.fold.told_by = ToldBy::Step;
            return Some(self.fold);
        }
        // no step: where is the hour that is missing?
        self.fold.told_by = ToldBy::Silence;
        match (self.begins_before, self.ends_behind) {
            // it begins in that hour, and goes on behind it
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

/// Whether a file was written last when its last line was.
fn is_near(modified: i64, last: i64) -> bool {
    (modified - last).abs() < DISORDER
}

#[cfg(test)]
#[path = "dst_fold/tests.rs"]
mod tests;
