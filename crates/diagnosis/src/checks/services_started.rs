//! Services of Windows that must run, and the processes of ECE, as far as outputs of commands were collected.
//!
//! An output shows the state at the time it was taken. One of an unknown server decides nothing about a certain one.

use std::collections::{BTreeMap, BTreeSet};

use spoglight_artifacts::{CommandContent, ListedService, ServiceState};
use spoglight_model::CheckId;
use spoglight_model::analysis::Finding;
use spoglight_signatures::{Confidence, Severity};
use spoglight_topology::{Origin, WindowsService};

use crate::bounds::MOST_HOSTS;
use crate::check::{Check, CheckGuide, CheckInput, CheckOutput, SHOWN_FAULTS, and, finding, sentences};
use crate::outputs::{Output, outputs};

/// How to collect what the check reads.
const COLLECT: &str = "save the output of `sc query state= all` (or `Get-Service`) and of `tasklist` on every ECE server, \
                       in the folder of the server: the Cisco service must be Running on every ECE server except the web \
                       server. With 1500 agents 10 to 15 java.exe run on the owner of the DSM and 4 on its standby, with \
                       400 agents and high availability 10 to 15 more than on the other collocated server";

/// The program of the processes of ECE.
const JAVA: &str = "java.exe";

/// Difference in the number of processes that shows which server owns the Distributed Systems Manager.
const MORE: usize = 5;

/// Services that a list has at least if it is that of a whole server.
const WHOLE: usize = 15;

/// Stopped services.
pub(super) struct ServicesStarted;

/// A service that does not run, or a server without processes.
struct Down<'a> {
    output: Output<'a>,
    line: usize,
    /// What it is, as a sentence names it.
    about: &'a str,
    runs: &'a str,
    text: String,
    confidence: Confidence,
}

impl Check for ServicesStarted {
    fn id(&self) -> CheckId {
        CheckId("services-started")
    }

    fn number(&self) -> Option<&'static str> {
        Some("B18")
    }

    fn title(&self) -> &'static str {
        "The Cisco service is not started on an ECE server"
    }

    fn guide(&self) -> CheckGuide {
        CheckGuide {
            cause: "The Cisco service runs ECE on every ECE server except the web server. If it is stopped, the page of \
                    ECE is down, and the logs of that server end. On the web servers World Wide Web Publishing must run, on \
                    the database servers SQL Server.",
            looks_at: "Saved outputs of sc query, sc queryex, Get-Service, net start and tasklist: the state of the services, \
                       and the number of java.exe on each server. An output shows the state at the time it was taken.",
            needs: "the output of `sc query state= all` or `Get-Service`, and of `tasklist`, of every ECE server, each in the \
                    folder of its server",
            unclear: COLLECT,
        }
    }

    fn run(&self, collection: &CheckInput<'_>) -> CheckOutput {
        let outputs = outputs(collection);
        let origins = origins(collection);
        let services = collection.topology.windows_services();
        let (mut down, mut running) = (Vec::new(), BTreeMap::new());
        let mut unknown = Vec::new();
        for output in &outputs {
            match &output.shown.content {
                CommandContent::Services(list) => {
                    for service in services {
                        let own: Vec<&ListedService> =
                            list.services.iter().filter(|listed| is_one(service, listed)).collect();
                        let need = need(collection, &origins, service, output.host);
                        if need == Some(false) || need.is_none() && !service.is_own {
                            continue;
                        }
                        if own.iter().any(|listed| listed.state == ServiceState::Running) {
                            match output.host {
                                Some(host) => {
                                    running.insert((host, service.about.as_str()), *output);
                                }
                                None => unknown.push(*output),
                            }
                        }
                        down.extend(own.iter().filter_map(|listed| stopped(output, service, listed, need)));
                        let is_absent = own.is_empty()
                            && list.has_all_running
                            && list.services.len() >= WHOLE
                            && need == Some(true);
                        if is_absent {
                            let text = format!(
                                "{} is not among the {} services that run ({})",
                                service.about,
                                list.services.len(),
                                output.taken()
                            );
                            down.push(Down {
                                output: *output,
                                line: output.shown.line,
                                about: &service.about,
                                runs: &service.runs,
                                text,
                                confidence: Confidence::Likely,
                            });
                        }
                    }
                }
                CommandContent::Processes(_) if output.host.is_none() => unknown.push(*output),
                _ => {}
            }
        }
        let java = java(&outputs);
        down.extend(without_processes(collection, &origins, &java));
        let findings: Vec<Finding> = self.findings(&down);
        let mut result = CheckOutput { findings, ..CheckOutput::default() };
        result.blind = blind(collection, &origins, &running, &unknown, outputs.iter().any(is_about)).blind;
        result.seen = seen(&running, &java);
        result
    }
}

