//! Whether a program was restarted between an import into its store and a failure: a running Java does not read its
//! store again.

use spoglight_signatures::ProvenFact;
use spoglight_time::Timestamp;
use spoglight_time::units::HOUR;

use super::JoinInput;
use crate::check::at;

/// Longest silence between two logs, in nanoseconds, in which no log is missing.
const SILENCE: i64 = 12 * HOUR;

/// What the logs show about the time between an import and the failures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Restart {
    /// Imported after the last failure, at this time.
    ImportedLater(i64),
    /// Imported before the last failure, and not restarted in between.
    Missing(i64),
    /// Restarted at this time after the import, and no failure after that.
    Done(i64),
    /// Restarted at this time after the import, and failures go on.
    InVain(i64),
    /// The time of the import or of the starts is unknown.
    Unknown,
}

/// Compares the import of an entry with the failures of a server and the starts of its programs. Times in nanoseconds in
/// UTC; `failures` are sorted.
pub(super) fn after_import(
    input: &JoinInput<'_>,
    created: Option<i64>,
    host: Option<&str>,
    failures: &[i64],
) -> Restart {
    let (Some(created), Some(last)) = (created, failures.last().copied()) else { return Restart::Unknown };
    if created > last {
        return Restart::ImportedLater(created);
    }
    let collection = input.collection;
    let is_own = |other: Option<&str>| other == host;
    let starts = collection.proven.of(ProvenFact::ProgramStarted);
    let starts = starts.filter(|hit| is_own(hit.source.host.as_deref())).filter_map(|hit| match hit.time {
        Some(Timestamp::Utc(time)) => Some(time),
        _ => None,
    });
    let start = starts.filter(|start| *start > created).max();
    match start {
        Some(start) if last > start => Restart::InVain(start),
        Some(start) => Restart::Done(start),
        None => {
            let own = collection.sources.iter().filter(|source| {
                is_own(source.host.as_deref()) && collection.topology.is_of_caller(&source.as_log())
            });
            let spans = own.filter_map(|source| match (source.first, source.last) {
                (Some(Timestamp::Utc(first)), Some(Timestamp::Utc(end))) => Some((first, end)),
                _ => None,
            });
            // a start outside the logs would not be seen
            if covers(spans.collect(), created, last) { Restart::Missing(created) } else { Restart::Unknown }
        }
    }
}

/// Returns whether logs with these spans show everything between two moments. A log of each day may be silent for hours.
fn covers(mut spans: Vec<(i64, i64)>, from: i64, to: i64) -> bool {
    spans.sort_unstable();
    let mut reached = None;
    for (first, last) in spans {
        match reached {
            None if first <= from => reached = Some(last),
            Some(end) if first <= i64::saturating_add(end, SILENCE) => reached = Some(last.max(end)),
            _ => {}
        }
    }
    reached.is_some_and(|end| end >= to)
}

impl Restart {
    /// Returns whether another store or another certificate may be in use.
    pub(super) fn may_be_other(self) -> bool {
        matches!(self, Restart::InVain(_) | Restart::Unknown)
    }

    /// The reason for a title, for a cause, and the first step. `servers` are the callers.
    pub(super) fn sentences(self, servers: &str) -> (&'static str, String, String) {
        let when = |nanos: i64| at(Timestamp::Utc(nanos));
        let restart = format!("Restart {servers}, then open the gadget again.");
        match self {
            Restart::ImportedLater(_) => (
                "it was imported after the last failure",
                "All failures in the logs are older than the import.".to_owned(),
                format!("{restart} If it was done since the import, open the gadget again: the failure may be gone."),
            ),
            Restart::Missing(created) => (
                "it was not restarted since the import",
                format!(
                    "The logs show no start of Java on {servers} between the import ({}) and the last failure: a running Java does not \
                     read its truststore again.",
                    when(created)
                ),
                restart,
            ),
            Restart::Done(start) => (
                "it was restarted after the import, and the logs show no failure since",
                format!("{servers} was restarted at {}, after the import, and the logs show no failure after that.", when(start)),
                "Open the gadget again. If it works, nothing is left to do here; do the same on every other ADS.".to_owned(),
            ),
            Restart::InVain(start) => (
                "another store or another certificate is in use",
                format!(
                    "{servers} was restarted at {}, after the import, and rejects the certificate still: it reads another store, or the \
                     web server sends another certificate.",
                    when(start)
                ),
                "Do not import the certificate again into this store.".to_owned(),
            ),
            Restart::Unknown => (
                "it was not restarted since the import, or another store or certificate is in use",
                format!(
                    "Either {servers} was not restarted since the import, or it reads another store, or the web server sends another \
                     certificate. The logs do not show which."
                ),
                restart,
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_of_several_days() {
        let day = 24 * HOUR;
        let spans = || vec![(day, 2 * day - HOUR), (0, day - HOUR), (2 * day, 2 * day + HOUR)];
        assert!(covers(spans(), HOUR, 2 * day + HOUR));
        assert!(!covers(spans(), HOUR, 2 * day + 2 * HOUR), "they end too early");
        assert!(!covers(spans(), -1, day), "they begin too late");
        assert!(!covers(vec![(0, HOUR), (2 * day, 3 * day)], 0, 3 * day), "a day is missing");
        assert!(!covers(Vec::new(), 0, 0));
    }
}
