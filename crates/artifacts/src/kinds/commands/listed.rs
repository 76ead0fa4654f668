//! Certificates of which a command shows only some fields: `certutil -store`, `certutil -dump`, `openssl x509 -noout`.
//!
//! A field that is not shown is not known: a list without alternative names does not mean that there are none.

use chrono::NaiveDate;
use serde::Serialize;

/// Certificates that a command lists.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct CertificateList {
    /// Store of Windows, such as `My`, as the output names it.
    pub store: Option<String>,
    /// The certificates in the order of the output.
    pub certificates: Vec<ListedCertificate>,
    /// Code with which the command failed, such as `0x80092004` (there is no such certificate).
    pub failed: Option<String>,
}

/// A certificate as a command lists it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ListedCertificate {
    /// Subject in the notation of RFC 4514; empty if it has none, `None` if it is not shown.
    pub subject: Option<String>,
    /// Issuer in the notation of RFC 4514.
    pub issuer: Option<String>,
    /// Common name of the subject.
    pub common_name: Option<String>,
    /// DNS names among the alternative names; `None` if they are not shown.
    pub dns_names: Option<Vec<String>>,
    /// Serial number in hexadecimal.
    pub serial: Option<String>,
    /// Start of validity.
    pub not_before: Option<PrintedDate>,
    /// End of validity.
    pub not_after: Option<PrintedDate>,
    /// SHA-1 of the certificate in hexadecimal, in small letters.
    pub thumbprint: Option<String>,
    /// SHA-256 of the certificate in hexadecimal, in small letters.
    pub fingerprint: Option<String>,
    /// Its private key.
    pub key: ListedKey,
    /// Whether the key may be exported, if the output shows it.
    pub is_exportable: Option<bool>,
    /// Line number of its beginning, counted from 1.
    pub line: usize,
}

/// What a list shows of the private key of a certificate.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ListedKey {
    /// The output shows nothing about it.
    #[default]
    NotShown,
    /// The certificate has none.
    Absent,
    /// The certificate names one.
    Named,
    /// The certificate names one, and the account that ran the command could not open it, or it is not there.
    Missing,
}

/// A date as a command prints it: in the order, the zone and the language of the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PrintedDate {
    /// As it is written.
    pub text: String,
    /// Earliest moment that it may be, in nanoseconds since 1970, UTC.
    pub earliest: i64,
    /// Latest moment that it may be.
    pub latest: i64,
}

/// Order of day and month in dates such as `3/4/2026`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DayOrder {
    DayFirst,
    MonthFirst,
}

/// Nanoseconds that the local time of any place may be away from UTC.
const AWAY: i64 = 14 * 3_600_000_000_000;

const DAY: i64 = 86_400_000_000_000;

/// The three numbers of a date at the beginning of a text.
struct Numbers<'a> {
    parts: [&'a str; 3],
    separator: char,
}

fn numbers(text: &str) -> Option<Numbers<'_>> {
    // `2026. 11. 22.` has spaces
    let separator = text.chars().find(|one| !one.is_ascii_digit()).filter(|one| "/.-".contains(*one))?;
    let mut rest = text;
    let mut part = |is_last: bool| {
        let end = rest.find(|one: char| !one.is_ascii_digit()).unwrap_or(rest.len());
        let (digits, after) = rest.split_at(end);
        rest = if is_last { after } else { after.strip_prefix(separator)?.trim_start_matches(' ') };
        matches!(digits.len(), 1 | 2 | 4).then_some(digits)
    };
    Some(Numbers { parts: [part(false)?, part(false)?, part(true)?], separator })
}

/// The order that a date decides; `None` if it fits both, or is of another form.
pub(super) fn order_of(text: &str) -> Option<DayOrder> {
    let Numbers { parts: [first, second, year], separator } = numbers(text.trim())?;
    if separator != '/' || year.len() != 4 {
        return None;
    }
    match (first.parse::<u32>().ok()? > 12, second.parse::<u32>().ok()? > 12) {
        (true, false) => Some(DayOrder::DayFirst),
        (false, true) => Some(DayOrder::MonthFirst),
        _ => None,
    }
}

