//! [`Analysis`]: everything that a run found out. Reports are functions of it and of nothing else.
//!
//! Its fields are the fields of the JSON report, which `crates/report/src/SCHEMA.md` documents: a name that stands here
//! stays.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Serialize, Serializer};
use spoglight_parsers::Level;
use spoglight_signatures::{Confidence, ProvenFact, RuleId, Severity, SignatureId};
use spoglight_source::SourceId;

use crate::id::FindingId;
use crate::source_name::SourceName;

pub use crate::outcome::{CheckResult, CoverageGap, InconclusiveReason, Outcome, Warning};

use crate::ClockSkew;
use crate::count_map::CountMap;
use spoglight_text::secrets::mask;
use spoglight_time::units::MINUTE;
use spoglight_time::{Clock, Timestamp, Zone};
use spoglight_topology::{LogSource, Origin};

/// Name and version of the JSON report.
pub const SCHEMA: &str = "spoglight-report/2";

/// Nanoseconds around an incident that a file should cover a part of: people round times to a quarter of an hour.
pub const INCIDENT_MARGIN: i64 = 15 * MINUTE;

/// The result of a run.
#[derive(Debug, Clone, Serialize)]
pub struct Analysis {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// Version of the program.
    pub version: &'static str,
    /// What was analysed, as the user named it.
    pub inputs: Vec<String>,
    /// When it happened, if the user said so.
    pub incident: Option<Timestamp>,
    /// The answer in one sentence.
    pub verdict: Verdict,
    /// What is wrong: worst first, then earliest.
    pub findings: Vec<Finding>,
    /// What looks like a failure and is none.
    pub known_noise: Vec<KnownNoise>,
    /// Errors that no signature names.
    pub unrecognized: UnrecognizedErrors,
    /// Every file that was looked at.
    pub sources: Vec<SourceFacts>,
    /// What the input cannot answer, and what would.
    pub coverage_gaps: Vec<CoverageGap>,
    /// How every check of the collection ended.
    pub checks: Vec<CheckResult>,
    /// How every signature ended.
    pub signatures: Vec<CheckResult>,
    /// How every rule ended that looks at several hits.
    pub rules: Vec<CheckResult>,
    /// What was not read, or not wholly.
    pub warnings: Vec<Warning>,
    /// Servers whose clocks are apart from those of the others.
    pub skews: Vec<ClockSkew>,
    /// Sums over all sources.
    pub totals: Totals,
}

/// The answer in one sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// Severity of the worst finding; `None` if there is none.
    pub severity: Option<Severity>,
    /// Whether nothing that matters was missing from the collection.
    pub is_complete: bool,
    /// The sentence.
    pub text: String,
}

/// One cause, with everything that it explains.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    /// Id of the signature that is the root, of the rule, or of the check.
    pub id: FindingId,
    /// Its number in the lists of checks and rules; signatures have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// What is wrong.
    pub title: String,
    /// How much it hurts.
    pub severity: Severity,
    /// How sure it is.
    pub confidence: Confidence,
    /// Messages that say so.
    pub count: u64,
    /// Earliest of these.
    pub first: Option<Timestamp>,
    /// Latest of these.
    pub last: Option<Timestamp>,
    /// Zone of the source of the first evidence, to show its local time.
    #[serde(skip)]
    pub zone: Option<Arc<Zone>>,
    /// Servers on which it was seen.
    pub hosts: Vec<String>,
    /// Variables that were captured, each with its different values, most frequent first.
    pub captures: BTreeMap<String, Vec<String>>,
    /// Who was called when it failed, as the stack traces tell.
    pub peers: Vec<String>,
    /// Who called.
    pub callers: Vec<String>,
    /// The lines that prove it: the earliest, then one of each further source.
    pub evidence: Vec<Evidence>,
    /// What is folded under it.
    pub related: Vec<Related>,
    /// What other hits, at other times and places, say about it.
    pub notes: Vec<Note>,
    /// Whether it happened within a quarter of an hour of the incident.
    pub is_near: bool,
    /// Whether it happened as often before and after the incident: it is no part of it.
    pub is_background: bool,
    /// Why it happens.
    pub cause: String,
    /// Steps that prove it.
    pub confirm: Vec<String>,
    /// Steps that mend it.
    pub fix: Vec<String>,
    /// When it is not what it looks like.
    pub false_positives: Vec<String>,
    /// Where the facts are from.
    pub references: Vec<String>,
    /// Facts that its signature proves, for checks that look at the same.
    #[serde(skip)]
    pub facts: Vec<ProvenFact>,
    /// Captures that hold the name which was called.
    #[serde(skip)]
    pub called: Vec<String>,
}

