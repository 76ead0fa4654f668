//! PKCS#12, the keystore of Java since version 9 and the .pfx export of Windows (RFC 7292).
//!
//! Parts in clear are read. Encrypted parts are tried with the given and the usual passwords; if none fits, the store is locked,
//! which is not an error. Private keys are counted and stay encrypted.

mod keys;
mod secrets;

use std::collections::{BTreeMap, VecDeque};

use super::asn1::{Element, Elements, INTEGER, OCTET_STRING, OID, SEQUENCE, SET, part};
use super::rounds::Rounds;
use super::truststore::{TrustEntry, Truststore, of_milliseconds};
use super::x509::Certificate;
use super::{names, x509};
use secrets::Passwords;

const DATA: &str = "1.2.840.113549.1.7.1";
const ENCRYPTED: &str = "1.2.840.113549.1.7.6";
const KEY: &str = "1.2.840.113549.1.12.10.1.1";
const SHROUDED_KEY: &str = "1.2.840.113549.1.12.10.1.2";
const CERTIFICATE: &str = "1.2.840.113549.1.12.10.1.3";
const BAGS: &str = "1.2.840.113549.1.12.10.1.6";
const NAME: &str = "1.2.840.113549.1.9.20";
const KEY_ID: &str = "1.2.840.113549.1.9.21";
/// Java's trusted key usage: the mark of a certificate that is to be trusted.
const TRUSTED: &str = "2.16.840.1.113894.746875.1.1";

/// Maximum nesting of bags; no real store nests them.
const DEEPEST: usize = 4;

/// Returns whether these bytes begin a store. They may be cut off.
pub(super) fn recognises(head: &[u8]) -> bool {
    // signed or plain data: the identifier without its last number
    const CONTENT: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7];
    let begins = || {
        let mut store = Elements::begun(head)?;
        let version = store.optional(INTEGER)?.number()?;
        let kind = Elements::begun(store.rest())?.optional(OID)?;
        Some(version == 3 && kind.body.starts_with(CONTENT))
    };
    head.first() == Some(&SEQUENCE) && begins().unwrap_or_default()
}

/// Reads a store with one of these passwords, or a usual one, as far as `rounds` allows.
pub(super) fn read(bytes: &[u8], passwords: &[String], rounds: &mut Rounds) -> Result<Truststore, String> {
    const WHAT: &str = "the PKCS#12 store";
    let mut store = Elements::new(bytes).need(SEQUENCE, WHAT)?.elements();
    store.need(INTEGER, "its version")?;
    let mut content = store.need(SEQUENCE, "its content")?.elements();
    if content.need(OID, "the kind of its content")?.dotted() != DATA {
        return Err("the PKCS#12 store is signed with a key, which is not read".to_owned());
    }
    let content = content.need(part(0), "its content")?;
    let content = content.elements().next().ok_or("its content is damaged or cut off")?.octets();
    let mut passwords = Passwords::and_usual(passwords, rounds);
    let fits = store.optional(SEQUENCE).map(|checksum| passwords.check(&checksum, &content));
    let mut bags = Bags::default();
    for safe in Elements::new(&content).need(SEQUENCE, "the list of its parts")?.elements() {
        bags.add_safe(&safe, &mut passwords)?;
    }
    let intact = match fits {
        Some(true) => Some(true),
        // a password opened a part, but the checksum does not match
        Some(false) if bags.opened => Some(false),
        _ => None,
    };
    let locked = bags.locked;
    Ok(Truststore { form: "PKCS#12", entries: bags.entries(), intact, locked })
}

/// The content of a store, before certificates and keys are matched.
#[derive(Default)]
struct Bags {
    keys: Vec<Label>,
    certificates: Vec<(Label, Option<Certificate>)>,
    locked: bool,
    /// Whether a password opened a part.
    opened: bool,
}

/// The attributes of a bag.
#[derive(Debug, Default, Clone)]
struct Label {
    name: String,
    /// The same for the certificate and the key of one entry.
    key_id: Option<Vec<u8>>,
    trusted: bool,
}

impl Bags {
    /// Adds a part of the store: bags in clear or encrypted.
    fn add_safe(&mut self, safe: &Element<'_>, passwords: &mut Passwords<'_>) -> Result<(), String> {
        let mut safe = safe.elements();
        let kind = safe.need(OID, "the kind of a part")?.dotted();
        let content = safe.need(part(0), "the content of a part")?.elements().next();
        let content = content.ok_or("the content of a part is damaged")?;
        match kind.as_str() {
            DATA => self.add_bags(&content.octets(), DEEPEST),
            ENCRYPTED => {
                let mut content = content.elements();
                content.need(INTEGER, "the version of a part")?;
                let mut content = content.need(SEQUENCE, "the content of a part")?.elements();
                content.need(OID, "the kind of a part")?;
                let algorithm = content.need(SEQUENCE, "the encryption of a part")?;
                let secret = content.next().ok_or("the content of a part is damaged")?;
                // a wrong password may decrypt to something, but not to a list of bags
                let plain = passwords.open(&algorithm, &secret.octets(), |plain| {
                    Elements::new(plain).optional(SEQUENCE).is_some()
                });
                let Some(plain) = plain else {
                    self.locked = true;
                    return Ok(());
                };
                self.opened = true;
                self.add_bags(&plain, DEEPEST)
            }
            // encrypted for a key
            _ => {
                self.locked = true;
                Ok(())
            }
        }
    }

