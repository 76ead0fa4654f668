//! Explains why a signature, a rule or a check found nothing in a collection: the condition that failed, the closest
//! lines, the missing log.

use std::path::PathBuf;

use spoglight_signatures::partial_match::{PartialMatch, longest_match};
use spoglight_signatures::{DefinitionError, Library, Rule, ShowsIn, Signature, SignatureKind};

use crate::analyze::analyze;
use crate::check::CheckDescription;
use crate::correlate::StepSeen;
use crate::coverage::LogCoverage;
use crate::diagnose::{DiagnosisInput, diagnose, steps};
use spoglight_engine as engine;
use spoglight_engine::Progress;
use spoglight_engine::Settings;
use spoglight_engine::collection::{Collection, ScanPurpose};
use spoglight_engine::facts;
use spoglight_model::FindingId;
use spoglight_model::analysis::{CheckResult, CoverageGap, Evidence, Finding, InconclusiveReason, Outcome};
use spoglight_topology::{LogKind, Topology};

/// Number of closest lines that are shown.
const NEAREST: usize = 3;

/// Shortest word that is searched if no literal occurs, in bytes.
const WORD: usize = 6;

/// Number of such words.
const WORDS: usize = 8;

/// Result of a condition: the number of messages that meet it, and the first of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConditionResult {
    /// Messages.
    pub count: u64,
    /// The first lines, of several sources.
    pub evidence: Vec<Evidence>,
}

/// A line that has a literal but does not match the pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NearMiss {
    /// The line.
    pub evidence: Evidence,
    /// The part of the pattern that matched.
    pub reach: Option<PartialMatch>,
}

/// Explanation of a signature without a finding.
#[derive(Debug, Clone)]
pub struct WhyNotSignature {
    /// The signature.
    pub signature: Signature,
    /// Number of messages.
    pub hits: ConditionResult,
    /// Messages that contain one of its literals.
    pub literals: ConditionResult,
    /// Of these, messages that match its pattern.
    pub pattern: ConditionResult,
    /// Lines with a literal that do not match the pattern.
    pub near: Vec<NearMiss>,
    /// Lines with single words of the literals, if no literal occurs.
    pub words: ConditionResult,
    /// Reasons why the missing match is inconclusive.
    pub reasons: Vec<InconclusiveReason>,
    /// Findings of other signatures that subsume its hits, each with the number of hits.
    pub under: Vec<(FindingId, u64)>,
    /// Its finding, if it is one of its own.
    pub finding: Option<Box<Finding>>,
}

/// Explanation of the result of a rule.
#[derive(Debug, Clone)]
pub struct WhyNotRule {
    /// The rule.
    pub rule: Rule,
    /// Its result.
    pub result: CheckResult,
    /// Hits of each of its steps.
    pub steps: Vec<StepSeen>,
    /// The finding that it raises, and findings with a note of it.
    pub findings: Vec<Finding>,
}

/// Explanation of the result of a check.
#[derive(Debug, Clone)]
pub struct WhyNotCheck {
    /// The check.
    pub check: CheckDescription,
    /// Its result.
    pub result: CheckResult,
    /// Its findings.
    pub findings: Vec<Finding>,
    /// Its gaps.
    pub gaps: Vec<CoverageGap>,
}

impl WhyNotCheck {
    /// Its answer: a gap is a question that the collection leaves open.
    pub fn outcome(&self) -> Outcome {
        match (&*self.findings, &*self.gaps) {
            ([_, ..], _) => Outcome::Found,
            ([], [_, ..]) => Outcome::CannotTell,
            ([], []) if self.result.outcome == Outcome::CannotTell => Outcome::CannotTell,
            ([], []) => Outcome::NotFound,
        }
    }
}

