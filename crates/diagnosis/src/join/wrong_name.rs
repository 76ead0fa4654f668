//! A certificate that does not contain the called name: the name in the log, the names in the collected certificate, and
//! the name in the settings of the gadget become one finding that shows which of the three is to be changed.

use std::collections::BTreeSet;

use spoglight_artifacts::Artifact;
use spoglight_model::analysis::Finding;
use spoglight_signatures::ProvenFact;

use super::{JoinInput, Joiner, TAKEN_EVIDENCE, take_in};
use crate::check::{and, evidence};
use crate::tls::{self, CertificateRole, Held, NAME_SETTING, Roles, is_for, is_server, names_of};
use spoglight_text::source_path::file_name;

/// Joins a called name with the certificate that does not contain it.
pub(super) struct WrongName;

/// Certificates that a sentence names.
const NAMED: usize = 3;

impl Joiner for WrongName {
    fn join(&self, input: &JoinInput<'_>, findings: &mut Vec<Finding>) {
        let topology = input.collection.topology;
        let is_root = |finding: &&Finding| {
            finding.facts.contains(&ProvenFact::CertificateNameMismatch)
                && finding.peers.iter().all(|peer| topology.is_web_server(peer))
                && !called(finding).is_empty()
        };
        let roots: Vec<String> =
            findings.iter().filter(is_root).map(|finding| finding.id.as_str().to_owned()).collect();
        if roots.is_empty() {
            return;
        }
        let roles = Roles::of(input.collection);
        let held = tls::held(&tls::files(input.collection));
        let is_web =
            |held: &Held<'_>| is_server(held.certificate) && roles.role(held) == CertificateRole::WebServer;
        let web: Vec<Held<'_>> = held.into_iter().filter(is_web).collect();
        for id in roots {
            let Some(place) = findings.iter().position(|finding| finding.id.as_str() == id) else { continue };
            let Some(finding) = findings.get_mut(place) else { continue };
            let called = called(finding);
            let is_called = |held: &Held<'_>| called.iter().any(|name| is_for(held.certificate, name));
            // a certificate with the name was made since, or is that of another web server
            if web.is_empty() || web.iter().any(is_called) {
                continue;
            }
            let set = SetName::of(input, &called, &web);
            explain(finding, &called, &web, &set);
            take_in(findings, place, |other| other.facts.contains(&ProvenFact::CertificateNameMismatch));
        }
    }
}

/// The names that were called; none if the log does not show them.
fn called(finding: &Finding) -> BTreeSet<String> {
    let values = finding.called.iter().filter_map(|capture| finding.captures.get(capture)).flatten();
    values.map(|value| value.to_ascii_lowercase()).collect()
}

/// The name in the settings of a gadget.
enum SetName {
    /// A name of the certificate, and another one was called.
    InCertificate(String),
    /// The called name.
    Called(String),
    /// Another name, or no settings were collected.
    Unknown,
}

impl SetName {
    fn of(input: &JoinInput<'_>, called: &BTreeSet<String>, web: &[Held<'_>]) -> SetName {
        let mut found = SetName::Unknown;
        for (_, artifact) in input.collection.artifacts {
            let Artifact::Gadget(config) = artifact else { continue };
            let set = config.values.iter().rfind(|setting| setting.name == NAME_SETTING);
            let Some(name) = set.map(|set| set.value.to_ascii_lowercase()) else { continue };
            if called.contains(&name) {
                return SetName::Called(name);
            }
            if web.iter().any(|held| is_for(held.certificate, &name)) {
                found = SetName::InCertificate(name);
            }
        }
        found
    }
}

fn explain(finding: &mut Finding, called: &BTreeSet<String>, web: &[Held<'_>], set: &SetName) {
    let names = and(called.iter().map(String::as_str));
    let name_of =
        |held: &Held<'_>| format!("{} ({})", names_of(held.certificate), file_name(&held.source.path));
    let certificates: Vec<String> = web.iter().take(NAMED).map(name_of).collect();
    let certificates = and(certificates.iter().map(String::as_str));
    let (meant, step) = match set {
        SetName::InCertificate(name) => (
            format!(
                " The gadget settings have {name}, which the certificate contains: the caller uses another name than the \
                 settings."
            ),
            format!(
                "Enter {name} where {names} is configured: in the entry of the ECE web server in the inventory. If {names} must \
                 stay, have the certificate issued again with both names."
            ),
        ),
        SetName::Called(name) => (
            format!(
                " The gadget settings have {name}, too: the name is meant, and the certificate lacks it."
            ),
            format!(
                "Have the certificate issued again with {name} as CN and as DNS entry of the SAN, with every other name in use."
            ),
        ),
        SetName::Unknown => (
            String::new(),
            format!(
                "Decide which name is right. Either enter the name of the certificate in the inventory and in the gadget \
                 settings, or have the certificate issued again with {names}."
            ),
        ),
    };
    finding.cause = format!(
        "{names} was called, and the collected certificate of the web server has {certificates}.{meant} {}",
        finding.cause
    );
    finding.fix.insert(0, step);
    for held in web.iter().take(TAKEN_EVIDENCE) {
        let text = format!("{}: not for {names}", names_of(held.certificate));
        finding.evidence.push(evidence(held.source, (1, 0), None, text));
    }
}
