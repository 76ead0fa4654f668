//! From hits to findings: what belongs to one cause, what it explains, what comes first, and what cannot be told.

mod background;
pub mod checks;
mod correlate;
pub mod coverage;
mod finding;
pub mod inventory;
mod rank;
pub mod rotation_set;
pub mod scaffold;
mod unrecognized;
pub mod why_not;

use std::path::PathBuf;

use spoglight_engine::collection::{Collection, ScanPurpose};
use spoglight_engine::{Progress, Settings};
use spoglight_model::analysis::{self, Analysis};
use spoglight_signatures::{Correlation, DefinitionError, Library, SignatureKind};

use spoglight_artifacts::Artifact;
use spoglight_engine::ScanHits;
use spoglight_model::analysis::{
    CheckResult, CoverageGap, Finding, KnownNoise, SourceFacts, UnrecognizedErrors, Verdict,
};
use spoglight_time::Timestamp;
use spoglight_topology::Topology;

use background::Rates;
use correlate::Occurrences;
use coverage::LogCoverage;
use finding::Cause;
pub use rank::rank;
use spoglight_model::{ClockSkew, FindingId};

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
    pub rules: &'a [Correlation],
    /// Every file that was looked at.
    pub sources: &'a [SourceFacts],
    /// What was found in each.
    pub found: &'a [ScanHits],
    /// What is no log and still says something, with its file.
    pub exhibits: &'a [(&'a SourceFacts, &'a Artifact)],
    /// Servers whose clocks are apart.
    pub skews: &'a [ClockSkew],
    /// When it happened, if the user said so.
    pub incident: Option<Timestamp>,
    /// Product knowledge.
    pub topology: &'a Topology,
}

/// From hits to findings.
pub fn diagnose(evidenced: &DiagnosisInput<'_>, places: &LogCoverage<'_>) -> Diagnosis {
    let DiagnosisInput { library, rules, sources, found, exhibits, skews, incident, topology } = *evidenced;
    let mut causes = finding::gather(library, sources, found);
    let kind = |cause: &Cause| library.get(cause.signature).map(|signature| signature.kind);
    let occurrences = Occurrences::new(library, sources, found, exhibits, skews, topology);
    // by itself a mark says nothing
    causes.retain(|cause| kind(cause) != Some(SignatureKind::Marker));
    let (harmless, causes): (Vec<_>, Vec<_>) =
        causes.into_iter().partition(|cause| kind(cause) == Some(SignatureKind::Harmless));
    let mut correlated = correlate::run(library, rules, &occurrences, &causes, places);
    let causes = correlated.fold(library, causes);
    let (judged, asks) = (std::mem::take(&mut correlated.judged), std::mem::take(&mut correlated.asks));
    let of_incident = incident.and_then(|incident| Rates::around(incident, sources));
    let mut findings = finding::describe(library, causes);
    if let Some(rates) = &of_incident {
        for (signature, finding) in &mut findings {
            let under = correlated.under(*signature);
            let times = under.iter().chain([&*signature]).flat_map(|one| occurrences.times(*one));
            rates.judge(finding, times);
        }
    }
    let mut findings = correlated.say(findings);
    if let Some(rates) = &of_incident {
        // what rules raised has no hits of its own
        for finding in findings.iter_mut().filter(|finding| matches!(finding.id, FindingId::Rule(_))) {
            let times: Vec<i64> = finding.evidence.iter().filter_map(|one| Some(one.time?.nanos())).collect();
            rates.judge(finding, times.into_iter());
        }
    }
    let mut rules = judged;
    rules.push(background::judged(of_incident.as_ref(), &findings));
    Diagnosis {
        findings,
        known_noise: finding::describe_harmless(library, harmless),
        rules,
        asks,
        unrecognized: unrecognized::gather(sources, found),
    }
}

/// What was there of a step of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepSeen {
    /// Its name.
    pub name: String,
    /// Hits that it means, wherever they are.
    pub count: usize,
    /// The first of them.
    pub first: Option<Timestamp>,
    /// The last.
    pub last: Option<Timestamp>,
}

