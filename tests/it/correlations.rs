//! Rules that look at several hits, one after the other: each makes its claim on the logs that are written for it, and not
//! on those that look alike. A rule needs a near miss, in which all its required steps occur, and for each absent step a
//! miss in which that step occurs.
//!
//! `samples/correlations/ID.txt` has sections `# hit` and `# miss: why` with lines of [`spoglight_diagnosis::rule_samples`].

use std::path::Path;

use rayon::prelude::*;
use spoglight_diagnosis::rule_samples::{SampleLog, logs};
use spoglight_diagnosis::why_not::why_not_rule;
use spoglight_engine::Settings;
use spoglight_model::analysis::{Analysis, Outcome};
use spoglight_signatures::{Library, Presence, Rule};

use crate::support::{self, folder, put};

/// A section of a file of samples.
struct Sample<'t> {
    is_hit: bool,
    what: &'t str,
    lines: Vec<&'t str>,
}

fn samples(text: &str) -> Vec<Sample<'_>> {
    let mut all: Vec<Sample<'_>> = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        if let Some(what) = line.strip_prefix("# ") {
            assert!(what.starts_with("hit") || what.starts_with("miss: "), "{line}");
            all.push(Sample { is_hit: what.starts_with("hit"), what, lines: Vec::new() });
        } else {
            all.last_mut().expect("a line below # hit or # miss").lines.push(line);
        }
    }
    all
}

/// Writes the logs of a sample below a folder.
fn write(folder: &Path, sample: &Sample<'_>, library: &Library) {
    let signature = |id: &str| library.iter().find(|one| one.id == id);
    let logs = logs(&sample.lines.join("\n"), &signature).unwrap_or_else(|what| panic!("{what}"));
    for SampleLog { path, text } in logs {
        put(folder, &path, text);
    }
}

fn analysis_of(sample: &Sample<'_>, library: &Library) -> Analysis {
    let folder = folder();
    write(folder.path(), sample, library);
    support::analysis_of(folder.path())
}

/// Steps of a rule that occur in a sample.
fn occurring(rule: &Rule, sample: &Sample<'_>, library: &Library) -> Vec<bool> {
    let folder = folder();
    write(folder.path(), sample, library);
    let why = why_not_rule(rule.id.as_str(), &[folder.path().to_owned()], &Settings::default(), &());
    let why = why.expect("valid rules").expect("a known rule");
    why.steps.iter().map(|step| step.count > 0).collect()
}

/// Misses that a rule needs and does not have.
fn missing_misses(rule: &Rule, all: &[Sample<'_>], library: &Library) -> Vec<String> {
    let misses: Vec<Vec<bool>> =
        all.iter().filter(|sample| !sample.is_hit).map(|sample| occurring(rule, sample, library)).collect();
    let is_required = |presence: Presence| presence == Presence::Required;
    let is_near = |miss: &Vec<bool>| {
        rule.steps.iter().zip(miss).all(|(step, occurs)| *occurs || !is_required(step.presence))
    };
    let anchor = &rule.steps[0];
    // the beginning of an outage alone is enough for its rule
    let has_near = rule.steps.iter().filter(|step| is_required(step.presence)).count() > 1
        || rule.steps.iter().any(|step| step.presence == Presence::Absent)
        || anchor.count > 1
        || anchor.within.is_some();
    let mut missing = Vec::new();
    if has_near && !misses.iter().any(is_near) {
        missing.push(format!("{}: it needs a near miss, with all its required steps", rule.id));
    }
    for (place, step) in rule.steps.iter().enumerate().filter(|(_, step)| step.presence == Presence::Absent) {
        if !misses.iter().any(|miss| is_near(miss) && miss[place]) {
            missing.push(format!("{}: it needs a miss that {:?} refutes", rule.id, step.name));
        }
    }
    missing
}

/// What is wrong with a rule.
fn faults(rule: &Rule, library: &Library) -> Vec<String> {
    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/correlations").join(format!("{}.txt", rule.id));
    let Ok(text) = std::fs::read_to_string(&file) else { return vec![format!("{}: no samples", rule.id)] };
    let all = samples(&text);
    let mut wrong = missing_misses(rule, &all, library);
    if !all.iter().any(|sample| sample.is_hit) || all.iter().all(|sample| sample.is_hit) {
        wrong.push(format!("{}: it needs a hit and a miss", rule.id));
    }
    for sample in &all {
        let analysis = analysis_of(sample, library);
        let result =
            analysis.rules.iter().find(|result| result.id == rule.id.as_str()).expect("every rule is judged");
        if (result.outcome == Outcome::Found) != sample.is_hit {
            let ids: Vec<_> = analysis.findings.iter().map(|one| (&one.id, one.first)).collect();
            wrong.push(format!("{}: {:?} on {}; {ids:?}", rule.id, result.outcome, sample.what));
        }
    }
    wrong
}

#[test]
fn every_rule_speaks_where_it_should_and_nowhere_else() {
    let library = Library::with_samples().expect("a library");
    let rules = Rule::embedded().expect("rules");
    // an analysis of a few lines is one core's
    let wrong: Vec<String> = rules.par_iter().flat_map(|rule| faults(rule, &library)).collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
