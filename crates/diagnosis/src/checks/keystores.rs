//! The keystores of ECE's application servers for the directory (LDAPS): the setting names one path for all of them, so
//! each needs the same file at that path.
//!
//! A file that was collected from one server only proves nothing about the others.

use std::collections::{BTreeMap, BTreeSet};

use spoglight_artifacts::Certificate;
use spoglight_model::CheckId;
use spoglight_signatures::{Confidence, Severity};

use crate::check::{
    Check, CheckGuide, CheckInput, CheckOutput, Fault, INTEGRATION, and, finding, sentences, with_faults,
};
use crate::tls::{self, Store, called};
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
            looks_at: "Keystores (.jks) of ECE application servers: their paths and their entries, compared \
                       between servers.",
            needs: "the keystore of every ECE application server, from its own folder",
            unclear: "Collect the file from every application server, or compare `keytool -list -keystore \
                      <file>` on each.",
        }
    }

    fn run(&self, collection: &CheckInput<'_>) -> CheckOutput {
        let stores: Vec<Store<'_>> = tls::directory_stores(collection)
            .into_iter()
            .filter(|store| store.source.host.is_some())
            .collect();
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

impl Keystores {
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
