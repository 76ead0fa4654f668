//! Keystores of Java before version 9: JKS and JCEKS.
//!
//! Certificates are in clear, and a checksum made with the password follows. A store is read without its password as
//! far as possible. Private keys are never opened.

use sha1::{Digest as _, Sha1};

use super::truststore::{TrustEntry, Truststore, USUAL_PASSWORD, of_milliseconds};
use super::x509::Certificate;
use super::{names, x509};

pub(crate) const JKS: [u8; 4] = [0xfe, 0xed, 0xfe, 0xed];
const JCEKS: [u8; 4] = [0xce, 0xce, 0xce, 0xce];

// types of entries
const PRIVATE_KEY: u32 = 1;
const TRUSTED: u32 = 2;
const SECRET_KEY: u32 = 3;

/// Returns whether these bytes begin a store.
pub(crate) fn recognises(head: &[u8]) -> bool {
    head.starts_with(&JKS) || head.starts_with(&JCEKS)
}

/// Reads JKS and JCEKS, which differ in their first bytes and in how keys are wrapped.
pub(crate) fn read(bytes: &[u8], passwords: &[String]) -> Result<Truststore, String> {
    let mut input = Input { rest: bytes };
    let form = match input.take(4)? {
        magic if magic == JKS => "JKS",
        magic if magic == JCEKS => "JCEKS",
        _ => return Err("it does not begin like a Java keystore".to_owned()),
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
            // only Java knows the length of a secret key, and so the start of the next entry
            store.locked = true;
            return Ok(store);
        };
        store.entries.push(entry);
    }
    let content = bytes.get(..bytes.len() - input.rest.len()).unwrap_or_default();
    store.intact = match input.take(20) {
        Err(_) => Some(false),
        Ok(digest) => {
            let usual = [USUAL_PASSWORD, ""].into_iter();
            let mut all = usual.chain(passwords.iter().map(String::as_str));
            all.any(|password| digest == checksum(password, content)).then_some(true)
        }
    };
    Ok(store)
}

/// SHA-1 of the password, a fixed phrase of Java, and the store.
fn checksum(password: &str, content: &[u8]) -> [u8; 20] {
    let password: Vec<u8> = password.encode_utf16().flat_map(u16::to_be_bytes).collect();
    Sha1::new()
        .chain_update(password)
        .chain_update(b"Mighty Aphrodite")
        .chain_update(content)
        .finalize()
        .into()
}

/// The store with the same certificates and without private keys: each entry keeps its name, its time and its chain, and its
/// key is empty. `None` if it is not such a store, is damaged, or has a secret key, whose end only Java knows.
pub(crate) fn without_private_keys(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut input = Input { rest: bytes };
    let magic = input.take(4).ok()?;
    let version = input.number().ok()?;
    let count = input.number().ok()?;
    if !recognises(magic) || !(1..=2).contains(&version) {
        return None;
    }
    let mut public = bytes.get(..12)?.to_vec();
    for _ in 0..count {
        let before = input.rest;
        let tag = input.number().ok()?;
        let length = input.short().ok()?;
        input.take(length + 8).ok()?;
        let head = before.get(..before.len() - input.rest.len())?;
        if tag == PRIVATE_KEY {
            let length = input.number().ok()?;
            input.take(length as usize).ok()?;
        }
        let after = input.rest;
        let certificates = match tag {
            PRIVATE_KEY => input.number().ok()?,
            TRUSTED => 1,
            _ => return None,
        };
        for _ in 0..certificates {
            if version == 2 {
                let length = input.short().ok()?;
                input.take(length).ok()?;
            }
            let length = input.number().ok()?;
            input.take(length as usize).ok()?;
        }
        public.extend_from_slice(head);
        if tag == PRIVATE_KEY {
            public.extend_from_slice(&[0; 4]);
        }
        public.extend_from_slice(after.get(..after.len() - input.rest.len())?);
    }
    let content = bytes.get(..bytes.len() - input.rest.len())?;
    let digest = input.take(20).ok()?;
    // a checksum of an unknown password stays, and is as unknown as it was
    let known = [USUAL_PASSWORD, ""].into_iter().find(|password| digest == checksum(password, content));
    match known {
        Some(password) => public.extend(checksum(password, &public)),
        None => public.extend_from_slice(digest),
    }
    Some(public)
}

/// One entry; `None` if it is a secret key.
fn entry(input: &mut Input<'_>, version: u32) -> Result<Option<TrustEntry>, String> {
    let tag = input.number()?;
    let length = input.short()?;
    let alias = names::eight_bit(input.take(length)?);
    let created = i64::from(input.number()?) << 32 | i64::from(input.number()?);
    let mut entry = TrustEntry {
        alias,
        certificate: None,
        fingerprint: None,
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
        _ => return Err(format!("{tag} is not a type of entry")),
    }
    Ok(Some(entry))
}

/// A certificate; `None` if it is not X.509, or cannot be read.
fn certificate_of(input: &mut Input<'_>, version: u32) -> Result<Option<Certificate>, String> {
    if version == 2 {
        let length = input.short()?;
        input.take(length)?; // always X.509
    }
    let length = input.number()?;
    Ok(x509::read(input.take(length as usize)?).ok())
}

/// The bytes that are not read yet.
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
