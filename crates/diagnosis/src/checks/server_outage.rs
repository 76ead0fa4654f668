//! Servers all of whose processes wrote nothing for a while and then went on: the service was down, or the server was
//! paused.

use std::collections::{BTreeMap, BTreeSet};

use spoglight_model::CheckId;
use spoglight_parsers::duration::spoken;
use spoglight_signatures::{Confidence, Severity};

use crate::check::{
    Check, CheckGuide, CheckInput, CheckOutput, INTEGRATION, and, at, files, finding, message,
};
use crate::outage::{Outage, outages};
use crate::server_stops::{ServerStop, ServerStops, StopReason};
use spoglight_model::analysis::Finding;
use spoglight_time::Timestamp;
use spoglight_time::units::MINUTE;

/// Nanoseconds of a short outage.
const SHORT: i64 = 30 * MINUTE;

/// Nanoseconds from which on also a planned restart takes too long.
const LONG: i64 = 60 * MINUTE;

/// Outages that the text lists.
const LISTED: usize = 5;

/// Lines of evidence.
const SHOWN: usize = 10;

/// Silences of all processes of a server.
pub(super) struct ServerOutage;

impl Check for ServerOutage {
    fn id(&self) -> CheckId {
        CheckId("server-outage")
    }

    fn number(&self) -> Option<&'static str> {
        None
    }

    fn title(&self) -> &'static str {
        "All processes of an ECE server were silent at the same time"
    }

    fn guide(&self) -> CheckGuide {
        CheckGuide {
            cause: "The Cisco service was stopped and started again, or the server was paused, hung or \
                    had no free disk space.",
            looks_at: "Times at which no process of an ECE server wrote, although each writes steadily, and \
                    the process ids before and after them, and events of Windows that show why the server stopped.",
            needs: "process logs of an ECE server that cover several hours",
            unclear: "Collect the rotated files of that time, and the Windows System events of the server.",
        }
    }

    fn run(&self, collection: &CheckInput<'_>) -> CheckOutput {
        let mut all = outages(collection);
        all.sort_by_key(|outage| (outage.span().0.nanos(), outage.host));
        // a restart is a fault of its own, and shows more; so does one whose reason events of the server show
        let stops = ServerStops::new(collection);
        let mut groups: BTreeMap<(bool, Option<StopReason>), Vec<Stopped<'_, '_, '_>>> = BTreeMap::new();
        for outage in all {
            let (from, to) = outage.span();
            let stop = stops.between(outage.host, from, to);
            let key = (!outage.is_restart(), stop.as_ref().map(|stop| stop.reason));
            groups.entry(key).or_default().push(Stopped { outage, stop });
        }
        CheckOutput::findings(groups.values().map(|group| self.finding(group)).collect())
    }
}

/// An outage, and why the server stopped, if events show it.
struct Stopped<'s, 'a, 'o> {
    outage: Outage<'o>,
    stop: Option<ServerStop<'s, 'a>>,
}

