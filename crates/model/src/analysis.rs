//! [`Analysis`]: the complete result of a run. Reports are functions of it and of nothing else.
//!
//! Its fields are the fields of the JSON report, which `crates/report/src/SCHEMA.md` documents: these names do not
//! change.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;
use spoglight_signatures::{Confidence, LibraryEdition, ProvenFact, RuleId, Severity, SignatureId};
use spoglight_source::{Extract, LinePosition, SourceId};

use crate::activity::{Activity, MessagePosition, PackedActivity};
use crate::evidence::mask_all;
use crate::id::FindingId;
use crate::schema;
use crate::source_charset::SourceCharset;
use crate::source_name::SourceName;

pub use crate::evidence::Evidence;
pub use crate::found_version::FoundVersion;
pub use crate::level_counts::LevelCounts;
pub use crate::outcome::{CheckResult, CoverageGap, GapKind, InconclusiveReason, Outcome, Warning};
pub use crate::unrecognized::{UnrecognizedError, UnrecognizedErrors};
pub use crate::verdict::{Verdict, VerdictKind};

use crate::collected_server::CollectedServer;
use crate::count_map::CountMap;
use crate::rare::Rare;
use crate::skew::ClockSkew;
use spoglight_time::units::MINUTE;
use spoglight_time::{Clock, Timestamp, Zone};
use spoglight_topology::{LogSource, Origin};

/// Name and version of the JSON report.
pub const SCHEMA: &str = "spoglight-report/2";

/// Nanoseconds around an incident that a file should cover a part of: people round times to a quarter of an hour.
pub const INCIDENT_MARGIN: i64 = 15 * MINUTE;

/// The result of a run, and what the JSON report writes.
///
/// `spoglight_diagnosis::analyze` fills every field. `diagnose_collection` leaves `sources` and `skews` empty, because
/// its caller keeps the collection that has them; everything else is filled. Without an incident, `incident` is `None`
/// and no finding is near it or background. Times of findings, sources and totals are `None` if nothing had a
/// timestamp.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Analysis {
    /// Name and version of the form of the report: [`SCHEMA`].
    pub schema: &'static str,
    /// Version of the program.
    pub version: &'static str,
    /// Versions of the signatures and rules that were used.
    #[schemars(with = "schema::Library")]
    pub library: LibraryEdition,
    /// The inputs, as the user gave them.
    pub inputs: Vec<String>,
    /// Time of the incident, if one was given.
    #[schemars(with = "Option<schema::Time>")]
    pub incident: Option<Timestamp>,
    /// Answer of a run in one sentence.
    pub verdict: Verdict,
    /// Findings: worst first, then earliest.
    pub findings: Vec<Finding>,
    /// Known harmless messages.
    pub known_noise: Vec<KnownNoise>,
    /// Errors and warnings that match no signature.
    pub unrecognized: UnrecognizedErrors,
    /// Every source of the collection.
    pub sources: Vec<SourceFacts>,
    /// Questions that the input cannot answer, with advice.
    pub coverage_gaps: Vec<CoverageGap>,
    /// Result of every check of the collection.
    pub checks: Vec<CheckResult>,
    /// Result of every signature.
    pub signatures: Vec<CheckResult>,
    /// Result of every rule.
    pub rules: Vec<CheckResult>,
    /// Files that were not read, or only in part.
    pub warnings: Vec<Warning>,
    /// Servers whose clocks differ from those of the others.
    pub skews: Vec<ClockSkew>,
    /// Collections that `spoglight collect` made, by their manifests.
    pub collections: Vec<CollectedServer>,
    /// Versions of products that the logs name, by product and version.
    pub versions: Vec<FoundVersion>,
    /// Sums over all sources.
    pub totals: Totals,
}

