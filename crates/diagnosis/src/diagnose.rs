//! [`diagnose`]: from the hits of a collection to findings.

use spoglight_artifacts::Artifact;
use spoglight_engine::ScanHits;
use spoglight_model::analysis::{
    CheckResult, CoverageGap, Finding, KnownNoise, SourceFacts, UnrecognizedErrors,
};
use spoglight_model::{ClockSkew, FindingId};
use spoglight_signatures::{Library, Rule, SignatureKind};
use spoglight_time::Timestamp;
use spoglight_topology::Topology;

use crate::background::{self, Rates};
use crate::check::CheckInput;
use crate::checks;
use crate::correlate::{self, Occurrences, StepSeen};
use crate::coverage::LogCoverage;
use crate::finding::{self, Cause};
use crate::proven::Proven;
use crate::unrecognized;

/// Findings and results of the signatures and rules of a run.
///
/// [`diagnose`] fills every field. Not included: findings and gaps of checks, results of signatures, ranking, and
/// masking of secrets. [`analyze`](crate::analyze) adds these.
#[derive(Debug, Default)]
pub struct Diagnosis {
    /// Findings of the signatures and rules, unsorted.
    pub findings: Vec<Finding>,
    /// Known harmless messages.
    pub known_noise: Vec<KnownNoise>,
    /// Result of every rule.
    pub rules: Vec<CheckResult>,
    /// Questions that the rules cannot answer.
    pub asks: Vec<CoverageGap>,
    /// Errors that match no signature.
    pub unrecognized: UnrecognizedErrors,
}

/// Everything a diagnosis needs.
pub struct DiagnosisInput<'a> {
    /// The signatures.
    pub library: &'a Library,
    /// The rules.
    pub rules: &'a [Rule],
    /// Every source of the collection.
    pub sources: &'a [SourceFacts],
    /// Hits of each source, in the order of `sources`.
    pub found: &'a [ScanHits],
    /// Artifacts (files that are not logs), each with its file.
    pub artifacts: &'a [(&'a SourceFacts, &'a Artifact)],
    /// Servers whose clocks differ from those of the others.
    pub skews: &'a [ClockSkew],
    /// Time of the incident, if one was given.
    pub incident: Option<Timestamp>,
    /// Product knowledge.
    pub topology: &'a Topology,
}

/// Diagnoses the hits of a run: subsumes, correlates and describes them.
pub fn diagnose(input: &DiagnosisInput<'_>, coverage: &LogCoverage<'_>) -> Diagnosis {
    let DiagnosisInput { library, rules, sources, found, artifacts, skews, incident, topology } = *input;
    let mut causes = finding::gather(library, sources, found);
    let kind = |cause: &Cause| library.get(cause.signature).map(|signature| signature.kind);
    let occurrences = Occurrences::new(library, sources, found, artifacts, skews, topology);
    // a marker alone is not a finding
    causes.retain(|cause| kind(cause) != Some(SignatureKind::Marker));
    let (known_noise, causes): (Vec<_>, Vec<_>) =
        causes.into_iter().partition(|cause| kind(cause) == Some(SignatureKind::Harmless));
    let mut correlated = correlate::run(library, rules, &occurrences, &causes, coverage);
    let causes = correlated.subsume(library, &occurrences, causes);
    let (mut results, asks) = (std::mem::take(&mut correlated.results), std::mem::take(&mut correlated.asks));
    let of_incident = incident.and_then(|incident| Rates::around(incident, sources));
    let mut findings = finding::describe(library, causes);
    correlate::close_alarms(library, &occurrences, &mut findings);
    if let Some(rates) = &of_incident {
        let subsumed = correlated.under();
        for (signature, finding) in &mut findings {
            let own: Vec<i64> = occurrences.times(occurrences.of_signature(*signature)).collect();
            let under = subsumed.get(signature).map_or(&[][..], Vec::as_slice);
            let under: Vec<i64> = occurrences.times(under).collect();
            rates.judge(finding, &own, &under);
        }
    }
    let mut findings = correlated.apply_notes(library, findings);
    if let Some(rates) = &of_incident {
        // a finding of a rule has no hits, only evidence
        for finding in findings.iter_mut().filter(|finding| matches!(finding.id, FindingId::Rule(_))) {
            rates.judge(finding, &background::evidence_times(finding), &[]);
        }
    }
    results.push(background::result(of_incident.as_ref(), &findings));
    Diagnosis {
        findings,
        known_noise: finding::describe_known_noise(library, known_noise),
        rules: results,
        asks,
        unrecognized: unrecognized::gather(sources, found),
    }
}

/// Findings of logs that still grow: those of the signatures and rules, and of the checks that are right before the logs end.
/// Unsorted.
pub fn diagnose_live(input: &DiagnosisInput<'_>, coverage: &LogCoverage<'_>) -> Vec<Finding> {
    let DiagnosisInput { library, sources, found, artifacts, skews, incident, topology, .. } = *input;
    let mut findings = diagnose(input, coverage).findings;
    let proven = Proven::new(library, sources, found);
    let collection = CheckInput {
        collections: &[],
        sources,
        artifacts,
        warnings: &[],
        skews,
        found: &findings,
        proven: &proven,
        head: &|_, _| None,
        incident,
        topology,
    };
    let of_checks = checks::run_live(&collection);
    findings.extend(of_checks);
    findings
}

/// Returns the hits of each step of a rule, before the steps are correlated.
pub fn steps(rule: &Rule, input: &DiagnosisInput<'_>) -> Vec<StepSeen> {
    let DiagnosisInput { library, sources, found, artifacts, skews, topology, .. } = *input;
    let occurrences = Occurrences::new(library, sources, found, artifacts, skews, topology);
    correlate::steps(rule, library, &occurrences)
}
