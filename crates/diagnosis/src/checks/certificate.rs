//! Certificates of servers that were collected as files: their names, their dates compared with the time of the logs,
//! their keys and signatures, and their chains.
//!
//! The friendly name that IIS shows need not match anything and is ignored. The truststore check reports whether a
//! certificate is trusted.

mod advice;
mod faults;

use spoglight_model::CheckId;
use spoglight_signatures::{ProvenFact, Severity};

use crate::check::{Check, CheckGuide, CheckInput, CheckOutput, Fault, gap};
use crate::tls::{self, CertificateRole, Held, Roles, called, chain, is_for, is_server};
use advice::AdviceKind;
use faults::{Faults, Server, Times, wrong_name};
use spoglight_artifacts::{Certificate, Certificates, ListedCertificate};
use spoglight_model::analysis::{CoverageGap, SourceFacts};
use spoglight_text::source_path::file_name;

/// Faults of collected certificates.
pub(super) struct CertificateFiles;

impl Check for CertificateFiles {
    fn id(&self) -> CheckId {
        CheckId("certificate")
    }

    fn number(&self) -> Option<&'static str> {
        Some("B10")
    }

    fn title(&self) -> &'static str {
        "A certificate has a wrong name, date, key or chain"
    }

    fn guide(&self) -> CheckGuide {
        CheckGuide {
            cause: "SPOG and agents reach ECE's web server by name over TLS. A certificate that does not \
                    hold that name, has expired, has a weak key or an incomplete chain is refused.",
            looks_at: "Collected certificates (PEM, DER, PKCS#7, PKCS#12, saved output of openssl, keytool and certutil): names \
                       against the called name, dates against the time of the logs, key, signature, chain.",
            needs: "the certificate of ECE's web server as a file",
            unclear: "Save it: `openssl s_client -connect <FQDN>:443 -servername <FQDN> -showcerts > \
                      web.txt`, and add web.txt.",
        }
    }

    fn run(&self, collection: &CheckInput<'_>) -> CheckOutput {
        let files = tls::files(collection);
        let held = tls::held(&files);
        let roles = Roles::of(collection);
        let servers: Vec<Server<'_>> = held
            .iter()
            .filter(|held| is_server(held.certificate))
            .map(|held| Server { held: *held, role: roles.role(held) })
            .collect();
        let web: Vec<Held<'_>> =
            servers.iter().filter(|one| one.role == CertificateRole::WebServer).map(|one| one.held).collect();
        let mut faults = Faults::default();
        let mut gaps: Vec<CoverageGap> =
            files.iter().flat_map(|(source, file)| self.unread(source, file)).collect();
        let mut is_logged = false;
        if !web.is_empty() {
            let (logged, missing) = self.names(collection, &roles, &web, &servers, &mut faults);
            is_logged = logged;
            gaps.extend(missing);
            faults.own_names(collection, &web);
            faults.differences(&roles, &web);
        }
        if !servers.is_empty() {
            gaps.extend(self.dates(collection, &held, &servers, &mut faults));
        }
        for server in servers.iter().filter(|one| one.may_be_web()) {
            faults.make(server);
        }
        for (source, file) in &files {
            let is_its = |one: &&Server<'_>| one.held.source.path == source.path;
            if servers.iter().filter(is_its).all(Server::may_be_web) {
                faults.chain(source, file);
                faults.without_key(source, file);
            }
            faults.requests(source, file);
        }
        faults.keys(collection, &files);
        let listed = listed(collection, &roles, &mut faults);
        gaps.extend(self.request(&files, &mut faults, servers.is_empty()));
        let is_expired =
            collection.found.iter().any(|found| found.facts.contains(&ProvenFact::CertificateExpired));
        let findings = AdviceKind::ALL.into_iter().filter_map(|kind| {
            let of_kind: Vec<Fault<'_>> = faults.take(kind);
            let agrees = kind == AdviceKind::Name && is_logged || kind == AdviceKind::Expired && is_expired;
            let severity = if agrees { Severity::Critical } else { kind.severity() };
            (!of_kind.is_empty()).then(|| kind.finding(self, severity, &of_kind))
        });
        let mut outcome = CheckOutput { findings: findings.collect(), gaps, ..CheckOutput::default() };
        if web.is_empty() {
            let others: Vec<String> = servers.iter().map(|one| called(one.held.certificate)).collect();
            let why = if let Some(path) = listed {
                format!(
                    "{path} shows only names and dates of the certificate of ECE's web server, not its key, its signature and its chain"
                )
            } else if others.is_empty() {
                "no server certificate was collected".to_owned()
            } else {
                format!(
                    "the certificate of ECE's web server was not collected, or nothing shows that it is one of {}",
                    others.join(", ")
                )
            };
            outcome.blind = CheckOutput::blind(
                why,
                "save the certificate that ECE's web server sends: `openssl s_client -connect <FQDN>:443 -servername \
                 <FQDN> -showcerts > web.txt`, or export it in IIS Manager > Server Certificates (Base-64 X.509, \
                 without the private key)",
            )
            .blind;
        }
        outcome
    }
}

