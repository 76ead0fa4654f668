//! [`UserSignatures`]: signatures that a user describes, in files of the same form as those of the library.
//!
//! A file with an error is reported, and the others are used. A signature with the id of one of the library replaces it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use spoglight_signatures::{DefinitionError, Library, Signature, SignatureId, verify};

use spoglight_source::{Problem, read_small_text};

/// Signatures that the user described.
#[derive(Debug, Clone, Default)]
pub struct UserSignatures {
    signatures: Vec<Signature>,
    problems: Vec<Problem>,
}

/// Advice for a file that is not a signature.
const ADVICE: &str = "fix it (`spoglight signatures test FILE` checks it); the other signatures were used";

impl UserSignatures {
    /// Adds all `*.toml` of a folder and the folders in it, in the order of their names, or one file.
    pub fn add(&mut self, path: &Path) {
        let mut files = Vec::new();
        collect(path, &mut files, &mut self.problems);
        files.sort();
        for file in files {
            match read(&file) {
                Ok(signature) if self.signatures.iter().any(|known| known.id == signature.id) => {
                    let what = format!("has the id {:?} of another custom signature", signature.id);
                    self.problem(&file, what);
                }
                Ok(signature) => self.signatures.push(signature),
                Err(what) => self.problem(&file, what),
            }
        }
    }

    fn problem(&mut self, file: &Path, what: String) {
        self.problems.push(Problem::new(file.display().to_string(), what, ADVICE));
    }

    /// The signatures.
    pub fn iter(&self) -> impl Iterator<Item = &Signature> {
        self.signatures.iter()
    }

    /// Files that could not be used, with the reasons.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Returns the library with these, and the problems with them.
    pub fn and_embedded(&self) -> Result<(Library, Vec<Problem>), DefinitionError> {
        let embedded = Library::embedded()?;
        if self.signatures.is_empty() {
            return Ok((embedded, self.problems.clone()));
        }
        let mut problems = self.problems.clone();
        let is_replaced = |signature: &&Signature| self.signatures.iter().all(|own| own.id != signature.id);
        let mut all: Vec<Signature> = embedded.iter().filter(is_replaced).cloned().collect();
        let ids: BTreeSet<SignatureId> =
            all.iter().chain(&self.signatures).map(|signature| signature.id.clone()).collect();
        for own in &self.signatures {
            let mut own = own.clone();
            own.explains.retain(|id| {
                let is_known = ids.contains(id);
                if !is_known {
                    problems.push(Problem::new(
                        format!("{}.toml", own.id),
                        format!("explains {id:?}, which is not the id of any signature"),
                        "use an id that `spoglight signatures list` shows; the rest of the signature was used",
                    ));
                }
                is_known
            });
            all.push(own);
        }
        Ok((Library::new(all)?, problems))
    }
}

/// Reads a file. The error has line and column.
fn read(file: &Path) -> Result<Signature, String> {
    let text = read_small_text(file).map_err(|error| format!("cannot be read: {error}"))?;
    // the error names the file again
    let name = file.display().to_string();
    let signature = Signature::read(&name, &text)
        .map_err(|error| error.to_string().replacen(&name, "", 1).trim_matches([' ', ':']).to_owned())?;
    // one line of a log could take minutes
    let costly = verify::costly(&signature).next();
    costly.map_or(Ok(signature), Err)
}

fn collect(path: &Path, files: &mut Vec<PathBuf>, problems: &mut Vec<Problem>) {
    if !path.is_dir() {
        return files.push(path.to_owned());
    }
    match std::fs::read_dir(path) {
        Ok(entries) => {
            for inner in entries.filter_map(|entry| Some(entry.ok()?.path())) {
                let is_toml = inner.extension().is_some_and(|end| end.eq_ignore_ascii_case("toml"));
                if inner.is_dir() || is_toml {
                    collect(&inner, files, problems);
                }
            }
        }
        Err(error) => problems.push(Problem::new(
            path.display().to_string(),
            format!("cannot be opened: {error}"),
            "check that the folder exists and is readable",
        )),
    }
}
