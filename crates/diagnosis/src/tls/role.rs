//! Whose certificate a file holds: that of ECE's web server, of a domain controller, or of another server.
//!
//! Names decide first: those by which servers are called, and those of servers in the collection. Then marks inside the
//! certificate, then the place of the file. If nothing decides, the role is unknown, and nothing may be called wrong.

use std::collections::{BTreeMap, BTreeSet};

use spoglight_artifacts::{Artifact, Certificate, CommandContent, TlsBinding};
use spoglight_model::analysis::SourceFacts;

use super::certificates::{Held, hosts_of, is_for};
use super::names;
use super::stores::directory_stores;
use crate::check::CheckInput;
use crate::outputs::{Output, outputs};
use spoglight_topology::Topology;

/// The server that a certificate is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CertificateRole {
    /// ECE's web server.
    WebServer,
    /// A directory server (domain controller).
    Directory,
    /// Another server of the collection.
    Other,
    /// Nothing shows it.
    Unknown,
}

/// Everything from which roles are concluded.
pub(crate) struct Roles<'a> {
    topology: &'a Topology,
    web_names: BTreeMap<String, bool>,
    directory_names: BTreeSet<String>,
    /// Fingerprints of the certificates in keystores for the directory.
    in_keystores: BTreeSet<&'a str>,
    web_hosts: BTreeSet<&'a str>,
    other_hosts: BTreeSet<&'a str>,
    /// SHA-1 of the certificates that web servers have bound to the port of https.
    bound: BTreeSet<&'a str>,
}

/// The port of https.
const HTTPS: u16 = 443;

/// Certificates that Windows binds to addresses, as outputs of commands list them.
pub(crate) fn tls_bindings<'a>(collection: &CheckInput<'a>) -> Vec<(Output<'a>, &'a TlsBinding)> {
    let all = outputs(collection).into_iter().flat_map(|output| {
        let bindings = match &output.shown.content {
            CommandContent::TlsBindings(bindings) => &bindings[..],
            _ => &[],
        };
        bindings.iter().map(move |binding| (output, binding))
    });
    all.collect()
}

impl<'a> Roles<'a> {
    pub(crate) fn of(collection: &CheckInput<'a>) -> Roles<'a> {
        let topology = collection.topology;
        let stores = directory_stores(collection);
        let entries = stores.iter().flat_map(|store| &store.store.entries).filter(|entry| entry.trusted);
        let of_directory = entries.filter_map(|entry| entry.certificate.as_ref());
        let is_web = |source: &SourceFacts, artifact: Option<&Artifact>| {
            matches!(artifact, Some(Artifact::Gadget(_) | Artifact::Bindings(_)))
                || topology.is_of_web_server(&source.as_log())
        };
        let artifacts = collection.artifacts.iter().map(|(source, artifact)| (*source, Some(*artifact)));
        let all = collection.sources.iter().map(|source| (source, None)).chain(artifacts);
        let candidates: BTreeSet<&str> = all
            .filter(|(source, artifact)| is_web(source, *artifact))
            .filter_map(|(source, _)| source.host.as_deref())
            .collect();
        let hosts_of = |fits: &dyn Fn(&SourceFacts) -> bool| -> BTreeSet<&'a str> {
            let fitting = collection.sources.iter().filter(|source| fits(source));
            fitting.filter_map(|source| source.host.as_deref()).collect()
        };
        let with_web_logs = hosts_of(&|source| topology.is_of_web_server(&source.as_log()));
        let applications = hosts_of(&|source| topology.is_of_application(&source.as_log()));
        // the files of the gadget are on every server of the product
        let is_web_host = |host: &&str| with_web_logs.contains(host) || !applications.contains(host);
        let web_hosts: BTreeSet<&str> = candidates.into_iter().filter(is_web_host).collect();
        // a server of which only artifacts were collected may be any
        let logs = collection.sources.iter().filter(|source| source.events > 0);
        let hosts = logs.filter_map(|source| source.host.as_deref());
        let mut roles = Roles {
            bound: BTreeSet::new(),
            topology,
            web_names: names::of_web_server(collection),
            directory_names: names::of_directory(collection),
            in_keystores: of_directory.map(|certificate| certificate.fingerprint.as_str()).collect(),
            other_hosts: hosts.filter(|host| !web_hosts.contains(host)).collect(),
            web_hosts,
        };
        let bound = tls_bindings(collection).into_iter().filter(|(output, binding)| {
            binding.port == HTTPS && output.host.is_some_and(|host| roles.web_hosts.contains(host))
        });
        roles.bound = bound.map(|(_, binding)| binding.certificate_hash.as_str()).collect();
        roles
    }

    /// Returns whether a server may be a web server: nothing shows that it is another one.
    pub(crate) fn may_be_web(&self, host: Option<&str>) -> bool {
        host.is_none_or(|host| self.web_hosts.contains(host) || !self.other_hosts.contains(host))
    }

    /// Names by which ECE's web server is called; see [`names::of_web_server`].
    pub(crate) fn web_names(&self) -> &BTreeMap<String, bool> {
        &self.web_names
    }

    /// The servers with web logs, settings of gadgets or bindings.
    pub(crate) fn web_hosts(&self) -> &BTreeSet<&'a str> {
        &self.web_hosts
    }

    /// The role of a certificate in a file.
    pub(crate) fn role(&self, held: &Held<'_>) -> CertificateRole {
        self.by_name(held.certificate).unwrap_or_else(|| self.by_place(held.source))
    }

    fn by_name(&self, certificate: &Certificate) -> Option<CertificateRole> {
        if self.bound.contains(certificate.thumbprint.as_str())
            || self.web_names.keys().any(|name| is_for(certificate, name))
        {
            return Some(CertificateRole::WebServer);
        }
        if certificate.is_domain_controller
            || self.in_keystores.contains(certificate.fingerprint.as_str())
            || self.directory_names.iter().any(|name| is_for(certificate, name))
        {
            return Some(CertificateRole::Directory);
        }
        let labels: Vec<&str> =
            hosts_of(certificate).into_iter().filter_map(|name| name.split('.').next()).collect();
        let is_among = |hosts: &BTreeSet<&str>| {
            hosts.iter().any(|host| labels.iter().any(|label| host.eq_ignore_ascii_case(label)))
        };
        if is_among(&self.web_hosts) {
            return Some(CertificateRole::WebServer);
        }
        is_among(&self.other_hosts).then_some(CertificateRole::Other)
    }

    fn by_place(&self, source: &SourceFacts) -> CertificateRole {
        let is_on_web = source.host.as_deref().is_some_and(|host| self.web_hosts.contains(host));
        match self.topology.is_web_certificate(&source.path) {
            Some(true) => CertificateRole::WebServer,
            None if is_on_web => CertificateRole::WebServer,
            _ => CertificateRole::Unknown,
        }
    }
}