/// Explains why a signature found nothing in `paths`; `None` if no signature has that id. Fails if a signature is
/// invalid.
pub fn why_not(
    id: &str,
    paths: &[PathBuf],
    settings: &Settings,
    progress: &dyn Progress,
) -> Result<Option<WhyNotSignature>, DefinitionError> {
    let (library, problems) = settings.signatures.and_embedded()?;
    // of a row of a table, the search that all its rows have in common
    let searched = library.position(id).and_then(|place| library.get(library.searched(place)));
    let Some(signature) = searched.cloned() else { return Ok(None) };
    let signature = Signature { table: None, ..signature };
    let variants = Variants::of(&signature);
    let tried = Library::new(variants.all())?;
    let collected =
        Collection::search((tried, problems), paths, settings, ScanPurpose::Diagnosis, 0, progress);
    let held = |id: &str| held(&collected, id);
    let literals = held(LITERALS);
    let whole = Library::new(vec![Signature { explains: Vec::new(), ..signature.clone() }])?;
    let near = literals.evidence.iter().filter(|evidence| whole.hits(evidence.text.as_bytes()).is_empty());
    let near: Vec<NearMiss> = near
        .take(NEAREST)
        .map(|evidence| NearMiss {
            reach: signature
                .matching
                .pattern
                .as_deref()
                .and_then(|text| longest_match(text, evidence.text.as_bytes())),
            evidence: evidence.clone(),
        })
        .collect();
    let (topology, warnings) = (Topology::embedded(), collected.warnings());
    let reasons =
        LogCoverage::new(&collected.sources, &warnings, settings.incident, topology).reasons(&signature);
    let (hits, pattern, words) = (held(WHOLE), held(PATTERN), held(WORDS_OF));
    let mut why = WhyNotSignature {
        hits,
        pattern,
        words: if literals.count == 0 { words } else { ConditionResult::default() },
        literals,
        near,
        reasons,
        under: Vec::new(),
        finding: None,
        signature,
    };
    let is_artifact = |shows: &ShowsIn| topology.log(shows.log.as_str()).is_ok_and(LogKind::is_artifact);
    if why.hits.count == 0 && why.reasons.is_empty() && why.signature.shows_in.iter().any(is_artifact) {
        // a check reads artifacts
        let analysis = analyze(paths, settings, &())?;
        let result = analysis.signatures.into_iter().find(|result| result.id == *id);
        why.reasons = result.map(|result| result.reasons).unwrap_or_default();
    }
    if why.hits.count > 0 {
        let analysis = analyze(paths, settings, &())?;
        why.finding = analysis.findings.iter().find(|finding| finding.id == id).cloned().map(Box::new);
        for finding in &analysis.findings {
            let of_it = finding.related.iter().filter(|related| related.id == id);
            why.under.extend(of_it.map(|related| (finding.id.clone(), related.count)));
        }
    }
    Ok(Some(why))
}

/// Explains the result of a rule in `paths`; `None` if no rule has that id. Fails if a signature or rule is invalid.
pub fn why_not_rule(
    id: &str,
    paths: &[PathBuf],
    settings: &Settings,
    progress: &dyn Progress,
) -> Result<Option<WhyNotRule>, DefinitionError> {
    let collected = Collection::survey(paths, settings, ScanPurpose::Diagnosis, 0, progress)?;
    let rules = settings.signatures.rules(&collected.library)?;
    let Some(rule) = rules.into_iter().find(|rule| rule.id == id) else { return Ok(None) };
    let artifacts = collected.artifacts();
    let input = DiagnosisInput {
        library: &collected.library,
        rules: std::slice::from_ref(&rule),
        sources: &collected.sources,
        found: &collected.found,
        artifacts: &artifacts,
        skews: &collected.skews,
        incident: settings.incident,
        topology: Topology::embedded(),
    };
    let warnings = collected.warnings();
    let coverage = LogCoverage::new(&collected.sources, &warnings, settings.incident, Topology::embedded());
    let steps = steps(&rule, &input);
    let diagnosis = diagnose(&input, &coverage);
    let result = diagnosis.rules.into_iter().find(|one| one.id == *rule.id.as_str());
    let is_of_it = |finding: &Finding| {
        finding.id == *rule.id.as_str() || finding.notes.iter().any(|note| note.rule == rule.id)
    };
    let mut findings: Vec<Finding> = diagnosis.findings.into_iter().filter(is_of_it).collect();
    collected.quote(&mut findings);
    findings.iter_mut().for_each(Finding::mask);
    Ok(result.map(|result| WhyNotRule { rule, result, steps, findings }))
}

