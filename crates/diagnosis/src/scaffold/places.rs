//! Lines of a collection for a draft: the evidence of a finding, or of errors that no signature recognizes.

use spoglight_model::analysis::{Analysis, Evidence};

/// Most lines of a finding: a draft needs a few.
const MOST: usize = 8;

/// A line of a file of a collection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidencePlace {
    /// The file; inside an archive after `!`.
    pub file: String,
    /// The line, from 1.
    pub line: u64,
}

impl EvidencePlace {
    fn new(evidence: &Evidence) -> EvidencePlace {
        EvidencePlace { file: evidence.source.to_string(), line: evidence.line }
    }
}

/// Returns the lines that prove a finding, by its id; empty if it was not found
/// or has no lines.
pub fn evidence_of_finding(analysis: &Analysis, id: &str) -> Vec<EvidencePlace> {
    let found = analysis.findings.iter().find(|finding| finding.id == id);
    let evidence = found.into_iter().flat_map(|finding| &finding.evidence);
    evidence.take(MOST).map(EvidencePlace::new).collect()
}

/// Returns a line of the first group of unrecognized errors, then warnings, whose example has these words in any case.
pub fn evidence_of_error(analysis: &Analysis, words: &str) -> Option<EvidencePlace> {
    let words = words.to_lowercase();
    let groups = analysis.unrecognized.shown.iter().chain(&analysis.unrecognized.shown_warnings);
    let mut examples = groups.map(|group| &group.example);
    examples.find(|example| example.text.to_lowercase().contains(&words)).map(EvidencePlace::new)
}
