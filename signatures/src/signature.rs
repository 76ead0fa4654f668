//! The TOML form of a signature, and the errors in its file.

use std::collections::BTreeMap;
use std::path::Path;

use regex::bytes::Regex;
use serde::{Deserialize, Serialize};
use spoglight_topology::Topology;

use crate::ascii_classes;
use crate::event_match::{EventMatch, one_or_many};
use crate::id::SignatureId;
use crate::resolved::ResolvedBy;
use crate::severity::Severity;
use crate::shows_in::ShowsIn;
use crate::table::CodeTable;
use crate::texts;

/// Confidence that a finding names the right cause.
///
/// It is about the cause and not about the line: a line that was certainly written is no certain finding if two causes
/// write it. Whether the failure still exists, or concerns the reported problem, is another question, which
/// [`Signature::false_positives`] answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// The evidence itself names the cause and what it concerns, and nothing else writes it: a code of one meaning, or
    /// the sentence of a program about its own decision. [`Signature::proves`] has the reason.
    Certain,
    /// The usual cause of the evidence. There are others, which the false positives name, or the wording is not known
    /// word for word.
    Likely,
    /// One of several causes of about equal weight, or the evidence shows an effect only.
    Possible,
}

/// Kind of a signature.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SignatureKind {
    /// A failure with its own cause.
    #[default]
    Failure,
    /// An effect that users see. It is subsumed by a failure that explains it and happened at the same time.
    Symptom,
    /// A password or similar secret that should not be in a log. Nothing is broken by it.
    Secret,
    /// A line that is useful only together with others: an end, a beginning, a count that may be high. Not a finding
    /// by itself.
    Marker,
    /// A known harmless message that looks like a failure. It is reported as such, with its count, and is not a
    /// finding.
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
    /// A caller does not trust the certificate of the server that it called. The captures in `called`, if any, have
    /// the server; the capture `port`, if there, has its port.
    CertificateUntrusted,
    /// The database answers too slowly or not at all.
    DatabaseTrouble,
    /// A directory server (LDAP) was called. The captures in `called` have its name.
    DirectoryCalled,
    /// The gadget was not loaded, for a reason that the message does not show.
    GadgetFailed,
    /// A keystore cannot be opened, because it is missing or access is denied; the capture `path` has its path.
    KeystoreMissing,
    /// A collected truststore does not make its program trust a certificate.
    StoreLacksCertificate,
    /// A Java program completed its start. It reads its truststore when it starts.
    ProgramStarted,
    /// A message names the release that is installed; the capture `ver` has it, such as `12.0(1)`.
    ReleaseWritten,
    /// A password, a token or a key is in the log.
    SecretWritten,
    /// The text in the capture `text` or `product` names a release with an engineering special; the capture `event`
    /// is the number of the Windows event, if it is one.
    PatchNamed,
    /// A user or a program requested a restart or a shutdown of the server. The capture `process`, if there, names it.
    ServerRestartRequested,
    /// The server was shut down.
    ServerShutDown,
    /// The server started.
    ServerStarted,
    /// The server stopped without a shutdown; the event is written at its next start.
    ServerStoppedUnexpectedly,
    /// A program names its version; the capture `version` has it, and `product` the product, which is otherwise what the title
    /// names after `Version of`.
    VersionNamed,
    /// The service of a server stopped or did not start: its processes do not run.
    ServiceStopped,
    /// The capture `name` is the application instance of the integration.
    ApplicationInstance,
    /// The directory answered with referrals, because it is no Global Catalog.
    DirectoryReferral,
    /// The capture `url` or `attribute` is a field of the directory settings for administrators.
    DirectorySetting,
}

impl ProvenFact {
    /// Returns whether captures may hold the called name, and whether they must.
    fn called(self) -> (bool, bool) {
        match self {
            ProvenFact::CertificateNameMismatch | ProvenFact::DirectoryCalled => (true, true),
            ProvenFact::CertificateUntrusted => (true, false),
            _ => (false, false),
        }
    }
}

