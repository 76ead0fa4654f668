//! Lists every file of `library/`, `tables/`, `correlations/` and `mentions/` so that the compiler embeds it: adding a
//! signature, a table, a rule or a mention is adding a file. Their content gets a hash, which reports show as part of the
//! library's edition.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let library = [files("library")?, files("tables")?].concat();
    embed("library", &library)?;
    let rules = files("correlations")?;
    embed("correlations", &rules)?;
    embed("mentions", &files("mentions")?)?;
    content(&library, &rules)?;
    lean(&library)
}

/// Writes a hash of all signatures, rules and shared sentences, and the numbers of signatures and rules.
#[expect(clippy::disallowed_methods, reason = "these files are the program's own, and small")]
fn content(library: &[(String, PathBuf)], rules: &[(String, PathBuf)]) -> io::Result<()> {
    let texts = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("texts.toml");
    println!("cargo::rerun-if-changed={}", texts.display());
    let texts = ("texts.toml".to_owned(), texts);
    // FNV-1a; a checkout may have other line ends
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for (place, file) in library.iter().chain(rules).chain([&texts]) {
        let text = fs::read_to_string(file)?;
        for byte in place.bytes().chain([0]).chain(text.bytes().filter(|byte| *byte != b'\r')).chain([0]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    let code = format!("({:?}, {}, {})\n", format!("{hash:016x}"), library.len(), rules.len());
    fs::write(PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("content.rs"), code)
}

/// All files of a folder, by their places in it; those of `tables` by their places in the package.
fn files(folder: &str) -> io::Result<Vec<(String, PathBuf)>> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join(folder);
    println!("cargo::rerun-if-changed={}", root.display());
    let mut files = Vec::new();
    collect(&root, &mut files)?;
    files.sort();
    // the folder of a signature is its area
    let above = if folder == "tables" { root.parent().unwrap_or(&root) } else { &root };
    let place = |file: PathBuf| {
        (file.strip_prefix(above).unwrap_or(&file).to_string_lossy().replace('\\', "/"), file)
    };
    Ok(files.into_iter().map(place).collect())
}

/// Writes the list of some files with their texts.
fn embed(name: &str, files: &[(String, PathBuf)]) -> io::Result<()> {
    let texts = files.iter().map(|(_, file)| format!("include_str!({:?})", file.display().to_string()));
    write(name, files, texts)
}

/// Writes the signatures without their samples, which no search needs, as JSON: every run reads them. A file that is not
/// TOML stays as it is, so that its error is that of the library.
#[expect(clippy::disallowed_methods, reason = "these files are the program's own, and small")]
fn lean(files: &[(String, PathBuf)]) -> io::Result<()> {
    let texts: io::Result<Vec<String>> = files
        .iter()
        .map(|(_, file)| {
            let text = fs::read_to_string(file)?;
            let lean = text.parse::<toml::Table>().ok().and_then(|mut table| {
                table.remove("hit");
                table.remove("miss");
                let resolved = table.get_mut("resolved").and_then(toml::Value::as_array_mut);
                for one in resolved.into_iter().flatten().filter_map(toml::Value::as_table_mut) {
                    one.remove("line");
                    one.remove("other");
                }
                serde_json::to_string(&table).ok()
            });
            Ok(format!("{:?}", lean.unwrap_or(text)))
        })
        .collect();
    write("library_lean", files, texts?.into_iter())
}

/// Writes a list of places and texts, these as Rust code.
fn write(name: &str, files: &[(String, PathBuf)], texts: impl Iterator<Item = String>) -> io::Result<()> {
    let mut code = String::from("&[\n");
    for ((place, _), text) in files.iter().zip(texts) {
        let _ = writeln!(code, "    ({place:?}, {text}),");
    }
    code.push_str("]\n");
    fs::write(PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join(name).with_extension("rs"), code)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            files.push(path);
        }
    }
    Ok(())
}
