//! The faults of collected certificates, requests and exports, one function for each kind.

use std::collections::BTreeMap;

use super::advice::AdviceKind;
use crate::check::{CheckInput, Fault, MOST, at};
use crate::tls::{self, CertificateRole, Held, Roles, called, chain, fits, is_for, is_server, names_of};
use spoglight_artifacts::{Artifact, Certificate, CertificateRequest, Certificates};
use spoglight_model::analysis::SourceFacts;
use spoglight_text::source_path::file_name;
use spoglight_time::Timestamp;
use spoglight_time::units::{DAY, HOUR};

/// Nanoseconds before its expiry from which on a certificate should be renewed.
const SOON: i64 = 30 * DAY;

/// Largest difference between a local time and UTC, in nanoseconds.
const AWAY: i64 = 14 * HOUR;

/// Faults by kind, in the order of the kinds.
#[derive(Default)]
pub(super) struct Faults<'a>(Vec<(AdviceKind, Fault<'a>)>);

/// A certificate of a server, and whose it is.
pub(super) struct Server<'a> {
    pub(super) held: Held<'a>,
    pub(super) role: CertificateRole,
}

impl Server<'_> {
    /// Returns whether nothing shows that it is the certificate of another server.
    pub(super) fn may_be_web(&self) -> bool {
        matches!(self.role, CertificateRole::WebServer | CertificateRole::Unknown)
    }
}

/// The time range of the logs.
pub(super) struct Times {
    first: Timestamp,
    last: Timestamp,
    /// Largest possible difference from UTC, in nanoseconds.
    away: i64,
}

impl Times {
    pub(super) fn of(collection: &CheckInput<'_>) -> Option<Times> {
        if let Some((first, last)) = collection.span() {
            return Some(Times { first, last, away: 0 });
        }
        let sources = || collection.sources.iter();
        let first = sources().filter_map(|source| source.first).reduce(Timestamp::earlier)?;
        let last = sources().filter_map(|source| source.last).reduce(Timestamp::later)?;
        Some(Times { first, last, away: AWAY })
    }

    /// Returns whether all logs certainly end before that time.
    pub(super) fn end_before(&self, time: i64) -> bool {
        self.last.nanos().saturating_add(self.away) < time
    }

    /// Returns whether the logs certainly reach past that time.
    pub(super) fn reach_behind(&self, time: i64) -> bool {
        self.last.nanos().saturating_sub(self.away) > time
    }
}
impl<'a> Faults<'a> {
    /// Adds a fault once. Certificate files have no useful line numbers, so it is reported on line 1.
    pub(super) fn add(&mut self, kind: AdviceKind, source: &'a SourceFacts, text: String) {
        let is_known =
            |(_, known): &(AdviceKind, Fault<'_>)| known.text == text && known.source.path == source.path;
        if self.0.len() < MOST && !self.0.iter().any(is_known) {
            self.0.push((kind, Fault { source, line: 1, text }));
        }
    }

    /// Removes and returns the faults of one kind.
    pub(super) fn take(&mut self, kind: AdviceKind) -> Vec<Fault<'a>> {
        let (taken, left) = std::mem::take(&mut self.0).into_iter().partition(|(known, _)| *known == kind);
        self.0 = left;
        let taken: Vec<(AdviceKind, Fault<'a>)> = taken;
        taken.into_iter().map(|(_, fault)| fault).collect()
    }

    /// Adds faults in the names, the key, the signature and the usage of a server certificate.
    pub(super) fn make(&mut self, server: &Server<'a>) {
        let certificate = server.held.certificate;
        let kind = if server.role == CertificateRole::WebServer {
            AdviceKind::Form
        } else {
            AdviceKind::FormUnknown
        };
        let mut wrong = Vec::new();
        match certificate.common_name.as_deref() {
            _ if certificate.dns_names.is_empty() => {
                wrong.push(
                    "it has no DNS name (SAN): browsers require one, and it must repeat the CN".to_owned(),
                );
            }
            Some(common) if !certificate.dns_names.iter().any(|name| name.eq_ignore_ascii_case(common)) => {
                wrong.push(format!(
                    "its CN is not among its DNS names ({})",
                    certificate.dns_names.join(", ")
                ));
            }
            _ => {}
        }
        wrong.extend(weak_key(certificate));
        wrong.extend(weak_signature(certificate));
        if certificate.server_auth == Some(false) {
            wrong.push("its extended key usage is not that of a server (serverAuth is missing)".to_owned());
        }
        for why in wrong {
            self.add(kind, server.held.source, format!("{}: {why}", called(certificate)));
        }
    }

    /// Compares the dates of a certificate with the time of the logs.
    pub(super) fn dates(&mut self, held: &Held<'a>, times: &Times, servers: &[Server<'_>], is_web: bool) {
        let certificate = held.certificate;
        let (from, to) = (certificate.not_before, certificate.not_after);
        let name = called(certificate);
        let when = |nanos: i64| at(Timestamp::Utc(nanos));
        // an old certificate that was collected with its successor is harmless
        let is_replaced = servers.iter().any(|other| {
            let other = other.held.certificate;
            other.subject == certificate.subject
                && other.not_after > to
                && !times.reach_behind(other.not_after)
        });
        if times.reach_behind(to) {
            let while_logged =
                if times.first.nanos() <= to { ", within the time that the logs cover" } else { "" };
            let text =
                format!("{name} expired at {}{while_logged}; the logs reach to {}", when(to), at(times.last));
            if !is_replaced {
                let kind = if is_web { AdviceKind::Expired } else { AdviceKind::ExpiredOther };
                self.add(kind, held.source, text);
            }
        } else if !is_web {
            // whether another server uses it at all is unknown
        } else if times.end_before(from) {
            let text =
                format!("{name} is valid from {} on, and the logs end at {}", when(from), at(times.last));
            self.add(AdviceKind::NotYet, held.source, text);
        } else if to.saturating_sub(times.last.nanos()) < SOON && !is_replaced {
            let text = format!("{name} expires at {}; the logs end at {}", when(to), at(times.last));
            self.add(AdviceKind::Soon, held.source, text);
        }
    }

