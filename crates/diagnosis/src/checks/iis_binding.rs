//! The https bindings of IIS on ECE's web servers. With a host name, or with server name indication (SNI), a binding
//! only serves clients that send that name, and SPOG does not.
//!
//! The file does not show which site is ECE's. A site with the right binding answers for ECE, unless another site is
//! bound to ECE's own name.

use std::collections::BTreeMap;

use spoglight_model::CheckId;
use spoglight_signatures::{Confidence, Severity};

use crate::check::{
    Check, CheckGuide, CheckInput, CheckOutput, Fault, INTEGRATION, finding, sentences, with_faults,
};
use crate::tls;
use spoglight_artifacts::{Artifact, Binding};
use spoglight_model::analysis::{Finding, SourceFacts};
use spoglight_text::source_path::file_name;

/// The port of https.
const HTTPS: u16 = 443;

/// Bindings of IIS that SPOG cannot use.
pub(super) struct IisBinding;

/// Kind of the file of bindings, as the topology names it.
const KIND: &str = "iis-settings";

impl Check for IisBinding {
    fn id(&self) -> CheckId {
        CheckId("iis-binding")
    }

    fn number(&self) -> Option<&'static str> {
        Some("B13")
    }

    fn title(&self) -> &'static str {
        "The https binding of the web site is not the one that SPOG needs"
    }

    fn guide(&self) -> CheckGuide {
        CheckGuide {
            cause: "With a host name or with Require Server Name Indication in the https binding, IIS serves \
                    only clients that send that name, and SPOG does not.",
            looks_at: "The https bindings in applicationHost.config: IP address, port, host name, server \
                       name indication.",
            needs: "C:\\Windows\\System32\\inetsrv\\config\\applicationHost.config of every ECE web server",
            unclear: "Collect the file, or look at IIS Manager > Site > Bindings > https: IP All Unassigned, \
                      port 443, host name empty, Require Server Name Indication off.",
        }
    }

    fn run(&self, collection: &CheckInput<'_>) -> CheckOutput {
        let files = collection.artifacts.iter().filter_map(|(source, artifact)| match artifact {
            Artifact::Bindings(bindings) => Some((*source, bindings)),
            _ => None,
        });
        let files: Vec<(&SourceFacts, &Vec<Binding>)> = files.collect();
        if files.is_empty() {
            let Some(file) = collection.topology.artifact(KIND) else { return CheckOutput::well() };
            let end = file.file.to_lowercase();
            let is_unread = |path: &str| file_name(path).to_lowercase().ends_with(&end);
            let is_unread = collection.warnings.iter().any(|warning| is_unread(&warning.path));
            let why = if is_unread { "could not be read" } else { "was not collected" };
            return CheckOutput::blind(
                format!("the configuration of IIS {why}"),
                format!(
                    "add {} of every ECE web server, or check IIS Manager > Site > Bindings > https: IP All Unassigned, \
                     port 443, host name empty, Require Server Name Indication off",
                    file.path
                ),
            );
        }
        let names: Vec<String> = tls::of_web_server(collection).into_keys().collect();
        let mut faults = Vec::new();
        let mut is_sure = false;
        for (source, bindings) in files {
            let (of_file, sure) = faults_of(source, bindings, &names);
            is_sure |= sure;
            faults.extend(of_file);
        }
        if faults.is_empty() {
            return CheckOutput::well();
        }
        CheckOutput::findings(vec![self.finding(&faults, is_sure)])
    }
}

