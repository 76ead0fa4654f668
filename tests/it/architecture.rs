//! The layers, kept by a test: which package may use which, what lives in one package only, and no import cycle between
//! packages or between the modules of one package. `ARCHITECTURE.md` shows the same table.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Each package, the folder it is in, and the packages of the workspace that it may use. Lowest first.
const PACKAGES: &[(&str, &str, &[&str])] = &[
    ("artifacts", "crates/artifacts", &[]),
    ("parsers", "parsers", &[]),
    ("text", "crates/text", &[]),
    ("topology", "crates/topology", &[]),
    ("query", "crates/query", &["parsers", "text"]),
    ("signatures", "signatures", &["parsers", "topology"]),
    ("source", "crates/source", &["text", "topology"]),
    ("time", "crates/time", &["parsers", "text"]),
    ("follow", "crates/follow", &["source"]),
    ("model", "crates/model", &["parsers", "signatures", "source", "text", "time", "topology"]),
    (
        "engine",
        "crates/engine",
        &["artifacts", "model", "parsers", "query", "signatures", "source", "text", "time", "topology"],
    ),
    (
        "diagnosis",
        "crates/diagnosis",
        &["artifacts", "engine", "model", "parsers", "signatures", "source", "text", "time", "topology"],
    ),
    ("collect", "crates/collect", &["artifacts", "engine", "parsers", "source", "text", "time", "topology"]),
    ("probe", "crates/probe", &[]),
    (
        "browse",
        "crates/browse",
        &[
            "diagnosis",
            "engine",
            "model",
            "parsers",
            "query",
            "signatures",
            "source",
            "text",
            "time",
            "topology",
        ],
    ),
    (
        "report",
        "crates/report",
        &[
            "diagnosis",
            "engine",
            "model",
            "parsers",
            "query",
            "signatures",
            "source",
            "text",
            "time",
            "topology",
        ],
    ),
    (
        "tail",
        "crates/tail",
        &[
            "diagnosis",
            "engine",
            "follow",
            "model",
            "parsers",
            "query",
            "signatures",
            "source",
            "text",
            "time",
            "topology",
        ],
    ),
    (
        "tui",
        "crates/tui",
        &[
            "browse",
            "diagnosis",
            "engine",
            "model",
            "parsers",
            "query",
            "report",
            "signatures",
            "source",
            "text",
            "time",
        ],
    ),
    (
        "spoglight",
        ".",
        &[
            "browse",
            "collect",
            "diagnosis",
            "engine",
            "follow",
            "model",
            "parsers",
            "probe",
            "query",
            "report",
            "signatures",
            "source",
            "tail",
            "text",
            "time",
            "tui",
        ],
    ),
];

/// Packages from elsewhere that only one package of the workspace may use.
const ONE_OWNER: &[(&str, &str)] = &[
    ("anyhow", "spoglight"),
    ("clap", "spoglight"),
    ("crossterm", "tui"),
    ("ctrlc", "spoglight"),
    ("indicatif", "spoglight"),
    ("notify", "follow"),
    ("ratatui", "tui"),
    ("sevenz-rust2", "source"),
    ("tar", "source"),
    ("tui-input", "tui"),
    ("zip", "source"),
];

fn root() -> &'static Path {
    Path::new(".")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Names under `[dependencies]` and its target-specific tables, without those for tests.
fn dependencies(folder: &str) -> BTreeSet<String> {
    let manifest = read(&root().join(folder).join("Cargo.toml"));
    let mut names = BTreeSet::new();
    let mut is_dependency = false;
    for line in manifest.lines() {
        if let Some(table) = line.trim().strip_prefix('[') {
            let table = table.trim_end_matches(']');
            is_dependency =
                table == "dependencies" || table.starts_with("target.") && table.ends_with(".dependencies");
        } else if is_dependency && let Some((name, _)) = line.split_once(['.', '=', ' ']) {
            names.insert(name.trim().to_owned());
        }
    }
    names.remove("");
    names.retain(|name| !name.starts_with('#'));
    names
}

fn ours(names: &BTreeSet<String>) -> BTreeSet<&str> {
    names.iter().filter_map(|name| name.strip_prefix("spoglight-")).collect()
}

