//! A certificate that a caller does not trust: the exception in the log, the certificate that was collected and the store
//! of the caller become one finding with the exact reason.
//!
//! An administration server calls ECE's web server, ECE calls the directory: each has its own store and its own steps.
//! Calls of other servers keep the texts of the signature. Where a file is missing, the finding names it.

mod administration;
mod directory;
mod peer;

use std::collections::{BTreeMap, BTreeSet};

use spoglight_model::analysis::{Evidence, Finding};
use spoglight_signatures::{Confidence, ProvenFact};
use spoglight_time::Timestamp;

use super::{JoinInput, Joiner, is_of_check, take_in};
use crate::proven::ProvenHit;
use crate::tls;

/// Joins untrusted certificates with the collected certificates and stores.
pub(super) struct UntrustedCertificate;

/// The system that was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Called<'a> {
    WebServer,
    Directory,
    /// Another system that ECE called, as the signature names it.
    Peer(&'a str),
    Other,
}

/// Failed calls of one server to one kind of system.
#[derive(Debug, Default)]
struct Calls<'a> {
    /// The caller.
    host: Option<&'a str>,
    /// Names that were called, in lower case, if messages show them.
    names: BTreeSet<String>,
    /// The same with their ports.
    addresses: BTreeSet<String>,
    /// Moments of the failures in UTC, in nanoseconds.
    times: Vec<i64>,
    /// Whether stack traces show the called system.
    is_peer_known: bool,
}

/// What the collection shows about some calls.
struct Explanation<'a> {
    title: String,
    cause: String,
    confirm: Vec<String>,
    fix: Vec<String>,
    /// Cases in which it is wrong.
    unless: Vec<String>,
    evidence: Vec<Evidence>,
    /// `None` to keep that of the signature.
    confidence: Option<Confidence>,
    /// Paths of stores that were judged.
    stores: Vec<&'a str>,
}

/// Messages of one source that are read again for a URL.
const READ: usize = 8;

impl Joiner for UntrustedCertificate {
    fn join(&self, input: &JoinInput<'_>, findings: &mut Vec<Finding>) {
        let is_root = |finding: &&Finding| {
            finding.facts.contains(&ProvenFact::CertificateUntrusted) && !is_of_check(finding)
        };
        let roots: Vec<String> =
            findings.iter().filter(is_root).map(|finding| finding.id.as_str().to_owned()).collect();
        for id in roots {
            let calls = calls(input, &id);
            let Some(place) = findings.iter().position(|finding| finding.id.as_str() == id) else { continue };
            let Some(finding) = findings.get_mut(place) else { continue };
            let mut explained = Vec::new();
            if let Some(calls) = calls.get(&Called::WebServer) {
                match administration::explain(input, calls) {
                    Some(one) => explained.push(one),
                    None => administration::ask(input, calls, finding),
                }
            }
            for (called, calls) in &calls {
                if let Called::Peer(peer) = called {
                    explained.push(peer::explain(peer, calls));
                }
            }
            explained.extend(calls.get(&Called::Directory).map(|calls| directory::explain(input, calls)));
            let is_whole = explained.len() == calls.len();
            let stores: Vec<String> =
                explained.iter().flat_map(|one| &one.stores).map(|path| (*path).to_owned()).collect();
            apply(finding, explained, is_whole);
            take_in(findings, place, |other| {
                other.facts.contains(&ProvenFact::StoreLacksCertificate)
                    && other.evidence.iter().all(|line| stores.iter().any(|path| **path == *line.source.path))
            });
        }
    }
}

