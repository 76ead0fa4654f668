//! [`verdict`]: the answer of a run in one sentence.

use spoglight_model::analysis::{CoverageGap, Finding, Totals, Verdict};

/// Returns the answer of a run in one sentence.
pub fn verdict(findings: &[Finding], gaps: &[CoverageGap], totals: &Totals) -> Verdict {
    // silence of files that were not understood means nothing
    let is_complete = totals.is_understood() && gaps.iter().all(|gap| gap.is_temporal);
    match findings {
        [] => Verdict {
            severity: None,
            is_complete,
            text: match totals.sources {
                _ if totals.bytes == 0 => "Nothing was read.".to_owned(),
                _ if !totals.is_understood() => "No file is a log or a setting of a known format.".to_owned(),
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
