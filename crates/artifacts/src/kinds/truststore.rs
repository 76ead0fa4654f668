//! Keystores of Java: JKS, JCEKS, and PKCS#12, which Java writes since version 9.

#[cfg(test)]
mod tests;

use super::{Artifact, Reader, certificate};
use crate::asn1::SEQUENCE;
use crate::bytes::file_name;
use crate::rounds::Rounds;
use crate::{jks, pkcs12};

/// The reader of keystores.
pub(super) struct Truststores;

impl Reader for Truststores {
    fn recognises(&self, name: &str, head: &[u8]) -> bool {
        jks::recognises(head)
            || (head.first() == Some(&SEQUENCE)
                && pkcs12::recognises(head)
                && !certificate::is_exchanged(&file_name(name)))
    }

    fn is_store(&self, _head: &[u8]) -> bool {
        true
    }

    fn read(&self, bytes: &[u8], passwords: &[String], rounds: &mut Rounds) -> Result<Artifact, String> {
        let store = if bytes.first() == Some(&SEQUENCE) {
            pkcs12::read(bytes, passwords, rounds)?
        } else {
            jks::read(bytes, passwords)?
        };
        Ok(Artifact::Truststore(store))
    }
}