/// The text that a pattern is run on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// One line of a message.
    #[default]
    Line,
    /// The whole message, with the lines below its first.
    Message,
}

/// The text that must be in a log.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Match {
    /// Literals; every matching line contains one of them. The search uses them, so they should be rare. None are needed if
    /// `event` is given. In the file of a table, `{code}` is each spelling of a code that is a failure.
    #[serde(default)]
    pub any: Vec<String>,
    /// Events that are a match, whatever their text; the other conditions are those of lines.
    #[serde(default, deserialize_with = "one_or_many")]
    pub event: Vec<EventMatch>,
    /// Pattern that confirms a match, and captures the variables; without a pattern the literal is enough.
    #[serde(default)]
    pub pattern: Option<String>,
    /// Pattern of lines that are not a match although the rest matches.
    #[serde(default)]
    pub not: Option<String>,
    /// Beginnings of stack frames, as `class.method`: only a message with one of them is a match. Empty for any message.
    #[serde(default)]
    pub below: Vec<String>,
    /// Beginnings of stack frames, as `class.method`: a message with one of them is not a match.
    #[serde(default)]
    pub not_below: Vec<String>,
    /// Pattern that is run on the whole message of a match, for captures that its line does not have. It decides nothing.
    #[serde(default)]
    pub also: Option<String>,
    /// Text that `pattern` is run on; `not` is always run on the line.
    #[serde(default)]
    pub scope: Scope,
    /// Searched only in errors and warnings without another match: for harmless lines that healthy logs contain at other levels.
    #[serde(default)]
    pub last: bool,
}

impl Match {
    /// Its patterns, each with the name of its field.
    pub(crate) fn patterns(&self) -> impl Iterator<Item = (&'static str, &String)> {
        let all = [("pattern", &self.pattern), ("not", &self.not), ("also", &self.also)];
        let events = self.event.iter().map(|event| ("pattern of an event", &event.pattern));
        all.into_iter().chain(events).filter_map(|(name, pattern)| Some((name, pattern.as_ref()?)))
    }
}

/// A line, or a message of several lines, that a signature must or must not match.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// The text.
    pub text: String,
    /// Source of the text: the program that printed it, or what it was constructed from. Hits only.
    #[serde(default)]
    pub from: String,
    /// Why it looks similar and is different. Misses only.
    #[serde(default)]
    pub why: String,
    /// Values that must be captured. Hits only.
    #[serde(default)]
    pub captures: BTreeMap<String, String>,
}

/// The peer of a failed connection, recognised by stack frames.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Peer {
    /// Beginning of the class name of a frame.
    pub frames: String,
    /// Name of the peer.
    pub is: String,
}

/// A known failure.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// Permanent id; also the name of its file.
    pub id: SignatureId,
    /// Folder of the file: `tls`, `ldap`. Not in the file.
    #[serde(skip)]
    pub area: String,
    /// The failure, as one sentence.
    pub title: String,
    /// Severity of the failure.
    pub severity: Severity,
    /// Confidence of a match.
    pub confidence: Confidence,
    /// The reason why a match can mean nothing else, as one sentence. Required if, and only if, it is certain.
    #[serde(default)]
    pub proves: Option<String>,
    /// Products in whose logs a match counts, as `[[product]]` of the topology names them; empty for any log. For text
    /// that other programs write, too.
    #[serde(default)]
    pub only_in: Vec<String>,
    /// Kind of the signature.
    #[serde(default)]
    pub kind: SignatureKind,
    /// Ids that this failure explains: in the same message their matches are subsumed by one of this; a symptom among
    /// them also at the same time.
    #[serde(default)]
    pub explains: Vec<SignatureId>,
    /// Logs that would show it. If one of these logs was not collected, or its process is at a lower level, a missing
    /// match proves nothing. Empty for a symptom that only users see.
    #[serde(default)]
    pub shows_in: Vec<ShowsIn>,
    /// Facts that a hit proves, for checks and rules that look at the same.
    #[serde(default)]
    pub facts: Vec<ProvenFact>,
    /// Captures that hold the name which was called, for facts about a called server.
    #[serde(default)]
    pub called: Vec<String>,
    /// Lines after which it is probably over.
    #[serde(default)]
    pub resolved: Vec<ResolvedBy>,
    /// The text that must be in a log.
    #[serde(rename = "match")]
    pub matching: Match,
    /// Why it happens.
    pub cause: String,
    /// Steps to confirm it. `{name}` is the value of a capture: see [`fill`](crate::fill).
    pub confirm: Vec<String>,
    /// Steps to fix it, with the same placeholders.
    pub fix: Vec<String>,
    /// Conditions under which a match is a false positive.
    pub false_positives: Vec<String>,
    /// Sources of the facts.
    pub references: Vec<String>,
    /// Samples that must match.
    #[serde(rename = "hit", default)]
    pub hits: Vec<Sample>,
    /// Samples that must not match.
    #[serde(rename = "miss", default)]
    pub misses: Vec<Sample>,
    /// Peers, by stack frames.
    #[serde(rename = "peer", default)]
    pub peers: Vec<Peer>,
    /// Meanings of the codes that the pattern captures as `code`.
    #[serde(default)]
    pub table: Option<CodeTable>,
}

