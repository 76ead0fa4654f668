//! Certificates of servers that were collected as files: their names, their dates compared with the time of the logs,
//! their keys and signatures, and their chains.
//!
//! The friendly name that IIS shows need not match anything and is ignored. The truststore check reports whether a
//! certificate is trusted.

mod advice;

use spoglight_model::CheckId;
use spoglight_signatures::{ProvenFact, Severity};

use super::web_server::{self, Held, called, chain, fits, is_for, is_server, names_of};
use crate::check::{Check, CheckGuide, CheckInput, CheckOutput, Fault, MOST, at, gap};
use advice::AdviceKind;
use spoglight_artifacts::{Artifact, Certificate, Certificates};
use spoglight_model::analysis::{CoverageGap, SourceFacts};
use spoglight_text::source_path::file_name;
use spoglight_time::Timestamp;
use spoglight_time::units::{DAY, HOUR};

/// Nanoseconds before its expiry from which on a certificate should be renewed.
const SOON: i64 = 30 * DAY;

/// Largest difference between a local time and UTC, in nanoseconds.
const AWAY: i64 = 14 * HOUR;

/// Faults of collected certificates.
pub(super) struct CertificateFiles;

/// Faults by kind, in the order of the kinds.
#[derive(Default)]
struct Faults<'a>(Vec<(AdviceKind, Fault<'a>)>);

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
            looks_at: "Collected certificates (PEM, DER, PKCS#7, PKCS#12, saved output of openssl): names \
                       against the called name, dates against the time of the logs, key, signature, chain.",
            needs: "the certificate of ECE's web server as a file",
            unclear: "Save it: `openssl s_client -connect <FQDN>:443 -servername <FQDN> -showcerts > \
                      web.txt`, and add web.txt.",
        }
    }

    fn run(&self, collection: &CheckInput<'_>) -> CheckOutput {
        let files = web_server::files(collection);
        let held = web_server::held(&files);
        let servers: Vec<Held<'_>> =
            held.iter().copied().filter(|held| is_server(held.certificate)).collect();
        let mut faults = Faults::default();
        let mut gaps: Vec<CoverageGap> =
            files.iter().flat_map(|(source, file)| self.unread(source, file)).collect();
        let mut is_logged = false;
        if !servers.is_empty() {
            let (logged, missing) = self.names(collection, &servers, &mut faults);
            is_logged = logged;
            gaps.extend(missing);
            gaps.extend(self.dates(collection, &held, &servers, &mut faults));
            for server in &servers {
                faults.make(server);
            }
        }
        for (source, file) in &files {
            faults.chain(source, file);
        }
        faults.keys(collection, &files);
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
        if servers.is_empty() {
            outcome.blind = CheckOutput::blind(
                "no server certificate was collected",
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
        servers: &[Held<'a>],
        faults: &mut Faults<'a>,
    ) -> (bool, Vec<CoverageGap>) {
        let names = web_server::names(collection);
        let is_held = |name: &str| servers.iter().any(|server| is_for(server.certificate, name));
        let is_other = |server: &Held<'_>| names.keys().any(|name| is_for(server.certificate, name));
        let (mut is_logged, mut gaps) = (false, Vec::new());
        for (name, logged) in names.iter().filter(|(name, _)| !is_held(name)) {
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
        servers: &[Held<'a>],
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
        for certificate in servers.iter().flat_map(|server| chain(server.certificate, &pool)) {
            let holder = held.iter().find(|held| held.certificate.fingerprint == certificate.fingerprint);
            if let Some(holder) = holder {
                faults.dates(holder, &times, servers);
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
            if file.requests == 0 || !file.certificates.is_empty() {
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

fn wrong_name(certificate: &Certificate, name: &str) -> String {
    let common = certificate.common_name.as_deref();
    let why = if common.is_some_and(|common| fits(common, name)) {
        "; the CN is ignored because there are DNS names"
    } else {
        ""
    };
    format!("{} is not in this certificate: {}{why}", name, names_of(certificate))
}

/// The time range of the logs.
struct Times {
    first: Timestamp,
    last: Timestamp,
    /// Largest possible difference from UTC, in nanoseconds.
    away: i64,
}

impl Times {
    fn of(collection: &CheckInput<'_>) -> Option<Times> {
        if let Some((first, last)) = collection.span() {
            return Some(Times { first, last, away: 0 });
        }
        let sources = || collection.sources.iter();
        let first = sources().filter_map(|source| source.first).reduce(Timestamp::earlier)?;
        let last = sources().filter_map(|source| source.last).reduce(Timestamp::later)?;
        Some(Times { first, last, away: AWAY })
    }

    /// Returns whether all logs certainly end before that time.
    fn end_before(&self, time: i64) -> bool {
        self.last.nanos().saturating_add(self.away) < time
    }

    /// Returns whether the logs certainly reach past that time.
    fn reach_behind(&self, time: i64) -> bool {
        self.last.nanos().saturating_sub(self.away) > time
    }
}

impl<'a> Faults<'a> {
    /// Adds a fault once. Certificate files have no useful line numbers, so it is reported on line 1.
    fn add(&mut self, kind: AdviceKind, source: &'a SourceFacts, text: String) {
        let is_known =
            |(_, known): &(AdviceKind, Fault<'_>)| known.text == text && known.source.path == source.path;
        if self.0.len() < MOST && !self.0.iter().any(is_known) {
            self.0.push((kind, Fault { source, line: 1, text }));
        }
    }

    /// Removes and returns the faults of one kind.
    fn take(&mut self, kind: AdviceKind) -> Vec<Fault<'a>> {
        let (taken, left) = std::mem::take(&mut self.0).into_iter().partition(|(known, _)| *known == kind);
        self.0 = left;
        let taken: Vec<(AdviceKind, Fault<'a>)> = taken;
        taken.into_iter().map(|(_, fault)| fault).collect()
    }

    /// Adds faults in the names, the key, the signature and the usage of a server certificate.
    fn make(&mut self, server: &Held<'a>) {
        let certificate = server.certificate;
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
            self.add(AdviceKind::Form, server.source, format!("{}: {why}", called(certificate)));
        }
    }

    /// Compares the dates of a certificate with the time of the logs.
    fn dates(&mut self, held: &Held<'a>, times: &Times, servers: &[Held<'_>]) {
        let certificate = held.certificate;
        let (from, to) = (certificate.not_before, certificate.not_after);
        let name = called(certificate);
        let when = |nanos: i64| at(Timestamp::Utc(nanos));
        // an old certificate that was collected with its successor is harmless
        let is_replaced = servers.iter().any(|other| {
            let other = other.certificate;
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
                self.add(AdviceKind::Expired, held.source, text);
            }
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
    fn chain(&mut self, source: &'a SourceFacts, file: &'a Certificates) {
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

    /// Adds private keys, which must not leave their server.
    fn keys(&mut self, collection: &CheckInput<'a>, files: &[(&'a SourceFacts, &'a Certificates)]) {
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

fn weak_key(certificate: &Certificate) -> Option<String> {
    let bits = certificate.key_bits?;
    let least = match certificate.key.as_str() {
        "RSA" | "DSA" => 2048,
        "EC" => 256,
        _ => return None,
    };
    (bits < least).then(|| format!("its {} key has {bits} bits; the minimum is {least}", certificate.key))
}

fn weak_signature(certificate: &Certificate) -> Option<String> {
    let name = &certificate.signature_algorithm;
    let lower = name.to_ascii_lowercase();
    let is_weak = ["sha1", "md5", "md2"].iter().any(|weak| lower.contains(weak));
    is_weak.then(|| format!("it is signed with {name}; the minimum is SHA-256"))
}
