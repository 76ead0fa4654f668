//! From hits to findings: what belongs to one cause, what it explains, what comes first, and what cannot be told.

pub mod checks;
mod correlate;
pub mod coverage;
mod finding;
mod rank;
pub mod skew;

use spoglight_signatures::{Kind, Library};

use crate::analysis::SourceFacts;
use crate::analysis::{CannotTell, Finding, Harmless, Verdict};
use crate::engine::Found;

use finding::Cause;
pub use rank::rank;

/// What the hits of a run are.
#[derive(Debug, Default)]
pub struct Diagnosis {
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// What looks like it and is not.
    pub harmless: Vec<Harmless>,
}

/// From hits to findings. `facts` stand in the order of `found`.
pub fn diagnose(library: &Library, facts: &[SourceFacts], found: &[Found]) -> Diagnosis {
    let mut causes = finding::gather(library, facts, found);
    let kind = |cause: &Cause| library.get(cause.signature).map(|signature| signature.kind);
    // by itself a mark says nothing
    causes.retain(|cause| kind(cause) != Some(Kind::Marker));
    let (harmless, causes): (Vec<_>, Vec<_>) =
        causes.into_iter().partition(|cause| kind(cause) == Some(Kind::Harmless));
    let causes = correlate::fold(library, causes);
    Diagnosis {
        findings: finding::describe(library, causes),
        harmless: finding::describe_harmless(library, harmless),
    }
}

/// The answer in one sentence.
pub fn verdict(findings: &[Finding], gaps: &[CannotTell], sources: usize, bytes: u64) -> Verdict {
    let is_whole = gaps.iter().all(CannotTell::is_of_time);
    let end = match (is_whole, sources) {
        (true, _) => ".",
        (false, 1) => ", as far as it can tell.",
        (false, _) => ", as far as they can tell.",
    };
    match findings {
        [] => Verdict {
            severity: None,
            is_whole,
            text: match sources {
                _ if bytes == 0 => "Nothing was read.".to_owned(),
                1 => format!("No known failure in this file{end}"),
                more => format!("No known failure in these {more} files{end}"),
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
                is_whole,
                text: format!("{}{on}.{more}", worst.title.trim_end_matches('.')),
            }
        }
    }
}
