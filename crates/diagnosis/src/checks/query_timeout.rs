//! Queries that took too long: ECE writes them to a separate log, which is normally empty.

use spoglight_model::CheckId;
use spoglight_signatures::{Confidence, ProvenFact, Severity};

use crate::check::{Check, CheckGuide, CheckInput, CheckOutput, and, evidence, finding, message};
use spoglight_time::Timestamp;
use spoglight_topology::{CompanionKind, Topology};

/// Lines of evidence: the first of each log.
const SHOWN: usize = 5;

/// Database queries that timed out.
pub(super) struct QueryTimeout;

impl Check for QueryTimeout {
    fn id(&self) -> CheckId {
        CheckId("query-timeouts")
    }

    fn number(&self) -> Option<&'static str> {
        Some("B16")
    }

    fn title(&self) -> &'static str {
        "Database queries timed out"
    }

    fn guide(&self) -> CheckGuide {
        CheckGuide {
            cause: "ECE writes queries that time out to a log of their own, which is normally empty. \
                    Messages in it mean that the database answers too slowly or not at all.",
            looks_at: "Messages in eg_log_query_timeout_{SERVER}_{PROCESS}.log.",
            needs: "the query time-out logs beside the main logs",
            unclear: "Collect everything in {ECE_HOME}\\eService\\logs, not only the main logs.",
        }
    }

    fn run(&self, collection: &CheckInput<'_>) -> CheckOutput {
        let topology = collection.topology;
        let logs = || {
            collection
                .sources
                .iter()
                .filter(|source| topology.companion(&source.path) == Some(CompanionKind::QueryTimeouts))
        };
        if logs().next().is_none() {
            return CheckOutput::blind(
                format!("no {} was collected", names(CompanionKind::QueryTimeouts, topology)),
                format!("add everything in {}, not only the main logs", folders(topology)),
            );
        }
        let mut found = finding(self, Severity::Medium, Confidence::Likely);
        for source in logs().filter(|source| source.events > 0 && !source.is_second()) {
            found.count += source.events;
            found.first = [found.first, source.first].into_iter().flatten().reduce(Timestamp::earlier);
            found.last = [found.last, source.last].into_iter().flatten().reduce(Timestamp::later);
            let process = source.origin.process.as_deref().unwrap_or_default().to_owned();
            found.captures.entry("process".to_owned()).or_default().push(process);
            found
                .hosts
                .extend(source.host.as_deref().map(str::to_owned).filter(|host| !found.hosts.contains(host)));
            if found.evidence.len() < SHOWN {
                // a file without timestamps consists of such queries, too
                found.evidence.push(match source.activity() {
                    Some(activity) => message(source, &activity.first),
                    None => evidence(source, (1, 0), None, ""),
                });
            }
        }
        found.evidence.sort_by_key(|line| line.time.map(Timestamp::nanos));
        if found.count == 0 {
            return CheckOutput::well();
        }
        // a signature that found the fault of the database reports more, so this stays a note
        if let Some(known) =
            collection.found.iter().find(|known| known.facts.contains(&ProvenFact::DatabaseTrouble))
        {
            return CheckOutput::note(format!("{} time-outs; see {}", found.count, known.id));
        }
        found.cause.push_str(
            "The database answered too slowly or not at all: it is down, blocked, short of disk or memory, or a \
                       query grew with the data.",
        );
        found.confirm = vec![
            format!(
                "Read {} around that time, and {} of the same process: a pool whose connections are all in use waits for the \
                 same database.",
                names(CompanionKind::QueryTimeouts, topology),
                names(CompanionKind::ConnectionPool, topology)
            ),
            "On the SQL Server: blocked sessions (`sp_who2`), the error log, the free space of data and log files.".to_owned(),
        ];
        found.fix = vec![
            "Fix the reason why the database does not answer; the time-outs then end.".to_owned(),
            "If one query times out repeatedly on a healthy database, open a case with Cisco TAC and attach these \
             files.".to_owned(),
        ];
        found.false_positives =
            vec!["A few time-outs during a backup or maintenance of the database.".to_owned()];
        CheckOutput::findings(vec![found])
    }
}

/// Folders in which these logs are, for a sentence.
fn folders(topology: &Topology) -> String {
    let products = topology.products_with(CompanionKind::QueryTimeouts);
    let folders: Vec<String> =
        products.map(|product| format!("{} of the {} servers", product.folder(), product.name)).collect();
    and(folders.iter().map(String::as_str))
}

/// Names of the logs of a kind, for a sentence.
fn names(kind: CompanionKind, topology: &Topology) -> String {
    and(topology.companion_files(kind).iter().map(String::as_str))
}
