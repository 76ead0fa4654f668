//! Names of called servers: those of ECE's web server, and those of the directory servers.

use std::collections::{BTreeMap, BTreeSet};

use spoglight_artifacts::Artifact;
use spoglight_model::analysis::{Finding, SourceFacts};
use spoglight_signatures::ProvenFact;
use spoglight_topology::Topology;

use super::certificates::is_fqdn;
use crate::check::CheckInput;

/// The setting of the gadget that holds the web server's name.
pub(crate) const NAME_SETTING: &str = "web_server_name";

/// Returns whether a port is one of a directory that is called by TLS.
pub(crate) fn is_ldaps(port: &str) -> bool {
    matches!(port, "636" | "3269")
}

/// The names in the settings of gadgets, in lower case, with the files.
pub(crate) fn set_names<'a>(collection: &CheckInput<'a>) -> Vec<(&'a SourceFacts, String)> {
    let configs = collection.artifacts.iter().filter_map(|(source, artifact)| match artifact {
        Artifact::Gadget(config) => Some((*source, config)),
        _ => None,
    });
    configs
        .filter_map(|(source, config)| {
            let set = config.values.iter().rfind(|setting| setting.name == NAME_SETTING)?;
            Some((source, set.value.to_ascii_lowercase()))
        })
        .collect()
}

/// The names that several servers have in the settings of their gadgets: those of a load balancer.
pub(crate) fn shared_names(collection: &CheckInput<'_>) -> BTreeSet<String> {
    let mut hosts: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for (source, name) in set_names(collection) {
        hosts.entry(name).or_default().extend(source.host.as_deref());
    }
    hosts.into_iter().filter(|(_, hosts)| hosts.len() > 1).map(|(name, _)| name).collect()
}

/// The names by which the web server is called, in lower case, each with whether a log reports that the certificate did
/// not contain it. Short names and addresses are left out: the checks of settings report those.
pub(crate) fn of_web_server(collection: &CheckInput<'_>) -> BTreeMap<String, bool> {
    let mut names: BTreeMap<String, bool> =
        set_names(collection).into_iter().map(|(_, name)| (name, false)).collect();
    let is_mismatch = |found: &&Finding| {
        found.facts.contains(&ProvenFact::CertificateNameMismatch) && is_about_it(found, collection.topology)
    };
    for found in collection.found.iter().filter(is_mismatch) {
        let values = found.called.iter().filter_map(|capture| found.captures.get(capture)).flatten();
        names.extend(values.map(|value| (value.to_ascii_lowercase(), true)));
    }
    names.retain(|name, _| is_fqdn(name));
    names
}

/// The names of directory servers that messages hold, in lower case.
pub(crate) fn of_directory(collection: &CheckInput<'_>) -> BTreeSet<String> {
    let called = collection.proven.of(ProvenFact::DirectoryCalled).flat_map(|hit| hit.called());
    let untrusted = collection.proven.of(ProvenFact::CertificateUntrusted);
    let untrusted =
        untrusted.filter(|hit| hit.value("port").is_some_and(is_ldaps)).flat_map(|hit| hit.called());
    called.chain(untrusted).map(str::to_ascii_lowercase).filter(|name| is_fqdn(name)).collect()
}

/// Returns whether all known peers of a failure are ECE's web server; also `true` without a known peer. A domain
/// controller or a mail server may also have a wrong certificate.
fn is_about_it(found: &Finding, topology: &Topology) -> bool {
    found.peers.iter().all(|peer| topology.is_web_server(peer))
}
