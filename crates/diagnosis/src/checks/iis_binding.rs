//! The https bindings of IIS on ECE's web servers. With a host name, or with server name indication (SNI), a binding
//! only serves clients that send that name, and SPOG does not.
//!
//! The file does not show which site is ECE's. A site with the right binding answers for ECE, unless another site is
//! bound to ECE's own name.

mod bound;

use std::collections::BTreeMap;

use spoglight_model::CheckId;
use spoglight_signatures::{Confidence, Severity};

use crate::check::{
    Check, CheckGuide, CheckInput, CheckOutput, Fault, INTEGRATION, MOST, and, finding, sentences,
    with_faults,
};
use crate::outputs::{Output, outputs};
use crate::tls::{self, CertificateRole, Roles};
use spoglight_artifacts::{Artifact, Binding, CommandContent, TlsBinding};
use spoglight_model::analysis::{Finding, SourceFacts};
use spoglight_text::source_path::file_name;

/// The port of https.
const HTTPS: u16 = 443;

/// Bindings of IIS that SPOG cannot use.
pub(super) struct IisBinding;

/// Command that lists single bindings.
const BINDINGS: &str = "Get-WebBinding";

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
            looks_at: "The https bindings in applicationHost.config, and in saved outputs of appcmd list site, Get-WebBinding, \
                       Get-IISSite and netsh http show sslcert: IP address, port, host name, server name indication, and the \
                       certificate that is bound; its private key and its dates in the output of certutil -store My.",
            needs: "C:\\Windows\\System32\\inetsrv\\config\\applicationHost.config of every ECE web server, or the outputs of \
                    `%windir%\\system32\\inetsrv\\appcmd list site` and `netsh http show sslcert`",
            unclear: "Collect the file, save the outputs of `appcmd list site` and `netsh http show sslcert`, or look at IIS Manager > Site > Bindings > https: IP All Unassigned, \
                      port 443, host name empty, Require Server Name Indication off.",
        }
    }

    fn run(&self, collection: &CheckInput<'_>) -> CheckOutput {
        let roles = Roles::of(collection);
        let files = collection.artifacts.iter().filter_map(|(source, artifact)| match artifact {
            Artifact::Bindings(bindings) => Some((*source, bindings)),
            _ => None,
        });
        let files: Vec<(&SourceFacts, &Vec<Binding>)> = files.collect();
        let mut lists: Vec<(&SourceFacts, &Vec<Binding>)> = Vec::new();
        for output in outputs(collection).into_iter().filter(|output| roles.may_be_web(output.host)) {
            if let CommandContent::Sites(bindings) = &output.shown.content {
                // a list of single bindings may be filtered, so what is not in it may exist
                let is_secure = |binding: &Binding| binding.protocol.eq_ignore_ascii_case("https");
                if output.shown.command != BINDINGS || bindings.iter().any(is_secure) {
                    lists.push((output.source, bindings));
                }
            }
        }
        let bound: Vec<(Output<'_>, &TlsBinding)> = tls::tls_bindings(collection)
            .into_iter()
            .filter(|(output, _)| roles.may_be_web(output.host))
            .collect();
        if files.is_empty() && lists.is_empty() && bound.is_empty() {
            let Some(file) = collection.topology.artifact(KIND) else { return CheckOutput::well() };
            let end = file.file.to_lowercase();
            let is_unread = |path: &str| file_name(path).to_lowercase().ends_with(&end);
            let is_unread = collection.warnings.iter().any(|warning| is_unread(&warning.path));
            let why = if is_unread { "could not be read" } else { "was not collected" };
            return CheckOutput::blind(
                format!("the configuration of IIS {why}"),
                format!(
                    "add {} of every ECE web server, or save the outputs of `%windir%\\system32\\inetsrv\\appcmd list site` and \
                     `netsh http show sslcert` there; or check IIS Manager > Site > Bindings > https: IP All Unassigned, \
                     port 443, host name empty, Require Server Name Indication off",
                    file.path
                ),
            );
        }
        let names: Vec<String> = tls::of_web_server(collection).into_keys().collect();
        let mut faults = Vec::new();
        let mut confidence = Confidence::Possible;
        for (source, bindings) in &files {
            let (of_file, sure) = faults_of(source, bindings, &names);
            confidence = confidence.min(if sure { Confidence::Certain } else { Confidence::Possible });
            faults.extend(of_file);
        }
        for (source, bindings) in &lists {
            let (of_list, sure) = faults_of(source, bindings, &names);
            confidence = confidence.min(if sure { Confidence::Likely } else { Confidence::Possible });
            faults.extend(of_list);
        }
        let by_name = bound_wrong(&bound);
        if !by_name.is_empty() {
            confidence = confidence.min(Confidence::Likely);
        }
        faults.extend(by_name);
        let mut findings = Vec::new();
        if !faults.is_empty() {
            findings.push(self.finding(&faults, confidence));
        }
        let others = bound_other(collection, &roles, &bound);
        if !others.is_empty() {
            findings.push(self.other_certificate(&others));
        }
        findings.extend(self.unusable(collection, &bound));
        let mut output = CheckOutput { findings, ..CheckOutput::default() };
        output.blind = without_flags(&lists, &bound).and_then(|source| {
            CheckOutput::blind(
                format!("{} does not show whether server name indication is required", source.path),
                "save the output of `netsh http show sslcert` on that web server: it must list 0.0.0.0:443",
            )
            .blind
        });
        output
    }
}

