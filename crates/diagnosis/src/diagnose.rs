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
use crate::correlate::{self, Occurrences, StepSeen};
use crate::coverage::LogCoverage;
use crate::finding::{self, Cause};
use crate::unrecognized;

/// What the hits of a run are.
#[derive(Debug, Default)]
pub struct Diagnosis {
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// What looks like it and is not.
    pub known_noise: Vec<KnownNoise>,
    /// How every rule ended that looks at several hits.
    pub rules: Vec<CheckResult>,
    /// What these cannot tell.
    pub asks: Vec<CoverageGap>,
    /// Errors that no signature names.
    pub unrecognized: UnrecognizedErrors,
}

/// What a diagnosis is made of.
pub struct DiagnosisInput<'a> {
    /// The signatures.
    pub library: &'a Library,
    /// The rules that look at several hits.
    pub rules: &'a [Rule],
    /// Every file that was looked at.
    pub sources: &'a [SourceFacts],
    /// What was found in each.
    pub found: &'a [ScanHits],
    /// What is no log and still says something, with its file.
    pub artifacts: &'a [(&'a SourceFacts, &'a Artifact)],
    /// Servers whose clocks are apart.
    pub skews: &'a [ClockSkew],
    /// When it happened, if the user said so.
    pub incident: Option<Timestamp>,
    /// Product knowledge.
    pub topology: &'a Topology,
}

/// From hits to findings.
pub fn diagnose(input: &DiagnosisInput<'_>, coverage: &LogCoverage<'_>) -> Diagnosis {
    let DiagnosisInput { library, rules, sources, found, artifacts, skews, incident, topology } = *input;
    let mut causes = finding::gather(library, sources, found);
    let kind = |cause: &Cause| library.get(cause.signature).map(|signature| signature.kind);
    let occurrences = Occurrences::new(library, sources, found, artifacts, skews, topology);
    // by itself a mark says nothing
    causes.retain(|cause| kind(cause) != Some(SignatureKind::Marker));
    let (known_noise, causes): (Vec<_>, Vec<_>) =
        causes.into_iter().partition(|cause| kind(cause) == Some(SignatureKind::Harmless));
    let mut correlated = correlate::run(library, rules, &occurrences, &causes, coverage);
    let causes = correlated.subsume(library, causes);
    let (mut results, asks) = (std::mem::take(&mut correlated.results), std::mem::take(&mut correlated.asks));
    let of_incident = incident.and_then(|incident| Rates::around(incident, sources));
    let mut findings = finding::describe(library, causes);
    if let Some(rates) = &of_incident {
        for (signature, finding) in &mut findings {
            let under = correlated.under(*signature);
            let times = under.iter().chain([&*signature]).flat_map(|one| occurrences.times(*one));
            rates.judge(finding, times);
        }
    }
    let mut findings = correlated.apply_notes(findings);
    if let Some(rates) = &of_incident {
        // what rules raised has no hits of its own
        for finding in findings.iter_mut().filter(|finding| matches!(finding.id, FindingId::Rule(_))) {
            let times: Vec<i64> = finding.evidence.iter().filter_map(|one| Some(one.time?.nanos())).collect();
            rates.judge(finding, times.into_iter());
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

/// What was there of each step of a rule, before it is asked what came together.
pub fn steps(rule: &Rule, input: &DiagnosisInput<'_>) -> Vec<StepSeen> {
    let DiagnosisInput { library, sources, found, artifacts, skews, topology, .. } = *input;
    let occurrences = Occurrences::new(library, sources, found, artifacts, skews, topology);
    correlate::steps(rule, library, &occurrences)
}
