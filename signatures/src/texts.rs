//! Sentences that several signatures, rules and checks have in common: `texts.toml`. `{{name}}` in a text of a file is
//! replaced by the sentence when the file is read.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::de::DeserializeOwned;
use toml::Value;

/// The file that is part of the program.
const FILE: &str = include_str!("../texts.toml");

/// The sentences by name.
static TEXTS: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| toml::from_str(FILE).unwrap_or_default());

/// Returns a shared sentence; an empty text if there is none of that name.
pub fn shared_text(name: &str) -> &'static str {
    TEXTS.get(name).map_or("", String::as_str)
}

/// Reads a definition from the text of its file, with the shared sentences in place of their names.
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Result<T, toml::de::Error> {
    if !text.contains("{{") {
        return toml::from_str(text);
    }
    let mut value: Value = toml::from_str(text)?;
    let unknown = |name| serde::de::Error::custom(format!("texts.toml has no text {name:?}"));
    expand(&mut value).map_err(unknown)?;
    value.try_into()
}

/// Reads a definition from JSON, as the build makes it of TOML. The error is a sentence.
pub(crate) fn read_json<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    if !text.contains("{{") {
        return serde_json::from_str(text).map_err(|error| error.to_string());
    }
    let mut value: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    expand(&mut value).map_err(|name| format!("texts.toml has no text {name:?}"))?;
    value.try_into().map_err(|error| error.to_string())
}

/// Replaces names in every string; the error is a name that is not known.
fn expand(value: &mut Value) -> Result<(), String> {
    match value {
        Value::String(text) => {
            while let Some((from, to)) = reference(text) {
                let name = text.get(from + 2..to - 2).unwrap_or_default();
                let shared = TEXTS.get(name).ok_or_else(|| name.to_owned())?;
                text.replace_range(from..to, shared);
            }
            Ok(())
        }
        Value::Array(values) => values.iter_mut().try_for_each(expand),
        Value::Table(table) => table.iter_mut().try_for_each(|(_, value)| expand(value)),
        _ => Ok(()),
    }
}

/// The range of the first `{{name}}` in a text. A name has small letters and hyphens, so patterns have none.
fn reference(text: &str) -> Option<(usize, usize)> {
    text.match_indices("{{").find_map(|(at, _)| {
        let rest = text.get(at + 2..)?;
        let length = rest.bytes().take_while(|byte| byte.is_ascii_lowercase() || *byte == b'-').count();
        (length > 0 && rest.get(length..)?.starts_with("}}")).then_some((at, at + length + 4))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_replaced_and_an_unknown_one_is_an_error() {
        let error = read::<Value>("fix = [\"{{no-such-text}}\"]").expect_err("no such text");
        assert!(error.to_string().contains("no-such-text"), "{error}");
        let value: Value = read("fix = [\"a {{restart-ads}}\", \"x{2}{{3}}\"]").expect("a table");
        let texts = value["fix"].as_array().expect("a list");
        assert_eq!(texts[0].as_str(), Some(format!("a {}", shared_text("restart-ads")).as_str()));
        assert_eq!(texts[1].as_str(), Some("x{2}{{3}}"));
        assert_eq!(shared_text("no-such-text"), "");
    }

    #[test]
    fn every_text_is_a_sentence() {
        assert!(!TEXTS.is_empty());
        for (name, text) in TEXTS.iter() {
            assert!(text.ends_with('.') && !text.contains("{{"), "{name}");
            assert_eq!(reference(&format!("{{{{{name}}}}}")), Some((0, name.len() + 4)), "{name}");
        }
    }
}
