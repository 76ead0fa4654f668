//! The truststores of the administration servers (ADS): each of them must contain the certificate of ECE's web server
//! or its issuer. Without it the gadget does not open.
//!
//! A store among ECE's own files holds the certificate of a domain controller and is ignored.

use std::collections::BTreeMap;

use spoglight_model::CheckId;
use spoglight_signatures::{Confidence, Severity};

use super::web_server::{self, Held, called, is_for, is_server, signed};
use crate::check::{
    Check, CheckGuide, CheckInput, CheckOutput, Fault, INTEGRATION, MOST, at, files, finding, gap, sentences,
    with_faults,
};
use spoglight_artifacts::{Artifact, Certificate, TrustEntry, Truststore};
use spoglight_model::analysis::{CoverageGap, Finding, InconclusiveReason, SourceFacts};
use spoglight_source::ProblemKind;
use spoglight_text::source_path::file_name;
use spoglight_time::Timestamp;

/// Paths of the truststores, for advice.
const WHERE: &str = "of every ADS: %JAVA_HOME%\\lib\\security\\cacerts (12.0 and 12.5), <ICM install folder>\\ssl\\cacerts (12.6 and \
                      later)";

/// Command that saves the certificate, for advice.
const CERTIFICATE: &str = "the certificate of ECE's web server: `openssl s_client -connect <FQDN>:443 -servername <FQDN> \
                           -showcerts > web.txt`";

/// Truststores without ECE's certificate.
pub(super) struct Truststores;

/// A truststore and its file.
#[derive(Clone, Copy)]
struct Store<'a> {
    source: &'a SourceFacts,
    store: &'a Truststore,
}

/// Result of looking up a certificate in a store.
enum Trust<'a> {
    /// Trusted by this entry.
    By(&'a TrustEntry),
    /// Neither the certificate nor a known issuer is in the store; `true` if the server may send an intermediate
    /// between the last known issuer and a root in the store.
    Lacks(Vec<&'a Certificate>, bool),
}

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
            looks_at: "The truststores of the ADSs (JKS, PKCS#12), the certificate of ECE's web server, and \
                       differences between two ADSs.",
            needs: "the truststore of every ADS (12.0 and 12.5: %JAVA_HOME%\\lib\\security\\cacerts; 12.6 \
                    and later: <ICM install folder>\\ssl\\cacerts), and the certificate of ECE's web server",
            unclear: "Collect both, or look: `keytool -list -v -keystore <truststore> -storepass changeit`, \
                      and compare the SHA-256 fingerprints.",
        }
    }

    fn run(&self, collection: &CheckInput<'_>) -> CheckOutput {
        let stores = stores(collection);
        let damaged = damaged(collection, &stores);
        let held = web_server::held(&web_server::files(collection));
        let own = of_web_server(collection, &held);
        let pool: Vec<&Certificate> = held.iter().map(|held| held.certificate).collect();
        let end = collection.sources.iter().filter_map(|source| source.last).reduce(Timestamp::later);
        let mut faults = damaged;
        let (mut gaps, mut is_sure) = (Vec::new(), !faults.is_empty());
        for group in by_server(&stores).values() {
            for server in &own {
                let judged = self.judge(group, server.certificate, &pool, end);
                is_sure |= judged.is_sure;
                faults.extend(judged.fault);
                gaps.extend(judged.gap);
            }
        }
        if own.is_empty() {
            let lacking = lacking(collection, &stores);
            is_sure |= !lacking.is_empty();
            faults.extend(lacking);
        }
        let mut outcome = CheckOutput { gaps, ..CheckOutput::default() };
        if !faults.is_empty() {
            outcome.findings.push(self.finding(&faults, is_sure));
        }
        outcome.blind = blind(&stores, &own);
        outcome
    }
}

/// The faults and gaps of one server's stores for one certificate.
#[derive(Default)]
struct Verdict<'a> {
    fault: Option<Fault<'a>>,
    gap: Option<CoverageGap>,
    is_sure: bool,
}

