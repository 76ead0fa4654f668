//! A process that wrote only errors for hours: its trace level is too low to show what it did.

use spoglight_model::CheckId;
use spoglight_parsers::Level;

use crate::check::{Check, CheckInput, CheckOutput, between, gap, has_trace_levels, info_processes};
use crate::rotation_set::sets;
use spoglight_model::analysis::SourceFacts;
use spoglight_time::Timestamp;
use spoglight_time::units::HOUR;
use spoglight_topology::{Process, Topology};

/// Nanoseconds of activity after which a missing level is significant.
const LONG: i64 = HOUR;

/// Trace levels that are too low.
pub(super) struct LevelLow;

impl Check for LevelLow {
    fn id(&self) -> CheckId {
        CheckId("trace-level-low")
    }

    fn number(&self) -> Option<&'static str> {
        Some("B03")
    }

    fn title(&self) -> &'static str {
        "The trace level of a process was too low"
    }

    fn run(&self, collection: &CheckInput<'_>) -> CheckOutput {
        let topology = collection.topology;
        let mut low = Vec::new();
        for set in sets(collection.sources) {
            let Some(process) = set.files.first().and_then(|file| file.origin.process.as_deref()) else {
                continue;
            };
            let is_watched = topology.process(process).is_some_and(|process| process.is_watched);
            if is_watched && topology.companion(set.name).is_none() && is_low(&set.files, topology) {
                let host = set.host.map_or_else(String::new, |host| format!(" on {host}"));
                low.push(format!("{process}{host}"));
            }
        }
        if low.is_empty() {
            return collection.nothing_in_process_logs();
        }
        CheckOutput::gaps(vec![gap(
            self,
            format!("what {} did", low.join(", ")),
            "it wrote only errors and warnings for an hour or more: the trace level is 2-Error (the default) or 3-Warn",
            format!(
                "in the ECE administration console, system partition, System > Shared Resources > Logger > Processes, set the \
                 maximum trace level of {} to 4-Info, with high availability on every server that is listed for the \
                 process;{} let it happen again and collect again",
                info_processes(topology),
                debug_advice(topology)
            ),
        )
        .of_level()])
    }
}

fn debug_advice(topology: &Topology) -> String {
    let advice = |process: &Process| {
        let purpose = process.debug_for.as_deref()?;
        Some(format!(" for {purpose} set {} to 7-Debug with a maximum duration;", process.name))
    };
    topology.processes().iter().filter_map(advice).collect()
}

fn is_low(files: &[&SourceFacts], topology: &Topology) -> bool {
    let first = files.iter().filter_map(|file| file.first).reduce(Timestamp::earlier);
    let last = files.iter().filter_map(|file| file.last).reduce(Timestamp::later);
    let long =
        first.zip(last).and_then(|(first, last)| between(first, last)).is_some_and(|span| span >= LONG);
    let mut levels =
        files.iter().filter(|file| has_trace_levels(file, topology)).flat_map(|file| file.levels.iter());
    long && files.iter().any(|file| file.events > 0) && levels.all(|level| level <= Level::Warn)
}