#[test]
fn every_package_is_in_the_table_and_uses_what_the_table_allows() {
    let listed: BTreeSet<PathBuf> = PACKAGES.iter().map(|(_, folder, _)| root().join(folder)).collect();
    for entry in fs::read_dir(root().join("crates")).expect("crates") {
        let folder = entry.expect("an entry").path();
        assert!(listed.contains(&folder), "{} is in no line of the table", folder.display());
    }
    let mut wrong = Vec::new();
    for (name, folder, allowed) in PACKAGES {
        let found = dependencies(folder);
        for used in ours(&found) {
            if !allowed.contains(&used) {
                wrong.push(format!("{name} uses {used}, which the table does not allow"));
            }
        }
        for used in *allowed {
            if !ours(&found).contains(used) {
                wrong.push(format!("{name} does not use {used}, which the table allows: remove it there"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn packages_use_only_lower_packages() {
    let place = |name: &str| PACKAGES.iter().position(|(other, _, _)| *other == name);
    for (at, (name, _, allowed)) in PACKAGES.iter().enumerate() {
        for used in *allowed {
            assert!(place(used).is_some_and(|lower| lower < at), "{name} uses {used}, which is not below it");
        }
    }
}

#[test]
fn some_libraries_have_one_owner() {
    for (library, owner) in ONE_OWNER {
        for (name, folder, _) in PACKAGES {
            assert!(
                name == owner || !dependencies(folder).contains(*library),
                "{name} uses {library}, which is for {owner} only"
            );
        }
    }
}

#[test]
fn architecture_md_shows_this_table() {
    let document = read(&root().join("ARCHITECTURE.md"));
    let (_, rest) = document.split_once("<!-- packages:begin -->").expect("the begin of the table");
    let (table, _) = rest.split_once("<!-- packages:end -->").expect("the end of the table");
    let shown: Vec<&str> = table
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with("| ") && !line.starts_with("| package"))
        .collect();
    let rows: Vec<String> = PACKAGES
        .iter()
        .map(|(name, _, allowed)| {
            let allowed = if allowed.is_empty() { "none".to_owned() } else { allowed.join(", ") };
            format!("| {name} | {allowed} |")
        })
        .collect();
    assert_eq!(
        shown.join("\n"),
        rows.join("\n"),
        "the table of ARCHITECTURE.md should be:\n{}",
        rows.join("\n")
    );
}

/// Source files of a package that are not tests, with their text.
fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    let mut folders = vec![root().join(folder).join("src")];
    while let Some(next) = folders.pop() {
        let Ok(entries) = fs::read_dir(&next) else { continue };
        for entry in entries {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            if path.is_dir() && name != "tests" {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") && name != "tests.rs" {
                let text = read(&path);
                files.push((path, without_tests(&text)));
            }
        }
    }
    files.sort();
    files
}

/// The text up to its test module, without comments.
fn without_tests(text: &str) -> String {
    let end = text.find("#[cfg(test)]\nmod ").unwrap_or(text.len());
    let lines = text[..end].lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// Path of the module that a file of a package is, from the root of the package.
fn module(folder: &str, file: &Path) -> Vec<String> {
    let path =
        file.strip_prefix(root().join(folder).join("src")).expect("a file of the package").with_extension("");
    let mut parts: Vec<String> = path.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if parts.last().is_some_and(|last| ["mod", "lib", "main"].contains(&last.as_str())) {
        parts.pop();
    }
    parts
}

/// First names of the paths that follow `prefix`: `crate::a::b` and each branch of `crate::{a::b, c}`.
fn heads(text: &str, prefix: &str) -> Vec<String> {
    let mut found = Vec::new();
    let word = |text: &str| -> String {
        text.trim_start().chars().take_while(|one| one.is_alphanumeric() || *one == '_').collect()
    };
    for (at, _) in text.match_indices(prefix) {
        if text[..at].ends_with(|one: char| one.is_alphanumeric() || one == '_' || one == ':') {
            continue;
        }
        let rest = &text[at + prefix.len()..];
        if let Some(list) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut start = 0;
            for (place, one) in list.char_indices() {
                match one {
                    '{' => depth += 1,
                    '}' if depth == 0 => {
                        found.push(word(&list[start..place]));
                        break;
                    }
                    '}' => depth -= 1,
                    ',' if depth == 0 => {
                        found.push(word(&list[start..place]));
                        start = place + 1;
                    }
                    _ => {}
                }
            }
        } else {
            found.push(word(rest));
        }
    }
    found
}

/// Top-level modules of a package, each with those that it imports.
fn imports(folder: &str) -> BTreeMap<String, BTreeSet<String>> {
    let files = sources(folder);
    let tops: BTreeSet<String> =
        files.iter().filter_map(|(file, _)| module(folder, file).first().cloned()).collect();
    let mut edges: BTreeMap<String, BTreeSet<String>> =
        tops.iter().map(|top| (top.clone(), BTreeSet::new())).collect();
    for (file, text) in &files {
        let path = module(folder, file);
        let Some(top) = path.first() else { continue };
        let mut used = heads(text, "crate::");
        used.extend(heads(text, &"super::".repeat(path.len())));
        for other in used {
            if tops.contains(&other) && other != *top {
                edges.entry(top.clone()).or_default().insert(other);
            }
        }
    }
    edges
}

/// A cycle of imports, if there is one.
fn cycle(edges: &BTreeMap<String, BTreeSet<String>>) -> Option<Vec<String>> {
    fn visit(
        at: &str,
        edges: &BTreeMap<String, BTreeSet<String>>,
        way: &mut Vec<String>,
        done: &mut BTreeSet<String>,
    ) -> Option<Vec<String>> {
        if let Some(start) = way.iter().position(|other| other == at) {
            return Some(way[start..].iter().cloned().chain([at.to_owned()]).collect());
        }
        if done.contains(at) {
            return None;
        }
        way.push(at.to_owned());
        for next in edges.get(at).into_iter().flatten() {
            if let Some(found) = visit(next, edges, way, done) {
                return Some(found);
            }
        }
        way.pop();
        done.insert(at.to_owned());
        None
    }
    let mut done = BTreeSet::new();
    edges.keys().find_map(|at| visit(at, edges, &mut Vec::new(), &mut done))
}

#[test]
fn modules_of_a_package_do_not_import_in_a_circle() {
    let mut wrong = Vec::new();
    for (name, folder, _) in PACKAGES {
        if let Some(found) = cycle(&imports(folder)) {
            wrong.push(format!("{name}: {}", found.join(" -> ")));
        }
    }
    assert!(wrong.is_empty(), "import cycles between modules:\n{}", wrong.join("\n"));
}

#[test]
fn a_forbidden_import_is_found() {
    let edges = |pairs: &[(&str, &str)]| {
        let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (from, to) in pairs {
            edges.entry((*from).to_owned()).or_default().insert((*to).to_owned());
        }
        edges
    };
    assert_eq!(cycle(&edges(&[("a", "b"), ("b", "c"), ("a", "c")])), None);
    let found = cycle(&edges(&[("a", "b"), ("b", "c"), ("c", "a")])).expect("a cycle");
    assert_eq!(found, ["a", "b", "c", "a"]);
    let text =
        "use crate::{one::Two, three, four::{five, six}};\nlet x = crate::seven::y(); not_crate::eight;";
    assert_eq!(heads(text, "crate::"), ["one", "three", "four", "seven"]);
    assert_eq!(heads("use super::super::a::B; use super::c;", "super::super::"), ["a"]);
}

#[test]
fn files_are_short() {
    let long: Vec<String> = PACKAGES
        .iter()
        .flat_map(|(_, folder, _)| sources(folder))
        .map(|(file, _)| (read(&file).lines().count(), file))
        .filter(|(lines, _)| *lines >= 500)
        .map(|(lines, file)| format!("{} has {lines} lines", file.display()))
        .collect();
    assert!(long.is_empty(), "split these, 500 lines are too many:\n{}", long.join("\n"));
}

#[test]
fn a_public_type_has_a_name_of_its_own() {
    let mut places: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (package, folder, _) in PACKAGES {
        for (_, text) in sources(folder) {
            for line in text.lines() {
                let Some(rest) = line.trim_start().strip_prefix("pub ") else { continue };
                let mut words = rest.split(|one: char| !one.is_alphanumeric() && one != '_');
                if words
                    .next()
                    .is_some_and(|word| ["struct", "enum", "trait", "type", "union"].contains(&word))
                {
                    let name = words.next().unwrap_or_default().to_owned();
                    // an associated type is no name of a package
                    if !line.starts_with(char::is_whitespace) {
                        places.entry(name).or_default().insert((*package).to_owned());
                    }
                }
            }
        }
    }
    let twice: Vec<String> = places
        .iter()
        .filter(|(_, packages)| packages.len() > 1)
        .map(|(name, packages)| {
            format!("{name}: {}", packages.iter().cloned().collect::<Vec<_>>().join(", "))
        })
        .collect();
    assert!(twice.is_empty(), "one name for two types:\n{}", twice.join("\n"));
}
