//! Passwords of PKCS#12: the checksums and the ciphers of keytool, OpenSSL and Windows.
//!
//! The number of hash rounds comes from the file and may be hostile: [`Rounds`] limits the work.

use aes::cipher::block_padding::Pkcs7;
use aes::cipher::{BlockCipherDecrypt, BlockModeDecrypt, InnerIvInit, KeyInit};
use cbc::Decryptor;

use super::keys::{Hash, OwnWay, Pbkdf2, Way};
use crate::asn1::{Element, INTEGER, OCTET_STRING, OID, SEQUENCE};
use crate::rounds::Rounds;
use crate::truststore::USUAL_PASSWORD;

/// Passwords of the user that are tried.
const MOST: usize = 16;

const PBES2: &str = "1.2.840.113549.1.5.13";
const PBMAC1: &str = "1.2.840.113549.1.5.14";

/// PKCS#12's number for the purpose of a key.
const FOR_CIPHER: u8 = 1;
const FOR_START: u8 = 2;
const FOR_CHECKSUM: u8 = 3;

/// Passwords to try, and the rounds that are left. `None` is no password, which differs from an empty one.
pub(super) struct Passwords<'r> {
    candidates: Vec<Option<String>>,
    rounds: &'r mut Rounds,
}

impl<'r> Passwords<'r> {
    /// The default passwords of stores, then the given ones.
    pub(super) fn and_usual(given: &[String], rounds: &'r mut Rounds) -> Passwords<'r> {
        let usual = [Some(USUAL_PASSWORD.to_owned()), Some(String::new()), None];
        let given = given.iter().take(MOST).cloned().map(Some);
        Passwords { candidates: usual.into_iter().chain(given).collect(), rounds }
    }

    /// Returns whether the checksum of a store is right with one of the passwords, which is kept then.
    pub(super) fn check(&mut self, checksum: &Element<'_>, content: &[u8]) -> bool {
        let Some(checksum) = Checksum::parse(checksum) else { return false };
        let fits = self.candidates.iter().position(|password| {
            self.rounds.spend(checksum.rounds)
                && checksum.is_right(password.as_deref(), content).unwrap_or_default()
        });
        self.keep(fits);
        fits.is_some()
    }

    /// Decrypts a part; `is_right` returns whether the result makes sense.
    pub(super) fn open(
        &mut self,
        algorithm: &Element<'_>,
        secret: &[u8],
        is_right: impl Fn(&[u8]) -> bool,
    ) -> Option<Vec<u8>> {
        let scheme = Scheme::parse(algorithm)?;
        let plain = self.candidates.iter().enumerate().find_map(|(place, password)| {
            if !self.rounds.spend(scheme.rounds()) {
                return None;
            }
            let plain = scheme.open(password.as_deref(), secret).filter(|plain| is_right(plain))?;
            Some((place, plain))
        });
        let (place, plain) = plain?;
        self.keep(Some(place));
        Some(plain)
    }

    /// Drops all other candidates.
    fn keep(&mut self, place: Option<usize>) {
        if let Some(place) = place.filter(|place| *place < self.candidates.len()) {
            self.candidates = vec![self.candidates.swap_remove(place)];
        }
    }
}

/// Checksum of a store.
struct Checksum {
    way: Way,
    hash: Hash,
    expected: Vec<u8>,
    rounds: u32,
}

impl Checksum {
    fn parse(element: &Element<'_>) -> Option<Checksum> {
        let mut element = element.elements();
        let mut digest = element.optional(SEQUENCE)?.elements();
        let salt = element.optional(OCTET_STRING)?.body.to_vec();
        let rounds = element.optional(INTEGER).map_or(Some(1), |rounds| rounds.number())?;
        let mut algorithm = digest.optional(SEQUENCE)?.elements();
        let expected = digest.optional(OCTET_STRING)?.body.to_vec();
        let oid = algorithm.optional(OID)?.dotted();
        if oid == PBMAC1 {
            let mut parameters = algorithm.optional(SEQUENCE)?.elements();
            let way = Pbkdf2::parse(&parameters.optional(SEQUENCE)?)?;
            let hash = Hash::from_oid(&parameters.optional(SEQUENCE)?.elements().optional(OID)?.dotted())?;
            // the key may be as long as several hashes, and each of them takes all rounds
            return Some(Checksum {
                rounds: way.rounds.saturating_mul(4),
                way: Way::Pbkdf2(way),
                hash,
                expected,
            });
        }
        let hash = Hash::from_oid(&oid)?;
        Some(Checksum { way: Way::Own(OwnWay { hash, salt, rounds }), hash, expected, rounds })
    }

