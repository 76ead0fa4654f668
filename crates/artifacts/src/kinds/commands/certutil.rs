//! Certificates as certutil prints them: `certutil -store My`, also with `-v`, `certutil -dump FILE`, in any language.
//!
//! The labels are translated; the order of the fields, the forms of names and numbers, `(sha1)`, the numbers of extensions
//! and the codes of errors are not. Dates are in the order and the zone of the server: an order that no date of the output
//! decides stays open.

use super::console::{Echo, Line};
use super::listed::{CertificateList, DayOrder, ListedCertificate, ListedKey, date, order_of};
use super::{CommandContent, CommandReader, CommandReading, MOST_ROWS, dn};
use crate::truststore::CertificateFingerprint;

/// The reader of such outputs.
pub(super) struct Store;

/// Lines above the first certificate: the name of the store, an empty line.
const HEADING: usize = 3;

impl CommandReader for Store {
    fn name(&self) -> &'static str {
        "certutil"
    }

    fn read(&self, lines: &[Line<'_>], echo: &Echo<'_>) -> Option<CommandReading> {
        let is_typed = echo.is("certutil");
        let begin = lines.iter().take(HEADING).position(|line| is_separator(line.text) || is_dump(line.text));
        let has_failed = lines.iter().take(HEADING).any(|line| failure(line.text).is_some());
        let begin = match begin {
            Some(begin) => begin,
            None if has_failed => 1,
            None => return None,
        };
        let heading = lines.get(..begin)?;
        let store = heading.first().map(|line| line.text.trim()).filter(|text| !text.is_empty());
        if store.is_some_and(|store| !is_store(store)) {
            return None;
        }
        let used = end(lines.get(begin..)?) + begin;
        let body = lines.get(begin..used)?;
        let order = body.iter().filter_map(|line| date_text(line.text)).find_map(order_of);
        let mut list = CertificateList {
            store: store.map(|store| store.split(['"', ' ']).next().unwrap_or(store).to_owned()),
            certificates: Vec::new(),
            failed: body.iter().chain(heading).find_map(|line| failure(line.text)),
        };
        let mut is_cut = false;
        for block in blocks(body) {
            match certificate(block, order) {
                Some(one) if list.certificates.len() < MOST_ROWS => list.certificates.push(one),
                Some(_) => {}
                None => is_cut = true,
            }
        }
        if list.certificates.is_empty() && (list.failed.is_none() || !is_typed && store.is_none()) {
            return None;
        }
        Some(CommandReading::of(CommandContent::CertificateList(list), used).cut(is_cut))
    }
}

/// Returns whether a line is the name of a store: `My "Personal"`, `Root`.
fn is_store(text: &str) -> bool {
    let (name, rest) = text.split_once(' ').unwrap_or((text, ""));
    let is_word = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_word && text.len() < 120 && (rest.is_empty() || rest.starts_with('"') && rest.ends_with('"'))
}

/// `================ Certificate 0 ================`; a line of a nesting level is none.
fn is_separator(line: &str) -> bool {
    let text = line.trim();
    let inner = text.trim_matches('=').trim();
    let number = inner.rsplit(' ').next().unwrap_or_default();
    text.starts_with("========")
        && text.ends_with("========")
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && inner.split_whitespace().count() == 2
}

/// The first line of a dump: `X509 Certificate:`.
fn is_dump(line: &str) -> bool {
    let text = line.trim();
    text.len() < 60
        && (text.starts_with("X509") || text.starts_with("X.509"))
        && text.ends_with([':', '\u{ff1a}'])
}

/// The code of a failure: `CertUtil: -store command FAILED: 0x80092004 (...)`.
fn failure(line: &str) -> Option<String> {
    let rest = line.trim().strip_prefix("CertUtil: -")?;
    let (_, code) = rest.split_once("0x")?;
    let hex: String = code.chars().take_while(char::is_ascii_hexdigit).collect();
    (hex.len() == 8).then(|| format!("0x{}", hex.to_ascii_lowercase()))
}

