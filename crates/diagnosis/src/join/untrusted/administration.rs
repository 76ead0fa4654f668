//! An administration server (ADS) that does not trust the certificate of ECE's web server.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use spoglight_artifacts::{Certificate, TrustEntry};
use spoglight_model::analysis::Finding;
use spoglight_signatures::Confidence;
use spoglight_time::Timestamp;

use super::super::JoinInput;
use super::{Calls, Explanation};
use crate::check::{Fault, and, at, evidence, sentences};
use crate::join::restart::{Restart, after_import};
use crate::tls::{
    self, CertificateRole, Held, Roles, Store, StorePlace, Trust, TrustReason, called, hosts_of, is_for,
    is_server,
};
use spoglight_text::source_path::file_name;

/// Step with which every import ends.
const RESTART: &str =
    "Restart the ADS: a running Java does not read its truststore again. Then open the gadget again.";

/// When the collected certificate proves nothing.
const COLLECTED: &str = "The collected certificate is not the one that the web server uses, or the store is not the one that is read.";

/// When the failed call proves nothing.
const OTHER_CALL: &str =
    "Another client of the same Java called another server: check the frames below the exception.";

/// Certificates and entries that a sentence names.
const NAMED: usize = 3;

/// Everything that was collected for the calls.
struct Evidenced<'a> {
    /// The certificates of the web server that may be the called one.
    certificates: Vec<Held<'a>>,
    /// Certificates of the web server without a called name.
    others: Vec<Held<'a>>,
    /// Every certificate, for chains.
    pool: Vec<&'a Certificate>,
    /// The stores of each caller.
    stores: Vec<(&'a Calls<'a>, Vec<Store<'a>>)>,
    /// Names of the web server that were called, or are set.
    names: BTreeSet<String>,
}

impl<'a> Evidenced<'a> {
    fn of(input: &JoinInput<'a>, calls: &'a [Calls<'a>]) -> Evidenced<'a> {
        let collection = input.collection;
        let roles = Roles::of(collection);
        let held = tls::held(&tls::files(collection));
        let pool = held.iter().map(|held| held.certificate).collect();
        let called: BTreeSet<String> = calls.iter().flat_map(|calls| calls.names.iter().cloned()).collect();
        let is_called = |held: &Held<'_>| called.iter().any(|name| is_for(held.certificate, name));
        let is_web = |held: &Held<'_>| roles.role(held) == CertificateRole::WebServer || is_called(held);
        let servers = held.into_iter().filter(|held| is_server(held.certificate));
        let web: Vec<Held<'_>> = tls::current(&servers.filter(is_web).collect::<Vec<_>>());
        let (certificates, others): (Vec<_>, Vec<_>) =
            web.into_iter().partition(|held| called.is_empty() || is_called(held));
        let all = tls::ads_stores(collection);
        let mut by_host: BTreeMap<Option<&str>, Vec<Store<'_>>> = BTreeMap::new();
        for store in &all {
            by_host.entry(store.source.host.as_deref()).or_default().push(*store);
        }
        let of_host = |host: Option<&str>| {
            let own = by_host.get(&host).cloned().unwrap_or_default();
            // one caller and stores of unknown servers: they were collected for it
            let is_alone = calls.len() == 1 && all.iter().all(|store| store.source.host.is_none());
            let own = if own.is_empty() && is_alone { all.clone() } else { own };
            tls::by_server(&own).into_values().flatten().collect::<Vec<_>>()
        };
        let stores = calls.iter().map(|calls| (calls, of_host(calls.host))).collect();
        let names = if called.is_empty() { roles.web_names().keys().cloned().collect() } else { called };
        Evidenced { certificates, others, pool, stores, names }
    }

    fn has_stores(&self) -> bool {
        self.stores.iter().any(|(_, stores)| !stores.is_empty())
    }
}

/// What the artifacts show about the calls; `None` if they show nothing.
pub(super) fn explain<'a>(input: &JoinInput<'a>, calls: &'a [Calls<'a>]) -> Option<Explanation<'a>> {
    let evidenced = Evidenced::of(input, calls);
    let mut explained = reason(input, calls, &evidenced)?;
    let without = evidenced.stores.iter().filter(|(_, stores)| stores.is_empty());
    let without: BTreeSet<&str> = without.filter_map(|(calls, _)| calls.host).collect();
    if !without.is_empty() {
        explained.confirm.push(format!(
            "The truststore of {} was not collected: check it in the same way, or add it to the collection.",
            and(without)
        ));
    }
    Some(explained)
}