/// One cause, with everything that it explains.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Finding {
    /// Id of the signature that is the root, of the rule, or of the check.
    #[schemars(with = "String")]
    pub id: FindingId,
    /// Its number in the lists of checks and rules; signatures have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// The fault in one sentence.
    pub title: String,
    /// Severity.
    #[schemars(with = "schema::Severity")]
    pub severity: Severity,
    /// Confidence.
    #[schemars(with = "schema::Confidence")]
    pub confidence: Confidence,
    /// Number of messages that show it.
    pub count: u64,
    /// Earliest of these.
    #[schemars(with = "Option<schema::Time>")]
    pub first: Option<Timestamp>,
    /// Latest of these.
    #[schemars(with = "Option<schema::Time>")]
    pub last: Option<Timestamp>,
    /// Zone of the source of the first evidence, to show its local time.
    #[serde(skip)]
    pub zone: Option<Arc<Zone>>,
    /// Servers on which it was seen.
    pub hosts: Vec<String>,
    /// Variables that were captured, each with its different values, most frequent first.
    pub captures: BTreeMap<String, Vec<String>>,
    /// Called systems, from the stack traces.
    pub peers: Vec<String>,
    /// Calling code, from the stack traces.
    pub callers: Vec<String>,
    /// The lines that prove it: the earliest, then one of each further source.
    pub evidence: Vec<Evidence>,
    /// Hits that it subsumes.
    pub related: Vec<Related>,
    /// Notes of rules, from hits at other times or in other logs.
    pub notes: Vec<Note>,
    /// `true` if it happened within a quarter of an hour of the incident.
    pub is_near: bool,
    /// `true` if it happened about as often before the incident as after it: it did not begin with it.
    pub is_background: bool,
    /// Cause of the fault.
    pub cause: String,
    /// Steps that confirm it.
    pub confirm: Vec<String>,
    /// Steps that fix it.
    pub fix: Vec<String>,
    /// Cases in which it is a false positive.
    pub false_positives: Vec<String>,
    /// Sources of the facts.
    pub references: Vec<String>,
    /// Facts that its signature proves, for checks that look at the same.
    #[serde(skip)]
    pub facts: Vec<ProvenFact>,
    /// Captures that hold a called name.
    #[serde(skip)]
    pub called: Vec<String>,
}

/// Messages that look like a failure but are harmless.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct KnownNoise {
    /// Id of the signature.
    #[schemars(with = "String")]
    pub id: SignatureId,
    /// Title of the signature.
    pub title: String,
    /// Number of messages.
    pub count: u64,
    /// Servers on which they were seen.
    pub hosts: Vec<String>,
    /// Reason why they are harmless.
    pub why: String,
}

/// A note of a rule on a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Note {
    /// Id of the rule.
    #[schemars(with = "String")]
    pub rule: RuleId,
    /// Its number in the list of rules.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// The sentence.
    pub text: String,
}

/// Hits that a finding explains.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Related {
    /// Id of the signature.
    #[schemars(with = "String")]
    pub id: SignatureId,
    /// Title of the signature.
    pub title: String,
    /// Number of messages.
    pub count: u64,
}

