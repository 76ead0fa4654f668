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
    /// Its certificate; `None` if it is encrypted, missing, or cannot be read.
    pub certificate: Option<Certificate>,
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

/// The default password of a store.
pub(super) const USUAL_PASSWORD: &str = "changeit";

/// Converts Java's milliseconds since 1970 to nanoseconds.
pub(super) fn of_milliseconds(time: i64) -> i64 {
    time.saturating_mul(1_000_000)
}
