//! Servers all of whose processes wrote nothing for a while and then went on: the service was down, or the server was
//! paused.

use std::collections::BTreeSet;

use spoglight_model::CheckId;
use spoglight_parsers::duration::spoken;
use spoglight_signatures::{Confidence, Severity};

use crate::check::{
    Check, CheckGuide, CheckInput, CheckOutput, INTEGRATION, and, at, files, finding, message,
};
use crate::outage::{Outage, outages};
use spoglight_model::analysis::Finding;
use spoglight_time::Timestamp;
use spoglight_time::units::MINUTE;

/// Nanoseconds of a short outage.
const SHORT: i64 = 30 * MINUTE;

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
                    the process ids before and after them.",
            needs: "process logs of an ECE server that cover several hours",
            unclear: "Collect the rotated files of that time, and the Windows System events of the server.",
        }
    }

    fn run(&self, collection: &CheckInput<'_>) -> CheckOutput {
        let mut all = outages(collection);
        all.sort_by_key(|outage| (outage.span().0.nanos(), outage.host));
        // a restart is a fault of its own, and shows more
        let (down, still): (Vec<_>, Vec<_>) = all.into_iter().partition(Outage::is_restart);
        let groups = [down, still].into_iter().filter(|group| !group.is_empty());
        CheckOutput::findings(groups.map(|group| self.finding(&group)).collect())
    }
}

impl ServerOutage {
    fn finding(&self, outages: &[Outage<'_>]) -> Finding {
        let is_restart = outages.iter().all(Outage::is_restart);
        let longest = outages.iter().map(Outage::length).max().unwrap_or(0);
        let severity = if longest >= SHORT { Severity::High } else { Severity::Medium };
        let confidence = if is_restart { Confidence::Likely } else { Confidence::Possible };
        let mut found = finding(self, severity, confidence);
        let hosts: BTreeSet<&str> = outages.iter().map(|outage| outage.host).collect();
        let names = and(hosts.iter().copied());
        found.title = if is_restart {
            format!("ECE was down on {names} for {}", spoken(longest))
        } else {
            format!("All ECE processes of {names} wrote nothing for {}", spoken(longest))
        };
        found.count = outages.len() as u64;
        found.first = outages.iter().map(|outage| outage.span().0).reduce(Timestamp::earlier);
        found.last = outages.iter().map(|outage| outage.span().1).reduce(Timestamp::later);
        found.hosts = hosts.into_iter().map(ToOwned::to_owned).collect();
        let mut listed: Vec<String> = outages.iter().take(LISTED).map(sentence).collect();
        if outages.len() > LISTED {
            listed.push(format!("{} more.", outages.len() - LISTED));
        }
        let meaning = if is_restart {
            "The service was stopped or crashed, or the server was restarted, and the processes were started again."
        } else {
            "The processes are the same as before, so they were not restarted: the server or its virtual machine was \
             stopped for that time (snapshot, migration, disk that does not answer), no process could write (disk \
             full, lock on the folder), or its clock was set forward."
        };
        found.cause = format!("{meaning} {}", listed.join(" "));
        found.confirm = confirm(is_restart);
        found.fix = vec![
            if is_restart {
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
        found.evidence = edges.take(SHOWN).map(|edge| message(edge.source, &edge.message)).collect();
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

/// An outage in one sentence.
fn sentence(outage: &Outage<'_>) -> String {
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
    format!(
        "{}: silent from {} to {} ({}); {ids}{others}.",
        outage.host,
        at(from),
        at(to),
        spoken(outage.length())
    )
}
