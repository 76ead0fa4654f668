//! The truststores of the administration servers (ADS): each of them must contain the certificate of ECE's web server
//! or its issuer. Without it the gadget does not open.
//!
//! A store among ECE's own files holds the certificate of a domain controller and is ignored.

use std::collections::BTreeSet;

use spoglight_model::CheckId;
use spoglight_signatures::{Confidence, ProvenFact, Severity};

use crate::check::{
    Check, CheckGuide, CheckInput, CheckOutput, Fault, INTEGRATION, MOST, and, at, files, finding, gap,
    sentences, with_faults,
};
use crate::tls::{self, CertificateRole, Held, Roles, Store, Trust, TrustReason, called, is_for, is_server};
use spoglight_artifacts::{Certificate, TrustEntry};
use spoglight_model::analysis::{CoverageGap, Finding, InconclusiveReason};
use spoglight_source::SourceId;
use spoglight_time::Timestamp;

/// Paths of the truststores, for advice.
const WHERE: &str = "of every ADS: %JAVA_HOME%\\lib\\security\\cacerts (12.0 and 12.5), <ICM install folder>\\ssl\\cacerts (12.6 and \
                      later)";

/// Command that saves the certificate, for advice.
const CERTIFICATE: &str = "the certificate of ECE's web server: `openssl s_client -connect <FQDN>:443 -servername <FQDN> \
                           -showcerts > web.txt`";

/// Steps for any certificate and store.
const GENERAL: &[&str] = &[
    "Copy the truststore to a safe place first.",
    r"Self-signed certificate, 12.0 and 12.5: `keytool -keystore %JAVA_HOME%\lib\security\cacerts -storepass changeit -import -alias <FQDN of the ECE web server> -file <certificate file>`",
    "CA-signed: import the root first, then every intermediate, each with `-trustcacerts -alias <name> -file <CA \
     certificate>`; the certificate of the server itself is not imported",
    r"12.6 and later: the same imports, with `%CCE_JAVA_HOME%\bin\keytool` and `-keystore <ICM install folder>\ssl\cacerts`",
];

/// Number of steps from which on the general ones are shorter.
const MANY_STEPS: usize = 16;

/// Truststores without ECE's certificate.
pub(super) struct Truststores;

impl Check for Truststores {
    fn id(&self) -> CheckId {
        CheckId("truststore")
    }

    fn number(&self) -> Option<&'static str> {
        Some("B14")
    }

    fn title(&self) -> &'static str {
        "The truststore of an ADS contains neither the certificate of ECE's web server nor its issuer"
    }

    fn guide(&self) -> CheckGuide {
        CheckGuide {
            cause: "The Tomcat of every ADS must trust ECE's web server. If its truststore holds neither the \
                    certificate nor its issuer, the gadget does not open.",
            looks_at: "The truststores of the ADSs (JKS, PKCS#12, saved output of keytool -list), the certificate of ECE's web \
                       server, and differences between two ADSs.",
            needs: "the truststore of every ADS (12.0 and 12.5: %JAVA_HOME%\\lib\\security\\cacerts; 12.6 \
                    and later: <ICM install folder>\\ssl\\cacerts), and the certificate of ECE's web server",
            unclear: "Collect both, or look: `keytool -list -v -keystore <truststore> -storepass changeit`, \
                      and compare the SHA-256 fingerprints.",
        }
    }

    fn run(&self, collection: &CheckInput<'_>) -> CheckOutput {
        let stores = tls::ads_stores(collection);
        let damaged = tls::damaged(collection, &stores);
        let held = tls::held(&tls::files(collection));
        let roles = Roles::of(collection);
        let own: Vec<Held<'_>> = of_web_server(&held, &roles);
        let pool: Vec<&Certificate> = held.iter().map(|held| held.certificate).collect();
        let end = collection.sources.iter().filter_map(|source| source.last).reduce(Timestamp::later);
        let mut steps = Vec::new();
        let mut faults = damaged;
        let (mut gaps, mut is_sure) = (Vec::new(), !faults.is_empty());
        for group in tls::by_server(&stores).values() {
            for server in &own {
                let Some(trust) = tls::look_up(group, server.certificate, &pool) else { continue };
                if let Some(text) = trust.fault() {
                    is_sure |= trust.is_sure();
                    faults.push(trust.store.fault(text));
                    steps.extend(tls::import_steps(
                        &trust,
                        &tls::StorePlace::of(&trust.store),
                        server.source,
                    ));
                }
                faults.extend(trust.entry().and_then(|entry| expired(&trust, entry, end)));
                gaps.extend(self.unknown(&trust));
            }
        }
        if own.is_empty() {
            let lacking = lacking(&roles, &stores);
            is_sure |= !lacking.is_empty();
            faults.extend(lacking);
        }
        let mut outcome = CheckOutput { gaps, ..CheckOutput::default() };
        if !faults.is_empty() {
            outcome.findings.push(self.finding(&faults, steps, is_sure));
        }
        outcome.blind = blind(collection, &stores, &own);
        outcome
    }
}

