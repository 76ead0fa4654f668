//! Processes whose id changed: restarts and crash loops.

use std::collections::{BTreeMap, BTreeSet};

use spoglight_model::CheckId;
use spoglight_signatures::{Confidence, Severity};

use crate::check::{Check, CheckGuide, CheckInput, CheckOutput, at, between, evidence, finding};
use crate::outage::{Outage, outages};
use crate::rotation_set::{LogSet, sets};
use crate::server_stops::ServerStops;
use spoglight_model::analysis::{Evidence, Finding, ProcessRun, SourceFacts};
use spoglight_time::Timestamp;
use spoglight_time::units::{DAY, MINUTE};

/// Nanoseconds within which several restarts are a loop.
const LOOP: i64 = 30 * MINUTE;

/// Restarts within that time that make a loop.
const OFTEN: usize = 3;

/// Nanoseconds without a message after which a new id is not counted as a restart.
const LONGEST_PAUSE: i64 = DAY;

/// Restarts that are shown.
const SHOWN: usize = 5;

/// Restarts and crash loops.
pub(super) struct ProcessRestart;

/// A restart of a process. There may be one in each of a hundred thousand files, so it has no text of its own.
struct Restart<'a> {
    process: &'a str,
    host: Option<&'a str>,
    file: &'a SourceFacts,
    /// Messages of the process before, and of this one.
    before: &'a ProcessRun,
    run: &'a ProcessRun,
}

impl Restart<'_> {
    /// Time of the first message after it.
    fn time(&self) -> Option<Timestamp> {
        self.run.first
    }

    fn evidence(&self) -> Evidence {
        let (run, before) = (self.run, self.before);
        let silence =
            before.last.map_or_else(String::new, |last| format!(", whose last message was at {}", at(last)));
        // a line of which the text was not kept is read again, as it is
        let text = if run.text.is_empty() {
            String::new()
        } else {
            format!("{}   (ProcessId {} follows {}{silence})", run.text, run.process, before.process)
        };
        evidence(self.file, (run.line, run.offset), run.first, text)
    }
}

impl Check for ProcessRestart {
    fn id(&self) -> CheckId {
        CheckId("process-restart")
    }

    fn number(&self) -> Option<&'static str> {
        Some("B17")
    }

    fn title(&self) -> &'static str {
        "An ECE process was restarted"
    }

    fn is_live(&self) -> bool {
        true
    }

    fn guide(&self) -> CheckGuide {
        CheckGuide {
            cause: "The process id in a log changed: the process was restarted, by a person, by the DSM or \
                    after a crash, or ended with its server. Several restarts within half an hour are a crash loop.",
            looks_at: "The process ids in the messages of each ECE process, and events of Windows that show why the server \
                       stopped.",
            needs: "main logs of ECE processes",
            unclear: "Collect the log of the process with its rotated files, the log of the DSM controller, \
                      and the System and Application event logs.",
        }
    }

    fn run(&self, collection: &CheckInput<'_>) -> CheckOutput {
        if collection.sources.iter().all(|source| source.process_runs.is_empty()) {
            return collection.nothing_in_process_logs();
        }
        let logs = sets(collection.sources)
            .into_iter()
            .filter(|set| collection.topology.companion(set.name).is_none());
        // another check reports the restarts after an outage of the whole server
        let mut of_host: BTreeMap<&str, Vec<Outage<'_>>> = BTreeMap::new();
        for outage in outages(collection).into_iter().filter(Outage::is_restart) {
            of_host.entry(outage.host).or_default().push(outage);
        }
        let stops = ServerStops::new(collection);
        let with_server = |restart: &Restart<'_>| {
            let (host, before, time) = (restart.host?, restart.before.last?, restart.time()?);
            stops.between(host, before, time)
        };
        let mut restarts: Vec<Restart<'_>> = Vec::new();
        // those that an event of their server explains, with a sentence and that event
        let mut explained: Vec<(Restart<'_>, String, Evidence)> = Vec::new();
        let mut is_loop = false;
        for set in logs {
            let mut of_log = restarts_of(&set);
            of_log.retain(|restart| {
                let host = restart.host;
                let mut outages = host.and_then(|host| of_host.get(host)).into_iter().flatten();
                !outages.any(|outage| restart.time().is_some_and(|time| outage.explains(host, time)))
            });
            for restart in of_log.extract_if(.., |restart| with_server(restart).is_some()) {
                if let Some(stop) = with_server(&restart) {
                    let (sentence, event) =
                        (stop.sentence(restart.host.unwrap_or_default()), stop.evidence());
                    explained.push((restart, sentence, event));
                }
            }
            let times: Vec<Timestamp> = of_log.iter().filter_map(Restart::time).collect();
            is_loop |= times.windows(OFTEN).any(|some| {
                let (first, last) = (some.first().copied(), some.last().copied());
                first
                    .zip(last)
                    .and_then(|(first, last)| between(first, last))
                    .is_some_and(|span| span <= LOOP)
            });
            restarts.extend(of_log);
        }
        if restarts.is_empty() && explained.is_empty() {
            return collection.nothing_in_process_logs();
        }
        let mut findings = Vec::new();
        if !restarts.is_empty() {
            findings.push(self.finding(restarts, is_loop));
        }
        if !explained.is_empty() {
            findings.push(self.with_server(explained));
        }
        CheckOutput::findings(findings)
    }
}

