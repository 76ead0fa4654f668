//! Servers whose logs all end long before the other logs of the collection: the service was stopped, the server hung, or
//! the files were copied earlier. Which of these it was, only other evidence can show.

use std::collections::{BTreeMap, BTreeSet};

use spoglight_model::CheckId;
use spoglight_parsers::duration::spoken;
use spoglight_signatures::{Confidence, ProvenFact, Severity};

use crate::bounds::MOST_HOSTS;
use crate::busy::Busy;
use crate::check::{
    Check, CheckGuide, CheckInput, CheckOutput, INTEGRATION, Server, and, at, finding, gap, message,
    process_of,
};
use crate::outage::{FACTOR, MESSAGES, ServiceTimes, is_handover, process_logs};
use spoglight_model::analysis::{CoverageGap, Finding, SourceFacts};
use spoglight_source::SourceId;
use spoglight_text::source_path::{file_name, folder};
use spoglight_time::Timestamp;
use spoglight_time::units::MINUTE;
use spoglight_topology::Topology;

/// Nanoseconds of the shortest silence that counts: it takes a while to collect the files of several servers.
const SHORTEST: i64 = 30 * MINUTE;

/// Nanoseconds in which other logs must have written after the end.
const WENT_ON: i64 = 3 * MINUTE;

/// Nanoseconds after the end in which another server takes over, or an event of the service belongs to it.
const SOON: i64 = 15 * MINUTE;

/// Lines of evidence.
const SHOWN: usize = 5;

/// Servers whose ends the cause lists.
const LISTED: usize = 20;

/// Logs of a server that end before the others.
pub(super) struct SilentEnd;

/// Logs of one kind on one server that all end early.
struct Ended<'a> {
    host: &'a str,
    what: String,
    logs: Vec<&'a SourceFacts>,
    /// Their last message.
    last: (&'a SourceFacts, Timestamp),
    /// End of the other logs.
    end: Timestamp,
    /// A file that was copied in the middle of its last line.
    torn: Option<&'a str>,
    /// Evidence that the processes stopped.
    proof: Option<String>,
    /// A finding that reports the stop.
    known: Option<&'a Finding>,
}

impl Check for SilentEnd {
    fn id(&self) -> CheckId {
        CheckId("logs-end-early")
    }

    fn number(&self) -> Option<&'static str> {
        None
    }

    fn title(&self) -> &'static str {
        "All logs of a server end long before the others"
    }

    fn guide(&self) -> CheckGuide {
        CheckGuide {
            cause: "The Cisco service of the server was stopped, the server hung, or its files were \
                    copied earlier than the others.",
            looks_at: "The ends of all process logs of a server, compared with the other logs of the \
                    collection and with server.log in the same folder.",
            needs: "process logs of an ECE server, and a log of another program or server that goes on",
            unclear: "Look at the state of the Cisco service and at the Windows System events of the \
                    server, or copy all logs again at the same time.",
        }
    }

    fn run(&self, collection: &CheckInput<'_>) -> CheckOutput {
        let all = All::new(collection);
        let ended: Vec<Ended<'_>> = all
            .servers
            .iter()
            .flat_map(|server| groups(server, collection).into_iter().map(move |group| (server, group)))
            .filter_map(|(server, group)| ended(server, group, &all, collection))
            .collect();
        let mut output = CheckOutput::default();
        let (stopped, open): (Vec<_>, Vec<_>) =
            ended.iter().partition(|one| one.proof.is_some() || one.known.is_some());
        let (known, proven): (Vec<&Ended<'_>>, Vec<&Ended<'_>>) =
            stopped.into_iter().partition(|one| one.known.is_some());
        output.note = known.first().and_then(|one| {
            let id = &one.known?.id;
            Some(format!("the logs of {} end at {}; see {id}", one.host, at(one.last.1)))
        });
        output.findings.extend((!proven.is_empty()).then(|| self.finding(&proven)));
        output.gaps.extend((!open.is_empty()).then(|| self.gap(&open)));
        output
    }
}