/// Explains the results of checks in `paths`, in their order. Fails if a signature or rule is invalid.
pub fn why_not_checks(
    checks: &[CheckDescription],
    paths: &[PathBuf],
    settings: &Settings,
    progress: &dyn Progress,
) -> Result<Vec<WhyNotCheck>, DefinitionError> {
    let analysis = analyze(paths, settings, progress)?;
    let explain = |check: &CheckDescription| {
        let result = analysis.checks.iter().find(|result| result.id == *check.id.0)?.clone();
        let findings = analysis.findings.iter().filter(|finding| finding.id == *check.id.0);
        let gaps = analysis.coverage_gaps.iter().filter(|gap| gap.id == *check.id.0);
        Some(WhyNotCheck {
            check: *check,
            result,
            findings: findings.cloned().collect(),
            gaps: gaps.cloned().collect(),
        })
    };
    Ok(checks.iter().filter_map(explain).collect())
}

const WORDS_OF: &str = "words";
const LITERALS: &str = "literals";
const PATTERN: &str = "pattern";
const WHOLE: &str = "whole";

/// Variants of a signature, each with more of its conditions.
struct Variants<'s>(&'s Signature);

impl Variants<'_> {
    fn of(signature: &Signature) -> Variants<'_> {
        Variants(signature)
    }

    fn variant(&self, id: &str, change: impl FnOnce(&mut Signature)) -> Signature {
        let mut one = self.0.clone();
        one.id = id.into();
        one.explains.clear();
        one.matching.last = false;
        change(&mut one);
        one
    }

    /// Drops every condition that excludes lines of the pattern: `not`, stack frames, products, mentions.
    fn unconditional(one: &mut Signature) {
        one.matching.not = None;
        one.matching.below.clear();
        one.matching.not_below.clear();
        one.only_in.clear();
        // a line that only mentions an error is excluded for failures and symptoms
        one.kind = SignatureKind::Marker;
    }

    fn all(&self) -> Vec<Signature> {
        let mut all = vec![
            self.variant(LITERALS, |one| {
                one.matching.pattern = None;
                Self::unconditional(one);
            }),
            self.variant(PATTERN, Self::unconditional),
            self.variant(WHOLE, |_| {}),
        ];
        let words = self.words();
        if !words.is_empty() {
            all.push(self.variant(WORDS_OF, |one| {
                one.matching.any = words;
                one.matching.pattern = None;
                Self::unconditional(one);
            }));
        }
        all
    }

    /// The longest words of the literals.
    fn words(&self) -> Vec<String> {
        let any = self.0.matching.any.iter();
        let words = any.flat_map(|literal| {
            let parts = literal.split(|letter: char| !letter.is_alphanumeric());
            parts.filter(|word| word.len() >= WORD && *word != literal.as_str()).map(str::to_owned)
        });
        let mut words: Vec<String> = words.collect();
        words.sort_by(|one, other| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
        words.dedup();
        words.truncate(WORDS);
        words
    }
}

/// Result of a variant.
fn held(collected: &Collection<'_>, id: &str) -> ConditionResult {
    let Some(place) = collected.library.iter().position(|one| one.id == id) else {
        return ConditionResult::default();
    };
    let mut held = ConditionResult::default();
    for (source, found) in collected.sources.iter().zip(&collected.found) {
        let Some(tally) = found.hits.get(place).filter(|_| !source.is_second()) else { continue };
        held.count += tally.count;
        let masked = |line: &engine::RawEvidence| spoglight_text::secrets::mask(&line.text).into_owned();
        // a text that was not kept shows nothing
        let lines = tally.evidence.iter().filter(|line| !line.text.is_empty());
        held.evidence.extend(lines.map(|line| facts::evidence(source, line, masked(line))));
    }
    held
}
