//! [`Library`]: signatures ready for a search, and the confirmation of a candidate.

mod codes;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::OnceLock;

use memchr::{memchr, memmem, memrchr};
use regex::bytes::Regex;
use spoglight_parsers::{ProviderEvent, formats, grammar};

use self::codes::Codes;
use crate::candidate::CandidateLine;
use crate::captures::{capture_of, named};
use crate::event_index::EventIndex;
use crate::event_match;
use crate::fill;
use crate::id::SignatureId;
use crate::literals::Literals;
use crate::mention;
use crate::normalize;
use crate::signature::{DefinitionError, Match, Scope, Signature, SignatureKind, compile};

/// Every file of `library/` and `tables/`: its path and its text.
const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/library.rs"));

/// The same without their samples, as JSON.
const LEAN: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/library_lean.rs"));

/// Signatures, and the search for them.
#[derive(Debug)]
pub struct Library {
    signatures: Vec<CompiledSignature>,
    literals: Literals,
    events: EventIndex,
    /// Indexes of signatures that are searched only where nothing else matched, with their literals.
    last: Vec<(usize, Vec<memmem::Finder<'static>>)>,
    /// Whether each signature is explained by another.
    explained: Vec<bool>,
    /// The rows of tables.
    codes: Codes,
}

#[derive(Debug)]
struct CompiledSignature {
    signature: Signature,
    /// Compiled when first needed: most runs need a handful of the patterns.
    pattern: OnceLock<Option<Regex>>,
    not: OnceLock<Option<Regex>>,
    also: OnceLock<Option<Regex>>,
    /// Names of the captures of the pattern.
    captures: OnceLock<Vec<String>>,
    /// Indexes of the signatures that it explains.
    explains: Vec<usize>,
}

/// A message, or a line of it, that shows a known failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureMatch {
    /// Index of the signature in the library.
    pub signature: usize,
    /// Range in the message of the line that proves it.
    pub line: Range<usize>,
    /// Variables that its pattern captured.
    pub captures: BTreeMap<String, String>,
}

impl Library {
    /// The embedded library, ready for a search. Its signatures have no samples, which would double the time to read
    /// them.
    pub fn embedded() -> Result<Library, DefinitionError> {
        Library::new(
            LEAN.iter().map(|(path, json)| Signature::read_lean(path, json)).collect::<Result<_, _>>()?,
        )
    }

    /// The embedded library with the samples of each signature.
    pub fn with_samples() -> Result<Library, DefinitionError> {
        Library::new(
            FILES.iter().map(|(path, text)| Signature::read_own(path, text)).collect::<Result<_, _>>()?,
        )
    }

    /// One signature of the embedded library with its samples.
    pub fn sampled(id: &str) -> Option<Signature> {
        let is_its = |path: &str| path.rsplit('/').next() == Some(&format!("{id}.toml"));
        let (path, text) = FILES.iter().find(|(path, _)| is_its(path))?;
        Signature::read_own(path, text).ok()
    }

