//! What the forms of Windows events have in common: words and dates in the languages of Windows, names of fields.

pub(crate) mod stamp;
pub(crate) mod words;

use std::sync::LazyLock;

use crate::ProviderEvent;

/// Names of the fields that every form gives its events, whatever the form calls them.
pub(crate) const ID: &[u8] = b"event_id";
/// The log, such as `System`.
pub(crate) const LOG: &[u8] = b"log";
/// The computer that wrote the event.
pub(crate) const COMPUTER: &[u8] = b"computer";
/// The task category.
pub(crate) const TASK: &[u8] = b"task";
/// The keywords.
pub(crate) const KEYWORDS: &[u8] = b"keywords";
/// The user.
pub(crate) const USER: &[u8] = b"user";

/// Severity and facility, in the upper half of a number.
pub(crate) const QUALIFIERS: &[u8] = b"qualifiers";

/// The start of an event that was written as a row. The empty cell keeps it apart from a row of the Event Viewer, which has a
/// date there.
pub(crate) const START: &[u8] = b"Windows event\t\t";

/// Longest number of an event: `3221232503`, with qualifiers.
const ID_DIGITS: usize = 10;

/// The number of an event with its qualifiers in the upper half, as a source registers it.
fn whole_id(digits: &[u8]) -> Option<u32> {
    let digits = digits.trim_ascii();
    if digits.is_empty() || digits.len() > ID_DIGITS || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let number = digits.iter().fold(0u64, |sum, digit| sum * 10 + u64::from(digit - b'0'));
    u32::try_from(number).ok()
}

/// The number of an event, without its qualifiers.
pub(crate) fn id(digits: &[u8]) -> Option<u16> {
    Some((whole_id(digits)? & 0xffff) as u16)
}

/// Digits of the largest half of a number.
const HALF_DIGITS: usize = 5;

/// All halves of a number, with leading zeros. Fields of events borrow their text.
static HALVES: LazyLock<Vec<u8>> =
    LazyLock::new(|| (0..=u16::MAX).flat_map(|number| format!("{number:05}").into_bytes()).collect());

/// The digits of a half of a number.
fn half(number: u32) -> &'static [u8] {
    let start = (number & 0xffff) as usize * HALF_DIGITS;
    let digits = HALVES.get(start..start + HALF_DIGITS).unwrap_or_default();
    let zeros = digits.iter().take(HALF_DIGITS - 1).take_while(|digit| **digit == b'0').count();
    digits.get(zeros..).unwrap_or_default()
}

/// The fields of the number of an event: the number, and the qualifiers that were written into it.
pub(crate) fn numbered(digits: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let whole = whole_id(digits).filter(|number| *number > 0xffff);
    let number = whole.map_or(digits.trim_ascii(), |number| half(number));
    let qualifiers = whole.map(|number| (QUALIFIERS, half(number >> 16)));
    std::iter::once((ID, number)).chain(qualifiers)
}

/// Provider and number of an event.
pub(crate) fn key<'a>(provider: &'a [u8], digits: &[u8]) -> Option<ProviderEvent<'a>> {
    (!provider.is_empty()).then_some(ProviderEvent { provider, id: id(digits)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn qualifiers_are_taken_out_of_a_number() {
        let fields =
            |digits: &'static str| numbered(digits.as_bytes()).map(|(_, value)| value).collect::<Vec<_>>();
        assert_eq!(fields("1073742827"), [&b"1003"[..], b"16384"]);
        assert_eq!(fields("3221232503"), [&b"7031"[..], b"49152"]);
        assert_eq!(fields("2147483648"), [&b"0"[..], b"32768"]);
        assert_eq!(fields(" 7031 "), [&b"7031"[..]]);
        assert_eq!(fields("99999999999"), [&b"99999999999"[..]]);
        assert_eq!(key(b"X", b"1073742827").map(|key| key.id), Some(1003));
    }
}