impl ProcessRestart {
    /// The finding of restarts that events of their servers explain.
    fn with_server(&self, explained: Vec<(Restart<'_>, String, Evidence)>) -> Finding {
        let mut sentences: Vec<String> = Vec::new();
        let mut events: Vec<Evidence> = Vec::new();
        let mut restarts = Vec::new();
        for (restart, sentence, event) in explained {
            if !sentences.contains(&sentence) && sentences.len() < SHOWN {
                sentences.push(sentence);
                events.push(event);
            }
            restarts.push(restart);
        }
        let mut found = self.finding(restarts, false);
        found.severity = Severity::Info;
        "ECE processes were restarted with their server".clone_into(&mut found.title);
        found.cause =
            format!("The server stopped and started, and its processes with it. {}", sentences.join(" "));
        found.fix = vec![
            "None for the processes. Find out why the server stopped, if it was not planned.".to_owned(),
        ];
        events.append(&mut found.evidence);
        found.evidence = events;
        found
    }

    fn finding(&self, mut restarts: Vec<Restart<'_>>, is_loop: bool) -> Finding {
        restarts.sort_by_key(|restart| restart.time().map(Timestamp::nanos));
        let severity = if is_loop { Severity::High } else { Severity::Medium };
        // a new process id proves the restart; whether each followed a crash or a command, it does not show
        let confidence = if is_loop { Confidence::Likely } else { Confidence::Certain };
        let mut found = finding(self, severity, confidence);
        if is_loop {
            "An ECE process crashes again and again".clone_into(&mut found.title);
        }
        found.count = restarts.len() as u64;
        found.first = restarts.iter().filter_map(Restart::time).reduce(Timestamp::earlier);
        found.last = restarts.iter().filter_map(Restart::time).reduce(Timestamp::later);
        let owned = |names: BTreeSet<&str>| names.into_iter().map(ToOwned::to_owned).collect();
        let names = restarts.iter().map(|restart| restart.process).collect();
        found.captures.insert("process".to_owned(), owned(names));
        found.hosts = owned(restarts.iter().filter_map(|restart| restart.host).collect());
        found.cause.push_str(
            "The records of one log change their ProcessId: the process ended and was started again, by a person, \
                       by the DSM after a crash, or with the server.",
        );
        found.confirm = vec![
            "Look at the last records before the change: an OutOfMemoryError, a full disk or a lost database end a \
             process; an orderly stop logs a message."
                .to_owned(),
            r"Look for hs_err_pid*.log and *.hprof in the folder of the process, and in the Windows event log for the old id."
                .to_owned(),
        ];
        found.fix = vec![
            "If it was not restarted on purpose: fix the error in the records before the change.".to_owned(),
        ];
        found.false_positives = vec!["A maintenance window, an update or a manual restart.".to_owned()];
        found.evidence = restarts.iter().take(SHOWN).map(Restart::evidence).collect();
        found
    }
}

fn restarts_of<'a>(set: &LogSet<'a>) -> Vec<Restart<'a>> {
    let runs: Vec<(&'a SourceFacts, &'a ProcessRun)> = set
        .files
        .iter()
        .filter(|file| !file.is_second())
        .flat_map(|file| file.process_runs.iter().map(move |run| (*file, run)))
        .collect();
    // an earlier id that returns is not a restart: two processes write to one file
    let mut known: BTreeSet<u64> = runs.first().map(|(_, run)| run.process).into_iter().collect();
    let mut restarts = Vec::new();
    for pair in runs.windows(2) {
        let [(_, before), (file, run)] = pair else { continue };
        let near = before.last.zip(run.first).and_then(|(last, first)| between(last, first));
        if !known.insert(run.process)
            || !near.is_some_and(|silence| (-MINUTE..LONGEST_PAUSE).contains(&silence))
        {
            continue;
        }
        let process = file.origin.process.as_deref().unwrap_or(set.name);
        restarts.push(Restart { process, host: set.host, file, before, run });
    }
    restarts
}
