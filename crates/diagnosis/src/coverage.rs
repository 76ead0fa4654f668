//! Coverage of signatures: whether the logs that would show a failure were collected, have a sufficient level, and
//! cover the incident.

use std::collections::{BTreeMap, BTreeSet};

use spoglight_parsers::Level;
use spoglight_signatures::{Library, ShowsIn, Signature, SignatureKind};

use spoglight_model::analysis::{CheckResult, Finding, InconclusiveReason, Outcome, SourceFacts};
use spoglight_time::Timestamp;
use spoglight_topology::{LogName, Topology};

/// Result of every signature: found, not found, or cannot tell.
pub fn judge(library: &Library, findings: &[Finding], coverage: &LogCoverage<'_>) -> Vec<CheckResult> {
    let folded = findings.iter().flat_map(|finding| &finding.related).map(|related| related.id.as_str());
    let found: BTreeSet<&str> = findings.iter().map(|finding| finding.id.as_str()).chain(folded).collect();
    let judge = |signature: &Signature| {
        let found = found.contains(signature.id.as_str());
        let reasons = if found { Vec::new() } else { coverage.reasons(signature) };
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

/// Collected logs by name and server.
pub struct LogCoverage<'t> {
    topology: &'t Topology,
    known: BTreeMap<LogName, BTreeMap<String, KnownLog>>,
}

/// Collected files of a log on one server.
struct KnownLog {
    /// The finest level that it contains.
    level: Option<Level>,
    /// `true` if it covers the incident, or if no incident time was given.
    covers: bool,
}

impl<'t> LogCoverage<'t> {
    /// Returns which logs of a topology these files are. `incident` is the time of the incident, if the user gave it.
    pub fn new(
        sources: &[SourceFacts],
        incident: Option<Timestamp>,
        topology: &'t Topology,
    ) -> LogCoverage<'t> {
        let mut known: BTreeMap<LogName, BTreeMap<String, KnownLog>> = BTreeMap::new();
        for source in sources.iter().filter(|source| source.events > 0) {
            let file = source.as_log();
            for log in topology.logs().iter().filter(|log| topology.is_log(log, &file)) {
                let host = source.host.clone().unwrap_or_default();
                let servers = known.entry(log.name.clone()).or_default();
                let server = servers.entry(host).or_insert(KnownLog { level: None, covers: false });
                let finest = source.levels.iter().filter(|level| *level <= Level::Trace);
                server.level = server.level.max(finest.max());
                server.covers |= incident.is_none_or(|incident| source.covers(incident));
            }
        }
        LogCoverage { topology, known }
    }

    /// Reasons why a signature without a match is inconclusive, each once.
    pub(crate) fn reasons(&self, signature: &Signature) -> Vec<InconclusiveReason> {
        let mut reasons: Vec<InconclusiveReason> =
            signature.shows_in.iter().filter_map(|shows| self.reason(shows)).collect();
        reasons.dedup();
        reasons
    }

    /// Reason why a log without a match is inconclusive, if there is one.
    pub(crate) fn reason(&self, shows: &ShowsIn) -> Option<InconclusiveReason> {
        let log = &shows.log;
        let Some(servers) = self.known.get(log) else {
            let why = format!("no log of {log} was collected");
            let known = self.topology.log(log.as_str());
            let advice = known.map_or_else(|error| error.to_string(), |known| known.collect.clone());
            return Some(InconclusiveReason { missing: Some(log.to_string()), low_level: None, why, advice });
        };
        let on = |names: Vec<&String>| {
            let names: Vec<&str> =
                names.into_iter().filter(|name| !name.is_empty()).map(String::as_str).collect();
            if names.is_empty() { String::new() } else { format!(" on {}", names.join(", ")) }
        };
        if servers.values().all(|known| !known.covers) {
            let why = "no log in which it would show covers the incident".to_owned();
            return Some(InconclusiveReason {
                missing: None,
                low_level: None,
                why,
                advice: "collect the rotated files of that time".to_owned(),
            });
        }
        let wanted = shows.level?;
        let low = servers.iter().filter(|(_, known)| known.level.is_none_or(|level| level < wanted));
        let low: Vec<&String> = low.map(|(name, _)| name).collect();
        if !low.is_empty() {
            let level = trace_level(wanted);
            let on = on(low);
            return Some(InconclusiveReason {
                missing: None,
                low_level: Some(log.to_string()),
                why: format!("{log}{on} wrote nothing at {level}, where it would show"),
                advice: format!(
                    "set {log} to {level} with a maximum duration, let it happen again, and collect again"
                ),
            });
        }
        None
    }
}

/// A trace level as the ECE console shows it: `7-Debug`.
pub(super) fn trace_level(level: Level) -> String {
    let name = level.name();
    let (first, rest) = name.split_at(name.len().min(1));
    format!("{}-{}{rest}", level.index() + 1, first.to_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use spoglight_engine::facts;
    use spoglight_source::{SourceId, host_of};

    /// A product with a log more than the embedded topology has.
    const ACME: &str = "
[[product]]
name = 'Acme'
collect = 'add /opt/acme/logs/acme-SERVER-{log}.out'

[[file_name]]
product = 'Acme'
name = 'acme-{server}-{process}.out'

[[process]]
name = 'router'
product = 'Acme'
trace_level = true

[[log]]
name = 'router'
process = 'router'
about = 'messages between sites'
";

    fn source(path: &str, topology: &Topology) -> SourceFacts {
        let (origin, host) = (topology.origin(path, None), host_of(path, topology));
        SourceFacts { origin, host, events: 1, ..facts::unknown(SourceId::new(0), path) }
    }

    #[test]
    fn a_log_of_a_new_product_needs_data_only() {
        let text = concat!(include_str!("../../../signatures/topology.toml"), "\n");
        let topology = Topology::parse(&format!("{text}{ACME}")).expect("a topology");
        let shows = ShowsIn::parse("router: info", &topology).expect("a log of the new product");
        assert_eq!(shows.level, Some(Level::Info));
        let missing = LogCoverage::new(&[], None, &topology).reason(&shows).expect("nothing was collected");
        assert_eq!(missing.why, "no log of router was collected");
        assert_eq!(missing.advice, "add /opt/acme/logs/acme-SERVER-router.out");

        let mut log = source("case/acme-S1-router.out", &topology);
        assert!(log.is_of("Acme"));
        assert_eq!((log.host.as_deref(), log.origin.process.as_deref()), (Some("S1"), Some("router")));
        assert_eq!(topology.label(&log.path, "S1").as_deref(), Some("router"));
        let coverage = LogCoverage::new(std::slice::from_ref(&log), None, &topology);
        let low = coverage.reason(&shows).expect("it wrote nothing at info");
        assert_eq!(low.why, "router on S1 wrote nothing at 4-Info, where it would show");
        log.levels.0[Level::Info.index()] = 1;
        assert_eq!(LogCoverage::new(&[log], None, &topology).reason(&shows), None);
        assert!(ShowsIn::parse("router", Topology::embedded()).is_err());
    }
}