/// Lines of the output: up to the lines of certutil itself, else to the next prompt.
fn end(lines: &[Line<'_>]) -> usize {
    let is_own = |line: &Line<'_>| line.text.trim().starts_with("CertUtil: ");
    let prompt = lines.iter().position(|line| super::console::echo(line.text).is_some());
    let lines = lines.get(..prompt.unwrap_or(lines.len())).unwrap_or_default();
    let Some(own) = lines.iter().position(is_own) else {
        return lines.iter().rposition(|line| !line.text.trim().is_empty()).map_or(0, |at| at + 1);
    };
    own + lines.iter().skip(own).take_while(|line| is_own(line)).count()
}

/// The lines of each certificate.
fn blocks<'l, 't>(lines: &'l [Line<'t>]) -> impl Iterator<Item = &'l [Line<'t>]> {
    // the line of a nesting level follows that of its certificate, and has the same form in some languages
    let is_nested = |at: usize| {
        at.checked_sub(1).and_then(|before| lines.get(before)).is_some_and(|before| is_separator(before.text))
    };
    let separators = lines.iter().enumerate().filter(|(at, line)| is_separator(line.text) && !is_nested(*at));
    let mut starts: Vec<usize> = separators.map(|(at, _)| at).collect();
    if starts.is_empty() {
        starts = lines.iter().enumerate().filter(|(_, line)| is_dump(line.text)).map(|(at, _)| at).collect();
    }
    let ends = starts.clone().into_iter().skip(1).chain([lines.len()]);
    starts.into_iter().zip(ends).filter_map(|(from, to)| lines.get(from..to))
}

/// The value after a label: `Numéro de série : 79ad`.
fn value(line: &str) -> Option<&str> {
    let (label, value) = line.split_once([':', '\u{ff1a}'])?;
    (label.chars().count() < 60).then(|| value.trim())
}

/// The text of a date in a line: ` NotBefore: 11/3/2024 3:30 PM`.
fn date_text(line: &str) -> Option<&str> {
    let text = value(line).filter(|_| line.starts_with(' ') && !line.starts_with("    "))?;
    date(text, None).is_some().then_some(text)
}