impl IisBinding {
    fn finding(&self, faults: &[Fault<'_>], is_sure: bool) -> Finding {
        let (severity, confidence) = if is_sure {
            (Severity::High, Confidence::Certain)
        } else {
            (Severity::Medium, Confidence::Possible)
        };
        let mut found = with_faults(finding(self, severity, confidence), faults);
        if !is_sure {
            "Another web site on the server has a binding that SPOG cannot use".clone_into(&mut found.title);
        }
        found.cause.push_str(
            "SPOG calls ECE without sending the host name of a binding. Where a host name is set, or Require Server \
             Name Indication is ticked, or the binding is for one address or another port, IIS ends the connection or \
             answers from another site, and SPOG cannot communicate with ECE.",
        );
        found.confirm = sentences(&[
            "IIS Manager on the web server: Site > Bindings > https > Edit.",
            "`netsh http show sslcert` lists hostname:port where it must list 0.0.0.0:443.",
            "`openssl s_client -connect <FQDN>:443 -noservername` gets no certificate, or another one than with `-servername \
             <FQDN>`.",
        ]);
        found.fix = sentences(&[
            "IIS Manager > Site > Bindings > https > Edit: IP address All Unassigned, port 443, host name empty, Require Server \
             Name Indication not ticked, and the certificate of the web server chosen.",
            "Do the same on every web server, and restart the site.",
        ]);
        found.false_positives = sentences(&[
            "Another site on the same server may need a host name and server name indication; the ECE site must not \
             have them.",
        ]);
        found.references = sentences(&[INTEGRATION]);
        found
    }
}

/// The faults of one file, and whether they are certainly about ECE's site.
fn faults_of<'a>(
    source: &'a SourceFacts,
    bindings: &'a [Binding],
    names: &[String],
) -> (Vec<Fault<'a>>, bool) {
    let secure: Vec<&Binding> =
        bindings.iter().filter(|binding| binding.protocol.eq_ignore_ascii_case("https")).collect();
    let fault = |binding: &Binding, why: &str| Fault {
        source,
        line: binding.line as u64,
        text: format!("{}   ({why})", shown(binding)),
    };
    if secure.is_empty() {
        let web = bindings.iter().find(|binding| binding.protocol.eq_ignore_ascii_case("http"));
        let faults = web.map(|binding| fault(binding, "no site of this server has an https binding"));
        return (faults.into_iter().collect(), true);
    }
    let is_own = |binding: &Binding| names.iter().any(|name| tls::fits(&binding.host, name));
    let mut sites: BTreeMap<&str, Vec<&Binding>> = BTreeMap::new();
    let on_port = secure.iter().any(|binding| binding.port == Some(HTTPS));
    for binding in secure.into_iter().filter(|binding| !on_port || binding.port == Some(HTTPS)) {
        sites.entry(&binding.site).or_default().push(binding);
    }
    let is_well = |binding: &&Binding| wrong(binding).is_empty();
    let any_well = sites.values().flatten().any(is_well);
    let of_well = sites.values().filter(|site| site.iter().any(is_well));
    let of_bad = sites.values().filter(|site| !site.iter().any(is_well));
    let mut suspects: Vec<&Binding> = of_bad.flatten().copied().collect();
    suspects.extend(of_well.flatten().filter(|binding| is_own(binding) && !is_well(binding)));
    suspects.sort_by_key(|binding| binding.line);
    let is_sure = !any_well || suspects.iter().any(|binding| is_own(binding));
    let faults =
        suspects.into_iter().flat_map(|binding| wrong(binding).into_iter().map(move |why| (binding, why)));
    let faults: Vec<Fault<'_>> = faults.map(|(binding, why)| fault(binding, &why)).collect();
    let is_sure = is_sure && !faults.is_empty();
    (faults, is_sure)
}

/// The faults of an https binding.
fn wrong(binding: &Binding) -> Vec<String> {
    let mut wrong = Vec::new();
    if !matches!(binding.ip.as_str(), "*" | "" | "0.0.0.0") {
        wrong.push(format!("the IP address is {}: it must be All Unassigned (*)", binding.ip));
    }
    if binding.port != Some(HTTPS) {
        let port = binding.port.map_or_else(|| "missing".to_owned(), |port| port.to_string());
        wrong.push(format!("the port is {port}: it must be {HTTPS}"));
    }
    if !binding.host.is_empty() {
        wrong.push(format!("the host name is {}: it must be empty", binding.host));
    }
    // the second bit is the central store of certificates, which is harmless
    if binding.ssl_flags & 1 == 1 {
        wrong.push("Require Server Name Indication is on (sslFlags is odd): it must be off".to_owned());
    }
    wrong
}

/// A binding, as the file writes it.
fn shown(binding: &Binding) -> String {
    let port = binding.port.map(|port| port.to_string()).unwrap_or_default();
    format!(
        "site \"{}\": {} {}:{port}:{} sslFlags={}",
        binding.site, binding.protocol, binding.ip, binding.host, binding.ssl_flags
    )
}
