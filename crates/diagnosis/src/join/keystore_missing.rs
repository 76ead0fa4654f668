//! A keystore that one server cannot open, and that was collected from another: it was not copied to the first.

use spoglight_artifacts::Artifact;
use spoglight_model::analysis::{Finding, SourceFacts};
use spoglight_signatures::ProvenFact;

use super::{JoinInput, Joiner};
use crate::check::evidence;
use spoglight_text::source_path::file_name;

/// Joins a missing keystore with the copy of another server.
pub(super) struct MissingKeystore;

impl Joiner for MissingKeystore {
    fn join(&self, input: &JoinInput<'_>, findings: &mut Vec<Finding>) {
        let collection = input.collection;
        let is_store = |artifact: &Artifact| matches!(artifact, Artifact::Truststore(_));
        let stores = collection.artifacts.iter().filter(|(_, artifact)| is_store(artifact));
        let stores: Vec<&SourceFacts> = stores.map(|(source, _)| *source).collect();
        for hit in collection.proven.of(ProvenFact::KeystoreMissing) {
            let (Some(path), Some(host)) = (hit.value("path"), hit.source.host.as_deref()) else { continue };
            let name = path.rsplit(['\\', '/']).next().unwrap_or(path).to_lowercase();
            let mut found = stores.iter().filter(|store| file_name(&store.path).to_lowercase() == name);
            let is_its = |finding: &&mut Finding| finding.id.as_str() == hit.signature.id.as_str();
            let Some(finding) = findings.iter_mut().find(is_its) else { continue };
            let own = found.clone().find(|store| store.host.as_deref() == Some(host));
            let (store, text, step) = match (own, found.find(|store| store.host.is_some())) {
                (Some(own), _) => (
                    own,
                    format!("{host} has a file of this name here; it looks for {path}"),
                    format!(
                        "On {host}: move the keystore to {path}, or correct Keystore location. The account of the service must be \
                         able to read it."
                    ),
                ),
                (None, Some(other)) => {
                    let from = other.host.as_deref().unwrap_or_default();
                    (
                        other,
                        format!("{from} has a file of this name; {host} looks for {path}"),
                        format!(
                            "Copy the keystore from {from} to {path} on {host}, and restart the Cisco service there."
                        ),
                    )
                }
                (None, None) => continue,
            };
            if !finding.evidence.iter().any(|known| known.text == text) {
                finding.evidence.push(evidence(store, (1, 0), None, text));
                finding.fix.insert(0, step);
            }
        }
    }
}
