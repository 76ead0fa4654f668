//! Names in certificates: of subjects, in the notation of RFC 4514; of algorithms and curves, in their usual form.

use encoding_rs::WINDOWS_1252;

use super::asn1::{Element, OID, SEQUENCE, SET};
use super::bytes::hex;

/// Attributes of a name. The first nine are in RFC 4514; it leaves the others to the implementation.
const ATTRIBUTES: &[(&str, &str)] = &[
    ("2.5.4.3", "CN"),
    ("2.5.4.7", "L"),
    ("2.5.4.8", "ST"),
    ("2.5.4.10", "O"),
    ("2.5.4.11", "OU"),
    ("2.5.4.6", "C"),
    ("2.5.4.9", "STREET"),
    ("0.9.2342.19200300.100.1.25", "DC"),
    ("0.9.2342.19200300.100.1.1", "UID"),
    ("1.2.840.113549.1.9.1", "emailAddress"),
    ("2.5.4.4", "SN"),
    ("2.5.4.5", "serialNumber"),
    ("2.5.4.12", "title"),
    ("2.5.4.13", "description"),
    ("2.5.4.15", "businessCategory"),
    ("2.5.4.17", "postalCode"),
    ("2.5.4.42", "GN"),
    ("2.5.4.97", "organizationIdentifier"),
    ("1.3.6.1.4.1.311.60.2.1.1", "jurisdictionL"),
    ("1.3.6.1.4.1.311.60.2.1.2", "jurisdictionST"),
    ("1.3.6.1.4.1.311.60.2.1.3", "jurisdictionC"),
];

/// Signature algorithms, with OpenSSL's names.
const SIGNATURES: &[(&str, &str)] = &[
    ("1.2.840.113549.1.1.2", "md2WithRSAEncryption"),
    ("1.2.840.113549.1.1.4", "md5WithRSAEncryption"),
    ("1.2.840.113549.1.1.5", "sha1WithRSAEncryption"),
    ("1.3.14.3.2.29", "sha1WithRSA"),
    ("1.2.840.113549.1.1.14", "sha224WithRSAEncryption"),
    ("1.2.840.113549.1.1.11", "sha256WithRSAEncryption"),
    ("1.2.840.113549.1.1.12", "sha384WithRSAEncryption"),
    ("1.2.840.113549.1.1.13", "sha512WithRSAEncryption"),
    ("1.2.840.113549.1.1.10", "rsassaPss"),
    ("1.2.840.10045.4.1", "ecdsa-with-SHA1"),
    ("1.2.840.10045.4.3.1", "ecdsa-with-SHA224"),
    ("1.2.840.10045.4.3.2", "ecdsa-with-SHA256"),
    ("1.2.840.10045.4.3.3", "ecdsa-with-SHA384"),
    ("1.2.840.10045.4.3.4", "ecdsa-with-SHA512"),
    ("1.2.840.10040.4.3", "dsa-with-SHA1"),
    ("2.16.840.1.101.3.4.3.2", "dsa_with_SHA256"),
    ("1.3.101.112", "ED25519"),
    ("1.3.101.113", "ED448"),
];

/// Key algorithms.
const KEYS: &[(&str, &str)] = &[
    ("1.2.840.113549.1.1.1", "RSA"),
    ("1.2.840.113549.1.1.10", "RSA"),
    ("1.2.840.10045.2.1", "EC"),
    ("1.2.840.10040.4.1", "DSA"),
    ("1.3.101.112", "Ed25519"),
    ("1.3.101.113", "Ed448"),
];

/// Curves, and the bits of their keys.
const CURVES: &[(&str, u32)] = &[
    ("1.2.840.10045.3.1.1", 192),
    ("1.3.132.0.33", 224),
    ("1.2.840.10045.3.1.7", 256),
    ("1.3.132.0.10", 256),
    ("1.3.132.0.34", 384),
    ("1.3.132.0.35", 521),
    ("1.3.36.3.3.2.8.1.1.7", 256),
    ("1.3.36.3.3.2.8.1.1.11", 384),
    ("1.3.36.3.3.2.8.1.1.13", 512),
];

fn find<T: Copy>(table: &[(&str, T)], oid: &str) -> Option<T> {
    table.iter().find(|(known, _)| *known == oid).map(|(_, name)| *name)
}

/// Name of a signature algorithm; its number if it is not in the table.
pub(super) fn signature(oid: String) -> String {
    find(SIGNATURES, &oid).map_or(oid, str::to_owned)
}