fn reason<'a>(
    input: &JoinInput<'a>,
    calls: &'a [Calls<'a>],
    evidenced: &Evidenced<'a>,
) -> Option<Explanation<'a>> {
    if evidenced.certificates.is_empty() {
        return other_server(evidenced).or_else(|| store_alone(evidenced));
    }
    let mut lacking = Vec::new();
    let mut trusted = Vec::new();
    for (calls, stores) in &evidenced.stores {
        for held in &evidenced.certificates {
            let Some(trust) = tls::look_up(stores, held.certificate, &evidenced.pool) else { continue };
            match trust.entry() {
                Some(entry) => trusted.push((*calls, *held, trust, entry)),
                None if trust.fault().is_some() => lacking.push((*calls, *held, trust)),
                None => {}
            }
        }
    }
    if !lacking.is_empty() {
        let mut explained = not_in_store(calls, &lacking);
        // a server with the entry needs no import
        let is_other = |one: &&(&Calls<'_>, Held<'_>, Trust<'_>, &TrustEntry)| {
            lacking.iter().all(|(calls, ..)| calls.host != one.0.host)
        };
        for (caller, held, trust, entry) in trusted.iter().filter(is_other).take(NAMED) {
            let server = caller.host.unwrap_or("another ADS");
            let restart = after_import(input, entry.created, caller.host, &caller.times);
            let (_, why, step) = restart.sentences(server);
            let _ = write!(
                explained.cause,
                " The truststore of {server} ({}) has {}. {why}",
                trust.store.source.path,
                called(held.certificate)
            );
            explained.fix.push(step);
            explained.stores.push(&trust.store.source.path);
        }
        return Some(explained);
    }
    let (caller, _, _, entry) = trusted.first()?;
    let restart = after_import(input, entry.created, caller.host, &caller.times);
    in_store(calls, &trusted, restart)
}

