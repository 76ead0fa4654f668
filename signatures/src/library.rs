//! [`Library`]: signatures ready to be searched, and the confirmation of a candidate.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::OnceLock;

use memchr::{memchr, memmem, memrchr};
use regex::bytes::Regex;

use crate::id::SignatureId;
use crate::literals::Literals;
use crate::normalize;
use crate::signature::{DefinitionError, Scope, Signature, compile};

/// Every file of `library/`: its place and its text.
const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/library.rs"));

/// The same without their samples.
const LEAN: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/library_lean.rs"));

/// Signatures, and the search for them.
#[derive(Debug)]
pub struct Library {
    signatures: Vec<CompiledSignature>,
    literals: Literals,
    /// Places of those that are looked for only where nothing else hit.
    last: Vec<usize>,
    /// Which of them some other explains.
    explained: Vec<bool>,
}

#[derive(Debug)]
struct CompiledSignature {
    signature: Signature,
    /// Compiled when first needed: most runs need a handful of the patterns.
    pattern: OnceLock<Option<Regex>>,
    not: OnceLock<Option<Regex>>,
    /// Names of what the pattern captures.
    captures: OnceLock<Vec<String>>,
    /// Places of the signatures it explains.
    explains: Vec<usize>,
}

/// A message, or a line of it, that means a known failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureMatch {
    /// Place of the signature in the library.
    pub signature: usize,
    /// Where in the message the line lies that proves it.
    pub line: Range<usize>,
    /// The variables that its pattern took out of the line.
    pub captures: BTreeMap<String, String>,
}

impl Library {
    /// The library that is part of the program, ready to search. Its signatures have no samples: half of the time to read
    /// them would go into these.
    pub fn embedded() -> Result<Library, DefinitionError> {
        Library::of(LEAN)
    }

    /// The same with the lines that each signature must hit and must not.
    pub fn with_samples() -> Result<Library, DefinitionError> {
        Library::of(FILES)
    }

    /// One signature of it with these lines.
    pub fn sampled(id: &str) -> Option<Signature> {
        let is_its = |path: &str| path.rsplit('/').next() == Some(&format!("{id}.toml"));
        let (path, text) = FILES.iter().find(|(path, _)| is_its(path))?;
        Signature::read_own(path, text).ok()
    }

    fn of(files: &[(&str, &str)]) -> Result<Library, DefinitionError> {
        Library::new(
            files.iter().map(|(path, text)| Signature::read_own(path, text)).collect::<Result<_, _>>()?,
        )
    }

    /// A library of these signatures, which are put in the order of their ids.
    pub fn new(mut signatures: Vec<Signature>) -> Result<Library, DefinitionError> {
        signatures.sort_by(|a, b| a.id.cmp(&b.id));
        let wrong = |id: &str, what: String| DefinitionError::Value { path: id.to_owned(), what };
        if let Some(twice) = signatures.windows(2).find(|pair| pair[0].id == pair[1].id) {
            return Err(wrong(&twice[0].id, "two signatures have this id".to_owned()));
        }
        let place = |id: &str| signatures.binary_search_by(|other| other.id.as_str().cmp(id)).ok();
        let mut explains = Vec::with_capacity(signatures.len());
        for signature in &signatures {
            let known = |id: &SignatureId| {
                place(id).ok_or_else(|| {
                    wrong(&signature.id, format!("it explains {id:?}, which no signature has as its id"))
                })
            };
            explains.push(signature.explains.iter().map(known).collect::<Result<Vec<_>, _>>()?);
        }
        let mut explained = vec![false; signatures.len()];
        for place in explains.iter().flatten() {
            if let Some(one) = explained.get_mut(*place) {
                *one = true;
            }
        }
        let last =
            (0..signatures.len()).filter(|at| signatures.get(*at).is_some_and(|one| one.matching.last));
        let last = last.collect();
        let literals = signatures.iter().enumerate().filter(|(_, one)| !one.matching.last);
        let literals =
            literals.flat_map(|(at, one)| one.matching.any.iter().map(move |literal| (literal.as_str(), at)));
        let literals = Literals::new(literals).map_err(|error| wrong("library", error.to_string()))?;
        let signatures = signatures
            .into_iter()
            .zip(explains)
            .map(|(signature, explains)| CompiledSignature {
                signature,
                pattern: OnceLock::new(),
                not: OnceLock::new(),
                captures: OnceLock::new(),
                explains,
            })
            .collect();
        Ok(Library { signatures, literals, last, explained })
    }

    /// How many signatures there are.
    pub fn len(&self) -> usize {
        self.signatures.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.signatures.is_empty()
    }

    /// The signature at a place, as [`SignatureMatch::signature`] gives it.
    pub fn get(&self, place: usize) -> Option<&Signature> {
        self.signatures.get(place).map(|entry| &entry.signature)
    }

