//! The certificate that is bound, as `certutil -store` of the same server lists it: its private key and its dates.

use spoglight_artifacts::{ListedCertificate, ListedKey, TlsBinding};
use spoglight_model::analysis::Finding;
use spoglight_signatures::{Confidence, Severity};

use super::{HTTPS, IisBinding};
use crate::check::{CheckInput, Fault, INTEGRATION, MOST, finding, sentences, with_faults};
use crate::outputs::Output;
use crate::tls;

/// A bound certificate in a list of its server.
struct Listed<'a> {
    output: Output<'a>,
    binding: &'a TlsBinding,
    list: Output<'a>,
    one: &'a ListedCertificate,
}

/// The bound certificates that a list of their server shows.
fn in_lists<'a>(collection: &CheckInput<'a>, bound: &[(Output<'a>, &'a TlsBinding)]) -> Vec<Listed<'a>> {
    let lists = tls::listed(collection);
    let mut found = Vec::new();
    for (output, binding) in bound.iter().filter(|(_, binding)| binding.port == HTTPS) {
        let of_host = lists.iter().filter(|(list, _)| list.host.is_some() && list.host == output.host);
        for (list, certificates) in of_host {
            let hash = Some(binding.certificate_hash.as_str());
            let own = certificates.certificates.iter().find(|one| one.thumbprint.as_deref() == hash);
            if let Some(one) = own
                && found.len() < MOST
            {
                found.push(Listed { output: *output, binding, list: *list, one });
            }
        }
    }
    found
}

/// The name of a certificate with this hash in any list, for a sentence.
pub(super) fn name_of(collection: &CheckInput<'_>, hash: &str) -> Option<String> {
    let lists = tls::listed(collection);
    let mut all = lists.iter().flat_map(|(list, certificates)| {
        certificates.certificates.iter().map(move |one| (list.shown.command, one))
    });
    let (command, one) = all.find(|(_, one)| one.thumbprint.as_deref() == Some(hash))?;
    Some(format!("{} in the output of {command}", tls::called_listed(one)))
}

impl IisBinding {
    /// Findings on bound certificates without a private key, or that have expired.
    pub(super) fn unusable<'a>(
        &self,
        collection: &CheckInput<'a>,
        bound: &[(Output<'a>, &'a TlsBinding)],
    ) -> Vec<Finding> {
        let (mut keyless, mut closed, mut expired) = (Vec::new(), Vec::new(), Vec::new());
        for Listed { output, binding, list, one } in in_lists(collection, bound) {
            let place = format!("{}:{}", binding.address, binding.port);
            let fault = |text: String| Fault { source: list.source, line: one.line as u64, text };
            let name = tls::called_listed(one);
            let taken = list.taken();
            match one.key {
                ListedKey::Absent => keyless.push(fault(format!(
                    "{name}, which is bound to {place} ({}), has no private key in the store ({taken})",
                    output.source.path
                ))),
                ListedKey::Missing => closed.push(fault(format!(
                    "the private key of {name}, which is bound to {place} ({}), could not be opened: Missing stored keyset ({taken})",
                    output.source.path
                ))),
                ListedKey::Named | ListedKey::NotShown => {}
            }
            expired.extend(
                tls::expired_listed(collection, one)
                    .map(|text| fault(format!("{text}; it is bound to {place}"))),
            );
        }
        let mut findings = Vec::new();
        if !keyless.is_empty() {
            findings.push(self.without_key(&keyless, Severity::High, Confidence::Likely));
        }
        if !closed.is_empty() {
            findings.push(self.without_key(&closed, Severity::Medium, Confidence::Possible));
        }
        if !expired.is_empty() {
            findings.push(self.expired(&expired));
        }
        findings
    }

    fn without_key(&self, faults: &[Fault<'_>], severity: Severity, confidence: Confidence) -> Finding {
        let mut found = with_faults(finding(self, severity, confidence), faults);
        "The certificate that is bound in IIS has no usable private key".clone_into(&mut found.title);
        found.cause.push_str(
            "Without the private key IIS cannot answer a TLS handshake: it ends every connection to the port, and the log of IIS \
             shows nothing. The certificate was imported without its key (a .cer instead of a .pfx), or the key was lost or \
             belongs to an account that IIS does not use.",
        );
        found.confirm = sentences(&[
            "As administrator on the web server: `certutil -store My <hash>` must end with `Encryption test passed` or `Signature \
             test passed`.",
            "Windows log System: event 36870 or 36869 of Schannel.",
        ]);
        found.fix = sentences(&[
            "If the key is still on the server: `certutil -repairstore My <serial number>`.",
            "Else import the .pfx with the key (IIS Manager > Server Certificates > Import), choose it in the https binding, and \
             restart the site.",
        ]);
        found.false_positives = sentences(&[
            "The list was made without the rights of an administrator: then the key of a computer account is not shown, or cannot \
             be opened.",
            "The list is that of the user (`-user`), not of the computer.",
            "The key is in a hardware module that was not reachable.",
            "The binding was changed after the outputs were taken.",
        ]);
        found.references = sentences(&[INTEGRATION]);
        found
    }

    fn expired(&self, faults: &[Fault<'_>]) -> Finding {
        let mut found = with_faults(finding(self, Severity::High, Confidence::Likely), faults);
        "The certificate that is bound in IIS has expired".clone_into(&mut found.title);
        found.cause.push_str(
            "IIS sends the bound certificate whatever its date is. Browsers and the Java of the ADS refuse one that has expired.",
        );
        found.confirm = sentences(&[
            "`certutil -store My` on the web server: NotAfter of the certificate with the bound hash.",
            "`openssl s_client -connect <FQDN>:443 -servername <FQDN> | openssl x509 -noout -dates`.",
        ]);
        found.fix = sentences(&[
            "Renew the certificate, and choose the new one in IIS Manager > Site > Bindings > https on every web server.",
            "If it is self-signed, import the new one into the truststore of every ADS.",
        ]);
        found.false_positives = sentences(&[
            "The certificate was exchanged after the outputs were taken.",
            "The clock of a server with the latest messages is wrong.",
        ]);
        found.references = sentences(&[INTEGRATION]);
        found
    }
}
