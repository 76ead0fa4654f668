//! Placeholders in the steps of a signature: `{host}` is the value that its pattern captured as `host`.
//!
//! `{peer_host}` and `{peer_port}` are the address of the called system, if the message names exactly one.
//! `{host|peer_host}` is the first of these that was captured, `{peer_port|443}` is 443 if it was not. A value that is not captured is `<HOST>`. Values come from
//! logs, and people paste commands: only a value of safe characters is used, with spaces only between double quotes.
//! Other values stay `<HOST>`, too.

use std::fmt::Write as _;

use crate::event_match;
use crate::signature::Signature;

/// Placeholders in capitals, which stay in a text as they are: names of files and folders contain them.
const FIXED: &[&str] = &["SERVER", "PROCESS", "ECE_HOME"];

/// Host of the called system.
pub const PEER_HOST: &str = "peer_host";

/// Port of the called system.
pub const PEER_PORT: &str = "peer_port";

/// Longest value in bytes that is used.
const LONGEST: usize = 160;

/// Part of a text.
enum Piece<'a> {
    Text(&'a str),
    /// The names of captures, separated by `|`.
    Captures(&'a str),
}

/// Splits a text at its placeholders.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let (mut from, mut at) = (0, 0);
    while let Some(open) = text.get(at..).and_then(|rest| rest.find('{')).map(|open| at + open) {
        at = open + 1;
        let Some(length) = text.get(at..).and_then(|rest| rest.find('}')) else { break };
        let names = text.get(at..at + length).unwrap_or_default();
        if is_names(names) {
            pieces.push(Piece::Text(text.get(from..open).unwrap_or_default()));
            pieces.push(Piece::Captures(names));
            from = at + length + 1;
            at = from;
        }
    }
    pieces.push(Piece::Text(text.get(from..).unwrap_or_default()));
    pieces
}

fn is_names(names: &str) -> bool {
    let is_name = |name: &str| {
        is_number(name)
            || name.starts_with(|first: char| first.is_ascii_lowercase())
                && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    };
    let is_named = |name: &str| is_name(name) && !is_number(name);
    names.split('|').next().is_some_and(is_named) && names.split('|').all(is_name)
}

/// A value that is used if nothing was captured: `{peer_port|443}`.
fn is_number(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit())
}

/// The names of captures that a text uses, in their order.
pub fn names(text: &str) -> impl Iterator<Item = &str> {
    pieces(text).into_iter().flat_map(|piece| match piece {
        Piece::Text(_) => Vec::new(),
        Piece::Captures(names) => names.split('|').filter(|name| !is_number(name)).collect(),
    })
}

/// Replaces the placeholders of a text by captured values; `value` returns that of a name, `None` if it was not captured.
pub fn fill<'v>(text: &str, value: &dyn Fn(&str) -> Option<&'v str>) -> String {
    let mut out = String::with_capacity(text.len());
    for piece in pieces(text) {
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::Captures(names) => {
                let command = out.rsplit('`').next().unwrap_or_default();
                let is_quoted = command.matches('"').count() % 2 == 1;
                let captured = names
                    .split('|')
                    .filter_map(|name| if is_number(name) { Some(name) } else { value(name) })
                    .find(|value| is_safe(value, is_quoted));
                if let Some(captured) = captured {
                    out.push_str(captured);
                } else {
                    let name = names.split('|').next().unwrap_or_default();
                    let _ = write!(out, "<{}>", name.to_ascii_uppercase().replace('_', " "));
                }
            }
        }
    }
    out
}

/// Returns whether a value can be a part of a command, in cmd, PowerShell and a Unix shell, and changes nothing but the
/// value.
pub fn is_safe(value: &str, is_quoted: bool) -> bool {
    let is_plain = |one: char| one.is_alphanumeric() || "._-:/\\@+".contains(one);
    let fits = |one: char| is_plain(one) || is_quoted && " ()".contains(one);
    // a dash would be an option, a backslash would take the quotation mark after it
    let is_word = value.starts_with(|first: char| first.is_alphanumeric() || "/\\._".contains(first))
        && !value.ends_with(['\\', ' ']);
    is_word && value.len() <= LONGEST && value.chars().all(fits)
}

impl Signature {
    /// The steps that confirm it, without captured values: `<HOST>`.
    pub fn confirm_steps(&self) -> Vec<String> {
        self.confirm.iter().map(|step| fill(step, &|_| None)).collect()
    }

    /// The steps that fix it, without captured values.
    pub fn fix_steps(&self) -> Vec<String> {
        self.fix.iter().map(|step| fill(step, &|_| None)).collect()
    }

