//! Masks passwords, tokens and keys in text that leaves the program: the secret is replaced, the word before it
//! stays.
//!
//! This masks the few lines that a report shows. A signature counts the secrets of a collection, because signatures
//! search the whole text.

use std::borrow::Cow;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use regex::Regex;

/// Replacement of a secret, after the word that announces it.
const MASKED: &str = "${1}***";

/// A word that announces a secret, and the secret.
static SECRET: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"(?ix)
        ( (?:store|key)pass \s+
        | \b (?: password | passwd | pwd | passphrase ) ["']? \s* [=] \s* ["']?
        | (?: client_?secret | access_token | refresh_token | id_token | api[_-]?key ) ["']? \s* [=:] \s* ["']?
        | " (?: password | passwd | pwd | secret ) " \s* : \s* "
        | \b (?: bearer | basic ) \s+
        )
        ( [^\s"'*<>$;,&{}\[\]()]{3,} )"#,
    )
    .ok()
});

/// Words of which every text with a secret holds at least one. Most texts hold none, and this search is ten times
/// faster.
static WORDS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let words = ["pass", "pwd", "secret", "token", "api", "bearer", "basic"];
    AhoCorasick::builder().ascii_case_insensitive(true).kind(Some(AhoCorasickKind::DFA)).build(words).ok()
});

/// Returns the text without secrets.
pub fn mask(text: &str) -> Cow<'_, str> {
    if WORDS.as_ref().is_some_and(|words| !words.is_match(text)) {
        return Cow::Borrowed(text);
    }
    match &*SECRET {
        Some(secret) => secret.replace_all(text, MASKED),
        None => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_stays_and_the_secret_goes() {
        for (text, masked) in [
            ("keytool -storepass s3cret -import", "keytool -storepass *** -import"),
            ("user=egain;password=Lab#12345;ssl=true", "user=egain;password=***;ssl=true"),
            ("Authorization: Bearer eyJhbGci.e30.x-y", "Authorization: Bearer ***"),
            (r#"{"client_secret":"8Q~lab","a":1}"#, r#"{"client_secret":"***","a":1}"#),
            (r#"{"Password": "x y"}"#, r#"{"Password": "x y"}"#), // too short to be sure
            ("keystore password was incorrect", "keystore password was incorrect"),
            ("LDAP: error code 49, data 52e", "LDAP: error code 49, data 52e"),
        ] {
            assert_eq!(mask(text), masked);
        }
        assert!(SECRET.is_some() && WORDS.is_some(), "the patterns are some");
    }
}
