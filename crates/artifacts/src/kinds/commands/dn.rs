//! Names of certificates as commands print them, in the notation of RFC 4514: the most specific part first.

use crate::names::escaped;

/// A name whose most specific part is first, as keytool and certutil print it (`CN=a, O="Lab, Inc."`), and its common
/// name.
pub(super) fn specific_first(text: &str) -> (String, Option<String>) {
    of_parts(&parts(text))
}

/// A name in the order of the certificate, as OpenSSL prints it: `C = US, O = "Lab, Inc.", CN = a`, `C=US, CN=a`, `/C=US/CN=a`.
pub(super) fn specific_last(text: &str) -> (String, Option<String>) {
    let text = text.trim();
    let mut parts = if text.starts_with('/') { slashed(text) } else { parts(text) };
    parts.reverse();
    of_parts(&parts)
}

/// A name of which each part has a line of its own.
pub(super) fn of_lines(lines: &[&str]) -> (String, Option<String>) {
    let parts: Vec<&str> = lines.iter().map(|line| line.trim()).collect();
    of_parts(&parts)
}

/// Returns whether a text may be a name: it begins with a key and a value.
pub(super) fn is_name(text: &str) -> bool {
    let text = text.trim().trim_start_matches('/');
    text.split_once('=').is_some_and(|(key, _)| {
        let key = key.trim();
        !key.is_empty()
            && key.len() < 40
            && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.')
    })
}

fn of_parts(parts: &[&str]) -> (String, Option<String>) {
    let mut named: Vec<String> = Vec::new();
    let mut common = None;
    for part in parts {
        let Some((key, value)) = part.split_once('=') else { continue };
        let key = key.trim();
        let key = match key {
            "EMAILADDRESS" | "E" => "emailAddress",
            "S" => "ST",
            "SERIALNUMBER" => "serialNumber",
            _ => key.strip_prefix("OID.").unwrap_or(key),
        };
        let value = value.trim();
        let quoted = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
        let value = match quoted {
            // certutil doubles a quotation mark, the others escape it
            Some(value) => value.replace("\\\"", "\"").replace("\"\"", "\"").replace("\\\\", "\\"),
            None => value.replace("\\,", ","),
        };
        if key == "CN" && common.is_none() {
            common = Some(value.clone());
        }
        named.push(format!("{key}={}", escaped(&value)));
    }
    (named.join(","), common)
}

/// The parts of a name; a comma in quotes belongs to its part.
fn parts(text: &str) -> Vec<&str> {
    let (mut parts, mut from, mut is_quoted, mut is_escaped) = (Vec::new(), 0, false, false);
    for (at, letter) in text.char_indices() {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => {
                parts.push(text.get(from..at).unwrap_or_default().trim());
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text.get(from..).unwrap_or_default().trim());
    parts
}

/// The parts of `/C=US/O=Lab`; a slash that no key follows belongs to its part.
fn slashed(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut from = 1;
    for (at, _) in text.match_indices('/').skip(1) {
        if text.get(at + 1..).is_some_and(is_name) {
            parts.extend(text.get(from..at));
            from = at + 1;
        }
    }
    parts.extend(text.get(from..));
    parts
}

/// A serial number in hexadecimal as the certificate has it: whole bytes.
pub(super) fn serial(hex: &str) -> String {
    let hex: String = hex.chars().filter(|one| *one != ':' && *one != ' ').collect();
    let hex = hex.to_ascii_lowercase();
    if hex.len() % 2 == 1 { format!("0{hex}") } else { hex }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_three_tools() {
        let expected = ("CN=a,O=Lab\\, Inc.,C=US".to_owned(), Some("a".to_owned()));
        assert_eq!(specific_first("CN=a, O=\"Lab, Inc.\", C=US"), expected);
        assert_eq!(specific_last("C = US, O = \"Lab, Inc.\", CN = a"), expected);
        assert_eq!(specific_last("C=US, O=\"Lab, Inc.\", CN=a"), expected);
        assert_eq!(specific_last("C=US, O=Lab\\, Inc., CN=a"), expected);
        assert_eq!(specific_last("/C=US/O=Lab, Inc./CN=a"), expected);
        assert_eq!(of_lines(&["    CN=a", "    O=\"Lab, Inc.\"", "    C=US"]), expected);
        assert_eq!(specific_last("/C=US/O=a/b").0, "O=a/b,C=US");
        assert_eq!(specific_first("E=x@y, S=MA").0, "emailAddress=x@y,ST=MA");
        assert_eq!((serial("39A").as_str(), serial("3b:9A").as_str()), ("039a", "3b9a"));
    }
}
