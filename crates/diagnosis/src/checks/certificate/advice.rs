//! Cause, confirmation and fix of each kind of certificate fault.

use spoglight_signatures::{Confidence, ProvenFact, Severity};

use crate::check::{Check, Fault, INTEGRATION, finding, sentences, with_faults};
use spoglight_model::analysis::Finding;

/// Kinds of faults. Each becomes its own finding, because each has its own fix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AdviceKind {
    Name,
    Expired,
    NotYet,
    Form,
    FormUnknown,
    Request,
    RequestNames,
    WithoutKey,
    PrivateKey,
    ExpiredOther,
    Differ,
    Soon,
}

/// Commands that show a certificate.
const LOOK: &str = "`openssl s_client -connect <FQDN>:443 -servername <FQDN> -showcerts` shows the certificate that the \
                    server really sends; `openssl x509 -in <file> -noout -subject -issuer -dates -ext \
                    subjectAltName,extendedKeyUsage` shows the contents of a file.";

/// Request for a new certificate.
const ISSUE: &str = "Have the certificate issued again: the FQDN as CN and again as DNS entry of the SAN, with every other name \
                     that is used; RSA with 2048 bits or more, SHA-256, extended key usage serverAuth.";

/// Request with several names.
const MMC: &str = "The wizard of IIS cannot put more than one name into a request: use MMC > Certificates (Local Computer) > \
                   Personal > Advanced Operations > Create Custom Request, (No template) CNG key, PKCS #10; add the CN and every DNS \
                   name, the CN among them; key of 2048 bits or more, exportable.";

/// Binding of a new certificate.
const BIND: &str = "Bind it in IIS: https, All Unassigned, 443, host name empty, Require Server Name Indication off; the same \
                    certificate with its key on every web server.";

/// Import of a new certificate.
const IMPORT: &str = r"If it is self-signed, or its CA is new: import it (or root and intermediates) into the truststore of every ADS, and restart the ADS.";

impl AdviceKind {
    pub(super) const ALL: [AdviceKind; 12] = [
        AdviceKind::Name,
        AdviceKind::Expired,
        AdviceKind::NotYet,
        AdviceKind::Form,
        AdviceKind::FormUnknown,
        AdviceKind::Request,
        AdviceKind::RequestNames,
        AdviceKind::WithoutKey,
        AdviceKind::PrivateKey,
        AdviceKind::ExpiredOther,
        AdviceKind::Differ,
        AdviceKind::Soon,
    ];

    pub(super) fn severity(self) -> Severity {
        match self {
            AdviceKind::Name | AdviceKind::Expired => Severity::High,
            AdviceKind::NotYet
            | AdviceKind::Form
            | AdviceKind::FormUnknown
            | AdviceKind::Request
            | AdviceKind::WithoutKey
            | AdviceKind::PrivateKey
            | AdviceKind::ExpiredOther => Severity::Medium,
            AdviceKind::RequestNames | AdviceKind::Differ | AdviceKind::Soon => Severity::Low,
        }
    }

