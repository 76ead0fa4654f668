//! Certificates and stores as keytool prints them: `keytool -list -v`, `-list -rfc`, `-printcert`, in any language.
//!
//! The labels are translated; the order of the lines, the kinds of entries, the names of extensions and the dates are not.
//! The short form of `-list` shows fingerprints only; see [`short`].

use std::net::IpAddr;

use chrono::NaiveDate;

use super::console::{Echo, Line};
use super::{CommandContent, CommandReader, CommandReading, dn, short};
use crate::kinds::Certificates;
use crate::pem;
use crate::truststore::{TrustEntry, Truststore};
use crate::x509::{self, Certificate};

/// Entries that are kept of one store: one with all roots of the world has 150.
const MOST_ENTRIES: usize = 2000;

/// Lines of a certificate, with its extensions.
const MOST_LINES: usize = 400;

/// Nanoseconds of an hour.
const HOUR: i64 = 3_600_000_000_000;

/// The reader of `keytool -list -v` and `keytool -list -rfc`.
pub(super) struct List;

impl CommandReader for List {
    fn name(&self) -> &'static str {
        "keytool -list"
    }

    fn read(&self, lines: &[Line<'_>], _echo: &Echo<'_>) -> Option<CommandReading> {
        let (form, count, mut used) = heading(lines)?;
        let mut store = Truststore { form, entries: Vec::new(), intact: None, locked: false };
        let mut is_readable = true;
        loop {
            let rest = lines.get(used..).unwrap_or_default();
            let Some((entry, lines_of)) = entry(rest).or_else(|| short::entry(rest)) else { break };
            used += lines_of;
            is_readable &=
                entry.certificate.is_some() || entry.fingerprint.is_some() || entry.has_private_key;
            if store.entries.len() < MOST_ENTRIES {
                store.entries.push(entry);
            }
        }
        let is_whole = store.entries.len() == count && is_readable;
        Some(CommandReading::of(CommandContent::Truststore(store), used).cut(!is_whole))
    }
}

/// Lines above the heading: the question for the password, and a box with a warning if it was not answered.
const ABOVE: usize = 12;

/// The number of such lines.
fn above(lines: &[Line<'_>]) -> usize {
    let is_above = |line: &Line<'_>| {
        let text = line.text.trim();
        text.is_empty()
            || text.starts_with('*')
            || text.contains("-cacerts")
            || text.len() < 80 && text.ends_with([':', '\u{ff1a}'])
    };
    lines.iter().take(ABOVE).take_while(|line| is_above(line)).count()
}

