//! Lists every file of `library/` and `correlations/` so that the compiler embeds it: adding a signature or a rule is adding a
//! file.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    list("library")?;
    list("correlations")
}

/// Writes the list of all files of a folder.
#[expect(clippy::disallowed_methods, reason = "these files are the program's own, and small")]
fn list(folder: &str) -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join(folder);
    println!("cargo::rerun-if-changed={}", root.display());
    let mut files = Vec::new();
    collect(&root, &mut files)?;
    files.sort();
    let mut code = String::from("&[\n");
    for file in &files {
        let name = file.strip_prefix(&root).unwrap_or(file).to_string_lossy().replace('\\', "/");
        let _ = writeln!(code, "    ({name:?}, include_str!({:?})),", file.display().to_string());
    }
    code.push_str("]\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join(folder).with_extension("rs"), code)?;
    let mut lean = String::from("&[\n");
    for file in &files {
        let name = file.strip_prefix(&root).unwrap_or(file).to_string_lossy().replace('\\', "/");
        let _ = writeln!(lean, "    ({name:?}, {:?}),", without_samples(&fs::read_to_string(file)?));
    }
    lean.push_str("]\n");
    fs::write(out.join(format!("{folder}_lean.rs")), lean)
}

/// A signature without its lines: half of the text, which no search needs.
fn without_samples(text: &str) -> String {
    let mut keeps = true;
    let mut lean = String::new();
    for line in text.split_inclusive('\n') {
        match line.trim_end() {
            "[[hit]]" | "[[miss]]" => keeps = false,
            "[match]" | "[[peer]]" => keeps = true,
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
