//! Files of certificates: PEM with any text around it, DER, PKCS#7, and PKCS#12 as IIS exports it.
//!
//! A log may contain a certificate and stays a log: the name or the first line makes a file one of certificates.
//! Private keys are counted and never kept.

#[cfg(test)]
mod tests;

use serde::Serialize;

use super::{Artifact, Reader};
use crate::asn1::{Element, Elements, INTEGER, OCTET_STRING, OID, SEQUENCE, part};
use crate::bytes::{file_name, text};
use crate::rounds::Rounds;
use crate::x509::{Certificate, CertificateRequest};
use crate::{pem, pkcs12, x509};

/// The certificates of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Certificates {
    /// Encoding: `PEM`, `DER`, `PKCS#7`, `PKCS#12`, or `base 64` if the lines BEGIN and END are missing.
    pub form: &'static str,
    /// Certificates in the order of the file.
    pub certificates: Vec<Certificate>,
    /// Certificate requests. They are not certificates.
    pub requests: Vec<CertificateRequest>,
    /// Number of private keys.
    pub private_keys: usize,
    /// Whether parts are encrypted with an unknown password.
    pub locked: bool,
    /// Parts that could not be read: a sentence each.
    pub unread: Vec<String>,
}

/// File extensions of certificates, requests, and their keys.
const ENDS: &[&str] = &["cer", "crt", "cert", "pem", "der", "p7b", "p7c", "csr", "req", "p10", "key"];

/// Returns whether a PKCS#12 file of that name, in lower case, is for exchange, and not a keystore of Java.
pub(super) fn is_exchanged(name: &str) -> bool {
    let of_java = ["trust", "store", "cacerts"].iter().any(|word| name.contains(word));
    match name.rsplit_once('.') {
        Some((_, "pfx")) => true,
        Some((_, "p12")) => !of_java,
        _ => false,
    }
}

/// First lines of a file with output of OpenSSL. The certificates follow further down.
const OPENSSL: &[&str] = &[
    "CONNECTED(",
    "Connecting to ",
    "depth=",
    "Certificate:",
    "Certificate chain",
    "Bag Attributes",
    "subject=",
    "subject:",
    "issuer=",
    "notBefore=",
];

/// The reader of such files.
pub(super) struct CertificateFiles;

impl Reader for CertificateFiles {
    fn recognises(&self, name: &str, head: &[u8]) -> bool {
        let name = file_name(name);
        let end = name.rsplit_once('.').map(|(_, end)| end).unwrap_or_default();
        if head.first() == Some(&SEQUENCE) {
            return match kind(head) {
                Some(CertificateUse::Store) => is_exchanged(&name),
                Some(_) => true,
                // cut off or damaged; a text that begins with a 0 does not continue with these
                None => ENDS.contains(&end) && matches!(head.get(1), Some(0x80..=0x84)),
            };
        }
        let (text, _) = text(head);
        let first = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
        if pem::begins(first).is_some_and(|label| Item::from_label(label) != Item::Other) {
            return true;
        }
        if ENDS.contains(&end) {
            return text.contains("-----BEGIN ") || first.starts_with("MII");
        }
        let openssl = OPENSSL.iter().any(|start| first.starts_with(start)) || first.contains("openssl ");
        openssl && text.contains("-----BEGIN CERTIFICATE-----")
    }

    fn read(&self, bytes: &[u8], passwords: &[String], rounds: &mut Rounds) -> Result<Artifact, String> {
        let mut found = Certificates {
            form: "PEM",
            certificates: Vec::new(),
            requests: Vec::new(),
            private_keys: 0,
            locked: false,
            unread: Vec::new(),
        };
        if bytes.first() == Some(&SEQUENCE) {
            if let Some(CertificateUse::Store) = kind(bytes) {
                return store(bytes, passwords, rounds);
            }
            found.form = found.add_binary(bytes)?;
        } else {
            found.add_text(&text(bytes).0);
        }
        if found.certificates.is_empty() && found.requests.is_empty() && found.private_keys == 0 {
            let why = found.unread.into_iter().next();
            return Err(why.unwrap_or_else(|| "there is no certificate in it".to_owned()));
        }
        Ok(Artifact::Certificates(found))
    }

    fn is_store(&self, head: &[u8]) -> bool {
        matches!(kind(head), Some(CertificateUse::Store))
    }
}

/// Reads a PKCS#12 file. A store that Java made with trusted certificates is a truststore, whatever its name.
fn store(bytes: &[u8], passwords: &[String], rounds: &mut Rounds) -> Result<Artifact, String> {
    let store = pkcs12::read(bytes, passwords, rounds)?;
    if store.entries.iter().any(|entry| entry.trusted) {
        return Ok(Artifact::Truststore(store));
    }
    let mut found = Certificates {
        form: store.form,
        certificates: Vec::new(),
        requests: Vec::new(),
        private_keys: 0,
        locked: store.locked,
        unread: Vec::new(),
    };
    for entry in store.entries {
        found.private_keys += usize::from(entry.has_private_key);
        found.certificates.extend(entry.certificate);
        found.certificates.extend(entry.chain);
    }
    Ok(Artifact::Certificates(found))
}

