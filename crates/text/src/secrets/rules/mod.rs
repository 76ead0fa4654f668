//! The spellings of secrets, as data: one file for each sort of text around them.

mod commands;
mod keys;
mod markup;
mod names;
mod requests;

/// Where the secret is.
#[derive(Debug, Clone, Copy)]
pub(super) enum End {
    /// It begins at the end of the match.
    Value,
    /// The same in a sentence: a word of letters alone is not a secret.
    Prose,
    /// It begins at the end of the match if it looks like a strong password: no word does.
    Strong,
    /// It is each group of the match.
    Groups,
    /// The group is a list of cookies: it is the value of each.
    Cookies,
    /// The group is a list of texts of SQL: it is each of them.
    Literals,
}

/// A spelling of secrets.
pub(super) struct SecretRule {
    /// Words of which a text that matches contains at least one; ASCII letters in any case.
    pub(super) words: &'static [&'static str],
    /// Texts of which it contains at least one, too, in this case; empty if there is no such text.
    pub(super) signs: &'static [&'static str],
    /// Pattern, in any case and without white space of its own. `{sep}`, `{key}` and `{suffix}` are replaced, see
    /// [`expanded`].
    pub(super) pattern: &'static str,
    /// Where the secret is.
    pub(super) end: End,
}

/// Words of which every text that matches `{key}` contains at least one.
pub(super) const KEY_WORDS: &[&str] = &[
    "passw",
    "passp",
    "passc",
    "pass_w",
    "pass-w",
    "pwd",
    "secret",
    "token",
    "apikey",
    "api_key",
    "api-key",
    "privatekey",
    "private_key",
    "private-key",
    "accountkey",
    "credential",
    "samlre",
    "kennwort",
];

/// Returns a pattern with its flags and its names replaced.
pub(super) fn expanded(pattern: &str) -> String {
    // what is between a name and its value: `=`, `: `, `=>`, also escaped, in full width, and with a line end
    let sep = r#"(?:\\*["'`]|&quot;|%(?:25)*2[27]|\\u0022)?\]?(?:\(\))?\s{0,16}(?:=>|:=|::|->|[=:\u{ff1d}\u{ff1a}\u{fe66}\u{fe55}]|%(?:25)*3[da]|\\u003[da]|&\#6[01];|&\#58;|\breturn(?:s|ed)\b:?)\s{0,8}"#;
    // what may follow a word for a secret without changing what it names
    let suffix = r"s?(?:[_\-.]?(?:value|text|hash|digest|clear|plain|enc(?:rypted|oded)?|old|new|confirm|[0-9]{1,2}))?";
    let key = r"(?:pass[_\-]?(?:word|wd|phrase|code|wort)|passw0rd|pwd|pswd|secret(?:[_\-.]?(?:access[_\-.]?)?key)?|token|(?:api|private|account)[_\-]?key|credentials?|kennwort|saml(?:response|request))";
    let pattern = pattern
        .replace("{sep}", sep)
        .replace("{key}", &format!("{key}{suffix}"))
        .replace("{suffix}", suffix)
        // a search with the word borders of Unicode is slow in text that is not ASCII
        .replace(r"\b", r"(?-u:\b)")
        .replace(r"\B", r"(?-u:\B)");
    format!("(?xi){}", with_cheap_letters(&pattern))
}

/// Replaces classes with `\w`, which come first in them: all letters of Unicode, sixty times in a row, are megabytes, and so
/// are their cases. Whatever is not ASCII is a letter here.
fn with_cheap_letters(pattern: &str) -> String {
    const LETTERS: &str = r"0-9A-Za-z_\x{80}-\x{10ffff}";
    let mut cheap = String::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once(r"\w") {
        let in_class = before.strip_suffix('[').zip(after.split_once(']'));
        let (before, others, below) = match in_class {
            Some((before, (others, below))) => (before, others, below),
            None => (before, "", after),
        };
        cheap.extend([before, "(?-i:[", LETTERS, others, "])"]);
        rest = below;
    }
    cheap + rest
}

/// The spellings, by file.
const ALL: [&[SecretRule]; 5] = [names::RULES, markup::RULES, requests::RULES, commands::RULES, keys::RULES];

/// All spellings.
pub(super) fn all() -> impl Iterator<Item = &'static SecretRule> {
    ALL.into_iter().flatten()
}