impl Truststores {
    /// Looks up one certificate in the stores of one server.
    fn judge<'a>(
        &self,
        group: &[Store<'a>],
        certificate: &'a Certificate,
        pool: &[&'a Certificate],
        end: Option<Timestamp>,
    ) -> Verdict<'a> {
        let judged = group.iter().map(|store| (store, trust(store.store, certificate, pool)));
        let judged: Vec<(&Store<'_>, Trust<'_>)> = judged.collect();
        let name = called(certificate);
        let trusted = judged.iter().find_map(|(store, trust)| match trust {
            Trust::By(entry) => Some((store, *entry)),
            Trust::Lacks(..) => None,
        });
        if let Some((store, entry)) = trusted {
            return Verdict { fault: expired(store, entry, &name, end), ..Verdict::default() };
        }
        let Some((store, Trust::Lacks(chain, may_be_sent))) = judged.first() else {
            return Verdict::default();
        };
        if let Some(entry) = without_mark(store.store, chain) {
            let text = format!(
                "entry \"{}\" would make {name} trusted, but Java ignores it: it lacks the attribute of a trusted \
                 certificate, which OpenSSL does not write",
                entry.alias
            );
            return Verdict { fault: Some(fault(store, text)), is_sure: true, gap: None };
        }
        if store.store.locked {
            let gap = gap(
                self,
                format!("whether {} makes the ADS trust {name}", store.source.path),
                "it is protected by an unknown password",
                "check it on the ADS: `keytool -list -v -keystore <store>` must show the certificate, or its root",
            );
            return Verdict { gap: Some(gap), ..Verdict::default() };
        }
        let text = match chain.as_slice() {
            [own] if own.self_signed => {
                format!(
                    "{name} is not in this store: it is self-signed, so the certificate itself must be there"
                )
            }
            [own] => format!("the issuer of {name} is not in this store: {}", own.issuer),
            above => {
                let above: Vec<String> = above.iter().skip(1).map(|above| called(above)).collect();
                format!("the issuer of {name} is not in this store: {}", above.join(", "))
            }
        };
        Verdict { fault: Some(fault(store, text)), is_sure: !may_be_sent, gap: None }
    }

    fn finding(&self, faults: &[Fault<'_>], is_sure: bool) -> Finding {
        let confidence = if is_sure { Confidence::Certain } else { Confidence::Likely };
        let mut found = with_faults(finding(self, Severity::High, confidence), faults);
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
        found.fix = sentences(&[
            "Copy the truststore to a safe place first.",
            r"Self-signed certificate, 12.0 and 12.5: `keytool -keystore %JAVA_HOME%\lib\security\cacerts -storepass changeit -import -alias <FQDN of the ECE web server> -file <certificate file>`",
            "CA-signed: import the root first, then every intermediate, each with `-trustcacerts -alias <name> -file <CA \
             certificate>`; the certificate of the server itself is not imported",
            r"12.6 and later: the same imports, with `%CCE_JAVA_HOME%\bin\keytool` and `-keystore <ICM install folder>\ssl\cacerts`",
            "Damaged store: restore the copy made before, and import again with keytool, not with OpenSSL.",
            "Restart the ADS (12.6 and later: the Apache Tomcat service is enough), and do the same on every other ADS.",
        ]);
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
fn blind(stores: &[Store<'_>], own: &[Held<'_>]) -> Option<InconclusiveReason> {
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
        (Some(_), false) => CheckOutput::well(),
    };
    outcome.blind
}

fn fault<'a>(store: &Store<'a>, text: String) -> Fault<'a> {
    Fault { source: store.source, line: 1, text }
}

