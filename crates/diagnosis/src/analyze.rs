//! [`analyze`]: from paths to an [`Analysis`].

use std::path::PathBuf;

use spoglight_engine::collection::{Collection, ScanPurpose};
use spoglight_engine::{Progress, Settings};
use spoglight_model::analysis::{self, Analysis, CheckResult, CoverageGap, Finding, SourceFacts};
use spoglight_signatures::DefinitionError;
use spoglight_text::secrets::mask;
use spoglight_topology::Topology;

use crate::background;
use crate::bounds;
use crate::check::CheckInput;
use crate::checks;
use crate::collected::collections;
use crate::coverage::{self, LogCoverage};
use crate::diagnose::{Diagnosis, DiagnosisInput, diagnose};
use crate::join::{self, JoinInput};
use crate::proven::Proven;
use crate::rank::rank;
use crate::verdict::{VerdictInput, verdict};
use crate::versions::versions;

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
    let artifacts = collection.artifacts();
    let topology = Topology::embedded();
    let input = DiagnosisInput {
        library: &collection.library,
        rules: &settings.signatures.rules(&collection.library)?,
        sources: &collection.sources,
        found: &collection.found,
        artifacts: &artifacts,
        skews: &collection.skews,
        incident,
        topology,
    };
    let coverage = LogCoverage::new(&collection.sources, &warnings, incident, topology);
    let Diagnosis { findings, known_noise, rules, asks, mut unrecognized } = diagnose(&input, &coverage);
    unrecognized.mask();
    let proven = Proven::new(&collection.library, &collection.sources, &collection.found);
    let head = |source: &SourceFacts, bytes: u64| collection.beginning_of(source.id, bytes);
    let collections = collections(&artifacts);
    let check_input = CheckInput {
        collections: &collections,
        sources: &collection.sources,
        artifacts: &artifacts,
        warnings: &warnings,
        skews: &collection.skews,
        found: &findings,
        proven: &proven,
        head: &head,
        incident,
        topology,
    };
    let checked = checks::run(&check_input);
    let read = |source: &SourceFacts, offset: u64| collection.line_at(source.id, offset);
    let join_input = JoinInput { collection: &check_input, read: &read };
    let signatures =
        coverage::judge(&collection.library, &findings, &checked.findings, &collection.sources, &coverage);
    let mut gaps: Vec<_> = checked.gaps.into_iter().chain(asks).collect();
    gaps.iter_mut().for_each(CoverageGap::mask);
    let mut results = checked.results;
    results.iter_mut().for_each(CheckResult::mask);
    let joined = join::run(&join_input, findings.iter().cloned().chain(checked.findings).collect());
    let mut findings = rank(background::place(joined, incident, &collection.sources), incident, topology);
    bounds::findings(&mut findings);
    collection.quote(&mut findings);
    for error in unrecognized.shown.iter_mut().chain(&mut unrecognized.shown_warnings) {
        collection.show_position(&mut error.example);
    }
    findings.iter_mut().for_each(Finding::mask);
    Ok(Analysis {
        schema: analysis::SCHEMA,
        version: env!("CARGO_PKG_VERSION"),
        library: settings.signatures.edition(),
        inputs: paths.iter().map(|path| mask(&path.display().to_string()).into_owned()).collect(),
        incident,
        verdict: verdict(&VerdictInput {
            findings: &findings,
            gaps: &gaps,
            sources: &collection.sources,
            totals: &collection.totals,
            unrecognized: &unrecognized,
            signatures: &signatures,
            topology,
        }),
        totals: collection.totals.clone(),
        findings,
        known_noise,
        unrecognized,
        sources: Vec::new(),
        coverage_gaps: gaps,
        checks: results,
        signatures,
        rules,
        warnings,
        skews: Vec::new(),
        collections,
        versions: versions(&proven, collection),
    })
}