/// Name of a key algorithm; its number if it is not in the table.
pub(super) fn key(oid: String) -> String {
    find(KEYS, &oid).map_or(oid, str::to_owned)
}

/// Bits of the keys of a curve.
pub(super) fn curve_bits(oid: &str) -> Option<u32> {
    find(CURVES, oid)
}

/// A name in the notation of RFC 4514, and its common name: the last of several, as it is the most specific.
pub(super) fn distinguished(name: &Element<'_>) -> (String, Option<String>) {
    let mut parts = Vec::new();
    let mut common = None;
    for set in name.elements().filter(|set| set.tag == SET) {
        let mut pairs = Vec::new();
        for pair in set.elements().filter(|pair| pair.tag == SEQUENCE) {
            let mut pair = pair.elements();
            let (Some(kind), Some(value)) = (pair.optional(OID), pair.next()) else { continue };
            let oid = kind.dotted();
            let label = find(ATTRIBUTES, &oid);
            let text = string(&value);
            if label == Some("CN") {
                common.clone_from(&text);
            }
            pairs.push(match (label, text) {
                (Some(label), Some(text)) => format!("{label}={}", escaped(&text)),
                (label, _) => format!("{}=#{}", label.unwrap_or(&oid), hex(value.whole)),
            });
        }
        parts.push(pairs.join("+"));
    }
    parts.reverse();
    (parts.join(","), common)
}

/// The text of a string of any type; `None` if it is not a string.
fn string(value: &Element<'_>) -> Option<String> {
    const UTF8: u8 = 12;
    const NUMERIC: u8 = 18;
    const PRINTABLE: u8 = 19;
    const TELETEX: u8 = 20;
    const IA5: u8 = 22;
    const VISIBLE: u8 = 26;
    const UNIVERSAL: u8 = 28;
    const BMP: u8 = 30;
    match value.tag {
        UTF8 | NUMERIC | PRINTABLE | TELETEX | IA5 | VISIBLE => Some(eight_bit(value.body)),
        BMP => Some(sixteen_bit(value.body)),
        UNIVERSAL => Some(value.body.chunks(4).map(wide).collect()),
        _ => None,
    }
}

fn wide(digits: &[u8]) -> char {
    let code = digits.iter().fold(0, |code, digit| code << 8 | u32::from(*digit));
    char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// Text of 8-bit characters: authorities write any code page into any type of string.
pub(super) fn eight_bit(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
    }
}

/// Text of 16-bit characters, as old Windows authorities and all stores write it.
pub(super) fn sixteen_bit(bytes: &[u8]) -> String {
    let units =
        bytes.chunks_exact(2).map(|unit| unit.iter().fold(0, |code, byte| code << 8 | u16::from(*byte)));
    char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// A value with the escapes of RFC 4514.
pub(super) fn escaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let last = value.chars().count().saturating_sub(1);
    for (place, letter) in value.chars().enumerate() {
        match letter {
            '\0' => text.push_str("\\00"),
            ',' | '+' | '"' | '\\' | '<' | '>' | ';' => text.extend(['\\', letter]),
            ' ' if place == 0 || place == last => text.push_str("\\ "),
            '#' if place == 0 => text.push_str("\\#"),
            _ => text.push(letter),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asn1::Elements;

    #[test]
    fn what_stands_out_is_escaped() {
        assert_eq!(escaped(" #a, b+c; "), "\\ #a\\, b\\+c\\;\\ ");
        assert_eq!(escaped("#1\\"), "\\#1\\\\");
        assert_eq!(escaped(""), "");
    }

    /// A name as an old Windows authority writes it, and one with an unknown attribute.
    #[test]
    fn strings_of_many_kinds() {
        let name = b"\x30\x36\
            \x31\x0d\x30\x0b\x06\x03\x55\x04\x0a\x1e\x04\x00M\x00\xfc\
            \x31\x0c\x30\x0a\x06\x03\x55\x04\x03\x14\x03K\xf6l\
            \x31\x17\x30\x09\x06\x03\x55\x04\x03\x13\x02ab\x30\x0a\x06\x03\x2a\x03\x04\x04\x03\x01\x02\x03";
        let name = Elements::new(name).next().expect("a name");
        let (text, common) = distinguished(&name);
        assert_eq!(text, "CN=ab+1.2.3.4=#0403010203,CN=K\u{f6}l,O=M\u{fc}");
        assert_eq!(common.as_deref(), Some("ab"));
    }
}