/// The stores that may be the truststore of an ADS.
fn stores<'a>(collection: &CheckInput<'a>) -> Vec<Store<'a>> {
    let all = collection.artifacts.iter().filter_map(|(source, artifact)| match artifact {
        Artifact::Truststore(store) => Some(Store { source, store }),
        _ => None,
    });
    let trusts = |source: &SourceFacts| {
        let product = source.origin.product.as_deref().and_then(|name| collection.topology.product(name));
        product.and_then(|product| product.trusts_web_server)
    };
    // the server is a stronger hint than the name of the file
    let is_of = |source: &SourceFacts, wanted: bool| {
        let is_neighbour = |other: &SourceFacts| other.host == source.host && trusts(other) == Some(wanted);
        trusts(source) == Some(wanted) || source.host.is_some() && collection.sources.iter().any(is_neighbour)
    };
    let stores = all.filter(|store| {
        let entries = &store.store.entries;
        let is_own = !entries.is_empty() && entries.iter().all(|entry| entry.has_private_key);
        let is_named = is_store_name(&store.source.path);
        !is_own && (is_of(store.source, true) || is_named && !is_of(store.source, false))
    });
    stores.collect()
}

/// Returns whether the name of a file is that of a truststore.
fn is_store_name(path: &str) -> bool {
    let name = file_name(path).to_lowercase();
    name.contains("cacerts") || name.contains("trust")
}

/// Stores by server. If one of them is `ssl\cacerts` (12.6 and later), only that one is in use.
fn by_server<'a>(stores: &[Store<'a>]) -> BTreeMap<&'a str, Vec<Store<'a>>> {
    let mut servers: BTreeMap<&str, Vec<Store<'_>>> = BTreeMap::new();
    for store in stores {
        let name = store.source.host.as_deref().unwrap_or(&store.source.path);
        servers.entry(name).or_default().push(*store);
    }
    for group in servers.values_mut() {
        let is_newer = |store: &Store<'_>| store.source.path.to_lowercase().contains("/ssl/");
        if group.iter().any(is_newer) {
            group.retain(is_newer);
        }
    }
    servers
}

/// Faults of stores with a wrong checksum, or that cannot be read at all.
fn damaged<'a>(collection: &CheckInput<'a>, stores: &[Store<'a>]) -> Vec<Fault<'a>> {
    let broken = stores.iter().filter(|store| store.store.intact == Some(false)).map(|store| {
        fault(store, "the store is damaged: its checksum is wrong, and Java does not open it".to_owned())
    });
    let unread =
        collection.warnings.iter().filter(|warning| is_store_name(&warning.path)).filter_map(|warning| {
            let source = collection.sources.iter().find(|source| *source.path == *warning.path)?;
            (warning.kind == ProblemKind::Keystore).then(|| Fault {
                source,
                line: 1,
                text: format!("the store {}", warning.what),
            })
        });
    broken.chain(unread).collect()
}

/// The certificates of ECE's web server: those with one of its names, else all server certificates.
fn of_web_server<'a>(collection: &CheckInput<'_>, held: &[Held<'a>]) -> Vec<Held<'a>> {
    let names = web_server::names(collection);
    let servers: Vec<Held<'a>> = held.iter().copied().filter(|held| is_server(held.certificate)).collect();
    let is_own = |held: &&Held<'_>| names.keys().any(|name| is_for(held.certificate, name));
    let own: Vec<Held<'a>> = servers.iter().filter(is_own).copied().collect();
    if own.is_empty() { servers } else { own }
}

/// Looks up whether this store makes Java trust a certificate. `pool` are the certificates that the server may send
/// with it.
fn trust<'a>(store: &'a Truststore, certificate: &'a Certificate, pool: &[&'a Certificate]) -> Trust<'a> {
    // Java also trusts the certificate of a private key entry
    let anchors = || store.entries.iter().filter(|entry| entry.trusted || entry.has_private_key);
    let mut chain = vec![certificate];
    let mut last = certificate;
    loop {
        let fits = |entry: &&TrustEntry| {
            entry
                .certificate
                .as_ref()
                .is_some_and(|own| own.fingerprint == last.fingerprint || signed(own, last))
        };
        let mut fitting: Vec<&TrustEntry> = anchors().filter(fits).collect();
        // of several, the one that is valid longest
        fitting.sort_by_key(|entry| entry.certificate.as_ref().map(|own| -(i128::from(own.not_after))));
        if let Some(entry) = fitting.first() {
            return Trust::By(entry);
        }
        let above = pool.iter().find(|above| signed(above, last) && !chain.contains(above));
        let Some(above) = above.filter(|_| !last.self_signed && chain.len() < web_server::LONGEST) else {
            let may_be_sent = !last.self_signed && store.entries.iter().any(is_root);
            return Trust::Lacks(chain, may_be_sent);
        };
        chain.push(above);
        last = above;
    }
}