    /// The chain in one file. A root may be missing, because servers do not send it. An intermediate may not.
    pub(super) fn chain(&mut self, source: &'a SourceFacts, file: &'a Certificates) {
        let all: Vec<&Certificate> = file.certificates.iter().take(MOST).collect();
        let has_root = all.iter().any(|one| one.is_ca && one.self_signed && !is_server(one));
        for server in all.iter().filter(|one| is_server(one)) {
            let chain = chain(server, &all);
            let above = chain.get(1..).unwrap_or_default();
            if let Some(last) = chain.last().filter(|last| !last.self_signed) {
                let has_authority = all.iter().any(|one| one.is_ca && !is_server(one));
                if has_root || above.is_empty() && has_authority {
                    let text = format!(
                        "the chain of {} breaks off above {}: the intermediate certificate \"{}\" is missing",
                        called(server),
                        called(last),
                        last.issuer
                    );
                    self.add(AdviceKind::Form, source, text);
                }
            }
            for authority in above {
                let signature = weak_signature(authority).filter(|_| !authority.self_signed);
                for why in weak_key(authority).into_iter().chain(signature) {
                    self.add(
                        AdviceKind::Form,
                        source,
                        format!("{}, above {}: {why}", called(authority), called(server)),
                    );
                }
            }
        }
    }

