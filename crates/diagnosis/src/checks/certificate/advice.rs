//! What to do about each kind of fault in a certificate.

use spoglight_signatures::{Confidence, Severity};

use crate::check::{Check, Fault, INTEGRATION, finding, sentences, with_faults};
use spoglight_model::analysis::Finding;

/// Kinds of faults. Each is a finding of its own, because each is mended in its own way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AdviceKind {
    Name,
    Expired,
    NotYet,
    Form,
    PrivateKey,
    Soon,
}

/// How to see what a server sends.
const LOOK: &str = "`openssl s_client -connect <FQDN>:443 -servername <FQDN> -showcerts` shows the certificate that the server \
                    really sends; `openssl x509 -in <file> -noout -subject -issuer -dates -ext subjectAltName,extendedKeyUsage` \
                    what stands in a file.";

/// How to get another one.
const ISSUE: &str = "Have the certificate issued again: the FQDN as CN and again as DNS entry of the SAN, with every other name \
                     that is used; RSA with 2048 bits or more, SHA-256, extended key usage serverAuth.";

/// What follows.
const BIND: &str = "Bind it in IIS: https, All Unassigned, 443, host name empty, Require Server Name Indication off; the same \
                    certificate with its key on every web server.";

/// What follows that.
const IMPORT: &str = r"If it is self-signed, or its CA is new: import it (or root and intermediates) into the truststore of every ADS, and restart the ADS.";

impl AdviceKind {
    pub(super) const ALL: [AdviceKind; 6] = [
        AdviceKind::Name,
        AdviceKind::Expired,
        AdviceKind::NotYet,
        AdviceKind::Form,
        AdviceKind::PrivateKey,
        AdviceKind::Soon,
    ];

    pub(super) fn severity(self) -> Severity {
        match self {
            AdviceKind::Name | AdviceKind::Expired => Severity::High,
            AdviceKind::NotYet | AdviceKind::Form | AdviceKind::PrivateKey => Severity::Medium,
            AdviceKind::Soon => Severity::Low,
        }
    }

    pub(super) fn finding(self, check: &dyn Check, severity: Severity, faults: &[Fault<'_>]) -> Finding {
        let confidence = match self {
            // that it is the certificate which IIS uses, nothing in a file says
            AdviceKind::Name | AdviceKind::Expired | AdviceKind::NotYet if severity > Severity::Critical => {
                Confidence::Likely
            }
            _ => Confidence::Certain,
        };
        let mut found = with_faults(finding(check, severity, confidence), faults);
        self.title().clone_into(&mut found.title);
        self.cause().clone_into(&mut found.cause);
        found.confirm = sentences(self.confirm());
        found.fix = sentences(self.fix());
        found.false_positives = sentences(self.unless());
        found.references = sentences(&[INTEGRATION]);
        found
    }

    fn title(self) -> &'static str {
        match self {
            AdviceKind::Name => {
                "The certificate does not hold the name with which ECE's web server is called"
            }
            AdviceKind::Expired => "A certificate had expired at the time of the logs",
            AdviceKind::NotYet => "A certificate is valid only from a time after the logs on",
            AdviceKind::Form => "A certificate is not made as browsers and Java want it",
            AdviceKind::PrivateKey => "A private key lies in the collection",
            AdviceKind::Soon => "A certificate expires within 30 days",
        }
    }

    fn cause(self) -> &'static str {
        match self {
            AdviceKind::Name => {
                "SPOG calls ECE's web server by the name in the inventory, and gadgets by the one in spog_config.js. That \
                 name must stand in the certificate: among the DNS names (SAN), or as CN if there are none. It does not, so \
                 Java and browsers end the connection."
            }
            AdviceKind::Expired => {
                "Behind the end of a certificate, or of one above it, every new TLS connection fails, while nothing else was \
                 changed."
            }
            AdviceKind::NotYet => {
                "The certificate is newer than the logs, so it cannot be the one that they are about; or a clock is wrong."
            }
            AdviceKind::Form => {
                "The certificate lacks something, or is weaker than what Java and browsers accept today. An update of either \
                 can end connections that worked for years."
            }
            AdviceKind::PrivateKey => {
                "Whoever has the private key of a server can pretend to be that server, and a collection passes through many \
                 hands. Nothing here needs a key: the certificate alone says everything."
            }
            AdviceKind::Soon => "From its end on every new TLS connection fails.",
        }
    }

    fn confirm(self) -> &'static [&'static str] {
        match self {
            AdviceKind::Name => &[
                LOOK,
                "Compare with the entry of the ECE web server in the PCCE inventory, and with web_server_name in spog_config.js \
                 of every web server.",
            ],
            AdviceKind::NotYet => &[LOOK, "`w32tm /query /status` on the server that wrote the logs."],
            AdviceKind::PrivateKey => &["Look whether the key is the one that the server uses now."],
            AdviceKind::Expired | AdviceKind::Form | AdviceKind::Soon => &[LOOK],
        }
    }

    fn fix(self) -> &'static [&'static str] {
        match self {
            AdviceKind::Name => &[
                "If the certificate is right and the name is not: enter the FQDN that is in the certificate in the inventory \
                 and in spog_config.js.",
                ISSUE,
                BIND,
                IMPORT,
            ],
            AdviceKind::NotYet => {
                &["Collect the logs of now, or the certificate of then; set the clock right if it is wrong."]
            }
            AdviceKind::PrivateKey => &[
                "Take the file out of the collection, and delete its copies.",
                "If it left the company: have the certificate issued again with a new key, and the old one revoked.",
                "To move a certificate from one web server to the others a .pfx with its key is right; it goes from server to \
                 server, with a password.",
            ],
            AdviceKind::Form => &[
                ISSUE,
                "If an intermediate is missing: get it from the CA and install it on the web server (Intermediate \
                 Certification Authorities), so that it is sent.",
                BIND,
                IMPORT,
            ],
            AdviceKind::Expired | AdviceKind::Soon => {
                &["Renew it, for a renewed intermediate or root with the whole new chain.", BIND, IMPORT]
            }
        }
    }

    fn unless(self) -> &'static [&'static str] {
        match self {
            AdviceKind::Name => &[
                "The file is not the certificate that IIS uses: another one was collected.",
                "The friendly name in IIS need not match anything.",
            ],
            AdviceKind::Expired | AdviceKind::Soon => &["An old file that no server uses any more."],
            AdviceKind::NotYet => &["The certificate was replaced after the logs were collected."],
            AdviceKind::Form => &[
                "A certificate that neither SPOG nor a browser ever sees.",
                "A file that holds only a part of what the server sends.",
            ],
            AdviceKind::PrivateKey => &["A key that was made for a test."],
        }
    }
}