/// Lines that look like a failure and are none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KnownNoise {
    /// Id of the signature.
    pub id: SignatureId,
    /// What they are.
    pub title: String,
    /// Messages that are such.
    pub count: u64,
    /// Servers on which they were seen.
    pub hosts: Vec<String>,
    /// Why they harm nobody.
    pub why: String,
}

/// Errors that no signature names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct UnrecognizedErrors {
    /// Messages at error or fatal.
    pub errors: u64,
    /// Of these, how many look different; 256 at most in one source.
    pub distinct: u64,
    /// The five most frequent, then the five newest of the others.
    pub shown: Vec<UnrecognizedError>,
}

/// Errors that look alike, and have no name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnrecognizedError {
    /// Their level.
    pub level: &'static str,
    /// How many there are.
    pub count: u64,
    /// When the first was written.
    pub first: Option<Timestamp>,
    /// When the last was.
    pub last: Option<Timestamp>,
    /// Servers on which they were seen.
    pub hosts: Vec<String>,
    /// Whether it is here because it is new; else because it is frequent.
    pub is_newest: bool,
    /// The first of them.
    pub example: Evidence,
}

/// A line that proves a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// Its source.
    pub source: SourceName,
    /// Its number, from 1.
    pub line: u64,
    /// Its place in the file, in bytes from 0; in the unpacked entry for an archive.
    pub offset: u64,
    /// Number of the line with which its message begins.
    pub event_line: u64,
    /// When its message was written.
    pub time: Option<Timestamp>,
    /// What it says; only a part of a very long line.
    pub text: String,
}

/// What a rule says on a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Note {
    /// Id of the rule.
    pub rule: RuleId,
    /// Its number in the list of rules.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// The sentence.
    pub text: String,
}

/// Hits that a finding explains.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Related {
    /// Id of the signature.
    pub id: SignatureId,
    /// What it says by itself.
    pub title: String,
    /// Messages that hit.
    pub count: u64,
}

/// One file, and what was read of it.
#[derive(Debug, Clone, Serialize)]
pub struct SourceFacts {
    /// Position in the collection.
    #[serde(skip)]
    pub id: SourceId,
    /// Path with `/` on every system; inside an archive after `!`.
    pub path: Arc<str>,
    /// The server it is from, if its name or its folder tells.
    pub host: Option<String>,
    /// The program that wrote it.
    #[serde(flatten)]
    pub origin: Origin,
    /// The name that it shares with the other files of its log, which a rotation made.
    pub log: String,
    /// The format of most of its lines; `None` if it is empty, not text or could not be read.
    pub format: Option<String>,
    /// Messages by format: a console holds those of several programs.
    pub formats: CountMap,
    /// Its charset; lines in UTF-8 may stand between lines in a code page.
    pub charset: Option<String>,
    /// How the charset is known.
    pub charset_evidence: Option<Cow<'static, str>>,
    /// Language of the Java program that wrote it, where its level words tell: `it`, `zh-CN`, `es or fr`.
    pub language: Option<String>,
    /// Its zone.
    pub zone: Arc<Zone>,
    /// Earliest stamp.
    pub first: Option<Timestamp>,
    /// Latest stamp.
    pub last: Option<Timestamp>,
    /// Messages.
    pub events: u64,
    /// Of these, messages with a time of day whose date nothing says.
    pub undated: u64,
    /// Messages by level; levels that do not occur are left out.
    pub levels: LevelCounts,
    /// Bytes that were read.
    pub bytes: u64,
    /// Bytes of messages in a known format, with what hangs below their first lines.
    pub parsed: u64,
    /// Of `parsed`, bytes that hang below a first line: stack traces, wrapped text.
    pub continuation: u64,
    /// Bytes that no format understood; `parsed` and `unparsed` make `bytes`.
    pub unparsed: u64,
    /// Lines.
    pub lines: u64,
    /// Whether its last line has no end: it was copied while it was written, or the copy broke off.
    pub is_truncated: bool,
    /// Its messages by the process that wrote them, one after the other; 256 at most.
    pub process_runs: Vec<ProcessRun>,
    /// Times that the process changed.
    pub restarts: u64,
    /// Earliest and latest message at dbquery, debug or trace.
    pub debug_range: Option<(Timestamp, Timestamp)>,
    /// An earlier source with the same bytes. Its messages are counted there.
    pub copy_of: Option<SourceName>,
    /// A source of the same server that contains its messages, too; they are counted there.
    pub repeats: Option<SourceName>,
    /// The clock by which its stamps became moments.
    #[serde(skip)]
    pub clock: Clock,
}

/// Messages by level.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LevelCounts(pub [u64; Level::COUNT]);

impl LevelCounts {
    /// Messages at a level.
    pub fn count(&self, level: Level) -> u64 {
        self.0.get(level.index()).copied().unwrap_or(0)
    }

