//! A process whose log ends although it wrote steadily at trace level info, while other processes of its server go on:
//! it ended, it hangs, or its trace level was lowered.
//!
//! Only processes that should run at info are looked at: others write when users do something, and are quiet without
//! them.

use std::collections::BTreeMap;

use spoglight_model::CheckId;
use spoglight_parsers::Level;
use spoglight_parsers::duration::spoken;

use crate::busy::Busy;
use crate::check::{Check, CheckGuide, CheckInput, CheckOutput, Server, and, at, gap, process_of};
use crate::outage::{FACTOR, MESSAGES, ServiceTimes, is_handover, process_logs};
use crate::rotation_set::{LogSet, sets_of};
use spoglight_model::analysis::SourceFacts;
use spoglight_time::Timestamp;
use spoglight_time::units::HOUR;

/// Nanoseconds of the shortest silence, and of the time before it in which the process wrote steadily.
const LONG: i64 = HOUR;

/// A process that stopped writing.
pub(super) struct ProcessSilent;

/// A log that ends early.
struct Silent<'a> {
    process: &'a str,
    host: &'a str,
    last: Timestamp,
    length: i64,
}

impl Check for ProcessSilent {
    fn id(&self) -> CheckId {
        CheckId("process-silent")
    }

    fn number(&self) -> Option<&'static str> {
        None
    }

    fn title(&self) -> &'static str {
        "A process stopped writing, although others of its server go on"
    }

    fn guide(&self) -> CheckGuide {
        CheckGuide {
            cause: "The process ended, hangs, or its trace level was lowered.",
            looks_at: "Processes that should run at 4-Info and wrote steadily, compared with the other \
                    processes of their server.",
            needs: "logs of several processes of an ECE server at 4-Info",
            unclear: "Look whether its java.exe runs, and at its trace level; collect its newest log \
                    again.",
        }
    }

    fn run(&self, collection: &CheckInput<'_>) -> CheckOutput {
        let servers = collection.servers();
        let services = ServiceTimes::new(&servers, collection.topology);
        let silent: Vec<Silent<'_>> =
            servers.iter().flat_map(|server| silent(server, &services, collection)).collect();
        let Some(longest) = silent.iter().map(|one| one.length).max() else { return CheckOutput::well() };
        let names: Vec<String> = silent
            .iter()
            .map(|one| format!("{} on {} did after {}", one.process, one.host, at(one.last)))
            .collect();
        CheckOutput::gaps(vec![gap(
            self,
            format!("what {}", and(names.iter().map(String::as_str))),
            format!(
                "it wrote steadily until then, and nothing for up to {}, while other processes of the server went on: the process \
                 ended or hangs, or its trace level was lowered",
                spoken(longest)
            ),
            "check in the system console whether the process runs, and its trace level; look at the last messages of its log, \
             and for hs_err_pid*.log in its folder",
        )])
    }
}

/// The processes of a server that stopped writing.
fn silent<'a>(
    server: &Server<'a>,
    services: &ServiceTimes<'_>,
    collection: &CheckInput<'a>,
) -> Vec<Silent<'a>> {
    let topology = collection.topology;
    let logs = process_logs(server, topology);
    let is_of_check = |set: &LogSet<'a>| {
        topology.companion(set.name).is_none()
            && set.files.iter().any(|file| {
                process_of(file, topology).is_some_and(|process| process.is_watched && process.runs_at_info)
            })
    };
    let mut processes: BTreeMap<&str, Option<OfProcess<'a>>> = BTreeMap::new();
    let judge = |set: LogSet<'a>| {
        let process = set.files.first()?.origin.process.as_deref()?;
        let of_it = processes.entry(process).or_insert_with(|| OfProcess::new(process, &logs)).as_ref()?;
        let OfProcess { own, busy, span: (start, end), last_of_others } = of_it;
        let (start, end, last_of_others) = (*start, *end, *last_of_others);
        let length = last_of_others - end;
        let events: u64 = set.files.iter().map(|file| file.events).sum();
        let info: u64 = set.files.iter().map(|file| file.levels.count(Level::Info)).sum();
        let is_steady = end - start >= LONG
            && info * 2 > events
            && events >= MESSAGES
            && busy.within(end - LONG, end) * 2 >= LONG;
        let rhythm = busy.longest_silence(start, end).saturating_mul(FACTOR);
        let is_early = length >= LONG.max(rhythm)
            && is_steady
            && !is_handover(server.host, own, services, (end, last_of_others), topology);
        let last = own.iter().filter_map(|log| log.last).reduce(Timestamp::later)?;
        is_early.then_some(Silent { process, host: server.host, last, length })
    };
    sets_of(logs.iter().copied()).into_iter().filter(is_of_check).filter_map(judge).collect()
}

/// The logs of a process on one server.
struct OfProcess<'a> {
    own: Vec<&'a SourceFacts>,
    busy: Busy,
    /// Its first and last time.
    span: (i64, i64),
    /// Last time of the other processes.
    last_of_others: i64,
}

impl<'a> OfProcess<'a> {
    fn new(process: &str, logs: &[&'a SourceFacts]) -> Option<OfProcess<'a>> {
        let is_own = |log: &&&SourceFacts| log.origin.process.as_deref() == Some(process);
        let (own, others): (Vec<&SourceFacts>, Vec<&SourceFacts>) = logs.iter().partition(|log| is_own(log));
        let busy = Busy::new(own.iter().copied());
        let (span, (_, last_of_others)) = (busy.range()?, Busy::new(others).range()?);
        Some(OfProcess { own, busy, span, last_of_others })
    }
}