/// A certificate; `None` if it breaks off before its hash.
fn certificate(lines: &[Line<'_>], order: Option<DayOrder>) -> Option<ListedCertificate> {
    let number = lines.first()?.number;
    let is_serial = |text: &str| {
        let hex = text.replace(' ', "");
        hex.len() > 1 && hex.len() <= 64 && hex.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    // the version of a dump is one digit
    let at = lines.iter().take(12).position(|line| value(line.text).is_some_and(is_serial))?;
    let serial = dn::serial(value(lines.get(at)?.text)?);
    let rest = lines.get(at + 1..)?;
    let (issuer, used) = name(rest)?;
    let rest = rest.get(used..)?;
    let mut dates = rest.iter().take(8).filter_map(|line| date_text(line.text));
    let (not_before, not_after) = (dates.next(), dates.next());
    let after = rest.iter().take(8).rposition(|line| date_text(line.text).is_some()).map_or(0, |at| at + 1);
    let rest = rest.get(after..)?;
    let hash = rest.iter().rposition(|line| hash(line.text, "(sha1)").is_some())?;
    let (thumbprint, below) = (hash_at(rest, hash, "(sha1)")?, rest.get(hash + 1..)?);
    let fingerprint = below.first().and_then(|line| self::hash(line.text, "(sha256)"));
    let mut one = ListedCertificate {
        issuer: Some(issuer.0),
        serial: Some(serial),
        not_before: not_before.and_then(|text| date(text, order)),
        not_after: not_after.and_then(|text| date(text, order)),
        thumbprint: Some(thumbprint),
        fingerprint,
        key: key(below),
        is_exportable: below.iter().any(|line| is_locked_in(line.text)).then_some(false),
        line: number,
        ..ListedCertificate::default()
    };
    let subject = rest.get(..hash)?;
    match name(subject) {
        Some(((subject, common), _)) => (one.subject, one.common_name) = (Some(subject), common),
        // `Subject: EMPTY (DNS Name=web.lab.example)`
        None => one.subject = subject.first().filter(|line| line.text.contains('(')).map(|_| String::new()),
    }
    one.dns_names = alternative(rest);
    Some(one)
}

fn hash(line: &str, kind: &str) -> Option<String> {
    let (label, rest) = line.split_once(kind)?;
    // the hashes of names are indented; those of keys come before that of the certificate
    if label.starts_with(' ') || label.chars().count() > 60 {
        return None;
    }
    let hex = rest.trim_start_matches([' ', '\u{a0}']).strip_prefix([':', '\u{ff1a}'])?.trim();
    match CertificateFingerprint::of_hex(hex)? {
        CertificateFingerprint::Sha1(hex) if kind == "(sha1)" => Some(hex),
        CertificateFingerprint::Sha256(hex) if kind == "(sha256)" => Some(hex),
        _ => None,
    }
}

fn hash_at(lines: &[Line<'_>], at: usize, kind: &str) -> Option<String> {
    hash(lines.get(at)?.text, kind)
}

/// The name in the first lines, and how many they are: in one line, or one part in each line below its label.
fn name(lines: &[Line<'_>]) -> Option<((String, Option<String>), usize)> {
    /// Lines between the serial number and the name in a dump: the algorithm of the signature.
    const BETWEEN: usize = 8;
    for (at, line) in lines.iter().take(BETWEEN).enumerate() {
        match value(line.text) {
            Some(text) if !line.text.starts_with(' ') && dn::is_name(text) => {
                return Some((dn::specific_first(text), at + 1));
            }
            Some("") if !line.text.starts_with(' ') => {
                let below = lines.iter().skip(at + 1).map(|line| line.text.trim());
                let parts = below.map(|text| text.trim_start_matches("===> ").trim_end_matches(" <==="));
                let parts: Vec<&str> = parts.take(40).take_while(|text| dn::is_name(text)).collect();
                if !parts.is_empty() {
                    return Some((dn::of_lines(&parts), at + 1 + parts.len()));
                }
            }
            _ => {}
        }
    }
    None
}

/// The DNS names of the extension 2.5.29.17; `None` if it is not shown.
fn alternative(lines: &[Line<'_>]) -> Option<Vec<String>> {
    let at = lines.iter().position(|line| line.text.trim().starts_with("2.5.29.17:"))?;
    let is_extension = |line: &&Line<'_>| {
        let text = line.text.trim();
        let number = text.split(':').next().unwrap_or_default();
        number.contains('.') && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
    };
    let inner = lines
        .iter()
        .skip(at + 1)
        .take_while(|line| !is_extension(line) && hash(line.text, "(sha1)").is_none());
    let names = inner.filter_map(|line| {
        // DNS Name=, DNS-Name=, Nom DNS=, Nombre DNS=
        let (label, name) = line.text.trim().split_once('=')?;
        (label.contains("DNS") && label.len() < 24).then(|| name.trim().to_owned())
    });
    Some(names.take(1000).collect())
}

/// What the lines below the hash show of the private key: a container and a provider, or none.
fn key(lines: &[Line<'_>]) -> ListedKey {
    let is_missing = |line: &Line<'_>| {
        let text = line.text.trim();
        text == "Missing stored keyset" || text.contains("NTE_BAD_KEYSET") || text.contains("0x80090016")
    };
    // `  Key Container = ...`, French with a no-break space
    let is_container = |line: &&Line<'_>| {
        let pair = line.text.split_once("= ").filter(|_| line.text.starts_with("  "));
        pair.is_some_and(|(label, value)| {
            label.ends_with([' ', '\u{a0}', '\u{fffd}']) && !value.trim().is_empty()
        })
    };
    // other hashes, and the last line of the command
    let is_hash = |text: &str| {
        value(text).is_some_and(|hex| hex.len() > 31 && CertificateFingerprint::of_hex(hex).is_some())
    };
    let is_more = |text: &str| !text.is_empty() && !text.starts_with("CertUtil: ") && !is_hash(text);
    let has_more = lines.iter().any(|line| is_more(line.text.trim()));
    match lines.iter().filter(is_container).count() {
        // the container of a key that is in a file or a request is not shown
        0 if !has_more => ListedKey::NotShown,
        0 => ListedKey::Absent,
        _ if lines.iter().any(is_missing) => ListedKey::Missing,
        _ => ListedKey::Named,
    }
}

/// Returns whether a line shows that the private key cannot be exported, in the languages that are known.
fn is_locked_in(line: &str) -> bool {
    ["Private key is NOT exportable", "ist NICHT exportierbar"].iter().any(|known| line.contains(known))
}
