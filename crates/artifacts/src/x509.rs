//! One certificate: X.509 by RFC 5280, and the variants of real authorities.
//!
//! Signatures are not verified: names and key identifiers show the issuer. An extension that cannot be read is
//! ignored.

use std::net::{Ipv4Addr, Ipv6Addr};

use chrono::NaiveDate;
use serde::Serialize;
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

use super::asn1::{
    BIT_STRING, Element, Elements, INTEGER, OCTET_STRING, OID, SEQUENCE, SET, part, without_zeros,
};
use super::bytes::hex;
use super::names;

/// A certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Certificate {
    /// Subject in the notation of RFC 4514.
    pub subject: String,
    /// Issuer in the notation of RFC 4514.
    pub issuer: String,
    /// Common name of the subject; the last of several.
    pub common_name: Option<String>,
    /// DNS names among the alternative names.
    pub dns_names: Vec<String>,
    /// IP addresses among the alternative names.
    pub ip_names: Vec<String>,
    /// Start of validity in nanoseconds since 1970, UTC; the nearest value if it does not fit.
    pub not_before: i64,
    /// End of validity in nanoseconds since 1970, UTC; the nearest value if it does not fit.
    pub not_after: i64,
    /// Serial number in hexadecimal.
    pub serial: String,
    /// Key algorithm: RSA, EC, DSA, Ed25519, Ed448; a number with dots for others.
    pub key: String,
    /// Size of the key in bits, if it is known.
    pub key_bits: Option<u32>,
    /// Algorithm of the signature, such as `sha256WithRSAEncryption`; a number with dots if it is unknown.
    pub signature_algorithm: String,
    /// Whether it may sign other certificates.
    pub is_ca: bool,
    /// Whether it may be used by a server; `None` if it does not restrict its use.
    pub server_auth: Option<bool>,
    /// Whether it is marked as that of a domain controller: by its template, by the key usage for Kerberos, or by the
    /// directory's own name among the alternative names.
    pub is_domain_controller: bool,
    /// Identifier of its key, in hexadecimal.
    pub subject_key_id: Option<String>,
    /// Identifier of the key that signed it, in hexadecimal.
    pub authority_key_id: Option<String>,
    /// Whether its issuer is its own subject.
    pub self_signed: bool,
    /// SHA-256 of the certificate, in hexadecimal; empty if it was printed without.
    pub fingerprint: String,
    /// SHA-1 of the certificate, in hexadecimal, by which Windows names it; empty if it was printed without.
    pub thumbprint: String,
}

impl Certificate {
    /// Returns whether both are the same certificate: by their fingerprints, or, if one was printed without, by issuer,
    /// serial number and dates. An authority gives a serial number once.
    pub fn is_same(&self, other: &Certificate) -> bool {
        if self.fingerprint.is_empty() || other.fingerprint.is_empty() {
            return self.issuer == other.issuer
                && self.serial == other.serial
                && self.not_before == other.not_before
                && self.not_after == other.not_after;
        }
        self.fingerprint == other.fingerprint
    }
}

/// Reads the certificate at the start of these bytes.
pub(super) fn read(bytes: &[u8]) -> Result<Certificate, String> {
    let whole = Elements::new(bytes).need(SEQUENCE, "the certificate")?;
    let mut parts = Elements::new(whole.body).need(SEQUENCE, "the certificate's content")?.elements();
    parts.optional(part(0)); // version
    let serial = parts.need(INTEGER, "the serial number")?;
    let algorithm = parts.need(SEQUENCE, "the algorithm of the signature")?;
    let algorithm = algorithm.elements().need(OID, "the algorithm of the signature")?.dotted();
    let issuer = parts.need(SEQUENCE, "the issuer")?;
    let mut validity = parts.need(SEQUENCE, "the validity")?.elements();
    let not_before = validity.next().and_then(|time| nanoseconds(&time));
    let not_after = validity.next().and_then(|time| nanoseconds(&time));
    let (Some(not_before), Some(not_after)) = (not_before, not_after) else {
        return Err("the dates of its validity cannot be read".to_owned());
    };
    let subject = parts.need(SEQUENCE, "the subject")?;
    let (key, key_bits) = public_key(&parts.need(SEQUENCE, "the public key")?)?;
    let extensions = parts.find(|element| element.tag == part(3)).map(Extensions::parse).unwrap_or_default();
    // a renewed intermediate may have its issuer's name, but not its key
    let other_key = extensions.authority_key_id.is_some()
        && extensions.subject_key_id.is_some()
        && extensions.authority_key_id != extensions.subject_key_id;
    let (subject_name, common_name) = names::distinguished(&subject);
    Ok(Certificate {
        self_signed: subject.body == issuer.body && !other_key,
        subject: subject_name,
        issuer: names::distinguished(&issuer).0,
        common_name,
        dns_names: extensions.dns_names,
        ip_names: extensions.ip_names,
        not_before,
        not_after,
        serial: hex(strip(serial.body)),
        key,
        key_bits,
        signature_algorithm: names::signature(algorithm),
        is_ca: extensions.is_ca,
        server_auth: extensions.server_auth,
        is_domain_controller: extensions.is_domain_controller,
        subject_key_id: extensions.subject_key_id,
        authority_key_id: extensions.authority_key_id,
        fingerprint: hex(&Sha256::digest(whole.whole)),
        thumbprint: hex(&Sha1::digest(whole.whole)),
    })
}

