//! [`Truststore`]: the entries of a Java keystore.

use serde::Serialize;

use super::x509::Certificate;

/// A store of certificates and keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Truststore {
    /// `JKS`, `JCEKS` or `PKCS#12`.
    pub form: &'static str,
    /// In the order of the file; in PKCS#12, those with keys first.
    pub entries: Vec<TrustEntry>,
    /// Whether its checksum is right; `None` if it has none, or has a password that is not known.
    pub intact: Option<bool>,
    /// Whether there is more in it, behind a password that is not known.
    pub locked: bool,
}

/// One entry of a store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TrustEntry {
    /// Its name; empty if it has none.
    pub alias: String,
    /// Its certificate; `None` if it is behind the password, missing, or cannot be read.
    pub certificate: Option<Certificate>,
    /// The certificates above it, if it has a key.
    pub chain: Vec<Certificate>,
    /// Whether its private key is there, too.
    pub has_private_key: bool,
    /// Whether Java takes it for a certificate to trust. One that OpenSSL put into PKCS#12 lacks the mark for that,
    /// and Java does not see it.
    pub trusted: bool,
    /// Nanoseconds since 1970, UTC, when it was made, where the store says it.
    pub created: Option<i64>,
}

/// The password of a store that nobody gave one.
pub(super) const USUAL_PASSWORD: &str = "changeit";

/// Milliseconds since 1970, as Java counts, in nanoseconds.
pub(super) fn of_milliseconds(time: i64) -> i64 {
    time.saturating_mul(1_000_000)
}
