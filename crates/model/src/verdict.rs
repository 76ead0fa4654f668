//! [`Verdict`]: the answer of a run.

use schemars::JsonSchema;
use serde::Serialize;

use crate::schema;
use spoglight_signatures::Severity;

/// Answer of a run in one sentence, with the limits of what was seen. `docs/verdicts.md` defines its words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Verdict {
    /// Kind of the answer.
    pub kind: VerdictKind,
    /// Severity of the worst finding; `None` if there is none.
    #[schemars(with = "Option<schema::Severity>")]
    pub severity: Option<Severity>,
    /// `true` if the logs that would show a failure were there, were understood and cover the time.
    pub is_complete: bool,
    /// Subjects that the trace levels of the collected logs do not show: `LDAP logins`.
    pub not_visible: Vec<String>,
    /// The headline in capitals, with its qualifications: `NO FAILURE FOUND; 12 unrecognized errors`.
    pub headline: String,
    /// The sentence.
    pub text: String,
}

/// Kind of the answer of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum VerdictKind {
    /// A failure was found.
    Failure,
    /// No failure was found, and the logs that would show one were there, were understood and cover the time.
    NoFailure,
    /// No failure was found, and a log that would show one is missing, was not read, or is silent.
    CannotTell,
    /// No file is of a known format.
    NothingKnown,
    /// Nothing was read.
    NothingRead,
}