    /// A library of these signatures, sorted by their ids.
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
                    wrong(&signature.id, format!("it explains {id:?}, which is not the id of any signature"))
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
        let finders = |one: &Signature| {
            let literals = one.matching.any.iter();
            literals.map(|literal| memmem::Finder::new(literal.as_bytes()).into_owned()).collect()
        };
        let last = signatures.iter().enumerate().filter(|(_, one)| one.matching.last);
        let last = last.map(|(at, one)| (at, finders(one))).collect();
        let literals = signatures.iter().enumerate().filter(|(_, one)| !one.matching.last);
        let literals =
            literals.flat_map(|(at, one)| one.matching.any.iter().map(move |literal| (literal.as_str(), at)));
        let literals = Literals::new(literals).map_err(|error| wrong("library", error.to_string()))?;
        let events = EventIndex::new(signatures.iter());
        let signatures: Vec<CompiledSignature> = signatures
            .into_iter()
            .zip(explains)
            .map(|(signature, explains)| CompiledSignature {
                signature,
                pattern: OnceLock::new(),
                not: OnceLock::new(),
                also: OnceLock::new(),
                captures: OnceLock::new(),
                explains,
            })
            .collect();
        let codes = Codes::new(&signatures);
        Ok(Library { signatures, literals, events, last, explained, codes })
    }

    /// Number of signatures.
    pub fn len(&self) -> usize {
        self.signatures.len()
    }

    /// Returns whether the library is empty.
    pub fn is_empty(&self) -> bool {
        self.signatures.is_empty()
    }

    /// The signature at an index, as in [`SignatureMatch::signature`]; after the signatures come the rows of tables.
    pub fn get(&self, place: usize) -> Option<&Signature> {
        match self.signatures.get(place) {
            Some(entry) => Some(&entry.signature),
            None => self.row_signature(place),
        }
    }

    /// The index of the signature or the row with an id.
    pub fn position(&self, id: &str) -> Option<usize> {
        let signature = self.signatures.binary_search_by(|entry| entry.signature.id.as_str().cmp(id));
        signature.ok().or_else(|| self.row_position(id))
    }

    /// The signature or the row with an id.
    pub fn find(&self, id: &str) -> Option<&Signature> {
        self.get(self.position(id)?)
    }

    /// All signatures, by id, without the rows of tables.
    pub fn iter(&self) -> impl Iterator<Item = &Signature> {
        self.signatures.iter().map(|entry| &entry.signature)
    }

    /// Returns whether one failure explains another, by their indexes.
    pub fn explains(&self, root: usize, other: usize) -> bool {
        self.signatures.get(root).is_some_and(|entry| entry.explains.contains(&other))
            || other >= self.signatures.len() && self.is_entry_of(root, other)
    }

    /// Returns whether another failure explains this one: then a message in which nothing else matched needs the
    /// fallback pass.
    pub fn is_explained(&self, place: usize) -> bool {
        self.explained.get(place).copied().unwrap_or(false)
    }

    /// The search over blocks.
    pub fn literals(&self) -> &Literals {
        &self.literals
    }

    /// Confirms a candidate: runs its patterns on `line`, a part of `message`. Returns the captures of a match.
    ///
    /// A line that only mentions the name of an error, such as a list of loaded classes, is no match.
    pub fn confirm(
        &self,
        place: usize,
        line: &CandidateLine<'_>,
        message: &[u8],
    ) -> Option<BTreeMap<String, String>> {
        self.confirm_in(place, line, message, message)
    }

    /// [`Library::confirm`] with the stack frames of `framed`, of which `message` may be a form without frames.
    fn confirm_in(
        &self,
        place: usize,
        line: &CandidateLine<'_>,
        message: &[u8],
        framed: &[u8],
    ) -> Option<BTreeMap<String, String>> {
        self.complete(place, self.confirm_line(place, line, message)?, message, framed)
    }

    /// Returns whether [`Library::confirm_line`] looks at nothing but the line, so that equal lines have equal results.
    pub fn is_about_one_line(&self, place: usize) -> bool {
        self.get(place).is_some_and(|signature| signature.matching.scope == Scope::Line)
    }

    /// The first part of [`Library::confirm`]: the patterns of the line.
    pub fn confirm_line(
        &self,
        place: usize,
        line: &CandidateLine<'_>,
        message: &[u8],
    ) -> Option<BTreeMap<String, String>> {
        let entry = self.signatures.get(place)?;
        let captures = entry.captures_in(line.text(), message)?;
        if !matches!(entry.signature.kind, SignatureKind::Failure | SignatureKind::Symptom) {
            return Some(captures);
        }
        let Some(masked) = line.masked() else { return Some(captures) };
        let literals = &entry.signature.matching.any;
        literals.iter().find(|literal| memmem::find(masked, literal.as_bytes()).is_some())?;
        entry.captures_in(masked, message)
    }

    /// The second part: the conditions and captures of the whole message, added to the captures of the first.
    pub fn confirm_message(
        &self,
        place: usize,
        captures: BTreeMap<String, String>,
        message: &[u8],
    ) -> Option<BTreeMap<String, String>> {
        self.complete(place, captures, message, message)
    }

    fn complete(
        &self,
        place: usize,
        mut captures: BTreeMap<String, String>,
        message: &[u8],
        framed: &[u8],
    ) -> Option<BTreeMap<String, String>> {
        let entry = self.signatures.get(place).filter(|entry| entry.is_called_right(framed))?;
        if let Some(found) = entry.also().and_then(|also| named(also, message)) {
            for (name, value) in found {
                captures.entry(name).or_insert(value);
            }
        }
        Some(captures)
    }

    /// Returns whether the texts of a signature use the address of the called system.
    pub fn names_peer(&self, place: usize) -> bool {
        self.capture_names(place).iter().any(|name| name == fill::PEER_HOST || name == fill::PEER_PORT)
    }

    /// Names that a signature may capture, in alphabetical order, with the address of the called system if its texts use it.
    pub fn capture_names(&self, place: usize) -> &[String] {
        let Some(entry) = self.signatures.get(self.searched(place)) else { return &[] };
        entry.captures.get_or_init(|| {
            let patterns = [entry.pattern(), entry.also()].into_iter().flatten();
            let names = patterns.flat_map(Regex::capture_names).flatten();
            let mut names: Vec<String> = names.map(|name| capture_of(name).to_owned()).collect();
            let events = &entry.signature.matching.event;
            let patterns = events.iter().filter_map(|event| ready(event.pattern.as_ref()));
            for pattern in patterns {
                names.extend(pattern.capture_names().flatten().map(|name| capture_of(name).to_owned()));
            }
            if !events.is_empty() {
                names.extend(event_match::CAPTURES.map(ToOwned::to_owned));
            }
            let peer = entry.signature.peer_names().map(ToOwned::to_owned);
            names.extend(peer);
            names.sort_unstable();
            names.dedup();
            names
        })
    }

    /// All matches in one message, each signature once, at the first line that proves it.
    ///
    /// This is the whole search on a small scale; the engine does the same over blocks. The product of the log is not
    /// known here: [`Signature::only_in`] is for the caller to apply.
    pub fn hits(&self, message: &[u8]) -> Vec<SignatureMatch> {
        let mut hits = self.hits_in(message, message, &|_| true);
        if let Some(key) = formats::event_key(message) {
            let end = memchr(b'\n', message).unwrap_or(message.len());
            for (signature, captures) in self.events(&key, message) {
                if hits.iter().all(|known| known.signature != signature) {
                    hits.push(SignatureMatch { signature, line: 0..end, captures });
                }
            }
            self.keep_specific(&mut hits);
        }
        hits
    }

    /// The signatures and rows that match an event by its provider and number, by index, each with its captures.
    pub fn events(&self, key: &ProviderEvent<'_>, message: &[u8]) -> Vec<(usize, BTreeMap<String, String>)> {
        let found = self.events.matches(key, message);
        let complete = |(place, captures)| {
            let captures = self.complete(place, captures, message, message)?;
            Some((self.decoded(place, &captures)?, captures))
        };
        found.into_iter().filter_map(complete).collect()
    }

    fn hits_in(
        &self,
        message: &[u8],
        framed: &[u8],
        is_wanted: &dyn Fn(usize) -> bool,
    ) -> Vec<SignatureMatch> {
        let mut hits: Vec<SignatureMatch> = Vec::new();
        let mut candidates = Vec::new();
        for (start, end) in self.literals.lines(message) {
            let line = message.get(start..end).unwrap_or_default();
            candidates.clear();
            self.literals.signatures_in(line, &mut candidates);
            candidates.retain(|place| is_wanted(*place) && hits.iter().all(|hit| hit.signature != *place));
            let line = CandidateLine::new(line);
            for place in &candidates {
                if let Some(captures) = self.confirm_in(*place, &line, message, framed)
                    && let Some(signature) = self.decoded(*place, &captures)
                    && hits.iter().all(|hit| hit.signature != signature)
                {
                    hits.push(SignatureMatch { signature, line: start..end, captures });
                }
            }
        }
        self.keep_specific(&mut hits);
        if hits.is_empty() {
            hits = self.last_look(message, is_wanted);
        }
        hits
    }

    /// Searches the signatures that count only where nothing else matched.
    fn last_look(&self, message: &[u8], is_wanted: &dyn Fn(usize) -> bool) -> Vec<SignatureMatch> {
        let mut hits = Vec::new();
        for (place, literals) in self.last.iter().filter(|(place, _)| is_wanted(*place)) {
            let Some(at) = literals.iter().filter_map(|literal| literal.find(message)).min() else {
                continue;
            };
            let start = message.get(..at).and_then(|before| memrchr(b'\n', before)).map_or(0, |end| end + 1);
            let end =
                message.get(at..).and_then(|rest| memchr(b'\n', rest)).map_or(message.len(), |end| at + end);
            let line = CandidateLine::new(message.get(start..end).unwrap_or_default());
            if let Some(captures) = self.confirm(*place, &line, message) {
                hits.push(SignatureMatch { signature: *place, line: start..end, captures });
            }
        }
        hits
    }
}