impl SilentEnd {
    fn finding(&self, ended: &[&Ended<'_>]) -> Finding {
        let mut found = finding(self, Severity::High, Confidence::Likely);
        let names: Vec<String> = ended.iter().map(|one| format!("{} on {}", one.what, one.host)).collect();
        let first = ended.iter().map(|one| one.last.1).reduce(Timestamp::earlier);
        found.title = format!(
            "All logs of {} end{}",
            and(names.iter().map(String::as_str)),
            first.map_or_else(String::new, |first| format!(" at {}", at(first)))
        );
        found.count = ended.len() as u64;
        found.first = first;
        found.last = ended.iter().map(|one| one.end).reduce(Timestamp::later);
        found.hosts = ended.iter().map(|one| one.host.to_owned()).take(MOST_HOSTS).collect();
        let listed = ended.iter().take(LISTED).map(|one| {
            format!(
                " {}: the last message is of {}; {}.",
                one.host,
                at(one.last.1),
                one.proof.as_deref().unwrap_or_default()
            )
        });
        found.cause = format!(
            "The Cisco service was stopped or crashed, or the server hung, and the processes were not started again \
             before the logs were collected.{}{}",
            listed.collect::<String>(),
            match ended.len().saturating_sub(LISTED) {
                0 => String::new(),
                more => format!(" The same holds for {more} more."),
            }
        );
        found.confirm = vec![
            "Run `Get-Service -DisplayName 'Cisco Service'` (or open services.msc) on every ECE server except the web server."
                .to_owned(),
            "Windows event log, System, at that time: 7031, 7034, 7036 (the service), 1074, 6006, 6008, 41 (the server)."
                .to_owned(),
            "Read the last messages of each log, and hs_err_pid*.log and *.hprof in the folders of the processes.".to_owned(),
        ];
        found.fix = vec![
            "Start the Cisco service on every ECE server except the web server, and set it to start automatically.".to_owned(),
            "Fix the error in the last messages, or the service stops again.".to_owned(),
        ];
        found.false_positives = vec![
            "The logs were copied at that time, before the other files.".to_owned(),
            "A maintenance window.".to_owned(),
        ];
        found.references = vec![INTEGRATION.to_owned()];
        let lines = ended.iter().flat_map(|one| {
            let mut logs: Vec<&&SourceFacts> = one.logs.iter().collect();
            logs.sort_by_key(|log| std::cmp::Reverse(log.last.map(Timestamp::nanos)));
            logs.into_iter().take(2)
        });
        found.evidence =
            lines.filter_map(|log| Some(message(log, &log.activity()?.last))).take(SHOWN).collect();
        found
    }

    fn gap(&self, ended: &[&Ended<'_>]) -> CoverageGap {
        let names: Vec<String> = ended
            .iter()
            .map(|one| format!("{} of {} did after {}", one.what, one.host, at(one.last.1)))
            .collect();
        let end = ended.iter().map(|one| one.end).reduce(Timestamp::later);
        let end = end.map_or_else(String::new, |end| format!(" (other logs go on until {})", at(end)));
        let longest = ended.iter().map(|one| one.end.nanos() - one.last.1.nanos()).max().unwrap_or(0);
        let torn: Vec<&str> = ended.iter().filter_map(|one| one.torn).collect();
        let why = match torn.first() {
            Some(file) if torn.len() == ended.len() => format!(
                "all its logs end up to {} before the others; the last line of {file} is incomplete, so it was copied while the \
                 process wrote: the files were copied earlier than the others",
                spoken(longest)
            ),
            _ => format!(
                "all its logs end up to {} before the others, although they wrote regularly until then: the Cisco service was \
                 stopped, the server hung, or the files were copied earlier",
                spoken(longest)
            ),
        };
        gap(
            self,
            format!("what {}{end}", and(names.iter().map(String::as_str))),
            why,
            "check whether the Cisco service runs on that server, and since when; copy its logs again, with the time after that; \
             Windows event log, System: 7031, 7034, 7036 are of the service, 6008 of the server",
        )
    }
}

/// Properties of all servers together.
struct All<'a> {
    servers: Vec<Server<'a>>,
    services: ServiceTimes<'a>,
    ahead: BTreeMap<&'a str, i64>,
    /// Times at which anything wrote.
    busy: Busy,
    /// The latest message.
    last: Option<i64>,
}

impl<'a> All<'a> {
    fn new(collection: &CheckInput<'a>) -> All<'a> {
        let servers = collection.servers();
        let services = ServiceTimes::new(&servers, collection.topology);
        let mut all = All { servers, services, ahead: collection.ahead(), busy: Busy::default(), last: None };
        let is_read = |source: &&SourceFacts| source.parsed > 0 && !source.is_second();
        let read = collection.sources.iter().filter(is_read);
        all.busy = Busy::shifted(read.map(|source| (source, all.ahead_of(source))));
        let last = |source: &SourceFacts| all.last_of(source);
        all.last = collection.sources.iter().filter_map(last).max();
        all
    }

    fn ahead_of(&self, source: &SourceFacts) -> i64 {
        source.host.as_deref().and_then(|host| self.ahead.get(host)).copied().unwrap_or(0)
    }

    /// The last message of a file, by the clock of most servers.
    fn last_of(&self, source: &SourceFacts) -> Option<i64> {
        let last = source.last.filter(|last| last.is_utc())?;
        Some(last.nanos().saturating_sub(self.ahead_of(source)))
    }
}

/// The logs of a server that end together: those of its processes, and those of a Tomcat.
fn groups<'a>(
    server: &Server<'a>,
    collection: &CheckInput<'a>,
) -> Vec<(&'a str, String, Vec<&'a SourceFacts>)> {
    let topology = collection.topology;
    let products = topology.services_product().map_or("the", |product| &*product.name);
    let mut groups = vec![(server.host, format!("the {products} processes"), process_logs(server, topology))];
    for process in topology.processes().iter().filter(|process| process.starts_over) {
        let is_its = |source: &&&SourceFacts| {
            source.events > 0 && process_of(source, topology).is_some_and(|known| known.name == process.name)
        };
        let logs = server.sources.iter().filter(is_its).copied().collect();
        groups.push((server.host, format!("the {}", process.name), logs));
    }
    groups.retain(|(.., logs)| !logs.is_empty());
    groups
}

/// Returns whether logs end early, and what is known of it.
fn ended<'a>(
    server: &Server<'a>,
    (host, what, logs): (&'a str, String, Vec<&'a SourceFacts>),
    all: &All<'a>,
    collection: &CheckInput<'a>,
) -> Option<Ended<'a>> {
    let busy = Busy::shifted(logs.iter().map(|log| (*log, all.ahead_of(log))));
    let (start, end) = busy.range()?;
    if logs.iter().map(|log| log.events).sum::<u64>() < MESSAGES
        || all.last.is_none_or(|last| last < end.saturating_add(SHORTEST))
    {
        return None;
    }
    // these logs have no time after their end, so that all times after it are of others
    let (_, last_of_others) = all.busy.range()?;
    let silence = last_of_others.saturating_sub(end);
    let rhythm = busy.longest_silence(start, end).saturating_mul(FACTOR);
    if silence < SHORTEST.max(rhythm) || all.busy.within(end, last_of_others) < WENT_ON {
        return None;
    }
    if is_handover(host, &logs, &all.services, (end, last_of_others), collection.topology) {
        return None;
    }
    let newest = logs.iter().filter(|log| log.last.is_some_and(Timestamp::is_utc));
    let newest = newest.max_by_key(|log| log.last.map(Timestamp::nanos))?;
    let last = newest.last?;
    let of_host = |finding: &&Finding| {
        finding.facts.contains(&ProvenFact::ServiceStopped)
            && (finding.hosts.is_empty()
                || finding.hosts.iter().any(|known| known.eq_ignore_ascii_case(host)))
            && finding.first.is_some_and(|first| first.is_utc() && first.nanos() <= end + SOON)
            && finding.last.is_some_and(|last| last.is_utc() && last.nanos() >= end - SOON)
    };
    let proof = same_folder(server, &logs, end, all)
        .or_else(|| taken_over(host, &logs, end, &all.servers, collection.topology));
    let current = logs.iter().filter(|log| log.last.is_some_and(|last| end - last.nanos() <= SOON));
    Some(Ended {
        host,
        what,
        last: (newest, last),
        end: Timestamp::Utc(last_of_others),
        torn: current.filter(|log| log.is_truncated).map(|log| &*log.path).next(),
        proof,
        known: collection.found.iter().find(of_host),
        logs,
    })
}

