//! The long work of the browser, run on other threads.

use std::sync::Arc;
use std::time::{Duration, Instant};

use spoglight_browse::groups::{TemplateGroups, group};
use spoglight_browse::view::View;

use crate::message::{FilterJob, Filtered, Found};
use crate::snapshot::Snapshot;

/// Shortest time between two answers of a filter; it doubles with each answer.
const PAUSE: Duration = Duration::from_millis(40);
/// Longest time between two answers.
const LONGEST: Duration = Duration::from_secs(2);

/// Evaluates a filter and reports the events that pass.
pub(crate) fn filter(
    job: &FilterJob<'_>,
    is_cancelled: &(dyn Fn() -> bool + Sync),
    report: &mut dyn FnMut(Filtered),
) {
    let (mut last, mut pause) = (None::<Instant>, PAUSE / 2);
    let Snapshot { index, facts, library } = &job.snapshot;
    job.filter.sift(index, facts, library, job.from, is_cancelled, &mut |answer| {
        // the first at once, then less and less often: each is made of all events that passed
        if !answer.is_last && last.is_some_and(|last| last.elapsed() < pause) {
            return;
        }
        let numbers = index.order().iter().copied().filter(|number| answer.bits.has(*number)).collect();
        let view = View::of(index, numbers);
        report(Filtered { id: job.id, view, done: answer.done, is_last: answer.is_last });
        (last, pause) = (Some(Instant::now()), (pause * 2).min(LONGEST));
    });
}

/// Searches and reports the hits.
pub(crate) fn search(
    job: &FilterJob<'_>,
    is_cancelled: &(dyn Fn() -> bool + Sync),
    report: &mut dyn FnMut(Found),
) {
    let mut last = None::<Instant>;
    let Snapshot { index, facts, library } = &job.snapshot;
    job.filter.sift(index, facts, library, job.from, is_cancelled, &mut |answer| {
        // progress matters too: a hit is only the next one if everything before it was evaluated
        if !answer.is_last && last.is_some_and(|last| last.elapsed() < PAUSE) {
            return;
        }
        last = Some(Instant::now());
        let bits = Arc::new(answer.bits.clone());
        let (frontier, done, is_last) = (answer.frontier, answer.done, answer.is_last);
        report(Found { id: job.id, bits, frontier, done, is_last });
    });
}

/// Counts events by message template; `None` if it was cancelled.
pub(crate) fn groups(
    snapshot: &Snapshot<'_>,
    view: &View,
    is_cancelled: &(dyn Fn() -> bool + Sync),
) -> Option<TemplateGroups> {
    group(&snapshot.index, &snapshot.facts, view, is_cancelled)
}