impl ServerOutage {
    fn finding(&self, stopped: &[Stopped<'_, '_, '_>]) -> Finding {
        let outages: Vec<&Outage<'_>> = stopped.iter().map(|stopped| &stopped.outage).collect();
        let is_restart = outages.iter().all(|outage| outage.is_restart());
        let reason = stopped.first().and_then(|stopped| stopped.stop.as_ref()).map(|stop| stop.reason);
        let longest = outages.iter().map(|outage| outage.length()).max().unwrap_or(0);
        let severity = match reason {
            Some(StopReason::Requested | StopReason::ShutDown) if longest < LONG => Severity::Low,
            Some(StopReason::Unexpected) => Severity::High,
            _ if longest >= SHORT => Severity::High,
            _ => Severity::Medium,
        };
        let confidence = match reason {
            Some(StopReason::Unexpected | StopReason::Requested) => Confidence::Certain,
            _ if is_restart => Confidence::Likely,
            _ => Confidence::Possible,
        };
        let mut found = finding(self, severity, confidence);
        let hosts: BTreeSet<&str> = outages.iter().map(|outage| outage.host).collect();
        let names = and(hosts.iter().copied());
        found.title = if is_restart {
            format!("ECE was down on {names} for {}", spoken(longest))
        } else {
            format!("All ECE processes of {names} wrote nothing for {}", spoken(longest))
        };
        found.title.push_str(match reason {
            Some(StopReason::Unexpected) => ": Windows had stopped without a shutdown",
            Some(StopReason::Requested) => ": a restart of the server was requested",
            Some(StopReason::ShutDown) => ": the server was shut down",
            Some(StopReason::Started) => ": the server itself was started again",
            None => "",
        });
        found.count = outages.len() as u64;
        found.first = outages.iter().map(|outage| outage.span().0).reduce(Timestamp::earlier);
        found.last = outages.iter().map(|outage| outage.span().1).reduce(Timestamp::later);
        found.hosts = hosts.into_iter().map(ToOwned::to_owned).collect();
        let mut listed: Vec<String> = stopped.iter().take(LISTED).map(sentence).collect();
        if outages.len() > LISTED {
            listed.push(format!("{} more.", outages.len() - LISTED));
        }
        let meaning = if reason == Some(StopReason::Unexpected) {
            "The server lost power, was reset, hung or failed, and the processes ended with it: none of them is the cause."
        } else if reason.is_some() {
            "The processes ended with their server and were started again with it."
        } else if is_restart {
            "The service was stopped or crashed, or the server was restarted, and the processes were started again."
        } else {
            "The processes are the same as before, so they were not restarted: the server or its virtual machine was \
             stopped for that time (snapshot, migration, disk that does not answer), no process could write (disk \
             full, lock on the folder), or its clock was set forward."
        };
        found.cause = format!("{meaning} {}", listed.join(" "));
        found.confirm = confirm(is_restart);
        found.fix = vec![
            if reason == Some(StopReason::Unexpected) {
                "Find out why the server stopped: power, the host of the virtual machine, a blue screen.".to_owned()
            } else if reason.is_some() {
                "None, if it was planned. Else read in event 1074 who requested the restart.".to_owned()
            } else if is_restart {
                "If it was not stopped on purpose: fix the error in the last records before the silence.".to_owned()
            } else {
                "Fix what stopped the server: storage, snapshots, the load of the virtual host, the synchronisation of \
                 the clock."
                    .to_owned()
            },
            "Check that the Cisco service runs and starts automatically on every ECE server except the web server."
                .to_owned(),
        ];
        found.false_positives = vec![
            if is_restart {
                "A maintenance window, an update or a manual restart."
            } else {
                "The trace level of all processes was lowered for that time."
            }
            .to_owned(),
        ];
        found.references = vec![INTEGRATION.to_owned()];
        let edges = outages.iter().flat_map(|outage| [&outage.from, &outage.to]);
        let events = stopped.iter().filter_map(|stopped| stopped.stop.as_ref()).map(ServerStop::evidence);
        let edges = edges.map(|edge| message(edge.source, &edge.message));
        found.evidence = events.take(LISTED).chain(edges).take(SHOWN).collect();
        found
    }
}

fn confirm(is_restart: bool) -> Vec<String> {
    let first = if is_restart {
        "Windows event log, System, at the start of the silence: 7031, 7034, 7036 (the service), 1074, 6006, 6008, 41 (the \
         server was shut down or lost power)."
    } else {
        "Windows event log, System, at that time: 129, 153 (disk), 1 of Kernel-General (the time was changed); and the \
         events of the virtual machine on its host."
    };
    vec![
        first.to_owned(),
        "Read the last records before the silence, and hs_err_pid*.log and *.hprof in the folders of the processes."
            .to_owned(),
    ]
}

/// An outage in one sentence, and another on its reason.
fn sentence(stopped: &Stopped<'_, '_, '_>) -> String {
    let Stopped { outage, stop } = stopped;
    let (from, to) = outage.span();
    let ids = if outage.is_restart() {
        format!("new process ids afterwards: {}", and(outage.restarted.iter().copied()))
    } else if outage.restarted.is_empty() {
        "all process ids are the same as before".to_owned()
    } else {
        format!("new process ids afterwards only: {}", and(outage.restarted.iter().copied()))
    };
    let others = files(&outage.others)
        .map_or_else(String::new, |names| format!("; the server itself ran: {names} wrote in that time"));
    let reason = stop.as_ref().map_or_else(String::new, |stop| format!(" {}", stop.sentence(outage.host)));
    format!(
        "{}: silent from {} to {} ({}); {ids}{others}.{reason}",
        outage.host,
        at(from),
        at(to),
        spoken(outage.length())
    )
}
