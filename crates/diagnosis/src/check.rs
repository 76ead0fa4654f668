//! [`Check`]: the interface of a check, and the sentences and lists that several checks share.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use spoglight_signatures::{Confidence, Severity};

use spoglight_artifacts::Artifact;
use spoglight_model::CheckId;
use spoglight_model::ClockSkew;
use spoglight_model::CollectedServer;
use spoglight_model::MessagePosition;
use spoglight_model::analysis::{
    CoverageGap, Evidence, Finding, GapKind, InconclusiveReason, SourceFacts, Warning,
};
use spoglight_time::Timestamp;
use spoglight_topology::{Process, Product, Topology};

use crate::bounds::MOST_HOSTS;
use crate::proven::Proven;

/// Everything that the checks read.
pub struct CheckInput<'a> {
    /// Every source of the collection.
    pub sources: &'a [SourceFacts],
    /// Artifacts (files that are not logs), each with its file.
    pub artifacts: &'a [(&'a SourceFacts, &'a Artifact)],
    /// Collections that `spoglight collect` made.
    pub collections: &'a [CollectedServer],
    /// Files that were not read, or only in part.
    pub warnings: &'a [Warning],
    /// Servers whose clocks differ from those of the others.
    pub skews: &'a [ClockSkew],
    /// Findings of the signatures and rules.
    pub found: &'a [Finding],
    /// Hits that prove facts.
    pub(crate) proven: &'a Proven<'a>,
    /// Reads the beginning of a log.
    pub(crate) head: &'a HeadReader<'a>,
    /// Time of the incident, if one was given.
    pub incident: Option<Timestamp>,
    /// Product knowledge.
    pub topology: &'a Topology,
}

/// Reads whole lines from the beginning of a source, at most so many bytes; `None` if it cannot be read any more.
pub(crate) type HeadReader<'a> = dyn Fn(&SourceFacts, u64) -> Option<String> + 'a;

/// A check of the collection.
pub trait Check: Sync {
    /// Its id in reports.
    fn id(&self) -> CheckId;

    /// Its number in the list of checks, `B01` to `B25`. Several checks may share a number.
    fn number(&self) -> Option<&'static str>;

    /// Its fault as a short sentence.
    fn title(&self) -> &'static str;

    /// Its explain page.
    fn guide(&self) -> CheckGuide;

    /// Whether it is run while logs grow, too: its result is right before the logs end, and needs nothing beside them.
    fn is_live(&self) -> bool {
        false
    }

    /// Runs it.
    fn run(&self, collection: &CheckInput<'_>) -> CheckOutput;
}

/// What the explain page of a check shows, as prose for a support engineer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckGuide {
    /// The fault, and what follows from it.
    pub cause: &'static str,
    /// What the check compares.
    pub looks_at: &'static str,
    /// The files and options that it needs, as the end of a sentence.
    pub needs: &'static str,
    /// What to do when it cannot tell.
    pub unclear: &'static str,
}

/// A check as its explain page shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckDescription {
    /// Its id in reports.
    pub id: CheckId,
    /// Its number in the list of checks, `B01` to `B25`. Several checks may share a number.
    pub number: Option<&'static str>,
    /// Its fault as a short sentence.
    pub title: &'static str,
    /// Cause, input, and advice.
    pub guide: CheckGuide,
}

/// Output of a check.
#[derive(Debug, Default)]
pub struct CheckOutput {
    /// Faults of the system.
    pub findings: Vec<Finding>,
    /// Questions that the collection cannot answer.
    pub gaps: Vec<CoverageGap>,
    /// A sentence on something harmless that it found.
    pub note: Option<String>,
    /// A sentence on what it saw, which is no fault.
    pub seen: Option<String>,
    /// The reason why the check could not look, if it found nothing.
    pub blind: Option<InconclusiveReason>,
}

impl CheckOutput {
    /// Nothing is wrong.
    pub(crate) fn well() -> CheckOutput {
        CheckOutput::default()
    }

    /// The input of the check was not collected.
    pub(crate) fn blind(
        why: impl Into<Cow<'static, str>>,
        advice: impl Into<Cow<'static, str>>,
    ) -> CheckOutput {
        CheckOutput {
            blind: Some(InconclusiveReason {
                missing: None,
                low_level: None,
                why: why.into(),
                advice: advice.into(),
            }),
            ..CheckOutput::default()
        }
    }