/// The store lacks what makes the certificate trusted.
fn not_in_store<'a>(calls: &[Calls<'_>], lacking: &[(&Calls<'_>, Held<'a>, Trust<'a>)]) -> Explanation<'a> {
    let short = lacking.first().map_or("", |(_, _, trust)| match trust.reason {
        TrustReason::Missing => "it was never imported, or lost with an update of Java",
        TrustReason::Other(_, other) if tls::is_namesake(other, trust.certificate) => {
            "the truststore holds another certificate of that name"
        }
        TrustReason::Other(..) => "the truststore holds another certificate of its issuer",
        TrustReason::Elsewhere(..) => "it is in a store that the ADS does not read",
        TrustReason::Unmarked(_) => "Java ignores its entry in the truststore",
        _ => "its issuer is not in the truststore",
    });
    let servers: BTreeSet<&str> = lacking.iter().filter_map(|(calls, ..)| calls.host).collect();
    let names: BTreeSet<String> = lacking.iter().map(|(_, held, _)| called(held.certificate)).collect();
    let faults: Vec<String> = lacking
        .iter()
        .filter_map(|(_, _, trust)| Some(format!("{} ({})", trust.fault()?, trust.store.source.path)))
        .take(NAMED)
        .collect();
    let mut fix: Vec<String> = Vec::new();
    for (_, held, trust) in lacking.iter().take(NAMED) {
        for step in tls::import_steps(trust, &StorePlace::of(&trust.store), held.source) {
            if !fix.contains(&step) {
                fix.push(step);
            }
        }
    }
    fix.push(RESTART.to_owned());
    fix.push("Do the same on every other ADS whose truststore lacks it.".to_owned());
    let may_be_sent =
        lacking.iter().any(|(_, _, trust)| matches!(trust.reason, TrustReason::IssuerMissing(true)));
    let sent = if may_be_sent {
        " If its root is in the store, the web server does not send the intermediate certificate."
    } else {
        ""
    };
    let is_sure = lacking.iter().all(|(_, _, trust)| trust.is_sure()) && is_known(calls);
    let lines = lacking.iter().filter_map(|(_, _, trust)| Some(trust.store.fault(trust.fault()?)));
    Explanation {
        title: format!("The ADS does not trust the certificate of ECE's web server: {short}"),
        cause: format!(
            "{} rejects {}, because of this: {}. The web server works; the calling Java lacks an entry.{sent}",
            servers_or(&servers, "The ADS"),
            and(names.iter().map(String::as_str)),
            faults.join("; ")
        ),
        confirm: confirm(lacking.iter().map(|(_, held, trust)| (held, &trust.store)).next()),
        fix,
        unless: sentences(&[COLLECTED, OTHER_CALL]),
        evidence: lines.map(|fault: Fault<'_>| evidence(fault.source, (1, 0), None, fault.text)).collect(),
        confidence: Some(if is_sure { Confidence::Certain } else { Confidence::Likely }),
        stores: lacking.iter().map(|(_, _, trust)| &*trust.store.source.path).collect(),
    }
}

/// The store makes the certificate trusted, and it is rejected.
fn in_store<'a>(
    calls: &[Calls<'_>],
    trusted: &[(&Calls<'_>, Held<'a>, Trust<'a>, &'a TrustEntry)],
    restart: Restart,
) -> Option<Explanation<'a>> {
    let (_, held, trust, entry) = trusted.first()?;
    let (name, path) = (called(held.certificate), &trust.store.source.path);
    let servers: BTreeSet<&str> = calls.iter().filter_map(|calls| calls.host).collect();
    let servers = servers_or(&servers, "the ADS");
    let holds = format!("The collected truststore {path} makes {name} trusted (entry \"{}\")", entry.alias);
    let imported =
        entry.created.map(|time| format!(", imported at {}", at(Timestamp::Utc(time)))).unwrap_or_default();
    let (short, why, first_step) = restart.sentences(&servers);
    let host = tls::address_of(held.certificate);
    let mut fix = vec![first_step];
    if restart.may_be_other() {
        fix.extend([
            "Find the store in use: `-Djavax.net.ssl.trustStore` in the Java options of the service; else 12.6 and later read <ICM \
             install folder>\\ssl\\cacerts, and 12.0 and 12.5 the cacerts of the Java that runs (%JAVA_HOME% may be another one). \
             Import the certificate there."
                .to_owned(),
            format!(
                "Compare the certificate that the web server sends: `keytool -printcert -sslserver {host}:443` must show serial number \
                 {}. If it is another one, import that one, or bind the right one in IIS.",
                held.certificate.serial
            ),
        ]);
    }
    Some(Explanation {
        title: format!(
            "The ADS rejects a certificate although its truststore holds that of ECE's web server: {short}"
        ),
        cause: format!("{holds}{imported}, so it need not be imported again. {why}"),
        confirm: confirm(Some((held, &trust.store))),
        fix,
        unless: sentences(&[OTHER_CALL]),
        evidence: trusted
            .iter()
            .take(NAMED)
            .map(|(_, held, trust, entry)| {
                let text = format!("entry \"{}\" makes {} trusted", entry.alias, called(held.certificate));
                evidence(trust.store.source, (1, 0), None, text)
            })
            .collect(),
        confidence: Some(Confidence::Likely),
        stores: trusted.iter().map(|(_, _, trust, _)| &*trust.store.source.path).collect(),
    })
}

/// Another server was called than the one whose certificate was collected.
fn other_server<'a>(evidenced: &Evidenced<'a>) -> Option<Explanation<'a>> {
    let other = evidenced.others.first()?;
    let names = and(evidenced.names.iter().map(String::as_str));
    let own = tls::names_of(other.certificate);
    let file = file_name(&other.source.path);
    let lookup = evidenced
        .stores
        .iter()
        .find_map(|(_, stores)| tls::look_up(stores, other.certificate, &evidenced.pool));
    let in_store = match lookup.as_ref().map(|trust| trust.entry().is_some()) {
        Some(true) => {
            " The truststore holds the collected certificate, which does not help for the called name."
        }
        _ => "",
    };
    Some(Explanation {
        title: format!(
            "The ADS does not trust the certificate of {names}; the collected certificate is for another name"
        ),
        cause: format!(
            "{names} was called. The collected certificate ({file}) is for another name: {own}. So {names} sends another \
             certificate, or is another server.{in_store}"
        ),
        confirm: vec![format!(
            "`keytool -printcert -sslserver {names}:443` on the ADS shows the certificate that the called server sends."
        )],
        fix: vec![
            format!(
                "If the name is wrong: enter a name of the certificate where {names} is configured (inventory of PCCE, gadget settings)."
            ),
            format!(
                "If the name is right: save the certificate that {names} sends, and import it, or its root and intermediates, into the \
                 truststore of every ADS."
            ),
            RESTART.to_owned(),
        ],
        unless: sentences(&[OTHER_CALL]),
        evidence: vec![evidence(other.source, (1, 0), None, format!("{own}: not for {names}"))],
        confidence: Some(Confidence::Likely),
        stores: lookup.iter().map(|trust| &*trust.store.source.path).collect(),
    })
}