    /// Adds certificates of a web server that do not contain the name in the settings of the same server, although the
    /// certificate of another web server contains it. A name in the settings of several servers is that of a load balancer,
    /// which may have the certificate for it.
    pub(super) fn own_names(&mut self, collection: &CheckInput<'_>, web: &[Held<'a>]) {
        let shared = tls::shared_names(collection);
        for (source, name) in
            tls::set_names(collection).into_iter().filter(|(_, name)| !shared.contains(name))
        {
            let Some(host) = source.host.as_deref() else { continue };
            let (own, others): (Vec<&Held<'a>>, Vec<&Held<'a>>) =
                web.iter().partition(|held| held.source.host.as_deref() == Some(host));
            let is_held = |held: &Held<'_>| is_for(held.certificate, &name);
            let is_of_another = others.iter().any(|held| held.source.host.is_some() && is_held(held));
            if own.iter().any(|held| is_held(held)) || !is_of_another {
                continue;
            }
            for held in own {
                self.add(AdviceKind::Name, held.source, wrong_name(held.certificate, &name));
            }
        }
    }

    /// Adds certificates of several web servers that differ although they are for one name. That is allowed if the load
    /// balancer ends TLS.
    pub(super) fn differences(&mut self, roles: &Roles<'_>, web: &[Held<'a>]) {
        for name in roles.web_names().keys() {
            let mut servers: BTreeMap<&str, Vec<&Held<'a>>> = BTreeMap::new();
            for held in web.iter().filter(|held| is_for(held.certificate, name)) {
                servers.entry(held.source.host.as_deref().unwrap_or_default()).or_default().push(held);
            }
            servers.remove("");
            let mut servers = servers.into_iter();
            let Some((first, known)) = servers.next() else { continue };
            let is_known =
                |held: &&Held<'_>| known.iter().any(|one| one.certificate.is_same(held.certificate));
            for (_, own) in servers.filter(|(_, own)| !own.iter().any(&is_known)) {
                let (Some(held), Some(other)) = (own.first(), known.first()) else { continue };
                let text = format!(
                    "serial number {} for {name}; on {first} it is {}",
                    held.certificate.serial, other.certificate.serial
                );
                self.add(AdviceKind::Differ, held.source, text);
            }
        }
    }

    /// Adds an export (.pfx) of a server certificate without its private key.
    pub(super) fn without_key(&mut self, source: &'a SourceFacts, file: &Certificates) {
        let server = file.certificates.iter().find(|one| is_server(one));
        if let Some(server) =
            server.filter(|_| file.form == "PKCS#12" && file.private_keys == 0 && !file.locked)
        {
            let text =
                format!("{} holds {} without its private key", file_name(&source.path), called(server));
            self.add(AdviceKind::WithoutKey, source, text);
        }
    }

    /// Adds faults of what a certificate request asks for.
    pub(super) fn requests(&mut self, source: &'a SourceFacts, file: &'a Certificates) {
        for request in file.requests.iter().take(MOST) {
            let name = request.common_name.as_deref().unwrap_or(&request.subject);
            for why in wrong_request(request) {
                self.add(AdviceKind::Request, source, format!("the request for CN={name}: {why}"));
            }
            if request.dns_names.is_empty() {
                let why = "it asks for no DNS name (SAN): the CA must add the CN and every other name that is called";
                self.add(AdviceKind::RequestNames, source, format!("the request for CN={name}: {why}"));
            }
            let hash = request.signature_algorithm.to_ascii_lowercase();
            if ["sha1", "md5"].iter().any(|weak| hash.contains(weak)) {
                let why = format!(
                    "it is signed with {}: the CA may sign with the same hash",
                    request.signature_algorithm
                );
                self.add(AdviceKind::RequestNames, source, format!("the request for CN={name}: {why}"));
            }
        }
    }

    /// Adds private keys, which must not leave their server.
    pub(super) fn keys(
        &mut self,
        collection: &CheckInput<'a>,
        files: &[(&'a SourceFacts, &'a Certificates)],
    ) {
        let in_files = files.iter().map(|(source, file)| (*source, file.private_keys));
        let in_stores = collection.artifacts.iter().filter_map(|(source, artifact)| match artifact {
            Artifact::Truststore(store) => {
                Some((*source, store.entries.iter().filter(|entry| entry.has_private_key).count()))
            }
            _ => None,
        });
        for (source, count) in in_files.chain(in_stores).filter(|(_, count)| *count > 0) {
            let what = if count == 1 { "a private key".to_owned() } else { format!("{count} private keys") };
            self.add(AdviceKind::PrivateKey, source, format!("{} holds {what}", file_name(&source.path)));
        }
    }
}

/// The faults of what a certificate request asks for.
fn wrong_request(request: &CertificateRequest) -> Vec<String> {
    let names = &request.dns_names;
    let mut wrong: Vec<String> = weak(&request.key, request.key_bits).into_iter().collect();
    // without any, some authorities add the CN themselves
    match request.common_name.as_deref().filter(|_| !names.is_empty()) {
        Some(common) if !names.iter().any(|name| name.eq_ignore_ascii_case(common)) => {
            wrong.push(format!("its CN is not among its DNS names ({})", names.join(", ")));
        }
        _ => {}
    }
    wrong
}

fn weak_key(certificate: &Certificate) -> Option<String> {
    weak(&certificate.key, certificate.key_bits)
}

/// The fault of a key that is too short.
fn weak(key: &str, bits: Option<u32>) -> Option<String> {
    let bits = bits?;
    let least = match key {
        "RSA" | "DSA" => 2048,
        "EC" => 256,
        _ => return None,
    };
    (bits < least).then(|| format!("its {key} key has {bits} bits; the minimum is {least}"))
}

fn weak_signature(certificate: &Certificate) -> Option<String> {
    let name = &certificate.signature_algorithm;
    let lower = name.to_ascii_lowercase();
    let is_weak = ["sha1", "md5", "md2"].iter().any(|weak| lower.contains(weak));
    is_weak.then(|| format!("it is signed with {name}; the minimum is SHA-256"))
}

pub(super) fn wrong_name(certificate: &Certificate, name: &str) -> String {
    let common = certificate.common_name.as_deref();
    let why = if common.is_some_and(|common| fits(common, name)) {
        "; the CN is ignored because there are DNS names"
    } else {
        ""
    };
    format!("{} is not in this certificate: {}{why}", name, names_of(certificate))
}