/// Compiles a pattern that was tested when the signature was read.
fn ready(pattern: Option<&String>) -> Option<Regex> {
    pattern.and_then(|text| compile(text).ok())
}

impl CompiledSignature {
    fn pattern(&self) -> Option<&Regex> {
        self.pattern.get_or_init(|| ready(self.signature.matching.pattern.as_ref())).as_ref()
    }

    fn not(&self) -> Option<&Regex> {
        self.not.get_or_init(|| ready(self.signature.matching.not.as_ref())).as_ref()
    }

    fn also(&self) -> Option<&Regex> {
        self.also.get_or_init(|| ready(self.signature.matching.also.as_ref())).as_ref()
    }

    /// The captures of its pattern, if `line` of `message` is a match of its patterns.
    fn captures_in(&self, line: &[u8], message: &[u8]) -> Option<BTreeMap<String, String>> {
        if self.not().is_some_and(|not| not.is_match(line)) {
            return None;
        }
        let Some(pattern) = self.pattern() else { return Some(BTreeMap::new()) };
        named(pattern, if self.signature.matching.scope == Scope::Message { message } else { line })
    }

    /// Returns whether the stack frames of a message are those that the signature wants.
    fn is_called_right(&self, message: &[u8]) -> bool {
        let Match { below, not_below, .. } = &self.signature.matching;
        if below.is_empty() && not_below.is_empty() {
            return true;
        }
        // a frame has a call as it is written: without it no frame must be taken apart
        let has = |calls: &[String]| {
            calls.iter().any(|call| memmem::find(message, call.as_bytes()).is_some())
                && grammar::frames(message).any(|frame| calls.iter().any(|call| frame.is_call(call)))
        };
        (below.is_empty() || has(below)) && !has(not_below)
    }
}

