//! ECE that does not trust the certificate of a directory server: its keystore (Keystore location) is to be judged, not
//! the truststore of an administration server.

use std::collections::BTreeSet;

use spoglight_artifacts::{Certificate, TrustEntry};
use spoglight_model::analysis::Evidence;
use spoglight_signatures::Confidence;

use super::super::JoinInput;
use super::{Calls, Explanation};
use crate::check::{and, evidence, sentences};
use crate::join::restart::{Restart, after_import};
use crate::tls::{self, CertificateRole, Held, Roles, Store, StorePlace, Trust, called, is_for, is_server};
use spoglight_text::source_path::file_name;

/// Cases in which the explanation is wrong.
const UNLESS: &[&str] = &[
    "The collected keystore is not the one under Keystore location.",
    "Several domain controllers share the address, and each has its own certificate: then only their CA helps.",
];

/// Entries and stores that a sentence names.
const NAMED: usize = 3;

/// Everything that was collected for the calls.
struct Evidenced<'a> {
    /// The called servers, for sentences.
    target: String,
    /// One of them with its port, for commands.
    address: String,
    servers: String,
    stores: Vec<Store<'a>>,
    certificates: Vec<Held<'a>>,
    pool: Vec<&'a Certificate>,
    names: BTreeSet<String>,
}

impl<'a> Evidenced<'a> {
    fn of(input: &JoinInput<'a>, calls: &[Calls<'_>]) -> Evidenced<'a> {
        let collection = input.collection;
        let addresses: BTreeSet<&str> =
            calls.iter().flat_map(|calls| calls.addresses.iter().map(String::as_str)).collect();
        let hosts: BTreeSet<&str> = calls.iter().filter_map(|calls| calls.host).collect();
        let names: BTreeSet<String> = calls.iter().flat_map(|calls| calls.names.iter().cloned()).collect();
        let roles = Roles::of(collection);
        let held = tls::held(&tls::files(collection));
        let pool = held.iter().map(|held| held.certificate).collect();
        let is_its = |held: &Held<'_>| {
            let is_named = names.iter().any(|name| is_for(held.certificate, name));
            is_server(held.certificate)
                && (is_named || names.is_empty() && roles.role(held) == CertificateRole::Directory)
        };
        let all = tls::directory_stores(collection);
        let own: Vec<Store<'_>> = all
            .iter()
            .copied()
            .filter(|store| store.source.host.as_deref().is_none_or(|host| hosts.contains(host)))
            .collect();
        Evidenced {
            target: if addresses.is_empty() {
                "the domain controller".to_owned()
            } else {
                and(addresses.iter().copied())
            },
            address: addresses
                .first()
                .map_or_else(|| "<domain controller>:3269".to_owned(), |one| (*one).to_owned()),
            servers: if hosts.is_empty() { "the application server".to_owned() } else { and(hosts) },
            stores: if own.is_empty() { all } else { own },
            certificates: tls::current(&held.into_iter().filter(is_its).collect::<Vec<_>>()),
            pool,
            names,
        }
    }
}

/// What the collection shows about the calls. Without artifacts these are the steps for the keystore.
pub(super) fn explain<'a>(input: &JoinInput<'a>, calls: &'a [Calls<'a>]) -> Explanation<'a> {
    let evidenced = Evidenced::of(input, calls);
    let judged: Vec<(Store<'a>, Held<'a>, Trust<'a>)> = evidenced
        .stores
        .iter()
        .flat_map(|store| evidenced.certificates.iter().map(move |held| (store, held)))
        .filter_map(|(store, held)| {
            let trust = tls::look_up(&[*store], held.certificate, &evidenced.pool)?;
            Some((*store, *held, trust))
        })
        .collect();
    if let Some((store, held, trust)) = judged.iter().find(|(.., trust)| trust.fault().is_some()) {
        return lacks(&evidenced, store, held, trust);
    }
    if let Some((store, _, trust)) = judged.iter().find(|(.., trust)| trust.entry().is_some()) {
        let first = calls.first();
        let created = trust.entry().and_then(|entry| entry.created);
        let restart =
            first.map_or(Restart::Unknown, |calls| after_import(input, created, calls.host, &calls.times));
        return holds(&evidenced, store, trust, restart);
    }
    without_certificate(&evidenced)
}

/// The keystore lacks the certificate that was collected.
fn lacks<'a>(
    evidenced: &Evidenced<'a>,
    store: &Store<'a>,
    held: &Held<'a>,
    trust: &Trust<'a>,
) -> Explanation<'a> {
    let fault = trust.fault().unwrap_or_default();
    let mut fix = tls::import_steps(trust, &StorePlace::of_keystore(store), held.source);
    fix.extend(last_steps(&evidenced.servers));
    Explanation {
        title: format!("ECE does not trust the certificate of {}: its keystore lacks it", evidenced.target),
        cause: format!(
            "{} calls {} by LDAPS and rejects its certificate: {fault} ({}). The keystore under Keystore location must hold the certificate \
             of the domain controller, or its CA. The truststore of the ADS has no part in it.",
            evidenced.servers, evidenced.target, store.source.path
        ),
        confirm: confirm(evidenced),
        fix,
        unless: sentences(UNLESS),
        evidence: vec![line(store, fault)],
        confidence: Some(if trust.is_sure() { Confidence::Certain } else { Confidence::Likely }),
        stores: Vec::new(),
    }
}