/// Error in a signature or rule file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DefinitionError {
    /// Not TOML, or not in the required form; the message of the TOML parser names line and column.
    #[error("{path} is not a signature: {source}")]
    Form {
        /// The file.
        path: String,
        /// Error of the TOML parser.
        source: Box<toml::de::Error>,
    },
    /// A value that cannot be used.
    #[error("{path}: {what}")]
    Value {
        /// The file.
        path: String,
        /// The error and what to do.
        what: String,
    },
}

/// Minimum length of a literal in bytes: shorter ones would find too many lines.
pub(crate) const SHORTEST_LITERAL: usize = 4;

impl Signature {
    /// Parses a signature from the text of its file; `path` is its path below the library: `area/id.toml`.
    pub fn read(path: &str, text: &str) -> Result<Signature, DefinitionError> {
        let signature = Signature::read_own(path, text)?;
        let is_searched = signature.is_searched();
        for (what, empty) in
            [("[[hit]]", signature.hits.is_empty()), ("[[miss]]", signature.misses.is_empty())]
        {
            if empty && is_searched {
                return Err(DefinitionError::Value {
                    path: path.to_owned(),
                    what: format!("{what} is missing"),
                });
            }
        }
        if let Some(table) = &signature.table {
            table.check().map_err(|what| DefinitionError::Value { path: path.to_owned(), what })?;
        }
        for (_, pattern) in signature.matching.patterns() {
            compile(pattern)
                .map_err(|error| DefinitionError::Value { path: path.to_owned(), what: error.to_string() })?;
        }
        Ok(signature)
    }

    /// [`Signature::read`] without requiring samples and without testing the patterns: tests did that for the
    /// embedded library, and compiling all patterns would take half of the start time of the program.
    pub(crate) fn read_own(path: &str, text: &str) -> Result<Signature, DefinitionError> {
        let signature: Signature = texts::read(text)
            .map_err(|source| DefinitionError::Form { path: path.to_owned(), source: Box::new(source) })?;
        signature.placed(path)
    }

    /// [`Signature::read_own`] for the JSON that the build makes of a file.
    pub(crate) fn read_lean(path: &str, json: &str) -> Result<Signature, DefinitionError> {
        let signature: Signature =
            texts::read_json(json).map_err(|what| DefinitionError::Value { path: path.to_owned(), what })?;
        signature.placed(path)
    }