impl Library {
    /// Matches in the normal forms of a message (entities, repeated spaces, wrapped lines and names), each signature
    /// once. The ranges of these matches are meaningless: a normal form has other positions.
    pub fn second_look(&self, message: &[u8]) -> Vec<SignatureMatch> {
        self.second_look_for(message, |_| true)
    }

    /// [`Library::second_look`] for the signatures whose index `is_wanted` returns `true` for.
    pub fn second_look_for(&self, message: &[u8], is_wanted: impl Fn(usize) -> bool) -> Vec<SignatureMatch> {
        let hits = self.hits_in_forms(message, message, &is_wanted);
        if hits.is_empty() {
            return hits;
        }
        // joined lines do not show any more that they are lines of a list
        match mention::masked(message) {
            Some(masked) => self.hits_in_forms(&masked, message, &is_wanted),
            None => hits,
        }
    }

    fn hits_in_forms(
        &self,
        message: &[u8],
        framed: &[u8],
        is_wanted: &dyn Fn(usize) -> bool,
    ) -> Vec<SignatureMatch> {
        let mut hits: Vec<SignatureMatch> = Vec::new();
        for form in normalize::forms(message) {
            for hit in self.hits_in(&form, framed, is_wanted) {
                if hits.iter().all(|known| known.signature != hit.signature) {
                    hits.push(hit);
                }
            }
        }
        if hits.is_empty() { self.last_look(message, is_wanted) } else { hits }
    }
}

#[cfg(test)]
#[path = "library/tests.rs"]
mod tests;