    /// Messages at some levels together.
    pub fn sum(&self, levels: &[Level]) -> u64 {
        levels.iter().map(|level| self.count(*level)).sum()
    }

    /// The levels that occur, gravest first.
    pub fn iter(&self) -> impl Iterator<Item = Level> {
        Level::ALL.iter().copied().filter(|level| self.count(*level) > 0)
    }
}

impl Serialize for LevelCounts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter().map(|level| (level.name(), self.count(level))))
    }
}

/// Messages of one process, one after the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProcessRun {
    /// The id that the operating system gave it.
    pub process: u64,
    /// Time of its first message in this file.
    pub first: Option<Timestamp>,
    /// Time of its last.
    pub last: Option<Timestamp>,
    /// Line of its first message, from 1.
    pub line: u64,
    /// Place of it in the file, in bytes from 0.
    pub offset: u64,
    /// What that line says.
    #[serde(skip)]
    pub text: String,
}

impl Finding {
    /// One that says nothing yet.
    pub fn empty(id: FindingId) -> Finding {
        Finding {
            id,
            number: None,
            title: String::new(),
            severity: Severity::Info,
            confidence: Confidence::Possible,
            count: 0,
            first: None,
            last: None,
            zone: None,
            hosts: Vec::new(),
            captures: BTreeMap::new(),
            peers: Vec::new(),
            callers: Vec::new(),
            evidence: Vec::new(),
            related: Vec::new(),
            notes: Vec::new(),
            is_near: false,
            is_background: false,
            cause: String::new(),
            confirm: Vec::new(),
            fix: Vec::new(),
            false_positives: Vec::new(),
            references: Vec::new(),
            facts: Vec::new(),
            called: Vec::new(),
        }
    }

    /// Takes passwords and tokens out of what is shown of the logs.
    pub fn mask(&mut self) {
        let lines = self.evidence.iter_mut().map(|evidence| &mut evidence.text);
        let notes = self.notes.iter_mut().map(|note| &mut note.text);
        mask_all(lines.chain(notes).chain(self.captures.values_mut().flatten()));
    }
}

impl SourceFacts {
    /// Returns the file as the topology asks about it.
    pub fn as_log(&self) -> LogSource<'_> {
        LogSource { path: &self.path, origin: &self.origin, format: self.format.as_deref() }
    }

    /// Returns whether the file is of a product.
    pub fn is_of(&self, product: &str) -> bool {
        self.origin.product.as_deref() == Some(product)
    }

    /// The source as evidence refers to it.
    pub fn name(&self) -> SourceName {
        SourceName { id: self.id, path: Arc::clone(&self.path) }
    }

    /// Whether its messages are counted in another source.
    pub fn is_second(&self) -> bool {
        self.copy_of.is_some() || self.repeats.is_some()
    }

    /// Whether it has a message near an incident, or messages before and behind it. Not if its zone is not known.
    pub fn covers(&self, incident: Timestamp) -> bool {
        let (Some(first), Some(last)) = (self.first, self.last) else { return false };
        first.is_utc()
            && first.nanos().saturating_sub(INCIDENT_MARGIN) <= incident.nanos()
            && incident.nanos() <= last.nanos().saturating_add(INCIDENT_MARGIN)
    }
}

/// Sums over all sources.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Files that were looked at.
    pub sources: usize,
    /// Messages; those that stand in two files are counted once.
    pub events: u64,
    /// Lines.
    pub lines: u64,
    /// Bytes.
    pub bytes: u64,
    /// Bytes of messages in a known format.
    pub parsed: u64,
    /// Of these, bytes that hang below a first line.
    pub continuation: u64,
    /// Bytes that no format understood.
    pub unparsed: u64,
    /// Earliest stamp whose zone is known.
    pub first: Option<Timestamp>,
    /// Latest stamp whose zone is known.
    pub last: Option<Timestamp>,
}

impl UnrecognizedErrors {
    /// Takes passwords and tokens out of what is shown of the logs.
    pub fn mask(&mut self) {
        mask_all(self.shown.iter_mut().map(|one| &mut one.example.text));
    }
}

fn mask_all<'t>(texts: impl Iterator<Item = &'t mut String>) {
    for text in texts {
        if let Cow::Owned(masked) = mask(text) {
            *text = masked;
        }
    }
}

impl Analysis {
    /// Whether a finding is high or critical: the program's exit code 1.
    pub fn is_bad(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity <= Severity::High)
    }

    /// Whether nothing at all could be read: the program's exit code 2.
    pub fn is_void(&self) -> bool {
        self.totals.bytes == 0 && !self.warnings.is_empty()
    }
}
