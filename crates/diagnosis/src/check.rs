//! [`Check`]: the interface of a check, and the sentences and lists that several checks share.

use std::collections::{BTreeMap, BTreeSet};

use spoglight_signatures::{Confidence, Severity};

use spoglight_artifacts::Artifact;
use spoglight_model::CheckId;
use spoglight_model::ClockSkew;
use spoglight_model::analysis::{CoverageGap, Evidence, Finding, InconclusiveReason, SourceFacts, Warning};
use spoglight_time::Timestamp;
use spoglight_topology::{Process, Topology};

/// What a check looks at.
pub struct CheckInput<'a> {
    /// Every file that was looked at.
    pub sources: &'a [SourceFacts],
    /// What is no log and still says something, with its file.
    pub artifacts: &'a [(&'a SourceFacts, &'a Artifact)],
    /// What was not read.
    pub warnings: &'a [Warning],
    /// Servers whose clocks are apart from those of others.
    pub skews: &'a [ClockSkew],
    /// What signatures found.
    pub found: &'a [Finding],
    /// When it happened that the collection is about, if the user said so.
    pub incident: Option<Timestamp>,
    /// Product knowledge.
    pub topology: &'a Topology,
}

/// A check of the collection.
pub trait Check: Sync {
    /// Its id in reports.
    fn id(&self) -> CheckId;

    /// Its number in the list of checks, `B01` to `B25`. Several may look at one thing from several sides.
    fn number(&self) -> Option<&'static str>;

    /// What it looks for, as a short sentence that says the fault.
    fn title(&self) -> &'static str;

    /// What it found.
    fn run(&self, collection: &CheckInput<'_>) -> CheckOutput;
}

/// What a check found.
#[derive(Debug, Default)]
pub struct CheckOutput {
    /// Faults of the system.
    pub findings: Vec<Finding>,
    /// Faults of the collection: what it cannot answer because of them.
    pub gaps: Vec<CoverageGap>,
    /// It found something that harms nothing.
    pub note: Option<String>,
    /// If nothing was found: why that says nothing, and what would help.
    pub blind: Option<InconclusiveReason>,
}

impl CheckOutput {
    /// Nothing is wrong.
    pub(crate) fn well() -> CheckOutput {
        CheckOutput::default()
    }

    /// What it looks at is not there.
    pub(crate) fn blind(why: impl Into<String>, advice: impl Into<String>) -> CheckOutput {
        CheckOutput {
            blind: Some(InconclusiveReason { missing: None, why: why.into(), advice: advice.into() }),
            ..CheckOutput::default()
        }
    }

    /// It asks what happened at a time, and nobody said which.
    pub(crate) fn without_incident() -> CheckOutput {
        CheckOutput::blind("nobody said when it happened", "add --incident TIME, such as 2026-11-21T13:31Z")
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

/// A gap that a check found.
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
        is_temporal: false,
    }
}

/// A finding of a check, to be filled in.
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

/// Something that is wrong in a file that somebody set up.
pub(crate) struct Fault<'a> {
    pub(crate) source: &'a SourceFacts,
    /// Its line, from 1.
    pub(crate) line: u64,
    /// What stands there, and what should.
    pub(crate) text: String,
}

/// Faults of one kind that are counted, and certificates that are compared with each other. No system has as many; who
/// sends more wants this program to be busy.
pub(crate) const MOST: usize = 1000;

/// Faults of which a finding shows the lines.
pub(crate) const SHOWN_FAULTS: usize = 20;

/// A finding with its faults: how many they are, on which servers, and the lines. Times it has none.
pub(crate) fn with_faults(mut found: Finding, faults: &[Fault<'_>]) -> Finding {
    found.count = faults.len() as u64;
    for fault in faults {
        found.hosts.extend(fault.source.host.clone().filter(|host| !found.hosts.contains(host)));
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

/// Where Cisco says how both products are set up together.
pub(crate) const INTEGRATION: &str = "Cisco 215793, Integrate ECE with PCCE: https://cisco.com/c/en/us/support/docs/contact-center/enterprise-chat-email/215793-integrate-ece-with-pcce-in-version-12-0.html";

/// Names files in a sentence: the one, or the first and how many they are; `None` if there are none.
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

/// Whether the levels of a file are the trace levels of a process.
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

/// Joins names for a sentence: `a, b and c`.
pub(crate) fn and<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let names: Vec<&str> = names.into_iter().collect();
    match names.as_slice() {
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
    /// Latest stamp of its logs.
    pub(crate) fn last(&self) -> Option<Timestamp> {
        self.sources.iter().filter_map(|source| source.last).reduce(Timestamp::later)
    }

    /// Whether it has a log with messages of a process that fits.
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

    /// Earliest and latest stamp of which the zone is known.
    pub(crate) fn span(&self) -> Option<(Timestamp, Timestamp)> {
        let moments = |of: fn(&SourceFacts) -> Option<Timestamp>| {
            self.sources.iter().filter_map(of).filter(|moment| moment.is_utc())
        };
        let first = moments(|source| source.first).reduce(Timestamp::earlier)?;
        Some((first, moments(|source| source.last).reduce(Timestamp::later)?))
    }
}

/// Nanoseconds from one moment to a later one; `None` if they are of different clocks.
pub(crate) fn between(from: Timestamp, to: Timestamp) -> Option<i64> {
    (from.is_utc() == to.is_utc()).then(|| to.nanos().saturating_sub(from.nanos()))
}

/// A time for people: date and time of day to the second, and of which clock.
pub(crate) fn at(moment: Timestamp) -> String {
    let text = moment.on_the_wall(None);
    let text = text.get(..19).unwrap_or(&text);
    if moment.is_utc() { format!("{text} UTC") } else { format!("{text} local time") }
}
