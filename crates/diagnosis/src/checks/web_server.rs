//! What a collection tells of ECE's web server: the names with which it is called, and the certificates that may be its
//! own. No check: several look at this from several sides.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use crate::check::{CheckInput, MOST};
use spoglight_artifacts::{Artifact, Certificate, Certificates};
use spoglight_model::analysis::{Finding, SourceFacts};
use spoglight_topology::Topology;

/// The setting of the gadget that holds the web server's name.
pub(super) const NAME_SETTING: &str = "web_server_name";

/// Certificates above each other that are followed; real chains have four.
pub(super) const LONGEST: usize = 8;

/// The names with which the web server is called, in lower case, and of each whether a log says that the certificate did
/// not hold it. Short names and addresses are left out: that those are wrong is said where they are set.
pub(super) fn names(collection: &CheckInput<'_>) -> BTreeMap<String, bool> {
    let mut names = BTreeMap::new();
    for (_, artifact) in collection.artifacts {
        if let Artifact::Gadget(config) = artifact {
            let set = config.values.iter().rfind(|setting| setting.name == NAME_SETTING);
            names.extend(set.map(|setting| (setting.value.to_ascii_lowercase(), false)));
        }
    }
    for found in collection.found.iter().filter(|found| is_about_it(found, collection.topology)) {
        let values = found.called.iter().filter_map(|capture| found.captures.get(capture)).flatten();
        names.extend(values.map(|value| (value.to_ascii_lowercase(), true)));
    }
    names.retain(|name, _| is_fqdn(name));
    names
}

/// Whether a failure is known to be one with ECE's web server, or nothing says with whom it was. A domain controller or a
/// mail server may have a wrong certificate, too.
fn is_about_it(found: &Finding, topology: &Topology) -> bool {
    found.peers.iter().all(|peer| topology.is_web_server(peer))
}

/// Whether it is a full host name: with a domain, and no address.
pub(super) fn is_fqdn(name: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    name.contains('.') && name.parse::<IpAddr>().is_err() && name.split('.').all(is_label)
}

/// A certificate of a file, and where it stands.
#[derive(Clone, Copy)]
pub(super) struct Held<'a> {
    pub(super) source: &'a SourceFacts,
    pub(super) certificate: &'a Certificate,
}

/// The files of certificates.
pub(super) fn files<'a>(collection: &CheckInput<'a>) -> Vec<(&'a SourceFacts, &'a Certificates)> {
    let files = collection.artifacts.iter().filter_map(|(source, artifact)| match artifact {
        Artifact::Certificates(file) => Some((*source, file)),
        _ => None,
    });
    files.collect()
}

/// The certificates of these files; one that stands in several only once.
pub(super) fn held<'a>(files: &[(&'a SourceFacts, &'a Certificates)]) -> Vec<Held<'a>> {
    let mut known = BTreeSet::new();
    let all = files
        .iter()
        .flat_map(|(source, file)| file.certificates.iter().map(|certificate| Held { source, certificate }));
    all.filter(|held| known.insert(held.certificate.fingerprint.as_str())).take(MOST).collect()
}

/// Whether it is a server's: it says a host's name, and is no authority. One that OpenSSL signed with itself calls itself
/// an authority, too.
pub(super) fn is_server(certificate: &Certificate) -> bool {
    let common = certificate.common_name.as_deref().unwrap_or_default();
    let is_host = |name: &str| name.split('.').all(|label| label == "*" || is_fqdn(&format!("{label}.x")));
    let is_named = !certificate.dns_names.is_empty() || is_host(common);
    let is_own = certificate.self_signed
        && (!certificate.dns_names.is_empty()
            || certificate.server_auth == Some(true)
            || common.contains('.'));
    // a user's certificate has a name of one word, too
    let is_user =
        certificate.server_auth == Some(false) && certificate.dns_names.is_empty() && !common.contains('.');
    is_named && !is_user && (!certificate.is_ca || is_own)
}

/// Whether a certificate is for this host, as Java decides it: where there are DNS names, the common name does not count.
pub(super) fn is_for(certificate: &Certificate, host: &str) -> bool {
    if certificate.dns_names.is_empty() {
        return certificate.common_name.as_deref().is_some_and(|name| fits(name, host));
    }
    certificate.dns_names.iter().any(|name| fits(name, host))
}

/// Whether a name of a certificate fits a host. A star stands for one part.
pub(super) fn fits(name: &str, host: &str) -> bool {
    if let Some(domain) = name.strip_prefix("*.") {
        return host.split_once('.').is_some_and(|(_, rest)| rest.eq_ignore_ascii_case(domain));
    }
    name.eq_ignore_ascii_case(host)
}

/// Whether the first may have signed the second: by the identifiers of their keys, else by their names alone.
pub(super) fn signed(above: &Certificate, below: &Certificate) -> bool {
    let keys = above.subject_key_id.as_ref().zip(below.authority_key_id.as_ref());
    above.subject == below.issuer
        && above.fingerprint != below.fingerprint
        && keys.is_none_or(|(own, authority)| own == authority)
}

/// A certificate and those above it, as far as `pool` has them.
pub(super) fn chain<'a>(certificate: &'a Certificate, pool: &[&'a Certificate]) -> Vec<&'a Certificate> {
    let mut chain = vec![certificate];
    let mut last = certificate;
    while !last.self_signed && chain.len() < LONGEST {
        let above = pool.iter().find(|above| signed(above, last) && !chain.contains(above));
        let Some(above) = above else { break };
        chain.push(above);
        last = above;
    }
    chain
}

/// A certificate in a sentence: its common name, else its subject.
pub(super) fn called(certificate: &Certificate) -> String {
    match &certificate.common_name {
        Some(name) => format!("CN={name}"),
        None if certificate.subject.is_empty() => format!("serial number {}", certificate.serial),
        None => certificate.subject.clone(),
    }
}

/// Its names in a sentence.
pub(super) fn names_of(certificate: &Certificate) -> String {
    let dns = if certificate.dns_names.is_empty() {
        "no DNS name".to_owned()
    } else {
        format!("DNS names {}", certificate.dns_names.join(", "))
    };
    format!("{}, {dns}", called(certificate))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_names() {
        for (name, is) in [
            ("eceweb01.lab.example", true),
            ("eceweb01", false),
            ("192.0.2.10", false),
            ("2001:db8::1", false),
            ("https://eceweb01.lab.example", false),
            ("eceweb01.lab.example:443", false),
            ("eceweb01.lab.example.", false),
            ("", false),
        ] {
            assert_eq!(is_fqdn(name), is, "{name}");
        }
    }

    #[test]
    fn a_star_is_one_part() {
        assert!(fits("*.lab.example", "ECEWEB01.lab.example"));
        assert!(!fits("*.lab.example", "a.b.lab.example"));
        assert!(!fits("*.lab.example", "lab.example"));
        assert!(fits("eceweb01.LAB.example", "eceweb01.lab.example"));
    }
}
