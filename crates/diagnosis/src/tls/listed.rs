//! Certificates of which outputs of commands show only some fields, such as `certutil -store`.

use spoglight_artifacts::{CertificateList, CommandContent, ListedCertificate};
use spoglight_time::Timestamp;
use spoglight_time::units::HOUR;

use super::certificates::fits;
use crate::check::CheckInput;
use crate::outputs::{Output, outputs};

/// Largest difference between a local time and UTC, in nanoseconds.
const AWAY: i64 = 14 * HOUR;

/// The lists of certificates, each with its output.
pub(crate) fn listed<'a>(collection: &CheckInput<'a>) -> Vec<(Output<'a>, &'a CertificateList)> {
    let all = outputs(collection).into_iter().filter_map(|output| match &output.shown.content {
        CommandContent::CertificateList(list) => Some((output, list)),
        _ => None,
    });
    all.collect()
}

/// A listed certificate for a sentence: its common name, else its subject, else its serial number or hash.
pub(crate) fn called_listed(one: &ListedCertificate) -> String {
    let subject = one.subject.as_deref().filter(|subject| !subject.is_empty());
    match (&one.common_name, subject, &one.serial, &one.thumbprint) {
        (Some(name), ..) => format!("CN={name}"),
        (None, Some(subject), ..) => subject.to_owned(),
        (None, None, Some(serial), _) => format!("serial number {serial}"),
        (None, None, None, hash) => format!("SHA-1 {}", hash.as_deref().unwrap_or("unknown")),
    }
}

/// Returns whether a listed certificate is for a host, by the names that are shown: a common name counts only if the output
/// shows that there are no alternative names, or shows neither.
pub(crate) fn is_listed_for(one: &ListedCertificate, host: &str) -> bool {
    match one.dns_names.as_deref() {
        Some(names) if !names.is_empty() => names.iter().any(|name| fits(name, host)),
        _ => one.common_name.as_deref().is_some_and(|name| fits(name, host)),
    }
}

/// The sentence on a listed certificate that certainly ended before the logs end; `None` if it did not, or if the order or
/// the zone of its date leaves it open.
pub(crate) fn expired_listed(collection: &CheckInput<'_>, one: &ListedCertificate) -> Option<String> {
    let last = collection.sources.iter().filter_map(|source| source.last).reduce(Timestamp::later)?;
    let reach = last.nanos().saturating_sub(if last.is_utc() { 0 } else { AWAY });
    let date = one.not_after.as_ref().filter(|date| date.latest < reach)?;
    Some(format!(
        "{} expired ({}, by the clock of the server); the logs reach to {}",
        called_listed(one),
        date.text,
        crate::check::at(last)
    ))
}
