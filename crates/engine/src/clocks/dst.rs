//! DST transitions: the hours that clocks repeat or skip, in the sources that have lines in them. These sources are read once
//! more; no other source is.
//!
//! A source with few lines, or with all its lines in such an hour, does not show in which pass they are. Its neighbours may:
//! logs of the same folder that have messages of the same seconds, and files of the same log before and after it.

use std::sync::Arc;

use rayon::prelude::*;

use crate::reading::each_timestamp;
use crate::rotation::log_of;
use crate::scanned::ScannedSource;
use spoglight_source::{Bundle, Source};
use spoglight_text::source_path::folder;
use spoglight_time::dst_fold::{DstFold, FoldFinder, ToldBy};
use spoglight_time::units::{MINUTE, SECOND};
use spoglight_time::wall::Passes;
use spoglight_time::{Clock, SourceTime, Zone, ZoneConfidence};

/// Lines of a source that are compared with those of others: if it has more, its own order decides.
const COMPARED: usize = 512;

/// Logs of a folder that are compared.
const ASKED: usize = 32;

/// Nanoseconds by which the files of one log may overlap.
const DISORDER: i64 = MINUTE;

/// Result for one source.
#[derive(Default)]
struct Found {
    folds: Vec<DstFold>,
    /// Number of timestamps that the clocks of its zone skip.
    skipped: u64,
}