impl Truststores {
    /// The gap of a store that is protected by an unknown password, or of a list that shows only fingerprints.
    fn unknown(&self, trust: &Trust<'_>) -> Option<CoverageGap> {
        let about =
            format!("whether {} makes the ADS trust {}", trust.store.source.path, called(trust.certificate));
        match trust.reason {
            TrustReason::Locked => Some(gap(
                self,
                about,
                "it is protected by an unknown password",
                "give its password with --password, or check it on the ADS: `keytool -list -v -keystore <store>` must show the \
                 certificate, or its root",
            )),
            TrustReason::FingerprintsOnly => Some(gap(
                self,
                about,
                format!(
                    "the list shows only fingerprints; none of them is that of the certificate or of a certificate above it that was \
                     collected ({} is not judged)",
                    trust.authorities()
                ),
                "save the output of `keytool -list -v` in its place, or add the certificates of the issuer as files",
            )),
            _ => None,
        }
    }

    fn finding(&self, faults: &[Fault<'_>], steps: Vec<String>, is_sure: bool) -> Finding {
        let confidence = if is_sure { Confidence::Certain } else { Confidence::Likely };
        let mut found = with_faults(finding(self, Severity::High, confidence), faults);
        found.facts = vec![ProvenFact::StoreLacksCertificate];
        found.cause.push_str(
            "The Java of an ADS trusts only what is in its truststore. The certificate of ECE's web server was never \
             imported, was renewed after the import, was imported on only one ADS, or was lost when Java was updated. \
             The handshake then fails, and the gadget does not open.",
        );
        found.confirm = sentences(&[
            r"12.0 and 12.5, on the ADS: `%JAVA_HOME%\bin\keytool -list -v -keystore %JAVA_HOME%\lib\security\cacerts -storepass changeit`; compare the fingerprints (SHA-256) with those of the certificate",
            r"12.6 and later: `%CCE_JAVA_HOME%\bin\keytool -list -v -keystore <ICM install folder>\ssl\cacerts -storepass changeit`",
            "`openssl s_client -connect <FQDN>:443 -servername <FQDN> -showcerts` shows what the web server sends, and \
             whether it includes the intermediates",
        ]);
        found.fix = match steps.len() {
            0 | MANY_STEPS.. => sentences(GENERAL),
            _ => steps,
        };
        found.fix.extend(sentences(&[
            "Damaged store: restore the copy made before, and import again with keytool, not with OpenSSL.",
            "Restart the ADS (12.6 and later: the Apache Tomcat service is enough), and do the same on every other ADS.",
        ]));
        found.false_positives = sentences(&[
            "The store is not in use: 12.6 and later read <ICM install folder>\\ssl\\cacerts.",
            "The certificate in the collection is not the one that the web server uses.",
            "The web server sends its intermediates, and the root is in the store.",
            "Some versions of Java accept an entry that has expired.",
        ]);
        found.references = sentences(&[INTEGRATION]);
        found
    }
}

/// The reason why the check cannot answer, if there is one.
fn blind(collection: &CheckInput<'_>, stores: &[Store<'_>], own: &[Held<'_>]) -> Option<InconclusiveReason> {
    let paths: Vec<&str> = stores.iter().map(|store| &*store.source.path).collect();
    let outcome = match (files(&paths), own.is_empty()) {
        (None, true) => CheckOutput::blind(
            "neither a truststore of an ADS nor the certificate of ECE's web server was collected",
            format!("add the truststore {WHERE}, and {CERTIFICATE}"),
        ),
        (None, false) => {
            CheckOutput::blind("no truststore of an ADS was collected", format!("add the truststore {WHERE}"))
        }
        (Some(paths), true) => CheckOutput::blind(
            format!("{paths} cannot be checked: the certificate of ECE's web server was not collected"),
            format!("add {CERTIFICATE}"),
        ),
        (Some(_), false) => {
            let without = tls::ads_without_store(collection, stores);
            if without.is_empty() {
                return None;
            }
            CheckOutput::blind(
                format!("no truststore of {} was collected", and(without.iter().copied())),
                format!("add the truststore {WHERE}: every ADS must trust the certificate"),
            )
        }
    };
    outcome.blind
}

/// The certificates of ECE's web server.
fn of_web_server<'a>(held: &[Held<'a>], roles: &Roles<'_>) -> Vec<Held<'a>> {
    let servers = held.iter().copied().filter(|held| is_server(held.certificate));
    let web: Vec<Held<'_>> = servers.filter(|held| roles.role(held) == CertificateRole::WebServer).collect();
    tls::current(&web)
}

