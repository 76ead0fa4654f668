//! Product words in string literals of other packages: code must ask the topology instead.

use std::path::{Path, PathBuf};

use crate::Topology;

/// Literals that may hold a word: the file, a part of the literal, and the reason.
const ALLOWED: &[(&str, &str, &str)] = &[
    (
        "crates/artifacts/src/kinds/mod.rs",
        "spog_config.js",
        "a reader knows its file, as a parser knows its format",
    ),
    ("crates/diagnosis/src/checks/certificate/advice.rs", "spog_config.js", "prose of causes and steps"),
    ("crates/diagnosis/src/checks/late.rs", "Tomcat's logs begin after", "title of the check"),
    ("crates/diagnosis/src/checks/query_timeout.rs", "On the SQL Server: blocked", "prose of a step"),
    ("crates/diagnosis/src/checks/truststore.rs", "the Apache Tomcat service", "prose of a step"),
    ("src/cli/", "spoglight ", "examples of commands in help pages"),
    ("src/cli/help.rs", "*/icm/*=Europe/Rome", "an example in a help topic"),
];

/// Folders with code that may hold no product words. Parsers know their formats.
const FOLDERS: &[&str] = &["crates", "signatures/src", "src"];

fn root() -> PathBuf {
    // tests run in the folder of the package
    PathBuf::from("../..")
}

/// Files of code below a folder, as paths from the root with `/`, without tests and without this package.
fn files(folder: &str, found: &mut Vec<String>) {
    let entries = std::fs::read_dir(root().join(folder)).expect("a folder of the project");
    for entry in entries {
        let name = entry.expect("an entry").file_name().into_string().expect("a name in UTF-8");
        let path = format!("{folder}/{name}");
        if root().join(&path).is_dir() {
            if name != "tests" && path != "crates/topology" {
                files(&path, found);
            }
        } else if Path::new(&name).extension().is_some_and(|end| end == "rs")
            && name != "tests.rs"
            && name != "build.rs"
        {
            found.push(path);
        }
    }
}

/// String literals of a text in Rust, as they are written.
fn literals(text: &str) -> Vec<&str> {
    let bytes = text.as_bytes();
    let find = |from: usize, end: &str| text[from..].find(end).map_or(text.len(), |at| from + at);
    let (mut at, mut found) = (0, Vec::new());
    while at < bytes.len() {
        let rest = &text[at..];
        at = if rest.starts_with("//") {
            find(at, "\n")
        } else if rest.starts_with("'\"'") || rest.starts_with("'\\\"'") {
            find(at + 1, "'") + usize::from(rest.starts_with("'\\"))
        } else if rest.starts_with("r\"")
            || rest.starts_with("r#") && rest[1..].trim_start_matches('#').starts_with('"')
        {
            let hashes = rest[1..].bytes().take_while(|byte| *byte == b'#').count();
            let start = at + 2 + hashes;
            let end = find(start, &format!("\"{}", "#".repeat(hashes)));
            found.push(&text[start..end]);
            end + 1 + hashes
        } else if rest.starts_with('"') {
            let mut end = at + 1;
            while end < bytes.len() && bytes[end] != b'"' {
                end += if bytes[end] == b'\\' { 2 } else { 1 };
            }
            found.push(&text[at + 1..end.min(text.len())]);
            end + 1
        } else {
            at + rest.chars().next().map_or(1, char::len_utf8)
        };
    }
    found
}

/// Returns whether a literal holds a word that is no part of a longer one.
fn holds(literal: &str, word: &str) -> bool {
    let is_part =
        |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
    literal.match_indices(word).any(|(at, _)| {
        let (before, after) = (literal[..at].chars().next_back(), literal[at + word.len()..].chars().next());
        !is_part(before) && (word.ends_with('_') || !is_part(after))
    })
}

#[test]
fn literals_are_found() {
    let text =
        "let a = \"x\\\"y\"; // \"no\"\nlet b = r#\"z \"q\" \"#; let c = '\"'; let d = '\\\"'; f(\"é\");";
    assert_eq!(literals(text), ["x\\\"y", "z \"q\" ", "é"]);
    assert!(holds("C:\\\\icm\\\\x", "icm") && holds("eg_log_a", "eg_log_"));
    assert!(!holds("icm-traces_icm", "trace") && !holds("my_icm", "icm"));
}

/// A text in Rust without the guides of checks: they are prose for the explain page, and no code reads them.
fn without_guides(code: &str) -> String {
    let mut parts = code.split("    fn guide(&self) -> CheckGuide {\n");
    let mut kept = parts.next().unwrap_or_default().to_owned();
    kept.extend(parts.map(|part| part.split_once("\n    }\n").map_or(part, |(_, rest)| rest)));
    kept
}

#[test]
#[expect(clippy::disallowed_methods, reason = "these files are the project's own")]
fn product_words_are_in_the_topology_only() {
    let mut paths = Vec::new();
    for folder in FOLDERS {
        files(folder, &mut paths);
    }
    assert!(paths.len() > 100, "the sources were not found");
    let topology = Topology::embedded();
    let (words, names) = (topology.words(), topology.names());
    let mut used = vec![false; ALLOWED.len()];
    let mut wrong = Vec::new();
    for path in &paths {
        let text = std::fs::read_to_string(root().join(path)).expect("a file of the project");
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or(&text);
        let code = without_guides(code);
        for literal in literals(&code) {
            let word = words.iter().find(|word| holds(literal, word));
            let Some(word) = word.or_else(|| names.iter().find(|name| **name == literal)) else { continue };
            let allowed =
                |(file, part, _): &(&str, &str, &str)| path.starts_with(file) && literal.contains(part);
            match ALLOWED.iter().position(allowed) {
                Some(at) => used[at] = true,
                None => wrong.push(format!("{path}: {word:?} in {literal:?}")),
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "put these into signatures/topology.toml and ask for them:\n{}",
        wrong.join("\n")
    );
    for ((file, part, _), used) in ALLOWED.iter().zip(used) {
        assert!(used, "{file} has no such literal any more: {part:?}");
    }
}