/// Returns whether an entry is a root that may be above an intermediate that was not collected.
fn is_root(entry: &TrustEntry) -> bool {
    entry.trusted
        && entry.certificate.as_ref().is_some_and(|own| own.self_signed && own.is_ca && !is_server(own))
}

/// An entry with the certificate that Java does not accept as trusted.
fn without_mark<'a>(store: &'a Truststore, chain: &[&Certificate]) -> Option<&'a TrustEntry> {
    store.entries.iter().filter(|entry| !entry.trusted && !entry.has_private_key).find(|entry| {
        let fits = |own: &Certificate| {
            chain.iter().any(|one| own.fingerprint == one.fingerprint || signed(own, one))
        };
        entry.certificate.as_ref().is_some_and(fits)
    })
}

/// The fault of an entry that makes a certificate trusted but has expired.
fn expired<'a>(
    store: &Store<'a>,
    entry: &TrustEntry,
    name: &str,
    end: Option<Timestamp>,
) -> Option<Fault<'a>> {
    let certificate = entry.certificate.as_ref()?;
    let end = end.filter(|end| certificate.not_after < end.nanos())?;
    let text = format!(
        "entry \"{}\", which makes {name} trusted, expired at {}; the logs end at {}",
        entry.alias,
        at(Timestamp::Utc(certificate.not_after)),
        at(end)
    );
    Some(fault(store, text))
}

/// Server certificates that one ADS has and another lacks: the only fault that can be found without the certificate
/// itself.
fn lacking<'a>(collection: &CheckInput<'_>, stores: &[Store<'a>]) -> Vec<Fault<'a>> {
    let names = web_server::names(collection);
    let is_meant = |certificate: &Certificate| {
        is_server(certificate) && (names.is_empty() || names.keys().any(|name| is_for(certificate, name)))
    };
    let servers = by_server(stores);
    let mut faults: Vec<Fault<'_>> = Vec::new();
    for (name, group) in &servers {
        let others = servers.iter().filter(|(other, _)| *other != name).flat_map(|(other, group)| {
            group.iter().flat_map(move |store| store.store.entries.iter().map(move |entry| (*other, entry)))
        });
        let others = others
            .filter_map(|(other, entry)| Some((other, entry, entry.certificate.as_ref()?)))
            .filter(|(_, entry, certificate)| entry.trusted && is_meant(certificate));
        for (other, entry, certificate) in others.take(MOST) {
            let is_same = |own: &Certificate| own.fingerprint == certificate.fingerprint;
            let has = |store: &Store<'_>| {
                let entries = &store.store.entries;
                store.store.locked || entries.iter().any(|own| own.certificate.as_ref().is_some_and(is_same))
            };
            let Some(store) = group.first().filter(|_| !group.iter().any(has)) else { continue };
            let name = called(certificate);
            let text = format!("{name} is not in this store; {other} has it as \"{}\"", entry.alias);
            if !faults.iter().any(|known| known.text == text && known.source.path == store.source.path) {
                faults.push(fault(store, text));
            }
        }
    }
    faults
}
