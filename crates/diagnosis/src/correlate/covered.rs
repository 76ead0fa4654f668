//! Whether a rule without a match is ruled out: the logs must have shown the hits of a step that it needs.

use spoglight_model::analysis::InconclusiveReason;
use spoglight_signatures::{Library, Presence, Rule, RuleStep};

use super::hits;
use super::matching::Matches;
use super::occurrences::Occurrences;
use crate::coverage::LogCoverage;

/// Signatures, their ids in the same order, and their hits.
type Seen<'a> = (&'a Library, &'a [&'a str], &'a Occurrences<'a>);

/// Reasons why a rule without a match is inconclusive.
///
/// One step that is needed and certainly has too few hits rules it out. So do all steps together, if each of them would
/// have been seen.
pub(super) fn reasons(
    rule: &Rule,
    matches: &Matches,
    seen: Seen<'_>,
    coverage: &LogCoverage<'_>,
) -> Vec<InconclusiveReason> {
    if matches.unknown > 0 {
        return vec![InconclusiveReason {
            missing: None,
            low_level: None,
            why: "the logs end too early, or their level is too low, to show that something did not happen"
                .into(),
            advice: "collect again, with the time after it, at the trace level of the signature".into(),
        }];
    }
    if matches.skipped > 0 {
        return vec![InconclusiveReason {
            missing: None,
            low_level: None,
            why: format!(
                "{} messages that may be part of it were not compared with the others",
                matches.skipped
            )
            .into(),
            advice: "analyze fewer files at a time, such as those of the hours around the incident".into(),
        }];
    }
    let (library, ids, occurrences) = seen;
    let mut all: Vec<InconclusiveReason> = Vec::new();
    for step in rule.steps.iter().filter(|step| step.presence == Presence::Required) {
        let reasons = reasons_of(step, library, coverage);
        let count = hits::places(rule, step, ids, occurrences).len();
        if reasons.is_empty() && count < step.count.max(1) {
            return Vec::new();
        }
        for reason in reasons {
            if !all.contains(&reason) {
                all.push(reason);
            }
        }
    }
    all
}

/// Reasons why hits of a step may be in a log that was not read.
fn reasons_of(step: &RuleStep, library: &Library, coverage: &LogCoverage<'_>) -> Vec<InconclusiveReason> {
    if step.fact.is_some() && step.of.is_empty() {
        return vec![InconclusiveReason {
            missing: None,
            low_level: None,
            why: format!(
                "no file of the collection proves the step {:?} of the rule or disproves it",
                step.name
            )
            .into(),
            advice: "add the certificates, truststores and logs that `spoglight explain` names for the rule"
                .into(),
        }];
    }
    library.iter().filter(|one| step.is_of(&one.id)).flat_map(|one| coverage.reasons(one)).collect()
}