/// The lines above the first entry: the form of the store, the number of its entries, and how many lines they are.
fn heading(lines: &[Line<'_>]) -> Option<(&'static str, usize, usize)> {
    let above = above(lines);
    let lines = lines.get(above..)?;
    let value = |at: usize| lines.get(at)?.text.split_once([':', '\u{ff1a}']).map(|(_, value)| value.trim());
    let form = match value(0)?.to_ascii_uppercase().as_str() {
        "JKS" => "JKS",
        "JCEKS" => "JCEKS",
        "PKCS12" => "PKCS#12",
        _ => return None,
    };
    value(1).filter(|provider| {
        provider.starts_with("Sun") || provider.starts_with("SUN") || provider.starts_with("BC")
    })?;
    let counted =
        lines.iter().skip(2).take(3).position(|line| line.text.bytes().any(|byte| byte.is_ascii_digit()))?;
    let text = lines.get(2 + counted)?.text;
    let digits: String =
        text.chars().skip_while(|one| !one.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    let count = digits.parse().ok()?;
    let empty = lines.iter().skip(3 + counted).take_while(|line| line.text.trim().is_empty()).count();
    Some((form, count, above + 3 + counted + empty))
}

/// An entry and its lines: alias, date, kind, the length of the chain, the certificates.
fn entry(lines: &[Line<'_>]) -> Option<(TrustEntry, usize)> {
    let value = |at: usize| lines.get(at)?.text.split_once([':', '\u{ff1a}']).map(|(_, value)| value.trim());
    let is_trusted = match value(2)? {
        "trustedCertEntry" => true,
        "PrivateKeyEntry" | "SecretKeyEntry" | "keyEntry" => false,
        _ => return None,
    };
    let alias = value(0)?.to_owned();
    let mut certificates = Vec::new();
    let mut used = 3;
    loop {
        let rest = lines.get(used..).unwrap_or_default();
        let Some(line) = rest.first() else { break };
        if let Some((certificate, lines_of)) = certificate(rest) {
            used += lines_of;
            certificates.extend(certificate);
            continue;
        }
        if is_next(rest) {
            break;
        }
        // the length of the chain, the number of a certificate, a line of signs
        let is_between = line.text.trim().is_empty()
            || line.text.bytes().all(|byte| b"*=-".contains(&byte))
            || line.text.trim_end().ends_with("]:")
            || line
                .text
                .split_once([':', '\u{ff1a}'])
                .is_some_and(|(_, number)| number.trim().parse::<u32>().is_ok());
        if !is_between {
            break;
        }
        used += 1;
    }
    let mut certificates = certificates.into_iter();
    let certificate = certificates.next();
    let entry = TrustEntry {
        alias,
        certificate,
        fingerprint: None,
        chain: certificates.collect(),
        has_private_key: !is_trusted,
        trusted: is_trusted,
        created: None,
    };
    Some((entry, used))
}

/// Returns whether another entry begins here.
fn is_next(lines: &[Line<'_>]) -> bool {
    lines.get(2).is_some_and(|line| {
        let kind = line.text.split_once([':', '\u{ff1a}']).map_or("", |(_, kind)| kind.trim());
        kind.ends_with("Entry") && !kind.contains(' ')
    })
}

/// The reader of `keytool -printcert`.
pub(super) struct PrintCert;

impl CommandReader for PrintCert {
    fn name(&self) -> &'static str {
        "keytool -printcert"
    }

    fn read(&self, lines: &[Line<'_>], _echo: &Echo<'_>) -> Option<CommandReading> {
        let is_mark = |line: &Line<'_>| {
            let text = line.text.trim();
            text.is_empty() || text.bytes().all(|byte| b"=*-".contains(&byte)) || numbered(text)
        };
        let skipped = |lines: &[Line<'_>]| lines.iter().take(6).take_while(|line| is_mark(line)).count();
        let mut used = skipped(lines);
        parsed(lines.get(used..).unwrap_or_default())?;
        let mut found = Certificates {
            form: "keytool",
            certificates: Vec::new(),
            requests: Vec::new(),
            private_keys: 0,
            locked: false,
            unread: Vec::new(),
        };
        while let Some((certificate, lines_of)) = certificate(lines.get(used..).unwrap_or_default()) {
            used += lines_of;
            found.certificates.extend(certificate.filter(|_| found.certificates.len() < MOST_ENTRIES));
            let rest = lines.get(used..).unwrap_or_default();
            let between = skipped(rest);
            if parsed(rest.get(between..).unwrap_or_default()).is_none() {
                break;
            }
            used += between;
        }
        let is_cut = found.certificates.is_empty();
        Some(CommandReading::of(CommandContent::Certificates(found), used).cut(is_cut))
    }
}

/// `Certificate #0`, `Certificate[1]:`.
fn numbered(text: &str) -> bool {
    let text = text.trim_end_matches([':', ']']);
    let digits = text.rsplit(['#', '[']).next().unwrap_or_default();
    digits.len() < text.len() && !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// A certificate and its lines, as text or as PEM; `None` inside if it cannot be used.
fn certificate(lines: &[Line<'_>]) -> Option<(Option<Certificate>, usize)> {
    if pem::begins(lines.first()?.text).is_some_and(|label| label == "CERTIFICATE") {
        let end = lines.iter().take(MOST_LINES).position(|line| line.text.trim().starts_with("-----END "))?;
        let body: Vec<&str> = lines.get(..=end)?.iter().map(|line| line.text).collect();
        let blocks = pem::blocks(&body.join("\n")).into_iter().next()?.bytes;
        return Some((blocks.ok().and_then(|bytes| x509::read(&bytes).ok()), end + 1));
    }
    let (head, _) = parsed(lines)?;
    let end = lines.iter().take(MOST_LINES).enumerate().skip(4).find(|(at, line)| {
        let rest = lines.get(*at..).unwrap_or_default();
        line.text.starts_with("****")
            || line.text.starts_with("====")
            || is_next(rest)
            || numbered(line.text.trim())
            || parsed(rest).is_some()
            || super::console::echo(line.text).is_some()
    });
    let used = end.map_or_else(|| lines.len().min(MOST_LINES), |(at, _)| at);
    Some((text(&head, lines.get(4..used).unwrap_or_default()), used))
}

/// The first four lines of a certificate.
struct Head<'a> {
    subject: &'a str,
    issuer: &'a str,
    serial: &'a str,
    validity: (i64, i64),
}

/// Reads owner, issuer, serial number and validity; the number of lines is 4.
fn parsed<'a>(lines: &[Line<'a>]) -> Option<(Head<'a>, usize)> {
    let value = |at: usize| lines.get(at)?.text.split_once([':', '\u{ff1a}']).map(|(_, value)| value.trim());
    let is_name =
        |name: &&str| name.split_once('=').is_some_and(|(key, _)| key.len() < 24 && !key.contains(' '));
    let subject = value(0).filter(|name| is_name(name) || name.is_empty())?;
    let issuer = value(1).filter(is_name)?;
    let serial = value(2).filter(|serial| {
        !serial.is_empty() && serial.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
    })?;
    let validity = validity(lines.get(3)?.text)?;
    Some((Head { subject, issuer, serial, validity }, 4))
}

/// A certificate from its first lines and the rest; `None` without a SHA-256, by which certificates are compared.
fn text(head: &Head<'_>, rest: &[Line<'_>]) -> Option<Certificate> {
    let print = |name: &str| {
        let found = rest.iter().find_map(|line| line.text.trim().strip_prefix(name)?.strip_prefix(':'));
        found.map(|hex| hex.trim().replace(':', "").to_ascii_lowercase())
    };
    let fingerprint = print("SHA256").filter(|hex| hex.len() == 64)?;
    let subject_key_id = key_id(rest, "SubjectKeyIdentifier [");
    let authority_key_id = key_id(rest, "AuthorityKeyIdentifier [");
    let (subject, common_name) = dn::specific_first(head.subject);
    let (issuer, _) = dn::specific_first(head.issuer);
    let other_key =
        subject_key_id.is_some() && authority_key_id.is_some() && subject_key_id != authority_key_id;
    let names = |prefix: &str| -> Vec<String> {
        let inside = inside(rest, "SubjectAlternativeName [");
        inside.filter_map(|line| Some(line.trim().strip_prefix(prefix)?.trim().to_owned())).collect()
    };
    let addresses = names("IPAddress:").into_iter().filter_map(|address| address.parse::<IpAddr>().ok());
    let ip_names = addresses.map(|address| address.to_string()).collect();
    let uses: Vec<&str> = inside(rest, "ExtendedKeyUsages [").map(str::trim).collect();
    let (key, key_bits) = public_key(rest);
    Some(Certificate {
        self_signed: subject == issuer && !other_key,
        subject,
        issuer,
        common_name,
        dns_names: names("DNSName:"),
        ip_names,
        not_before: head.validity.0,
        not_after: head.validity.1,
        serial: dn::serial(head.serial),
        key,
        key_bits,
        signature_algorithm: signature(rest),
        is_ca: inside(rest, "BasicConstraints:[").any(|line| line.trim() == "CA:true"),
        server_auth: (!uses.is_empty())
            .then(|| uses.iter().any(|used| matches!(*used, "serverAuth" | "anyExtendedKeyUsage"))),
        is_domain_controller: uses.contains(&"1.3.6.1.5.2.3.5"),
        subject_key_id,
        authority_key_id,
        fingerprint,
        thumbprint: print("SHA1").unwrap_or_default(),
    })
}

/// The lines of an extension, up to its bracket.
fn inside<'l>(lines: &'l [Line<'_>], heading: &'l str) -> impl Iterator<Item = &'l str> + 'l {
    let lines = lines.iter().map(|line| line.text);
    lines.skip_while(move |line| line.trim() != heading).skip(1).take_while(|line| line.trim() != "]")
}

/// The identifier of a key, in hexadecimal: `0000: 7D A7 ...   7A 94 ...  ..#r`.
fn key_id(lines: &[Line<'_>], heading: &str) -> Option<String> {
    let dump = inside(lines, heading).filter_map(|line| {
        let (offset, rest) = line.trim().split_once(": ")?;
        u16::from_str_radix(offset, 16).ok()?;
        let bytes = rest.split(' ').filter(|byte| !byte.is_empty());
        let hex: String = bytes
            .take_while(|byte| byte.len() == 2 && byte.bytes().all(|digit| digit.is_ascii_hexdigit()))
            .take(16)
            .collect();
        Some(hex.to_ascii_lowercase())
    });
    Some(dump.collect::<String>()).filter(|id| !id.is_empty())
}

/// Algorithm and bits: `2048-bit RSA key`, in any language.
fn public_key(lines: &[Line<'_>]) -> (String, Option<u32>) {
    let line = lines.iter().take(20).map(|line| line.text).find(|line| {
        line.contains("-bit ")
            || line.contains("-Bit-")
            || line.split_once([':', '\u{ff1a}']).is_some_and(|(label, value)| {
                label.chars().count() < 48
                    && value.trim().starts_with(|one: char| one.is_ascii_digit())
                    && value.contains("RSA")
            })
    });
    let value =
        line.and_then(|line| line.split_once([':', '\u{ff1a}'])).map_or("", |(_, value)| value.trim());
    let digits: String = value.chars().take_while(char::is_ascii_digit).collect();
    let key = ["RSA", "EC", "DSA", "Ed25519", "Ed448"]
        .into_iter()
        .find(|key| value.split(|one: char| !one.is_ascii_alphanumeric()).any(|word| word == *key));
    (key.unwrap_or_default().to_owned(), digits.parse().ok().filter(|_| key.is_some()))
}

/// The algorithm of the signature in the name of OpenSSL: `SHA256withRSA`.
fn signature(lines: &[Line<'_>]) -> String {
    let named = lines.iter().take(20).find_map(|line| {
        let (_, value) = line.text.split_once([':', '\u{ff1a}'])?;
        let value = value.trim().split(' ').next()?;
        let (hash, key) = value.split_once("with")?;
        (hash.starts_with("SHA") || hash.starts_with("MD")).then_some((hash, key))
    });
    match named {
        Some((hash, "RSA")) => format!("{}WithRSAEncryption", hash.to_ascii_lowercase()),
        Some((hash, "ECDSA")) => format!("ecdsa-with-{hash}"),
        Some((hash, key)) => format!("{hash}with{key}"),
        None => String::new(),
    }
}

/// Begin and end of `Valid from: Sun Nov 22 05:26:34 UTC 2026 until: Mon Nov 22 05:26:34 UTC 2027`, in any language. Of a zone
/// whose abbreviation is unknown or has several meanings, the earliest begin and the latest end are taken.
fn validity(line: &str) -> Option<(i64, i64)> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let mut dates = words.windows(6).filter_map(date);
    let (from, to) = (dates.next()?, dates.next()?);
    Some((from.0, to.1))
}

/// The earliest and the latest moment that `Sun Nov 22 05:26:34 UTC 2026` may be.
fn date(words: &[&str]) -> Option<(i64, i64)> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let [day, month, number, time, zone, year] = words else { return None };
    // the label may be at the first word, without a space between them
    DAYS.iter().find(|known| day.ends_with(**known))?;
    let month = MONTHS.iter().position(|known| known == month)?;
    let year: i32 = year.get(..4)?.parse().ok()?;
    let date = NaiveDate::from_ymd_opt(year, u32::try_from(month).ok()? + 1, number.parse().ok()?)?;
    let mut time = time.split(':').map(|part| part.parse::<u32>().ok());
    let moment = date.and_hms_opt(time.next()??, time.next()??, time.next()??)?.and_utc();
    let nanos = moment.timestamp().checked_mul(1_000_000_000)?;
    let (least, most) = match *zone {
        "UTC" | "GMT" | "Z" => (0, 0),
        "CET" | "MEZ" => (1, 1),
        "CEST" | "MESZ" | "EET" => (2, 2),
        "EEST" | "MSK" => (3, 3),
        "EDT" => (-4, -4),
        "EST" | "CDT" => (-5, -5),
        "MDT" => (-6, -6),
        "MST" | "PDT" => (-7, -7),
        "PST" => (-8, -8),
        "JST" | "KST" => (9, 9),
        _ => (-12, 14),
    };
    Some((nanos - most * HOUR, nanos - least * HOUR))
}