/// Content of a PEM block by its label.
#[derive(Debug, PartialEq, Eq)]
enum Item {
    Certificate,
    Request,
    Pkcs7,
    PrivateKey,
    Other,
}

impl Item {
    fn from_label(label: &str) -> Item {
        match label {
            "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => Item::Certificate,
            "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => Item::Request,
            "PKCS7" | "PKCS #7 SIGNED DATA" | "CMS" => Item::Pkcs7,
            _ if label.ends_with("PRIVATE KEY") => Item::PrivateKey,
            _ => Item::Other,
        }
    }
}

/// Content of a DER element.
enum CertificateUse {
    Certificate,
    Request,
    Pkcs7,
    Store,
    PrivateKey,
}

/// Content of these bytes, by their first elements. They may be cut off.
fn kind(bytes: &[u8]) -> Option<CertificateUse> {
    // signed data
    const PKCS7: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2];
    if pkcs12::recognises(bytes) {
        return Some(CertificateUse::Store);
    }
    let mut content = Elements::begun(bytes)?;
    if let Some(oid) = content.optional(OID) {
        return (oid.body == PKCS7).then_some(CertificateUse::Pkcs7);
    }
    if let Some(version) = content.optional(INTEGER) {
        let is_key = version.number() == Some(0)
            && content.optional(SEQUENCE).is_some()
            && content.optional(OCTET_STRING).is_some();
        return is_key.then_some(CertificateUse::PrivateKey);
    }
    let mut inner = content.optional(SEQUENCE)?.elements();
    inner.optional(part(0));
    inner.optional(INTEGER)?;
    let sequences = inner.clone().take_while(|element| element.tag == SEQUENCE).count();
    match sequences {
        // subject and key; attributes follow
        2 => Some(CertificateUse::Request),
        // algorithm, issuer, validity, subject, key
        5.. => Some(CertificateUse::Certificate),
        _ => None,
    }
}

impl Certificates {
    /// Adds DER; returns the encoding.
    fn add_binary(&mut self, bytes: &[u8]) -> Result<&'static str, String> {
        match kind(bytes) {
            Some(CertificateUse::Pkcs7) => {
                self.add_pkcs7(bytes)?;
                return Ok("PKCS#7");
            }
            Some(CertificateUse::Request) => self.requests.push(x509::read_request(bytes)?),
            Some(CertificateUse::PrivateKey) => self.private_keys += 1,
            _ => self.certificates.push(x509::read(bytes)?),
        }
        Ok("DER")
    }

    fn add_text(&mut self, text: &str) {
        let blocks = pem::blocks(text);
        if blocks.is_empty() {
            match pem::base64(text).map(|bytes| self.add_binary(&bytes)) {
                Some(Ok(_)) => self.form = "base 64",
                Some(Err(why)) => self.unread.push(why),
                None => {}
            }
        }
        for block in blocks {
            let item = Item::from_label(block.label);
            let result = match (&item, block.bytes) {
                (Item::Other, _) => continue,
                (_, Err(why)) => Err(why),
                (Item::Certificate, Ok(bytes)) => x509::read(&bytes).map(|one| self.certificates.push(one)),
                (Item::Pkcs7, Ok(bytes)) => self.add_pkcs7(&bytes),
                (Item::Request, Ok(bytes)) => x509::read_request(&bytes).map(|one| self.requests.push(one)),
                (Item::PrivateKey, Ok(_)) => {
                    self.private_keys += 1;
                    Ok(())
                }
            };
            if let Err(why) = result {
                self.unread.push(why);
            }
        }
    }

    /// Adds the certificates of signed data; a signature is ignored.
    fn add_pkcs7(&mut self, bytes: &[u8]) -> Result<(), String> {
        let list = pkcs7(bytes)?;
        for element in list.elements().filter(|element| element.tag == SEQUENCE) {
            match x509::read(element.whole) {
                Ok(certificate) => self.certificates.push(certificate),
                Err(why) => self.unread.push(why),
            }
        }
        Ok(())
    }
}

fn pkcs7(bytes: &[u8]) -> Result<Element<'_>, String> {
    let mut outer = Elements::new(bytes).need(SEQUENCE, "the PKCS#7 container")?.elements();
    outer.need(OID, "the kind of its content")?;
    let content = outer.need(part(0), "the content of the PKCS#7 container")?;
    let mut content = content.elements().need(SEQUENCE, "the content of the PKCS#7 container")?.elements();
    content
        .find(|element| element.tag == part(0))
        .ok_or_else(|| "there is no certificate in the PKCS#7 container".to_owned())
}
