//! Coverage of signatures: whether the logs that would show a failure were collected, were read completely, have a
//! sufficient level, and cover the incident. All places of a signature must have been read before it is ruled out.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use spoglight_parsers::Level;
use spoglight_signatures::{Library, ShowsIn, Signature, SignatureKind};

use spoglight_model::analysis::INCIDENT_MARGIN;
use spoglight_model::analysis::{CheckResult, Finding, InconclusiveReason, Outcome, SourceFacts, Warning};
use spoglight_source::ProblemKind;
use spoglight_time::Timestamp;
use spoglight_topology::{LogKind, LogName, Origin, Topology};

/// Result of every signature: found, not found, or cannot tell. `checked` are the findings of checks: they read the
/// artifacts, in which no signature is searched.
pub fn judge(
    library: &Library,
    findings: &[Finding],
    checked: &[Finding],
    sources: &[SourceFacts],
    coverage: &LogCoverage<'_>,
) -> Vec<CheckResult> {
    let folded = findings.iter().flat_map(|finding| &finding.related).map(|related| related.id.as_str());
    let found = findings.iter().map(|finding| finding.id.as_str()).chain(folded);
    // a row of a table is a result of the table
    let searched = |id| library.position(id).and_then(|place| library.get(library.searched(place)));
    let found: BTreeSet<&str> =
        found.map(|id| searched(id).map_or(id, |signature| signature.id.as_str())).collect();
    let by_check = |signature: &Signature| {
        let shows_it = |finding: &&Finding| {
            let files =
                finding.evidence.iter().filter_map(|evidence| sources.get(evidence.source.id.index()));
            files.into_iter().any(|file| coverage.is_artifact_of(signature, file))
        };
        let finding = checked.iter().find(shows_it)?;
        let why =
            format!("the check {} found a fault in the file in which it would show", finding.id.as_str());
        Some(reason(why, format!("see the finding {}", finding.id.as_str())))
    };
    let judge = |signature: &Signature| {
        let found = found.contains(signature.id.as_str());
        let reasons = if found { Vec::new() } else { coverage.reasons(signature) };
        let reasons =
            if found || !reasons.is_empty() { reasons } else { by_check(signature).into_iter().collect() };
        CheckResult {
            id: signature.id.clone().into(),
            number: None,
            title: signature.title.clone(),
            outcome: Outcome::of(found, &reasons),
            note: None,
            reasons,
        }
    };
    // only failures have a result
    let is_failure =
        |signature: &&Signature| !matches!(signature.kind, SignatureKind::Marker | SignatureKind::Harmless);
    library.iter().filter(is_failure).map(judge).collect()
}

/// Most files that reasons name for one log.
const NAMED_FILES: usize = 3;

/// Most servers that a reason names.
const NAMED_SERVERS: usize = 20;

/// Most files of one log whose doubts are kept: reasons name the first of them by path.
const DOUBTS: usize = 64;

/// Collected places in which failures show: logs by name and server, and artifacts.
pub struct LogCoverage<'t> {
    topology: &'t Topology,
    known: BTreeMap<LogName, KnownLog>,
    /// Archives and folders with entries that were not read: any log may be among them.
    containers: BTreeSet<(String, String)>,
}

/// Collected files of one log.
#[derive(Default)]
struct KnownLog {
    servers: BTreeMap<String, OnServer>,
    /// Files of it that do not show what happened: the reason, and what to do.
    doubts: BTreeSet<(String, String)>,
}

/// Collected files of a log on one server.
struct OnServer {
    /// The finest level that it contains.
    level: Option<Level>,
    /// `true` if it covers the incident, or if no incident time was given.
    covers: bool,
}

