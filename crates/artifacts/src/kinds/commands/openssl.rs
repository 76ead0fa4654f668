//! Certificates as OpenSSL prints them without their PEM: `openssl x509 -noout -text`, and single fields of
//! `openssl x509 -noout -dates -subject -issuer -ext subjectAltName`, `openssl crl2pkcs7 ... | openssl pkcs7 -print_certs -noout`.
//!
//! OpenSSL writes English everywhere. A text shows the whole certificate; its fingerprints only with `-fingerprint`.

use std::net::IpAddr;

use super::console::{Echo, Line};
use super::listed::{CertificateList, ListedCertificate, date_of_openssl, moment_of_openssl};
use super::{CommandContent, CommandReader, CommandReading, MOST_ROWS, dn};
use crate::kinds::Certificates;
use crate::truststore::CertificateFingerprint;
use crate::x509::Certificate;

/// The reader of `openssl x509 -text`.
pub(super) struct Text;

/// Lines of a certificate: one with a key of 16384 bits and many names has 400.
const MOST_LINES: usize = 2000;

impl CommandReader for Text {
    fn name(&self) -> &'static str {
        "openssl x509 -text"
    }

    fn read(&self, lines: &[Line<'_>], _echo: &Echo<'_>) -> Option<CommandReading> {
        let mut found = Certificates {
            form: "openssl",
            certificates: Vec::new(),
            requests: Vec::new(),
            private_keys: 0,
            locked: false,
            unread: Vec::new(),
        };
        let (mut used, mut is_cut) = (0, false);
        loop {
            let rest = lines.get(used..).unwrap_or_default();
            let empty = rest.iter().take_while(|line| line.text.trim().is_empty()).count();
            let rest = rest.get(empty..).unwrap_or_default();
            if !is_start(rest) || found.certificates.len() >= MOST_ROWS {
                break;
            }
            let body = body(rest);
            let part = rest.get(..body).unwrap_or_default();
            match certificate(part) {
                Some(certificate) => found.certificates.push(certificate),
                None => is_cut = true,
            }
            used += empty + body;
        }
        (used > 0).then(|| CommandReading::of(CommandContent::Certificates(found), used).cut(is_cut))
    }
}