    fn is_right(&self, password: Option<&str>, content: &[u8]) -> Option<bool> {
        let size = self.hash.sizes().0;
        let key = match &self.way {
            Way::Own(way) => way.key(password, FOR_CHECKSUM, size),
            // the length comes from the file and becomes an allocation: no longer than any hash
            Way::Pbkdf2(way) => way.key(password, way.length.unwrap_or(size).min(64)),
        };
        self.hash.is_hmac(&key, content, &self.expected)
    }
}

#[derive(Debug, Clone, Copy)]
enum Cipher {
    TripleDes,
    Rc2,
    Aes128,
    Aes192,
    Aes256,
}

/// Encryption of a part.
struct Scheme {
    way: Way,
    cipher: Cipher,
    /// Length of the key in bytes.
    length: usize,
    /// Initialization vector; `None` if the password determines it, too.
    start: Option<Vec<u8>>,
}

impl Scheme {
    fn parse(algorithm: &Element<'_>) -> Option<Scheme> {
        let mut algorithm = algorithm.elements();
        let oid = algorithm.optional(OID)?.dotted();
        let mut parameters = algorithm.optional(SEQUENCE)?.elements();
        if oid == PBES2 {
            let way = Pbkdf2::parse(&parameters.optional(SEQUENCE)?)?;
            let mut cipher = parameters.optional(SEQUENCE)?.elements();
            let (cipher, length) =
                match (cipher.optional(OID)?.dotted().as_str(), cipher.optional(OCTET_STRING)) {
                    ("2.16.840.1.101.3.4.1.2", Some(start)) => ((Cipher::Aes128, start), 16),
                    ("2.16.840.1.101.3.4.1.22", Some(start)) => ((Cipher::Aes192, start), 24),
                    ("2.16.840.1.101.3.4.1.42", Some(start)) => ((Cipher::Aes256, start), 32),
                    ("1.2.840.113549.3.7", Some(start)) => ((Cipher::TripleDes, start), 24),
                    _ => return None,
                };
            let (cipher, start) = cipher;
            return Some(Scheme { way: Way::Pbkdf2(way), cipher, length, start: Some(start.body.to_vec()) });
        }
        let (cipher, length) = match oid.as_str() {
            "1.2.840.113549.1.12.1.3" => (Cipher::TripleDes, 24),
            "1.2.840.113549.1.12.1.5" => (Cipher::Rc2, 16),
            "1.2.840.113549.1.12.1.6" => (Cipher::Rc2, 5),
            _ => return None,
        };
        let salt = parameters.optional(OCTET_STRING)?.body.to_vec();
        let rounds = parameters.optional(INTEGER)?.number()?;
        let way = Way::Own(OwnWay { hash: Hash::Sha1, salt, rounds });
        Some(Scheme { way, cipher, length, start: None })
    }

    /// Number of rounds that opening takes.
    fn rounds(&self) -> u32 {
        match &self.way {
            // two derivations for a key of 24 bytes, one for the initialization vector
            Way::Own(way) => way.rounds.saturating_mul(3),
            Way::Pbkdf2(way) => way.rounds.saturating_mul(2),
        }
    }

    fn open(&self, password: Option<&str>, secret: &[u8]) -> Option<Vec<u8>> {
        let (key, start) = match &self.way {
            Way::Own(way) => (way.key(password, FOR_CIPHER, self.length), way.key(password, FOR_START, 8)),
            Way::Pbkdf2(way) => (way.key(password, self.length), self.start.clone()?),
        };
        match self.cipher {
            Cipher::TripleDes => decrypt::<des::TdesEde3>(&key, &start, secret),
            Cipher::Rc2 => decrypt::<rc2::Rc2>(&key, &start, secret),
            Cipher::Aes128 => decrypt::<aes::Aes128>(&key, &start, secret),
            Cipher::Aes192 => decrypt::<aes::Aes192>(&key, &start, secret),
            Cipher::Aes256 => decrypt::<aes::Aes256>(&key, &start, secret),
        }
    }
}

/// Decrypts chained blocks; `None` if the padding is wrong, as with a wrong key.
fn decrypt<C: BlockCipherDecrypt + KeyInit>(key: &[u8], start: &[u8], secret: &[u8]) -> Option<Vec<u8>> {
    let cipher = C::new_from_slice(key).ok()?;
    let mut bytes = secret.to_vec();
    let length =
        Decryptor::inner_iv_slice_init(cipher, start).ok()?.decrypt_padded::<Pkcs7>(&mut bytes).ok()?.len();
    bytes.truncate(length);
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asn1::Elements;
    use crate::rounds::RoundsLimit;

    /// A checksum that asks for some billions of rounds of SHA-1 is not tried.
    #[test]
    fn no_store_makes_us_hash_for_days() {
        let checksum = b"\x30\x19\x30\x0d\x30\x07\x06\x05\x2b\x0e\x03\x02\x1a\x04\x02ab\x04\x02cd\x02\x04\x7f\xff\xff\xff";
        let checksum = Elements::new(checksum).next().expect("an element");
        assert_eq!(Checksum::parse(&checksum).expect("a checksum").rounds, 0x7fff_ffff);
        let mut rounds = Rounds::of_run();
        assert!(!Passwords::and_usual(&[], &mut rounds).check(&checksum, b""));
        assert_eq!(rounds.denied(), Some(RoundsLimit::File));
        assert!(rounds.spend(RoundsLimit::File.rounds()), "nothing was spent");
    }
}
