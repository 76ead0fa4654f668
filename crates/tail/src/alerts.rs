//! [`Alerts`]: the findings of each diagnosis, and those of them that are news.

use std::collections::BTreeMap;

use spoglight_model::FindingId;
use spoglight_model::analysis::Finding;
use spoglight_signatures::Severity;

use crate::output::Shown;

/// Findings so far.
#[derive(Default)]
pub(crate) struct Alerts {
    /// Severity and number of notes with which each was shown.
    told: BTreeMap<FindingId, (Severity, usize)>,
    findings: Vec<Finding>,
}

impl Alerts {
    /// Findings of the last diagnosis.
    pub(crate) fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Takes the findings of a diagnosis. Returns those that are new, more severe than before, or have more notes.
    pub(crate) fn update(&mut self, findings: Vec<Finding>) -> Vec<Shown> {
        let mut shown = Vec::new();
        for finding in &findings {
            let known = self.told.insert(finding.id.clone(), (finding.severity, finding.notes.len()));
            match known {
                Some((severity, notes)) if finding.severity >= severity => {
                    if finding.notes.len() > notes {
                        shown.push(Shown::More(Box::new(finding.clone())));
                    }
                }
                _ => shown.push(Shown::Finding(Box::new(finding.clone()))),
            }
        }
        self.findings = findings;
        shown
    }
}