/// Returns whether a certificate begins here: `Certificate:`, `Data:`, `Version: 3 (0x2)`.
fn is_start(lines: &[Line<'_>]) -> bool {
    let text = |at: usize| lines.get(at).map_or("", |line| line.text.trim());
    text(0) == "Certificate:" && text(1) == "Data:" && (text(2).starts_with("Version: ") || lines.len() < 3)
}

/// Lines of the certificate that begins here, with fingerprints below it.
fn body(lines: &[Line<'_>]) -> usize {
    let is_part = |line: &Line<'_>| line.text.starts_with(' ') || line.text.trim().is_empty();
    let inner = lines.iter().skip(1).take(MOST_LINES).take_while(|line| is_part(line)).count();
    let inner = 1 + inner;
    let prints = lines.iter().skip(inner).take(4).take_while(|line| fingerprint(line.text).is_some()).count();
    inner + prints
}

/// `sha256 Fingerprint=32:B8:...`.
fn fingerprint(line: &str) -> Option<CertificateFingerprint> {
    let (label, hex) = line.trim().split_once(" Fingerprint=")?;
    let print = CertificateFingerprint::of_hex(hex)?;
    let is_named = match print {
        CertificateFingerprint::Sha256(_) => label.eq_ignore_ascii_case("sha256"),
        CertificateFingerprint::Sha1(_) => label.eq_ignore_ascii_case("sha1"),
    };
    is_named.then_some(print)
}

/// A certificate from its lines; `None` if it breaks off before its extensions end.
fn certificate(lines: &[Line<'_>]) -> Option<Certificate> {
    let value = |name: &str| lines.iter().find_map(|line| line.text.trim().strip_prefix(name).map(str::trim));
    let extension = |name: &str| {
        let at = lines
            .iter()
            .position(|line| line.text.trim().strip_prefix(name).is_some_and(|rest| rest.starts_with(':')))?;
        Some(lines.get(at + 1)?.text.trim())
    };
    // the signature is the last part
    let is_whole = lines.iter().filter(|line| line.text.starts_with("    Signature Algorithm:")).count() > 0;
    if !is_whole {
        return None;
    }
    let moment = |name: &str| {
        let printed = value(name)?.trim_start_matches([':', ' ']);
        moment_of_openssl(printed)
    };
    let (subject, common_name) = dn::specific_last(value("Subject:")?);
    let (issuer, _) = dn::specific_last(value("Issuer:")?);
    let names = extension("X509v3 Subject Alternative Name").unwrap_or_default();
    let names: Vec<&str> = names.split(", ").collect();
    let of_kind = |kind: &'static str| names.iter().filter_map(move |name| name.trim().strip_prefix(kind));
    let uses = extension("X509v3 Extended Key Usage");
    let is_server = |uses: &str| {
        uses.split(", ")
            .any(|used| matches!(used.trim(), "TLS Web Server Authentication" | "Any Extended Key Usage"))
    };
    let subject_key_id = extension("X509v3 Subject Key Identifier").and_then(key_id);
    let authority_key_id = extension("X509v3 Authority Key Identifier").and_then(key_id);
    let other_key =
        subject_key_id.is_some() && authority_key_id.is_some() && subject_key_id != authority_key_id;
    let (mut sha256, mut sha1) = (String::new(), String::new());
    for print in lines.iter().filter_map(|line| fingerprint(line.text)) {
        match print {
            CertificateFingerprint::Sha256(hex) => sha256 = hex,
            CertificateFingerprint::Sha1(hex) => sha1 = hex,
        }
    }
    Some(Certificate {
        self_signed: subject == issuer && !other_key,
        subject,
        issuer,
        common_name,
        dns_names: of_kind("DNS:").map(str::to_owned).collect(),
        ip_names: of_kind("IP Address:")
            .filter_map(|address| Some(address.parse::<IpAddr>().ok()?.to_string()))
            .collect(),
        not_before: moment("Not Before")?,
        not_after: moment("Not After")?,
        serial: serial(lines)?,
        key: key(value("Public Key Algorithm:").unwrap_or_default()).to_owned(),
        key_bits: bits(lines),
        signature_algorithm: value("Signature Algorithm:").unwrap_or_default().to_owned(),
        is_ca: extension("X509v3 Basic Constraints").is_some_and(|text| text.starts_with("CA:TRUE")),
        server_auth: uses.map(is_server),
        is_domain_controller: uses
            .is_some_and(|uses| uses.contains("1.3.6.1.5.2.3.5") || uses.contains("KDC")),
        subject_key_id,
        authority_key_id,
        fingerprint: sha256,
        thumbprint: sha1,
    })
}

/// The serial number: bytes in the next line, or a small one as `4096 (0x1000)`.
fn serial(lines: &[Line<'_>]) -> Option<String> {
    let at = lines.iter().position(|line| line.text.trim().starts_with("Serial Number:"))?;
    let own = lines.get(at)?.text.trim().strip_prefix("Serial Number:")?.trim();
    let hex = match own.split_once("(0x") {
        Some((_, hex)) => hex.strip_suffix(')')?,
        None if own.is_empty() => lines.get(at + 1)?.text.trim(),
        None => own,
    };
    let is_hex = hex.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b':');
    (is_hex && !hex.is_empty()).then(|| dn::serial(hex))
}

/// Bytes in hexadecimal: `EF:B3:...`, older versions `keyid:EF:B3:...`.
fn key_id(text: &str) -> Option<String> {
    let hex = text.strip_prefix("keyid:").unwrap_or(text).replace(':', "");
    let is_hex = !hex.is_empty() && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hex.then(|| hex.to_ascii_lowercase())
}

/// The usual name of a key algorithm.
fn key(algorithm: &str) -> &str {
    match algorithm {
        "rsaEncryption" | "rsassaPss" => "RSA",
        "id-ecPublicKey" => "EC",
        "dsaEncryption" => "DSA",
        "ED25519" => "Ed25519",
        "ED448" => "Ed448",
        other => other,
    }
}

/// `Public-Key: (2048 bit)`, `RSA Public-Key: (2048 bit, 2 primes)`.
fn bits(lines: &[Line<'_>]) -> Option<u32> {
    let line = lines.iter().find(|line| line.text.contains("Public-Key: ("))?;
    let (_, rest) = line.text.split_once('(')?;
    rest.split(' ').next()?.parse().ok()
}

/// The reader of single fields.
pub(super) struct Fields;

impl CommandReader for Fields {
    fn name(&self) -> &'static str {
        "openssl x509"
    }

    fn read(&self, lines: &[Line<'_>], _echo: &Echo<'_>) -> Option<CommandReading> {
        let mut list = CertificateList::default();
        let mut one = ListedCertificate::default();
        let mut used = 0;
        let mut at = 0;
        while let Some(line) = lines.get(at) {
            let text = line.text.trim();
            if text.is_empty() {
                // -print_certs writes empty lines between its names
                at += 1;
                continue;
            }
            let next = lines.get(at + 1).map_or("", |line| line.text.trim());
            let Some((field, taken)) = Field::of(text, next) else { break };
            // a field that is known already is of the next certificate
            if !field.is_new(&one) {
                push(&mut list, std::mem::take(&mut one));
            }
            if one.line == 0 {
                one.line = line.number;
            }
            field.add(&mut one);
            at += taken;
            used = at;
        }
        if one.line > 0 {
            push(&mut list, one);
        }
        // one line alone is too little to be sure, unless it is a date or a fingerprint
        let is_sure = list.certificates.iter().any(|one| {
            one.not_after.is_some()
                || one.not_before.is_some()
                || one.thumbprint.is_some()
                || one.fingerprint.is_some()
                || one.subject.is_some() && one.issuer.is_some()
        });
        is_sure.then(|| CommandReading::of(CommandContent::CertificateList(list), used))
    }
}

fn push(list: &mut CertificateList, one: ListedCertificate) {
    if list.certificates.len() < MOST_ROWS {
        list.certificates.push(one);
    }
}

/// A field of a certificate.
enum Field<'a> {
    NotBefore(&'a str),
    NotAfter(&'a str),
    Subject(&'a str),
    Issuer(&'a str),
    Serial(&'a str),
    Print(CertificateFingerprint),
    Names(Vec<String>),
}

impl<'a> Field<'a> {
    /// The field in a line, and how many lines it has.
    fn of(line: &'a str, next: &'a str) -> Option<(Field<'a>, usize)> {
        if let Some(print) = fingerprint(line) {
            return Some((Field::Print(print), 1));
        }
        if line.starts_with("X509v3 Subject Alternative Name:") {
            let names =
                next.split(", ").filter_map(|name| name.trim().strip_prefix("DNS:")).map(str::to_owned);
            return Some((Field::Names(names.collect()), 2));
        }
        if line == "No extensions in certificate" || line == "No extensions matched" {
            return None;
        }
        let (label, value) = line.split_once('=')?;
        let value = value.trim();
        let is_date = || date_of_openssl(value).is_some();
        let is_name = || value.is_empty() || dn::is_name(value);
        let field = match label.trim() {
            "notBefore" if is_date() => Field::NotBefore(value),
            "notAfter" if is_date() => Field::NotAfter(value),
            "subject" if is_name() => Field::Subject(value),
            "issuer" if is_name() => Field::Issuer(value),
            "serial" if value.bytes().all(|byte| byte.is_ascii_hexdigit()) => Field::Serial(value),
            _ => return None,
        };
        Some((field, 1))
    }

    fn is_new(&self, one: &ListedCertificate) -> bool {
        match self {
            Field::NotBefore(_) => one.not_before.is_none(),
            Field::NotAfter(_) => one.not_after.is_none(),
            Field::Subject(_) => one.subject.is_none(),
            Field::Issuer(_) => one.issuer.is_none(),
            Field::Serial(_) => one.serial.is_none(),
            Field::Print(CertificateFingerprint::Sha256(_)) => one.fingerprint.is_none(),
            Field::Print(CertificateFingerprint::Sha1(_)) => one.thumbprint.is_none(),
            Field::Names(_) => one.dns_names.is_none(),
        }
    }

    fn add(self, one: &mut ListedCertificate) {
        match self {
            Field::NotBefore(text) => one.not_before = date_of_openssl(text),
            Field::NotAfter(text) => one.not_after = date_of_openssl(text),
            Field::Subject(text) => {
                let (subject, common) = dn::specific_last(text);
                one.subject = Some(subject);
                one.common_name = common;
            }
            Field::Issuer(text) => one.issuer = Some(dn::specific_last(text).0),
            Field::Serial(hex) => one.serial = Some(dn::serial(hex)),
            Field::Print(CertificateFingerprint::Sha256(hex)) => one.fingerprint = Some(hex),
            Field::Print(CertificateFingerprint::Sha1(hex)) => one.thumbprint = Some(hex),
            Field::Names(names) => one.dns_names = Some(names),
        }
    }
}