/// A request for a certificate (PKCS #10): what it asks the authority to write into the certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CertificateRequest {
    /// Subject in the notation of RFC 4514.
    pub subject: String,
    /// Common name of the subject; the last of several.
    pub common_name: Option<String>,
    /// DNS names among the requested alternative names.
    pub dns_names: Vec<String>,
    /// Key algorithm, as in [`Certificate::key`].
    pub key: String,
    /// Size of the key in bits, if it is known.
    pub key_bits: Option<u32>,
    /// Algorithm of its own signature; empty if it cannot be read.
    pub signature_algorithm: String,
}

/// Reads the request at the start of these bytes.
pub(super) fn read_request(bytes: &[u8]) -> Result<CertificateRequest, String> {
    // the second is what older versions of Windows write
    const EXTENSIONS: &[&str] = &["1.2.840.113549.1.9.14", "1.3.6.1.4.1.311.2.1.14"];
    let whole = Elements::new(bytes).need(SEQUENCE, "the request")?;
    let mut outer = Elements::new(whole.body);
    let mut parts = outer.need(SEQUENCE, "the request's content")?.elements();
    let algorithm = outer.optional(SEQUENCE).and_then(|algorithm| algorithm.elements().optional(OID));
    let signature_algorithm = algorithm.map(|oid| names::signature(oid.dotted())).unwrap_or_default();
    parts.need(INTEGER, "the version")?;
    let (subject, common_name) = names::distinguished(&parts.need(SEQUENCE, "the subject")?);
    let (key, key_bits) = public_key(&parts.need(SEQUENCE, "the public key")?)?;
    let mut extensions = Extensions::default();
    for attribute in parts.optional(part(0)).iter().flat_map(Element::elements) {
        let mut attribute = attribute.elements();
        let Some(oid) = attribute.optional(OID) else { continue };
        if EXTENSIONS.contains(&oid.dotted().as_str())
            && let Some(values) = attribute.optional(SET)
        {
            extensions = Extensions::parse(values);
        }
    }
    let dns_names = extensions.dns_names;
    Ok(CertificateRequest { subject, common_name, dns_names, key, key_bits, signature_algorithm })
}

/// A serial number without the zero that only keeps it positive.
fn strip(serial: &[u8]) -> &[u8] {
    match serial {
        [0, rest @ ..] if !rest.is_empty() => rest,
        _ => serial,
    }
}

/// Algorithm and bits of a public key.
fn public_key(info: &Element<'_>) -> Result<(String, Option<u32>), String> {
    let mut info = info.elements();
    let mut algorithm = info.need(SEQUENCE, "the kind of the key")?.elements();
    let kind = names::key(algorithm.need(OID, "the kind of the key")?.dotted());
    // the first byte of a bit string is the number of unused bits
    let bits = info.need(BIT_STRING, "the key")?.body.get(1..).unwrap_or_default();
    let size = match kind.as_str() {
        "RSA" => Elements::new(bits).next().and_then(|key| bit_length(&key.elements().optional(INTEGER)?)),
        // an unknown curve: one byte for the form of the point, then two numbers
        "EC" => match algorithm.optional(OID) {
            Some(curve) => names::curve_bits(&curve.dotted()),
            None => u32::try_from(bits.len().saturating_sub(1) / 2 * 8).ok(),
        },
        "DSA" => algorithm.optional(SEQUENCE).and_then(|p| bit_length(&p.elements().optional(INTEGER)?)),
        "Ed25519" => Some(256),
        "Ed448" => Some(456),
        _ => None,
    };
    Ok((kind, size))
}

fn bit_length(number: &Element<'_>) -> Option<u32> {
    let digits = without_zeros(number.body);
    let bits = u32::try_from(digits.len()).ok()?.checked_mul(8)?;
    Some(bits - digits.first().map_or(0, |first| first.leading_zeros()))
}

/// The extensions that are read.
#[derive(Default)]
struct Extensions {
    dns_names: Vec<String>,
    ip_names: Vec<String>,
    is_ca: bool,
    server_auth: Option<bool>,
    is_domain_controller: bool,
    subject_key_id: Option<String>,
    authority_key_id: Option<String>,
}

impl Extensions {
    fn parse(list: Element<'_>) -> Extensions {
        let mut known = Extensions::default();
        let Some(list) = list.elements().optional(SEQUENCE) else { return known };
        for extension in list.elements() {
            let mut extension = extension.elements();
            let Some(oid) = extension.optional(OID) else { continue };
            let Some(value) = extension.find(|element| element.tag == OCTET_STRING) else { continue };
            let Some(value) = Elements::new(value.body).next() else { continue };
            known.add(&oid.dotted(), value);
        }
        known
    }

