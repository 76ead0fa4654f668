//! [`Truststore`]: the entries of a Java keystore.

use serde::Serialize;

use super::x509::Certificate;

/// A store of certificates and keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Truststore {
    /// Form of the store: `JKS`, `JCEKS` or `PKCS#12`.
    pub form: &'static str,
    /// Entries in the order of the file; in PKCS#12, entries with keys first.
    pub entries: Vec<TrustEntry>,
    /// Whether the checksum is right; `None` if the store has none, or its password is not known.
    pub intact: Option<bool>,
    /// Whether parts of the store are encrypted with an unknown password.
    pub locked: bool,
}

/// One entry of a store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TrustEntry {
    /// Name of the entry; empty if it has none.
    pub alias: String,
    /// Its certificate; `None` if it is encrypted, missing, or cannot be read, or if a list shows only its fingerprint.
    pub certificate: Option<Certificate>,
    /// Fingerprint of its certificate, if a list shows only that.
    pub fingerprint: Option<CertificateFingerprint>,
    /// The certificates above it, if the entry has a key.
    pub chain: Vec<Certificate>,
    /// Whether the entry has its private key.
    pub has_private_key: bool,
    /// Whether Java trusts the certificate. One that OpenSSL put into PKCS#12 lacks the mark for that, and Java
    /// ignores it.
    pub trusted: bool,
    /// Creation time in nanoseconds since 1970, UTC, if the store records it.
    pub created: Option<i64>,
}

/// Fingerprint of a certificate that is not shown itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CertificateFingerprint {
    /// SHA-256 in hexadecimal, in small letters.
    Sha256(String),
    /// SHA-1 in hexadecimal, in small letters.
    Sha1(String),
}

impl CertificateFingerprint {
    /// Reads bytes in hexadecimal with `:` or spaces between them; `None` if they are of another length.
    pub(crate) fn of_hex(text: &str) -> Option<CertificateFingerprint> {
        let hex: String = text.chars().filter(|one| *one != ':' && *one != ' ').collect();
        let is_hex = hex.bytes().all(|byte| byte.is_ascii_hexdigit());
        match hex.len() {
            64 if is_hex => Some(CertificateFingerprint::Sha256(hex.to_ascii_lowercase())),
            40 if is_hex => Some(CertificateFingerprint::Sha1(hex.to_ascii_lowercase())),
            _ => None,
        }
    }

    /// Returns whether it is that of a certificate; `None` if the certificate was printed without it.
    pub fn is_of(&self, certificate: &Certificate) -> Option<bool> {
        let (own, other) = match self {
            CertificateFingerprint::Sha256(hex) => (hex, &certificate.fingerprint),
            CertificateFingerprint::Sha1(hex) => (hex, &certificate.thumbprint),
        };
        (!other.is_empty()).then(|| own == other)
    }
}

impl TrustEntry {
    /// Returns whether the entry has this certificate; `None` if neither its certificate nor a fingerprint is known.
    pub fn holds(&self, certificate: &Certificate) -> Option<bool> {
        match (&self.certificate, &self.fingerprint) {
            (Some(own), _) => Some(own.is_same(certificate)),
            (None, Some(print)) => print.is_of(certificate),
            (None, None) => None,
        }
    }

    /// Returns whether only the fingerprint of its certificate is known: its names and its issuer are not.
    pub fn is_fingerprint_only(&self) -> bool {
        self.certificate.is_none() && self.fingerprint.is_some()
    }
}

/// The default password of a store.
pub(super) const USUAL_PASSWORD: &str = "changeit";

/// Converts Java's milliseconds since 1970 to nanoseconds.
pub(super) fn of_milliseconds(time: i64) -> i64 {
    time.saturating_mul(1_000_000)
}
