//! Certificates of a collection: their names, chains and files.

use std::collections::BTreeSet;
use std::net::IpAddr;

use crate::check::{CheckInput, MOST};
use crate::outputs::outputs;
use spoglight_artifacts::{Artifact, Certificate, Certificates, CommandContent};
use spoglight_model::analysis::SourceFacts;

/// Longest chain that is followed; real chains have four certificates.
pub(crate) const LONGEST: usize = 8;

/// Returns whether it is a full host name: with a domain, not an address.
pub(crate) fn is_fqdn(name: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    name.contains('.') && name.parse::<IpAddr>().is_err() && name.split('.').all(is_label)
}

/// A certificate and its file.
#[derive(Clone, Copy)]
pub(crate) struct Held<'a> {
    pub(crate) source: &'a SourceFacts,
    pub(crate) certificate: &'a Certificate,
}

/// The files with certificates.
pub(crate) fn files<'a>(collection: &CheckInput<'a>) -> Vec<(&'a SourceFacts, &'a Certificates)> {
    let files = collection.artifacts.iter().filter_map(|(source, artifact)| match artifact {
        Artifact::Certificates(file) => Some((*source, file)),
        _ => None,
    });
    let printed = outputs(collection).into_iter().filter_map(|output| match &output.shown.content {
        CommandContent::Certificates(file) => Some((output.source, file)),
        _ => None,
    });
    files.chain(printed).collect()
}

/// The certificates of these files, each once.
pub(crate) fn held<'a>(files: &[(&'a SourceFacts, &'a Certificates)]) -> Vec<Held<'a>> {
    let mut known = BTreeSet::new();
    let all = files
        .iter()
        .flat_map(|(source, file)| file.certificates.iter().map(|certificate| Held { source, certificate }));
    let mut all: Vec<Held<'_>> = all
        .filter(|held| {
            let Certificate { issuer, serial, not_after, .. } = held.certificate;
            known.insert((
                held.certificate.fingerprint.as_str(),
                issuer.as_str(),
                serial.as_str(),
                *not_after,
            ))
        })
        .take(MOST)
        .collect();
    // one that was printed without a fingerprint, and that was also collected itself
    let printed: Vec<bool> = all
        .iter()
        .map(|held| {
            held.certificate.fingerprint.is_empty()
                && all.iter().any(|other| {
                    !other.certificate.fingerprint.is_empty() && other.certificate.is_same(held.certificate)
                })
        })
        .collect();
    let mut printed = printed.into_iter();
    all.retain(|_| !printed.next().unwrap_or_default());
    all
}

/// The certificates of these without those that have a newer one of the same name from the same server: an old file that
/// was collected with its successor.
pub(crate) fn current<'a>(all: &[Held<'a>]) -> Vec<Held<'a>> {
    let is_old = |one: &Held<'_>| {
        all.iter().any(|other| {
            other.source.host == one.source.host
                && other.certificate.not_before > one.certificate.not_before
                && is_namesake(other.certificate, one.certificate)
        })
    };
    all.iter().copied().filter(|one| !is_old(one)).collect()
}

/// Returns whether it is a server certificate: it has a host name and is not a CA. A self-signed certificate of OpenSSL
/// is also marked as a CA.
pub(crate) fn is_server(certificate: &Certificate) -> bool {
    let common = certificate.common_name.as_deref().unwrap_or_default();
    let is_host = |name: &str| name.split('.').all(|label| label == "*" || is_fqdn(&format!("{label}.x")));
    let is_named = !certificate.dns_names.is_empty() || is_host(common);
    let is_own = certificate.self_signed
        && (!certificate.dns_names.is_empty()
            || certificate.server_auth == Some(true)
            || common.contains('.'));
    // a user certificate also has a name of one word
    let is_user =
        certificate.server_auth == Some(false) && certificate.dns_names.is_empty() && !common.contains('.');
    is_named && !is_user && (!certificate.is_ca || is_own)
}

/// Returns whether a certificate is for this host, as Java decides it: if there are DNS names, the common name is
/// ignored.
pub(crate) fn is_for(certificate: &Certificate, host: &str) -> bool {
    if certificate.dns_names.is_empty() {
        return certificate.common_name.as_deref().is_some_and(|name| fits(name, host));
    }
    certificate.dns_names.iter().any(|name| fits(name, host))
}

/// Returns whether a name of a certificate fits a host. A star matches one label.
pub(crate) fn fits(name: &str, host: &str) -> bool {
    if let Some(domain) = name.strip_prefix("*.") {
        return host.split_once('.').is_some_and(|(_, rest)| rest.eq_ignore_ascii_case(domain));
    }
    name.eq_ignore_ascii_case(host)
}

/// Returns whether the first may have signed the second: compares names, and key identifiers if both have one.
pub(crate) fn signed(above: &Certificate, below: &Certificate) -> bool {
    let keys = above.subject_key_id.as_ref().zip(below.authority_key_id.as_ref());
    above.subject == below.issuer
        && !above.is_same(below)
        && keys.is_none_or(|(own, authority)| own == authority)
}

/// A certificate and its issuers, as far as `pool` has them.
pub(crate) fn chain<'a>(certificate: &'a Certificate, pool: &[&'a Certificate]) -> Vec<&'a Certificate> {
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

/// A certificate for a sentence: its common name, else its subject.
pub(crate) fn called(certificate: &Certificate) -> String {
    match &certificate.common_name {
        Some(name) => format!("CN={name}"),
        None if certificate.subject.is_empty() => format!("serial number {}", certificate.serial),
        None => certificate.subject.clone(),
    }
}

/// Names of a certificate for a sentence.
pub(crate) fn names_of(certificate: &Certificate) -> String {
    let dns = if certificate.dns_names.is_empty() {
        "no DNS name".to_owned()
    } else {
        format!("DNS names {}", certificate.dns_names.join(", "))
    };
    format!("{}, {dns}", called(certificate))
}

/// The host names in a certificate: its DNS names, else its common name.
pub(crate) fn hosts_of(certificate: &Certificate) -> Vec<&str> {
    if certificate.dns_names.is_empty() {
        return certificate.common_name.as_deref().into_iter().collect();
    }
    certificate.dns_names.iter().map(String::as_str).collect()
}

/// A host name in a certificate by which its server can be called, for a command.
pub(crate) fn address_of(certificate: &Certificate) -> &str {
    hosts_of(certificate).into_iter().find(|name| !name.starts_with('*')).unwrap_or("<FQDN>")
}

/// Returns whether a certificate is for the server on which its file was, by the first label of a name.
pub(crate) fn is_for_its_host(held: &Held<'_>) -> bool {
    let is_label =
        |host: &str, name: &str| name.split('.').next().is_some_and(|label| label.eq_ignore_ascii_case(host));
    held.source
        .host
        .as_deref()
        .is_some_and(|host| hosts_of(held.certificate).iter().any(|name| is_label(host, name)))
}

/// Returns whether two certificates are for one server, as a renewed one is: the same subject, common name or list of
/// names. One name in common is not enough: web servers behind a load balancer share its name.
pub(crate) fn is_namesake(one: &Certificate, other: &Certificate) -> bool {
    let sorted = |certificate| {
        let mut names: Vec<String> =
            hosts_of(certificate).iter().map(|name| name.to_ascii_lowercase()).collect();
        names.sort_unstable();
        names
    };
    let common = one.common_name.as_ref().zip(other.common_name.as_ref());
    let names = sorted(one);
    one.subject == other.subject && !one.subject.is_empty()
        || common.is_some_and(|(one, other)| one.eq_ignore_ascii_case(other))
        || !names.is_empty() && names == sorted(other)
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