/// The fault of an entry that makes a certificate trusted but has expired.
fn expired<'a>(trust: &Trust<'a>, entry: &TrustEntry, end: Option<Timestamp>) -> Option<Fault<'a>> {
    let certificate = entry.certificate.as_ref()?;
    let end = end.filter(|end| certificate.not_after < end.nanos())?;
    let text = format!(
        "entry \"{}\", which makes {} trusted, expired at {}; the logs end at {}",
        entry.alias,
        called(trust.certificate),
        at(Timestamp::Utc(certificate.not_after)),
        at(end)
    );
    Some(trust.store.fault(text))
}

/// Server certificates that one ADS has and another lacks: the only fault that can be found without the certificate
/// itself.
fn lacking<'a>(roles: &Roles<'_>, stores: &[Store<'a>]) -> Vec<Fault<'a>> {
    let names = roles.web_names();
    let is_meant = |certificate: &Certificate| {
        is_server(certificate) && (names.is_empty() || names.keys().any(|name| is_for(certificate, name)))
    };
    let servers = tls::by_server(stores);
    let mut faults: Vec<Fault<'_>> = Vec::new();
    let mut told: BTreeSet<(SourceId, String)> = BTreeSet::new();
    // each is compared with all others
    for (name, group) in servers.iter().take(MOST) {
        let others = servers.iter().filter(|(other, _)| *other != name).flat_map(|(other, group)| {
            group.iter().flat_map(move |store| store.store.entries.iter().map(move |entry| (*other, entry)))
        });
        let others = others
            .filter_map(|(other, entry)| Some((other, entry, entry.certificate.as_ref()?)))
            .filter(|(_, entry, certificate)| entry.trusted && is_meant(certificate));
        for (other, entry, certificate) in others.take(MOST) {
            let has = |store: &Store<'_>| {
                let entries = &store.store.entries;
                store.store.locked || entries.iter().any(|own| own.holds(certificate) == Some(true))
            };
            let Some(store) = group.first().filter(|_| !group.iter().any(has)) else { continue };
            let name = called(certificate);
            let text = format!("{name} is not in this store; {other} has it as \"{}\"", entry.alias);
            if faults.len() < MOST && told.insert((store.source.id, text.clone())) {
                faults.push(store.fault(text));
            }
        }
    }
    faults
}
