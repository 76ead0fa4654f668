//! Entries of a keystore in the short form of `keytool -list`, in any language: an alias, a date and a kind in one line, and
//! the fingerprint of the certificate in the next.
//!
//! ```text
//! eceweb01, Nov 22, 2026, trustedCertEntry,
//! Certificate fingerprint (SHA-256): 4C:69:10:...
//! ```
//!
//! An alias is any text that somebody chose: it proves nothing. The fingerprint is that of one certificate. The date has
//! no time and is in the language of the server, so it is left out.

use super::console::Line;
use crate::truststore::{CertificateFingerprint, TrustEntry};

/// An entry and its lines.
pub(super) fn entry(lines: &[Line<'_>]) -> Option<(TrustEntry, usize)> {
    // the date may be in a line of its own if a mail wraps it
    let line = lines.first()?.text.trim_end().trim_end_matches([',', '\u{ff0c}']);
    let (before, kind) = line.rsplit_once([',', '\u{ff0c}'])?;
    let is_trusted = match kind.trim() {
        "trustedCertEntry" => true,
        "PrivateKeyEntry" | "SecretKeyEntry" | "keyEntry" => false,
        _ => return None,
    };
    let mut used = 1;
    let next = lines.get(1).map_or("", |line| line.text);
    let mut fingerprint = None;
    if let Some(value) = labelled(next) {
        used += 1;
        fingerprint = CertificateFingerprint::of_hex(value);
        // the line is long, and a mail wraps it
        if fingerprint.is_none()
            && let Some(wrapped) =
                lines.get(2).and_then(|line| CertificateFingerprint::of_hex(line.text.trim()))
        {
            used += 1;
            fingerprint = Some(wrapped);
        }
    }
    let empty = lines.iter().skip(used).take_while(|line| line.text.trim().is_empty()).count();
    // empty lines between entries are rare; those after the last one belong to nothing
    let is_next = lines.get(used + empty).is_some_and(|line| line.text.contains("Entry,"));
    let entry = TrustEntry {
        alias: alias(before).to_owned(),
        certificate: None,
        fingerprint,
        chain: Vec::new(),
        has_private_key: !is_trusted,
        trusted: is_trusted,
        created: None,
    };
    Some((entry, if is_next { used + empty } else { used }))
}

/// The value after the label of a fingerprint, such as `Certificate fingerprint (SHA-256): `. French has a space before the
/// colon.
fn labelled(line: &str) -> Option<&str> {
    let (_, rest) = line.split_once("(SHA").filter(|_| line.len() < 400)?;
    let (_, rest) = rest.split_once(')')?;
    rest.trim_start().strip_prefix([':', '\u{ff1a}']).map(str::trim)
}

/// The alias before a date such as `Nov 22, 2026`, `22.11.2026`, `2026/11/22` or `7 Aug, 2019`.
fn alias(text: &str) -> &str {
    let Some((before, last)) = text.rsplit_once([',', '\u{ff0c}']) else { return text.trim() };
    let is_year = last.trim().len() == 4 && last.trim().bytes().all(|byte| byte.is_ascii_digit());
    match before.rsplit_once(',').filter(|_| is_year) {
        Some((alias, _)) => alias.trim(),
        None => before.trim(),
    }
}