    fn add(&mut self, oid: &str, value: Element<'_>) {
        const BOOLEAN: u8 = 1;
        const KERBEROS: &str = "1.3.6.1.5.2.3.5";
        const DOMAIN_CONTROLLER: &[&str] =
            &["DomainController", "DomainControllerAuthentication", "KerberosAuthentication"];
        match oid {
            "2.5.29.14" => self.subject_key_id = Some(hex(value.body)),
            "2.5.29.17" => self.add_names(value.elements()),
            "2.5.29.19" => {
                let says = value.elements().optional(BOOLEAN);
                self.is_ca = says.is_some_and(|says| says.body.first().is_some_and(|byte| *byte != 0));
            }
            "2.5.29.35" => self.authority_key_id = value.elements().optional(0x80).map(|id| hex(id.body)),
            "2.5.29.37" => {
                // the second means any use
                let server = ["1.3.6.1.5.5.7.3.1", "2.5.29.37.0"];
                let uses: Vec<String> = value.elements().map(|oid| oid.dotted()).collect();
                self.server_auth = Some(uses.iter().any(|oid| server.contains(&oid.as_str())));
                self.is_domain_controller |= uses.iter().any(|oid| oid == KERBEROS);
            }
            // name of the template, which Microsoft's authority writes
            "1.3.6.1.4.1.311.20.2" => {
                self.is_domain_controller |=
                    DOMAIN_CONTROLLER.contains(&names::sixteen_bit(value.body).as_str());
            }
            _ => {}
        }
    }

    fn add_names(&mut self, names: Elements<'_>) {
        const DNS: u8 = 0x82;
        const ADDRESS: u8 = 0x87;
        // the replication id of a domain controller
        const REPLICATION: &str = "1.3.6.1.4.1.311.25.1";
        for name in names {
            match name.tag {
                tag if tag == part(0) => {
                    self.is_domain_controller |=
                        name.elements().optional(OID).is_some_and(|oid| oid.dotted() == REPLICATION);
                }
                DNS => self.dns_names.push(names::eight_bit(name.body)),
                ADDRESS => {
                    if let Ok(four) = <[u8; 4]>::try_from(name.body) {
                        self.ip_names.push(Ipv4Addr::from(four).to_string());
                    } else if let Ok(sixteen) = <[u8; 16]>::try_from(name.body) {
                        self.ip_names.push(Ipv6Addr::from(sixteen).to_string());
                    }
                }
                _ => {}
            }
        }
    }
}

/// A time of either type, `YYMMDDhhmm[ss]Z` or `YYYYMMDDhhmm[ss]Z`. Years beyond 2262 do not fit and become the last
/// moment that does: such a certificate is meant never to expire.
fn nanoseconds(time: &Element<'_>) -> Option<i64> {
    const UTC_TIME: u8 = 23;
    const GENERALIZED_TIME: u8 = 24;
    let text = std::str::from_utf8(time.body).ok()?.strip_suffix('Z')?;
    let digits = text.split('.').next()?;
    if !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let (year, rest) = match time.tag {
        UTC_TIME => {
            let (year, rest) = digits.split_at_checked(2)?;
            let year: i32 = year.parse().ok()?;
            (if year < 50 { 2000 + year } else { 1900 + year }, rest)
        }
        GENERALIZED_TIME => {
            let (year, rest) = digits.split_at_checked(4)?;
            (year.parse().ok()?, rest)
        }
        _ => return None,
    };
    let two = |place: usize| rest.get(place..place + 2)?.parse::<u32>().ok();
    let seconds = match rest.len() {
        8 => 0,
        10 => two(8)?,
        _ => return None,
    };
    let date = NaiveDate::from_ymd_opt(year, two(0)?, two(2)?)?;
    let moment = date.and_hms_opt(two(4)?, two(6)?, seconds)?.and_utc();
    Some(moment.timestamp().saturating_mul(1_000_000_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(tag: u8, text: &str) -> Option<i64> {
        nanoseconds(&Element { tag, body: text.as_bytes(), whole: &[] })
    }

    #[test]
    fn times() {
        assert_eq!(time(23, "700101000001Z"), Some(1_000_000_000));
        assert_eq!(time(23, "4912312359Z"), Some(2_524_607_940_000_000_000));
        assert_eq!(time(24, "20200101000000Z"), Some(1_577_836_800_000_000_000));
        assert_eq!(time(24, "20200101000000.5Z"), time(24, "20200101000000Z"));
        assert_eq!(time(24, "99991231235959Z"), Some(i64::MAX));
        assert_eq!(time(24, "00010101000000Z"), Some(i64::MIN));
        for wrong in
            ["", "Z", "201301000000Z", "2001010000", "20010100000\u{e9}Z", "-10101000000Z", "2001010000001Z"]
        {
            assert_eq!(time(23, wrong), None, "{wrong}");
        }
        assert_eq!(time(2, "700101000001Z"), None);
    }
}
