//! The keystores of ECE's application servers for the directory (LDAPS): the setting names one path for all of them, so
//! each needs the same file at that path.
//!
//! A file that was collected from one server only proves nothing about the others.

use std::collections::{BTreeMap, BTreeSet};

use spoglight_artifacts::Certificate;
use spoglight_model::CheckId;
use spoglight_signatures::{Confidence, Severity};

use crate::check::{
    Check, CheckGuide, CheckInput, CheckOutput, Fault, INTEGRATION, MOST, and, finding, sentences,
    with_faults,
};
use crate::tls::{self, CertificateRole, Held, Roles, Store, Trust, called};
use spoglight_model::analysis::{Finding, SourceFacts};
use spoglight_text::source_path::file_name;

/// Keystores that differ between application servers.
pub(super) struct Keystores;

/// Entries that a line names.
const NAMED: usize = 5;

impl Check for Keystores {
    fn id(&self) -> CheckId {
        CheckId("keystores")
    }

    fn number(&self) -> Option<&'static str> {
        None
    }

    fn title(&self) -> &'static str {
        "The keystore for LDAPS is not the same on all application servers"
    }

    fn guide(&self) -> CheckGuide {
        CheckGuide {
            cause: "The keystore for LDAPS holds the certificate of the domain controller, and Keystore \
                    location is one path for all application servers. A server without the file at this \
                    path, or with another content, does not trust the controller: logins fail on it and work \
                    on the others.",
            looks_at: "Keystores (.jks), or saved outputs of keytool -list -v, of ECE application servers: their paths and \
                       their entries, compared between servers and with the collected certificate of a domain controller.",
            needs: "the keystore of every ECE application server, from its own folder",
            unclear: "Collect the file from every application server, or compare `keytool -list -keystore \
                      <file>` on each.",
        }
    }

    fn run(&self, collection: &CheckInput<'_>) -> CheckOutput {
        let all = tls::directory_stores(collection);
        let untrusted = untrusted(collection, &all);
        if !untrusted.is_empty() {
            return CheckOutput::findings(vec![self.untrusted(&untrusted)]);
        }
        let stores: Vec<Store<'_>> = all.into_iter().filter(|store| store.source.host.is_some()).collect();
        let mut by_name: BTreeMap<String, Vec<Store<'_>>> = BTreeMap::new();
        for store in &stores {
            by_name.entry(file_name(&store.source.path).to_lowercase()).or_default().push(*store);
        }
        let pairs = by_name.values().flat_map(|group| {
            let first = group.first();
            group.iter().skip(1).filter_map(move |store| Some((*first?, *store)))
        });
        let pairs: Vec<(Store<'_>, Store<'_>)> =
            pairs.filter(|(one, other)| one.place() != other.place()).collect();
        let contents: Vec<Fault<'_>> = pairs.iter().flat_map(|(one, other)| content(one, other)).collect();
        if !contents.is_empty() {
            return CheckOutput::findings(vec![self.finding(
                &contents,
                Severity::Medium,
                Confidence::Likely,
            )]);
        }
        let paths: Vec<Fault<'_>> = pairs.iter().filter_map(|(one, other)| path(one, other)).collect();
        if !paths.is_empty() {
            return CheckOutput::findings(vec![self.finding(&paths, Severity::Low, Confidence::Possible)]);
        }
        blind(collection, &stores)
    }
}

