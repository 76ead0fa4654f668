//! The values that a pattern captures.

use std::collections::BTreeMap;

use regex::bytes::Regex;

/// The captures of a pattern in a text, if it matches. Of two captures with one name the first counts.
pub(crate) fn named(pattern: &Regex, text: &[u8]) -> Option<BTreeMap<String, String>> {
    if pattern.capture_names().flatten().next().is_none() {
        return pattern.is_match(text).then(BTreeMap::new);
    }
    let captures = pattern.captures(text)?;
    let mut values = BTreeMap::new();
    for name in pattern.capture_names().flatten() {
        if let Some(value) = captures.name(name).and_then(|value| clean(value.as_bytes())) {
            values.entry(capture_of(name).to_owned()).or_insert(value);
        }
    }
    Some(values)
}

/// The name of a capture: `host_2` of a pattern is the host in another wording, because a pattern cannot have two groups
/// of one name.
pub(crate) fn capture_of(group: &str) -> &str {
    match group.rsplit_once('_') {
        Some((name, number)) if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) => {
            name
        }
        _ => group,
    }
}

/// A captured value as text; `None` if it is empty.
fn clean(value: &[u8]) -> Option<String> {
    // a class of bytes may have cut the last character
    let text = String::from_utf8_lossy(value.trim_ascii());
    let text = text.trim_end_matches('\u{fffd}');
    (!text.is_empty()).then(|| text.to_owned())
}