/// The failed calls that a signature found, by the called system and the caller.
fn calls<'a>(input: &JoinInput<'a>, id: &str) -> BTreeMap<Called<'a>, Vec<Calls<'a>>> {
    let mut servers: BTreeMap<(Called<'_>, Option<&str>), Calls<'_>> = BTreeMap::new();
    let mut read: BTreeMap<usize, usize> = BTreeMap::new();
    let peers = peers_of_sources(input, id);
    let hits = input.collection.proven.of(ProvenFact::CertificateUntrusted);
    for hit in hits.filter(|hit| hit.signature.id.as_str() == id) {
        let called = called_system(input, &hit, &peers);
        let host = hit.source.host.as_deref();
        let calls = servers.entry((called, host)).or_insert_with(|| Calls { host, ..Calls::default() });
        let times_read = read.entry(hit.source.id.index()).or_default();
        let of_url = || {
            *times_read += 1;
            (*times_read <= READ).then(|| hit.host_of_url(input.read)).flatten()
        };
        let name = hit.called().first().map(|name| name.to_ascii_lowercase()).or_else(of_url);
        if let Some(name) = name {
            let port = hit.value("port").map(|port| format!(":{port}")).unwrap_or_default();
            calls.addresses.insert(format!("{name}{port}"));
            calls.names.insert(name);
        }
        if let Some(Timestamp::Utc(time)) = hit.time {
            calls.times.push(time);
        }
        calls.is_peer_known |= hit.peer.is_some();
    }
    let mut all: BTreeMap<Called<'_>, Vec<Calls<'_>>> = BTreeMap::new();
    for ((called, _), mut calls) in servers {
        calls.times.sort_unstable();
        all.entry(called).or_default().push(calls);
    }
    all
}

/// The system that a message called: by its stack trace, its port, and the product that wrote it.
fn called_system<'a>(
    input: &JoinInput<'_>,
    hit: &ProvenHit<'a>,
    peers: &BTreeMap<usize, BTreeSet<Option<&'a str>>>,
) -> Called<'a> {
    let topology = input.collection.topology;
    // only the first messages of a source have their stack trace
    let of_source = peers.get(&hit.source.id.index()).filter(|_| hit.value("port").is_none());
    let only = of_source.filter(|peers| peers.len() == 1).and_then(|peers| *peers.first()?);
    let is_ece = tls::trusts(input.collection, hit.source) == Some(false);
    match hit.peer.or(only) {
        Some(peer) if topology.is_web_server(peer) => return Called::WebServer,
        Some(peer) if topology.is_directory(peer) => return Called::Directory,
        Some(peer) if is_ece => return Called::Peer(peer),
        Some(_) => return Called::Other,
        None => {}
    }
    if hit.value("port").is_some_and(tls::is_ldaps) {
        return Called::Directory;
    }
    // code that calls something else is no sign of the web server
    let is_other = hit.has_caller || of_source.is_some_and(|peers| peers.contains(&None));
    if !is_other && topology.is_of_caller(&hit.source.as_log()) { Called::WebServer } else { Called::Other }
}

/// The peers that stack traces of each source show, by the index of the source; `None` among them if a trace shows
/// calling code without a known peer. Messages with a port of their own are left out.
fn peers_of_sources<'a>(input: &JoinInput<'a>, id: &str) -> BTreeMap<usize, BTreeSet<Option<&'a str>>> {
    let mut peers: BTreeMap<usize, BTreeSet<Option<&str>>> = BTreeMap::new();
    let hits = input.collection.proven.of(ProvenFact::CertificateUntrusted);
    let hits = hits.filter(|hit| hit.signature.id.as_str() == id && hit.value("port").is_none());
    for hit in hits.filter(|hit| hit.peer.is_some() || hit.has_caller) {
        peers.entry(hit.source.id.index()).or_default().insert(hit.peer);
    }
    peers
}

/// Applies explanations to a finding. Those of all calls replace its texts; those of some are added.
fn apply(finding: &mut Finding, explained: Vec<Explanation<'_>>, is_whole: bool) {
    let is_one = explained.len() == 1;
    let (mut fix, mut unless) = (Vec::new(), Vec::new());
    let (mut cause, mut confirm) = (Vec::new(), Vec::new());
    // the least certain of all
    let mut confidence = (!is_whole).then_some(finding.confidence);
    if explained.is_empty() {
        return;
    }
    for one in explained {
        if is_one && is_whole {
            finding.title = one.title;
        } else {
            cause.push(format!("{}.", one.title));
        }
        cause.push(one.cause);
        confirm.extend(one.confirm);
        fix.extend(one.fix);
        unless.extend(one.unless);
        finding.evidence.extend(one.evidence);
        confidence = confidence.max(one.confidence.or(Some(finding.confidence)));
    }
    if !is_whole {
        cause.push(format!("Other calls: {}", finding.cause));
        confirm.append(&mut finding.confirm);
        fix.append(&mut finding.fix);
        unless.append(&mut finding.false_positives);
    }
    finding.confidence = confidence.unwrap_or(finding.confidence);
    finding.cause = cause.join(" ");
    finding.confirm = confirm;
    finding.fix = fix;
    finding.false_positives = unless;
}
