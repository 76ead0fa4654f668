//! Outcomes of checks and signatures, reasons why they are inconclusive, and files that were not read.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::Serialize;
use spoglight_source::{Problem, ProblemKind};

use crate::evidence::mask_all;
use crate::id::FindingId;

/// Outcome of a check, a rule or a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It was found.
    Found,
    /// It was searched in the logs that would show it, and was not found.
    NotFound,
    /// The log that would show it was not collected, or its level is too low.
    CannotTell,
}

impl Outcome {
    /// The outcome of a search; `reasons` make it inconclusive if nothing was found.
    pub fn of(found: bool, reasons: &[InconclusiveReason]) -> Outcome {
        match (found, reasons.is_empty()) {
            (true, _) => Outcome::Found,
            (false, true) => Outcome::NotFound,
            (false, false) => Outcome::CannotTell,
        }
    }
}

/// A check, rule or signature with its outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CheckResult {
    /// Its id.
    #[schemars(with = "String")]
    pub id: FindingId,
    /// Its number in the list of checks; signatures have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// The fault that it looks for.
    pub title: String,
    /// Its result.
    pub outcome: Outcome,
    /// Its result in one sentence, if no finding or gap reports it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Reasons why it is inconclusive.
    pub reasons: Vec<InconclusiveReason>,
}

/// Reason why something is inconclusive, with advice.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct InconclusiveReason {
    /// The log that is missing, if that is the reason.
    #[serde(skip)]
    pub missing: Option<String>,
    /// The log whose trace level is too low, if that is the reason.
    #[serde(skip)]
    pub low_level: Option<String>,
    /// The reason. A text that is borrowed is one of the program and quotes nothing.
    #[schemars(with = "String")]
    pub why: Cow<'static, str>,
    /// Advice, in the same form.
    #[schemars(with = "String")]
    pub advice: Cow<'static, str>,
}

/// A question that the input cannot answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CoverageGap {
    /// Id of the check or the rule that reports it.
    #[schemars(with = "String")]
    pub id: FindingId,
    /// Its number in the list of checks or rules.
    pub number: Option<String>,
    /// The question.
    pub about: String,
    /// Reasons why it is inconclusive.
    pub why: String,
    /// Advice.
    pub advice: String,
    /// Kind of the gap.
    pub kind: GapKind,
}

/// Kind of a coverage gap: what is not known because of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum GapKind {
    /// Messages are missing, were not read or were not understood: the collection is incomplete.
    Incomplete,
    /// A process ran at a trace level of normal operation, which does not show everything.
    TraceLevel,
    /// Only the times of messages are uncertain; the messages were read.
    Time,
}

impl CoverageGap {
    /// Returns the gap marked as uncertain in time only.
    #[must_use]
    pub fn temporal(self) -> CoverageGap {
        CoverageGap { kind: GapKind::Time, ..self }
    }

    /// Returns the gap marked as the limit of a trace level.
    #[must_use]
    pub fn of_level(self) -> CoverageGap {
        CoverageGap { kind: GapKind::TraceLevel, ..self }
    }
}

/// A file that was not read, or only in part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Warning {
    /// The file, or the entry of an archive.
    pub path: String,
    /// Fault of it, as the rest of a sentence that begins with the path.
    pub what: String,
    /// Action for the user.
    pub advice: String,
    /// Kind of the problem, for checks.
    #[serde(skip)]
    pub kind: ProblemKind,
}

impl From<Problem> for Warning {
    fn from(problem: Problem) -> Warning {
        let Problem { path, what, advice, kind } = problem;
        Warning { path, what, advice, kind }
    }
}

impl CheckResult {
    /// Masks passwords and tokens in the texts, which may quote a file.
    pub fn mask(&mut self) {
        let reasons = self.reasons.iter_mut().flat_map(|reason| [&mut reason.why, &mut reason.advice]);
        // a text of the program has no secret; a search would compile the patterns for every run
        let quoting = reasons.filter_map(|text| match text {
            Cow::Owned(text) => Some(text),
            Cow::Borrowed(_) => None,
        });
        mask_all(self.note.iter_mut().chain(quoting));
    }
}

impl CoverageGap {
    /// Masks passwords and tokens in the texts, which may quote a file.
    pub fn mask(&mut self) {
        mask_all([&mut self.about, &mut self.why, &mut self.advice].into_iter());
    }
}
