//! Queries that took too long: ECE writes each into a log of its own, which is empty if all is well.

use spoglight_model::CheckId;
use spoglight_signatures::{Confidence, Severity};

use super::{Check, CheckInput, CheckOutput, file_name, finding};
use spoglight_time::Timestamp;

/// See the [module](self).
pub(super) struct QueryTimeout;

impl Check for QueryTimeout {
    fn id(&self) -> CheckId {
        CheckId("query-timeouts")
    }

    fn number(&self) -> Option<&'static str> {
        Some("B16")
    }

    fn title(&self) -> &'static str {
        "Queries to the database ran into their time-out"
    }

    fn run(&self, collection: &CheckInput<'_>) -> CheckOutput {
        let logs = || {
            collection
                .sources
                .iter()
                .filter(|source| file_name(&source.path).starts_with("eg_log_query_timeout_"))
        };
        if logs().next().is_none() {
            return CheckOutput::blind(
                "no eg_log_query_timeout_*.log was collected",
                r"add all of {ECE_HOME}\eService\logs of the ECE servers, not only the main logs",
            );
        }
        let mut found = finding(self, Severity::Medium, Confidence::Certain);
        for source in logs().filter(|source| source.events > 0 && !source.is_second()) {
            found.count += source.events;
            found.first = [found.first, source.first].into_iter().flatten().reduce(Timestamp::earlier);
            found.last = [found.last, source.last].into_iter().flatten().reduce(Timestamp::later);
            let process = source.origin.process.clone().unwrap_or_default();
            found.captures.entry("process".to_owned()).or_default().push(process);
            found.hosts.extend(source.host.clone().filter(|host| !found.hosts.contains(host)));
        }
        if found.count == 0 {
            return CheckOutput::well();
        }
        // one cause, one finding: a signature that found what is wrong with the database says more
        if let Some(known) = collection.found.iter().find(|known| known.id.starts_with("db-")) {
            return CheckOutput::note(format!("{} of them; see {}", found.count, known.id));
        }
        found.cause.push_str(
            "The database answered too slowly or not at all: it is down, blocked, short of disk or memory, or a \
                       query grew with the data.",
        );
        found.confirm = vec![
            "Read eg_log_query_timeout_*.log around that time, and eg_log_dal_connpool_*.log of the same process: a pool \
             whose connections are all in use waits for the same database."
                .to_owned(),
            "On the SQL Server: blocked sessions (`sp_who2`), the error log, the free space of data and log files.".to_owned(),
        ];
        found.fix = vec![
            "Mend what keeps the database from answering; the time-outs end by themselves.".to_owned(),
            "If one query returns again and again with a healthy database, give it to Cisco TAC with these files.".to_owned(),
        ];
        found.false_positives =
            vec!["A few of them during the backup or the maintenance of the database.".to_owned()];
        CheckOutput::findings(vec![found])
    }
}