/// The keystore makes the certificate trusted, and it is rejected.
fn holds<'a>(
    evidenced: &Evidenced<'a>,
    store: &Store<'a>,
    trust: &Trust<'a>,
    restart: Restart,
) -> Explanation<'a> {
    let alias = trust.entry().map(|entry| entry.alias.as_str()).unwrap_or_default();
    let name = called(trust.certificate);
    let servers = &evidenced.servers;
    let why = match restart {
        Restart::ImportedLater(_) => {
            "It was imported after the last failure: the failure may be gone.".to_owned()
        }
        _ => format!(
            "Either {servers} was not restarted since the import, or Keystore location names another file, or the domain controller sends \
             another certificate."
        ),
    };
    Explanation {
        title: format!(
            "ECE rejects the certificate of {} although the collected keystore holds it",
            evidenced.target
        ),
        cause: format!(
            "The collected keystore {} makes {name} trusted (entry \"{alias}\"), so it need not be imported again. {why}",
            store.source.path
        ),
        confirm: confirm(evidenced),
        fix: vec![
            format!("Restart the Cisco service on {servers}, and log in again."),
            format!(
                "If it fails still: compare Keystore location with the path of the file on {servers} letter by letter, and copy the same \
                 file to the same path on every application server."
            ),
            format!(
                "Compare the certificate that the domain controller sends (`keytool -printcert -sslserver {}`) with serial number {}: every \
                 domain controller has its own.",
                evidenced.address, trust.certificate.serial
            ),
        ],
        unless: sentences(UNLESS),
        evidence: vec![line(store, format!("entry \"{alias}\" makes {name} trusted"))],
        confidence: Some(Confidence::Likely),
        stores: Vec::new(),
    }
}

/// The certificate was not collected: the steps are the same, the reason is open.
fn without_certificate<'a>(evidenced: &Evidenced<'a>) -> Explanation<'a> {
    let Evidenced { target, address, servers, stores, names, .. } = evidenced;
    let mut cause = format!(
        "{servers} calls {target} by LDAPS and rejects its certificate: the keystore under Keystore location holds neither the \
         certificate of the domain controller nor its CA. The truststore of the ADS has no part in it."
    );
    let mut lines = Vec::new();
    for store in stores.iter().take(NAMED) {
        let trusted = store.store.entries.iter().filter(|entry| entry.trusted);
        let all: Vec<(&str, &Certificate)> =
            trusted.filter_map(|entry| Some((entry.alias.as_str(), entry.certificate.as_ref()?))).collect();
        let own = all.iter().find(|(_, one)| names.iter().any(|name| is_for(one, name)));
        let text = if let Some((alias, one)) = own {
            cause = format!(
                "{servers} calls {target} by LDAPS and rejects its certificate. The collected keystore has one of that name \
                 (entry \"{alias}\", serial number {}): either the domain controller has a newer certificate, or the service was \
                 not restarted since the import, or Keystore location names another file.",
                one.serial
            );
            format!("entry \"{alias}\" is {}, serial number {}", called(one), one.serial)
        } else {
            let entries: Vec<String> = all.iter().map(|(_, one)| called(one)).take(NAMED).collect();
            let is_open = store.store.entries.iter().any(TrustEntry::is_fingerprint_only);
            match entries.as_slice() {
                _ if is_open => "the list shows only fingerprints, so what it holds is not known".to_owned(),
                [] => format!("holds nothing that is trusted; not the certificate of {target} itself"),
                names => format!("holds {}; not the certificate of {target} itself", names.join(", ")),
            }
        };
        lines.push(line(store, text));
    }
    let keystore = stores.first().map_or_else(
        || "<path of Keystore location>".to_owned(),
        |store| StorePlace::of_keystore(store).path,
    );
    let mut wanted = Vec::new();
    if stores.is_empty() {
        wanted.push("the .jks under Keystore location of every application server".to_owned());
    }
    wanted.push(format!(
        "the certificate of {target} (`openssl s_client -connect {address} -showcerts > dc.txt`)"
    ));
    let mut confirm = confirm(evidenced);
    confirm.push(format!("To see the exact reason here, add to the collection: {}.", wanted.join(", and ")));
    let mut fix = vec![format!(
        "Import the certificate of the domain controller, or its CA (root first): `keytool -keystore {keystore} -storepass <password> \
         -import -trustcacerts -alias <name> -file <certificate file>`, with the keytool of the Java of ECE."
    )];
    fix.extend(last_steps(servers));
    Explanation {
        title: format!("ECE does not trust the certificate of {target}"),
        cause,
        confirm,
        fix,
        unless: sentences(UNLESS),
        evidence: lines,
        confidence: None,
        stores: Vec::new(),
    }
}

fn line(store: &Store<'_>, text: String) -> Evidence {
    evidence(store.source, (1, 0), None, text)
}

fn confirm(evidenced: &Evidenced<'_>) -> Vec<String> {
    let keystore = evidenced.stores.first().map_or("<keystore>", |store| file_name(&store.source.path));
    vec![
        format!(
            "`keytool -printcert -sslserver {}` on {} shows the certificate that the domain controller sends, and its issuer.",
            evidenced.address, evidenced.servers
        ),
        format!("`keytool -list -v -keystore {keystore} -storepass <password>` shows what the keystore holds."),
        "ECE administration console, Security > SSO and Provisioning, Partition Administration Configuration: Keystore location names \
         this file, letter by letter."
            .to_owned(),
    ]
}

/// Steps with which every import into a keystore ends.
fn last_steps(servers: &str) -> Vec<String> {
    vec![
        "Copy the keystore to the same path on every application server.".to_owned(),
        format!("Restart the Cisco service on {servers} and on the other application servers."),
    ]
}