impl IisBinding {
    /// The finding of a certificate that is bound although another one of the server was collected.
    fn other_certificate(&self, faults: &[Fault<'_>]) -> Finding {
        let mut found = with_faults(finding(self, Severity::Medium, Confidence::Possible), faults);
        "The certificate that is bound in IIS is not the collected one".clone_into(&mut found.title);
        found.cause.push_str(
            "IIS sends the certificate whose SHA-1 (thumbprint) is bound, not the newest one. After a renewal the old one stays \
             bound until it is exchanged in the binding.",
        );
        found.confirm = sentences(&[
            "`netsh http show sslcert` on the web server: Certificate Hash at 0.0.0.0:443.",
            "`certutil -store My` lists the certificates of the server with their hashes.",
        ]);
        found.fix = sentences(&[
            "IIS Manager > Site > Bindings > https > Edit: choose the right certificate, on every web server.",
        ]);
        found.false_positives = sentences(&[
            "The collected file is another certificate of the server, or an old one.",
            "The output was taken before the certificate was exchanged.",
        ]);
        found.references = sentences(&[INTEGRATION]);
        found
    }

    fn finding(&self, faults: &[Fault<'_>], confidence: Confidence) -> Finding {
        let is_sure = confidence < Confidence::Possible;
        let severity = if is_sure { Severity::High } else { Severity::Medium };
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

/// Bindings of certificates to a name or to one address, on a server without one for all addresses.
fn bound_wrong<'a>(bound: &[(Output<'a>, &TlsBinding)]) -> Vec<Fault<'a>> {
    let is_for_all = |binding: &TlsBinding| matches!(binding.address.as_str(), "0.0.0.0" | "::" | "*");
    let is_same = |one: &Output<'_>, other: &Output<'_>| {
        one.source.path == other.source.path && one.shown.line == other.shown.line
    };
    let mut faults = Vec::new();
    for (output, binding) in bound.iter().filter(|(_, binding)| binding.port == HTTPS && !is_for_all(binding))
    {
        let mut own = bound.iter().filter(|(other, _)| is_same(other, output));
        if own.any(|(_, other)| other.port == HTTPS && is_for_all(other)) || faults.len() >= MOST {
            continue;
        }
        let kind = if binding.by_name { "the host name" } else { "the address" };
        faults.push(Fault {
            source: output.source,
            line: binding.line as u64,
            text: format!(
                "{}:{}   (the certificate is bound to {kind} only: it must be bound to 0.0.0.0:443; {})",
                binding.address,
                binding.port,
                output.taken()
            ),
        });
    }
    faults
}

/// Bound certificates of servers of which only others were collected.
fn bound_other<'a>(
    collection: &CheckInput<'a>,
    roles: &Roles<'a>,
    bound: &[(Output<'a>, &TlsBinding)],
) -> Vec<Fault<'a>> {
    let held = tls::held(&tls::files(collection));
    let mut faults = Vec::new();
    for (output, binding) in bound.iter().filter(|(_, binding)| binding.port == HTTPS && !binding.by_name) {
        let Some(host) = output.host else { continue };
        let own = held.iter().filter(|held| {
            held.source.host.as_deref() == Some(host)
                && tls::is_server(held.certificate)
                && !held.certificate.thumbprint.is_empty()
                && roles.role(held) == CertificateRole::WebServer
        });
        let own: Vec<_> = own.take(MOST).collect();
        if own.is_empty() || own.iter().any(|held| held.certificate.thumbprint == binding.certificate_hash) {
            continue;
        }
        let known = held.iter().find(|held| held.certificate.thumbprint == binding.certificate_hash);
        let known = known.map(|held| format!(", that of {}", held.source.path));
        let known = known.or_else(|| {
            bound::name_of(collection, &binding.certificate_hash).map(|name| format!(", {name}"))
        });
        let known = known.unwrap_or_default();
        let names: Vec<&str> = own.iter().map(|held| &*held.source.path).collect();
        faults.push(Fault {
            source: output.source,
            line: binding.line as u64,
            text: format!(
                "{}:{} sends the certificate with the SHA-1 {}{known}; that of {} is another ({})",
                binding.address,
                binding.port,
                binding.certificate_hash,
                and(names),
                output.taken()
            ),
        });
    }
    faults
}

/// The list of sites of which the flags are not known, and no list of certificates of that server shows them.
fn without_flags<'a>(
    files: &[(&'a SourceFacts, &Vec<Binding>)],
    bound: &[(Output<'a>, &TlsBinding)],
) -> Option<&'a SourceFacts> {
    let is_open = |binding: &&Binding| {
        binding.protocol.eq_ignore_ascii_case("https")
            && binding.port == Some(HTTPS)
            && binding.ssl_flags.is_none()
    };
    let without = files.iter().filter(|(_, bindings)| bindings.iter().any(|binding| is_open(&binding)));
    let mut without = without.filter(|(source, _)| {
        let is_its = |output: &Output<'_>| {
            output.source.path == source.path
                || source.host.is_some() && output.host == source.host.as_deref()
        };
        !bound.iter().any(|(output, binding)| binding.port == HTTPS && is_its(output))
    });
    without.next().map(|(source, _)| *source)
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
    if binding.ssl_flags.is_some_and(|flags| flags & 1 == 1) {
        wrong.push("Require Server Name Indication is on (sslFlags is odd): it must be off".to_owned());
    }
    wrong
}

/// A binding, as the file writes it.
fn shown(binding: &Binding) -> String {
    let port = binding.port.map(|port| port.to_string()).unwrap_or_default();
    let flags = binding.ssl_flags.map_or_else(String::new, |flags| format!(" sslFlags={flags}"));
    format!("site \"{}\": {} {}:{port}:{}{flags}", binding.site, binding.protocol, binding.ip, binding.host)
}
