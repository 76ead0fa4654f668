//! What the forms of Windows events have in common: words and dates in the languages of Windows, names of fields.

pub(super) mod stamp;
pub(super) mod words;

use crate::ProviderEvent;

/// Names of the fields that every form gives its events, whatever the form calls them.
pub(super) const ID: &[u8] = b"event_id";
/// The log, such as `System`.
pub(super) const LOG: &[u8] = b"log";
/// The computer that wrote the event.
pub(super) const COMPUTER: &[u8] = b"computer";
/// The task category.
pub(super) const TASK: &[u8] = b"task";
/// The keywords.
pub(super) const KEYWORDS: &[u8] = b"keywords";
/// The user.
pub(super) const USER: &[u8] = b"user";

/// Longest number of an event: `3221232503`, with qualifiers.
const ID_DIGITS: usize = 10;

/// The number of an event, without its qualifiers.
pub(super) fn id(digits: &[u8]) -> Option<u16> {
    let digits = digits.trim_ascii();
    if digits.is_empty() || digits.len() > ID_DIGITS || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let number = digits.iter().fold(0u64, |sum, digit| sum * 10 + u64::from(digit - b'0'));
    // the upper half holds severity and facility
    u32::try_from(number).ok().map(|number| (number & 0xffff) as u16)
}

/// Provider and number of an event.
pub(super) fn key<'a>(provider: &'a [u8], digits: &[u8]) -> Option<ProviderEvent<'a>> {
    (!provider.is_empty()).then_some(ProviderEvent { provider, id: id(digits)? })
}