/// Returns whether an output is about services or processes.
fn is_about(output: &Output<'_>) -> bool {
    matches!(output.shown.content, CommandContent::Services(_) | CommandContent::Processes(_))
}

fn is_one(service: &WindowsService, listed: &ListedService) -> bool {
    service.is_named(&listed.name)
        || listed.display_name.as_deref().is_some_and(|name| service.is_named(name))
}

/// The programs that wrote the logs of each server.
fn origins<'a>(collection: &CheckInput<'a>) -> BTreeMap<&'a str, Vec<&'a Origin>> {
    let mut origins: BTreeMap<&str, Vec<&Origin>> = BTreeMap::new();
    for source in collection.sources {
        if let Some(host) = source.host.as_deref() {
            origins.entry(host).or_default().push(&source.origin);
        }
    }
    origins
}

/// Returns whether a server needs a service; `None` if its logs do not show it.
fn need(
    collection: &CheckInput<'_>,
    origins: &BTreeMap<&str, Vec<&Origin>>,
    service: &WindowsService,
    host: Option<&str>,
) -> Option<bool> {
    collection.topology.needs_service(service, origins.get(host?)?)
}

/// A service that does not run.
fn stopped<'a>(
    output: &Output<'a>,
    service: &'a WindowsService,
    listed: &ListedService,
    need: Option<bool>,
) -> Option<Down<'a>> {
    let state = match listed.state {
        ServiceState::Running => return None,
        ServiceState::Stopped => "stopped",
        ServiceState::Starting => "being started",
        ServiceState::Stopping => "being stopped",
        ServiceState::Paused => "paused",
    };
    let confidence = match (need, listed.state) {
        (Some(true), ServiceState::Stopped) => Confidence::Certain,
        (Some(true), _) => Confidence::Likely,
        _ => Confidence::Possible,
    };
    let name = listed.display_name.as_deref().filter(|name| !name.is_empty()).unwrap_or(&listed.name);
    Some(Down {
        output: *output,
        line: listed.line,
        about: &service.about,
        runs: &service.runs,
        text: format!("{name} is {state} ({})", output.taken()),
        confidence,
    })
}

/// The number of processes of ECE on each server: the list with the most of them.
fn java<'a>(outputs: &[Output<'a>]) -> BTreeMap<&'a str, (usize, Output<'a>)> {
    let mut java: BTreeMap<&str, (usize, Output<'_>)> = BTreeMap::new();
    for output in outputs {
        if let (CommandContent::Processes(list), Some(host)) = (&output.shown.content, output.host) {
            let count = list.count(JAVA);
            let known = java.entry(host).or_insert((count, *output));
            if known.0 < count {
                *known = (count, *output);
            }
        }
    }
    java
}

/// ECE servers with a list of all processes and without one of ECE.
fn without_processes<'a>(
    collection: &CheckInput<'a>,
    origins: &BTreeMap<&str, Vec<&Origin>>,
    java: &BTreeMap<&'a str, (usize, Output<'a>)>,
) -> Vec<Down<'a>> {
    let Some(service) = collection.topology.windows_services().first() else { return Vec::new() };
    let without = java.iter().filter(|(host, (count, output))| {
        let is_whole = match &output.shown.content {
            CommandContent::Processes(list) => !list.is_filtered && list.processes.len() >= WHOLE,
            _ => false,
        };
        *count == 0 && is_whole && need(collection, origins, service, Some(host)) == Some(true)
    });
    let down = without.map(|(_, (_, output))| Down {
        output: *output,
        line: output.shown.line,
        about: &service.about,
        runs: &service.runs,
        text: format!("no {JAVA} is in the list of processes ({})", output.taken()),
        confidence: Confidence::Likely,
    });
    down.collect()
}

