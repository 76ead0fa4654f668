//! Stores of Java: JKS, JCEKS, and PKCS#12, which Java writes since version 9.
//!
//! In the first two, certificates stand in clear behind a checksum made with the password. A store is read without
//! knowing its password as far as it goes. Private keys are never opened.

#[cfg(test)]
mod tests;

use serde::Serialize;
use sha1::{Digest as _, Sha1};

use super::asn1::SEQUENCE;
use super::{Artifact, Certificate, Reader, certificate, file_name, names, pkcs12, x509};

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

const JKS: [u8; 4] = [0xfe, 0xed, 0xfe, 0xed];
const JCEKS: [u8; 4] = [0xce, 0xce, 0xce, 0xce];

/// The reader of stores.
pub(super) struct Truststores;

impl Reader for Truststores {
    fn recognises(&self, name: &str, head: &[u8]) -> bool {
        head.starts_with(&JKS)
            || head.starts_with(&JCEKS)
            || (head.first() == Some(&SEQUENCE)
                && pkcs12::recognises(head)
                && !certificate::is_exchanged(&file_name(name)))
    }

    fn is_store(&self, _head: &[u8]) -> bool {
        true
    }

    fn read(&self, bytes: &[u8]) -> Result<Artifact, String> {
        let store = if bytes.first() == Some(&SEQUENCE) { pkcs12::read(bytes)? } else { java(bytes)? };
        Ok(Artifact::Truststore(store))
    }
}

/// Milliseconds since 1970, as Java counts, in nanoseconds.
pub(super) fn of_milliseconds(time: i64) -> i64 {
    time.saturating_mul(1_000_000)
}

/// JKS and JCEKS, which differ in their first bytes and in how keys are wrapped.
fn java(bytes: &[u8]) -> Result<Truststore, String> {
    let mut input = Input { rest: bytes };
    let form = match input.take(4)? {
        magic if magic == JKS => "JKS",
        magic if magic == JCEKS => "JCEKS",
        _ => return Err("it does not begin as a Java keystore does".to_owned()),
    };
    let version = input.number()?;
    if !(1..=2).contains(&version) {
        return Err(format!("it is a Java keystore of version {version}, and only 1 and 2 are known"));
    }
    let count = input.number()?;
    let mut store = Truststore { form, entries: Vec::new(), intact: None, locked: false };
    for number in 1..=count {
        let entry = entry(&mut input, version)
            .map_err(|why| format!("the Java keystore is damaged in entry {number} of {count}: {why}"))?;
        let Some(entry) = entry else {
            // how long a secret key is only Java can tell, and so where the next entry begins
            store.locked = true;
            return Ok(store);
        };
        store.entries.push(entry);
    }
    let content = bytes.get(..bytes.len() - input.rest.len()).unwrap_or_default();
    store.intact = match input.take(20) {
        Err(_) => Some(false),
        Ok(digest) => {
            [USUAL_PASSWORD, ""].iter().any(|password| digest == checksum(password, content)).then_some(true)
        }
    };
    Ok(store)
}

/// SHA-1 of the password, a phrase that Java's makers chose, and the store.
fn checksum(password: &str, content: &[u8]) -> [u8; 20] {
    let password: Vec<u8> = password.encode_utf16().flat_map(u16::to_be_bytes).collect();
    Sha1::new()
        .chain_update(password)
        .chain_update(b"Mighty Aphrodite")
        .chain_update(content)
        .finalize()
        .into()
}

/// One entry; `None` if it is a secret key.
fn entry(input: &mut Input<'_>, version: u32) -> Result<Option<TrustEntry>, String> {
    const PRIVATE_KEY: u32 = 1;
    const TRUSTED: u32 = 2;
    const SECRET_KEY: u32 = 3;
    let tag = input.number()?;
    let length = input.short()?;
    let alias = names::eight_bit(input.take(length)?);
    let created = i64::from(input.number()?) << 32 | i64::from(input.number()?);
    let mut entry = TrustEntry {
        alias,
        certificate: None,
        chain: Vec::new(),
        has_private_key: tag == PRIVATE_KEY,
        trusted: tag == TRUSTED,
        created: Some(of_milliseconds(created)),
    };
    match tag {
        TRUSTED => entry.certificate = certificate_of(input, version)?,
        PRIVATE_KEY => {
            let length = input.number()?;
            input.take(length as usize)?;
            let length = input.number()?;
            for place in 0..length {
                let certificate = certificate_of(input, version)?;
                if place == 0 {
                    entry.certificate = certificate;
                } else {
                    entry.chain.extend(certificate);
                }
            }
        }
        SECRET_KEY => return Ok(None),
        _ => return Err(format!("{tag} is no kind of entry")),
    }
    Ok(Some(entry))
}

/// A certificate; `None` if it is none of X.509, or cannot be read.
fn certificate_of(input: &mut Input<'_>, version: u32) -> Result<Option<Certificate>, String> {
    if version == 2 {
        let length = input.short()?;
        input.take(length)?; // always X.509
    }
    let length = input.number()?;
    Ok(x509::read(input.take(length as usize)?).ok())
}

/// What is left to read.
struct Input<'a> {
    rest: &'a [u8],
}

impl<'a> Input<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], String> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or("it is cut off")?;
        self.rest = rest;
        Ok(taken)
    }

    fn number(&mut self) -> Result<u32, String> {
        Ok(self.take(4)?.iter().fold(0, |number, byte| number << 8 | u32::from(*byte)))
    }

    fn short(&mut self) -> Result<usize, String> {
        Ok(self.take(2)?.iter().fold(0, |number, byte| number << 8 | usize::from(*byte)))
    }
}
