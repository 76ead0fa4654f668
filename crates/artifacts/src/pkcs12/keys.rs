//! Keys from passwords: the algorithm of PKCS#12, and the newer one of PKCS#5.
//!
//! The number of rounds comes from the file; the caller limits it.

use hmac::{EagerHash, Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::digest::Digest;
use sha2::{Sha224, Sha256, Sha384, Sha512};

use crate::asn1::{Element, INTEGER, OCTET_STRING, OID, SEQUENCE};

const PBKDF2: &str = "1.2.840.113549.1.5.12";

/// The hashes in use.
#[derive(Debug, Clone, Copy)]
pub(super) enum Hash {
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    /// The hash of an object identifier, of the hash itself or of the HMAC with it.
    pub(super) fn from_oid(oid: &str) -> Option<Hash> {
        Some(match oid {
            "1.3.14.3.2.26" | "1.2.840.113549.2.7" => Hash::Sha1,
            "2.16.840.1.101.3.4.2.4" | "1.2.840.113549.2.8" => Hash::Sha224,
            "2.16.840.1.101.3.4.2.1" | "1.2.840.113549.2.9" => Hash::Sha256,
            "2.16.840.1.101.3.4.2.2" | "1.2.840.113549.2.10" => Hash::Sha384,
            "2.16.840.1.101.3.4.2.3" | "1.2.840.113549.2.11" => Hash::Sha512,
            _ => return None,
        })
    }

    /// Bytes of the output, and bytes of an input block.
    pub(super) fn sizes(self) -> (usize, usize) {
        match self {
            Hash::Sha1 => (20, 64),
            Hash::Sha224 => (28, 64),
            Hash::Sha256 => (32, 64),
            Hash::Sha384 => (48, 128),
            Hash::Sha512 => (64, 128),
        }
    }

    fn digest(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Hash::Sha1 => Sha1::digest(bytes).to_vec(),
            Hash::Sha224 => Sha224::digest(bytes).to_vec(),
            Hash::Sha256 => Sha256::digest(bytes).to_vec(),
            Hash::Sha384 => Sha384::digest(bytes).to_vec(),
            Hash::Sha512 => Sha512::digest(bytes).to_vec(),
        }
    }

    /// Returns whether `expected` is the HMAC of `content`; `None` if the key cannot be used.
    pub(super) fn is_hmac(self, key: &[u8], content: &[u8], expected: &[u8]) -> Option<bool> {
        fn with<D: EagerHash>(key: &[u8], content: &[u8], expected: &[u8]) -> Option<bool> {
            let mac = <Hmac<D> as KeyInit>::new_from_slice(key).ok()?.chain_update(content);
            Some(mac.verify_slice(expected).is_ok())
        }
        match self {
            Hash::Sha1 => with::<Sha1>(key, content, expected),
            Hash::Sha224 => with::<Sha224>(key, content, expected),
            Hash::Sha256 => with::<Sha256>(key, content, expected),
            Hash::Sha384 => with::<Sha384>(key, content, expected),
            Hash::Sha512 => with::<Sha512>(key, content, expected),
        }
    }
}

/// Key derivation of PKCS#12 (RFC 7292, appendix B).
pub(super) struct OwnWay {
    pub(super) hash: Hash,
    pub(super) salt: Vec<u8>,
    pub(super) rounds: u32,
}

impl OwnWay {
    pub(super) fn key(&self, password: Option<&str>, purpose: u8, length: usize) -> Vec<u8> {
        let (size, block) = self.hash.sizes();
        let password: Vec<u8> = match password {
            Some(password) => password.encode_utf16().chain([0]).flat_map(u16::to_be_bytes).collect(),
            None => Vec::new(),
        };
        let filled = |bytes: &[u8]| -> Vec<u8> {
            let length = bytes.len().div_ceil(block) * block;
            bytes.iter().copied().cycle().take(length).collect()
        };
        let mut input = [filled(&self.salt), filled(&password)].concat();
        let mut key = Vec::with_capacity(length + size);
        while key.len() < length {
            let mut digest = self.hash.digest(&[&vec![purpose; block], input.as_slice()].concat());
            for _ in 1..self.rounds {
                digest = self.hash.digest(&digest);
            }
            let added: Vec<u8> = digest.iter().copied().cycle().take(block).collect();
            for part in input.chunks_mut(block) {
                let mut carry = 1;
                for (byte, other) in part.iter_mut().zip(&added).rev() {
                    let sum = u16::from(*byte) + u16::from(*other) + carry;
                    *byte = sum as u8;
                    carry = sum >> 8;
                }
            }
            key.extend(digest);
        }
        key.truncate(length);
        key
    }
}

/// Key derivation of PKCS#5.
pub(super) struct Pbkdf2 {
    pub(super) hash: Hash,
    pub(super) salt: Vec<u8>,
    pub(super) rounds: u32,
    /// Length of the key in bytes, if it is given.
    pub(super) length: Option<usize>,
}

impl Pbkdf2 {
    pub(super) fn parse(algorithm: &Element<'_>) -> Option<Pbkdf2> {
        let mut algorithm = algorithm.elements();
        if algorithm.optional(OID)?.dotted() != PBKDF2 {
            return None;
        }
        let mut parameters = algorithm.optional(SEQUENCE)?.elements();
        let salt = parameters.optional(OCTET_STRING)?.body.to_vec();
        let rounds = parameters.optional(INTEGER)?.number()?;
        let length = parameters.optional(INTEGER).and_then(|length| length.number());
        let hash = match parameters.optional(SEQUENCE) {
            Some(hash) => Hash::from_oid(&hash.elements().optional(OID)?.dotted())?,
            None => Hash::Sha1,
        };
        Some(Pbkdf2 { hash, salt, rounds, length: length.map(|length| length as usize) })
    }

    pub(super) fn key(&self, password: Option<&str>, length: usize) -> Vec<u8> {
        let password = password.unwrap_or_default().as_bytes();
        let mut key = vec![0; length];
        let make = match self.hash {
            Hash::Sha1 => pbkdf2::pbkdf2_hmac::<Sha1>,
            Hash::Sha224 => pbkdf2::pbkdf2_hmac::<Sha224>,
            Hash::Sha256 => pbkdf2::pbkdf2_hmac::<Sha256>,
            Hash::Sha384 => pbkdf2::pbkdf2_hmac::<Sha384>,
            Hash::Sha512 => pbkdf2::pbkdf2_hmac::<Sha512>,
        };
        make(password, &self.salt, self.rounds, &mut key);
        key
    }
}

/// A key derivation.
pub(super) enum Way {
    Own(OwnWay),
    Pbkdf2(Pbkdf2),
}
