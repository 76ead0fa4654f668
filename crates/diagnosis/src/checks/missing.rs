//! Servers and processes without any collected log. A gadget that does not open shows its cause in the Tomcat logs of
//! the administration server or in the logs of the ECE application server, and neither of them shows that the other has
//! no error. An access log, a companion log and a file of which nothing was understood show no failure, so they do not
//! count.

use std::collections::BTreeSet;

use crate::check::{Check, CheckGuide, CheckInput, CheckOutput, Server, and, between, files, gap};
use spoglight_model::CheckId;
use spoglight_model::analysis::{CoverageGap, SourceFacts};
use spoglight_time::Timestamp;
use spoglight_time::units::DAY;
use spoglight_topology::{ExpectedPart, Process, Product, Topology};

/// Nanoseconds by which the logs of a services component may end before those of the others, on another server.
const STALE: i64 = DAY;

/// Servers and processes without a log.
pub(super) struct Missing;

impl Check for Missing {
    fn id(&self) -> CheckId {
        CheckId("logs-missing")
    }

    fn number(&self) -> Option<&'static str> {
        Some("B08")
    }

    fn title(&self) -> &'static str {
        "Expected logs were not collected"
    }

    fn guide(&self) -> CheckGuide {
        CheckGuide {
            cause: "A gadget that does not open shows its cause in the Tomcat logs of an Administration & \
                    Data Server (ADS) or in the logs of the ECE application server. If one side is missing, \
                    nothing of it can be found or ruled out.",
            looks_at: "The products and processes that wrote the collected logs, compared with those that a \
                       whole collection has.",
            needs: "any log of ECE or PCCE",
            unclear: "Point spoglight at the folder of logs of ECE or PCCE, or at an archive of it.",
        }
    }

    fn run(&self, collection: &CheckInput<'_>) -> CheckOutput {
        let understood = || collection.sources.iter().filter(|source| source.parsed > 0 && source.events > 0);
        let topology = collection.topology;
        let is_there =
            |part: &ExpectedPart| understood().any(|source| topology.is_part(part, &source.as_log()));
        let parts = topology.expected();
        let missing: Vec<&ExpectedPart> = parts.iter().filter(|part| !is_there(part)).collect();
        if missing.len() == parts.len()
            && collection.sources.iter().all(|source| source.origin.product.is_none())
        {
            return CheckOutput::gaps(vec![self.nothing_known(topology)]);
        }
        let of_part = |part: &ExpectedPart| -> Vec<&SourceFacts> {
            let has_text = collection.sources.iter().filter(|source| source.events > 0);
            has_text.filter(|source| topology.is_of_part(part, &source.as_log())).collect()
        };
        let (absent, partial): (Vec<&ExpectedPart>, Vec<&ExpectedPart>) =
            missing.into_iter().partition(|part| of_part(part).is_empty());
        let mut gaps = Vec::new();
        if !absent.is_empty() {
            let names: Vec<&str> = absent.iter().map(|part| part.name.as_str()).collect();
            let advice: Vec<&str> = absent.iter().map(|part| part.collect.as_str()).collect();
            gaps.push(gap(
                self,
                format!("what happened on {}", names.join(", on ")),
                "no log of it was collected, so nothing that only it shows can be found or ruled out",
                format!("add {}", advice.join("; ")),
            ));
        }
        gaps.extend(partial.into_iter().map(|part| self.partial(part, &of_part(part), topology)));
        gaps.extend(self.services(collection));
        CheckOutput::gaps(gaps)
    }
}

impl Missing {
    /// The gap of a collection without a file of any known product.
    fn nothing_known(&self, topology: &Topology) -> CoverageGap {
        let products = || topology.products().iter().filter(|product| product.log_folder.is_some());
        let names: Vec<&str> = products().map(|product| &*product.name).collect();
        gap(
            self,
            format!("what happened on the servers of {}", and(names.iter().copied())),
            format!("no file of the collection belongs to {}", names.join(" or ")),
            format!("point spoglight at {}, or at an archive of them", and(products().map(Product::folder))),
        )
    }

    /// A part of which only logs were collected that do not show its failures.
    fn partial(&self, part: &ExpectedPart, has: &[&SourceFacts], topology: &Topology) -> CoverageGap {
        let hosts: BTreeSet<&str> = has.iter().filter_map(|source| source.host.as_deref()).collect();
        let on = if hosts.is_empty() { String::new() } else { format!(" ({})", and(hosts)) };
        let paths = |is_understood: bool| -> Option<String> {
            let some = has.iter().filter(|source| (source.parsed > 0) == is_understood);
            files(&some.map(|source| &*source.path).collect::<Vec<_>>())
        };
        let mut why = Vec::new();
        why.extend(
            paths(true).map(|names| {
                format!("of its logs, only {names} was collected, which does not show failures")
            }),
        );
        why.extend(
            paths(false).map(|names| format!("nothing in {names} was understood: its layout is not known")),
        );
        let sources: Vec<_> = has.iter().map(|source| source.as_log()).collect();
        let first = topology.missing_of_part(part, &sources);
        if !first.is_empty() {
            why.push(format!("{} were not collected", and(first)));
        }
        gap(
            self,
            format!("which failures {} had{on}", part.name),
            why.join("; "),
            format!("add {}", part.collect),
        )
    }

    /// Services components without a log on the server that runs the others. A component that runs on another server,
    /// as after a handover, is there.
    fn services(&self, collection: &CheckInput<'_>) -> Option<CoverageGap> {
        let topology = collection.topology;
        let servers = collection.servers();
        let last = |server: &Server<'_>, name: Option<&str>| {
            let logs = server.sources.iter().filter(|source| {
                let process = source.origin.process.as_deref().unwrap_or_default();
                source.parsed > 0
                    && source.events > 0
                    && topology.companion(&source.path).is_none()
                    && topology.is_service(process)
                    && name.is_none_or(|name| name == process)
            });
            logs.map(|source| source.last.unwrap_or(Timestamp::Local(0))).reduce(Timestamp::later)
        };
        let newest = servers.iter().filter_map(|server| last(server, None)).reduce(Timestamp::later)?;
        let is_fresh = |time: Timestamp| between(time, newest).is_none_or(|age| age < STALE);
        let owners: Vec<&Server<'_>> =
            servers.iter().filter(|server| last(server, None).is_some_and(is_fresh)).collect();
        let hosts_of_owners: BTreeSet<&str> = owners.iter().map(|owner| owner.host).collect();
        let is_there = |process: &Process| {
            let is_owner = |server: &Server<'_>| hosts_of_owners.contains(server.host);
            let has = |server: &Server<'_>| {
                last(server, Some(&process.name)).is_some_and(|last| is_owner(server) || is_fresh(last))
            };
            servers.iter().any(has)
        };
        let gone: Vec<&str> =
            topology.services().filter(|process| !is_there(process)).map(|process| &*process.name).collect();
        if gone.is_empty() {
            return None;
        }
        let product = topology.services_product()?;
        let hosts: Vec<&str> = owners.iter().map(|server| server.host).collect();
        let example = gone.first().copied().unwrap_or_default();
        let scheme = topology.scheme_of_product(&product.name)?;
        let file = hosts.first().map(|host| scheme.file_of(host, example))?;
        Some(gap(
            self,
            format!("what {} on {} did", and(gone.iter().copied()), and(hosts.iter().copied())),
            "their logs were not collected, although those of other services components were",
            format!(
                "add the log of each, such as {file}, and its rotated files from {} of the server that owns the DSM",
                product.folder()
            ),
        ))
    }
}