    /// The signature with what its path shows, checked.
    fn placed(mut self, path: &str) -> Result<Signature, DefinitionError> {
        let signature = &mut self;
        let place = Path::new(path);
        let part = |part: Option<&std::ffi::OsStr>| {
            part.and_then(std::ffi::OsStr::to_str).unwrap_or_default().to_owned()
        };
        signature.area = part(place.parent().and_then(Path::file_name));
        signature.cause = signature.cause.trim().to_owned();
        if let Some(table) = &signature.table {
            table.expand(&mut signature.matching.any);
        }
        signature
            .check(&part(place.file_stem()))
            .map_err(|what| DefinitionError::Value { path: path.to_owned(), what })?;
        Ok(self)
    }

    /// Returns whether it is searched for in logs. A table may be for lookups only.
    pub fn is_searched(&self) -> bool {
        !(self.matching.any.is_empty() && self.matching.event.is_empty())
    }

    fn check(&self, file: &str) -> Result<(), String> {
        if self.id != file {
            return Err(format!("its id is {:?}; name the file {}.toml", self.id, self.id));
        }
        if self.table.is_some() && !self.is_searched() && self.kind != SignatureKind::Marker {
            return Err("its [match] is empty, so no log shows its codes; give it the kind marker".to_owned());
        }
        let captures_code = || self.matching.patterns().any(|(_, pattern)| pattern.contains("(?P<code>"));
        if self.table.is_some() && !self.matching.any.is_empty() && !captures_code() {
            return Err("no pattern captures the code of [table] as (?P<code>...)".to_owned());
        }
        if !self.is_searched() && self.table.is_none() {
            return Err("[match] has neither `any` nor `event`: a signature needs a literal for the search, or an event"
                .to_owned());
        }
        if self.matching.any.is_empty() && (self.matching.pattern.is_some() || self.matching.not.is_some()) {
            return Err("`pattern` and `not` of [match] are for lines with a literal of `any`, which is empty; an event \
                        has a pattern of its own"
                .to_owned());
        }
        self.matching.event.iter().try_for_each(EventMatch::check)?;
        if let Some(short) = self.matching.any.iter().find(|literal| literal.len() < SHORTEST_LITERAL) {
            return Err(format!(
                "the literal {short:?} is too short for the search; give {SHORTEST_LITERAL} bytes or more"
            ));
        }
        if (self.confidence == Confidence::Certain) != self.proves.is_some() {
            return Err(match self.proves {
                None => "confidence is certain and `proves` is missing: give the reason why a match can mean nothing \
                         else, or write \"likely\""
                    .to_owned(),
                Some(_) => "`proves` is for confidence = \"certain\" only".to_owned(),
            });
        }
        if self.kind == SignatureKind::Symptom && self.confidence == Confidence::Certain {
            return Err("a symptom is never certain: it is an effect, and its cause is elsewhere".to_owned());
        }
        let topology = Topology::embedded();
        if let Some(unknown) = self.only_in.iter().find(|product| topology.product(product).is_none()) {
            let known: Vec<&str> = topology.products().iter().map(|product| &*product.name).collect();
            return Err(format!("no product is called {unknown:?}; it can be {}", known.join(", ")));
        }
        let may = self.facts.iter().any(|fact| fact.called().0);
        let must = self.facts.iter().any(|fact| fact.called().1);
        if self.called.is_empty() && must || !self.called.is_empty() && !may {
            return Err("called names the captures with the called name: it must be there if facts holds \
                 certificate-name-mismatch or directory-called, and may be there with certificate-untrusted"
                .to_owned());
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
            ("proves", self.proves.as_ref().is_some_and(|proves| proves.trim().is_empty())),
        ] {
            if empty {
                return Err(format!("{what} is missing"));
            }
        }
        self.check_placeholders()
    }
}

/// Compiles a pattern for signatures: on bytes, `^` and `$` at lines, and [classes of bytes](crate::ascii_classes).
pub(crate) fn compile(pattern: &str) -> Result<Regex, regex::Error> {
    match ascii_classes::of(pattern) {
        Some(narrow) => Regex::new(&narrow),
        // for the error
        None => regex::bytes::RegexBuilder::new(pattern).multi_line(true).build(),
    }
}

#[cfg(test)]
#[path = "signature/tests.rs"]
mod tests;