    /// Of [`PEER_HOST`] and [`PEER_PORT`] those that its steps use.
    pub(crate) fn peer_names(&self) -> impl Iterator<Item = &'static str> {
        let steps = || self.confirm.iter().chain(&self.fix);
        let is_used = move |name: &&str| {
            steps().any(|step| step.contains(*name) && names(step).any(|used| used == *name))
        };
        [PEER_HOST, PEER_PORT].into_iter().filter(is_used)
    }

    /// Checks that every placeholder is a capture of the pattern or one of the fixed ones.
    pub(crate) fn check_placeholders(&self) -> Result<(), String> {
        let captures = |pattern: &String, name: &str| {
            pattern.contains(&format!("(?P<{name}>")) || pattern.contains(&format!("(?<{name}>"))
        };
        let is_captured = |name: &str| {
            let matching = &self.matching;
            matching.pattern.iter().any(|pattern| captures(pattern, name))
                || matching
                    .event
                    .iter()
                    .filter_map(|event| event.pattern.as_ref())
                    .any(|one| captures(one, name))
                || !matching.event.is_empty() && event_match::CAPTURES.contains(&name)
        };
        for step in self.confirm.iter().chain(&self.fix) {
            if let Some(name) =
                names(step).find(|name| ![PEER_HOST, PEER_PORT].contains(name) && !is_captured(name))
            {
                return Err(format!(
                    "{{{name}}} in a step is no capture of the pattern; write <{name}> instead"
                ));
            }
            let capitals =
                step.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name);
            let is_name = |name: &&str| {
                !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
            };
            if let Some(name) = capitals.filter(is_name).find(|name| !FIXED.contains(name)) {
                return Err(format!(
                    "{{{name}}} in a step is no known placeholder; a capture is in lower case, others are {}",
                    FIXED.join(", ")
                ));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(text: &str, values: &[(&str, &str)]) -> String {
        let values: Vec<(String, String)> =
            values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        fill(text, &|name| values.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str()))
    }

    #[test]
    fn captures_are_filled_and_others_stay_marked() {
        let step = "Run `Test-NetConnection {host} -Port {port}`; see {ECE_HOME} and `{Add='<ip>'}`.";
        assert_eq!(
            filled(step, &[("host", "dc03.lab.example"), ("port", "636")]),
            "Run `Test-NetConnection dc03.lab.example -Port 636`; see {ECE_HOME} and `{Add='<ip>'}`."
        );
        assert_eq!(
            filled(step, &[("host", "dc03.lab.example")]),
            "Run `Test-NetConnection dc03.lab.example -Port <PORT>`; see {ECE_HOME} and `{Add='<ip>'}`."
        );
        assert_eq!(filled("{tls_host|host}", &[("host", "a")]), "a");
        assert_eq!(filled("{tls_host|host} {", &[]), "<TLS HOST> {");
        assert_eq!(filled("{peer_port|443} {443} {port}", &[]), "443 {443} <PORT>");
        assert_eq!(names("{a|b} and {c}, {D}").collect::<Vec<_>>(), ["a", "b", "c"]);
    }

    #[test]
    fn a_value_cannot_change_the_command() {
        for hostile in [
            "dc01 & del /q C:\\*",
            "dc01;reboot",
            "$(reboot)",
            "`reboot`",
            "a|b",
            "a\nreboot",
            "%COMSPEC%",
            "-delete",
            "a'b",
            "\"a",
            "a>b",
            "dc01\u{202e}x",
            "\u{201c}x",
            "x -storepass y",
            "{port}",
            "",
        ] {
            assert_eq!(
                filled("ping {host}", &[("host", hostile), ("port", "1")]),
                "ping <HOST>",
                "{hostile:?}"
            );
        }
        assert_eq!(filled("ping {host}", &[("host", &"a".repeat(200))]), "ping <HOST>");
        let path = "C:\\Program Files (x86)\\ece.jks";
        assert_eq!(
            filled("`keytool -keystore \"{path}\" -list`", &[("path", path)]),
            format!("`keytool -keystore \"{path}\" -list`")
        );
        assert_eq!(
            filled("`keytool -keystore {path} -list`", &[("path", path)]),
            "`keytool -keystore <PATH> -list`"
        );
        assert_eq!(filled("`\"{path}\"`", &[("path", "C:\\x\\")]), "`\"<PATH>\"`");
        assert_eq!(filled("`\"{path}\"`", &[("path", "a\" & b")]), "`\"<PATH>\"`");
    }
}