impl<'t> LogCoverage<'t> {
    /// Returns which logs of a topology these files are. `warnings` are the files that were not read, or only in part;
    /// `incident` is the time of the incident, if the user gave it.
    ///
    /// A file of which more than half of the bytes were not understood, that ends in the middle of a line, or that was
    /// not read completely rules nothing out that its log would show: another part of it may.
    pub fn new(
        sources: &[SourceFacts],
        warnings: &[Warning],
        incident: Option<Timestamp>,
        topology: &'t Topology,
    ) -> LogCoverage<'t> {
        let mut coverage = LogCoverage { topology, known: BTreeMap::new(), containers: BTreeSet::new() };
        let mut programs: BTreeMap<&str, Vec<&Origin>> = BTreeMap::new();
        for source in sources {
            if let Some(host) = &source.host {
                programs.entry(host).or_default().push(&source.origin);
            }
        }
        // a server may have a hundred thousand files
        let mut of_server: BTreeMap<(usize, Option<&str>), bool> = BTreeMap::new();
        for source in sources {
            let (file, host) = (source.as_log(), source.host.as_deref());
            let logs = topology.logs().iter().enumerate();
            for (place, log) in logs.filter(|(_, log)| topology.is_log(log, &file)) {
                let is_its = *of_server.entry((place, host)).or_insert_with(|| {
                    let origins = host.and_then(|host| programs.get(host));
                    topology.is_of_server(log, origins.map_or(&[][..], Vec::as_slice))
                });
                if is_its {
                    coverage.add(log, source, incident);
                }
            }
        }
        if !warnings.is_empty() {
            // both may be a hundred thousand
            let by_path = sources.iter().map(|source| (&*source.path, source)).collect();
            for warning in warnings.iter().filter(|warning| warning.kind != ProblemKind::Document) {
                coverage.add_unread(&by_path, warning);
            }
        }
        coverage
    }

    fn add(&mut self, log: &LogKind, source: &SourceFacts, incident: Option<Timestamp>) {
        let is_timeless =
            self.topology.is_artifact(&source.as_log()) || source.bytes == 0 && log.may_be_empty;
        if source.events == 0 && !is_timeless {
            return;
        }
        let known = self.known.entry(log.name.clone()).or_default();
        if source.events > 0 && source.parsed.saturating_mul(2) < source.bytes {
            keep(
                &mut known.doubts,
                (
                    format!("more than half of {} was not understood", source.path),
                    format!("check the file with `spoglight formats test {}`", source.path),
                ),
            );
            return;
        }
        if let Some(extract) = source.extract.as_deref().filter(|extract| extract.is_selection) {
            keep(
                &mut known.doubts,
                (
                    format!("{} holds only the lines that a search selected", extract.path()),
                    "collect the log itself".to_owned(),
                ),
            );
        }
        if is_cut(source, self.topology) {
            keep(
                &mut known.doubts,
                (
                    format!("{} ends in the middle of a line", source.path),
                    "compare its size with the file on the server, and copy it again".to_owned(),
                ),
            );
        }
        let host = source.host.as_deref().unwrap_or_default().to_owned();
        let server = known.servers.entry(host).or_insert(OnServer { level: None, covers: false });
        if incident.is_none_or(|incident| source.covers(incident)) {
            server.level = server.level.max(finest_level(source, incident));
            server.covers = true;
        }
        server.covers |= is_timeless;
    }

    /// Marks the logs to which a file belongs that was not read, or only in part. The logs of an archive may have had
    /// more files in it; if the names of its unread entries are not known, all logs may.
    fn add_unread(&mut self, sources: &BTreeMap<&str, &SourceFacts>, warning: &Warning) {
        let path = warning.path.as_str();
        let inside = |end: &str| {
            let start = format!("{path}{end}");
            let from = sources.range::<str, _>((Bound::Included(start.as_str()), Bound::Unbounded));
            from.take_while(|(path, _)| path.starts_with(&start))
                .map(|(_, source)| *source)
                .collect::<Vec<_>>()
        };
        let doubt = (format!("{} {}", warning.path, warning.what), warning.advice.clone());
        if warning.kind == ProblemKind::Container {
            keep(&mut self.containers, doubt);
            return;
        }
        let own = sources.get(path).copied();
        let inside: Vec<&SourceFacts> = own.into_iter().chain(inside("!")).chain(inside("/")).collect();
        for log in self.topology.logs() {
            if self.topology.may_be_log(log, &warning.path)
                || inside.iter().any(|source| self.topology.is_log(log, &source.as_log()))
            {
                keep(&mut self.known.entry(log.name.clone()).or_default().doubts, doubt.clone());
            }
        }
    }

    /// Returns whether a file is an artifact in which a signature shows.
    fn is_artifact_of(&self, signature: &Signature, file: &SourceFacts) -> bool {
        let places = signature.shows_in.iter().filter_map(|shows| self.topology.log(shows.log.as_str()).ok());
        places.filter(|place| place.is_artifact()).any(|place| self.topology.is_log(place, &file.as_log()))
    }

    /// Reasons why a signature without a match is inconclusive, each once.
    pub(crate) fn reasons(&self, signature: &Signature) -> Vec<InconclusiveReason> {
        if signature.shows_in.is_empty() {
            let advice = "add `shows_in` to the file of the signature";
            return vec![reason("the signature names no log in which it would show", advice)];
        }
        let mut reasons: Vec<InconclusiveReason> = Vec::new();
        for reason in signature.shows_in.iter().flat_map(|shows| self.reasons_in(shows)) {
            if !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
        reasons
    }

    /// Returns whether no collected file of a place would have shown a failure. A file of it that was read only in part
    /// does not matter here.
    pub(crate) fn is_blind(&self, shows: &ShowsIn) -> bool {
        let known = self.known.get(&shows.log);
        known.is_none_or(|known| known.servers.is_empty() || reason_of_servers(shows, known).is_some())
    }

    /// Reasons why a place without a match is inconclusive.
    fn reasons_in(&self, shows: &ShowsIn) -> Vec<InconclusiveReason> {
        let place = match self.topology.log(shows.log.as_str()) {
            Ok(place) => place,
            Err(error) => return vec![reason(error.to_string(), "")],
        };
        if let Some(why) = &place.unread {
            return vec![reason("no log shows it", format!("{why}; {}", place.collect))];
        }
        match self.known.get(&shows.log) {
            None => {
                let missing = Some(place.name.to_string());
                let why = if place.is_artifact() {
                    format!("{} was not collected", place.name)
                } else {
                    format!("no log of {} was collected", place.name)
                };
                vec![InconclusiveReason { missing, ..reason(why, place.collect.clone()) }]
            }
            Some(known) => {
                let doubts = known.doubts.iter().chain(&self.containers).take(NAMED_FILES);
                let doubts = doubts.map(|(why, advice)| reason(why.clone(), advice.clone()));
                doubts.chain(reason_of_servers(shows, known)).collect()
            }
        }
    }
}