    fn add_bags(&mut self, bytes: &[u8], deep: usize) -> Result<(), String> {
        let mut bags = Elements::new(bytes).need(SEQUENCE, "a list of bags")?.elements();
        for bag in bags.by_ref() {
            let mut bag = bag.elements();
            let kind = bag.need(OID, "the kind of a bag")?.dotted();
            let value = bag.need(part(0), "the content of a bag")?;
            let label =
                bag.optional(SET).map(|attributes| Label::from_attributes(&attributes)).unwrap_or_default();
            match kind.as_str() {
                KEY | SHROUDED_KEY => self.keys.push(label),
                CERTIFICATE => self.certificates.push((label, certificate(&value))),
                BAGS => {
                    if let Some(deep) = deep.checked_sub(1) {
                        self.add_bags(value.body, deep)?;
                    }
                }
                _ => {}
            }
        }
        if bags.is_empty() { Ok(()) } else { Err("a list of bags is damaged or cut off".to_owned()) }
    }

    /// Certificates with their keys and the chains above them, then the others.
    fn entries(self) -> Vec<TrustEntry> {
        let mut pool = Pool::new(self.certificates);
        let mut entries = Vec::new();
        for key in self.keys {
            let own = pool.take_own(&key);
            let mut entry = TrustEntry {
                created: key.key_id.as_deref().and_then(java_time),
                certificate: own.and_then(|(_, certificate)| certificate),
                has_private_key: true,
                ..entry(key)
            };
            let mut last = entry.certificate.clone();
            while let Some(above) =
                last.filter(|last| !last.self_signed).and_then(|last| pool.take_issuer(&last))
            {
                entry.chain.push(above.clone());
                last = Some(above);
            }
            entries.push(entry);
        }
        entries.extend(pool.left().map(|(label, certificate)| TrustEntry { certificate, ..entry(label) }));
        entries
    }
}

fn entry(label: Label) -> TrustEntry {
    TrustEntry {
        alias: label.name,
        certificate: None,
        fingerprint: None,
        chain: Vec::new(),
        has_private_key: false,
        trusted: label.trusted,
        created: None,
    }
}

impl Label {
    fn from_attributes(attributes: &Element<'_>) -> Label {
        let mut label = Label::default();
        for attribute in attributes.elements() {
            let mut attribute = attribute.elements();
            let Some(kind) = attribute.optional(OID) else { continue };
            let value = attribute.optional(SET).and_then(|values| values.elements().next());
            match (kind.dotted().as_str(), value) {
                (NAME, Some(value)) => label.name = names::sixteen_bit(value.body),
                (KEY_ID, Some(value)) => label.key_id = Some(value.body.to_owned()),
                (TRUSTED, _) => label.trusted = true,
                _ => {}
            }
        }
        label
    }
}

fn certificate(bag: &Element<'_>) -> Option<Certificate> {
    let mut bag = bag.elements().optional(SEQUENCE)?.elements();
    bag.optional(OID)?; // X.509 in all that is read here; other types do not parse
    let value = bag.optional(part(0))?.elements().next().filter(|value| value.tag & 0x1f == OCTET_STRING)?;
    x509::read(&value.octets()).ok()
}

/// Creation time of an entry: Java writes `Time 1763719200000` in the place of a key identifier.
fn java_time(key_id: &[u8]) -> Option<i64> {
    let digits = std::str::from_utf8(key_id).ok()?.strip_prefix("Time ")?;
    digits.parse().ok().map(of_milliseconds)
}

/// Certificates, each for one entry, found by index and not by a search for each key.
struct Pool {
    certificates: Vec<Option<(Label, Option<Certificate>)>>,
    by_key: BTreeMap<Vec<u8>, VecDeque<usize>>,
    by_subject: BTreeMap<String, VecDeque<usize>>,
}

impl Pool {
    fn new(certificates: Vec<(Label, Option<Certificate>)>) -> Pool {
        let mut pool =
            Pool { certificates: Vec::new(), by_key: BTreeMap::new(), by_subject: BTreeMap::new() };
        for (place, (label, certificate)) in certificates.into_iter().enumerate() {
            if let Some(key_id) = &label.key_id {
                pool.by_key.entry(key_id.clone()).or_default().push_back(place);
            } else if let Some(certificate) = certificate.as_ref().filter(|_| !label.trusted) {
                pool.by_subject.entry(certificate.subject.clone()).or_default().push_back(place);
            }
            pool.certificates.push(Some((label, certificate)));
        }
        pool
    }

    /// The certificate of a key.
    fn take_own(&mut self, key: &Label) -> Option<(Label, Option<Certificate>)> {
        let place = match &key.key_id {
            Some(key_id) => self.by_key.get_mut(key_id)?.pop_front()?,
            // without identifiers only a store of one key shows its certificate: the first
            None => 0,
        };
        self.certificates.get_mut(place)?.take()
    }

    /// The certificate that signed this one.
    fn take_issuer(&mut self, of: &Certificate) -> Option<Certificate> {
        let places = self.by_subject.get_mut(&of.issuer)?;
        let place = places.pop_front()?;
        self.certificates.get_mut(place)?.take()?.1
    }

    fn left(self) -> impl Iterator<Item = (Label, Option<Certificate>)> {
        self.certificates.into_iter().flatten()
    }
}