    pub(super) fn finding(self, check: &dyn Check, severity: Severity, faults: &[Fault<'_>]) -> Finding {
        let confidence = match self {
            // a file does not show whether IIS uses this certificate
            AdviceKind::Name | AdviceKind::Expired | AdviceKind::NotYet if severity > Severity::Critical => {
                Confidence::Likely
            }
            AdviceKind::FormUnknown | AdviceKind::WithoutKey => Confidence::Likely,
            AdviceKind::RequestNames | AdviceKind::ExpiredOther | AdviceKind::Differ => Confidence::Possible,
            _ => Confidence::Certain,
        };
        let mut found = with_faults(finding(check, severity, confidence), faults);
        found.facts = match self {
            AdviceKind::Name => vec![ProvenFact::CertificateNameMismatch],
            AdviceKind::Expired => vec![ProvenFact::CertificateExpired],
            _ => Vec::new(),
        };
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
                "The certificate does not contain the name by which ECE's web server is called"
            }
            AdviceKind::Expired => "A certificate had expired at the time of the logs",
            AdviceKind::NotYet => "A certificate becomes valid only after the logs end",
            AdviceKind::Form | AdviceKind::FormUnknown => {
                "A certificate does not meet the requirements of browsers and Java"
            }
            AdviceKind::Request => "A certificate request does not ask for what browsers and Java require",
            AdviceKind::RequestNames => {
                "A certificate request leaves to the CA what browsers and Java require"
            }
            AdviceKind::WithoutKey => "An exported certificate lacks its private key",
            AdviceKind::ExpiredOther => "A certificate of another server had expired at the time of the logs",
            AdviceKind::Differ => "Web servers have different certificates for one name",
            AdviceKind::PrivateKey => "The collection contains a private key",
            AdviceKind::Soon => "A certificate expires within 30 days",
        }
    }

    fn cause(self) -> &'static str {
        match self {
            AdviceKind::Name => {
                "SPOG calls ECE's web server by the name in the inventory, and gadgets by the one in spog_config.js. \
                 The certificate must contain that name: among the DNS names (SAN), or as CN if there are none. It does \
                 not, so Java and browsers end the connection."
            }
            AdviceKind::Expired => {
                "After a certificate or one of its issuers expires, every new TLS connection fails, although nothing \
                 else was changed."
            }
            AdviceKind::NotYet => {
                "The certificate is newer than the logs, so it was not in use when they were written; or a clock is wrong."
            }
            AdviceKind::Request => {
                "The authority signs what the request asks for, and the wizard that makes the request does not check it. A \
                 certificate with a short key, or without the name that is called, is refused later."
            }
            AdviceKind::RequestNames => {
                "The authority signs what the request asks for. Some add the CN as DNS name (SAN) and choose the hash themselves, \
                 others do not: then browsers and Java refuse the certificate."
            }
            AdviceKind::WithoutKey => {
                "A web server needs the private key to use a certificate. An export without it cannot be bound on another web \
                 server: it disappears from the list, or the binding fails."
            }
            AdviceKind::ExpiredOther => {
                "Nothing shows whether a server still uses this certificate. If it is that of a domain controller, logins by LDAPS \
                 fail since it expired."
            }
            AdviceKind::Differ => {
                "If the load balancer passes TLS through, every web server must have the same certificate with its key: a client that \
                 trusts one may reject the other. If the load balancer ends TLS, each may have its own."
            }
            AdviceKind::Form | AdviceKind::FormUnknown => {
                "The certificate lacks something, or is weaker than what Java and browsers accept today. An update of either \
                 can end connections that worked for years."
            }
            AdviceKind::PrivateKey => {
                "Anyone with the private key of a server can impersonate that server, and a collection passes through \
                 many hands. A diagnosis never needs the key: the certificate is enough."
            }
            AdviceKind::Soon => "After it expires, every new TLS connection fails.",
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
            AdviceKind::PrivateKey => &["Check whether the server still uses this key."],
            AdviceKind::Request | AdviceKind::RequestNames => &[
                "`certutil -dump <file>` or `openssl req -in <file> -noout -text` shows what a request asks for.",
            ],
            AdviceKind::WithoutKey => &[
                "`certutil -dump <file>.pfx` shows no private key; IIS Manager > Server Certificates > Import refuses the file or \
                 loses the certificate.",
            ],
            AdviceKind::Expired
            | AdviceKind::ExpiredOther
            | AdviceKind::Differ
            | AdviceKind::Form
            | AdviceKind::FormUnknown
            | AdviceKind::Soon => &[LOOK],
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
            AdviceKind::NotYet => &[
                "Collect current logs, or the certificate that was in use at that time; correct the clock if it is wrong.",
            ],
            AdviceKind::PrivateKey => &[
                "Take the file out of the collection, and delete its copies.",
                "If it left the company: have the certificate issued again with a new key, and have the old one revoked.",
                "To move a certificate from one web server to the others use a .pfx with its key and a password, and \
                 copy it directly from server to server.",
            ],
            AdviceKind::Request | AdviceKind::RequestNames => {
                &[MMC, "Withdraw the request at the CA if it was not signed yet, and send the new one."]
            }
            AdviceKind::WithoutKey => &[
                "Export again on the server that made the request: MMC, Certificates (Local Computer) > Personal, All Tasks > Export, \
                 \"Yes, export the private key\".",
                "If that choice is gray, the key was made as not exportable: request a new certificate with an exportable key.",
            ],
            AdviceKind::Differ => &[
                "With pass-through: export the certificate of one web server with its private key (.pfx), import it on the others, and \
                 bind it there.",
                "With offload: nothing, if the ADS trusts each of them.",
            ],
            AdviceKind::Form | AdviceKind::FormUnknown => &[
                ISSUE,
                MMC,
                "If an intermediate is missing: get it from the CA and install it on the web server (Intermediate \
                 Certification Authorities), so that it is sent.",
                BIND,
                IMPORT,
            ],
            AdviceKind::ExpiredOther => &[
                "If it is that of a domain controller: import its new certificate, or its CA, into the keystore of ECE, at the same \
                 path on every application server.",
                "If no server uses it any more: leave the file out of the collection.",
            ],
            AdviceKind::Expired | AdviceKind::Soon => &[
                "Renew it. If an intermediate or root was renewed, install the whole new chain.",
                BIND,
                IMPORT,
            ],
        }
    }

    fn unless(self) -> &'static [&'static str] {
        match self {
            AdviceKind::Name => &[
                "The file is not the certificate that IIS uses: another one was collected.",
                "The friendly name in IIS need not match anything.",
            ],
            AdviceKind::Expired | AdviceKind::ExpiredOther | AdviceKind::Soon => {
                &["An old file that no server uses any more."]
            }
            AdviceKind::NotYet => &["The certificate was replaced after the logs were collected."],
            AdviceKind::Request | AdviceKind::RequestNames => &[
                "The authority adds the names or sets the key itself.",
                "An old request that was never sent.",
            ],
            AdviceKind::WithoutKey => &["The file is for clients, which need only the certificate."],
            AdviceKind::Differ => {
                &["The load balancer ends TLS (offload), and each web server has its own certificate."]
            }
            AdviceKind::Form | AdviceKind::FormUnknown => &[
                "Neither SPOG nor a browser uses this certificate.",
                "A file that holds only a part of what the server sends.",
            ],
            AdviceKind::PrivateKey => &["A key that was made for a test."],
        }
    }
}
