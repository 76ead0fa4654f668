//! Whether the stores of a server make its Java trust a certificate, and if not, why: the exact reason decides what to
//! do. Signatures are not verified: names and key identifiers show the issuer.

use spoglight_artifacts::{Certificate, TrustEntry, Truststore};
use spoglight_time::Timestamp;

use super::certificates::{LONGEST, called, is_namesake, is_server, signed};
use super::stores::{Store, is_newer};
use crate::check::at;

/// Result of looking up a certificate in the stores of one server.
#[derive(Debug, Clone)]
pub(crate) struct Trust<'a> {
    /// The certificate.
    pub(crate) certificate: &'a Certificate,
    /// The certificates above it, as far as they were collected, up to the first in the store.
    pub(crate) above: Vec<&'a Certificate>,
    /// The store that the server reads.
    pub(crate) store: Store<'a>,
    pub(crate) reason: TrustReason<'a>,
}

/// Why a certificate is trusted, or not.
#[derive(Debug, Clone, Copy)]
pub(crate) enum TrustReason<'a> {
    /// This entry makes it trusted.
    Trusted(&'a TrustEntry),
    /// This entry would make it trusted, but lacks Java's mark of a trusted certificate.
    Unmarked(&'a TrustEntry),
    /// The store is protected by an unknown password.
    Locked,
    /// A list of the store shows only fingerprints, and no certificate above that was collected has one of them: which
    /// authorities are in the store is unknown.
    FingerprintsOnly,
    /// The entry is in another store of the server, which it does not read.
    Elsewhere(Store<'a>, &'a TrustEntry),
    /// The store has another certificate of that name, or of the name of its issuer.
    Other(&'a TrustEntry, &'a Certificate),
    /// The certificate is self-signed and not in the store.
    Missing,
    /// No issuer is in the store; `true` if the server may send an intermediate that leads to a root in the store.
    IssuerMissing(bool),
}

/// Looks up a certificate in the stores of one server, the one that it reads first. `pool` are the certificates that the
/// server may send with it. `None` if there is no store.
pub(crate) fn look_up<'a>(
    stores: &[Store<'a>],
    certificate: &'a Certificate,
    pool: &[&'a Certificate],
) -> Option<Trust<'a>> {
    let first = stores.first()?;
    let (read, unread): (Vec<Store<'a>>, Vec<Store<'a>>) =
        stores.iter().copied().partition(|store| !is_newer(first) || is_newer(store));
    let trusted = |stores: &[Store<'a>]| {
        stores.iter().find_map(|store| Some((*store, trust(store.store, certificate, pool).ok()?)))
    };
    if let Some((store, entry)) = trusted(&read) {
        return Some(Trust { certificate, above: Vec::new(), store, reason: TrustReason::Trusted(entry) });
    }
    let (chain, may_be_sent) = trust(first.store, certificate, pool).err()?;
    let reason = if let Some(entry) = without_mark(first.store, &chain) {
        TrustReason::Unmarked(entry)
    } else if first.store.locked {
        TrustReason::Locked
    } else if let Some((other, entry)) = trusted(&unread) {
        TrustReason::Elsewhere(other, entry)
    } else if let Some((entry, other)) = namesake(first.store, &chain) {
        TrustReason::Other(entry, other)
    } else if first.store.entries.iter().any(|entry| is_open(entry, certificate)) {
        TrustReason::FingerprintsOnly
    } else if certificate.self_signed {
        TrustReason::Missing
    } else {
        TrustReason::IssuerMissing(may_be_sent)
    };
    let above = chain.get(1..).unwrap_or_default().to_vec();
    Some(Trust { certificate, above, store: *first, reason })
}

impl<'a> Trust<'a> {
    /// Returns whether the stores make the certificate trusted.
    pub(crate) fn entry(&self) -> Option<&'a TrustEntry> {
        match self.reason {
            TrustReason::Trusted(entry) => Some(entry),
            _ => None,
        }
    }

    /// Returns whether the result is certain: no part of a chain or store is unknown.
    pub(crate) fn is_sure(&self) -> bool {
        !matches!(
            self.reason,
            TrustReason::Locked | TrustReason::FingerprintsOnly | TrustReason::IssuerMissing(true)
        )
    }

    /// The reason as a sentence without its end; `None` if the certificate is trusted, or if that cannot be told.
    pub(crate) fn fault(&self) -> Option<String> {
        let name = called(self.certificate);
        let text = match self.reason {
            TrustReason::Trusted(_) | TrustReason::Locked | TrustReason::FingerprintsOnly => return None,
            TrustReason::Unmarked(entry) => format!(
                "entry \"{}\" would make {name} trusted, but Java ignores it: it lacks the attribute of a trusted \
                 certificate, which OpenSSL does not write",
                entry.alias
            ),
            TrustReason::Elsewhere(other, entry) => format!(
                "{name} is not in this store; it is in {} as \"{}\", which this server does not read",
                other.source.path, entry.alias
            ),
            TrustReason::Other(entry, other) if is_namesake(other, self.certificate) => {
                let lacking = if self.certificate.self_signed {
                    format!("{name} is not in this store")
                } else {
                    format!("the issuer of {name} is not in this store ({})", self.authorities())
                };
                format!(
                    "{lacking}; entry \"{}\" is {} certificate of that name ({})",
                    entry.alias,
                    age(other, self.certificate),
                    dates(other, self.certificate)
                )
            }
            TrustReason::Other(entry, other) => format!(
                "the issuer of {name} is not in this store; entry \"{}\" is another certificate of \"{}\"",
                entry.alias, other.subject
            ),
            TrustReason::Missing => format!(
                "{name} is not in this store: it is self-signed, so the certificate itself must be there"
            ),
            TrustReason::IssuerMissing(_) => {
                format!("the issuer of {name} is not in this store: {}", self.authorities())
            }
        };
        Some(text)
    }

    /// The authorities above the certificate, the nearest first.
    pub(crate) fn authorities(&self) -> String {
        let mut names: Vec<String> = self.above.iter().map(|above| called(above)).collect();
        let last = self.above.last().copied().unwrap_or(self.certificate);
        if names.is_empty() {
            names.push(last.issuer.clone());
        }
        names.join(", ")
    }
}

