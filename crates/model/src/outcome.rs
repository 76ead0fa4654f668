//! Outcomes of checks and signatures, what keeps them from being known, and files that were not read.

use serde::Serialize;
use spoglight_source::{Problem, ProblemKind};

use crate::id::FindingId;

/// How a check or a signature ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It is there.
    Found,
    /// It was looked for where it would show, and is not there.
    NotFound,
    /// Where it would show was not collected, or says too little.
    CannotTell,
}

impl Outcome {
    /// The answer to whether something is there, which `reasons` keep from being told if it was not found.
    pub fn of(found: bool, reasons: &[InconclusiveReason]) -> Outcome {
        match (found, reasons.is_empty()) {
            (true, _) => Outcome::Found,
            (false, true) => Outcome::NotFound,
            (false, false) => Outcome::CannotTell,
        }
    }
}

/// A check or a signature, and how it ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckResult {
    /// Its id.
    pub id: FindingId,
    /// Its number in the list of checks; signatures have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// What it looks for.
    pub title: String,
    /// How it ended.
    pub outcome: Outcome,
    /// What it found, if that stands nowhere else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Why it cannot be told.
    pub reasons: Vec<InconclusiveReason>,
}

/// Why something cannot be told, and what would help.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct InconclusiveReason {
    /// The log that is missing, if that is the reason.
    #[serde(skip)]
    pub missing: Option<String>,
    /// Why.
    pub why: String,
    /// What would help.
    pub advice: String,
}

/// A question that the input cannot answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CoverageGap {
    /// Id of the check or the rule that says so.
    pub id: FindingId,
    /// Its number in the list of checks or rules.
    pub number: Option<String>,
    /// What it is about.
    pub about: String,
    /// Why it cannot be told.
    pub why: String,
    /// What would help.
    pub advice: String,
    /// Whether only the place of messages in time is in doubt: they were read all the same.
    #[serde(skip)]
    pub is_temporal: bool,
}

impl CoverageGap {
    /// Returns the same gap, of which only the place of messages in time is in doubt.
    #[must_use]
    pub fn temporal(self) -> CoverageGap {
        CoverageGap { is_temporal: true, ..self }
    }
}

/// Something that was not read, or not wholly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// The file, or the entry of an archive.
    pub path: String,
    /// Fault of it, as the rest of a sentence that begins with the path.
    pub what: String,
    /// Action for the user.
    pub advice: String,
    /// Kind of the file, as far as checks ask for it.
    #[serde(skip)]
    pub kind: ProblemKind,
}

impl From<Problem> for Warning {
    fn from(problem: Problem) -> Warning {
        let Problem { path, what, advice, kind } = problem;
        Warning { path, what, advice, kind }
    }
}