/// The store was collected, the certificate was not: an entry with the name of the web server refutes "never imported".
fn store_alone<'a>(evidenced: &Evidenced<'a>) -> Option<Explanation<'a>> {
    let has_name = |certificate: &Certificate| evidenced.names.iter().any(|name| is_for(certificate, name));
    let (store, entry, certificate) =
        evidenced.stores.iter().flat_map(|(_, stores)| stores).find_map(|store| {
            let entries = store.store.entries.iter().filter(|entry| entry.trusted);
            let mut own = entries.filter_map(|entry| Some((entry, entry.certificate.as_ref()?)));
            let (entry, certificate) = own.find(|(_, one)| is_server(one) && has_name(one))?;
            Some((*store, entry, certificate))
        })?;
    let name = called(certificate);
    let from = at(Timestamp::Utc(certificate.not_before));
    Some(Explanation {
        title: format!("The ADS rejects a certificate although its truststore has one of the name {name}"),
        cause: format!(
            "Entry \"{}\" of {} is {name}, serial number {}, valid from {from}. Either the web server has a newer certificate, which must \
             replace it, or the ADS was not restarted since the import, or it reads another store. The certificate of the web server \
             was not collected: it would show which.",
            entry.alias, store.source.path, certificate.serial
        ),
        confirm: vec![format!(
            "`keytool -printcert -sslserver {}:443` on the ADS: if the serial number is not {}, the web server has another certificate.",
            tls::address_of(certificate),
            certificate.serial
        )],
        fix: vec![
            format!(
                "Another serial number: delete entry \"{}\" and import the certificate that the web server sends; copy the store to a safe \
                 place before.",
                entry.alias
            ),
            "The same serial number: restart the ADS; if the failure stays, find the store in use (`-Djavax.net.ssl.trustStore`, %JAVA_HOME%, \
             <ICM install folder>\\ssl\\cacerts)."
                .to_owned(),
            "Do the same on every other ADS.".to_owned(),
        ],
        unless: sentences(&[OTHER_CALL]),
        evidence: vec![evidence(
            store.source,
            (1, 0),
            None,
            format!("entry \"{}\": {name}, serial number {}", entry.alias, certificate.serial),
        )],
        confidence: Some(Confidence::Likely),
        stores: vec![&*store.source.path],
    })
}

/// Adds what to collect to a finding about which the artifacts show nothing, and puts known names into its steps.
pub(super) fn ask<'a>(input: &JoinInput<'a>, calls: &'a [Calls<'a>], finding: &mut Finding) {
    let evidenced = Evidenced::of(input, calls);
    let servers: BTreeSet<&str> = calls.iter().filter_map(|calls| calls.host).collect();
    let servers = servers_or(&servers, "the ADS");
    let web = evidenced.certificates.first();
    let name = evidenced.names.first().cloned();
    let name = name
        .or_else(|| web.and_then(|held| hosts_of(held.certificate).first().map(|name| (*name).to_owned())));
    let mut wanted = Vec::new();
    if !evidenced.has_stores() {
        wanted.push(format!("the truststore of {servers} (12.6 and later <ICM install folder>\\ssl\\cacerts, before %JAVA_HOME%\\lib\\security\\cacerts)"));
    }
    if web.is_none() {
        let host = name.as_deref().unwrap_or("<FQDN>");
        wanted.push(format!(
            "the certificate that the web server sends (`openssl s_client -connect {host}:443 -servername {host} -showcerts > web.txt`)"
        ));
    }
    if !wanted.is_empty() {
        finding.confirm.push(format!(
            "To see the exact reason here (never imported, renewed, wrong store, not restarted), add to the collection: {}.",
            wanted.join(", and ")
        ));
    }
    let file = web.map(|held| file_name(&held.source.path).to_owned());
    for step in &mut finding.fix {
        for (placeholder, value) in
            [("<FQDN of the ECE web server>", name.as_ref()), ("<certificate file>", file.as_ref())]
        {
            if let Some(value) = value {
                *step = step.replace(placeholder, value);
            }
        }
    }
}

/// Returns whether stack traces show that all calls were to the web server.
fn is_known(calls: &[Calls<'_>]) -> bool {
    calls.iter().all(|calls| calls.is_peer_known)
}

fn servers_or(servers: &BTreeSet<&str>, default: &str) -> String {
    if servers.is_empty() { default.to_owned() } else { and(servers.iter().copied()) }
}

/// Steps that show the same on the servers.
fn confirm(of: Option<(&Held<'_>, &Store<'_>)>) -> Vec<String> {
    let Some((held, store)) = of else { return Vec::new() };
    let place = StorePlace::of(store);
    let host = tls::address_of(held.certificate);
    let shown = match held.certificate.fingerprint.get(..16) {
        Some(print) => format!("the SHA-256 of the collected certificate begins with {print}"),
        None => format!("the serial number of the collected certificate is {}", held.certificate.serial),
    };
    vec![
        format!(
            "`{} -list -v -keystore {} -storepass changeit` on the ADS shows the entries; {shown}.",
            place.keytool, place.path
        ),
        format!(
            "`keytool -printcert -sslserver {host}:443` on the ADS shows the certificate that the web server sends now."
        ),
    ]
}
