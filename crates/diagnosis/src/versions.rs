//! Versions of products that logs name.

use std::collections::{BTreeMap, BTreeSet};

use spoglight_engine::collection::Collection;
use spoglight_model::analysis::{Evidence, FoundVersion};
use spoglight_signatures::ProvenFact;
use spoglight_text::secrets::mask;
use spoglight_time::Timestamp;

use crate::proven::Proven;

/// Beginning of the title of a signature that names a product.
const TITLE: &str = "Version of ";

/// Versions that are listed.
const MOST: usize = 100;

/// Servers of a version that are listed.
const MOST_HOSTS: usize = 100;

/// The versions that signatures found, by product and version.
pub(crate) fn versions(proven: &Proven<'_>, collection: &Collection<'_>) -> Vec<FoundVersion> {
    let mut found: BTreeMap<(&str, &str), (BTreeSet<&str>, Evidence)> = BTreeMap::new();
    for hit in proven.of(ProvenFact::VersionNamed) {
        let Some(version) = hit.value("version") else { continue };
        let title = hit.signature.title.as_str();
        let product = hit.value("product").unwrap_or_else(|| title.strip_prefix(TITLE).unwrap_or(title));
        if found.len() == MOST && !found.contains_key(&(product, version)) {
            continue;
        }
        let evidence = hit.evidence();
        let (hosts, latest) =
            found.entry((product, version)).or_insert_with(|| (BTreeSet::new(), evidence.clone()));
        if let Some(host) = hit.source.host.as_deref().filter(|_| hosts.len() < MOST_HOSTS) {
            hosts.insert(host);
        }
        let time = |evidence: &Evidence| evidence.time.filter(|time| time.is_utc()).map(Timestamp::nanos);
        if time(&evidence) > time(latest) {
            *latest = evidence;
        }
    }
    let version =
        |((product, version), (hosts, mut evidence)): ((&str, &str), (BTreeSet<&str>, Evidence))| {
            if evidence.text.is_empty() {
                evidence.text = collection.line_at(evidence.source.id, evidence.offset).unwrap_or_default();
            }
            evidence.text = mask(&evidence.text).into_owned();
            collection.show_position(&mut evidence);
            FoundVersion {
                product: product.to_owned(),
                version: version.to_owned(),
                hosts: hosts.into_iter().map(ToOwned::to_owned).collect(),
                evidence,
            }
        };
    found.into_iter().map(version).collect()
}