/// What was there of each step of a rule, before it is asked what came together.
pub fn steps(rule: &Correlation, evidenced: &DiagnosisInput<'_>) -> Vec<StepSeen> {
    let DiagnosisInput { library, sources, found, exhibits, skews, topology, .. } = *evidenced;
    let occurrences = Occurrences::new(library, sources, found, exhibits, skews, topology);
    correlate::steps(rule, library, &occurrences)
}

/// The answer in one sentence.
pub fn verdict(findings: &[Finding], gaps: &[CoverageGap], sources: usize, bytes: u64) -> Verdict {
    let is_complete = gaps.iter().all(|gap| gap.is_temporal);
    match findings {
        [] => Verdict {
            severity: None,
            is_complete,
            text: match sources {
                _ if bytes == 0 => "Nothing was read.".to_owned(),
                _ if !is_complete => "No known failure found; the collection is incomplete.".to_owned(),
                1 => "No known failure in this file.".to_owned(),
                more => format!("No known failure in these {more} files."),
            },
        },
        [worst, rest @ ..] => {
            let on = if worst.hosts.is_empty() {
                String::new()
            } else {
                format!(" (on {})", worst.hosts.join(", "))
            };
            let more = match rest.len() {
                0 => String::new(),
                1 => " One more finding below.".to_owned(),
                count => format!(" {count} more findings below."),
            };
            Verdict {
                severity: Some(worst.severity),
                is_complete,
                text: format!("{}{on}.{more}", worst.title.trim_end_matches('.')),
            }
        }
    }
}

/// Analyzes folders, log files and archives.
///
/// A file that cannot be read is a warning of the result, so this fails only if a signature or rule is invalid.
pub fn analyze(
    paths: &[PathBuf],
    settings: &Settings,
    progress: &dyn Progress,
) -> Result<Analysis, DefinitionError> {
    let collection = Collection::survey(paths, settings, ScanPurpose::Diagnosis, 0, progress)?;
    let analysis = diagnose_collection(&collection, paths, settings)?;
    Ok(Analysis { sources: collection.sources, skews: collection.skews, ..analysis })
}

/// Diagnoses a collection that was scanned with signatures. `sources` and `skews` of the result are empty: the collection
/// has them.
pub fn diagnose_collection(
    collection: &Collection<'_>,
    paths: &[PathBuf],
    settings: &Settings,
) -> Result<Analysis, DefinitionError> {
    let warnings = collection.warnings();
    let incident = settings.incident;
    let exhibits = collection.exhibits();
    let topology = Topology::embedded();
    let evidenced = DiagnosisInput {
        library: &collection.library,
        rules: &Correlation::embedded()?,
        sources: &collection.sources,
        found: &collection.found,
        exhibits: &exhibits,
        skews: &collection.skews,
        incident,
        topology,
    };
    let places = coverage::LogCoverage::new(&collection.sources, incident, topology);
    let Diagnosis { findings, known_noise, rules, asks, mut unrecognized } = diagnose(&evidenced, &places);
    unrecognized.mask();
    let input = checks::CheckInput {
        sources: &collection.sources,
        exhibits: &exhibits,
        warnings: &warnings,
        skews: &collection.skews,
        found: &findings,
        incident,
        topology,
    };
    let checked = checks::run(&input);
    let signatures = coverage::judge(&collection.library, &findings, &places);
    let gaps: Vec<_> = checked.gaps.into_iter().chain(asks).collect();
    let mut findings = rank(findings.into_iter().chain(checked.findings).collect(), incident, topology);
    collection.quote(&mut findings);
    findings.iter_mut().for_each(Finding::mask);
    Ok(Analysis {
        schema: analysis::SCHEMA,
        version: env!("CARGO_PKG_VERSION"),
        inputs: paths.iter().map(|path| path.display().to_string()).collect(),
        incident,
        verdict: verdict(&findings, &gaps, collection.sources.len(), collection.totals.bytes),
        totals: collection.totals.clone(),
        findings,
        known_noise,
        unrecognized,
        sources: Vec::new(),
        coverage_gaps: gaps,
        checks: checked.judged,
        signatures,
        rules,
        warnings,
        skews: Vec::new(),
    })
}