impl CertificateFiles {
    /// Adds the names that no certificate contains. Returns whether a log reports such a name, and gaps for names whose
    /// certificate was probably not collected, because every collected certificate is for another known name.
    fn names<'a>(
        &self,
        collection: &CheckInput<'_>,
        roles: &Roles<'_>,
        servers: &[Held<'a>],
        all: &[Server<'a>],
        faults: &mut Faults<'a>,
    ) -> (bool, Vec<CoverageGap>) {
        let names = roles.web_names();
        let is_held = |name: &str| all.iter().any(|server| is_for(server.held.certificate, name));
        let shared = tls::shared_names(collection);
        let (mut is_logged, mut gaps) = (false, Vec::new());
        for (name, logged) in names.iter().filter(|(name, _)| !is_held(name)) {
            // a load balancer may have the certificate for its name, and each web server its own
            let is_other = |server: &Held<'_>| {
                names.keys().any(|name| is_for(server.certificate, name))
                    || shared.contains(name) && tls::is_for_its_host(server)
            };
            if !logged && servers.iter().all(is_other) {
                gaps.push(gap(
                    self,
                    format!("whether the certificate of {name} is right"),
                    "it was not collected; the collected certificates are for other servers",
                    format!(
                        "save it with `openssl s_client -connect {name}:443 -servername {name} -showcerts`"
                    ),
                ));
                continue;
            }
            is_logged |= logged;
            for server in servers.iter().filter(|server| !is_other(server) || *logged) {
                faults.add(AdviceKind::Name, server.source, wrong_name(server.certificate, name));
            }
        }
        (is_logged, gaps)
    }

    /// Adds faults in the dates of server certificates and of their issuers.
    fn dates<'a>(
        &self,
        collection: &CheckInput<'_>,
        held: &[Held<'a>],
        servers: &[Server<'a>],
        faults: &mut Faults<'a>,
    ) -> Option<CoverageGap> {
        let Some(times) = Times::of(collection) else {
            return Some(gap(
                self,
                "whether the certificates were valid at the time of the incident",
                "no log with dates was collected to compare them with",
                "add the logs of that time",
            ));
        };
        let pool: Vec<&Certificate> = held.iter().map(|held| held.certificate).collect();
        for server in servers {
            for certificate in chain(server.held.certificate, &pool) {
                let is_it = |held: &&Held<'_>| held.certificate.is_same(certificate);
                if let Some(holder) = held.iter().find(is_it) {
                    faults.dates(holder, &times, servers, server.role == CertificateRole::WebServer);
                }
            }
        }
        None
    }

    /// Gaps for the parts of a file that could not be read.
    fn unread(&self, source: &SourceFacts, file: &Certificates) -> Vec<CoverageGap> {
        let mut gaps = Vec::new();
        if file.locked {
            gaps.push(gap(
                self,
                format!("which certificates are in {}", source.path),
                "they are protected by an unknown password",
                "export the certificate without its private key (Base-64 X.509), and add that file; keep the .pfx and its \
                 password to yourself",
            ));
        }
        gaps.extend(file.unread.iter().map(|why| {
            gap(self, format!("what else is in {}", source.path), why.as_str(), "copy or export it again")
        }));
        gaps
    }

    /// Certificate requests that were collected instead of certificates.
    fn request<'a>(
        &self,
        files: &[(&'a SourceFacts, &'a Certificates)],
        faults: &mut Faults<'a>,
        is_alone: bool,
    ) -> Option<CoverageGap> {
        let mut only = None;
        for (source, file) in files {
            if file.requests.is_empty() || !file.certificates.is_empty() {
                continue;
            }
            let name = file_name(&source.path).to_lowercase();
            let ends = [".cer", ".crt", ".cert", ".der", ".p7b"];
            if ends.iter().any(|end| name.ends_with(end)) {
                let text = "this is a certificate request (CSR), not a certificate: the certificate that the CA issued \
                 for it is needed";
                faults.add(AdviceKind::Form, source, text.to_owned());
            } else if is_alone {
                only = Some(gap(
                    self,
                    "whether the certificate of the web server is right",
                    format!("{} is only the certificate request", source.path),
                    "add the certificate that the CA issued for it",
                ));
            }
        }
        only
    }
}

/// Adds the dates of certificates of which a command shows only some fields. Returns the file of one that is that of
/// the web server by its name.
fn listed<'a>(collection: &CheckInput<'a>, roles: &Roles<'_>, faults: &mut Faults<'a>) -> Option<&'a str> {
    let mut file = None;
    for (output, list) in tls::listed(collection) {
        // stores of Windows keep old certificates; the check of the bindings knows which one is used
        if list.store.is_some() {
            continue;
        }
        let is_web =
            |one: &&ListedCertificate| roles.web_names().keys().any(|name| tls::is_listed_for(one, name));
        for one in list.certificates.iter().filter(is_web) {
            file = file.or(Some(&*output.source.path));
            if let Some(text) = tls::expired_listed(collection, one) {
                faults.add(AdviceKind::Expired, output.source, text);
            }
        }
    }
    file
}
