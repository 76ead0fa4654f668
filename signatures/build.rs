//! Lists every file of `library/`, `tables/`, `correlations/` and `mentions/` so that the compiler embeds it: adding a
//! signature, a table, a rule or a mention is adding a file.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let library = [files("library")?, files("tables")?].concat();
    embed("library", &library)?;
    for folder in ["correlations", "mentions"] {
        embed(folder, &files(folder)?)?;
    }
    lean(&library)
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

/// Writes the texts of signatures without their samples.
#[expect(clippy::disallowed_methods, reason = "these files are the program's own, and small")]
fn lean(files: &[(String, PathBuf)]) -> io::Result<()> {
    let texts: io::Result<Vec<String>> = files
        .iter()
        .map(|(_, file)| Ok(format!("{:?}", without_samples(&fs::read_to_string(file)?))))
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

/// A signature without its lines: half of the text, which no search needs.
fn without_samples(text: &str) -> String {
    let mut keeps = true;
    let mut lean = String::new();
    for line in text.split_inclusive('\n') {
        match line.trim_end() {
            "[[hit]]" | "[[miss]]" => keeps = false,
            "[match]" | "[[peer]]" | "[table]" => keeps = true,
            _ => {}
        }
        if keeps {
            lean.push_str(line);
        }
    }
    lean
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
