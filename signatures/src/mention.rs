//! Mentions: parts of lines that name an error which was not thrown, such as a list of loaded classes, a `throws` clause or
//! a setting. A signature does not see them, so that none of its patterns has to exclude them.
//!
//! Each is a file in `mentions/`, with a pattern and samples; `{name}` in the pattern is the name of a class that ends in
//! `Error` or `Exception`. They are searched only in a line in which a signature matched.
//!
//! Doubts: a sentence of a log may have the form of a documentation, such as `if java.net.ConnectException`; then a real
//! error is not seen in this line.

use std::sync::OnceLock;

use regex::bytes::Regex;
use serde::Deserialize;

use crate::signature::{Sample, compile};

/// Every file of `mentions/`: its path and its text.
const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/mentions.rs"));

/// The pattern of `{name}`. All of a pattern is about bytes: names are ASCII, and a search without Unicode is fast.
const NAME: &str = r"(?:(?:[A-Za-z0-9_$]+[./])*[A-Za-z0-9_$]*(?:Error|Exception)\b)";

/// The form of a file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Mention {
    pattern: String,
    /// Lines in which it is found.
    #[cfg_attr(not(test), expect(dead_code, reason = "for tests"))]
    hit: Vec<Sample>,
    /// Lines in which it is not.
    #[cfg_attr(not(test), expect(dead_code, reason = "for tests"))]
    miss: Vec<Sample>,
}

/// The patterns of all files as one; `None` if a file is broken, which a test excludes.
fn pattern() -> Option<&'static Regex> {
    static PATTERN: OnceLock<Option<Regex>> = OnceLock::new();
    let compiled = || {
        let patterns: Option<Vec<String>> = FILES.iter().map(|(_, text)| own_pattern(text)).collect();
        compile(&patterns?.join("|")).ok()
    };
    PATTERN.get_or_init(compiled).as_ref()
}

fn own_pattern(text: &str) -> Option<String> {
    let mention: Mention = toml::from_str(text).ok()?;
    Some(format!("(?-u:{})", mention.pattern.replace("{name}", NAME)))
}

/// A line with spaces in place of its mentions; `None` if it has none.
pub(crate) fn masked(line: &[u8]) -> Option<Vec<u8>> {
    let mut masked: Option<Vec<u8>> = None;
    for found in pattern()?.find_iter(line) {
        let masked = masked.get_or_insert_with(|| line.to_vec());
        if let Some(part) = masked.get_mut(found.range()) {
            part.fill(b' ');
        }
    }
    masked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cost;

    #[test]
    fn samples_are_found_and_near_misses_are_not() {
        assert!(FILES.len() >= 6, "{} files", FILES.len());
        for (path, text) in FILES {
            let mention: Mention = toml::from_str(text).unwrap_or_else(|error| panic!("{path}: {error}"));
            let pattern = own_pattern(text).expect("the file was read");
            let samples = mention.hit.iter().chain(&mention.miss).map(|sample| sample.text.as_bytes());
            assert_eq!(cost::check(&pattern, true, samples), Ok(()), "{path}");
            let pattern = compile(&pattern).unwrap_or_else(|error| panic!("{path}: {error}"));
            assert!(!pattern.is_match(b""), "{path}");
            assert!(!mention.hit.is_empty() && !mention.miss.is_empty(), "{path}");
            for sample in &mention.hit {
                assert!(pattern.is_match(sample.text.as_bytes()), "{path}: {}", sample.text);
            }
            for sample in &mention.miss {
                assert!(!sample.why.is_empty(), "{path}: {}", sample.text);
                assert!(masked(sample.text.as_bytes()).is_none(), "{path}: {}", sample.text);
            }
        }
        assert!(pattern().is_some());
    }

    #[test]
    fn the_rest_of_a_line_stays() {
        let line = b"method x() throws a.b.CException: java.net.ConnectException: Connection refused";
        let masked = masked(line).expect("a throws clause");
        assert_eq!(masked.len(), line.len());
        assert!(masked.ends_with(b"   : java.net.ConnectException: Connection refused"));
    }
}