    /// The check needs the time of the incident, and none was given.
    pub(crate) fn without_incident() -> CheckOutput {
        CheckOutput::blind("no incident time was given", "add --incident TIME, such as 2026-11-21T13:31Z")
    }

    pub(crate) fn note(note: String) -> CheckOutput {
        CheckOutput { note: Some(note), ..CheckOutput::default() }
    }

    pub(crate) fn gaps(gaps: Vec<CoverageGap>) -> CheckOutput {
        CheckOutput { gaps, ..CheckOutput::default() }
    }

    pub(crate) fn findings(findings: Vec<Finding>) -> CheckOutput {
        CheckOutput { findings, ..CheckOutput::default() }
    }
}

/// A coverage gap of a check.
pub(crate) fn gap(
    check: &dyn Check,
    about: impl Into<String>,
    why: impl Into<String>,
    advice: impl Into<String>,
) -> CoverageGap {
    CoverageGap {
        id: check.id().into(),
        number: check.number().map(str::to_owned),
        about: about.into(),
        why: why.into(),
        advice: advice.into(),
        kind: GapKind::Incomplete,
    }
}

/// A finding of a check without details.
pub(crate) fn finding(check: &dyn Check, severity: Severity, confidence: Confidence) -> Finding {
    Finding {
        number: check.number().map(str::to_owned),
        title: check.title().to_owned(),
        severity,
        confidence,
        ..Finding::empty(check.id().into())
    }
}

/// A line of a file as evidence.
pub(crate) fn evidence(
    source: &SourceFacts,
    (line, offset): (u64, u64),
    time: Option<Timestamp>,
    text: impl Into<String>,
) -> Evidence {
    Evidence { source: source.name(), line, offset, event_line: line, time, text: text.into() }
}

/// A message of a file as evidence. Its text is read later.
pub(crate) fn message(source: &SourceFacts, message: &MessagePosition) -> Evidence {
    let time = source.clock.moment(&message.at);
    evidence(source, (message.line, message.at.offset), Some(time), "")
}

/// A fault in a configuration file.
pub(crate) struct Fault<'a> {
    pub(crate) source: &'a SourceFacts,
    /// Its line, from 1.
    pub(crate) line: u64,
    /// The wrong text and the right one.
    pub(crate) text: String,
}

/// Limit for the faults of one kind and for the certificates that are compared with each other. No real system reaches
/// it; a hostile collection could.
pub(crate) const MOST: usize = 1000;

/// Faults of which a finding shows the lines.
pub(crate) const SHOWN_FAULTS: usize = 20;

/// Adds faults to a finding: their number, servers and lines. They have no times.
pub(crate) fn with_faults(mut found: Finding, faults: &[Fault<'_>]) -> Finding {
    found.count = faults.len() as u64;
    for host in faults.iter().filter_map(|fault| fault.source.host.as_deref()) {
        if found.hosts.len() < MOST_HOSTS && !found.hosts.iter().any(|known| known == host) {
            found.hosts.push(host.to_owned());
        }
    }
    let shown = faults.iter().take(SHOWN_FAULTS);
    found.evidence =
        shown.map(|fault| evidence(fault.source, (fault.line, 0), None, fault.text.as_str())).collect();
    found
}

/// Sentences of a finding.
pub(crate) fn sentences(all: &[&str]) -> Vec<String> {
    all.iter().map(|sentence| (*sentence).to_owned()).collect()
}

/// Cisco's guide for integrating both products.
pub(crate) const INTEGRATION: &str = "Cisco 215793, Integrate ECE with PCCE: https://cisco.com/c/en/us/support/docs/contact-center/enterprise-chat-email/215793-integrate-ece-with-pcce-in-version-12-0.html";

/// Names files for a sentence: the only one, or their number and the first; `None` if there are none.
pub(crate) fn files(paths: &[&str]) -> Option<String> {
    match paths {
        [] => None,
        [one] => Some((*one).to_owned()),
        [one, ..] => Some(format!("{} files such as {one}", paths.len())),
    }
}

/// The process that wrote a file, if the topology knows its name.
pub(crate) fn process_of<'t>(source: &SourceFacts, topology: &'t Topology) -> Option<&'t Process> {
    topology.process(source.origin.process.as_deref()?)
}