/// Adds a doubt; of many, the first in their order are kept.
fn keep(doubts: &mut BTreeSet<(String, String)>, doubt: (String, String)) {
    doubts.insert(doubt);
    if doubts.len() > DOUBTS {
        doubts.pop_last();
    }
}

/// The finest level of a file. A level for experts that was set at another time than that of the incident does not
/// count.
fn finest_level(source: &SourceFacts, incident: Option<Timestamp>) -> Option<Level> {
    let is_fine = |incident: Timestamp| {
        source.debug_range.as_deref().is_some_and(|&(first, last)| {
            first.is_utc()
                && first.nanos().saturating_sub(INCIDENT_MARGIN) <= incident.nanos()
                && incident.nanos() <= last.nanos().saturating_add(INCIDENT_MARGIN)
        })
    };
    let finest = if incident.is_none_or(is_fine) { Level::Trace } else { Level::Perf };
    source.levels.iter().filter(|level| *level <= finest).max()
}

/// The reason why the servers of a log would not have shown a failure, if there is one.
fn reason_of_servers(shows: &ShowsIn, known: &KnownLog) -> Option<InconclusiveReason> {
    let servers = &known.servers;
    if !servers.is_empty() && servers.values().all(|server| !server.covers) {
        let why = "no log in which it would show covers the incident";
        return Some(reason(why, "collect the rotated files of that time"));
    }
    let wanted = shows.level?;
    let covering = servers.iter().filter(|(_, server)| server.covers);
    let low = covering.filter(|(_, server)| server.level.is_none_or(|level| level < wanted));
    let low: Vec<&str> = low.map(|(name, _)| name.as_str()).collect();
    if low.is_empty() {
        return None;
    }
    let named: Vec<&str> = low.into_iter().filter(|name| !name.is_empty()).collect();
    let on = match named.get(..NAMED_SERVERS) {
        None if named.is_empty() => String::new(),
        None => format!(" on {}", named.join(", ")),
        Some(some) if some.len() == named.len() => format!(" on {}", some.join(", ")),
        Some(some) => format!(" on {} and {} more", some.join(", "), named.len() - some.len()),
    };
    let (log, level) = (&shows.log, trace_level(wanted));
    let low = reason(
        format!("{log}{on} wrote nothing at {level}, where it would show"),
        format!("set {log} to {level} with a maximum duration, let it happen again, and collect again"),
    );
    Some(InconclusiveReason { low_level: Some(log.to_string()), ..low })
}

fn reason(why: impl Into<Cow<'static, str>>, advice: impl Into<Cow<'static, str>>) -> InconclusiveReason {
    InconclusiveReason { missing: None, low_level: None, why: why.into(), advice: advice.into() }
}

/// Returns whether a file ends in the middle of a line, although its format ends each.
pub(crate) fn is_cut(source: &SourceFacts, topology: &Topology) -> bool {
    let has_end = |format: &str| !topology.format(format).is_some_and(|format| format.is_open_ended);
    source.is_truncated && source.format.as_deref().is_some_and(has_end)
}

/// A trace level as the ECE console shows it: `7-Debug`.
pub(super) fn trace_level(level: Level) -> String {
    let name = level.name();
    let (first, rest) = name.split_at(name.len().min(1));
    format!("{}-{}{rest}", level.index() + 1, first.to_uppercase())
}

#[cfg(test)]
mod tests;
