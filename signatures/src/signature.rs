//! The TOML form of a signature, and what is wrong with a file that is not one.

use std::collections::BTreeMap;
use std::path::Path;

use regex::bytes::Regex;
use serde::{Deserialize, Serialize};

use crate::id::SignatureId;
use crate::shows_in::ShowsIn;

/// How much a failure hurts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The product does not work.
    Critical,
    /// A function does not work, or will soon not.
    High,
    /// Something works badly, or for some.
    Medium,
    /// Worth knowing.
    Low,
    /// A fact, not a failure.
    Info,
}

/// How sure it is that a line which matches means this failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// The line can hardly mean anything else.
    Certain,
    /// It means this in most systems.
    Likely,
    /// One of several readings.
    Possible,
}

/// What a signature stands for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SignatureKind {
    /// A failure with a cause of its own.
    #[default]
    Failure,
    /// What a user sees. It is folded under a failure that explains it and happened at the same time.
    Symptom,
    /// A password or the like that should not be there. Nothing is broken by it.
    Secret,
    /// What says something only together with other lines: an end, a beginning, a count that may be high. No finding by
    /// itself.
    Marker,
    /// What looks like a failure and is none. It is told as that, with its count, and is no finding.
    Harmless,
}

/// A fact that a hit proves. Checks and rules ask for these, never for ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProvenFact {
    /// A certificate has expired; the capture `not_after`, if there, is its end as Java prints it.
    CertificateExpired,
    /// A certificate does not hold the name that was called, which the captures in `called` have.
    CertificateNameMismatch,
    /// The database answers too slowly or not at all.
    DatabaseTrouble,
    /// A password, a token or a key is in the log.
    SecretWritten,
}

/// What a pattern is run on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// One line of a message.
    #[default]
    Line,
    /// The whole message, with the lines that hang below its first.
    Message,
}

/// What must stand in a log.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Match {
    /// Literals; one of them stands in every line that matches. They carry the search, so they should be rare.
    pub any: Vec<String>,
    /// Pattern that confirms, and captures the variables; without one the literal is enough.
    #[serde(default)]
    pub pattern: Option<String>,
    /// Pattern of lines that are no hit although the rest fits.
    #[serde(default)]
    pub not: Option<String>,
    /// What `pattern` is run on; `not` always looks at the line.
    #[serde(default)]
    pub scope: Scope,
    /// Looked for only in errors that nothing else names: for harmless lines of which healthy logs are full at other levels.
    #[serde(default)]
    pub last: bool,
}

/// A line, or a message of several, that a signature must match or must not.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// The text.
    pub text: String,
    /// Where it comes from: who printed it, or what it was constructed from. Hits only.
    #[serde(default)]
    pub from: String,
    /// Why it looks alike and is not the same. Misses only.
    #[serde(default)]
    pub why: String,
    /// The values that must be captured. Hits only.
    #[serde(default)]
    pub captures: BTreeMap<String, String>,
}

/// Who was at the other end, told by the stack frames.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Peer {
    /// Beginning of the class name of a frame.
    pub frames: String,
    /// Who that is.
    pub is: String,
}

/// A known failure.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// Name for ever; also the name of its file.
    pub id: SignatureId,
    /// Folder it lies in: `tls`, `ldap`. Not in the file.
    #[serde(skip)]
    pub area: String,
    /// One sentence: what is wrong.
    pub title: String,
    /// How much it hurts.
    pub severity: Severity,
    /// How sure a match is.
    pub confidence: Confidence,
    /// Failure or symptom.
    #[serde(default)]
    pub kind: SignatureKind,
    /// Ids that this failure explains: in the same message a hit of theirs is folded under a hit of this; a symptom
    /// among them also when it happened at the same time.
    #[serde(default)]
    pub explains: Vec<SignatureId>,
    /// Where it would show. If one of these logs was not collected, or its process is at a lower level, that no line
    /// was found says nothing. Empty for a symptom that only a user sees.
    #[serde(default)]
    pub shows_in: Vec<ShowsIn>,
    /// Facts that a hit proves, for checks and rules that look at the same.
    #[serde(default)]
    pub facts: Vec<ProvenFact>,
    /// Captures that hold the name which was called, of a certificate that does not have it.
    #[serde(default)]
    pub called: Vec<String>,
    /// What must stand in a log.
    #[serde(rename = "match")]
    pub matching: Match,
    /// Why it happens.
    pub cause: String,
    /// Steps that prove it.
    pub confirm: Vec<String>,
    /// Steps that mend it.
    pub fix: Vec<String>,
    /// When a match lies.
    pub false_positives: Vec<String>,
    /// Where the facts are from.
    pub references: Vec<String>,
    /// Must match.
    #[serde(rename = "hit", default)]
    pub hits: Vec<Sample>,
    /// Must not match.
    #[serde(rename = "miss", default)]
    pub misses: Vec<Sample>,
    /// Who was called, by frames.
    #[serde(rename = "peer", default)]
    pub peers: Vec<Peer>,
}