/// Resolves the repeated hours of all sources.
pub(super) fn resolve(bundle: &Bundle, scanned: &[ScannedSource<'_>], clocks: &mut [Clock]) {
    let work = bundle.sources.par_iter().zip(scanned).zip(&*clocks);
    let found: Vec<Found> = work.map(|((source, one), clock)| read(source, one, clock)).collect();
    let mut open = Vec::new();
    for (index, (found, clock)) in found.into_iter().zip(&mut *clocks).enumerate() {
        if found.skipped > 0 {
            doubt(
                clock,
                &format!(
                    "{} of its times are in an hour that the clocks there leave out, so it may be another",
                    found.skipped
                ),
            );
        }
        if found.folds.iter().any(|fold| fold.told_by != ToldBy::Step) {
            open.push(index);
        }
        // nearly all have none, and share that
        if !found.folds.is_empty() {
            clock.folds = found.folds.into();
        }
    }
    for index in open {
        let mut folds = clocks.get(index).map_or(Vec::new(), |clock| clock.folds.to_vec());
        for fold in folds.iter_mut().filter(|fold| fold.told_by != ToldBy::Step) {
            let by_its_log = || {
                let is_second = by_its_log(index, fold, bundle, scanned, clocks)?;
                Some(if is_second { Turn::At(0) } else { Turn::Never })
            };
            if let Some(turn) = by_others(index, fold, bundle, scanned, clocks).or_else(by_its_log) {
                fold.settle(turn.place());
            }
        }
        let is_open = folds.iter().any(|fold| fold.told_by == ToldBy::Nothing);
        if let Some(clock) = clocks.get_mut(index) {
            clock.folds = folds.into();
            if is_open {
                doubt(
                    clock,
                    "its times lie in an hour that the clocks there show twice, and are taken for the first",
                );
            }
        }
    }
}

fn doubt(clock: &mut Clock, why: &str) {
    let zone = Zone::clone(&clock.zone);
    let evidence = format!("{}; {why}", zone.evidence).into();
    clock.zone = Arc::new(Zone { evidence, confidence: ZoneConfidence::Doubtful, ..zone });
}

/// Reads a source for its DST transitions, if it has lines in one.
fn read(source: &Source, one: &ScannedSource<'_>, clock: &Clock) -> Found {
    let (mut finders, mut has_gap) = (Vec::new(), false);
    let tally = one.tally.get();
    for pair in tally.local.iter().flatten() {
        let (first, last) = &**pair;
        let Some(zone) = clock.zone.rules_of(first.of) else { continue };
        let (from, to) = (first.stamp.wall, last.stamp.wall);
        let folds = DstFold::between(zone, first.of, from, to);
        finders.extend(folds.into_iter().map(|fold| FoldFinder::new(fold, zone)));
        has_gap |= DstFold::skips(zone, from, to);
    }
    let mut found = Found::default();
    if finders.is_empty() && !has_gap {
        return found;
    }
    if tally.is_newest_first() {
        found.folds = backwards(source, one, finders);
        return found;
    }
    // a source that cannot be read is a problem that was reported already
    let _ = each_timestamp(source, one, &mut |at: &SourceTime| {
        found.skipped += u64::from(has_gap && clock.place(at).is_skipped);
        for finder in &mut finders {
            finder.read(at);
        }
    });
    found.folds = finders.into_iter().filter_map(|finder| finder.finish(source.written.utc())).collect();
    found
}

/// Timestamps that are kept to be read backwards: two such hours of a busy log.
const BACKWARDS: usize = 1 << 20;

/// Reads a source whose newest message is first.
fn backwards(source: &Source, one: &ScannedSource<'_>, finders: Vec<FoldFinder>) -> Vec<DstFold> {
    let mut lines: Vec<SourceTime> = Vec::new();
    let _ = each_timestamp(source, one, &mut |at: &SourceTime| {
        if finders.iter().any(|finder| finder.is_near(at)) && lines.len() < BACKWARDS {
            lines.push(*at);
        }
    });
    let offsets: Vec<u64> = lines.iter().map(|at| at.offset).collect();
    let next = |offset: u64| {
        let at = offsets.partition_point(|known| *known <= offset);
        offsets.get(at).copied().unwrap_or(u64::MAX)
    };
    let read = |mut finder: FoldFinder| {
        for at in lines.iter().rev() {
            finder.read(at);
        }
        let mut fold = finder.finish(None)?;
        fold.turn_around(next);
        Some(fold)
    };
    finders.into_iter().filter_map(read).collect()
}

/// The pass of a file, by the files of the same log around it.
fn by_its_log(
    index: usize,
    fold: &DstFold,
    bundle: &Bundle,
    scanned: &[ScannedSource<'_>],
    clocks: &[Clock],
) -> Option<bool> {
    let (clock, one) = (clocks.get(index)?, scanned.get(index)?);
    let log = log_of(&bundle.sources.get(index)?.path);
    let (first, last) = (one.tally.get().opening()?, one.tally.get().closing()?);
    let is_of_fold = |at: &SourceTime| at.of == fold.of && fold.holds(at.stamp.wall);
    if !is_of_fold(&first) || !is_of_fold(&last) {
        return None;
    }
    // until that is decided, its times are those of the first pass
    let (first, last) = (clock.moment(&first).nanos(), clock.moment(&last).nanos());
    for (other, source) in bundle.sources.iter().enumerate() {
        if other == index || log_of(&source.path) != log {
            continue;
        }
        let (Some(clock), Some(one)) = (clocks.get(other), scanned.get(other)) else { continue };
        let (Some(opening), Some(closing)) = (one.tally.get().opening(), one.tally.get().closing()) else {
            continue;
        };
        let (opening, closing) = (clock.moment(&opening).nanos(), clock.moment(&closing).nanos());
        let hour = fold.to - fold.from;
        // it begins after the end of one that ends between the passes
        if opening < first && closing > first + DISORDER && closing < first + hour + DISORDER {
            return Some(true);
        }
        if opening > last - DISORDER && opening < last + hour - DISORDER && closing > last + hour {
            return Some(false);
        }
    }
    None
}

/// Start of the second pass in a log of few lines, by the times of messages in other logs of its folder: one event is often
/// written to several. `None` if they do not show it.
fn by_others(
    index: usize,
    fold: &DstFold,
    bundle: &Bundle,
    scanned: &[ScannedSource<'_>],
    clocks: &[Clock],
) -> Option<Turn> {
    let (source, one, clock) = (bundle.sources.get(index)?, scanned.get(index)?, clocks.get(index)?);
    let zone = clock.zone.rules_of(fold.of)?;
    let mut lines: Vec<DstLine> = Vec::new();
    each_timestamp(source, one, &mut |at: &SourceTime| {
        if at.of == fold.of
            && at.stamp.offset.is_none()
            && fold.holds(at.stamp.wall)
            && lines.len() <= COMPARED
        {
            let passes = Passes::new(at.stamp.wall, zone);
            let passes =
                [passes.first, passes.last].map(|utc| utc.saturating_sub(clock.ahead).div_euclid(SECOND));
            lines.push(DstLine { offset: at.offset, passes, near: [FAR; 2] });
        }
    })
    .ok()?;
    if lines.is_empty() || lines.len() > COMPARED || one.tally.get().is_newest_first() {
        return None;
    }
    let mut asked = 0;
    for (other, beside) in bundle.sources.iter().enumerate() {
        let (Some(one), Some(clock)) = (scanned.get(other), clocks.get(other)) else { continue };
        let is_sure = clock.folds.iter().all(|fold| fold.told_by == ToldBy::Step);
        let is_beside = beside.host == source.host && folder(&beside.path) == folder(&source.path);
        if other != index && is_sure && is_beside && one.tally.get().first.is_some() && asked < ASKED {
            asked += 1;
            approach(&mut lines, beside, one, clock);
        }
    }
    turn(&lines)
}

/// Start of the second pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// The line at this position in the file.
    At(u64),
    /// Nowhere: all lines are in the first.
    Never,
}

impl Turn {
    fn of(line: Option<&DstLine>) -> Turn {
        line.map_or(Turn::Never, |line| Turn::At(line.offset))
    }

    fn place(self) -> Option<u64> {
        match self {
            Turn::At(place) => Some(place),
            Turn::Never => None,
        }
    }
}

/// A line of the hour, with the seconds of its two passes, and for each the seconds to the nearest message of another log.
struct DstLine {
    offset: u64,
    passes: [i64; 2],
    near: [i64; 2],
}

/// Seconds above which one message has nothing to do with another.
const FAR: i64 = 120;

/// Records the distance to the nearest messages of another log.
fn approach(lines: &mut [DstLine], beside: &Source, one: &ScannedSource<'_>, clock: &Clock) {
    let mut order: Vec<(i64, usize, usize)> = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        order.extend(line.passes.iter().enumerate().map(|(pass, second)| (*second, index, pass)));
    }
    order.sort_unstable();
    // a source that cannot be read is a problem that was reported already
    let _ = each_timestamp(beside, one, &mut |at: &SourceTime| {
        let moment = clock.moment(at);
        if !moment.is_utc() {
            return;
        }
        let second = moment.nanos().div_euclid(SECOND);
        let from = order.partition_point(|(known, ..)| *known < second - FAR);
        for (known, index, pass) in order.iter().skip(from).take_while(|(known, ..)| *known <= second + FAR) {
            let near = lines.get_mut(*index).and_then(|line| line.near.get_mut(*pass));
            if let Some(near) = near {
                *near = (*near).min((known - second).abs());
            }
        }
    });
}

/// Finds the start of the second pass for which all lines together are nearest to messages of other logs.
fn turn(lines: &[DstLine]) -> Option<Turn> {
    // twice as far is a little worse, wherever that begins
    let cost = |line: &DstLine, pass: usize| (1.0 + line.near[pass] as f64).ln();
    // as if all were in the second pass; then one line after the other goes to the first
    let mut sum: f64 = lines.iter().map(|line| cost(line, 1)).sum();
    let mut turns: Vec<(f64, Turn)> = vec![(sum, Turn::of(lines.first()))];
    for (index, line) in lines.iter().enumerate() {
        sum += cost(line, 0) - cost(line, 1);
        turns.push((sum, Turn::of(lines.get(index + 1))));
    }
    let best = turns.iter().copied().min_by(|one, other| one.0.total_cmp(&other.0))?;
    let is_clear = turns.iter().all(|turn| turn.1 == best.1 || turn.0 > best.0 + CLEAR);
    is_clear.then_some(best.1)
}

/// Factor by which the best must be better than the others: a line that is half as far from another log's.
const CLEAR: f64 = 0.5;
