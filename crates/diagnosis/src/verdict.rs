//! [`verdict`]: the answer of a run in one sentence.

use spoglight_model::analysis::{CoverageGap, Finding, Verdict};

/// Returns the answer of a run in one sentence.
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