/// Why a file is not a signature.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DefinitionError {
    /// Not TOML, or not of the form; the message of the TOML parser names line and column.
    #[error("{path} is not a signature: {source}")]
    Form {
        /// The file.
        path: String,
        /// What the TOML parser says.
        source: Box<toml::de::Error>,
    },
    /// A value that cannot be used.
    #[error("{path}: {what}")]
    Value {
        /// The file.
        path: String,
        /// What is wrong and what to do.
        what: String,
    },
}

/// Literals shorter than this would open too many lines.
pub(crate) const SHORTEST_LITERAL: usize = 4;

impl Signature {
    /// Reads a signature from the text of its file; `path` is its place below the library: `area/id.toml`.
    pub fn read(path: &str, text: &str) -> Result<Signature, DefinitionError> {
        let signature = Signature::read_own(path, text)?;
        for (what, empty) in
            [("[[hit]]", signature.hits.is_empty()), ("[[miss]]", signature.misses.is_empty())]
        {
            if empty {
                return Err(DefinitionError::Value {
                    path: path.to_owned(),
                    what: format!("{what} is missing"),
                });
            }
        }
        let matching = &signature.matching;
        for pattern in [&matching.pattern, &matching.not].into_iter().flatten() {
            compile(pattern)
                .map_err(|error| DefinitionError::Value { path: path.to_owned(), what: error.to_string() })?;
        }
        Ok(signature)
    }

    /// The same without asking for its lines and without trying the patterns: those of the embedded library were tried by its tests, and compiling them
    /// all would be half of the time that the program takes to start.
    pub(crate) fn read_own(path: &str, text: &str) -> Result<Signature, DefinitionError> {
        let mut signature: Signature = toml::from_str(text)
            .map_err(|source| DefinitionError::Form { path: path.to_owned(), source: Box::new(source) })?;
        let place = Path::new(path);
        let part = |part: Option<&std::ffi::OsStr>| {
            part.and_then(std::ffi::OsStr::to_str).unwrap_or_default().to_owned()
        };
        signature.area = part(place.parent().and_then(Path::file_name));
        signature.cause = signature.cause.trim().to_owned();
        signature
            .check(&part(place.file_stem()))
            .map_err(|what| DefinitionError::Value { path: path.to_owned(), what })?;
        Ok(signature)
    }

    fn check(&self, file: &str) -> Result<(), String> {
        if self.id != file {
            return Err(format!("its id is {:?}; name the file {}.toml", self.id, self.id));
        }
        if self.matching.any.is_empty() {
            return Err("[match] any is empty: a signature needs a literal to be searched by".to_owned());
        }
        if let Some(short) = self.matching.any.iter().find(|literal| literal.len() < SHORTEST_LITERAL) {
            return Err(format!(
                "the literal {short:?} is too short to search by; give {SHORTEST_LITERAL} bytes or more"
            ));
        }
        let is_mismatch = self.facts.contains(&ProvenFact::CertificateNameMismatch);
        if is_mismatch == self.called.is_empty() {
            return Err(
                "facts holds certificate-name-mismatch if, and only if, called names the captures with the called name"
                    .to_owned(),
            );
        }
        for (at, shows) in self.shows_in.iter().enumerate() {
            if self.shows_in.iter().take(at).any(|other| other.log == shows.log) {
                return Err(format!("shows_in names {} twice", shows.log));
            }
        }
        for (what, empty) in [
            ("cause", self.cause.is_empty()),
            ("confirm", self.confirm.is_empty()),
            ("fix", self.fix.is_empty()),
            ("false_positives", self.false_positives.is_empty()),
            ("references", self.references.is_empty()),
        ] {
            if empty {
                return Err(format!("{what} is missing"));
            }
        }
        Ok(())
    }
}

/// A pattern, as signatures mean it: on bytes, `^` and `$` at lines.
pub(crate) fn compile(pattern: &str) -> Result<Regex, regex::Error> {
    regex::bytes::RegexBuilder::new(pattern).multi_line(true).build()
}

#[cfg(test)]
#[path = "signature/tests.rs"]
mod tests;