impl ServicesStarted {
    /// A finding for each service.
    fn findings(&self, down: &[Down<'_>]) -> Vec<Finding> {
        let mut services: BTreeMap<(&str, Confidence), Vec<&Down<'_>>> = BTreeMap::new();
        for one in down {
            services.entry((one.about, one.confidence)).or_default().push(one);
        }
        let services = services.into_iter().filter_map(|((_, confidence), down)| {
            let first = down.first()?;
            let is_known = confidence != Confidence::Possible;
            let severity = if is_known { Severity::High } else { Severity::Medium };
            let mut found = finding(self, severity, confidence);
            let hosts: BTreeSet<&str> = down.iter().filter_map(|one| one.output.host).collect();
            found.title = if hosts.is_empty() {
                format!("{} was not started on a server when the output was taken", upper(first.about))
            } else {
                format!(
                    "{} was not started on {} when the output was taken",
                    upper(first.about),
                    and(hosts.iter().copied())
                )
            };
            found.count = down.len() as u64;
            found.hosts = hosts.iter().take(MOST_HOSTS).map(|host| (*host).to_owned()).collect();
            for one in down.iter().take(SHOWN_FAULTS) {
                found.evidence.push(one.output.evidence(one.line, one.text.clone()));
            }
            found.cause = format!(
                "While it is stopped, nothing of it works: {}. The output shows the state at the time it was taken, not at \
                 the time of the logs.{}",
                first.runs,
                if down.iter().all(|one| one.output.host.is_some()) {
                    ""
                } else {
                    " It does not show of which server it is; if that server does not need the service, nothing is wrong."
                }
            );
            found.confirm = sentences(&[
                "Look at the service in services.msc on that server now: it must be Running.",
                "Compare the time of the output with that of the incident, and with the end of the logs of that server.",
            ]);
            found.fix = sentences(&[
                "Start the service on that server, and look why it stopped: System events 7031, 7034, 7038 of the Service Control Manager.",
                "Set its start type to Automatic.",
            ]);
            found.false_positives = sentences(&[
                "The output was taken while the service was stopped on purpose, such as in a maintenance window.",
                "The server does not need the service.",
            ]);
            Some(found)
        });
        services.collect()
    }
}

/// The sentence with its first letter in upper case.
fn upper(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// What the check could not answer.
fn blind(
    collection: &CheckInput<'_>,
    origins: &BTreeMap<&str, Vec<&Origin>>,
    running: &BTreeMap<(&str, &str), Output<'_>>,
    unknown: &[Output<'_>],
    has_some: bool,
) -> CheckOutput {
    let Some(service) = collection.topology.windows_services().first() else { return CheckOutput::well() };
    let of_unknown = unknown.first().map_or_else(String::new, |output| {
        format!(
            "; {}, line {} shows {} of an unknown server: put it into the folder of its server",
            output.source.path, output.shown.line, output.shown.command
        )
    });
    if !has_some {
        return CheckOutput::blind("no output that lists the services of Windows was collected", COLLECT);
    }
    let needed = origins.keys().filter(|host| need(collection, origins, service, Some(host)) == Some(true));
    let needed: Vec<&str> = needed.copied().collect();
    let without =
        needed.iter().copied().filter(|host| !running.contains_key(&(*host, service.about.as_str())));
    let without: Vec<&str> = without.collect();
    if needed.is_empty() {
        return CheckOutput::blind(
            format!("no log shows which servers need {}{of_unknown}", service.about),
            COLLECT,
        );
    }
    if without.is_empty() {
        return CheckOutput::well();
    }
    CheckOutput::blind(
        format!(
            "no output shows whether {} runs on {}{of_unknown}",
            service.about,
            and(without.iter().copied())
        ),
        COLLECT,
    )
}

/// What runs where, and which server has more processes.
fn seen(
    running: &BTreeMap<(&str, &str), Output<'_>>,
    java: &BTreeMap<&str, (usize, Output<'_>)>,
) -> Option<String> {
    let mut sentences: Vec<String> = running
        .iter()
        .take(SHOWN_FAULTS)
        .map(|((host, about), output)| format!("{about} ran on {host} ({})", output.taken()))
        .collect();
    let counts: Vec<String> = java
        .iter()
        .take(SHOWN_FAULTS)
        .map(|(host, (count, output))| format!("{count} {JAVA} ran on {host} ({})", output.taken()))
        .collect();
    sentences.extend(counts);
    let mut by_count: Vec<(usize, &str)> = java.iter().map(|(host, (count, _))| (*count, *host)).collect();
    by_count.sort_unstable();
    if let [.., (less, _), (most, owner)] = by_count.as_slice()
        && most - less >= MORE
    {
        sentences.push(format!(
            "{owner} had the most of them, so it probably owned the Distributed Systems Manager (DSM) at that time"
        ));
    }
    (!sentences.is_empty()).then(|| sentences.join("; "))
}
