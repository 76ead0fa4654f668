//! A process that wrote debug, trace or query lines for hours, because its level was not set back. This fills the disk,
//! slows the process down, and rotation deletes older messages sooner.

use spoglight_model::CheckId;
use spoglight_parsers::Level;
use spoglight_signatures::{Confidence, Severity, shared_text};

use crate::check::{
    Check, CheckGuide, CheckInput, CheckOutput, INTEGRATION, between, finding, has_trace_levels,
    info_processes, message, sentences,
};
use spoglight_time::Timestamp;
use spoglight_time::units::HOUR;

/// Longest duration of a test, in nanoseconds.
const LONG: i64 = 2 * HOUR;

/// Smallest number of such messages; a few are always there.
const MANY: u64 = 200;

/// Lines of evidence: the first such message of each file.
const SHOWN: usize = 5;

/// Trace levels that were left high.
pub(super) struct LevelHigh;

impl Check for LevelHigh {
    fn id(&self) -> CheckId {
        CheckId("trace-level-high")
    }

    fn number(&self) -> Option<&'static str> {
        Some("B04")
    }

    fn title(&self) -> &'static str {
        "The trace level of a process was left high"
    }

    fn guide(&self) -> CheckGuide {
        CheckGuide {
            cause: "Levels 6-Dbquery, 7-Debug and 8-Trace fill the disk, slow the process down, and make \
                    rotation delete older messages sooner. 6-Dbquery is not meant to stay on for long, and \
                    is best used together with Cisco TAC; 7 and 8 need a maximum duration.",
            looks_at: "ECE processes with many messages at 6-Dbquery, 7-Debug or 8-Trace over two hours or \
                       more.",
            needs: "main logs of ECE processes",
            unclear: "Look at System > Shared Resources > Logger > Processes in the system partition \
                      (https://<ECE web server>/system, log in as sa).",
        }
    }

    fn run(&self, collection: &CheckInput<'_>) -> CheckOutput {
        let mut found = finding(self, Severity::Low, Confidence::Likely);
        let topology = collection.topology;
        for source in collection.sources.iter().filter(|source| has_trace_levels(source, topology)) {
            let Some((first, last)) = source.debug_range.as_deref().copied().filter(|_| !source.is_second())
            else {
                continue;
            };
            let count = source.levels.sum(&[Level::Dbquery, Level::Debug, Level::Trace]);
            if count < MANY || between(first, last).is_none_or(|span| span < LONG) {
                continue;
            }
            found.count += count;
            found.first = Some(found.first.map_or(first, |known| known.earlier(first)));
            found.last = Some(found.last.map_or(last, |known: Timestamp| known.later(last)));
            let name = source.origin.process.as_deref().unwrap_or(&source.path).to_owned();
            found.captures.entry("process".to_owned()).or_default().push(name);
            found
                .hosts
                .extend(source.host.as_deref().map(str::to_owned).filter(|host| !found.hosts.contains(host)));
            if let Some(first) = source.first_debug.as_deref().filter(|_| found.evidence.len() < SHOWN) {
                found.evidence.push(message(source, first));
            }
        }
        found.evidence.sort_by_key(|line| line.time.map(Timestamp::nanos));
        if found.count == 0 {
            return collection.nothing_in_process_logs();
        }
        found.cause.push_str(
            "Levels 6-Dbquery, 7-Debug and 8-Trace are meant for tests of a few minutes. Left on, they fill the disk \
             and slow the process down, and the 50 files of 5 MB that are kept cover an hour instead of days. \
             6-Dbquery is for early and hard cases, together with Cisco TAC.",
        );
        found.fix = vec![
            shared_text("set-trace-level").to_owned(),
            format!(
                "Set the level back to the one before the test: 2-Error is the default, and 4-Info is for {}.",
                info_processes(topology)
            ),
            "Set 7-Debug and 8-Trace with a maximum duration: the level then falls back automatically."
                .to_owned(),
        ];
        found.references = sentences(&[INTEGRATION]);
        found.false_positives = vec!["A test is in progress.".to_owned()];
        CheckOutput::findings(vec![found])
    }
}
