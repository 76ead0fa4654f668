//! [`UserSignatures`]: signatures and rules that a user describes, in files of the same form as those of the library,
//! and packs of them.
//!
//! A file with an error is reported, and the others are used. A definition with the id of a built-in one replaces it.

mod files;
mod pack;

use std::collections::BTreeSet;
use std::path::Path;

use spoglight_signatures::{
    Definition, DefinitionError, Library, LibraryEdition, PackManifest, Rule, Signature, SignatureId, verify,
};

use spoglight_source::Problem;

use files::DefinitionFile;
pub use pack::{PackFile, pack_files};

/// Signatures and rules that the user described.
#[derive(Debug, Clone, Default)]
pub struct UserSignatures {
    sets: Vec<DefinitionSet>,
    problems: Vec<Problem>,
}

/// The definitions of a folder, a file or a pack.
#[derive(Debug, Clone, Default)]
struct DefinitionSet {
    /// Of a pack.
    manifest: Option<PackManifest>,
    signatures: Vec<Signature>,
    rules: Vec<Rule>,
    problems: Vec<Problem>,
}

/// Advice for a file that is not a definition.
const ADVICE: &str = "fix it (`spoglight signatures test FILE` checks it); the other signatures were used";

/// Advice for a pack that cannot be used.
const PACK: &str = "get the pack again from its author; the built-in signatures were used";

impl UserSignatures {
    /// Adds a TOML file, a pack (an archive with a `pack.toml`), or all TOML files and packs of a folder and the folders
    /// in it, in the order of their names. A pack replaces one of the same name that was added before.
    pub fn add(&mut self, path: &Path) {
        let found = files::find(path, &mut self.problems);
        let read = |text: Result<String, String>| text.and_then(|text| PackManifest::read(&text));
        match found.pack.map(read).transpose() {
            Ok(manifest) => self.add_set(manifest, found.definitions),
            Err(what) => {
                let manifest = path.join(spoglight_signatures::MANIFEST);
                self.problems.push(Problem::new(manifest.display().to_string(), what, PACK));
            }
        }
        for archive in found.archives {
            match pack::open(&archive) {
                Ok((manifest, definitions)) => self.add_set(Some(manifest), definitions),
                Err(problem) => self.problems.push(problem),
            }
        }
    }

    fn add_set(&mut self, manifest: Option<PackManifest>, definitions: Vec<DefinitionFile>) {
        if let Some(manifest) = &manifest {
            self.sets.retain(|set| set.manifest.as_ref().is_none_or(|known| known.name != manifest.name));
        }
        let mut set = DefinitionSet { manifest, ..DefinitionSet::default() };
        for file in definitions {
            let name = file.name.clone();
            let added = read(file).and_then(|definition| self.add_definition(&mut set, definition));
            if let Err(what) = added {
                set.problems.push(Problem::new(name, what, ADVICE));
            }
        }
        self.sets.push(set);
    }

    /// Adds a definition to a set, unless another custom one has its id.
    fn add_definition(&self, set: &mut DefinitionSet, definition: Definition) -> Result<(), String> {
        let id = match &definition {
            Definition::Signature(signature) => signature.id.to_string(),
            Definition::Rule(rule) => rule.id.to_string(),
        };
        let is_known = |set: &DefinitionSet| {
            set.signatures.iter().any(|known| known.id == id.as_str())
                || set.rules.iter().any(|known| known.id == id.as_str())
        };
        if is_known(set) || self.sets.iter().any(is_known) {
            return Err(format!("has the id {id:?} of another custom signature or rule"));
        }
        match definition {
            Definition::Signature(signature) => set.signatures.push(*signature),
            Definition::Rule(rule) => set.rules.push(*rule),
        }
        Ok(())
    }

    /// The signatures.
    pub fn iter(&self) -> impl Iterator<Item = &Signature> {
        self.sets.iter().flat_map(|set| &set.signatures)
    }

    /// The custom rules.
    pub fn custom_rules(&self) -> impl Iterator<Item = &Rule> {
        self.sets.iter().flat_map(|set| &set.rules)
    }

    /// The edition of the library, with the packs that were added.
    pub fn edition(&self) -> LibraryEdition {
        LibraryEdition::with_packs(self.sets.iter().filter_map(|set| set.manifest.clone()).collect())
    }

    /// Files that could not be used, with the reasons.
    pub fn problems(&self) -> impl Iterator<Item = &Problem> {
        self.problems.iter().chain(self.sets.iter().flat_map(|set| &set.problems))
    }

    /// Returns the library with these, and the problems with them and with the rules.
    pub fn and_embedded(&self) -> Result<(Library, Vec<Problem>), DefinitionError> {
        let embedded = Library::embedded()?;
        let mut problems: Vec<Problem> = self.problems().cloned().collect();
        if self.iter().next().is_none() && self.custom_rules().next().is_none() {
            return Ok((embedded, problems));
        }
        let own: BTreeSet<&str> = self.iter().map(|own| own.id.as_str()).collect();
        let is_kept = |signature: &&Signature| !own.contains(signature.id.as_str());
        let mut all: Vec<Signature> = embedded.iter().filter(is_kept).cloned().collect();
        let ids: BTreeSet<SignatureId> =
            all.iter().chain(self.iter()).map(|signature| signature.id.clone()).collect();
        for own in self.iter() {
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
        let library = Library::new(all)?;
        for rule in self.custom_rules() {
            if let Some(what) = fault(rule, &library) {
                let advice = "use ids that `spoglight signatures list` shows; the rule was not used";
                problems.push(Problem::new(format!("{}.toml", rule.id), what, advice));
            }
        }
        Ok((library, problems))
    }

    /// The built-in rules and these, for a library of [`UserSignatures::and_embedded`]. A rule with the id of a built-in
    /// one replaces it; one that names a signature which the library does not have is left out.
    pub fn rules(&self, library: &Library) -> Result<Vec<Rule>, DefinitionError> {
        let mut rules = Rule::embedded()?;
        for own in self.custom_rules().filter(|rule| fault(rule, library).is_none()) {
            match rules.iter_mut().find(|rule| rule.id == own.id) {
                Some(rule) => *rule = own.clone(),
                None => rules.push(own.clone()),
            }
        }
        Ok(rules)
    }
}

/// Why a rule cannot be used with a library.
fn fault(rule: &Rule, library: &Library) -> Option<String> {
    if library.position(rule.id.as_str()).is_some() {
        return Some("has the id of a signature".to_owned());
    }
    let unknown = rule.unknown_ids(library);
    (!unknown.is_empty()).then(|| format!("names {}, which no signature has as its id", unknown.join(", ")))
}

/// Reads a definition. The error has line and column.
fn read(file: DefinitionFile) -> Result<Definition, String> {
    let text = file.text.map_err(|error| format!("cannot be read: {error}"))?;
    // the error names the file again
    let definition = Definition::read(&file.place, &text).map_err(|error| {
        error.to_string().replacen(&file.place, "", 1).trim_matches([' ', ':']).to_owned()
    })?;
    if let Definition::Signature(signature) = &definition {
        // one line of a log could take minutes
        if let Some(costly) = verify::costly(signature).next() {
            return Err(costly);
        }
    }
    Ok(definition)
}