    /// All signatures, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Signature> {
        self.signatures.iter().map(|entry| &entry.signature)
    }

    /// Whether one failure explains another, by their places.
    pub fn explains(&self, root: usize, other: usize) -> bool {
        self.signatures.get(root).is_some_and(|entry| entry.explains.contains(&other))
    }

    /// Whether some other failure explains one: then a message in which nothing else hit deserves a second look.
    pub fn is_explained(&self, place: usize) -> bool {
        self.explained.get(place).copied().unwrap_or(false)
    }

    /// The search over blocks.
    pub fn literals(&self) -> &Literals {
        &self.literals
    }

    /// Whether a candidate is a hit: runs its patterns on `line`, which lies in `message`. Answers the captures.
    pub fn confirm(&self, place: usize, line: &[u8], message: &[u8]) -> Option<BTreeMap<String, String>> {
        let entry = self.signatures.get(place)?;
        let matching = &entry.signature.matching;
        if entry
            .not
            .get_or_init(|| ready(matching.not.as_ref()))
            .as_ref()
            .is_some_and(|not| not.is_match(line))
        {
            return None;
        }
        let Some(pattern) = entry.pattern() else { return Some(BTreeMap::new()) };
        let text = if matching.scope == Scope::Message { message } else { line };
        let captures = pattern.captures(text)?;
        let named = pattern.capture_names().flatten();
        let values =
            named.filter_map(|name| Some((name.to_owned(), clean(captures.name(name)?.as_bytes())?)));
        Some(values.collect())
    }

    /// The names of what a signature may capture, in the order of the alphabet.
    pub fn capture_names(&self, place: usize) -> &[String] {
        let Some(entry) = self.signatures.get(place) else { return &[] };
        entry.captures.get_or_init(|| {
            let names = entry.pattern().map(Regex::capture_names).into_iter().flatten().flatten();
            let mut names: Vec<String> = names.map(ToOwned::to_owned).collect();
            names.sort_unstable();
            names
        })
    }

    /// All hits in one message, each signature once, at the first line that proves it.
    ///
    /// This is the whole search on a small scale; the engine does the same over blocks.
    pub fn hits(&self, message: &[u8]) -> Vec<SignatureMatch> {
        let mut hits: Vec<SignatureMatch> = Vec::new();
        let mut candidates = Vec::new();
        for (start, end) in self.literals.lines(message) {
            let line = message.get(start..end).unwrap_or_default();
            candidates.clear();
            self.literals.signatures_in(line, &mut candidates);
            candidates.retain(|place| hits.iter().all(|hit| hit.signature != *place));
            for place in &candidates {
                if let Some(captures) = self.confirm(*place, line, message) {
                    hits.push(SignatureMatch { signature: *place, line: start..end, captures });
                }
            }
        }
        if hits.is_empty() {
            hits = self.last_look(message);
        }
        hits
    }

    /// What is looked for only where nothing else hit.
    fn last_look(&self, message: &[u8]) -> Vec<SignatureMatch> {
        let mut hits = Vec::new();
        for place in &self.last {
            let Some(entry) = self.signatures.get(*place) else { continue };
            let literals = entry.signature.matching.any.iter();
            let first = literals.filter_map(|literal| memmem::find(message, literal.as_bytes())).min();
            let Some(at) = first else { continue };
            let start = message.get(..at).and_then(|before| memrchr(b'\n', before)).map_or(0, |end| end + 1);
            let end =
                message.get(at..).and_then(|rest| memchr(b'\n', rest)).map_or(message.len(), |end| at + end);
            let line = message.get(start..end).unwrap_or_default();
            if let Some(captures) = self.confirm(*place, line, message) {
                hits.push(SignatureMatch { signature: *place, line: start..end, captures });
            }
        }
        hits
    }
}

/// Patterns were compiled once when the signature was read, so here they compile.
fn ready(pattern: Option<&String>) -> Option<Regex> {
    pattern.and_then(|text| compile(text).ok())
}

impl CompiledSignature {
    fn pattern(&self) -> Option<&Regex> {
        self.pattern.get_or_init(|| ready(self.signature.matching.pattern.as_ref())).as_ref()
    }
}

impl Library {
    /// Hits in the normal forms of a message (entities, several blanks, wrapped lines and names), each signature once. The
    /// ranges of these hits mean nothing: a normal form has other places.
    pub fn second_look(&self, message: &[u8]) -> Vec<SignatureMatch> {
        let mut hits: Vec<SignatureMatch> = Vec::new();
        for form in normalize::forms(message) {
            for hit in self.hits(&form) {
                if hits.iter().all(|known| known.signature != hit.signature) {
                    hits.push(hit);
                }
            }
        }
        if hits.is_empty() { self.last_look(message) } else { hits }
    }
}

/// A captured value as text; `None` if nothing is left of it.
fn clean(value: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(value.trim_ascii());
    (!text.is_empty()).then(|| text.into_owned())
}

#[cfg(test)]
#[path = "library/tests.rs"]
mod tests;
