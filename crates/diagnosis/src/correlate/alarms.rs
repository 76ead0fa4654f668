//! The ends of alarms: a code that a table decodes, and the later codes that its row lists as its end.
//!
//! An alarm is about one thing: a server or log, the component that wrote it, and the subject of the text. A row whose end
//! has another wording has no subject to compare; there each end closes the alarm that began first.

use std::collections::{BTreeMap, VecDeque};

use spoglight_model::analysis::Finding;
use spoglight_parsers::duration::spoken;
use spoglight_signatures::{Library, Severity};
use spoglight_time::Timestamp;

use super::occurrences::{Occurrence, Occurrences};
use crate::check::at;

/// Captures that both messages of an alarm have: the component that wrote them, and what they are about.
const COMPONENT: &str = "comp";
const SUBJECT: &str = "subject";

/// The alarms of one code.
#[derive(Debug, Default)]
struct Alarms {
    /// Those that ended: how long each was open, in nanoseconds.
    closed: Vec<i64>,
    /// Number of those that did not.
    open: usize,
    /// The last of these.
    last: Option<Timestamp>,
}

/// Adds to each finding of a row with an end whether its alarms ended. One that did is one step less severe.
pub(crate) fn close(library: &Library, occurrences: &Occurrences<'_>, findings: &mut [(usize, Finding)]) {
    for (place, finding) in findings {
        let Some((codes, is_same)) = library.code_row(*place).and_then(|row| row.cleared_by()) else {
            continue;
        };
        let clears = library.rows_beside(*place, &codes);
        if let Some(alarms) = alarms(occurrences, *place, &clears, is_same) {
            describe(finding, &alarms, &codes.join(" or "));
        }
    }
}

/// `None` if messages are missing whose order would decide.
fn alarms(occurrences: &Occurrences<'_>, raise: usize, clears: &[usize], is_same: bool) -> Option<Alarms> {
    let all = [&[raise], clears].concat();
    let of_one = |place: usize| occurrences.of_signature(place).iter().map(move |hit| (*hit, place == raise));
    let mut hits: Vec<(usize, bool)> = all.iter().copied().flat_map(of_one).collect();
    // hits are numbered in the order of time
    hits.sort_unstable();
    let is_known = |(hit, _): &(usize, bool)| {
        occurrences.get(*hit).is_some_and(|one| occurrences.is_whole(one, i64::MAX))
    };
    if !all.iter().all(|place| occurrences.is_timed(*place)) || !hits.iter().all(is_known) {
        return None;
    }
    let mut open: BTreeMap<Vec<String>, VecDeque<&Occurrence<'_>>> = BTreeMap::new();
    let mut alarms = Alarms::default();
    for (hit, is_raise) in hits {
        let Some(one) = occurrences.get(hit) else { continue };
        let waiting = open.entry(key(occurrences, one, is_same)).or_default();
        match (is_raise, is_same) {
            // the same thing again
            (true, true) if !waiting.is_empty() => {}
            (true, _) => waiting.push_back(one),
            (false, _) => alarms.closed.extend(waiting.pop_front().map(|first| one.utc - first.utc)),
        }
    }
    let left: Vec<&Occurrence<'_>> = open.into_values().flatten().collect();
    alarms.open = left.len();
    alarms.last = left.into_iter().max_by_key(|one| one.utc).filter(|one| one.is_dated).map(|one| one.shown);
    (alarms.open + alarms.closed.len() > 0).then_some(alarms)
}

/// What an alarm is about, and the clock of its time.
fn key(occurrences: &Occurrences<'_>, one: &Occurrence<'_>, is_same: bool) -> Vec<String> {
    let attribute = |name: &str| occurrences.attribute(one, name, None);
    let place = attribute("host").or_else(|| attribute("log"));
    let subject = if is_same { attribute(SUBJECT) } else { None };
    let parts = [place, attribute(COMPONENT), subject, Some(occurrences.clock(one))];
    parts.into_iter().map(Option::unwrap_or_default).collect()
}

fn describe(finding: &mut Finding, alarms: &Alarms, ends: &str) {
    let Alarms { closed, open, last } = alarms;
    let longest = closed.iter().copied().max().map(spoken);
    let (title, text) = match (open, closed.len(), longest) {
        (0, 1, Some(time)) => {
            (format!("cleared after {time}"), format!("The message {ends} cleared it after {time}."))
        }
        (0, count, Some(time)) => (
            format!("cleared each time, after {time} at most"),
            format!("The message {ends} cleared it each of {count} times, after {time} at most."),
        ),
        (open, closed, longest) => {
            let cleared = longest.map_or_else(String::new, |time| {
                format!(" It was cleared {closed} times before, after {time} at most.")
            });
            let since = last.map_or_else(String::new, |last| format!(" since {}", at(last)));
            let title = match open + closed {
                1 => "not cleared at the end of the log".to_owned(),
                all => format!("{open} of {all} not cleared at the end of the log"),
            };
            (title, format!("No message {ends} follows{since} in the logs, so the alarm is open.{cleared}"))
        }
    };
    finding.title = format!("{}, {title}", finding.title);
    finding.cause = format!("{text} {}", finding.cause);
    if *open == 0 {
        finding.severity = lower(finding.severity);
    }
}

fn lower(severity: Severity) -> Severity {
    match severity {
        Severity::Critical => Severity::High,
        Severity::High => Severity::Medium,
        Severity::Medium => Severity::Low,
        Severity::Low | Severity::Info => Severity::Info,
    }
}