/// Another log in the same folder that runs on: a folder is copied in one step.
fn same_folder<'a>(server: &Server<'a>, logs: &[&'a SourceFacts], end: i64, all: &All<'a>) -> Option<String> {
    let folders: BTreeSet<&str> = logs.iter().map(|log| folder(&log.path)).collect();
    let own: BTreeSet<SourceId> = logs.iter().map(|log| log.id).collect();
    let goes_on = |source: &&&SourceFacts| {
        !source.is_second()
            && folders.contains(folder(&source.path))
            && !own.contains(&source.id)
            && all.last_of(source).is_some_and(|last| last >= end + SHORTEST)
    };
    let source = server.sources.iter().find(goes_on)?;
    Some(format!("{} in the same folder goes on until {}", file_name(&source.path), at(source.last?)))
}

/// Another server on which the services begin to write at that time.
fn taken_over<'a>(
    host: &str,
    logs: &[&'a SourceFacts],
    end: i64,
    servers: &[Server<'a>],
    topology: &Topology,
) -> Option<String> {
    let is_service = |source: &&SourceFacts| {
        source.events > 0
            && source.origin.process.as_deref().is_some_and(|process| topology.is_service(process))
    };
    logs.iter().copied().find(is_service)?;
    let other = servers.iter().filter(|server| server.host != host).find_map(|server| {
        let services: Vec<&SourceFacts> = server.sources.iter().copied().filter(is_service).collect();
        let first = services.iter().filter_map(|source| source.first).filter(|first| first.is_utc());
        let first = first.reduce(Timestamp::earlier)?;
        (end - 2 * MINUTE..=end + SOON).contains(&first.nanos()).then_some((server.host, first))
    })?;
    Some(format!("{} took over the services at {}", other.0, at(other.1)))
}
