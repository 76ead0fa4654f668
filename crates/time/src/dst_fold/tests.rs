//! The doubled hour, with lines as dense as those of a log: whatever happens to them, each goes to its own pass.

use crate::units::MINUTE;
use proptest::prelude::*;
use spoglight_parsers::{Precision, RawTimestamp};

use super::*;
use crate::Incident;

const YORK: Tz = Tz::America__New_York;

/// When New York set its clocks back in 2026.
fn back() -> i64 {
    let time: Incident = "2026-11-01T06:00:00Z".parse().expect("a time");
    time.moment(None).expect("its zone").nanos()
}

/// The stamp that a clock in the zone writes at a moment.
fn written(zone: Tz, utc: i64, offset: u64) -> SourceTime {
    let wall = utc + i64::from(east(zone, utc)) * SECOND;
    SourceTime {
        stamp: RawTimestamp { wall, offset: None, precision: Precision::MILLI },
        of: ClockSource::Program,
        offset,
    }
}

/// The moments that are read from the stamps of these.
fn read(zone: Tz, moments: &[i64], modified: Option<i64>) -> (Vec<i64>, Option<ToldBy>) {
    let lines: Vec<SourceTime> =
        moments.iter().enumerate().map(|(line, utc)| written(zone, *utc, line as u64 * 100)).collect();
    let walls = || lines.iter().map(|line| line.stamp.wall);
    let (from, to) = (walls().min().unwrap_or(0), walls().max().unwrap_or(0));
    let folds = DstFold::between(zone, ClockSource::Program, from, to);
    assert!(folds.len() < 2, "one night");
    let fold = folds.into_iter().next().and_then(|fold| {
        let mut finder = FoldFinder::new(fold, zone);
        for line in &lines {
            finder.read(line);
        }
        finder.finish(modified)
    });
    let moment = |line: &SourceTime| {
        let passes = Passes::new(line.stamp.wall, zone);
        match fold.as_ref().filter(|fold| fold.holds(line.stamp.wall)) {
            Some(fold) if fold.is_second(line.offset) => passes.last,
            _ => passes.first,
        }
    };
    (lines.iter().map(moment).collect(), fold.as_ref().map(|fold| fold.told_by))
}

fn every(minutes: std::ops::Range<i64>, step: i64) -> Vec<i64> {
    (minutes.start * MINUTE..minutes.end * MINUTE).step_by(step as usize).map(|at| back() + at).collect()
}

#[test]
fn a_log_that_goes_through_the_night() {
    let night = every(-180..180, 7 * SECOND);
    assert_eq!(read(YORK, &night, None), (night, Some(ToldBy::Step)));
}

#[test]
fn a_log_that_begins_or_ends_in_it() {
    for (from, to, told_by) in [
        (-50, 30, ToldBy::Step),
        (-50, 200, ToldBy::Step),
        (-200, 20, ToldBy::Step),
        (-200, -20, ToldBy::Silence), // it ends before the clock is set
        (20, 200, ToldBy::Silence),   // it begins behind
    ] {
        let lines = every(from..to, 11 * SECOND);
        assert_eq!(read(YORK, &lines, None), (lines, Some(told_by)), "{from} to {to}");
    }
}

#[test]
fn a_log_that_lies_in_it_is_told_by_its_file() {
    for (from, to) in [(-50, -20), (10, 40)] {
        let lines = every(from..to, 11 * SECOND);
        let modified = lines.last().map(|last| last + 2 * SECOND);
        assert_eq!(read(YORK, &lines, modified), (lines.clone(), Some(ToldBy::Silence)), "{from} to {to}");
        assert_eq!(read(YORK, &lines, None).1, Some(ToldBy::Nothing));
    }
}

#[test]
fn an_hour_is_missing_where_a_log_is_silent_longest() {
    // the server was down from 0:50 in summer time to 1:05 in winter time
    let mut lines = every(-120..-70, 5 * SECOND);
    lines.extend(every(5..180, 5 * SECOND));
    assert_eq!(read(YORK, &lines, None), (lines, Some(ToldBy::Silence)));
}