/// Collected certificates of domain controllers that a keystore certainly does not trust.
fn untrusted<'a>(collection: &CheckInput<'a>, stores: &[Store<'a>]) -> Vec<Fault<'a>> {
    let roles = Roles::of(collection);
    let held = tls::held(&tls::files(collection));
    let pool: Vec<&Certificate> = held.iter().map(|held| held.certificate).collect();
    let is_directory =
        |held: &&Held<'_>| tls::is_server(held.certificate) && roles.role(held) == CertificateRole::Directory;
    let own: Vec<Held<'_>> = held.iter().filter(is_directory).copied().collect();
    let mut faults = Vec::new();
    for held in tls::current(&own) {
        let judged = stores.iter().filter_map(|store| tls::look_up(&[*store], held.certificate, &pool));
        let judged: Vec<Trust<'_>> = judged.take(MOST).collect();
        // one of several keystores may be of another setting
        if judged.iter().any(|trust| trust.entry().is_some()) {
            continue;
        }
        let wrong = judged.iter().filter(|trust| trust.is_sure());
        faults.extend(wrong.filter_map(|trust| Some(trust.store.fault(trust.fault()?))));
    }
    faults
}

impl Keystores {
    /// The finding of keystores that do not trust a domain controller.
    fn untrusted(&self, faults: &[Fault<'_>]) -> Finding {
        let mut found = with_faults(finding(self, Severity::Medium, Confidence::Likely), faults);
        "The keystore for LDAPS does not trust the certificate of the domain controller"
            .clone_into(&mut found.title);
        found.cause.push_str(
            "ECE calls the directory by LDAPS and trusts only what is in the keystore under Keystore location. It holds neither the \
             certificate of the domain controller nor its issuer, so every login of a partition administrator fails.",
        );
        found.confirm = sentences(&[
            "`openssl s_client -connect <domain controller>:3269 -showcerts` shows the certificate that the controller sends.",
            "`keytool -list -v -keystore <path of Keystore location> -storepass <password>` must show it, or its issuer.",
        ]);
        found.fix = sentences(&[
            "Import the certificate of the domain controller, or its CA, into the keystore: `keytool -import -keystore <path> \
             -storepass <password> -alias <name> -file <certificate>`.",
            "Copy the keystore to the same path on every application server, and restart the Cisco service.",
        ]);
        found.false_positives = sentences(&[
            "LDAP URL names another controller than the one of the collected certificate.",
            "The keystore is an old copy that no setting names.",
        ]);
        found.references = sentences(&[INTEGRATION]);
        found
    }

    fn finding(&self, faults: &[Fault<'_>], severity: Severity, confidence: Confidence) -> Finding {
        let mut found = with_faults(finding(self, severity, confidence), faults);
        found.cause.push_str(
            "Keystore location is one path for all application servers. A server without the file at this path, or with another \
             content, does not trust the domain controller: logins fail on it and work on the others.",
        );
        found.confirm = sentences(&[
            "On every application server: `keytool -list -v -keystore <path of Keystore location> -storepass <password>` shows the same \
             entries with the same fingerprints.",
        ]);
        found.fix = sentences(&[
            "Decide which file is right: it holds the certificate of the domain controller, or its CA.",
            "Copy it to the path of Keystore location on every application server.",
            "Restart the Cisco service on the servers on which it changed.",
        ]);
        found.false_positives = sentences(&[
            "A file is an old copy that no setting names.",
            "The file was moved when it was collected.",
            "Both hold different certificates that the domain controller is trusted by, such as its own and that of its CA.",
        ]);
        found.references = sentences(&[INTEGRATION]);
        found
    }
}

/// The trusted certificates of a store, by fingerprint; `None` if not all of them are known.
fn trusted<'a>(store: &Store<'a>) -> Option<BTreeMap<&'a str, &'a Certificate>> {
    let entries = store.store.entries.iter().filter(|entry| entry.trusted);
    let certificates =
        entries.map(|entry| entry.certificate.as_ref().map(|one| (one.fingerprint.as_str(), one)));
    if store.store.locked { None } else { certificates.collect() }
}

/// The certificates of one store that the other lacks, as faults of the other.
fn content<'a>(one: &Store<'a>, other: &Store<'a>) -> Vec<Fault<'a>> {
    let (Some(first), Some(second)) = (trusted(one), trusted(other)) else { return Vec::new() };
    let lacks = |own: &BTreeMap<&str, &Certificate>, of: &BTreeMap<&str, &Certificate>| -> Vec<String> {
        of.iter()
            .filter(|(print, _)| !own.contains_key(*print))
            .map(|(_, one)| called(one))
            .take(NAMED)
            .collect()
    };
    let faults = [(other, one, lacks(&second, &first)), (one, other, lacks(&first, &second))];
    let faults = faults.into_iter().filter(|(.., names)| !names.is_empty());
    faults
        .map(|(store, has, names)| {
            let names = and(names.iter().map(String::as_str));
            store.fault(format!("{names} is not in this keystore; that of {} holds it", has.place()))
        })
        .collect()
}

/// The fault of a store at another path than that of the first server.
fn path<'a>(one: &Store<'_>, other: &Store<'a>) -> Option<Fault<'a>> {
    let (first, second) = (tls::path_on_server(one.source), tls::path_on_server(other.source));
    (!first.eq_ignore_ascii_case(&second)).then(|| other.fault(format!("on {} it is {first}", one.place())))
}

/// The reason why the check cannot answer, if a keystore was collected from some application servers only.
fn blind(collection: &CheckInput<'_>, stores: &[Store<'_>]) -> CheckOutput {
    if stores.is_empty() {
        return CheckOutput::blind(
            "no keystore for LDAPS was collected",
            "add the .jks under Keystore location (Security > SSO and Provisioning) of every application server",
        );
    }
    let with: BTreeSet<&str> = stores.iter().filter_map(|store| store.source.host.as_deref()).collect();
    let is_application =
        |source: &&SourceFacts| source.events > 0 && collection.topology.is_of_application(&source.as_log());
    let hosts = collection.sources.iter().filter(is_application).filter_map(|source| source.host.as_deref());
    let without: BTreeSet<&str> = hosts.filter(|host| !with.contains(host)).collect();
    if without.is_empty() {
        return CheckOutput::well();
    }
    CheckOutput::blind(
        format!("the keystore of {} was not collected", and(without.iter().copied())),
        "add the .jks under Keystore location of every application server: each needs the same file",
    )
}