/// Returns whether the levels of a file are the trace levels of a process.
pub(crate) fn has_trace_levels(source: &SourceFacts, topology: &Topology) -> bool {
    let format = source.format.as_deref().and_then(|format| topology.format(format));
    format.is_some_and(|format| format.is_process_log)
}

/// The processes that should run at trace level info, for a sentence.
pub(crate) fn info_processes(topology: &Topology) -> String {
    let processes = topology.processes().iter().filter(|process| process.runs_at_info);
    let names: BTreeSet<&str> = processes.map(|process| &*process.name).collect();
    and(names)
}

/// Names that a sentence lists at most.
const NAMED: usize = 20;

/// Joins names for a sentence: `a, b and c`; of many the first, and the number of the others.
pub(crate) fn and<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let mut names = names.into_iter();
    let listed: Vec<&str> = names.by_ref().take(NAMED).collect();
    let more = names.count();
    match listed.as_slice() {
        some if more > 0 => format!("{} and {more} more", some.join(", ")),
        [before @ .., last] if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        few => few.join(", "),
    }
}

/// A server of the collection.
pub(crate) struct Server<'a> {
    pub(crate) host: &'a str,
    pub(crate) sources: Vec<&'a SourceFacts>,
}

impl Server<'_> {
    /// Latest timestamp of its logs.
    pub(crate) fn last(&self) -> Option<Timestamp> {
        self.sources.iter().filter_map(|source| source.last).reduce(Timestamp::later)
    }

    /// Returns whether it has messages of a process that fits.
    pub(crate) fn has(&self, fits: impl Fn(&Process) -> bool, topology: &Topology) -> bool {
        let is_its = |source: &&&SourceFacts| process_of(source, topology).is_some_and(&fits);
        self.sources.iter().filter(|source| source.events > 0).any(|source| is_its(&source))
    }
}

impl<'a> CheckInput<'a> {
    /// Its servers, by name.
    pub(crate) fn servers(&self) -> Vec<Server<'a>> {
        let mut servers: BTreeMap<&str, Vec<&SourceFacts>> = BTreeMap::new();
        for source in self.sources {
            if let Some(host) = &source.host {
                servers.entry(host).or_default().push(source);
            }
        }
        servers.into_iter().map(|(host, sources)| Server { host, sources }).collect()
    }

    /// Nanoseconds by which the clock of each server is ahead and that are not subtracted from its times yet.
    pub(crate) fn ahead(&self) -> BTreeMap<&'a str, i64> {
        ClockSkew::by_host(self.skews)
    }

    /// Returns the output of a check that found nothing in the main logs of processes: it can tell only if one of them
    /// was read.
    pub(crate) fn nothing_in_process_logs(&self) -> CheckOutput {
        let is_read = |source: &&SourceFacts| source.parsed > 0 && has_trace_levels(source, self.topology);
        if self.sources.iter().any(|source| is_read(&source)) {
            return CheckOutput::well();
        }
        let folder = self.topology.services_product().map_or("the folder of its logs", Product::folder);
        CheckOutput::blind(
            "no main log of an ECE process was read",
            format!("add {folder} of every ECE server"),
        )
    }

    /// Earliest and latest timestamp with a known zone.
    pub(crate) fn span(&self) -> Option<(Timestamp, Timestamp)> {
        let moments = |of: fn(&SourceFacts) -> Option<Timestamp>| {
            self.sources.iter().filter_map(of).filter(|moment| moment.is_utc())
        };
        let first = moments(|source| source.first).reduce(Timestamp::earlier)?;
        Some((first, moments(|source| source.last).reduce(Timestamp::later)?))
    }
}

/// Nanoseconds from one moment to a later one; `None` if only one of them is in UTC.
pub(crate) fn between(from: Timestamp, to: Timestamp) -> Option<i64> {
    (from.is_utc() == to.is_utc()).then(|| to.nanos().saturating_sub(from.nanos()))
}

/// A time for a sentence: date and time of day to the second, and `UTC` or `local time`.
pub(crate) fn at(moment: Timestamp) -> String {
    let text = moment.on_the_wall(None);
    let text = text.get(..19).unwrap_or(&text);
    if moment.is_utc() { format!("{text} UTC") } else { format!("{text} local time") }
}