/// Facts about one source.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SourceFacts {
    /// Position in the collection.
    #[serde(skip)]
    pub id: SourceId,
    /// Path with `/` on every system; inside an archive after `!`.
    #[schemars(with = "String")]
    pub path: Arc<str>,
    /// Its server, if the name or the folder shows it.
    #[schemars(with = "Option<String>")]
    pub host: Option<Arc<str>>,
    /// The program that wrote it.
    #[serde(flatten)]
    #[schemars(with = "schema::Origin")]
    pub origin: Origin,
    /// Name of its log, shared by the rotated files.
    #[schemars(with = "String")]
    pub log: Arc<str>,
    /// The format of most of its lines; `None` if it is empty, not text or could not be read.
    #[schemars(with = "Option<String>")]
    pub format: Option<Arc<str>>,
    /// Messages by format: a console holds those of several programs.
    #[schemars(with = "schema::Counts")]
    pub formats: CountMap,
    /// Messages by the component that wrote them, where lines name it: a process, a facility, a provider. The first 64
    /// names.
    #[serde(skip_serializing_if = "CountMap::is_empty")]
    #[schemars(with = "schema::Counts", default)]
    pub components: Rare<CountMap>,
    /// Its charset, with the evidence; UTF-8 lines may be mixed with lines in a code page.
    #[serde(flatten)]
    #[schemars(with = "schema::SourceCharset")]
    pub charset: SourceCharset,
    /// Language of the Java program that wrote it, if its level words show it: `it`, `zh-CN`, `es or fr`.
    #[schemars(with = "Option<String>")]
    pub language: Option<Box<str>>,
    /// Modification time of its file in nanoseconds since 1970, UTC, if it is known. A copy may have another.
    #[serde(skip)]
    pub written: Option<i64>,
    /// Its zone.
    #[schemars(with = "schema::Zone")]
    pub zone: Arc<Zone>,
    /// Earliest timestamp.
    #[schemars(with = "Option<schema::Time>")]
    pub first: Option<Timestamp>,
    /// Latest timestamp.
    #[schemars(with = "Option<schema::Time>")]
    pub last: Option<Timestamp>,
    /// Messages.
    pub events: u64,
    /// Of these, messages with a time of day but no date.
    pub undated: u64,
    /// Messages by level; levels that do not occur are left out.
    #[schemars(with = "schema::Counts")]
    pub levels: LevelCounts,
    /// Bytes that were read.
    pub bytes: u64,
    /// Bytes of messages in a known format, with their continuation lines.
    pub parsed: u64,
    /// Of `parsed`, bytes of continuation lines: stack traces, wrapped text.
    pub continuation: u64,
    /// Bytes that no format understood; `parsed` and `unparsed` sum up to `bytes`.
    pub unparsed: u64,
    /// Lines.
    pub lines: u64,
    /// `true` if its last line has no line end: it was copied while it was written, or the copy broke off.
    pub is_truncated: bool,
    /// Bytes that were added to the file while it was read. They were not read.
    #[serde(skip)]
    pub grown: u64,
    /// Its messages by the process that wrote them, one after the other; 256 at most.
    #[schemars(with = "Vec<ProcessRun>")]
    pub process_runs: Rare<Vec<ProcessRun>>,
    /// Number of process changes.
    pub restarts: u64,
    /// Earliest and latest message at dbquery, debug or trace.
    #[schemars(with = "Option<[schema::Time; 2]>")]
    pub debug_range: Option<Box<(Timestamp, Timestamp)>>,
    /// The first message of the file at one of these levels.
    #[serde(skip)]
    pub first_debug: Option<Box<MessagePosition>>,
    /// The times at which it wrote; `None` if no message has a timestamp.
    #[serde(skip)]
    pub activity: Option<PackedActivity>,
    /// An earlier source with the same bytes. Its messages are counted there.
    #[schemars(with = "Option<String>")]
    pub copy_of: Option<Box<SourceName>>,
    /// A source of the same server that also contains its messages; they are counted there.
    #[schemars(with = "Option<String>")]
    pub repeats: Option<Box<SourceName>>,
    /// The text that it was taken out of, and how; `None` if it is a file of its own. Lines of evidence are those of that
    /// text.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<schema::Extract>")]
    pub extract: Option<Arc<Extract>>,
    /// The clock that converted its timestamps.
    #[serde(skip)]
    pub clock: Clock,
}

/// Messages of one process, one after the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ProcessRun {
    /// The id that the operating system gave it.
    pub process: u64,
    /// Time of its first message in this file.
    #[schemars(with = "Option<schema::Time>")]
    pub first: Option<Timestamp>,
    /// Time of its last.
    #[schemars(with = "Option<schema::Time>")]
    pub last: Option<Timestamp>,
    /// Line of its first message, from 1.
    pub line: u64,
    /// Its offset in the file, in bytes from 0.
    pub offset: u64,
    /// Text of that line; empty if it was not kept.
    #[serde(skip)]
    pub text: Box<str>,
}