/// Whether the first certificate is older than the second, for a sentence.
fn age(one: &Certificate, other: &Certificate) -> &'static str {
    match one.not_before.cmp(&other.not_before) {
        std::cmp::Ordering::Less => "an older",
        std::cmp::Ordering::Equal => "another",
        std::cmp::Ordering::Greater => "a newer",
    }
}

fn dates(one: &Certificate, other: &Certificate) -> String {
    let day = |nanos: i64| at(Timestamp::Utc(nanos)).get(..10).unwrap_or_default().to_owned();
    let (first, second) = (day(one.not_before), day(other.not_before));
    if first == second {
        return format!("serial number {}, that of the server is {}", one.serial, other.serial);
    }
    format!("valid from {first}, that of the server from {second}")
}

/// Looks up whether one store makes Java trust a certificate. The error is its chain as far as it is known, and whether
/// the server may send an intermediate that leads to a root in the store.
fn trust<'a>(
    store: &'a Truststore,
    certificate: &'a Certificate,
    pool: &[&'a Certificate],
) -> Result<&'a TrustEntry, (Vec<&'a Certificate>, bool)> {
    // Java also trusts the certificate of a private key entry
    let anchors = || store.entries.iter().filter(|entry| entry.trusted || entry.has_private_key);
    let mut chain = vec![certificate];
    let mut last = certificate;
    loop {
        let fits = |entry: &&TrustEntry| {
            entry.holds(last) == Some(true) || entry.certificate.as_ref().is_some_and(|own| signed(own, last))
        };
        let mut fitting: Vec<&TrustEntry> = anchors().filter(fits).collect();
        // of several, the one that is valid longest
        fitting.sort_by_key(|entry| entry.certificate.as_ref().map(|own| -(i128::from(own.not_after))));
        if let Some(entry) = fitting.first() {
            return Ok(entry);
        }
        let above = pool.iter().find(|above| signed(above, last) && !chain.contains(above));
        let Some(above) = above.filter(|_| !last.self_signed && chain.len() < LONGEST) else {
            let may_be_sent = !last.self_signed && store.entries.iter().any(is_root);
            return Err((chain, may_be_sent));
        };
        chain.push(above);
        last = above;
    }
}

/// Returns whether an entry of which only the fingerprint is known may make a certificate trusted: as that of an authority
/// above it, or because the certificate was printed without its fingerprint.
fn is_open(entry: &TrustEntry, certificate: &Certificate) -> bool {
    entry.is_fingerprint_only() && (!certificate.self_signed || entry.holds(certificate).is_none())
}

/// Returns whether an entry is a root that may be above an intermediate that was not collected.
fn is_root(entry: &TrustEntry) -> bool {
    entry.trusted
        && entry.certificate.as_ref().is_some_and(|own| own.self_signed && own.is_ca && !is_server(own))
}

/// An entry with the certificate that Java does not accept as trusted.
fn without_mark<'a>(store: &'a Truststore, chain: &[&Certificate]) -> Option<&'a TrustEntry> {
    store.entries.iter().filter(|entry| !entry.trusted && !entry.has_private_key).find(|entry| {
        let fits = |own: &Certificate| chain.iter().any(|one| own.is_same(one) || signed(own, one));
        entry.certificate.as_ref().is_some_and(fits)
    })
}

/// An entry with another certificate of a name in the chain: of the server itself, or of an authority above it.
fn namesake<'a>(store: &'a Truststore, chain: &[&Certificate]) -> Option<(&'a TrustEntry, &'a Certificate)> {
    let is_of = |own: &Certificate| {
        chain.iter().enumerate().any(|(place, one)| match place {
            0 => is_server(own) && is_namesake(own, one) || own.subject == one.issuer,
            _ => own.subject == one.subject || own.subject == one.issuer,
        })
    };
    let entries = store.entries.iter().filter(|entry| entry.trusted);
    let mut all = entries.filter_map(|entry| Some((entry, entry.certificate.as_ref()?)));
    all.find(|(_, own)| !own.subject.is_empty() && is_of(own))
}