/// Reads a date of Windows: `11/22/2026 5:26 AM`, `22.11.2026 05:26`, `2026-11-22 05:26`. If neither the date nor `order`
/// decides what is the month, both are possible.
pub(super) fn date(text: &str, order: Option<DayOrder>) -> Option<PrintedDate> {
    let text = text.trim();
    let Numbers { parts: [one, two, three], separator } = numbers(text)?;
    let day = |year: &str, month: &str, day: &str| {
        let date = NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)?;
        date.and_hms_opt(0, 0, 0)?.and_utc().timestamp().checked_mul(1_000_000_000)
    };
    let days: Vec<i64> = if one.len() == 4 {
        day(one, two, three).into_iter().collect()
    } else if three.len() != 4 {
        return None;
    } else if separator == '/' {
        let (by_day, by_month) = (day(three, two, one), day(three, one, two));
        match order.or_else(|| order_of(text)) {
            Some(DayOrder::DayFirst) => by_day.into_iter().collect(),
            Some(DayOrder::MonthFirst) => by_month.into_iter().collect(),
            None => by_day.into_iter().chain(by_month).collect(),
        }
    } else {
        day(three, two, one).into_iter().collect()
    };
    let (first, last) = (days.iter().min()?, days.iter().max()?);
    Some(PrintedDate {
        text: text.chars().take(60).collect(),
        earliest: first.saturating_sub(AWAY),
        latest: last.saturating_add(DAY + AWAY),
    })
}

/// Reads a date of OpenSSL: `Nov 22 05:26:34 2026 GMT`.
pub(super) fn date_of_openssl(text: &str) -> Option<PrintedDate> {
    let moment = moment_of_openssl(text)?;
    Some(PrintedDate { text: text.trim().to_owned(), earliest: moment, latest: moment })
}

/// A date of OpenSSL in nanoseconds since 1970.
pub(super) fn moment_of_openssl(text: &str) -> Option<i64> {
    let mut words = text.split_whitespace();
    let (month, day, time, year) = (words.next()?, words.next()?, words.next()?, words.next()?);
    if words.next() != Some("GMT") || words.next().is_some() {
        return None;
    }
    let moment =
        chrono::NaiveDateTime::parse_from_str(&format!("{month} {day} {year} {time}"), "%b %d %Y %H:%M:%S");
    let seconds = moment.ok()?.and_utc().timestamp();
    // a certificate that never expires has a year that does not fit
    Some(seconds.saturating_mul(1_000_000_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The days since 1970 that a date may be.
    fn days(text: &str, order: Option<DayOrder>) -> Option<(i64, i64)> {
        let date = date(text, order)?;
        Some(((date.earliest + AWAY) / DAY, (date.latest - AWAY) / DAY - 1))
    }

    #[test]
    fn dates_of_windows() {
        // 22 November 2026 is day 20779
        for text in [
            "11/22/2026 5:26 AM",
            "22/11/2026 05:26",
            "22.11.2026 05:26",
            "22-11-2026 05:26",
            "2026-11-22 05:26",
            "2026/11/22 5:26",
            "2026. 11. 22. \u{c624}\u{c804} 5:26",
            "2026/11/22 \u{4e0b}\u{5348} 05:26",
        ] {
            assert_eq!(days(text, None), Some((20779, 20779)), "{text}");
        }
        // 3 April or 4 March
        assert_eq!(days("3/4/2026 5:26", None), Some((20516, 20546)));
        assert_eq!(days("3/4/2026 5:26", Some(DayOrder::DayFirst)), Some((20546, 20546)));
        assert_eq!(days("3/4/2026 5:26", Some(DayOrder::MonthFirst)), Some((20516, 20516)));
        assert_eq!(order_of("3/4/2026"), None);
        assert_eq!(order_of("3/24/2026"), Some(DayOrder::MonthFirst));
        for wrong in ["", "x", "13/13/2026", "1/2/26", "5:26", "2026", "99999/1/1", "31.02.2026"] {
            assert_eq!(date(wrong, None), None, "{wrong}");
        }
    }

    #[test]
    fn dates_of_openssl() {
        assert_eq!(moment_of_openssl("Jan  1 00:00:01 1970 GMT"), Some(1_000_000_000));
        assert_eq!(moment_of_openssl("Dec 31 23:59:59 9999 GMT"), Some(i64::MAX));
        assert_eq!(moment_of_openssl("Nov 22 05:26:34 2026"), None);
    }
}