impl Finding {
    /// Returns a finding without any details.
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

    /// Masks passwords and tokens in the text from logs.
    pub fn mask(&mut self) {
        let lines = self.evidence.iter_mut().map(|evidence| &mut evidence.text);
        let notes = self.notes.iter_mut().map(|note| &mut note.text);
        mask_all(lines.chain(notes).chain(self.captures.values_mut().flatten()));
    }
}

impl SourceFacts {
    /// Returns the file in the form that the topology needs.
    pub fn as_log(&self) -> LogSource<'_> {
        LogSource {
            path: &self.path,
            origin: &self.origin,
            format: self.format.as_deref(),
            components: self.components.as_slice(),
        }
    }

    /// Position of one of its lines for a reader: in the text that it was taken out of, if it was.
    pub fn shown_position(&self, line: u64, offset: u64) -> (u64, u64) {
        match &self.extract {
            Some(extract) if line > 0 => {
                let LinePosition { line, offset } = extract.outer(LinePosition { line, offset });
                (line, offset)
            }
            _ => (line, offset),
        }
    }

    /// The offset of a line with a position that [`SourceFacts::shown_position`] gave, in bytes of the source.
    pub fn offset_of(&self, line: u64, offset: u64) -> u64 {
        self.extract.as_ref().map_or(offset, |extract| extract.inner(LinePosition { line, offset }))
    }

    /// Whether lines of the log may be missing, because a search selected some.
    pub fn is_selection(&self) -> bool {
        self.extract.as_ref().is_some_and(|extract| extract.is_selection)
    }

    /// The times at which it wrote; `None` if no message has a timestamp.
    pub fn activity(&self) -> Option<Activity> {
        self.activity.as_ref().map(PackedActivity::get)
    }

    /// Returns whether the file belongs to a product.
    pub fn is_of(&self, product: &str) -> bool {
        self.origin.product.as_deref() == Some(product)
    }

    /// The source as evidence refers to it.
    pub fn name(&self) -> SourceName {
        SourceName { id: self.id, path: Arc::clone(&self.path) }
    }

    /// Returns whether its messages are counted in another source.
    pub fn is_second(&self) -> bool {
        self.copy_of.is_some() || self.repeats.is_some()
    }

    /// Returns whether it has a message near an incident, or messages before and after it; `false` if its zone is
    /// unknown.
    pub fn covers(&self, incident: Timestamp) -> bool {
        let (Some(first), Some(last)) = (self.first, self.last) else { return false };
        first.is_utc()
            && first.nanos().saturating_sub(INCIDENT_MARGIN) <= incident.nanos()
            && incident.nanos() <= last.nanos().saturating_add(INCIDENT_MARGIN)
    }
}

/// Sums over all sources.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Totals {
    /// Number of sources.
    pub sources: usize,
    /// Messages; a message in two files counts once.
    pub events: u64,
    /// Lines.
    pub lines: u64,
    /// Bytes.
    pub bytes: u64,
    /// Bytes of messages in a known format.
    pub parsed: u64,
    /// Of these, bytes of continuation lines.
    pub continuation: u64,
    /// Bytes that no format understood.
    pub unparsed: u64,
    /// Earliest timestamp with a known zone.
    #[schemars(with = "Option<schema::Time>")]
    pub first: Option<Timestamp>,
    /// Latest timestamp with a known zone.
    #[schemars(with = "Option<schema::Time>")]
    pub last: Option<Timestamp>,
}

impl Totals {
    /// Returns whether at least one message or artifact of a known format was read.
    pub fn is_understood(&self) -> bool {
        self.parsed > 0
    }
}

impl Analysis {
    /// Returns whether a finding is high or critical: the program's exit code 1.
    pub fn is_bad(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity <= Severity::High)
    }

    /// Returns whether nothing of a known format was read and nothing was found: the program's exit code 2.
    pub fn is_void(&self) -> bool {
        !self.totals.is_understood() && self.findings.is_empty()
    }
}