#[test]
fn a_log_whose_newest_line_stands_first() {
    for (from, to) in [(-180, 180), (-50, 20), (-180, -10), (10, 180)] {
        let night = every(from..to, 7 * SECOND);
        let lines: Vec<SourceTime> = night
            .iter()
            .rev()
            .enumerate()
            .map(|(line, utc)| written(YORK, *utc, line as u64 * 100))
            .collect();
        let walls = || lines.iter().map(|line| line.stamp.wall);
        let (from, to) = (walls().min().unwrap_or(0), walls().max().unwrap_or(0));
        let fold =
            DstFold::between(YORK, ClockSource::Program, from, to).into_iter().next().expect("a night");
        let mut finder = FoldFinder::new(fold, YORK);
        for line in lines.iter().rev() {
            finder.read(line);
        }
        let mut fold = finder.finish(None).expect("lines in it");
        fold.turn_around(|offset| offset + 100);
        let moment = |line: &SourceTime| {
            let passes = Passes::new(line.stamp.wall, YORK);
            if fold.holds(line.stamp.wall) && fold.is_second(line.offset) {
                passes.last
            } else {
                passes.first
            }
        };
        let found: Vec<i64> = lines.iter().rev().map(moment).collect();
        assert_eq!(found, night);
    }
}

#[test]
fn half_an_hour_is_repeated_on_lord_howe() {
    let zone = Tz::Australia__Lord_Howe;
    let time: Incident = "2026-04-04T15:00:00Z".parse().expect("a time");
    let change = time.moment(None).expect("its zone").nanos();
    let lines: Vec<i64> =
        (-90 * MINUTE..90 * MINUTE).step_by(9 * SECOND as usize).map(|at| change + at).collect();
    assert_eq!(read(zone, &lines, None), (lines, Some(ToldBy::Step)));
}

#[test]
fn a_year_has_one_night_and_equators_have_none() {
    let day = |text: &str| {
        let time: Incident = text.parse().expect("a time");
        time.moment(None).expect("its zone").nanos()
    };
    let (from, to) = (day("2026-01-01T00:00Z"), day("2026-12-31T00:00Z"));
    assert_eq!(DstFold::between(YORK, ClockSource::Program, from, to).len(), 1);
    assert_eq!(DstFold::between(Tz::Asia__Kolkata, ClockSource::Program, from, to).len(), 0);
    assert!(DstFold::skips(YORK, from, to) && !DstFold::skips(YORK, day("2026-04-01T00:00Z"), to));
}

proptest! {
    /// A log of any density that starts and ends anywhere around that night, with threads that write some seconds late.
    #[test]
    fn every_line_goes_to_its_pass(
        start in -200i64..-10,
        gaps in prop::collection::vec(1i64..180, 60..400),
        late in prop::collection::vec(0i64..20, 400),
    ) {
        let mut now = back() + start * MINUTE;
        let mut lines: Vec<i64> = Vec::new();
        for (gap, late) in gaps.iter().zip(&late) {
            now += gap * SECOND;
            // one of ten was written late
            lines.push(if late % 10 == 0 { now - late * SECOND } else { now });
        }
        prop_assume!(lines.last().is_some_and(|last| *last > back() + 5 * MINUTE || *last < back()));
        let (found, _) = read(YORK, &lines, None);
        // what lies wholly in the repeated hour is told by nothing
        let inside = lines.iter().all(|utc| (back() - 60 * MINUTE..back() + 60 * MINUTE).contains(utc));
        let has_step = lines.iter().any(|utc| *utc < back()) && lines.iter().any(|utc| *utc >= back());
        if !inside || has_step {
            prop_assert_eq!(found, lines);
        }
    }

    /// Nothing is ever without an answer, and an answer is one of the two.
    #[test]
    fn any_lines_have_moments(minutes in prop::collection::vec(-300i64..300, 0..60)) {
        let lines: Vec<i64> = minutes.iter().map(|minute| back() + minute * MINUTE).collect();
        let (found, _) = read(YORK, &lines, None);
        for (found, line) in found.iter().zip(&lines) {
            prop_assert!((found - line) % (60 * MINUTE) == 0 && (found - line).abs() <= 60 * MINUTE);
        }
    }
}
