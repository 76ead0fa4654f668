//! An expired certificate that a log reports and that was also collected is one failure.

use spoglight_model::analysis::Finding;
use spoglight_signatures::ProvenFact;

use super::{JoinInput, Joiner, is_of_check, take_in};

/// Joins a rejected certificate with the collected one that has expired.
pub(super) struct ExpiredCertificate;

/// Certificates that a sentence names.
const NAMED: usize = 3;

impl Joiner for ExpiredCertificate {
    fn join(&self, input: &JoinInput<'_>, findings: &mut Vec<Finding>) {
        let topology = input.collection.topology;
        let is_expired = |finding: &Finding| finding.facts.contains(&ProvenFact::CertificateExpired);
        let is_root = |finding: &Finding| {
            is_expired(finding)
                && !is_of_check(finding)
                && finding.peers.iter().all(|peer| topology.is_web_server(peer))
        };
        let Some(place) = findings.iter().position(is_root) else { return };
        let collected: Vec<String> = findings
            .iter()
            .filter(|finding| is_of_check(finding) && is_expired(finding))
            .flat_map(|finding| &finding.evidence)
            .map(|evidence| format!("{} ({})", evidence.text, evidence.source.path))
            .take(NAMED)
            .collect();
        if collected.is_empty() {
            return;
        }
        if let Some(root) = findings.get_mut(place) {
            root.cause =
                format!("Among the collected certificates: {}. {}", collected.join("; "), root.cause);
        }
        take_in(findings, place, is_expired);
    }
}
